import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { beginning, wordsQuery } from '../../../platform/db/search.ts';
import { normaliseGtin } from '../../catalog/gtin.ts';
import type { BaseUnit } from '../../kernel/quantity.ts';
import type { Condition, MovementReason } from '../stock-level.ts';

const sql = loadSql(import.meta.url, './stock.sql', [
  'list_levels',
  'find_level',
  'list_movements',
  'find_reservation_place',
]);

/** Where a list of levels goes on: after this SKU name, SKU, location and level. */
export type LevelKey = {
  readonly name: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly levelId: string;
};

/** A level with its SKU, in base units. `available` is what may still be promised: nothing of goods that are not sellable. */
export type LevelRow = {
  readonly id: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly productId: string;
  readonly baseUnit: BaseUnit;
  readonly locationId: string;
  readonly condition: Condition;
  readonly ownerId: string;
  readonly lot: string;
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
  readonly incoming: number;
  readonly shortfall: number;
  readonly backordered: number;
  readonly safety: number;
  readonly key: LevelKey;
};

/** Which levels. `locationIds` undefined: at all locations. `lowSince`: only what runs low, where without safety stock only what sold since then counts. */
export type WantedLevels = {
  readonly limit: number;
  readonly after?: LevelKey | undefined;
  readonly locationIds?: readonly string[] | undefined;
  readonly skuId?: string | undefined;
  readonly search?: string | undefined;
  readonly lowSince?: number | undefined;
};

const NIL = '00000000-0000-0000-0000-000000000000';

/** A page of levels by SKU name and location, one row more than `limit` when there are more. */
export async function listLevels(tx: Tx, wanted: WantedLevels): Promise<LevelRow[]> {
  type Row = {
    id: string;
    sku_id: string;
    sku_code: string;
    sku_name: string;
    product_id: string;
    base_unit: BaseUnit;
    sort_name: string;
    location_id: string;
    condition: Condition;
    owner_id: string;
    lot: string;
    on_hand: number;
    reserved: number;
    incoming: number;
    shortfall: number;
    backordered: number;
    safety: number;
  };
  const { limit, after, locationIds, skuId, search, lowSince } = wanted;
  // Not prepared: a kept plan would have to suit one shop's shelf and the whole company alike.
  const { rows } = await tx.client.query<Row>(sql.list_levels.text, [
    limit + 1,
    after?.name ?? '',
    after?.skuId ?? NIL,
    after?.locationId ?? NIL,
    after?.levelId ?? NIL,
    locationIds ?? null,
    skuId ?? null,
    ...(search === undefined ? Array.from({ length: 8 }, () => null) : searchValues(search)),
    lowSince !== undefined,
    new Date(lowSince ?? 0).toISOString(),
  ]);
  return rows.map((row) => ({
    id: row.id,
    skuId: row.sku_id,
    skuCode: row.sku_code,
    skuName: row.sku_name,
    productId: row.product_id,
    baseUnit: row.base_unit,
    locationId: row.location_id,
    condition: row.condition,
    ownerId: row.owner_id,
    lot: row.lot,
    onHand: row.on_hand,
    reserved: row.reserved,
    available: row.condition === 'sellable' ? Math.max(0, row.on_hand - row.reserved - row.safety) : 0,
    incoming: row.incoming,
    shortfall: row.shortfall,
    backordered: row.backordered,
    safety: row.safety,
    key: { name: row.sort_name, skuId: row.sku_id, locationId: row.location_id, levelId: row.id },
  }));
}

/** What a person typed: beginnings of words of the name, of a code, of a GTIN with or without its leading nought, or a whole GTIN. */
function searchValues(search: string): (string | null)[] {
  const text = search.trim().toLowerCase();
  const digits = /^[0-9 -]+$/.test(text) ? text.replaceAll(/[ -]/g, '') : '';
  const gtins =
    digits === ''
      ? [null, null, null, null, null]
      : [...beginning(digits), ...beginning(`0${digits}`), normaliseGtin(digits) ?? null];
  return [wordsQuery(search), ...beginning(text), ...gtins];
}

/** Whose and where a level is, or undefined. */
export async function findLevel(
  tx: Tx,
  id: string,
): Promise<{ id: string; skuId: string; locationId: string } | undefined> {
  const row = await tx.find<{ id: string; sku_id: string; location_id: string }>(sql.find_level, [id]);
  return row && { id: row.id, skuId: row.sku_id, locationId: row.location_id };
}

/** A movement of a level. `costMinor` in the valuation area's currency, positive in and negative out; `documentId` is the order's or the act's own. */
export type MovementRow = {
  readonly move: number;
  readonly eventNumber: number;
  readonly eventType: string;
  readonly delta: number;
  readonly netAfter: number;
  readonly reason: MovementReason;
  readonly costMinor: number;
  readonly recordedAt: string;
  readonly documentId: string | null;
  readonly orderId: string | null;
  readonly orderNumber: string | null;
  readonly document: string | null;
};

/** The movements of a level before `before` (its running number), newest first; one row more than `limit` when there are more. */
export async function listMovements(
  tx: Tx,
  wanted: { levelId: string; limit: number; before?: number | undefined },
): Promise<MovementRow[]> {
  type Row = {
    move: number;
    event_number: number;
    event_type: string;
    delta: number;
    net_after: number;
    reason: MovementReason;
    cost_minor: number;
    recorded_at: string;
    document_id: string | null;
    order_id: string | null;
    order_number: string | null;
    document: string | null;
  };
  const rows = await tx.rows<Row>(sql.list_movements, [
    wanted.limit + 1,
    wanted.levelId,
    wanted.before ?? Number.MAX_SAFE_INTEGER,
  ]);
  return rows.map((row) => ({
    move: row.move,
    eventNumber: row.event_number,
    eventType: row.event_type,
    delta: row.delta,
    netAfter: row.net_after,
    reason: row.reason,
    costMinor: row.cost_minor,
    recordedAt: row.recorded_at,
    documentId: row.document_id,
    orderId: row.order_id,
    orderNumber: row.order_id === null ? null : row.order_number,
    document: row.document,
  }));
}

/** Where a reservation holds units, or undefined. */
export async function findReservationPlace(
  tx: Tx,
  id: string,
): Promise<{ id: string; locationId: string } | undefined> {
  const row = await tx.find<{ id: string; location_id: string }>(sql.find_reservation_place, [id]);
  return row && { id: row.id, locationId: row.location_id };
}
