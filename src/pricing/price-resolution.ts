import type { CurrencyCode } from '../kernel/currency.ts';
import type { InstantMs } from '../kernel/time.ts';
import { asPrice, type PriceCeiling } from './price-ceiling.ts';
import { adjustPrice } from './price-ending.ts';
import { comparePrices, priceInForce, type Price, type StartsAndEnds } from './price-list.ts';
import { compareRank, listMisses, type OverrideList, type PriceAsker } from './price-override.ts';

/** A price of an override list: from so many base units of the SKU in the basket on. Without an amount the list says nothing from then on. */
export type OverrideEntry = Omit<Price, 'amount'> & { readonly amount: number | null; readonly minQuantity: number };

/** What a list said and whether it was taken; `ceiling` and `held` are no lists but change what one said. */
export type PriceReason = {
  readonly listId: string | null;
  readonly name: string;
  readonly took: boolean;
  readonly reason:
    | 'base'
    | 'markdown'
    | 'own_price'
    | 'quantity_break'
    | 'adjusted'
    | 'ceiling'
    | 'held'
    | 'other_channel'
    | 'other_location'
    | 'not_in_group'
    | 'not_yet'
    | 'over'
    | 'nothing_for_sku'
    | 'outranked'
    | 'dearer_than_everybody';
  /** What the list asks, where it asks something. */
  readonly price?: PriceNumbers | undefined;
  /** From how many base units on, of a quantity break. */
  readonly minQuantity?: number | undefined;
};

/** `amount / 10^scale` minor units for `per` base units. */
export type PriceNumbers = { readonly amount: number; readonly scale: number; readonly per: number };

/** A price and why it is this one. */
export type ResolvedPrice = PriceNumbers & { readonly listId: string; readonly why: readonly PriceReason[] };

/** What is looked at to price so many of a SKU. `lists` in the order of {@link compareRank}; `entriesOf` the SKU's prices of a list. */
export type PriceQuestion = {
  readonly currency: CurrencyCode;
  readonly asker: PriceAsker;
  readonly quantity: number;
  readonly at: InstantMs;
  readonly base: { readonly id: string; readonly name: string } | undefined;
  readonly prices: readonly Price[];
  readonly lists: readonly OverrideList[];
  readonly entriesOf: (listId: string) => readonly OverrideEntry[];
  readonly ceiling?: PriceCeiling | undefined;
  readonly spanOf?: StartsAndEnds | undefined;
  /** Says of every list why it was not taken; else only what made the price. */
  readonly trace?: boolean;
};

/**
 * The price of so many of a SKU and why. The first list in rank that says something holds, of equal ones the cheaper; a list for customer groups never makes
 * anything dearer than for everybody. What then exceeds the statutory ceiling is the ceiling. Undefined when no list has a price.
 */
