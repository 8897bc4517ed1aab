import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeSettings, readConfig } from '../../platform/config.ts';
import type { Config } from '../../platform/config.ts';
import { migrate, readMigrations } from '../../platform/db/migrate.ts';
import type { Retailer } from '../../platform/db/directory.ts';
import { createPool, quoteIdentifier } from '../../platform/db/pool.ts';
import type { Pool } from '../../platform/db/pool.ts';
import { requireServer } from '../../platform/db/server-version.ts';
import { findOwner } from '../../platform/embedded/folder-lock.ts';
import { startEmbedded } from '../../platform/embedded/supervisor.ts';
import type { Embedded } from '../../platform/embedded/supervisor.ts';
import { registerPairing } from '../../platform/https/pairing.ts';
import { createLifecycle, StoppedWhileStarting } from '../../platform/lifecycle.ts';
import type { Lifecycle } from '../../platform/lifecycle.ts';
import { createLog } from '../../platform/log.ts';
import type { Log } from '../../platform/log.ts';
import { returnMemory } from '../../platform/return-memory.ts';
import type { OpenTelemetry } from '../../platform/telemetry/open-telemetry.ts';
import type { CommandSurroundings } from './backup/commands.ts';
import { START_AGAIN, watchForMove, withMovedDatabase } from './backup/moved.ts';
import { openApi, openBusiness, startChores } from './compose.ts';
import { startCardProvider } from './stand-ins/card-provider.ts';
import { firstStart } from './first-start.ts';
import { prepareHosting } from './retailers/prepare-hosting.ts';
import { configOfRetailer } from './retailers/retailer-config.ts';
import { secretsSource, surroundingsOf } from './surroundings.ts';
import { openHttps, type Https } from './https.ts';
import { prepareOffice } from './office-files.ts';
import { StartRefusal } from '../../platform/start-refusal.ts';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const migrationsDirectory = resolve(import.meta.dirname, '../../db/migrations');

type Surroundings = { config: Config; log: Log; lifecycle: Lifecycle; telemetry?: OpenTelemetry | undefined };
type Databases = { write: Pool; read: Pool; embedded: Embedded | undefined };

async function start(around: Surroundings): Promise<void> {
  const { telemetry } = around;
  if (telemetry !== undefined)
    await around.lifecycle.start(
      'OpenTelemetry',
      () => telemetry,
      () => ({ stop: () => telemetry.stop(), stopWithinMs: 3_000 }),
    );
  const databases = await openDatabases(around);
  await migrateAll(around, databases);
  const url = await startApplication(around, databases);
  databases.embedded?.announce(url);
  const { config, lifecycle } = around;
  if (databases.embedded !== undefined)
    await lifecycle.start(
      'The look-out for a move',
      () => watchForMove(config.DATA_DIR, () => stopForMove(around, databases)),
      (stop) => ({ stop }),
    );
  around.log.info(`Oneshelf is open at ${url} (Ctrl-C closes it).`);
  returnMemory();
}

/** Nobody can write here any more, so there is nothing to wait for but the answers that say so. */
const STOP_FOR_MOVE_MS = 1_500;

function stopForMove({ lifecycle }: Surroundings, { embedded }: Databases): void {
  void lifecycle.stop('the database has moved', START_AGAIN);
  setTimeout(() => {
    embedded?.killNow();
    process.exit(START_AGAIN);
  }, STOP_FOR_MOVE_MS);
}

