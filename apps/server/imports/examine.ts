import { mapColumns, type ColumnSpec, type ReadingRules } from '../../../connectors/product-file/columns.ts';
import type { OnProblem } from '../../../connectors/product-file/row-reader.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import { createDateEvidence, type DateOrder } from '../../../platform/files/dates.ts';
import { decoded, readDelimited, UnreadableText, type SourceRow } from '../../../platform/files/delimited.ts';
import { createEncodingEvidence } from '../../../platform/files/encoding.ts';
import { readFileParts, readWholeFile } from '../../../platform/files/file-store.ts';
import { createNumberEvidence, type DecimalMark } from '../../../platform/files/numbers.ts';
import type { Recognised } from '../../../platform/files/recognised.ts';
import { recogniseSeparator } from '../../../platform/files/separator.ts';
import { readSpreadsheet } from '../../../platform/files/spreadsheet.ts';
import type { ImportReport, ImportSettings, StoredImport } from './import-store.ts';

/** A file that was looked through: how it is read, and its rows as often as they are wanted. */
export type Examined = {
  readonly report: ImportReport;
  readonly rules: ReadingRules;
  readonly dates: Readonly<Record<string, DateOrder>>;
  readonly rowCount: number;
  /** The rows below the header that can be taken in; the others are told. */
  rows(tell: OnProblem): AsyncGenerator<SourceRow[]>;
};

/** What is looked for in a file. */
export type LookFor = {
  readonly columns: readonly ColumnSpec[];
  groupOf?(row: SourceRow, rules: ReadingRules): string;
};

const SAMPLE_CHARACTERS = 64 * 1024;
const MAX_SPREADSHEET_BYTES = 30 * 2 ** 20;
const SAMPLES_A_COLUMN = 3;

/** Nothing of the file can be read. `says` is for its owner. */
export class UnreadableImport extends Error {
  override readonly name = 'UnreadableImport';
  readonly reason: string;
  constructor(reason: string, says: string) {
    super(says);
    this.reason = reason;
  }
}

/**
 * Looks through a whole file once: encoding, separator, columns, how numbers and dates are written, and which products have rows that do not stand together. What is not certain
 * and was not chosen stands in `report.choices`; then the file must not be read further. Throws {@link UnreadableImport}.
 */
export async function examine(
  deps: { pool: Pool; schema: string },
  of: Pick<StoredImport, 'fileId' | 'fileName' | 'settings'>,
  look: LookFor,
  minorUnits: number,
): Promise<Examined> {
  const opened = await openRows(deps, of);
  const header = opened.header;
  const columns = mapColumns(header, look.columns, of.settings.columns);
  const evidence = look.columns.flatMap((spec) => fieldsOf(spec, columns.found).map((field) => ({ spec, field })));
  const numbers = evidenceFor(evidence, 'number', columns, createNumberEvidence);
  const dates = evidenceFor(evidence, 'date', columns, createDateEvidence);
  const samples = header.map(() => new Set<string>());
  const known: ReadingRules = { columns, marks: {}, minorUnits, apart: new Set() };
  const apart = new Set<string>();
  const closed = new Set<string>();
  let group: string | undefined;
  let rowCount = 0;
  for await (const rows of opened.rows(() => undefined)) {
    rowCount += rows.length;
    for (const row of rows) {
      for (const { at, evidence: one } of [...numbers, ...dates]) one.add((row.cells[at] ?? '').trim());
      if (rowCount <= 2_000) addSamples(samples, row);
      if (look.groupOf === undefined) continue;
      const next = look.groupOf(row, known);
      if (next === group) continue;
      if (group !== undefined) closed.add(group);
      if (closed.has(next)) apart.add(next);
      group = next;
    }
  }
  const found = {
    numbers: resultsOf<DecimalMark>(numbers),
    dates: resultsOf<DateOrder>(dates),
  };
  const marks = Object.fromEntries(
    Object.entries(found.numbers).map(([field, { value }]) => [field, of.settings.numbers?.[field] ?? value]),
  );
  const orders = Object.fromEntries(
    Object.entries(found.dates).map(([field, { value }]) => [field, of.settings.dates?.[field] ?? value]),
  );
  const report: ImportReport = {
    recognised: {
      encoding: opened.encoding,
      separator: opened.separator,
      format: { fits: columns.missing.length === 0, others: [] },
      columns: columns.found.map(({ column, field, index }) => ({
        column,
        field,
        samples: [...(samples[index] ?? [])],
      })),
      missing: columns.missing,
      doubled: columns.doubled,
      ...found,
    },
    choices: [
      ...openChoice('encoding', opened.encoding, of.settings.encoding),
      ...openChoice('separator', opened.separator, of.settings.separator),
      ...columns.missing.map((field) => `columns.${field}`),
      ...columns.doubled.map((field) => `columns.${field}`),
      ...Object.entries(found.numbers).flatMap(([field, one]) =>
        openChoice(`numbers.${field}`, one, of.settings.numbers?.[field]),
      ),
      ...Object.entries(found.dates).flatMap(([field, one]) =>
        openChoice(`dates.${field}`, one, of.settings.dates?.[field]),
      ),
    ],
  };
  return { report, rules: { ...known, marks, apart }, dates: orders, rowCount, rows: (tell) => opened.rows(tell) };
}

