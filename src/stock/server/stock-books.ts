import { bigintArray, instantArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import type { AppliedChange } from '../../kernel/draft.ts';
import { COST, costKey, type StockCost } from '../cost.ts';
import { RESERVATIONS, type Reservation, type ReservationChange } from '../reserve.ts';
import {
  STOCK,
  stockKey,
  stockPlace,
  type Condition,
  type StockChange,
  type StockLevel,
  type StockPlace,
} from '../stock-level.ts';

/** The statements of the stock books; the stores of reads use the unlocked ones. */
export const stockBookSql = loadSql(import.meta.url, './stock-books.sql', [
  'load_levels',
  'insert_levels',
  'update_levels',
  'insert_movements',
  'load_costs',
  'insert_costs',
  'update_costs',
  'load_reservations',
  'insert_reservations',
  'end_reservations',
  'find_expired_holds',
  'find_reservations',
  'find_expired_anywhere',
]);

/** The five columns of stock keys as parameters of `unnest`. */
export function placeArrays(places: readonly StockPlace[]): Buffer[] {
  return [
    uuidArray(places.map((place) => place.skuId)),
    uuidArray(places.map((place) => place.locationId)),
    textArray(places.map((place) => place.condition)),
    uuidArray(places.map((place) => place.ownerId)),
    textArray(places.map((place) => place.lot)),
  ];
}

type PlaceRow = { sku_id: string; location_id: string; condition: Condition; owner_id: string; lot: string };

/** The stock key of a row that carries the five columns. */
export function keyOfRow(row: PlaceRow): string {
  return stockKey({
    skuId: row.sku_id,
    locationId: row.location_id,
    condition: row.condition,
    ownerId: row.owner_id,
    lot: row.lot,
  });
}

type LevelRow = PlaceRow & {
  id: string;
  on_hand: number;
  shortfall: number;
  reserved: number;
  backordered: number;
  held: number;
  incoming: number;
  safety: number;
  moves: number;
  version: number;
};

/** Stock levels and their movements in PostgreSQL. */
export const stockTable: BookTable = {
  name: STOCK.name,
  load: (keys) => [{ statement: stockBookSql.load_levels, values: placeArrays(keys.map(stockPlace)) }],
  parse([rows]) {
    const levels = new Map<string, StockLevel>();
    for (const row of rows as unknown as LevelRow[]) {
      const key = keyOfRow(row);
      levels.set(key, {
        id: row.id,
        key,
        onHand: row.on_hand,
        shortfall: row.shortfall,
        reserved: row.reserved,
        backordered: row.backordered,
        held: row.held,
        incoming: row.incoming,
        safety: row.safety,
        moves: row.moves,
        version: row.version,
      });
    }
    return levels;
  },
  record(changes, writes) {
    const { added, updated } = newAndOld(touchedStates<StockLevel>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      const [sku, location, condition, owner, lot] = placeArrays(added.map((level) => stockPlace(level.key)));
      const values = [
        uuidArray(added.map((level) => level.id)),
        sku,
        location,
        condition,
        owner,
        lot,
        ...amounts(added),
        bigintArray(added.map((level) => level.version)),
      ];
      queries.push({ statement: stockBookSql.insert_levels, values });
    }
    if (updated.length > 0) {
      const after = updated.map((level) => level.after);
      queries.push({
        statement: stockBookSql.update_levels,
        values: [
          uuidArray(after.map((level) => level.id)),
          bigintArray(updated.map((level) => level.before.version)),
          ...amounts(after),
          bigintArray(after.map((level) => level.version)),
          updated.length,
        ],
      });
    }
    const moves = (changes as readonly AppliedChange<StockLevel, StockChange>[]).filter(
      ({ change }) => change.net !== 0,
    );
    if (moves.length > 0) {
      queries.push({
        statement: stockBookSql.insert_movements,
        values: [
          uuidArray(moves.map(({ after }) => after.id)),
          bigintArray(moves.map(({ after }) => after.moves)),
          bigintArray(moves.map(({ number }) => number)),
          bigintArray(moves.map(({ change }) => change.net)),
          bigintArray(moves.map(({ before }) => (before === undefined ? 0 : before.onHand - before.shortfall))),
          bigintArray(moves.map(({ after }) => after.onHand - after.shortfall)),
          textArray(moves.map(({ change }) => change.reason)),
          bigintArray(moves.map(({ change }) => change.costMinor ?? 0)),
          uuidArray(moves.map(({ change }) => change.documentId)),
          new Date(writes.recordedAt).toISOString(),
        ],
      });
    }
    return queries;
  },
};

function amounts(levels: readonly StockLevel[]): Buffer[] {
  return (['onHand', 'shortfall', 'reserved', 'backordered', 'held', 'incoming', 'safety', 'moves'] as const).map(
    (name) => bigintArray(levels.map((level) => level[name])),
  );
}

type CostRow = {
  area_id: string;
  sku_id: string;
  quantity: number;
  value_minor: number;
  short_quantity: number;
  short_value_minor: number;
  last_quantity: number;
  last_value_minor: number;
  layers: [number, number][] | null;
  version: number;
};

/** What units cost, in PostgreSQL. Layers are kept as pairs of quantity and value. */
export const costTable: BookTable = {
  name: COST.name,
  load: (keys) => [{ statement: stockBookSql.load_costs, values: keyHalves(keys) }],
  parse([rows]) {
    const costs = new Map<string, StockCost>();
    for (const row of rows as unknown as CostRow[]) {
      const key = costKey(row.area_id, row.sku_id);
      costs.set(key, {
        key,
        quantity: row.quantity,
        valueMinor: row.value_minor,
        shortQuantity: row.short_quantity,
        shortValueMinor: row.short_value_minor,
        lastQuantity: row.last_quantity,
        lastValueMinor: row.last_value_minor,
        layers: row.layers === null ? null : row.layers.map(([quantity, valueMinor]) => ({ quantity, valueMinor })),
        version: row.version,
      });
    }
    return costs;
  },
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<StockCost>(changes));
    const queries: Query[] = [];
    if (added.length > 0)
      queries.push({
        statement: stockBookSql.insert_costs,
        values: [...keyHalves(added.map((cost) => cost.key)), ...costArrays(added)],
      });
    if (updated.length > 0) {
      const after = updated.map((cost) => cost.after);
      queries.push({
        statement: stockBookSql.update_costs,
        values: [
          ...keyHalves(after.map((cost) => cost.key)),
          bigintArray(updated.map((cost) => cost.before.version)),
          ...costArrays(after),
          updated.length,
        ],
      });
    }
    return queries;
  },
};

