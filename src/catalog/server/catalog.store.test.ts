import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMasterDoor, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { explode } from '../bundle.ts';
import type { CreateProduct } from '../product.ts';
import { importCatalog, importCategories } from './bulk.ts';
import {
  insertProducts,
  listProducts,
  loadCategories,
  loadProducts,
  loadSkuRefs,
  lockProduct,
  updateProduct,
  type SkuRef,
} from './catalog.store.ts';
import { createSkuCache } from './sku-cache.ts';

let database: TestDatabase;
let master: Master;
const categoryId = randomUUID();
const from = (key: string) => ({
  principalId: '01900000-0000-7000-8000-000000000001',
  key,
  at: Date.UTC(2026, 10, 22),
});
const run = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> =>
  withTransaction(database.pool, { schema: database.schema }, fn);
beforeAll(async () => {
  database = await createTestDatabase({ pipeline: true });
  master = openMasterDoor(database);
  await importCategories(master, from('categories'), [{ id: categoryId, name: 'Shelf', taxClass: 'reduced' }]);
});
afterAll(() => database.drop());

const wanted = (
  code: string,
  more: Partial<CreateProduct['variants'][number]['skus'][number]> = {},
): CreateProduct => ({
  id: randomUUID(),
  name: `Thing ${code}`,
  categoryId,
  variants: [{ id: randomUUID(), skus: [{ id: randomUUID(), code, ...more }] }],
});
const skuId = (product: CreateProduct): string => product.variants[0]?.skus[0]?.id ?? '';

describe('importing a catalogue', () => {
  it('writes thousands of SKUs in chunks, once per key', async () => {
    const products = Array.from({ length: 1_000 }, (_, index) => wanted(`BULK-${index}`));
    expect(await importCatalog(master, from('bulk'), products)).toEqual({
      written: 7,
      repeated: 0,
      refusal: undefined,
    });
    expect(await importCatalog(master, from('bulk'), products)).toEqual({
      written: 0,
      repeated: 7,
      refusal: undefined,
    });
    const refs = await run((tx) => loadSkuRefs(tx, products.map(skuId)));
    expect(refs.size).toBe(1_000);
    expect(refs.get(skuId(products[0] as CreateProduct))).toEqual({
      id: skuId(products[0] as CreateProduct),
      code: 'BULK-0',
      name: 'Thing BULK-0',
      kind: 'goods',
      taxClass: 'reduced',
      baseUnit: 'piece',
      productId: products[0]?.id,
      categoryIds: [products[0]?.categoryId],
      archived: false,
    });
  });

  it('stops at a refusal, keeps what came before and goes on there the next time', async () => {
    const products = Array.from({ length: 400 }, (_, index) => wanted(`STOP-${index}`));
    const broken = products.with(399, wanted('STOP-0'));
    expect(await importCatalog(master, from('stop'), broken)).toEqual({
      written: 2,
      repeated: 0,
      refusal: { chunk: 2, rejection: { reason: 'duplicate_code', code: 'STOP-0' } },
    });
    expect(await importCatalog(master, from('stop'), products)).toEqual({
      written: 1,
      repeated: 2,
      refusal: undefined,
    });
  });

  it('knows bundles whose parts came in the same chunk or an earlier one', async () => {
    const part = wanted('PART');
    const inner = wanted('INNER', { kind: 'bundle', parts: [{ skuId: skuId(part), quantity: 3 }] });
    expect((await importCatalog(master, from('bundle 1'), [part, inner])).refusal).toBeUndefined();
    const outer = wanted('OUTER', {
      kind: 'bundle',
      parts: [
        { skuId: skuId(inner), quantity: 2 },
        { skuId: skuId(part), quantity: 1 },
      ],
    });
    expect((await importCatalog(master, from('bundle 2'), [outer])).refusal).toBeUndefined();
    const refs = await run((tx) => loadSkuRefs(tx, [skuId(outer), skuId(part)]));
    expect(refs.get(skuId(outer))?.bundleParts).toEqual([{ skuId: skuId(part), quantity: 7 }]);
    expect(refs.get(skuId(part))).not.toHaveProperty('bundleParts');
    expect(explode(skuId(part), 7, () => undefined)).toEqual(refs.get(skuId(outer))?.bundleParts);
  });
});

