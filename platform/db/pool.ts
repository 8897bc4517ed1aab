import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SumTooLarge } from '../../src/kernel/sum.ts';

/**
 * A prepared statement: `name` is unique in the whole program (file, block and a hash of the text), because PostgreSQL keeps
 * prepared statements per connection and refuses a second text under a known name.
 */
export type Statement = { readonly name: string; readonly text: string };

/** A pool of connections whose types are parsed as in `parseType`. */
export type Pool = pg.Pool;

/** What a transaction gives its function. Everything in it runs on one connection, between one BEGIN and one COMMIT. */
export type Tx = {
  /** Runs a named statement and gives its rows. */
  rows<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
  /** Like `rows`, for statements that give at most one row. Throws when there are more. */
  find<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row | undefined>;
  /** Like `rows`, for statements that give exactly one row. Throws otherwise. */
  get<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row>;
  /** Runs a named statement and gives the number of rows it touched. */
  run(statement: Statement, values?: readonly unknown[]): Promise<number>;
  /** The connection itself, for pipelining and for lists built by a query builder. Never BEGIN, COMMIT or SET on it. */
  readonly client: pg.PoolClient;
};

/** Options of `createPool`. Give `url`, or `socket` (the folder of the embedded server's Unix socket) with `database`. */
export type PoolOptions = {
  url?: string;
  socket?: string;
  database?: string;
  /** Connections at most. Measured on the order path: 8 beats 32. */
  max?: number;
  applicationName?: string;
  /** Sends queries without waiting for the answers of earlier ones on the same connection. */
  pipeline?: boolean;
  /** Told of errors of connections that nobody is using. They are replaced by themselves. */
  onIdleError?: (error: Error) => void;
};

/** COMMIT was sent and its answer was lost, so the transaction may or may not have happened. Settle it by the command's key. */
export class CommitOutcomeUnknownError extends Error {
  constructor(cause: unknown) {
    super('The connection was lost while committing; the outcome is unknown.', { cause });
    this.name = 'CommitOutcomeUnknownError';
  }
}

function parseSafeInteger(text: string): number {
  const value = Number(text);
  // No single amount is larger: the statements that write refuse it. So it is a sum.
  if (!Number.isSafeInteger(value)) throw new SumTooLarge(`bigint ${text} does not fit a number; select it as text`);
  return value;
}

/** '2026-12-01 09:30:00.5+00' becomes '2026-12-01T09:30:00.5Z', other offsets keep theirs with minutes: '…+05:30'. */
function parseInstant(text: string): string {
  const found = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)([+-]\d\d)(:\d\d)?$/.exec(text);
  if (found === null) return text; // 'infinity', dates BC
  const [, day, time, hours, minutes] = found;
  const offset = hours === '+00' && minutes === undefined ? 'Z' : `${hours}${minutes ?? ':00'}`;
  return `${day}T${time}${offset}`;
}

type Parse = (text: string) => unknown;
const identity: Parse = (text) => text;
const parseTextArray = pg.types.getTypeParser(1009 as Parameters<typeof pg.types.getTypeParser>[0]) as unknown as (
  text: string,
) => (string | null)[];

const standardParser = pg.types.getTypeParser as unknown as (oid: number, format?: string) => Parse;

function arrayOf(parse: Parse): Parse {
  return (text) => parseTextArray(text).map((element) => (element === null ? null : parse(element)));
}

const parsers = new Map<number, Parse>([
  [20, parseSafeInteger],
  [1016, arrayOf(parseSafeInteger)],
  [1700, identity],
  [1231, arrayOf(identity)],
  [1082, identity],
  [1182, arrayOf(identity)],
  [1114, identity],
  [1115, arrayOf(identity)],
  [1184, parseInstant],
  [1185, arrayOf(parseInstant)],
  [1186, identity],
]);

/**
 * How column types reach TypeScript: bigint → number (throws SumTooLarge beyond ±2^53, never loses digits), numeric → string,
 * timestamptz → RFC 3339 text, date → 'YYYY-MM-DD', timestamp and interval → text, json and jsonb → parsed; arrays alike.
 * The rest as pg does it. Kept per pool, so that libraries with pools of their own are not affected.
 */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): Parse => {
    const parse = format === 'binary' ? undefined : parsers.get(oid);
    return parse ?? standardParser(oid, format);
  },
};

/** Opens a pool. Nothing connects before the first query. Close it with `pool.end()`. */
export function createPool(options: PoolOptions): Pool {
  const url = options.url ?? socketUrl({ socket: options.socket ?? '', database: options.database ?? 'postgres' });
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    application_name: options.applicationName ?? 'oneshelf',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    types,
    ...(options.pipeline === true ? { pipeline: true } : {}),
  });
  // Without a listener a connection that dies while idle (server restart) would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

