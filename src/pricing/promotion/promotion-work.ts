import type { Prepared, Step } from './promotion-step.ts';

/** A calculation under way: what is left of each line, how many of its units sets have taken, and which lines a watched group has had. */
export type Work = {
  readonly prepared: Prepared;
  readonly left: number[];
  readonly usedUnits: number[];
  readonly locked: Map<string, Map<number, Step>>;
  /** Told of everything that is taken off; absent while the search only wants to know what is left. */
  readonly record: ((step: Step, line: number, amountMinor: number) => void) | undefined;
  readonly recordSets: ((step: Step, sets: number) => void) | undefined;
};

/** Opens a calculation over a basket. */
export function openWork(prepared: Prepared, record?: Work['record'], recordSets?: Work['recordSets']): Work {
  return {
    prepared,
    left: [...prepared.amounts],
    usedUnits: prepared.amounts.map(() => 0),
    locked: new Map(),
    record,
    recordSets,
  };
}

/** Whether a line already took another promotion of the step's group. */
export function isLocked(work: Pick<Work, 'locked'>, step: Step, line: number): boolean {
  if (!step.tracked) return false;
  const owner = work.locked.get(step.promotion.stackingGroup)?.get(line);
  return owner !== undefined && owner !== step;
}

/** Takes an amount off a line for a step. */
export function take(
  work: Pick<Work, 'left' | 'locked' | 'record'>,
  step: Step,
  line: number,
  amountMinor: number,
): void {
  work.left[line] = (work.left[line] ?? 0) - amountMinor;
  if (step.budgetMinor !== undefined) step.takenMinor += amountMinor;
  if (step.tracked) {
    const group = step.promotion.stackingGroup;
    const lines = work.locked.get(group);
    if (lines === undefined) work.locked.set(group, new Map([[line, step]]));
    else lines.set(line, step);
  }
  work.record?.(step, line, amountMinor);
}
