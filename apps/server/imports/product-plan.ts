import { uuidv7 } from 'uuidv7';
import type { Tx } from '../../../platform/db/pool.ts';
import type { Attributes } from '../../../src/catalog/attributes.ts';
import { optionsKey } from '../../../src/catalog/attributes.ts';
import {
  nameOfOptions,
  type ImportedAmount,
  type ImportedPicture,
  type ImportedProduct,
  type ImportedVariant,
  type ImportProblem,
} from '../../../src/catalog/imported-product.ts';
import {
  decideAddVariants,
  decideCreateProduct,
  decideEditProduct,
  type Product,
} from '../../../src/catalog/product.ts';
import {
  findSkuPlaces,
  loadProducts,
  loadSurroundings,
  type WholeProduct,
} from '../../../src/catalog/server/catalog.store.ts';
import { decideEditSku, type Sku, type SkuSurroundings } from '../../../src/catalog/sku.ts';
import type { Variant, WantedVariant } from '../../../src/catalog/variant.ts';
import type { Rejection } from '../../../src/kernel/decision.ts';
import { findPricesInForce, type PriceAmount } from '../../../src/pricing/server/pricing.store.ts';
import { importSql } from './import-store.ts';

/** What planning a chunk needs to know of the company. */
export type PlanRules = {
  /** The id of a category by its path; undefined when it is still to be made, which planning does not mind. */
  readonly categoryOf: (path: readonly string[] | undefined) => string | undefined;
  readonly taxClasses: ReadonlySet<string>;
  /** Where prices go; undefined: nowhere. */
  readonly prices: { readonly priceListId: string; readonly channelId: string; readonly currency: string } | undefined;
  /** Where stock is; undefined: nowhere. */
  readonly locationId: string | undefined;
  readonly pictures: boolean;
  readonly at: number;
};

/** What a chunk will do. All of it is decided already. */
export type ProductPlan = {
  readonly created: readonly { readonly product: Product; readonly variants: readonly Variant[] }[];
  readonly added: readonly Variant[];
  readonly products: readonly { readonly before: Product; readonly after: Product }[];
  readonly skus: readonly { readonly before: Sku; readonly after: Sku }[];
  readonly prices: readonly {
    readonly skuId: string;
    readonly before: PriceAmount | null;
    readonly after: ImportedAmount;
  }[];
  readonly stock: readonly { readonly skuId: string; readonly quantity: number; readonly unitCost: ImportedAmount }[];
  readonly pictures: readonly (ImportedPicture & { readonly productId: string })[];
  readonly unchanged: number;
  readonly leftOut: number;
};

/** A category that nobody has made yet: while checking, nothing refers to it. */
const TO_BE_MADE = '00000000-0000-7000-8000-000000000000';

type Draft = { -readonly [K in keyof ProductPlan]: ProductPlan[K] extends readonly (infer T)[] ? T[] : ProductPlan[K] };

/** Decides what becomes of some products. Reads, and writes nothing: checking and importing plan alike. */
export async function planProducts(
  tx: Tx,
  wanted: readonly ImportedProduct[],
  rules: PlanRules,
  tell: (problem: ImportProblem) => void,
): Promise<ProductPlan> {
  const codes = wanted.flatMap(({ variants }) => variants.map(({ code }) => code));
  const places = await findSkuPlaces(tx, codes);
  const existing = new Map(
    places.size === 0
      ? []
      : (await loadProducts(tx, [...new Set([...places.values()].map(({ productId }) => productId))])).map((one) => [
          one.id,
          one,
        ]),
  );
  const around = await loadSurroundings(
    tx,
    wanted.flatMap(({ variants }) =>
      variants.map(({ code, gtin }) => ({ id: places.get(code)?.skuId ?? '', code, gtin })),
    ),
  );
  const plan: Draft = {
    created: [],
    added: [],
    products: [],
    skus: [],
    prices: [],
    stock: [],
    pictures: [],
    unchanged: 0,
    leftOut: 0,
  };
  const skuIdOf = new Map([...places].map(([code, { skuId }]) => [code, skuId]));
  const kept: ImportedProduct[] = [];
  for (const given of wanted) {
    const product = withKnownTax(withFreeGtins(given, around, tell), rules.taxClasses, tell);
    const owners = new Set(product.variants.flatMap(({ code }) => places.get(code)?.productId ?? []));
    const [owner] = owners;
    const before = plan.created.length + plan.added.length + plan.products.length + plan.skus.length;
    let productId: string | undefined;
    if (product.variants.length === 0) {
      tell(
        about(product, 'error', 'no_variants', 'The product has no article that can be taken in.', 'It is left out.'),
      );
    } else if (owners.size > 1) {
      tell(
        about(
          product,
          'error',
          'skus_of_two_products',
          'Its SKUs belong to different products here.',
          'The product is left out; bring them together first.',
        ),
      );
    } else if (owner === undefined) {
      productId = planNew(product, rules, around, { plan, skuIdOf, tell });
    } else {
      productId = planKnown(product, existing.get(owner) as WholeProduct, rules, around, {
        plan,
        skuIdOf,
        places,
        tell,
      });
    }
    if (productId === undefined) {
      plan.leftOut += 1;
      continue;
    }
    kept.push(product);
    if (plan.created.length + plan.added.length + plan.products.length + plan.skus.length === before)
      plan.unchanged += 1;
    if (rules.pictures) for (const picture of product.pictures) plan.pictures.push({ ...picture, productId });
  }
  const variants = kept.flatMap((product) =>
    product.variants.flatMap((variant) => (skuIdOf.has(variant.code) ? [variant] : [])),
  );
  await planPrices(tx, variants, rules, { plan, skuIdOf, places, tell });
  await planStock(tx, variants, rules, { plan, skuIdOf, places, tell });
  return plan;
}

