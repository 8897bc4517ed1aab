/**
 * What a program found out about a file by looking at it, in a form that a person can check: the value, why, what some places of the file then say,
 * and what else it could be. When `certain` is false, the person chooses; nothing is guessed silently.
 */
export type Recognised<V extends string> = {
  readonly value: V;
  readonly certain: boolean;
  /** A sentence with the evidence. */
  readonly why: string;
  /** Places of the file as they are read under `value`. */
  readonly samples: readonly { readonly found: string; readonly reads: string }[];
  /** The other values that fit what was seen; empty when `certain`. */
  readonly others: readonly V[];
};

/** Samples shown to a person. */
export const MAX_SAMPLES = 5;
