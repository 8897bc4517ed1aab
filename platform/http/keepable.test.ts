import { expect, it } from 'vitest';
import { findUnkeepable, isKeepable, keepable, mayHoldUnkeepable } from './keepable.ts';

it('finds NUL and half a surrogate pair wherever they are, in names too', () => {
  expect(findUnkeepable({ lines: [{ note: 'fine 👩‍👩‍👧‍👦 שלום' }, { note: 'a\0b' }] })).toBe('/lines/1/note');
  expect(findUnkeepable({ 'a\ud83d': 1 })).toBe('/');
  expect(findUnkeepable({ inner: { '\0': 1 } })).toBe('/inner');
  expect(findUnkeepable('\udfff')).toBe('/');
  expect([isKeepable('\ud83d\ude00'), isKeepable('\ud83d'), isKeepable('\ude00\ud83d')]).toEqual([true, false, false]);
});

it('replaces what cannot be kept and leaves the rest', () => {
  expect(keepable('a\0b\ud83d\ude00\ud83d')).toBe('a\ufffdb😀\ufffd');
});

it('looks twice only at JSON that can hold such text', () => {
  expect([String.raw`"\u0000"`, String.raw`"\uD83d"`, String.raw`"\u00e9"`, '"é😀"'].map(mayHoldUnkeepable)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
