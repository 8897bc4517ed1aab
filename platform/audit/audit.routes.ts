import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { decodeId, isUuid } from '../../src/kernel/ids.ts';
import type { Reach } from '../auth/principal.ts';
import { withTransaction, type Pool, type Tx } from '../db/pool.ts';
import type { SubjectText } from '../events/events.routes.ts';
import type { StoredEvent } from '../events/log.ts';
import { csvLine } from '../files/csv-out.ts';
import type { Api } from '../http/app.ts';
import { withIdTexts } from '../http/command-answer.ts';
import { IdType, idText } from '../http/ids.ts';
import { decodeCursor, DEFAULT_LIMIT, encodeCursor, ListOf, listQuery } from '../http/lists.ts';
import { model } from '../http/model.ts';
import { DayType, InstantType, NumberFrom } from '../http/money.ts';
import { malformed } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { auditPages, findOrigins, searchAudit, type AuditFilter, type StoredOrigin } from './search.ts';

/** Who acts, as the composition root knows them. */
export type ActorName = {
  readonly id: string;
  readonly kind: 'person' | 'key' | 'device' | 'system';
  readonly name: string;
};

/** What the routes of the audit need. `namesOf` gives the names of actors by their UUIDs. */
export type AuditRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly subjectText: SubjectText;
  readonly namesOf: (tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, ActorName>>;
};

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

const AuditEntryType = model(
  'AuditEntry',
  Type.Object({
    number: Type.Integer(),
    type: Type.String(),
    version: Type.Integer(),
    topic: Type.String(),
    entityId: orNull(IdType('legalEntity')),
    locationId: orNull(IdType('location')),
    channelId: orNull(IdType('channel')),
    subjectId: orNull(Type.String()),
    actor: orNull(
      Type.Object({
        id: Type.String(),
        kind: Type.Union([
          Type.Literal('person'),
          Type.Literal('key'),
          Type.Literal('device'),
          Type.Literal('system'),
          Type.Literal('unknown'),
        ]),
        name: Type.String(),
      }),
    ),
    origin: orNull(
      Type.Object({
        id: IdType('origin'),
        kind: Type.String(),
        job: orNull(Type.String()),
        address: orNull(Type.String({ description: 'Null once it was erased.' })),
        userAgent: orNull(Type.String()),
      }),
    ),
    occurredAt: InstantType,
    recordedAt: InstantType,
    businessDay: DayType,
    postingDay: DayType,
    body: Type.Record(Type.String(), Type.Unknown()),
  }),
);

const filters = {
  actor: Type.Optional(
    Type.String({ minLength: 30, maxLength: 36, description: 'The id of a person, a key or a device.' }),
  ),
  type: Type.Optional(Type.String({ pattern: '^[A-Za-z]{1,100}$', description: 'A type of event, e.g. PricesSet.' })),
  topic: Type.Optional(Type.String({ pattern: '^[a-z_]{1,50}$' })),
  subject: Type.Optional(Type.String({ minLength: 30, maxLength: 36, description: 'The id of what it is about.' })),
  location: Type.Optional(IdType('location')),
  entity: Type.Optional(IdType('legalEntity')),
  origin: Type.Optional(IdType('origin')),
  from: Type.Optional(InstantType),
  until: Type.Optional(InstantType),
  text: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Stands somewhere in the body.' })),
};
type Query = { readonly [K in keyof typeof filters]?: string };

const tags = ['audit'];
const Cursor = Type.Tuple([NumberFrom(1)]);

