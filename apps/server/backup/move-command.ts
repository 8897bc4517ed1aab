import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BackupRefused } from '../../../platform/backup/archive.ts';
import { move, type Fence } from '../../../platform/backup/move.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { requireServer } from '../../../platform/db/server-version.ts';
import { findOwner } from '../../../platform/embedded/folder-lock.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { listRetailers } from '../retailers/pick-retailer.ts';
import { auditBooks, readFigures } from './books.ts';
import { databaseUrl, parseCommand, progressLine, type CommandSurroundings } from './commands.ts';
import { sayMoved } from './moved.ts';

/** How long a program may take to end when its database has moved. */
const END_MS = 30_000;

/** `move --to URL`: from the database that comes along to another PostgreSQL, while the shop is open. */
export async function moveCommand(around: CommandSurroundings, args: readonly string[]): Promise<void> {
  const { config, lifecycle } = around;
  const { values } = parseCommand(args, { to: { type: 'string' } });
  const to = values['to'];
  if (to === undefined || !/^postgres(ql)?:\/\//.test(to))
    throw new StartRefusal('It is: node oneshelf.mjs move --to postgres://user:password@host:5432/database');
  if (config.DATABASE_URL !== undefined)
    throw new StartRefusal(
      'The database is not the one that comes along (DATABASE_URL is set, or it has moved before). Back it up and restore it instead.',
    );
  const dataDir = resolve(config.DATA_DIR);
  if (!existsSync(join(dataDir, 'postgres', 'PG_VERSION')))
    throw new StartRefusal(`There is no database in ${dataDir} to move.`);
  const target = createPool({ url: to, max: 1, applicationName: 'oneshelf move' });
  try {
    await requireServer(target, '--to', 0);
    await requireUtf8(target);
  } finally {
    await target.end();
  }
  const others = await listRetailers(around);
  if (others.length > 0)
    throw new StartRefusal(
      `There are other retailers here (${others.map(({ name }) => name).join(', ')}), and a move takes only the installation's own along. Export each, delete it, move, and create it there with --from.`,
    );
  const owner = findOwner(dataDir)?.pid;
  const tell = progressLine();
  try {
    const moved = await move({
      sourceUrl: await databaseUrl(around),
      targetUrl: to,
      schema: config.RETAILER_SCHEMA,
      migrations: around.migrations,
      figures: readFigures,
      audit: auditBooks,
      switchOver: async (fence) => {
        sayMoved(dataDir, to, Date.now());
        if (owner !== undefined) await untilEnded(dataDir, owner, fence);
      },
      onProgress: (progress) => {
        if (progress.kind === 'copy') tell(`Copying ${progress.table}`);
        else if (progress.kind === 'keys') tell('Making keys and indexes', progress.done, progress.total);
        else if (progress.kind === 'catch_up') tell(`Following: ${progress.changes} changes`);
        else if (progress.kind === 'audit') tell('Comparing the books');
        else tell('Holding writers back for the last changes');
      },
    });
    tell.end();
    process.stdout.write(
      `Moved up to event ${moved.eventNumber}; ${moved.changes} changes were followed, writers were held back for ${moved.pauseMs} ms.\n` +
        `${owner === undefined ? 'From its next start' : 'From now on'} Oneshelf uses the new database (${dataDir}/moved-to.json says so). The old one stays in ${dataDir}/postgres; remove it when you no longer want it.\n`,
    );
  } catch (error) {
    throw error instanceof BackupRefused ? new StartRefusal(error.message, { cause: error }) : error;
  }
  return lifecycle.stop(undefined, 0);
}

async function requireUtf8(target: ReturnType<typeof createPool>): Promise<void> {
  const { rows } = await target.query<{ encoding: string }>(`select current_setting('server_encoding') as encoding`);
  if (rows[0]?.encoding !== 'UTF8')
    throw new StartRefusal(
      `The database of --to keeps text as ${rows[0]?.encoding ?? 'something unknown'}; it must be made with encoding UTF8.`,
    );
}

/** Waits until the program that used the old database has ended. What still waits before the fence is told no, so that it asks the new one. */
async function untilEnded(dataDir: string, owner: number, fence: Fence): Promise<void> {
  for (let waitedMs = 0; findOwner(dataDir)?.pid === owner; waitedMs += 50) {
    if (waitedMs > END_MS)
      throw new StartRefusal(`The program (pid ${owner}) does not end. Stop it; its next start uses the new database.`);
    // When the program has ended its database, there is nobody left to end.
    await fence.endWriters().catch(() => undefined);
    await new Promise((done) => setTimeout(done, 50));
  }
}
