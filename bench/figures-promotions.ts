import { fileURLToPath } from 'node:url';
import { inChromium } from '../apps/server/bundle-testing.ts';
import { fingerprintOfBaskets } from '../src/pricing/compare-engines.ts';
import { changePromotion, compilePromotions } from '../src/pricing/promotion/compile-promotions.ts';
import { openDice, randomPromotion, ROOMY, type RandomWorld } from '../src/pricing/promotion/random-baskets.ts';
import { median, type Figure, type Found } from './bench.ts';
import { promotionsOf, timesOfBaskets } from './promotion-times.ts';

const SEED = 20_261_122;
const BASKETS = 1_000_000;
const MEGABYTE = 1_048_576;

/** A shop with few goods, so that promotions meet them. */
const SMALL: RandomWorld = { skus: 60, categories: 10, wholeOrder: 30, withCode: 10 };

const at = (times: readonly number[], share: number): number => times[Math.floor(times.length * share)] ?? 0;

async function largeBasket(): Promise<Found> {
  const timed = { promotions: 10_000, lines: 200, world: ROOMY };
  const { times, undisturbed, applied } = timesOfBaskets(timed);
  const file = fileURLToPath(new URL('promotion-times.ts', import.meta.url));
  const inBrowser = await inChromium<ReturnType<typeof timesOfBaskets>>(
    file,
    `pure.timesOfBaskets(${JSON.stringify(timed)})`,
  );
  return {
    value: Math.max(at(times, 0.99), at(inBrowser.times, 0.99)),
    strangers: undefined,
    detail: {
      nodeMedianMs: at(times, 0.5),
      nodeP99Ms: at(times, 0.99),
      nodeUndisturbedP99Ms: at(undisturbed, 0.99),
      chromiumMedianMs: at(inBrowser.times, 0.5),
      chromiumP99Ms: at(inBrowser.times, 0.99),
      chromiumUndisturbedP99Ms: at(inBrowser.undisturbed, 0.99),
      applied,
    },
  };
}

async function smallBasket(): Promise<Found> {
  const { times, applied } = timesOfBaskets({ promotions: 100, lines: 5, world: SMALL });
  return { value: at(times, 0.5) * 1000, strangers: undefined, detail: { p99Us: at(times, 0.99) * 1000, applied } };
}

async function compiledMemory(): Promise<Found> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('the bench runs with --expose-gc');
  const promotions = JSON.stringify(promotionsOf(10_000, ROOMY));
  collect();
  const before = process.memoryUsage().heapUsed;
  const compiled = compilePromotions(JSON.parse(promotions) as ReturnType<typeof promotionsOf>);
  collect();
  const value = (process.memoryUsage().heapUsed - before) / MEGABYTE;
  return { value, strangers: undefined, detail: { promotions: compiled.byId.size } };
}

async function changeOne(): Promise<Found> {
  const promotions = promotionsOf(10_000, ROOMY);
  let compiled = compilePromotions(promotions);
  const dice = openDice(SEED + 2);
  const times = Array.from({ length: 100 }, () => {
    const begun = performance.now();
    compiled = changePromotion(compiled, randomPromotion(dice, ROOMY, dice(10_000)));
    return performance.now() - begun;
  });
  return {
    value: Math.max(...times.slice(5)),
    strangers: undefined,
    detail: { medianMs: median(times), promotions: compiled.byId.size },
  };
}

/** How many of a million baskets are said to differ: none or all, since one fingerprint is over all of them. */
async function sameEverywhere(): Promise<Found> {
  const file = fileURLToPath(new URL('../src/pricing/compare-engines.ts', import.meta.url));
  const node = fingerprintOfBaskets(BASKETS, SEED);
  const chromium = await inChromium<string>(file, `pure.fingerprintOfBaskets(${BASKETS}, ${SEED})`);
  return {
    value: node === chromium ? 0 : BASKETS,
    strangers: undefined,
    detail: { node, chromium, baskets: BASKETS },
  };
}

/** What promotions cost, and whether they are the same in the browser. */
export const promotionFigures: readonly Figure[] = [
  {
    name: 'promotions-large-basket',
    what: 'A basket of 200 lines among 10,000 active promotions, p99 in Node and in Chromium, the slower',
    unit: 'ms',
    must: { is: '<=', limit: 10 },
    needs: [],
    run: largeBasket,
  },
  {
    name: 'promotions-small-basket',
    what: 'A basket of 5 lines among 100 promotions, median',
    unit: 'µs',
    must: { is: '<=', limit: 100 },
    needs: [],
    run: smallBasket,
  },
  {
    name: 'promotions-memory',
    what: 'What 10,000 compiled promotions keep in memory, themselves included',
    unit: 'MB',
    must: { is: '<=', limit: 50 },
    needs: [],
    run: compiledMemory,
  },
  {
    name: 'promotions-change',
    what: 'Compiling after a change of one among 10,000, the slowest of 95',
    unit: 'ms',
    must: { is: '<=', limit: 50 },
    needs: [],
    run: changeOne,
  },
  {
    name: 'promotions-same-everywhere',
    what: 'Of 1,000,000 random baskets those whose totals and traces differ between Node and Chromium',
    unit: 'baskets',
    must: { is: '=', limit: 0 },
    needs: [],
    run: sameEverywhere,
  },
];