/** The URL of a server that listens on a Unix socket in folder `socket`; libpq and pg both read it. */
export function socketUrl(at: { socket: string; database: string }): string {
  if (at.socket === '') throw new Error('createPool needs a url or a socket folder.');
  return `postgres:///${encodeURIComponent(at.database)}?host=${at.socket}&user=postgres`;
}

const longestName = 63; // NAMEDATALEN - 1: PostgreSQL cuts longer prepared statement names without saying so.

/**
 * Loads the named blocks of a `.sql` file that lies beside its store:
 *
 *     const sql = loadSql(import.meta.url, './stock.sql', ['find_levels', 'save_levels']);
 *     await tx.rows(sql.find_levels, [skuIds]);
 *
 * A block starts with a line `-- name: find_levels`; what stands before the first block is a comment for readers. The list of
 * names must be exactly the blocks of the file; it gives the compiler the names. Throws, naming the file, when a name is missing,
 * doubled or not snake_case, a block is empty or holds several statements' worth of names. Call it once, at module level.
 */
export function loadSql<const Name extends string>(
  moduleUrl: string,
  file: string,
  names: readonly Name[],
): Readonly<Record<Name, Statement>> {
  const path = fileURLToPath(new URL(file, moduleUrl));
  const statements = parseSql(basename(path, '.sql'), readFileSync(path, 'utf8'));
  const missing = names.filter((name) => !statements.has(name));
  const unlisted = [...statements.keys()].filter((name) => !names.includes(name as Name));
  if (missing.length > 0) throw new Error(`${path} has no block named ${missing.join(', ')}.`);
  if (unlisted.length > 0) throw new Error(`${path} has blocks that nobody asked for: ${unlisted.join(', ')}.`);
  return Object.freeze(Object.fromEntries(statements)) as Readonly<Record<Name, Statement>>;
}

/** The parsing half of `loadSql`: block name → statement. `file` is the file's name without `.sql`. */
export function parseSql(file: string, source: string): Map<string, Statement> {
  const statements = new Map<string, Statement>();
  const parts = source.split(/^--[ \t]*name:[ \t]*(.*)$/m);
  if (parts.length === 1) throw new Error(`${file}.sql has no line "-- name: …".`);
  for (let index = 1; index < parts.length; index += 2) {
    const name = (parts[index] ?? '').trim();
    const text = (parts[index + 1] ?? '').trim().replace(/;$/, '').trimEnd();
    if (!/^[a-z][a-z0-9_]*$/.test(name)) throw new Error(`${file}.sql: "${name}" is not a lower-case snake_case name.`);
    if (statements.has(name)) throw new Error(`${file}.sql has two blocks named ${name}.`);
    if (text.replaceAll(/^--.*$/gm, '').trim() === '') throw new Error(`${file}.sql: block ${name} is empty.`);
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
    const full = `${file}.${name}.${hash}`;
    if (full.length > longestName) throw new Error(`${file}.sql: ${full} is longer than ${longestName} characters.`);
    statements.set(name, Object.freeze({ name: full, text }));
  }
  return statements;
}

/** Options of `withTransaction`. `schema` is the retailer's. Times are limits inside the database, in milliseconds. */
export type TransactionOptions = {
  schema: string;
  readOnly?: boolean;
  /** One snapshot for the whole transaction (REPEATABLE READ), for reports of several statements. Implies read only. */
  snapshot?: boolean;
  statementTimeoutMs?: number;
  /** How long the connection may sit idle between statements before PostgreSQL ends it. 10 s unless told. */
  idleTimeoutMs?: number;
};

const attempts = 4; // the first and three more

/**
 * Runs `fn` in one transaction of schema `schema` and commits it when `fn` resolves, rolls back when it throws. Nothing outlives the
 * transaction on the connection, so any pooler may stand between. The whole transaction, `fn` included, is run again up to three
 * times when the database asks for it (40001, 40P01, 55P03, 25006) or went away before COMMIT (08xxx, 57P0x, refused
 * connections), so `fn` must have no other effects. Errors: what `fn` or PostgreSQL threw; `CommitOutcomeUnknownError`; an Error when
 * COMMIT answered ROLLBACK, which happens when a failed statement was swallowed.
 */
