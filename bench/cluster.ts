import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { auditDatabase } from '../apps/simulator/auditor.ts';
import { startEmbedded, type Embedded } from '../platform/embedded/supervisor.ts';
import { BENCH_SCHEMA, DATA_SETS, makeDataSet, type DataSet } from './data-sets.ts';

/** Everything the bench keeps: the database cluster with the data sets, and which of them are complete. */
export const BENCH_FOLDER = resolve(import.meta.dirname, '../data/bench');

/** The PostgreSQL of the bench: embedded, with the settings of every Oneshelf, fsync on. */
export async function startCluster(say: (text: string) => void): Promise<Embedded> {
  mkdirSync(BENCH_FOLDER, { recursive: true });
  return startEmbedded({
    dataDir: BENCH_FOLDER,
    database: 'bench',
    log: (level, message) => level !== 'info' && say(message),
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

/** Makes the data sets that are missing or stale (all, when `again`). */
export async function prepare(
  embedded: Embedded,
  names: readonly string[],
  options: { again: boolean; say: (text: string) => void },
): Promise<void> {
  for (const name of names) {
    const set: DataSet | undefined = (DATA_SETS as Record<string, DataSet>)[name];
    if (set === undefined) throw new Error(`there is no data set "${name}"`);
    const stamp = join(BENCH_FOLDER, `${name}.made`);
    if (!options.again && existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) continue;
    const began = performance.now();
    options.say(`making the data set ${name}`);
    await onServer(embedded.url('postgres'), `drop database if exists ${name} with (force)`);
    await onServer(embedded.url('postgres'), `create database ${name}`);
    await makeDataSet(embedded.url(name), set, options.say);
    options.say(`auditing the data set ${name}`);
    await audit(embedded.url(name));
    writeFileSync(stamp, fingerprint());
    options.say(`made the data set ${name} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  }
}

/** What was written by plain SQL must be as true as what the pipeline writes; a data set has no returns, tills or reservations to look at. */
async function audit(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`set search_path = ${BENCH_SCHEMA}`);
    const { findings } = await auditDatabase(async (text) => (await client.query<Record<string, unknown>>(text)).rows);
    const faults = findings.filter((finding) => finding.rows.length > 0);
    if (faults.length > 0)
      throw new Error(
        `the data set does not balance: ${JSON.stringify(faults.map(({ check, says, rows }) => ({ check, says, row: rows[0] })))}`,
      );
  } finally {
    await client.end();
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
