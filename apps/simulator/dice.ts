/** Seeded chance: the same seed throws the same dice on every machine, so that a failure can be played again. */
export type Dice = {
  /** A whole number from 0 to `below` − 1. */
  whole(below: number): number;
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number;
  /** True once in `times` throws on average. */
  oneIn(times: number): boolean;
  /** One of the list, which is not empty. */
  pick<T>(list: readonly T[]): T;
};

/** Dice of a seed. The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, whole numbers only. */
export function createDice(seed: number): Dice {
  let a = seed >>> 0;
  let b = Math.trunc(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum;
  };
  for (let warmUp = 0; warmUp < 16; warmUp += 1) next();
  const whole = (below: number): number => next() % below;
  return {
    whole,
    between: (low, high) => low + whole(high - low + 1),
    oneIn: (times) => whole(times) === 0,
    pick: <T>(list: readonly T[]): T => list[whole(list.length)] as T,
  };
}
