import { expect, it } from 'vitest';
import { sumOf, SumTooLarge } from './sum.ts';

const most = Number.MAX_SAFE_INTEGER;

it.each([
  [[], 0],
  [[1, 2, 3], 6],
  [[most], most],
  [[most, -1, 1], most],
  [[-most, most], 0],
])('the sum of %j is %j', (amounts, sum) => {
  expect(sumOf(amounts)).toBe(sum);
});

it.each([[[most, 1]], [[-most, -1]], [[most, most]], [[most, 2, -2]], [[2 ** 53]]])(
  'the sum of %j is refused instead of rounded',
  (amounts) => {
    expect(() => sumOf(amounts)).toThrow(SumTooLarge);
  },
);
