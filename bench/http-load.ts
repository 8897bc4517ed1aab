import { fork, type ChildProcess } from 'node:child_process';
import { hash, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createPool } from '../platform/db/pool.ts';
import { ID_PREFIX, encodeId } from '../src/kernel/ids.ts';
import { PERMISSIONS } from '../src/staff/role.ts';
import { worldId } from '../apps/simulator/world.ts';
import { BENCH_SCHEMA } from './data-sets.ts';
import type { BenchSale } from './sales.ts';

/** The token that the bench's owner is signed in with. */
const TOKEN = 'bench'.padEnd(43, '0');

/** The secret of the bench's key, which may do what its owner may and more often than anybody does. */
export const BENCH_KEY = `osk_${TOKEN}`;

/** What the server sells through, and whether it asks who sells. */
export type Behind = 'ours' | 'baseline' | 'bare';

/** A running server of the bench. */
export type BenchServer = { readonly pid: number; readonly port: number; stop(): Promise<void> };

/** Starts the server in a process of its own, with somebody signed in who may do everything. */
export async function startServer(url: string, behind: Behind = 'ours'): Promise<BenchServer> {
  await signIn(url);
  const child = fork(join(import.meta.dirname, 'server-process.ts'), [url, behind], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const port = await new Promise<number>((done, fail) => {
    child.once('message', (message) => done((message as { port: number }).port));
    child.once('exit', (code) => fail(new Error(`the bench's server ended with code ${code}`)));
  });
  return { pid: child.pid as number, port, stop: () => ended(child) };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}

async function signIn(url: string): Promise<void> {
  const pool = createPool({ url, max: 1 });
  const id = worldId(8, 0);
  const client = await pool.connect();
  try {
    await client.query(`set search_path = ${BENCH_SCHEMA}`);
    await client.query(
      `insert into staff_person (id, name, email) values ($1, 'Bench', 'bench@example.com') on conflict do nothing`,
      [id],
    );
    await client.query(
      `insert into staff_role (id, code, name, permissions) values ($1, 'bench', 'Bench', $2) on conflict do nothing`,
      [id, PERMISSIONS],
    );
    await client.query('insert into staff_grant (id, person_id, role_id) values ($1, $1, $1) on conflict do nothing', [
      id,
    ]);
    await client.query(
      `insert into staff_session (token_hash, id, person_id, method, limited, created_at, confirmed_at, expires_at, last_seen_at)
       values ($1, $2, $2, 'password', false, now(), now(), now() + interval '1 day', now())
       on conflict (token_hash) do update set expires_at = excluded.expires_at, last_seen_at = excluded.last_seen_at`,
      [hash('sha256', TOKEN, 'base64url'), id],
    );
    await client.query(
      `insert into staff_api_key (id, kind, name, permissions, entity_ids, location_ids, per_minute, burst, created_by, created_at)
       values ($1, 'key', 'Bench', $2, '{}', '{}', 10000000, 10000000, $1, now()) on conflict do nothing`,
      [id, PERMISSIONS],
    );
    await client.query(
      `insert into staff_api_secret (hash, key_id, start, created_at) values ($1, $2, 'osk_bench', now()) on conflict do nothing`,
      [hash('sha256', BENCH_KEY, 'base64url'), id],
    );
  } finally {
    client.release(true);
    await pool.end();
  }
}

/** What a server answered. */
export type Answer = { readonly status: number; readonly body: string };

/** One keep-alive connection that sends a request and waits for its answer. It parses no more of HTTP than our server speaks. */
export type Connection = { send(request: Buffer): Promise<Answer>; close(): void };

/** Connects. Written by hand because a load generator shares the machine with what it measures: this one takes a tenth of fetch's CPU. */
export function openConnection(port: number): Connection {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let received = '';
  let waiting: { done(answer: Answer): void; fail(error: Error): void } | undefined;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
    if (received.length < head + 4 + length) return;
    const answer = { status: Number(received.slice(9, 12)), body: received.slice(head + 4, head + 4 + length) };
    received = received.slice(head + 4 + length);
    const one = waiting;
    waiting = undefined;
    one?.done(answer);
  });
  const broken = (error?: Error): void => waiting?.fail(error ?? new Error('the server closed the connection'));
  socket.on('error', broken);
  socket.on('close', () => broken());
  return {
    send: (request) =>
      new Promise((done, fail) => {
        waiting = { done, fail };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

/** A POST with a key of its own, ready to be written. */
export function postRequest(path: string, body: unknown, key: string = randomUUID(), token = TOKEN): Buffer {
  const json = JSON.stringify(body);
  return Buffer.from(
    `POST /api/v1${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\nidempotency-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

/** A GET. */
export function getRequest(path: string): Buffer {
  return Buffer.from(`GET /api/v1${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n\r\n`);
}

/** The request of a sale at a counter: what the engine's command says, for the route to price. */
export function saleRequest({ key, command }: BenchSale, token = TOKEN): Buffer {
  const amountMinor = command.lines.reduce((sum, line) => sum + line.grossMinor, 0);
  return postRequest(
    '/sales',
    {
      channelId: encodeId(ID_PREFIX.channel, command.terms.channelId),
      locationId: encodeId(ID_PREFIX.location, command.locationId),
      lines: command.lines.map((line) => ({ skuId: encodeId(ID_PREFIX.sku, line.skuId), quantity: line.quantity })),
      tenders: [{ method: 'card', amountMinor, reference: 'auth_1' }],
    },
    key,
    token,
  );
}
