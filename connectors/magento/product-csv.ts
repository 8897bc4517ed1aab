import type { Options } from '../../src/catalog/attributes.ts';
import type { ImportedProduct, ImportedVariant } from '../../src/catalog/imported-product.ts';
import type { ColumnSpec, ReadingRules } from '../product-file/columns.ts';
import type { ProductFormat, ProductReader } from '../product-file/product-format.ts';
import {
  attributesOf,
  categoryPath,
  pictures,
  readRow,
  type OnProblem,
  type RowReader,
} from '../product-file/row-reader.ts';

const COLUMNS: readonly ColumnSpec[] = [
  { field: 'sku', names: ['sku'], required: true, says: 'The code of the article.' },
  { field: 'storeView', names: ['store_view_code'], says: 'Rows of a store view are translations and are left out.' },
  {
    field: 'type',
    names: ['product_type'],
    required: true,
    says: 'simple, configurable, virtual or downloadable; others are told.',
  },
  {
    field: 'categories',
    names: ['categories'],
    says: 'Paths separated by commas, levels by slashes; the first one counts.',
  },
  { field: 'name', names: ['name'], required: true, says: 'The name.' },
  { field: 'description', names: ['description'], says: 'The description; HTML becomes text.' },
  { field: 'shortDescription', names: ['short_description'], says: 'The description where there is no long one.' },
  { field: 'weight', names: ['weight'], says: 'Kept as the attribute weight.' },
  { field: 'taxClass', names: ['tax_class_name'], says: 'Kept where it is not Taxable Goods.' },
  { field: 'price', names: ['price'], holds: 'number', says: 'The price.' },
  {
    field: 'specialPrice',
    names: ['special_price'],
    holds: 'number',
    says: 'Not taken in: special prices hold for a time.',
  },
  { field: 'cost', names: ['cost'], holds: 'number', says: 'What one unit cost.' },
  { field: 'stock', names: ['qty'], holds: 'number', says: 'Units there are.' },
  { field: 'gtin', names: ['gtin', 'ean', 'upc', 'barcode'], says: 'The GTIN.' },
  { field: 'baseImage', names: ['base_image'], says: 'A picture: an address or the name of a file.' },
  { field: 'baseImageLabel', names: ['base_image_label'], says: 'What the picture shows.' },
  { field: 'moreImages', names: ['additional_images'], says: 'Further pictures, separated by commas.' },
  { field: 'attributes', names: ['additional_attributes'], says: 'Properties as name=value, separated by commas.' },
  { field: 'variations', names: ['configurable_variations'], says: 'Of a configurable product: sku=…,color=…|sku=….' },
  { field: 'urlKey', names: ['url_key'], says: 'Not taken in.' },
];

type Configurable = { readonly product: Omit<ImportedProduct, 'variants'>; readonly reader: RowReader };
type Simple = { readonly product: Omit<ImportedProduct, 'variants'>; readonly variant: ImportedVariant };

/**
 * The product CSV that Magento 2 (Adobe Commerce) exports. Each variant is a simple product of its own; the configurable one, which mostly stands after them, names them. Source: Adobe Commerce
 * documentation, "Product attributes reference for import".
 */
export const magentoProducts: ProductFormat = {
  columns: COLUMNS,
  tellTale: ['sku', 'type', 'attributes'],
  open: openMagento,
};

