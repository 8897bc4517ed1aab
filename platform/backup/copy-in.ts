import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrate } from '../db/migrate.ts';
import { quoteIdentifier, type Pool } from '../db/pool.ts';
import { findPartitions, type Contents, type KeptFile, type Partition, type RowCounts } from './copy-out.ts';
import type { Frame } from './frames.ts';
import { dropKeys, fingerprintOf, type Key, type Queries } from './shape.ts';

/** What came in. */
export type CopiedIn = { readonly contents: Contents; readonly rows: RowCounts; readonly files: readonly KeptFile[] };

/** What a copy in needs. `pool` has at least two direct connections of a user who may create schemas; `client` does nothing else. */
export type CopyIn = {
  readonly pool: Pool;
  readonly client: pg.Client;
  /** A schema that does not exist yet. */
  readonly schema: string;
  readonly frames: AsyncIterable<Frame>;
  readonly onTable?: (table: string) => void;
  /** What comes between the last row and the keys, which take their time too. */
  readonly onKeys?: (progress: { readonly done: number; readonly total: number }) => void;
};

/**
 * Makes a schema out of a copy: the migrations that the copy was made with, its partitions, its rows, then every key and index, which also proves that
 * the rows keep what they promise. Throws when the rows are not as many as the copy says, or the schema did not become the same.
 */
export async function copyIn(options: CopyIn): Promise<CopiedIn> {
  const { pool, client, schema } = options;
  const frames = options.frames[Symbol.asyncIterator]() as AsyncIterator<Frame, undefined>;
  const contents = await readJson<Contents>(frames);
  await makeSchema(pool, schema, contents);
  await client.query(`set search_path = ${quoteIdentifier(schema)}, public; set statement_timeout = 0`);
  await client.query(`set lock_timeout = 0; set maintenance_work_mem = '256MB'`);
  await remakePartitions(client, contents.partitions);
  const keys = await dropKeys(client);
  await client.query(`truncate ${contents.tables.map(quoteIdentifier).join(', ')}`);
  const { rows, files } = await readTables(options, frames);
  await makeKeys(client, keys, options.onKeys);
  await client.query('analyze');
  const { rows: server } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::integer / 10000 as major`,
  );
  // Another major version may word the same promise differently.
  if (server[0]?.major === contents.serverMajor && (await fingerprintOf(client)) !== contents.fingerprint)
    throw new Error('The schema that was made is not the one that was copied.');
  return { contents, rows, files };
}

async function readTables(
  { client, onTable }: CopyIn,
  frames: AsyncIterator<Frame, undefined>,
): Promise<{ rows: RowCounts; files: KeptFile[] }> {
  const rows: Record<string, number> = {};
  const files: KeptFile[] = [];
  const following = async (): Promise<Frame> => {
    const next = await frames.next();
    if (next.done === true) throw new Error('The copy of the schema ends in the middle.');
    return next.value;
  };
  let frame = await following();
  async function* rowsOfTable(): AsyncGenerator<Buffer> {
    for (frame = await following(); frame.kind === 'D'; frame = await following()) yield frame.content;
  }
  for (;;) {
    const said = frame.kind === 'D' ? {} : (JSON.parse(frame.content.toString()) as Partial<Said>);
    if (said.rows !== undefined) {
      compareRows(said.rows, rows);
      return { rows, files };
    }
    if (said.table !== undefined && said.columns !== undefined) {
      onTable?.(said.table);
      const columns = said.columns.map(quoteIdentifier).join(', ');
      const stream = client.query(
        copyFrom(`copy ${quoteIdentifier(said.table)} (${columns}) from stdin (format binary)`),
      );
      await pipeline(rowsOfTable(), stream);
      rows[said.table] = stream.rowCount;
    } else if (said.file !== undefined && said.content !== undefined) {
      files.push({ file: said.file, content: said.content });
      frame = await following();
    } else throw new Error('This is no copy of a schema.');
  }
}

/** What a frame of JSON may say behind the contents. */
type Said = { readonly table: string; readonly columns: readonly string[]; readonly rows: RowCounts } & KeptFile;

function compareRows(wanted: RowCounts, found: RowCounts): void {
  for (const [table, rows] of Object.entries(wanted))
    if (found[table] !== rows) throw new Error(`${table} has ${found[table] ?? 0} rows and must have ${rows}.`);
}

async function readJson<T>(frames: AsyncIterator<Frame, undefined>): Promise<T> {
  const next = await frames.next();
  if (next.done === true || next.value.kind !== 'J') throw new Error('This is no copy of a schema.');
  return JSON.parse(next.value.content.toString()) as T;
}

/** Runs the migrations that the copy was made with: later programs may have changed what they no longer need to know. */
export async function makeSchema(pool: Pool, schema: string, contents: Pick<Contents, 'migrations'>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'oneshelf-migrations-'));
  try {
    for (const { name, text } of contents.migrations) {
      if (!/^[\w]+\.sql$/.test(name)) throw new Error('This is no copy of a schema.');
      await writeFile(join(directory, name), text);
    }
    await migrate(pool, { schema, directory });
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Makes the partitions of the schema in `search_path` those that are told. */
export async function remakePartitions(client: Queries, wanted: readonly Partition[]): Promise<void> {
  const made = await findPartitions(client);
  if (JSON.stringify(made) === JSON.stringify(wanted)) return;
  for (const { name } of made) await client.query(`drop table ${quoteIdentifier(name)}`);
  for (const { parent, name, bound, options } of wanted) {
    if (!/^(?:FOR VALUES (?:FROM \([^;]*\) TO|IN|WITH) \([^;]*\)|DEFAULT)$/.test(bound))
      throw new Error(`${bound} is no bound of a partition.`);
    const settings = (options ?? []).filter((option) => /^\w+=[\w.]+$/.test(option)).join(', ');
    await client.query(
      `create table ${quoteIdentifier(name)} partition of ${quoteIdentifier(parent)} ${bound}${settings === '' ? '' : ` with (${settings})`}`,
    );
  }
}

/** Makes keys and indexes that were dropped before the rows came. */
export async function makeKeys(client: Queries, keys: readonly Key[], onKeys: CopyIn['onKeys']): Promise<void> {
  for (const [done, { made }] of keys.entries()) {
    onKeys?.({ done, total: keys.length });
    await client.query(made);
  }
}
