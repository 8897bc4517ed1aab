/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access -- answers are looked into as they came */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig, type Config } from '../../../platform/config.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { openSecrets } from '../../../platform/secrets/secrets.ts';
import { StartRefusal } from '../../../platform/start-refusal.ts';
import type { Answer } from '../api/world.ts';
import type { CommandSurroundings } from '../backup/commands.ts';
import { openApi, openBusiness } from '../compose.ts';
import { runRetailers } from './commands.ts';
import { forRetailer } from './pick-retailer.ts';
import { openTestInstallation, sendToHost, type TestInstallation } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-retailers-'));
const dataDir = join(folder, 'data');
let database: TestDatabase;
let url: string;
let secondUrl: string;
/** Two programs over one database. */
let servers: readonly [TestInstallation, TestInstallation];
let close: () => Promise<void>;
const logged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const secrets = openSecrets({ file: '', setting: randomBytes(32).toString('base64url') });
  const around = {
    url: database.url,
    write: database.pool,
    read: database.pool,
    schema: database.schema,
    now: () => Date.now(),
    logger: pino({ level: 'silent' }),
    https: false,
    version: 'test',
    signIn: { secrets, sendMail: async () => undefined, baseUrl: () => 'http://localhost' },
  };
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) });
  const business = await openBusiness(around);
  const opened = await openApi(around, business);
  servers = [await openTestInstallation(database, around, { log }), await openTestInstallation(database, around)];
  servers[0].hosting.divert(opened.api);
  url = await opened.api.listen({ host: '127.0.0.1', port: 0 });
  const second = await openApi(around, business);
  servers[1].hosting.divert(second.api);
  secondUrl = await second.api.listen({ host: '127.0.0.1', port: 0 });
  close = async () => {
    for (const server of servers) await server.close();
    await opened.close();
    await second.close();
    await business.close();
    await database.drop();
  };
}, 60_000);

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

type Ended = { readonly code: number | null; readonly said: string };

/** A command as a person gives it. `kill` ends it at once when it says so, or when what it does is seen from outside. */
async function oneshelf(
  args: readonly string[],
  { kill, settings = {} }: { readonly kill?: () => Promise<boolean>; readonly settings?: Record<string, string> } = {},
): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: database.url, DATA_DIR: dataDir, LOG_FORMAT: 'text', ...settings };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], { cwd: folder, env });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  let ended = false;
  const watch = async (): Promise<void> => {
    while (!ended && kill !== undefined) {
      if (await kill()) return void child.kill('SIGKILL');
      await pause(3);
    }
  };
  const watching = watch();
  const code = await new Promise<number | null>((done) => child.once('close', done));
  ended = true;
  await watching;
  return { code, said };
}

const secretSettings = { BACKUP_KEY: randomBytes(32).toString('base64') };
const config = (): Config =>
  readConfig({ DATABASE_URL: database.url, DATA_DIR: dataDir, ...secretSettings }, join(folder, 'none'));

