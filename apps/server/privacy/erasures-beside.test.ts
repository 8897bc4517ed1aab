/* oxlint-disable typescript/no-unsafe-member-access -- answers are looked into as they came */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { backUp } from '../../../platform/backup/back-up.ts';
import { openBackupStore } from '../../../platform/backup/backup-store.ts';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import { restore } from '../../../platform/backup/restore.ts';
import { s3Place } from '../../../platform/backup/s3-place.ts';
import { startS3StandIn } from '../../../platform/backup/testing.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../../platform/db/testing.ts';
import { openApiWorld, sendTo, type ApiWorld } from '../api/world.ts';
import { auditBooks, readFigures } from '../backup/books.ts';
import { openApi, openBusiness, type Surroundings } from '../compose.ts';
import { readErasures, replayErasures } from './erasure-list.ts';
import { carryErasures, fetchErasures } from './erasures-beside.ts';

const MARK = 'Melpomene';
const migrations = resolve(import.meta.dirname, '../../../db/migrations');
const folder = mkdtempSync(join(tmpdir(), 'oneshelf-erasures-'));
const at = { place: folderPlace(join(folder, 'backups')), key: randomBytes(32) };
const listed = join(folder, 'erasures.jsonl');
let world: ApiWorld;
let elsewhere: TestDatabase;

beforeAll(async () => {
  world = await openApiWorld();
  elsewhere = await createTestDatabase();
});
afterAll(async () => {
  await world.close();
  await elsewhere.drop();
  rmSync(folder, { recursive: true });
});

async function makeBackup(): Promise<string> {
  const { url, pool, schema } = world.database;
  const store = openBackupStore({ pool, schema, now: Date.now });
  const id = uuidv7();
  await store.begin({ id, cause: 'command', askedBy: undefined, place: at.place.text });
  const manifest = await backUp({
    ...at,
    id,
    store,
    url,
    schema,
    migrations,
    version: 'test',
    keep: undefined,
    figures: readFigures,
    files: [],
    now: Date.now,
  });
  return manifest.name;
}

it(
  'who was erased after a backup was made is erased again when that backup is restored elsewhere',
  { timeout: 120_000 },
  async () => {
    const { schema } = world.database;
    const files = { erasures: listed, mails: folder, carryErasures: () => carryErasures(at, { file: listed, schema }) };
    const opened = await openApi({ ...world.surroundings, privacyFiles: files }, world.business);
    const url = await opened.api.listen({ host: '127.0.0.1', port: 0 });
    const send = (method: string, path: string, body: object) =>
      sendTo(url, method, path, { token: world.owner.token, body });
    const made = await send('POST', '/customers', { name: MARK, email: `${MARK}@example.org`, country: 'DE' });
    expect(made.status).toBe(201);
    const name = await makeBackup();
    expect((await send('POST', `/customers/${made.body.id}/erasure`, {})).status).toBe(201);
    await expect
      .poll(async () => (await at.place.findBeside(`erasures-${schema}.jsonl`))?.length, { timeout: 30_000 })
      .toBeGreaterThan(0);
    await opened.close();

    // The machine is lost, with the list on it; there are the backups and the key.
    const target = 'restored';
    const { manifest } = await restore({
      ...at,
      name,
      url: elsewhere.url,
      schema: target,
      migrations,
      figures: readFigures,
      audit: auditBooks,
      evenIfWrong: false,
    });
    const marked = async (): Promise<unknown> =>
      (
        await onServer(
          elsewhere.url,
          `select count(*)::integer as cards from ${target}.customer_card t where t::text like '%${MARK}%'`,
        )
      ).rows[0];
    expect(await marked()).toEqual({ cards: 1 });
    const here = { file: join(folder, 'new-machine.jsonl'), schema: target };
    expect(await fetchErasures(at, manifest, here)).toBe(1);
    expect(await fetchErasures(at, manifest, here)).toBe(0);
    const pool = createPool({ url: elsewhere.url, max: 4 });
    const around: Surroundings = { ...world.surroundings, url: elsewhere.url, write: pool, read: pool, schema: target };
    const business = await openBusiness(around);
    const where = { pool, schema: target, master: business.master };
    expect(await replayErasures(where, await readErasures(here.file, target))).toBe(1);
    expect(await marked()).toEqual({ cards: 0 });
    await business.close();
    await pool.end();
  },
);

const line = (id: string, schema = 'shop'): string =>
  `${JSON.stringify({ schema, id, kind: 'customer', subjectId: uuidv7(), askedBy: uuidv7(), at: 1 })}\n`;

it('the list beside the backups only grows, in a bucket too, and is never taken into a list in use', async () => {
  const s3 = { accessKeyId: 'AKIATEST', secretAccessKey: 'not so secret', region: 'eu-test-1' };
  const storage = await startS3StandIn(s3);
  try {
    const inBucket = s3Place({ endpoint: storage.url, bucket: 'kept', prefix: 'shop/', pauseMs: 1, ...s3 });
    for (const place of [folderPlace(join(folder, 'other')), inBucket]) {
      const [first, second] = [uuidv7(), uuidv7()];
      const [one, two] = [join(folder, `${first}.jsonl`), join(folder, `${second}.jsonl`)];
      writeFileSync(one, line(first) + line(uuidv7(), 'another shop'));
      writeFileSync(two, line(second));
      const there = { place, key: undefined };
      await carryErasures(there, { file: one, schema: 'shop' });
      await carryErasures(there, { file: two, schema: 'shop' });
      const kept = ((await place.findBeside('erasures-shop.jsonl')) ?? '').toString();
      expect(kept.match(/"id":"[^"]+"/g)).toEqual([`"id":"${first}"`, `"id":"${second}"`]);
      expect(readFileSync(two, 'utf8')).not.toContain(first);
      expect(await place.list()).toEqual([]);
    }
  } finally {
    await storage.close();
  }
});

it('what was put there without the key, or changed, is not believed', async () => {
  const place = folderPlace(join(folder, 'forged'));
  const here = { file: join(folder, 'forged.jsonl'), schema: 'shop' };
  await place.putBeside('erasures-shop.jsonl', Buffer.from(line(uuidv7())));
  await expect(fetchErasures({ ...at, place }, { schema: 'shop' }, here)).rejects.toThrow(
    'is not encrypted, and should be',
  );
  writeFileSync(here.file, line(uuidv7()));
  await place.putBeside('erasures-shop.jsonl', Buffer.from(''));
  const sealed = folderPlace(join(folder, 'sealed'));
  await carryErasures({ ...at, place: sealed }, here);
  const bytes = (await sealed.findBeside('erasures-shop.jsonl')) ?? Buffer.alloc(0);
  expect(bytes.toString('latin1')).not.toContain('subjectId');
  bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
  await sealed.putBeside('erasures-shop.jsonl', bytes);
  const elsewhereList = { file: join(folder, 'none.jsonl'), schema: 'shop' };
  await expect(fetchErasures({ ...at, place: sealed }, { schema: 'shop' }, elsewhereList)).rejects.toThrow(
    'was changed',
  );
});
