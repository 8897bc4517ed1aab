import { expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { readPriceRows } from './price-rows.ts';

const row = (code: string, amount: number, minQuantity = 1, scale = 0) => ({ code, amount, scale, minQuantity });

it.each([
  ['semicolons and decimal commas', 'Code;Price\nA-1;12,34\nB-2;5', [row('A-1', 1_234), row('B-2', 500)], []],
  ['commas and decimal points', 'A-1,12.34,10\n\n"B-2","5"', [row('A-1', 1_234, 10), row('B-2', 500)], []],
  ['tabs, as they come out of a sheet', 'A-1\t0.12345\r\n', [row('A-1', 12_345, 1, 3)], []],
  [
    'commas within quotes',
    '\uFEFF"Code","Price"\n"A, 1","12,34","10"\n"2"" pipe",5',
    [row('A, 1', 1_234, 10), row('2" pipe', 500)],
    [],
  ],
  ['no price', 'A-1;1\nB-2;dear', [row('A-1', 100)], [[2, 'no_price']]],
  ['a price below nought', 'A-1;1\nB-2;-1', [row('A-1', 100)], [[2, 'no_price']]],
  ['no quantity', 'A-1;1;many', [], [[1, 'no_quantity']]],
  ['the same again', 'A-1;1\nA-1;2\nA-1;2;5', [row('A-1', 100), row('A-1', 200, 5)], [[2, 'doubled']]],
])('rows with %s', (_, text, rows, unread) => {
  const read = readPriceRows(text, currencyCode('EUR'));
  expect(read.rows).toEqual(rows);
  expect(read.unread.map(({ line, why }) => [line, why])).toEqual(unread);
});
