import type { Options } from '../../src/catalog/attributes.ts';
import type { ImportedProduct, ImportedVariant } from '../../src/catalog/imported-product.ts';
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
  { field: 'id', names: ['ID'], says: 'What WooCommerce calls the product.' },
  { field: 'type', names: ['Type'], required: true, says: 'simple, variable or variation; others are told.' },
  { field: 'sku', names: ['SKU'], says: 'The code of the article. Without one a code is made of ID and options.' },
  { field: 'gtin', names: ['GTIN, UPC, EAN, or ISBN', 'GTIN', 'EAN', 'UPC'], says: 'The GTIN.' },
  { field: 'name', names: ['Name'], required: true, says: 'The name.' },
  { field: 'description', names: ['Description'], says: 'The description; HTML becomes text.' },
  { field: 'shortDescription', names: ['Short description'], says: 'The description where there is no long one.' },
  { field: 'taxClass', names: ['Tax class'], says: 'Kept where it is not the standard one.' },
  { field: 'stock', names: ['Stock', 'Stock quantity'], holds: 'number', says: 'Units there are.' },
  {
    field: 'weight',
    names: ['Weight (kg)', 'Weight (g)', 'Weight (lbs)', 'Weight (oz)', 'Weight'],
    says: 'Kept as the attribute weight.',
  },
  { field: 'regularPrice', names: ['Regular price'], holds: 'number', says: 'The price.' },
  {
    field: 'salePrice',
    names: ['Sale price'],
    holds: 'number',
    says: 'The price where there is one and no date for it.',
  },
  { field: 'saleFrom', names: ['Date sale price starts'], says: 'A sale with dates is not taken in.' },
  { field: 'saleUntil', names: ['Date sale price ends'], says: 'A sale with dates is not taken in.' },
  { field: 'cost', names: ['Cost of goods', 'Cost price', 'Cost'], holds: 'number', says: 'What one unit cost.' },
  {
    field: 'categories',
    names: ['Categories'],
    says: 'The first path is the category, levels separated by >; others are kept as an attribute.',
  },
  { field: 'tags', names: ['Tags'], says: 'Kept as the attribute tags.' },
  { field: 'images', names: ['Images'], says: 'Addresses of pictures, separated by commas.' },
  { field: 'parent', names: ['Parent'], says: 'Of a variation: the SKU of its product, or id: and its ID.' },
  { field: 'attribute{n}Name', names: ['Attribute {n} name'], says: 'The name of a property.' },
  {
    field: 'attribute{n}Value',
    names: ['Attribute {n} value(s)', 'Attribute {n} values', 'Attribute {n} value'],
    says: 'Its value; of a variable product all values.',
  },
];

const MAX_ATTRIBUTES = 40;

type Parent = {
  readonly product: Omit<ImportedProduct, 'variants'>;
  readonly variants: ImportedVariant[];
  readonly reader: RowReader;
};

/**
 * The product CSV that WooCommerce exports. Variations are rows of their own that name their product, which may stand anywhere in the file. Source: WooCommerce documentation, "Product
 * CSV importer and exporter".
 */
export const wooCommerceProducts: ProductFormat = {
  columns: COLUMNS,
  tellTale: ['type', 'name', 'regularPrice'],
  open: openWooCommerce,
};

