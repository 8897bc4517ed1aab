import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { beginning, wordsQuery } from '../../../platform/db/search.ts';
import type { BaseUnit, PackSize } from '../../kernel/quantity.ts';
import type { Attributes, Options } from '../attributes.ts';
import { explode, type BundlePart } from '../bundle.ts';
import type { Category } from '../category.ts';
import { normaliseGtin, type Gtin } from '../gtin.ts';
import type { Media, MediaType } from '../media.ts';
import type { CreateProduct, Product } from '../product.ts';
import type { Sku, SkuKind, SkuSurroundings, WantedSku } from '../sku.ts';
import type { Variant } from '../variant.ts';

const sql = loadSql(import.meta.url, './catalog.sql', [
  'find_categories',
  'lock_categories',
  'insert_categories',
  'find_products',
  'lock_product',
  'find_variants',
  'find_skus',
  'lock_sku',
  'find_skus_of_products',
  'find_taken',
  'find_parts_below',
  'insert_products',
  'insert_variants',
  'insert_skus',
  'insert_parts',
  'insert_media',
  'update_product',
  'update_sku',
  'list_products',
  'search_products',
  'list_skus',
  'scan_skus',
  'search_skus',
  'find_pictures',
  'find_media',
  'find_sku_refs',
  'find_categories_above',
  'move_category',
  'find_sku_places',
  'update_products',
  'update_skus',
]);

type CategoryRow = {
  id: string;
  parent_id: string | null;
  name: string;
  tax_class: string;
  position: number;
  version: number;
};
type ProductRow = {
  id: string;
  name: string;
  description: string;
  category_id: string;
  attributes: Attributes;
  archived_at: number | null;
  version: number;
};
type VariantRow = { id: string; product_id: string; name: string; options: Options; position: number };
type SkuRow = {
  id: string;
  variant_id: string;
  product_id: string;
  code: string;
  name: string;
  gtin: Gtin | null;
  kind: SkuKind;
  base_unit: BaseUnit;
  pack_sizes: PackSize[];
  tax_class: string | null;
  archived_at: number | null;
  version: number;
};

/** A product with its variants, their SKUs and its pictures. */
export type WholeProduct = Product & { readonly variants: readonly Variant[]; readonly pictures: readonly Media[] };

/** What a list of SKUs shows. `sortName` is where the list goes on. */
export type SkuSummary = {
  readonly id: string;
  readonly productId: string;
  readonly code: string;
  readonly name: string;
  readonly gtin: string | null;
  readonly kind: SkuKind;
  readonly baseUnit: BaseUnit;
  readonly packSizes: readonly PackSize[];
  readonly sortName: string;
};

/** Where a list by name goes on: after this name and id. */
export type NameKey = { readonly name: string; readonly id: string };

const FIRST: NameKey = { name: '', id: '00000000-0000-0000-0000-000000000000' };

/** The whole tree in the order of its screens; `locked` when it will be changed, so that two changes cannot make a circle together. */
export async function loadCategories(
  tx: Tx,
  how: { locked: boolean } = { locked: false },
): Promise<Map<string, Category>> {
  const rows = await tx.rows<CategoryRow>(how.locked ? sql.lock_categories : sql.find_categories);
  return new Map(rows.map((row) => [row.id, toCategory(row)]));
}

/** Inserts categories; parents stand before their children. */
export async function insertCategories(tx: Tx, categories: readonly Category[]): Promise<void> {
  const column = columnsOf(categories);
  await tx.run(sql.insert_categories, [
    column('id'),
    column('parentId'),
    column('name'),
    column('taxClass'),
    column('position'),
  ]);
}

/** Writes a decided move over the version it was decided on; the tree must have been loaded locked. */
export async function moveCategory(tx: Tx, category: Category): Promise<void> {
  const rows = await tx.run(sql.move_category, [category.id, category.version - 1, category.parentId ?? null]);
  if (rows !== 1) throw new Error('a locked category changed under our hands');
}

/** A product whose row is locked until the end of the transaction, or undefined. */
export async function lockProduct(tx: Tx, id: string): Promise<Product | undefined> {
  const row = await tx.find<ProductRow>(sql.lock_product, [id]);
  return row === undefined ? undefined : toProduct(row);
}

/** A SKU whose row is locked until the end of the transaction, or undefined. Its parts are not read. */
export async function lockSku(tx: Tx, id: string): Promise<Sku | undefined> {
  const row = await tx.find<SkuRow>(sql.lock_sku, [id]);
  return row === undefined ? undefined : toSku(row, []);
}

