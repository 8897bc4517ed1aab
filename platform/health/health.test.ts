import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../db/pool.ts';
import { createTestDatabase } from '../db/testing.ts';
import type { TestDatabase } from '../db/testing.ts';
import { closeApi, createApi } from '../http/app.ts';
import { startMailServer } from '../mail/testing.ts';
import { mailWay, webhookWay } from './alert-ways.ts';
import { alertStep, createAlerts, OVER_MS, REMIND_MS } from './alerts.ts';
import type { Alert, AlertWay } from './alerts.ts';
import { fine, finding, spanText } from './check.ts';
import type { Finding, HealthCheck } from './check.ts';
import {
  backupCheck,
  certificateCheck,
  clockCheck,
  databaseCheck,
  diskCheck,
  followersCheck,
  jobsCheck,
  migrationsCheck,
  partitionsCheck,
  quarantineCheck,
  replicationCheck,
} from './checks.ts';
import { startHealth } from './health.ts';
import { registerHealthRoutes } from './health.routes.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.drop());

const start = Date.parse('2026-11-22T09:00:00Z');
const hour = 3_600_000;
const GB = 1024 ** 3;
const bad: Finding = { state: 'bad', problem: 'The disk is full.', remedy: 'Make room.', figures: { freeBytes: 0 } };
const check = (name: string, run: () => Promise<Finding> = async () => bad): HealthCheck => ({
  name,
  title: 'Disk space',
  everyMs: 10,
  about: 'installation',
  run,
});

test.each([
  ['nothing told, and bad', undefined, true, 'raise'],
  ['nothing told, and good', undefined, false, 'wait'],
  ['begun but nobody could be told', { toldAt: undefined, goodSince: undefined }, true, 'raise'],
  ['begun but nobody could be told, and good again', { toldAt: undefined, goodSince: undefined }, false, 'forget'],
  ['told, and still bad', { toldAt: start - REMIND_MS + 1, goodSince: undefined }, true, 'wait'],
  ['told a day ago, and still bad', { toldAt: start - REMIND_MS, goodSince: undefined }, true, 'remind'],
  ['told, and good for the first time', { toldAt: start - hour, goodSince: undefined }, false, 'note'],
  ['told, and good not long enough', { toldAt: start - hour, goodSince: start - OVER_MS + 1 }, false, 'wait'],
  ['told, and good long enough', { toldAt: start - hour, goodSince: start - OVER_MS }, false, 'resolve'],
  ['told, was good, and is bad again', { toldAt: start - hour, goodSince: start - 1 }, true, 'note'],
] as const)('%s', (_, told, isBad, step) => {
  expect(alertStep(told, isBad, start).kind).toBe(step);
});

test('by mail and webhook people are told once when it turns bad, daily, and once when it is over, by one of two processes', async () => {
  const mails = await startMailServer();
  const posts: Alert[] = [];
  const hook = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      posts.push(JSON.parse(body) as Alert);
      response.end();
    });
  });
  await new Promise<void>((done) => hook.listen(0, '127.0.0.1', done));
  let now = start;
  const deps = { smtpUrl: mails.url, from: 'Oneshelf <x@example.com>', folder: '.' };
  const ways = [
    mailWay(deps, ['it@example.com', 'boss@example.com']),
    webhookWay(`http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`),
  ];
  const make = () =>
    createAlerts({ ...database, now: () => now, ways, installation: 'https://shop.example.com', onError: raise });
  const processes = [make(), make()];
  const all = async (found: Finding): Promise<void> => {
    await Promise.all(processes.map((alerts) => alerts.found(check('disk_1'), found)));
  };
  await all(fine());
  expect(posts).toEqual([]);
  await all(bad);
  now += hour;
  await all(bad);
  expect(posts.map(({ type }) => type)).toEqual(['alert.raised']);
  expect(mails.mails.map(({ recipients }) => recipients[0])).toEqual(['it@example.com', 'boss@example.com']);
  expect(mails.mails[0]?.text).toContain('Subject: [Oneshelf] Bad: Disk space');
  expect(mails.mails[0]?.text).toContain('What to do: Make room.');
  now += REMIND_MS;
  await all(bad);
  await all(fine());
  now += OVER_MS;
  await all(fine());
  await all(fine());
  expect(posts.map(({ type }) => type)).toEqual(['alert.raised', 'alert.reminder', 'alert.resolved']);
  expect(posts[0]).toMatchObject({
    check: 'disk_1',
    problem: 'The disk is full.',
    remedy: 'Make room.',
    installation: 'https://shop.example.com',
    figures: { freeBytes: 0 },
  });
  expect(await processes[0]?.sendTest()).toEqual([
    { way: 'mail', error: undefined },
    { way: 'webhook', error: undefined },
  ]);
  hook.close();
  await mails.close();
});

