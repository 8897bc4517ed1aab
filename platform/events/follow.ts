import { Bug } from '../../src/kernel/assert.ts';
import { withTransaction } from '../db/pool.ts';
import type { Pool, Tx } from '../db/pool.ts';
import { bellOf } from './bell.ts';
import { eventsAfter, headsAfter, sql } from './log.ts';
import type { EventHead, StoredEvent } from './log.ts';

/** What every follower is told. */
type Common = {
  readonly pool: Pool;
  readonly schema: string;
  /** Where to begin: the number of the last event that is known already. */
  readonly after: number;
  /** Events at most at once; 500 unless told. */
  readonly batchSize?: number;
  /** How long to sleep at most when nobody rings; 1 s unless told. */
  readonly pollMs?: number;
  /** Told of each failure; the follower tries again by itself, later and later, up to 30 s. */
  readonly onError: (error: unknown) => void;
};

/** A follower with a name remembers in `platform_follower` how far it came, and begins there. */
type Named = { readonly name?: string };

/** Gets whole events. When it throws, the same events come again. */
type WithEvents = Named & { readonly onEvents: (events: readonly StoredEvent[]) => Promise<void> | void };

/** Gets whole events and the transaction that also moves the cursor: what it writes there happens exactly once. */
type WithTransaction = {
  readonly name: string;
  readonly onEventsIn: (tx: Tx, events: readonly StoredEvent[]) => Promise<void>;
};

/** Gets heads only; events with large bodies cost nothing. */
type WithHeads = Named & { readonly onHeads: (heads: readonly EventHead[]) => Promise<void> | void };

/** Options of `follow`. */
export type FollowOptions = Common & (WithEvents | WithTransaction | WithHeads);

/** A running follower. */
export type Follower = {
  /** Looks for events now. */
  wake(): void;
  /** The number of the last event handled. */
  position(): number;
  /** Stops after the batch in hand, which is handled to its end. */
  close(): Promise<void>;
};

const DEFAULT_BATCH = 500;
const DEFAULT_POLL_MS = 1_000;
const SLOWEST_RETRY_MS = 30_000;

/**
 * Tails the event log of one retailer: every event once, in order, without gaps. Numbers are given out under a row lock that is held until COMMIT, so
 * what can be read is always a gapless beginning of the stream. Woken in this process, by notification and by a poll. Failures (of the database or
 * of the handler) are told and tried again; nothing is skipped, ever.
 */
export function follow(options: FollowOptions): Follower {
  const { pool, schema, onError } = options;
  const batchSize = options.batchSize ?? DEFAULT_BATCH;
  const pollMs = options.pollMs ?? DEFAULT_POLL_MS;
  let position = options.after;
  let closing = false;
  let rung = false;
  let endSleep: (() => void) | undefined;

  const wake = (): void => {
    rung = true;
    endSleep?.();
  };

  const sleep = async (ms: number): Promise<void> => {
    if (closing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endSleep = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    endSleep = undefined;
  };

  /** Handles one batch; says whether there may be more. */
  const step = async (): Promise<boolean> => {
    const numbers = await handle(options, position, batchSize);
    const last = numbers.at(-1);
    if (last === undefined) return false;
    position = last;
    return numbers.length === batchSize;
  };

  const run = async (): Promise<void> => {
    let retryMs = 100;
    let started = false;
    while (!closing) {
      try {
        if (!started) position = Math.max(position, await savedPosition(options));
        started = true;
        rung = false;
        const more = await step();
        retryMs = 100;
        if (!more && !rung) await sleep(pollMs);
      } catch (error) {
        onError(error);
        // A ring does not shorten this: under load it would turn waiting into spinning.
        const until = performance.now() + retryMs;
        while (!closing && performance.now() < until) await sleep(until - performance.now());
        retryMs = Math.min(retryMs * 2, SLOWEST_RETRY_MS);
      }
    }
  };

  const unsubscribe = bellOf(pool).subscribe(schema, wake);
  const running = run();

  return {
    wake,
    position: () => position,
    async close() {
      closing = true;
      unsubscribe();
      endSleep?.();
      await running;
    },
  };
}

async function savedPosition({ pool, schema, name }: FollowOptions): Promise<number> {
  if (name === undefined) return 0;
  const row = await withTransaction(pool, { schema, readOnly: true }, async (tx) =>
    tx.find<{ event_number: number }>(sql.find_cursor, [name]),
  );
  return row?.event_number ?? 0;
}

async function handle(options: FollowOptions, after: number, limit: number): Promise<number[]> {
  const { pool, schema, name } = options;
  if ('onEventsIn' in options) {
    return withTransaction(pool, { schema }, async (tx) => {
      // Another process may follow under the same name: the row decides who goes on, and from where.
      await tx.run(sql.open_cursor, [options.name, after, new Date().toISOString()]);
      const from = (await tx.get<{ event_number: number }>(sql.lock_cursor, [options.name])).event_number;
      const events = await eventsAfter(tx, from, limit);
      const numbers = numbersOf(events, from);
      if (numbers.length > 0) {
        await options.onEventsIn(tx, events);
        await saveCursor(tx, options.name, numbers);
      }
      return numbers;
    });
  }
  const numbers = await ('onHeads' in options
    ? handOver(options, headsAfter, options.onHeads, after, limit)
    : handOver(options, eventsAfter, options.onEvents, after, limit));
  if (name !== undefined && numbers.length > 0) {
    await withTransaction(pool, { schema }, async (tx) => saveCursor(tx, name, numbers));
  }
  return numbers;
}

async function handOver<Row extends { readonly number: number }>(
  { pool, schema }: Common,
  read: (tx: Tx, after: number, limit: number) => Promise<Row[]>,
  tell: (rows: readonly Row[]) => Promise<void> | void,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await withTransaction(pool, { schema, readOnly: true }, async (tx) => read(tx, after, limit));
  const numbers = numbersOf(rows, after);
  if (rows.length > 0) await tell(rows);
  return numbers;
}

async function saveCursor(tx: Tx, name: string, numbers: readonly number[]): Promise<void> {
  await tx.run(sql.save_cursor, [name, numbers.at(-1), new Date().toISOString()]);
}

/** A gap would mean that an event was lost or changed place. That is worth standing still for. */
function numbersOf(rows: readonly { readonly number: number }[], after: number): number[] {
  return rows.map(({ number }, at) => {
    if (number !== after + 1 + at)
      throw new Bug('the event log has a gap', { expected: after + 1 + at, found: number });
    return number;
  });
}
