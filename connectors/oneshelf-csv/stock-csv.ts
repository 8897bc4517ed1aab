import { tidyCode, type ImportedAmount } from '../../src/catalog/imported-product.ts';
import { leftOut, type RowFile } from './row-file.ts';

/** Units of a SKU at a place. `location` is a code, undefined where the file names none. */
export type ImportedLevel = {
  readonly line: number;
  readonly code: string;
  readonly location: string | undefined;
  readonly quantity: number;
  readonly unitCost: ImportedAmount;
};

/** Stock levels, one a row. */
export const stockRows: RowFile<ImportedLevel> = {
  personal: false,
  columns: [
    {
      field: 'sku',
      names: ['sku', 'article number', 'article', 'item number', 'Artikelnummer', 'referencia'],
      required: true,
      says: 'The code of the article.',
    },
    {
      field: 'quantity',
      names: ['quantity', 'stock', 'qty', 'on hand', 'Bestand', 'Menge', 'cantidad', 'existencias'],
      required: true,
      holds: 'number',
      says: 'Units there are.',
    },
    {
      field: 'location',
      names: ['location', 'location code', 'store', 'warehouse', 'Lager', 'Filiale', 'tienda', 'almacén'],
      says: 'The code of the location; without it the location that is chosen.',
    },
    {
      field: 'cost',
      names: ['cost', 'unit cost', 'Einkaufspreis', 'coste'],
      holds: 'number',
      says: 'What one unit cost, in the currency of the legal entity. For opening stock.',
    },
  ],
  read(row) {
    const code = tidyCode(row.text('sku').replace(/^'/, ''));
    if (code === undefined) return leftOut(row, 'sku', 'The row has no SKU.', 'no_sku');
    const quantity = row.units('quantity');
    if (quantity === undefined) return leftOut(row, 'quantity', 'The row has no number of units.', 'no_quantity');
    const location = row.text('location');
    return {
      line: row.line,
      code,
      quantity,
      location: location === '' ? undefined : location,
      unitCost: row.amount('cost') ?? { amount: 0, scale: 0 },
    };
  },
};