function openWooCommerce(rules: ReadingRules, tell: OnProblem): ProductReader {
  const parents = new Map<string, Parent>();
  const variations: { readonly parent: string; readonly reader: RowReader }[] = [];
  const numbers = Array.from({ length: MAX_ATTRIBUTES }, (_, at) => at + 1).filter(
    (n) => rules.columns.at(`attribute${n}Name`) !== undefined,
  );

  return {
    add(row) {
      const reader = readRow(row, rules, tell);
      const types = listOf(reader.text('type').toLowerCase(), ',');
      const isService = types.includes('virtual') || types.includes('downloadable');
      if (types.includes('variation')) {
        variations.push({ parent: reader.text('parent'), reader });
        return [];
      }
      if (types.includes('variable')) {
        const parent = { product: productOf(reader, numbers, false), variants: [], reader };
        for (const name of [reader.text('sku'), `id:${reader.text('id')}`])
          if (name !== '' && name !== 'id:') parents.set(name.toLowerCase(), parent);
        return [];
      }
      if (!types.includes('simple') && types.some((type) => type === 'grouped' || type === 'external')) {
        reader.problem('type', {
          weight: 'error',
          reason: 'unsupported_type',
          says: 'Grouped and external products have no stock and no price of their own.',
          does: 'The product is left out.',
        });
        return [];
      }
      const product = productOf(reader, numbers, true);
      const variant = variantOf(reader, product.reference, {}, isService);
      return variant === undefined ? [] : [{ ...product, variants: [variant] }];
    },
    end() {
      for (const { parent: name, reader } of variations) {
        const parent = parents.get(name.toLowerCase());
        if (parent === undefined) {
          reader.problem('parent', {
            weight: 'error',
            reason: 'missing_parent',
            says:
              name === ''
                ? 'The variation names no product.'
                : `The product "${name.slice(0, 60)}" of this variation is not in the file.`,
            does: 'The variation is left out.',
          });
          continue;
        }
        const isService = /virtual|downloadable/i.test(reader.text('type'));
        const variant = variantOf(reader, parent.product.reference, optionsOf(reader, numbers), isService);
        if (variant !== undefined) parent.variants.push(variant);
      }
      const done: ImportedProduct[] = [];
      for (const { product, variants, reader } of new Set(parents.values())) {
        if (variants.length > 0) done.push({ ...product, variants });
        else
          reader.problem('type', {
            weight: 'error',
            reason: 'no_variations',
            says: 'A variable product without variations has nothing to sell.',
            does: 'The product is left out.',
          });
      }
      return done;
    },
  };
}

function productOf(
  reader: RowReader,
  numbers: readonly number[],
  withOptions: boolean,
): Omit<ImportedProduct, 'variants'> {
  const id = reader.text('id');
  const sku = reader.text('sku');
  // A comma within a name is written with a backslash.
  const paths = listOf(reader.text('categories').replaceAll('\\,', '\u0001'), ',').map((path) =>
    path.replaceAll('\u0001', ','),
  );
  const long = reader.html('description');
  const own = withOptions ? optionsOf(reader, numbers) : {};
  return {
    line: reader.line,
    reference: id === '' ? sku || reader.text('name') : `woo-${id}`,
    name: reader.short('name', 200),
    description: long === '' || long === undefined ? (reader.html('shortDescription') ?? long) : long,
    category: categoryPath(paths[0] ?? '', '>'),
    attributes: attributesOf({
      ...own,
      tags: listOf(reader.text('tags'), ','),
      other_categories: paths.slice(1),
      weight: reader.text('weight'),
    }),
    pictures: pictures(reader, 'images', reader.text('images').split(','), reader.text('name')),
  };
}

function optionsOf(reader: RowReader, numbers: readonly number[]): Options {
  const options: Record<string, string> = {};
  for (const n of numbers) {
    const [name, value] = [reader.text(`attribute${n}Name`), reader.text(`attribute${n}Value`)];
    if (name !== '' && value !== '') options[name.slice(0, 60)] = value.slice(0, 200);
  }
  return options;
}

function variantOf(
  reader: RowReader,
  reference: string,
  options: Options,
  isService: boolean,
): ImportedVariant | undefined {
  const code = reader.code('sku', { reference, options });
  if (code === undefined) return undefined;
  const regular = reader.amount('regularPrice');
  const isSale = reader.text('salePrice') !== '';
  const isDated = reader.text('saleFrom') !== '' || reader.text('saleUntil') !== '';
  if (isSale && isDated)
    reader.problem('salePrice', {
      weight: 'note',
      reason: 'not_taken',
      says: 'A sale for a time is not taken in.',
      does: 'The regular price is.',
    });
  const taxClass = reader.text('taxClass');
  return {
    line: reader.line,
    code,
    options,
    gtin: reader.gtin('gtin'),
    kind: isService ? 'service' : undefined,
    taxClass: taxClass === '' || taxClass === 'standard' || taxClass === 'parent' ? undefined : taxClass.slice(0, 40),
    price: isSale && !isDated ? (reader.amount('salePrice') ?? regular) : regular,
    unitCost: reader.amount('cost'),
    stock: isService ? undefined : reader.units('stock'),
  };
}
