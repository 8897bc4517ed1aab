import type { Ppm } from '../kernel/rate.ts';
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
