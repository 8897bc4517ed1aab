import { applyPromotions } from '../src/pricing/promotion/apply-promotions.ts';
import { compilePromotions } from '../src/pricing/promotion/compile-promotions.ts';
import type { Promotion } from '../src/pricing/promotion/promotion.ts';
import { openDice, randomBasket, randomPromotion, type RandomWorld } from '../src/pricing/promotion/random-baskets.ts';

/** What is timed: so many promotions of a world, and baskets of so many lines. */
export type Timed = { readonly promotions: number; readonly lines: number; readonly world: RandomWorld };

const SEED = 20_261_122;
const BASKETS = 400;
const ROUNDS = 5;

/** So many promotions of a world, the same ones everywhere. */
export function promotionsOf(count: number, world: RandomWorld): Promotion[] {
  const dice = openDice(SEED);
  return Array.from({ length: count }, (_, number) => randomPromotion(dice, world, number));
}

/** As long as this baskets are priced before the clock counts, as a program that has been open for a while has. */
const WARM_UP_MS = 4000;

/**
 * Sorted times in milliseconds of pricing baskets, and the fastest of each basket: what it takes when nobody else wanted the processor and nothing was collected.
 * Runs in Node and in a browser.
 */
export function timesOfBaskets({ promotions, lines, world }: Timed): {
  times: number[];
  undisturbed: number[];
  applied: number;
} {
  const compiled = compilePromotions(promotionsOf(promotions, world));
  const dice = openDice(SEED + 1);
  const baskets = Array.from({ length: BASKETS }, () => randomBasket(dice, world, lines));
  let applied = 0;
  const round = (): number[] =>
    baskets.map((basket) => {
      const begun = performance.now();
      applied += applyPromotions(compiled, basket).applied.length;
      return performance.now() - begun;
    });
  const begun = performance.now();
  while (performance.now() - begun < WARM_UP_MS) round();
  applied = 0;
  const rounds = Array.from({ length: ROUNDS }, round);
  if (applied === 0) throw new Error('no promotion applied to anything: the bench prices nothing');
  const fastest = baskets.map((_, at) => Math.min(...rounds.map((times) => times[at] ?? Infinity)));
  return { times: sorted(rounds.flat()), undisturbed: sorted(fastest), applied: applied / BASKETS / ROUNDS };
}

const sorted = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b);
