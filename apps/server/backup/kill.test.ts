import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { folderPlace } from '../../../platform/backup/folder-place.ts';
import { unfinishedName } from '../../../platform/backup/restore.ts';
import { createTestDatabase, onServer, type TestDatabase } from '../../../platform/db/testing.ts';
import { openTestRetailer, type TestRetailer } from '../retailer-testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-backup-'));
const place = folderPlace(join(folder, 'kept'));
let shop: TestRetailer;
let target: TestDatabase;

beforeAll(async () => {
  shop = await openTestRetailer();
  target = await createTestDatabase();
  const [location] = shop.world.locations;
  if (location !== undefined) await shop.receive(location, 0, 100, 50_000);
  // Something to copy, so that there is time to kill.
  await shop.run((tx) =>
    tx.client.query(
      `insert into platform_setting (name, value, version) select 'filling ' || n, json_build_object('text', repeat(md5(n::text), 100)), 1 from generate_series(1, 20000) as s(n)`,
    ),
  );
});
afterAll(async () => {
  await shop.close();
  await target.drop();
  rmSync(folder, { recursive: true });
});

/** Runs a command of the program; kills it when it says `fatal`. Gives its end and what it said. */
function program(
  args: readonly string[],
  url: string,
  schema: string,
  fatal?: RegExp,
): Promise<{ code: number | null; said: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    DATABASE_URL: url,
    DATA_DIR: join(folder, 'data'),
    RETAILER_SCHEMA: schema,
    LOG_FORMAT: 'text',
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], { cwd: folder, env });
  let said = '';
  const hear = (part: Buffer): void => {
    said += part.toString();
    if (fatal?.test(said) === true) child.kill('SIGKILL');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((done) => child.once('close', (code) => done({ code, said })));
}

/** Another way to a database, on which no answer gets through after so many bytes. */
async function stallAfter(url: string, bytes: number): Promise<{ readonly url: string; close(): void }> {
  const real = new URL(url);
  const port = Number(real.port || 5432);
  const folder = real.searchParams.get('host');
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const database = folder === null ? connect(port, real.hostname) : connect(`${folder}/.s.PGSQL.${port}`);
    let passed = 0;
    sockets.push(client, database);
    for (const socket of [client, database]) socket.on('error', () => undefined);
    client.pipe(database);
    database.on('data', (part) => {
      passed += part.length;
      client.write(part);
      if (passed > bytes) database.pause();
    });
    client.on('close', () => database.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const narrow = new URL(url);
  narrow.searchParams.delete('host');
  narrow.hostname = '127.0.0.1';
  narrow.port = String((server.address() as AddressInfo).port);
  return {
    url: narrow.href,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

test('a backup that is killed leaves none behind, and the next one is made', async () => {
  const { url, schema } = shop.database;
  const args = ['backup', '--to', place.text];
  for (const fatal of [/Copying … 0 %/, /Copying … [1-9]/]) {
    // However fast the machine is, it does not come to its end.
    const narrow = await stallAfter(url, 8 << 20);
    const { code, said } = await program(args, narrow.url, schema, fatal);
    narrow.close();
    expect([code, said]).toEqual([null, expect.any(String)]);
    expect(await place.list()).toEqual([]);
  }
  const { code, said } = await program(args, url, schema);
  expect([code, said]).toEqual([0, expect.stringContaining('read back and found whole')]);
  expect(await place.list()).toHaveLength(1);
  const states = await shop.run((tx) => tx.client.query('select state from platform_backup order by started_at'));
  expect(states.rows.map((row: { state: string }) => row.state)).toEqual(['failed', 'failed', 'done']);
}, 240_000);

test('a restore that is killed leaves nothing that looks whole, and the next one is made', async () => {
  const args = ['restore', '--from', place.text];
  const has = async (schema: string): Promise<boolean> =>
    ((await onServer(target.url, `select 1 from pg_tables where schemaname = '${schema}' limit 1`)).rowCount ?? 0) > 0;
  for (const fatal of [/Loading/, /Making keys/, /Bringing/]) {
    const { code, said } = await program(args, target.url, 'put_back', fatal);
    expect([code, said]).toEqual([null, expect.any(String)]);
    expect(await has('put_back')).toBe(false);
    expect(await has(unfinishedName('put_back'))).toBe(true);
  }
  const { code, said } = await program(args, target.url, 'put_back');
  expect([code, said]).toEqual([0, expect.stringContaining('the books agree')]);
  expect([await has('put_back'), await has(unfinishedName('put_back'))]).toEqual([true, false]);
  const again = await program(args, target.url, 'put_back');
  expect([again.code, again.said]).toEqual([1, expect.stringContaining('is not empty')]);
}, 240_000);
