import type { Reach } from '../auth/principal.ts';
import { loadSql, withTransaction, type Pool, type Tx } from '../db/pool.ts';
import { eventOfRow, type EventRow, type StoredEvent } from '../events/log.ts';
import type { OriginKind } from './origins.ts';

const sql = loadSql(import.meta.url, './search.sql', ['blocks_before', 'ends', 'events_in', 'find_origins']);

/** What is looked for. Ids are UUIDs, times RFC 3339 of when it was recorded (`until` is not included), `text` stands somewhere in the body. */
export type AuditFilter = {
  readonly actorId?: string | undefined;
  readonly type?: string | undefined;
  readonly topic?: string | undefined;
  readonly subjectId?: string | undefined;
  /** A location or a legal entity. */
  readonly placeId?: string | undefined;
  readonly originId?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly text?: string | undefined;
};

/** Events found, newest first. `before`: go on below this number; undefined: the beginning of the log was reached. */
export type AuditPage = { readonly events: readonly StoredEvent[]; readonly before: number | undefined };

/** From where an act came, as far as it is still known: address and browser are erased after their time. */
export type StoredOrigin = {
  readonly id: string;
  readonly kind: OriginKind;
  readonly principalId: string | null;
  readonly job: string | null;
  readonly address: string | null;
  readonly userAgent: string | null;
};

type Range = { first: number; last: number };

/** Blocks looked up at once. */
const BLOCKS = 100;
/** Events that one page may read through. Of words there is no index: 20,000 take half a second, and a rare one in a long log comes page by page. */
const LOOKED_THROUGH = 60_000;
const LOOKED_THROUGH_FOR_TEXT = 20_000;

/**
 * A page of the log, newest first, that fits the filter and the reader's reach. The commit keeps no index for this: each block of the audit chain says who and
 * what is in it, so only blocks that can hold something are read. What belongs to no place is for readers whose reach is everything. A page may be
 * empty and still go on.
 */
export async function searchAudit(
  tx: Tx,
  { filter, reach, before, limit }: { filter: AuditFilter; reach: Reach; before: number | undefined; limit: number },
): Promise<AuditPage> {
  const { sealed, newest } = await tx.get<{ sealed: number; newest: number }>(sql.ends);
  const events: StoredEvent[] = [];
  let below = Math.min(before ?? newest + 1, newest + 1);
  let looked = 0;
  const most = filter.text === undefined ? LOOKED_THROUGH : LOOKED_THROUGH_FOR_TEXT;
  const read = async (range: Range): Promise<boolean> => {
    const rows = await tx.rows<EventRow>(
      sql.events_in,
      eventValues(range, { filter, reach, limit: limit - events.length }),
    );
    events.push(...rows.map(eventOfRow));
    below = events.length >= limit ? (events.at(-1)?.number ?? range.first) : range.first;
    looked += range.last - range.first + 1;
    return events.length >= limit || looked >= most;
  };
  // What is not sealed yet is in no block.
  if (below > sealed + 1 && (await read({ first: Math.max(1, sealed + 1), last: below - 1 })))
    return { events, before: below > 1 ? below : undefined };
  for (;;) {
    const blocks = await tx.rows<{ first_number: number; last_number: number }>(
      sql.blocks_before,
      blockValues(below, { filter, reach }),
    );
    for (const range of rangesOf(blocks, below))
      if (await read(range)) return { events, before: below > 1 ? below : undefined };
    if (blocks.length < BLOCKS) return { events, before: undefined };
    below = blocks.at(-1)?.first_number ?? 1;
  }
}

/** Neighbouring blocks as one range each, newest first, cut off below `below`. */
function rangesOf(blocks: readonly { first_number: number; last_number: number }[], below: number): Range[] {
  const ranges: Range[] = [];
  for (const { first_number: first, last_number: end } of blocks) {
    const last = Math.min(end, below - 1);
    const above = ranges.at(-1);
    if (above !== undefined && above.first === last + 1 && above.last - first < 10_000) above.first = first;
    else if (first <= last) ranges.push({ first, last });
  }
  return ranges;
}

function blockValues(below: number, { filter, reach }: { filter: AuditFilter; reach: Reach }): unknown[] {
  const { actorId, type, topic, subjectId, placeId, originId, from, until } = filter;
  const places = reach === 'all' ? [] : [...reach.entityIds, ...reach.locationIds];
  const what = [actorId, type, topic, subjectId, placeId, originId, from, until].map((one) => one ?? null);
  return [below, ...what, reach === 'all', places, BLOCKS];
}

function eventValues(
  { first, last }: Range,
  { filter, reach, limit }: { filter: AuditFilter; reach: Reach; limit: number },
): unknown[] {
  const { actorId, type, topic, subjectId, placeId, originId, from, until, text } = filter;
  const what = [actorId, type, topic, subjectId, placeId, originId, from, until].map((one) => one ?? null);
  const places = reach === 'all' ? [[], []] : [reach.entityIds, reach.locationIds];
  const like = text === undefined ? null : `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return [first, last, ...what, reach === 'all', ...places, like, limit];
}

/** The origins with these ids. */
export async function findOrigins(tx: Tx, ids: readonly string[]): Promise<Map<string, StoredOrigin>> {
  type Row = {
    id: string;
    kind: OriginKind;
    principal_id: string | null;
    job: string | null;
    address: string | null;
    user_agent: string | null;
  };
  const rows = ids.length === 0 ? [] : await tx.rows<Row>(sql.find_origins, [ids]);
  return new Map(
    rows.map(({ id, kind, principal_id: principalId, job, address, user_agent: userAgent }) => [
      id,
      { id, kind, principalId, job, address, userAgent },
    ]),
  );
}

/** Everything that fits, newest first, in pages of a thousand: for an export of any length. */
export async function* auditPages(
  { pool, schema }: { readonly pool: Pool; readonly schema: string },
  wanted: { readonly filter: AuditFilter; readonly reach: Reach },
): AsyncGenerator<{ readonly events: readonly StoredEvent[]; readonly origins: ReadonlyMap<string, StoredOrigin> }> {
  for (let before: number | undefined; ;) {
    const below = before;
    const page = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
      const found = await searchAudit(tx, { ...wanted, before: below, limit: 1_000 });
      const ids = [...new Set(found.events.flatMap(({ originId }) => originId ?? []))];
      return { ...found, origins: await findOrigins(tx, ids) };
    });
    yield page;
    if (page.before === undefined) return;
    before = page.before;
  }
}
