import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { removeEmbedded, startEmbedded } from '../embedded/supervisor.ts';
import type { Embedded } from '../embedded/supervisor.ts';
import { migrate } from './migrate.ts';
import { createPool } from './pool.ts';
import { onServer, runFolderVariable, testSchema, withDatabase } from './testing.ts';
import type { TestCluster } from './testing.ts';

const folderPrefix = 'oneshelf-test-';
const databasePrefix = 'oneshelf_t_';
const leftoverAfterMs = 2 * 3600_000;

/**
 * vitest's global setup: owns the one PostgreSQL of a test run. It starts when the first test asks, so that a run of pure tests costs
 * nothing. Gives the function that takes everything away again.
 */
export async function setup(): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), folderPrefix));
  process.env[runFolderVariable] = folder;
  let starting: Promise<Running> | undefined;
  const asked = setInterval(() => {
    if (!existsSync(join(folder, 'wanted'))) return;
    clearInterval(asked);
    starting = startServer(folder);
    starting.then(
      (running) => answer(folder, running.cluster),
      (error: unknown) => answer(folder, { error: `The test database did not start: ${(error as Error).message}` }),
    );
  }, 20);
  asked.unref();
  // A second Ctrl-C ends vitest without its teardown.
  let embedded: Embedded | undefined;
  const lastMoment = (): void => {
    embedded?.killNow();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', lastMoment);

  async function startServer(at: string): Promise<Running> {
    const running = await (process.env['TEST_DATABASE_URL'] === undefined
      ? embeddedServer(at)
      : givenServer(process.env['TEST_DATABASE_URL']));
    embedded = running.embedded;
    return running;
  }

  return async () => {
    clearInterval(asked);
    await (await starting?.catch(() => undefined))?.end();
    rmSync(folder, { recursive: true, force: true });
    process.removeListener('exit', lastMoment);
  };
}

type Running = { cluster: TestCluster; embedded?: Embedded; end(): Promise<void> };

async function embeddedServer(folder: string): Promise<Running> {
  const embedded = await startEmbedded({
    dataDir: join(folder, 'data'),
    database: 'template_migrated',
    fsync: false,
    settings: { shared_buffers: '64MB', max_connections: '200', wal_level: 'replica', autovacuum: 'off' },
  });
  try {
    await makeTemplate(embedded.url());
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return {
    cluster: { server: embedded.url('postgres'), template: 'template_migrated', prefix: 't_' },
    embedded,
    end: () => embedded.stop(),
  };
}

async function givenServer(url: string): Promise<Running> {
  const prefix = `${databasePrefix}${Date.now().toString(36)}_`;
  const template = `${prefix}template`;
  await onServer(url, `create database ${template}`);
  const dropAll = (): Promise<void> => dropDatabases(url, (name) => name.startsWith(prefix));
  try {
    await makeTemplate(withDatabase(url, template));
  } catch (error) {
    await dropAll();
    throw error;
  }
  return { cluster: { server: url, template, prefix }, end: dropAll };
}

async function makeTemplate(url: string): Promise<void> {
  const pool = createPool({ url, max: 2, applicationName: 'template' });
  try {
    await migrate(pool, { schema: testSchema, directory: resolve(import.meta.dirname, '../../db/migrations') });
  } finally {
    await pool.end();
  }
}

/** Folders and databases of runs that were killed. Those of runs that are alive stay. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((found) => found.startsWith(folderPrefix))) {
    const folder = join(tmpdir(), name);
    try {
      // A run that has just begun has not claimed its folder yet.
      if (Date.now() - statSync(folder).mtimeMs < 60_000) continue;
      const data = join(folder, 'data');
      if (existsSync(data) ? await removeEmbedded(data) : isOld(folder))
        rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another run removes it at this moment, or it is another user's.
    }
  }
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined) return;
  const oldest = Date.now() - leftoverAfterMs;
  await dropDatabases(
    url,
    (name) => name.startsWith(databasePrefix) && parseInt(name.slice(databasePrefix.length), 36) < oldest,
  );
}

function isOld(folder: string): boolean {
  return Date.now() - statSync(folder).mtimeMs > leftoverAfterMs;
}

async function dropDatabases(url: string, chosen: (name: string) => boolean): Promise<void> {
  const found = await onServer(url, 'select datname from pg_database where not datistemplate');
  for (const { datname } of found.rows as { datname: string }[]) {
    if (chosen(datname)) await onServer(url, `drop database if exists "${datname}" with (force)`);
  }
}

/** Renamed when complete, because workers read the file as soon as they see it. */
function answer(folder: string, cluster: TestCluster): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'cluster.json.new'), JSON.stringify(cluster));
  renameSync(join(folder, 'cluster.json.new'), join(folder, 'cluster.json'));
}
