import { fork, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { goodsOf, occasion, worldId, type World } from '../apps/simulator/world.ts';
import { createPool, withTransaction, type Pool } from '../platform/db/pool.ts';
import { mintUuidv7 } from '../src/kernel/ids.ts';
import { newSecret } from '../platform/webhooks/signature.ts';
import { insertWebhook, webhookSql } from '../platform/webhooks/webhooks.store.ts';
import { lastNumber } from '../platform/events/log.ts';
import { percentile, type Bench, type Figure, type Found } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf } from './data-sets.ts';
import { openEngine, watchedHere } from './figures-engine.ts';
import { cpuBetween, readCpu, residentBytes } from './machine.ts';
import { BENCH_PRINCIPAL } from './sales.ts';
import type { Arrivals } from './webhook-receivers.ts';

const EVENTS_PER_SECOND = 1_000;
const SECONDS = 45;
/** Before this the program is still being compiled and its pools are still being filled. */
const WARM_UP_SECONDS = 15;
const SUBSCRIBERS = 20;
const SLOW_MS = 2_000;
/** More growth than this between warm-up and end is not flat. */
const FLAT_MB = 40;

/** 20 subscribers of 50 SKUs of 1,000 each: the last but one slow, the last dead. */
async function fanOut(bench: Bench): Promise<Found> {
  const url = bench.url('small');
  const world = worldOf(DATA_SETS.small);
  const pool = createPool({ url, max: 2 });
  const receivers = fork(
    join(import.meta.dirname, 'webhook-receivers.ts'),
    [String(SUBSCRIBERS - 1), String(SLOW_MS)],
    { execArgv: [] },
  );
  const { ports } = await answerOf<{ ports: number[] }>(receivers);
  const began = await lastNumber(pool, BENCH_SCHEMA);
  await subscribe(pool, world, [...ports, await deadPort()], began);
  const deliverer = fork(join(import.meta.dirname, 'webhook-process.ts'), [url], { execArgv: [] });
  await answerOf(deliverer);
  await new Promise((done) => setTimeout(done, 2_500));
  const watched = [
    ...watchedHere(bench),
    { name: 'webhooks', pid: deliverer.pid as number },
    { name: 'receivers', pid: receivers.pid as number },
  ];
  const cpu = readCpu(watched);
  const startedAt = performance.now();
  const memory: number[] = [];
  const sampling = setInterval(() => {
    if (performance.now() - startedAt > WARM_UP_SECONDS * 1000) memory.push(residentMb(deliverer.pid as number));
  }, 500);
  const committedAt = await makeEvents(url, world);
  const used = cpuBetween(cpu, readCpu(watched), (performance.now() - startedAt) / 1000, bench.cores);
  await new Promise((done) => setTimeout(done, 3_000));
  clearInterval(sampling);
  receivers.send('what arrived?');
  const { arrivals } = await answerOf<{ arrivals: Arrivals }>(receivers);
  const bulk = await rowsPerWrite(pool, began);
  await Promise.all([deliverer, receivers].map(ended));
  await pool.query(`delete from ${BENCH_SCHEMA}.platform_webhook`);
  await pool.end();
  return judged(committedAt, arrivals, { memory, bulk, strangers: used.strangers, cpuSeconds: used.of('webhooks') });
}

function judged(
  committedAt: ReadonlyMap<number, { readonly at: number; readonly sku: number }>,
  arrivals: Arrivals,
  more: {
    readonly memory: readonly number[];
    readonly bulk: number;
    readonly strangers: number | undefined;
    readonly cpuSeconds: number;
  },
): Found {
  const first = new Map<string, number>();
  for (const [place, receiver] of arrivals.receiver.entries()) {
    const name = `${receiver} ${arrivals.number[place]}`;
    if (!first.has(name)) first.set(name, arrivals.at[place] as number);
  }
  const latencies: number[] = [];
  let lost = 0;
  for (const [number, { at, sku }] of committedAt) {
    const receiver = Math.floor(sku / (1000 / SUBSCRIBERS));
    if (receiver >= SUBSCRIBERS - 2) continue;
    const arrived = first.get(`${receiver} ${number}`);
    if (arrived === undefined) lost += 1;
    else latencies.push(Math.max(0, arrived - at));
  }
  const third = Math.ceil(more.memory.length / 3);
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / Math.max(1, of.length);
  const grownMb = mean(more.memory.slice(-third)) - mean(more.memory.slice(0, third));
  const p99 = percentile(latencies, 0.99);
  const isRight = lost === 0 && latencies.length > 0 && grownMb < FLAT_MB && more.bulk >= 50;
  return {
    value: isRight ? p99 : Number.POSITIVE_INFINITY,
    strangers: more.strangers,
    detail: {
      p50_ms: Math.round(percentile(latencies, 0.5)),
      p99_ms: Math.round(p99),
      events_per_s: Math.round(committedAt.size / SECONDS),
      told: latencies.length,
      lost,
      memory_mb: Math.round(mean(more.memory.slice(-third))),
      grown_mb: Math.round(grownMb),
      cpu_s: Number(more.cpuSeconds.toFixed(1)),
      calls: arrivals.at.length,
      rows_per_write: Math.round(more.bulk),
    },
  };
}

