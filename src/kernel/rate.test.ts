import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import { currencyCode } from './currency.ts';
import { money } from './money.ts';
import {
  applyRate,
  convertMoney,
  includedTax,
  invertRate,
  parseExchangeRate,
  percentToPpm,
  ppmToPercent,
  ratePpm,
  taxOnTop,
} from './rate.ts';

const EUR = currencyCode('EUR');
const USD = currencyCode('USD');
const JPY = currencyCode('JPY');
const KWD = currencyCode('KWD');

test.each([
  ['20', 200_000],
  ['0', 0],
  ['5.5', 55_000],
  ['8.875', 88_750],
  ['0.0001', 1],
  ['19.00000', 190_000],
  ['150', 1_500_000],
  ['0.00001', undefined],
  ['-5', undefined],
  ['-0', undefined],
  ['20%', undefined],
  ['20,5', undefined],
  ['', undefined],
])('%s %% is %s ppm', (text, ppm) => {
  expect(percentToPpm(text)).toBe(ppm);
  if (ppm === undefined) expect(() => ratePpm(text)).toThrow(Bug);
  else expect(percentToPpm(ppmToPercent(ratePpm(text)))).toBe(ppm);
});

test.each([
  // where, gross in the price, rate, tax inside
  ['United Kingdom: a sixth', 12_000, '20', 2000],
  ['Germany', 11_900, '19', 1900],
  ['Germany, food', 199, '7', 13],
  ['France, food', 100, '5.5', 5],
  ['a refund mirrors its sale', -11_900, '19', -1900],
  ['no tax', 999, '0', 0],
])('%s', (_where, gross, rate, tax) => {
  expect(includedTax(gross, ratePpm(rate))).toBe(tax);
});

test.each([
  ['New York City', 10_000, '8.875', 888],
  ['New York City, one dollar', 100, '8.875', 9],
  ['a half cent goes up', 50, '5', 3],
  ['and away from zero in a refund', -50, '5', -3],
])('%s: tax on top', (_where, net, rate, tax) => {
  expect(taxOnTop(net, ratePpm(rate))).toBe(tax);
});

test('a discount may be rounded in favour of the customer', () => {
  expect(applyRate(999, ratePpm('12.5'))).toBe(125);
  expect(applyRate(999, ratePpm('12.5'), 'down')).toBe(124);
  expect(() => applyRate(1, 0.5)).toThrow(Bug);
  expect(() => applyRate(1, -1)).toThrow(Bug);
});

test('the tax inside a price is the tax that its net attracts, to within one cent', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000_000, max: 10_000_000 }),
      fc.integer({ min: 0, max: 300_000 }),
      (gross, ppm) => {
        const inside = includedTax(gross, ppm);
        expect(Math.abs(taxOnTop(gross - inside, ppm) - inside)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

test.each([
  // one unit of the first is so much of the second
  [1000, EUR, '1.0857', USD, 1086],
  [1000, EUR, '162.35', JPY, 1624],
  [1000, JPY, '0.0061', EUR, 610],
  [1000, EUR, '0.3341', KWD, 3341],
  [1001, KWD, '2.993', EUR, 300],
  [-1000, EUR, '1.0857', USD, -1086],
])('%d %s at %s is %s %d', (amount, from, quotation, to, expected) => {
  const rate = parseExchangeRate(quotation, { from, to });
  expect(rate).toBeDefined();
  expect(convertMoney(money(amount, from), rate!)).toEqual(money(expected, to));
});

test('an exchange rate converts its own currency only, and there and back', () => {
  const rate = parseExchangeRate('1.25', { from: EUR, to: USD })!;
  expect(invertRate(rate)).toEqual({ from: USD, to: EUR, numerator: 100, denominator: 125 });
  expect(convertMoney(convertMoney(money(400, EUR), rate), invertRate(rate))).toEqual(money(400, EUR));
  expect(() => convertMoney(money(1, USD), rate)).toThrow(Bug);
  expect(() => convertMoney(money(1, EUR), { ...rate, denominator: 0 })).toThrow(Bug);
  for (const text of ['0', '-1', '1,2', 'NaN', ''])
    expect(parseExchangeRate(text, { from: EUR, to: USD })).toBeUndefined();
});
