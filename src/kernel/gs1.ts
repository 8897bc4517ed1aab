import { Bug } from './assert.ts';

/**
 * The check digit that completes a GS1 key (GTIN, GLN, SSCC, coupon …): from the right, digits weigh 3, 1, 3, 1 …, the check
 * digit is what the sum lacks to a multiple of ten. `digits` are those before the check digit, any number of them.
 * Source: GS1 General Specifications, section 7.9.1 "Standard check digit calculations". Throws a Bug on other characters or none.
 */
export function checkDigitMod10(digits: string): number {
  if (!/^[0-9]+$/.test(digits)) throw new Bug('a check digit is made of digits', { digits });
  let sum = 0;
  for (let i = digits.length - 1, weight = 3; i >= 0; i -= 1, weight = 4 - weight) {
    sum += (digits.charCodeAt(i) - 48) * weight;
  }
  return (10 - (sum % 10)) % 10;
}
