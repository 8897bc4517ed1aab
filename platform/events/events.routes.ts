import { Type } from 'typebox';
import { withTransaction } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';
import type { Api } from '../http/app.ts';
import { IdType, idText } from '../http/ids.ts';
import { DEFAULT_LIMIT, ListOf, listQuery } from '../http/lists.ts';
import { model } from '../http/model.ts';
import { DayType, InstantType } from '../http/money.ts';
import { route } from '../http/route.ts';
import { sql, visibleEvents } from './log.ts';
import type { StoredEvent } from './log.ts';

/** Writes the id of what an event is about as outsiders know it; given by the composition root, which knows the topics. */
export type SubjectText = (event: {
  readonly topic: string;
  readonly type: string;
  readonly subjectId: string | null;
}) => string | null;

/** How many numbers one request looks through for what its reader may see. */
const WINDOW = 5_000;

const EventType = model(
  'Event',
  Type.Object({
    number: Type.Integer(),
    type: Type.String(),
    version: Type.Integer(),
    topic: Type.String(),
    entityId: Type.Union([IdType('legalEntity'), Type.Null()]),
    locationId: Type.Union([IdType('location'), Type.Null()]),
    channelId: Type.Union([IdType('channel'), Type.Null()]),
    subjectId: Type.Union([Type.String(), Type.Null()]),
    actorId: Type.Union([IdType('person'), Type.Null()]),
    occurredAt: InstantType,
    recordedAt: InstantType,
    businessDay: DayType,
    postingDay: DayType,
    body: Type.Record(Type.String(), Type.Unknown()),
  }),
);

/**
 * Adds `GET /events`. `after` is an event number; `next` is the number to go on from, null when the end of the log was reached. A page may be empty
 * and still have a next one: then what was looked through was not for this reader.
 */
export function registerEventRoutes(
  app: Api,
  { pool, schema, subjectText }: { readonly pool: Pool; readonly schema: string; readonly subjectText?: SubjectText },
): void {
  route(app, {
    method: 'GET',
    url: '/events',
    operationId: 'listEvents',
    summary: 'What happened, in order, as far as the reader may see it.',
    tags: ['platform'],
    permission: 'event:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        limit: listQuery.limit,
        after: Type.Optional(
          Type.Integer({ minimum: 0, default: 0, description: 'The number of the last event known.' }),
        ),
        type: Type.Optional(Type.String({ maxLength: 100 })),
      }),
      response: { 200: ListOf(EventType) },
    },
    handler: async (request) => {
      const { limit = DEFAULT_LIMIT, after = 0, type } = request.query;
      const reach = request.principal.scopes('event:read');
      return withTransaction(pool, { schema, readOnly: true, snapshot: true }, async (tx) => {
        const newest = (await tx.get<{ number: number }>(sql.last_number)).number;
        const through = Math.min(newest, after + WINDOW);
        const events = await visibleEvents(tx, { after, through, type, reach, limit });
        const last = events.length === limit ? (events.at(-1)?.number ?? through) : through;
        return { items: events.map((event) => itemOf(event, subjectText)), next: last < newest ? String(last) : null };
      });
    },
  });
}

function itemOf(event: StoredEvent, subjectText: SubjectText | undefined) {
  return {
    ...event,
    entityId: idText('legalEntity', event.entityId),
    locationId: idText('location', event.locationId),
    channelId: idText('channel', event.channelId),
    subjectId: subjectText === undefined ? event.subjectId : subjectText(event),
    actorId: idText('person', event.actorId),
  };
}
