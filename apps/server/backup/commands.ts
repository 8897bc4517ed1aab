import { mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { uuidv7 } from 'uuidv7';
import { BackupRefused, openArchive } from '../../../platform/backup/archive.ts';
import { backUp } from '../../../platform/backup/back-up.ts';
import { DEAD_MS, openBackupStore, type BackupCause, type BackupStore } from '../../../platform/backup/backup-store.ts';
import type { KeptFile } from '../../../platform/backup/copy-out.ts';
import type { Place } from '../../../platform/backup/place.ts';
import { NAME } from '../../../platform/backup/place.ts';
import { restore } from '../../../platform/backup/restore.ts';
import type { Config } from '../../../platform/config.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { findOwner } from '../../../platform/embedded/folder-lock.ts';
import { findRunningEmbedded } from '../../../platform/embedded/running.ts';
import { startEmbedded } from '../../../platform/embedded/supervisor.ts';
import type { Lifecycle } from '../../../platform/lifecycle.ts';
import type { Log } from '../../../platform/log.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { retailerFolder, type RetailerConfig } from '../retailers/retailer-config.ts';
import { auditBooks, readFigures } from './books.ts';
import { carryErasures, fetchErasures } from '../privacy/erasures-beside.ts';
import { backupKey, erasureList, isKeptFile, keptFiles, placeOf, retentionOf, usualPlace } from './setting.ts';

/** What a command gets from the program around it. */
export type CommandSurroundings = {
  readonly config: RetailerConfig;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly version: string;
  readonly migrations: string;
};

const MB = 2 ** 20;

/** `backup`: makes one now, beside a program that runs or without one. `backup list` says which there are. */
export async function backupCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle } = around;
  const { values, positionals } = parseCommand(args, {
    to: { type: 'string' },
    id: { type: 'string' },
    cause: { type: 'string' },
  });
  const place = placeOf(config, values['to'] ?? usualPlace(config));
  if (positionals[0] === 'list') {
    process.stdout.write(`${await describePlace(place)}\n`);
    return lifecycle.stop(undefined, 0);
  }
  if (positionals.length > 0) throw new StartRefusal('It is: node oneshelf.mjs backup [list] [--to PLACE]');
  yieldToSellers();
  const url = await databaseUrl(around);
  const pool = createPool({ url, max: 2, applicationName: 'oneshelf backup' });
  try {
    const store = openBackupStore({ pool, schema: config.RETAILER_SCHEMA, now: Date.now });
    const id = values['id'] ?? uuidv7();
    const cause = (values['cause'] ?? 'command') as BackupCause;
    // A server that starts us has written the row itself.
    if (values['id'] === undefined) await beginPatiently(store, { id, cause, askedBy: undefined, place: place.text });
    const tell = progressLine();
    const erasures = { file: erasureList(config), schema: config.RETAILER_SCHEMA };
    await carryErasures({ place, key: backupKey(config) }, erasures);
    const manifest = await backUp({
      id,
      store,
      url,
      schema: config.RETAILER_SCHEMA,
      migrations: around.migrations,
      version: around.version,
      place,
      key: backupKey(config),
      keep: values['to'] === undefined ? retentionOf(config) : undefined,
      figures: readFigures,
      files: keptFiles(config),
      now: Date.now,
      onProgress: ({ phase, done, total }) => tell(phase === 'copy' ? 'Copying' : 'Reading it back', done, total),
    });
    tell.end();
    process.stdout.write(
      `${manifest.name} in ${place.text}: ${Math.ceil(manifest.bytes / MB)} MB, up to event ${manifest.eventNumber}, ${
        manifest.encryption === null ? 'not encrypted' : 'encrypted'
      }, read back and found whole.\n`,
    );
  } catch (error) {
    throw error instanceof StartRefusal
      ? error
      : new StartRefusal(`No backup was made: ${(error as Error).message}`, { cause: error });
  } finally {
    await pool.end();
  }
  return lifecycle.stop(undefined, 0);
}

/** `restore --from PLACE[/NAME]`: puts a backup, the latest one unless it is named, into the empty place that the settings name. */
export async function restoreCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle } = around;
  const { values } = parseCommand(args, { from: { type: 'string' }, 'even-if-wrong': { type: 'boolean' } });
  const from = values['from'];
  if (typeof from !== 'string')
    throw new StartRefusal('It is: node oneshelf.mjs restore --from PLACE[/NAME] [--even-if-wrong]');
  if (config.DATABASE_URL === undefined && findOwner(resolve(config.DATA_DIR)) !== undefined)
    throw new StartRefusal(
      `Oneshelf is running on ${resolve(config.DATA_DIR)}. Stop it first; restore needs an empty place.`,
    );
  const evenIfWrong = values['even-if-wrong'] === true;
  await restoreFrom({ config, migrations: around.migrations, url: () => databaseUrl(around) }, { from, evenIfWrong });
  return lifecycle.stop(undefined, 0);
}

