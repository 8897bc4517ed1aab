import { mintUuidv7 } from '../../../src/kernel/ids.ts';

/** Chance from a seed: the same throws in the same order, whenever and wherever it is asked. */
export type Dice = {
  /** From 0 to just under 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** How many come when `mean` come on average and none waits for another (Poisson). */
  arrivals(mean: number): number;
};

/** Opens dice for a seed and a purpose, so that more throws for one purpose change nothing for the others. Mulberry32 by Tommy Ettinger. */
export function openDice(seed: number, purpose: string): Dice {
  let state = seed >>> 0;
  for (let i = 0; i < purpose.length; i += 1) state = Math.imul(state ^ purpose.charCodeAt(i), 0x9e3779b1) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    chance: (probability) => next() < probability,
    pick: <T>(from: readonly T[]): T => from[whole(0, from.length - 1)] as T,
    arrivals(mean) {
      const end = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > end; product *= next()) count += 1;
      return count;
    },
  };
}

/** Picks by weight: the sums are made once, each pick is a search in them. */
export function weighted<T>(dice: Dice, choices: readonly (readonly [T, number])[]): () => T {
  const sums: number[] = [];
  let total = 0;
  for (const [, weight] of choices) sums.push((total += weight));
  return () => {
    const at = dice.next() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) > at) high = middle;
      else low = middle + 1;
    }
    return (choices[low] as readonly [T, number])[0];
  };
}

/** What the demo makes ids for; each kind counts by itself. */
const ID_KINDS = [
  'entity',
  'registration',
  'location',
  'area',
  'channel',
  'priceList',
  'register',
  'person',
  'category',
  'product',
  'variant',
  'sku',
  'media',
  'customer',
  'card',
  'order',
  'payment',
  'document',
  'customerGroup',
  'priceChange',
  'loyaltyProgramme',
  'giftCard',
  'promotion',
] as const;

/** A kind of id of the demo. */
export type DemoIdKind = (typeof ID_KINDS)[number];

/** Far above every event number, so that no id meets one minted by a commit. */
const FIRST_SEQUENCE = 2 ** 41;

/** The n-th id of a kind, in the order of time as all ids are. The same whenever the demo is loaded for the same moment. */
export function demoId(kind: DemoIdKind, at: number, n: number): string {
  return mintUuidv7(at, FIRST_SEQUENCE + n, ID_KINDS.indexOf(kind));
}