const raise = (error: unknown): never => {
  throw error;
};

test('when nobody could be told it is tried again; one way that gets through is enough', async () => {
  let isUp = false;
  const sent: string[] = [];
  const errors: unknown[] = [];
  const way = (name: string, works: () => boolean): AlertWay => ({
    name,
    async send({ type }) {
      if (!works()) throw new Error(`${name} is away`);
      sent.push(`${name} ${type}`);
    },
  });
  const alerts = createAlerts({
    ...database,
    now: () => start,
    ways: [way('mail', () => isUp), way('webhook', () => false)],
    installation: 'x',
    onError: (error) => errors.push(error),
  });
  await expect(alerts.found(check('retry'), bad)).rejects.toThrow('Nobody could be told');
  isUp = true;
  await alerts.found(check('retry'), bad);
  await alerts.found(check('retry'), bad);
  expect(sent).toEqual(['mail alert.raised']);
  expect(errors).toHaveLength(3);
});

test('without a database each process remembers for itself, and hands over when it is back', async () => {
  const sent: string[] = [];
  let now = start;
  const ways: AlertWay[] = [{ name: 'x', send: async ({ type }) => void sent.push(type) }];
  const url = new URL(database.url);
  const away = createPool({ url: 'postgres://postgres@127.0.0.1:1/none', max: 1 });
  const pool = new Proxy(database.pool, {
    get: (target, name) =>
      name === 'connect' && isAway ? () => away.connect() : (Reflect.get(target, name) as unknown),
  });
  let isAway = true;
  const alerts = createAlerts({
    pool,
    schema: database.schema,
    now: () => now,
    ways,
    installation: url.host,
    onError: raise,
  });
  await alerts.found(check('gone'), bad);
  await alerts.found(check('gone'), bad);
  expect(sent).toEqual(['alert.raised']);
  isAway = false;
  await alerts.found(check('gone'), fine());
  now += OVER_MS;
  await alerts.found(check('gone'), fine());
  expect(sent).toEqual(['alert.raised', 'alert.resolved']);
  await away.end();
});

test('checks run by themselves; one that throws is unknown, not bad', async () => {
  const found: string[] = [];
  let now = start;
  const health = startHealth({
    checks: [
      check('one', async () => fine()),
      check('two', () => Promise.reject(new Error('no connection'))),
      { ...check('three'), everyMs: 'on_demand' },
    ],
    now: () => (now += 100),
    tickMs: 5,
    onError: raise,
    onFound: async ({ name }, { state }) => void found.push(`${name} ${state}`),
  });
  while (found.length < 4) await new Promise((done) => setTimeout(done, 5));
  expect(found.slice(0, 2)).toEqual(['one ok', 'two warn']);
  expect(health.results().map((result) => result.finding?.state)).toEqual(['ok', 'warn', undefined]);
  expect((await health.runNow('three', 1_000))?.finding?.state).toBe('bad');
  expect(await health.runNow('four', 1)).toBeUndefined();
  expect(() => health.register(check('one'))).toThrow('there already');
  await health.close();
});

