import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { auditBooks, readFigures } from '../apps/server/backup/books.ts';
import { folderPlace } from '../platform/backup/folder-place.ts';
import { Overloaded } from '../platform/commit/command.ts';
import { restore } from '../platform/backup/restore.ts';
import { median, percentile, type Bench, type Figure, type Found } from './bench.ts';
import { BENCH_FOLDER } from './cluster.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf } from './data-sets.ts';
import { openEngine, watchedHere, type Engine } from './figures-engine.ts';
import { runClients, type Round } from './load.ts';
import { makeSales, seeded, type BenchSale } from './sales.ts';
import { warmUp } from './warm-up.ts';

const SET = DATA_SETS.million;
const CLIENTS = 64;
const ALONE_MS = 12_000;
/** So many backups, each between two rounds without one. One takes more than a minute. */
const BACKUPS = 1;
/** Where the last one is put back to be looked at. It is gone afterwards. */
const RESTORED = 'restored';

/** Makes a backup as people do: by the command, in a process of its own. Rejects with what it said last. */
function startBackup(bench: Bench, home: string): { readonly child: ChildProcess; readonly ended: Promise<void> } {
  const main = resolve(import.meta.dirname, '../apps/server/main.ts');
  const child = spawn(process.execPath, [main, 'backup', '--to', join(home, 'backups')], {
    cwd: home,
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: bench.url(SET.name),
      RETAILER_SCHEMA: BENCH_SCHEMA,
      DATA_DIR: home,
      LOG_FORMAT: 'text',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (part: Buffer) => (said = (said + part.toString()).slice(-2_000)));
  const ended = new Promise<void>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`the backup ended with ${code}: ${said}`))));
  });
  return { child, ended };
}

/** Rounds of selling in turn: without a backup, beside one from its first moment to its last, without one again. */
async function sellAndBackUp(
  bench: Bench,
  engine: Engine,
  home: string,
): Promise<{ readonly alone: readonly Round[]; readonly beside: readonly Round[] }> {
  const world = worldOf(SET);
  const dice = seeded(15);
  const sell = (ms: number, warmUpMs: number, isOver: () => boolean, backup?: ChildProcess): Promise<Round> =>
    runClients({
      clients: CLIENTS,
      ms,
      warmUpMs,
      watched: [...watchedHere(bench), ...(backup?.pid === undefined ? [] : [{ name: 'backup', pid: backup.pid }])],
      cores: bench.cores,
      next: () => (isOver() ? undefined : makeSales(world, 1, { spread: 'spread', at: Date.now(), dice })[0]),
      call: (sale) => sellPatiently(engine, sale),
    });
  const without = async (): Promise<Round> => {
    const round = await sell(ALONE_MS, 3_000, () => false);
    bench.say(`alone: ${describe(round)}`);
    return round;
  };
  const beside: Round[] = [];
  const alone = [await without()];
  for (let n = 0; n < BACKUPS; n += 1) {
    const backup = startBackup(bench, home);
    let isOver = false;
    const ended = backup.ended.finally(() => (isOver = true));
    const [round] = await Promise.all([sell(600_000, 500, () => isOver, backup.child), ended]);
    bench.say(`beside a backup of ${round.seconds.toFixed(0)} s: ${describe(round)}`);
    beside.push(round);
    alone.push(await without());
  }
  return { alone, beside };
}

/** Sells as clients do, who are told to come back when the queue was too slow for them and come back with the same sale. */
async function sellPatiently(engine: Engine, sale: BenchSale): Promise<void> {
  for (;;) {
    try {
      return await engine.sell(sale);
    } catch (error) {
      if (!(error instanceof Overloaded)) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

function describe({ perSecond, latenciesMs, strangers }: Round): string {
  return `${perSecond.toFixed(0)}/s, p99 ${percentile(latenciesMs, 0.99).toFixed(0)} ms, strangers ${((strangers ?? 0) * 100).toFixed(0)} %`;
}

/** Puts the newest backup back into an empty database, where its sums are compared and the auditor goes over all books. Throws when they are not right. */
async function putBack(bench: Bench, home: string): Promise<{ seconds: number; bytes: number }> {
  const place = folderPlace(join(home, 'backups'));
  const name = (await place.list()).at(-1) ?? '';
  await onServer(bench, `drop database if exists ${RESTORED} with (force)`);
  await onServer(bench, `create database ${RESTORED}`);
  try {
    const began = performance.now();
    const { found, manifest } = await restore({
      place,
      name,
      key: undefined,
      url: bench.url(RESTORED),
      schema: BENCH_SCHEMA,
      migrations: resolve(import.meta.dirname, '../db/migrations'),
      figures: readFigures,
      audit: auditBooks,
      evenIfWrong: false,
    });
    if (found.length > 0) throw new Error(`what was put back is not right: ${found.join('; ')}`);
    return { seconds: (performance.now() - began) / 1000, bytes: manifest.bytes };
  } finally {
    await onServer(bench, `drop database if exists ${RESTORED} with (force)`);
  }
}

async function onServer(bench: Bench, text: string, database = 'postgres'): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: bench.url(database) });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

async function backupWhileSelling(bench: Bench): Promise<Found> {
  const home = mkdtempSync(join(BENCH_FOLDER, 'backup-'));
  const engine = openEngine(bench.url(SET.name), worldOf(SET));
  try {
    await warmUp(engine.pool, BENCH_SCHEMA);
    const sizes = await engine.pool.query<{ size: string }>(
      'select pg_database_size(current_database())::text as size',
    );
    const { alone, beside } = await sellAndBackUp(bench, engine, home);
    const perSecond = (round: Round | undefined): number => round?.perSecond ?? Number.NaN;
    const ratios = beside.map((round, n) => round.perSecond / ((perSecond(alone[n]) + perSecond(alone[n + 1])) / 2));
    bench.say('putting it back');
    const { seconds, bytes } = await putBack(bench, home);
    const rounded = (rounds: readonly Round[]): number => Math.round(median(rounds.map((one) => one.perSecond)));
    const p99 = (rounds: readonly Round[]): number =>
      Math.round(
        percentile(
          rounds.flatMap((one) => one.latenciesMs),
          0.99,
        ),
      );
    return {
      value: median(ratios),
      strangers: median([...alone, ...beside].map((one) => one.strangers ?? 0)),
      detail: {
        ratios: ratios.map((one) => one.toFixed(2)).join(' '),
        alone_per_s: rounded(alone),
        beside_per_s: rounded(beside),
        alone_p99_ms: p99(alone),
        beside_p99_ms: p99(beside),
        database_gb: Number((Number(sizes.rows[0]?.size) / 2 ** 30).toFixed(1)),
        backup_mb: Math.round(bytes / 2 ** 20),
        backup_s: Math.round(median(beside.map((one) => one.seconds))),
        restore_s: Math.round(seconds),
        restored: 'right',
      },
    };
  } finally {
    await engine.close();
    await onServer(bench, `delete from ${BENCH_SCHEMA}.platform_backup`, SET.name).catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  }
}

/** The figure of backups. */
export const backupFigures: readonly Figure[] = [
  {
    name: 'backup-while-selling',
    what: 'sales a second while 5 GB are backed up, as a share of what is sold without; the last backup is put back and audited',
    unit: 'x',
    must: { is: '>=', limit: 0.7 },
    needs: [SET.name],
    run: backupWhileSelling,
  },
];
