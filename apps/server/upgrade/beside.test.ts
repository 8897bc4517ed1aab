import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPool, type Pool } from '../../../platform/db/pool.ts';
import { createTestDatabase } from '../../../platform/db/testing.ts';
import { answers, findWrongs, lookBefore, openShop } from '../chaos/chaos.ts';
import { pause, type Load } from '../chaos/load.ts';
import { foundRetailer } from '../chaos/retailer.ts';
import { endVictim, startVictim, type Victim } from '../chaos/victim.ts';

const root = resolve(import.meta.dirname, '../../..');
const home = mkdtempSync(join(tmpdir(), 'oneshelf-beside-'));
const victims: Victim[] = [];
afterAll(async () => {
  await Promise.all(victims.map(endVictim));
  rmSync(home, { recursive: true, force: true });
});

/** Rows that the next version fills in batches: enough that there is time to be killed. */
const SETTINGS = 12_000;

/** The program as its next version might be: the same, with the migrations of `next-version/`. Gives its main file. */
function nextVersion(): string {
  const at = join(home, 'next');
  mkdirSync(join(at, 'db'), { recursive: true });
  const isNeeded = (path: string): boolean => !path.endsWith('.test.ts');
  const folders = ['apps', 'client', 'connectors', 'platform', 'src', 'dist', 'package.json', 'package-lock.json'];
  for (const name of folders.filter((one) => existsSync(join(root, one))))
    cpSync(join(root, name), join(at, name), { recursive: true, filter: isNeeded });
  cpSync(join(root, 'db/migrations'), join(at, 'db/migrations'), { recursive: true });
  cpSync(join(import.meta.dirname, 'next-version'), join(at, 'db/migrations'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(at, 'node_modules'));
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name: 'oneshelf', version: '99.0.0', type: 'module' }));
  return join(at, 'apps/server/main.ts');
}

/** Starts a program that is killed as soon as `when` says so. Gives whether it had to be. */
async function killedWhen(of: Parameters<typeof startVictim>[0], when: () => Promise<boolean>): Promise<boolean> {
  let child: ChildProcess | undefined;
  const started = startVictim({ ...of, onChild: (one) => (child = one) }).then(
    (victim) => victims.push(victim),
    () => undefined,
  );
  let over = false;
  void started.then(() => (over = true));
  while (!over && !(await when())) await pause(5);
  const killed = !over && child?.kill('SIGKILL') === true;
  await started;
  return killed;
}

/** Looks again and again how long somebody who sells has been waiting for a table. Gives the longest, in milliseconds. */
function watchLocks(pool: Pool): () => Promise<number> {
  let [longestMs, done] = [0, false];
  const watching = (async () => {
    while (!done) {
      const { rows } = await pool.query<{ ms: number | null }>(
        `select max(extract(epoch from clock_timestamp() - query_start) * 1000)::float8 as ms from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'relation' and application_name <> 'oneshelf migrate'`,
      );
      longestMs = Math.max(longestMs, rows[0]?.ms ?? 0);
      await pause(10);
    }
  })();
  return async () => {
    done = true;
    await watching;
    return Math.round(longestMs);
  };
}

/** The longest time in which nobody was answered. */
function watchSilence(load: Load): () => number {
  let [longestMs, answered, at] = [0, load.answered, performance.now()];
  const look = (): void => {
    if (load.answered > answered) [answered, at] = [load.answered, performance.now()];
    longestMs = Math.max(longestMs, performance.now() - at);
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    return Math.round(longestMs);
  };
}

