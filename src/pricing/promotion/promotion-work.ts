import type { Prepared, Step } from './promotion-step.ts';

/**
 * Units of lines that are in the set that is being made, in columns: which line, how many, and what they cost at the list price. One for a whole calculation,
 * because sets are made by the thousand: only the first `length` places count.
 */
export type Slices = { length: number; readonly lines: number[]; readonly counts: number[]; readonly costs: number[] };

/** Adds units of a line to the set that is being made. */
export function addSlice(slices: Slices, line: number, count: number, costMinor: number): void {
  const at = slices.length;
  slices.lines[at] = line;
  slices.counts[at] = count;
  slices.costs[at] = costMinor;
  slices.length = at + 1;
}

/** A calculation under way: what is left of each line, how many of its units sets have taken, and which lines a watched group has had. */
export type Work = {
  readonly prepared: Prepared;
  readonly left: number[];
  readonly usedUnits: number[];
  readonly slices: Slices;
  /** By watched group, then by line. */
  readonly locked: ((Step | undefined)[] | undefined)[];
  /** Whether anything is locked. */
  isLocking: boolean;
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
    slices: { length: 0, lines: [], counts: [], costs: [] },
    locked: [],
    isLocking: false,
    record,
    recordSets,
  };
}

/** Lets no line have had anything of a watched group. */
export function unlockAll(work: Work): void {
  if (!work.isLocking) return;
  for (const lines of work.locked) lines?.fill(undefined);
  work.isLocking = false;
}

/** Whether a line already took another promotion of the step's group. */
export function isLocked(work: Pick<Work, 'locked'>, step: Step, line: number): boolean {
  if (step.watched < 0) return false;
  const owner = work.locked[step.watched]?.[line];
  return owner !== undefined && owner !== step;
}

/** Takes an amount off a line for a step. */
export function take(work: Work, step: Step, line: number, amountMinor: number): void {
  work.left[line] = (work.left[line] ?? 0) - amountMinor;
  if (step.budgetMinor !== undefined) step.takenMinor += amountMinor;
  if (step.watched >= 0) {
    (work.locked[step.watched] ??= work.left.map(() => undefined))[line] = step;
    work.isLocking = true;
  }
  work.record?.(step, line, amountMinor);
}
