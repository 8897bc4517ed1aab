import { isCurrencyCode, type CurrencyCode } from '../kernel/currency.ts';
import { accept, reject, type Decision } from '../kernel/decision.ts';
import { invertRate, parseExchangeRate, type ExchangeRate } from '../kernel/rate.ts';
import { compareDays, type BusinessDay } from '../kernel/time.ts';

/** A rate and the first day on which it holds; it holds until the next one of its pair begins. */
export type DatedRate = ExchangeRate & { readonly validFrom: BusinessDay };

/** Why a rate is not taken. */
export type ExchangeRateRejection =
  | { reason: 'unknown_currency'; currency: string }
  | { reason: 'same_currency'; currency: string }
  | { reason: 'not_a_rate'; rate: string };

/** A rate as a person types it: `1.0857` is what one unit of `from` costs in `to`, both in major units. */
export type SetExchangeRate = {
  readonly from: string;
  readonly to: string;
  readonly rate: string;
  readonly validFrom: BusinessDay;
};

/** Says whether a typed rate can be kept. */
export function decideSetExchangeRate(command: SetExchangeRate): Decision<DatedRate, ExchangeRateRejection> {
  const { from, to, rate, validFrom } = command;
  if (!isCurrencyCode(from)) return reject({ reason: 'unknown_currency', currency: from });
  if (!isCurrencyCode(to)) return reject({ reason: 'unknown_currency', currency: to });
  if (from === to) return reject({ reason: 'same_currency', currency: from });
  const parsed = parseExchangeRate(rate, { from, to });
  if (parsed === undefined) return reject({ reason: 'not_a_rate', rate });
  return accept({ ...parsed, validFrom });
}

/**
 * The rate in force on a day: the latest one of the pair that began on it or before. When a pair is kept only the other
 * way round, that rate is turned over, exactly; of two the later one wins, and the pair's own where both began that day.
 * Undefined when there is none, so nobody ever books at a rate of one by mistake.
 */
export function exchangeRateOn(
  rates: readonly DatedRate[],
  wanted: { from: CurrencyCode; to: CurrencyCode; day: BusinessDay },
): DatedRate | undefined {
  let best: DatedRate | undefined;
  for (const rate of rates) {
    const own = rate.from === wanted.from && rate.to === wanted.to;
    const other = rate.from === wanted.to && rate.to === wanted.from;
    if ((!own && !other) || compareDays(rate.validFrom, wanted.day) > 0) continue;
    const later = best === undefined ? 1 : compareDays(rate.validFrom, best.validFrom);
    if (later < 0 || (later === 0 && other)) continue;
    best = own ? rate : { ...invertRate(rate), validFrom: rate.validFrom };
  }
  return best;
}
