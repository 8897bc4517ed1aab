/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked into as they came */
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Principal } from '../auth/principal.ts';
import { createTestDatabase } from '../db/testing.ts';
import { appendEvents, entityId, locationId, until } from '../events/testing.ts';
import { closeApi, createApi } from '../http/app.ts';
import { idText } from '../http/ids.ts';
import { testPrincipal } from '../http/testing.ts';
import { createLive, LIVE_PERMISSION, MAX_BEHIND, registerLiveRoutes } from './live.ts';

const MAX_STREAMS = 20;
const database = await createTestDatabase();
const everywhere = testPrincipal([LIVE_PERMISSION], 'all', '01999c2f-0000-7000-8000-000000000001');
const shop = testPrincipal(
  [LIVE_PERMISSION],
  { entityIds: [], locationIds: [locationId] },
  '01999c2f-0000-7000-8000-000000000002',
);
const principals = new Map<string, Principal | undefined>([
  ['everywhere', everywhere],
  ['shop', shop],
  ['leaving', { ...everywhere, session: 'leaving' }],
  ['greedy', { ...everywhere, id: '01999c2f-0000-7000-8000-000000000003', session: 'greedy' }],
]);
const bySession = new Map([...principals.values()].map((one) => [one?.session ?? '', one]));
const endListeners = new Set<(session: string) => void>();
const errors: unknown[] = [];

const live = await createLive({
  ...database,
  sweepMs: 60,
  maxStreams: MAX_STREAMS,
  onError: (error) => errors.push(error),
  authenticator: {
    renew: async (principal) => bySession.get(principal.session),
    onEnded: (listener) => {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
    },
  },
});
const app = await createApi({
  logger: pino({ level: 'silent' }),
  ready: async () => undefined,
  authenticate: (request) => principals.get(String(request.headers['x-who'])),
});
registerLiveRoutes(app, live);
let port = 0;
const open: ClientRequest[] = [];

beforeAll(async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  for (const one of open) one.destroy();
  await closeApi(app, 500);
  await database.drop();
});

type Frame = { id: number; event: string | undefined; changes: Record<string, unknown>[] };
type Reader = {
  frames: Frame[];
  text: () => string;
  ended: () => boolean;
  response: IncomingMessage;
  numbers: () => unknown[];
};

const read = async (who: string, headers: Record<string, string> = {}): Promise<Reader> => {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = httpRequest({ port, path: '/api/v1/live', headers: { 'x-who': who, ...headers } }, resolve);
    asked.on('error', reject).end();
    open.push(asked);
  });
  const frames: Frame[] = [];
  let [text, rest, ended] = ['', '', false];
  response.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
    rest += piece;
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const lines = Object.fromEntries(
        rest
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      rest = rest.slice(end + 2);
      if (lines['data'] !== undefined)
        frames.push({
          id: Number(lines['id']),
          event: lines['event'],
          changes: JSON.parse(lines['data']).changes ?? [],
        });
    }
  });
  response
    .on('close', () => {
      ended = true;
    })
    .on('error', () => undefined);
  return {
    frames,
    text: () => text,
    ended: () => ended,
    response,
    numbers: () => frames.flatMap((frame) => frame.changes.map((change) => change['number'])),
  };
};
const notify = true;

it('is opened so many times by one and no more, while others come in', async () => {
  const streams = await Promise.all(Array.from({ length: MAX_STREAMS }, () => read('greedy')));
  expect(new Set(streams.map(({ response }) => response.statusCode))).toEqual(new Set([200]));
  const oneMore = await read('greedy');
  expect([oneMore.response.statusCode, oneMore.response.headers['retry-after']]).toEqual([429, '30']);
  const other = await read('shop');
  expect(other.response.statusCode).toBe(200);
  streams[0]?.response.destroy();
  await until(() => live.size() === MAX_STREAMS);
  expect((await read('greedy')).response.statusCode).toBe(200);
  for (const one of open.splice(0)) one.destroy();
  await until(() => live.size() === 0);
});

it('tells what changed in frames, with ids as outsiders know them', async () => {
  const reader = await read('everywhere');
  expect(reader.response.headers['content-type']).toContain('text/event-stream');
  await until(() => reader.text().includes('id: '));
  const last = await appendEvents(database, 1, {
    topic: 'stock',
    type: 'GoodsReceived',
    entityId,
    locationId,
    subjectId: '01999c2f-0000-7000-8000-0000000000a1',
    notify,
  });
  await until(() => reader.frames.length === 1);
  expect(reader.frames[0]).toEqual({
    id: last,
    event: undefined,
    changes: [
      {
        topic: 'stock',
        type: 'GoodsReceived',
        subject: '01999c2f-0000-7000-8000-0000000000a1',
        entity: idText('legalEntity', entityId),
        location: idText('location', locationId),
        number: last,
      },
    ],
  });
});

