import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createPool } from '../../../platform/db/pool.ts';
import { createTestDatabase, onServer } from '../../../platform/db/testing.ts';
import { findOwner } from '../../../platform/embedded/folder-lock.ts';
import { removeEmbedded, startEmbedded } from '../../../platform/embedded/supervisor.ts';
import { createDice } from '../../simulator/dice.ts';
import { keepSelling } from '../chaos/clients.ts';
import { newLoad, pause, type Load } from '../chaos/load.ts';
import { foundRetailer, openForBusiness } from '../chaos/retailer.ts';
import { auditBooks } from './books.ts';

const home = mkdtempSync(join(tmpdir(), 'oneshelf-move-'));
const dataDir = join(home, 'data');
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGTERM');
  for (let waitedMs = 0; findOwner(dataDir) !== undefined && waitedMs < 20_000; waitedMs += 50) await pause(50);
  await removeEmbedded(dataDir);
  rmSync(home, { recursive: true, force: true });
});

/** `node oneshelf.mjs …` as a person runs it. */
function oneshelf(args: readonly string[], settings: Record<string, string>) {
  const { PATH = '', HOME = home } = process.env;
  const env = { PATH, HOME, DATA_DIR: dataDir, DEMO: 'off', LOG_FORMAT: 'text', ...settings };
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../../../oneshelf.mjs'), ...args], {
    cwd: home,
    env,
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  return { child, said: () => said, ended };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function until(what: () => boolean, load: Load | undefined, waitingFor: () => string): Promise<void> {
  for (let waitedMs = 0; !what(); waitedMs += 20) {
    if (waitedMs > 90_000 || (load?.failed.length ?? 0) > 0)
      throw new Error(`Waited in vain for ${waitingFor()}: ${load?.failed.join()}`);
    await pause(20);
  }
}

/** Looks at the books of the new place, as the chaos test does: every act that was acknowledged is there, once, and no other. */
async function findWrongs(url: string, load: Load, senders: readonly string[], after: number): Promise<string[]> {
  const pool = createPool({ url, max: 1 });
  try {
    const { rows } = await pool.query<{ key_hash: string; event_number: number }>(
      `select k.key_hash, k.event_number from oneshelf.platform_key k join oneshelf.platform_event e on e.number = k.event_number
       where e.number > $1 and e.actor_id = any ($2)`,
      [after, senders],
    );
    const stored = new Map(rows.map((row) => [row.key_hash, row.event_number]));
    const lost = [...load.acknowledged]
      .filter(([key, number]) => stored.get(key) !== number)
      .map(([, number]) => `event ${number} is lost`);
    const more =
      rows.length === load.acknowledged.size
        ? []
        : [`${rows.length} are stored and ${load.acknowledged.size} were acknowledged`];
    return [...lost, ...more, ...(await auditBooks(pool, 'oneshelf'))];
  } finally {
    await pool.end();
  }
}

test('a retailer moves to another server while it sells: nothing that was acknowledged is lost or doubled', async () => {
  const embedded = await startEmbedded({ dataDir, settings: { shared_buffers: '64MB' } });
  const founded = await foundRetailer(embedded.url());
  await embedded.stop();
  const port = String(await freePort());
  const server = oneshelf(['start'], { PORT: port });
  await until(
    () => server.said().includes('is open at'),
    undefined,
    () => `the start; it said ${server.said()}`,
  );
  const url = `http://127.0.0.1:${port}`;
  const retailer = await openForBusiness(url, founded);

  const target = await createTestDatabase();
  const full = oneshelf(['move', '--to', target.url], {});
  expect([await full.ended, full.said()]).toEqual([1, expect.stringContaining('is not empty. Nothing was changed.')]);
  await onServer(target.url, 'drop schema oneshelf cascade');

  // A move takes one retailer along, so it does not begin while others would stay behind.
  const other = ['retailers', 'create', 'Other', '--host', 'other.example', '--owner-email', 'o@other.example'];
  const made = oneshelf([...other, '--schema', 'other'], { PORT: port });
  expect([await made.ended, made.said()]).toEqual([0, expect.any(String)]);
  const left = oneshelf(['move', '--to', target.url], {});
  expect([await left.ended, left.said()]).toEqual([
    1,
    expect.stringMatching(/other retailers here \(Other\).*Export each/),
  ]);
  expect((await onServer(target.url, "select from pg_namespace where nspname = 'oneshelf'")).rowCount).toBe(0);
  for (const gone of [
    ['suspend', 'other', '--why', 'It stays behind.'],
    ['delete', 'other', '--confirm', 'Other', '--without-export'],
  ]) {
    const ran = oneshelf(['retailers', ...gone], { PORT: port });
    expect([await ran.ended, ran.said()]).toEqual([0, expect.any(String)]);
  }

  const load = newLoad();
  let done = false;
  const selling = keepSelling(
    { retailer, door: { url: () => url, token: retailer.token }, dice: createDice(7), load, done: () => done },
    6,
  );
  let [longestMs, answered, at] = [0, 0, performance.now()];
  const watch = setInterval(() => {
    if (load.answered > answered) [answered, at] = [load.answered, performance.now()];
    longestMs = Math.max(longestMs, performance.now() - at);
  }, 5);
  try {
    await until(
      () => load.answered > 100,
      load,
      () => 'the first hundred',
    );
    const moving = oneshelf(['move', '--to', target.url], {});
    expect([await moving.ended, moving.said()]).toEqual([
      0,
      expect.stringMatching(/Moved up to event \d+; \d+ changes/),
    ]);
    const here = load.answered;
    await until(
      () => load.answered > here + 100,
      load,
      () => `a hundred more; the server said ${server.said()}`,
    );
    done = true;
    await selling;
    clearInterval(watch);
    process.stdout.write(
      `${/.*held back for.*/.exec(moving.said())?.[0]} Longest silence ${Math.round(longestMs)} ms.\n`,
    );
  } finally {
    done = true;
    clearInterval(watch);
  }
  expect(load.failed).toEqual([]);
  const { plan, ownerId } = retailer;
  const senders = [ownerId, ...plan.registers.map(({ id }) => id), ...plan.channels.map(({ id }) => id)];
  const began = Math.min(...load.acknowledged.values()) - 1;
  expect(await findWrongs(target.url, load, senders, began)).toEqual([]);
  expect(load.acknowledged.size).toBeGreaterThan(150);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  await target.drop();
}, 240_000);
