import { Type } from 'typebox';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType, QuantityType } from '../../../platform/http/money.ts';
import { BASE_UNITS } from '../../kernel/quantity.ts';
import { instantToText } from '../../kernel/time.ts';
import { pathTo, type Category, type CategoryTree } from '../category.ts';
import { SKU_KINDS, type Sku } from '../sku.ts';
import type { SkuSummary, WholeProduct } from './catalog.store.ts';

/** A price as a product shows it. The catalogue does not know prices: the composition root hands them in. */
export type ShownPrice = {
  readonly channelId: string;
  readonly currency: string;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly taxInclusive: boolean;
};

/** A text of at most, and at least, so many characters. */
export const text = (maxLength: number, minLength = 0) => Type.String({ minLength, maxLength });
/** The code of a SKU. */
export const Code = Type.String({
  pattern: '^[\\x21-\\x7e](?:[\\x20-\\x7e]{0,62}[\\x21-\\x7e])?$',
  description: 'Printable ASCII, without spaces at the ends.',
});
/** Properties of a product. */
export const AttributesType = Type.Record(
  Type.String(),
  Type.Union([
    Type.String(),
    Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
    Type.Boolean(),
    Type.Array(Type.String()),
  ]),
);
/** Options of a variant. */
export const OptionsType = Type.Record(Type.String(), Type.String());
/** A pack size. */
export const PackType = Type.Object({ name: text(40, 1), quantity: QuantityType }, { additionalProperties: false });
/** Pack sizes of a SKU. */
export const PacksType = Type.Array(PackType, { maxItems: 20 });
/** Nothing but what is declared. */
export const closed = { additionalProperties: false };

/** A SKU as it is asked for. */
export const WantedSkuType = Type.Object(
  {
    code: Code,
    name: Type.Optional(text(200, 1)),
    gtin: Type.Optional(text(20, 1)),
    kind: Type.Optional(Type.Union(SKU_KINDS.map((kind) => Type.Literal(kind)))),
    baseUnit: Type.Optional(Type.Union(BASE_UNITS.map((unit) => Type.Literal(unit)))),
    packSizes: Type.Optional(PacksType),
    taxClass: Type.Optional(text(40, 1)),
    parts: Type.Optional(
      Type.Array(Type.Object({ skuId: IdType('sku'), quantity: QuantityType }, closed), { maxItems: 50 }),
    ),
  },
  closed,
);
/** A variant as it is asked for. */
export const WantedVariantType = Type.Object(
  {
    name: Type.Optional(text(200)),
    options: Type.Optional(OptionsType),
    skus: Type.Array(WantedSkuType, { minItems: 1, maxItems: 20 }),
  },
  closed,
);
/** Variants as they are asked for. */
export const WantedVariantsType = Type.Array(WantedVariantType, { minItems: 1, maxItems: 100 });

/** A price as products and SKUs show it. */
export const PriceType = model(
  'ShownPrice',
  Type.Object({
    channelId: IdType('channel'),
    currency: Type.String(),
    amount: Type.Integer(),
    scale: Type.Integer(),
    per: Type.Integer(),
    taxInclusive: Type.Boolean(),
  }),
);
/** A SKU within its product. */
export const SkuType = model(
  'Sku',
  Type.Object({
    id: IdType('sku'),
    code: Type.String(),
    name: Type.String(),
    gtin: Type.Union([Type.String(), Type.Null()]),
    kind: Type.String(),
    baseUnit: Type.String(),
    packSizes: Type.Array(PackType),
    taxClass: Type.Union([Type.String(), Type.Null()]),
    archivedAt: Type.Union([InstantType, Type.Null()]),
    version: Type.Integer(),
    parts: Type.Array(Type.Object({ skuId: IdType('sku'), quantity: Type.Integer() })),
    prices: Type.Array(PriceType),
  }),
);
/** A product with all that belongs to it. */
export const ProductType = model(
  'Product',
  Type.Object({
    id: IdType('product'),
    name: Type.String(),
    description: Type.String(),
    categoryId: IdType('category'),
    category: Type.Array(Type.String()),
    attributes: AttributesType,
    archivedAt: Type.Union([InstantType, Type.Null()]),
    version: Type.Integer(),
    pictures: Type.Array(Type.Object({ id: IdType('media'), url: Type.String(), alt: Type.String() })),
    variants: Type.Array(
      Type.Object({ id: IdType('variant'), name: Type.String(), options: OptionsType, skus: Type.Array(SkuType) }),
    ),
  }),
);
/** What was made of a variant. */
export const MadeVariantType = Type.Object({
  id: IdType('variant'),
  skus: Type.Array(Type.Object({ id: IdType('sku'), code: Type.String() })),
});
/** What was made of a product. */
export const MadeType = Type.Object({
  id: IdType('product'),
  version: Type.Integer(),
  variants: Type.Array(MadeVariantType),
});
/** A category. */
export const CategoryType = model(
  'Category',
  Type.Object({
    id: IdType('category'),
    parentId: Type.Union([IdType('category'), Type.Null()]),
    name: Type.String(),
    taxClass: Type.String(),
    position: Type.Integer(),
    version: Type.Integer(),
  }),
);
/** A SKU in a list. */
export const FoundSkuType = model(
  'FoundSku',
  Type.Object({
    id: IdType('sku'),
    productId: IdType('product'),
    code: Type.String(),
    name: Type.String(),
    gtin: Type.Union([Type.String(), Type.Null()]),
    kind: Type.String(),
    baseUnit: Type.String(),
    packSizes: Type.Array(PackType),
    exact: Type.Boolean(),
    prices: Type.Array(PriceType),
  }),
);