const backupOf = (of: {
  goodAt?: number;
  trouble?: string;
  since?: number;
  everyMs?: number | undefined;
}): HealthCheck =>
  backupCheck({
    latest: async () => ({ goodAt: of.goodAt, trouble: of.trouble ?? null }),
    everyMs: 'everyMs' in of ? of.everyMs : hour,
    since: of.since ?? start,
    now: () => start,
  });

test.each<[string, HealthCheck, string, RegExp | undefined, string?]>([
  ['a large free disk', diskCheck('.', async () => ({ free: 50 * GB, size: 100 * GB })), 'ok', undefined],
  [
    'a tenth of a small disk',
    diskCheck('.', async () => ({ free: 4 * GB, size: 40 * GB })),
    'warn',
    /4\.0 GB \(10 %\)/,
  ],
  ['hardly a disk', diskCheck('.', async () => ({ free: 0.5 * GB, size: 4 * GB })), 'bad', /0\.5 GB/],
  [
    'no certificate of ours',
    certificateCheck(
      () => undefined,
      () => start,
    ),
    'ok',
    undefined,
  ],
  [
    'a fresh certificate',
    certificateCheck(
      () => start + 60 * 24 * hour,
      () => start,
    ),
    'ok',
    undefined,
  ],
  [
    'a certificate for ten days',
    certificateCheck(
      () => start + 240 * hour,
      () => start,
    ),
    'warn',
    /10 days more/,
  ],
  [
    'a certificate that is over',
    certificateCheck(
      () => start - 1,
      () => start,
    ),
    'bad',
    /no longer valid/,
  ],
  ['a backup that is not due yet', backupOf({}), 'ok', undefined],
  ['no backup', backupOf({ since: start - 2 * hour }), 'warn', /no backup/, 'none'],
  ['a fresh backup', backupOf({ goodAt: start }), 'ok', undefined],
  ['an old backup', backupOf({ goodAt: start - 3 * hour }), 'bad', /3 h ago/, 'old'],
  ['a backup that failed', backupOf({ goodAt: start, trouble: 'The disk is full.' }), 'warn', /disk is full/, 'failed'],
  ['no plan', backupOf({ everyMs: undefined, since: 0 }), 'ok', undefined],
])('%s', async (_, one, state, problem, reason) => {
  const found = await one.run();
  expect(found.state).toBe(state);
  if (problem !== undefined)
    expect(found).toMatchObject({
      problem: expect.stringMatching(problem) as unknown,
      remedy: expect.any(String) as unknown,
      ...(reason === undefined ? {} : { reason }),
    });
});

