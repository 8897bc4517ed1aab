import { Parser } from 'htmlparser2';
import type { SourceRow } from '../../platform/files/delimited.ts';
import { readDecimal } from '../../platform/files/numbers.ts';
import { readGtin, type Gtin } from '../../src/catalog/gtin.ts';
import {
  codeFromOptions,
  tidyCode,
  type ImportedAmount,
  type ImportedPicture,
  type ImportProblem,
} from '../../src/catalog/imported-product.ts';
import type { Options } from '../../src/catalog/attributes.ts';
import { MAX_UNIT_PRICE_SCALE } from '../../src/kernel/money.ts';
import type { ReadingRules } from './columns.ts';

/** Told of every problem as it is found. */
export type OnProblem = (problem: ImportProblem) => void;

/** What is said of a problem, without its place. */
export type Said = Pick<ImportProblem, 'weight' | 'reason' | 'says' | 'does'>;

/** A row by fields. Every reading tells its own problems with line, column and value. */
export type RowReader = {
  readonly line: number;
  /** The text of a field; empty when the cell is, undefined when the file has no such column. */
  find(field: string): string | undefined;
  /** The text of a field, empty when there is none. */
  text(field: string): string;
  /** At most so many letters; cutting is told. */
  short(field: string, letters: number): string | undefined;
  amount(field: string): ImportedAmount | undefined;
  /** Whole units, not below nought. */
  units(field: string): number | undefined;
  gtin(field: string): Gtin | undefined;
  code(field: string, otherwise: { readonly reference: string; readonly options: Options }): string | undefined;
  html(field: string): string | undefined;
  problem(field: string, said: Said): void;
};

/** Units that no shelf holds: whoever imports more has mixed up two columns. */
const MOST_UNITS = 1_000_000_000;
const MOST_MINOR = 1_000_000_000_000;
const MAX_DESCRIPTION = 20_000;

/** Opens a row. */
export function readRow(row: SourceRow, rules: ReadingRules, tell: OnProblem): RowReader {
  const { columns } = rules;
  const find = (field: string): string | undefined => {
    const at = columns.at(field);
    return at === undefined ? undefined : (row.cells[at] ?? '').trim();
  };
  const text = (field: string): string => find(field) ?? '';
  const problem = (field: string, said: Said): void =>
    tell({ line: row.line, column: columns.nameOf(field), value: text(field).slice(0, 200), ...said });

  function decimal(field: string): { digits: number; decimals: number } | undefined {
    const found = text(field);
    if (found === '') return undefined;
    const read = readDecimal(found, rules.marks[field] ?? 'point');
    if (read === undefined)
      problem(field, {
        weight: 'warning',
        reason: 'bad_number',
        says: `"${found.slice(0, 40)}" is no number.`,
        does: 'The value is left out.',
      });
    return read;
  }

  return {
    line: row.line,
    find,
    text,
    problem,
    short(field, letters) {
      const found = find(field);
      if (found === undefined || found.length <= letters) return found;
      problem(field, {
        weight: 'warning',
        reason: 'too_long',
        says: `The text has ${found.length} letters, more than ${letters}.`,
        does: `It is cut after ${letters} letters.`,
      });
      return found.slice(0, letters).trim();
    },
    amount(field) {
      const read = decimal(field);
      if (read === undefined) return undefined;
      const scale = Math.max(0, read.decimals - rules.minorUnits);
      const amount = read.digits * 10 ** Math.max(0, rules.minorUnits - read.decimals);
      if (amount < 0 || amount / 10 ** scale > MOST_MINOR || scale > MAX_UNIT_PRICE_SCALE) {
        problem(field, {
          weight: 'warning',
          reason: 'bad_amount',
          says: amount < 0 ? 'An amount cannot be below nought.' : 'The amount has too many digits.',
          does: 'The amount is left out.',
        });
        return undefined;
      }
      return { amount, scale };
    },
    units(field) {
      const read = decimal(field);
      if (read === undefined) return undefined;
      const units = read.digits / 10 ** read.decimals;
      if (Number.isInteger(units) && units >= 0 && units <= MOST_UNITS) return units;
      const below = units < 0;
      problem(field, {
        weight: 'warning',
        reason: below ? 'negative_stock' : 'bad_quantity',
        says: below ? 'There cannot be fewer than no units on a shelf.' : 'This is no whole number of units.',
        does: below ? 'The stock is taken as 0.' : 'The stock is left out.',
      });
      return below ? 0 : undefined;
    },
    gtin(field) {
      const found = text(field).replace(/^'/, '');
      if (found === '') return undefined;
      const read = readGtin(found);
      if (read.ok) return read.gtin;
      problem(field, {
        weight: 'warning',
        reason: 'bad_gtin',
        says: /^[\d.,]+e\+?\d+$/i.test(found)
          ? 'A spreadsheet program has rounded this bar code; its last digits are lost.'
          : read.problem === 'not_digits'
            ? 'A bar code number (GTIN) is made of digits.'
            : read.problem === 'length'
              ? `A bar code number (GTIN) has 8, 12, 13 or 14 digits, this one ${read.length}.`
              : `The last digit of this bar code number (GTIN) should be ${read.expected}; probably a digit is mistyped.`,
        does: 'The article is taken in without a bar code number.',
      });
      return undefined;
    },
    code(field, { reference, options }) {
      const found = text(field).replace(/^'/, '');
      const code = found === '' ? undefined : tidyCode(found);
      if (code !== undefined) {
        if (code !== found)
          problem(field, {
            weight: 'warning',
            reason: 'odd_sku',
            says: 'A SKU has at most 60 plain letters, digits and signs.',
            does: `It is called "${code}".`,
          });
        return code;
      }
      const made = codeFromOptions(reference, options);
      problem(field, {
        weight: made === undefined ? 'error' : 'note',
        reason: 'no_sku',
        says: 'The article has no SKU.',
        does: made === undefined ? 'It is left out.' : `It is called "${made}", also at the next import.`,
      });
      return made;
    },
    html(field) {
      const found = find(field);
      if (found === undefined) return undefined;
      const plain = /[<&]/.test(found) ? htmlToText(found) : found;
      if (plain.length <= MAX_DESCRIPTION) return plain;
      problem(field, {
        weight: 'warning',
        reason: 'too_long',
        says: `The description has ${plain.length} letters, more than ${MAX_DESCRIPTION}.`,
        does: 'It is cut there.',
      });
      return plain.slice(0, MAX_DESCRIPTION);
    },
  };
}

const BLOCKS = new Set(
  'p div br li ul ol h1 h2 h3 h4 h5 h6 table tr section article header footer blockquote hr'.split(' '),
);
const SILENT = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'noscript',
  'head',
  'title',
  'textarea',
  'svg',
  'math',
]);

