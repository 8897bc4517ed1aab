import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Encoding } from './encoding.ts';
import type { Separator } from './separator.ts';

/** A row of a file: the line on which it ends, from 1, and its cells. A cell with line breaks makes a row of several lines. */
export type SourceRow = { readonly line: number; readonly cells: readonly string[] };

/** A file that cannot be read further. What stood before the line has been given. */
export class UnreadableText extends Error {
  override readonly name = 'UnreadableText';
  readonly line: number;
  readonly reason: 'quote_not_closed' | 'row_too_large' | 'unreadable';
  constructor(line: number, reason: UnreadableText['reason'], message: string) {
    super(message);
    this.line = line;
    this.reason = reason;
  }
}

/** A row of more characters is a quote that was never closed, not a row. */
const MAX_ROW_CHARACTERS = 2_000_000;
const ROWS_A_BATCH = 500;

/**
 * Reads a delimited file as it comes, some hundred rows at a time; memory holds no more than that. Rows of other lengths and quotes that were not
 * doubled pass (the reader of the rows says what is wrong with them). Throws {@link UnreadableText} where nothing can be told any more.
 */
export async function* readDelimited(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  how: { readonly encoding: Encoding; readonly separator: Separator },
): AsyncGenerator<SourceRow[]> {
  const parser = parse({
    delimiter: how.separator,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    info: true,
    bom: true,
    max_record_size: MAX_ROW_CHARACTERS,
  });
  // The parser reads UTF-8 itself; making text of it first would only make bytes of it again.
  const source = Readable.from(how.encoding === 'utf-8' ? bytes : decoded(bytes, how.encoding));
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let rows: SourceRow[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      // A row of separators only is what spreadsheets leave below a table.
      if (record.every((cell) => cell === '')) continue;
      rows.push({ line: info.lines, cells: record });
      if (rows.length === ROWS_A_BATCH) {
        yield rows;
        rows = [];
      }
    }
  } catch (error) {
    if (rows.length > 0) yield rows;
    throw error instanceof CsvError ? unreadable(error) : error;
  } finally {
    source.destroy();
    parser.destroy();
  }
  if (rows.length > 0) yield rows;
}

/** The text of bytes in pieces, without the mark at its beginning. */
export async function* decoded(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

function unreadable(error: CsvError): UnreadableText {
  const line = Number(error['lines'] ?? 0);
  if (error.code === 'CSV_QUOTE_NOT_CLOSED')
    return new UnreadableText(line, 'quote_not_closed', 'A quote is opened and never closed.');
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return new UnreadableText(
      line,
      'row_too_large',
      'A row is larger than any row is; probably a quote is not closed.',
    );
  return new UnreadableText(line, 'unreadable', error.message);
}