function openChoice(name: string, found: Recognised<string> | null, chosen: string | undefined): string[] {
  return found === null || found.certain || chosen !== undefined ? [] : [name];
}

function fieldsOf(spec: ColumnSpec, found: ReadingRules['columns']['found']): string[] {
  if (!spec.field.includes('{n}')) return [spec.field];
  const [before = '', after = ''] = spec.field.split('{n}');
  return found.flatMap(({ field }) => (field?.startsWith(before) === true && field.endsWith(after) ? [field] : []));
}

type Looking<E> = { readonly field: string; readonly at: number; readonly evidence: E };

function evidenceFor<E>(
  fields: readonly { spec: ColumnSpec; field: string }[],
  holds: 'number' | 'date',
  columns: ReadingRules['columns'],
  open: () => E,
): Looking<E>[] {
  return fields.flatMap(({ spec, field }) => {
    const at = columns.at(field);
    return spec.holds !== holds || at === undefined ? [] : [{ field, at, evidence: open() }];
  });
}

function resultsOf<V extends string>(
  looking: readonly Looking<{ result(): Recognised<V> | undefined }>[],
): Record<string, Recognised<V>> {
  return Object.fromEntries(
    looking.flatMap(({ field, evidence }) => {
      const result = evidence.result();
      return result === undefined ? [] : [[field, result]];
    }),
  );
}

function addSamples(samples: readonly Set<string>[], { cells }: SourceRow): void {
  for (const [at, seen] of samples.entries()) {
    const cell = (cells[at] ?? '').trim();
    if (cell !== '' && seen.size < SAMPLES_A_COLUMN) seen.add(cell.slice(0, 60));
  }
}

type Opened = {
  readonly header: readonly string[];
  readonly encoding: Recognised<NonNullable<ImportSettings['encoding']>> | null;
  readonly separator: Recognised<NonNullable<ImportSettings['separator']>> | null;
  rows(tell: OnProblem): AsyncGenerator<SourceRow[]>;
};

