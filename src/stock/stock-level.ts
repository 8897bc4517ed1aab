import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';

/** In what state goods are. Only sellable goods can be promised. */
export type Condition = 'sellable' | 'inspection' | 'damaged' | 'display' | 'staged';

/** What tells one stock level from another. `ownerId` is the legal entity that owns the goods (us), or a consignor. */
export type StockPlace = {
  readonly skuId: string;
  readonly locationId: string;
  readonly condition: Condition;
  readonly ownerId: string;
  readonly lot: string;
};

/** A place as text, the key of the stock book. Sorts by SKU, then location. */
export function stockKey(place: StockPlace): string {
  return `${place.skuId}|${place.locationId}|${place.condition}|${place.ownerId}|${place.lot}`;
}

/** The place in a key made by {@link stockKey}. A lot may hold any character, so it stands last. */
export function stockPlace(key: string): StockPlace {
  const [skuId, locationId, condition, ownerId, ...lot] = key.split('|');
  assert(skuId && locationId && condition && ownerId !== undefined && lot.length > 0, 'malformed stock key', { key });
  return { skuId, locationId, condition: condition as Condition, ownerId, lot: lot.join('|') };
}

/**
 * How many base units of a SKU are at a place, as the books know it.
 * `onHand` ≥ 0 are there; `shortfall` ≥ 0 were handed over although the books had none (never both positive).
 * `reserved` ≤ `onHand` are promised and there; `backordered` are promised and not there. `held` of the promised end by themselves
 * (reservations with an expiry). `moves` counts the movements, `version` all changes.
 */
export type StockLevel = {
  readonly id: string;
  readonly key: string;
  readonly onHand: number;
  readonly shortfall: number;
  readonly reserved: number;
  readonly backordered: number;
  readonly held: number;
  readonly incoming: number;
  readonly safety: number;
  readonly moves: number;
  readonly version: number;
};

/** Why units moved; shown beside each movement. */
export type MovementReason =
  | 'receipt'
  | 'sale'
  | 'shipment'
  | 'return'
  | 'write_off'
  | 'found'
  | 'count'
  | 'transfer_out'
  | 'transfer_in'
  | 'opening';

/**
 * A change of one level, in base units: `net` moves goods (with a reason and what they cost, in the valuation area's minor units),
 * `promised` changes what is promised, `held` the part of it that ends by itself, `safety` sets the safety stock.
 */
export type StockChange = {
  readonly key: string;
  readonly net: number;
  readonly promised: number;
  readonly held?: number;
  readonly incoming?: number;
  readonly safety?: number;
  readonly reason?: MovementReason;
  readonly costMinor?: number;
  readonly documentId?: string | undefined;
};

/** The book of stock levels. A level begins when it is first changed. */
export const STOCK: BookRules<StockLevel, StockChange> = {
  name: 'stock',
  keyOf: (change) => change.key,
  evolve(level, change, stamp) {
    const net = (level?.onHand ?? 0) - (level?.shortfall ?? 0) + change.net;
    const promised = (level?.reserved ?? 0) + (level?.backordered ?? 0) + change.promised;
    const held = (level?.held ?? 0) + (change.held ?? 0);
    const onHand = Math.max(0, net);
    assert(promised >= 0 && held >= 0 && held <= promised, 'more promises ended than were made', { key: change.key });
    assert(change.net === 0 || change.reason !== undefined, 'goods moved without a reason', { key: change.key });
    const reserved = Math.min(promised, onHand);
    return {
      id: level?.id ?? stamp.mint(),
      key: change.key,
      onHand,
      shortfall: onHand - net,
      reserved,
      backordered: promised - reserved,
      held,
      incoming: (level?.incoming ?? 0) + (change.incoming ?? 0),
      safety: change.safety ?? level?.safety ?? 0,
      moves: (level?.moves ?? 0) + (change.net === 0 ? 0 : 1),
      version: (level?.version ?? 0) + 1,
    };
  },
};

/** What may still be promised at a level: on hand, less what is reserved, less the safety stock. Never below 0. */
export function available(level: StockLevel | undefined): number {
  return level === undefined ? 0 : Math.max(0, level.onHand - level.reserved - level.safety);
}