function openMagento(rules: ReadingRules, tell: OnProblem): ProductReader {
  const simples = new Map<string, Simple>();
  const configurables: Configurable[] = [];
  return {
    add(row) {
      const reader = readRow(row, rules, tell);
      if (reader.text('storeView') !== '') {
        reader.problem('storeView', {
          weight: 'note',
          reason: 'translation',
          says: 'The row is a translation for one store view.',
          does: 'It is left out.',
        });
        return [];
      }
      const type = reader.text('type').toLowerCase();
      if (type === 'configurable') {
        configurables.push({ product: productOf(reader), reader });
        return [];
      }
      if (!['simple', 'virtual', 'downloadable'].includes(type)) {
        reader.problem('type', {
          weight: 'error',
          reason: 'unsupported_type',
          says: `Products of the type "${type.slice(0, 40)}" have no stock of their own.`,
          does: 'The product is left out.',
        });
        return [];
      }
      const code = reader.code('sku', { reference: '', options: {} });
      if (code === undefined) return [];
      if (simples.has(code)) {
        reader.problem('sku', {
          weight: 'error',
          reason: 'duplicate_sku',
          says: 'The SKU stands in the file before.',
          does: 'This row is left out.',
        });
        return [];
      }
      simples.set(code, { product: productOf(reader), variant: variantOf(reader, code, type !== 'simple') });
      return [];
    },
    end() {
      const done: ImportedProduct[] = [];
      const used = new Set<string>();
      for (const { product, reader } of configurables) {
        const variants: ImportedVariant[] = [];
        const found: ImportedProduct['pictures'][number][] = [...product.pictures];
        for (const { sku, options } of variationsOf(reader.text('variations'))) {
          const simple = simples.get(sku);
          if (simple === undefined || used.has(sku)) {
            reader.problem('variations', {
              weight: 'error',
              reason: 'missing_variant',
              says: `The variant "${sku.slice(0, 60)}" ${simple === undefined ? 'is not in the file' : 'belongs to another product already'}.`,
              does: 'The product is taken in without it.',
            });
            continue;
          }
          used.add(sku);
          variants.push({ ...simple.variant, options });
          for (const picture of simple.product.pictures)
            if (!found.some(({ source }) => source === picture.source)) found.push(picture);
        }
        if (variants.length > 0) done.push({ ...product, pictures: found, variants });
        else
          reader.problem('variations', {
            weight: 'error',
            reason: 'no_variations',
            says: 'A configurable product without variants has nothing to sell.',
            does: 'The product is left out.',
          });
      }
      for (const [code, { product, variant }] of simples)
        if (!used.has(code)) done.push({ ...product, variants: [variant] });
      return done;
    },
  };
}

function productOf(reader: RowReader): Omit<ImportedProduct, 'variants'> {
  const long = reader.html('description');
  const name = reader.short('name', 200);
  const path = categoryPath(reader.text('categories').split(',')[0] ?? '', '/');
  const label = reader.text('baseImageLabel') || (name ?? '');
  return {
    line: reader.line,
    reference: reader.text('sku'),
    name,
    description: long === '' || long === undefined ? (reader.html('shortDescription') ?? long) : long,
    // The root that every category of a store hangs under is no shelf.
    category:
      path?.length !== undefined && path.length > 1 && /^(?:Default|Root) Category$/i.test(path[0] ?? '')
        ? path.slice(1)
        : path,
    attributes: attributesOf({ ...attributesIn(reader.text('attributes')), weight: reader.text('weight') }),
    pictures: pictures(
      reader,
      'baseImage',
      [reader.text('baseImage'), ...reader.text('moreImages').split(',')].map(withoutFolder),
      label,
    ),
  };
}

/** Magento writes files of its media folder with a slash in front. */
function withoutFolder(source: string): string {
  return source
    .trim()
    .replace(/^\/+/, '')
    .replace(/^no_selection$/, '');
}

/** `color=Blue,size=M`; a value may hold commas, so a piece without a name belongs to the one before. Several values are separated by `|`. */
function attributesIn(text: string): Record<string, string | readonly string[]> {
  const found: Record<string, string> = {};
  let last: string | undefined;
  for (const piece of text.split(',')) {
    const [, name, value] = /^\s*([a-z][a-z0-9_]*)=(.*)$/s.exec(piece) ?? [];
    if (name !== undefined) found[(last = name)] = value ?? '';
    else if (last !== undefined) found[last] += `,${piece}`;
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => {
      const plain = value.replace(/^"(.*)"$/s, '$1').trim();
      return [name, plain.includes('|') ? plain.split('|') : plain];
    }),
  );
}

function variationsOf(text: string): { readonly sku: string; readonly options: Options }[] {
  return text.split('|').flatMap((one) => {
    const { sku, ...options } = attributesIn(one.trim()) as Record<string, string>;
    return sku === undefined || sku === '' ? [] : [{ sku, options }];
  });
}

function variantOf(reader: RowReader, code: string, isService: boolean): ImportedVariant {
  if (reader.text('specialPrice') !== '')
    reader.problem('specialPrice', {
      weight: 'note',
      reason: 'not_taken',
      says: 'Special prices hold for a time and are not taken in.',
      does: 'The price is.',
    });
  const taxClass = reader.text('taxClass');
  return {
    line: reader.line,
    code,
    options: {},
    gtin: reader.gtin('gtin'),
    kind: isService ? 'service' : undefined,
    taxClass: taxClass === '' || /^(?:taxable goods|none)$/i.test(taxClass) ? undefined : taxClass.slice(0, 40),
    price: reader.amount('price'),
    unitCost: reader.amount('cost'),
    stock: isService ? undefined : reader.units('stock'),
  };
}