/** The application itself: everything between the databases and the address it gives. */
async function startApplication(surroundings: Surroundings, databases: Databases): Promise<string> {
  const { config, log, lifecycle } = surroundings;
  const https = await lifecycle.start(
    'The certificate',
    () => openHttps(config, log),
    (open) => ({ stop: () => open?.certificates.close() }),
  );
  const provider = await lifecycle.start(
    'The test card provider',
    () => startCardProvider({ file: join(resolve(config.DATA_DIR), 'card-provider.jsonl') }),
    (running) => ({ stop: () => running.close() }),
  );
  // Known when the doors are open; nobody is written to before.
  let address = '';
  const pools = {
    url: config.DATABASE_URL ?? databases.embedded?.url() ?? '',
    write: databases.write,
    read: databases.read,
  };
  const hosting = prepareHosting({ ...surroundings, databases: pools, https, version, address: () => address });
  const around = await surroundingsOf({
    ...surroundings,
    databases: pools,
    https,
    provider,
    version,
    baseUrl: () => address,
    called: config.BASE_URL ?? `port ${config.PORT}`,
    checks: [hosting.check],
  });
  const business = await lifecycle.start(
    'The business',
    () => openBusiness(around),
    (open) => ({ stop: () => open.close(), stopWithinMs: 20_000 }),
  );
  const signIn = await firstStart(around, business, {
    demo: config.DEMO === 'auto',
    log,
    write: (text) => void process.stderr.write(text),
  });
  await lifecycle.start(
    'The chores',
    async () => startChores(around, business),
    (chores) => ({ stop: () => chores.close() }),
  );
  await prepareOffice(log);
  const { api } = await lifecycle.start(
    'The web server',
    () => openApi(around, business),
    (open) => ({ stop: () => open.close(), stopWithinMs: 15_000 }),
  );
  https?.serve(api);
  if (https?.certificates.authority !== undefined) registerPairing(api, https.certificates.authority);
  await lifecycle.start(
    'The other retailers',
    async () => {
      await hosting.start();
      hosting.divert(api);
    },
    () => ({ stop: () => hosting.close(), stopWithinMs: 25_000 }),
  );
  await api.listen({ host: config.HOST, port: config.PORT }).catch((error: NodeJS.ErrnoException) => {
    throw listenRefusal(error, config);
  });
  const bound = api.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : config.PORT;
  if (signIn !== undefined) log.info(`Sign in as ${signIn.email} with the password ${signIn.password}`);
  if (https !== undefined) await openPlain(surroundings, https, port);
  const host = https?.names[0] ?? config.HOST;
  const hostText = host.includes(':') ? `[${host}]` : host;
  address = config.BASE_URL ?? `${https === undefined ? 'http' : 'https'}://${hostText}:${port}`;
  return address;
}

/** Plain HTTP beside HTTPS, and where devices are paired. */
async function openPlain({ config, log, lifecycle }: Surroundings, https: Https, port: number): Promise<void> {
  const plain = await lifecycle.start(
    'Plain HTTP',
    () =>
      https.openPlain(port).catch((error: NodeJS.ErrnoException) => {
        throw listenRefusal(
          error,
          { HOST: config.HOST, PORT: config.HTTP_PORT ?? (port === 443 ? 80 : port + 1) },
          'HTTP_PORT',
        );
      }),
    (open) => ({ stop: () => open?.close() }),
  );
  const { authority } = https.certificates;
  if (authority !== undefined && plain !== undefined)
    log.info(
      `Devices are paired at http://${https.names[0]}:${plain.port}/pair; the fingerprint is ${authority.fingerprint}`,
    );
}

function listenRefusal(
  error: NodeJS.ErrnoException,
  { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>,
  setting: 'PORT' | 'HTTP_PORT' = 'PORT',
): Error {
  if (error.code === 'EADDRINUSE') {
    return new StartRefusal(
      `Another program listens on ${HOST}:${PORT}. Set ${setting} to another number, for instance ${setting}=${PORT + 1}.`,
    );
  }
  if (error.code === 'EACCES')
    return new StartRefusal(`Listening on ${HOST}:${PORT} is not permitted. Set ${setting} to 1024 or more.`);
  if (error.code === 'EADDRNOTAVAIL') return new StartRefusal(`HOST ${HOST} is not an address of this machine.`);
  return error;
}

async function openDatabases({ config, log, lifecycle }: Surroundings): Promise<Databases> {
  const embedded =
    config.DATABASE_URL === undefined
      ? await lifecycle.start(
          'PostgreSQL',
          () => startEmbedded({ dataDir: config.DATA_DIR, log: (level, message) => log[level](message) }),
          (running) => ({ ...running, stopWithinMs: 30_000 }),
        )
      : undefined;
  const writeUrl = config.DATABASE_URL ?? embedded?.url() ?? '';
  const write = await openPool('The database pool', writeUrl);
  if (embedded === undefined) await requireServer(write, 'DATABASE_URL');
  if (config.DATABASE_READ_URL === undefined) return { write, read: write, embedded };
  const read = await openPool('The pool for reading', config.DATABASE_READ_URL);
  await requireServer(read, 'DATABASE_READ_URL');
  return { write, read, embedded };

  function openPool(name: string, url: string): Promise<Pool> {
    const onIdleError = (error: Error): void => log.warn(`A database connection was lost: ${error.message}`);
    return lifecycle.start(
      name,
      () => createPool({ url, max: config.DATABASE_POOL, onIdleError }),
      (pool) => ({ stop: () => pool.end() }),
    );
  }
}

async function migrateAll({ config, log }: Surroundings, { embedded }: Databases): Promise<string[]> {
  const url = config.DATABASE_ADMIN_URL ?? config.DATABASE_URL ?? embedded?.url() ?? '';
  const admin = createPool({ url, max: 2, applicationName: 'oneshelf migrate' });
  try {
    if (config.DATABASE_ADMIN_URL !== undefined) await requireServer(admin, 'DATABASE_ADMIN_URL');
    const applied = await migrate(admin, {
      schema: config.RETAILER_SCHEMA,
      directory: migrationsDirectory,
      onProgress: (progress) => {
        if (progress.kind === 'waiting')
          log.info('Another process is bringing the database up to date; waiting for it.');
        else if (progress.kind === 'applied') log.debug({ ms: progress.ms }, `Applied ${progress.name}.`);
      },
    });
    if (applied.length > 0) log.info(`The database is up to date (${applied.length} migrations applied).`);
    return applied;
  } finally {
    await admin.end();
  }
}

/** Replays a retailer's year into a schema of its own. */
async function replayFile(around: Surroundings, args: readonly string[]): Promise<void> {
  const databases = await openDatabases(around);
  const url = around.config.DATABASE_URL ?? databases.embedded?.url() ?? '';
  const { replay } = await import('./replay/replay.ts');
  const agrees = await replay(
    {
      url,
      pool: databases.write,
      migrate: (schema) =>
        migrateAll({ ...around, config: { ...around.config, RETAILER_SCHEMA: schema } }, databases).then(
          () => undefined,
        ),
      write: (text) => process.stdout.write(text),
    },
    args,
  );
  await around.lifecycle.stop(undefined, agrees ? 0 : 1);
}

/** Takes the demo company away. */
async function demo(around: Surroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle } = around;
  const databases = await openDatabases(around);
  await migrateAll(around, databases);
  const url = config.DATABASE_ADMIN_URL ?? config.DATABASE_URL ?? databases.embedded?.url() ?? '';
  const admin = createPool({ url, max: 2, applicationName: 'oneshelf demo' });
  const { removeDemoCommand } = await import('./demo/remove-command.ts');
  try {
    const told = await removeDemoCommand(args, {
      pool: admin,
      schema: config.RETAILER_SCHEMA,
      migrations: migrationsDirectory,
    });
    process.stdout.write(`${told}\n`);
  } finally {
    await admin.end();
  }
  await lifecycle.stop(undefined, 0);
}