/** Products with all that belongs to them, in the order of the ids given; unknown ones are left out. */
export async function loadProducts(tx: Tx, ids: readonly string[]): Promise<WholeProduct[]> {
  const rows = await tx.rows<ProductRow>(sql.find_products, [ids]);
  const byId = new Map((await withVariants(tx, rows.map(toProduct))).map((product) => [product.id, product]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** A page of products by name. `categoryIds` undefined: all. One row more than `limit` tells that there is a next page. */
export async function listProducts(
  tx: Tx,
  wanted: {
    limit: number;
    after?: NameKey | undefined;
    search?: string | undefined;
    categoryIds?: readonly string[] | undefined;
    archived: boolean;
  },
): Promise<{ product: WholeProduct; key: NameKey }[]> {
  const { name, id } = wanted.after ?? FIRST;
  const values = [wanted.limit + 1, name, id, wanted.categoryIds ?? null, wanted.archived];
  const rows =
    wanted.search === undefined
      ? await tx.rows<ProductRow & { sort_name: string }>(sql.list_products, values)
      : await tx.rows<ProductRow & { sort_name: string }>(sql.search_products, [
          ...values,
          ...searchValues(wanted.search),
        ]);
  const products = await withVariants(tx, rows.map(toProduct));
  return products.map((product, index) => ({ product, key: { name: rows[index]?.sort_name ?? '', id: product.id } }));
}

type SkuSummaryRow = {
  id: string;
  product_id: string;
  code: string;
  name: string;
  gtin: string | null;
  kind: SkuKind;
  base_unit: BaseUnit;
  pack_sizes: PackSize[];
  sort_name: string;
};

/**
 * A page of SKUs that are sold, by name. With a search those whose code or GTIN is exactly that come first, on the first page, so that
 * a scanner's Enter takes the right one.
 */
export async function listSkus(
  tx: Tx,
  wanted: { limit: number; after?: NameKey | undefined; search?: string | undefined },
): Promise<{ exact: SkuSummary[]; others: SkuSummary[] }> {
  const { name, id } = wanted.after ?? FIRST;
  if (wanted.search === undefined) {
    const rows = await tx.rows<SkuSummaryRow>(sql.list_skus, [wanted.limit + 1, name, id]);
    return { exact: [], others: rows.map(toSummary) };
  }
  const exact = await tx.rows<SkuSummaryRow>(sql.scan_skus, [
    wanted.search.trim(),
    normaliseGtin(wanted.search) ?? null,
  ]);
  const others = await tx.rows<SkuSummaryRow>(sql.search_skus, [
    wanted.limit + 1,
    name,
    id,
    ...searchValues(wanted.search),
    exact.map((row) => row.id),
  ]);
  return { exact: wanted.after === undefined ? exact.map(toSummary) : [], others: others.map(toSummary) };
}

/** The bytes of a picture, or undefined. */
export async function findMedia(tx: Tx, id: string): Promise<{ mediaType: MediaType; content: Buffer } | undefined> {
  const row = await tx.find<{ media_type: MediaType; content: Buffer }>(sql.find_media, [id]);
  return row === undefined ? undefined : { mediaType: row.media_type, content: row.content };
}

/** What SKUs that are wanted must be decided beside: the codes and GTINs that are taken, and the bundles below their parts. */
export async function loadSurroundings(tx: Tx, wanted: readonly WantedSku[]): Promise<SkuSurroundings> {
  const codes = wanted.map((sku) => sku.code);
  const gtins = wanted.flatMap((sku) => (sku.gtin === undefined ? [] : (normaliseGtin(sku.gtin) ?? [])));
  const taken = await tx.rows<{ id: string; code: string; gtin: string | null }>(sql.find_taken, [codes, gtins]);
  const partIds = [...new Set(wanted.flatMap((sku) => (sku.parts ?? []).map((part) => part.skuId)))];
  const below =
    partIds.length === 0
      ? { kinds: new Map<string, SkuKind>(), parts: new Map<string, BundlePart[]>() }
      : await loadPartsBelow(tx, partIds);
  return {
    skuIdByCode: new Map(taken.map((row) => [row.code, row.id])),
    skuByGtin: new Map(
      taken.flatMap((row) => (row.gtin === null ? [] : [[row.gtin, { id: row.id, code: row.code }] as const])),
    ),
    kindOf: (skuId) => below.kinds.get(skuId),
    partsOf: (skuId) => below.parts.get(skuId),
  };
}

/** The SKUs of a command, for {@link loadSurroundings}. */
export function skusOf(command: Pick<CreateProduct, 'variants'>): WantedSku[] {
  return command.variants.flatMap((variant) => variant.skus);
}

/** Inserts decided products, each table with one statement. Throws 23505 when a code or GTIN was taken meanwhile. */
export async function insertProducts(
  tx: Tx,
  made: readonly { product: Product; variants: readonly Variant[] }[],
): Promise<void> {
  const column = columnsOf(made.map((each) => each.product));
  const attributes = made.map((each) => JSON.stringify(each.product.attributes));
  await tx.run(sql.insert_products, [
    column('id'),
    column('name'),
    column('description'),
    column('categoryId'),
    attributes,
  ]);
  await insertVariants(
    tx,
    made.flatMap((each) => each.variants),
  );
}

/** Inserts decided variants with their SKUs and parts. */
export async function insertVariants(tx: Tx, variants: readonly Variant[]): Promise<void> {
  const variant = columnsOf(variants);
  await tx.run(sql.insert_variants, [
    variant('id'),
    variant('productId'),
    variant('name'),
    variants.map((each) => JSON.stringify(each.options)),
    variant('position'),
  ]);
  const skus = variants.flatMap((each) => each.skus);
  const sku = columnsOf(skus);
  await tx.run(sql.insert_skus, [
    sku('id'),
    sku('variantId'),
    sku('productId'),
    sku('code'),
    sku('name'),
    sku('gtin'),
    sku('kind'),
    sku('baseUnit'),
    skus.map((each) => JSON.stringify(each.packSizes)),
    sku('taxClass'),
  ]);
  const parts = skus.flatMap((each) => each.parts.map((part) => ({ bundleId: each.id, ...part })));
  if (parts.length === 0) return;
  const part = columnsOf(parts);
  await tx.run(sql.insert_parts, [part('bundleId'), part('skuId'), part('quantity')]);
}

/** Inserts pictures with their bytes. */
export async function insertMedia(tx: Tx, media: readonly (Media & { content: Buffer })[]): Promise<void> {
  const column = columnsOf(media);
  await tx.run(sql.insert_media, [
    column('id'),
    column('productId'),
    column('position'),
    column('mediaType'),
    column('alt'),
    column('content'),
  ]);
}

/** Writes a decided edit over the version it was decided on. Throws when somebody else was there, which the lock rules out. */
export async function updateProduct(tx: Tx, product: Product): Promise<void> {
  const rows = await tx.run(sql.update_product, [
    product.id,
    product.version - 1,
    product.name,
    product.description,
    product.categoryId,
    JSON.stringify(product.attributes),
    instant(product.archivedAt),
  ]);
  if (rows !== 1) throw new Error('a locked product changed under our hands');
}

/** Writes a decided edit of a SKU, as {@link updateProduct} does. Throws 23505 when its GTIN was taken meanwhile. */
export async function updateSku(tx: Tx, sku: Sku): Promise<void> {
  const rows = await tx.run(sql.update_sku, [
    sku.id,
    sku.version - 1,
    sku.name,
    sku.gtin ?? null,
    JSON.stringify(sku.packSizes),
    sku.taxClass ?? null,
    instant(sku.archivedAt),
  ]);
  if (rows !== 1) throw new Error('a locked SKU changed under our hands');
}

/** Writes many decided edits with one statement, each over the version it was decided on. Throws when one of them is not there any more. */
export async function updateProducts(tx: Tx, products: readonly Product[]): Promise<void> {
  if (products.length === 0) return;
  const column = columnsOf(products);
  const rows = await tx.run(sql.update_products, [
    column('id'),
    products.map((each) => each.version - 1),
    column('name'),
    column('description'),
    column('categoryId'),
    products.map((each) => JSON.stringify(each.attributes)),
    products.map((each) => instant(each.archivedAt)),
  ]);
  if (rows !== products.length) throw new Error('a product changed under our hands');
}

/** {@link updateProducts} for SKUs. Throws 23505 when a GTIN was taken meanwhile. */
export async function updateSkus(tx: Tx, skus: readonly Sku[]): Promise<void> {
  if (skus.length === 0) return;
  const column = columnsOf(skus);
  const rows = await tx.run(sql.update_skus, [
    column('id'),
    skus.map((each) => each.version - 1),
    column('name'),
    column('gtin'),
    skus.map((each) => JSON.stringify(each.packSizes)),
    column('taxClass'),
    skus.map((each) => instant(each.archivedAt)),
  ]);
  if (rows !== skus.length) throw new Error('a SKU changed under our hands');
}

/** Which SKUs have these codes, and the products they belong to. Unknown codes are missing. */
export async function findSkuPlaces(
  tx: Tx,
  codes: readonly string[],
): Promise<Map<string, { readonly skuId: string; readonly productId: string }>> {
  const rows = await tx.rows<{ id: string; code: string; product_id: string }>(sql.find_sku_places, [codes]);
  return new Map(rows.map((row) => [row.code, { skuId: row.id, productId: row.product_id }]));
}

/** The SKUs of products, only their ids. */
export async function findSkuIds(tx: Tx, productId: string): Promise<string[]> {
  return (await tx.rows<{ id: string }>(sql.find_skus_of_products, [[productId]])).map((row) => row.id);
}

/** What a price needs to know of SKUs. */
export async function findSkuStates(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, { code: string; archived: boolean }>> {
  const rows = await tx.rows<SkuRow>(sql.find_skus, [ids]);
  return new Map(rows.map((row) => [row.id, { code: row.code, archived: row.archived_at !== null }]));
}

/** What the path of a sale needs to know of a SKU. `taxClass` is its own or its category's; `bundleParts` of a bundle: what one piece takes from the shelf, inner bundles opened. */
export type SkuRef = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly kind: SkuKind;
  readonly taxClass: string;
  readonly baseUnit: BaseUnit;
  readonly productId: string;
  /** Its own category first, then those above it. */
  readonly categoryIds: readonly string[];
  /** What its product is made of and what tells the variant from the others; only texts. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly bundleParts?: readonly BundlePart[];
  /** The SKU's own archiving or its product's. */
  readonly archived: boolean;
};

/** References of SKUs by id; what does not exist is missing. */
export async function loadSkuRefs(tx: Tx, ids: readonly string[]): Promise<Map<string, SkuRef>> {
  type Row = {
    id: string;
    code: string;
    name: string;
    kind: SkuKind;
    tax_class: string;
    base_unit: BaseUnit;
    archived: boolean;
    product_id: string;
    category_id: string;
    attributes: Readonly<Record<string, unknown>>;
  };
  const rows = await tx.rows<Row>(sql.find_sku_refs, [ids]);
  const paths = await loadCategoryPaths(tx, [...new Set(rows.map((row) => row.category_id))]);
  const bundles = rows.filter((row) => row.kind === 'bundle').map((row) => row.id);
  const { parts } =
    bundles.length === 0 ? { parts: new Map<string, BundlePart[]>() } : await loadPartsBelow(tx, bundles);
  return new Map(
    rows.map((row) => {
      const bundleParts = row.kind === 'bundle' ? explode(row.id, 1, (skuId) => parts.get(skuId)) : undefined;
      const { id, code, name, kind, archived } = row;
      const ref: SkuRef = {
        id,
        code,
        name,
        kind,
        taxClass: row.tax_class,
        baseUnit: row.base_unit,
        productId: row.product_id,
        categoryIds: paths.get(row.category_id) ?? [],
        ...attributesOf(row.attributes),
        archived,
      };
      return [id, bundleParts === undefined ? ref : { ...ref, bundleParts }];
    }),
  );
}

function attributesOf(found: Readonly<Record<string, unknown>>): Pick<SkuRef, 'attributes'> {
  const texts = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return texts.length === 0 ? {} : { attributes: Object.fromEntries(texts) };
}

/** Each category with all above it, from the nearest up. SKUs of one category share one list. */
async function loadCategoryPaths(tx: Tx, ids: readonly string[]): Promise<Map<string, readonly string[]>> {
  const rows = await tx.rows<{ id: string; parent_id: string | null }>(sql.find_categories_above, [ids]);
  const parents = new Map(rows.map((row) => [row.id, row.parent_id]));
  return new Map(
    ids.map((id) => {
      const path: string[] = [];
      for (let at: string | null = id; at !== null && !path.includes(at); at = parents.get(at) ?? null) path.push(at);
      return [id, path];
    }),
  );
}

async function loadPartsBelow(
  tx: Tx,
  ids: readonly string[],
): Promise<{ kinds: Map<string, SkuKind>; parts: Map<string, BundlePart[]> }> {
  type Row = { id: string; kind: SkuKind; part_sku_id: string | null; quantity: number | null };
  const kinds = new Map<string, SkuKind>();
  const parts = new Map<string, BundlePart[]>();
  for (const row of await tx.rows<Row>(sql.find_parts_below, [ids])) {
    kinds.set(row.id, row.kind);
    if (row.kind !== 'bundle') continue;
    const list = parts.get(row.id) ?? [];
    if (row.part_sku_id !== null) list.push({ skuId: row.part_sku_id, quantity: row.quantity ?? 0 });
    parts.set(row.id, list);
  }
  return { kinds, parts };
}

async function withVariants(tx: Tx, products: readonly Product[]): Promise<WholeProduct[]> {
  const ids = products.map((product) => product.id);
  const variants = groupBy(await tx.rows<VariantRow>(sql.find_variants, [ids]), (row) => row.product_id);
  const skuRows = await tx.rows<SkuRow>(sql.find_skus_of_products, [ids]);
  const bundles = skuRows.filter((row) => row.kind === 'bundle').map((row) => row.id);
  const parts = bundles.length === 0 ? new Map<string, BundlePart[]>() : (await loadPartsBelow(tx, bundles)).parts;
  const skus = groupBy(skuRows, (row) => row.variant_id);
  type PictureRow = { id: string; product_id: string; position: number; media_type: MediaType; alt: string };
  const pictures = groupBy(await tx.rows<PictureRow>(sql.find_pictures, [ids]), (row) => row.product_id);
  return products.map((product) => ({
    ...product,
    variants: (variants.get(product.id) ?? []).map((row) => ({
      id: row.id,
      productId: row.product_id,
      name: row.name,
      options: row.options,
      position: row.position,
      skus: (skus.get(row.id) ?? []).map((sku) => toSku(sku, parts.get(sku.id) ?? [])),
    })),
    pictures: (pictures.get(product.id) ?? []).map((row) => ({
      id: row.id,
      productId: row.product_id,
      position: row.position,
      mediaType: row.media_type,
      alt: row.alt,
    })),
  }));
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** What a person typed, as the ways in which it may be meant: beginnings of words, of a code, of a GTIN with or without its leading zero, a whole GTIN. */
function searchValues(search: string): (string | null)[] {
  const text = search.trim().toLowerCase();
  const digits = /^[0-9 -]+$/.test(text) ? text.replaceAll(/[ -]/g, '') : '';
  const gtins =
    digits === ''
      ? [null, null, null, null, null]
      : [...beginning(digits), ...beginning(`0${digits}`), normaliseGtin(digits) ?? null];
  return [wordsQuery(search), ...beginning(text), ...gtins];
}

function columnsOf<T extends object>(rows: readonly T[]): <K extends keyof T>(name: K) => (NonNullable<T[K]> | null)[] {
  return (name) => rows.map((row) => row[name] ?? null);
}

function instant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function toCategory(row: CategoryRow): Category {
  return {
    id: row.id,
    parentId: row.parent_id ?? undefined,
    name: row.name,
    taxClass: row.tax_class,
    position: row.position,
    version: row.version,
  };
}

function toProduct(row: ProductRow): Product {
  const { id, name, description, attributes, version } = row;
  return {
    id,
    name,
    description,
    categoryId: row.category_id,
    attributes,
    archivedAt: row.archived_at ?? undefined,
    version,
  };
}

function toSku(row: SkuRow, parts: readonly BundlePart[]): Sku {
  const { id, code, name, kind, version } = row;
  return {
    id,
    variantId: row.variant_id,
    productId: row.product_id,
    code,
    name,
    gtin: row.gtin ?? undefined,
    kind,
    baseUnit: row.base_unit,
    packSizes: row.pack_sizes,
    taxClass: row.tax_class ?? undefined,
    archivedAt: row.archived_at ?? undefined,
    version,
    parts,
  };
}

function toSummary(row: SkuSummaryRow): SkuSummary {
  const { id, code, name, gtin, kind } = row;
  return {
    id,
    productId: row.product_id,
    code,
    name,
    gtin,
    kind,
    baseUnit: row.base_unit,
    packSizes: row.pack_sizes,
    sortName: row.sort_name,
  };
}
