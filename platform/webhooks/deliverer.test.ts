/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { withTransaction } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import { appendEvents, entityId, locationId, until } from '../events/testing.ts';
import { lastNumber } from '../events/log.ts';
import type { Deliverer } from './deliverer.ts';
import { addWebhook, deliver, openReceiver, type Received, type TestReceiver } from './testing.ts';
import { disableWebhook } from './disable.ts';
import { openMasterDoor } from '../commit/master-door.ts';
import { findWebhook, listDeliveries, webhookSql, type Delivery, type Webhook } from './webhooks.store.ts';

const database = await createTestDatabase({ max: 12 });
const { pool, schema } = database;
const open: { close(): Promise<void> }[] = [];
const errors: unknown[] = [];
const onError = (error: unknown): void => void errors.push(error);

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
  await pool.query(`delete from ${schema}.platform_webhook`);
  if (errors.length > 0) throw new AggregateError(errors.splice(0), 'the deliverer told of errors');
});
afterAll(async () => database.drop());

const using = <T extends { close(): Promise<void> }>(each: T): T => {
  open.push(each);
  return each;
};
const receiver = async (...args: Parameters<typeof openReceiver>): Promise<TestReceiver> =>
  using(await openReceiver(...args));
const start = (options: Parameters<typeof deliver>[1] = {}): Deliverer =>
  using(deliver(database, { onError, ...options }));
const stateOf = async (webhook: Webhook) =>
  withTransaction(pool, { schema, readOnly: true }, (tx) => findWebhook(tx, webhook.id));
const callsOf = async (webhook: Webhook): Promise<Delivery[]> =>
  withTransaction(pool, { schema, readOnly: true }, (tx) =>
    listDeliveries(tx, webhook.id, { before: undefined, outcome: undefined, eventNumber: undefined, limit: 10_000 }),
  );
