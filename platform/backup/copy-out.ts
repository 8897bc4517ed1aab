import { readMigrations } from '../db/migrate.ts';
import { quoteIdentifier } from '../db/pool.ts';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { frameBytes } from './frames.ts';
import { fingerprintOf } from './shape.ts';

/** What a copy of a schema begins with: all that is needed to make the same schema again without the program that made it. */
export type Contents = {
  readonly schema: string;
  readonly serverMajor: number;
  readonly fingerprint: string;
  readonly eventNumber: number;
  readonly recordedAt: string;
  readonly migrations: readonly { readonly name: string; readonly text: string }[];
  readonly partitions: readonly Partition[];
  readonly tables: readonly string[];
};

/** A partition as PostgreSQL describes it. */
export type Partition = {
  readonly parent: string;
  readonly name: string;
  readonly bound: string;
  readonly options: readonly string[] | null;
};

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

/** A small file that goes with the copy. `content` as base64. */
export type KeptFile = { readonly file: string; readonly content: string };

type Table = { readonly name: string; readonly columns: readonly string[]; readonly bytes: number };

/** What a copy out needs. `client` is a direct connection that does nothing else. */
export type CopyOut = {
  readonly client: pg.Client;
  readonly schema: string;
  /** Folder of the migrations of this program. */
  readonly migrations: string;
  /** A snapshot that another connection exported; one of our own when not given. */
  readonly snapshot?: string;
  readonly files?: readonly KeptFile[];
  /** Told of the contents before the first byte, and of the bytes of tables (as stored) there are. */
  readonly onContents?: (contents: Contents, tableBytes: number) => void | Promise<void>;
  readonly onRows?: (counts: RowCounts) => void;
};

/**
 * The rows of a schema at one snapshot, as frames, while everybody writes on. It waits for nobody and nobody waits for it, but for who would change the
 * tables themselves. Throws when the database has migrations that this program does not know, or things that only a newer program makes.
 */
export async function* copyOut(options: CopyOut): AsyncGenerator<Buffer> {
  const { client, schema } = options;
  const inSchema = (name: string): string => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  await refuseUnknownKinds(client, schema);
  const tables = await findTables(client, schema);
  await client.query(
    `begin isolation level repeatable read read only; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`,
  );
  if (options.snapshot !== undefined) await client.query(`set transaction snapshot '${options.snapshot}'`);
  // Before the first question, which fixes the moment: what the tables are must not change after it.
  await client.query(`lock table ${tables.map(({ name }) => inSchema(name)).join(', ')} in access share mode`);
  await client.query(`set local search_path = ${quoteIdentifier(schema)}, public; set local timezone = 'UTC'`);
  const contents = await readContents(client, options, tables);
  await options.onContents?.(
    contents,
    tables.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  yield* frameBytes('J', jsonBytes(contents));
  for (const file of options.files ?? []) yield* frameBytes('J', jsonBytes(file));
  const counts: Record<string, number> = {};
  for (const { name, columns } of tables) {
    yield* frameBytes('T', jsonBytes({ table: name, columns }));
    const stream = client.query(
      copyTo(`copy ${inSchema(name)} (${columns.map(quoteIdentifier).join(', ')}) to stdout (format binary)`),
    );
    for await (const part of stream) yield* frameBytes('D', part as Buffer);
    // The number comes behind the last row, perhaps in a packet of its own.
    await client.query('select 1');
    counts[name] = stream.rowCount;
  }
  yield* frameBytes('J', jsonBytes({ rows: counts }));
  options.onRows?.(counts);
  await client.query('commit');
}

/** What the schema in `search_path` is: its migrations, partitions and moment. */
export async function readContents(
  client: pg.Client,
  options: Pick<CopyOut, 'client' | 'schema' | 'migrations'>,
  tables: readonly { readonly name: string }[],
): Promise<Contents> {
  const { rows } = await client.query<{ event_number: string; recorded_at: string; major: number }>(
    `select event_number::text, to_char(recorded_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as recorded_at,
       current_setting('server_version_num')::integer / 10000 as major from platform_counter`,
  );
  const counter = rows[0];
  if (counter === undefined) throw new Error(`The schema ${options.schema} has no counter of events.`);
  return {
    schema: options.schema,
    serverMajor: counter.major,
    fingerprint: await fingerprintOf(client),
    eventNumber: Number(counter.event_number),
    recordedAt: counter.recorded_at,
    migrations: await appliedMigrations(client, options.migrations),
    partitions: await findPartitions(client),
    tables: tables.map(({ name }) => name),
  };
}

/** Every table with rows of its own, partitions too. */
async function findTables(client: pg.Client, schema: string): Promise<readonly Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; bytes: string }>(
    `select c.relname as name, pg_table_size(c.oid)::text as bytes,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' order by c.relname`,
    [schema],
  );
  if (rows.length === 0) throw new Error(`There is no schema ${schema} with tables in it.`);
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
}

/** A sequence or a materialised view would be left behind without a word; there are none, and whoever makes the first one must teach this file. */
async function refuseUnknownKinds(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind in ('S', 'm', 'f')`,
    [schema],
  );
  if (rows[0] !== undefined) throw new Error(`${rows[0].name} is neither a table nor a view, and would not be copied.`);
}

/** The partitions of the schema in `search_path`. */
export async function findPartitions(client: Pick<pg.ClientBase, 'query'>): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `select p.relname as parent, c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound, c.reloptions as options
     from pg_inherits i
     join pg_class c on c.oid = i.inhrelid
     join pg_class p on p.oid = i.inhparent
     where p.relnamespace = current_schema::regnamespace and p.relkind = 'p' and c.relkind = 'r' order by p.relname, c.relname`,
  );
  return rows;
}

async function appliedMigrations(client: pg.Client, directory: string): Promise<Contents['migrations']> {
  const { rows } = await client.query<{ name: string; checksum: string; finished: boolean }>(
    `select name, checksum, finished_at is not null as finished from platform_migration where checksum <> '' order by name`,
  );
  const files = new Map((await readMigrations(directory)).map((file) => [file.name, file]));
  return rows.map(({ name, checksum, finished }) => {
    const file = files.get(name);
    if (!finished) throw new Error(`The migration ${name} is not finished; start the program first.`);
    if (file === undefined)
      throw new Error(
        `The database has the migration ${name}, which this version does not know. Use the version that made it.`,
      );
    if (file.checksum !== checksum)
      throw new Error(`The migration ${name} is not the one that was applied to the database.`);
    return { name, text: file.text };
  });
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
