import type { Options } from '../../src/catalog/attributes.ts';
import type { ImportedPicture, ImportedProduct, ImportedVariant } from '../../src/catalog/imported-product.ts';
import { SKU_KINDS } from '../../src/catalog/sku.ts';
import type { ColumnSpec, ReadingRules } from '../product-file/columns.ts';
import type { ProductFormat, ProductReader } from '../product-file/product-format.ts';
import {
  attributesOf,
  categoryPath,
  listOf,
  pictures,
  readRow,
  type OnProblem,
  type RowReader,
} from '../product-file/row-reader.ts';

const COLUMNS: readonly ColumnSpec[] = [
  {
    field: 'product',
    names: ['product', 'product reference', 'parent'],
    says: 'What you call the product; rows with the same one are its variants. Without it each row is a product.',
  },
  {
    field: 'name',
    names: ['name', 'title', 'product name', 'Bezeichnung', 'nombre'],
    required: true,
    says: 'The name of the product, at least in its first row.',
  },
  {
    field: 'sku',
    names: ['sku', 'article number', 'article', 'item number', 'Artikelnummer', 'referencia'],
    required: true,
    says: 'The code of the article.',
  },
  { field: 'gtin', names: ['gtin', 'ean', 'upc', 'barcode'], says: 'The number under the bar code.' },
  { field: 'description', names: ['description', 'Beschreibung'], says: 'The description; HTML becomes text.' },
  { field: 'category', names: ['category', 'Warengruppe', 'Kategorie'], says: 'Levels separated by >.' },
  { field: 'kind', names: ['kind'], says: `One of ${SKU_KINDS.join(', ')}; goods where nothing stands.` },
  {
    field: 'taxClass',
    names: ['tax class', 'Steuerklasse'],
    says: 'The tax class, where it is not that of the category.',
  },
  {
    field: 'price',
    names: ['price', 'sales price', 'Preis', 'Verkaufspreis', 'precio'],
    holds: 'number',
    says: 'The price.',
  },
  { field: 'cost', names: ['cost', 'unit cost', 'Einkaufspreis'], holds: 'number', says: 'What one unit cost.' },
  { field: 'stock', names: ['stock', 'quantity', 'qty', 'Bestand'], holds: 'number', says: 'Units there are.' },
  {
    field: 'pictures',
    names: ['pictures', 'images', 'image', 'Bild'],
    says: 'Addresses or file names, separated by |.',
  },
  { field: 'option{n}Name', names: ['option {n} name', 'option{n} name'], says: 'What tells the variants apart.' },
  { field: 'option{n}Value', names: ['option {n} value', 'option{n} value'], says: 'The value of this variant.' },
  { field: 'attribute{n}Name', names: ['attribute {n} name'], says: 'The name of a property.' },
  { field: 'attribute{n}Value', names: ['attribute {n} value'], says: 'Its value; several are separated by |.' },
];

type Open = {
  readonly first: RowReader;
  readonly reference: string;
  readonly variants: ImportedVariant[];
  readonly pictures: ImportedPicture[];
};

/** Our own product file, CSV or XLSX: one row an article. Described in docs/import.md. */
export const ownProducts: ProductFormat = { columns: COLUMNS, tellTale: ['name', 'sku'], open: openOwn };

function openOwn(rules: ReadingRules, tell: OnProblem): ProductReader {
  const products = new Map<string, Open>();
  const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
  const pairs = (reader: RowReader, what: 'option' | 'attribute'): Record<string, string> =>
    Object.fromEntries(
      numbers.flatMap((n) => {
        const [name, value] = [reader.text(`${what}${n}Name`), reader.text(`${what}${n}Value`)];
        return name === '' || value === '' ? [] : [[name.slice(0, 60), value.slice(0, 200)]];
      }),
    );

  function close({ first, reference, variants, pictures: found }: Open): ImportedProduct {
    const attributes = pairs(first, 'attribute');
    return {
      line: first.line,
      reference,
      name: first.short('name', 200),
      description: first.html('description'),
      category: categoryPath(first.text('category'), '>'),
      attributes: attributesOf(
        Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, value.includes('|') ? listOf(value, '|') : value]),
        ),
      ),
      pictures: found,
      variants,
    };
  }

  return {
    add(row) {
      const reader = readRow(row, rules, tell);
      const options = pairs(reader, 'option');
      const reference = reader.text('product');
      const code = reader.code('sku', { reference: reference || reader.text('name'), options });
      if (code === undefined) return [];
      const key = reference || `sku ${code}`;
      const open = products.get(key) ?? { first: reader, reference: reference || code, variants: [], pictures: [] };
      products.set(key, open);
      open.variants.push(variantOf(reader, code, options));
      const known = new Set(open.pictures.map(({ source }) => source));
      open.pictures.push(
        ...pictures(reader, 'pictures', reader.text('pictures').split('|'), reader.text('name')).filter(
          ({ source }) => !known.has(source),
        ),
      );
      return [];
    },
    end: () => [...products.values()].map(close),
  };
}

function variantOf(reader: RowReader, code: string, options: Options): ImportedVariant {
  const wanted = reader.text('kind').toLowerCase();
  const kind = SKU_KINDS.find((one) => one === wanted && one !== 'bundle');
  if (wanted !== '' && kind === undefined)
    reader.problem('kind', {
      weight: 'warning',
      reason: 'bad_kind',
      says: 'There is no such kind of article.',
      does: 'It is taken in as goods.',
    });
  const taxClass = reader.text('taxClass');
  return {
    line: reader.line,
    code,
    options,
    gtin: reader.gtin('gtin'),
    kind,
    taxClass: taxClass === '' ? undefined : taxClass.slice(0, 40),
    price: reader.amount('price'),
    unitCost: reader.amount('cost'),
    stock: kind === undefined || kind === 'goods' ? reader.units('stock') : undefined,
  };
}
