import { expect, it } from 'vitest';
import { addressOf, changesBetween, leavesOf } from './words.ts';

it('a comparison shows what is different, leaf by leaf', () => {
  expect(changesBetween({ a: 1, b: { c: 'x' }, same: 5 }, { a: 2, b: { c: 'x', d: [true] }, same: 5 })).toEqual([
    { path: 'a', before: '1', after: '2' },
    { path: 'b · d · 0', before: '', after: 'true' },
  ]);
  expect(changesBetween(null, { a: 0 })).toEqual([{ path: 'a', before: '', after: '0' }]);
  expect([...leavesOf(undefined)]).toEqual([]);
});

it('what an event is about has a page when its kind has one', () => {
  const about = (subjectId: string | null) => addressOf({ subjectId } as never);
  expect(about('ord_1')).toBe('/orders/ord_1');
  expect(about('doc_1')).toBeUndefined();
  expect(about(null)).toBeUndefined();
});
