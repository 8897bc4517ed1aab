import { minorUnits, type CurrencyCode } from '../kernel/currency.ts';
import { mulDiv, powerOfTen } from '../kernel/money.ts';
import { PPM } from '../kernel/rate.ts';
import type { Price } from './price-list.ts';

/** What a calculated price ends in: `99` is .99 in euros, .990 in dinars and 99 in yen. */
export type PriceEnding = 'none' | '00' | '95' | '99';

/** All endings, in the order of pickers. */
export const PRICE_ENDINGS: readonly PriceEnding[] = ['none', '00', '95', '99'];

/**
 * The nearest amount, in whole minor units, with an ending; of two equally near the lower. A currency without decimals ends within its hundreds. Never nought
 * or less: what is cheaper than the first ending stays as it is.
 */
function roundToEnding(minor: number, ending: PriceEnding, currency: CurrencyCode): number {
  if (ending === 'none') return minor;
  const step = endingStep(currency);
  const end = mulDiv(step, Number(ending), 100);
  const below = Math.floor((minor - end) / step) * step + end;
  const nearest = minor - below <= below + step - minor ? below : below + step;
  return nearest > 0 ? nearest : minor;
}

function endingStep(currency: CurrencyCode): number {
  return Math.max(100, powerOfTen(minorUnits(currency)));
}

/** By how much a list is dearer (positive, in ppm) or cheaper (negative) than the base list, and what its prices end in. */
export type PriceAdjustment = { readonly adjustPpm: number; readonly ending: PriceEnding };

/** A price of the base list, adjusted and rounded to its ending. A cut never comes out dearer and a mark-up never cheaper than before, whatever the ending asks for. */
export function adjustPrice(
  price: Pick<Price, 'amount' | 'scale' | 'per'>,
  { adjustPpm, ending }: PriceAdjustment,
  currency: CurrencyCode,
): Pick<Price, 'amount' | 'scale' | 'per'> {
  const { amount, scale, per } = price;
  if (ending === 'none') return { amount: mulDiv(amount, PPM + adjustPpm, PPM), scale, per };
  const before = mulDiv(amount, 1, powerOfTen(scale), adjustPpm < 0 ? 'floor' : 'ceil');
  const exact = mulDiv(amount, PPM + adjustPpm, PPM * powerOfTen(scale));
  const rounded = roundToEnding(exact, ending, currency);
  const step = endingStep(currency);
  if (adjustPpm < 0 && rounded > before) return { amount: rounded - step > 0 ? rounded - step : before, scale: 0, per };
  if (adjustPpm > 0 && rounded < before) return { amount: rounded + step, scale: 0, per };
  return { amount: rounded, scale: 0, per };
}