async function openRows(
  deps: { pool: Pool; schema: string },
  of: Pick<StoredImport, 'fileId' | 'fileName' | 'settings'>,
): Promise<Opened> {
  const evidence = createEncodingEvidence();
  const head: Buffer[] = [];
  for await (const part of readFileParts(deps, of.fileId)) {
    evidence.add(part);
    if (head.length === 0) head.push(part.subarray(0, SAMPLE_CHARACTERS * 2));
  }
  const [beginning] = head;
  if (beginning === undefined) throw new UnreadableImport('empty_file', 'The file is empty.');
  if (beginning.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return openSpreadsheet(deps, of);
  const encoding = evidence.result();
  const how = { encoding: of.settings.encoding ?? encoding.value };
  let text = '';
  for await (const piece of decoded([beginning], how.encoding)) text += piece;
  const separator = recogniseSeparator(text.slice(0, SAMPLE_CHARACTERS));
  const reading = { ...how, separator: of.settings.separator ?? separator.value };
  const open = (): AsyncGenerator<SourceRow[]> => readDelimited(readFileParts(deps, of.fileId), reading);
  const header = await headerOf(open());
  return { header, encoding, separator, rows: (tell) => rowsBelow(open(), header.length, tell) };
}

async function openSpreadsheet(
  deps: { pool: Pool; schema: string },
  of: Pick<StoredImport, 'fileId'>,
): Promise<Opened> {
  let rows: SourceRow[];
  try {
    rows = await readSpreadsheet(await readWholeFile(deps, of.fileId, MAX_SPREADSHEET_BYTES));
  } catch (error) {
    throw new UnreadableImport('bad_spreadsheet', (error as Error).message);
  }
  const whole = async function* (): AsyncGenerator<SourceRow[]> {
    yield rows;
  };
  const header = await headerOf(whole());
  return { header, encoding: null, separator: null, rows: (tell) => rowsBelow(whole(), header.length, tell) };
}

async function headerOf(batches: AsyncGenerator<SourceRow[]>): Promise<readonly string[]> {
  try {
    for await (const [first] of batches) if (first !== undefined) return first.cells.map((cell) => cell.trim());
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    throw new UnreadableImport(error.reason, error.message);
  }
  throw new UnreadableImport('empty_file', 'The file is empty.');
}

/** The rows below the header, as they can be taken in: which are not depends on the file only, so every pass leaves out the same. */
async function* rowsBelow(
  batches: AsyncGenerator<SourceRow[]>,
  width: number,
  tell: OnProblem,
): AsyncGenerator<SourceRow[]> {
  let first = true;
  try {
    for await (const batch of batches) {
      const rows = first ? batch.slice(1) : batch;
      first = false;
      yield rows.flatMap((row) => tidyRow(row, width, tell) ?? []);
    }
  } catch (error) {
    if (!(error instanceof UnreadableText)) throw error;
    tell({
      line: error.line,
      column: '',
      value: '',
      weight: 'error',
      reason: error.reason,
      says: error.message,
      does: 'Everything from that place on is left out.',
    });
  }
}

function tidyRow(row: SourceRow, width: number, tell: OnProblem): SourceRow | undefined {
  const about = { line: row.line, column: '', value: row.cells.join(' · ').slice(0, 200) };
  if (row.cells.length > width && row.cells.slice(width).some((cell) => cell.trim() !== '')) {
    tell({
      ...about,
      weight: 'error',
      reason: 'too_many_cells',
      says: `The row has ${row.cells.length} cells, the header ${width}: probably a text with a separator in it stands without quotes.`,
      does: 'The row is left out, because nobody knows which cell belongs to which column.',
    });
    return undefined;
  }
  if (row.cells.length < width)
    tell({
      ...about,
      weight: 'warning',
      reason: 'too_few_cells',
      says: `The row has ${row.cells.length} cells, the header ${width}.`,
      does: 'The missing ones are taken as empty.',
    });
  if (!row.cells.some((cell) => cell.startsWith('"') || cell.includes('\uFFFD') || cell.includes('\0'))) return row;
  return { line: row.line, cells: row.cells.map((cell, at) => tidyCell(cell, { line: row.line, at }, tell)) };
}

/** A quote in front is left where quotes within were not doubled; the letters are all there, only the outer quotes are too many. */
function tidyCell(cell: string, where: { readonly line: number; readonly at: number }, tell: OnProblem): string {
  const about = { line: where.line, column: `column ${where.at + 1}`, value: cell.slice(0, 200) };
  if (cell.includes('\uFFFD') || cell.includes('\0'))
    tell({
      ...about,
      weight: 'warning',
      reason: 'unreadable_letter',
      says: 'Some letters cannot be read; perhaps the file was saved in the wrong encoding before.',
      does: 'It is taken as it stands here.',
    });
  const text = cell.replaceAll('\0', '');
  if (!/^".+"$/s.test(text)) return text;
  tell({
    ...about,
    weight: 'warning',
    reason: 'odd_quotes',
    says: 'Quotes within a quoted text should be written twice.',
    does: `It is read as ${text.slice(1, -1).slice(0, 100)}`,
  });
  return text.slice(1, -1);
}
