import { statfs } from 'node:fs/promises';
import { loadSql, quoteIdentifier, withTransaction } from '../db/pool.ts';
import type { Pool, Statement } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './facts.sql', [
  'log_position',
  'followers',
  'quarantined',
  'standbys',
  'database_size',
]);

/** Which database, and which retailer in it. */
export type At = { readonly pool: Pool; readonly schema: string };

/** Watching must not wait where selling waits. */
const STATEMENT_MS = 5_000;

function ask<Row extends object>({ pool, schema }: At, statement: Statement): Promise<Row[]> {
  return withTransaction(pool, { schema, readOnly: true, statementTimeoutMs: STATEMENT_MS }, (tx) =>
    tx.rows<Row>(statement),
  );
}

/** The number of the last event, and when it was committed. Milliseconds since 1970. */
export async function readLogPosition(at: At): Promise<{ eventNumber: number; recordedAt: number }> {
  const [row] = await ask<{ event_number: number; recorded_at: string }>(at, sql.log_position);
  return { eventNumber: row?.event_number ?? 0, recordedAt: Date.parse(row?.recorded_at ?? '1970-01-01T00:00:00Z') };
}

/** The followers with a name, and how many events each has still to read. */
export function readFollowers(at: At): Promise<{ name: string; behind: number }[]> {
  return ask(at, sql.followers);
}

/** The facts that wait for a person, and since when the oldest does. */
export async function readQuarantine(at: At): Promise<{ waiting: number; oldestAt: number | undefined }> {
  const [row] = await ask<{ waiting: number; oldest: string | null }>(at, sql.quarantined);
  return {
    waiting: row?.waiting ?? 0,
    oldestAt: row === undefined || row.oldest === null ? undefined : Date.parse(row.oldest),
  };
}

/** A standby of the database as the server that writes sees it. */
export type Standby = {
  readonly name: string;
  readonly state: string;
  readonly sync_state: string;
  readonly lag_seconds: number;
  readonly lag_bytes: number;
};

/** The standbys that are connected. A user without pg_monitor sees none. */
export function readStandbys(at: At): Promise<Standby[]> {
  return ask(at, sql.standbys);
}

/** Bytes of the database. */
export async function readDatabaseSize(at: At): Promise<number> {
  const [row] = await ask<{ bytes: number }>(at, sql.database_size);
  return row?.bytes ?? 0;
}

/** What the jobs of a retailer are doing. Undefined when it has none yet. */
export type JobsState = {
  readonly waiting: number;
  readonly failed: number;
  readonly running: number;
  /** Since when the longest running one runs, and since when the oldest one that is due waits. Milliseconds since 1970. */
  readonly runningSince: number | undefined;
  readonly oldestDueAt: number | undefined;
  readonly lastError: string | undefined;
};

/** Reads the jobs table of the schema's jobs; `now` in milliseconds since 1970. */
export async function readJobs({ pool, schema }: At, now: number): Promise<JobsState | undefined> {
  const jobs = `${quoteIdentifier(`${schema}_jobs`)}.jobs`;
  return withTransaction(pool, { schema, readOnly: true, statementTimeoutMs: STATEMENT_MS }, async ({ client }) => {
    const known = await client.query<{ found: boolean }>('select to_regclass($1) is not null as found', [jobs]);
    if (known.rows[0]?.found !== true) return undefined;
    const { rows } = await client.query<Record<'waiting' | 'failed' | 'running', number> & JobTimes>(
      `select count(*) filter (where locked_at is null and attempts < max_attempts) as waiting,
              count(*) filter (where attempts >= max_attempts) as failed,
              count(*) filter (where locked_at is not null) as running,
              min(locked_at) as running_since,
              min(run_at) filter (where locked_at is null and attempts < max_attempts and run_at <= $1) as oldest_due,
              (array_agg(task_identifier || ': ' || last_error order by updated_at desc) filter (where attempts >= max_attempts))[1] as last_error
       from ${jobs}`,
      [new Date(now)],
    );
    const row = rows[0];
    if (row === undefined) return undefined;
    return {
      waiting: row.waiting,
      failed: row.failed,
      running: row.running,
      runningSince: row.running_since === null ? undefined : Date.parse(row.running_since),
      oldestDueAt: row.oldest_due === null ? undefined : Date.parse(row.oldest_due),
      lastError: row.last_error?.slice(0, 300) ?? undefined,
    };
  });
}

type JobTimes = { running_since: string | null; oldest_due: string | null; last_error: string | null };

/** How long the database takes to answer and what its clock says. `skewMs` is positive when it is ahead of ours. */
export async function readClock(pool: Pool, now: () => number): Promise<{ latencyMs: number; skewMs: number }> {
  const client = await pool.connect();
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let broken = true;
  try {
    // The first one may make the connection plan and cache; only the second is timed.
    await client.query('select 1');
    const [startedAt, started] = [now(), performance.now()];
    const { rows } = await client.query<{ ms: number }>(
      'select (extract(epoch from pg_catalog.clock_timestamp()) * 1000)::bigint as ms',
    );
    const latencyMs = performance.now() - started;
    broken = false;
    // The server looked at its clock about half way.
    return { latencyMs, skewMs: Math.round((rows[0]?.ms ?? 0) - (startedAt + latencyMs / 2)) };
  } finally {
    client.removeListener('error', ignore);
    client.release(broken);
  }
}

/** The disk under a folder, in bytes; `free` is what we may use. */
export async function readDisk(folder: string): Promise<{ free: number; size: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, size: blocks * bsize };
}
