import { accept, reject, type Decision } from '../kernel/decision.ts';
import { PPM, type Ppm } from '../kernel/rate.ts';
import { compareDays, type BusinessDay } from '../kernel/time.ts';

/**
 * The rate of a tax class (`standard`, `reduced`, `zero` …) in the country of registration from a day on, until the next
 * one begins. `name` is what the law calls it and what a receipt prints.
 */
export type VatRate = {
  readonly country: string;
  readonly taxClass: string;
  readonly validFrom: BusinessDay;
  readonly ratePpm: Ppm;
  readonly name: string;
};

/** The rate in force on a day, or undefined when the country has none for the class: a sale without a rate is not guessed. */
export function vatRateOn(
  rates: readonly VatRate[],
  wanted: { country: string; taxClass: string; day: BusinessDay },
): VatRate | undefined {
  let best: VatRate | undefined;
  for (const rate of rates) {
    if (rate.country !== wanted.country || rate.taxClass !== wanted.taxClass) continue;
    if (compareDays(rate.validFrom, wanted.day) > 0) continue;
    if (best === undefined || compareDays(rate.validFrom, best.validFrom) > 0) best = rate;
  }
  return best;
}

/** Why a rate is not set. */
export type VatRateRejection =
  | { reason: 'unknown_country'; country: string }
  | { reason: 'bad_rate'; ratePpm: number }
  | { reason: 'vat_rate_in_past'; taxClass: string; validFrom: BusinessDay; today: BusinessDay };

/**
 * Says whether a rate can be set. The first one of a class may begin in the past, because nothing could be sold without it; a later one may not: what was
 * sold was taxed at the rate then in force.
 */
export function decideSetVatRate(
  wanted: VatRate,
  known: readonly VatRate[],
  today: BusinessDay,
): Decision<VatRate, VatRateRejection> {
  const { country, taxClass, validFrom, ratePpm } = wanted;
  if (!/^[A-Z]{2}$/.test(country)) return reject({ reason: 'unknown_country', country });
  if (!Number.isInteger(ratePpm) || ratePpm < 0 || ratePpm > PPM) return reject({ reason: 'bad_rate', ratePpm });
  const isFirst = vatRateOn(known, { country, taxClass, day: today }) === undefined;
  if (!isFirst && compareDays(validFrom, today) < 0)
    return reject({ reason: 'vat_rate_in_past', taxClass, validFrom, today });
  return accept(wanted);
}
