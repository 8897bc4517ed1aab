import { loadSql, withTransaction } from '../db/pool.ts';
import type { Pool, Tx } from '../db/pool.ts';
import type { Reach } from '../auth/principal.ts';

/** What a live screen needs of an event: that something changed and where. Ids are UUIDs. */
export type EventHead = {
  readonly number: number;
  readonly type: string;
  readonly topic: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly subjectId: string | null;
};

/** A whole event as it was recorded. Instants are RFC 3339, days `YYYY-MM-DD`. */
export type StoredEvent = EventHead & {
  readonly version: number;
  readonly channelId: string | null;
  readonly actorId: string | null;
  /** From where it was done: a row of `platform_origin`. */
  readonly originId: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly businessDay: string;
  readonly postingDay: string;
  readonly body: Readonly<Record<string, unknown>>;
};

/** The statements of the event log. */
export const sql = loadSql(import.meta.url, './events.sql', [
  'events_after',
  'heads_after',
  'heads_between',
  'events_visible',
  'last_number',
  'find_cursor',
  'open_cursor',
  'lock_cursor',
  'save_cursor',
]);

/** The head of an event as the database gives it. */
export type HeadRow = {
  number: number;
  type: string;
  topic: string;
  entity_id: string | null;
  location_id: string | null;
  subject_id: string | null;
};
/** An event as the database gives it. */
export type EventRow = HeadRow & {
  version: number;
  channel_id: string | null;
  actor_id: string | null;
  origin_id: string | null;
  occurred_at: string;
  recorded_at: string;
  business_day: string;
  posting_day: string;
  body: Record<string, unknown>;
};

/** The events after a number, in order, at most `limit`. */
export async function eventsAfter(tx: Tx, after: number, limit: number): Promise<StoredEvent[]> {
  return (await tx.rows<EventRow>(sql.events_after, [after, limit])).map(eventOfRow);
}

/** The heads of the events after a number, in order, at most `limit`. */
export async function headsAfter(tx: Tx, after: number, limit: number): Promise<EventHead[]> {
  return (await tx.rows<HeadRow>(sql.heads_after, [after, limit])).map(headOf);
}

/** Heads with `after < number <= through`. */
export async function headsBetween(
  tx: Tx,
  { after, through, limit }: { after: number; through: number; limit: number },
): Promise<EventHead[]> {
  return (await tx.rows<HeadRow>(sql.heads_between, [after, through, limit])).map(headOf);
}

/** What is asked of a stretch of the log. Types and topics are told apart by {@link splitTypes}; `undefined` lists do not matter. */
export type Wanted = {
  readonly after: number;
  readonly through: number;
  readonly limit: number;
  readonly reach: Reach;
  readonly all: boolean;
  readonly exact: readonly string[];
  readonly topics: readonly string[];
  readonly entityIds?: readonly string[] | undefined;
  readonly locationIds?: readonly string[] | undefined;
  readonly channelIds?: readonly string[] | undefined;
  readonly subjectIds?: readonly string[] | undefined;
};

/** The events with `after < number <= through` that a reader with this reach may see and wants, at most `limit`. */
export async function visibleEvents(tx: Tx, wanted: Wanted): Promise<StoredEvent[]> {
  const { reach } = wanted;
  const { entityIds, locationIds } = reach === 'all' ? { entityIds: [], locationIds: [] } : reach;
  const values = [
    wanted.after,
    wanted.through,
    wanted.all,
    wanted.exact,
    wanted.topics,
    reach === 'all',
    entityIds,
    locationIds,
    wanted.limit,
    wanted.entityIds ?? null,
    wanted.locationIds ?? null,
    wanted.channelIds ?? null,
    wanted.subjectIds ?? null,
  ];
  return (await tx.rows<EventRow>(sql.events_visible, values)).map(eventOfRow);
}

/** The number of the newest event, 0 when there is none. */
export async function lastNumber(pool: Pool, schema: string): Promise<number> {
  return withTransaction(
    pool,
    { schema, readOnly: true },
    async (tx) => (await tx.get<{ number: number }>(sql.last_number)).number,
  );
}

/** Whether a reader with this reach may see the event. What belongs to no place is everybody's, but for who came in and who was turned away. */
export function isVisible(
  { topic, entityId, locationId }: Pick<EventHead, 'topic' | 'entityId' | 'locationId'>,
  reach: Reach,
): boolean {
  if (reach === 'all') return true;
  if (entityId === null && locationId === null) return topic !== 'security';
  return (
    (entityId !== null && reach.entityIds.includes(entityId)) ||
    (locationId !== null && reach.locationIds.includes(locationId))
  );
}

function headOf(row: HeadRow): EventHead {
  return {
    number: row.number,
    type: row.type,
    topic: row.topic,
    entityId: row.entity_id,
    locationId: row.location_id,
    subjectId: row.subject_id,
  };
}

/** The event of a row with all columns of `platform_event`. */
export function eventOfRow(row: EventRow): StoredEvent {
  return {
    ...headOf(row),
    version: row.version,
    channelId: row.channel_id,
    actorId: row.actor_id,
    originId: row.origin_id,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    businessDay: row.business_day,
    postingDay: row.posting_day,
    body: row.body,
  };
}
