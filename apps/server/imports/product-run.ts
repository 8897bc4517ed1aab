import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { ProductFormat } from '../../../connectors/product-file/product-format.ts';
import { changed, MAX_MASTER_ROWS } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import { openImportSieve } from '../../../src/catalog/import-sieve.ts';
import type { ImportedProduct, ImportProblem } from '../../../src/catalog/imported-product.ts';
import { decideCreateCategory, type Category } from '../../../src/catalog/category.ts';
import {
  insertCategories,
  insertProducts,
  insertVariants,
  loadCategories,
  updateProducts,
  updateSkus,
} from '../../../src/catalog/server/catalog.store.ts';
import { mulDiv, powerOfTen } from '../../../src/kernel/money.ts';
import { currencyCode, minorUnits } from '../../../src/kernel/currency.ts';
import { importPrices } from '../../../src/pricing/server/bulk.ts';
import { loadPriceLists, loadVatRates } from '../../../src/pricing/server/pricing.store.ts';
import type { ReceiveGoods } from '../../../src/stock/receive.ts';
import { goodsAt } from '../../../src/stock/server/goods-at.ts';
import { occasionAt, siteOf } from '../../../src/stock/server/prepare.ts';
import type { Examined } from './examine.ts';
import { PRODUCT_FORMATS } from './formats.ts';
import { importSql, type ImportCounts, type ProblemLog, type StoredImport } from './import-store.ts';
import { planProducts, type PlanRules, type ProductPlan } from './product-plan.ts';
import { readAhead } from './read-ahead.ts';
import type { RunDeps, RunProgress } from './run-deps.ts';

/** What a chunk did, as it is kept for what follows and for undoing. */
export type ChunkDid = {
  readonly created: readonly { readonly productId: string; readonly skuIds: readonly string[] }[];
  readonly added: readonly string[];
  readonly products: ProductPlan['products'];
  readonly skus: ProductPlan['skus'];
  readonly prices: ProductPlan['prices'];
  readonly stock: readonly { readonly skuId: string; readonly quantity: number; readonly valueMinor: number }[];
  readonly pictures: ProductPlan['pictures'];
  readonly counts: Pick<ImportCounts, 'created' | 'changed' | 'unchanged' | 'leftOut'>;
};

/** Rows of the catalogue that one transaction may write; a few are left for the chunk's own notes. */
const CHUNK_ROWS = MAX_MASTER_ROWS - 20;

/** Products of a file in chunks that one transaction can take, always cut at the same places. */
export async function* productChunks(
  examined: Examined,
  format: ProductFormat,
  tell: (problem: ImportProblem) => void,
): AsyncGenerator<{ readonly products: readonly ImportedProduct[]; readonly line: number }> {
  const reader = format.open(examined.rules, tell);
  const sieve = openImportSieve(tell);
  let products: ImportedProduct[] = [];
  let weight = 0;
  let rows = 0;
  const weightOf = ({ variants }: ImportedProduct): number => 1 + 2 * variants.length;
  function* cut(more: readonly ImportedProduct[]): Generator<{ products: ImportedProduct[]; line: number }> {
    for (const raw of more) {
      const product = withinWeight(sieve(raw), tell);
      if (weight + weightOf(product) > CHUNK_ROWS) {
        yield { products, line: rows };
        products = [];
        weight = 0;
      }
      products.push(product);
      weight += weightOf(product);
    }
  }
  for await (const batch of examined.rows(tell)) {
    for (const row of batch) {
      rows += 1;
      yield* cut(reader.add(row));
    }
  }
  yield* cut(reader.end());
  if (products.length > 0) yield { products, line: rows };
}

function withinWeight(product: ImportedProduct, tell: (problem: ImportProblem) => void): ImportedProduct {
  const most = Math.floor((CHUNK_ROWS - 1) / 2);
  if (product.variants.length <= most) return product;
  tell({
    line: product.line,
    column: '',
    value: product.reference,
    weight: 'error',
    reason: 'too_many_variants',
    says: `The product has ${product.variants.length} variants, more than ${most}.`,
    does: `The first ${most} are taken in.`,
  });
  return { ...product, variants: product.variants.slice(0, most) };
}

type Context = {
  readonly rules: Omit<PlanRules, 'categoryOf'>;
  readonly tree: Map<string, Category>;
  readonly fallback: string | undefined;
};