describe('the store', () => {
  it('lets one of two edits of one version through', async () => {
    const product = wanted('EDIT');
    await importCatalog(master, from('edit'), [product]);
    const edit = (name: string) =>
      run(async (tx) => {
        const locked = await lockProduct(tx, product.id);
        if (locked === undefined || locked.version !== 1) return false;
        await updateProduct(tx, { ...locked, name, version: 2 });
        return true;
      });
    expect((await Promise.all([edit('one'), edit('two')])).filter((through) => through)).toHaveLength(1);
    expect((await run((tx) => loadProducts(tx, [product.id])))[0]?.version).toBe(2);
  });

  it('refuses a code that was taken between decision and writing', async () => {
    const make = (id: string) => ({
      product: { id, name: 'Twin', description: '', categoryId, attributes: {}, archivedAt: undefined, version: 1 },
      variants: [
        {
          id: randomUUID(),
          productId: id,
          name: '',
          options: {},
          position: 0,
          skus: [
            {
              id: randomUUID(),
              variantId: '',
              productId: id,
              code: 'TWIN',
              name: 'Twin',
              gtin: undefined,
              kind: 'goods' as const,
              baseUnit: 'piece' as const,
              packSizes: [],
              taxClass: undefined,
              archivedAt: undefined,
              version: 1,
              parts: [],
            },
          ],
        },
      ],
    });
    const insert = (tx: Tx) => {
      const made = make(randomUUID());
      const variants = made.variants.map((variant) => ({
        ...variant,
        skus: variant.skus.map((sku) => ({ ...sku, variantId: variant.id })),
      }));
      return insertProducts(tx, [{ product: made.product, variants }]);
    };
    const results = await Promise.allSettled([run(insert), run(insert)]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { code: '23505' } });
  });

  it('finds by an index among many', async () => {
    type Plan = { 'QUERY PLAN': string };
    const plan = await run(async (tx) => {
      await tx.client.query('set local enable_seqscan = off');
      const words = await tx.client.query<Plan>(
        `explain select id from catalog_product where words @@ to_tsquery('simple', 'thing:*')`,
      );
      const code = await tx.client.query<Plan>(
        `explain select id from catalog_sku where lower(code) ~>=~ 'bulk-1' and lower(code) ~<~ 'bulk-2'`,
      );
      return [...words.rows, ...code.rows].map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('catalog_product_words');
    expect(plan).toContain('catalog_sku_code');
    expect((await run((tx) => listProducts(tx, { limit: 5, search: 'thing bulk 99', archived: false }))).length).toBe(
      6,
    );
  });
});

describe('the SKU cache', () => {
  it('answers at once what it knows, loads the rest in one query and forgets what an event names', async () => {
    const [one, two] = [wanted('CACHE-1'), wanted('CACHE-2')];
    await importCatalog(master, from('cache'), [one, two]);
    const skus = createSkuCache(database);
    const first = await skus.get([skuId(one), skuId(two), randomUUID()]);
    expect([...first.values()].map((ref) => ref.code)).toEqual(['CACHE-1', 'CACHE-2']);
    expect(skus.get([skuId(one), skuId(two)])).toBeInstanceOf(Map);

    await run(async (tx) => {
      const locked = await lockProduct(tx, one.id);
      if (locked !== undefined) await updateProduct(tx, { ...locked, archivedAt: 1, version: 2 });
    });
    skus.invalidate({ topic: 'stock', body: { skuIds: [skuId(one)] } });
    expect((skus.get([skuId(one)]) as ReadonlyMap<string, SkuRef>).get(skuId(one))?.archived).toBe(false);
    skus.invalidate({ topic: 'catalog', body: { skuIds: [skuId(one)] } });
    const again = skus.get([skuId(one), skuId(two)]);
    expect(again).toBeInstanceOf(Promise);
    expect((await again).get(skuId(one))?.archived).toBe(true);
    expect(skus.size).toBe(2);
    skus.invalidate({ topic: 'catalog', body: { categoryId } });
    expect(skus.size).toBe(0);
  });
});

it('the tree is read with its tax classes', async () => {
  expect((await run((tx) => loadCategories(tx))).get(categoryId)).toMatchObject({ name: 'Shelf', taxClass: 'reduced' });
});
