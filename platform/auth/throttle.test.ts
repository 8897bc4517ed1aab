import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { createThrottle, throttleAfter, type ThrottlePolicy, type ThrottleState } from './throttle.ts';

const database = await createTestDatabase();
afterAll(() => database.drop());

const MINUTE = 60_000;
const policy: ThrottlePolicy = { free: 3, firstMs: 15 * MINUTE, maxMs: 120 * MINUTE };

describe('the wait', () => {
  it('begins when the free tries are used up, doubles, and has an end', () => {
    let state: ThrottleState | undefined;
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const at = state?.blockedUntil ?? 0;
      state = throttleAfter(state, policy, at);
      waits.push(((state.blockedUntil ?? at) - at) / MINUTE);
    }
    expect(waits).toEqual([0, 0, 15, 30, 60, 120, 120, 120]);
  });

  it('is forgotten after a day without a failure', () => {
    const state = { failures: 30, lastFailedAt: 0, blockedUntil: 5 };
    expect(throttleAfter(state, policy, 24 * 60 * MINUTE)).toMatchObject({ failures: 1, blockedUntil: undefined });
  });
});

describe('in the database', () => {
  const throttle = createThrottle(database);
  const now = Date.parse('2026-12-01T09:00:00Z');

  it('holds in another process and after a restart, until cleared', async () => {
    const tries = [{ key: 'ada', policy }];
    expect(await throttle.take(tries, now)).toEqual({ waitMs: 0, spent: [] });
    await throttle.take(tries, now);
    expect(await throttle.take(tries, now)).toEqual({ waitMs: 0, spent: ['ada'] });
    const another = createThrottle(database);
    expect(await another.take(tries, now + MINUTE)).toEqual({ waitMs: 14 * MINUTE, spent: [] });
    await another.clear(['ada']);
    expect((await throttle.take(tries, now + MINUTE)).waitMs).toBe(0);
  });

  it('lets a hundred at once make no more tries than the free ones', async () => {
    const tries = [
      { key: 'ben', policy },
      { key: 'ben from home', policy: { ...policy, free: 50 } },
    ];
    const answers = await Promise.all(Array.from({ length: 100 }, () => throttle.take(tries, now)));
    expect(answers.filter(({ waitMs }) => waitMs === 0)).toHaveLength(3);
  });

  it('keeps neither names nor addresses', async () => {
    const { rows } = await database.pool.query(`select * from ${database.schema}.platform_throttle`);
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toMatch(/ada|ben/);
  });
});
