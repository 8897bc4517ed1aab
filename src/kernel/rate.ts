import { Bug } from './assert.ts';
import { minorUnits, type CurrencyCode } from './currency.ts';
import { decimalString, money, mulDiv, parsePlainDecimal, powerOfTen, type Money, type Rounding } from './money.ts';

/** A rate in whole parts per million: 20 % is 200,000, 8.875 % is 88,750. From 0; above a million for mark-ups of more than 100 %. */
export type Ppm = number;

/** One whole, 100 %. */
export const PPM = 1_000_000;

/** A percentage from outside (`20`, `8.875`) in ppm, or undefined when it is negative, no plain decimal, or finer than 0.0001 %. */
export function percentToPpm(text: string): Ppm | undefined {
  const decimal = parsePlainDecimal(text);
  if (decimal === undefined || text.startsWith('-')) return undefined;
  let { digits, scale } = decimal;
  for (; scale > 4 && digits % 10 === 0; scale -= 1) digits /= 10;
  if (scale > 4) return undefined;
  const ppm = digits * powerOfTen(4 - scale);
  return Number.isSafeInteger(ppm) ? ppm : undefined;
}

/** A percentage that we vouch for ourselves, in ppm: `ratePpm('20')`. Throws a Bug where {@link percentToPpm} gives undefined. */
export function ratePpm(percent: string): Ppm {
  const ppm = percentToPpm(percent);
  if (ppm === undefined) throw new Bug('not a percentage of at most 4 decimals', { percent });
  return ppm;
}

/** The rate as a percentage without trailing zeros: 88,750 is `8.875`. */
export function ppmToPercent(ppm: Ppm): string {
  assertPpm(ppm);
  let digits = ppm;
  let scale = 4;
  for (; scale > 0 && digits % 10 === 0; scale -= 1) digits /= 10;
  return decimalString(digits, scale);
}

/** A share of an amount in minor units (discount, commission, tax), rounded once: amount × ppm ÷ 1,000,000. */
export function applyRate(amount: number, ppm: Ppm, mode: Rounding = 'half-away'): number {
  assertPpm(ppm);
  return mulDiv(amount, ppm, PPM, mode);
}

/** The tax that a net amount attracts, in minor units: net × rate. The gross is the net plus this. */
export function taxOnTop(net: number, ppm: Ppm, mode: Rounding = 'half-away'): number {
  return applyRate(net, ppm, mode);
}

/**
 * The tax inside a gross amount, in minor units: gross × rate ÷ (1 + rate), the "VAT fraction" of tax-inclusive prices
 * (e.g. HMRC VAT Notice 700, section 17.4.1: 1/6 at 20 %). The net is the gross minus this, so that both always sum to the gross.
 */
export function includedTax(gross: number, ppm: Ppm, mode: Rounding = 'half-away'): number {
  assertPpm(ppm);
  return mulDiv(gross, ppm, PPM + ppm, mode);
}

/**
 * How much of `to` one unit of `from` is, both in major units as banks quote it: 1 EUR = 1.0857 USD is
 * `{ from: EUR, to: USD, numerator: 10857, denominator: 10000 }`. Both numbers are positive safe integers.
 */
export type ExchangeRate = {
  readonly from: CurrencyCode;
  readonly to: CurrencyCode;
  readonly numerator: number;
  readonly denominator: number;
};

/** An exchange rate from its quotation (`1.0857`), or undefined when it is not a plain decimal above zero. */
export function parseExchangeRate(
  text: string,
  pair: { from: CurrencyCode; to: CurrencyCode },
): ExchangeRate | undefined {
  const decimal = parsePlainDecimal(text);
  if (decimal === undefined || decimal.digits <= 0) return undefined;
  return { from: pair.from, to: pair.to, numerator: decimal.digits, denominator: powerOfTen(decimal.scale) };
}

/** The same rate seen from the other side, exactly. */
export function invertRate(rate: ExchangeRate): ExchangeRate {
  return { from: rate.to, to: rate.from, numerator: rate.denominator, denominator: rate.numerator };
}

/**
 * Money in the other currency, rounded once to its minor unit; the difference in minor units (100 cents, 1 yen, 1000 fils)
 * is taken into account. Throws a Bug when the money is not in `rate.from`, the rate is malformed or the result does not fit.
 */
export function convertMoney(value: Money, rate: ExchangeRate, mode: Rounding = 'half-away'): Money {
  if (value.currency !== rate.from)
    throw new Bug('the exchange rate is for another currency', { currency: value.currency, from: rate.from });
  const { numerator, denominator } = rate;
  if (!Number.isSafeInteger(numerator) || numerator <= 0 || !Number.isSafeInteger(denominator) || denominator <= 0) {
    throw new Bug('an exchange rate is a ratio of positive safe integers', { numerator, denominator });
  }
  const shift = minorUnits(rate.to) - minorUnits(rate.from);
  const num = shift > 0 ? numerator * powerOfTen(shift) : numerator;
  const den = shift < 0 ? denominator * powerOfTen(-shift) : denominator;
  return money(mulDiv(value.amount, num, den, mode), rate.to);
}

function assertPpm(ppm: number): void {
  if (!Number.isSafeInteger(ppm) || ppm < 0)
    throw new Bug('a rate is a whole number of parts per million from 0', { ppm });
}
