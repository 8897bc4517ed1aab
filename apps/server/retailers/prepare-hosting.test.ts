/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- answers are looked into as they came */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig, type Config } from '../../../platform/config.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import type { Answer } from '../api/world.ts';
import { openApi, openBusiness } from '../compose.ts';
import { startCardProvider } from '../stand-ins/card-provider.ts';
import { surroundingsOf } from '../surroundings.ts';
import { runRetailers } from './commands.ts';
import { prepareHosting } from './prepare-hosting.ts';
import { configOfRetailer, retailerFolder, retailerUrl } from './retailer-config.ts';
import { sendToHost } from './testing.ts';

const HOST = 'guest.example';
const folder = mkdtempSync(join(tmpdir(), 'oneshelf-hosting-'));
const dataDir = join(folder, 'data');
let database: TestDatabase;
let config: Config;
let schema: string;
let token: string;
/** Where the link of the owner's invitation leads. */
let linked: string | undefined;
let url: string;
let closing: (() => Promise<void>)[];

const at = (method: string, path: string, body?: unknown): Promise<Answer> =>
  sendToHost(url, HOST, method, path, { token, ...(body === undefined ? {} : { body }) });

beforeAll(async () => {
  database = await createTestDatabase();
  config = readConfig(
    {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      BASE_URL: 'https://own.example:8443',
      PRIVATE_HOSTS: '127.0.0.1',
      OIDC_ISSUER: 'https://login.own.example',
      OIDC_CLIENT_ID: 'own',
      METRICS_TOKEN: 'a-token-of-the-operator',
    },
    join(folder, 'none'),
  );
  const made = await runRetailers(
    { config, version: 'test' },
    ['create', 'Guest', '--host', HOST, '--owner-email', 'g@guest.example'],
    database.url,
  );
  schema = /in the schema ([a-z0-9_]+)/.exec(made)?.[1] ?? '';
  const pools = { url: database.url, write: database.pool, read: database.pool };
  const common = { config, log: pino({ level: 'silent' }), databases: pools, https: undefined, version: 'test' };
  const provider = await startCardProvider();
  const around = await surroundingsOf({
    ...common,
    provider,
    baseUrl: () => 'https://own.example:8443',
    called: 'own',
  });
  const business = await openBusiness(around);
  const opened = await openApi(around, business);
  const hosting = prepareHosting({ ...common, address: () => 'https://own.example:8443' });
  await hosting.start();
  hosting.divert(opened.api);
  await hosting.look();
  url = await opened.api.listen({ host: '127.0.0.1', port: 0 });
  closing = [
    () => hosting.close(),
    () => opened.close(),
    () => business.close(),
    () => provider.close(),
    () => database.drop(),
  ];
  const link = /(https:\S+)\/invitation#([A-Za-z0-9_-]{43})/.exec(made);
  linked = link?.[1];
  const accepted = await sendToHost(url, HOST, 'POST', '/invitations/accept', {
    body: { token: link?.[2], password: 'a shelf among many' },
    key: null,
  });
  token = /oneshelf_session=([^;]+)/.exec(accepted.headers.get('set-cookie') ?? '')?.[1] ?? '';
}, 60_000);

afterAll(async () => {
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

it('lends nobody what belongs to the company that runs the installation', async () => {
  expect(linked).toBe('https://guest.example:8443');
  expect((await at('GET', '/session')).status).toBe(200);
  expect((await at('GET', '/session/ways')).text).not.toContain('login.own.example');
  const webhook = await at('POST', '/webhooks', { name: 'In', url: 'http://127.0.0.1:9/', types: ['*'] });
  expect(webhook.status, webhook.text).toBeGreaterThanOrEqual(400);
  expect(webhook.status).toBeLessThan(500);
  const own = configOfRetailer({ ...config, BACKUP_TO: 's3://kept/all/' }, { schema, hosts: [HOST] });
  expect(own).toMatchObject({ BASE_URL: 'https://guest.example:8443', BACKUP_TO: `s3://kept/all/${schema}` });
  for (const name of ['PRIVATE_HOSTS', 'OIDC_ISSUER', 'OIDC_CLIENT_ID']) expect(own).not.toHaveProperty(name);
  expect(retailerFolder(config)).toBe(dataDir);
  expect(retailerUrl('http://127.0.0.1:4000', HOST)).toBe('http://guest.example:4000');
});

it('keeps its files in a folder of its own that others cannot read', async () => {
  const mine = join(dataDir, 'retailers', schema);
  expect(statSync(mine).mode & 0o077).toBe(0);
  const roles: Answer = await at('GET', '/staff/roles');
  const { id: roleId } = roles.body.items.find(({ code }: { code: string }) => code === 'auditor');
  const invited = await at('POST', '/staff/invitations', { name: 'Ina', email: 'ina@guest.example', roleId });
  expect(invited.status, invited.text).toBe(201);
  const mailed = (): string =>
    readdirSync(join(mine, 'mail'))
      .map((file) => readFileSync(join(mine, 'mail', file), 'utf8').replaceAll('=\r\n', ''))
      .join('\n');
  for (let waited = 0; waited < 5_000 && !mailed().includes('ina@guest.example'); waited += 20)
    await new Promise((done) => setTimeout(done, 20));
  expect(mailed()).toContain('https://guest.example:8443/invitation#');
  expect(existsSync(join(dataDir, 'mail'))).toBe(false);
  expect((await at('GET', '/system/backup-plan')).text).toContain(join(mine, 'backups'));
});

it('tells a guest neither how much others keep nor who copies the database', async () => {
  const metrics = async (host: string): Promise<string> =>
    (
      await sendToHost(url, host, 'GET', '', {
        target: '/metrics',
        headers: { authorization: 'Bearer a-token-of-the-operator' },
      })
    ).text;
  const [own, guest] = [await metrics('own.example'), await metrics(HOST)];
  for (const name of ['oneshelf_database_bytes', 'oneshelf_event_number']) expect(own).toContain(name);
  expect(guest).toContain('oneshelf_event_number');
  expect(guest).not.toMatch(/oneshelf_database_bytes|oneshelf_replication_lag/);
  expect(/oneshelf_event_number (\d+)/.exec(own)?.[1]).not.toBe(/oneshelf_event_number (\d+)/.exec(guest)?.[1]);
  const health = await at('GET', '/system/health');
  expect(health.status, health.text).toBe(200);
  expect(health.text).not.toMatch(/"replication"|"retailers"/);
});