const here = (): Promise<number> => lastNumber(pool, schema);
const subject = (n: number): string => `01999c2f-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** Two events each for so many things, mixed. */
const mixed = async (things: number, rounds: number): Promise<void> => {
  for (let round = 0; round < rounds; round += 1)
    for (let n = 0; n < things; n += 1)
      await appendEvents(database, 1, { subjectId: subject(n), notify: n === things - 1 });
};
/** The numbers as they were taken the first time; doubles are left out. */
const firsts = (messages: readonly Received[]): number[] => [...new Set(messages.map(({ number }) => number))];

it('tells what is wanted and may be seen, with what it is about and no more', async () => {
  const [all, some, deaf] = [await receiver(), await receiver(), await receiver()];
  const position = await here();
  await addWebhook(database, { url: all.url, position });
  await addWebhook(database, {
    url: some.url,
    position,
    types: ['stock.*', 'OtherHappened'],
    filter: { locationIds: [locationId], fields: [{ field: 'n', is: 'at_least', value: 1 }] },
    withBody: true,
  });
  const left = await addWebhook(database, { url: deaf.url, position });
  start({
    reachOf: async (ids) =>
      new Map(ids.map((id) => [id, id === left.ownerId ? { entityIds: [], locationIds: [] } : 'all'])),
  });
  await appendEvents(database, 2, { topic: 'stock', entityId, locationId, subjectId: subject(1) });
  await appendEvents(database, 2, { type: 'OtherHappened', entityId, notify: true });
  await until(() => all.received.length === 4 && some.received.length === 1);
  expect(firsts(all.received).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4].map((n) => position + n));
  expect(JSON.parse(some.received[0]?.text ?? '')).toEqual({
    type: 'ThingHappened',
    timestamp: '2026-12-01T09:00:00Z',
    data: {
      number: position + 2,
      topic: 'stock',
      version: 1,
      entityId: expect.stringMatching(/^ent_/),
      locationId: expect.stringMatching(/^loc_/),
      channelId: null,
      subjectId: subject(1),
      recordedAt: '2026-12-01T09:00:00Z',
      businessDay: '2026-12-01',
      body: { n: 1, deep: { x: [1] } },
    },
  });
  expect(all.received[0]?.text).not.toContain('body');
  // What belongs to no place is everybody's, these all had one.
  expect(deaf.received).toEqual([]);
});

it('keeps the order of each thing while calls fail, and lets no thing wait for another', async () => {
  const failures = new Map<number, number>();
  const position = await here();
  const stuck = position + 1;
  const fickle = await receiver(({ number }) => {
    const before = failures.get(number) ?? 0;
    failures.set(number, before + 1);
    if (number === stuck) return before < 6 ? 500 : 200;
    return number % 3 === 0 && before < 2 ? (number % 2 === 0 ? 503 : undefined) : 200;
  });
  const webhook = await addWebhook(database, { url: fickle.url, position });
  start();
  await mixed(10, 6);
  await until(
    async () => (await callsOf(webhook)).filter(({ outcome }) => outcome === 'delivered').length >= 60,
    20_000,
  );
  const taken = fickle.received.filter(
    ({ number }, at) => fickle.received.findLastIndex((one) => one.number === number) === at,
  );
  expect(taken).toHaveLength(60);
  for (let thing = 0; thing < 10; thing += 1) {
    const mine = taken.map(({ number }) => number - position).filter((n) => (n - 1) % 10 === thing);
    expect(mine).toEqual(mine.toSorted((a, b) => a - b));
  }
  // The first thing stood still for its six failures; had the others waited for it, none of them would have come before.
  expect(taken.findIndex(({ number }) => number === stuck)).toBeGreaterThan(5);
  // Every try carried the same id.
  const ids = new Map<number, Set<unknown>>();
  for (const { number, headers } of fickle.received)
    ids.set(number, (ids.get(number) ?? new Set()).add(headers['webhook-id']));
  expect([...ids.values()].every((each) => each.size === 1)).toBe(true);
  expect(new Set([...ids.values()].flatMap((each) => [...each])).size).toBe(60);
});

it('lets a dead and a slow receiver wait for themselves, holds little for them, and tells them all in the end', async () => {
  let isUp = false;
  const [healthy, slow] = [
    await receiver(),
    await receiver(() => new Promise((done) => setTimeout(() => done(200), 150))),
  ];
  const dead = await receiver(() => (isUp ? 200 : undefined));
  const position = await here();
  const [a, b, c] = [
    await addWebhook(database, { url: healthy.url, position }),
    await addWebhook(database, { url: slow.url, position }),
    await addWebhook(database, { url: dead.url, position }),
  ];
  start({ limits: { entries: 40, atOnce: 4 } });
  await until(async () => (await stateOf(a)) !== undefined);
  for (let n = 0; n < 30; n += 1) await appendEvents(database, 50, { notify: true });
  await until(() => healthy.received.length >= 1500, 20_000);
  expect(slow.received.length).toBeLessThan(1_000);
  await until(async () => ((await stateOf(c))?.failingSince ?? null) !== null);
  expect((await stateOf(c))?.waiting).toBe(40);
  expect((await stateOf(b))?.waiting).toBeLessThanOrEqual(40);
  expect((await stateOf(c))?.position).toBeLessThan(position + 100);
  // A receiver that is down is asked by one call at a time, later and later.
  expect(dead.received.length).toBeLessThan(60);
  isUp = true;
  await until(async () => firsts(dead.received).length === 1500, 20_000);
  await until(async () => (await stateOf(c))?.waiting === 0 && (await stateOf(c))?.failingSince === null, 20_000);
  expect(await stateOf(c)).toMatchObject({ position: position + 1500, lastProblem: null });
});

it('writes calls and positions in bulk', async () => {
  const statements: number[] = [];
  const quick = await receiver();
  const position = await here();
  await addWebhook(database, { url: quick.url, position });
  start();
  await until(
    async () => (await pool.query(`select from ${schema}.platform_lease where holder is not null`)).rowCount === 1,
  );
  await appendEvents(database, 400, { notify: true });
  await until(() => quick.received.length === 400);
  await until(async () => (await countCalls()) >= 400);
  const { rows } = await pool.query<{ n: number }>(
    `select count(*)::integer as n from ${schema}.platform_webhook_delivery where event_number > $1 group by xmin order by 1 desc`,
    [position],
  );
  statements.push(...rows.map(({ n }) => n));
  expect(statements.length).toBeLessThan(12);
  expect(statements[0]).toBeGreaterThan(40);
  async function countCalls(): Promise<number> {
    return (
      await pool.query(
        `select count(*)::integer as n from ${schema}.platform_webhook_delivery where event_number > $1`,
        [position],
      )
    ).rows[0].n;
  }
});

it('of two processes one delivers, and the other takes over within seconds when it is killed in the middle', async () => {
  const slowly = await receiver(() => new Promise((done) => setTimeout(() => done(200), 20)));
  const position = await here();
  const webhook = await addWebhook(database, { url: slowly.url, position });
  const victim = fork(join(import.meta.dirname, 'testing-process.ts'), [database.url, schema], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await until(
    async () => (await pool.query(`select from ${schema}.platform_lease where holder is not null`)).rowCount === 1,
  );
  using({ close: async () => void victim.kill('SIGKILL') });
  const second = start();
  await mixed(20, 20);
  await until(() => slowly.received.length > 60);
  expect(second.isDelivering()).toBe(false);
  victim.kill('SIGKILL');
  const seen = slowly.received.length;
  await until(() => second.isDelivering(), 20_000);
  expect(seen).toBeLessThan(400);
  await until(() => firsts(slowly.received).length === 400, 30_000);
  // Nothing lost; what was told again is what had not been written down, under the same id.
  expect(slowly.received.length).toBeLessThanOrEqual(seen + 400);
  const ids = new Map(slowly.received.map(({ number, headers }) => [number, headers['webhook-id']]));
  expect(slowly.received.every(({ number, headers }) => ids.get(number) === headers['webhook-id'])).toBe(true);
  for (let thing = 0; thing < 20; thing += 1) {
    const mine = firsts(slowly.received).filter((number) => (number - position - 1) % 20 === thing);
    expect(mine).toEqual(mine.toSorted((a, b) => a - b));
  }
  await until(async () => (await stateOf(webhook))?.position === position + 400);
}, 40_000);

it('goes on after a clean stop where it was, without telling anything twice', async () => {
  const steady = await receiver(() => new Promise((done) => setTimeout(() => done(200), 10)));
  const position = await here();
  await addWebhook(database, { url: steady.url, position });
  const first = start();
  await mixed(10, 10);
  await until(() => steady.received.length > 20);
  await first.close();
  start();
  await until(() => firsts(steady.received).length === 100);
  expect(steady.received).toHaveLength(100);
});

it('disables what has failed for three days, with an event and a notice, and what says 410 at once', async () => {
  let ahead = 0;
  const told: string[] = [];
  const master = openMasterDoor(database);
  const now = (): number => Date.now() + ahead;
  const [dead, gone] = [await receiver(() => 500), await receiver(() => 410)];
  const position = await here();
  const [failing, refusing] = [
    await addWebhook(database, { url: dead.url, position }),
    await addWebhook(database, { url: gone.url, position }),
  ];
  start({
    now,
    disable: (webhook, reason) =>
      disableWebhook(
        { master, now, systemId: subject(99), tellOwner: async ({ name }) => void told.push(`${name} ${reason}`) },
        webhook,
        reason,
      ),
  });
  await appendEvents(database, 3, { notify: true });
  await until(async () => (await stateOf(refusing))?.disabledReason === 'gone');
  await until(async () => ((await stateOf(failing))?.failingSince ?? null) !== null);
  ahead = 3 * 86_400_000 - 60_000;
  await new Promise((done) => setTimeout(done, 600));
  expect((await stateOf(failing))?.disabledAt).toBeNull();
  ahead = 3 * 86_400_000 + 60_000;
  await until(async () => (await stateOf(failing))?.disabledReason === 'failing');
  expect(told).toEqual(['A test gone', 'A test failing']);
  expect(gone.received.length).toBeLessThanOrEqual(3);
  const calls = dead.received.length;
  const events = await pool.query(
    `select body -> 'after' ->> 'disabledReason' as reason from ${schema}.platform_event where type = 'WebhookDisabled' order by number`,
  );
  expect(events.rows).toEqual([{ reason: 'gone' }, { reason: 'failing' }]);
  await new Promise((done) => setTimeout(done, 500));
  expect(dead.received).toHaveLength(calls);
  const troubled = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
    tx.get<{ troubled: number }>(webhookSql.count_troubled, [null, new Date(now()).toISOString()]),
  );
  expect(troubled).toEqual({ troubled: 2 });
});

it('gives up one event that is refused for three days while the others pass, and its thing goes on', async () => {
  let ahead = 0;
  const position = await here();
  const picky = await receiver(({ number }) => (number === position + 1 ? 422 : 200));
  const webhook = await addWebhook(database, { url: picky.url, position });
  start({ now: () => Date.now() + ahead });
  await appendEvents(database, 2, { subjectId: subject(1) });
  await appendEvents(database, 4, { notify: true });
  await until(() => firsts(picky.received).length === 5);
  ahead = 3 * 86_400_000 + 60_000;
  await until(() => firsts(picky.received).includes(position + 2));
  const givenUp = async () => (await callsOf(webhook)).filter(({ outcome }) => outcome === 'given_up');
  await until(async () => (await givenUp()).length > 0);
  expect((await givenUp()).map(({ eventNumber }) => eventNumber)).toEqual([position + 1]);
  await until(async () => (await stateOf(webhook))?.waiting === 0);
  expect((await stateOf(webhook))?.disabledAt).toBeNull();
});

it('waits as long as the receiver asks for', async () => {
  const busy = await receiver(() => 429, { headers: { 'retry-after': '3600' } });
  const position = await here();
  const webhook = await addWebhook(database, { url: busy.url, position });
  start({ limits: { atOnce: 1 } });
  await appendEvents(database, 5, { notify: true });
  await until(async () => (await callsOf(webhook)).length === 1);
  await new Promise((done) => setTimeout(done, 600));
  expect(busy.received).toHaveLength(1);
});

it('does not tell what the owner may not see any more, though it was waiting', async () => {
  let isUp = false;
  let mayRead = true;
  const late = await receiver(() => (isUp ? 200 : 500));
  const position = await here();
  const webhook = await addWebhook(database, { url: late.url, position });
  start({
    reachOf: async (ids) => new Map(ids.map((id) => [id, mayRead ? 'all' : { entityIds: [], locationIds: [] }])),
  });
  await appendEvents(database, 5, { entityId, notify: true });
  await until(async () => (await callsOf(webhook)).length > 2);
  mayRead = false;
  isUp = true;
  // The change is heard of by the event that any change of people leaves behind, at the latest after two seconds.
  const before = late.received.length;
  await new Promise((done) => setTimeout(done, 2_500));
  const after = late.received.slice(before).length;
  await appendEvents(database, 1, { entityId, notify: true });
  await new Promise((done) => setTimeout(done, 600));
  expect(late.received.slice(before)).toHaveLength(after);
  await until(async () => (await stateOf(webhook))?.waiting === 0);
});

it('keeps calls for thirty days and drops them in pieces', { timeout: 40_000 }, async () => {
  let ahead = 0;
  const quick = await receiver();
  const position = await here();
  const webhook = await addWebhook(database, { url: quick.url, position });
  start({ now: () => Date.now() + ahead });
  await appendEvents(database, 3, { notify: true });
  await until(async () => (await callsOf(webhook)).length === 3);
  ahead = 31 * 86_400_000;
  await expect.poll(async () => (await callsOf(webhook)).length, { timeout: 20_000 }).toBe(0);
});
