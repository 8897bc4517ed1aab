import { connect } from 'node:net';
import pg from 'pg';
import { goodsOf, occasion, orderCommand, saleCommand, worldId, type World } from '../apps/simulator/world.ts';
import { auditDatabase } from '../apps/simulator/auditor.ts';
import { mintUuidv7 } from '../src/kernel/ids.ts';
import type { Outcome } from '../platform/commit/command.ts';
import { percentile, type Bench, type Figure } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, makeDataSet, worldOf, type DataSet } from './data-sets.ts';
import { openEngine, readySales, watchedHere, type Engine } from './figures-engine.ts';
import { getRequest, startServer } from './http-load.ts';
import { runClients } from './load.ts';
import { cpuBetween, readCpu } from './machine.ts';
import { BENCH_PRINCIPAL, seeded } from './sales.ts';

/** Ten SKUs at one location, 500 of each: made anew for every run. */
const SHELF: DataSet = { name: 'shelf', skus: 10, locations: 1, onHand: 500, orders: 0 };

let minted = 0;
function newId(): string {
  return mintUuidv7(Date.now(), (minted += 1), 40);
}

/** 500 units, 256 clients who want one each by requests on three channels; then 200 facts on the empty shelf. The value is what was sold, or -1 with a reason. */
async function sellTheShelf(bench: Bench): Promise<{ sold: number; detail: Record<string, number | string> }> {
  const client = new pg.Client({ connectionString: bench.url('postgres') });
  await client.connect();
  await client.query(`drop database if exists ${SHELF.name} with (force)`);
  await client.query(`create database ${SHELF.name}`);
  await client.end();
  await makeDataSet(bench.url(SHELF.name), SHELF, bench.say);
  const world = worldOf(SHELF);
  const engine = openEngine(bench.url(SHELF.name), world);
  const counts = { accepted: 0, refused: 0, errors: 0, otherRefusals: 0, factsAdmitted: 0 };
  const asked = Array.from({ length: 1000 }, (_, n) => n);
  await Promise.all(
    Array.from({ length: 256 }, async () => {
      for (let n = asked.pop(); n !== undefined; n = asked.pop()) {
        const outcome = await request(engine, world, n).catch(() => undefined);
        if (outcome === undefined) counts.errors += 1;
        else if (outcome.kind === 'accepted') counts.accepted += 1;
        else if (outcome.kind === 'refused' && outcome.rejection.reason === 'insufficient_stock') counts.refused += 1;
        else counts.otherRefusals += 1;
      }
    }),
  );
  for (let n = 1; n <= 100; n += 1) {
    const outcomes = await Promise.all([fact(engine, world, n), marketplaceOrder(engine, world, n)]);
    counts.factsAdmitted += outcomes.filter((outcome) => outcome.kind === 'accepted').length;
  }
  await engine.close();
  const after = new pg.Client({ connectionString: bench.url(SHELF.name) });
  await after.connect();
  await after.query(`set search_path = ${BENCH_SCHEMA}`);
  const missing = (await after.query<{ n: string }>('select sum(shortfall + backordered) as n from stock_level'))
    .rows[0]?.n;
  const audit = await auditDatabase(async (text) => (await after.query(text)).rows as Record<string, unknown>[]);
  await after.end();
  const findings = audit.findings.filter((finding) => finding.rows.length > 0).map((finding) => finding.check);
  const detail = {
    ...counts,
    in_shortfall_or_backordered: Number(missing),
    audit: findings.length === 0 ? 'balanced' : findings.join(' '),
  };
  const right =
    counts.errors === 0 &&
    counts.otherRefusals === 0 &&
    counts.factsAdmitted === 200 &&
    Number(missing) === 200 &&
    findings.length === 0;
  return { sold: right ? counts.accepted : -1, detail };
}

function wantedOf(world: World): { skuId: string; quantity: number; unitAmount: number }[] {
  return [{ skuId: world.skuIds[0] as string, quantity: 1, unitAmount: 1200 }];
}

/** In turn: an order of the shop, a reservation of a till, an order of the call centre. */
function request(engine: Engine, world: World, n: number): Promise<Outcome> {
  const at = Date.now();
  const location = world.locations[0] as World['locations'][number];
  const common = { key: newId(), principalId: BENCH_PRINCIPAL, lane: 'interactive', at } as const;
  if (n % 3 === 1) {
    const goods = { ...goodsOf(location, world.skuIds[0] as string), quantity: 1 };
    const body = {
      ...occasion(world, location, at, world.channels[0]),
      lines: [{ line: 1, goods, reservationId: newId() }],
      expiresInMs: 3_600_000,
    };
    return engine.books.submit({ ...common, type: 'ReserveStock', body });
  }
  const channel = world.channels[n % 3 === 0 ? 1 : 3] as World['channels'][number];
  const body = orderCommand({
    world,
    location,
    channel,
    at,
    orderId: newId(),
    paymentId: newId(),
    wanted: wantedOf(world),
    method: 'card',
    fact: false,
  });
  return engine.books.submit({ ...common, type: 'PlaceOrder', body });
}