/** Opens what planning needs. Throws what `siteOf` says of a location that cannot keep stock. */
async function openContext(deps: RunDeps, of: StoredImport, at: number): Promise<Context> {
  const { settings } = of;
  const { lists, vat, tree } = await withTransaction(
    deps.pool,
    { schema: deps.schema, readOnly: true },
    async (tx) => ({
      lists: await loadPriceLists(tx),
      vat: await loadVatRates(tx),
      tree: await loadCategories(tx),
    }),
  );
  const channel = settings.channelId === undefined ? undefined : deps.company.channel(settings.channelId);
  const list = lists.find(({ channelId, currency }) => channelId === channel?.id && currency === channel?.currency);
  if (settings.locationId !== undefined) siteOf(deps.company, settings.locationId);
  return {
    tree,
    fallback: settings.categoryId,
    rules: {
      taxClasses: new Set(vat.map(({ taxClass }) => taxClass)),
      prices:
        channel === undefined || list === undefined
          ? undefined
          : { priceListId: list.id, channelId: channel.id, currency: channel.currency },
      locationId: settings.locationId,
      pictures: settings.pictures !== false,
      at,
    },
  };
}

/** Decimal digits of the currency that the amounts of an import are in. */
export function minorUnitsOf(deps: Pick<RunDeps, 'company'>, { settings }: Pick<StoredImport, 'settings'>): number {
  const channel = settings.channelId === undefined ? undefined : deps.company.channel(settings.channelId);
  const location = settings.locationId === undefined ? undefined : deps.company.location(settings.locationId);
  const entity = location === undefined ? deps.company.entities()[0] : deps.company.entity(location.entityId);
  return minorUnits(channel?.currency ?? entity?.functionalCurrency ?? currencyCode('EUR'));
}

const IMPORTED = 'Imported';

/** The category a path leads to, or how far it exists. */
function findCategory(
  path: readonly string[],
  tree: ReadonlyMap<string, Category>,
): { id: string | undefined; missing: readonly string[] } {
  let id: string | undefined;
  for (const [depth, name] of path.entries()) {
    const next = [...tree.values()].find((one) => one.parentId === id && one.name === name);
    if (next === undefined) return { id, missing: path.slice(depth) };
    id = next.id;
  }
  return { id, missing: [] };
}

/** Paths are looked up for every product: remembered, because a tree is walked for each. */
function categoryFinder({ tree, fallback }: Context): {
  of: PlanRules['categoryOf'];
  path(product: readonly string[] | undefined): readonly string[] | undefined;
  forget(): void;
} {
  const known = new Map<string, string | undefined>();
  const path = (wanted: readonly string[] | undefined): readonly string[] | undefined =>
    wanted ?? (fallback === undefined ? [IMPORTED] : undefined);
  return {
    path,
    of(wanted) {
      const full = path(wanted);
      if (full === undefined) return fallback;
      const key = JSON.stringify(full);
      if (known.get(key) !== undefined) return known.get(key);
      const found = findCategory(full, tree);
      const id = found.missing.length === 0 ? found.id : undefined;
      known.set(key, id);
      return id;
    },
    forget: () => known.clear(),
  };
}

/** Goes through everything as the import would and writes nothing. */
export async function checkProducts(
  deps: RunDeps,
  of: StoredImport,
  examined: Examined,
  log: ProblemLog,
  progress: RunProgress,
): Promise<ImportCounts> {
  const context = await openContext(deps, of, deps.now());
  const finder = categoryFinder(context);
  const counts: ImportCounts = {
    rows: examined.rowCount,
    objects: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    leftOut: 0,
  };
  progress.total(examined.rowCount);
  for await (const { products, line } of readAhead(productChunks(examined, PRODUCT_FORMATS[of.format], log.tell))) {
    const plan = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      planProducts(tx, products, { ...context.rules, categoryOf: finder.of }, log.tell),
    );
    addCounts(counts, countsOf(plan), products.length);
    await log.flush();
    await progress.step(line);
  }
  return counts;
}

function countsOf(plan: ProductPlan): ChunkDid['counts'] {
  const known = new Set([
    ...plan.products.map(({ before }) => before.id),
    ...plan.added.map(({ productId }) => productId),
    ...plan.skus.map(({ before }) => before.productId),
  ]);
  return { created: plan.created.length, changed: known.size, unchanged: plan.unchanged, leftOut: plan.leftOut };
}

function addCounts(sum: ImportCounts, counts: ChunkDid['counts'], objects: number): void {
  sum.objects += objects;
  sum.created += counts.created;
  sum.changed += counts.changed;
  sum.unchanged += counts.unchanged;
  sum.leftOut += counts.leftOut;
}

