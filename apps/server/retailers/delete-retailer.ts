import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActBy, Directory, Retailer } from '../../../platform/db/directory.ts';
import { createPool, quoteIdentifier, type Pool } from '../../../platform/db/pool.ts';
import { unfinishedName } from '../../../platform/backup/restore.ts';

/** How long a statement stands before a table that somebody uses; then it steps back, so that nobody queues up behind it. */
const LOCK_MS = 2_000;
const AGAIN_MS = 500;

/**
 * Deletes a retailer that is being deleted: its sandbox, its tables one by one, its schema, its files but for its backups, and last its place in the directory. Each step is a
 * commit of its own, so few locks are held at a time and an interrupted one goes on where it stopped. `folder` is where its files lie.
 */
export async function deleteRetailer(
  deps: { readonly directory: Directory; readonly url: string; readonly folder: string; readonly by: ActBy },
  retailer: Retailer,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<void> {
  const { directory, url, folder, by } = deps;
  const { schema } = retailer;
  const pool = createPool({ url, max: 1, applicationName: 'oneshelf retailers' });
  try {
    for (const each of [`${schema}_sandbox`, unfinishedName(schema)]) await dropSchema(pool, each, () => undefined);
    await dropSchema(pool, schema, onProgress);
  } finally {
    await pool.end();
  }
  await removeFiles(folder);
  await directory.remove(retailer, by);
}

/** Drops a schema table by table: all at once would need a lock for each of hundreds of tables and indexes in one transaction. */
async function dropSchema(pool: Pool, schema: string, onProgress: (done: number, of: number) => void): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select c.relname as name
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind in ('r', 'p')
     order by not c.relispartition, c.relname collate "C"`,
    [schema],
  );
  for (const [at, { name }] of rows.entries()) {
    onProgress(at, rows.length);
    await dropPatiently(pool, `drop table if exists ${quoteIdentifier(schema)}.${quoteIdentifier(name)} cascade`);
  }
  await dropPatiently(pool, `drop schema if exists ${quoteIdentifier(schema)} cascade`);
  onProgress(rows.length, rows.length);
}

async function dropPatiently(pool: Pool, statement: string): Promise<void> {
  for (;;) {
    try {
      await pool.query(`begin; set local lock_timeout = ${LOCK_MS}; ${statement}; commit`);
      return;
    } catch (error) {
      await pool.query('rollback');
      // 55P03: somebody uses it, a backup or a program that has not heard yet.
      if ((error as { code?: string }).code !== '55P03') throw error;
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}

/** Backups are kept for the one who asks for them later; the operator removes them when the time is over. */
async function removeFiles(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) if (name !== 'backups') await rm(join(folder, name), { recursive: true, force: true });
  if (!names.includes('backups')) await rm(folder, { recursive: true, force: true });
}
