import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, Submission } from '../../../platform/commit/command.ts';
import { keyHash } from '../../../platform/commit/hash.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { removeEmbedded, startEmbedded, type Embedded } from '../../../platform/embedded/supervisor.ts';
import { auditDatabase } from '../../simulator/auditor.ts';
import { createActors, type Actors } from '../../simulator/actors.ts';
import { createDice, type Dice } from '../../simulator/dice.ts';
import { makeGroup, type World } from '../../simulator/world.ts';

/** A server process of ours that may be killed at any moment. */
type Victim = {
  readonly child: ChildProcess;
  readonly url: string;
  readonly exited: Promise<void>;
  trouble(): string;
};

/** What became of everything that was sent. `acknowledged` is key → event number. */
type Load = {
  readonly acknowledged: Map<string, number>;
  overloaded: number;
  broken: number;
  answered: number;
  retryAfterMissing: number;
  failed: string[];
};

const principalId = 'a0000000-0000-7000-8000-000000000001';

/** Starts a server process over the embedded database of a folder, or over a URL. */
async function startVictim(settings: { dataDir: string } | { url: string }): Promise<Victim> {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    ...('url' in settings ? { DATABASE_URL: settings.url } : { DATA_DIR: settings.dataDir }),
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'chaos-server.ts')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let trouble = '';
  child.stderr.on('data', (part: Buffer) => (trouble = (trouble + part.toString()).slice(-4000)));
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const url = await new Promise<string>((found, fail) => {
    let said = '';
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      const at = /open at (\S+)/.exec(said);
      if (at?.[1] !== undefined) found(at[1]);
    });
    child.once('exit', (code) => fail(new Error(`the server ended with ${code} before it was open:\n${trouble}`)));
  });
  return { child, url, exited, trouble: () => trouble };
}

/** Sends a command until it is answered, always with the same key: what every client of ours does. `where` is asked each time. */
async function sendUntilAnswered(
  where: () => string,
  submission: Submission,
  load: Load,
): Promise<Outcome | undefined> {
  const body = JSON.stringify({ ...submission, principalId });
  for (let tries = 0; tries < 3000; tries += 1) {
    try {
      const response = await fetch(`${where()}/commands`, { method: 'POST', body, signal: AbortSignal.timeout(3000) });
      const text = await response.text();
      if (response.status === 200) {
        const outcome = JSON.parse(text) as Outcome;
        load.answered += 1;
        if (outcome.kind === 'accepted') load.acknowledged.set(submission.key, outcome.eventNumber);
        return outcome;
      }
      if (response.status !== 503) {
        load.failed.push(`${submission.type} answered ${response.status} ${text}`);
        return undefined;
      }
      load.overloaded += 1;
      if (response.headers.get('retry-after') === null) load.retryAfterMissing += 1;
    } catch {
      load.broken += 1;
    }
    await pause(50);
  }
  load.failed.push(`${submission.type} was never answered`);
  return undefined;
}

/** An empty load. */
function newLoad(): Load {
  return { acknowledged: new Map(), overloaded: 0, broken: 0, answered: 0, retryAfterMissing: 0, failed: [] };
}

/** Shoppers, tills and a warehouse that go on until `done` says so, in waves, whatever happens to the server. */
async function keepSelling(of: {
  where: () => string;
  world: World;
  seed: number;
  load: Load;
  done: () => boolean;
}): Promise<void> {
  const dice = createDice(of.seed);
  const actors: Actors = createActors(of.world, dice);
  let at = Date.now() - 86_400_000;
  const play = async (submission: Submission): Promise<void> => {
    const keyed = { ...submission, key: `${of.seed} ${submission.key}` };
    const outcome = await sendUntilAnswered(of.where, keyed, of.load);
    if (outcome !== undefined) actors.learn(submission, outcome);
  };
  const wave = (deeds: readonly Submission[]): Promise<unknown> => Promise.all(deeds.map(play));
  while (!of.done() && of.load.failed.length === 0) {
    const deeds: Submission[] = [];
    const keys = new Set<string>();
    while (deeds.length < 40) {
      for (const deed of actors.next((at += dice.between(1, 2000)))) {
        if (!keys.has(deed.key)) deeds.push(deed);
        keys.add(deed.key);
      }
    }
    await wave(deeds);
  }
  for (
    let rest = actors.leftover(at), rounds = 0;
    rest.length > 0 && of.load.failed.length === 0 && rounds < 50;
    rest = actors.leftover(at), rounds += 1
  )
    await wave(rest);
}

