import { changed, type Master, type MasterChange } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Decision } from '../../kernel/decision.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { earliestStart, plannedAt, type StartPlace } from '../price-change.ts';
import { comparePrices } from '../price-list.ts';
import {
  findChangeRows,
  findStaging,
  lockChange,
  saveChange,
  stageRows,
  type ChangeRow,
  type ChangeRowBefore,
  type RowKey,
  type StoredChange,
} from './price-changes.store.ts';

/** Rows that are written at once; with the change's own row they stay below what one commit may hold. */
export const STAGED_AT_ONCE = 400;

/**
 * Prices of all processes and stores begin in one instant, so that instant lies a little ahead: by then every process has heard of it.
 */
export const HEARD_MS = 1_000;

/** What writing a change needs. `places`: the open locations, whose clocks say when a day ends. */
export type StagingDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => InstantMs;
  readonly places: () => readonly StartPlace[];
};

type Staged = { readonly rows: number; readonly state: StoredChange['window']['state'] };

/**
 * Writes the next rows of a change where prices are looked up, and with the last of them makes all hold by one event. Runs inside the transaction that the change
 * is locked in.
 */
export async function stageNext(
  tx: Tx,
  change: StoredChange,
  { at, places }: { readonly at: InstantMs; readonly places: readonly StartPlace[] },
): Promise<Decision<MasterChange<Staged>>> {
  const after = readKey(change.stagedAfter);
  const starts = beginsOf(change, places);
  const rows = await findChangeRows(tx, change.id, { after, limit: STAGED_AT_ONCE + 1, at: starts.begins });
  const now = rows.slice(0, STAGED_AT_ONCE);
  const staged = change.staged + now.length;
  await stageRows(
    tx,
    change,
    now.map((row) => withStart(change, row, starts)),
  );
  const skuIds = [...new Set(now.map((row) => row.skuId))];
  const told = { type: 'PriceChangeStaged', version: 1, subjectId: change.id, body: { skuIds, count: now.length } };
  if (rows.length > STAGED_AT_ONCE) {
    const last = now.at(-1) as ChangeRow;
    await saveChange(tx, { ...change, staged, stagedAfter: writeKey(last) }, at);
    return changed([told], { rows: now.length, state: 'staging' });
  }
  const planned = { ...change.window, state: 'scheduled' as const };
  const begins = earliestStart(planned, places);
  const window = begins < at + HEARD_MS ? { ...planned, notBefore: at + HEARD_MS } : planned;
  await saveChange(tx, { ...change, window, staged, stagedAfter: null }, at);
  const { start } = window;
  const body = {
    priceTables: true,
    rows: change.rows,
    startAt: start.local === undefined ? instantToText(Math.max(start.at, window.notBefore ?? start.at)) : null,
    startLocal: start.local ?? null,
    before: { state: change.window.state },
    after: { state: 'scheduled' },
  };
  const ends = { type: 'PriceChangeScheduled', version: 1, subjectId: change.id, body };
  return changed(now.length === 0 ? [ends] : [told, ends], { rows: now.length, state: 'scheduled' });
}

/** When the rows of a change begin, as whoever knows no changes would say it: those that wait, and the others. */
function beginsOf({ window }: StoredChange, places: readonly StartPlace[]): { begins: InstantMs; closes: InstantMs } {
  const of = places.length === 0 ? [{ id: '', timeZone: 'UTC', cutOffHour: 0 }] : places;
  return {
    begins: Math.min(...of.map((place) => plannedAt(window.start, place, false))),
    closes: Math.max(...of.map((place) => plannedAt(window.start, place, true))),
  };
}

/** A row that raises a price waits for closing, unless the change is forced. */
function withStart(
  change: StoredChange,
  row: ChangeRowBefore,
  { begins, closes }: { readonly begins: InstantMs; readonly closes: InstantMs },
): ChangeRowBefore & { readonly validFrom: InstantMs; readonly waits: boolean } {
  const waits = !change.forced && row.old !== undefined && comparePrices(row, row.old) > 0;
  return { ...row, waits, validFrom: waits ? closes : begins };
}

/** Writes all changes that are waiting to be written, chunk by chunk. What a process that died had begun is gone on with where it was. */
export async function stageWaiting(deps: StagingDeps): Promise<void> {
  const { pool, schema, master } = deps;
  for (;;) {
    const found = await withTransaction(pool, { schema, readOnly: true }, findStaging);
    if (found === undefined) return;
    const { id } = found;
    const at = deps.now();
    const outcome = await master<Staged>(
      {
        type: 'stage_price_change',
        topic: 'price',
        principalId: found.scheduledBy ?? '',
        key: `price-change/${id}/${found.stagedAfter ?? 'first'}`,
        at,
        body: { id, after: found.stagedAfter },
      },
      async (tx) => {
        const change = await lockChange(tx, id);
        if (change === undefined || change.window.state !== 'staging' || change.stagedAfter !== found.stagedAfter)
          return { ok: false, rejection: { reason: 'staged_by_another' } };
        return stageNext(tx, change, { at, places: deps.places() });
      },
    );
    if (outcome.kind === 'refused' && outcome.rejection.reason !== 'staged_by_another')
      throw new Error(`rows of price change ${id} were not written: ${JSON.stringify(outcome.rejection)}`);
  }
}

const STAGE_MS = 500;

/** Looks now and then whether a change waits to be written. */
export function startStaging(deps: StagingDeps & { readonly onError: (error: unknown) => void }): {
  close(): Promise<void>;
} {
  let working: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    working = working.then(() => stageWaiting(deps)).catch(deps.onError);
  }, STAGE_MS);
  return {
    async close() {
      clearInterval(timer);
      await working;
    },
  };
}

function writeKey({ skuId, listId, minQuantity }: RowKey): string {
  return `${skuId} ${listId} ${minQuantity}`;
}

function readKey(text: string | null): RowKey | undefined {
  const [skuId, listId, minQuantity] = (text ?? '').split(' ');
  return skuId === undefined || listId === undefined ? undefined : { skuId, listId, minQuantity: Number(minQuantity) };
}
