import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareCodePoints, sortedBy } from './compare.ts';

test('texts are compared as PostgreSQL compares their bytes under C.UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareCodePoints(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 1000 },
  );
  expect(compareCodePoints('\u{1F600}', '\uFB01')).toBeGreaterThan(0);
  expect(compareCodePoints('\u{1F600}', '\u{1F601}')).toBeLessThan(0);
  expect(compareCodePoints('Z', 'a')).toBeLessThan(0);
  expect(compareCodePoints('ab', 'abc')).toBeLessThan(0);
});

test('items of one key keep their order and the list given is left alone', () => {
  const items = [
    { sku: 'b', n: 2 },
    { sku: 'a', n: 10 },
    { sku: 'b', n: 1 },
  ] as const;
  expect(sortedBy(items, (item) => item.sku)).toEqual([items[1], items[0], items[2]]);
  expect(sortedBy(items, (item) => item.n)).toEqual([items[2], items[0], items[1]]);
  expect(items[0].n).toBe(2);
});
