import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { Type } from 'typebox';
import { NumberFrom } from '../http/money.ts';
import type { Authenticator } from '../auth/session.ts';
import type { Principal, Reach } from '../auth/principal.ts';
import { withTransaction } from '../db/pool.ts';
import type { Pool } from '../db/pool.ts';
import type { SubjectText } from '../events/events.routes.ts';
import { follow } from '../events/follow.ts';
import type { Follower } from '../events/follow.ts';
import { headsBetween, isVisible, lastNumber } from '../events/log.ts';
import type { EventHead } from '../events/log.ts';
import type { Api } from '../http/app.ts';
import { idText } from '../http/ids.ts';
import { ProblemError } from '../http/problem.ts';
import { route } from '../http/route.ts';

/** What live streams need. */
export type LiveOptions = {
  readonly pool: Pool;
  readonly schema: string;
  readonly authenticator: Pick<Authenticator, 'renew' | 'onEnded'>;
  readonly onError: (error: unknown) => void;
  readonly subjectText?: SubjectText;
  /** How long changes are gathered into one frame; 50 ms unless told. */
  readonly frameMs?: number;
  /** How often open streams are looked after: a sign of life every third time, and whether their session still holds; 5 s unless told. */
  readonly sweepMs?: number;
  /** Of one person or key; 600 unless told. */
  readonly maxStreams?: number;
};

/** The live streams of one retailer. */
export type Live = {
  /** Takes a request over and streams to it until either side ends it. */
  open(request: FastifyRequest, reply: FastifyReply): void;
  /** How many streams are open. */
  size(): number;
  /** Ends all streams, telling the readers when to come back, and stops following. */
  close(): Promise<void>;
};

/** The permission that opens the stream; its reach filters what is told. */
export const LIVE_PERMISSION = 'live:read';

/** Further behind than this a reader starts afresh instead of being told everything. */
export const MAX_BEHIND = 10_000;

/** More changes than this in one frame are told as counts by topic: a screen that gets so many loads itself anew. */
export const MAX_CHANGES = 200;

/** Streams of one person or key at once, in one process: screens on all walls of a large company come in as one, and beyond that somebody opens them for the sake of it. */
const MAX_STREAMS = 600;

const FRAME_MS = 50;
const SWEEP_MS = 5_000;
const SLOW_BYTES = 1024 * 1024;
const REPLAY_CHUNK = 2_000;
const RETRY_MS = 1_000;

type Client = { readonly response: ServerResponse; principal: Principal };

/** Readers who may see the same get the same bytes. `name` is their reach written down. */
type Group = { readonly name: string; readonly reach: Reach; readonly clients: Set<Client> };

/** Starts following the log. Resolves when the newest event is known. */
export async function createLive(options: LiveOptions): Promise<Live> {
  const { pool, schema, authenticator, onError, subjectText } = options;
  const { frameMs = FRAME_MS, maxStreams = MAX_STREAMS } = options;
  const groups = new Map<string, Group>();
  /** Streams still being told what they missed; they are in no group yet. */
  const catchingUp = new Set<Client>();
  let told = await lastNumber(pool, schema);
  let gathered: EventHead[] = [];
  let frame: NodeJS.Timeout | undefined;
  let sweeps = 0;

  const flush = (): void => {
    frame = undefined;
    const heads = gathered;
    gathered = [];
    const last = heads.at(-1);
    if (last === undefined) return;
    told = last.number;
    for (const group of groups.values()) {
      const bytes = frameOf(heads, group.reach, subjectText);
      if (bytes !== undefined) for (const client of group.clients) send(client, bytes);
    }
  };

  const follower: Follower = follow({
    pool,
    schema,
    after: told,
    batchSize: 5_000,
    onError,
    onHeads: (heads) => {
      gathered.push(...heads);
      frame ??= setTimeout(flush, frameMs);
    },
  });

  /** A full socket means a reader who does not read. It is cut off and comes back where it was. */
  const send = (client: Client, bytes: Buffer): void => {
    if (client.response.writableLength > SLOW_BYTES) client.response.destroy();
    else client.response.write(bytes);
  };

  const join = (client: Client): void => {
    catchingUp.delete(client);
    const reach = client.principal.scopes(LIVE_PERMISSION);
    const name = JSON.stringify(reach);
    const group = groups.get(name) ?? { name, reach, clients: new Set<Client>() };
    groups.set(name, group);
    group.clients.add(client);
  };

  const leave = (client: Client): void => {
    catchingUp.delete(client);
    for (const group of groups.values()) {
      if (group.clients.delete(client) && group.clients.size === 0) groups.delete(group.name);
    }
  };

  const all = (): Client[] => [...catchingUp, ...[...groups.values()].flatMap((group) => [...group.clients])];

  const startAfresh = (client: Client): void => {
    client.response.write(`event: reset\nid: ${told}\ndata: {"number":${told}}\n\n`);
    join(client);
  };

  /** Tells what was missed, up to the point from which the shared frames go on; there nothing is between reading and joining. */
  const catchUp = async (client: Client, from: number): Promise<void> => {
    const reach = client.principal.scopes(LIVE_PERMISSION);
    let position = from;
    // The reader may come from another process that is a little ahead of this one, or from a database that is no more.
    if (position > told && position > (await lastNumber(pool, schema))) return startAfresh(client);
    while (position !== told && catchingUp.has(client)) {
      if (position > told) {
        await new Promise((resolve) => setTimeout(resolve, frameMs));
        continue;
      }
      const range = { after: position, through: told, limit: REPLAY_CHUNK };
      const heads = await withTransaction(pool, { schema, readOnly: true }, async (tx) => headsBetween(tx, range));
      position = heads.at(-1)?.number ?? range.through;
      const bytes = frameOf(heads, reach, subjectText);
      if (bytes !== undefined) send(client, bytes);
    }
    if (catchingUp.has(client)) join(client);
  };

  /** Ends the stream when the session is over or reaches something else now; the reader comes back and is asked anew. */
  const renew = async (client: Client): Promise<void> => {
    const now = await authenticator.renew(client.principal);
    const before = JSON.stringify(client.principal.scopes(LIVE_PERMISSION));
    const same = now?.holds(LIVE_PERMISSION) === true && JSON.stringify(now.scopes(LIVE_PERMISSION)) === before;
    if (same) client.principal = now;
    else client.response.end();
  };

  const sweep = (): void => {
    sweeps += 1;
    // The id alone moves the reader's place on, so that one who may see little does not seem far behind.
    const pulse = sweeps % 3 === 0 ? Buffer.from(`: here\nid: ${told}\n\n`) : undefined;
    for (const client of all()) {
      if (pulse !== undefined && !catchingUp.has(client)) send(client, pulse);
      renew(client).catch(onError);
    }
  };
  const sweeping = setInterval(sweep, options.sweepMs ?? SWEEP_MS);
  const stopListening = authenticator.onEnded((session) => {
    for (const client of all()) if (client.principal.session === session) client.response.end();
  });

  return {
    open(request, reply) {
      const mine = all().filter(({ principal }) => principal.id === request.principal.id).length;
      if (mine >= maxStreams)
        throw new ProblemError(429, 'too_many_streams', `These are more than ${maxStreams} live streams at once.`, {
          retryAfterSeconds: 30,
        });
      reply.hijack();
      const client: Client = { response: reply.raw, principal: request.principal };
      client.response.on('close', () => leave(client));
      client.response.on('error', () => leave(client));
      begin(client.response);
      catchingUp.add(client);
      const from = placeOf(request);
      if (from === undefined) {
        client.response.write(`id: ${told}\n\n`);
        join(client);
      } else if (Number.isNaN(from) || told - from > MAX_BEHIND) startAfresh(client);
      else {
        catchUp(client, from).catch((error: unknown) => {
          onError(error);
          client.response.destroy();
        });
      }
    },
    size: () => all().length,
    async close() {
      clearInterval(sweeping);
      stopListening();
      await follower.close();
      clearTimeout(frame);
      flush();
      for (const client of all()) client.response.end();
    },
  };
}

