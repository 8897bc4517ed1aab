import type { InstantMs } from '../kernel/time.ts';
import { comparePrices, priceInForce, type Price, type StartsAndEnds } from './price-list.ts';

const DAY_MS = 86_400_000;

/** Directive 98/6/EC, article 6a(2): "a period of time not shorter than 30 days prior to the application of the price reduction". */
export const PRIOR_DAYS = 30;

/** What must be shown beside a reduced price: the lowest price before the reduction, and when that began. */
export type PriorPrice = { readonly reducedFrom: InstantMs; readonly lowest: Price; readonly before: Price };

/**
 * The prior price of a markdown that is in force, after Directive 98/6/EC, article 6a (inserted by Directive (EU) 2019/2161): the lowest price applied in the 30
 * days before the reduction; of a reduction that grew step by step without a break the price before its first step (6a(5)); of goods that are newer the lowest since they
 * had a price (6a(4)). Undefined when the price in force is no markdown or nothing was before it. `before` is the price it was lowered from.
 */
export function priorPrice(
  prices: readonly Price[],
  at: InstantMs,
  spanOf: StartsAndEnds = rowSpan,
): PriorPrice | undefined {
  const now = priceInForce(prices, at, spanOf);
  if (now?.markdown !== true) return undefined;
  let reducedFrom = heldSinceWhen(prices, { price: now, at }, spanOf);
  let before = priceInForce(prices, reducedFrom - 1, spanOf);
  for (let step = now; before?.markdown === true && comparePrices(step, before) < 0;) {
    step = before;
    reducedFrom = heldSinceWhen(prices, { price: step, at: reducedFrom - 1 }, spanOf);
    before = priceInForce(prices, reducedFrom - 1, spanOf);
  }
  if (before === undefined) return undefined;
  return {
    reducedFrom,
    before,
    lowest: lowestBetween(prices, reducedFrom - PRIOR_DAYS * DAY_MS, reducedFrom, spanOf) ?? before,
  };
}

/** The lowest price in force at any moment from an instant until before another; undefined when there was none. */
export function lowestBetween(
  prices: readonly Price[],
  from: InstantMs,
  until: InstantMs,
  spanOf: StartsAndEnds = rowSpan,
): Price | undefined {
  const moments = [from];
  for (const price of prices) {
    const span = spanOfRow(price, spanOf);
    for (const moment of [span.from, span.until]) if (moment > from && moment < until) moments.push(moment);
  }
  let lowest: Price | undefined;
  for (const moment of moments) {
    const price = priceInForce(prices, moment, spanOf);
    if (price !== undefined && (lowest === undefined || comparePrices(price, lowest) < 0)) lowest = price;
  }
  return lowest;
}

/**
 * Since when a price that holds at an instant has held without a break. One that another price stood in for holds anew after that: what was charged before the
 * break counts among the prices of the 30 days.
 */
function heldSinceWhen(
  prices: readonly Price[],
  { price, at }: { readonly price: Price; readonly at: InstantMs },
  spanOf: StartsAndEnds,
): InstantMs {
  const { from } = spanOfRow(price, spanOf);
  let since = from;
  for (const other of prices) {
    const span = spanOfRow(other, spanOf);
    for (const moment of [span.from, span.until])
      if (moment > since && moment <= at && priceInForce(prices, moment - 1, spanOf) !== price) since = moment;
  }
  return since;
}

function spanOfRow(price: Price, spanOf: StartsAndEnds): ReturnType<StartsAndEnds> {
  const own = rowSpan(price);
  if (price.changeId === undefined) return own;
  const { from, until } = spanOf(price);
  return { from, until: Math.min(until, own.until) };
}

function rowSpan({ validFrom, validUntil }: Pick<Price, 'validFrom' | 'validUntil'>): {
  from: InstantMs;
  until: InstantMs;
} {
  return { from: validFrom, until: validUntil ?? Infinity };
}
