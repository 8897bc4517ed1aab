import pg from 'pg';
import type { Pool } from '../db/pool.ts';

/** Wakes followers. It carries no news, only that there may be some: who is woken looks for himself. */
export type Bell = {
  /** Calls `wake` whenever something may have happened in the schema. Gives the function that stops it. */
  subscribe(schema: string, wake: () => void): () => void;
  /** Wakes the subscribers of a schema in this process, without the database. The committer calls it after each commit. */
  ring(schema: string): void;
};

const CHANNEL = 'oneshelf_events';
const SLOWEST_RETRY_MS = 10_000;

const bells = new WeakMap<Pool, Bell>();

/**
 * The bell of a pool: one connection of its own that listens on `oneshelf_events` (payload: the schema) while anybody is subscribed, and is opened
 * again when it breaks; then everybody is woken, because something may have been missed. Behind a pooler that does not pass notifications on it hears
 * nothing and followers go by their poll.
 */
export function bellOf(pool: Pool): Bell {
  const known = bells.get(pool);
  if (known !== undefined) return known;
  const bell = createBell(
    () => new pg.Client({ ...pool.options, application_name: `${pool.options.application_name ?? 'oneshelf'}-bell` }),
  );
  bells.set(pool, bell);
  return bell;
}

function createBell(newClient: () => pg.Client): Bell {
  const subscribers = new Map<string, Set<() => void>>();
  let listening: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = 100;

  const ring = (schema: string): void => {
    for (const wake of subscribers.get(schema) ?? []) wake();
  };
  const ringAll = (): void => {
    for (const schema of subscribers.keys()) ring(schema);
  };

  const lost = (client: pg.Client): void => {
    client.removeAllListeners();
    client.on('error', () => undefined);
    client.end().catch(() => undefined);
    if (listening !== client) return;
    listening = undefined;
    if (subscribers.size === 0) return;
    retry = setTimeout(start, retryMs);
    retryMs = Math.min(retryMs * 2, SLOWEST_RETRY_MS);
  };

  const listen = async (client: pg.Client): Promise<void> => {
    client.on('error', () => lost(client));
    client.on('end', () => lost(client));
    client.on('notification', ({ payload }) => ring(payload ?? ''));
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    retryMs = 100;
    ringAll();
  };

  const start = (): void => {
    clearTimeout(retry);
    const client = newClient();
    listening = client;
    listen(client).catch(() => lost(client));
  };

  return {
    ring,
    subscribe(schema, wake) {
      const known = subscribers.get(schema) ?? new Set();
      known.add(wake);
      subscribers.set(schema, known);
      if (listening === undefined) start();
      return () => {
        known.delete(wake);
        if (known.size === 0 && subscribers.get(schema) === known) subscribers.delete(schema);
        if (subscribers.size > 0) return;
        clearTimeout(retry);
        const client = listening;
        listening = undefined;
        if (client !== undefined) lost(client);
      };
    },
  };
}
