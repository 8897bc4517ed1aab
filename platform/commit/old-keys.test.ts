import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { dropOldKeys } from './old-keys.ts';

let database: TestDatabase;
const DAY = 86_400_000;
const END = Date.parse('2026-11-22T09:00:00Z');
const EVENTS = 20_000;
/** A hundred events a day. */
const timeOf = (number: number): number => END - Math.floor(((EVENTS - number) * DAY) / 100);

beforeAll(async () => {
  database = await createTestDatabase();
  await run(
    `insert into platform_event (number, type, version, topic, occurred_at, recorded_at, business_day, posting_day, body)
     select n, 'Tested', 1, 'test', t, t, t::date, t::date, '{}'
     from (select n, $1::timestamptz - (($2::integer - n) * interval '864 s') as t from generate_series(1, $2::integer) n) e`,
    [new Date(END).toISOString(), EVENTS],
  );
  await run(
    `insert into platform_key select md5(n::text)::uuid, n, md5('b')::uuid from generate_series(1, ${EVENTS}) n`,
  );
  await run('update platform_counter set event_number = $1', [EVENTS]);
});
afterAll(() => database.drop());

async function run(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = await database.pool.connect();
  try {
    await client.query(`set search_path = ${database.schema}`);
    return (await client.query(text, values)).rows as Record<string, unknown>[];
  } finally {
    client.release();
  }
}
const keys = () => run('select count(*)::integer as keys, min(event_number)::integer as first from platform_key');

test('keys of events from before an instant go, in small steps, and no other', async () => {
  expect(await dropOldKeys(database, timeOf(1))).toBe(0);
  const resting = { steps: 0 };
  const pause = async (): Promise<void> => void (resting.steps += 1);
  // Of events at that very instant the keys stay.
  expect(await dropOldKeys(database, END - 90 * DAY, { blocks: 4, pause })).toBe(EVENTS - 90 * 100 - 1);
  expect(await keys()).toEqual([{ keys: 90 * 100 + 1, first: EVENTS - 90 * 100 }]);
  expect(resting.steps).toBeGreaterThan(20);
  expect(await dropOldKeys(database, END - 90 * DAY, { pause })).toBe(0);
});

test('nobody who sells waits for it', async () => {
  const selling = { done: false, longestMs: 0, sold: 0 };
  const seller = (async () => {
    for (let n = EVENTS + 1; !selling.done; n += 1) {
      const since = performance.now();
      await run('insert into platform_key values (md5($1::text)::uuid, $1::bigint, md5($1::text)::uuid)', [n]);
      selling.longestMs = Math.max(selling.longestMs, performance.now() - since);
      selling.sold += 1;
    }
  })();
  const dropped = await dropOldKeys(database, END - 10 * DAY, {
    blocks: 4,
    pause: () => new Promise((done) => setTimeout(done, 1)),
  });
  selling.done = true;
  await seller;
  expect(dropped).toBe(80 * 100);
  expect(selling.sold).toBeGreaterThan(10);
  expect(selling.longestMs).toBeLessThan(5_000);
});

test('it stops when the program does', async () => {
  expect(await dropOldKeys(database, END, { isClosing: () => true })).toBe(0);
});
