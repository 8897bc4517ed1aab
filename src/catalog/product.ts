import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { InstantMs } from '../kernel/time.ts';
import { attributeProblem, optionsKey, type AttributeRejection, type Attributes } from './attributes.ts';
import { decideAddSku, type Sku, type SkuRejection, type SkuSurroundings } from './sku.ts';
import type { Variant, VariantRejection, WantedVariant } from './variant.ts';

/** What a shopper sees as one thing, in one or more variants. */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly categoryId: string;
  readonly attributes: Attributes;
  readonly archivedAt: InstantMs | undefined;
  readonly version: number;
};

/** A product as it is asked for. */
export type CreateProduct = {
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly categoryId: string;
  readonly attributes?: Attributes | undefined;
  readonly variants: readonly WantedVariant[];
};

/** Why a product is not made or changed. */
export type ProductRejection =
  | { reason: 'unknown_category'; categoryId: string }
  | { reason: 'stale_version'; current: number }
  | { reason: 'product_archived'; productId: string }
  | AttributeRejection
  | VariantRejection
  | SkuRejection;

/** What a product is decided beside. */
export type ProductSurroundings = SkuSurroundings & { readonly hasCategory: (categoryId: string) => boolean };

/** Says whether a product can be made with all its variants and SKUs, all or nothing. */
export function decideCreateProduct(
  command: CreateProduct,
  around: ProductSurroundings,
): Decision<{ product: Product; variants: Variant[] }, ProductRejection> {
  const { id, name, categoryId, attributes = {} } = command;
  if (!around.hasCategory(categoryId)) return reject({ reason: 'unknown_category', categoryId });
  const problem = attributeProblem(attributes);
  if (problem) return reject(problem);
  if (command.variants.length === 0) return reject({ reason: 'no_variants' });
  const product: Product = {
    id,
    name,
    description: command.description ?? '',
    categoryId,
    attributes,
    archivedAt: undefined,
    version: 1,
  };
  const variants = decideAddVariants(product, command.variants, { ...around, existing: [] });
  if (!variants.ok) return variants;
  return accept({ product, variants: variants.value });
}

/** Says whether variants may join a product beside those it has. Two variants of the same options would be one thing under two names. */
export function decideAddVariants(
  product: Product,
  wanted: readonly WantedVariant[],
  around: SkuSurroundings & { existing: readonly Pick<Variant, 'options'>[] },
): Decision<Variant[], ProductRejection> {
  if (product.archivedAt !== undefined) return reject({ reason: 'product_archived', productId: product.id });
  const options = new Set(around.existing.map((each) => optionsKey(each.options)));
  const seen = rememberNew(around);
  const variants: Variant[] = [];
  for (const each of wanted) {
    const variant = {
      id: each.id,
      productId: product.id,
      name: each.name ?? '',
      options: each.options ?? {},
      position: around.existing.length + variants.length,
    };
    const problem = attributeProblem(variant.options);
    if (problem) return reject(problem);
    if (options.has(optionsKey(variant.options)))
      return reject({ reason: 'duplicate_options', options: variant.options });
    options.add(optionsKey(variant.options));
    if (each.skus.length === 0) return reject({ reason: 'no_skus', variant: variant.name });
    const name = variant.name === '' ? product.name : `${product.name} ${variant.name}`;
    const skus: Sku[] = [];
    for (const wantedSku of each.skus) {
      const sku = decideAddSku(wantedSku, { variantId: variant.id, productId: product.id, name }, seen.around);
      if (!sku.ok) return sku;
      seen.add(sku.value);
      skus.push(sku.value);
    }
    variants.push({ ...variant, skus });
  }
  return accept(variants);
}

/** What may change about a product. `archived` takes it off every channel or brings it back. */
export type EditProduct = {
  readonly version: number;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly categoryId?: string | undefined;
  readonly attributes?: Attributes | undefined;
  readonly archived?: boolean | undefined;
};

/** Says whether a product may become as asked. The version tells that the editor saw what is there now; an archived product can only be restored. */
export function decideEditProduct(
  product: Product,
  edit: EditProduct,
  around: { hasCategory: (categoryId: string) => boolean; now: InstantMs },
): Decision<Product, ProductRejection> {
  if (edit.version !== product.version) return reject({ reason: 'stale_version', current: product.version });
  if (product.archivedAt !== undefined && edit.archived !== false)
    return reject({ reason: 'product_archived', productId: product.id });
  const { categoryId = product.categoryId, attributes = product.attributes } = edit;
  if (!around.hasCategory(categoryId)) return reject({ reason: 'unknown_category', categoryId });
  const problem = attributeProblem(attributes);
  if (problem) return reject(problem);
  return accept({
    ...product,
    name: edit.name ?? product.name,
    description: edit.description ?? product.description,
    categoryId,
    attributes,
    archivedAt: edit.archived === true ? around.now : undefined,
    version: product.version + 1,
  });
}

/** Surroundings that also know the SKUs decided so far, so that one request cannot hold a code twice and a bundle may name a part made with it. */
function rememberNew(around: SkuSurroundings): { around: SkuSurroundings; add(sku: Sku): void } {
  const skuIdByCode = new Map(around.skuIdByCode);
  const skuByGtin = new Map(around.skuByGtin);
  const made = new Map<string, Sku>();
  return {
    around: {
      skuIdByCode,
      skuByGtin,
      kindOf: (skuId) => made.get(skuId)?.kind ?? around.kindOf(skuId),
      partsOf: (skuId) => {
        const sku = made.get(skuId);
        if (sku === undefined) return around.partsOf(skuId);
        return sku.kind === 'bundle' ? sku.parts : undefined;
      },
    },
    add(sku) {
      made.set(sku.id, sku);
      skuIdByCode.set(sku.code, sku.id);
      if (sku.gtin !== undefined) skuByGtin.set(sku.gtin, sku);
    },
  };
}
