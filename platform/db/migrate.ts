import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { quoteIdentifier } from './pool.ts';
import type { Pool } from './pool.ts';

/** What `migrate` tells while it works; `waiting` means that another process is migrating the same schema. */
type MigrationProgress =
  | { kind: 'waiting' }
  | { kind: 'applying'; name: string; number: number; of: number }
  | { kind: 'applied'; name: string; ms: number };

/** Options of `migrate`. `directory` holds files named `YYYYMMDDHHMMSS_domain__what.sql`. */
export type MigrateOptions = {
  schema: string;
  directory: string;
  onProgress?: (progress: MigrationProgress) => void;
  /**
   * How long a statement waits for a table before it gives up its place, lets those behind it pass, and tries again. Half a second unless told: whoever sells
   * waits as long.
   */
  lockTimeoutMs?: number;
};

type MigrationFile = { name: string; text: string; checksum: string; inTransaction: boolean };
type AppliedRow = { name: string; checksum: string; statements_done: number; finished: boolean };

const guardRow = '(guard)';
/** A table that a long report or a backup holds is asked for about four minutes before the file is given up. */
const lockAttempts = 100;
const longestPauseMs = 2000;

/**
 * Brings schema `schema` up to date and gives the names of the files applied now. Files run in the order of their names, with
 * `search_path = schema, public`, each in a transaction of its own together with its row in `platform_migration`, so a run that
 * dies goes on where it stopped. A file whose first line is `-- no-transaction` (for `create index concurrently`) runs statement by
 * statement, each recorded when done; a statement may therefore run twice if the program dies between the two, and an
 * invalid index left by such a death is dropped first. Two processes do not run at once: the second waits on a row lock. Needs a pool of
 * at least two direct connections (no pooler in between). Throws when a file has a bad name, was changed after it was applied, or failed;
 * the message names the file.
 */
export async function migrate(pool: Pool, options: MigrateOptions): Promise<string[]> {
  const files = await readMigrations(options.directory);
  await createBookkeeping(pool, options.schema);
  const guard = await pool.connect();
  guard.on('error', () => undefined);
  try {
    await takeGuard(guard, options);
    const applied = await appliedRows(guard, options.schema);
    checkUnchanged(files, applied);
    const pending = files.filter((file) => applied.get(file.name)?.finished !== true);
    for (const [index, file] of pending.entries()) {
      options.onProgress?.({ kind: 'applying', name: file.name, number: index + 1, of: pending.length });
      const startedMs = performance.now();
      await applyFile(pool, options, file, applied.get(file.name)?.statements_done ?? 0);
      options.onProgress?.({ kind: 'applied', name: file.name, ms: Math.round(performance.now() - startedMs) });
    }
    await guard.query('commit');
    return pending.map((file) => file.name);
  } finally {
    // Ends the transaction whatever happened, and with it the lock.
    guard.release(true);
  }
}

/** The files of `directory` in order. Throws on a name that is not `YYYYMMDDHHMMSS_domain__what.sql` and on two with one time. */
export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  const times = new Set<string>();
  for (const name of names) {
    if (!/^\d{14}_[a-z][a-z0-9]*__[a-z0-9_]+\.sql$/.test(name)) {
      throw new Error(`Migration ${name} is not named YYYYMMDDHHMMSS_domain__what.sql.`);
    }
    const time = name.slice(0, 14);
    if (times.has(time)) throw new Error(`Two migrations carry the time ${time}; their order would be an accident.`);
    times.add(time);
  }
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { name, text, checksum, inTransaction: !/^--\s*no-transaction\s*$/m.test(text.split('\n', 1)[0] ?? '') };
    }),
  );
}