/** What was made of a variant, as it is kept with the event. */
export type MadeVariant = { id: string; skus: { id: string; code: string }[] };
/** What was made of a product. */
export type Made = { id: string; version: number; variants: MadeVariant[] };
/** What is kept of a variant that was made. */
export function madeVariant(variant: { id: string; skus: readonly Sku[] }): MadeVariant {
  return { id: variant.id, skus: variant.skus.map(({ id, code }) => ({ id, code })) };
}

/** The same as it is told. */
export function madeVariantAnswer(variant: MadeVariant) {
  return {
    id: idText('variant', variant.id),
    skus: variant.skus.map((sku) => ({ id: idText('sku', sku.id), code: sku.code })),
  };
}

/** What is told of a product that was made. */
export function madeAnswer(made: Made) {
  return { id: idText('product', made.id), version: made.version, variants: made.variants.map(madeVariantAnswer) };
}

/** A category as it is told. */
export function categoryAnswer(category: Category) {
  const { name, taxClass, position, version } = category;
  return {
    id: idText('category', category.id),
    parentId: idText('category', category.parentId ?? null),
    name,
    taxClass,
    position,
    version,
  };
}

function priceAnswer(price: ShownPrice) {
  return { ...price, channelId: idText('channel', price.channelId) };
}

/** A product as it is told. */
export function productAnswer(
  product: WholeProduct,
  tree: CategoryTree,
  prices: ReadonlyMap<string, readonly ShownPrice[]>,
) {
  const { name, description, attributes, version } = product;
  return {
    id: idText('product', product.id),
    name,
    description,
    categoryId: idText('category', product.categoryId),
    category: pathTo(product.categoryId, tree).map((each) => each.name),
    attributes,
    archivedAt: product.archivedAt === undefined ? null : instantToText(product.archivedAt),
    version,
    pictures: product.pictures.map((each) => {
      const id = idText('media', each.id);
      return { id, url: `/api/v1/media/${id}`, alt: each.alt };
    }),
    variants: product.variants.map((variant) => ({
      id: idText('variant', variant.id),
      name: variant.name,
      options: variant.options,
      skus: variant.skus.map((sku) => skuAnswer(sku, prices.get(sku.id) ?? [])),
    })),
  };
}

function skuAnswer(sku: Sku, prices: readonly ShownPrice[]) {
  const { code, name, kind, baseUnit, packSizes, version } = sku;
  return {
    id: idText('sku', sku.id),
    code,
    name,
    gtin: sku.gtin ?? null,
    kind,
    baseUnit,
    packSizes,
    taxClass: sku.taxClass ?? null,
    archivedAt: sku.archivedAt === undefined ? null : instantToText(sku.archivedAt),
    version,
    parts: sku.parts.map((part) => ({ skuId: idText('sku', part.skuId), quantity: part.quantity })),
    prices: prices.map(priceAnswer),
  };
}

/** A SKU of a list as it is told. */
export function foundAnswer(sku: SkuSummary, exact: boolean, prices: readonly ShownPrice[]) {
  const { code, name, gtin, kind, baseUnit, packSizes } = sku;
  return {
    id: idText('sku', sku.id),
    productId: idText('product', sku.productId),
    code,
    name,
    gtin,
    kind,
    baseUnit,
    packSizes,
    exact,
    prices: prices.map(priceAnswer),
  };
}
