import { dinero, multiply, transformScale, toSnapshot, halfAwayFromZero, halfEven, up, down } from 'dinero.js';
import { EUR as dineroEur } from 'dinero.js/currencies';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import { currencyCode } from './currency.ts';
import {
  addMoney,
  decimalString,
  isZero,
  lineAmount,
  money,
  mulDiv,
  negateMoney,
  parseDecimal,
  parsePlainDecimal,
  parseUnitPrice,
  split,
  subtractMoney,
  sumMoney,
  toDecimalString,
  unitPriceToDecimalString,
  type Rounding,
} from './money.ts';

const EUR = currencyCode('EUR');
const JPY = currencyCode('JPY');
const KWD = currencyCode('KWD');

const MODES: readonly Rounding[] = ['half-away', 'half-even', 'up', 'down', 'floor', 'ceil'];

const safeInteger = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
  fc.maxSafeInteger(),
);
const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });

test.each([
  // tenths, then what each way of rounding makes of them
  ['2.4', 24, { 'half-away': 2, 'half-even': 2, up: 3, down: 2, floor: 2, ceil: 3 }],
  ['2.5', 25, { 'half-away': 3, 'half-even': 2, up: 3, down: 2, floor: 2, ceil: 3 }],
  ['3.5', 35, { 'half-away': 4, 'half-even': 4, up: 4, down: 3, floor: 3, ceil: 4 }],
  ['2.6', 26, { 'half-away': 3, 'half-even': 3, up: 3, down: 2, floor: 2, ceil: 3 }],
  ['-2.4', -24, { 'half-away': -2, 'half-even': -2, up: -3, down: -2, floor: -3, ceil: -2 }],
  ['-2.5', -25, { 'half-away': -3, 'half-even': -2, up: -3, down: -2, floor: -3, ceil: -2 }],
  ['-0.5', -5, { 'half-away': -1, 'half-even': 0, up: -1, down: 0, floor: -1, ceil: 0 }],
  ['3', 30, { 'half-away': 3, 'half-even': 3, up: 3, down: 3, floor: 3, ceil: 3 }],
] as const)('%s is rounded as its name says', (_text, tenths, expected) => {
  for (const mode of MODES) expect(mulDiv(tenths, 1, 10, mode), mode).toBe(expected[mode]);
});

test('mulDiv agrees with exact arithmetic in every mode, also where the product exceeds 2^53', () => {
  let wide = 0;
  fc.assert(
    fc.property(
      safeInteger,
      safeInteger,
      safeInteger.filter((den) => den !== 0),
      fc.constantFrom(...MODES),
      (a, num, den, mode) => {
        if (!Number.isSafeInteger(a * num)) wide += 1;
        const expected = roundedRatio(BigInt(a) * BigInt(num), BigInt(den), mode);
        if (expected > BigInt(Number.MAX_SAFE_INTEGER) || expected < BigInt(Number.MIN_SAFE_INTEGER)) {
          expect(() => mulDiv(a, num, den, mode)).toThrow(Bug);
        } else {
          expect(mulDiv(a, num, den, mode)).toBe(Number(expected));
        }
      },
    ),
    { numRuns: 5000 },
  );
  expect(wide).toBeGreaterThan(100);
});

test('mulDiv is exact at the edge of what a double holds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 67_108_864 }), fc.integer({ min: -3, max: 3 }), (den, near) => {
      const q = Math.floor(Number.MAX_SAFE_INTEGER / den);
      const product = q * den + near;
      fc.pre(Number.isSafeInteger(product));
      expect(mulDiv(product, 1, den, 'floor')).toBe(Number(roundedRatio(BigInt(product), BigInt(den), 'floor')));
      expect(mulDiv(product, 1, den, 'half-away')).toBe(
        Number(roundedRatio(BigInt(product), BigInt(den), 'half-away')),
      );
    }),
    { numRuns: 2000 },
  );
});

test('mulDiv agrees with dinero.js on a percentage of an amount', () => {
  const modes = { 'half-away': halfAwayFromZero, 'half-even': halfEven } as const;
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000_000, max: 100_000_000 }),
      fc.integer({ min: 0, max: 9999 }),
      (cents, basisPoints) => {
        for (const mode of ['half-away', 'half-even'] as const) {
          const product = multiply(dinero({ amount: cents, currency: dineroEur }), { amount: basisPoints, scale: 4 });
          const theirs = toSnapshot(transformScale(product, 2, modes[mode])).amount;
          expect(mulDiv(cents, basisPoints, 10_000, mode)).toBe(theirs + 0);
        }
      },
    ),
    { numRuns: 1000 },
  );
  // dinero.js names plus and minus infinity what we call ceil and floor.
  const minusOneAndAHalf = dinero({ amount: -15, currency: dineroEur, scale: 1 });
  expect(toSnapshot(transformScale(minusOneAndAHalf, 0, up)).amount).toBe(mulDiv(-15, 1, 10, 'ceil'));
  expect(toSnapshot(transformScale(minusOneAndAHalf, 0, down)).amount).toBe(mulDiv(-15, 1, 10, 'floor'));
});