/** Seals everything in the database with a new key, or, when the keys are a setting, with the first of them. */
async function secrets(around: Surroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle } = around;
  if (args.length !== 1 || args[0] !== 'rotate') throw new StartRefusal('It is: node oneshelf.mjs secrets rotate');
  const databases = await openDatabases(around);
  await migrateAll(around, databases);
  const { rotateSecrets } = await import('./rotate-secrets.ts');
  const others = (await othersOf(around)).filter(({ state }) => !['creating', 'deleting'].includes(state));
  for (const each of [config, ...others.map((other) => configOfRetailer(config, other))]) {
    const told = await rotateSecrets(secretsSource(each), { pool: databases.write, schema: each.RETAILER_SCHEMA });
    process.stdout.write(`${others.length === 0 ? '' : `${each.RETAILER_SCHEMA}: `}${told}\n`);
  }
  await lifecycle.stop(undefined, 0);
}

/** Brings everybody up to date, the own retailer first. One that cannot be does not keep the others from it. */
async function migrateOnly(around: Surroundings): Promise<void> {
  const { config, log } = around;
  const databases = await openDatabases(around);
  const applied = await migrateAll(around, databases);
  if (applied.length === 0) log.info('The database was up to date.');
  let code = 0;
  for (const { name, schema, state } of await othersOf(around)) {
    if (state === 'creating' || state === 'deleting') continue;
    try {
      log.info(`${name} (${schema}):`);
      await migrateAll({ ...around, config: { ...config, RETAILER_SCHEMA: schema } }, databases);
    } catch (error) {
      code = 1;
      log.error({ err: error }, `${name} (${schema}) could not be brought up to date; the others go on.`);
    }
  }
  await around.lifecycle.stop(undefined, code);
}

/** Everybody in the directory. */
async function othersOf(around: Surroundings): Promise<readonly Retailer[]> {
  const { listRetailers } = await import('./retailers/pick-retailer.ts');
  return listRetailers(commandSurroundings(around));
}

function commandSurroundings(around: Surroundings): CommandSurroundings {
  return { ...around, version, migrations: migrationsDirectory };
}

