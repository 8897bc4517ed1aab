import { assert, Bug } from './assert.ts';
import { minorUnits, type CurrencyCode } from './currency.ts';

/** An amount in whole minor units (cents) of its currency, a safe integer of either sign, never `-0`. */
export type Money = { readonly amount: number; readonly currency: CurrencyCode };

/**
 * A price with more digits than the currency has: `amount / 10^scale` minor units for `per` base units.
 * `scale` 0 to 7 (default 0), `per` a positive integer (default 1). 1.2345 EUR for a kilogram of a SKU kept in grams is
 * `{ amount: 12345, currency: EUR, scale: 2, per: 1000 }`.
 */
export type UnitPrice = {
  readonly amount: number;
  readonly currency: CurrencyCode;
  readonly scale?: number;
  readonly per?: number;
};

/**
 * What happens to a fraction. `half-away`: the nearest, a half away from zero (commercial rounding). `half-even`: the
 * nearest, a half to the even neighbour. `up`: away from zero. `down`: toward zero. `floor` and `ceil`: toward minus and
 * plus infinity.
 */
export type Rounding = 'half-away' | 'half-even' | 'up' | 'down' | 'floor' | 'ceil';

/** Most digits below the minor unit that a {@link UnitPrice} may have. */
export const MAX_UNIT_PRICE_SCALE = 7;

/** Most base units that a unit price may be for: with the most digits the divisor of a line is still a safe integer. */
export const MAX_UNIT_PRICE_PER = 900_000_000;

const POWERS_OF_TEN = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15] as const;

/** 10 to the power of a whole `exponent` from 0 to 15, the largest that stays a safe integer. Throws a Bug outside. */
export function powerOfTen(exponent: number): number {
  const power = POWERS_OF_TEN[exponent];
  if (power === undefined) throw new Bug('power of ten out of range', { exponent });
  return power;
}

/** Money from whole minor units. Throws a Bug when the amount is not a safe integer. */
export function money(amount: number, currency: CurrencyCode): Money {
  if (!Number.isSafeInteger(amount)) throw new Bug('an amount is a safe integer of minor units', { amount, currency });
  return { amount: amount + 0, currency };
}

/** The sum. Throws a Bug when the currencies differ or the sum is not a safe integer. */
export function addMoney(a: Money, b: Money): Money {
  assertSameCurrency(a.currency, b.currency);
  return money(a.amount + b.amount, a.currency);
}

/** `a - b`. Throws a Bug when the currencies differ or the difference is not a safe integer. */
export function subtractMoney(a: Money, b: Money): Money {
  assertSameCurrency(a.currency, b.currency);
  return money(a.amount - b.amount, a.currency);
}

/** The same amount with the other sign. */
export function negateMoney(a: Money): Money {
  return money(0 - a.amount, a.currency);
}

/** The sum of any number of amounts, zero when there are none. `currency` is what all of them must have, else a Bug. */
export function sumMoney(items: readonly Money[], currency: CurrencyCode): Money {
  let amount = 0;
  for (const item of items) {
    assertSameCurrency(item.currency, currency);
    amount += item.amount;
    // Inside the loop: past 2^53 a sum loses cents without leaving a trace in its final value.
    if (!Number.isSafeInteger(amount))
      throw new Bug('an amount is a safe integer of minor units', { amount, currency });
  }
  return money(amount, currency);
}

/** Whether the amount is nothing. */
export function isZero(a: Money): boolean {
  return a.amount === 0;
}

/**
 * The amount of a line in whole minor units: price × quantity of base units, rounded once (commercially unless told
 * otherwise). Throws a Bug when the price is malformed, the quantity is not a safe integer or the result does not fit.
 */
export function lineAmount(unitPrice: UnitPrice, quantity: number, mode: Rounding = 'half-away'): number {
  const { amount, scale = 0, per = 1 } = unitPrice;
  if (!(scale >= 0 && scale <= MAX_UNIT_PRICE_SCALE)) throw new Bug('scale of a unit price out of range', { scale });
  if (!(per >= 1)) throw new Bug('a unit price is for a positive number of base units', { per });
  return mulDiv(amount, quantity, per * powerOfTen(scale), mode);
}

/**
 * `a × num ÷ den`, exact and rounded once. All three are safe integers, `den` is not zero; the product may exceed 2^53, it
 * is then computed with BigInt. Throws a Bug on other arguments and when the result is not a safe integer. Never `-0`.
 */