function keyHalves(keys: readonly string[]): Buffer[] {
  return [uuidArray(keys.map((key) => key.slice(0, 36))), uuidArray(keys.map((key) => key.slice(37)))];
}

function costArrays(costs: readonly StockCost[]): Buffer[] {
  return [
    ...(['quantity', 'valueMinor', 'shortQuantity', 'shortValueMinor', 'lastQuantity', 'lastValueMinor'] as const).map(
      (name) => bigintArray(costs.map((cost) => cost[name])),
    ),
    textArray(
      costs.map((cost) =>
        cost.layers === null ? null : JSON.stringify(cost.layers.map((layer) => [layer.quantity, layer.valueMinor])),
      ),
    ),
    bigintArray(costs.map((cost) => cost.version)),
  ];
}

type ReservationRow = PlaceRow & {
  id: string;
  quantity: number;
  channel_id: string | null;
  expires_at: number;
  ended_at: number | null;
  ended_reason: Reservation['endedReason'] | null;
  version: number;
};

/** Reservations with an end, in PostgreSQL. */
export const reservationTable: BookTable = {
  name: RESERVATIONS.name,
  load: (keys) => [{ statement: stockBookSql.load_reservations, values: [uuidArray(keys)] }],
  parse([rows]) {
    const reservations = new Map<string, Reservation>();
    for (const row of rows as unknown as ReservationRow[]) {
      reservations.set(row.id, {
        id: row.id,
        stockKey: keyOfRow(row),
        quantity: row.quantity,
        channelId: row.channel_id ?? undefined,
        expiresAt: row.expires_at,
        endedAt: row.ended_at ?? undefined,
        endedReason: row.ended_reason ?? undefined,
        version: row.version,
      });
    }
    return reservations;
  },
  record(changes) {
    const begun: Reservation[] = [];
    const ended: Reservation[] = [];
    for (const { change, after } of changes as readonly AppliedChange<Reservation, ReservationChange>[])
      ('begin' in change ? begun : ended).push(after);
    const queries: Query[] = [];
    if (begun.length > 0) {
      queries.push({
        statement: stockBookSql.insert_reservations,
        values: [
          uuidArray(begun.map((one) => one.id)),
          ...placeArrays(begun.map((one) => stockPlace(one.stockKey))),
          bigintArray(begun.map((one) => one.quantity)),
          uuidArray(begun.map((one) => one.channelId)),
          instantArray(begun.map((one) => one.expiresAt)),
          begun.length,
        ],
      });
    }
    if (ended.length > 0) {
      queries.push({
        statement: stockBookSql.end_reservations,
        values: [
          uuidArray(ended.map((one) => one.id)),
          instantArray(ended.map((one) => one.endedAt)),
          textArray(ended.map((one) => one.endedReason)),
          ended.length,
        ],
      });
    }
    return queries;
  },
};
