import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMasterDoor } from '../commit/master-door.ts';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { forgetAddresses, openOrigins, type Origin } from './origins.ts';
import { openSecurityLog } from './security.ts';

let database: TestDatabase;
const clock = { now: Date.UTC(2026, 10, 22, 12) };
const fail = (error: unknown): void => {
  throw error;
};
const open = () => openOrigins({ ...database, now: () => clock.now, onError: fail });
const rows = async (text: string): Promise<Record<string, unknown>[]> =>
  (await database.pool.query(text.replaceAll('$', `${database.schema}.`))).rows as Record<string, unknown>[];
const session = (more: Partial<Origin> = {}): Origin => ({
  kind: 'session',
  principalId: '01900000-0000-7000-8000-000000000001',
  credential: 'hash',
  address: '203.0.113.9',
  userAgent: 'Browser',
  ...more,
});

beforeAll(async () => {
  database = await createTestDatabase({ pipeline: true });
});
afterAll(() => database.drop());

test('a session at an address is one origin, in every process, and costs nothing the second time', async () => {
  const origins = open();
  const first = origins.of(session());
  expect(first).toBeInstanceOf(Promise);
  const id = await first;
  expect(origins.of(session())).toBe(id);
  expect(await open().of(session())).toBe(id);
  expect(await origins.of(session({ address: '203.0.113.10' }))).not.toBe(id);
  expect(await origins.of(session({ credential: 'other' }))).not.toBe(id);
  expect(await origins.ofJob('imports')).toBe(await open().ofJob('imports'));
});

test('two who meet an origin at once meet the same one', async () => {
  const ids = await Promise.all(
    Array.from({ length: 8 }, () => Promise.resolve(open().of(session({ credential: 'race' })))),
  );
  expect(new Set(ids).size).toBe(1);
});

test('addresses are erased after their time, the origin stays, and is not met again', async () => {
  const id = await open().of(session({ credential: 'old' }));
  clock.now += 1_000;
  expect(await forgetAddresses(database, clock.now)).toBeGreaterThan(0);
  expect(await rows(`select kind, address, user_agent from $platform_origin where id = '${id}'`)).toEqual([
    { kind: 'session', address: null, user_agent: null },
  ]);
  expect(await rows("select address from $platform_origin where kind = 'job'")).toEqual([{ address: '' }]);
  expect(await open().of(session({ credential: 'old' }))).not.toBe(id);
});

test('who was turned away is noted once a minute, with how often, in the one stream', async () => {
  const origins = open();
  const master = openMasterDoor(database);
  const systemId = randomUUID();
  const security = openSecurityLog({ master, origins, principalId: systemId, now: () => clock.now, onError: fail });
  const origin = session({ credential: 'denied' });
  const note = { type: 'AttemptDenied', origin, operation: 'closePeriod', reason: 'not_allowed' } as const;
  for (let n = 0; n < 5; n += 1) security.note({ ...note, at: clock.now });
  security.note({ ...note, type: 'SignedIn', personId: origin.principalId, at: clock.now });
  await security.flush();
  const noted = await rows(
    "select type, topic, actor_id, origin_id, body->>'operation' as operation, body->>'times' as times from $platform_event order by number",
  );
  const common = { topic: 'security', actor_id: origin.principalId, origin_id: await origins.of(origin) };
  expect(noted).toEqual([
    { ...common, type: 'AttemptDenied', operation: 'closePeriod', times: '5' },
    { ...common, type: 'SignedIn', operation: 'closePeriod', times: null },
  ]);
  await security.close();
});
