/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { afterAll, afterEach, expect, it } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { createTestApi, testPrincipal } from '../http/testing.ts';
import { idText } from '../http/ids.ts';
import { bellOf } from './bell.ts';
import { registerEventRoutes } from './events.routes.ts';
import { follow } from './follow.ts';
import type { Follower } from './follow.ts';
import { lastNumber } from './log.ts';
import { appendEvents, entityId, locationId, until } from './testing.ts';

const database = await createTestDatabase();
const { pool, schema } = database;
const running: Follower[] = [];
const errors: unknown[] = [];
const onError = (error: unknown): void => void errors.push(error);

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (follower) => follower.close()));
  errors.length = 0;
});
afterAll(async () => database.drop());

const start = (
  after: number,
  seen: number[],
  more: { pollMs?: number; name?: string; batchSize?: number } = {},
): Follower => {
  const follower = follow({
    pool,
    schema,
    after,
    onError,
    pollMs: 60_000,
    ...more,
    onEvents: (events) => {
      seen.push(...events.map((event) => event.number));
    },
  });
  running.push(follower);
  return follower;
};

/** Who listens in this test's database: programs of other tests do on the same server. */
const listening = async (): Promise<number[]> => {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and query = 'listen oneshelf_events'`,
  );
  return rows.map((row) => row.pid);
};

it('tells every event once and in order, in batches', async () => {
  await appendEvents(database, 25);
  const seen: number[] = [];
  start(5, seen, { batchSize: 4 });
  await until(() => seen.length === 20);
  expect(seen).toEqual(Array.from({ length: 20 }, (_, at) => at + 6));
});

it('is woken by a notification of another process', async () => {
  const seen: number[] = [];
  const after = await lastNumber(pool, schema);
  start(after, seen);
  await until(async () => (await listening()).length === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await appendEvents(database, 2, { notify: true });
  await until(() => seen.length === 2);
  expect(seen).toEqual([after + 1, after + 2]);
});

it('is woken in this process, and by its clock when nobody rings', async () => {
  const [rung, polled]: [number[], number[]] = [[], []];
  const after = await lastNumber(pool, schema);
  start(after, rung);
  start(after, polled, { pollMs: 30 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await appendEvents(database, 1);
  await until(() => polled.length === 1);
  expect(rung).toEqual([]);
  bellOf(pool).ring(schema);
  await until(() => rung.length === 1);
  expect(polled).toEqual(rung);
});

it('listens again when its connection is ended, and has missed nothing', async () => {
  const seen: number[] = [];
  const after = await lastNumber(pool, schema);
  start(after, seen);
  await until(async () => (await listening()).length === 1);
  const [pid] = await listening();
  await pool.query('select pg_terminate_backend($1)', [pid]);
  await appendEvents(database, 1, { notify: true });
  await until(() => seen.length === 1);
  await until(async () => (await listening()).length === 1 && (await listening())[0] !== pid);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await appendEvents(database, 1, { notify: true });
  await until(() => seen.length === 2);
  expect(seen).toEqual([after + 1, after + 2]);
});

it('gives the same events again when they could not be handled', async () => {
  const after = await lastNumber(pool, schema);
  await appendEvents(database, 3);
  const tries: number[][] = [];
  running.push(
    follow({
      pool,
      schema,
      after,
      onError,
      onHeads: (heads) => {
        tries.push(heads.map((head) => head.number));
        if (tries.length < 3) throw new Error('not now');
      },
    }),
  );
  await until(() => tries.length === 3);
  expect(tries).toEqual([1, 2, 3].map(() => [after + 1, after + 2, after + 3]));
  expect(errors).toHaveLength(2);
});

it('goes on where it stopped when it has a name', async () => {
  const after = await lastNumber(pool, schema);
  const [before, later]: [number[], number[]] = [[], []];
  await appendEvents(database, 2);
  const first = start(after, before, { name: 'named' });
  await until(() => before.length === 2);
  await first.close();
  await appendEvents(database, 1);
  start(0, later, { name: 'named' });
  await until(() => later.length === 1);
  expect(later).toEqual([after + 3]);
});

it('moves its cursor in the transaction it hands out, so that two of one name do everything once', async () => {
  const after = await lastNumber(pool, schema);
  await pool.query(`create table ${schema}.seen_by_test (number bigint not null)`);
  await appendEvents(database, 40);
  let failures = 0;
  const insert = { name: 'follow_test.insert', text: 'insert into seen_by_test select unnest($1::bigint[])' };
  for (let n = 0; n < 2; n += 1) {
    running.push(
      follow({
        pool,
        schema,
        after,
        name: 'exact',
        batchSize: 3,
        onError,
        pollMs: 20,
        onEventsIn: async (tx, events) => {
          await tx.run(insert, [events.map((event) => event.number)]);
          failures += 1;
          if (failures % 5 === 0) throw new Error('after the write');
        },
      }),
    );
  }
  const count = async (): Promise<number> =>
    (await pool.query(`select count(*)::integer as n from ${schema}.seen_by_test`)).rows[0].n;
  await until(async () => (await count()) >= 40);
  expect(errors.length).toBeGreaterThan(0);
  const twice = await pool.query(`select number from ${schema}.seen_by_test group by number having count(*) > 1`);
  expect([await count(), twice.rows]).toEqual([40, []]);
});

it('stands still before a gap and says so', async () => {
  const seen: number[] = [];
  await withTransaction(pool, { schema }, async (tx) =>
    tx.client.query('update platform_counter set event_number = event_number + 1'),
  );
  const after = await lastNumber(pool, schema);
  await appendEvents(database, 1);
  start(after, seen);
  await until(() => errors.length > 0);
  expect(String(errors[0])).toContain('gap');
  expect(seen).toEqual([]);
});

it('lists events to those who may see them', async () => {
  const from = await lastNumber(pool, schema);
  await appendEvents(database, 1);
  await appendEvents(database, 2, { entityId, locationId });
  await appendEvents(database, 2, { entityId: '01999c2f-0000-7000-8000-0000000000e2', type: 'Other' });
  const api = await createTestApi((app) => registerEventRoutes(app, { pool, schema }));
  const numbers = async (
    principal: ReturnType<typeof testPrincipal>,
    query = '',
  ): Promise<[number[], string | null]> => {
    const { body } = await api.as(principal).get(`/events?after=${from}${query}`);
    return [body.items.map((item: { number: number }) => item.number - from), body.next];
  };
  expect(await numbers(testPrincipal(['event:read']))).toEqual([[1, 2, 3, 4, 5], null]);
  expect(await numbers(testPrincipal(['event:read'], { entityIds: [], locationIds: [locationId] }))).toEqual([
    [1, 2, 3],
    null,
  ]);
  expect(await numbers(testPrincipal(['event:read'], { entityIds: [entityId], locationIds: [] }), '&limit=2')).toEqual([
    [1, 2],
    String(from + 2),
  ]);
  expect(await numbers(testPrincipal(['event:read']), '&type=Other')).toEqual([[4, 5], null]);
  const one = (await api.as(testPrincipal('all')).get(`/events?after=${from + 1}&limit=1`)).body.items[0];
  expect(one).toMatchObject({
    locationId: idText('location', locationId),
    body: { n: 0, deep: { x: [1] } },
    businessDay: '2026-12-01',
  });
  expect((await api.as(testPrincipal(['stock:read'])).get('/events')).status).toBe(403);
  await api.close();
});
