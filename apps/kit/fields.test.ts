import { expect, it } from 'vitest';
import { readAmount } from './fields.tsx';

it.each([
  ['12', 'EUR', 1200],
  ['12,5', 'EUR', 1250],
  ['12.50', 'EUR', 1250],
  ['1.234,50', 'EUR', 123_450],
  ['1,234.50', 'EUR', 123_450],
  ['1.234', 'EUR', 123_400],
  ['-3,9', 'EUR', -390],
  ['0', 'EUR', 0],
  ['1500', 'JPY', 1500],
  ['', 'EUR', undefined],
  ['twelve', 'EUR', undefined],
  ['12,345', 'EUR', 1_234_500],
])('reads %s %s', (text, currency, minor) => {
  expect(readAmount(text, currency)).toBe(minor);
});