/** Puts a backup into the empty schema of these settings, with its keys and the list of erasures. Throws StartRefusal when it cannot be. */
export async function restoreFrom(
  of: { readonly config: RetailerConfig; readonly migrations: string; readonly url: () => Promise<string> },
  { from, evenIfWrong }: { readonly from: string; readonly evenIfWrong: boolean },
): Promise<void> {
  const { config } = of;
  const { place, named } = splitPlace(config, from);
  const key = backupKey(config);
  try {
    const name = named ?? (await place.list()).at(-1);
    if (name === undefined) throw new BackupRefused(`There is no backup in ${place.text}.`);
    // Before a database is made for nothing.
    await openArchive(place, name, key);
    const url = await of.url();
    const tell = progressLine();
    const restored = await restore({
      place,
      name,
      key,
      url,
      schema: config.RETAILER_SCHEMA,
      migrations: of.migrations,
      figures: readFigures,
      audit: auditBooks,
      evenIfWrong,
      onProgress: (progress) => {
        if (progress.kind === 'verify') tell('Checking', progress.done, progress.total);
        else if (progress.kind === 'load') tell('Loading', progress.done, progress.total);
        else if (progress.kind === 'keys') tell('Making keys and indexes', progress.done, progress.total);
        else if (progress.kind === 'migrate') tell('Bringing the database up to date');
        else if (progress.kind === 'audit') tell('Comparing the books');
      },
    });
    tell.end();
    putFiles(config, restored.files);
    const erasures = { file: erasureList(config), schema: config.RETAILER_SCHEMA };
    const erased = await fetchErasures({ place, key }, restored.manifest, erasures);
    if (erased > 0) process.stdout.write(`${erased} people were erased since; they are when Oneshelf starts.\n`);
    const { manifest, migrationsApplied, found } = restored;
    const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
    process.stdout.write(
      `${name} is restored: ${rows} rows up to event ${manifest.eventNumber} of ${manifest.recordedAt}, ${migrationsApplied.length} migrations applied, ${
        found.length === 0 ? 'the books agree' : `the auditor found ${found.length} things wrong`
      }.\n`,
    );
    if (restored.files.length === 0)
      process.stdout.write(
        `What is secret in the database is sealed with the keys of the old installation: put its secret.keys into ${retailerFolder(config)}, or set SECRET_KEY.\n`,
      );
  } catch (error) {
    throw error instanceof BackupRefused ? new StartRefusal(error.message, { cause: error }) : error;
  }
}

/** Puts what came along with an encrypted backup where the retailer's files lie. */
function putFiles(config: RetailerConfig, files: readonly KeptFile[]): void {
  const folder = retailerFolder(config);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const { file, content } of files)
    if (isKeptFile(file)) writeFileSync(join(folder, file), Buffer.from(content, 'base64'), { mode: 0o600 });
}

function splitPlace(config: Config, from: string): { place: Place; named: string | undefined } {
  const cut = from.replace(/\/+$/, '').lastIndexOf('/');
  const last = from.slice(cut + 1).replace(/\/+$/, '');
  return NAME.test(last)
    ? { place: placeOf(config, cut < 0 ? '.' : from.slice(0, cut)), named: last }
    : { place: placeOf(config, from), named: undefined };
}

/** The database of the settings, as a user who may make tables: that of a program that runs, or our own, started for the time being. */
export async function databaseUrl({ config, log, lifecycle }: CommandSurroundings): Promise<string> {
  const given = config.DATABASE_ADMIN_URL ?? config.DATABASE_URL;
  if (given !== undefined) return given;
  const dataDir = resolve(config.DATA_DIR);
  if (findOwner(dataDir) !== undefined) {
    const running = findRunningEmbedded(dataDir);
    if (running === undefined) throw new StartRefusal(`Oneshelf is starting on ${dataDir}; try again in a moment.`);
    return running.url('oneshelf');
  }
  const embedded = await lifecycle.start(
    'PostgreSQL',
    () => startEmbedded({ dataDir, log: (level, message) => log[level](message) }),
    (running) => ({ ...running, stopWithinMs: 30_000 }),
  );
  return embedded.url();
}

/** Waits for one that died to be given up. Throws StartRefusal when another one is alive: never two at once. */
async function beginPatiently(store: BackupStore, of: Parameters<BackupStore['begin']>[0]): Promise<void> {
  for (let waitedMs = 0; !(await store.begin(of)); waitedMs += 500) {
    if (waitedMs > DEAD_MS + 1_000)
      throw new StartRefusal('Another backup is being made; there are never two at once.');
    if (waitedMs === 0) process.stderr.write('Another backup is being made, or its program has just died; waiting.\n');
    await new Promise((done) => setTimeout(done, 500));
  }
}

async function describePlace(place: Place): Promise<string> {
  const names = await place.list();
  return names.length === 0
    ? `There is no backup in ${place.text}.`
    : names.map((name) => `${name}  ${place.text}`).join('\n');
}

/** A backup may take its time; who sells may not. */
function yieldToSellers(): void {
  try {
    setPriority(10);
  } catch {
    // Where it is not permitted, everybody is equal.
  }
}

type Progress = ((what: string, done?: number, total?: number) => void) & { end(): void };

/** One line that changes at a terminal; in a log, a line for each tenth. */
export function progressLine(): Progress {
  let last = '';
  const tell = (what: string, done?: number, total?: number): void => {
    const percent =
      done === undefined || total === undefined ? undefined : Math.floor((done / Math.max(1, total)) * 100);
    const step = percent === undefined || process.stderr.isTTY ? percent : Math.floor(percent / 10) * 10;
    const line = step === undefined ? what : `${what} … ${step} %`;
    if (line === last) return;
    last = line;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
  return Object.assign(tell, { end: (): void => void (process.stderr.isTTY && process.stderr.write('\r\u001b[K')) });
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;

/** Reads the words behind a command. Throws StartRefusal for an option that there is not. */
export function parseCommand<const O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new StartRefusal((error as Error).message, { cause: error });
  }
}
