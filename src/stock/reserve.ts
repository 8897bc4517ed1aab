import { assert } from '../kernel/assert.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import type { InstantMs } from '../kernel/time.ts';
import { placeOf, promiseGoods, unpromiseGoods, type Goods, type StockOccasion } from './goods.ts';
import { available, STOCK, stockPlace } from './stock-level.ts';

/** A promise to a cart or a till that ends by itself. It counts until its end is committed, whatever the clock says. */
export type Reservation = {
  readonly id: string;
  readonly stockKey: string;
  readonly quantity: number;
  readonly channelId: string | undefined;
  readonly expiresAt: InstantMs;
  readonly endedReason: 'released' | 'expired' | 'used' | undefined;
  readonly endedAt: InstantMs | undefined;
  readonly version: number;
};

/** Begins a reservation, or ends it. */
export type ReservationChange =
  | {
      readonly id: string;
      readonly begin: {
        readonly stockKey: string;
        readonly quantity: number;
        readonly channelId: string | undefined;
        readonly expiresAt: InstantMs;
      };
    }
  | { readonly id: string; readonly end: 'released' | 'expired' | 'used' };

/** The book of reservations that end by themselves. */
export const RESERVATIONS: BookRules<Reservation, ReservationChange> = {
  name: 'reservation',
  keyOf: (change) => change.id,
  begins: (change) => 'begin' in change,
  evolve(reservation, change, stamp) {
    if ('begin' in change) {
      assert(reservation === undefined, 'a reservation begins once', { id: change.id });
      return { id: change.id, ...change.begin, endedReason: undefined, endedAt: undefined, version: 1 };
    }
    assert(reservation !== undefined && reservation.endedReason === undefined, 'a reservation ends once', {
      id: change.id,
    });
    return { ...reservation, endedReason: change.end, endedAt: stamp.recordedAt, version: reservation.version + 1 };
  },
};

/** A line that asks for units: which goods, and the line's number for the answer. */
export type WantedLine = { readonly line: number; readonly goods: Goods };

/** Why units can not be promised, with what a person needs to go on. */
export type InsufficientStock = {
  readonly reason: 'insufficient_stock';
  readonly lines: readonly { line: number; skuId: string; locationId: string; requested: number; available: number }[];
};

/**
 * Whether all lines can be promised together; two lines of one level share what is there.
 * Refuses with `insufficient_stock`, naming every line that does not fit.
 */
export function refuseBeyondAvailable(draft: Draft, wanted: readonly WantedLine[]): InsufficientStock | undefined {
  const left = new Map<string, number>();
  const missing: { line: number; skuId: string; locationId: string; requested: number; available: number }[] = [];
  for (const { line, goods } of wanted) {
    const there = left.get(goods.stockKey) ?? available(draft.get(STOCK, goods.stockKey));
    if (goods.quantity > there) {
      missing.push({
        line,
        skuId: goods.skuId,
        locationId: stockPlace(goods.stockKey).locationId,
        requested: goods.quantity,
        available: there,
      });
    } else {
      left.set(goods.stockKey, there - goods.quantity);
    }
  }
  return missing.length === 0 ? undefined : { reason: 'insufficient_stock', lines: missing };
}

/**
 * Whether all goods can leave at all: a promise that a fact has overrun is not there to be handed over.
 * Refuses with `insufficient_stock`, `available` being what is on hand.
 */
export function refuseBeyondOnHand(draft: Draft, leaving: readonly WantedLine[]): InsufficientStock | undefined {
  const left = new Map<string, number>();
  for (const { line, goods } of leaving) {
    const there = left.get(goods.stockKey) ?? draft.get(STOCK, goods.stockKey)?.onHand ?? 0;
    if (goods.quantity > there) {
      const { locationId } = stockPlace(goods.stockKey);
      return {
        reason: 'insufficient_stock',
        lines: [{ line, skuId: goods.skuId, locationId, requested: goods.quantity, available: there }],
      };
    }
    left.set(goods.stockKey, there - goods.quantity);
  }
  return undefined;
}

/** Expired reservations of the levels that a request needs, read before the lock. */
export type ExpiredHolds = { readonly reservationIds: readonly string[] };

/**
 * Before a request is refused for stock, what has expired on its levels is released, in the same commit, as its own event.
 * Answers `resolveAgain` with the levels when units are held there and nobody has looked for expired reservations yet.
 */
export function makeRoom(
  draft: Draft,
  occasion: StockOccasion,
  wanted: readonly WantedLine[],
  expired: ExpiredHolds | undefined,
): InsufficientStock | { readonly resolveAgain: { readonly expiredOn: readonly string[] } } | undefined {
  const refusal = refuseBeyondAvailable(draft, wanted);
  if (refusal === undefined) return undefined;
  const held = wanted
    .filter(({ goods }) => (draft.get(STOCK, goods.stockKey)?.held ?? 0) > 0)
    .map(({ goods }) => goods.stockKey);
  if (held.length === 0) return refusal;
  if (expired === undefined) return { resolveAgain: { expiredOn: held } };
  expireReservations(draft, occasion, expired.reservationIds);
  return refuseBeyondAvailable(draft, wanted);
}

