import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Embedded } from '../platform/embedded/supervisor.ts';
import { judge, type Bench, type Figure, type Found, type Line } from './bench.ts';
import { prepare, startCluster } from './cluster.ts';
import { DATA_SETS } from './data-sets.ts';
import { FIGURES } from './figures.ts';

const usage = `Usage: npm run bench -- [options] [NAME…]

  --json          one JSON object a line instead of the table
  --prepare       make the data sets (again) and end
  --file F        the recorded year for the figure "replay" (or BENCH_REPLAY_FILE)
  --list          the figures there are
  --verbose       what each round came to
`;

type Options = {
  json: boolean;
  prepare: boolean;
  list: boolean;
  verbose: boolean;
  file: string | undefined;
  names: string[];
};

function readOptions(args: readonly string[]): Options {
  const options: Options = {
    json: false,
    prepare: false,
    list: false,
    verbose: false,
    file: process.env['BENCH_REPLAY_FILE'],
    names: [],
  };
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] as string;
    if (arg === '--json') options.json = true;
    else if (arg === '--prepare') options.prepare = true;
    else if (arg === '--list') options.list = true;
    else if (arg === '--verbose') options.verbose = true;
    else if (arg === '--file') options.file = args[(i += 1)];
    else if (arg.startsWith('-')) throw new Error(`There is no option "${arg}".\n\n${usage}`);
    else options.names.push(arg);
  }
  for (const name of options.names)
    if (!FIGURES.some((figure) => figure.name === name))
      throw new Error(`There is no figure "${name}". --list names them.`);
  return options;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(3));
  const figures = FIGURES.filter((figure) => options.names.length === 0 || options.names.includes(figure.name));
  if (options.list) {
    for (const figure of figures)
      process.stdout.write(
        `${figure.name.padEnd(26)} ${figure.must.is} ${figure.must.limit} ${figure.unit}  ${figure.what}\n`,
      );
    return 0;
  }
  const say = (text: string): void =>
    void (options.verbose || options.prepare ? process.stderr.write(`  ${text}\n`) : undefined);
  const wanted =
    options.prepare && options.names.length === 0
      ? Object.keys(DATA_SETS)
      : [...new Set(figures.flatMap((figure) => figure.needs))];
  await prepare(wanted, { again: options.prepare, say });
  if (options.prepare) return 0;
  const embedded = await startCluster(say);
  let interrupted = false;
  process.once('SIGINT', () => (interrupted = true));
  try {
    let missed = 0;
    for (const figure of figures) {
      if (interrupted) break;
      const line = await measure(figure, embedded, { replayFile: options.file, say });
      if (line.holds === false) missed += 1;
      process.stdout.write(options.json ? `${JSON.stringify(line)}\n` : `${asText(line)}\n`);
    }
    return missed === 0 ? 0 : 1;
  } finally {
    await embedded.stop();
  }
}

/** Runs a figure in a process of its own, so that none inherits the memory or the compiled code of the one before. */
async function measure(
  figure: Figure,
  embedded: Embedded,
  around: { replayFile: string | undefined; say: (text: string) => void },
): Promise<Line> {
  const bench: Omit<Bench, 'say' | 'url'> = {
    postmaster: embedded.pid() ?? 0,
    cores: availableParallelism(),
    replayFile: around.replayFile,
  };
  const skipped = figure.skip?.({ ...bench, url: (database) => embedded.url(database), say: around.say });
  const nothing = {
    figure: figure.name,
    value: null,
    unit: figure.unit,
    must: `${figure.must.is} ${figure.must.limit}`,
    strangers: null,
    judged: false,
    detail: {},
  };
  if (skipped !== undefined) return { ...nothing, holds: null, note: `skipped: ${skipped}` };
  const child = fork(
    join(import.meta.dirname, 'figure-process.ts'),
    [figure.name, JSON.stringify({ ...bench, template: embedded.url('DATABASE') })],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: ['--expose-gc'] },
  );
  const answer = await new Promise<{ found?: Found; failed?: string }>((done) => {
    let last: { found?: Found; failed?: string } = { failed: 'the process ended without an answer' };
    child.on('message', (message: { say?: string; found?: Found; failed?: string }) => {
      if (message.say !== undefined) around.say(`${figure.name}: ${message.say}`);
      else last = message;
    });
    child.once('exit', () => done(last));
  });
  if (answer.found === undefined) return { ...nothing, holds: false, note: `failed: ${answer.failed ?? ''}` };
  return judge(figure, answer.found);
}

function asText(line: Line): string {
  const verdict = line.holds === true ? 'holds' : line.holds === false ? 'MISSED' : 'not judged';
  const strangers = line.strangers === null ? '' : ` strangers ${Math.round(line.strangers * 100)} %`;
  const detail = Object.entries(line.detail)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
  return `${line.figure.padEnd(26)} ${String(line.value ?? '-').padStart(9)} ${line.unit.padEnd(7)} ${line.must.padEnd(9)} ${verdict.padEnd(10)}${strangers}  ${line.note ?? ''} ${detail}`.trimEnd();
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