export function mulDiv(a: number, num: number, den: number, mode: Rounding = 'half-away'): number {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0) {
    throw new Bug('mulDiv takes safe integers and a divisor other than zero', { a, num, den });
  }
  const product = a * num;
  if (!Number.isSafeInteger(product)) return mulDivWide(a, num, den, mode);
  // The truncation is exact although the division is not: a quotient that is no integer differs from the next integer q
  // by at least 1/den, which for |product| < 2^53 is more than half the distance between doubles just below q.
  const quotient = Math.trunc(product / den);
  const remainder = product - quotient * den;
  if (remainder === 0) return quotient + 0;
  const negative = product < 0 !== den < 0;
  // Doubling a double is exact, and so is the comparison, even above 2^53.
  const half = Math.abs(remainder) * 2 - Math.abs(den);
  const away = roundsAway(mode, negative, half, quotient % 2 !== 0);
  return away ? (negative ? quotient - 1 : quotient + 1) : quotient + 0;
}

function mulDivWide(a: number, num: number, den: number, mode: Rounding): number {
  const product = BigInt(a) * BigInt(num);
  const divisor = BigInt(den);
  let quotient = product / divisor;
  const remainder = product - quotient * divisor;
  if (remainder !== 0n) {
    const negative = product < 0n !== divisor < 0n;
    const twice = (remainder < 0n ? -remainder : remainder) * 2n;
    const size = divisor < 0n ? -divisor : divisor;
    const half = twice > size ? 1 : twice < size ? -1 : 0;
    if (roundsAway(mode, negative, half, quotient % 2n !== 0n)) quotient += negative ? -1n : 1n;
  }
  const result = Number(quotient);
  if (!Number.isSafeInteger(result)) throw new Bug('result of mulDiv is not a safe integer', { a, num, den });
  return result;
}

/** Whether a quotient with a fraction goes one away from zero; `half` is negative below, zero at and positive above a half. */
function roundsAway(mode: Rounding, negative: boolean, half: number, odd: boolean): boolean {
  switch (mode) {
    case 'half-away':
      return half >= 0;
    case 'half-even':
      return half > 0 || (half === 0 && odd);
    case 'up':
      return true;
    case 'down':
      return false;
    case 'floor':
      return negative;
    case 'ceil':
      return !negative;
  }
}

/**
 * Splits a total over weights so that the parts always sum exactly to it (largest remainder, Hamilton's method). Each part
 * is its exact share rounded down or up, toward zero or away from it; what rounding down left over goes one by one to the
 * largest remainders, ties to the lower index. Split of `-t` is minus split of `t`; a weight of 0 gets 0 unless all weights
 * are 0, which means evenly.
 * Throws a Bug when the total or a weight is not a safe integer, a weight is negative, the weights' sum is not safe, or
 * there are no weights for a total other than zero.
 */
export function split(total: number, weights: readonly number[]): number[] {
  assert(Number.isSafeInteger(total), 'a total to split is a safe integer');
  const count = weights.length;
  let sum = 0;
  // By index: whole baskets are split many times a second, and iterators of arrays of mixed kinds are objects each.
  for (let at = 0; at < count; at += 1) {
    const weight = weights[at] as number;
    if (!Number.isSafeInteger(weight) || weight < 0) throw new Bug('a weight is a whole number from 0', { weight });
    sum += weight;
    if (!Number.isSafeInteger(sum)) throw new Bug('the weights sum to more than a safe integer', { sum });
  }
  if (count === 0) {
    if (total !== 0) throw new Bug('a total cannot be split over nothing', { total });
    return [];
  }
  const even = sum === 0;
  if (even) sum = count;

  const size = Math.abs(total);
  const weightAt = (at: number): number => (even ? 1 : (weights[at] as number));
  let left = size;
  const parts = weights.map(() => 0);
  for (let at = 0; at < count; at += 1) {
    const part = wholeShare(size, weightAt(at), sum);
    left -= part;
    parts[at] = part;
  }
  if (left > 0) addToLargest(parts, left, (at) => remainder(size, weightAt(at), sum, parts[at] as number), sum);
  return total < 0 ? parts.map((part) => 0 - part) : parts;
}

function wholeShare(size: number, weight: number, sum: number): number {
  const product = size * weight;
  return Number.isSafeInteger(product)
    ? Math.trunc(product / sum)
    : Number((BigInt(size) * BigInt(weight)) / BigInt(sum));
}

/** What {@link wholeShare} rounded off, in parts of `sum`. */
function remainder(size: number, weight: number, sum: number, share: number): number {
  const product = size * weight;
  return Number.isSafeInteger(product) ? product - share * sum : Number((BigInt(size) * BigInt(weight)) % BigInt(sum));
}