/** Ends those of the reservations whose time has come, by the clock of the lock. One act for all of them, none when there are none. */
export function expireReservations(
  draft: Draft,
  occasion: StockOccasion,
  ids: readonly string[],
  consequence = true,
): number {
  const ended: { reservationId: string; skuId: string; locationId: string; quantity: number }[] = [];
  for (const id of ids) {
    const reservation = draft.get(RESERVATIONS, id);
    if (reservation === undefined || reservation.endedReason !== undefined || reservation.expiresAt > draft.now)
      continue;
    endReservation(draft, reservation, 'expired');
    const { skuId, locationId } = stockPlace(reservation.stockKey);
    ended.push({ reservationId: id, skuId, locationId, quantity: reservation.quantity });
  }
  if (ended.length > 0) {
    draft.act({
      type: 'ReservationsExpired',
      version: 1,
      topic: 'stock',
      ...placeOf(occasion),
      consequence,
      body: { reservations: ended },
    });
  }
  return ended.length;
}

/** Ends a reservation and gives its units back. */
function endReservation(draft: Draft, reservation: Reservation, reason: 'released' | 'expired'): void {
  draft.change(RESERVATIONS, { id: reservation.id, end: reason });
  const { skuId } = stockPlace(reservation.stockKey);
  unpromiseGoods(
    draft,
    { skuId, stockKey: reservation.stockKey, costKey: null, method: 'moving_average', quantity: reservation.quantity },
    reservation.quantity,
  );
}

/** Asks for units for a while: a cart, a fitting room, a till that fetches from the back. */
export type ReserveStock = StockOccasion & {
  readonly lines: readonly (WantedLine & { readonly reservationId: string })[];
  readonly expiresInMs: number;
};

/** Promises all lines or none. */
export function reserveStock(
  draft: Draft,
  command: ReserveStock,
  expired: ExpiredHolds | undefined,
): Rejection | { resolveAgain: unknown } | undefined {
  const refusal = makeRoom(draft, command, command.lines, expired);
  if (refusal !== undefined) return refusal;
  const expiresAt = draft.now + command.expiresInMs;
  for (const { reservationId, goods } of command.lines) {
    promiseGoods(draft, goods, goods.quantity);
    draft.change(RESERVATIONS, {
      id: reservationId,
      begin: { stockKey: goods.stockKey, quantity: goods.quantity, channelId: command.channelId, expiresAt },
    });
  }
  draft.act({
    type: 'StockReserved',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.lines[0]?.reservationId,
    body: {
      expiresAt,
      reservations: command.lines.map(({ reservationId, goods }) => ({
        reservationId,
        skuId: goods.skuId,
        quantity: goods.quantity,
      })),
    },
  });
  return undefined;
}

/** Gives reservations back before their time. */
export type ReleaseReservations = StockOccasion & { readonly reservationIds: readonly string[] };

/** Refuses `reservation_ended` (with how it ended) and `reservation_not_found`. */
export function releaseReservations(draft: Draft, command: ReleaseReservations): Rejection | undefined {
  const open: Reservation[] = [];
  for (const id of command.reservationIds) {
    const reservation = draft.get(RESERVATIONS, id);
    if (reservation === undefined) return { reason: 'reservation_not_found', reservationId: id };
    if (reservation.endedReason !== undefined)
      return { reason: 'reservation_ended', reservationId: id, endedReason: reservation.endedReason };
    open.push(reservation);
  }
  for (const reservation of open) endReservation(draft, reservation, 'released');
  draft.act({
    type: 'ReservationReleased',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.reservationIds[0],
    body: {
      reservations: open.map((reservation) => ({
        reservationId: reservation.id,
        ...levelOf(reservation),
        quantity: reservation.quantity,
      })),
    },
  });
  return undefined;
}

function levelOf(reservation: Reservation): { skuId: string; locationId: string } {
  const { skuId, locationId } = stockPlace(reservation.stockKey);
  return { skuId, locationId };
}

/** The sweeper's command: ends what has expired at one place, whoever needs it or not. */
export type ExpireReservations = StockOccasion & { readonly reservationIds: readonly string[] };

/** Refuses `nothing_expired`, so that a sweep that came second leaves no trace. */
export function sweepReservations(draft: Draft, command: ExpireReservations): Rejection | undefined {
  return expireReservations(draft, command, command.reservationIds, false) === 0
    ? { reason: 'nothing_expired' }
    : undefined;
}