type Planning = {
  readonly plan: Draft;
  readonly skuIdOf: Map<string, string>;
  readonly tell: (problem: ImportProblem) => void;
};
type Places = { readonly places: ReadonlyMap<string, { readonly skuId: string; readonly productId: string }> };

function planNew(
  product: ImportedProduct,
  rules: PlanRules,
  around: SkuSurroundings,
  { plan, skuIdOf, tell }: Planning,
): string | undefined {
  if (product.name === undefined || product.name === '') {
    tell(about(product, 'error', 'no_name', 'A new product needs a name.', 'The product is left out.'));
    return undefined;
  }
  const id = uuidv7();
  const variants = product.variants.map(wantedVariant);
  const decision = decideCreateProduct(
    {
      id,
      name: product.name,
      description: product.description,
      categoryId: rules.categoryOf(product.category) ?? TO_BE_MADE,
      attributes: product.attributes,
      variants,
    },
    { ...around, hasCategory: () => true },
  );
  if (!decision.ok) {
    tell(refusal(product, decision.rejection));
    return undefined;
  }
  for (const variant of variants) for (const sku of variant.skus) skuIdOf.set(sku.code, sku.id);
  plan.created.push(decision.value);
  return id;
}

function planKnown(
  product: ImportedProduct,
  stored: WholeProduct,
  rules: PlanRules,
  around: SkuSurroundings,
  { plan, skuIdOf, places, tell }: Planning & Places,
): string | undefined {
  const { variants: storedVariants, pictures: _, ...before } = stored;
  // A path whose category is still to be made is another one than that of the product.
  const categoryId =
    product.category === undefined ? before.categoryId : (rules.categoryOf(product.category) ?? TO_BE_MADE);
  const wanted = {
    name: product.name === undefined || product.name === '' ? before.name : product.name,
    description: product.description ?? before.description,
    categoryId,
    attributes: { ...before.attributes, ...product.attributes },
  };
  const isSame =
    before.archivedAt === undefined &&
    wanted.name === before.name &&
    wanted.description === before.description &&
    wanted.categoryId === before.categoryId &&
    sameAttributes(wanted.attributes, before.attributes);
  let after = before;
  if (!isSame) {
    const decision = decideEditProduct(
      before,
      { version: before.version, ...wanted, archived: false },
      { hasCategory: () => true, now: rules.at },
    );
    if (!decision.ok) {
      tell(refusal(product, decision.rejection));
      return undefined;
    }
    after = decision.value;
  }
  const fresh: WantedVariant[] = [];
  const taken = new Map(storedVariants.map((variant) => [optionsKey(variant.options), variant]));
  const changed: { before: Sku; after: Sku }[] = [];
  const skus = new Map(storedVariants.flatMap((variant) => variant.skus.map((sku) => [sku.id, sku])));
  for (const variant of product.variants) {
    const sku = skus.get(places.get(variant.code)?.skuId ?? '');
    if (sku !== undefined) {
      const edited = editedSku(sku, variant, around, rules.at);
      if (edited !== undefined) changed.push({ before: sku, after: edited });
      continue;
    }
    const twin = taken.get(optionsKey(variant.options));
    if (twin !== undefined) {
      tell({
        line: variant.line,
        column: 'SKU',
        value: variant.code,
        weight: 'error',
        reason: 'other_sku',
        says: `This variant exists here already, with the SKU ${twin.skus[0]?.code ?? ''}.`,
        does: 'The variant is left out: SKUs stay as they are.',
      });
      continue;
    }
    fresh.push(wantedVariant(variant));
  }
  const decision = decideAddVariants(after, fresh, { ...around, existing: storedVariants });
  if (!decision.ok) {
    tell(refusal(product, decision.rejection));
    return undefined;
  }
  for (const variant of fresh) for (const sku of variant.skus) skuIdOf.set(sku.code, sku.id);
  if (!isSame) plan.products.push({ before, after });
  plan.skus.push(...changed);
  plan.added.push(...decision.value);
  return before.id;
}

function editedSku(sku: Sku, variant: ImportedVariant, around: SkuSurroundings, at: number): Sku | undefined {
  const gtin = variant.gtin ?? sku.gtin;
  const taxClass = variant.taxClass ?? sku.taxClass;
  if (gtin === sku.gtin && taxClass === sku.taxClass && sku.archivedAt === undefined) return undefined;
  const decision = decideEditSku(
    sku,
    { version: sku.version, gtin: gtin ?? null, taxClass: taxClass ?? null, archived: false },
    { ...around, now: at },
  );
  return decision.ok ? decision.value : undefined;
}