/** Says what runs, without starting or changing anything. */
async function status({ config, lifecycle }: Surroundings): Promise<void> {
  const folder = resolve(config.DATA_DIR);
  const owner = findOwner(folder);
  const lines: string[] = [];
  if (owner !== undefined)
    lines.push(`Running as pid ${owner.pid}${owner.url === undefined ? ', starting' : ` at ${owner.url}`}.`);
  else if (config.DATABASE_URL === undefined) lines.push('Not running.');
  if (config.DATABASE_URL === undefined) {
    const exists = existsSync(join(folder, 'postgres', 'PG_VERSION'));
    lines.push(exists ? `The database is in ${folder}.` : `There is no database in ${folder} yet; start makes one.`);
  } else {
    lines.push(await describeServer(config, config.DATABASE_URL));
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  await lifecycle.stop(undefined, 0);
}

async function describeServer(config: Config, url: string): Promise<string> {
  const pool = createPool({ url, max: 1 });
  try {
    const major = await requireServer(pool, 'DATABASE_URL', 0);
    const table = `${quoteIdentifier(config.RETAILER_SCHEMA)}.platform_migration`;
    const known = await pool.query<{ found: boolean }>('select to_regclass($1) is not null as found', [table]);
    const done =
      known.rows[0]?.found === true
        ? await pool.query(`select name from ${table} where finished_at is not null`)
        : undefined;
    const files = await readMigrations(migrationsDirectory);
    return `The database is PostgreSQL ${major}; ${done?.rowCount ?? 0} of ${files.length} migrations are applied.`;
  } finally {
    await pool.end();
  }
}

type Command = (around: CommandSurroundings, args: readonly string[]) => Promise<void>;

/** A command that is for the installation's own retailer, or with `--retailer WHO` for another one. */
function ofRetailer(run: Command): (around: Surroundings, args: readonly string[]) => Promise<void> {
  return async (around, args) => {
    const { forRetailer } = await import('./retailers/pick-retailer.ts');
    const picked = await forRetailer(commandSurroundings(around), args);
    await run(picked.around, picked.args);
  };
}

/** What one command alone needs is loaded with it: a server that runs for weeks would keep all of it in memory. */
const commands: Readonly<Record<string, (around: Surroundings, args: readonly string[]) => Promise<void>>> = {
  start,
  migrate: migrateOnly,
  replay: replayFile,
  export: ofRetailer(async (around, args) => (await import('./export/commands.ts')).exportCommand(around, args)),
  'import-archive': async (around, args) =>
    (await import('./export/commands.ts')).importArchiveCommand(commandSurroundings(around), args),
  demo,
  secrets,
  status,
  audit: ofRetailer(async (around, args) => (await import('./audit-command.ts')).auditCommand(around, args)),
  backup: ofRetailer(async (around, args) => (await import('./backup/commands.ts')).backupCommand(around, args)),
  move: async (around, args) =>
    (await import('./backup/move-command.ts')).moveCommand(commandSurroundings(around), args),
  retailers: async (around, args) =>
    (await import('./retailers/commands.ts')).retailersCommand(commandSurroundings(around), args),
  restore: async (around, args) =>
    (await import('./backup/commands.ts')).restoreCommand(commandSurroundings(around), args),
};

/** Loaded only when a collector is set: idle it would cost 40 MB. */
async function openTelemetry(config: Config): Promise<OpenTelemetry | undefined> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return undefined;
  const { startOpenTelemetry } = await import('../../platform/telemetry/open-telemetry.ts');
  return startOpenTelemetry({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    service: config.OTEL_SERVICE_NAME,
    percent: config.OTEL_TRACES_PERCENT,
    version,
  });
}

/** Reads the settings, runs one command and gives the exit code. */
async function main(command: string | undefined, args: readonly string[]): Promise<number> {
  if (command === 'help' && args[0] === 'retailers') {
    process.stdout.write((await import('./retailers/commands.ts')).RETAILERS_HELP);
    return 0;
  }
  if (command === 'settings') {
    process.stdout.write(`${describeSettings()}\n`);
    return 0;
  }
  const run = command === undefined ? undefined : commands[command];
  if (run === undefined) throw new StartRefusal(`The commands are ${Object.keys(commands).join(', ')} and settings.`);
  const warnings: string[] = [];
  const config = withMovedDatabase(readConfig(process.env, undefined, (warning) => warnings.push(warning)));
  const quiet = command === 'status' ? 'warn' : config.LOG_LEVEL;
  const telemetry = command === 'start' ? await openTelemetry(config) : undefined;
  const log = createLog({ level: quiet, format: config.LOG_FORMAT, also: telemetry?.sendLogLine });
  for (const warning of warnings) log.warn(warning);
  const lifecycle = createLifecycle(log);
  try {
    await run({ config, log, lifecycle, telemetry }, args);
  } catch (error) {
    if (!(error instanceof StoppedWhileStarting)) {
      if (error instanceof StartRefusal) log.error(error.message);
      else log.fatal({ err: error }, 'Oneshelf could not start.');
      await lifecycle.stop(undefined, 1);
    }
  }
  return lifecycle.ended;
}

try {
  process.exitCode = await main(process.argv[2], process.argv.slice(3));
} catch (error) {
  process.stderr.write(`${error instanceof StartRefusal ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
}
// Everything has been stopped in order; what is still open (a keep-alive connection) must not hold the process.
process.exit();
