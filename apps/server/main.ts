import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeSettings, readConfig } from '../../platform/config.ts';
import type { Config } from '../../platform/config.ts';
import { migrate, readMigrations } from '../../platform/db/migrate.ts';
import { createPool, quoteIdentifier } from '../../platform/db/pool.ts';
import type { Pool } from '../../platform/db/pool.ts';
import { requireServer } from '../../platform/db/server-version.ts';
import { findOwner } from '../../platform/embedded/folder-lock.ts';
import { startEmbedded } from '../../platform/embedded/supervisor.ts';
import type { Embedded } from '../../platform/embedded/supervisor.ts';
import { createLifecycle, StoppedWhileStarting } from '../../platform/lifecycle.ts';
import type { Lifecycle } from '../../platform/lifecycle.ts';
import { createLog } from '../../platform/log.ts';
import type { Log } from '../../platform/log.ts';
import { createTestProvider } from '../../src/payments/server/test-provider.ts';
import { openApi, openBusiness, startChores } from './compose.ts';
import { startCardProvider } from './stand-ins/card-provider.ts';
import { removeDemoCommand } from './demo/remove-command.ts';
import { firstStart } from './first-start.ts';
import { prepareOffice } from './office-files.ts';
import { replay } from './replay/replay.ts';
import { StartRefusal } from '../../platform/start-refusal.ts';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  version: string;
};
const migrationsDirectory = resolve(import.meta.dirname, '../../db/migrations');

type Surroundings = { config: Config; log: Log; lifecycle: Lifecycle };
type Databases = { write: Pool; read: Pool; embedded: Embedded | undefined };

async function start(around: Surroundings): Promise<void> {
  const databases = await openDatabases(around);
  await migrateAll(around, databases);
  const url = await startApplication(around, databases);
  databases.embedded?.announce(url);
  around.log.info(`Oneshelf is open at ${url} (Ctrl-C closes it).`);
}

/** The application itself: everything between the databases and the address it gives. */
async function startApplication({ config, log, lifecycle }: Surroundings, databases: Databases): Promise<string> {
  const provider = await lifecycle.start(
    'The test card provider',
    () => startCardProvider({ file: join(resolve(config.DATA_DIR), 'card-provider.jsonl') }),
    (running) => ({ stop: () => running.close() }),
  );
  const around = {
    card: {
      provider: createTestProvider({ url: provider.url, apiKey: provider.apiKey }),
      fee: { ppm: 14_000, fixedMinor: 20 },
    },
    url: config.DATABASE_URL ?? databases.embedded?.url() ?? '',
    write: databases.write,
    read: databases.read,
    schema: config.RETAILER_SCHEMA,
    now: () => Date.now(),
    logger: log,
    https: config.BASE_URL?.startsWith('https:') === true,
    version,
  };
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
  await api.listen({ host: config.HOST, port: config.PORT }).catch((error: NodeJS.ErrnoException) => {
    throw listenRefusal(error, config);
  });
  const address = api.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.PORT;
  if (signIn !== undefined) log.info(`Sign in as ${signIn.email} with the password ${signIn.password}`);
  return config.BASE_URL ?? `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
}

function listenRefusal(error: NodeJS.ErrnoException, { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>): Error {
  if (error.code === 'EADDRINUSE') {
    return new StartRefusal(
      `Another program listens on ${HOST}:${PORT}. Set PORT to another number, for instance PORT=${PORT + 1}.`,
    );
  }
  if (error.code === 'EACCES')
    return new StartRefusal(`Listening on ${HOST}:${PORT} is not permitted. Set PORT to 1024 or more.`);
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

async function migrateOnly(around: Surroundings): Promise<void> {
  const applied = await migrateAll(around, await openDatabases(around));
  if (applied.length === 0) around.log.info('The database was up to date.');
  await around.lifecycle.stop(undefined, 0);
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

const commands: Readonly<Record<string, (around: Surroundings, args: readonly string[]) => Promise<void>>> = {
  start,
  migrate: migrateOnly,
  replay: replayFile,
  demo,
  status,
};

/** Reads the settings, runs one command and gives the exit code. */
async function main(command: string | undefined, args: readonly string[]): Promise<number> {
  if (command === 'settings') {
    process.stdout.write(`${describeSettings()}\n`);
    return 0;
  }
  const run = command === undefined ? undefined : commands[command];
  if (run === undefined) throw new StartRefusal(`The commands are ${Object.keys(commands).join(', ')} and settings.`);
  const warnings: string[] = [];
  const config = readConfig(process.env, undefined, (warning) => warnings.push(warning));
  const quiet = command === 'status' ? 'warn' : config.LOG_LEVEL;
  const log = createLog({ level: quiet, format: config.LOG_FORMAT });
  for (const warning of warnings) log.warn(warning);
  const lifecycle = createLifecycle(log);
  try {
    await run({ config, log, lifecycle }, args);
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
