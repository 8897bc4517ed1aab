import { tidyCode, type ImportedAmount } from '../../src/catalog/imported-product.ts';
import { leftOut, type RowFile } from './row-file.ts';

/** A price of a SKU. `from` is the text of the date, read under the order of the column; empty: from the import on. */
export type ImportedPrice = {
  readonly line: number;
  readonly code: string;
  readonly price: ImportedAmount;
  readonly from: string;
};

/** Prices of one channel, one a row. */
export const priceRows: RowFile<ImportedPrice> = {
  personal: false,
  columns: [
    {
      field: 'sku',
      names: ['sku', 'article number', 'article', 'item number', 'Artikelnummer', 'referencia'],
      required: true,
      says: 'The code of the article.',
    },
    {
      field: 'price',
      names: ['price', 'sales price', 'Preis', 'Verkaufspreis', 'precio'],
      required: true,
      holds: 'number',
      says: 'The price, in the currency of the channel that is chosen.',
    },
    {
      field: 'from',
      names: ['from', 'valid from', 'gültig ab', 'desde'],
      holds: 'date',
      says: 'The first day of the price; without it from the import on.',
    },
  ],
  read(row) {
    const code = tidyCode(row.text('sku').replace(/^'/, ''));
    if (code === undefined) return leftOut(row, 'sku', 'The row has no SKU.', 'no_sku');
    const price = row.amount('price');
    if (price === undefined) return leftOut(row, 'price', 'The row has no price.', 'no_price');
    return { line: row.line, code, price, from: row.text('from') };
  },
};
