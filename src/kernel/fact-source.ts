import { assert } from './assert.ts';
import type { BookRules } from './draft.ts';

/** A register or connector that sends facts, numbered by itself without a gap, each chained to the one before. */
export type FactSource = {
  readonly id: string;
  readonly lastCounter: number;
  readonly lastMac: string;
  readonly version: number;
};

/** A fact that was taken, into the books or into quarantine. `mac` is its authentication code, to which the next one is chained. */
export type FactTaken = { readonly sourceId: string; readonly counter: number; readonly mac: string };

/** The book of fact sources: what was taken from each. */
export const FACT_SOURCES: BookRules<FactSource, FactTaken> = {
  name: 'fact_source',
  keyOf: (change) => change.sourceId,
  evolve(source, change) {
    assert(change.counter === (source?.lastCounter ?? 0) + 1, 'a fact was taken out of its order', {
      sourceId: change.sourceId,
      counter: change.counter,
    });
    return {
      id: change.sourceId,
      lastCounter: change.counter,
      lastMac: change.mac,
      version: (source?.version ?? 0) + 1,
    };
  },
};

/** Why a fact can not be taken now. It is not lost: its source still has it and sends it again in its order. */
export type FactOutOfOrder = {
  readonly reason: 'fact_repeated' | 'fact_missing_before';
  readonly counter: number;
  readonly expected: number;
};

/** Whether a fact is the next one of its source. */
export function refuseOutOfOrder(source: FactSource | undefined, fact: FactTaken): FactOutOfOrder | undefined {
  const expected = (source?.lastCounter ?? 0) + 1;
  if (fact.counter === expected) return undefined;
  return { reason: fact.counter < expected ? 'fact_repeated' : 'fact_missing_before', counter: fact.counter, expected };
}

/** A fact that could not be parsed, authenticated or read: kept word for word, with its number, until a person has looked at it. */
export type QuarantinedFact = {
  readonly id: string;
  readonly sourceId: string;
  readonly counter: number;
  readonly locationId: string | undefined;
  readonly reason: 'malformed' | 'forged' | 'unknown_version' | 'broken';
  readonly detail: string;
  readonly raw: string;
};

/** The book of quarantined facts. It is only added to. */
export const QUARANTINE: BookRules<QuarantinedFact, QuarantinedFact> = {
  name: 'quarantine',
  keyOf: (change) => change.id,
  begins: () => true,
  evolve: (_, change) => change,
};
