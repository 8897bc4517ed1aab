import type { Options } from '../../src/catalog/attributes.ts';
import type { ImportedPicture, ImportedProduct, ImportedVariant } from '../../src/catalog/imported-product.ts';
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
    field: 'handle',
    names: ['Handle', 'URL handle'],
    required: true,
    says: 'What Shopify calls the product; rows with the same handle are one product.',
  },
  { field: 'title', names: ['Title'], required: true, says: 'The name, in the first row of a product.' },
  {
    field: 'body',
    names: ['Body (HTML)', 'Body HTML', 'Body', 'Description'],
    says: 'The description; HTML becomes text.',
  },
  { field: 'vendor', names: ['Vendor'], says: 'Kept as the attribute vendor.' },
  {
    field: 'category',
    names: ['Product Category', 'Standard Product Type'],
    says: 'The category, levels separated by >.',
  },
  {
    field: 'type',
    names: ['Type', 'Custom Product Type'],
    says: 'Kept as the attribute type; the category where there is no Product Category.',
  },
  { field: 'tags', names: ['Tags'], says: 'Kept as the attribute tags.' },
  { field: 'status', names: ['Status'], says: 'Archived products are left out, drafts are marked.' },
  { field: 'option{n}Name', names: ['Option{n} Name', 'Option {n} name'], says: 'What tells the variants apart.' },
  { field: 'option{n}Value', names: ['Option{n} Value', 'Option {n} value'], says: 'The value of this variant.' },
  {
    field: 'sku',
    names: ['Variant SKU', 'SKU'],
    says: 'The code of the article. Without one a code is made of handle and options.',
  },
  {
    field: 'grams',
    names: ['Variant Grams', 'Weight value (grams)'],
    holds: 'number',
    says: 'Kept as the attribute weight_grams.',
  },
  { field: 'stock', names: ['Variant Inventory Qty', 'Inventory quantity'], holds: 'number', says: 'Units there are.' },
  { field: 'price', names: ['Variant Price', 'Price'], holds: 'number', says: 'The price.' },
  {
    field: 'comparePrice',
    names: ['Variant Compare At Price', 'Compare-at price'],
    holds: 'number',
    says: 'Not taken in: the price is what counts.',
  },
  { field: 'cost', names: ['Cost per item'], holds: 'number', says: 'What one unit cost, for the value of the stock.' },
  { field: 'barcode', names: ['Variant Barcode', 'Barcode'], says: 'The GTIN.' },
  { field: 'taxCode', names: ['Variant Tax Code'], says: 'Not taken in: taxes come from the category.' },
  {
    field: 'requiresShipping',
    names: ['Variant Requires Shipping', 'Requires shipping'],
    says: 'FALSE makes a service, which has no stock.',
  },
  { field: 'giftCard', names: ['Gift Card', 'Gift card'], says: 'TRUE makes a voucher.' },
  { field: 'image', names: ['Image Src', 'Product image URL'], says: 'The address of a picture.' },
  { field: 'imageAlt', names: ['Image Alt Text'], says: 'What the picture shows.' },
  { field: 'imagePosition', names: ['Image Position'], holds: 'number', says: 'The place of the picture.' },
  {
    field: 'variantImage',
    names: ['Variant Image', 'Variant image URL'],
    says: 'A picture of the variant; joins those of the product.',
  },
];

type Open = {
  readonly reference: string;
  readonly first: RowReader;
  readonly optionNames: readonly string[];
  readonly variants: ImportedVariant[];
  readonly pictures: { readonly place: number; readonly picture: ImportedPicture }[];
};

/**
 * The product CSV that Shopify exports. The first row of a product carries its name; each row is a variant, a further picture, or both. Source: Shopify help, "Using CSV files to
 * import and export products".
 */
export const shopifyProducts: ProductFormat = {
  columns: COLUMNS,
  tellTale: ['handle', 'title', 'option1Name'],
  groupOf: (row, rules) => (row.cells[rules.columns.at('handle') ?? -1] ?? '').trim(),
  open: openShopify,
};

