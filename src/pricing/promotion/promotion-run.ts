import { compareCodePoints } from '../../kernel/compare.ts';
import { split } from '../../kernel/money.ts';
import { applyRate } from '../../kernel/rate.ts';
import { comparePromotions } from './compile-promotions.ts';
import { applySets, savingOfSets } from './promotion-sets.ts';
import { sumOf, type Step } from './promotion-step.ts';
import { isLocked, take, type Work } from './promotion-work.ts';

/** Steps by their turn, and those of the stage `line` by line: what is worked off together. */
export type Plan = {
  readonly lines: readonly number[];
  readonly sets: readonly Step[];
  readonly byLine: readonly (readonly Step[] | undefined)[];
  readonly together: readonly Step[];
  readonly order: readonly Step[];
  /** Those of all of them that have a budget. */
  readonly budgeted: readonly Step[];
};

/** What a plan costs in which a promotion takes more than is left of its budget: a promotion is never given in part. */
const NOT_TO_BE_HAD = Number.MAX_SAFE_INTEGER;

/**
 * The order within a stage: groups by their names, each as one, then promotions without a group. A group's place must not depend on who is in it: only
 * then can one more promotion never make a basket dearer.
 */
export function compareTurns(a: Step, b: Step): number {
  const [one, other] = [a.promotion.stackingGroup, b.promotion.stackingGroup];
  if (one !== other) return one === '' ? 1 : other === '' ? -1 : compareCodePoints(one, other);
  return comparePromotions(a.promotion, b.promotion);
}

/** Works a plan off from the start and gives what is left to pay for its lines; more than anything costs where a budget does not last. */
export function run(work: Work, plan: Plan): number {
  const { left, usedUnits, locked, prepared } = work;
  for (const line of plan.lines) {
    left[line] = prepared.amounts[line] ?? 0;
    usedUnits[line] = 0;
  }
  locked.clear();
  for (const step of plan.budgeted) step.takenMinor = 0;
  for (const step of plan.sets) if (!step.off) applySets(work, step);
  for (const line of plan.lines) {
    const steps = plan.byLine[line];
    if (steps !== undefined) lowerLine(work, line, steps);
  }
  lowerTogether(work, plan.together);
  lowerTogether(work, plan.order);
  for (const { takenMinor, budgetMinor = takenMinor } of plan.budgeted)
    if (takenMinor > budgetMinor) return NOT_TO_BE_HAD;
  return sumOf(left, plan.lines);
}

/** What a step alone takes off a basket, also one that is left out for now. */
export function ownSaving(work: Work, step: Step): number {
  const { left, usedUnits, prepared } = work;
  for (const line of step.lines) {
    left[line] = prepared.amounts[line] ?? 0;
    usedUnits[line] = 0;
  }
  work.locked.clear();
  if (step.stage === 'sets') return savingOfSets(work, step);
  const { off } = step;
  step.off = false;
  if (step.stage === 'line') for (const line of step.lines) lowerLine(work, line, [step]);
  else if (step.stage !== 'promise') lowerTogether(work, [step]);
  step.off = off;
  return sumOf(prepared.amounts, step.lines) - sumOf(left, step.lines);
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

/** Steps that lower several lines at once, group by group: of a group that is not watched they have the same lines, and the best one is taken. */
function lowerTogether(work: Work, steps: readonly Step[]): void {
  for (let at = 0; at < steps.length;) {
    const first = steps[at] as Step;
    const group = first.promotion.stackingGroup;
    at += 1;
    if (group === '' || first.tracked) {
      if (!first.off) takeTogether(work, first, savingTogether(work, first));
      continue;
    }
    let best = first;
    let most = first.off ? 0 : savingTogether(work, first);
    for (; steps[at]?.promotion.stackingGroup === group; at += 1) {
      const step = steps[at] as Step;
      const settled = best.promotion.choice === 'priority' && most > 0;
      const saving = step.off || settled ? 0 : savingTogether(work, step);
      if (saving > most) [best, most] = [step, saving];
    }
    takeTogether(work, best, most);
  }
}

function savingTogether(work: Work, step: Step): number {
  const rest = sumOf(work.left, openOf(work, step));
  const { taking } = step;
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

function takeTogether(work: Work, step: Step, saving: number): void {
  if (saving === 0) return;
  const lines = openOf(work, step);
  const parts = split(
    saving,
    lines.map((line) => work.left[line] ?? 0),
  );
  lines.forEach((line, at) => {
    const part = parts[at] ?? 0;
    if (part > 0) take(work, step, line, part);
  });
}

function openOf(work: Work, step: Step): readonly number[] {
  return step.tracked ? step.lines.filter((line) => !isLocked(work, step, line)) : step.lines;
}
