import type { Reach } from '../auth/principal.ts';
import type { Tx } from '../db/pool.ts';
import { visibleEvents, type StoredEvent } from './log.ts';
import { matcherOf, splitTypes, subjectUuid, type Selection } from './selection.ts';

/** A stretch of the log and what is wanted of it: numbers after `after` and up to `through`, `limit` events at most. */
export type Stretch = {
  readonly after: number;
  readonly through: number;
  readonly limit: number;
  readonly selection: Selection;
  readonly reach: Reach;
};

/**
 * The events of a stretch that somebody with this reach may see and wants. `reached` is the number up to which was looked: there one goes on. All but the comparisons with fields is
 * asked of the database.
 */
export async function readEvents(tx: Tx, stretch: Stretch): Promise<{ events: StoredEvent[]; reached: number }> {
  const { selection, ...range } = stretch;
  const { filter } = selection;
  const subjectIds = filter.subjectIds?.map(subjectUuid);
  const found = await visibleEvents(tx, { ...range, ...filter, ...splitTypes(selection.types), subjectIds });
  const last = found.at(-1);
  const reached = found.length < range.limit || last === undefined ? range.through : last.number;
  const isWanted = matcherOf(selection);
  return { events: (filter.fields ?? []).length === 0 ? found : found.filter(isWanted), reached };
}