/** What an auditor finds in the database after it all: broken books, lost answers, sales that nobody was told of. Empty when all is well. */
async function findWrongs(url: string, load: Load): Promise<string[]> {
  const pool = createPool({ url, max: 1 });
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read; set local search_path = oneshelf');
    const query = async (text: string, values?: unknown[]): Promise<Record<string, unknown>[]> =>
      (await client.query(text, values)).rows as Record<string, unknown>[];
    const audit = await auditDatabase(query, {
      mayBeEmpty: ['quarantine', 'prepayments', 'facts', 'reservations', 'layers'],
    });
    const wrongs = [
      ...load.failed,
      ...audit.findings.map(
        (finding) => `${finding.check}: ${finding.says} ${JSON.stringify(finding.rows.slice(0, 3))}`,
      ),
    ];
    const stored = new Map(
      (await query('select key_hash, event_number from platform_key')).map((row) => [
        row.key_hash as string,
        row.event_number as number,
      ]),
    );
    for (const [key, number] of load.acknowledged) {
      const found = stored.get(keyHash(principalId, key));
      if (found !== number)
        wrongs.push(`${key} was acknowledged as event ${number} and stands as ${found ?? 'nothing'}`);
    }
    if (stored.size !== load.acknowledged.size)
      wrongs.push(`${stored.size} commands are stored and ${load.acknowledged.size} were acknowledged`);
    if (load.retryAfterMissing > 0) wrongs.push(`${load.retryAfterMissing} answers 503 without Retry-After`);
    return wrongs.slice(0, 20);
  } finally {
    client.release(true);
    await pool.end();
  }
}

/** What was killed, how often. */
type Kills = { server: number; postmaster: number; backend: number };