test('mulDiv never answers minus zero and refuses what is no safe integer', () => {
  expect(mulDiv(-1, 1, 10)).toBe(0);
  expect(mulDiv(0, -5, 10)).toBe(0);
  expect(mulDiv(-1, 1, 10, 'ceil')).toBe(0);
  const calls: [number, number, number][] = [
    [1.5, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, 0],
    [1, 1, Infinity],
    [2 ** 53, 1, 2],
  ];
  for (const args of calls) expect(() => mulDiv(...args)).toThrow(Bug);
  expect(() => mulDiv(Number.MAX_SAFE_INTEGER, 3, 2)).toThrow(Bug);
});

test.each([
  // total, weights, parts
  [100, [1, 1, 1], [34, 33, 33]],
  [-100, [1, 1, 1], [-34, -33, -33]],
  [100, [50, 30, 20], [50, 30, 20]],
  [10, [1, 2, 4], [1, 3, 6]],
  [1, [0, 0, 0], [1, 0, 0]],
  [5, [0, 0], [3, 2]],
  [5, [0, 7, 0], [0, 5, 0]],
  [0, [3, 4], [0, 0]],
  [0, [], []],
  [999, [1], [999]],
  [Number.MAX_SAFE_INTEGER, [1, 1], [4_503_599_627_370_496, 4_503_599_627_370_495]],
])('%d over %j is %j', (total, weights, parts) => {
  expect(split(total, weights)).toEqual(parts);
});

test('a split sums to the whole and gives everyone the share due, to less than one unit', () => {
  fc.assert(
    fc.property(
      fc.oneof(amount, fc.maxSafeInteger()),
      fc.array(fc.oneof(fc.nat(20), fc.integer({ min: 0, max: 100_000_000_000_000 })), { minLength: 1, maxLength: 30 }),
      (total, weights) => {
        const parts = split(total, weights);
        expect(parts).toHaveLength(weights.length);
        expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total));
        const even = weights.every((weight) => weight === 0);
        const due = weights.map((weight) => BigInt(even ? 1 : weight));
        const sum = due.reduce((a, b) => a + b, 0n);
        for (const [index, part] of parts.entries()) {
          const error = BigInt(part) * sum - BigInt(total) * due[index]!;
          expect(error < sum && error > -sum).toBe(true);
          if (due[index] === 0n) expect(part).toBe(0);
        }
        expect(split(0 - total, weights)).toEqual(parts.map((part) => 0 - part));
      },
    ),
    { numRuns: 500 },
  );
});

test('a split that means nothing is a bug', () => {
  expect(() => split(1, [])).toThrow(Bug);
  expect(() => split(1, [-1, 2])).toThrow(Bug);
  expect(() => split(1, [0.5])).toThrow(Bug);
  expect(() => split(0.5, [1])).toThrow(Bug);
  expect(() => split(1, [Number.MAX_SAFE_INTEGER, 1])).toThrow(Bug);
});

test.each([
  // what is sold, price as quoted, per, quantity in base units, cents
  ['3 pieces at 19.99', '19.99', 1, 3, 5997],
  ['333 g of cheese at 12.345 a kilogram', '12.345', 1000, 333, 411],
  ['1000 screws at 0.0125', '0.0125', 1, 1000, 1250],
  ['2 taken back at 0.005', '0.005', 1, -2, -1],
  ['1 at 0.005: the half goes up', '0.005', 1, 1, 1],
  ['1 taken back at 0.005: the half goes away from zero', '0.005', 1, -1, -1],
  ['500 ml at 1.20 per 750 ml', '1.20', 750, 500, 80],
])('%s', (_what, price, per, quantity, cents) => {
  const unitPrice = parseUnitPrice(price, EUR);
  expect(unitPrice).toBeDefined();
  expect(lineAmount({ ...unitPrice!, per }, quantity)).toBe(cents);
});

test('a malformed unit price is a bug', () => {
  expect(() => lineAmount({ amount: 1, currency: EUR, scale: 8 }, 1)).toThrow(Bug);
  expect(() => lineAmount({ amount: 1, currency: EUR, scale: -1 }, 1)).toThrow(Bug);
  expect(() => lineAmount({ amount: 1, currency: EUR, scale: 0.5 }, 1)).toThrow(Bug);
  expect(() => lineAmount({ amount: 1, currency: EUR, per: 0 }, 1)).toThrow(Bug);
  expect(() => lineAmount({ amount: 1, currency: EUR, per: 1.5 }, 1)).toThrow(Bug);
  expect(() => lineAmount({ amount: 1, currency: EUR }, 0.5)).toThrow(Bug);
});