function wantedVariant(variant: ImportedVariant): WantedVariant {
  const { code, gtin, kind, taxClass, options } = variant;
  return { id: uuidv7(), name: nameOfOptions(options), options, skus: [{ id: uuidv7(), code, gtin, kind, taxClass }] };
}

async function planPrices(
  tx: Tx,
  variants: readonly ImportedVariant[],
  { prices, at }: PlanRules,
  { plan, skuIdOf, places, tell }: Planning & Places,
): Promise<void> {
  if (prices === undefined) return;
  const known = variants.flatMap(({ code }) => places.get(code)?.skuId ?? []);
  const inForce =
    known.length === 0
      ? new Map<string, never>()
      : await findPricesInForce(tx, known, { channelId: prices.channelId, at });
  for (const variant of variants) {
    const skuId = skuIdOf.get(variant.code) ?? '';
    const before = (inForce.get(skuId) ?? []).find(({ currency }) => currency === prices.currency);
    if (variant.price === undefined) {
      if (before === undefined)
        tell({
          line: variant.line,
          column: '',
          value: variant.code,
          weight: 'warning',
          reason: 'no_price',
          says: 'The article has no price.',
          does: 'It is taken in and cannot be sold until it has one.',
        });
      continue;
    }
    const { amount, scale } = variant.price;
    if (before !== undefined && before.per === 1 && before.amount * 10 ** scale === amount * 10 ** before.scale)
      continue;
    plan.prices.push({
      skuId,
      before: before === undefined ? null : { amount: before.amount, scale: before.scale, per: before.per },
      after: variant.price,
    });
  }
}

async function planStock(
  tx: Tx,
  variants: readonly ImportedVariant[],
  { locationId }: PlanRules,
  { plan, skuIdOf, places, tell }: Planning & Places,
): Promise<void> {
  if (locationId === undefined) return;
  const known = variants.flatMap(({ code }) => places.get(code)?.skuId ?? []);
  const there = new Set(
    known.length === 0
      ? []
      : (await tx.rows<{ sku_id: string }>(importSql.levels_there, [locationId, known])).map((row) => row.sku_id),
  );
  for (const variant of variants) {
    const skuId = skuIdOf.get(variant.code) ?? '';
    if (variant.stock === undefined || variant.stock === 0) continue;
    if (there.has(skuId)) {
      tell({
        line: variant.line,
        column: '',
        value: String(variant.stock),
        weight: 'note',
        reason: 'stock_stays',
        says: 'The article has stock here already.',
        does: 'Its stock stays as it is; a file of counted stock changes it.',
      });
      continue;
    }
    plan.stock.push({ skuId, quantity: variant.stock, unitCost: variant.unitCost ?? { amount: 0, scale: 0 } });
  }
}

/** A GTIN that another article here has cannot be given twice; the article is worth more than its bar code. */
function withFreeGtins(product: ImportedProduct, around: SkuSurroundings, tell: Planning['tell']): ImportedProduct {
  return {
    ...product,
    variants: product.variants.map((variant) => {
      const holder = variant.gtin === undefined ? undefined : around.skuByGtin.get(variant.gtin);
      if (holder === undefined || holder.code === variant.code) return variant;
      tell({
        line: variant.line,
        column: 'GTIN',
        value: variant.gtin ?? '',
        weight: 'warning',
        reason: 'gtin_taken',
        says: `The bar code number belongs to ${holder.code} here.`,
        does: 'The article is taken in without it.',
      });
      return { ...variant, gtin: undefined };
    }),
  };
}

function withKnownTax(product: ImportedProduct, known: ReadonlySet<string>, tell: Planning['tell']): ImportedProduct {
  if (product.variants.every(({ taxClass }) => taxClass === undefined || known.has(taxClass))) return product;
  return {
    ...product,
    variants: product.variants.map((variant) => {
      if (variant.taxClass === undefined || known.has(variant.taxClass)) return variant;
      tell({
        line: variant.line,
        column: 'Tax class',
        value: variant.taxClass,
        weight: 'warning',
        reason: 'unknown_tax_class',
        says: 'There is no such tax class here.',
        does: 'The tax class of the category holds.',
      });
      return { ...variant, taxClass: undefined };
    }),
  };
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => JSON.stringify(a[name]) === JSON.stringify(b[name]))
  );
}

function about(
  product: ImportedProduct,
  weight: ImportProblem['weight'],
  reason: string,
  says: string,
  does: string,
): ImportProblem {
  return { line: product.line, column: '', value: product.reference.slice(0, 200), weight, reason, says, does };
}

function refusal(product: ImportedProduct, { reason, ...numbers }: Rejection): ImportProblem {
  const details = Object.values(numbers)
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .join(', ');
  return about(
    product,
    'error',
    reason,
    `It cannot be taken in: ${reason.replaceAll('_', ' ')}${details === '' ? '' : ` (${details})`}.`,
    'The product is left out.',
  );
}
