/** Counts failures by key and says how long to wait. In memory: a restart forgives, which is fine for minutes. */
export type Throttle = {
  /** Milliseconds until the key may try again; 0 when it may now. */
  waitMs(key: string, now: number): number;
  /** Notes a failure. */
  fail(key: string, now: number): void;
  /** Forgets the failures of a key. */
  clear(key: string): void;
};

/** After `limit` failures within `windowMs` a key waits for the rest of the window. At most `maxKeys` are remembered, the oldest is forgotten. */
export function createThrottle({
  limit,
  windowMs,
  maxKeys = 50_000,
}: {
  limit: number;
  windowMs: number;
  maxKeys?: number;
}): Throttle {
  const failures = new Map<string, { count: number; since: number }>();
  return {
    waitMs(key, now) {
      const found = failures.get(key);
      if (found === undefined || found.count < limit) return 0;
      return Math.max(0, found.since + windowMs - now);
    },
    fail(key, now) {
      const found = failures.get(key);
      if (found !== undefined && now < found.since + windowMs) {
        found.count += 1;
        return;
      }
      failures.delete(key);
      if (failures.size >= maxKeys) failures.delete(failures.keys().next().value ?? '');
      failures.set(key, { count: 1, since: now });
    },
    clear(key) {
      failures.delete(key);
    },
  };
}
