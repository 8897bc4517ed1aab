import { useTranslations } from 'use-intl';
import type { ImportState } from '../../client/imports.ts';
import { Pill, type Tone } from '../../kit/stat-tile.tsx';

const TONES: Readonly<Record<ImportState, Tone>> = {
  uploading: 'plain',
  checking: 'brand',
  needs_choice: 'warn',
  checked: 'brand',
  running: 'brand',
  done: 'good',
  cancelled: 'warn',
  failed: 'bad',
  undoing: 'brand',
  undone: 'plain',
};

/** Whether something is being done at the moment, so that what is shown changes by itself. */
export const isWorking = (state: ImportState): boolean =>
  state === 'checking' || state === 'running' || state === 'undoing';

/** How far an import is, in a word. */
export function ImportStatePill({ state }: { state: ImportState }) {
  const t = useTranslations('imports');
  return <Pill tone={TONES[state]}>{t(`states.${state}`)}</Pill>;
}
