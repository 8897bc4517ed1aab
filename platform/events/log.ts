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

type HeadRow = {
  number: number;
  type: string;
  topic: string;
  entity_id: string | null;
  location_id: string | null;
  subject_id: string | null;
};
type EventRow = HeadRow & {
  version: number;
  channel_id: string | null;
  actor_id: string | null;
  occurred_at: string;
  recorded_at: string;
  business_day: string;
  posting_day: string;
  body: Record<string, unknown>;
};

/** The events after a number, in order, at most `limit`. */
export async function eventsAfter(tx: Tx, after: number, limit: number): Promise<StoredEvent[]> {
  return (await tx.rows<EventRow>(sql.events_after, [after, limit])).map(eventOf);
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

/** The events with `after < number <= through` that a reader with this reach may see, at most `limit`. */
export async function visibleEvents(
  tx: Tx,
  {
    after,
    through,
    type,
    reach,
    limit,
  }: { after: number; through: number; type: string | undefined; reach: Reach; limit: number },
): Promise<StoredEvent[]> {
  const { entityIds, locationIds } = reach === 'all' ? { entityIds: [], locationIds: [] } : reach;
  const values = [after, through, type ?? null, reach === 'all', entityIds, locationIds, limit];
  return (await tx.rows<EventRow>(sql.events_visible, values)).map(eventOf);
}

/** The number of the newest event, 0 when there is none. */
export async function lastNumber(pool: Pool, schema: string): Promise<number> {
  return withTransaction(
    pool,
    { schema, readOnly: true },
    async (tx) => (await tx.get<{ number: number }>(sql.last_number)).number,
  );
}

/** Whether a reader with this reach may see the event. What belongs to no place is everybody's. */
export function isVisible({ entityId, locationId }: EventHead, reach: Reach): boolean {
  if (reach === 'all' || (entityId === null && locationId === null)) return true;
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

function eventOf(row: EventRow): StoredEvent {
  return {
    ...headOf(row),
    version: row.version,
    channelId: row.channel_id,
    actorId: row.actor_id,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    businessDay: row.business_day,
    postingDay: row.posting_day,
    body: row.body,
  };
}
