import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { sealAudit } from '../../../platform/audit/chain.ts';
import { backUp } from '../../../platform/backup/back-up.ts';
import { openBackupStore } from '../../../platform/backup/backup-store.ts';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import { migrate, readMigrations } from '../../../platform/db/migrate.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { removeEmbedded, startEmbedded } from '../../../platform/embedded/supervisor.ts';
import { openSecrets } from '../../../platform/secrets/secrets.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import { decodeId } from '../../../src/kernel/ids.ts';
import { createDice } from '../../simulator/dice.ts';
import { SAMPLES } from '../api/operations.ts';
import { openApiWorld, type ApiWorld } from '../api/world.ts';
import { readFigures } from '../backup/books.ts';
import { keepSelling } from '../chaos/clients.ts';
import { newLoad } from '../chaos/load.ts';
import { FIXTURE_SECRET_KEY, FIXTURES, MIGRATION_LIST } from './fixtures.ts';

const SCHEMA = 'oneshelf';
/** Small enough to be kept for ever. */
const MOST_BYTES = 200 * 1024;
/** Sales, orders, reservations, returns and facts, besides what there is of everything. */
const ACTS = 120;

/** Makes a copy of a demo in a database of its own, or tells where to; not what a shop is made of. */
const LEFT_OUT: readonly string[] = ['resetSandbox'];

/**
 * Keeps the schema of this version, with a retailer in it that has something of everything: each thing that the API can do was done once. Later versions are
 * tested with it for ever. Throws StartRefusal when there is one of this version: what people run must not change behind them.
 */
export async function makeFixture(of: {
  readonly version: string;
  readonly migrations: string;
  readonly folder?: string;
}): Promise<{ readonly folder: string; readonly bytes: number; readonly events: number }> {
  const folder = join(of.folder ?? FIXTURES, of.version);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new StartRefusal(
      `There is a fixture of ${of.version} in ${folder}; it stays as it is. When ${of.version} was never released, remove the folder and make it again.`,
    );
  const home = mkdtempSync(join(tmpdir(), 'oneshelf-fixture-'));
  const dataDir = join(home, 'data');
  const embedded = await startEmbedded({ dataDir, fsync: false, settings: { shared_buffers: '64MB' } });
  try {
    const url = embedded.url();
    const pool = createPool({ url, max: 8 });
    await migrate(pool, { schema: SCHEMA, directory: of.migrations });
    const world = await openApiWorld({
      database: { url, pool, schema: SCHEMA, drop: () => pool.end() },
      signIn: {
        secrets: openSecrets({ file: '', setting: FIXTURE_SECRET_KEY }),
        sendMail: async () => undefined,
        baseUrl: () => 'http://localhost',
      },
    });
    try {
      await sell(world);
      await doEverything(world);
      await sealAudit({ pool, schema: SCHEMA }, { now: Date.now(), all: true });
      const { eventNumber } = await keep(world, { ...of, folder });
      const bytes = sizeOf(folder);
      if (bytes > MOST_BYTES) {
        rmSync(folder, { recursive: true });
        throw new StartRefusal(`The fixture would take ${bytes} bytes and must take ${MOST_BYTES} at most.`);
      }
      return { folder, bytes, events: eventNumber };
    } finally {
      await world.close();
    }
  } finally {
    await embedded.stop();
    await removeEmbedded(dataDir);
    rmSync(home, { recursive: true, force: true });
  }
}

async function sell({ url, plan, owner, skuIds }: ApiWorld): Promise<void> {
  const load = newLoad();
  const retailer = { ...owner, plan, skuIds, ownerId: decodeId('per', owner.id) ?? '' };
  const door = { url: () => url, token: owner.token };
  const done = (): boolean => load.answered >= ACTS;
  // The first fact of each till is the one in quarantine.
  await keepSelling({ retailer, door, dice: createDice(1), load, done, lastCounter: 1 }, 4);
  if (load.failed.length > 0) throw new Error(`The fixture could not be filled: ${load.failed.join('; ')}`);
}

/** One of each thing that can be done, in the order in which the routes are made. */
async function doEverything(world: ApiWorld): Promise<void> {
  for (const { operationId, method, idempotent } of world.api.routeTable) {
    if (!idempotent || LEFT_OUT.includes(operationId)) continue;
    const sample = SAMPLES[operationId]?.(world, world.places.here) ?? { path: '' };
    const body = sample.body === undefined ? {} : { body: sample.body };
    const answer = await world.send(method, sample.path, { token: world.owner.token, ...body });
    if (answer.status >= 300) throw new Error(`${operationId}: ${answer.status} ${answer.text}`);
  }
}

async function keep(
  { database: { url, pool, schema } }: ApiWorld,
  { version, migrations, folder }: { version: string; migrations: string; folder: string },
): Promise<{ eventNumber: number }> {
  const place = folderPlace(folder);
  const store = openBackupStore({ pool, schema, now: Date.now });
  const id = uuidv7();
  await store.begin({ id, cause: 'command', askedBy: undefined, place: `db/fixtures/${version}` });
  const manifest = await backUp({
    id,
    store,
    url,
    schema,
    migrations,
    version,
    place,
    key: undefined,
    keep: undefined,
    figures: readFigures,
    files: [],
    now: Date.now,
  });
  const list = (await readMigrations(migrations)).map(({ name, checksum }) => `${name} ${checksum}\n`);
  writeFileSync(join(folder, MIGRATION_LIST), list.join(''));
  return manifest;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name)))
    .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0);
}
