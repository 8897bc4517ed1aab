import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { mintUuidv7 } from '../../kernel/ids.ts';
import type { OrderKind, OrderStatus } from '../../orders/order.ts';
import type { DayWindow, HourOfSales } from '../today.ts';

const sql = loadSql(import.meta.url, './insight.sql', [
  'sales_by_hour',
  'count_work',
  'list_running_low',
  'list_last_orders',
  'list_promises',
]);

/** Sales of the days in the windows, by channel, location, currency and hour. */
export async function salesByHour(tx: Tx, windows: readonly DayWindow[]): Promise<HourOfSales[]> {
  type Row = {
    channel_id: string;
    location_id: string;
    currency: string;
    is_today: boolean;
    hour: number;
    sales: number;
    units: number;
    gross: number;
    net: number;
    until_sales: number;
    until_gross: number;
  };
  const instant = (ms: number): string => new Date(ms).toISOString();
  const rows = await tx.rows<Row>(sql.sales_by_hour, [
    windows.map((one) => one.locationId),
    windows.map((one) => one.isToday),
    windows.map((one) => one.businessDay),
    windows.map((one) => instant(one.startAt)),
    windows.map((one) => instant(one.untilAt)),
  ]);
  return rows.map((row) => ({
    channelId: row.channel_id,
    locationId: row.location_id,
    currency: row.currency,
    isToday: row.is_today,
    hour: row.hour,
    sales: row.sales,
    units: row.units,
    grossMinor: row.gross,
    netMinor: row.net,
    untilSales: row.until_sales,
    untilGrossMinor: row.until_gross,
  }));
}

/** How much waits for a person: open orders, levels with promises that are not backed, levels that the books had too little of, facts in quarantine. */
export type Work = {
  readonly openOrders: number;
  readonly backorders: number;
  readonly shortfalls: number;
  readonly quarantine: number;
};

/** Counts the work at some locations (undefined: everywhere). */
export async function countWork(tx: Tx, locationIds: readonly string[] | undefined): Promise<Work> {
  type Row = { open_orders: number; backorders: number; shortfalls: number; quarantine: number };
  const row = await tx.get<Row>(sql.count_work, [locationIds ?? null]);
  return {
    openOrders: row.open_orders,
    backorders: row.backorders,
    shortfalls: row.shortfalls,
    quarantine: row.quarantine,
  };
}

/** What sold lately and is nearly gone; `sold` are base units of the latest sales. */
export type LowRow = {
  readonly levelId: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly locationId: string;
  readonly available: number;
  readonly safety: number;
  readonly incoming: number;
  readonly sold: number;
};

/** The levels that run low among what sold since an instant, the emptiest first. */
export async function listRunningLow(
  tx: Tx,
  wanted: { limit: number; since: number; locationIds?: readonly string[] | undefined },
): Promise<LowRow[]> {
  type Row = {
    id: string;
    sku_id: string;
    code: string;
    name: string;
    location_id: string;
    on_hand: number;
    reserved: number;
    safety: number;
    incoming: number;
    sold: number;
  };
  const rows = await tx.rows<Row>(sql.list_running_low, [
    wanted.limit,
    firstIdOf(wanted.since),
    wanted.locationIds ?? null,
  ]);
  return rows.map((row) => ({
    levelId: row.id,
    skuId: row.sku_id,
    skuCode: row.code,
    skuName: row.name,
    locationId: row.location_id,
    available: Math.max(0, row.on_hand - row.reserved - row.safety),
    safety: row.safety,
    incoming: row.incoming,
    sold: row.sold,
  }));
}

/** An order as a list shows it. */
export type LastOrder = {
  readonly id: string;
  readonly number: string;
  readonly kind: OrderKind;
  readonly status: OrderStatus;
  readonly channelId: string;
  readonly sellingLocationId: string;
  readonly currency: string;
  readonly grossMinor: number;
  readonly placedAt: string;
  readonly customerName: string | null;
};

/** The latest orders and sales since an instant, newest first. */
export async function listLastOrders(
  tx: Tx,
  wanted: { limit: number; since: number; locationIds?: readonly string[] | undefined },
): Promise<LastOrder[]> {
  type Row = {
    id: string;
    number: string;
    kind: OrderKind;
    status: OrderStatus;
    channel_id: string;
    selling_location_id: string;
    currency: string;
    gross_minor: number;
    placed_at: string;
    customer_name: string | null;
  };
  const rows = await tx.rows<Row>(sql.list_last_orders, [
    wanted.limit,
    firstIdOf(wanted.since),
    wanted.locationIds ?? null,
  ]);
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    kind: row.kind,
    status: row.status,
    channelId: row.channel_id,
    sellingLocationId: row.selling_location_id,
    currency: row.currency,
    grossMinor: row.gross_minor,
    placedAt: row.placed_at,
    customerName: row.customer_name,
  }));
}

/** Ids carry the time they were made: everything made since an instant has an id from this one on. */
function firstIdOf(since: number): string {
  return mintUuidv7(Math.max(0, since), 0, 0);
}

/** Somebody who holds units of a level. `since` is when an order was placed, `expiresAt` when a reservation ends by itself. */
export type PromiseRow = {
  readonly kind: 'order' | 'reservation';
  readonly id: string;
  readonly number: string | null;
  readonly quantity: number;
  readonly expiresAt: string | null;
  readonly since: string | null;
};

/** Who holds units of a level, orders before reservations; one row more than `limit` when there are more. */
export async function listPromises(
  tx: Tx,
  wanted: { levelId: string; limit: number; after?: { kind: string; id: string } | undefined },
): Promise<PromiseRow[]> {
  type Row = {
    kind: PromiseRow['kind'];
    id: string;
    number: string | null;
    quantity: number;
    expires_at: string | null;
    since: string | null;
  };
  const { levelId, limit, after } = wanted;
  const rows = await tx.rows<Row>(sql.list_promises, [
    limit + 1,
    levelId,
    after?.kind ?? '',
    after?.id ?? '00000000-0000-0000-0000-000000000000',
  ]);
  return rows.map(({ expires_at, ...row }) => ({ ...row, expiresAt: expires_at }));
}
