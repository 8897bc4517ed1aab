import { Type } from 'typebox';
import { withTransaction } from '../db/pool.ts';
import type { Reach } from '../auth/principal.ts';
import type { Pool } from '../db/pool.ts';
import type { Api } from '../http/app.ts';
import { IdType, idText } from '../http/ids.ts';
import { DEFAULT_LIMIT, listQuery } from '../http/lists.ts';
import { model } from '../http/model.ts';
import { DayType, InstantType, NumberFrom } from '../http/money.ts';
import { route } from '../http/route.ts';
import { bellOf } from './bell.ts';
import { sql } from './log.ts';
import type { StoredEvent } from './log.ts';
import { readEvents } from './read-events.ts';
import { FilterText, selectionOf, TypesText, type Selection } from './selection.ts';

/** Writes the id of what an event is about as outsiders know it; given by the composition root, which knows the topics. */
export type SubjectText = (event: {
  readonly topic: string;
  readonly type: string;
  readonly subjectId: string | null;
}) => string | null;

/** How many numbers one request looks through for what its reader may see. */
const WINDOW = 5_000;

/** An event over HTTP. */
export const EventType = model(
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

const PageType = model(
  'EventPage',
  Type.Object({
    items: Type.Array(EventType),
    next: Type.Union([Type.String(), Type.Null()]),
    through: Type.Integer({ description: 'Everything up to this number was looked at: ask on after it.' }),
  }),
);

/** How long a request may wait for something to happen. */
const LONGEST_WAIT_S = 30;
/** Requests that wait at once in one process; further ones are answered at once. */
const MAX_WAITING = 200;
/** How long nobody looks when nobody rings. */
const POLL_MS = 1_000;

/** What the routes of events need. `bell` is the pool whose bell tells of new events, where `pool` reads elsewhere. */
export type EventRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly subjectText?: SubjectText;
  readonly bell?: Pool;
};

/**
 * Adds `GET /events`. `after` is an event number; `next` is the number to go on from, null when the end of the log was reached. A page may be empty
 * and still have a next one: then what was looked through was not for this reader. With `wait` an empty last page is answered when something came that is, or the time is over.
 */
export function registerEventRoutes(app: Api, deps: EventRouteDeps): void {
  const { pool, schema, subjectText } = deps;
  const bell = bellOf(deps.bell ?? pool);
  const waiting = new Set<() => void>();
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    for (const wake of waiting) wake();
  });

  /** Resolves when there may be news, time is over or the server closes. */
  const news = (ms: number): Promise<void> =>
    new Promise((done) => {
      const wake = (): void => {
        clearTimeout(timer);
        unsubscribe();
        waiting.delete(wake);
        done();
      };
      const timer = setTimeout(wake, Math.min(ms, POLL_MS));
      const unsubscribe = bell.subscribe(schema, wake);
      waiting.add(wake);
    });

  const look = (from: number, selection: Selection, limit: number, reach: Reach) =>
    withTransaction(pool, { schema, readOnly: true, snapshot: true }, async (tx) => {
      const newest = (await tx.get<{ number: number }>(sql.last_number)).number;
      const through = Math.max(from, Math.min(newest, from + WINDOW));
      const { events, reached } = await readEvents(tx, { after: from, through, limit, selection, reach });
      return { events, reached, isEnd: reached >= newest };
    });

  route(app, {
    method: 'GET',
    url: '/events',
    operationId: 'listEvents',
    summary: 'What happened, in order, as far as the reader may see it.',
    description:
      'The stream that webhooks are told of, for pulling: keep `through` of the last answer and ask on `after` it. With `wait` the answer comes as soon as there is something.',
    tags: ['platform'],
    permission: 'event:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        limit: listQuery.limit,
        after: Type.Optional(NumberFrom(0, { default: 0, description: 'The number of the last event known.' })),
        type: Type.Optional(Type.String({ maxLength: 100, description: 'As `types`, one.' })),
        types: Type.Optional(TypesText),
        filter: Type.Optional(FilterText),
        wait: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: LONGEST_WAIT_S,
            description: 'Seconds to wait for something to happen.',
          }),
        ),
      }),
      response: { 200: PageType },
    },
    handler: async (request) => {
      const { limit = DEFAULT_LIMIT, after = 0, type, types, filter, wait = 0 } = request.query;
      const selection = selectionOf(types ?? type, filter);
      const until = performance.now() + wait * 1000;
      const ask = (from: number) => look(from, selection, limit, request.principal.scopes('event:read'));
      let page = await ask(after);
      while (page.events.length === 0 && page.isEnd && waiting.size < MAX_WAITING) {
        const leftMs = until - performance.now();
        if (leftMs <= 0 || closing || request.raw.destroyed) break;
        await news(leftMs);
        page = await ask(page.reached);
      }
      return {
        items: page.events.map((event) => itemOf(event, subjectText)),
        next: page.isEnd ? null : String(page.reached),
        through: page.reached,
      };
    },
  });
}

/** An event as outsiders are told it. */
export function itemOf(event: StoredEvent, subjectText: SubjectText | undefined) {
  // From where somebody acted is for the audit, not for every reader of events.
  const { originId: _, ...told } = event;
  return {
    ...told,
    entityId: idText('legalEntity', event.entityId),
    locationId: idText('location', event.locationId),
    channelId: idText('channel', event.channelId),
    subjectId: subjectText === undefined ? event.subjectId : subjectText(event),
    actorId: idText('person', event.actorId),
  };
}
