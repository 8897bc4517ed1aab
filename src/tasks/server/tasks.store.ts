import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { pointsKey } from '../../rewards/points-account.ts';
import { storeCreditKey } from '../../rewards/reward-account.ts';
import type { TaskItem, TaskKind } from '../task.ts';

const sql = loadSql(import.meta.url, './tasks.sql', [
  'list_open_tasks',
  'list_done_tasks',
  'count_open_tasks',
  'find_task',
  'lock_task',
  'end_task',
  'find_names',
]);

/** A task as it is kept. */
export type TaskRow = {
  readonly id: string;
  readonly event_number: number;
  readonly kind: TaskKind;
  readonly entity_id: string | null;
  readonly location_id: string | null;
  readonly order_id: string | null;
  readonly order_number: string | null;
  readonly currency: string;
  readonly items: readonly TaskItem[];
  readonly opened_at: InstantMs;
  readonly done_at: InstantMs | null;
  readonly done_by: string | null;
  readonly note: string;
};

/** An item with the names that it has now, and what is still overdrawn. */
export type NamedItem = TaskItem & {
  readonly name: string;
  readonly customerNumber: string | null;
  readonly currency: string;
  /** What of an overdraft is open now: minor units, or points. Null where there is none to look at. */
  readonly open: number | null;
};

const NEWEST = Number.MAX_SAFE_INTEGER;

/** Tasks of places (undefined: of all), newest first, one more than `limit` where there are more. */
export async function listTasks(
  tx: Tx,
  wanted: {
    readonly state: 'open' | 'done';
    readonly locationIds: readonly string[] | undefined;
    readonly kind?: TaskKind | undefined;
    readonly after?: number | undefined;
    readonly limit: number;
  },
): Promise<TaskRow[]> {
  const { state, locationIds, kind, after, limit } = wanted;
  const values = [locationIds ?? null, kind ?? null, after ?? NEWEST, limit + 1];
  return tx.rows<TaskRow>(state === 'open' ? sql.list_open_tasks : sql.list_done_tasks, values);
}

/** How many tasks of places are open, `most` at most. */
export async function countOpenTasks(
  tx: Tx,
  locationIds: readonly string[] | undefined,
  most: number,
): Promise<number> {
  return (await tx.rows<{ open: number }>(sql.count_open_tasks, [locationIds ?? null, most]))[0]?.open ?? 0;
}

/** A task by its id. */
export async function findTask(tx: Tx, id: string): Promise<TaskRow | undefined> {
  return (await tx.rows<TaskRow>(sql.find_task, [id]))[0];
}

/** A task that will be changed. */
export async function lockTask(tx: Tx, id: string): Promise<TaskRow | undefined> {
  return (await tx.rows<TaskRow>(sql.lock_task, [id]))[0];
}

/** Ends a task, or with `undefined` opens it again. */
export async function endTask(
  tx: Tx,
  id: string,
  end: { readonly at: InstantMs; readonly by: string; readonly note: string } | undefined,
): Promise<void> {
  const at = end === undefined ? null : instantToText(end.at);
  await tx.run(sql.end_task, [id, at, end?.by ?? null, end?.note ?? '']);
}

/** The items of tasks with their names, by the tasks' ids. One read for all of them. */
export async function nameItems(tx: Tx, tasks: readonly TaskRow[]): Promise<Map<string, NamedItem[]>> {
  const all = tasks.flatMap((task) => task.items.map((item) => ({ ...item, key: overdraftOf(task, item) })));
  const ids = (what: readonly TaskItem['what'][]) =>
    all.flatMap((item) => (what.includes(item.what) ? (item.id ?? []) : []));
  const keys = (isPoints: boolean) =>
    all.flatMap(({ what, key }) => ((what === 'points') === isPoints ? (key ?? []) : []));
  type Row = { what: string; key: string; name: string; currency: string | null; open: number };
  const values = [
    ids(['promotion', 'promotion_of_customer', 'coupon']),
    keys(false),
    keys(true),
    all.flatMap(({ customerId }) => customerId ?? []),
  ];
  const rows = all.length === 0 ? [] : await tx.rows<Row>(sql.find_names, values);
  const found = new Map(rows.map((row) => [`${row.what} ${row.key}`, row]));
  return new Map(
    tasks.map((task) => [
      task.id,
      task.items.map((item): NamedItem => {
        const key = overdraftOf(task, item);
        const isOverdrawn = task.kind === 'reward_overdrawn';
        const account = found.get(`${item.what === 'points' ? 'points' : 'account'} ${key ?? ''}`);
        const promotion = found.get(`promotion ${item.id ?? ''}`);
        return {
          ...item,
          name: promotion?.name ?? account?.name ?? '',
          customerNumber: found.get(`customer ${item.customerId ?? ''}`)?.name ?? null,
          currency: task.currency === '' ? (promotion?.currency ?? '') : task.currency,
          open: isOverdrawn ? (account?.open ?? null) : null,
        };
      }),
    ]),
  );
}

/** The key of the account that an item is about, where there is one. */
function overdraftOf(
  { entity_id: entityId, currency }: TaskRow,
  { what, id, customerId }: TaskItem,
): string | undefined {
  switch (what) {
    case 'gift_card':
      return id ?? undefined;
    case 'store_credit':
      return entityId === null || customerId === undefined
        ? undefined
        : storeCreditKey({ entityId, customerId, currency });
    case 'points':
      return id === null || customerId === undefined ? undefined : pointsKey({ programmeId: id, customerId });
    case 'promotion':
    case 'promotion_of_customer':
    case 'coupon':
    case 'payment':
      return undefined;
  }
}
