import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { ChangeWindow, PriceChangeStart, PriceChangeState } from '../price-change.ts';
import type { Price } from '../price-list.ts';
import { textOrNull } from './price-lists.store.ts';

const sql = loadSql(import.meta.url, './price-changes.sql', [
  'find_change_windows',
  'insert_change',
  'find_changes',
  'lock_change',
  'save_change',
  'count_rows',
  'save_rows',
  'find_rows',
  'stage_prices',
  'stage_overrides',
  'find_staging',
  'find_label_prices',
  'save_labels_done',
]);

type WindowRow = {
  readonly state: PriceChangeState;
  readonly start_at: number | null;
  readonly start_local: string | null;
  readonly not_before: number | null;
  readonly ended_at: number | null;
};

function windowOf(row: WindowRow): ChangeWindow {
  return {
    state: row.state,
    start: startOf(row),
    ...(row.not_before === null ? {} : { notBefore: row.not_before }),
    ...(row.ended_at === null ? {} : { until: row.ended_at }),
  };
}

/** A draft has no start yet: it never begins. */
function startOf({ start_at: at, start_local: local }: WindowRow): PriceChangeStart {
  return local === null ? { at: at ?? Infinity } : { local };
}

/** When every change begins and ends that has left the draft. */
export async function loadChangeWindows(tx: Tx): Promise<Map<string, ChangeWindow>> {
  const rows = await tx.rows<WindowRow & { id: string }>(sql.find_change_windows);
  return new Map(rows.map((row) => [row.id, windowOf(row)]));
}

/** A price change as it is kept. `forced`: what raises a price does not wait for closing. */
export type StoredChange = {
  readonly id: string;
  readonly name: string;
  readonly window: ChangeWindow;
  readonly forced: boolean;
  readonly markdown: boolean;
  readonly validUntil: InstantMs | undefined;
  readonly stagedAfter: string | null;
  readonly scheduledBy: string | null;
  readonly createdAt: InstantMs;
  readonly rows: number;
  /** How many of them are written where prices are looked up. */
  readonly staged: number;
};

/** A new draft. */
export async function insertChange(
  tx: Tx,
  draft: Pick<StoredChange, 'id' | 'name' | 'markdown' | 'validUntil' | 'createdAt'> & { readonly createdBy: string },
): Promise<void> {
  const { id, name, markdown, validUntil, createdBy, createdAt } = draft;
  await tx.run(sql.insert_change, [id, name, markdown, textOrNull(validUntil), createdBy, instantToText(createdAt)]);
}

/** Price changes, the newest first. */
export async function findChanges(
  tx: Tx,
  wanted: { id?: string; after?: string | undefined; limit: number },
): Promise<StoredChange[]> {
  type Row = WindowRow & {
    id: string;
    name: string;
    forced: boolean;
    markdown: boolean;
    staged_after: string | null;
    scheduled_by: string | null;
    valid_until: number | null;
    created_at: number;
    rows: number;
    staged: number;
  };
  const rows = await tx.rows<Row>(sql.find_changes, [wanted.id ?? null, wanted.after ?? null, wanted.limit]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    window: windowOf(row),
    forced: row.forced,
    markdown: row.markdown,
    validUntil: row.valid_until ?? undefined,
    stagedAfter: row.staged_after,
    scheduledBy: row.scheduled_by,
    createdAt: row.created_at,
    rows: row.rows,
    staged: row.staged,
  }));
}

/** A change, held until the commit; undefined when there is none. */
export async function lockChange(tx: Tx, id: string): Promise<StoredChange | undefined> {
  await tx.find(sql.lock_change, [id]);
  return (await findChanges(tx, { id, limit: 1 }))[0];
}

/** Writes how far a change is. */
export async function saveChange(tx: Tx, change: StoredChange, at: InstantMs): Promise<void> {
  const { state, start, notBefore, until } = change.window;
  await tx.run(sql.save_change, [
    change.id,
    state,
    start.local === undefined && Number.isFinite(start.at) ? instantToText(start.at) : null,
    start.local ?? null,
    change.forced,
    textOrNull(notBefore),
    textOrNull(until),
    change.stagedAfter,
    change.scheduledBy,
    state === 'draft' ? null : instantToText(at),
    change.staged,
  ]);
}

/** A price that a change is to set, of a base list or of one above. */
export type ChangeRow = {
  readonly listId: string;
  readonly skuId: string;
  readonly minQuantity: number;
  readonly isOverride: boolean;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
};

/** Adds rows to a change, over those of the same list, SKU and quantity. */
export async function saveChangeRows(tx: Tx, changeId: string, rows: readonly ChangeRow[]): Promise<void> {
  const keys = [rows.map((row) => row.listId), rows.map((row) => row.skuId), rows.map((row) => row.minQuantity)];
  await tx.run(sql.count_rows, [changeId, ...keys]);
  await tx.run(sql.save_rows, [
    changeId,
    ...keys,
    rows.map((row) => row.isOverride),
    rows.map((row) => row.amount),
    rows.map((row) => row.scale),
    rows.map((row) => row.per),
  ]);
}

/** Where a row stands among those of its change. */
export type RowKey = Pick<ChangeRow, 'skuId' | 'listId' | 'minQuantity'>;

const NIL = '00000000-0000-0000-0000-000000000000';

