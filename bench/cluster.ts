import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { auditDatabase } from '../apps/simulator/auditor.ts';
import { createPool } from '../platform/db/pool.ts';
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../platform/embedded/supervisor.ts';
import { BENCH_SCHEMA, DATA_SETS, makeDataSet, type DataSet } from './data-sets.ts';

/** Everything the bench keeps: the database cluster with the data sets, and which of them are complete. */
export const BENCH_FOLDER = resolve(import.meta.dirname, '../data/bench');

/** The PostgreSQL of the bench: embedded, with the settings of every Oneshelf, fsync on, unless told otherwise. */
export async function startCluster(
  say: (text: string) => void,
  other: Pick<EmbeddedOptions, 'fsync' | 'settings'> = {},
): Promise<Embedded> {
  mkdirSync(BENCH_FOLDER, { recursive: true });
  return startEmbedded({
    dataDir: BENCH_FOLDER,
    database: 'bench',
    log: (level, message) => level !== 'info' && say(message),
    ...other,
  });
}

/** A data set is stale when the migrations are not those it was made with. */
function fingerprint(): string {
  const folder = resolve(import.meta.dirname, '../db/migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) hash.update(readFileSync(join(folder, name)));
  for (const name of ['data-sets.ts', 'baseline.sql']) hash.update(readFileSync(join(import.meta.dirname, name)));
  return hash.digest('hex').slice(0, 16);
}

/** A server that only fills: nothing in it has to live through a crash, because a data set counts when its stamp is written. */
const FILLING = {
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  autovacuum: 'off',
  shared_buffers: '2GB',
  maintenance_work_mem: '512MB',
  work_mem: '256MB',
  max_parallel_maintenance_workers: '2',
};

/** Makes the data sets that are missing or stale (all, when `again`) while nobody else uses the cluster, and leaves them on the disk. */
export async function prepare(
  names: readonly string[],
  options: { again: boolean; say: (text: string) => void },
): Promise<void> {
  const { again, say } = options;
  const stampOf = (name: string): string => join(BENCH_FOLDER, `${name}.made`);
  const print = fingerprint();
  const wanted = names.filter(
    (name) => again || !existsSync(stampOf(name)) || readFileSync(stampOf(name), 'utf8') !== print,
  );
  if (wanted.length === 0) return;
  for (const name of wanted) {
    const set: DataSet | undefined = (DATA_SETS as Record<string, DataSet>)[name];
    if (set === undefined) throw new Error(`there is no data set "${name}"`);
    const began = performance.now();
    const told = (text: string): void => say(`${name}: ${text} (${((performance.now() - began) / 1000).toFixed(0)} s)`);
    rmSync(stampOf(name), { force: true });
    const embedded = await startCluster(say, { fsync: false, settings: FILLING });
    try {
      await onServer(embedded.url('postgres'), `drop database if exists ${name} with (force)`);
      await onServer(embedded.url('postgres'), `create database ${name}`);
      await makeDataSet(embedded.url(name), set, told);
      told('audit');
      await audit(embedded.url(name));
    } finally {
      await embedded.stop();
    }
    syncFiles(join(BENCH_FOLDER, 'postgres'));
    writeFileSync(stampOf(name), print);
    told('made');
  }
}

/** Sees to it that the disk has what the server wrote without waiting for it. */
function syncFiles(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = openSync(join(entry.parentPath, entry.name), 'r');
    fsyncSync(file);
    closeSync(file);
  }
}

/** What was written by plain SQL must be as true as what the pipeline writes; a data set has no returns, tills or reservations to look at. */
async function audit(url: string): Promise<void> {
  const settings = encodeURIComponent(`-c search_path=${BENCH_SCHEMA}`);
  const pool = createPool({ url: `${url}&options=${settings}`, max: availableParallelism() });
  try {
    const { findings } = await auditDatabase(async (text) => (await pool.query<Record<string, unknown>>(text)).rows, {
      atOnce: availableParallelism(),
    });
    const faults = findings.filter((finding) => finding.rows.length > 0);
    if (faults.length > 0)
      throw new Error(
        `the data set does not balance: ${JSON.stringify(faults.map(({ check, says, rows }) => ({ check, says, row: rows[0] })))}`,
      );
  } finally {
    await pool.end();
  }
}

async function onServer(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
