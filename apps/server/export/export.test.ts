import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeIn } from '../../../platform/archive/take-in.ts';
import { writeArchive, type ArchiveManifest } from '../../../platform/archive/write-archive.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { auditBooks, readFigures } from '../backup/books.ts';
import { openTestRetailer, type TestRetailer } from '../retailer-testing.ts';
import { csvOf } from './csv.ts';
import { LEFT_OUT } from './left-out.ts';
import { writeCsvFolder } from './write-csv.ts';

const migrations = resolve(import.meta.dirname, '../../../db/migrations');
const folder = mkdtempSync(join(tmpdir(), 'oneshelf-export-'));
const file = join(folder, 'retailer.tar.gz');
let shop: TestRetailer;
let elsewhere: TestDatabase;
let manifest: ArchiveManifest;

beforeAll(async () => {
  shop = await openTestRetailer();
  elsewhere = await createTestDatabase();
  const [location] = shop.world.locations;
  const channel = shop.world.channels.find((one) => one.entityId === location?.entityId && one.kind === 'store');
  if (location === undefined || channel === undefined) throw new Error('there is no store');
  for (let sku = 0; sku < 4; sku += 1) await shop.receive(location, sku, 1_000, 500_000);
  for (let at = 0; at < 20; at += 1)
    await shop.sell(location, channel, at % 4, 1 + (at % 3), 1_200, { method: 'card' });
  const { url, schema } = shop.database;
  await shop.database.pool.query(
    `update ${schema}.catalog_sku set name = '=cmd|''/c calc''!A1' where id = (select min(id::text)::uuid from ${schema}.catalog_sku)`,
  );
  await shop.database.pool.query(
    `update ${schema}.catalog_product set name = '=1+1' where id = (select min(id::text)::uuid from ${schema}.catalog_product)`,
  );
  manifest = await writeArchive({
    url,
    schema,
    migrations,
    version: 'test',
    now: Date.now(),
    leftOut: LEFT_OUT,
    figures: readFigures,
    to: createWriteStream(file),
  });
});
afterAll(async () => {
  await shop.close();
  await elsewhere.drop();
  rmSync(folder, { recursive: true });
});

function takeFrom(from: string, schema: string): Promise<ArchiveManifest> {
  return takeIn({ file: from, url: elsewhere.url, schema, migrations, figures: readFigures, audit: auditBooks });
}

/** Every ledger account and every stock level, as text. */
async function books(pool: Pool, schema: string): Promise<unknown> {
  return withTransaction(pool, { schema, readOnly: true }, async (tx) => ({
    trialBalance: (
      await tx.client.query(
        'select entity_id, account, sum(debit_minor) as debit, sum(credit_minor) as credit from accounting_day_total group by 1, 2 order by 1, 2',
      )
    ).rows,
    stock: (
      await tx.client.query('select sku_id, location_id, on_hand, reserved, moves from stock_level order by 1, 2')
    ).rows,
    events: (
      await tx.client.query(
        'select count(*) as n, md5(string_agg(body::text, chr(10) order by number)) as bodies from platform_event',
      )
    ).rows,
  }));
}

test('a retailer leaves with everything, and stands elsewhere with the same books', async () => {
  const taken = await takeFrom(file, 'moved');
  expect(taken).toEqual(manifest);
  const here = await books(shop.database.pool, shop.database.schema);
  expect(await books(elsewhere.pool, 'moved')).toEqual(here);
  expect(JSON.stringify(here)).toContain('debit');
  expect(manifest.rows['order_header']).toBe(20);
  expect(manifest.rows['staff_session']).toBeUndefined();
});

test('an archive is only taken in whole, unchanged, and into an empty place', async () => {
  await expect(takeFrom(file, 'moved')).rejects.toThrow('not empty');
  const tar = gunzipSync(readFileSync(file));
  const damaged = join(folder, 'damaged.tar.gz');
  const bent = Buffer.from(tar);
  const at = bent.indexOf('"account"', bent.indexOf('tables/accounting_account/'));
  expect(bent.indexOf('Opening balance')).toBeGreaterThan(0);
  bent.write('Opening bananas', bent.indexOf('Opening balance'));
  expect(at).not.toBe(0);
  writeFileSync(damaged, gzipSync(bent));
  await expect(takeFrom(damaged, 'other')).rejects.toThrow('damaged');
  writeFileSync(damaged, gzipSync(tar.subarray(0, Math.floor(tar.length / 2))));
  await expect(takeFrom(damaged, 'other')).rejects.toThrow(/ends in the middle/);
  writeFileSync(damaged, readFileSync(file).subarray(0, 5_000));
  await expect(takeFrom(damaged, 'other')).rejects.toThrow(/cannot be read|unexpected end/);
  writeFileSync(damaged, 'no archive');
  await expect(takeFrom(damaged, 'other')).rejects.toThrow(/cannot be read/);
  const { rows } = await elsewhere.pool.query("select 1 from pg_namespace where nspname = 'other'");
  expect(rows).toEqual([]);
});

test('everything comes as CSV, and no cell of it is a formula', async () => {
  const { url, schema, pool } = shop.database;
  const written = await writeCsvFolder({ url, schema, folder: join(folder, 'csv') });
  expect(written.map(({ file: name }) => name)).toContain('journal.csv');
  expect(written.every(({ bytes }) => bytes > 10)).toBe(true);
  const products = readFileSync(join(folder, 'csv', 'products.csv'), 'utf8');
  expect(products.startsWith('\uFEFFsku,name,')).toBe(true);
  expect(products).toContain(",'=1+1,");
  const orders = readFileSync(join(folder, 'csv', 'orders.csv'), 'utf8')
    .trimEnd()
    .split('\r\n');
  expect(orders).toHaveLength(21);
  await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
    let lines = '';
    for await (const piece of csvOf(tx.client, 'stock')) lines += piece;
    expect(lines.split('\r\n')[0]).toBe('\uFEFFsku,location,condition,lot,quantity,reserved,backordered,safety');
  });
});
