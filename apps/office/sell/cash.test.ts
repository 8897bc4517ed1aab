import { expect, it } from 'vitest';
import { cashSuggestions } from './cash.ts';

it.each([
  [2500, 'EUR', [2500, 3000, 4000, 5000, 10_000]],
  [1295, 'EUR', [1295, 1300, 1500, 2000, 5000]],
  [470, 'JPY', [470, 480, 500, 600]],
])('suggests for %s %s', (total, currency, sums) => {
  expect(cashSuggestions(total, currency)).toEqual(sums);
});