function fact(
  engine: Engine,
  world: World,
  counter: number,
  lane: 'interactive' | 'bulk' = 'bulk',
  source = 0,
): Promise<Outcome> {
  const at = Date.now();
  const location = world.locations[source % world.locations.length] as World['locations'][number];
  const sourceId = worldId(7, 1000 + source);
  const wanted = [
    {
      skuId: world.skuIds[counter % 1000 === 0 ? 0 : counter % Math.min(1000, world.skuIds.length)] as string,
      quantity: 1,
      unitAmount: 1200,
    },
  ];
  const body = saleCommand({
    world,
    location,
    channel: world.channels[0] as World['channels'][number],
    at,
    orderId: newId(),
    paymentId: newId(),
    wanted: world.skuIds.length <= 10 ? wantedOf(world) : wanted,
    method: 'cash',
    fact: { sourceId, counter, mac: `m${counter}` },
  });
  return engine.books.submit({
    key: newId(),
    principalId: BENCH_PRINCIPAL,
    sourceId,
    lane,
    at,
    type: 'RecordSale',
    body,
  });
}

function marketplaceOrder(engine: Engine, world: World, n: number): Promise<Outcome> {
  const at = Date.now();
  const body = orderCommand({
    world,
    location: world.locations[0] as World['locations'][number],
    channel: world.channels[2] as World['channels'][number],
    at,
    orderId: newId(),
    paymentId: newId(),
    wanted: wantedOf(world),
    method: 'marketplace',
    fact: true,
    externalRef: `M-${n}`,
  });
  return engine.books.submit({
    key: newId(),
    principalId: BENCH_PRINCIPAL,
    lane: 'bulk',
    at,
    type: 'PlaceOrder',
    body,
  });
}

const READERS = 500;
const CHANGES_PER_SECOND = 1000;
const LIVE_SECONDS = 12;

/** Latencies, in ms, from the commit of a change to its arrival at each of 500 readers of the live stream. */
async function liveLatencies(
  bench: Bench,
): Promise<{ latencies: number[]; strangers: number | undefined; perSecond: number }> {
  const world = worldOf(DATA_SETS.small);
  const engine = openEngine(bench.url('small'), world);
  const server = await startServer(bench.url('small'));
  const committedAt = new Map<number, number>();
  const arrivals: { upTo: number; at: number }[][] = [];
  const sockets = Array.from({ length: READERS }, (_, reader) => {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    const seen: { upTo: number; at: number }[] = [];
    arrivals[reader] = seen;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      const at = performance.now();
      for (let i = chunk.indexOf('id: '); i >= 0; i = chunk.indexOf('id: ', i + 4))
        seen.push({ upTo: Number.parseInt(chunk.slice(i + 4, i + 24), 10), at });
    });
    socket.on('error', () => undefined);
    socket.write(getRequest('/live'));
    return socket;
  });
  await new Promise((done) => setTimeout(done, 3000));
  const watched = [...watchedHere(bench), { name: 'api', pid: server.pid }];
  const cpu = readCpu(watched);
  const began = performance.now();
  const location = world.locations[0] as World['locations'][number];
  const pending: Promise<void>[] = [];
  for (let sent = 0; ;) {
    const elapsed = performance.now() - began;
    if (elapsed > LIVE_SECONDS * 1000) break;
    for (; sent < (elapsed * CHANGES_PER_SECOND) / 1000; sent += 1) {
      const at = Date.now();
      const { skuId, stockKey } = goodsOf(location, world.skuIds[sent % world.skuIds.length] as string);
      const body = { ...occasion(world, location, at), lines: [{ skuId, stockKey, safety: sent % 2 }] };
      pending.push(
        engine.books
          .submit({ type: 'SetSafetyStock', key: newId(), principalId: BENCH_PRINCIPAL, lane: 'interactive', at, body })
          .then((outcome) => {
            if (outcome.kind === 'accepted') committedAt.set(outcome.eventNumber, performance.now());
            return undefined;
          }),
      );
    }
    await new Promise((done) => setTimeout(done, 2));
  }
  await Promise.all(pending);
  const seconds = (performance.now() - began) / 1000;
  const strangers = cpuBetween(cpu, readCpu(watched), seconds, bench.cores).strangers;
  await new Promise((done) => setTimeout(done, 1500));
  for (const socket of sockets) socket.destroy();
  await engine.close();
  await server.stop();
  const first = Math.min(...committedAt.keys());
  const last = Math.max(...committedAt.keys());
  const latencies: number[] = [];
  for (const seen of arrivals) {
    let next = first;
    for (const { upTo, at } of seen) {
      for (; next <= upTo; next += 1) {
        const committed = committedAt.get(next);
        // The answer and the frame leave in the same moment; a frame that is ahead of the answer took no time.
        if (committed !== undefined) latencies.push(Math.max(0, at - committed));
      }
    }
    if (next <= last) throw new Error(`a reader saw the changes up to ${next - 1} of ${last}`);
  }
  return { latencies, strangers, perSecond: committedAt.size / seconds };
}

