import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable, pipeline as streamPipeline } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BackupRefused } from '../backup/archive.ts';
import type { ReadFigures } from '../backup/back-up.ts';
import { makeKeys, makeSchema, remakePartitions } from '../backup/copy-in.ts';
import type { Contents } from '../backup/copy-out.ts';
import { giveName, requireEmpty, unfinishedName } from '../backup/restore.ts';
import { dropKeys } from '../backup/shape.ts';
import { migrate } from '../db/migrate.ts';
import { createPool, quoteIdentifier, type Pool } from '../db/pool.ts';
import { readTar, type TarFile } from './tar.ts';
import { COPY_IN_TEXT, insertText, type ArchiveTable } from './tables.ts';
import { ARCHIVE_CONTENTS, ARCHIVE_FORMAT, ARCHIVE_MANIFEST, type ArchiveManifest } from './write-archive.ts';

/** What taking in an archive needs. `url` is that of a user who may create schemas. */
export type TakeIn = {
  readonly file: string;
  readonly url: string;
  readonly schema: string;
  readonly migrations: string;
  readonly figures: ReadFigures;
  /** What is wrong with the books of a schema; empty when nothing is. */
  readonly audit: (pool: Pool, schema: string) => Promise<readonly string[]>;
  readonly onTable?: (name: string) => void;
};

/**
 * Takes a retailer in whom another installation wrote out, into an empty place: everything under another name first, then every checksum, the number of rows, the sums of the books and the
 * auditor; only then it gets its name. Throws BackupRefused and leaves nothing that looks whole.
 */
export async function takeIn(options: TakeIn): Promise<ArchiveManifest> {
  const { file, url, schema } = options;
  const pool = createPool({ url, max: 3, applicationName: 'oneshelf import-archive' });
  const client = new pg.Client({ connectionString: url, application_name: 'oneshelf import-archive' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await requireEmpty(client, schema);
    const unfinished = unfinishedName(schema);
    await client.query(`drop schema if exists ${quoteIdentifier(unfinished)} cascade`);
    const packed = streamPipeline(createReadStream(file), createGunzip(), () => undefined);
    const manifest = await load(options, { pool, client, unfinished, files: readTar(packed) });
    const figures = await options.figures(client);
    const wrong = Object.keys(manifest.figures).filter((name) => figures[name] !== manifest.figures[name]);
    if (wrong.length > 0) throw new BackupRefused(`The books did not come out as they went in: ${wrong.join(', ')}.`);
    await migrate(pool, { schema: unfinished, directory: options.migrations });
    const found = await options.audit(pool, unfinished);
    if (found.length > 0)
      throw new BackupRefused(`The books of the archive are not in order:\n  ${found.join('\n  ')}`);
    await giveName(client, { unfinished, schema });
    return manifest;
  } catch (error) {
    if (error instanceof BackupRefused) throw error;
    const { name, code } = error as { name?: string; code?: string };
    if (name === 'BadTar' || code?.startsWith('Z_') === true || code === 'ENOENT')
      throw new BackupRefused(`The archive cannot be read: ${(error as Error).message}`);
    throw error;
  } finally {
    await client.end().catch(() => undefined);
    await pool.end();
  }
}

async function load(
  { onTable }: TakeIn,
  to: { pool: Pool; client: pg.Client; unfinished: string; files: AsyncGenerator<TarFile> },
): Promise<ArchiveManifest> {
  const { pool, client, unfinished, files } = to;
  const first = await files.next();
  if (first.done === true || first.value.name !== ARCHIVE_CONTENTS)
    throw new BackupRefused('This is no archive of Oneshelf.');
  const contents = JSON.parse(first.value.content.toString()) as Omit<Contents, 'tables'> & {
    readonly tables: readonly ArchiveTable[];
  };
  const seen = new Map([[first.value.name, sumOf(first.value)]]);
  await makeSchema(pool, unfinished, contents);
  await client.query(
    `set search_path = ${quoteIdentifier(unfinished)}, public; set statement_timeout = 0; set lock_timeout = 0; set timezone = 'UTC'`,
  );
  await remakePartitions(client, contents.partitions);
  const keys = await dropKeys(client);
  const tables = new Map(contents.tables.map((table) => [table.name, table]));
  await client.query(`truncate ${[...tables.keys()].map(quoteIdentifier).join(', ')}`);
  await client.query('create temporary table incoming_line (line text)');
  const rows = new Map<string, number>();
  for await (const found of files) {
    if (found.name === ARCHIVE_MANIFEST) {
      const manifest = JSON.parse(found.content.toString()) as ArchiveManifest;
      compare(manifest, seen, rows);
      await makeKeys(client, keys, undefined);
      await client.query('analyze');
      return manifest;
    }
    const [, name = ''] = /^tables\/([a-z0-9_]+)\/\d{6}\.jsonl$/.exec(found.name) ?? [];
    const table = tables.get(name);
    if (table === undefined || seen.has(found.name)) throw new BackupRefused('This is no archive of Oneshelf.');
    if (!rows.has(name)) onTable?.(name);
    seen.set(found.name, sumOf(found));
    await client.query('truncate incoming_line');
    await pipeline(Readable.from([found.content]), client.query(copyFrom(COPY_IN_TEXT)));
    const { rowCount } = await client.query(insertText(table));
    rows.set(name, (rows.get(name) ?? 0) + (rowCount ?? 0));
  }
  throw new BackupRefused('The archive ends in the middle: its manifest is missing.');
}

function sumOf({ content }: TarFile): string {
  return createHash('sha256').update(content).digest('hex');
}

function compare(
  manifest: ArchiveManifest,
  seen: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, number>,
): void {
  if (manifest.format !== ARCHIVE_FORMAT)
    throw new BackupRefused(`This archive is of the form ${manifest.format}, which this version does not know.`);
  const bad = manifest.files.find(({ name, sha256 }) => seen.get(name) !== sha256);
  if (bad !== undefined || manifest.files.length !== seen.size)
    throw new BackupRefused(
      `The archive is damaged${bad === undefined ? '' : `: ${bad.name} is not what was written`}.`,
    );
  for (const [table, wanted] of Object.entries(manifest.rows))
    if ((rows.get(table) ?? 0) !== wanted)
      throw new BackupRefused(`${table} has ${rows.get(table) ?? 0} rows and must have ${wanted}.`);
}
