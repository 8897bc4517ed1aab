import { changed, type MasterEvent } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { ImportProblem } from '../../../src/catalog/imported-product.ts';
import { loadProducts, updateProducts, updateSkus } from '../../../src/catalog/server/catalog.store.ts';
import { importPrices } from '../../../src/pricing/server/bulk.ts';
import { findPricesInForce, loadPriceLists } from '../../../src/pricing/server/pricing.store.ts';
import type { AdjustStock } from '../../../src/stock/adjust.ts';
import { goodsAt } from '../../../src/stock/server/goods-at.ts';
import { occasionAt, siteOf } from '../../../src/stock/server/prepare.ts';
import { importSql, type ImportReport, type ProblemLog, type StoredImport } from './import-store.ts';
import { findChunk, importedDocument, type ChunkDid } from './product-run.ts';
import type { RunDeps, RunProgress } from './run-deps.ts';

type Undone = { archived: number; setBack: number; left: number };

/**
 * Takes an import of products back, the last chunk first: what it made is archived, what it changed is set back where nobody has changed it since, the rest is told. Nothing is
 * deleted, because orders may name it by now.
 */
export async function undoProducts(
  deps: RunDeps,
  of: StoredImport,
  log: ProblemLog,
  progress: RunProgress,
): Promise<NonNullable<ImportReport['undone']>> {
  const { chunks } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.get<{ chunks: number }>(importSql.measure_chunks, [of.id]),
  );
  const sum: Undone = { archived: 0, setBack: 0, left: 0 };
  progress.total(chunks);
  for (let chunk = chunks - 1; chunk >= 0; chunk -= 1) {
    const known = await findChunk(deps, of.id, chunk);
    if (known === undefined) continue;
    if (known.finished) {
      sum.left += await takeBackStock(deps, of, chunk, known.did.stock, log);
      const prices = await setBackPrices(deps, of, chunk, known.did.prices);
      sum.setBack += prices;
    }
    const told = await takeBackProducts(deps, of, chunk, known.did);
    sum.archived += told.archived;
    sum.setBack += told.setBack;
    sum.left += told.problems.length;
    for (const problem of told.problems) log.tell(problem);
    await log.flush();
    await progress.step(chunks - chunk);
  }
  return sum;
}

type Told = { readonly archived: number; readonly setBack: number; readonly problems: readonly ImportProblem[] };

