import { createWriteStream, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { takeIn } from '../../../platform/archive/take-in.ts';
import { writeArchive } from '../../../platform/archive/write-archive.ts';
import { BackupRefused } from '../../../platform/backup/archive.ts';
import { findOwner } from '../../../platform/embedded/folder-lock.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { auditBooks, readFigures } from '../backup/books.ts';
import { databaseUrl, parseCommand, progressLine, type CommandSurroundings } from '../backup/commands.ts';
import { writeCsvFolder } from './write-csv.ts';
import { LEFT_OUT } from './left-out.ts';

/** `export --to FILE`: the retailer as one archive that another installation can take in. `export --csv FOLDER`: as CSV, one file per kind. */
export async function exportCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle, version, migrations } = around;
  const { values } = parseCommand(args, { to: { type: 'string' }, csv: { type: 'string' } });
  const { to, csv } = values;
  if (typeof to !== 'string' && typeof csv !== 'string')
    throw new StartRefusal('It is: node oneshelf.mjs export --to FILE | --csv FOLDER');
  const url = await databaseUrl(around);
  const schema = config.RETAILER_SCHEMA;
  if (typeof csv === 'string') {
    for (const { file, bytes } of await writeCsvFolder({ url, schema, folder: resolve(csv) }))
      process.stdout.write(`${file}: ${bytes} bytes\n`);
  }
  if (typeof to === 'string') {
    await writeArchiveFile({ url, schema, migrations, version, file: resolve(to) });
  }
  return lifecycle.stop(undefined, 0);
}

/** Writes a retailer out as one archive, says how far it is and what came of it, and gives the number of the last event in it. */
export async function writeArchiveFile(of: {
  readonly url: string;
  readonly schema: string;
  readonly migrations: string;
  readonly version: string;
  readonly file: string;
}): Promise<number> {
  const { file, ...retailer } = of;
  const tell = progressLine();
  // What is not whole does not have the name of what is.
  const unfinished = `${file}.unfinished`;
  try {
    const manifest = await writeArchive({
      ...retailer,
      now: Date.now(),
      leftOut: LEFT_OUT,
      figures: readFigures,
      to: createWriteStream(unfinished, { mode: 0o600 }),
      onProgress: ({ done, total }) => tell('Exporting', done, total),
    });
    await rename(unfinished, file);
    tell.end();
    const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${file}: ${rows} rows up to event ${manifest.eventNumber}.\n`);
    return manifest.eventNumber;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** `import-archive --from FILE`: takes a retailer in, into the empty place that the settings name. */
export async function importArchiveCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle, migrations } = around;
  const { values } = parseCommand(args, { from: { type: 'string' } });
  const { from } = values;
  if (typeof from !== 'string') throw new StartRefusal('It is: node oneshelf.mjs import-archive --from FILE');
  if (config.DATABASE_URL === undefined && findOwner(resolve(config.DATA_DIR)) !== undefined)
    throw new StartRefusal(`Oneshelf is running on ${resolve(config.DATA_DIR)}. Stop it first.`);
  const tell = progressLine();
  try {
    const manifest = await takeIn({
      file: resolve(from),
      url: await databaseUrl(around),
      schema: config.RETAILER_SCHEMA,
      migrations,
      figures: readFigures,
      audit: auditBooks,
      onTable: (name) => tell(`Taking in ${name}`),
    });
    tell.end();
    const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
    process.stdout.write(`${rows} rows up to event ${manifest.eventNumber} are taken in, and the books agree.\n`);
  } catch (error) {
    throw error instanceof BackupRefused ? new StartRefusal(error.message, { cause: error }) : error;
  }
  return lifecycle.stop(undefined, 0);
}
