import type { CurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { MAX_UNIT_PRICE_SCALE } from '../kernel/money.ts';
import type { InstantMs } from '../kernel/time.ts';

/** The prices of one channel in one currency; `taxInclusive` says whether they hold the VAT already. */
export type PriceList = {
  readonly id: string;
  readonly channelId: string;
  readonly currency: CurrencyCode;
  readonly taxInclusive: boolean;
  readonly name: string;
};

/**
 * A price from an instant on: `amount / 10^scale` minor units for `per` base units, until the next one begins. One with an end gives way to the price before it.
 * Of a price change it names the change, and `waits` says that it waits for closing, because it raises the price.
 */
export type Price = {
  readonly validFrom: InstantMs;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly validUntil?: InstantMs | undefined;
  readonly markdown?: boolean | undefined;
  readonly changeId?: string | undefined;
  readonly waits?: boolean | undefined;
};

/** When the prices of a change begin and end at a place. Without it they hold as their rows say. */
export type StartsAndEnds = (price: Pick<Price, 'changeId' | 'validFrom' | 'validUntil' | 'waits'>) => {
  readonly from: InstantMs;
  readonly until: InstantMs;
};

/** The price in force at an instant: the latest that began at it or before and has not ended; undefined when none has. `spanOf` is asked only for prices of a change. */
export function priceInForce<P extends Price>(
  prices: readonly P[],
  at: InstantMs,
  spanOf?: StartsAndEnds,
): P | undefined {
  let best: P | undefined;
  let bestFrom = 0;
  for (const price of prices) {
    let from = price.validFrom;
    let until = price.validUntil ?? Infinity;
    if (price.changeId !== undefined && spanOf !== undefined) {
      const span = spanOf(price);
      from = span.from;
      until = Math.min(until, span.until);
    }
    // Of two that begin at one moment the later row holds.
    if (from > at || until <= at || (best !== undefined && from < bestFrom)) continue;
    best = price;
    bestFrom = from;
  }
  return best;
}

/** Negative when `a` is cheaper for a base unit, positive when it is dearer. Exact, whatever digits and packs the two are written with. */
export function comparePrices(a: Omit<Price, 'validFrom'>, b: Omit<Price, 'validFrom'>): number {
  if (a.scale === b.scale && a.per === b.per) return a.amount - b.amount;
  const left = BigInt(a.amount) * 10n ** BigInt(b.scale) * BigInt(b.per);
  const right = BigInt(b.amount) * 10n ** BigInt(a.scale) * BigInt(a.per);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Why prices are not set. `index` is the place in the request. */
export type PriceRejection =
  | { reason: 'no_price_list'; index: number; channelId: string }
  | { reason: 'unknown_sku'; index: number; skuId: string }
  | { reason: 'sku_archived'; index: number; skuId: string; code: string }
  | { reason: 'duplicate_price'; index: number; skuId: string }
  | { reason: 'valid_from_in_past'; index: number; validFromMs: number; nowMs: number }
  | { reason: 'ends_before_begin'; index: number; validFromMs: number; validUntilMs: number };

/** One price as it is asked for. Without `validFrom` it holds from now on; without `currency` in that of the channel's only list. */
export type WantedPrice = {
  readonly channelId: string;
  readonly skuId: string;
  readonly currency?: string | undefined;
  readonly amount: number;
  readonly scale?: number | undefined;
  readonly per?: number | undefined;
  readonly validFrom?: InstantMs | undefined;
  /** When it gives way to the price before it. */
  readonly validUntil?: InstantMs | undefined;
  /** A reduction that is announced as one: it is shown with the lowest price of the 30 days before. */
  readonly markdown?: boolean | undefined;
};

/** A price with the list it goes to. */
export type PlacedPrice = Price & { readonly priceListId: string; readonly skuId: string };

/** What setting prices looks at. */
export type PriceSurroundings = {
  readonly lists: readonly PriceList[];
  readonly skus: ReadonlyMap<string, { readonly code: string; readonly archived: boolean }>;
  readonly now: InstantMs;
};

/**
 * Says whether prices can be set, all or none. A price may not begin in the past: what was sold was sold at the price
 * then in force, and a report of yesterday must say tomorrow what it says today.
 */
export function decideSetPrices(
  wanted: readonly WantedPrice[],
  around: PriceSurroundings,
): Decision<PlacedPrice[], PriceRejection> {
  const placed: PlacedPrice[] = [];
  const seen = new Set<string>();
  for (const [index, row] of wanted.entries()) {
    const list = listFor(row, around.lists);
    if (list === undefined) return reject({ reason: 'no_price_list', index, channelId: row.channelId });
    const sku = around.skus.get(row.skuId);
    if (sku === undefined) return reject({ reason: 'unknown_sku', index, skuId: row.skuId });
    if (sku.archived) return reject({ reason: 'sku_archived', index, skuId: row.skuId, code: sku.code });
    const validFrom = row.validFrom ?? around.now;
    if (validFrom < around.now)
      return reject({ reason: 'valid_from_in_past', index, validFromMs: validFrom, nowMs: around.now });
    const { validUntil, markdown } = row;
    if (validUntil !== undefined && validUntil <= validFrom)
      return reject({ reason: 'ends_before_begin', index, validFromMs: validFrom, validUntilMs: validUntil });
    const key = `${list.id} ${row.skuId} ${validFrom}`;
    if (seen.has(key)) return reject({ reason: 'duplicate_price', index, skuId: row.skuId });
    seen.add(key);
    placed.push({
      priceListId: list.id,
      skuId: row.skuId,
      validFrom,
      ...shorten(row.amount, row.scale ?? 0),
      per: row.per ?? 1,
      ...(validUntil === undefined ? {} : { validUntil }),
      ...(markdown === true ? { markdown } : {}),
    });
  }
  return accept(placed);
}

/** A channel has one list per currency; who names no currency means the only one. */
function listFor(row: WantedPrice, lists: readonly PriceList[]): PriceList | undefined {
  const found = lists.filter(
    (list) => list.channelId === row.channelId && (row.currency === undefined || list.currency === row.currency),
  );
  return found.length === 1 ? found[0] : undefined;
}

/** Drops zeros below the minor unit, so that 19.9900 and 19.99 are stored alike. */
export function shorten(amount: number, scale: number): { amount: number; scale: number } {
  let digits = amount;
  let left = Math.min(scale, MAX_UNIT_PRICE_SCALE);
  for (; left > 0 && digits % 10 === 0; left -= 1) digits /= 10;
  return { amount: digits, scale: left };
}
