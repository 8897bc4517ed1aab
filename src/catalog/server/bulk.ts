import {
  chunksOf,
  importChunks,
  type MasterImport,
  type MasterImported,
} from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import type { Category } from '../category.ts';
import { decideCreateCategory } from '../category.ts';
import type { Media } from '../media.ts';
import { decideCreateProduct, type CreateProduct, type Product } from '../product.ts';
import type { SkuKind } from '../sku.ts';
import type { Variant } from '../variant.ts';
import type { BundlePart } from '../bundle.ts';
import {
  insertCategories,
  insertMedia,
  insertProducts,
  loadCategories,
  loadSurroundings,
  skusOf,
} from './catalog.store.ts';

/** A category as it is imported; parents stand before their children. */
export type WantedCategory = Parameters<typeof decideCreateCategory>[0];

/** Imports categories in chunks through the door. */
export function importCategories(
  master: Master,
  from: MasterImport,
  categories: readonly WantedCategory[],
): Promise<MasterImported> {
  const chunks = chunksOf(categories, () => 1);
  return importChunks(
    master,
    { ...from, type: 'import_categories', topic: 'catalog' },
    chunks,
    (chunk) => async (tx) => {
      const tree = await loadCategories(tx, { locked: true });
      const made: Category[] = [];
      for (const wanted of chunk) {
        const decision = decideCreateCategory(wanted, tree);
        if (!decision.ok) return decision;
        tree.set(decision.value.id, decision.value);
        made.push(decision.value);
      }
      await insertCategories(tx, made);
      return changed(
        [{ type: 'CategoriesImported', version: 1, body: { categoryIds: made.map((each) => each.id), skuIds: [] } }],
        { count: made.length },
      );
    },
  );
}

/**
 * Imports products in chunks of at most 500 rows, each table of a chunk with one statement and each product by the same decider as one
 * made by hand. Ids come with the products, so that who imports can go on with them. A bundle stands after its parts.
 */
export function importCatalog(
  master: Master,
  from: MasterImport,
  products: readonly CreateProduct[],
): Promise<MasterImported> {
  const chunks = chunksOf(products, rowsOf);
  return importChunks(master, { ...from, type: 'import_catalog', topic: 'catalog' }, chunks, (chunk) => async (tx) => {
    const tree = await loadCategories(tx);
    const stored = await loadSurroundings(tx, chunk.flatMap(skusOf));
    const skuIdByCode = new Map(stored.skuIdByCode);
    const skuByGtin = new Map(stored.skuByGtin);
    const kinds = new Map<string, SkuKind>();
    const parts = new Map<string, readonly BundlePart[]>();
    const around = {
      skuIdByCode,
      skuByGtin,
      hasCategory: (id: string) => tree.has(id),
      kindOf: (id: string) => kinds.get(id) ?? stored.kindOf(id),
      partsOf: (id: string) => parts.get(id) ?? stored.partsOf(id),
    };
    const made: { product: Product; variants: Variant[] }[] = [];
    for (const wanted of chunk) {
      const decision = decideCreateProduct(wanted, around);
      if (!decision.ok) return decision;
      made.push(decision.value);
      for (const sku of decision.value.variants.flatMap((variant) => variant.skus)) {
        skuIdByCode.set(sku.code, sku.id);
        if (sku.gtin !== undefined) skuByGtin.set(sku.gtin, sku);
        kinds.set(sku.id, sku.kind);
        if (sku.kind === 'bundle') parts.set(sku.id, sku.parts);
      }
    }
    await insertProducts(tx, made);
    const skuIds = made.flatMap(({ variants }) => variants.flatMap((variant) => variant.skus.map((sku) => sku.id)));
    const body = { productIds: made.map(({ product }) => product.id), skuIds };
    return changed([{ type: 'ProductsImported', version: 1, body }], { count: made.length });
  });
}

/** Imports pictures of products that are there. The key's hash covers what they show, not their bytes. */
export function importMedia(
  master: Master,
  from: MasterImport,
  media: readonly (Media & { readonly content: Buffer })[],
): Promise<MasterImported> {
  const bytes = new Map(media.map((each) => [each.id, each.content]));
  const rows: Media[] = media.map(({ id, productId, position, mediaType, alt }) => ({
    id,
    productId,
    position,
    mediaType,
    alt,
  }));
  return importChunks(
    master,
    { ...from, type: 'import_media', topic: 'catalog' },
    chunksOf(rows, () => 5),
    (chunk) => async (tx) => {
      await insertMedia(
        tx,
        chunk.map((each) => ({ ...each, content: bytes.get(each.id) ?? Buffer.alloc(0) })),
      );
      const body = {
        mediaIds: chunk.map((each) => each.id),
        productIds: chunk.map((each) => each.productId),
        skuIds: [],
      };
      return changed([{ type: 'MediaImported', version: 1, body }], { count: chunk.length });
    },
  );
}

function rowsOf(product: CreateProduct): number {
  const skus = skusOf(product);
  return 1 + product.variants.length + skus.length + skus.reduce((sum, sku) => sum + (sku.parts?.length ?? 0), 0);
}
