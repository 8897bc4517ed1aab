/* oxlint-disable typescript/no-unsafe-assignment -- answers are looked into as they came */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { pino } from 'pino';
import { openDirectory, type Directory, type Retailer } from '../../../platform/db/directory.ts';
import { createPool } from '../../../platform/db/pool.ts';
import type { TestDatabase } from '../../../platform/db/testing.ts';
import { createTestProvider } from '../../../src/payments/server/test-provider.ts';
import type { Answer, Sending } from '../api/world.ts';
import type { Surroundings } from '../compose.ts';
import { startCardProvider } from '../stand-ins/card-provider.ts';
import { createRetailer, type CreateDeps } from './create-retailer.ts';
import { createHosting, type Hosting } from './hosting.ts';
import { DIRECTORY_MIGRATIONS, MIGRATIONS } from './prepare-hosting.ts';

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** Sends a request as {@link Sending} tells, to a host that has no address: `fetch` writes the Host header itself. `target` is what stands in the request's first line, the path unless told. */
export function sendToHost(
  url: string,
  host: string,
  method: string,
  path: string,
  { token, body, raw, key, headers, target }: Sending & { readonly target?: string } = {},
): Promise<Answer> {
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        agent,
        hostname,
        port,
        method,
        timeout: 30_000,
        path: target ?? (path.startsWith('/api/') ? path : `/api/v1${path}`),
        headers: {
          host,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(method === 'GET' || key === null ? {} : { 'idempotency-key': key ?? randomUUID() }),
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
      },
      (response) => {
        const type = response.headers['content-type'] ?? '';
        const told = new Headers(
          Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
        );
        const status = response.statusCode ?? 0;
        if (type.startsWith('text/event-stream')) {
          asked.destroy();
          return resolve({ status, type, headers: told, text: '', body: '' });
        }
        let got = '';
        response.setEncoding('utf8').on('data', (part: string) => (got += part));
        response.once('end', () =>
          resolve({ status, type, headers: told, text: got, body: /json/.test(type) ? JSON.parse(got) : got }),
        );
        response.once('error', reject);
      },
    );
    asked.once('error', reject);
    asked.once('timeout', () => asked.destroy(new Error(`${method} ${path} at ${host}: no answer in time`)));
    asked.end(text);
  });
}

/** An installation of several retailers over a test database, without its web server: `hosting.divert` puts it before one. */
export type TestInstallation = {
  readonly directory: Directory;
  readonly hosting: Hosting;
  readonly deps: CreateDeps;
  /** Mails by retailer's schema. */
  readonly mails: { readonly schema: string; readonly to: string; readonly text: string }[];
  /** Makes one with an owner and waits until it is open. Gives it and the token of the owner's invitation. */
  create(name: string, host: string): Promise<{ retailer: Retailer; token: string }>;
  close(): Promise<void>;
};

/** Opens it. `around` are the surroundings of the installation's own retailer; imports are not worked on. */
export async function openTestInstallation(
  database: TestDatabase,
  around: Omit<Surroundings, 'schema' | 'url' | 'write' | 'read'>,
  options: { readonly log?: pino.Logger } = {},
): Promise<TestInstallation> {
  const { url, pool } = database;
  const directory = openDirectory({ pool, migrations: DIRECTORY_MIGRATIONS });
  const lent = {
    commit: createPool({ url, max: 8, pipeline: true, applicationName: 'oneshelf commit' }),
    chores: createPool({ url, max: 1, pipeline: true, applicationName: 'oneshelf chores' }),
  };
  const mails: { schema: string; to: string; text: string }[] = [];
  const hosting = createHosting({
    directory,
    pool,
    adminUrl: url,
    migrations: MIGRATIONS,
    log: options.log ?? pino({ level: 'silent' }),
    trustProxy: around.trustProxy,
    async surroundingsOf(retailer) {
      const { schema } = retailer();
      const provider = await startCardProvider();
      return {
        around: {
          ...around,
          url,
          write: pool,
          read: pool,
          schema,
          lent,
          bulkTurns: { running: 0, most: 0 },
          card: {
            provider: createTestProvider({ url: provider.url, apiKey: provider.apiKey }),
            fee: { ppm: 14_000, fixedMinor: 20 },
          },
          ...(around.signIn === undefined
            ? {}
            : {
                signIn: {
                  ...around.signIn,
                  sendMail: async ({ to, text }) => void mails.push({ schema, to, text }),
                },
              }),
        },
        close: () => provider.close(),
      };
    },
  });
  await hosting.start();
  const deps = { directory, url, migrations: MIGRATIONS, own: database.schema };
  const by = (): CreateDeps['by'] => ({ at: Date.now(), byUser: 'tester' });
  return {
    directory,
    hosting,
    mails,
    get deps() {
      return { ...deps, by: by() };
    },
    async create(name, host) {
      const owner = { name: `Owner of ${name}`, email: `owner@${host}`, locale: 'en' };
      const made = await createRetailer({ ...deps, by: by() }, { name, hosts: [host], owner });
      await hosting.look();
      return { retailer: made.retailer, token: made.token ?? '' };
    },
    async close() {
      await hosting.close();
      await Promise.all([lent.commit.end(), lent.chores.end()]);
    },
  };
}