test.each([
  ['12.34', EUR, 1234],
  ['12.3', EUR, 1230],
  ['12', EUR, 1200],
  ['0.05', EUR, 5],
  ['-0.05', EUR, -5],
  ['-0', EUR, 0],
  ['1200', JPY, 1200],
  ['1.234', KWD, 1234],
  ['90071992547409.91', EUR, Number.MAX_SAFE_INTEGER],
])('%s %s is read as %d', (text, currency, minor) => {
  expect(parseDecimal(text, currency)).toEqual(money(minor, currency));
});

test.each([
  ...[
    '',
    ' 1',
    '1 ',
    '+1',
    '1.',
    '.5',
    '1,5',
    '1.234',
    '1.200',
    '01',
    '1e3',
    '0x10',
    '--1',
    '١',
    'NaN',
    '1_000',
    '90071992547409.92',
    '90071992547409929',
    '1\n',
  ].map((text) => [text, EUR] as const),
  ['1.5', JPY] as const,
])('%j %s is not an amount', (text, currency) => {
  expect(parseDecimal(text, currency)).toBeUndefined();
});

test('an amount survives being written and read', () => {
  expect(toDecimalString(money(-5, EUR))).toBe('-0.05');
  expect(toDecimalString(money(0, KWD))).toBe('0.000');
  expect(toDecimalString(money(1200, JPY))).toBe('1200');
  expect(() => decimalString(0.5, 2)).toThrow(Bug);
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.constantFrom(EUR, JPY, KWD), (minor, currency) => {
      expect(parseDecimal(toDecimalString(money(minor, currency)), currency)).toEqual(money(minor, currency));
    }),
  );
});

test('a unit price keeps its extra digits and nothing else', () => {
  expect(parseUnitPrice('1.2345', EUR)).toEqual({ amount: 12345, currency: EUR, scale: 2 });
  expect(parseUnitPrice('1.2500', EUR)).toEqual({ amount: 125, currency: EUR });
  expect(parseUnitPrice('2', EUR)).toEqual({ amount: 200, currency: EUR });
  expect(parseUnitPrice('100.5', JPY)).toEqual({ amount: 1005, currency: JPY, scale: 1 });
  expect(parseUnitPrice('0.123456789', EUR)).toEqual({ amount: 123456789, currency: EUR, scale: 7 });
  expect(parseUnitPrice('0.0000000000', EUR)).toBeUndefined();
  expect(parseUnitPrice('0.1234567891', EUR)).toBeUndefined();
  expect(parseUnitPrice('-0.00', EUR)).toEqual({ amount: 0, currency: EUR });
  expect(parseUnitPrice('1,5', EUR)).toBeUndefined();
  expect(unitPriceToDecimalString({ amount: 12345, currency: EUR, scale: 2 })).toBe('1.2345');
  expect(unitPriceToDecimalString({ amount: 125, currency: EUR })).toBe('1.25');
  expect(parsePlainDecimal('-12.340')).toEqual({ digits: -12340, scale: 3 });
});

test('amounts of one currency add up and those of two do not', () => {
  const five = money(500, EUR);
  expect(addMoney(five, money(-200, EUR))).toEqual(money(300, EUR));
  expect(subtractMoney(five, five)).toEqual(money(0, EUR));
  expect(negateMoney(money(0, EUR)).amount).toBe(0);
  expect(negateMoney(five)).toEqual(money(-500, EUR));
  expect(isZero(money(0, EUR))).toBe(true);
  expect(isZero(five)).toBe(false);
  expect(sumMoney([five, five, money(1, EUR)], EUR)).toEqual(money(1001, EUR));
  expect(sumMoney([], JPY)).toEqual(money(0, JPY));
  expect(() => addMoney(five, money(5, JPY))).toThrow(Bug);
  expect(() => subtractMoney(five, money(5, JPY))).toThrow(Bug);
  expect(() => sumMoney([five], JPY)).toThrow(Bug);
  expect(() => money(1.5, EUR)).toThrow(Bug);
  expect(() => addMoney(money(Number.MAX_SAFE_INTEGER, EUR), money(1, EUR))).toThrow(Bug);
  const most = money(Number.MAX_SAFE_INTEGER, EUR);
  expect(() => sumMoney([most, most, negateMoney(most), negateMoney(most)], EUR)).toThrow(Bug);
});

/** Rounding from its definition: of the two whole neighbours of a ratio, the one that the mode names. Shares nothing with mulDiv. */
function roundedRatio(numerator: bigint, denominator: bigint, mode: Rounding): bigint {
  const n = denominator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const below = (n - (((n % d) + d) % d)) / d;
  const above = below * d === n ? below : below + 1n;
  const toBelow = n - below * d;
  const toAbove = above * d - n;
  const outer = n < 0n ? below : above;
  const inner = n < 0n ? above : below;
  switch (mode) {
    case 'floor':
      return below;
    case 'ceil':
      return above;
    case 'up':
      return outer;
    case 'down':
      return inner;
    case 'half-away':
      return toBelow < toAbove ? below : toAbove < toBelow ? above : outer;
    case 'half-even':
      return toBelow < toAbove ? below : toAbove < toBelow ? above : below % 2n === 0n ? below : above;
  }
}
