import { compareCodePoints } from '../../kernel/compare.ts';
import { split } from '../../kernel/money.ts';
import { applyRate } from '../../kernel/rate.ts';
import { applySets, savingOfSets } from './promotion-sets.ts';
import { sumOf, type Step } from './promotion-step.ts';
import { isLocked, take, unlockAll, type Work } from './promotion-work.ts';

/** Steps by their turn, and those of the stage `line` by line: what is worked off together. */
export type Plan = {
  readonly lines: readonly number[];
  readonly sets: readonly Step[];
  readonly byLine: readonly (readonly Step[] | undefined)[];
  readonly together: readonly Step[];
  readonly order: readonly Step[];
  /** The last of `order` that lower the same lines, each what the one before left: while the search only adds up, no line needs its share of them. */
  readonly evenly: readonly Step[];
  /** Those of all of them that have a budget. */
  readonly budgeted: readonly Step[];
};

/** What a plan costs in which a promotion takes more than is left of its budget: a promotion is never given in part. */
const NOT_TO_BE_HAD = Number.MAX_SAFE_INTEGER;

/**
 * Sorted steps in the order within a stage: groups by their names, each as one, then promotions without a group. A group's place must not depend on who is in
 * it: only then can one more promotion never make a basket dearer.
 */
export function inTurn(steps: readonly Step[]): Step[] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const own = groups.get(step.promotion.stackingGroup);
    if (own === undefined) groups.set(step.promotion.stackingGroup, [step]);
    else own.push(step);
  }
  const alone = groups.get('') ?? [];
  groups.delete('');
  const named = [...groups].sort(([one], [other]) => compareCodePoints(one, other));
  return [...named.flatMap(([, own]) => own), ...alone];
}

/** Works a plan off from the start and gives what is left to pay for its lines; more than anything costs where a budget does not last. */
export function run(work: Work, plan: Plan): number {
  const { left, usedUnits, prepared } = work;
  for (const line of plan.lines) {
    left[line] = prepared.amounts[line] ?? 0;
    usedUnits[line] = 0;
  }
  unlockAll(work);
  for (const step of plan.budgeted) step.takenMinor = 0;
  for (const step of plan.sets) if (!step.off) applySets(work, step);
  for (const line of plan.lines) {
    const steps = plan.byLine[line];
    if (steps !== undefined) lowerLine(work, line, steps);
  }
  lowerTogether(plan.together, byLines(work));
  lowerTogether(plan.order, byLines(work));
  const evenlyMinor = lowerEvenly(work, plan.evenly);
  for (const { takenMinor, budgetMinor = takenMinor } of plan.budgeted)
    if (takenMinor > budgetMinor) return NOT_TO_BE_HAD;
  return sumOf(left, plan.lines) - evenlyMinor;
}

/** What a step alone takes off a basket, also one that is left out for now. */
export function ownSaving(work: Work, step: Step): number {
  const { left, usedUnits, prepared } = work;
  for (const line of step.lines) {
    left[line] = prepared.amounts[line] ?? 0;
    usedUnits[line] = 0;
  }
  unlockAll(work);
  switch (step.stage) {
    case 'sets':
      return savingOfSets(work, step);
    case 'line': {
      let sum = 0;
      for (const line of step.lines) sum += savingOnLine(work, step, line);
      return sum;
    }
    case 'together':
    case 'order':
      return savingTogether(step, sumOf(left, step.lines));
    case 'promise':
      return 0;
  }
}

/** Of each group a line takes one: that which insists, else that which saves most. */
function lowerLine(work: Work, line: number, steps: readonly Step[]): void {
  for (let at = 0; at < steps.length;) {
    const group = steps[at]?.promotion.stackingGroup ?? '';
    let best: Step | undefined;
    let most = 0;
    do {
      const step = steps[at] as Step;
      if (!step.off && !isLocked(work, step, line) && best?.promotion.choice !== 'priority') {
        const saving = savingOnLine(work, step, line);
        if (saving > most) [best, most] = [step, saving];
      }
      at += 1;
    } while (group !== '' && steps[at]?.promotion.stackingGroup === group);
    if (best !== undefined) take(work, best, line, most);
  }
}

function savingOnLine({ left, prepared }: Work, { taking }: Step, line: number): number {
  const rest = left[line] ?? 0;
  const units = prepared.units[line] ?? 1;
  switch (taking.kind) {
    case 'share':
      return Math.min(rest, applyRate(rest, taking.ppm));
    case 'amount':
      return timesAtMost(taking.minor, units, rest);
    case 'down_to':
      return rest - timesAtMost(taking.minor, units, rest);
    case 'own':
      return 0;
  }
}

/** `minor × units`, or `most` where that is less. The product may be larger than any amount. */
function timesAtMost(minor: number, units: number, most: number): number {
  const product = minor * units;
  return product < most ? product : most;
}

/** What steps that lower several lines at once are taken off: what a step finds there, and what happens to it. */
type Rest = { readonly of: (step: Step) => number; readonly take: (step: Step, saving: number) => void };

/** Steps that lower several lines at once, group by group: of a group that is not watched they have the same lines, and the best one is taken. */
function lowerTogether(steps: readonly Step[], rest: Rest): void {
  for (let at = 0; at < steps.length;) {
    const first = steps[at] as Step;
    const group = first.promotion.stackingGroup;
    at += 1;
    let best = first;
    let most = first.off ? 0 : savingTogether(first, rest.of(first));
    if (group !== '' && first.watched < 0)
      for (; steps[at]?.promotion.stackingGroup === group; at += 1) {
        const step = steps[at] as Step;
        const settled = best.promotion.choice === 'priority' && most > 0;
        const saving = step.off || settled ? 0 : savingTogether(step, rest.of(step));
        if (saving > most) [best, most] = [step, saving];
      }
    if (most > 0) rest.take(best, most);
  }
}

function savingTogether({ taking }: Step, rest: number): number {
  switch (taking.kind) {
    case 'share':
      return Math.min(rest, applyRate(rest, taking.ppm));
    case 'amount':
      return Math.min(rest, taking.minor);
    case 'down_to':
    case 'own':
      return 0;
  }
}

/** What is left of each line; what a step takes is split over its lines. */
function byLines(work: Work): Rest {
  return {
    of: (step) => sumOf(work.left, openOf(work, step)),
    take(step, saving) {
      const lines = openOf(work, step);
      const parts = split(
        saving,
        lines.map((line) => work.left[line] ?? 0),
      );
      for (let at = 0; at < lines.length; at += 1) {
        const part = parts[at] ?? 0;
        if (part > 0) take(work, step, lines[at] ?? 0, part);
      }
    },
  };
}

/** Lowers lines that all steps share. Gives what is to be subtracted from what is left: nothing where the lines took their shares, because somebody records them. */
function lowerEvenly(work: Work, steps: readonly Step[]): number {
  const [first] = steps;
  if (first === undefined) return 0;
  if (work.record !== undefined) {
    lowerTogether(steps, byLines(work));
    return 0;
  }
  const before = sumOf(work.left, first.lines);
  let rest = before;
  lowerTogether(steps, {
    of: () => rest,
    take(step, saving) {
      rest -= saving;
      if (step.budgetMinor !== undefined) step.takenMinor += saving;
    },
  });
  return before - rest;
}

function openOf(work: Work, step: Step): readonly number[] {
  return step.watched < 0 ? step.lines : step.lines.filter((line) => !isLocked(work, step, line));
}
