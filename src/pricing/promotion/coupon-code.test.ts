import { expect, test } from 'vitest';
import { madeCouponCode, normaliseCouponCode, readMadeCode, showMadeCode } from './coupon-code.ts';

const drawn = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 31];

test('what is typed is read without spaces, hyphens and small letters', () => {
  expect(['summer-10', ' Sum mer10', 'ab', 'ÄRGER', 'a'.repeat(41)].map(normaliseCouponCode)).toEqual([
    'SUMMER10',
    'SUMMER10',
    undefined,
    undefined,
    undefined,
  ]);
});

test('a made code is read as it was made, O for nought too, and every wrong symbol is found', () => {
  const code = madeCouponCode(drawn);
  expect(showMadeCode(code)).toMatch(/^.{4}-.{4}-.{4}$/);
  expect(readMadeCode(code)).toBe(code);
  const withNought = madeCouponCode([0, 1, ...drawn.slice(2)]);
  expect(readMadeCode(`OI${withNought.slice(2)}`)).toBe(withNought);
  for (let at = 0; at < code.length; at += 1) {
    const other = code[at] === '7' ? '8' : '7';
    expect(readMadeCode(code.slice(0, at) + other + code.slice(at + 1))).toBeUndefined();
  }
});
