import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inChromium } from '../../apps/server/bundle-testing.ts';
import { fingerprintOfBaskets } from './compare-engines.ts';

test('ten thousand baskets cost in Chromium what they cost in Node, to the last word of every reason', async () => {
  const file = fileURLToPath(new URL('./compare-engines.ts', import.meta.url));
  const here = fingerprintOfBaskets(10_000, 20_261_122);
  expect(fingerprintOfBaskets(100, 1)).not.toBe(fingerprintOfBaskets(100, 2));
  expect(await inChromium<string>(file, 'pure.fingerprintOfBaskets(10000, 20261122)')).toBe(here);
});
