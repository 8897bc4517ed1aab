import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { FACT_SOURCES, QUARANTINE, refuseOutOfOrder, type FactTaken, type QuarantinedFact } from '../kernel/fact-source.ts';
import { placeOf, type StockOccasion } from '../stock/goods.ts';

/** A fact that could not be read or believed. It takes its place in the register's count, so that the facts after it go on. */
export type QuarantineFact = StockOccasion & { readonly fact: FactTaken; readonly reason: QuarantinedFact['reason']; readonly detail: string; readonly raw: string };

/** Keeps it. Refuses `fact_repeated` and `fact_missing_before`, as a readable one would be. */
export function quarantineFact(draft: Draft, command: QuarantineFact): Rejection | undefined {
  const { fact, reason, detail, raw } = command;
  const outOfOrder = refuseOutOfOrder(draft.get(FACT_SOURCES, fact.sourceId), fact);
  if (outOfOrder !== undefined) return outOfOrder;
  const id = draft.mint();
  draft.change(FACT_SOURCES, fact);
  draft.change(QUARANTINE, { id, sourceId: fact.sourceId, counter: fact.counter, locationId: command.locationId, reason, detail, raw });
  draft.act({
    type: 'FactQuarantined', version: 1, topic: 'quarantine', ...placeOf(command), subjectId: id,
    body: { quarantineId: id, sourceId: fact.sourceId, counter: fact.counter, reason, detail },
  });
  return undefined;
}