export async function withTransaction<T>(
  pool: Pool,
  options: TransactionOptions,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  const begin = beginText(options);
  const readOnly = options.readOnly === true || options.snapshot === true;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptTransaction(pool, begin, options, fn);
    } catch (error) {
      // Writing in a transaction that was asked to be read only is a bug, not a standby after a fail-over.
      const bug = error instanceof CommitOutcomeUnknownError || (readOnly && codeOf(error) === '25006');
      if (attempt >= attempts || bug || !isRetryable(error)) throw error;
      // A restarting server needs about a second, a deadlock only that the two do not meet again.
      const ceilingMs = isConnectionFault(error) ? 200 * 3 ** attempt : 10 * 3 ** attempt;
      await new Promise((resolve) => setTimeout(resolve, ceilingMs * (0.5 + Math.random() / 2)));
    }
  }
}

async function attemptTransaction<T>(
  pool: Pool,
  begin: string,
  options: TransactionOptions,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: unknown;
  // Between two queries a dying connection emits an error; unheard it would end the process. The next query reports it.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  try {
    let result: T;
    try {
      await client.query(begin);
      result = await fn(transactionOn(client));
    } catch (error) {
      if (isConnectionFault(error) || isStalePlan(error)) broken = error;
      else await client.query('rollback').catch((fault: unknown) => (broken = fault));
      throw error;
    }
    await commit(client, options).catch((error: unknown) => {
      broken = error;
      throw error;
    });
    return result;
  } finally {
    client.removeListener('error', ignore);
    client.release(broken === undefined ? undefined : true);
  }
}

async function commit(client: pg.PoolClient, options: TransactionOptions): Promise<void> {
  let tag: string;
  try {
    tag = (await client.query('commit')).command;
  } catch (error) {
    const harmless = options.readOnly === true || options.snapshot === true;
    throw isConnectionFault(error) && !harmless ? new CommitOutcomeUnknownError(error) : error;
  }
  if (tag !== 'COMMIT') throw new Error(`COMMIT answered ${tag}: a statement of this transaction had failed.`);
}

function transactionOn(client: pg.PoolClient): Tx {
  const query = async (statement: Statement, values: readonly unknown[] = []): Promise<pg.QueryResult> =>
    client.query({ name: statement.name, text: statement.text, values: values as unknown[] });
  const rows = async <Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]> =>
    (await query(statement, values)).rows as Row[];
  const find = async <Row extends object>(
    statement: Statement,
    values?: readonly unknown[],
  ): Promise<Row | undefined> => {
    const found = await rows<Row>(statement, values);
    if (found.length > 1)
      throw new Error(`${statement.name} gave ${found.length} rows where at most one was expected.`);
    return found[0];
  };
  const get = async <Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row> => {
    const found = await find<Row>(statement, values);
    if (found === undefined) throw new Error(`${statement.name} gave no row where one was expected.`);
    return found;
  };
  const run = async (statement: Statement, values?: readonly unknown[]): Promise<number> =>
    (await query(statement, values)).rowCount ?? 0;
  return { rows, find, get, run, client };
}

/**
 * The one simple query that opens a transaction as `withTransaction` does, for the commit pipeline, which sends its own.
 * UTC is set because timestamptz columns are read as text.
 */
export function beginText(options: TransactionOptions): string {
  const readOnly = options.readOnly === true || options.snapshot === true;
  return [
    `begin isolation level ${options.snapshot === true ? 'repeatable read' : 'read committed'}${readOnly ? ' read only' : ''}`,
    `set local search_path = ${quoteIdentifier(options.schema)}, public`,
    `set local timezone = 'UTC'`,
    `set local statement_timeout = ${wholeMs(options.statementTimeoutMs ?? 30_000)}`,
    `set local idle_in_transaction_session_timeout = ${wholeMs(options.idleTimeoutMs ?? 10_000)}`,
  ].join('; ');
}

function wholeMs(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a whole number of milliseconds`);
  return value;
}

/** `name` as SQL identifier. Throws when it is not lower-case snake_case of at most 63 characters, so nothing can be injected. */
export function quoteIdentifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) throw new Error(`"${name}" is not a lower-case snake_case name.`);
  return `"${name}"`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Whether the whole transaction may be run again after `error`. */
export function isRetryable(error: unknown): boolean {
  return isConnectionFault(error) || isStalePlan(error) || ['40001', '40P01', '55P03'].includes(codeOf(error));
}

/** Whether the connection is gone or leads to a server that cannot write (25006: a standby after a fail-over). */
export function isConnectionFault(error: unknown): boolean {
  if (/^(08...|57P0.|25006|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/.test(codeOf(error))) return true;
  return (
    error instanceof Error &&
    /^Connection terminated|^timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      error.message,
    )
  );
}

/** After a migration a kept plan may have the wrong columns; a fresh connection has none. */
function isStalePlan(error: unknown): boolean {
  return codeOf(error) === '0A000' && (error as Error).message.includes('cached plan must not change result type');
}
