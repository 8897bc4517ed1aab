import { useLocale } from 'use-intl';
import { importWords } from '../../../src/catalog/import-words.ts';

/** What the server says about a file, in the language of the screen. */
export function useImportWords(): (text: string) => string {
  const language = useLocale().startsWith('es') ? 'es' : 'en';
  return (text) => importWords(text, language);
}
