import { openDirectory, type Retailer } from '../../../platform/db/directory.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { databaseUrl, type CommandSurroundings } from '../backup/commands.ts';
import { findRetailer } from './commands.ts';
import { DIRECTORY_MIGRATIONS } from './prepare-hosting.ts';
import { configOfRetailer } from './retailer-config.ts';

/** Takes `--retailer WHO` out of the words of a command and gives it the settings of that retailer. Without it, everything stays. */
export async function forRetailer<A extends CommandSurroundings>(
  around: A,
  args: readonly string[],
): Promise<{ readonly around: A; readonly args: readonly string[] }> {
  const at = args.findIndex((word) => word === '--retailer' || word.startsWith('--retailer='));
  if (at < 0) return { around, args };
  const isOne = args[at] !== '--retailer';
  const who = isOne ? args[at]?.slice('--retailer='.length) : args[at + 1];
  const rest = args.toSpliced(at, isOne ? 1 : 2);
  if (who === around.config.RETAILER_SCHEMA) return { around, args: rest };
  const found = findRetailer(await listRetailers(around), who ?? '');
  if (found === undefined)
    throw new StartRefusal(`There is no other retailer ${who ?? ''} here. "retailers list" says who there is.`);
  return { around: { ...around, config: configOfRetailer(around.config, found) }, args: rest };
}

/** Everybody in the directory of the installation. */
export async function listRetailers(around: CommandSurroundings): Promise<readonly Retailer[]> {
  const pool = createPool({ url: await databaseUrl(around), max: 1, applicationName: 'oneshelf retailers' });
  try {
    return await openDirectory({ pool, migrations: DIRECTORY_MIGRATIONS }).list();
  } finally {
    await pool.end();
  }
}
