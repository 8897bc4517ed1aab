import type { CurrencyCode } from '../kernel/currency.ts';
import { parseUnitPrice } from '../kernel/money.ts';

/** A row of a list of prices as people keep them: the code of a SKU, its price and, where there are breaks, from how many base units on. */
export type PriceRow = {
  readonly code: string;
  readonly amount: number;
  readonly scale: number;
  readonly minQuantity: number;
};

/** A line that is no price; `line` counts from 1. */
export type UnreadPriceRow = {
  readonly line: number;
  readonly text: string;
  readonly why: 'no_price' | 'no_quantity' | 'doubled';
};

/**
 * Reads `code; price; quantity` line by line, with semicolons, tabs or commas between, and points or commas before the decimals; what stands in quotes is one cell.
 * A first line whose price is none is the head. Of two lines about the same the first is taken.
 */
export function readPriceRows(
  text: string,
  currency: CurrencyCode,
): { readonly rows: readonly PriceRow[]; readonly unread: readonly UnreadPriceRow[] } {
  const rows: PriceRow[] = [];
  const unread: UnreadPriceRow[] = [];
  const seen = new Set<string>();
  const separator = text.includes('\t') ? '\t' : text.includes(';') ? ';' : ',';
  for (const [index, whole] of text.split(/\r?\n/).entries()) {
    if (whole.trim() === '') continue;
    const line = index + 1;
    const [code = '', wanted = '', quantity = ''] = cellsOf(whole, separator);
    const price = parseUnitPrice(wanted.includes('.') ? wanted : wanted.replace(',', '.'), currency);
    const minQuantity = quantity === '' ? 1 : Number(quantity);
    if (price === undefined || price.amount < 0 || code === '') {
      if (line > 1) unread.push({ line, text: whole, why: 'no_price' });
    } else if (!Number.isSafeInteger(minQuantity) || minQuantity < 1) {
      unread.push({ line, text: whole, why: 'no_quantity' });
    } else if (seen.has(`${code} ${minQuantity}`)) {
      unread.push({ line, text: whole, why: 'doubled' });
    } else {
      seen.add(`${code} ${minQuantity}`);
      rows.push({ code, amount: price.amount, scale: price.scale ?? 0, minQuantity });
    }
  }
  return { rows, unread };
}

/** The cells of a line. A separator within quotes separates nothing: `A-1,"12,34"` has two cells. */
function cellsOf(line: string, separator: string): string[] {
  const cells = [''];
  let quoted = false;
  for (const sign of line) {
    if (sign === '"') quoted = !quoted;
    if (sign === separator && !quoted) cells.push('');
    else cells[cells.length - 1] += sign;
  }
  return cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .replaceAll('""', '"'),
  );
}
