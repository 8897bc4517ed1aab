import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createPool } from './pool.ts';
import type { Pool } from './pool.ts';

/** A migrated database of one test file. `schema` is the retailer's schema in it. */
export type TestDatabase = { url: string; pool: Pool; schema: string; drop(): Promise<void> };

/** What the run's main process writes for its workers when the server is up. `server` leads to a database nobody uses. */
export type TestCluster = { server: string; template: string; prefix: string } | { error: string };

/** The schema that the template database is migrated into. */
export const testSchema = 'oneshelf';

/** The environment variable that leads workers to the folder of the run. */
export const runFolderVariable = 'TEST_RUN_FOLDER';

/**
 * Makes a database for one test file, a copy of the migrated template (tens of milliseconds; the run's first call also waits for
 * the server, about two seconds):
 *
 *     const database = await createTestDatabase();      // at the top of the file or in beforeAll
 *     afterAll(() => database.drop());
 *
 * Works inside vitest only, whose global setup owns the server. With TEST_DATABASE_URL that server is used. Throws what went wrong while
 * the server started or the migrations ran.
 */
export async function createTestDatabase(options?: { max?: number; pipeline?: boolean }): Promise<TestDatabase> {
  const cluster = await testCluster();
  const name = `${cluster.prefix}${randomBytes(5).toString('hex')}`;
  await onServer(cluster.server, `create database ${name} template ${cluster.template}`);
  const url = withDatabase(cluster.server, name);
  const pool = createPool({ url, applicationName: name, ...options });
  let dropped: Promise<void> | undefined;
  const drop = async (): Promise<void> => {
    await pool.end();
    await onServer(cluster.server, `drop database if exists ${name} with (force)`);
  };
  return { url, pool, schema: testSchema, drop: () => (dropped ??= drop()) };
}

/** Asks the run's main process for the server and waits until it is there. */
async function testCluster(): Promise<Exclude<TestCluster, { error: string }>> {
  const folder = process.env[runFolderVariable];
  if (folder === undefined)
    throw new Error('createTestDatabase works inside vitest only: its global setup starts the server.');
  writeFileSync(join(folder, 'wanted'), '');
  const answer = join(folder, 'cluster.json');
  while (!existsSync(answer)) await new Promise((resolve) => setTimeout(resolve, 20));
  const cluster = JSON.parse(readFileSync(answer, 'utf8')) as TestCluster;
  if ('error' in cluster) throw new Error(cluster.error);
  return cluster;
}

/** Runs one statement on a connection of its own. */
export async function onServer(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed under the connection must fail the query, not the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

/** `url` with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
