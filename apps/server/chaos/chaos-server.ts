import { createServer, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { Overloaded, type Submission } from '../../../platform/commit/command.ts';
import { migrate } from '../../../platform/db/migrate.ts';
import { createPool, type Pool } from '../../../platform/db/pool.ts';
import { startEmbedded } from '../../../platform/embedded/supervisor.ts';
import { makeGroup } from '../../simulator/world.ts';
import { openBooks } from '../books.ts';
import { insertWorld } from './world-rows.ts';

// A server to be killed: the real door for commands, over the embedded PostgreSQL of DATA_DIR or over DATABASE_URL, behind the plainest HTTP.
// POST /commands takes a prepared command, GET /database says where its database is, POST /stop-in-batch makes it stop itself inside the
// lock of its next batch, as a frozen machine would.

const schema = 'oneshelf';
const world = makeGroup({ skus: 20 });
let stopsInBatch = false;

async function openDatabase(): Promise<{ url: string; postmaster(): number | undefined }> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return { url: given, postmaster: () => undefined };
  const embedded = await startEmbedded({
    dataDir: process.env['DATA_DIR'] ?? '',
    settings: { shared_buffers: '64MB' },
  });
  return { url: embedded.url(), postmaster: () => embedded.pid() };
}

async function prepare(pool: Pool): Promise<void> {
  await migrate(pool, { schema, directory: resolve(import.meta.dirname, '../../../db/migrations') });
  const client = await pool.connect();
  try {
    await client.query(`begin; set local search_path = ${schema}; select pg_advisory_xact_lock(1)`);
    const { rows } = await client.query('select 1 from company_legal_entity limit 1');
    if (rows.length === 0) await insertWorld((text, values) => client.query(text, values), world);
    await client.query('commit');
  } finally {
    client.release(true);
  }
}

async function main(): Promise<void> {
  const database = await openDatabase();
  const admin = createPool({ url: database.url, max: 2 });
  await prepare(admin);
  const pool = createPool({ url: database.url, pipeline: true, max: 4, applicationName: 'chaos commit' });
  const locationOf = (id: string): (typeof world.locations)[number] =>
    world.locations.find((one) => one.id === id) as (typeof world.locations)[number];
  // The store asks for the time once it holds the lock.
  const now = (): number => {
    if (stopsInBatch) {
      stopsInBatch = false;
      process.kill(process.pid, 'SIGSTOP');
    }
    return Date.now();
  };
  const books = openBooks({
    pool,
    schema,
    now,
    locationOf,
    onTrouble: (message, error) => process.stderr.write(`${message}: ${(error as Error).message}\n`),
  });

  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (request.url === '/database') return answer(200, { url: database.url, postmaster: database.postmaster() });
    if (request.url === '/stop-in-batch') {
      stopsInBatch = true;
      return answer(200, {});
    }
    readBody(request)
      .then((text) => books.submit(JSON.parse(text) as Submission))
      .then(
        (outcome) => answer(200, outcome),
        (error: unknown) => {
          if (error instanceof Overloaded)
            answer(503, { reason: 'overloaded' }, { 'retry-after': String(error.retryAfterSeconds) });
          else answer(500, { message: (error as Error).message });
        },
      );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address() as { port: number };
    process.stdout.write(`open at http://127.0.0.1:${address.port}\n`);
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

await main();
