import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMPORT_SENTENCES, importWords } from '../../../src/catalog/import-words.ts';

const root = resolve(import.meta.dirname, '../../..');
/** Files that tell what is wrong with a file of somebody, and those whose refusals they pass on. */
const files = [
  'connectors/{magento,oneshelf-csv,product-file,shopify,woocommerce}/*.ts',
  'apps/server/imports/*.ts',
  'platform/files/*.ts',
  'platform/net/*.ts',
]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((path) => !/test|routes/.test(path));

/** Sentences of a file with numbers for what is inserted: texts that begin like one and end with a full stop. What columns are for is told by the names beside it. */
function sentencesIn(path: string): string[] {
  const text = readFileSync(resolve(root, path), 'utf8');
  return [...text.matchAll(/(['`])((?:\\.|(?!\1)[^])*?)\1/g)].flatMap(({ 2: found = '', index }) => {
    const isColumn = /\b(?:names|field): [^{}]*(?:\{n\}[^{}]*)*$/.test(text.slice(Math.max(0, index - 300), index));
    const isSentence = /^["A-Z$][^]*\.$/.test(found) && found.includes(' ') && found.length < 300;
    if (isColumn || !isSentence) return [];
    let at = 0;
    return [found.replaceAll(/\$\{[^{}]*\}/g, () => `{${(at += 1) - 1}}`)];
  });
}

describe('the words of imports', () => {
  it('are there in Spanish for every sentence', () => {
    const told = files.flatMap(sentencesIn);
    expect(told.length).toBeGreaterThan(100);
    const known = new Set(IMPORT_SENTENCES.map(([en]) => en));
    /** Sentences that hold a choice of words are there once for each choice. */
    const chosen = (one: string): boolean =>
      [
        /^The variant "\{0\}" \{1\}\.$/,
        /^\{0\} numbers can only be read with a decimal \{1\}, none with a decimal \{2\}\.$/,
        /^The old system has \{0\}, here are \{1\} \(\$/,
        /^The old system sells it at \{0\}, here it costs /,
      ].some((pattern) => pattern.test(one));
    expect([...new Set(told)].filter((one) => !known.has(one) && !chosen(one))).toEqual([]);
  });

  it('insert in both languages the same, and are there once', () => {
    const holes = (text: string): string[] => [...text.matchAll(/\{\d\}/g)].map(([hole]) => hole).toSorted();
    for (const [en, es] of IMPORT_SENTENCES)
      if (!en.startsWith('The spreadsheet {0}')) expect([en, holes(es)]).toEqual([en, holes(en)]);
    expect(new Set(IMPORT_SENTENCES.map(([en]) => en)).size).toBe(IMPORT_SENTENCES.length);
  });

  it('are found for each sentence and for no other', () => {
    const filled = (text: string): string => text.replaceAll(/\{(\d)\}/g, 'x$1');
    for (const [en, es] of IMPORT_SENTENCES) expect([en, importWords(filled(en), 'es')]).toEqual([en, filled(es)]);
  });

  it.each([
    ['"1.2.3" is no number.', '«1.2.3» no es un número.'],
    ['"$& {0} (.*)" is no number.', '«$& {0} (.*)» no es un número.'],
    ['There is no article "A" here.', 'Aquí no hay ningún artículo «A».'],
    [
      'There is no article "A" here; import the articles first.',
      'Aquí no hay ningún artículo «A»; importa antes los artículos.',
    ],
    ['Nobody ever said this.', 'Nobody ever said this.'],
    [`"${'x'.repeat(10_000)}" is no number.`, `"${'x'.repeat(10_000)}" is no number.`],
  ])('%s', (en, es) => {
    expect(importWords(en, 'es')).toBe(es);
    expect(importWords(en, 'en')).toBe(en);
  });
});