/** When each event was answered, and which SKU it was about. */
async function makeEvents(url: string, world: World): Promise<Map<number, { at: number; sku: number }>> {
  const engine = openEngine(url, world);
  const committedAt = new Map<number, { at: number; sku: number }>();
  const location = world.locations[0] as World['locations'][number];
  const pending: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; ;) {
    const elapsed = performance.now() - began;
    if (elapsed > SECONDS * 1000) break;
    for (; sent < (elapsed * EVENTS_PER_SECOND) / 1000; sent += 1) {
      const at = Date.now();
      // 7 and 1,000 share no divisor, so every subscriber has something all the time.
      const sku = (sent * 7) % world.skuIds.length;
      const { skuId, stockKey } = goodsOf(location, world.skuIds[sku] as string);
      const body = { ...occasion(world, location, at), lines: [{ skuId, stockKey, safety: sent % 2 }] };
      const key = mintUuidv7(at, sent, 41);
      pending.push(
        engine.books
          .submit({ type: 'SetSafetyStock', key, principalId: BENCH_PRINCIPAL, lane: 'interactive', at, body })
          .then((outcome) => {
            if (outcome.kind === 'accepted')
              committedAt.set(outcome.eventNumber, { at: performance.timeOrigin + performance.now(), sku });
            return undefined;
          }),
      );
    }
    await new Promise((done) => setTimeout(done, 2));
  }
  await Promise.all(pending);
  await engine.close();
  return committedAt;
}

async function subscribe(pool: Pool, world: World, ports: readonly number[], position: number): Promise<void> {
  const share = 1000 / SUBSCRIBERS;
  await withTransaction(pool, { schema: BENCH_SCHEMA }, async (tx) => {
    await tx.client.query('delete from platform_webhook');
    for (const [place, port] of ports.entries()) {
      const id = mintUuidv7(Date.now(), place, 42);
      const values = world.skuIds.slice(place * share, (place + 1) * share);
      const createdAt = Date.now();
      await insertWebhook(tx, {
        id,
        name: `Bench ${place}`,
        url: `http://127.0.0.1:${port}/`,
        types: ['stock.*'],
        filter: { fields: [{ field: 'lines.0.skuId', is: 'one_of', values }] },
        withBody: false,
        ownerId: worldId(8, 0),
        createdAt,
        position,
      });
      const secret = mintUuidv7(createdAt, place, 43);
      await tx.run(webhookSql.insert_secret, [secret, id, newSecret(), new Date(createdAt).toISOString()]);
    }
  });
}

/** Rows of the log that one transaction wrote, in the middle of the run. */
async function rowsPerWrite(pool: Pool, after: number): Promise<number> {
  const { rows } = await pool.query<{ rows: number; writes: number }>(
    `select count(*)::integer as rows, count(distinct xmin::text)::integer as writes from ${BENCH_SCHEMA}.platform_webhook_delivery where event_number > $1`,
    [after],
  );
  return (rows[0]?.rows ?? 0) / Math.max(1, rows[0]?.writes ?? 0);
}

/** A port at which nobody answers. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

function residentMb(pid: number): number {
  return (residentBytes(pid) ?? 0) / 2 ** 20;
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((done, fail) => {
    child.once('message', (message) => done(message as T));
    child.once('exit', (code) => fail(new Error(`a process of the bench ended with code ${code}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}

/** Figures of telling others. */
export const webhookFigures: readonly Figure[] = [
  {
    name: 'webhooks-fan-out',
    what: 'p99 from a commit to each healthy receiver: 1,000 events a second, 20 subscribers of 5 % each, one dead, one slow; nothing lost, memory flat, log in bulk',
    unit: 'ms',
    must: { is: '<=', limit: 2_000 },
    needs: ['small'],
    skip: () => (process.platform === 'linux' ? undefined : 'memory is read from /proc'),
    run: fanOut,
  },
];