export function resolvePrice(question: PriceQuestion): ResolvedPrice | undefined {
  const { currency, asker, at, base, lists, spanOf, ceiling, trace = false } = question;
  const why: PriceReason[] = [];
  const basePrice = priceInForce(question.prices, at, spanOf);
  let best: (PriceNumbers & { readonly list: OverrideList | undefined; readonly reason: PriceReason }) | undefined;
  if (basePrice !== undefined && base !== undefined) {
    const price = numbers(basePrice);
    best = {
      ...price,
      list: undefined,
      reason: {
        listId: base.id,
        name: base.name,
        took: true,
        reason: basePrice.markdown === true ? 'markdown' : 'base',
        price,
      },
    };
  }
  // What who is in no group pays, also after the lists above the base list.
  const everybody = lists.some((list) => list.groupIds.length > 0)
    ? resolvePrice({
        ...question,
        lists: lists.filter((list) => list.groupIds.length === 0),
        ceiling: undefined,
        trace: false,
      })
    : best;
  for (const list of lists) {
    const no = (reason: PriceReason['reason'], price?: PriceNumbers): void => {
      if (trace)
        why.push({ listId: list.id, name: list.name, took: false, reason, ...(price === undefined ? {} : { price }) });
    };
    const missed = listMisses(list, asker, at);
    if (missed !== undefined) {
      no(missed);
      continue;
    }
    const said = priceOfList(list, question, basePrice, currency);
    if (said === undefined) {
      no('nothing_for_sku');
      continue;
    }
    const { price, reason, minQuantity } = said;
    if (list.groupIds.length > 0 && everybody !== undefined && comparePrices(price, everybody) > 0) {
      no('dearer_than_everybody', price);
      continue;
    }
    const taken = best?.list;
    const cheaperEqual =
      taken !== undefined && best !== undefined && compareRank(taken, list) === 0 && comparePrices(price, best) < 0;
    if (taken !== undefined && !cheaperEqual) {
      no('outranked', price);
      continue;
    }
    if (trace && best !== undefined) why.push({ ...best.reason, took: false, reason: 'outranked' });
    const told = { listId: list.id, name: list.name, took: true, reason, price };
    best = { ...price, list, reason: minQuantity > 1 ? { ...told, minQuantity } : told };
  }
  if (best === undefined) return undefined;
  why.unshift(best.reason);
  const listId = best.reason.listId ?? '';
  if (ceiling === undefined || comparePrices(best, asPrice(ceiling)) <= 0) return { ...numbers(best), listId, why };
  const capped = asPrice(ceiling);
  why.unshift({ listId: null, name: ceiling.lot, took: true, reason: 'ceiling', price: capped });
  return { ...capped, listId, why };
}

function priceOfList(
  list: OverrideList,
  { entriesOf, at, quantity, spanOf }: PriceQuestion,
  base: Price | undefined,
  currency: CurrencyCode,
): { price: PriceNumbers; reason: 'own_price' | 'quantity_break' | 'adjusted'; minQuantity: number } | undefined {
  const entries = entriesOf(list.id);
  const tiers = [...new Set(entries.map((entry) => entry.minQuantity))].toSorted((a, b) => b - a);
  for (const minQuantity of tiers) {
    if (minQuantity > quantity) continue;
    const entry = priceInForce(
      entries.filter((one) => one.minQuantity === minQuantity).map((one) => ({ ...one, amount: one.amount ?? -1 })),
      at,
      spanOf,
    );
    if (entry === undefined || entry.amount < 0) continue;
    return { price: numbers(entry), reason: minQuantity > 1 ? 'quantity_break' : 'own_price', minQuantity };
  }
  if (base === undefined || list.adjustPpm === 0) return undefined;
  return { price: adjustPrice(base, list, currency), reason: 'adjusted', minQuantity: 1 };
}

function numbers({ amount, scale, per }: PriceNumbers): PriceNumbers {
  return { amount, scale, per };
}

/** For how long a basket keeps a price that has risen since, in milliseconds: an hour, as long as prices of the past are at hand without asking. */
export const HOLD_MS = 3_600_000;

/** The instant whose price a line keeps if that was lower: when it was put in, unless that is longer ago than prices are held or not yet. */
export function heldSince(
  addedAt: InstantMs | undefined,
  at: InstantMs,
  holdMs: number = HOLD_MS,
): InstantMs | undefined {
  return addedAt === undefined || addedAt >= at || at - addedAt > holdMs ? undefined : addedAt;
}

/** The cheaper of today's price and the one that was promised when the line was put in. A statutory ceiling of today holds for both. */
export function keepLower(
  now: ResolvedPrice | undefined,
  then: ResolvedPrice | undefined,
  ceiling?: PriceCeiling,
): ResolvedPrice | undefined {
  if (now === undefined || then === undefined || comparePrices(then, now) >= 0) return now;
  if (ceiling !== undefined && comparePrices(then, asPrice(ceiling)) > 0) return now;
  const held: PriceReason = { listId: then.listId, name: '', took: true, reason: 'held', price: numbers(then) };
  return { ...then, why: [held, ...now.why.map((reason) => ({ ...reason, took: false }))] };
}