async function takeBackProducts(deps: RunDeps, of: StoredImport, chunk: number, did: ChunkDid): Promise<Told> {
  const at = deps.now();
  const outcome = await deps.master<Told>(
    {
      type: 'undo_import_products',
      topic: 'catalog',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/${chunk}/undo`,
      at,
      body: { importId: of.id, chunk },
    },
    async (tx) => {
      const told = await takeBack(tx, did, at);
      await tx.run(importSql.undo_chunk, [of.id, chunk]);
      const { events: touched, ...answer } = told;
      const events: MasterEvent[] = [
        { type: 'ProductsImportUndone', version: 1, body: { importId: of.id, productIds: touched } },
      ];
      return changed(events, answer);
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`undoing chunk ${chunk} of import ${of.id} was not taken: ${JSON.stringify(outcome)}`);
  return outcome.answer;
}

async function takeBack(tx: Tx, did: ChunkDid, at: number): Promise<Told & { readonly events: readonly string[] }> {
  const madeIds = did.created.map(({ productId }) => productId);
  const ids = [
    ...new Set([
      ...madeIds,
      ...did.products.map(({ after }) => after.id),
      ...did.skus.map(({ after }) => after.productId),
    ]),
  ];
  const stored = new Map((await loadProducts(tx, ids)).map((product) => [product.id, product]));
  const problems: ImportProblem[] = [];
  const archived = madeIds.flatMap((id) => {
    const product = stored.get(id);
    return product === undefined || product.archivedAt !== undefined
      ? []
      : [{ ...product, archivedAt: at, version: product.version + 1 }];
  });
  const setBack = did.products.flatMap(({ before, after }) => {
    const now = stored.get(after.id);
    if (now?.version === after.version) return [{ ...before, version: after.version + 1 }];
    problems.push(leftAsItIs(after.name, 'changed_since', 'The product was changed after the import.'));
    return [];
  });
  const skusNow = new Map(
    [...stored.values()].flatMap(({ variants }) => variants.flatMap(({ skus }) => skus.map((sku) => [sku.id, sku]))),
  );
  const skusBack = did.skus.flatMap(({ before, after }) => {
    const now = skusNow.get(after.id);
    if (now?.version === after.version) return [{ ...before, version: after.version + 1 }];
    problems.push(leftAsItIs(after.code, 'changed_since', 'The article was changed after the import.'));
    return [];
  });
  const added = new Set(did.added);
  const skusAway = [...skusNow.values()].flatMap((sku) =>
    added.has(sku.id) && sku.archivedAt === undefined ? [{ ...sku, archivedAt: at, version: sku.version + 1 }] : [],
  );
  await updateProducts(tx, [...archived, ...setBack]);
  await updateSkus(tx, [...skusBack, ...skusAway]);
  return {
    archived: archived.length + skusAway.length,
    setBack: setBack.length + skusBack.length,
    problems,
    events: ids,
  };
}

/** Prices that came with the import go back to what they were, from now on; those that are others by now stay. */
/** Lets the prices that held before an import hold again from now on, where the imported ones still do. Says how many. */
export async function setBackPrices(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  imported: ChunkDid['prices'],
): Promise<number> {
  const channel = of.settings.channelId === undefined ? undefined : deps.company.channel(of.settings.channelId);
  const wanted = imported.filter(({ before }) => before !== null);
  if (channel === undefined || wanted.length === 0) return 0;
  const at = deps.now();
  const { lists, inForce } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, async (tx) => ({
    lists: await loadPriceLists(tx),
    inForce: await findPricesInForce(
      tx,
      wanted.map(({ skuId }) => skuId),
      { channelId: channel.id, at },
    ),
  }));
  const list = lists.find(({ channelId, currency }) => channelId === channel.id && currency === channel.currency);
  const prices = wanted.flatMap(({ skuId, before, after }) => {
    const now = inForce.get(skuId)?.find(({ currency }) => currency === channel.currency);
    const isImported = now?.amount === after.amount && now.scale === after.scale && now.per === 1;
    return before === null || list === undefined || !isImported
      ? []
      : [{ priceListId: list.id, skuId, validFrom: at, ...before }];
  });
  if (prices.length === 0) return 0;
  await importPrices(
    deps.master,
    { principalId: of.confirmedBy ?? of.createdBy, key: `import/${of.id}/${chunk}/undo-prices`, at },
    prices,
  );
  return prices.length;
}

/** Stock that came with the import leaves again, article by article, as far as it is still there and not promised. */
export async function takeBackStock(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  stock: ChunkDid['stock'],
  log: ProblemLog,
): Promise<number> {
  const { locationId } = of.settings;
  if (locationId === undefined || stock.length === 0) return 0;
  const site = siteOf(deps.company, locationId);
  const at = of.finishedAt === null ? deps.now() : Date.parse(of.finishedAt);
  const submit = (lines: ChunkDid['stock'], part: string) => {
    const body: AdjustStock = {
      ...occasionAt(deps.company, site, at),
      adjustmentId: importedDocument(of.id, `${chunk}/undo`),
      fact: false,
      lines: lines.map(({ skuId, quantity }, index) => ({
        line: index + 1,
        goods: goodsAt(site, skuId),
        delta: -quantity,
        reason: 'correction' as const,
      })),
    };
    return deps.committer.submit({
      type: 'AdjustStock',
      key: `import/${of.id}/${chunk}/undo-stock${part}`,
      principalId: of.confirmedBy ?? of.createdBy,
      lane: 'bulk',
      at,
      body,
    });
  };
  const whole = await submit(stock, '');
  if (whole.kind !== 'refused') return 0;
  let kept = 0;
  for (const line of stock) {
    const one = await submit([line], `/${line.skuId}`);
    if (one.kind !== 'refused') continue;
    kept += 1;
    log.tell(leftAsItIs(line.skuId, 'stock_sold', 'Some of the stock that was imported is sold or promised by now.'));
  }
  return kept;
}

/** Tells that something stays. */
export function leftAsItIs(value: string, reason: string, says: string): ImportProblem {
  return { line: 0, column: '', value, weight: 'warning', reason, says, does: 'It stays as it is.' };
}
