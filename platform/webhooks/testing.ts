import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uuidv7 } from 'uuidv7';
import type { Reach } from '../auth/principal.ts';
import { withTransaction, type Pool } from '../db/pool.ts';
import { openSafeFetch } from '../net/safe-fetch.ts';
import { startDeliverer, type Deliverer, type DelivererOptions } from './deliverer.ts';
import { newSecret } from './signature.ts';
import { insertWebhook, instant, webhookSql, type Webhook } from './webhooks.store.ts';

/** A message as a receiver got it. */
export type Received = { readonly number: number; readonly headers: IncomingHttpHeaders; readonly text: string };

/** A receiver of tests, on this machine. `answer` gives the status (a promise of one to be slow), or undefined to break the connection. */
export type TestReceiver = { readonly url: string; readonly received: Received[]; close(): Promise<void> };

/** Starts a receiver. */
export async function openReceiver(
  answer: (message: Received) => Promise<number | undefined> | number | undefined = () => 204,
  more: { readonly body?: string; readonly headers?: Record<string, string>; readonly port?: number } = {},
): Promise<TestReceiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const message = {
        number: (JSON.parse(text) as { data: { number: number } }).data.number,
        headers: request.headers,
        text,
      };
      received.push(message);
      void Promise.resolve(answer(message)).then((status) => {
        if (status === undefined) return request.socket.destroy();
        return response.writeHead(status, more.headers).end(status === 204 ? undefined : (more.body ?? 'as you wish'));
      });
    });
  });
  await new Promise<void>((done) => server.listen(more.port ?? 0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Inserts a webhook with a secret that is not sealed. */
export async function addWebhook(
  { pool, schema }: { readonly pool: Pool; readonly schema: string },
  wanted: Partial<Webhook> & { readonly url: string; readonly position?: number; readonly secret?: string },
): Promise<Webhook> {
  const webhook = {
    id: uuidv7(),
    name: 'A test',
    types: ['*'],
    filter: {},
    withBody: false,
    ownerId: uuidv7(),
    version: 1,
    ...wanted,
  };
  await withTransaction(pool, { schema }, async (tx) => {
    await insertWebhook(tx, { ...webhook, createdAt: Date.now(), position: wanted.position ?? 0 });
    await tx.run(webhookSql.insert_secret, [uuidv7(), webhook.id, wanted.secret ?? newSecret(), instant(Date.now())]);
  });
  return webhook;
}

/** Starts a deliverer that may call this machine, with short pauses; whatever is not told is as in the program. */
export function deliver(
  where: { readonly pool: Pool; readonly schema: string },
  options: Partial<DelivererOptions> & { readonly reach?: Reach } = {},
): Deliverer {
  const door = openSafeFetch({ allowedHosts: ['127.0.0.1'] });
  const { reach = 'all', ...more } = options;
  const deliverer = startDeliverer({
    ...where,
    now: Date.now,
    fetch: door.fetch,
    openSecret: (sealed) => sealed,
    reachOf: async (ownerIds) => new Map(ownerIds.map((id) => [id, reach])),
    disable: async () => undefined,
    onError: (error) => {
      throw error;
    },
    ...more,
    limits: { firstPauseMs: 40, longestPauseMs: 400, ...more.limits },
  });
  return {
    ...deliverer,
    async close() {
      await deliverer.close();
      await door.close();
    },
  };
}