const FACTS = 50_000;

/** The p99 of sales at the counter alone, and while the backlog of twenty tills is pushed in the bulk lane. */
async function checkoutBesideBacklog(
  bench: Bench,
): Promise<{ alone: number; beside: number; facts: number; strangers: number | undefined }> {
  const world = worldOf(DATA_SETS.wide);
  const engine = openEngine(bench.url('wide'), world);
  const checkout = async (ms: number): Promise<{ p99: number; strangers: number | undefined }> => {
    const sales = readySales(world, 6000, { spread: 'spread', at: Date.now(), dice: seeded(ms) });
    // A shopper pays, looks around and pays again: 16 of them leave the machine room for more.
    const round = await runClients({
      clients: 16,
      ms,
      warmUpMs: 1500,
      watched: watchedHere(bench),
      cores: bench.cores,
      next: () => sales.pop(),
      call: (sale) => engine.sell(sale),
    });
    return { p99: percentile(round.latenciesMs, 0.99), strangers: round.strangers };
  };
  const alone = await checkout(8000);
  let facts = 0;
  let stop = false;
  const counters = await lastCounters(bench);
  const tills = Array.from({ length: 20 }, async (_, till) => {
    let counter = counters.get(worldId(7, 1000 + till)) ?? 0;
    while (!stop && facts < FACTS) {
      // As a register pushes them: a hundred at a time, in their order.
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () => fact(engine, world, (counter += 1), 'bulk', till)),
      );
      for (const outcome of outcomes)
        if (outcome.kind !== 'accepted') throw new Error(`a fact was not admitted: ${JSON.stringify(outcome)}`);
      facts += outcomes.length;
    }
  });
  const beside = await checkout(12_000);
  stop = true;
  await Promise.all(tills);
  await engine.close();
  return { alone: alone.p99, beside: beside.p99, facts, strangers: beside.strangers };
}

async function lastCounters(bench: Bench): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: bench.url('wide') });
  await client.connect();
  const rows = (
    await client.query<{ source_id: string; last_counter: string }>(
      `select source_id, last_counter from ${BENCH_SCHEMA}.platform_source`,
    )
  ).rows;
  await client.end();
  return new Map(rows.map((row) => [row.source_id, Number(row.last_counter)]));
}

/** Figures of what is promised beside speed. */
export const promiseFigures: readonly Figure[] = [
  {
    name: 'oversell-500',
    what: 'units sold of 500 by requests on three channels, 256 clients; then 200 facts on the empty shelf, all admitted, books balanced',
    unit: 'units',
    must: { is: '=', limit: 500 },
    needs: [],
    async run(bench) {
      const { sold, detail } = await sellTheShelf(bench);
      return { value: sold, strangers: undefined, detail };
    },
  },
  {
    name: 'live-500',
    what: 'p99 from a committed change to each of 500 live readers, at 1,000 changes a second',
    unit: 'ms',
    must: { is: '<=', limit: 150 },
    needs: ['small'],
    async run(bench) {
      const { latencies, strangers, perSecond } = await liveLatencies(bench);
      latencies.sort((a, b) => a - b);
      const at = (share: number): number =>
        latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] as number;
      return {
        value: at(0.99),
        strangers,
        detail: { p50_ms: Math.round(at(0.5)), changes_per_s: Math.round(perSecond), received: latencies.length },
      };
    },
  },
  {
    name: 'checkout-under-backlog',
    what: 'checkout p99 while 50,000 till facts are pushed, against alone',
    unit: 'x',
    must: { is: '<=', limit: 3 },
    needs: ['wide'],
    async run(bench) {
      const { alone, beside, facts, strangers } = await checkoutBesideBacklog(bench);
      return {
        value: beside / alone,
        strangers,
        detail: { alone_p99_ms: Number(alone.toFixed(1)), beside_p99_ms: Number(beside.toFixed(1)), facts },
      };
    },
  },
];