/** A command within this process: starting one takes seconds. */
async function retailers(...args: string[]): Promise<Ended> {
  try {
    return { code: 0, said: await runRetailers({ config: config(), version: 'test' }, args, database.url) };
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    return { code: 1, said: error.message };
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function eventually<T>(
  what: () => Promise<T | undefined | false>,
  waitingFor: string,
  withinMs = 30_000,
): Promise<T> {
  for (let waited = 0; waited < withinMs; waited += 20) {
    const found = await what();
    if (found !== undefined && found !== false) return found;
    await pause(20);
  }
  throw new Error(`Waited in vain for ${waitingFor}`);
}

async function query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return (await database.pool.query<Row>(text, [...values])).rows;
}

const at = (
  host: string,
  method: string,
  path: string,
  sending: Parameters<typeof sendToHost>[4] = {},
): Promise<Answer> => sendToHost(url, host, method, path, sending);
/** What both programs say of a host; nothing certain while they differ. */
const reasonAt = async (host: string): Promise<string | number | undefined> => {
  const told = await Promise.all(
    [url, secondUrl].map(async (each): Promise<string | number> => {
      const { status, body } = await sendToHost(each, host, 'GET', '/health');
      const reason: unknown = body?.reason;
      return typeof reason === 'string' ? reason : status;
    }),
  );
  return told[0] === told[1] ? told[0] : undefined;
};
const schemaOf = (said: string): string => /in the schema ([a-z0-9_]+)/.exec(said)?.[1] ?? '';

/** How many rows of all tables of a schema hold a text. */
async function rowsWith(schema: string, text: string): Promise<number> {
  const tables = await query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind in ('r', 'p') and not c.relispartition`,
    [schema],
  );
  const counts = await Promise.all(
    tables.map(({ name }) =>
      query<{ count: number }>(`select count(*) as count from "${schema}"."${name}" t where t::text like $1`, [
        `%${text}%`,
      ]),
    ),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.count), 0);
}

/** Follows the link that `create` printed and gives the session. */
async function accept(host: string, said: string): Promise<string> {
  const token = /invitation#([A-Za-z0-9_-]{43})/.exec(said)?.[1];
  const answer = await at(host, 'POST', '/invitations/accept', {
    body: { token, password: 'a shelf among many' },
    key: null,
  });
  expect(answer.status, answer.text).toBe(201);
  return /^oneshelf_session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '';
}

it('makes, suspends, resumes, exports and deletes one while everybody else goes on', { timeout: 240_000 }, async () => {
  expect((await retailers('list')).said).toContain("only the installation's own retailer");
  const made = await retailers(
    'create',
    'Brücke & Co',
    '--host',
    'Bridge.example,www.bridge.example',
    '--owner-email',
    'bo@bridge.example',
  );
  expect(made.code, made.said).toBe(0);
  const schema = schemaOf(made.said);
  expect(schema).toMatch(/^bru_cke_co_[0-9a-f]{6}$/);
  await eventually(async () => (await reasonAt('www.bridge.example')) === 200, 'the servers to hear of it');
  expect(existsSync(join(dataDir, 'retailers', schema, 'mail'))).toBe(true);

  // Its own people, empty books, no demo.
  const token = await accept('bridge.example', made.said);
  expect((await at('bridge.example', 'GET', '/products', { token })).body.items).toEqual([]);
  const category = await at('bridge.example', 'POST', '/categories', { token, body: { name: 'Mark of the bridge' } });
  expect(category.status, category.text).toBe(201);
  expect((await at('localhost', 'GET', '/session', { token })).status).toBe(401);

  // Nobody takes its names.
  for (const [wrong, says] of [
    [['create', 'brücke & co', '--host', 'x.example', '--owner-email', 'x@x.example'], 'already'],
    [['create', 'Other', '--host', 'WWW.bridge.example.', '--owner-email', 'x@x.example'], 'another retailer'],
    [['create', 'Other', '--host', '127.0.0.1', '--owner-email', 'x@x.example'], 'no host'],
    [['create', 'Other', '--host', 'x.example', '--owner-email', 'x'], 'no e-mail'],
    [
      ['create', 'Other', '--host', 'x.example', '--owner-email', 'x@x.example', '--schema', database.schema],
      'cannot be',
    ],
    [['suspend', 'Nobody', '--why', 'x'], 'There is no other retailer'],
    [['delete', schema, '--confirm', 'Brücke & Co'], 'Suspend it first'],
  ] as const) {
    const refused = await retailers(...wrong);
    expect([refused.code, refused.said]).toEqual([1, expect.stringContaining(says)]);
  }

  // Suspended: closed everywhere within seconds, streams end, and it says so.
  let streamEnded = false;
  get(`${url}/api/v1/live`, { headers: { host: 'bridge.example', authorization: `Bearer ${token}` } }, (stream) => {
    stream.resume().once('close', () => (streamEnded = true));
  });
  await pause(100);
  expect((await retailers('suspend', 'BRÜCKE & co', '--why', 'Did not pay.')).code).toBe(0);
  await eventually(async () => (await reasonAt('bridge.example')) === 'retailer_suspended', 'it to be closed');
  await eventually(async () => streamEnded, 'the stream to end');
  const closed = await at('bridge.example', 'POST', '/categories', { token, body: { name: 'No' } });
  expect([closed.status, closed.type, closed.headers.get('retry-after')]).toEqual([
    503,
    expect.stringContaining('problem+json'),
    '60',
  ]);
  expect(closed.text).not.toContain('pay');
  const page = await at('bridge.example', 'GET', '/api/../', { headers: { accept: 'text/html,*/*' } });
  expect([page.status, page.text]).toEqual([503, expect.stringContaining('suspended')]);
  expect((await retailers('list')).said).toMatch(/suspended since .*: Did not pay\./);
  expect((await at('localhost', 'GET', '/health')).status).toBe(200);

  expect((await retailers('resume', schema)).code).toBe(0);
  await eventually(async () => (await reasonAt('bridge.example')) === 200, 'it to be open again');
  expect((await at('bridge.example', 'GET', '/session', { token })).status).toBe(200);

  // Exported, and taken in as another one: the same books, other people's sessions are not.
  const file = join(folder, 'bridge.tar.gz');
  expect((await retailers('export', schema, '--to', file)).said).toContain('Everything of Brücke');
  const moved = await retailers('create', 'Moved', '--host', 'moved.example', '--from', file);
  expect(moved.code, moved.said).toBe(0);
  await eventually(async () => (await reasonAt('moved.example')) === 200, 'the copy to open');
  expect((await at('moved.example', 'GET', '/session', { token })).status).toBe(401);
  const credentials = { email: 'bo@bridge.example', password: 'a shelf among many' };
  const signedIn = await at('moved.example', 'POST', '/session', { body: credentials, key: null });
  expect(signedIn.status, signedIn.text).toBe(201);
  expect(await rowsWith(schemaOf(moved.said), 'Mark of the bridge')).toBeGreaterThan(0);
  expect(await rowsWith(database.schema, 'Mark of the bridge')).toBe(0);

  // Deleted: only what was exported after the last thing that happened, or expressly without.
  expect((await at('bridge.example', 'POST', '/categories', { token, body: { name: 'One more' } })).status).toBe(201);
  await retailers('suspend', schema, '--why', 'Leaves.');
  expect((await retailers('delete', schema)).said).toContain('for ever');
  expect((await retailers('delete', schema, '--confirm', 'Brücke & Co')).said).toContain('since it was exported');
  await retailers('export', schema, '--to', file);
  const own = await query<{ tables: number }>(
    `select count(*) as tables from pg_class where relnamespace = $1::text::regnamespace`,
    [database.schema],
  );
  const gone = await retailers('delete', schema, '--confirm', 'Brücke & Co');
  expect(gone.code, gone.said).toBe(0);
  expect(await query(`select 1 from pg_namespace where nspname like $1`, [`${schema}%`])).toEqual([]);
  expect(existsSync(join(dataDir, 'retailers', schema))).toBe(false);
  expect(
    await query<{ tables: number }>(
      `select count(*) as tables from pg_class where relnamespace = $1::text::regnamespace`,
      [database.schema],
    ),
  ).toEqual(own);
  // Nobody's host is the installation's own.
  await eventually(async () => (await reasonAt('bridge.example')) === 200, 'its host to be free');
  expect((await at('bridge.example', 'GET', '/session', { token })).status).toBe(401);
  expect(await reasonAt('moved.example')).toBe(200);
  expect((await retailers('history')).said).toMatch(
    /create {2}Brücke & Co[^]*suspended[^]*active[^]*export[^]*deleting[^]*deleted {2}Brücke/,
  );
  for (const { hosting } of servers) expect((await hosting.check.run()).state).toBe('ok');
});

it('goes on where it was killed while it made one', { timeout: 240_000 }, async () => {
  const args = ['retailers', 'create', 'Killed', '--host', 'killed.example', '--owner-email', 'k@killed.example'];
  const schema = 'killed_here';
  const applied = async (): Promise<number> => {
    const [found] = await query<{ found: boolean }>(`select to_regclass($1) is not null as found`, [
      `${schema}.platform_migration`,
    ]);
    if (found?.found !== true) return 0;
    const [row] = await query<{ count: number }>(
      `select count(*) as count from ${schema}.platform_migration where finished_at is not null`,
    );
    return Number(row?.count);
  };
  const killed = await oneshelf([...args, '--schema', schema], { kill: async () => (await applied()) >= 3 });
  expect(killed.code, killed.said).toBe(null);
  const before = await applied();
  const all = readdirSync(join(import.meta.dirname, '../../../db/migrations')).length;
  expect(before).toBeGreaterThanOrEqual(3);
  expect(before).toBeLessThan(all);
  await eventually(async () => (await reasonAt('killed.example')) === 'retailer_opening', 'its host to be taken');

  const again = await oneshelf(args);
  expect(again.code, again.said).toBe(0);
  expect(schemaOf(again.said)).toBe(schema);
  await eventually(async () => (await reasonAt('killed.example')) === 200, 'it to open');
  await accept('killed.example', again.said);
  expect(await query(`select email from ${schema}.staff_person`)).toEqual([{ email: 'k@killed.example' }]);
});

it(
  'goes on where it was killed while it deleted one, and waits for whoever still reads',
  { timeout: 240_000 },
  async () => {
    const made = await retailers('create', 'Short', '--host', 'short.example', '--owner-email', 's@short.example');
    const schema = schemaOf(made.said);
    await eventually(async () => (await reasonAt('short.example')) === 200, 'it to open');
    await retailers('suspend', schema, '--why', 'Over.');
    const tables = async (): Promise<number> =>
      (
        await query(`select 1 from pg_class where relnamespace = $1::text::regnamespace and relkind in ('r', 'p')`, [
          schema,
        ])
      ).length;
    const all = await tables();
    // Somebody reads a table in the middle: the command steps back again and again instead of making others wait.
    const reader = await database.pool.connect();
    await reader.query(`begin; select count(*) from ${schema}.order_line`);
    const args = ['retailers', 'delete', schema, '--confirm', 'Short', '--without-export'];
    let seen = all;
    let since = Date.now();
    const killed = await oneshelf(args, {
      kill: async () => {
        const now = await tables();
        if (now !== seen) since = Date.now();
        seen = now;
        return now < all && Date.now() - since > 500;
      },
    });
    expect(killed.code, killed.said).toBe(null);
    expect(seen).toBeGreaterThan(5);
    await eventually(async () => (await reasonAt('short.example')) === 'retailer_deleted', 'both to say so');
    await reader.query('commit');
    reader.release();
    expect((await retailers('resume', schema)).said).toContain('it is deleting');
    const again = await oneshelf(args);
    expect(again.code, again.said).toBe(0);
    expect(await query('select 1 from pg_namespace where nspname = $1', [schema])).toEqual([]);
    expect((await retailers('list')).said).not.toContain('Short');
  },
);

it(
  'opens the others when one cannot be brought up to date, says so, and opens it when it can',
  { timeout: 240_000 },
  async () => {
    const broken = schemaOf(
      (await retailers('create', 'Broken', '--host', 'broken.example', '--owner-email', 'b@b.example')).said,
    );
    await retailers('create', 'Whole', '--host', 'whole.example', '--owner-email', 'w@w.example');
    await eventually(
      async () => (await reasonAt('broken.example')) === 200 && (await reasonAt('whole.example')) === 200,
      'both',
    );
    const set = (checksum: string): Promise<unknown> =>
      query(
        `update ${broken}.platform_migration set checksum = $1 where name = (select min(name) from ${broken}.platform_migration where name <> '(guard)')`,
        [checksum],
      );
    const [row] = await query<{ checksum: string }>(
      `select checksum from ${broken}.platform_migration where name <> '(guard)' order by name limit 1`,
    );
    await set('something else');
    // As a start would: both are closed and opened again.
    for (const name of ['Broken', 'Whole']) await retailers('suspend', name, '--why', 'A new version.');
    await Promise.all(servers.map(({ hosting }) => hosting.look()));
    for (const name of ['Broken', 'Whole']) await retailers('resume', name);
    await Promise.all(servers.map(({ hosting }) => hosting.look()));
    expect(await reasonAt('whole.example')).toBe(200);
    const said = await at('broken.example', 'GET', '/health');
    expect([said.status, said.body.reason]).toEqual([503, 'retailer_not_open']);
    expect(said.text).not.toContain('igration');
    expect(logged.join('')).toMatch(/Broken \([a-z0-9_]+\) could not be opened/);
    expect(await servers[0].hosting.check.run()).toMatchObject({ state: 'bad', figures: { notOpen: 1 } });
    const migrated = await oneshelf(['migrate']);
    expect([migrated.code, migrated.said]).toEqual([1, expect.stringContaining('could not be brought up to date')]);

    await set(row?.checksum ?? '');
    for (const how of [
      ['suspend', 'Broken', '--why', 'x'],
      ['resume', 'Broken'],
    ])
      await retailers(...how);
    await Promise.all(servers.map(({ hosting }) => hosting.look()));
    expect(await reasonAt('broken.example')).toBe(200);
    expect((await servers[0].hosting.check.run()).state).toBe('ok');
  },
);

it(
  'backs one up without anything of the others, its key among it, and seals each with its own',
  { timeout: 240_000 },
  async () => {
    const made = await retailers('create', 'Kept', '--host', 'kept.example', '--owner-email', 'kept@kept.example');
    const schema = schemaOf(made.said);
    await eventually(async () => (await reasonAt('kept.example')) === 200, 'it to open');
    const token = await accept('kept.example', made.said);
    await at('kept.example', 'POST', '/categories', { token, body: { name: 'Mark of the kept' } });
    await query(
      `insert into ${database.schema}.platform_setting (name, value, version) values ('mark', '"Mark of the own"', 1)`,
    );
    const rotated = await oneshelf(['secrets', 'rotate']);
    expect(rotated.said).toContain(`${schema}: Sealed again`);
    const keyOf = (...path: string[]): string => readFileSync(join(dataDir, ...path, 'secret.keys'), 'utf8');
    expect(keyOf('retailers', schema)).not.toBe(keyOf());

    const backup = await oneshelf(['backup', '--retailer', 'kept'], { settings: secretSettings });
    expect(backup.code, backup.said).toBe(0);
    const place = join(dataDir, 'retailers', schema, 'backups');
    expect(readdirSync(place).filter((name) => name.startsWith('oneshelf-'))).toHaveLength(1);
    expect(existsSync(join(dataDir, 'backups'))).toBe(false);

    const again = await retailers('create', 'Kept again', '--host', 'again.example', '--from-backup', place);
    expect(again.code, again.said).toBe(0);
    const restored = schemaOf(again.said);
    await eventually(async () => (await reasonAt('again.example')) === 200, 'what was restored to open');
    expect(await rowsWith(restored, 'Mark of the kept')).toBeGreaterThan(0);
    expect(await rowsWith(restored, 'Mark of the own')).toBe(0);
    expect(await rowsWith(database.schema, 'Mark of the own')).toBeGreaterThan(0);
    expect(keyOf('retailers', restored)).toBe(keyOf('retailers', schema));

    const around = { config: config(), version: 'test' } as CommandSurroundings;
    const picked = await forRetailer(around, ['verify', '--retailer=KEPT', '--head', '1:a']);
    expect([picked.args, picked.around.config.RETAILER_SCHEMA]).toEqual([['verify', '--head', '1:a'], schema]);
    await expect(forRetailer(around, ['--retailer', 'Nobody'])).rejects.toThrow('no other retailer');
  },
);
