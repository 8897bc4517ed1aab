import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../../platform/backup/archive.ts';
import { backUp } from '../../../platform/backup/back-up.ts';
import { openBackupStore } from '../../../platform/backup/backup-store.ts';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import type { Place } from '../../../platform/backup/place.ts';
import { restore, unfinishedName } from '../../../platform/backup/restore.ts';
import { s3Place } from '../../../platform/backup/s3-place.ts';
import { startS3StandIn } from '../../../platform/backup/testing.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../../platform/db/testing.ts';
import { openTestRetailer, type TestRetailer } from '../retailer-testing.ts';
import { auditBooks, readFigures } from './books.ts';

const migrations = resolve(import.meta.dirname, '../../../db/migrations');
const folder = mkdtempSync(join(tmpdir(), 'oneshelf-backup-'));
const key = randomBytes(32);
let shop: TestRetailer;
let elsewhere: TestDatabase;

beforeAll(async () => {
  shop = await openTestRetailer();
  elsewhere = await createTestDatabase();
  const [location] = shop.world.locations;
  for (let sku = 0; sku < 4; sku += 1) if (location !== undefined) await shop.receive(location, sku, 1_000, 500_000);
});
afterAll(async () => {
  await shop.close();
  await elsewhere.drop();
  rmSync(folder, { recursive: true });
});

/** Sells until told to stop; gives how often. */
function keepSelling(): { stop(): Promise<number> } {
  const [location] = shop.world.locations;
  const channel = shop.world.channels.find((one) => one.entityId === location?.entityId && one.kind === 'store');
  if (location === undefined || channel === undefined) throw new Error('there is no store');
  let [done, sold] = [false, 0];
  const seller = async (sku: number): Promise<void> => {
    for (; !done; sold += 1) await shop.sell(location, channel, sku, 1, 1_200, { method: 'card' });
  };
  const sellers = [0, 1, 2, 3].map(seller);
  return {
    async stop() {
      done = true;
      await Promise.all(sellers);
      return sold;
    },
  };
}

async function make(
  place: Place,
  options: { key?: Buffer; files?: { file: string; content: string }[] } = {},
): Promise<Manifest> {
  const { url, pool, schema } = shop.database;
  const store = openBackupStore({ pool, schema, now: Date.now });
  const id = uuidv7();
  expect(await store.begin({ id, cause: 'command', askedBy: undefined, place: place.text })).toBe(true);
  return backUp({
    id,
    store,
    url,
    schema,
    migrations,
    version: 'test',
    place,
    key: options.key,
    keep: undefined,
    figures: readFigures,
    files: options.files ?? [],
    now: Date.now,
  });
}

async function putBack(place: Place, name: string, options: { key?: Buffer; schema: string }) {
  return restore({
    place,
    name,
    key: options.key,
    url: elsewhere.url,
    schema: options.schema,
    migrations,
    figures: readFigures,
    audit: auditBooks,
    evenIfWrong: false,
  });
}

/** Everything that was written up to an event, as one hash for each table. */
async function digest(database: TestDatabase, schema: string, upTo: number): Promise<Record<string, unknown>> {
  const hash = (table: string, number: string): string =>
    `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ${schema}.${table} t where ${number} <= ${upTo}) as ${table}`;
  const { rows } = await onServer(
    database.url,
    `select ${hash('platform_event', 'number')}, ${hash('stock_movement', 'event_number')}, ${hash('accounting_entry', 'event_number')},
      ${hash('order_header', 'event_number')}, ${hash('order_document', 'event_number')}, ${hash('platform_key', 'event_number')}`,
  );
  return rows[0] as Record<string, unknown>;
}

async function tablesIn(schema: string): Promise<number> {
  const { rows } = await onServer(
    elsewhere.url,
    `select count(*)::integer as tables from pg_tables where schemaname = '${schema}'`,
  );
  return (rows[0] as { tables: number }).tables;
}

test('a backup made while sales run holds the books as they were at its event, and is restored elsewhere', async () => {
  const place = folderPlace(join(folder, 'selling'));
  const selling = keepSelling();
  await new Promise((done) => setTimeout(done, 300));
  const manifest = await make(place, { key, files: [{ file: 'secret.keys', content: 'a2V5' }] });
  await new Promise((done) => setTimeout(done, 100));
  expect(await selling.stop()).toBeGreaterThan(50);
  const { event_number: last } = (
    await onServer(shop.database.url, `select event_number::integer from ${shop.database.schema}.platform_counter`)
  ).rows[0] as { event_number: number };
  expect(manifest.eventNumber).toBeGreaterThan(4);
  expect(last).toBeGreaterThan(manifest.eventNumber);
  expect(manifest.encryption?.cipher).toBe('aes-256-gcm');

  const restored = await putBack(place, manifest.name, { key, schema: 'restored' });
  expect(restored.found).toEqual([]);
  expect(restored.files).toEqual([{ file: 'secret.keys', content: 'a2V5' }]);
  expect(await digest(elsewhere, 'restored', manifest.eventNumber)).toEqual(
    await digest(shop.database, shop.database.schema, manifest.eventNumber),
  );
  const counter = await onServer(elsewhere.url, 'select event_number::integer from restored.platform_counter');
  expect(counter.rows).toEqual([{ event_number: manifest.eventNumber }]);
  const kept = await onServer(elsewhere.url, 'select state, name from restored.platform_backup');
  expect(kept.rows).toEqual([{ state: 'done', name: manifest.name }]);
  expect(await tablesIn(unfinishedName('restored'))).toBe(0);
}, 60_000);

