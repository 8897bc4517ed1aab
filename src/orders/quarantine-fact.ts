import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import {
  FACT_SOURCES,
  QUARANTINE,
  refuseOutOfOrder,
  type FactTaken,
  type QuarantinedFact,
} from '../kernel/fact-source.ts';
import { placeOf, type StockOccasion } from '../stock/goods.ts';

/**
 * A fact that could not be read or believed. It takes its place in the register's count, so that the facts after it go on. With `beside`
 * its place is taken by another fact: a register that was set up again from an old copy counts from where the copy ended.
 */
export type QuarantineFact = StockOccasion & {
  readonly fact: FactTaken;
  readonly reason: QuarantinedFact['reason'];
  readonly detail: string;
  readonly raw: string;
  readonly beside?: boolean;
};

/** Keeps it. Refuses `fact_repeated` and `fact_missing_before`, as a readable one would be. */
export function quarantineFact(draft: Draft, command: QuarantineFact): Rejection | undefined {
  const { fact, reason, detail, raw } = command;
  const outOfOrder = refuseOutOfOrder(draft.get(FACT_SOURCES, fact.sourceId), fact);
  const beside = command.beside === true && outOfOrder?.reason === 'fact_repeated';
  if (outOfOrder !== undefined && !beside) return outOfOrder;
  const id = draft.mint();
  if (!beside) draft.change(FACT_SOURCES, fact);
  draft.change(QUARANTINE, {
    id,
    sourceId: fact.sourceId,
    counter: fact.counter,
    locationId: command.locationId,
    reason,
    detail,
    raw,
  });
  draft.act({
    type: 'FactQuarantined',
    version: 1,
    topic: 'quarantine',
    ...placeOf(command),
    subjectId: id,
    body: { quarantineId: id, sourceId: fact.sourceId, counter: fact.counter, reason, detail },
  });
  return undefined;
}
