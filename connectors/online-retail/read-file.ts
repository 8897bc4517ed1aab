import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse';
import { parseThousandths, type FileLine } from './classify.ts';

const COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const;

/** A line that is not one: its number in the file and what is wrong with it. Such a file is refused, not guessed at. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/** The lines of a retailer's year and the fingerprint of the file's content. Reads `.csv` and `.csv.gz`. Throws UnreadableFile naming line and column. */
export async function readFile(
  path: string,
  onProgress?: (lines: number) => void,
): Promise<{ lines: FileLine[]; fingerprint: string }> {
  const hash = createHash('sha256');
  const file = createReadStream(path);
  file.on('data', (chunk) => hash.update(chunk));
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // Errors of the file travel into the parser, which is what the loop below reads.
  const rows = parse({ bom: true, columns: checkColumns, relax_column_count: false });
  file.on('error', (error) => rows.destroy(error));
  if (text !== file) text.on('error', (error: Error) => rows.destroy(error));
  text.pipe(rows);
  const words = new Map<string, string>();
  // The same few words stand in half a million lines: one copy of each is kept.
  const one = (word: string): string => {
    const known = words.get(word);
    if (known !== undefined) return known;
    words.set(word, word);
    return word;
  };
  const lines: FileLine[] = [];
  try {
    for await (const row of rows as AsyncIterable<Record<(typeof COLUMNS)[number], string>>) {
      const quantity = Number(row.Quantity);
      const unitPrice = parseThousandths(row.UnitPrice);
      const number = lines.length + 2;
      if (!Number.isSafeInteger(quantity) || quantity === 0)
        throw new UnreadableFile(`Line ${number}, Quantity: "${row.Quantity}" is not a whole number of units.`);
      if (unitPrice === undefined)
        throw new UnreadableFile(
          `Line ${number}, UnitPrice: "${row.UnitPrice}" is not a price with up to three decimals.`,
        );
      if (!/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/.test(row.InvoiceDate))
        throw new UnreadableFile(`Line ${number}, InvoiceDate: "${row.InvoiceDate}" is not YYYY-MM-DD HH:MM:SS.`);
      lines.push({
        invoice: one(row.InvoiceNo),
        code: one(row.StockCode.trim()),
        description: one(row.Description.trim()),
        quantity,
        at: one(row.InvoiceDate),
        unitPrice,
        customer: one(row.CustomerID.replace(/\.0$/, '')),
        country: one(row.Country),
      });
      if (lines.length % 20_000 === 0) onProgress?.(lines.length);
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile(`The file can not be read: ${(error as Error).message}`);
  }
  onProgress?.(lines.length);
  return { lines, fingerprint: hash.digest('hex') };
}

function checkColumns(header: string[]): string[] {
  const missing = COLUMNS.filter((column) => !header.includes(column));
  if (missing.length > 0)
    throw new UnreadableFile(`The first line names no column ${missing.join(', ')}. Needed are ${COLUMNS.join(', ')}.`);
  return header;
}
