import type { CurrencyCode } from '../kernel/currency.ts';
import type { InstantMs } from '../kernel/time.ts';
import { comparePrices, type Price } from './price-list.ts';

/**
 * The most that the law lets a SKU cost at retail, all taxes included, for `per` base units in a country; of one lot or, with an empty lot, of all. India: the
 * maximum retail price printed on the package (Legal Metrology (Packaged Commodities) Rules, 2011, rules 2(m), 6(1)(e) and 18(2)).
 */
export type PriceCeiling = {
  readonly skuId: string;
  readonly lot: string;
  readonly country: string;
  readonly currency: CurrencyCode;
  readonly amountMinor: number;
  readonly per: number;
  readonly validFrom: InstantMs;
  readonly validUntil?: InstantMs | undefined;
};

/**
 * The ceiling of a SKU at an instant: that of the lot, else that of the SKU. When nobody says which lot is sold, the lowest of all of them, because any could be
 * the one that the customer is handed.
 */
export function ceilingInForce(
  ceilings: readonly PriceCeiling[],
  wanted: {
    readonly country: string;
    readonly currency: string;
    readonly at: InstantMs;
    readonly lot?: string | undefined;
  },
): PriceCeiling | undefined {
  const latest = new Map<string, PriceCeiling>();
  for (const one of ceilings) {
    if (one.country !== wanted.country || one.currency !== wanted.currency) continue;
    if (one.validFrom > wanted.at || (one.validUntil ?? Infinity) <= wanted.at) continue;
    const best = latest.get(one.lot);
    if (best === undefined || one.validFrom > best.validFrom) latest.set(one.lot, one);
  }
  if (wanted.lot !== undefined && wanted.lot !== '') return latest.get(wanted.lot) ?? latest.get('');
  let lowest: PriceCeiling | undefined;
  for (const one of latest.values())
    if (lowest === undefined || comparePrices(asPrice(one), asPrice(lowest)) < 0) lowest = one;
  return lowest;
}

/** A ceiling as a price, to be compared with one. */
export function asPrice({ amountMinor, per }: PriceCeiling): Pick<Price, 'amount' | 'scale' | 'per'> {
  return { amount: amountMinor, scale: 0, per };
}