it('tells a burst as few frames, the same thing once, and very many things as counts', async () => {
  const reader = await read('everywhere');
  await until(() => reader.text().includes('id: '));
  const last = await appendEvents(database, 300, { notify });
  await until(() => reader.frames.at(-1)?.id === last);
  expect(reader.frames.flatMap((frame) => frame.changes)).toHaveLength(reader.frames.length);
  const subjects = Array.from({ length: 250 }, (_, n) => `01999c2f-0000-7000-8000-${String(n).padStart(12, '0')}`);
  const before = reader.frames.length;
  // One commit, so that they arrive together.
  await Promise.all(
    subjects.map(async (subjectId, n) =>
      appendEvents(database, 1, { subjectId, topic: n % 2 === 0 ? 'order' : 'stock', notify: n === 249 }),
    ),
  );
  await until(() => reader.frames.at(-1)?.id === last + 250);
  const told = reader.frames
    .slice(before)
    .flatMap((frame) => frame.changes)
    .reduce((sum, change) => sum + Number(change['count'] ?? 1), 0);
  expect(told).toBe(250);
  expect(JSON.stringify(reader.frames.slice(before).filter((frame) => frame.changes.length > 200))).toBe('[]');
});

it('tells each reader only what their grants reach', async () => {
  const [all, some] = [await read('everywhere'), await read('shop')];
  await until(() => live.size() >= 2 && some.text().includes('id: '));
  const last = await appendEvents(database, 1, { entityId, notify });
  await appendEvents(database, 1, { entityId, locationId, notify });
  await appendEvents(database, 1, { subjectId: entityId, notify });
  await until(() => all.frames.at(-1)?.id === last + 2 && some.frames.at(-1)?.id === last + 2);
  expect(all.numbers()).toEqual([last, last + 1, last + 2]);
  expect(some.numbers()).toEqual([last + 1, last + 2]);
});

it('resumes where the reader was, and goes on from there', async () => {
  const from = await appendEvents(database, 1, { notify });
  const subjectId = entityId;
  await appendEvents(database, 1, { type: 'A', locationId, subjectId, notify });
  await appendEvents(database, 1, { type: 'B', locationId: '01999c2f-0000-7000-8000-0000000000f2', notify });
  const witness = await read('everywhere', { 'last-event-id': String(from) });
  await until(() => witness.numbers().length === 2);
  const reader = await read('shop', { 'last-event-id': String(from) });
  await until(() => reader.numbers().length === 1);
  await appendEvents(database, 1, { type: 'C', locationId, notify });
  await until(() => reader.numbers().length === 2 && witness.numbers().length === 3);
  expect(reader.numbers()).toEqual([from + 1, from + 3]);
  expect(witness.numbers()).toEqual([from + 1, from + 2, from + 3]);
});

it.each(['999999999', 'nonsense'])('starts afresh a reader who says it was at %s', async (place) => {
  const reader = await read('everywhere', { 'last-event-id': place });
  await until(() => reader.frames.length === 1);
  expect(reader.frames[0]?.event).toBe('reset');
});

it('starts afresh a reader who is too far behind', async () => {
  const from = await appendEvents(database, 1, { notify });
  const last = await appendEvents(database, MAX_BEHIND + 1, { notify });
  const witness = await read('everywhere', { 'last-event-id': String(from + 2) });
  await until(() => witness.frames.at(-1)?.id === last);
  const reader = await read('everywhere', { 'last-event-id': String(from) });
  await until(() => reader.frames.length === 1);
  expect(reader.frames[0]).toMatchObject({ event: 'reset', id: last });
});

it('shows that it is alive, and moves on readers who may see nothing', async () => {
  const reader = await read('shop');
  const last = await appendEvents(database, 1, { entityId, notify });
  await until(() => reader.text().includes(`: here\nid: ${last}\n\n`));
  expect(reader.frames).toEqual([]);
});

it('ends when the session ends here, and when it no longer holds', async () => {
  const [signedOut, changed] = [await read('leaving'), await read('leaving')];
  await until(() => signedOut.text() !== '' && changed.text() !== '');
  for (const listener of endListeners) listener('leaving');
  await until(() => signedOut.ended() && changed.ended());
  const later = await read('leaving');
  await until(() => later.text() !== '');
  bySession.set('leaving', shop);
  await until(() => later.ended());
  expect([signedOut.frames, later.frames]).toEqual([[], []]);
});

it('cuts off a reader who does not read', async () => {
  const size = live.size();
  const reader = await read('everywhere');
  await until(() => live.size() === size + 1);
  reader.response.pause();
  reader.response.socket.pause();
  for (let n = 0; n < 120 && live.size() > size; n += 1) {
    await Promise.all(
      Array.from({ length: 6 }, async (_, at) =>
        appendEvents(database, 1, { topic: 'x'.repeat(600_000), type: `${n} ${at}`, notify }),
      ),
    );
  }
  await until(() => live.size() <= size);
  expect(errors).toEqual([]);
});

it('is not for strangers, nor for those who may not', async () => {
  expect((await app.inject('/api/v1/live')).statusCode).toBe(401);
  principals.set('none', testPrincipal([]));
  expect((await app.inject({ url: '/api/v1/live', headers: { 'x-who': 'none' } })).statusCode).toBe(403);
});

it('ends all streams when the server closes, telling when to come back', async () => {
  const reader = await read('everywhere');
  await until(() => reader.text().includes('retry: '));
  const began = performance.now();
  await closeApi(app, 20_000);
  expect(performance.now() - began).toBeLessThan(15_000);
  await until(() => reader.ended());
  expect(live.size()).toBe(0);
  expect(errors).toEqual([]);
});