async function createBookkeeping(pool: Pool, schema: string): Promise<void> {
  const name = quoteIdentifier(schema);
  const text = `
    create schema if not exists ${name};
    create table if not exists ${name}.platform_migration (
      name text primary key,
      checksum text not null,
      started_at timestamptz not null,
      finished_at timestamptz,
      statements_done integer not null default 0 check (statements_done >= 0)
    )`;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Asked first, because a user who may not create schemas can still find one that exists.
      const known = await pool.query<{ found: boolean }>('select to_regclass($1) is not null as found', [
        `${name}.platform_migration`,
      ]);
      if (known.rows[0]?.found !== true) await pool.query(text);
      await pool.query(
        `insert into ${name}.platform_migration (name, checksum, started_at) values ($1, '', $2) on conflict do nothing`,
        [guardRow, new Date().toISOString()],
      );
      return;
    } catch (error) {
      // `if not exists` is no protection against two at the same moment: the loser gets one of these and looks again.
      const raced = ['23505', '42P06', '42P07'].includes((error as { code?: string }).code ?? '');
      if (!raced || attempt >= 10) throw error;
      await pause(50);
    }
  }
}

async function takeGuard(guard: pg.PoolClient, options: MigrateOptions): Promise<void> {
  const lock = `select 1 from ${quoteIdentifier(options.schema)}.platform_migration where name = '${guardRow}' for update skip locked`;
  const limits = ['idle_in_transaction_session_timeout', 'statement_timeout', 'lock_timeout'];
  await guard.query(
    `begin isolation level read committed; ${limits.map((limit) => `set local ${limit} = 0`).join('; ')}`,
  );
  // Read committed, and queries without parameters: an open portal would hold a snapshot, and `create index concurrently` waits for
  // every snapshot that is older than it.
  // For the same reason the one that waits asks again and again: a statement that waits holds a snapshot too.
  for (let asked = 0; (await guard.query(lock)).rowCount !== 1; asked += 1) {
    if (asked === 0) options.onProgress?.({ kind: 'waiting' });
    await pause(100);
  }
}

async function appliedRows(guard: pg.PoolClient, schema: string): Promise<Map<string, AppliedRow>> {
  const found = await guard.query<AppliedRow>(
    `select name, checksum, statements_done, finished_at is not null as finished
       from ${quoteIdentifier(schema)}.platform_migration where name <> '${guardRow}'`,
  );
  return new Map(found.rows.map((row) => [row.name, row]));
}

function checkUnchanged(files: MigrationFile[], applied: Map<string, AppliedRow>): void {
  for (const file of files) {
    const row = applied.get(file.name);
    if (row === undefined || row.checksum === file.checksum) continue;
    // A half-done file without transaction may be corrected before its first statement has run.
    if (!row.finished && row.statements_done === 0) continue;
    throw new Error(
      `Migration ${file.name} was changed after it was applied. Applied migrations are never edited: put the file back as it was and add a new one.`,
    );
  }
}

async function applyFile(pool: Pool, options: MigrateOptions, file: MigrationFile, done: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (file.inTransaction) await applyInTransaction(pool, options, file);
      else await applyStatements(pool, options, file, done);
      return;
    } catch (error) {
      // 55P03: the lock timeout. Giving up the place in the queue lets the waiting readers pass; then try again.
      const { code, statementsDone } = error as { code?: string; statementsDone?: number };
      done = statementsDone ?? done;
      if ((code === '55P03' || code === '40P01') && attempt < lockAttempts) {
        await pause(Math.min(attempt * 200, longestPauseMs));
        continue;
      }
      throw new Error(`Migration ${file.name} failed: ${describe(error, file)}`, { cause: error });
    }
  }
}

async function applyInTransaction(pool: Pool, options: MigrateOptions, file: MigrationFile): Promise<void> {
  await withClient(pool, async (client) => {
    await client.query(`begin; set local search_path = ${searchPath(options)}; ${timeouts('set local', options)}`);
    await client.query(file.text);
    // If another process got through after this one's guard was lost, the primary key stops the second here.
    await client.query(
      'insert into platform_migration (name, checksum, started_at, finished_at) values ($1, $2, $3, $3)',
      [file.name, file.checksum, new Date().toISOString()],
    );
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error(`COMMIT answered ${command}.`);
  });
}

