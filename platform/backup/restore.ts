import pg from 'pg';
import { createPool, quoteIdentifier, type Pool } from '../db/pool.ts';
import { migrate } from '../db/migrate.ts';
import { BackupRefused, openArchive, readArchive, verifyArchive, type Manifest } from './archive.ts';
import type { ReadFigures } from './back-up.ts';
import { copyIn } from './copy-in.ts';
import type { KeptFile } from './copy-out.ts';
import type { Place } from './place.ts';

/** What a restore tells while it works. */
export type RestoreProgress =
  | { readonly kind: 'verify' | 'load' | 'keys'; readonly done: number; readonly total: number }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'migrate' | 'audit' };

/** What a restore needs. `url` is that of a user who may create schemas. */
export type Restore = {
  readonly place: Place;
  readonly name: string;
  readonly key: Buffer | undefined;
  readonly url: string;
  readonly schema: string;
  readonly migrations: string;
  readonly figures: ReadFigures;
  /** What is wrong with the books of a schema; empty when nothing is. */
  readonly audit: (pool: Pool, schema: string) => Promise<readonly string[]>;
  /** Takes the backup as it is, whatever the auditor finds. */
  readonly evenIfWrong: boolean;
  readonly onProgress?: (progress: RestoreProgress) => void;
};

/** What a restore came to. */
export type Restored = {
  readonly manifest: Manifest;
  readonly migrationsApplied: readonly string[];
  readonly files: readonly KeptFile[];
  readonly found: readonly string[];
};

/** Under what name a schema is made until it is whole. */
export function unfinishedName(schema: string): string {
  return `${schema.slice(0, 50)}_unfinished`;
}

/**
 * Puts a backup into an empty place: checks every byte of it, makes the schema under another name, brings it up to date, compares the books, and gives it its name
 * last. So nothing that is half there ever looks whole, and a restore that ended in the middle is simply run again. Throws BackupRefused.
 */
export async function restore(options: Restore): Promise<Restored> {
  const { place, name, key, url, schema, onProgress } = options;
  const pool = createPool({ url, max: 3, applicationName: 'oneshelf restore' });
  const client = new pg.Client({ connectionString: url, application_name: 'oneshelf restore' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await requireEmpty(client, schema);
    const archive = await openArchive(place, name, key);
    const { manifest } = archive;
    const counting = (kind: 'verify' | 'load') => {
      let done = 0;
      return (bytes: number): void => onProgress?.({ kind, done: (done += bytes), total: manifest.bytes });
    };
    await verifyArchive(place, archive, counting('verify'));
    const unfinished = unfinishedName(schema);
    await client.query(`drop schema if exists ${quoteIdentifier(unfinished)} cascade`);
    const { files } = await copyIn({
      pool,
      client,
      schema: unfinished,
      frames: readArchive(place, archive, counting('load')),
      onTable: (table) => onProgress?.({ kind: 'table', name: table }),
      onKeys: (progress) => onProgress?.({ kind: 'keys', ...progress }),
    });
    // The books as they were copied, before anything is brought up to date.
    const figures = await options.figures(client);
    const wrong = Object.keys(manifest.figures).filter((figure) => figures[figure] !== manifest.figures[figure]);
    if (wrong.length > 0) throw new BackupRefused(`The books did not come out as they went in: ${wrong.join(', ')}.`);
    onProgress?.({ kind: 'migrate' });
    const migrationsApplied = await migrate(pool, { schema: unfinished, directory: options.migrations });
    // The backup itself stands in it as one that is being made.
    await client.query(
      `update ${quoteIdentifier(unfinished)}.platform_backup set state = 'done', ended_at = $1, name = $2 where state = 'running'`,
      [manifest.endedAt, manifest.name],
    );
    onProgress?.({ kind: 'audit' });
    const found = await options.audit(pool, unfinished);
    if (found.length > 0 && !options.evenIfWrong)
      throw new BackupRefused(
        `The books of the backup were not in order when it was made:\n  ${found.join('\n  ')}\nTo take it all the same, add --even-if-wrong.`,
      );
    await giveName(client, { unfinished, schema });
    return { manifest, migrationsApplied, files, found };
  } finally {
    await client.end().catch(() => undefined);
    await pool.end();
  }
}

/** Throws BackupRefused when there is a table in the schema. */
export async function requireEmpty(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ tables: number }>(
    `select count(*)::integer as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1`,
    [schema],
  );
  if ((rows[0]?.tables ?? 0) > 0)
    throw new BackupRefused(
      `The schema ${schema} is not empty. Nothing was changed. Take an empty database, an empty DATA_DIR or another RETAILER_SCHEMA.`,
    );
}

/** From now on, and not before, it is there. */
export async function giveName(
  client: pg.Client,
  of: { readonly unfinished: string; readonly schema: string },
): Promise<void> {
  await client.query('begin');
  await client.query('set local lock_timeout = 0');
  // An empty schema that somebody prepared; one with anything in it is refused here again.
  await client.query(`drop schema if exists ${quoteIdentifier(of.schema)} restrict`);
  await client.query(`alter schema ${quoteIdentifier(of.unfinished)} rename to ${quoteIdentifier(of.schema)}`);
  await client.query('commit');
}