/** A row of a change with what its list said before: `amount / 10^scale` minor units for `per` base units, undefined where it said nothing. */
export type ChangeRowBefore = ChangeRow & {
  readonly code: string;
  readonly name: string;
  readonly taxClass: string;
  readonly old: Pick<ChangeRow, 'amount' | 'scale' | 'per'> | undefined;
};

/** Rows of a change after a key, in their order, with what their lists say at an instant without it. */
export async function findChangeRows(
  tx: Tx,
  changeId: string,
  { after, limit, at }: { after: RowKey | undefined; limit: number; at: InstantMs },
): Promise<ChangeRowBefore[]> {
  type Row = {
    list_id: string;
    sku_id: string;
    min_quantity: number;
    is_override: boolean;
    amount: number;
    scale: number;
    per: number;
    code: string;
    name: string;
    tax_class: string;
    old_amount: number | null;
    old_scale: number;
    old_per: number;
  };
  const { skuId = NIL, listId = NIL, minQuantity = 0 } = after ?? {};
  const rows = await tx.rows<Row>(sql.find_rows, [changeId, skuId, listId, minQuantity, limit, instantToText(at)]);
  return rows.map((row) => ({
    listId: row.list_id,
    skuId: row.sku_id,
    minQuantity: row.min_quantity,
    isOverride: row.is_override,
    amount: row.amount,
    scale: row.scale,
    per: row.per,
    code: row.code,
    name: row.name,
    taxClass: row.tax_class,
    old: row.old_amount === null ? undefined : { amount: row.old_amount, scale: row.old_scale, per: row.old_per },
  }));
}

/** Writes rows of a change where prices are looked up. They hold when the change says so. `validFrom`: what whoever knows no changes takes for their begin. */
export async function stageRows(
  tx: Tx,
  change: Pick<StoredChange, 'id' | 'markdown' | 'validUntil'>,
  rows: readonly (ChangeRow & { readonly validFrom: InstantMs; readonly waits: boolean })[],
): Promise<void> {
  const until = textOrNull(change.validUntil);
  const columns = (some: typeof rows) => [
    some.map((row) => row.listId),
    some.map((row) => row.skuId),
    some.map((row) => instantToText(row.validFrom)),
    some.map((row) => row.amount),
    some.map((row) => row.scale),
    some.map((row) => row.per),
    until,
  ];
  const [base, own] = [rows.filter((row) => !row.isOverride), rows.filter((row) => row.isOverride)];
  if (base.length > 0)
    await tx.run(sql.stage_prices, [...columns(base), change.markdown, change.id, base.map((row) => row.waits)]);
  if (own.length > 0)
    await tx.run(sql.stage_overrides, [
      ...columns(own),
      change.id,
      own.map((row) => row.minQuantity),
      own.map((row) => row.waits),
    ]);
}

/** A change whose rows are still to be written, undefined when there is none. */
export async function findStaging(tx: Tx): Promise<StoredChange | undefined> {
  const found = await tx.find<{ id: string }>(sql.find_staging, []);
  return found === undefined ? undefined : (await findChanges(tx, { id: found.id, limit: 1 }))[0];
}

/** A moment at which the price of a SKU on a shelf may change, and whose label was not changed yet. */
export type LabelMoment = Pick<Price, 'markdown' | 'changeId' | 'waits' | 'validFrom' | 'validUntil'> & {
  readonly skuId: string;
};

/** When a list above the base lists begins or ends to hold at a place; `isPercentage`: it changes every price of the base list. */
export type ListMoment = { readonly listId: string; readonly at: InstantMs; readonly isPercentage: boolean };

/** Moments in a span of time at which prices on the shelves of a location may change, as their rows say, and whose labels are not done; in their order. */
export async function findLabelMoments(
  tx: Tx,
  wanted: {
    priceListId: string;
    locationId: string;
    from: InstantMs;
    until: InstantMs;
    lists: readonly ListMoment[];
    after: { validFrom: InstantMs; skuId: string } | undefined;
    limit: number;
  },
): Promise<LabelMoment[]> {
  type Row = {
    sku_id: string;
    markdown: boolean;
    change_id: string | null;
    waits: boolean;
    valid_from: number;
    valid_until: number | null;
  };
  const { priceListId, locationId, from, until, after, limit, lists } = wanted;
  const rows = await tx.rows<Row>(sql.find_label_prices, [
    priceListId,
    instantToText(from),
    instantToText(until),
    instantToText(after?.validFrom ?? from - 1),
    after?.skuId ?? NIL,
    locationId,
    limit,
    lists.map((list) => list.listId),
    lists.map((list) => instantToText(list.at)),
    lists.map((list) => list.isPercentage),
  ]);
  return rows.map((row) => ({
    skuId: row.sku_id,
    markdown: row.markdown,
    changeId: row.change_id ?? undefined,
    waits: row.waits,
    validFrom: row.valid_from,
    validUntil: row.valid_until ?? undefined,
  }));
}

/** Notes that labels were changed. The number that were not done before. */
export async function saveLabelsDone(
  tx: Tx,
  done: {
    locationId: string;
    labels: readonly { skuId: string; startsAt: InstantMs }[];
    personId: string;
    at: InstantMs;
  },
): Promise<number> {
  return tx.run(sql.save_labels_done, [
    done.locationId,
    done.labels.map((label) => label.skuId),
    done.labels.map((label) => instantToText(label.startsAt)),
    done.personId,
    instantToText(done.at),
  ]);
}
