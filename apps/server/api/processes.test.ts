/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return -- answers are looked into as they came */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApiWorld, sendTo, type Answer } from './world.ts';

// The program itself, twice, over the database of a world that a third server keeps.
const world = await openApiWorld();
const home = mkdtempSync(join(tmpdir(), 'oneshelf-processes-'));
const servers: ChildProcess[] = [];
afterAll(async () => {
  for (const server of servers) server.kill('SIGKILL');
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

type Server = {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
};

async function start(): Promise<Server> {
  const { PATH = '', HOME = home } = process.env;
  const env = {
    PATH,
    HOME,
    PORT: '0',
    DATA_DIR: join(home, 'data'),
    DEMO: 'off',
    LOG_FORMAT: 'text',
    LOG_LEVEL: 'debug',
    DATABASE_URL: world.database.url,
    RETAILER_SCHEMA: world.database.schema,
  };
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../main.ts'), 'start'], { cwd: home, env });
  servers.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  for (let waited = 0; waited < 40_000; waited += 50) {
    const url = /is open at (\S+)/.exec(text)?.[1];
    if (url !== undefined) return { url, child, output: () => text, exited };
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`It did not start:\n${text}`);
}

const { here } = world.places;
const { token } = world.owner;
let first: Server;
let second: Server;
beforeAll(async () => {
  [first, second] = await Promise.all([start(), start()]);
});

function sale(skuId: string | undefined, key: string, url: string): Promise<Answer> {
  const body = {
    channelId: here.storeId,
    locationId: here.locationId,
    registerId: here.registerId,
    lines: [{ skuId, quantity: 1 }],
    tenders: [{ method: 'cash', amountMinor: 2500 }],
  };
  return sendTo(url, 'POST', '/sales', { token, key, body });
}

async function levelOf(skuId: string | undefined): Promise<Answer['body']> {
  const { body } = await world.send('GET', `/stock?location=${here.locationId}&sku=${skuId}`, { token });
  return body.items[0];
}

async function eachOf<T>(count: number, atOnce: number, act: (at: number) => Promise<T>): Promise<T[]> {
  const told: T[] = [];
  const rest = Array.from({ length: count }, (_, at) => at).values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const at of rest) told.push(await act(at));
    }),
  );
  return told;
}

it('two servers over one database sell the last units at once: each unit once, each number once', async () => {
  const skuId = world.skuIds[9];
  const counted = await world.send('POST', '/stock-counts', {
    token,
    body: { locationId: here.locationId, lines: [{ skuId, counted: 40 }] },
  });
  expect(counted.status).toBe(201);
  const answers = await eachOf(160, 24, (at) => sale(skuId, `last ${at}`, at % 2 === 0 ? first.url : second.url));
  const sold = answers.filter(({ status }) => status === 201);
  const others = answers.filter(({ status }) => status !== 201);
  expect([sold.length, new Set(others.map(({ status, body }) => `${status} ${body.reason}`))]).toEqual([
    40,
    new Set(['409 insufficient_stock']),
  ]);
  const { onHand, reserved, available, shortfall } = await levelOf(skuId);
  expect({ onHand, reserved, available, shortfall }).toEqual({ onHand: 0, reserved: 0, available: 0, shortfall: 0 });
  expect(new Set(sold.map(({ body }) => body.eventNumber)).size).toBe(40);
  expect(new Set(sold.map(({ body }) => body.orderId)).size).toBe(40);
  const { body: balance } = await world.send('GET', `/trial-balance?entity=${here.entityId}`, { token });
  expect(balance.debitMinor).toBe(balance.creditMinor);
  const { body: worth } = await world.send('GET', `/stock-valuation?entity=${here.entityId}`, { token });
  expect(worth.differenceMinor).toBe(0);
});

it('the same request told to both servers at once is done once', async () => {
  const skuId = world.skuIds[10];
  const before = await levelOf(skuId);
  const answers = await eachOf(60, 12, (at) => sale(skuId, `both ${at >> 1}`, at % 2 === 0 ? first.url : second.url));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(30);
  expect((await levelOf(skuId)).onHand).toBe(before.onHand - 30);
});

it('what a server changes is seen by the other one at once, and what it keeps in memory soon', async () => {
  const made = await sendTo(first.url, 'PUT', '/prices', {
    token,
    body: { prices: [{ channelId: here.storeId, skuId: world.skuIds[11], amount: 999 }] },
  });
  expect(made.status).toBe(200);
  let seen: Answer['body'];
  for (let tries = 0; tries < 400 && seen !== 999; tries += 1) {
    await new Promise((done) => setTimeout(done, 40));
    const body = {
      channelId: here.storeId,
      locationId: here.locationId,
      lines: [{ skuId: world.skuIds[11], quantity: 1 }],
      tenders: [{ method: 'cash', amountMinor: 999 }],
    };
    const { status } = await sendTo(second.url, 'POST', '/sales?preview=true', { token, body });
    if (status === 201) seen = 999;
  }
  expect(seen).toBe(999);
});

it('SIGTERM under load: whatever was begun is answered, nothing is half done, and no process stays behind', async () => {
  const skuId = world.skuIds[0];
  const before = await levelOf(skuId);
  const unanswered: string[] = [];
  let done = 0;
  let turnedAway = 0;
  let gone = false;
  void first.exited.then(() => (gone = true));
  const load = Array.from({ length: 12 }, async (_, client) => {
    for (let at = 0; !gone && at < 5_000; at += 1) {
      const key = `drain ${client} ${at}`;
      try {
        const { status } = await sale(skuId, key, first.url);
        if (status === 201) done += 1;
        else if (status === 503) turnedAway += 1;
        else throw new Error(`a ${status} was not expected`);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        unanswered.push(key);
        await new Promise((later) => setTimeout(later, 5));
      }
      if (unanswered.length > 400) return;
    }
  });
  await new Promise((later) => setTimeout(later, 400));
  const pid = first.child.pid ?? 0;
  first.child.kill('SIGTERM');
  const code = await first.exited;
  await Promise.all(load);
  expect(code).toBe(0);
  expect(done).toBeGreaterThan(20);
  // Whoever heard nothing was not listened to either: asked again, each of them is new.
  const again = await eachOf(unanswered.length, 8, (at) => sale(skuId, unanswered[at] ?? '', second.url));
  expect(again.filter(({ status, body }) => status !== 201 || body.repeated === true).map(({ text }) => text)).toEqual(
    [],
  );
  expect((await levelOf(skuId)).onHand).toBe(before.onHand - done - unanswered.length);
  expect(turnedAway).toBeGreaterThanOrEqual(0);
  expect(first.output()).not.toMatch(/ERROR|FATAL/);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

it('Ctrl-C ends the other one too, which has told its log no secret', async () => {
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
  const names = existsSync('/proc/self')
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .filter((name) => environmentOf(name).includes(join(home, 'data')))
    : [];
  expect(names).toEqual([]);
  const log = `${first.output()}${second.output()}`;
  expect(log.length).toBeGreaterThan(10_000);
  const { password } = new URL(world.database.url);
  expect(
    [token, world.owner.password, '$argon2', ...(password === '' ? [] : [password])].filter((text) =>
      log.includes(text),
    ),
  ).toEqual([]);
});

/** The environment of a process, which its children inherit; empty when it is gone or somebody else's. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}
