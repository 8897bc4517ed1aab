/* oxlint-disable typescript/no-unsafe-return -- answers are looked into as they came */
import { Type } from 'typebox';
import { afterAll, afterEach, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { appendEvents, until } from '../events/testing.ts';
import { createJobs } from './jobs.ts';
import type { Jobs } from './jobs.ts';

const database = await createTestDatabase();
const { pool, schema, url } = database;
const running: Jobs[] = [];
const errors: unknown[] = [];
const Payload = Type.Object({ number: Type.Integer() });

const make = (done: string[], failing: { times: number } = { times: 0 }): Jobs => {
  const jobs = createJobs({ url, schema, pool, pollMs: 50, onError: (error) => errors.push(error) });
  jobs.registerJob('write_mail', Payload, async ({ number }, { attempt }) => {
    if (failing.times > 0) {
      failing.times -= 1;
      throw new Error('the mail server is away');
    }
    done.push(`${number} at try ${attempt}`);
  });
  jobs.enqueueFromEvents({
    OrderPlaced: ({ number }) => [{ job: 'write_mail', payload: { number } }],
    Broken: () => [{ job: 'write_mail', payload: { number: 'x' } }],
  });
  running.push(jobs);
  return jobs;
};

afterEach(async () => {
  await Promise.all(running.splice(0).map(async (jobs) => jobs.close()));
  errors.length = 0;
});
afterAll(async () => database.drop());

it('does once what an event asks for, also when it starts anew', async () => {
  const done: string[] = [];
  await appendEvents(database, 2, { type: 'OrderPlaced' });
  await appendEvents(database, 1, { type: 'SomethingElse' });
  const first = make(done);
  await first.start();
  await until(() => done.length === 2, 30_000);
  await first.close();
  await make(done).start();
  await appendEvents(database, 1, { type: 'OrderPlaced', notify: true });
  await until(() => done.length === 3);
  expect(done.toSorted()).toEqual(['1 at try 1', '2 at try 1', '4 at try 1']);
});

it('tries again what failed, and keeps what failed for good with its reason', async () => {
  const done: string[] = [];
  await make(done, { times: 1 }).start();
  const number = await appendEvents(database, 1, { type: 'OrderPlaced', notify: true });
  const waiting = async (): Promise<{ key: string; attempts: number; last_error: string }[]> =>
    (
      await pool.query(
        `select key, attempts, last_error from ${schema}_jobs.jobs where attempts > 0 and last_error is not null`,
      )
    ).rows;
  await until(async () => (await waiting()).length === 1);
  expect(await waiting()).toMatchObject([
    { key: `${schema}:${number}:write_mail`, attempts: 1, last_error: 'the mail server is away' },
  ]);
  await until(() => done.length === 1, 30_000);
  expect(done).toEqual([`${number} at try 2`]);
  await appendEvents(database, 1, { type: 'Broken', notify: true });
  await until(async () => (await waiting()).some((job) => job.last_error.includes('does not fit its schema')));
});

it('refuses two jobs or two rules of one name', () => {
  const jobs = make([]);
  expect(() => jobs.registerJob('write_mail', Payload, async () => undefined)).toThrow('registered already');
  expect(() => jobs.enqueueFromEvents({ OrderPlaced: () => [] })).toThrow('has a rule already');
  running.pop();
});
