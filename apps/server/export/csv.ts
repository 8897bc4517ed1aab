import type pg from 'pg';
import { csvLine } from '../../../platform/files/csv-out.ts';
import { loadSql, type Statement } from '../../../platform/db/pool.ts';
import { currencyCode, minorUnits } from '../../../src/kernel/currency.ts';
import { decimalString } from '../../../src/kernel/money.ts';

/** What is exported, each as a file of its own. */
export const EXPORT_KINDS = [
  'products',
  'prices',
  'stock',
  'stock_value',
  'customers',
  'orders',
  'order_lines',
  'payments',
  'journal',
  'accounts',
  'locations',
] as const;
/** One of {@link EXPORT_KINDS}. */
export type ExportKind = (typeof EXPORT_KINDS)[number];

const sql: Readonly<Record<ExportKind, Statement>> = loadSql(import.meta.url, './csv.sql', EXPORT_KINDS);

/** Rows that are fetched at a time. */
const PAGE = 2_000;

/**
 * All rows of a kind as CSV, in pieces, from the moment of the transaction that `client` is in. UTF-8 with a mark at the beginning, so that spreadsheets read it as such; a text that
 * they would run as a formula has an apostrophe in front, which our own import takes away again.
 */
export async function* csvOf(client: Pick<pg.ClientBase, 'query'>, kind: ExportKind): AsyncGenerator<string> {
  const cursor = `export_${kind}`;
  await client.query(`declare ${cursor} no scroll cursor for ${sql[kind].text}`);
  let isFirst = true;
  for (;;) {
    const { rows, fields } = await client.query<Record<string, string | number | null>>(`fetch ${PAGE} from ${cursor}`);
    const shape = kind === 'prices' ? PRICE_SHAPE : shapeOf(fields.map(({ name }) => name));
    if (isFirst) yield `\uFEFF${csvLine(shape.columns)}`;
    isFirst = false;
    if (rows.length > 0) yield rows.map((row) => csvLine(shape.cells(row))).join('');
    if (rows.length < PAGE) break;
  }
  await client.query(`close ${cursor}`);
}

type Shape = {
  readonly columns: readonly string[];
  readonly cells: (row: Readonly<Record<string, string | number | null>>) => readonly (string | number | null)[];
};

function shapeOf(columns: readonly string[]): Shape {
  return { columns, cells: (row) => columns.map((name) => row[name] ?? null) };
}

/** A price is written as people write it, as our own import reads it. */
const PRICE_SHAPE: Shape = {
  columns: ['sku', 'channel', 'currency', 'price', 'per', 'from', 'with tax'],
  cells: ({ sku = null, channel = null, currency = null, amount, scale, per = null, from = null, ...rest }) => {
    const digits = minorUnits(currencyCode(String(currency))) + Number(scale);
    const price = decimalString(Number(amount), digits);
    return [sku, channel, currency, price, per, from, rest['with tax'] ?? null];
  },
};