/** From so many parts on sorting is quicker than looking for the largest again and again. */
const SORT_FROM = 9;

/** Adds one to the parts with the so many largest remainders, which are below `sum`; the lower index first among equals. */
function addToLargest(parts: number[], count: number, remainderAt: (index: number) => number, sum: number): void {
  const { length } = parts;
  if (length < SORT_FROM || !Number.isSafeInteger(sum * length)) {
    const remainders = parts.map((_, index) => remainderAt(index));
    for (const index of largestByLooking(remainders, count)) parts[index] = (parts[index] as number) + 1;
    return;
  }
  // Remainder and index in one number each: numbers alone sort several times faster than indexes by what they point at.
  const packed = new Float64Array(length);
  for (let index = 0; index < length; index += 1) packed[index] = remainderAt(index) * length + (length - 1 - index);
  packed.sort();
  for (let at = length - count; at < length; at += 1) {
    const index = length - 1 - ((packed[at] as number) % length);
    parts[index] = (parts[index] as number) + 1;
  }
}

function largestByLooking(left: number[], count: number): number[] {
  const found: number[] = [];
  while (found.length < count) {
    let best = 0;
    for (let index = 1; index < left.length; index += 1) if ((left[index] ?? 0) > (left[best] ?? 0)) best = index;
    found.push(best);
    left[best] = -1;
  }
  return found;
}

/** `12.34` for 1234 cents, `-0.05`, `1200` for yen: a point, no grouping, all digits of the minor unit. For files and forms, not for people. */
export function toDecimalString(value: Money): string {
  return decimalString(value.amount, minorUnits(value.currency));
}

/** A unit price as a decimal of major units with its extra digits: `1.2345`. `per` is not shown. */
export function unitPriceToDecimalString(value: UnitPrice): string {
  return decimalString(value.amount, minorUnits(value.currency) + (value.scale ?? 0));
}

/** `amount / 10^digits` written out exactly, with exactly that many digits after the point. */
export function decimalString(amount: number, digits: number): string {
  if (!Number.isSafeInteger(amount)) throw new Bug('a decimal is written from a safe integer', { amount });
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const sign = amount < 0 ? '-' : '';
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/**
 * Money from a plain decimal of major units, or undefined. Strict: a point, no grouping, no plus, no exponent, no spaces,
 * no leading zeros, not more digits than the currency has. `12`, `12.3` and `12.34` are EUR, `12.340` is not.
 */
export function parseDecimal(text: string, currency: CurrencyCode): Money | undefined {
  const decimal = parsePlainDecimal(text);
  if (decimal === undefined) return undefined;
  const missing = minorUnits(currency) - decimal.scale;
  if (missing < 0) return undefined;
  const amount = decimal.digits * powerOfTen(missing);
  return Number.isSafeInteger(amount) ? money(amount, currency) : undefined;
}

/**
 * A unit price (per one base unit) from a plain decimal of major units, or undefined; as strict as {@link parseDecimal}
 * but with up to 7 more digits, which become its `scale`. Trailing zeros are dropped: `1.2500` EUR is 125 cents, scale 0.
 */
export function parseUnitPrice(text: string, currency: CurrencyCode): UnitPrice | undefined {
  const decimal = parsePlainDecimal(text);
  if (decimal === undefined) return undefined;
  let { digits, scale } = decimal;
  const own = minorUnits(currency);
  if (scale - own > MAX_UNIT_PRICE_SCALE) return undefined;
  while (scale > own && digits % 10 === 0) {
    digits /= 10;
    scale -= 1;
  }
  if (scale > own) return { amount: digits + 0, currency, scale: scale - own };
  const amount = digits * powerOfTen(own - scale);
  return Number.isSafeInteger(amount) ? { amount: amount + 0, currency } : undefined;
}

/**
 * An exact decimal `digits / 10^scale` from its plain notation (`-12.340` is -12340 and 3), or undefined: no plus, no
 * grouping, no exponent, no leading zeros, a digit on both sides of the point, and `digits` a safe integer.
 */
export function parsePlainDecimal(text: string): { digits: number; scale: number } | undefined {
  const match = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const size = Number(`${match[2]}${fraction}`);
  if (!Number.isSafeInteger(size) || fraction.length > 15) return undefined;
  return { digits: match[1] === '-' ? 0 - size : size, scale: fraction.length };
}

function assertSameCurrency(a: CurrencyCode, b: CurrencyCode): void {
  if (a !== b) throw new Bug('amounts of two currencies do not mix', { a, b });
}
