import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing.ts';
import { NO_BACKUPS, openBackups, type Backups } from './backups.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const MINUTE = 60_000;
const clock = { now: Date.UTC(2026, 10, 22, 12) };
const asked: string[] = [];
const errors: unknown[] = [];

function open(run: (backups: Backups, id: string) => Promise<void>): Backups {
  const backups: Backups = openBackups({
    pool: database.pool,
    schema: database.schema,
    now: () => clock.now,
    setting: {
      ...NO_BACKUPS,
      place: 'here',
      schedule: '03:00',
      run: ({ id, cause }) => {
        asked.push(cause);
        return run(backups, id);
      },
    },
    onError: (error) => errors.push(error),
  });
  return backups;
}

test('they are made when they are due, once, and when somebody asks', async () => {
  const backups = open(async ({ store }, id) => {
    await store.end(id, { name: 'a', bytes: 1, eventNumber: 1, encrypted: false, verifiedAt: clock.now });
  });
  await backups.tick();
  expect(asked).toEqual([]);
  clock.now += 15 * MINUTE;
  await backups.tick();
  await backups.close();
  expect(asked).toEqual(['schedule']);
  clock.now = Date.UTC(2026, 10, 23, 2, 59);
  const later = open(() => Promise.reject(new Error('the disk is full')));
  await later.tick();
  expect(asked).toEqual(['schedule']);
  expect(new Date(later.plan().nextAt ?? 0).toISOString()).toBe('2026-11-23T03:00:00.000Z');
  clock.now += MINUTE;
  await later.tick();
  await later.tick();
  expect(asked).toEqual(['schedule', 'schedule']);
  await later.close();
  expect(await later.store.latest()).toMatchObject({ trouble: 'the disk is full' });
  expect(errors).toHaveLength(1);
  clock.now += MINUTE;
  await backups.begin('person', undefined);
  await backups.close();
  expect((await backups.store.latest()).trouble).toBeNull();
});

test('who asks while one is being made gets that one', async () => {
  let end: () => void = () => undefined;
  const backups = open(() => new Promise((done) => (end = done)));
  const [one, other] = await Promise.all([backups.begin('person', undefined), backups.begin('person', undefined)]);
  expect(one.id).toBe(other.id);
  await backups.store.fail(one.id, 'enough');
  end();
  await backups.close();
});
