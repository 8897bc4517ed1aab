import { split } from '../../kernel/money.ts';
import { applyRate, PPM } from '../../kernel/rate.ts';
import { costOfUnits, type Step } from './promotion-step.ts';
import { isLocked, take, type Work } from './promotion-work.ts';
import type { Effect } from './promotion.ts';

/** Sets of one promotion in one basket at most: beyond that it is no purchase but a mistake, and everybody would wait for it. */
const MAX_SETS = 1000;

/** Units of one line that are in a set, and what they cost at the list price. */
type Slice = { readonly line: number; readonly count: number; readonly costMinor: number };

/**
 * Makes sets as long as there are units for them and each lowers the price. A unit is in one set only. What is saved is spread over all goods of the set by
 * what they cost, because one price is paid for all of them: what comes back later is worth its share, and goods of different tax rates keep theirs.
 */
export function applySets(work: Work, step: Step): void {
  let sets = 0;
  for (const { slices, saving } of setsOf(work, step)) {
    spread(work, step, slices, saving);
    sets += 1;
  }
  if (sets > 0) work.recordSets?.(step, sets);
}

/** What sets would save on units that nobody took yet; nothing is taken off any line. */
export function savingOfSets(work: Work, step: Step): number {
  let sum = 0;
  for (const { saving } of setsOf(work, step)) sum += saving;
  return sum;
}

/** Takes the units of one set after the other. */
function* setsOf(work: Work, step: Step): Generator<{ readonly slices: readonly Slice[]; readonly saving: number }> {
  const cursors = step.slots.map(() => 0);
  const onePool = isOnePool(step);
  for (let sets = 0; sets < MAX_SETS; sets += 1) {
    const slices: Slice[] = [];
    const saving = takeSet(work, step, { cursors, onePool }, slices);
    if (saving <= 0) {
      for (const { line, count } of slices) work.usedUnits[line] = (work.usedUnits[line] ?? 0) - count;
      return;
    }
    yield { slices, saving };
  }
}

function spread(work: Work, step: Step, slices: readonly Slice[], saving: number): void {
  const [first] = slices;
  if (slices.length === 1 && first !== undefined) return take(work, step, first.line, saving);
  const parts = split(
    saving,
    slices.map((slice) => slice.costMinor),
  );
  slices.forEach(({ line }, at) => take(work, step, line, parts[at] ?? 0));
}

/** Takes the units of one set and says what they save; 0 or less when the set is not complete or saves nothing. */
function takeSet(
  work: Work,
  step: Step,
  { cursors, onePool }: { readonly cursors: number[]; readonly onePool: boolean },
  slices: Slice[],
): number {
  const { effect } = step.promotion;
  const dearest = (slot: number, count: number): number | undefined =>
    takeUnits(work, step, { slot, count, cursors }, slices);
  switch (effect.kind) {
    case 'n_for_m':
      return ofOnePool(dearest, { paid: effect.m, lowered: effect.n - effect.m, ppm: PPM, pick: effect.pick });
    case 'buy_get': {
      const { buyQuantity: paid, getQuantity: lowered, ppm, pick } = effect;
      if (onePool) return ofOnePool(dearest, { paid, lowered, ppm, pick });
      if (dearest(0, paid) === undefined) return 0;
      const cost =
        pick === 'dearest' ? dearest(1, lowered) : takeUnits(work, step, { slot: 1, count: lowered }, slices);
      return cost === undefined ? 0 : applyRate(cost, ppm);
    }
    case 'group': {
      const cost = dearest(0, effect.quantity);
      return cost === undefined ? 0 : cost - effect.minor;
    }
    case 'bundle': {
      let cost = 0;
      for (let slot = 0; slot < effect.parts.length; slot += 1) {
        const part = dearest(slot, effect.parts[slot]?.quantity ?? 1);
        if (part === undefined) return 0;
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
function ofOnePool(dearest: (slot: number, count: number) => number | undefined, of: OnePool): number {
  const [first, second] = of.pick === 'dearest' ? [of.lowered, of.paid] : [of.paid, of.lowered];
  const one = dearest(0, first);
  const two = one === undefined ? undefined : dearest(0, second);
  if (one === undefined || two === undefined) return 0;
  return applyRate(of.pick === 'dearest' ? one : two, of.ppm);
}

/** Whether what is bought and what is lowered are the same lines of this basket. */
function isOnePool({ slots: [buy = [], get = []] }: Step): boolean {
  return buy === get || (buy.length === get.length && buy.every((line, at) => line === get[at]));
}

/**
 * Takes units of a slot, the dearest first; the cheapest first when no cursors are given. Gives what they cost, or undefined when there are too few (what was
 * taken stays in `slices` to be put back). Cursors skip lines that are used up for good.
 */
function takeUnits(
  work: Work,
  step: Step,
  wanted: { readonly slot: number; readonly count: number; readonly cursors?: number[] },
  slices: Slice[],
): number | undefined {
  const { prepared, usedUnits } = work;
  const { slot, cursors } = wanted;
  const pool = step.slots[slot] ?? [];
  let missing = wanted.count;
  let costMinor = 0;
  for (let at = cursors?.[slot] ?? 0; at < pool.length && missing > 0; at += 1) {
    const line = pool[cursors === undefined ? pool.length - 1 - at : at] ?? 0;
    const used = usedUnits[line] ?? 0;
    const free = isLocked(work, step, line) ? 0 : (prepared.units[line] ?? 0) - used;
    if (free > 0) {
      const count = Math.min(free, missing);
      const cost = costOfUnits(prepared, line, used + count) - costOfUnits(prepared, line, used);
      slices.push({ line, count, costMinor: cost });
      usedUnits[line] = used + count;
      costMinor += cost;
      missing -= count;
    } else if (cursors?.[slot] === at) cursors[slot] = at + 1;
  }
  return missing > 0 ? undefined : costMinor;
}
