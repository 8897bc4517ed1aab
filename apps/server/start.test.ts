import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findOwner } from '../../platform/embedded/folder-lock.ts';
import { isAlive } from '../../platform/embedded/process-identity.ts';
import { removeEmbedded } from '../../platform/embedded/supervisor.ts';

const root = resolve(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'oneshelf-test-'));
const dataDir = join(home, 'data');
const children: ChildProcess[] = [];

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  const pid = findOwner(dataDir)?.pid;
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  if (existsSync(dataDir)) await removeEmbedded(dataDir);
  rmSync(home, { recursive: true, force: true });
});

type Running = { child: ChildProcess; url: string; exited: Promise<number> };

/** `node oneshelf.mjs …` as a person starts it, in a folder without settings. */
function oneshelf(
  args: string[],
  settings: Record<string, string> = {},
): { child: ChildProcess; output: () => string; exited: Promise<number> } {
  const { PATH = '', HOME = home } = process.env;
  const env = { PATH, HOME, PORT: '0', DATA_DIR: dataDir, DEMO: 'off', LOG_FORMAT: 'text', ...settings };
  const child = spawn(process.execPath, [join(root, 'oneshelf.mjs'), ...args], { cwd: home, env });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number>((done) =>
    child.once('close', (code, signal) => done(code ?? (signal === null ? -1 : -2))),
  );
  return { child, output: () => text, exited };
}

async function start(): Promise<Running> {
  const { child, output, exited } = oneshelf(['start']);
  const url = await eventually(
    () => /is open at (\S+)/.exec(output())?.[1],
    () => `the start to say where it is; it said:\n${output()}`,
  );
  return { child, url, exited };
}

async function eventually<T>(what: () => T | undefined | false, waitingFor: string | (() => string)): Promise<T> {
  // The first start in a new folder builds the office, which takes most of a minute on a busy machine.
  for (let waited = 0; waited < 90_000; waited += 20) {
    const found = what();
    if (found !== undefined && found !== false) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`Waited in vain for ${typeof waitingFor === 'string' ? waitingFor : waitingFor()}`);
}

const ownerPid = (): number => findOwner(dataDir)?.pid ?? -1;
const goneWithin = (pid: number): Promise<true> =>
  eventually(() => (isAlive(pid) ? undefined : true), `process ${pid} to end`);

test('it starts, is refused a second time, and one SIGINT ends it', async () => {
  const { child, url, exited } = await start();
  expect((await fetch(url)).status).toBeLessThan(500);
  const second = oneshelf(['start']);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(`already running as pid ${ownerPid()} at ${url}`);
  const status = oneshelf(['status']);
  expect(await status.exited).toBe(0);
  expect(status.output()).toContain(`Running as pid ${ownerPid()} at ${url}.`);
  child.kill('SIGINT');
  expect(await exited).toBe(0);
  expect([existsSync(join(dataDir, 'owner.json')), existsSync(join(dataDir, 'postgres/postmaster.pid'))]).toEqual([
    false,
    false,
  ]);
}, 240_000);

test('when the wrapper is killed the program stops in order', async () => {
  const { child } = await start();
  const server = ownerPid();
  child.kill('SIGKILL');
  await goneWithin(server);
  expect([existsSync(join(dataDir, 'owner.json')), existsSync(join(dataDir, 'postgres/postmaster.pid'))]).toEqual([
    false,
    false,
  ]);
}, 240_000);

test('when the program is killed the wrapper says so, and the next start takes over', async () => {
  const first = await start();
  process.kill(ownerPid(), 'SIGKILL');
  expect(await first.exited).toBe(137);
  const { child, url, exited } = await start();
  expect((await fetch(url)).status).toBeLessThan(500);
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
}, 240_000);

test('settings that cannot be used are told, and nothing is started', async () => {
  const refused = oneshelf(['start'], { PORT: 'x', DATA_DIR: join(home, 'other') });
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toBe(
    'The settings cannot be used:\n  PORT is "x"; allowed is a whole number from 0 to 65535.\n',
  );
  expect(existsSync(join(home, 'other'))).toBe(false);
});

test('a database that cannot be reached is named by its setting, without its password', async () => {
  const refused = oneshelf(['status'], { DATABASE_URL: 'postgres://ada:lovelace@127.0.0.1:1/shop' });
  expect(await refused.exited).toBe(1);
  expect(refused.output()).toContain('The database of DATABASE_URL cannot be used: connect ECONNREFUSED 127.0.0.1:1');
  expect(refused.output()).not.toContain('lovelace');
});

test('an unknown command shows the known ones', async () => {
  const refused = oneshelf(['strat']);
  expect(await refused.exited).toBe(2);
  expect(refused.output()).toContain('There is no command "strat".');
});

test('who asks for help is told, and nothing is started', async () => {
  const asked = oneshelf(['start', '--help']);
  expect(await asked.exited).toBe(0);
  expect(asked.output()).toContain('Usage: node oneshelf.mjs <command>');
});