test('the database is looked at, and each thing that can be wrong with it is found', async () => {
  const { pool, schema } = database;
  const at = { pool, schema };
  const now = (): number => start;
  const state = async (one: HealthCheck): Promise<string> => (await one.run()).state;
  expect(await state(databaseCheck({ pool, now: Date.now }))).toMatch(/ok|warn/);
  const away = createPool({ url: 'postgres://postgres@127.0.0.1:1/none', max: 1 });
  expect(await state(databaseCheck({ pool: away, now: Date.now }))).toBe('bad');
  await away.end();
  expect(await state(clockCheck({ pool, now: Date.now }))).toBe('ok');
  expect(await state(clockCheck({ pool, now: () => Date.now() + 60_000 }))).toBe('bad');
  expect(await state(replicationCheck({ ...at, read: undefined }))).toBe('ok');
  expect(await state(replicationCheck({ ...at, read: pool }))).toBe('ok');
  expect(await state(partitionsCheck(at))).toBe('ok');
  expect(await state(migrationsCheck(at, 'db/migrations'))).toBe('ok');
  await pool.query(`update ${schema}.platform_migration set finished_at = null where name like '%platform__alerts%'`);
  expect(await migrationsCheck(at, 'db/migrations').run()).toMatchObject({ state: 'bad', figures: { pending: 1 } });

  expect(await state(quarantineCheck(at, now))).toBe('ok');
  await pool.query(
    `insert into ${schema}.platform_quarantine (id, source_id, reason, detail, raw, received_at) values ($1, $1, 'x', 'x', 'x', $2)`,
    ['00000000-0000-7000-8000-000000000009', new Date(start - hour)],
  );
  expect(await quarantineCheck(at, now).run()).toMatchObject({ state: 'warn', figures: { waiting: 1 } });
  expect(await state(quarantineCheck(at, () => start + 100 * hour))).toBe('bad');

  expect(await state(followersCheck(at))).toBe('ok');
  await pool.query(`insert into ${schema}.platform_follower values ('webhooks', 0, $1)`, [new Date(start)]);
  await pool.query(`update ${schema}.platform_counter set event_number = 30000`);
  expect(await followersCheck(at).run()).toMatchObject({
    state: 'warn',
    problem: expect.stringContaining('webhooks') as unknown,
  });

  expect(await state(jobsCheck(at, now))).toBe('ok');
  await pool.query(`create schema ${schema}_jobs`);
  await pool.query(
    `create table ${schema}_jobs.jobs (task_identifier text, last_error text, attempts int, max_attempts int, run_at timestamptz, locked_at timestamptz, updated_at timestamptz)`,
  );
  const job = (attempts: number, runAt: number, lockedAt: number | null) =>
    pool.query(`insert into ${schema}_jobs.jobs values ('mail', 'no route', $1, 12, $2, $3, $2)`, [
      attempts,
      new Date(runAt),
      lockedAt === null ? null : new Date(lockedAt),
    ]);
  await job(12, start - hour, null);
  expect(await jobsCheck(at, now).run()).toMatchObject({
    state: 'warn',
    reason: 'failed',
    problem: expect.stringContaining('mail: no route') as unknown,
    figures: { detail: expect.stringContaining('mail: no route') as unknown },
  });
  await job(1, start - hour / 2, null);
  expect(await jobsCheck(at, now).run()).toMatchObject({
    state: 'warn',
    reason: 'waiting_long',
    problem: expect.stringContaining('30 min') as unknown,
    figures: { minutes: 30 },
  });
  await job(1, start, start - 2 * hour);
  expect(await jobsCheck(at, now).run()).toMatchObject({
    state: 'bad',
    problem: expect.stringContaining('2 h') as unknown,
  });
});

test('people with system:read see it, and only system:manage runs a check', async () => {
  const health = startHealth({
    checks: [check('disk'), { ...check('audit'), everyMs: 'on_demand' }],
    now: () => start,
    onError: raise,
    tickMs: 60_000,
  });
  const holding = (permission: string) => ({
    id: 'x',
    holds: (asked: string) => asked === permission,
    can: (asked: string) => asked === permission,
  });
  let permission = 'system:read';
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: () => holding(permission) as never,
    ready: async () => undefined,
    checkAnswers: true,
  });
  const alerts = createAlerts({ ...database, now: () => start, ways: [], installation: '', onError: raise });
  registerHealthRoutes(api, { health, alerts, version: '1', startedAt: start });
  expect((await api.inject('/api/v1/system/health')).json()).toMatchObject({
    state: 'ok',
    checks: [{ name: 'disk', state: 'unknown', checkedAt: null }, { onDemand: true }],
  });
  const run = (name: string) => api.inject({ method: 'POST', url: `/api/v1/system/health/${name}/run` });
  expect((await run('disk')).statusCode).toBe(403);
  permission = 'system:manage';
  expect((await run('disk')).json()).toMatchObject({ state: 'bad', problem: 'The disk is full.', running: false });
  expect((await run('nothing')).statusCode).toBe(404);
  permission = 'stock:read';
  expect((await api.inject('/api/v1/system/health')).statusCode).toBe(403);
  await closeApi(api);
  await health.close();
});

test('times are told as people say them', () => {
  expect([45_000, 12 * 60_000, 5 * hour, 72 * hour].map(spanText)).toEqual(['45 s', '12 min', '5 h', '3 days']);
  expect(finding('ok', { problem: 'x', remedy: 'y' }, {})).toEqual({ state: 'ok', figures: {} });
});
