import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { socketUrl } from '../db/pool.ts';
import { StartRefusal } from '../start-refusal.ts';
import { findBinaries, supportsLz4 } from './binaries.ts';
import { AlreadyRunningError, claimFolder } from './folder-lock.ts';
import { isAlive } from './process-identity.ts';
import { chooseRunAs, giveFolder, openPassage } from './run-as.ts';
import type { RunAs } from './run-as.ts';

/** Options of `startEmbedded`. */
export type EmbeddedOptions = {
  /** The folder we own: `postgres/` with the data, `postgres.log`, `owner.json`. Created when missing. */
  dataDir: string;
  /** The database that is made when missing. */
  database?: string;
  /** Off only for tests: a crash of the machine would then cost the data. */
  fsync?: boolean;
  /** Further settings, or other values for ours. */
  settings?: Readonly<Record<string, string>>;
  runAs?: RunAs['how'];
  log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

/** A running PostgreSQL of our own. */
export type Embedded = {
  /** The URL of `database`, or of another database of this server. */
  url(database?: string): string;
  /** The folder of the Unix socket. */
  socket: string;
  /** The postmaster's pid at this moment, undefined while it is being restarted. */
  pid(): number | undefined;
  /** Which way was taken not to be root. */
  how: RunAs['how'];
  /** Writes our address where a second start finds it. */
  announce(url: string): void;
  /** Ends sessions, writes a checkpoint, gives the folder back. Safe to call twice. */
  stop(): Promise<void>;
  /** For the last moment of a process, when nothing can be awaited: recovery happens at the next start. */
  killNow(): void;
};

const major = '18';
const startWithinMs = 20_000;
const longestSocketFolder = 80; // with "/.s.PGSQL.5432.lock" below the 107 bytes of sun_path, and some to spare

/**
 * Starts the embedded PostgreSQL on a folder and keeps it running: makes the database cluster the first time, stops a postmaster that a
 * killed Oneshelf left behind, waits for its backends, restarts PostgreSQL when it dies. It listens on a Unix socket in a folder that only
 * we may enter, never on the network. Throws AlreadyRunningError when another process owns the folder, else an Error with the
 * last lines of PostgreSQL's log.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  const lock = claimFolder(dataDir);
  try {
    return await superviseOwned(dataDir, lock, options);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function superviseOwned(
  dataDir: string,
  lock: ReturnType<typeof claimFolder>,
  options: EmbeddedOptions,
): Promise<Embedded> {
  const log = options.log ?? (() => undefined);
  const database = options.database ?? 'oneshelf';
  const binaries = findBinaries();
  const runAs = chooseRunAs(options.runAs);
  const cluster = join(dataDir, 'postgres');
  const logFile = join(dataDir, 'postgres.log');
  openPassage(dataDir, runAs);
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    log('info', 'Making a new database.');
    await initialise(binaries.initdb, cluster, runAs, options.fsync !== false);
  }
  checkVersion(cluster);
  giveFolder(cluster, runAs);
  const socket = makeSocketFolder(dataDir, runAs);
  const command = [...runAs.prefix, binaries.postgres];
  const args = ['-D', cluster, ...settingArguments(socket, supportsLz4(command, cluster, runAs.ids), options)];

  let stopping: Promise<void> | undefined;
  let child: ChildProcess | undefined;
  let interrupted = false;
  const cancelled = (): boolean => stopping !== undefined || interrupted;
  // Known from its first moment, so that a stop ends it also while it is coming up.
  const launch = (): ChildProcess => {
    const launched = launchPostgres([...command, ...args], runAs, logFile);
    child = launched;
    launched.once('exit', () => {
      if (child === launched) child = undefined;
    });
    return launched;
  };
  const around: Surroundings = { cluster, socket, logFile, log, cancelled };

  const watch = (running: ChildProcess): void => {
    const startedMs = performance.now();
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (cancelled()) return;
      log('error', `PostgreSQL ended by itself (${signal ?? `code ${code}`}); starting it again.`);
      // One that lived for a minute starts at once, one that does not come up is tried less and less often.
      void restart(performance.now() - startedMs > 60_000 ? 0 : 200);
    };
    if (isRunning(running)) running.once('exit', onExit);
    else onExit(running.exitCode, running.signalCode);
  };
  const restart = async (delayMs: number): Promise<void> => {
    await pause(delayMs);
    if (cancelled()) return;
    try {
      watch(await bringUp(launch, around));
      log('warn', 'PostgreSQL is back.');
    } catch (error) {
      if (cancelled()) return;
      log('error', `PostgreSQL did not come back: ${(error as Error).message}`);
      await restart(Math.min(10_000, delayMs * 2 + 200));
    }
  };

  await stopLeftover(cluster, log);
  watch(await bringUp(launch, around));
  try {
    await createDatabase(socket, database);
  } catch (error) {
    interrupted = true;
    if (child !== undefined) await endPostmaster(child);
    throw error;
  }

  const stop = async (): Promise<void> => {
    const running = child;
    if (running !== undefined) await endPostmaster(running);
    rmSync(socket, { recursive: true, force: true });
    lock.release();
  };
  return {
    url: (name = database) => socketUrl({ socket, database: name }),
    socket,
    pid: () => child?.pid,
    how: runAs.how,
    announce: (url) => lock.announce(url),
    stop: () => (stopping ??= stop()),
    killNow() {
      interrupted = true;
      child?.kill('SIGQUIT');
      lock.release();
    },
  };
}

/**
 * Removes the folder of an embedded server whose program is gone, ending what is left of it without ceremony. Gives false and
 * does nothing when a live process owns the folder.
 */
export async function removeEmbedded(dataDir: string): Promise<boolean> {
  let lock: ReturnType<typeof claimFolder>;
  try {
    lock = claimFolder(dataDir);
  } catch (error) {
    if (error instanceof AlreadyRunningError) return false;
    throw error;
  }
  const cluster = join(dataDir, 'postgres');
  const pid = postmasterPid(cluster);
  if (pid !== undefined && isPostgresOf(pid, cluster)) {
    trySignal(pid, 'SIGKILL');
    await gone(() => !isAlive(pid), 5000);
  }
  if (existsSync(cluster)) await endOrphans(cluster);
  lock.release();
  rmSync(dataDir, { recursive: true, force: true });
  const socket = socketFolder(resolve(dataDir));
  if (existsSync(socket) && lstatSync(socket).uid === process.geteuid?.()) rmSync(socket, { recursive: true });
  return true;
}

/** initdb in a folder beside the real one, renamed when complete: one that was cut short leaves nothing that looks like a database. */
async function initialise(initdb: string, cluster: string, runAs: RunAs, sync: boolean): Promise<void> {
  const fresh = `${cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  giveFolder(fresh, runAs);
  const [file = '', ...args] = [
    ...runAs.prefix,
    initdb,
    '-D',
    fresh,
    '-U',
    'postgres',
    '--auth=trust',
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--locale=C.UTF-8',
    ...(sync ? [] : ['--no-sync']),
  ];
  const child = spawn(file, args, { cwd: '/', env: environment(), stdio: ['ignore', 'pipe', 'pipe'], ...runAs.ids });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) {
    const reach =
      runAs.how === 'as another user'
        ? ` It ran as uid ${runAs.outside}, which must be able to enter ${fresh} and read ${initdb}.`
        : '';
    throw new StartRefusal(`initdb could not make a database in ${fresh}.${reach}\n${output.trim()}`);
  }
  renameSync(fresh, cluster);
}

function checkVersion(cluster: string): void {
  const found = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (found !== major) {
    throw new StartRefusal(
      `${cluster} was made by PostgreSQL ${found}; this program brings ${major}. Export with the older program and import with this one.`,
    );
  }
}

function settingArguments(socket: string, lz4: boolean, options: EmbeddedOptions): string[] {
  const memoryMb = Math.floor(Math.min(process.constrainedMemory() || totalmem(), totalmem()) / 2 ** 20);
  const settings: Record<string, string> = {
    listen_addresses: '',
    port: '5432',
    unix_socket_directories: socket,
    unix_socket_permissions: '0700',
    max_connections: '60',
    // An eighth, not the usual quarter: Node lives on the same machine.
    shared_buffers: `${Math.min(8192, Math.max(32, Math.floor(memoryMb / 8)))}MB`,
    effective_cache_size: `${Math.max(128, Math.floor(memoryMb / 2))}MB`,
    fsync: options.fsync === false ? 'off' : 'on',
    synchronous_commit: options.fsync === false ? 'off' : 'on',
    full_page_writes: options.fsync === false ? 'off' : 'on',
    wal_level: 'logical', // so that moving to an external server can be done while the shop is open
    // Without lz4 PostgreSQL compresses page images by pglz, which costs more CPU than all else of writing a key (decision 9).
    wal_compression: lz4 ? 'lz4' : 'off',
    default_toast_compression: lz4 ? 'lz4' : 'pglz',
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] %a ',
    log_checkpoints: 'off',
    log_parameter_max_length: '0', // parameters are personal data
    log_parameter_max_length_on_error: '0',
    cluster_name: 'oneshelf',
    ...options.settings,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** PG* variables of the caller (PGDATA, PGPORT, PGOPTIONS) must not reach the server. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    LC_ALL: 'C',
    // Else glibc gives every statement's memory back to the kernel and takes it again for the next: a third of the CPU of a sale alone (decision 9).
    MALLOC_TOP_PAD_: '4194304',
    MALLOC_TRIM_THRESHOLD_: '67108864',
    MALLOC_MMAP_THRESHOLD_: '33554432',
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
  };
}

function launchPostgres(command: readonly string[], runAs: RunAs, logFile: string): ChildProcess {
  if (existsSync(logFile) && statSync(logFile).size > 10 * 2 ** 20) renameSync(logFile, `${logFile}.1`);
  const output = openSync(logFile, 'a', 0o600);
  const [file = '', ...args] = command;
  try {
    // A session of its own: Ctrl-C at the terminal must reach us alone, because the program uses the database while it stops.
    return spawn(file, args, {
      cwd: '/',
      env: environment(),
      detached: true,
      stdio: ['ignore', output, output],
      ...runAs.ids,
    });
  } finally {
    closeSync(output);
  }
}

type Surroundings = {
  cluster: string;
  socket: string;
  logFile: string;
  log: NonNullable<EmbeddedOptions['log']>;
  cancelled: () => boolean;
};

/** Starts until one start holds. Backends that outlived their postmaster keep the memory and the folder for a while. */
async function bringUp(launch: () => ChildProcess, around: Surroundings): Promise<ChildProcess> {
  const deadlineMs = performance.now() + startWithinMs;
  for (;;) {
    await endOrphans(around.cluster);
    if (around.cancelled()) throw new Error('Stopped while starting.');
    const logFrom = existsSync(around.logFile) ? statSync(around.logFile).size : 0;
    const child = launch();
    const exit = new Promise<string>((done) => {
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => done(signal ?? `code ${code}`));
    });
    const ended = await Promise.race([exit, answering(child, around)]);
    if (ended === undefined) return child;
    const said = readFrom(around.logFile, logFrom);
    const passing = /pre-existing shared memory|already exists|Address already in use|could not bind/.test(said);
    if (!passing || performance.now() > deadlineMs || around.cancelled()) {
      throw new StartRefusal(
        `PostgreSQL did not start (${ended}). Its log ${around.logFile} ends with:\n${said.trim().split('\n').slice(-12).join('\n')}`,
      );
    }
    removeStalePidFile(around.cluster);
    await pause(250);
  }
}

/** Resolves when the server takes connections; recovery after a crash may take minutes on a large database, so there is no limit. */
async function answering(child: ChildProcess, around: Surroundings): Promise<undefined> {
  const startedMs = performance.now();
  let told = false;
  while (isRunning(child)) {
    const client = new pg.Client({
      connectionString: socketUrl({ socket: around.socket, database: 'postgres' }),
      connectionTimeoutMillis: 5000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return undefined;
    } catch {
      if (!told && performance.now() - startedMs > 5000) {
        told = true;
        around.log('info', 'PostgreSQL is recovering; waiting for it.');
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    await pause(30);
  }
  return new Promise(() => undefined); // the race is decided by the exit
}

/** A postmaster that outlived its Oneshelf is stopped cleanly: it may run with old settings, and nobody would notice its death. */
async function stopLeftover(cluster: string, log: Surroundings['log']): Promise<void> {
  const pid = postmasterPid(cluster);
  if (pid === undefined) return;
  if (!isPostgresOf(pid, cluster)) {
    removeStalePidFile(cluster);
    return;
  }
  log('warn', `Stopping the PostgreSQL (pid ${pid}) that an earlier run left behind.`);
  for (const [signal, withinMs] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 5000],
    ['SIGKILL', 5000],
  ] as const) {
    trySignal(pid, signal);
    if (await gone(() => !isAlive(pid), withinMs)) return;
  }
  throw new StartRefusal(`The PostgreSQL with pid ${pid} cannot be stopped; end it by hand.`);
}

/** PostgreSQL takes any live process with the recorded number for itself, also a stranger's after a restart of the machine. */
function removeStalePidFile(cluster: string): void {
  const pid = postmasterPid(cluster);
  if (pid !== undefined && !isPostgresOf(pid, cluster)) rmSync(join(cluster, 'postmaster.pid'), { force: true });
}

function postmasterPid(cluster: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Server processes change into the data folder, which is how they are told from others on Linux. */
function isPostgresOf(pid: number, cluster: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return (
      readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' &&
      readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
    );
  } catch {
    return false;
  }
}

async function endOrphans(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return; // there they end by themselves, and bringUp waits
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const orphans = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1 && isPostgresOf(pid, cluster));
    for (const pid of orphans) trySignal(pid, signal);
    if (await gone(() => orphans.every((pid) => !isPostgresOf(pid, cluster)), 2000)) return;
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already
  }
}

async function gone(isGone: () => boolean, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  while (!isGone()) {
    if (performance.now() > deadlineMs) return false;
    await pause(20);
  }
  return true;
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function endPostmaster(child: ChildProcess): Promise<void> {
  const exited = new Promise<void>((done) => {
    if (!isRunning(child)) done();
    else child.once('exit', () => done());
  });
  child.kill('SIGINT'); // "fast": sessions are ended, a checkpoint is written
  const force = setTimeout(() => child.kill('SIGQUIT'), 20_000);
  await exited;
  clearTimeout(force);
}

/** Short, because the path of a Unix socket is limited to 107 bytes; a name of its own for every data folder and user. */
function socketFolder(dataDir: string): string {
  const hash = createHash('sha256').update(`${dataDir}\n${process.geteuid?.()}`).digest('hex').slice(0, 12);
  return join(tmpdir().length + 25 > longestSocketFolder ? '/tmp' : tmpdir(), `oneshelf-${hash}`);
}

/** Makes the folder of the socket, for us alone. One that somebody else made there first is not used. */
function makeSocketFolder(dataDir: string, runAs: RunAs): string {
  for (const suffix of ['', '-1', '-2', '-3', '-4']) {
    const folder = `${socketFolder(dataDir)}${suffix}`;
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const found = lstatSync(folder);
    const ours = found.uid === process.geteuid?.() || found.uid === runAs.outside;
    if (!found.isDirectory() || !ours) continue;
    chmodSync(folder, 0o700);
    giveFolder(folder, runAs);
    return folder;
  }
  throw new Error(`No private folder for the database's socket could be made in ${tmpdir()}.`);
}

async function createDatabase(socket: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: socketUrl({ socket, database: 'postgres' }) });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

function readFrom(path: string, offset: number): string {
  const file = openSync(path, 'r');
  try {
    const length = Math.max(0, fstatSync(file).size - offset);
    const wanted = Math.min(length, 16_384);
    const buffer = Buffer.alloc(wanted);
    readSync(file, buffer, 0, wanted, offset + length - wanted);
    return buffer.toString();
  } finally {
    closeSync(file);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