/** Adds `GET /live` and ends the streams when the server closes. */
export function registerLiveRoutes(app: Api, live: Live): void {
  route(app, {
    method: 'GET',
    url: '/live',
    operationId: 'live',
    summary: 'What changes, as it changes (server-sent events).',
    description:
      'Each frame: `id` is the number of its last event, `data` is `{"changes":[{"topic","type","subject","entity","location","number"}]}`, or with very ' +
      'many changes `{"changes":[{"topic","count"}]}`. Event `reset`: too much was missed, load everything anew. Resume with Last-Event-ID or `after`.',
    tags: ['platform'],
    permission: LIVE_PERMISSION,
    scope: 'any',
    schema: {
      querystring: Type.Object({ after: Type.Optional(NumberFrom(0)) }),
      response: { 200: Type.String({ description: 'text/event-stream' }) },
    },
    handler: (request, reply) => live.open(request as unknown as FastifyRequest, reply),
  });
  app.addHook('preClose', async () => live.close());
}

function begin(response: ServerResponse): void {
  // The stream ends with its connection; frames then go out as they are, without a chunk around each.
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  response.write(`retry: ${RETRY_MS}\n\n`);
}

/** Where the reader was: undefined when it begins, NaN when what it sends is no number. */
function placeOf(request: FastifyRequest): number | undefined {
  const header = request.headers['last-event-id'];
  if (typeof header === 'string' && header !== '') return /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN;
  return (request.query as { after?: number }).after;
}

/** One frame for all who have this reach; undefined when none of it is for them. */
function frameOf(heads: readonly EventHead[], reach: Reach, subjectText: SubjectText | undefined): Buffer | undefined {
  const last = heads.at(-1);
  const seen = new Map<string, EventHead>();
  for (const head of heads) {
    // The same thing changed thirty times in a frame is one change for a screen; its last number is what counts.
    if (isVisible(head, reach)) seen.set(`${head.topic} ${head.type} ${head.subjectId} ${head.locationId}`, head);
  }
  if (last === undefined || seen.size === 0) return undefined;
  const changes =
    seen.size > MAX_CHANGES ? countsOf(seen.values()) : [...seen.values()].map((head) => changeOf(head, subjectText));
  return Buffer.from(`id: ${last.number}\ndata: ${JSON.stringify({ changes })}\n\n`);
}

function changeOf(head: EventHead, subjectText: SubjectText | undefined) {
  return {
    topic: head.topic,
    type: head.type,
    subject: subjectText === undefined ? head.subjectId : subjectText(head),
    entity: idText('legalEntity', head.entityId),
    location: idText('location', head.locationId),
    number: head.number,
  };
}

function countsOf(heads: Iterable<EventHead>): { topic: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { topic } of heads) counts.set(topic, (counts.get(topic) ?? 0) + 1);
  return [...counts].map(([topic, count]) => ({ topic, count }));
}