function openShopify(rules: ReadingRules, tell: OnProblem): ProductReader {
  let current: Open | undefined;
  const apart = new Map<string, Open>();
  let comparePriceTold = false;

  function finish(open: Open | undefined): ImportedProduct[] {
    if (open === undefined) return [];
    const { first, reference } = open;
    const status = first.text('status').toLowerCase();
    if (status === 'archived') {
      first.problem('status', {
        weight: 'note',
        reason: 'archived',
        says: 'The product is archived in Shopify.',
        does: 'It is left out.',
      });
      return [];
    }
    const type = first.text('type');
    return [
      {
        line: first.line,
        reference,
        name: first.short('title', 200),
        description: first.html('body'),
        category: categoryPath(first.text('category'), '>') ?? categoryPath(type, '>'),
        attributes: attributesOf({
          vendor: first.text('vendor'),
          type,
          tags: listOf(first.text('tags'), ','),
          status: status === 'draft' ? 'draft' : '',
          weight_grams: first.text('grams') === '0' ? '' : first.text('grams'),
        }),
        pictures: open.pictures.toSorted((a, b) => a.place - b.place).map(({ picture }) => picture),
        variants: open.variants,
      },
    ];
  }

  function addTo(open: Open, reader: RowReader): void {
    const isVariant = ['sku', 'option1Value', 'price'].some((field) => reader.text(field) !== '');
    if (isVariant) {
      const variant = variantOf(reader, open);
      if (variant !== undefined) open.variants.push(variant);
    }
    const alt = reader.text('imageAlt');
    const place = Number(reader.text('imagePosition')) || open.pictures.length + 1;
    const known = new Set(open.pictures.map(({ picture }) => picture.source));
    for (const [field, rank] of [
      ['image', place],
      ['variantImage', 1_000_000],
    ] as const) {
      for (const picture of pictures(reader, field, [reader.text(field)], alt || open.first.text('title'))) {
        if (!known.has(picture.source)) open.pictures.push({ place: rank, picture });
        known.add(picture.source);
      }
    }
    if (!isVariant && reader.text('image') === '')
      reader.problem('handle', {
        weight: 'note',
        reason: 'empty_row',
        says: 'The row holds neither a variant nor a picture.',
        does: 'It is left out.',
      });
    if (!comparePriceTold && reader.text('comparePrice') !== '') {
      comparePriceTold = true;
      reader.problem('comparePrice', {
        weight: 'note',
        reason: 'not_taken',
        says: 'Former prices are not taken in.',
        does: 'Only the price that holds is.',
      });
    }
  }

  return {
    add(row) {
      const reader = readRow(row, rules, tell);
      const handle = reader.text('handle');
      if (handle === '') {
        reader.problem('handle', {
          weight: 'error',
          reason: 'no_handle',
          says: 'The row names no product.',
          does: 'The row is left out.',
        });
        return [];
      }
      if (rules.apart.has(handle)) {
        const open = apart.get(handle) ?? openProduct(handle, reader);
        apart.set(handle, open);
        addTo(open, reader);
        return [];
      }
      if (current?.reference === handle) {
        addTo(current, reader);
        return [];
      }
      const done = finish(current);
      current = openProduct(handle, reader);
      addTo(current, reader);
      return done;
    },
    end() {
      const done = finish(current);
      current = undefined;
      return [...done, ...[...apart.values()].flatMap(finish)];
    },
  };
}

function openProduct(reference: string, first: RowReader): Open {
  return {
    reference,
    first,
    optionNames: [1, 2, 3].map((n) => first.text(`option${n}Name`)),
    variants: [],
    pictures: [],
  };
}

function variantOf(reader: RowReader, { reference, optionNames }: Open): ImportedVariant | undefined {
  const options = optionsOf(reader, optionNames);
  const code = reader.code('sku', { reference, options });
  if (code === undefined) return undefined;
  const isService = reader.text('requiresShipping').toLowerCase() === 'false';
  const isVoucher = reader.text('giftCard').toLowerCase() === 'true';
  return {
    line: reader.line,
    code,
    options,
    gtin: reader.gtin('barcode'),
    kind: isVoucher ? 'voucher' : isService ? 'service' : undefined,
    taxClass: undefined,
    price: reader.amount('price'),
    unitCost: reader.amount('cost'),
    stock: isVoucher || isService ? undefined : reader.units('stock'),
  };
}

/** Shopify calls the only variant of a product `Title: Default Title`. */
function optionsOf(reader: RowReader, names: readonly string[]): Options {
  const options: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const value = reader.text(`option${index + 1}Value`);
    if (value === '' || (name === 'Title' && value === 'Default Title')) continue;
    options[(name || `Option ${index + 1}`).slice(0, 60)] = value.slice(0, 200);
  }
  return options;
}
