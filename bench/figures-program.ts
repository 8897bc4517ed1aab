import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { median, type Bench, type Figure } from './bench.ts';
import { BENCH_FOLDER } from './cluster.ts';
import { cpuBetween, readCpu, residentBytes } from './machine.ts';

const root = resolve(import.meta.dirname, '..');

/** Starts the program as a person does, in a folder of its own, without the demo. */
function startProgram(
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const rest: NodeJS.ProcessEnv = { ...process.env };
  for (const name of ['DATABASE_URL', 'DATABASE_READ_URL', 'DATABASE_ADMIN_URL']) delete rest[name];
  return spawn(process.execPath, [join(root, 'apps/server/main.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...rest, DATA_DIR: folder, DEMO: 'off', ...env },
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) =>
    child.exitCode === null && child.signalCode === null
      ? child.once('exit', (code) => done(code))
      : done(child.exitCode),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** From the start of the process to the first answer that it is ready; throws after a minute. */
async function startedIn(child: ChildProcess, port: number): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    if (child.exitCode !== null) throw new Error(`the program ended with code ${child.exitCode}`);
    const ready = await fetch(`http://127.0.0.1:${port}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return (performance.now() - began) / 1000;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('the program was not ready within a minute');
}

/** Warm starts and the memory of an idle server. */
async function startWarm(
  bench: Bench,
): Promise<{ seconds: number[]; idleMegabytes: number; strangers: number | undefined }> {
  const folder = join(BENCH_FOLDER, 'start');
  const seconds: number[] = [];
  const strangers: number[] = [];
  let idleMegabytes = Number.NaN;
  // The first one makes the database and is not counted.
  for (let n = 0; n < 4; n += 1) {
    const port = await freePort();
    const child = startProgram(['start'], folder, { PORT: String(port) });
    const watched = [
      { name: 'program', pid: child.pid as number, children: true },
      { name: 'bench', pid: process.pid },
    ];
    const cpu = readCpu(watched);
    const took = await startedIn(child, port);
    if (n > 0) {
      seconds.push(took);
      strangers.push(cpuBetween(cpu, readCpu(watched), took, bench.cores).strangers ?? 0);
    }
    bench.say(`${n === 0 ? 'first' : 'warm'} start: ${took.toFixed(2)} s`);
    if (n === 3) {
      await new Promise((done) => setTimeout(done, 5000));
      idleMegabytes = (residentBytes(child.pid as number) ?? Number.NaN) / 2 ** 20;
    }
    child.kill('SIGTERM');
    await ended(child);
  }
  return { seconds, idleMegabytes, strangers: median(strangers) };
}

/** Replays a recorded year into a new database and watches how much memory that takes. */
async function replayYear(file: string): Promise<{ minutes: number; peakMegabytes: number }> {
  const folder = join(BENCH_FOLDER, 'replay');
  rmSync(folder, { recursive: true, force: true });
  const began = performance.now();
  const child = startProgram(['replay', '--file', resolve(file)], folder);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes(child.pid as number) ?? 0)), 200);
  const code = await ended(child);
  clearInterval(watch);
  const minutes = (performance.now() - began) / 60_000;
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) throw new Error(`the replay ended with code ${code}`);
  return { minutes, peakMegabytes: peak / 2 ** 20 };
}

let warm: ReturnType<typeof startWarm> | undefined;

/** Figures of the whole program. */
export const programFigures: readonly Figure[] = [
  {
    name: 'warm-start',
    what: 'from npm start on an existing database to ready, median of 3',
    unit: 's',
    must: { is: '<=', limit: 3 },
    needs: [],
    async run(bench) {
      const { seconds, idleMegabytes, strangers } = await (warm ??= startWarm(bench));
      return { value: median(seconds), strangers, detail: { idle_mb: Math.round(idleMegabytes) } };
    },
  },
  {
    name: 'idle-memory',
    what: 'resident memory of the server process after 5 s without work',
    unit: 'MB',
    must: { is: '<=', limit: 200 },
    needs: [],
    async run(bench) {
      const { idleMegabytes } = await (warm ??= startWarm(bench));
      return { value: idleMegabytes, strangers: undefined, detail: {} };
    },
  },
  {
    name: 'replay',
    what: "a recorded year of 541,909 lines through the ordinary write path; the server's memory beside it",
    unit: 'min',
    must: { is: '<=', limit: 4 },
    needs: [],
    skip: ({ replayFile }) =>
      replayFile === undefined
        ? 'no file given (--file or BENCH_REPLAY_FILE)'
        : existsSync(replayFile)
          ? undefined
          : `${replayFile} is not there`,
    async run({ replayFile }) {
      const { minutes, peakMegabytes } = await replayYear(replayFile as string);
      // Two promises in one run: the memory is the second one, and missing it misses the figure.
      return {
        value: peakMegabytes > 600 ? Number.POSITIVE_INFINITY : minutes,
        strangers: undefined,
        detail: { minutes: Number(minutes.toFixed(2)), peak_mb: Math.round(peakMegabytes) },
      };
    },
  },
];