async function applyStatements(pool: Pool, options: MigrateOptions, file: MigrationFile, done: number): Promise<void> {
  await withClient(pool, async (client) => {
    // The one place with session settings: these statements cannot run in a transaction. The connection is closed afterwards.
    await client.query(`set search_path = ${searchPath(options)}; ${timeouts('set', options)}`);
    await client.query(
      `insert into platform_migration (name, checksum, started_at) values ($1, $2, $3)
       on conflict (name) do update set checksum = excluded.checksum`,
      [file.name, file.checksum, new Date().toISOString()],
    );
    const statements = splitStatements(file.text);
    for (const [index, text] of statements.entries()) {
      if (index < done) continue;
      try {
        // What is built beside those who write holds nobody up while it waits for the last of them, and would begin anew each time it gave up.
        await client.query(`set lock_timeout = ${/\bconcurrently\b/i.test(text) ? 0 : lockTimeoutOf(options)}`);
        await dropInvalidIndex(client, options.schema, text);
        await client.query(text);
      } catch (error) {
        throw Object.assign(error as Error, { statementsDone: index });
      }
      await client.query('update platform_migration set statements_done = $2 where name = $1', [file.name, index + 1]);
    }
    await client.query('update platform_migration set finished_at = $2 where name = $1', [
      file.name,
      new Date().toISOString(),
    ]);
  });
}

/** A concurrent index build that died leaves an index that is kept up to date and never used; `if not exists` would keep it. */
async function dropInvalidIndex(client: pg.PoolClient, schema: string, text: string): Promise<void> {
  const name = /\bindex\s+concurrently\s+(?:if\s+not\s+exists\s+)?"?([a-z_][a-z0-9_]*)"?\s+on\b/i.exec(text)?.[1];
  if (name === undefined) return;
  const found = await client.query(
    `select 1 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relname = $2 and not i.indisvalid`,
    [schema, name],
  );
  if (found.rowCount !== 0) await client.query(`drop index concurrently ${quoteIdentifier(name)}`);
}

/** Cuts at semicolons that stand outside quotes, dollar quotes and comments. Pieces of comments alone are left out. */
export function splitStatements(text: string): string[] {
  const token =
    /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$(?:[a-z_]\w*)?\$)[\s\S]*?\1|;|[^;'"$/-]+|[\s\S]/giy;
  const statements: string[] = [];
  let current = '';
  let empty = true;
  for (const [piece] of `${text};`.matchAll(token)) {
    if (piece === ';') {
      if (!empty) statements.push(current.trim());
      current = '';
      empty = true;
      continue;
    }
    current += piece;
    if (!/^(--|\/\*|\s*$)/.test(piece)) empty = false;
  }
  return statements;
}

async function withClient(pool: Pool, fn: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  client.on('error', () => undefined);
  try {
    await fn(client);
  } finally {
    client.release(true);
  }
}

function searchPath(options: MigrateOptions): string {
  return `${quoteIdentifier(options.schema)}, public`;
}

function lockTimeoutOf(options: MigrateOptions): number {
  return Math.trunc(options.lockTimeoutMs ?? 500);
}

function timeouts(set: 'set' | 'set local', options: MigrateOptions): string {
  return `${set} lock_timeout = ${lockTimeoutOf(options)}; ${set} statement_timeout = 0; ${set} timezone = 'UTC'`;
}

function describe(error: unknown, file: MigrationFile): string {
  const { message, position, hint } = error as { message: string; position?: string; hint?: string };
  const line =
    position === undefined || !file.inTransaction ? undefined : file.text.slice(0, Number(position)).split('\n').length;
  return `${message}${line === undefined ? '' : ` (line ${line})`}${hint === undefined ? '' : ` Hint: ${hint}`}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
