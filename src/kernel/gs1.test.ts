import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import { checkDigitMod10 } from './gs1.ts';

test.each([
  ['GTIN-13', '629104150021', 3],
  ['GTIN-13 of a book', '978020137962', 4],
  ['GTIN-8', '9638507', 4],
  ['GTIN-12', '03600029145', 2],
  ['GTIN-14 of a case', '1061414112345', 9],
  ['GLN', '950600013435', 2],
  ['SSCC', '37610425002123456', 9],
  ['a sum that needs nothing', '0', 0],
])('%s %s is completed by %d', (_what, digits, checkDigit) => {
  expect(checkDigitMod10(digits)).toBe(checkDigit);
});

test('a check digit is made of digits only', () => {
  for (const text of ['', '12a', ' 1', '-1', '1.5', '١']) expect(() => checkDigitMod10(text)).toThrow(Bug);
});
