import { expect, it } from 'vitest';
import { readScan, SCAN_MAX_GAP_MS, SCAN_MIN_LENGTH } from './scan.tsx';
import type { ScanState } from './scan.tsx';

/** Types the keys with this many milliseconds between two, and gives what was scanned. */
function type(keys: readonly string[], gapMs: number): string | undefined {
  let state: ScanState = { text: '', lastMs: 0 };
  let scanned: string | undefined;
  keys.forEach((key, at) => {
    const step = readScan(state, key, 10_000 + at * gapMs);
    state = step.state;
    scanned = step.scanned ?? scanned;
  });
  return scanned;
}

const code = '4006381333931'.split('');

it.each([
  ['a scanner', [...code, 'Enter'], 8, '4006381333931'],
  ['the slowest scanner', [...code, 'Enter'], SCAN_MAX_GAP_MS, '4006381333931'],
  ['a person', [...code, 'Enter'], SCAN_MAX_GAP_MS + 1, undefined],
  ['a scan without an end', code, 8, undefined],
  ['too few letters', [...code.slice(0, SCAN_MIN_LENGTH - 1), 'Enter'], 8, undefined],
  [
    'capitals, with the key that makes them',
    ['Shift', 'M', 'Shift', 'U', 'Shift', 'G', '-', '0', '1', 'Enter'],
    8,
    'MUG-01',
  ],
])('hears %s', (_, keys, gapMs, scanned) => {
  expect(type(keys, gapMs)).toBe(scanned);
});
