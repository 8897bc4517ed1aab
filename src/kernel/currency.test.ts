import * as dineroCurrencies from 'dinero.js/currencies';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import { CURRENCY_CODES, currencyCode, isCurrencyCode, minorUnits, parseCurrencyCode } from './currency.ts';

test.each([
  ['EUR', 2],
  ['USD', 2],
  ['GBP', 2],
  ['CHF', 2],
  ['HUF', 2], // CLDR and Intl say 0
  ['IDR', 2],
  ['LBP', 2],
  ['IRR', 2], // likewise
  ['JPY', 0],
  ['KRW', 0],
  ['ISK', 0],
  ['CLP', 0],
  ['UGX', 0],
  ['VND', 0],
  ['KWD', 3],
  ['BHD', 3],
  ['OMR', 3],
  ['JOD', 3],
  ['TND', 3],
  ['IQD', 3],
  ['LYD', 3],
  ['CLF', 4],
  ['UYW', 4],
  ['MGA', 2],
  ['MRU', 2], // a fifth, which ISO writes with two digits
])('%s has %d digits below the major unit', (code, digits) => {
  expect(minorUnits(currencyCode(code))).toBe(digits);
});

test.each(['eur', 'EUR ', '', 'XXX', 'XAU', 'XTS', 'HRK', 'BGN', 'ANG', 'toString', '€'])(
  '%j is no currency to keep books in',
  (text) => {
    expect(isCurrencyCode(text)).toBe(false);
    expect(parseCurrencyCode(text)).toBeUndefined();
    expect(() => currencyCode(text)).toThrow(Bug);
    expect(() => minorUnits(text as never)).toThrow(Bug);
  },
);

test('the table agrees with the one of dinero.js 2.0.2 but for the known deviations', () => {
  const theirs = new Map(Object.values(dineroCurrencies).map(({ code, exponent }) => [code as string, exponent]));
  expect(theirs.size).toBeGreaterThan(150);
  const otherDigits = CURRENCY_CODES.filter((code) => theirs.get(code) !== minorUnits(code));
  // The ariary and the ouguiya: counted in fifths there, in hundredths by ISO 4217.
  expect(otherDigits.map((code) => [code, theirs.get(code)])).toEqual([
    ['MGA', 1],
    ['MRU', 1],
  ]);
  // The lev was replaced by the euro on 2026-01-01.
  expect([...theirs.keys()].filter((code) => !isCurrencyCode(code))).toEqual(['BGN']);
});

test('every code stands once, three capital letters', () => {
  expect(CURRENCY_CODES.length).toBeGreaterThan(150);
  expect(new Set(CURRENCY_CODES).size).toBe(CURRENCY_CODES.length);
  for (const code of CURRENCY_CODES) expect(code).toMatch(/^[A-Z]{3}$/);
});