/** Adds `GET /audit` and its export. */
export function registerAuditRoutes(app: Api, deps: AuditRouteDeps): void {
  const { pool, schema } = deps;

  route(app, {
    method: 'GET',
    url: '/audit',
    operationId: 'searchAudit',
    summary: 'Who did what, when, from where: newest first.',
    description:
      'A page may be empty and still have a next one: then nothing was found in the part that was looked through.',
    tags,
    permission: 'audit:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({ ...listQuery, ...filters }),
      response: { 200: ListOf(AuditEntryType) },
    },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT, after } = query;
      const before = decodeCursor(Cursor, after)?.[0];
      const reach = principal.scopes('audit:read');
      const filter = filterOf(query);
      return withTransaction(pool, { schema, readOnly: true, snapshot: true }, async (tx) => {
        const page = await searchAudit(tx, { filter, reach, before, limit });
        const around = await aroundOf(tx, page.events, deps);
        return {
          items: page.events.map((event) => entryOf(event, around, deps)),
          next: page.before === undefined ? null : encodeCursor([page.before]),
        };
      });
    },
  });

  route(app, {
    method: 'GET',
    url: '/audit/export',
    operationId: 'exportAudit',
    summary: 'The same as CSV, everything that fits.',
    tags,
    permission: 'audit:read',
    scope: 'any',
    schema: { querystring: Type.Object(filters), response: { 200: Type.String({ description: 'text/csv' }) } },
    handler({ query, principal }, reply) {
      const wanted = { filter: filterOf(query), reach: principal.scopes('audit:read') };
      const day = new Date(deps.now()).toISOString().slice(0, 10);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="audit-${day}.csv"`)
        .send(Readable.from(csvOf(deps, wanted)));
    },
  });
}

type Around = {
  readonly names: ReadonlyMap<string, ActorName>;
  readonly origins: ReadonlyMap<string, StoredOrigin>;
};

async function aroundOf(tx: Tx, events: readonly StoredEvent[], { namesOf }: AuditRouteDeps): Promise<Around> {
  const names = await namesOf(tx, [...new Set(events.flatMap(({ actorId }) => actorId ?? []))]);
  return { names, origins: await findOrigins(tx, [...new Set(events.flatMap(({ originId }) => originId ?? []))]) };
}

function entryOf(event: StoredEvent, { names, origins }: Around, { subjectText }: AuditRouteDeps) {
  const { actorId, originId, body, ...told } = event;
  const name = actorId === null ? undefined : names.get(actorId);
  const origin = originId === null ? undefined : origins.get(originId);
  return {
    ...told,
    entityId: idText('legalEntity', event.entityId),
    locationId: idText('location', event.locationId),
    channelId: idText('channel', event.channelId),
    subjectId: subjectText(event),
    actor: actorId === null ? null : actorOf(actorId, name),
    origin:
      origin === undefined
        ? null
        : {
            id: idText('origin', origin.id),
            kind: origin.kind,
            job: origin.job,
            address: origin.address,
            userAgent: origin.userAgent,
          },
    body: withIdTexts(body) as Record<string, unknown>,
  };
}

function actorOf(actorId: string, name: ActorName | undefined) {
  if (name === undefined) return { id: idText('person', actorId), kind: 'unknown' as const, name: '' };
  const kind = name.kind === 'key' ? 'apiKey' : name.kind === 'device' ? 'device' : 'person';
  return { id: idText(kind, actorId), kind: name.kind, name: name.name };
}

function filterOf(query: Query): AuditFilter {
  const { actor, subject, location, entity, origin, from, until, type, topic, text } = query;
  return {
    actorId: actor === undefined ? undefined : uuidIn(actor, '/actor'),
    subjectId: subject === undefined ? undefined : uuidIn(subject, '/subject'),
    placeId: location ?? entity,
    originId: origin,
    from,
    until,
    type,
    topic,
    text,
  };
}

/** The UUID of an id of any kind: what an event is about may be anything. */
function uuidIn(text: string, path: string): string {
  if (isUuid(text)) return text;
  const uuid = decodeId(text.slice(0, Math.max(0, text.length - 27)), text);
  if (uuid === undefined) throw malformed([{ path, message: 'is no id' }]);
  return uuid;
}

const COLUMNS = [
  'number',
  'recorded_at',
  'occurred_at',
  'type',
  'topic',
  'actor_kind',
  'actor_id',
  'actor_name',
  'entity_id',
  'location_id',
  'subject_id',
  'origin_kind',
  'address',
  'user_agent',
  'body',
];

async function* csvOf(
  deps: AuditRouteDeps,
  wanted: { readonly filter: AuditFilter; readonly reach: Reach },
): AsyncGenerator<string> {
  // So that spreadsheets read it as UTF-8.
  yield `\uFEFF${csvLine(COLUMNS)}`;
  for await (const { events, origins } of auditPages(deps, wanted)) {
    const ids = [...new Set(events.flatMap(({ actorId }) => actorId ?? []))];
    const names = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
      deps.namesOf(tx, ids),
    );
    let lines = '';
    for (const event of events) {
      const entry = entryOf(event, { names, origins }, deps);
      lines += csvLine([
        entry.number,
        entry.recordedAt,
        entry.occurredAt,
        entry.type,
        entry.topic,
        entry.actor?.kind,
        entry.actor?.id,
        entry.actor?.name,
        entry.entityId,
        entry.locationId,
        entry.subjectId,
        entry.origin?.kind,
        entry.origin?.job ?? entry.origin?.address,
        entry.origin?.userAgent,
        JSON.stringify(entry.body),
      ]);
    }
    if (lines !== '') yield lines;
  }
}
