import { readRow } from '../../../connectors/product-file/row-reader.ts';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { OpenBalances } from '../../../src/accounting/open-balances.ts';
import { importPrices } from '../../../src/pricing/server/bulk.ts';
import type { CountStock } from '../../../src/stock/adjust.ts';
import { goodsAt } from '../../../src/stock/server/goods-at.ts';
import { occasionAt, siteOf } from '../../../src/stock/server/prepare.ts';
import type { Examined } from './examine.ts';
import { importSql, type ImportCounts, type ImportReport, type ProblemLog, type StoredImport } from './import-store.ts';
import { findChunk, finishChunk, importedDocument, receiveStock } from './product-run.ts';
import { noCounts, type BookedBalances, type RowDid } from './row-did.ts';
import { ROW_KINDS, type RowContext, type RowImportKind } from './row-kinds.ts';
import type { RunDeps, RunProgress } from './run-deps.ts';

type Row = { readonly line: number };

function emptyCounts(rows: number): ImportCounts {
  return { rows, objects: 0, created: 0, changed: 0, unchanged: 0, leftOut: 0 };
}

/** Rows in chunks, cut at the same places by every pass; `seen` is filled with their identities. `read` counts the rows that were gone through until then. */
async function* rowChunks(
  kind: RowImportKind,
  examined: Examined,
  context: RowContext,
  seen: Set<string> = new Set(),
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly read: number; readonly unread: number }> {
  const { file, chunkOf, identityOf, most } = ROW_KINDS[kind];
  const { tell } = context;
  // Cells about persons are kept nowhere but on cards.
  const tellRow: typeof tell = file.personal ? (problem) => tell({ ...problem, value: '' }) : tell;
  const waiting = new Map<string, Row[]>();
  let read = 0;
  let unread = 0;
  for await (const batch of examined.rows(tellRow)) {
    for (const source of batch) {
      read += 1;
      const row = file.read(readRow(source, examined.rules, tellRow));
      const isDouble = row !== undefined && seen.has(identityOf(row));
      if (isDouble)
        tellRow({
          line: source.line,
          column: '',
          value: source.cells.join(' · ').slice(0, 100),
          weight: 'error',
          reason: 'doubled_row',
          says: 'An earlier row is about the same.',
          does: 'The first one is taken, this one is left out.',
        });
      if (row === undefined || isDouble) {
        unread += 1;
        continue;
      }
      seen.add(identityOf(row));
      const key = chunkOf(row, context);
      const rows = waiting.get(key) ?? [];
      waiting.set(key, rows);
      rows.push(row);
      if (rows.length < most) continue;
      yield { rows, read, unread };
      waiting.delete(key);
      unread = 0;
    }
  }
  for (const rows of waiting.values()) {
    yield { rows, read, unread };
    unread = 0;
  }
  if (unread > 0) yield { rows: [], read, unread };
}

function addCounts(sum: ImportCounts, did: RowDid, rows: number, unread: number): void {
  sum.objects += rows + unread;
  sum.created += did.counts.created;
  sum.changed += did.counts.changed;
  sum.unchanged += did.counts.unchanged;
  sum.leftOut += did.counts.leftOut + unread;
}

/** Goes through everything as the import would and writes nothing. Of opening balances it also says what the books will say. */
export async function checkRows(
  deps: RunDeps,
  of: StoredImport,
  examined: Examined,
  log: ProblemLog,
  progress: RunProgress,
): Promise<Pick<ImportReport, 'planned' | 'balances'>> {
  const kind = of.kind as RowImportKind;
  const context: RowContext = { deps, of, dates: examined.dates, at: deps.now(), tell: log.tell };
  const counts = emptyCounts(examined.rowCount);
  const balances: NonNullable<ImportReport['balances']>[number][] = [];
  progress.total(examined.rowCount);
  const seen = new Set<string>();
  for await (const { rows, read, unread } of rowChunks(kind, examined, context, seen)) {
    const { did } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      ROW_KINDS[kind].plan(tx, rows, context),
    );
    addCounts(counts, did, rows.length, unread);
    if (did.balances !== undefined) balances.push(trialBalance(deps, did.balances));
    await log.flush();
    await progress.step(read);
  }
  await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, async (tx) =>
    ROW_KINDS[kind].end?.(tx, seen, context),
  );
  await log.flush();
  return { planned: counts, ...(kind === 'opening_balances' ? { balances } : {}) };
}

function trialBalance(
  { company }: RunDeps,
  { entityId, day, lines }: BookedBalances,
): NonNullable<ImportReport['balances']>[number] {
  const debitMinor = lines.reduce((sum, { amountMinor }) => sum + Math.max(0, amountMinor), 0);
  const creditMinor = lines.reduce((sum, { amountMinor }) => sum - Math.min(0, amountMinor), 0);
  const entity = company.entity(entityId);
  return {
    entity: entity?.name ?? '',
    currency: entity?.functionalCurrency ?? '',
    day,
    lines,
    debitMinor,
    creditMinor,
    openingMinor: creditMinor - debitMinor,
  };
}

