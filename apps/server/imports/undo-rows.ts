import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import { archiveUntouched, putCardBack } from '../../../src/customers/server/customers.store.ts';
import { importSql, type ImportReport, type ProblemLog, type StoredImport } from './import-store.ts';
import { findChunk } from './product-run.ts';
import type { RowDid } from './row-did.ts';
import { bookBalances } from './row-run.ts';
import type { RunDeps, RunProgress } from './run-deps.ts';
import { leftAsItIs, setBackPrices, takeBackStock } from './undo-products.ts';

type Undone = { archived: number; setBack: number; left: number };

/** Takes an import of rows back, the last chunk first. What somebody has changed since stays and is told. */
export async function undoRows(
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
    const known = await findChunk<RowDid>(deps, of.id, chunk);
    if (known === undefined) continue;
    const { did, finished } = known;
    if (finished) {
      const placed =
        did.locationId === undefined ? of : { ...of, settings: { ...of.settings, locationId: did.locationId } };
      const kept = await takeBackStock(deps, placed, chunk, did.stock ?? [], log);
      sum.left += kept;
      sum.setBack += (did.stock ?? []).length - kept;
      for (const { skuId } of did.counted ?? [])
        log.tell(leftAsItIs(skuId, 'stock_counted', 'What was counted cannot be taken back: count again.'));
      sum.left += (did.counted ?? []).length;
      const prices = await setBackPrices(deps, of, chunk, did.prices ?? []);
      sum.setBack += prices;
      sum.left += (did.prices ?? []).length - prices;
      if (did.balances !== undefined) {
        const lines = did.balances.lines.map(({ account, amountMinor }) => ({ account, amountMinor: 0 - amountMinor }));
        await bookBalances(deps, of, `${chunk}/undo`, { ...did.balances, lines }, deps.now());
        sum.setBack += lines.length;
      }
    }
    const customers = await takeBackCustomers(deps, of, chunk, did);
    sum.archived += customers.archived;
    sum.setBack += customers.setBack;
    sum.left += customers.left;
    await log.flush();
    await progress.step(chunks - chunk);
  }
  return sum;
}

async function takeBackCustomers(deps: RunDeps, of: StoredImport, chunk: number, did: RowDid): Promise<Undone> {
  const at = deps.now();
  const outcome = await deps.master<Undone>(
    {
      type: `undo_import_${of.kind}`,
      topic: of.kind === 'customers' ? 'customer' : 'import',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/${chunk}/undo`,
      at,
      body: { importId: of.id, chunk },
    },
    async (tx) => {
      const told: Undone = { archived: 0, setBack: 0, left: 0 };
      for (const { customerId, cardId, formerCardId } of did.customers ?? []) {
        const isDone =
          formerCardId === undefined
            ? await archiveUntouched(tx, { customerId, cardId }, at)
            : await putCardBack(tx, { customerId, cardId, formerCardId });
        if (!isDone) told.left += 1;
        else if (formerCardId === undefined) told.archived += 1;
        else told.setBack += 1;
      }
      await tx.run(importSql.undo_chunk, [of.id, chunk]);
      const body = { importId: of.id, chunk };
      return changed([{ type: 'ImportChunkUndone', version: 1, body }], told);
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`undoing chunk ${chunk} of import ${of.id} was not taken: ${JSON.stringify(outcome)}`);
  return outcome.answer;
}
