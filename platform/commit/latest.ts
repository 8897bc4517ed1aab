import type { AppliedChange } from '../../src/kernel/draft.ts';

/** A state that a batch changed: what it was when loaded (undefined: it is new) and what it is now. */
export type Touched<S> = { readonly before: S | undefined; readonly after: S };

/** Folds the changes of a batch to one row a key: the first `before`, the last `after`. Keys keep the order of their first change. */
export function touchedStates<S>(changes: readonly AppliedChange[]): Map<string, Touched<S>> {
  const touched = new Map<string, Touched<S>>();
  for (const { key, before, after } of changes) {
    const known = touched.get(key);
    touched.set(key, { before: known === undefined ? (before as S | undefined) : known.before, after: after as S });
  }
  return touched;
}

/** Splits touched states into new rows and rows to update. */
export function newAndOld<S>(touched: ReadonlyMap<string, Touched<S>>): {
  added: S[];
  updated: { before: S; after: S }[];
} {
  const added: S[] = [];
  const updated: { before: S; after: S }[] = [];
  for (const { before, after } of touched.values()) {
    if (before === undefined) added.push(after);
    else updated.push({ before, after });
  }
  return { added, updated };
}
