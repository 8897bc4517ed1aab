import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Overloaded } from '../commit/command.ts';
import type { Committer } from '../commit/committer.ts';
import { createTestDatabase } from '../db/testing.ts';
import type { TestDatabase } from '../db/testing.ts';
import { closeApi, createApi } from '../http/app.ts';
import type { Api } from '../http/app.ts';
import { createMetrics } from './metrics.ts';
import { registerMetricsRoute } from './metrics.routes.ts';
import { watchCommands, watchCommits, watchDatabase, watchProgram, watchRequests } from './watch.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.drop());

const person = (permission: string) => ({ holds: (asked: string) => asked === permission }) as never;

async function apiWith(options: { token?: string; permission?: string } = {}): Promise<Api> {
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    authenticate: () => (options.permission === undefined ? undefined : person(options.permission)),
    ready: async () => undefined,
  });
  const metrics = createMetrics();
  watchRequests(api, metrics);
  registerMetricsRoute(api, { metrics, token: options.token });
  return api;
}

test('requests are counted by pattern, method and status, whatever the address', async () => {
  const api = await apiWith();
  await api.inject('/api/v1/health');
  for (const word of ['a', 'b']) await api.inject({ url: `/nowhere/${word}`, headers: { host: 'localhost' } });
  const first = await api.inject({ url: '/metrics', headers: { host: 'localhost' } });
  expect(first.headers['content-type']).toContain('version=0.0.4');
  expect(first.body).toContain('oneshelf_http_request_seconds_count{route="(none)",method="GET",status="404"} 2');
  const second = await api.inject({ url: '/metrics', headers: { host: 'localhost' } });
  expect(second.body).toContain('oneshelf_http_request_seconds_count{route="/metrics",method="GET",status="200"} 1');
  await closeApi(api);
});

test.each<[string, { token?: string; permission?: string }, Record<string, string>, string, number]>([
  ['from this machine', {}, { host: '127.0.0.1:4000' }, '127.0.0.1', 200],
  ['from another machine', {}, { host: 'shop.example.com' }, '192.0.2.7', 401],
  ['from another machine that says localhost', {}, { host: 'localhost' }, '192.0.2.7', 401],
  ['through a proxy on this machine', {}, { host: 'localhost', 'x-forwarded-for': '192.0.2.7' }, '127.0.0.1', 401],
  ['from a page that was led here by its own name', {}, { host: 'evil.example' }, '127.0.0.1', 401],
  ['with system:read', { permission: 'system:read' }, { host: 'shop' }, '192.0.2.7', 200],
  ['with another permission', { permission: 'stock:read' }, { host: 'shop' }, '192.0.2.7', 401],
  [
    'with the token',
    { token: 'a'.repeat(20) },
    { host: 'shop', authorization: `Bearer ${'a'.repeat(20)}` },
    '192.0.2.7',
    200,
  ],
  ['with another token', { token: 'a'.repeat(20) }, { host: 'shop', authorization: 'Bearer aaa' }, '192.0.2.7', 401],
  [
    'from this machine without the token that is set',
    { token: 'a'.repeat(20) },
    { host: 'localhost' },
    '127.0.0.1',
    401,
  ],
])('%s', async (_, options, headers, remoteAddress, status) => {
  const api = await apiWith(options);
  expect((await api.inject({ url: '/metrics', headers, remoteAddress })).statusCode).toBe(status);
  await closeApi(api);
});

test('commands are counted by what came of them', async () => {
  const metrics = createMetrics();
  const answers = [
    { kind: 'accepted', eventNumber: 1 },
    { kind: 'refused', rejection: { reason: 'insufficient_stock' } },
    { kind: 'key_reused' },
  ];
  const committer = watchCommands(
    {
      depth: () => 7,
      submit: async () => answers.shift() ?? Promise.reject(new Overloaded('full')),
    } as unknown as Committer,
    metrics,
  );
  for (let at = 0; at < 4; at += 1) await committer.submit({ type: 'sell' } as never).catch(() => undefined);
  const commits = watchCommits(metrics);
  commits.committed();
  const text = await metrics.text();
  for (const line of [
    'oneshelf_commands_accepted_total{type="sell"} 1',
    'oneshelf_commands_refused_total{type="sell",reason="insufficient_stock"} 1',
    'oneshelf_commands_refused_total{type="sell",reason="key_reused"} 1',
    'oneshelf_commands_failed_total{type="sell",error="Overloaded"} 1',
    'oneshelf_command_seconds_count 3',
    'oneshelf_queue_depth 7',
    'oneshelf_commits_total 1',
  ])
    expect(text.split('\n')).toContain(line);
});

test('the program and the database tell how they are', async () => {
  const metrics = createMetrics((error) => {
    throw error;
  });
  const { pool, schema } = database;
  await pool.query(`insert into ${schema}.platform_follower values ('jobs', 0, '2026-01-01')`);
  await pool.query(`update ${schema}.platform_counter set event_number = 12`);
  const now = () => 1_000_000;
  const stop = watchProgram({ version: '1', pools: { write: pool }, liveStreams: () => 3, dataDir: '.' }, metrics);
  watchDatabase({ pool, schema, now, lastBackupAt: async () => 400_000 }, metrics);
  const text = await metrics.text();
  stop();
  for (const line of [
    'oneshelf_event_number 12',
    'oneshelf_follower_behind_events{follower="jobs"} 12',
    'oneshelf_quarantine_waiting 0',
    'oneshelf_live_streams 3',
    'oneshelf_last_backup_age_seconds 600',
    'oneshelf_jobs_oldest_due_seconds 0',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^oneshelf_pool_connections\{pool="write",state="idle"\} \d/m);
  expect(text).toMatch(/^oneshelf_disk_bytes\{part="free"\} [1-9]/m);
  expect(text).toMatch(/^oneshelf_database_bytes [1-9]/m);
  expect(text).toMatch(/^process_resident_memory_bytes [1-9]/m);
});
