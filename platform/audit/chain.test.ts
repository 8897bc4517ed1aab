import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { appendEvents } from '../events/testing.ts';
import { auditHead, headText, readHead, sealAudit, verifyAudit, type Head } from './chain.ts';

const now = Date.UTC(2027, 0, 1);
let database: TestDatabase;
let pinned: Head;

const change = (text: string, values: unknown[] = []): Promise<unknown> =>
  database.pool.query(text.replaceAll('$$', `${database.schema}.`), values);

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await change('truncate $$platform_event, $$platform_audit_chain');
  await change('update $$platform_counter set event_number = 0');
  await appendEvents(database, 2_345);
  await sealAudit(database, { now });
  pinned = await auditHead(database);
});

test('a chain that nobody touched is whole, with blocks of at most a thousand', async () => {
  expect(await verifyAudit(database, pinned)).toEqual({ kind: 'whole', head: pinned, blocks: 3, unsealed: 0 });
  expect(readHead(headText(pinned))).toEqual(pinned);
  expect(readHead('12:abc')).toBeUndefined();
  // What came a moment ago is sealed with what comes next, or in five minutes.
  await appendEvents(database, 10);
  const justNow = Date.UTC(2026, 11, 1);
  expect(await sealAudit(database, { now: justNow })).toBe(0);
  expect(await verifyAudit(database, pinned)).toMatchObject({ kind: 'whole', unsealed: 10 });
  expect(await sealAudit(database, { now })).toBe(10);
  expect(await verifyAudit(database, pinned)).toMatchObject({ kind: 'whole', blocks: 4, unsealed: 0 });
});

test('two processes that seal at once write every block once', async () => {
  await appendEvents(database, 3_000);
  await Promise.all(Array.from({ length: 4 }, () => sealAudit(database, { now })));
  expect(await verifyAudit(database, pinned)).toMatchObject({ kind: 'whole', unsealed: 0 });
});

test.each([
  [
    'a changed body',
    `update $$platform_event set body = '{"n":0}' where number = 1500`,
    { number: 1500, why: 'event_changed' },
  ],
  [
    'a body that means the same and is written otherwise',
    `update $$platform_event set body = (body::text || ' ')::json where number = 7`,
    { number: 7, why: 'event_changed' },
  ],
  [
    'another actor',
    `update $$platform_event set actor_id = gen_random_uuid() where number = 2345`,
    { number: 2345, why: 'event_changed' },
  ],
  [
    'another time',
    `update $$platform_event set occurred_at = occurred_at + interval '1 second' where number = 1000`,
    { number: 1000, why: 'event_changed' },
  ],
  ['a deleted event', 'delete from $$platform_event where number = 42', { number: 42, why: 'event_missing' }],
  [
    'two events that changed places',
    `update $$platform_event e set body = o.body, type = o.type from $$platform_event o
     where (e.number, o.number) in ((1200, 1201), (1201, 1200))`,
    { number: 1200, why: 'event_changed' },
  ],
  [
    'a changed hash',
    `update $$platform_audit_chain set hash = repeat('a', 64) where first_number = 1001`,
    { number: 1001, why: 'chain_changed' },
  ],
  [
    'a block taken out',
    'delete from $$platform_audit_chain where first_number = 1001',
    { number: 1001, why: 'chain_changed' },
  ],
  [
    'an end of events cut off',
    'delete from $$platform_event where number > 2300',
    { number: 2301, why: 'event_missing' },
  ],
])('%s is found', async (_, text, found) => {
  await change(text);
  expect(await verifyAudit(database)).toEqual({ kind: 'broken', ...found });
});

test('who cuts off events, their blocks and the counter is found out by the pinned head, and by nothing else', async () => {
  await change('delete from $$platform_event where number > 1000');
  await change('delete from $$platform_audit_chain where first_number > 1000');
  expect(await verifyAudit(database)).toEqual({ kind: 'broken', number: 1001, why: 'cut_off' });
  await change('update $$platform_counter set event_number = 1000');
  expect(await verifyAudit(database)).toMatchObject({ kind: 'whole' });
  expect(await verifyAudit(database, pinned)).toEqual({ kind: 'broken', number: 1001, why: 'cut_off' });
});

test('who changes an event and computes the chain anew is found out by the pinned head', async () => {
  await change(`update $$platform_event set body = '{"n":0}' where number = 2000`);
  await change('delete from $$platform_audit_chain where first_number >= 1001');
  await sealAudit(database, { now });
  expect(await verifyAudit(database)).toMatchObject({ kind: 'whole' });
  expect(await verifyAudit(database, pinned)).toEqual({ kind: 'broken', number: 2001, why: 'chain_changed' });
});