test('what is not empty stays as it is', async () => {
  const place = folderPlace(join(folder, 'selling'));
  const [name = ''] = await place.list();
  const before = await tablesIn(elsewhere.schema);
  await expect(putBack(place, name, { key, schema: elsewhere.schema })).rejects.toThrow(
    'is not empty. Nothing was changed',
  );
  expect(await tablesIn(elsewhere.schema)).toBe(before);
});

test('another key, no key, a cut-off file, a changed byte, a missing part and a changed manifest are refused, and nothing is left', async () => {
  const at = join(folder, 'refused');
  const place = folderPlace(at);
  const { name } = await make(place, { key });
  const part = join(at, name, 'part-000001');
  const manifest = join(at, name, 'manifest.json');
  const [good, said] = [readFileSync(part), readFileSync(manifest, 'utf8')];
  const attempt = (given: Buffer | undefined) =>
    putBack(place, name, { schema: 'refused', ...(given === undefined ? {} : { key: given }) });

  await expect(attempt(randomBytes(32))).rejects.toThrow('was encrypted with another key than BACKUP_KEY');
  await expect(attempt(undefined)).rejects.toThrow('is encrypted; set BACKUP_KEY');
  truncateSync(part, good.length - 1);
  await expect(attempt(key)).rejects.toThrow(
    `part-000001 of the backup ${name} has ${good.length - 1} bytes and must have ${good.length}`,
  );
  const changed = Buffer.from(good);
  changed[1_000] = (changed[1_000] ?? 0) ^ 1;
  writeFileSync(part, changed);
  await expect(attempt(key)).rejects.toThrow('part-000001 of the backup');
  unlinkSync(part);
  await expect(attempt(key)).rejects.toThrow('is missing');
  writeFileSync(part, good);
  writeFileSync(manifest, said.replace(/"eventNumber": \d+/, '"eventNumber": 1'));
  await expect(attempt(key)).rejects.toThrow('was changed after the backup was made');
  writeFileSync(manifest, said.slice(0, -20));
  await expect(attempt(key)).rejects.toThrow('manifest of');
  unlinkSync(manifest);
  await expect(attempt(key)).rejects.toThrow('There is no backup');
  expect([await tablesIn('refused'), await tablesIn(unfinishedName('refused'))]).toEqual([0, 0]);
  writeFileSync(manifest, said);
  expect((await attempt(key)).found).toEqual([]);
}, 60_000);

test('a storage takes a backup and gives it back, though it fails in between', async () => {
  const s3 = { accessKeyId: 'us', secretAccessKey: 'secret', region: 'eu-x' };
  const storage = await startS3StandIn(s3);
  try {
    const place = s3Place({ endpoint: storage.url, bucket: 'kept', prefix: 'shop/', pauseMs: 1, ...s3 });
    storage.breakAfter(1, 'close');
    const { name } = await make(place);
    expect((await putBack(place, name, { schema: 'from_storage' })).manifest.encryption).toBeNull();
  } finally {
    await storage.close();
  }
}, 60_000);

test('there are never two at once, and one that died does not stand in the way for ever', async () => {
  const { pool, schema } = shop.database;
  // Later than every other backup of these tests.
  const clock = { now: Date.now() + 86_400_000 };
  const store = openBackupStore({ pool, schema, now: () => clock.now });
  const of = { cause: 'schedule', askedBy: undefined, place: 'here' } as const;
  const [first, second] = [uuidv7(), uuidv7()];
  const both = await Promise.all([store.begin({ ...of, id: first }), store.begin({ ...of, id: second })]);
  expect(both.filter((one) => one)).toHaveLength(1);
  const dead = both[0] ? first : second;
  clock.now += 19_000;
  expect(await store.begin({ ...of, id: uuidv7() })).toBe(false);
  clock.now += 2_000;
  const third = uuidv7();
  expect(await store.begin({ ...of, id: third })).toBe(true);
  expect(await store.see(dead, { done: 1, total: 2 })).toBe(false);
  expect((await store.find(dead))?.state).toBe('failed');
  await store.fail(third, 'Enough.');
  expect((await store.latest()).trouble).toBe('Enough.');
});

test('a backup that fails leaves nothing that looks like one', async () => {
  const at = join(folder, 'failing');
  const place = folderPlace(at);
  const full: Place = {
    ...place,
    begin: async (name) => ({ ...(await place.begin(name)), put: () => Promise.reject(new Error('the disk is full')) }),
  };
  await expect(make(full)).rejects.toThrow('the disk is full');
  expect(readdirSync(at)).toEqual([]);
  await expect(make({ ...place, free: () => Promise.resolve(1_000) })).rejects.toThrow('the backup needs at least');
  expect(readdirSync(at)).toEqual([]);
});
