import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { verifyAudit } from '../../../platform/audit/chain.ts';
import { restore } from '../../../platform/backup/restore.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import { createTestDatabase, onServer, testSchema, type TestDatabase } from '../../../platform/db/testing.ts';
import { auditDatabase } from '../../simulator/auditor.ts';
import { sendTo } from '../api/world.ts';
import { auditBooks, readFigures } from '../backup/books.ts';
import { endVictim, startVictim } from '../chaos/victim.ts';
import { findFixtures, FIXTURE_OWNER, FIXTURE_SECRET_KEY, type Fixture } from './fixtures.ts';
import { makeFixture } from './make-fixture.ts';

const migrations = resolve(import.meta.dirname, '../../../db/migrations');
const home = mkdtempSync(join(tmpdir(), 'oneshelf-upgrade-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const fixtures = await findFixtures();

/** Tables whose rows a restore writes anew, and that of the accounts, to which versions add new ones. */
const OWN = ['platform_backup', 'platform_migration', 'accounting_account'];

/** Puts a fixture back and brings it up to the migrations of the folder. Books that stay as they were are not audited: today's auditor knows today's tables. */
async function putBack({ place, name }: Fixture, database: TestDatabase, schema: string, directory: string) {
  const { url } = database;
  const of = { place, name, key: undefined, url, schema, migrations: directory };
  const audit = directory === migrations ? auditBooks : async () => [];
  return restore({ ...of, figures: readFigures, audit, evenIfWrong: false });
}

/** The migrations that a version knew, as they are today. */
function migrationsOf(fixture: Fixture): string {
  const folder = join(home, fixture.version);
  mkdirSync(folder);
  for (const name of fixture.migrations) cpSync(join(migrations, name), join(folder, name));
  return folder;
}

/** Every row of a schema, as one hash for each table over the columns that the schema `like` has too. */
async function rowsOf({ url }: TestDatabase, schema: string, like: string): Promise<Record<string, unknown>> {
  const { rows } = await onServer(
    url,
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ' order by a.attname) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = '${like}'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition group by 1`,
  );
  const tables = (rows as { name: string; columns: string }[]).filter(({ name }) => !OWN.includes(name));
  const hashes = tables.map(
    ({ name, columns }) =>
      `select '${name}' as name, count(*)::integer as rows, md5(coalesce(string_agg(r::text, '|' order by r::text), '')) as hash from (select ${columns} from ${schema}.${name}) r`,
  );
  const found = await onServer(url, hashes.join(' union all '));
  return Object.fromEntries(found.rows.map(({ name, ...row }: { name: string }) => [name, row]));
}

/** What the auditor finds, who must have seen something of everything. */
async function findings({ pool, schema }: TestDatabase): Promise<unknown> {
  return withTransaction(pool, { schema, snapshot: true }, async (tx) => {
    const audit = await auditDatabase(async (text) => (await tx.client.query<Record<string, unknown>>(text)).rows);
    return audit.findings;
  });
}

/** A day's work through the API of the program of today. Gives how many things were done. */
async function workOn(database: TestDatabase): Promise<number> {
  const dataDir = join(home, 'data');
  mkdirSync(dataDir, { recursive: true });
  const server = await startVictim({ dataDir, url: database.url, env: { SECRET_KEY: FIXTURE_SECRET_KEY } });
  try {
    const signedIn = await sendTo(server.url, 'POST', '/session', { key: null, body: FIXTURE_OWNER });
    const { token } = signedIn.body as { token: string };
    let done = 0;
    const ask = async <T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> => {
      const answer = await sendTo(server.url, method, path, { token, body });
      expect([path, answer.status, answer.text]).toEqual([path, method === 'GET' ? 200 : 201, expect.any(String)]);
      done += method === 'GET' ? 0 : 1;
      return answer.body as T;
    };
    type Channel = { id: string; kind: string; defaultLocationId: string; entityId: string };
    const channels = (await ask<{ items: Channel[] }>('GET', '/channels')).items;
    const entities = (await ask<{ items: { id: string; functionalCurrency: string }[] }>('GET', '/entities')).items;
    for (const { id: channelId, kind, defaultLocationId: locationId, entityId } of channels) {
      const currency = entities.find(({ id }) => id === entityId)?.functionalCurrency;
      type Sku = { id: string; prices: unknown[] };
      const skus = (await ask<{ items: Sku[] }>('GET', `/skus?search=shelf&channel=${channelId}`)).items;
      const priced = skus.filter(({ prices }) => prices.length > 0);
      const lines = priced.slice(0, 3).map(({ id: skuId }) => ({ skuId, quantity: 1 }));
      if (lines.length === 0) continue;
      if (kind === 'store') {
        const received = lines.map((line) => ({ ...line, quantity: 5, unitCost: { amount: 900, currency } }));
        await ask('POST', '/goods-receipts', { locationId, lines: received });
        await ask('POST', '/sales', { channelId, locationId, lines, tenders: [{ method: 'cash' }] });
      }
      if (kind === 'shop') {
        const order = await ask<{ orderId: string }>('POST', '/orders', {
          channelId,
          lines,
          payment: { method: 'card', token: 'tok_ok' },
        });
        await ask('POST', `/orders/${order.orderId}/shipments`, {});
      }
    }
    return done;
  } finally {
    await endVictim(server);
  }
}

test('there is a fixture of the first version', () => {
  expect(fixtures.map(({ version }) => version)).toContain('0.1.0');
});

test.each(fixtures)(
  'a retailer that $version left is brought up to date, says the same, and sells on',
  async (fixture) => {
    const database = await createTestDatabase();
    try {
      const { pool } = database;
      await onServer(database.url, `drop schema ${testSchema} cascade`);
      const before = await putBack(fixture, database, 'as_it_was', migrationsOf(fixture));
      const after = await putBack(fixture, database, testSchema, migrations);
      expect(before.migrationsApplied).toEqual([]);
      expect([before.found, after.found]).toEqual([[], []]);
      const rows = await rowsOf(database, testSchema, 'as_it_was');
      expect(Object.keys(rows).length).toBeGreaterThan(50);
      expect(rows).toEqual(await rowsOf(database, 'as_it_was', 'as_it_was'));
      expect(await findings(database)).toEqual([]);
      const { eventNumber, figures } = after.manifest;
      expect(await verifyAudit({ pool, schema: testSchema })).toMatchObject({ kind: 'whole' });
      expect(await workOn(database)).toBeGreaterThan(8);
      expect(await findings(database)).toEqual([]);
      const now = await withTransaction(pool, { schema: testSchema }, (tx) => readFigures(tx.client));
      expect(Number(now['events'])).toBeGreaterThan(eventNumber);
      expect(Number(now['sales'])).toBeGreaterThan(Number(figures['sales']));
    } finally {
      await database.drop();
    }
  },
  120_000,
);

test('a fixture that is there is never made again', async () => {
  await expect(makeFixture({ version: '0.1.0', migrations })).rejects.toThrow('it stays as it is');
});
