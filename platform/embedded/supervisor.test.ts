import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onServer } from '../db/testing.ts';
import { hydrateLinks } from './binaries.ts';
import { AlreadyRunningError } from './folder-lock.ts';
import { isAlive } from './process-identity.ts';
import { removeEmbedded, startEmbedded } from './supervisor.ts';
import type { Embedded, EmbeddedOptions } from './supervisor.ts';

const isRoot = process.geteuid?.() === 0;
const parent = mkdtempSync(join(tmpdir(), 'oneshelf-test-'));
const dataDir = join(parent, 'data');
const children: ChildProcess[] = [];
let embedded: Embedded | undefined;

const messages: string[] = [];
// Without fsync, but written: what was committed survives the death of the process, though not of the machine.
const small = { shared_buffers: '16MB', max_connections: '10', synchronous_commit: 'on' };
const options: EmbeddedOptions = {
  dataDir,
  fsync: false,
  settings: small,
  log: (_, message) => messages.push(message),
};

async function eventually<T>(what: () => Promise<T> | T, withinMs = 20_000): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    try {
      return await what();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((done) => setTimeout(done, 10));
    }
  }
}

/** Starts the supervisor in a process of its own, perhaps as another user; resolves with what it printed: the URL or the error. */
function startApart(data: string, as: readonly string[] = []): Promise<{ child: ChildProcess; line: string }> {
  const supervisor = pathToFileURL(resolve(import.meta.dirname, 'supervisor.ts')).href;
  const program = `
    import { startEmbedded } from ${JSON.stringify(supervisor)};
    try {
      const running = await startEmbedded(${JSON.stringify({ dataDir: data, fsync: false, settings: small })});
      process.on('SIGTERM', () => void running.stop().then(() => process.exit()));
      // Last: who reads it may send the signal at once.
      console.log(running.how + ' ' + running.url());
    } catch (error) { console.log(error.message); }`;
  const [file, ...args] = [
    ...as,
    process.execPath,
    '--input-type=module',
    '--disable-warning=ExperimentalWarning',
    '-e',
    program,
  ];
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  children.push(child);
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.stdout.once('data', (chunk: Buffer) => done({ child, line: chunk.toString().trim() }));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('exit', () => done());
  });
}

beforeAll(async () => {
  embedded = await startEmbedded(options);
  await onServer(embedded.url(), 'create table kept (id integer primary key)');
});

afterAll(async () => {
  await embedded?.stop();
  for (const child of children) child.kill('SIGKILL');
  rmSync(parent, { recursive: true, force: true });
});

function running(): Embedded {
  if (embedded === undefined) throw new Error('not started');
  return embedded;
}

test('it is on UTF-8 sorted by code point, on a private socket, and off the network', async () => {
  const settings = await onServer(
    running().url(),
    `select current_setting('server_encoding') as encoding, datlocprovider as provider, datlocale as locale,
            current_setting('listen_addresses') as addresses, current_setting('wal_level') as wal
       from pg_database where datname = current_database()`,
  );
  expect(settings.rows).toEqual([
    { encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', addresses: '', wal: 'logical' },
  ]);
  expect(statSync(running().socket).mode & 0o777).toBe(0o700);
  expect(running().socket.length).toBeLessThan(80);
  expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
});

test('a second start is refused, from here and from another process, and the first does not notice', async () => {
  const before = running().pid();
  running().announce('http://127.0.0.1:4000');
  await expect(startEmbedded(options)).rejects.toThrow(AlreadyRunningError);
  const { line } = await startApart(dataDir);
  expect(line).toContain(`already running as pid ${process.pid} at http://127.0.0.1:4000`);
  expect(running().pid()).toBe(before);
  await onServer(running().url(), 'select 1');
  expect(await removeEmbedded(dataDir)).toBe(false);
});

test('PostgreSQL that is killed comes back by itself, with what was committed', async () => {
  await onServer(running().url(), 'insert into kept values (1)');
  const killed = running().pid() ?? 0;
  process.kill(killed, 'SIGKILL');
  await eventually(() => expect(running().pid()).not.toBe(killed));
  const found = await eventually(() => onServer(running().url(), 'select id from kept'));
  expect(found.rows).toEqual([{ id: 1 }]);
  expect(messages.some((message) => message.includes('PostgreSQL ended by itself (SIGKILL)'))).toBe(true);
});

test('a stop while PostgreSQL is coming back ends it too', async () => {
  const killed = running().pid() ?? 0;
  process.kill(killed, 'SIGKILL');
  const next = await eventually(() => {
    const pid = running().pid();
    expect(pid).not.toBe(killed);
    expect(pid).toBeDefined();
    return pid ?? 0;
  });
  await running().stop();
  expect(isAlive(next)).toBe(false);
  embedded = await startEmbedded(options);
});

test('stopping leaves nothing running and no claim, and a start finds the data', async () => {
  const { socket } = running();
  const pid = running().pid() ?? 0;
  await Promise.all([running().stop(), running().stop()]);
  expect(isAlive(pid)).toBe(false);
  expect([
    existsSync(socket),
    existsSync(join(dataDir, 'owner.json')),
    existsSync(join(dataDir, 'postgres/postmaster.pid')),
  ]).toEqual([false, false, false]);
  embedded = await startEmbedded(options);
  expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
  await embedded.stop();
});

test('after the program was killed the next start stops the PostgreSQL it left, and takes over', async () => {
  const { child, line } = await startApart(dataDir);
  expect(line).toContain('postgres:///oneshelf?host=');
  child.kill('SIGKILL');
  await ended(child);
  const left = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  expect(isAlive(left)).toBe(true);
  embedded = await startEmbedded(options);
  expect(isAlive(left)).toBe(false);
  expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
});

test('after the program and PostgreSQL were killed in the middle of a query, the next start ends what is left and recovers', async () => {
  await running().stop();
  const { child, line } = await startApart(dataDir);
  const url = line.slice(line.indexOf('postgres:'));
  // A backend that calculates does not look whether its postmaster lives.
  onServer(url, `select count(*) from generate_series(1, 1000000000)`).catch(() => undefined);
  await eventually(async () => {
    const busy = await onServer(
      url,
      `select 1 from pg_stat_activity where query like '%generate_series(1, 1000000000)' and state = 'active'`,
    );
    expect(busy.rowCount).toBe(1);
  });
  const left = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  child.kill('SIGKILL');
  process.kill(left, 'SIGKILL');
  await ended(child);
  embedded = await startEmbedded(options);
  expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
});

test('a pid file with the number of a stranger does not hold the start up', async () => {
  await running().stop();
  writeFileSync(
    join(dataDir, 'postgres/postmaster.pid'),
    `${process.ppid}\n${dataDir}/postgres\n1\n5432\n/tmp\n\n 1 1\nready\n`,
  );
  embedded = await startEmbedded(options);
  expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
});

test('data of another major version is refused with what to do', async () => {
  await running().stop();
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n');
  await expect(startEmbedded(options)).rejects.toThrow('made by PostgreSQL 17; this program brings 18');
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '18\n');
});

