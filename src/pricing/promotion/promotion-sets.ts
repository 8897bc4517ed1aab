import { split } from '../../kernel/money.ts';
import { applyRate, PPM } from '../../kernel/rate.ts';
import { costOfUnits, type Step } from './promotion-step.ts';
import { addSlice, isLocked, take, type Work } from './promotion-work.ts';
import type { Effect } from './promotion.ts';

/** Sets of one promotion in one basket at most: beyond that it is no purchase but a mistake, and everybody would wait for it. */
const MAX_SETS = 1000;

/**
 * Makes sets as long as there are units for them and each lowers the price. A unit is in one set only. What is saved is spread over all goods of the set by
 * what they cost, because one price is paid for all of them: what comes back later is worth its share, and goods of different tax rates keep theirs.
 */
export function applySets(work: Work, step: Step): void {
  makeSets(work, step, spread);
}

/** What sets would save on units that nobody took yet; nothing is taken off any line. */
export function savingOfSets(work: Work, step: Step): number {
  return makeSets(work, step, undefined);
}

/** Takes the units of one set after the other and gives what they save together. `settle` is told of each set while its slices are there. */
function makeSets(
  work: Work,
  step: Step,
  settle: ((work: Work, step: Step, saving: number) => void) | undefined,
): number {
  const { slices } = work;
  const cursors = step.slots.map(() => 0);
  const onePool = isOnePool(step);
  let saved = 0;
  let sets = 0;
  for (; sets < MAX_SETS; sets += 1) {
    slices.length = 0;
    const saving = takeSet(work, step, { cursors, onePool });
    if (saving <= 0) {
      putBack(work);
      break;
    }
    saved += saving;
    settle?.(work, step, saving);
  }
  if (settle !== undefined && sets > 0) work.recordSets?.(step, sets);
  return saved;
}

function putBack({ slices, usedUnits }: Work): void {
  for (let at = 0; at < slices.length; at += 1) {
    const line = slices.lines[at] ?? 0;
    usedUnits[line] = (usedUnits[line] ?? 0) - (slices.counts[at] ?? 0);
  }
}

function spread(work: Work, step: Step, saving: number): void {
  const { slices } = work;
  const { lines } = slices;
  if (slices.length === 1) return take(work, step, lines[0] ?? 0, saving);
  const parts = split(saving, slices.costs.slice(0, slices.length));
  for (let at = 0; at < slices.length; at += 1) take(work, step, lines[at] ?? 0, parts[at] ?? 0);
}

/** How a set is filled: where in each slot the first line with free units may be, and whether both of its slots are one. */
type Filling = { readonly cursors: number[]; readonly onePool: boolean };

/** Takes the units of one set and says what they save; 0 or less when the set is not complete or saves nothing. */
function takeSet(work: Work, step: Step, filling: Filling): number {
  const { effect } = step.promotion;
  const { cursors } = filling;
  switch (effect.kind) {
    case 'n_for_m':
      return ofOnePool(work, step, cursors, {
        paid: effect.m,
        lowered: effect.n - effect.m,
        ppm: PPM,
        pick: effect.pick,
      });
    case 'buy_get': {
      const { buyQuantity: paid, getQuantity: lowered, ppm, pick } = effect;
      if (filling.onePool) return ofOnePool(work, step, cursors, { paid, lowered, ppm, pick });
      if (takeUnits(work, step, 0, paid, cursors) === TOO_FEW) return 0;
      const cost = takeUnits(work, step, 1, lowered, pick === 'dearest' ? cursors : undefined);
      return cost === TOO_FEW ? 0 : applyRate(cost, ppm);
    }
    case 'group': {
      const cost = takeUnits(work, step, 0, effect.quantity, cursors);
      return cost === TOO_FEW ? 0 : cost - effect.minor;
    }
    case 'bundle': {
      let cost = 0;
      for (let slot = 0; slot < effect.parts.length; slot += 1) {
        const part = takeUnits(work, step, slot, effect.parts[slot]?.quantity ?? 1, cursors);
        if (part === TOO_FEW) return 0;
        cost += part;
      }
      return cost - effect.minor;
    }
    case 'percentage':
    case 'amount':
    case 'price':
    case 'tiers':
    case 'gift':
    case 'voucher':
      return 0;
  }
}

type OnePool = Pick<Extract<Effect, { kind: 'n_for_m' }>, 'pick'> & {
  readonly paid: number;
  readonly lowered: number;
  readonly ppm: number;
};

/** Sets are filled from the dearest unit down, so that the cheapest of a set is as dear as it can be for the customer. */
function ofOnePool(work: Work, step: Step, cursors: number[], { pick, paid, lowered, ppm }: OnePool): number {
  const isDearest = pick === 'dearest';
  const one = takeUnits(work, step, 0, isDearest ? lowered : paid, cursors);
  const two = one === TOO_FEW ? TOO_FEW : takeUnits(work, step, 0, isDearest ? paid : lowered, cursors);
  return two === TOO_FEW ? 0 : applyRate(isDearest ? one : two, ppm);
}

/** Whether what is bought and what is lowered are the same lines of this basket. */
function isOnePool({ slots: [buy = [], get = []] }: Step): boolean {
  return buy === get || (buy.length === get.length && buy.every((line, at) => line === get[at]));
}

/** What units cost when there are not enough of them. */
const TOO_FEW = -1;

/**
 * Takes units of a slot, the dearest first; the cheapest first when no cursors are given. Gives what they cost, or {@link TOO_FEW} (what was taken stays in the
 * slices of the work to be put back). Cursors skip lines that are used up for good.
 */
function takeUnits(work: Work, step: Step, slot: number, wanted: number, cursors: number[] | undefined): number {
  const { prepared, usedUnits, slices } = work;
  const pool = step.slots[slot] ?? [];
  let missing = wanted;
  let costMinor = 0;
  for (let at = cursors?.[slot] ?? 0; at < pool.length && missing > 0; at += 1) {
    const line = pool[cursors === undefined ? pool.length - 1 - at : at] ?? 0;
    const used = usedUnits[line] ?? 0;
    const free = isLocked(work, step, line) ? 0 : (prepared.units[line] ?? 0) - used;
    if (free > 0) {
      const count = Math.min(free, missing);
      const cost = costOfUnits(prepared, line, used + count) - costOfUnits(prepared, line, used);
      addSlice(slices, line, count, cost);
      usedUnits[line] = used + count;
      costMinor += cost;
      missing -= count;
    } else if (cursors?.[slot] === at) cursors[slot] = at + 1;
  }
  return missing > 0 ? TOO_FEW : costMinor;
}