/** Takes the rows in, chunk by chunk, each under its own key; what is finished already is passed over. */
export async function runRows(
  deps: RunDeps,
  of: StoredImport,
  examined: Examined,
  log: ProblemLog,
  progress: RunProgress,
): Promise<ImportCounts> {
  const kind = of.kind as RowImportKind;
  const at = of.confirmedAt ?? deps.now();
  // What the check found is told already.
  const context: RowContext = { deps, of, dates: examined.dates, at, tell: () => undefined };
  const counts = emptyCounts(examined.rowCount);
  progress.total(examined.rowCount);
  let chunk = 0;
  for await (const { rows, read, unread } of rowChunks(kind, examined, context)) {
    if (rows.length === 0) {
      addCounts(counts, { counts: noCounts() }, 0, unread);
      continue;
    }
    const known = await findChunk<RowDid>(deps, of.id, chunk);
    const did = known?.did ?? (await writeChunk({ ...context, tell: log.tell }, kind, chunk, rows));
    if (known?.finished !== true) {
      await follow(deps, of, chunk, did, at);
      await finishChunk(deps, of.id, chunk);
    }
    addCounts(counts, did, rows.length, unread);
    chunk += 1;
    await log.flush();
    await progress.step(read);
  }
  return counts;
}

async function writeChunk(
  context: RowContext,
  kind: RowImportKind,
  chunk: number,
  rows: readonly Row[],
): Promise<RowDid> {
  const { deps, of } = context;
  let made: RowDid | undefined;
  const outcome = await deps.master(
    {
      type: `import_${kind}`,
      topic: kind === 'customers' ? 'customer' : 'import',
      principalId: of.confirmedBy ?? of.createdBy,
      key: `import/${of.id}/${chunk}`,
      at: deps.now(),
      body: { importId: of.id, chunk },
    },
    async (tx) => {
      const plan = await ROW_KINDS[kind].plan(tx, rows, context);
      made = plan.did;
      await plan.write?.(tx);
      await tx.run(importSql.insert_chunk, [of.id, chunk, JSON.stringify(made)]);
      const customers = made.customers?.map(({ customerId, cardId }) => ({ customerId, cardId }));
      const body = { importId: of.id, chunk, ...(customers === undefined ? {} : { customers }) };
      return changed(
        [{ type: kind === 'customers' ? 'CustomersImported' : 'ImportChunkTaken', version: 1, body }],
        made.counts,
      );
    },
  );
  if (outcome.kind !== 'accepted')
    throw new Error(`chunk ${chunk} of import ${of.id} was not taken: ${JSON.stringify(outcome)}`);
  if (!outcome.repeated && made !== undefined) return made;
  const written = await findChunk<RowDid>(deps, of.id, chunk);
  if (written === undefined) throw new Error(`chunk ${chunk} of import ${of.id} left no trace`);
  return written.did;
}

/** What follows from a chunk through other doors, each under a key of the chunk. */
async function follow(deps: RunDeps, of: StoredImport, chunk: number, did: RowDid, at: number): Promise<void> {
  const principalId = of.confirmedBy ?? of.createdBy;
  const { priceListId, locationId } = did;
  if (priceListId !== undefined && did.prices !== undefined && did.prices.length > 0) {
    const imported = await importPrices(
      deps.master,
      { principalId, key: `import/${of.id}/${chunk}/prices`, at: deps.now() },
      did.prices.map(({ skuId, after, validFrom }) => ({ priceListId, skuId, validFrom, ...after, per: 1 })),
    );
    if (imported.refusal !== undefined)
      throw new Error(`prices of import ${of.id} were not taken: ${JSON.stringify(imported.refusal)}`);
  }
  if (locationId !== undefined) {
    const placed = { ...of, settings: { ...of.settings, locationId } };
    await receiveStock(deps, placed, chunk, did.stock ?? [], at);
    await countStock(deps, placed, chunk, did.counted ?? [], at);
  }
  if (did.balances !== undefined) await bookBalances(deps, of, `${chunk}`, did.balances, at);
}

async function countStock(
  deps: RunDeps,
  of: StoredImport,
  chunk: number,
  counted: NonNullable<RowDid['counted']>,
  at: number,
): Promise<void> {
  if (counted.length === 0) return;
  const site = siteOf(deps.company, of.settings.locationId ?? '');
  const body: CountStock = {
    ...occasionAt(deps.company, site, at),
    countId: importedDocument(of.id, chunk),
    lines: counted.map(({ skuId, counted: units }, index) => ({
      line: index + 1,
      goods: goodsAt(site, skuId),
      counted: units,
    })),
  };
  await submit(deps, of, { type: 'CountStock', key: `${chunk}/count`, at, body });
}

/** Books opening balances, or takes them back when the amounts are turned round. */
export async function bookBalances(
  deps: RunDeps,
  of: StoredImport,
  key: string,
  { entityId, day, lines }: BookedBalances,
  at: number,
): Promise<void> {
  const place = deps.company.locations().find((one) => one.entityId === entityId && !one.archived);
  if (lines.length === 0 || place === undefined) return;
  const body: OpenBalances = {
    ...occasionAt(deps.company, place, at),
    businessDay: day,
    balancesId: importedDocument(of.id, key),
    balances: lines,
  };
  await submit(deps, of, { type: 'OpenBalances', key: `${key}/balances`, at, body });
}

async function submit(
  deps: RunDeps,
  of: StoredImport,
  { key, ...command }: { type: string; key: string; at: number; body: object },
): Promise<void> {
  const outcome = await deps.committer.submit({
    ...command,
    key: `import/${of.id}/${key}`,
    principalId: of.confirmedBy ?? of.createdBy,
    lane: 'bulk',
  });
  if (outcome.kind === 'refused')
    throw new Error(`${command.type} of import ${of.id} was not taken: ${JSON.stringify(outcome.rejection)}`);
}
