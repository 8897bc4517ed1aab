import { tidyCode, type ImportedAmount } from '../../src/catalog/imported-product.ts';
import { priceRows } from './price-csv.ts';
import { leftOut, type RowFile } from './row-file.ts';
import { stockRows } from './stock-csv.ts';

/** What another system says of a SKU. What is undefined it does not say. */
export type ComparedSku = {
  readonly line: number;
  readonly code: string;
  readonly location: string | undefined;
  readonly quantity: number | undefined;
  readonly price: ImportedAmount | undefined;
};

/** The columns of stock and of prices, of which none but the SKU is required. */
const columns = [...stockRows.columns, ...priceRows.columns.filter(({ field }) => field === 'price')]
  .filter(({ field }) => field !== 'cost')
  .map((column) => ({ ...column, required: column.field === 'sku' }));

/** Articles of another system with their units and prices, one a row. */
export const comparisonRows: RowFile<ComparedSku> = {
  personal: false,
  columns,
  read(row) {
    const code = tidyCode(row.text('sku').replace(/^'/, ''));
    if (code === undefined) return leftOut(row, 'sku', 'The row has no SKU.', 'no_sku');
    const location = row.text('location');
    return {
      line: row.line,
      code,
      location: location === '' ? undefined : location,
      quantity: row.units('quantity'),
      price: row.amount('price'),
    };
  },
};