/** Kills the server, PostgreSQL and single backends at random under load, with clients that try again. Gives what went wrong: nothing. */
export async function killAtRandom(of: {
  seed: number;
  kills: number;
  say?: (line: string) => void;
}): Promise<{ wrongs: string[]; kills: Kills; load: Load }> {
  const dice = createDice(of.seed);
  const folder = mkdtempSync(join(tmpdir(), 'oneshelf-chaos-'));
  const dataDir = join(folder, 'data');
  const load = newLoad();
  const kills: Kills = { server: 0, postmaster: 0, backend: 0 };
  let victim = await startVictim({ dataDir });
  let done = false;
  const selling = keepSelling({
    where: () => victim.url,
    world: makeGroup({ skus: 20 }),
    seed: of.seed,
    load,
    done: () => done,
  });
  try {
    for (let n = 0; n < of.kills && load.failed.length === 0; n += 1) {
      await answers(load, dice.between(20, 150));
      await pause(dice.whole(60));
      // Each kind in turn first, so that a small run meets all.
      const kind =
        n < 3
          ? (['server', 'postmaster', 'backend'] as const)[n]
          : dice.pick(['server', 'server', 'postmaster', 'backend'] as const);
      if (kind === 'server') {
        victim.child.kill('SIGKILL');
        await victim.exited;
        victim = await startVictim({ dataDir });
      } else await killInDatabase(victim, kind, dice);
      kills[kind as keyof Kills] += 1;
      of.say?.(`${n + 1}. ${kind} killed after ${load.acknowledged.size} acknowledged commands`);
    }
    await answers(load, 50);
    done = true;
    await selling;
    const { url } = (await (await fetch(`${victim.url}/database`)).json()) as { url: string };
    return { wrongs: await findWrongs(url, load), kills, load };
  } finally {
    done = true;
    load.failed.push('the end');
    victim.child.kill('SIGKILL');
    await victim.exited;
    await removeEmbedded(dataDir);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function killInDatabase(victim: Victim, kind: 'postmaster' | 'backend' | undefined, dice: Dice): Promise<void> {
  const { url, postmaster } = (await (await fetch(`${victim.url}/database`)).json()) as {
    url: string;
    postmaster?: number;
  };
  if (kind === 'postmaster') {
    if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL');
    return;
  }
  const pool = createPool({ url, max: 1 });
  try {
    const { rows } = await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where application_name = 'chaos commit'",
    );
    const backend = rows[dice.whole(Math.max(1, rows.length))];
    if (backend !== undefined) process.kill(backend.pid, 'SIGKILL');
  } finally {
    await pool.end().catch(() => undefined);
  }
}

/** Waits until so many more commands were answered. Throws when nothing moves for a minute. */
async function answers(load: Load, more: number): Promise<void> {
  const wanted = load.answered + more;
  for (let waitedMs = 0; load.answered < wanted && load.failed.length === 0; waitedMs += 20) {
    if (waitedMs > 60_000) throw new Error('nothing is answered any more');
    await pause(20);
  }
}

/** The database is away for a while under load: callers hear 503 with Retry-After, it goes on by itself, nothing is lost. */
export async function takeDatabaseAway(of: {
  seed: number;
  awayMs: number;
}): Promise<{ wrongs: string[]; load: Load; backWithinMs: number }> {
  return withDatabase(async (database) => {
    const { url } = database;
    const load = newLoad();
    const victim = await startVictim({ url });
    let done = false;
    const selling = keepSelling({
      where: () => victim.url,
      world: makeGroup({ skus: 20 }),
      seed: of.seed,
      load,
      done: () => done,
    });
    try {
      await answers(load, 200);
      await database.stop();
      await pause(of.awayMs);
      await database.start();
      const backAt = performance.now();
      await answers(load, 1);
      const backWithinMs = performance.now() - backAt;
      await answers(load, 200);
      done = true;
      await selling;
      return { wrongs: await findWrongs(url, load), load, backWithinMs };
    } finally {
      done = true;
      load.failed.push('the end');
      victim.child.kill('SIGKILL');
      await victim.exited;
    }
  });
}

/** Two servers over one database; one is frozen while it holds the lock. Gives how long the other could not sell. */
export async function freezeOneOfTwo(of: {
  seed: number;
}): Promise<{ wrongs: string[]; stoodStillMs: number; load: Load }> {
  return withDatabase(async ({ url }) => {
    const load = newLoad();
    const one = await startVictim({ url });
    const two = await startVictim({ url });
    let done = false;
    const dice = createDice(of.seed);
    let frozen = false;
    const selling = keepSelling({
      where: () => (frozen || dice.oneIn(2) ? two.url : one.url),
      world: makeGroup({ skus: 20 }),
      seed: of.seed,
      load,
      done: () => done,
    });
    try {
      await answers(load, 150);
      await fetch(`${one.url}/stop-in-batch`, { method: 'POST' });
      // It freezes with its next batch; from then on the clients, who hear nothing from it, turn to the other.
      await stopped(one.child.pid as number);
      frozen = true;
      const stoppedAt = performance.now();
      const outcome = await sendUntilAnswered(() => two.url, { ...probe(of.seed), key: `probe ${of.seed}` }, load);
      const stoodStillMs = performance.now() - stoppedAt;
      if (outcome?.kind !== 'accepted') load.failed.push('the other server did not accept');
      await answers(load, 50);
      one.child.kill('SIGCONT');
      done = true;
      await selling;
      return { wrongs: await findWrongs(url, load), stoodStillMs, load };
    } finally {
      done = true;
      load.failed.push('the end');
      for (const victim of [one, two]) {
        victim.child.kill('SIGCONT');
        victim.child.kill('SIGKILL');
        await victim.exited;
      }
    }
  });
}

/** A small receipt of goods, which is never refused. */
function probe(seed: number): Submission {
  const world = makeGroup({ skus: 20 });
  const actors = createActors(world, createDice(seed + 99));
  for (;;) {
    const found = actors.next(Date.now()).find((deed) => deed.type === 'SetSafetyStock');
    if (found !== undefined) return found;
  }
}

async function stopped(pid: number): Promise<void> {
  const { readFileSync } = await import('node:fs');
  for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 5) {
    // The third field of /proc/<pid>/stat, after the name in brackets: T is stopped.
    if (readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('T') === true) return;
    await pause(5);
  }
  throw new Error('the server did not stop in a batch');
}

async function withDatabase<T>(
  fn: (at: { url: string; stop(): Promise<void>; start(): Promise<void> }) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'oneshelf-chaos-'));
  const dataDir = join(folder, 'data');
  const open = (): Promise<Embedded> => startEmbedded({ dataDir, settings: { shared_buffers: '64MB' } });
  let embedded = await open();
  try {
    return await fn({
      url: embedded.url(),
      stop: () => embedded.stop(),
      start: async () => {
        embedded = await open();
      },
    });
  } finally {
    await embedded.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits. */
function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