/** Imports, chunk by chunk, each in its own transaction under its own key; what is finished already is passed over. */
export async function runProducts(
  deps: RunDeps,
  of: StoredImport,
  examined: Examined,
  log: ProblemLog,
  progress: RunProgress,
): Promise<ImportCounts> {
  const at = of.confirmedAt ?? deps.now();
  const context = await openContext(deps, of, at);
  const finder = categoryFinder(context);
  const counts: ImportCounts = {
    rows: examined.rowCount,
    objects: 0,
    created: 0,
    changed: 0,
    unchanged: 0,
    leftOut: 0,
  };
  progress.total(examined.rowCount);
  let chunk = 0;
  // Prices and stock of a chunk go in while the next one is written; two chunks end one after the other.
  let ending: Promise<void> = Promise.resolve();
  try {
    // What the check found is told already.
    for await (const { products, line } of readAhead(
      productChunks(examined, PRODUCT_FORMATS[of.format], () => undefined),
    )) {
      const known = await findChunk(deps, of.id, chunk);
      let did = known?.did;
      if (did === undefined) {
        await makeCategories(deps, of, products, context, finder, chunk);
        did = await writeChunk(deps, of, { chunk, products, rules: { ...context.rules, categoryOf: finder.of } }, log);
      }
      await ending;
      if (known?.finished !== true) {
        ending = endChunk(deps, of, chunk, did, context, at);
        // It is waited for before anything else ends; until then it is nobody's failure.
        ending.catch(() => undefined);
      }
      addCounts(counts, did.counts, products.length);
      chunk += 1;
      await log.flush();
      await progress.step(line);
    }
  } finally {
    await ending.catch(() => undefined);
  }
  await ending;
  return counts;
}

/** Prices and stock of a chunk that is written, beside each other; one that fails does not leave the other running. */
async function endChunk(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  did: ChunkDid,
  context: Context,
  at: number,
): Promise<void> {
  const both = await Promise.allSettled([
    writePrices(deps, of, chunk, did, context, at),
    receiveStock(deps, of, chunk, did.stock, at),
  ]);
  for (const one of both) if (one.status === 'rejected') throw one.reason;
  await finishChunk(deps, of.id, chunk);
}

/** A chunk that was written, or undefined. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a chunk did is as its kind of import wrote it
export async function findChunk<D = ChunkDid>(
  deps: RunDeps,
  importId: string,
  chunk: number,
): Promise<{ did: D; finished: boolean; undone: boolean } | undefined> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.find<{ did: D; finished: boolean; undone: boolean }>(importSql.find_chunk, [importId, chunk]),
  );
}

/** Notes that everything of a chunk is done. */
export async function finishChunk(deps: RunDeps, importId: string, chunk: number): Promise<void> {
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(importSql.finish_chunk, [importId, chunk]));
}