/**
 * The text of HTML: paragraphs as lines, list entries with a hyphen, cells side by side. Descriptions are kept as text, so nothing that a browser would run or fetch
 * can come in with them.
 */
export function htmlToText(html: string): string {
  let text = '';
  let silent = 0;
  const parser = new Parser(
    {
      onopentag(name) {
        if (SILENT.has(name)) silent += 1;
        if (BLOCKS.has(name)) text += '\n';
        if (name === 'li') text += '- ';
        if (name === 'td' || name === 'th') text += ' ';
      },
      ontext(piece) {
        if (silent === 0) text += piece.replaceAll(/\s+/g, ' ');
      },
      onclosetag(name) {
        if (SILENT.has(name)) silent = Math.max(0, silent - 1);
        if (BLOCKS.has(name)) text += '\n';
      },
    },
    { decodeEntities: true, lowerCaseTags: true },
  );
  parser.end(html);
  return text
    .split('\n')
    .map((line) => line.replaceAll(/[ \t\u00a0]+/g, ' ').trim())
    .filter((line) => line !== '' && line !== '-')
    .join('\n');
}

/** Pictures out of texts, each once, empty ones left out. A text that is neither an address of the web nor a file name is told. */
export function pictures(reader: RowReader, field: string, sources: readonly string[], alt: string): ImportedPicture[] {
  const seen = new Set<string>();
  return sources.flatMap((given) => {
    const source = given.trim();
    if (source === '' || seen.has(source)) return [];
    seen.add(source);
    const isKnown = /^https?:\/\//i.test(source) || /^[^:?*"<>|]+\.(?:png|jpe?g|webp|avif|svg)$/i.test(source);
    if (isKnown && source.length <= 2_000) return [{ line: reader.line, source, alt: alt.slice(0, 200) }];
    reader.problem(field, {
      weight: 'warning',
      reason: 'bad_picture',
      says: `"${source.slice(0, 100)}" is neither an address of the web nor the name of a picture.`,
      does: 'The picture is left out.',
    });
    return [];
  });
}

/** Names of categories from a path. At most ten levels of 200 letters, as the catalogue has them. */
export function categoryPath(text: string, separator: string | RegExp): string[] | undefined {
  const names = text
    .split(separator)
    .map((name) => name.trim().slice(0, 200))
    .filter((name) => name !== '');
  return names.length === 0 ? undefined : names.slice(0, 10);
}

/** Attributes without the empty ones, with names and values of a length that the catalogue keeps. */
export function attributesOf(
  given: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string | readonly string[]> {
  const kept: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(given).slice(0, 100)) {
    if (value === undefined || value.length === 0 || name.trim() === '') continue;
    kept[name.trim().slice(0, 60)] =
      typeof value === 'string' ? value.slice(0, 2_000) : value.slice(0, 100).map((one) => one.slice(0, 2_000));
  }
  return kept;
}

/** A list in one cell. */
export function listOf(text: string, separator: string | RegExp): string[] {
  return text
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