test('the next version is started, killed twice in the middle of its migrations, and takes over, while the one before sells on', async () => {
  const database = await createTestDatabase();
  const { url } = database;
  const pool = createPool({ url, max: 2, applicationName: 'onlooker' });
  const count = async (text: string): Promise<number> => {
    const found = await pool.query<{ n: number }>(`select (${text})::integer as n`);
    return found.rows[0]?.n ?? 0;
  };
  const founded = await foundRetailer(url);
  await pool.query(
    `insert into oneshelf.platform_setting (name, value, version) select 'filling ' || n, to_json(n), 1 from generate_series(1, ${SETTINGS}) as s(n)`,
  );
  const before = await startVictim({ dataDir: home, url });
  victims.push(before);
  const main = nextVersion();
  let next: Victim | undefined;
  let isOver = false;
  const selling = await openShop({
    founded,
    seed: 15,
    clients: 8,
    // Both while there are both, then the new one alone.
    url: () => (next !== undefined && (isOver || Math.random() < 0.5) ? next.url : before.url),
    giveUp: () => endVictim(before),
  });
  const { load } = selling;
  try {
    const was = await lookBefore(url);
    selling.begin();
    await answers(load, 100);
    const locks = watchLocks(pool);
    const silence = watchSilence(load);
    const begun = load.answered;

    const isApplied = (what: string) =>
      `select count(*) from oneshelf.platform_migration where name like '2099%' and ${what}`;
    expect(
      await killedWhen(
        { dataDir: home, url, main },
        async () => (await count(isApplied('finished_at is not null'))) > 0,
      ),
    ).toBe(true);
    const filled = async (): Promise<number> =>
      (await count(isApplied(`name like '%setting_length%' and statements_done = 2`))) === 0
        ? 0
        : count('select count(length) from oneshelf.platform_setting');
    expect(await killedWhen({ dataDir: home, url, main }, async () => (await filled()) > 500)).toBe(true);
    const half = await filled();
    expect(half).toBeLessThan(SETTINGS);

    const taken = await startVictim({ dataDir: home, url, main });
    victims.push(taken);
    const [waitedMs, silentMs, meanwhile] = [await locks(), silence(), load.answered - begun];
    expect([load.failed, load.broken, load.retryAfterMissing]).toEqual([[], 0, 0]);
    next = taken;
    await answers(load, 150);
    expect([load.failed, load.broken]).toEqual([[], 0]);
    isOver = true;
    before.child.kill('SIGTERM');
    await before.exited;
    await answers(load, 100);
    await selling.end();

    expect(await findWrongs(url, selling, was)).toEqual([]);
    expect(waitedMs).toBeLessThan(5_000);
    expect(meanwhile).toBeGreaterThan(50);
    // Every file once, whole.
    const files = readdirSync(join(import.meta.dirname, 'next-version')).length;
    expect(await count(isApplied('finished_at is not null'))).toBe(files);
    // What the version before writes afterwards (when retention ran, say) is filled by a later version, which contracts.
    const unfilled = `select count(*) from oneshelf.platform_setting where length is null and name like 'filling %'`;
    expect(await count(unfilled)).toBe(0);
    expect(await count('select count(*) from oneshelf.catalog_sku where title is distinct from name')).toBe(0);
    expect(await count('select count(*) from pg_index where not indisvalid')).toBe(0);
    expect(
      await count(
        `select count(*) from pg_index where indisvalid and indexrelid in ('oneshelf.stock_movement_document'::regclass, 'oneshelf.stock_movement_0_document'::regclass, 'oneshelf.platform_setting_length'::regclass)`,
      ),
    ).toBe(3);
    expect(
      await count(
        `select count(*) from pg_constraint where conname = 'order_header_remark_short' and not convalidated`,
      ),
    ).toBe(0);
    process.stdout.write(
      `${meanwhile} acts beside the migrations (${load.overloaded} times 503); ${half} of ${SETTINGS} rows were filled at the second kill; longest wait for a table ${waitedMs} ms, longest silence ${silentMs} ms (${load.silent} requests sent again)\n`,
    );
  } finally {
    // Whatever went wrong, nobody goes on asking.
    load.failed.push('the end');
  }
  await Promise.all(victims.map(endVictim));
  await pool.end();
  await database.drop();
}, 480_000);
