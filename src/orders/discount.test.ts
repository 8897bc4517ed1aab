import { expect, it } from 'vitest';
import { discountOf, type OverriddenLine } from './discount.ts';

const line = (quantity: number, asked: number, list?: number): OverriddenLine => ({
  quantity,
  asked: { amount: asked },
  list: list === undefined ? undefined : { amount: list },
});

it.each([
  ['a tenth off', [line(1, 900, 1000)], 100, 100_000],
  ['a tenth off two', [line(2, 900, 1000)], 200, 100_000],
  ['the line that goes furthest', [line(1, 1000, 1000), line(1, 500, 1000)], 500, 500_000],
  ['above the list', [line(1, 1100, 1000)], 0, 0],
  ['above the list does not make up for below', [line(1, 2000, 1000), line(1, 0, 1000)], 1000, 1_000_000],
  ['no price in the list', [line(1, 700)], 0, 0],
  ['a line of discount alone', [line(1, -300)], 300, 1_000_000],
  ['a line of discount beside goods', [line(1, 1000, 1000), line(1, -300)], 300, 1_000_000],
  ['rounded up', [line(1, 2, 3)], 1, 333_334],
  ['nothing', [], 0, 0],
] as const)('%s', (_, lines, minor, ppm) => {
  expect(discountOf(lines)).toEqual({ minor, ppm });
});
