import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NO_BACKUPS, type BackupSetting } from '../../../platform/backup/backups.ts';
import type { Config } from '../../../platform/config.ts';
import { openDirectory } from '../../../platform/db/directory.ts';
import { createPool, type Pool, type PoolOptions } from '../../../platform/db/pool.ts';
import type { BulkTurns } from '../bulk/start-bulk.ts';
import { startCardProvider } from '../stand-ins/card-provider.ts';
import { proxiesOf, surroundingsOf, type Around } from '../surroundings.ts';
import { createHosting, type Hosting } from './hosting.ts';
import { configOfRetailer, retailerFolder, retailerUrl } from './retailer-config.ts';

/** The migrations of a retailer's schema, and those of the directory. */
export const MIGRATIONS = resolve(import.meta.dirname, '../../../db/migrations');
export const DIRECTORY_MIGRATIONS = resolve(import.meta.dirname, '../../../db/directory');

/** Connections on which all retailers of the directory commit: with some of their own each, a database would run out of them at ten. */
const COMMIT_CONNECTIONS = 8;
/** Imports that are worked on at once. */
const IMPORTS_AT_ONCE = 2;

/** Hosting as the settings want it. `address` is that of the installation, known when the doors are open. */
export function prepareHosting(
  of: Omit<Around, 'config' | 'provider' | 'baseUrl' | 'called' | 'checks'> & {
    readonly config: Config;
    readonly address: () => string;
  },
): Hosting {
  const { config, log, databases, address } = of;
  const { url } = databases;
  const open = (name: string, options: Omit<PoolOptions, 'applicationName'>): Pool =>
    createPool({
      ...options,
      applicationName: `oneshelf ${name}`,
      onIdleError: (error) => log.warn(`A database connection was lost: ${error.message}`),
    });
  // Nothing connects before there is somebody to connect for.
  const write = open('retailers', { url, max: config.DATABASE_POOL });
  const standby = config.DATABASE_READ_URL;
  const read = standby === undefined ? write : open('retailers, reading', { url: standby, max: config.DATABASE_POOL });
  const lent = {
    commit: open('commit', { url, max: COMMIT_CONNECTIONS, pipeline: true }),
    chores: open('chores', { url, max: 1, pipeline: true }),
  };
  const bulkTurns: BulkTurns = { running: 0, most: IMPORTS_AT_ONCE };
  let backupsRunning = 0;
  // Everybody's is due at the same time of day.
  const oneAtATime = (setting: BackupSetting): BackupSetting => ({
    ...setting,
    mustWait: () => backupsRunning > 0,
    async run(which, stop) {
      backupsRunning += 1;
      await setting.run(which, stop).finally(() => (backupsRunning -= 1));
    },
  });
  const hosting = createHosting({
    directory: openDirectory({ pool: databases.write, migrations: DIRECTORY_MIGRATIONS }),
    pool: databases.write,
    adminUrl: config.DATABASE_ADMIN_URL ?? url,
    migrations: MIGRATIONS,
    log,
    trustProxy: proxiesOf(config),
    async surroundingsOf(retailer) {
      const { name, schema, hosts } = retailer();
      const own = configOfRetailer(config, retailer());
      const folder = retailerFolder(own);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      // Each its own account at the card provider: an authorisation of one must not pay at the other.
      const provider = await startCardProvider({ file: join(folder, 'card-provider.jsonl') });
      const around = await surroundingsOf({
        ...of,
        databases: { url, write, read },
        config: own,
        log: log.child({ retailer: schema }),
        provider,
        baseUrl: () => retailerUrl(address(), retailer().hosts[0] ?? ''),
        called: `${name} (${hosts[0] ?? schema})`,
      });
      const backups = oneAtATime(around.backups ?? NO_BACKUPS);
      // Without tls: it listens at no port of its own.
      return { around: { ...around, tls: undefined, lent, bulkTurns, backups }, close: () => provider.close() };
    },
  });
  return {
    ...hosting,
    async close() {
      await hosting.close();
      const pools = new Set([write, read, lent.commit, lent.chores]);
      await Promise.all([...pools].map((pool) => pool.end()));
    },
  };
}