test('what PostgreSQL says when it cannot start is shown', async () => {
  await expect(startEmbedded({ ...options, settings: { shared_buffers: 'much' } })).rejects.toThrow(
    'invalid value for parameter "shared_buffers"',
  );
});

test.runIf(isRoot)(
  'as root without user namespaces it runs as another user, and the folder changes hands both ways',
  async () => {
    chmodSync(parent, 0o711);
    embedded = await startEmbedded({ ...options, runAs: 'as another user' });
    expect(lstatSync(join(dataDir, 'postgres/PG_VERSION')).uid).not.toBe(0);
    expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
    await embedded.stop();
    chmodSync(parent, 0o700);
    embedded = await startEmbedded(options);
    if (embedded.how === 'in a user namespace') expect(lstatSync(join(dataDir, 'postgres/PG_VERSION')).uid).toBe(0);
    expect((await onServer(embedded.url(), 'select id from kept')).rows).toEqual([{ id: 1 }]);
  },
);

// Another user must be able to read this source, which is not so below a private home.
const asUser = (uid: number): string[] => ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--'];
const [setpriv = '', ...asNobody] = asUser(65534);
const othersCanRead = isRoot && spawnSync(setpriv, [...asNobody, 'test', '-r', import.meta.filename]).status === 0;

test.runIf(othersCanRead).each([
  ['an ordinary user', 65534, 'directly'],
  ['a uid without an entry in /etc/passwd', 54321, 'in a user namespace'],
])('as %s it works below a private folder', async (_, uid, how) => {
  chmodSync(parent, 0o711);
  const home = join(parent, `home-${uid}`);
  mkdirSync(home, { mode: 0o700 });
  chownSync(home, uid, uid);
  const { child, line } = await startApart(join(home, 'data'), asUser(uid));
  expect(line).toContain(`${how} postgres:///oneshelf`);
  expect(lstatSync(join(home, 'data/postgres')).uid).toBe(uid);
  child.kill('SIGTERM');
  await ended(child);
  expect(existsSync(join(home, 'data/owner.json'))).toBe(false);
});

test('missing links between the shared libraries are made, present ones stay', () => {
  const native = join(parent, 'package/native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  writeFileSync(join(native, 'lib/libpq.so.5.18'), '');
  symlinkSync('libpq.so.5.18', join(native, 'lib/libpq.so'));
  const source = 'native/lib/libpq.so.5.18';
  writeFileSync(
    join(native, 'pg-symlinks.json'),
    JSON.stringify(['libpq.so', 'libpq.so.5'].map((name) => ({ source, target: `native/lib/${name}` }))),
  );
  hydrateLinks(native);
  hydrateLinks(native);
  expect(existsSync(join(native, 'lib/libpq.so.5'))).toBe(true);
});

test('the folder of a program that is gone can be removed', async () => {
  await embedded?.stop();
  const { child } = await startApart(dataDir);
  child.kill('SIGKILL');
  await ended(child);
  const left = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  expect(await removeEmbedded(dataDir)).toBe(true);
  expect([isAlive(left), existsSync(dataDir)]).toEqual([false, false]);
});