async function writeChunk(
  deps: RunDeps,
  of: StoredImport,
  { chunk, products, rules }: { chunk: number; products: readonly ImportedProduct[]; rules: PlanRules },
  log: ProblemLog,
): Promise<ChunkDid> {
  let told: ImportProblem[] = [];
  let did: ChunkDid | undefined;
  const outcome = await deps.master(
    {
      type: 'import_products',
      topic: 'catalog',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/${chunk}`,
      at: deps.now(),
      body: { importId: of.id, chunk },
    },
    async (tx) => {
      told = [];
      const plan = await planProducts(tx, products, rules, (problem) => told.push(problem));
      did = didOf(plan);
      await writePlan(tx, plan);
      await tx.run(importSql.insert_chunk, [of.id, chunk, JSON.stringify(did)]);
      const skuIds = [
        ...did.created.flatMap((one) => one.skuIds),
        ...did.added,
        ...did.skus.map(({ after }) => after.id),
      ];
      const productIds = [
        ...did.created.map(({ productId }) => productId),
        ...did.products.map(({ after }) => after.id),
      ];
      // The name and category of a product are looked up with its SKUs.
      const type = did.created.length === 0 && productIds.length > 0 ? 'ProductsChanged' : 'ProductsImported';
      const changesSkus =
        did.products.length > 0 &&
        did.products.some(
          ({ before, after }) => before.archivedAt !== after.archivedAt || before.categoryId !== after.categoryId,
        );
      return changed(
        [{ type, version: 1, body: { importId: of.id, productIds, ...(changesSkus ? {} : { skuIds }) } }],
        did.counts,
      );
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`chunk ${chunk} of import ${of.id} was not taken: ${JSON.stringify(outcome)}`);
  // Another worker was faster; what it wrote is what happened.
  if (outcome.repeated || did === undefined) {
    const written = await findChunk(deps, of.id, chunk);
    if (written === undefined) throw new Error(`chunk ${chunk} of import ${of.id} left no trace`);
    return written.did;
  }
  for (const problem of told) if (problem.weight === 'error') log.tell(problem);
  return did;
}

function didOf(plan: ProductPlan): ChunkDid {
  return {
    created: plan.created.map(({ product, variants }) => ({
      productId: product.id,
      skuIds: variants.flatMap(({ skus }) => skus.map(({ id }) => id)),
    })),
    added: plan.added.flatMap(({ skus }) => skus.map(({ id }) => id)),
    products: plan.products,
    skus: plan.skus,
    prices: plan.prices,
    stock: plan.stock.map(({ skuId, quantity, unitCost }) => ({
      skuId,
      quantity,
      valueMinor: mulDiv(unitCost.amount, quantity, powerOfTen(unitCost.scale)),
    })),
    pictures: plan.pictures,
    counts: countsOf(plan),
  };
}

async function writePlan(tx: Tx, plan: ProductPlan): Promise<void> {
  if (plan.created.length > 0) await insertProducts(tx, plan.created);
  await updateProducts(
    tx,
    plan.products.map(({ after }) => after),
  );
  await updateSkus(
    tx,
    plan.skus.map(({ after }) => after),
  );
  if (plan.added.length > 0) await insertVariants(tx, plan.added);
}

async function makeCategories(
  deps: RunDeps,
  of: StoredImport,
  products: readonly ImportedProduct[],
  context: Context,
  finder: ReturnType<typeof categoryFinder>,
  chunk: number,
): Promise<void> {
  const paths = products.flatMap(({ category }) =>
    finder.of(category) === undefined ? [finder.path(category) ?? []] : [],
  );
  if (paths.length === 0) return;
  const outcome = await deps.master(
    {
      type: 'import_categories',
      topic: 'catalog',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/${chunk}/categories/${uuidv7()}`,
      at: deps.now(),
      body: paths,
    },
    async (tx) => {
      const tree = await loadCategories(tx, { locked: true });
      const made: Category[] = [];
      for (const path of paths) {
        const found = findCategory(path, tree);
        let parentId = found.id;
        for (const name of found.missing) {
          const decision = decideCreateCategory({ id: uuidv7(), name, parentId }, tree);
          if (!decision.ok) return decision;
          tree.set(decision.value.id, decision.value);
          made.push(decision.value);
          parentId = decision.value.id;
        }
      }
      if (made.length > 0) await insertCategories(tx, made);
      return changed(
        [{ type: 'CategoriesImported', version: 1, body: { categoryIds: made.map(({ id }) => id), skuIds: [] } }],
        { count: made.length },
      );
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`the categories of import ${of.id} were not taken: ${JSON.stringify(outcome)}`);
  const tree = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) => loadCategories(tx));
  for (const [id, category] of tree) context.tree.set(id, category);
  finder.forget();
}

async function writePrices(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  did: ChunkDid,
  { rules }: Context,
  at: number,
): Promise<void> {
  const { prices } = rules;
  if (prices === undefined || did.prices.length === 0) return;
  const imported = await importPrices(
    deps.master,
    { principalId: of.confirmedBy ?? of.createdBy, key: `import/${of.id}/${chunk}/prices`, at: deps.now() },
    did.prices.map(({ skuId, after }) => ({
      priceListId: prices.priceListId,
      skuId,
      validFrom: at,
      amount: after.amount,
      scale: after.scale,
      per: 1,
    })),
  );
  if (imported.refusal !== undefined)
    throw new Error(`prices of import ${of.id} were not taken: ${JSON.stringify(imported.refusal)}`);
}

/** Books stock that was there before the books began. The key is the chunk's: what was received once is not received again. */
export async function receiveStock(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  stock: ChunkDid['stock'],
  at: number,
): Promise<void> {
  const { locationId } = of.settings;
  if (locationId === undefined || stock.length === 0) return;
  const site = siteOf(deps.company, locationId);
  const body: ReceiveGoods = {
    ...occasionAt(deps.company, site, at),
    receiptId: importedDocument(of.id, chunk),
    reason: 'opening',
    supplierRef: `Import ${of.fileName}`.slice(0, 100),
    lines: stock.map(({ skuId, quantity, valueMinor }, index) => ({
      line: index + 1,
      goods: { ...goodsAt(site, skuId), quantity },
      valueMinor,
    })),
  };
  const outcome = await deps.committer.submit({
    type: 'ReceiveGoods',
    key: `import/${of.id}/${chunk}/stock`,
    principalId: of.confirmedBy ?? of.createdBy,
    lane: 'bulk',
    at,
    body,
  });
  if (outcome.kind === 'refused')
    throw new Error(`stock of import ${of.id} was not taken: ${JSON.stringify(outcome.rejection)}`);
}

/** The id of a document of a chunk, the same at every attempt: a UUIDv7 whose time is that of the import. */
export function importedDocument(importId: string, chunk: number | string): string {
  const hex = createHash('sha256').update(`${importId}/${chunk}`).digest('hex');
  return `${importId.slice(0, 14)}7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
