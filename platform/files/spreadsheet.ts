import readSheets from 'read-excel-file/node';
import type { SourceRow } from './delimited.ts';
import { BadArchive, openZip } from './zip.ts';

/** Rows that fit into memory as a spreadsheet is read: whole. Larger tables come as CSV. */
export const MAX_SHEET_ROWS = 50_000;

const LIMITS = { entries: 2_000, entryBytes: 200 * 2 ** 20, totalBytes: 400 * 2 ** 20, ratio: 300 };

/**
 * Reads the first sheet of an XLSX file as the texts that people see: numbers with a point, dates as `YYYY-MM-DD`. Numbers are taken as the file writes them, so that 19.99 stays
 * 19.99. Throws {@link BadArchive} for what is no spreadsheet, unpacks to too much or has too many rows.
 */
export async function readSpreadsheet(content: Buffer): Promise<SourceRow[]> {
  // The reader unpacks without limits: ours are checked first.
  const archive = await openZip(content, LIMITS);
  archive.close();
  let rows: readonly (readonly unknown[])[];
  try {
    const sheets = await readSheets(content, { parseNumber: (text: string) => text, trim: false });
    rows = sheets[0]?.data ?? [];
  } catch (error) {
    throw new BadArchive('no_archive', `This is no spreadsheet that can be read: ${(error as Error).message}`);
  }
  if (rows.length > MAX_SHEET_ROWS)
    throw new BadArchive('too_large', `The sheet has more than ${MAX_SHEET_ROWS} rows. Save it as CSV.`);
  return rows
    .map((row, index) => ({ line: index + 1, cells: row.map(cellText) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : '';
}
