import { hash } from 'node:crypto';
import { loadSql, withTransaction, type Pool } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './throttle.sql', [
  'insert_keys',
  'lock_keys',
  'save_keys',
  'clear_keys',
  'forget_old',
]);

/** How often something may go wrong: `free` times, then each further try doubles the wait from `firstMs` up to `maxMs`. */
export type ThrottlePolicy = { readonly free: number; readonly firstMs: number; readonly maxMs: number };

/** What went wrong so far under one key. Instants in milliseconds since 1970. */
export type ThrottleState = {
  readonly failures: number;
  readonly lastFailedAt: number;
  readonly blockedUntil: number | undefined;
};

/** A key (what is tried, and from where, as text) and how often it may fail. */
export type ThrottledTry = { readonly key: string; readonly policy: ThrottlePolicy };

/** Counts tries by key in the database, so that neither a restart nor a second server process gives new ones. */
export type Throttle = {
  /**
   * Notes a try as failed under all its keys, before it is looked at: a hundred at once are a hundred tries. `waitMs` is 0 when it may be made; otherwise nothing
   * was noted. `spent` are the keys that have no further try after this one. Who succeeds clears the keys.
   */
  take(tries: readonly ThrottledTry[], now: number): Promise<{ readonly waitMs: number; readonly spent: string[] }>;
  /** Forgets what went wrong under the keys. */
  clear(keys: readonly string[]): Promise<void>;
};

/** Whoever does nothing wrong for a day begins anew. */
const FORGET_MS = 24 * 3600_000;

/** How long a key has still to wait. */
export function throttleWait(state: ThrottleState, now: number): number {
  return Math.max(0, (state.blockedUntil ?? now) - now);
}

/** The state after one more failure. */
export function throttleAfter(
  state: ThrottleState | undefined,
  { free, firstMs, maxMs }: ThrottlePolicy,
  now: number,
): ThrottleState {
  const failures = state === undefined || now - state.lastFailedAt >= FORGET_MS ? 1 : state.failures + 1;
  if (failures < free) return { failures, lastFailedAt: now, blockedUntil: undefined };
  // Doubling thirty times is more than any wait.
  const waitMs = Math.min(maxMs, firstMs * 2 ** Math.min(30, failures - free));
  return { failures, lastFailedAt: now, blockedUntil: now + waitMs };
}

type Row = { key_hash: string; failures: number; last_failed_at: string; blocked_until: string | null };

/** Opens the count of a retailer. */
export function createThrottle({ pool, schema }: { readonly pool: Pool; readonly schema: string }): Throttle {
  return {
    async take(tries, now) {
      const at = new Date(now).toISOString();
      const byHash = new Map(tries.map((one) => [hashOf(one.key), one]));
      return withTransaction(pool, { schema }, async (tx) => {
        await tx.run(sql.forget_old, [new Date(now - FORGET_MS).toISOString()]);
        const hashes = [...byHash.keys()];
        await tx.run(sql.insert_keys, [hashes, at]);
        const known = new Map((await tx.rows<Row>(sql.lock_keys, [hashes])).map((row) => [row.key_hash, stateOf(row)]));
        const waitMs = Math.max(0, ...[...known.values()].map((state) => throttleWait(state, now)));
        if (waitMs > 0) return { waitMs, spent: [] };
        const after = [...byHash].map(([keyHash, { key, policy }]) => ({
          key,
          keyHash,
          state: throttleAfter(known.get(keyHash), policy, now),
        }));
        await tx.run(sql.save_keys, [
          after.map(({ keyHash }) => keyHash),
          after.map(({ state }) => state.failures),
          after.map(({ state }) =>
            state.blockedUntil === undefined ? null : new Date(state.blockedUntil).toISOString(),
          ),
          at,
        ]);
        return {
          waitMs: 0,
          spent: after.filter(({ state }) => state.blockedUntil !== undefined).map(({ key }) => key),
        };
      });
    },

    async clear(keys) {
      await withTransaction(pool, { schema }, (tx) => tx.run(sql.clear_keys, [keys.map(hashOf)]));
    },
  };
}

/** Neither addresses nor names are kept. */
function hashOf(key: string): string {
  return hash('sha256', key, 'base64url');
}

function stateOf(row: Row): ThrottleState {
  return {
    failures: row.failures,
    lastFailedAt: Date.parse(row.last_failed_at),
    blockedUntil: row.blocked_until === null ? undefined : Date.parse(row.blocked_until),
  };
}
