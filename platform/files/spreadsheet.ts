import { Worker } from 'node:worker_threads';
import type { SourceRow } from './delimited.ts';
import { zipOf, type PackedFile } from './zip-out.ts';
import { BadArchive, openZip } from './zip.ts';

/** Rows that fit into memory as a spreadsheet is read: whole. Larger tables come as CSV. */
export const MAX_SHEET_ROWS = 50_000;

const LIMITS = { entries: 2_000, entryBytes: 200 * 2 ** 20, totalBytes: 400 * 2 ** 20, ratio: 300 };

/** The first day that ZIP knows. */
const ZIP_BEGAN = Date.UTC(1980, 0, 1);

/** What reading one may take. 50,000 rows of 40 columns take 8 s and 600 MB on a small machine. */
export type SheetLimits = { readonly ms: number; readonly megabytes: number };
const SHEET_LIMITS: SheetLimits = { ms: 60_000, megabytes: 1_024 };

/**
 * Reads the first sheet of an XLSX file as the texts that people see: numbers with a point, dates as `YYYY-MM-DD`. Numbers are taken as the file writes them, so that 19.99 stays
 * 19.99. Throws {@link BadArchive} for what is no spreadsheet, unpacks to too much or has too many rows.
 */
export async function readSpreadsheet(content: Buffer, limits: SheetLimits = SHEET_LIMITS): Promise<SourceRow[]> {
  const answer = await readApart(await repacked(content), limits);
  if ('error' in answer) throw new BadArchive('no_archive', `This is no spreadsheet that can be read: ${answer.error}`);
  const { rows } = answer;
  if (rows.length > MAX_SHEET_ROWS)
    throw new BadArchive('too_large', `The sheet has more than ${MAX_SHEET_ROWS} rows. Save it as CSV.`);
  return rows
    .map((row, index) => ({ line: index + 1, cells: row.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/**
 * The same spreadsheet, unpacked here and packed again without compression. The reader unpacks without limits and believes what an archive says of itself; of this one all of it is
 * true. No spreadsheet program writes a document type, which is where entities that unfold to gigabytes are declared.
 */
async function repacked(content: Buffer): Promise<Buffer> {
  const archive = await openZip(content, LIMITS);
  try {
    const files: PackedFile[] = [];
    for (const entry of archive.entries) {
      if (!/\.xml(?:\.rels)?$/.test(entry.name)) continue;
      const bytes = await entry.read();
      if (bytes.includes('<!DOCTYPE') || bytes.includes('<!ENTITY'))
        throw new BadArchive('bomb', `${entry.name} declares a document type, which no spreadsheet needs.`);
      files.push({ name: entry.name, content: bytes });
    }
    return zipOf(files, ZIP_BEGAN);
  } finally {
    archive.close();
  }
}

type Answer = { readonly rows: readonly (readonly unknown[])[] } | { readonly error: string };

/**
 * Reads it in a thread of its own. One cell that says it stands in row 9,999,999,999 makes the reader fill all rows before it; then the thread ends, at its limit of memory or time, and
 * not the process.
 */
function readApart(content: Buffer, { ms, megabytes }: SheetLimits): Promise<Answer> {
  const worker = new Worker(new URL('./spreadsheet-worker.ts', import.meta.url), {
    workerData: content,
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  return new Promise<Answer>((done, fail) => {
    const tooMuch = (why: string): void =>
      fail(
        new BadArchive('too_large', `The spreadsheet ${why}. Save it as CSV, or without its empty rows and columns.`),
      );
    const timer = setTimeout(() => tooMuch('takes too long to read'), ms);
    worker.once('message', (answer: Answer) => done(answer));
    worker.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') tooMuch('takes too much memory to read');
      else fail(error);
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      fail(new Error('the thread that read a spreadsheet ended without an answer'));
    });
  }).finally(() => {
    void worker.terminate();
  });
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : '';
}
