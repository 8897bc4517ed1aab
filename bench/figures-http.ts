import { openBaseline } from './baseline.ts';
import { median, percentile, type Bench, type Figure } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf } from './data-sets.ts';
import { createPool } from '../platform/db/pool.ts';
import { readySales } from './figures-engine.ts';
import {
  BENCH_KEY,
  openConnection,
  postRequest,
  saleRequest,
  startServer,
  type BenchServer,
  type Connection,
} from './http-load.ts';
import type { World } from '../apps/simulator/world.ts';
import { ID_PREFIX, encodeId } from '../src/kernel/ids.ts';
import { runClients, type Round } from './load.ts';
import type { Watched } from './machine.ts';
import { seeded, type Spread } from './sales.ts';
import { warmUp } from './warm-up.ts';

/** The server, the database, and ourselves as the load: only the first two are counted, but we are no strangers. */
export function watched(bench: Bench, server: BenchServer): Watched {
  return [
    { name: 'server', pid: server.pid },
    { name: 'postgres', pid: bench.postmaster, children: true },
    { name: 'load', pid: process.pid },
  ];
}

/** Warms up a data set's tables. */
export async function warm(url: string): Promise<void> {
  const pool = createPool({ url, max: 1 });
  await warmUp(pool, BENCH_SCHEMA);
  await pool.end();
}

const ASKED_AT_ONCE = 500;

/** Lets a server meet all goods once, as one that has been open for a while has: a bench of seconds would see each SKU for the first time. Sells nothing. */
export async function meetAllGoods(server: BenchServer, world: World): Promise<void> {
  const connection = openConnection(server.port);
  const [channel, location] = [world.channels[0]?.id ?? '', world.locations[0]?.id ?? ''];
  for (let from = 0; from < world.skuIds.length; from += ASKED_AT_ONCE) {
    const { status, body } = await connection.send(
      postRequest('/sales?preview=true', {
        channelId: encodeId(ID_PREFIX.channel, channel),
        locationId: encodeId(ID_PREFIX.location, location),
        lines: world.skuIds
          .slice(from, from + ASKED_AT_ONCE)
          .map((id) => ({ skuId: encodeId(ID_PREFIX.sku, id), quantity: 1 })),
        tenders: [{ method: 'cash' }],
      }),
    );
    if (status !== 201) throw new Error(`a preview was answered ${status}: ${body}`);
  }
  connection.close();
}

async function sendSale(connection: Connection, request: Buffer): Promise<void> {
  const { status, body } = await connection.send(request);
  if (status !== 201) throw new Error(`a bench sale was answered ${status}: ${body}`);
}

/** A round of sales through HTTP, requests made before the clock runs. */
async function httpRound(
  bench: Bench,
  server: BenchServer,
  options: {
    spread: Spread;
    clients: number;
    ms: number;
    warmUpMs: number;
    atMost: number;
    seed: number;
    token?: string;
  },
): Promise<Round> {
  const world = worldOf(DATA_SETS.wide);
  const requests = readySales(world, options.atMost, {
    spread: options.spread,
    at: Date.now(),
    dice: seeded(options.seed),
    lane: 1,
  }).map((sale) => saleRequest(sale, options.token));
  const connections = Array.from({ length: options.clients }, () => openConnection(server.port));
  const free = [...connections];
  const round = await runClients({
    clients: options.clients,
    ms: options.ms,
    warmUpMs: options.warmUpMs,
    watched: watched(bench, server),
    cores: bench.cores,
    next: () => requests.pop(),
    async call(request) {
      const connection = free.pop() as Connection;
      await sendSale(connection, request);
      free.push(connection);
    },
  });
  for (const connection of connections) connection.close();
  return round;
}

/** Through HTTP against the baseline without HTTP: the baseline pays neither for the network nor for checking what it is sent. */
async function compareHttp(
  bench: Bench,
  options: { spread: Spread; clients: number },
): Promise<{ ratio: number; strangers: number; detail: Record<string, number> }> {
  const url = bench.url('wide');
  const world = worldOf(DATA_SETS.wide);
  await warm(url);
  const server = await startServer(url);
  await meetAllGoods(server, world);
  const baseline = openBaseline(url, BENCH_SCHEMA, 16);
  const ratios: number[] = [];
  const ours: Round[] = [];
  const strangers: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const one = await httpRound(bench, server, {
      ...options,
      ms: 3500,
      warmUpMs: n === 0 ? 3000 : 700,
      atMost: 15_000,
      seed: n,
    });
    const sales = readySales(world, 8000, { spread: options.spread, at: Date.now(), dice: seeded(50 + n) });
    const other = await runClients({
      clients: options.clients,
      ms: 3500,
      warmUpMs: 500,
      watched: watched(bench, server),
      cores: bench.cores,
      next: () => sales.pop(),
      call: (sale) => baseline.sell(sale),
    });
    bench.say(
      `http ${one.perSecond.toFixed(0)}/s (CPU a sale: server ${one.cpuMsPerCall.server?.toFixed(3)}, postgres ${one.cpuMsPerCall.postgres?.toFixed(3)}, load ${one.cpuMsPerCall.load?.toFixed(3)} ms), baseline ${other.perSecond.toFixed(0)}/s`,
    );
    ours.push(one);
    ratios.push(one.perSecond / other.perSecond);
    strangers.push(one.strangers ?? 0, other.strangers ?? 0);
  }
  await baseline.close();
  await server.stop();
  return {
    ratio: median(ratios),
    strangers: median(strangers),
    detail: {
      ours_per_s: Math.round(median(ours.map((one) => one.perSecond))),
      ours_p99_ms: Number(
        percentile(
          ours.flatMap((one) => one.latenciesMs),
          0.99,
        ).toFixed(1),
      ),
    },
  };
}

/** Figures of the server behind its API. The load comes from this process, the server is another one. */
export const httpFigures: readonly Figure[] = [
  {
    name: 'sale-http-64',
    what: 'sales a second through HTTP against the baseline without: 64 clients, 100,000 SKUs at 20 locations',
    unit: 'x',
    must: { is: '>=', limit: 4 },
    needs: ['wide'],
    async run(bench) {
      const { ratio, strangers, detail } = await compareHttp(bench, { spread: 'spread', clients: 64 });
      return { value: ratio, strangers, detail };
    },
  },
  {
    name: 'sale-hot-http-256',
    what: 'the same with 256 clients who all want one SKU at one location',
    unit: 'x',
    must: { is: '>=', limit: 8 },
    needs: ['wide'],
    async run(bench) {
      const { ratio, strangers, detail } = await compareHttp(bench, { spread: 'hot', clients: 256 });
      return { value: ratio, strangers, detail };
    },
  },
  {
    name: 'sale-one-client-p50',
    what: 'the time of a sale alone, against the baseline behind the same route',
    unit: 'x',
    must: { is: '<=', limit: 2 },
    needs: ['wide'],
    async run(bench) {
      const url = bench.url('wide');
      await warm(url);
      const ours = await startServer(url, 'ours');
      const theirs = await startServer(url, 'baseline');
      for (const server of [ours, theirs]) await meetAllGoods(server, worldOf(DATA_SETS.wide));
      const ratios: number[] = [];
      const strangers: number[] = [];
      const latencies: number[][] = [[], []];
      for (let n = 0; n < 4; n += 1) {
        const p50 = [];
        for (const [side, server] of [ours, theirs].entries()) {
          const round = await httpRound(bench, server, {
            spread: 'spread',
            clients: 1,
            ms: 2500,
            warmUpMs: n === 0 ? 2000 : 300,
            atMost: 3000,
            seed: 10 * n + side,
          });
          p50.push(percentile(round.latenciesMs, 0.5));
          for (const ms of round.latenciesMs) latencies[side]?.push(ms);
          strangers.push(round.strangers ?? 0);
        }
        bench.say(`p50 ours ${p50[0]?.toFixed(2)} ms, baseline ${p50[1]?.toFixed(2)} ms`);
        ratios.push((p50[0] as number) / (p50[1] as number));
      }
      await ours.stop();
      await theirs.stop();
      const ms = (side: number, share: number): number =>
        Number(percentile(latencies[side] as number[], share).toFixed(2));
      return {
        value: median(ratios),
        strangers: median(strangers),
        detail: {
          ours_p50_ms: ms(0, 0.5),
          ours_p99_ms: ms(0, 0.99),
          baseline_p50_ms: ms(1, 0.5),
          baseline_p99_ms: ms(1, 0.99),
        },
      };
    },
  },
  {
    name: 'sale-guarded',
    what: 'sales a second with keys, permissions, audit and limits against a composition without: 64 clients',
    unit: 'x',
    must: { is: '>=', limit: 0.9 },
    needs: ['wide'],
    async run(bench) {
      const url = bench.url('wide');
      await warm(url);
      const ratios: number[] = [];
      const strangers: number[] = [];
      const rates: number[][] = [[], []];
      const guarded = await startServer(url, 'ours');
      const bare = await startServer(url, 'bare');
      for (const server of [guarded, bare]) await meetAllGoods(server, worldOf(DATA_SETS.wide));
      // In turns, each first once, so that neither always finds the tables as the other left them.
      for (let n = 0; n < 4; n += 1) {
        const perSecond = [0, 0];
        for (const side of n % 2 === 0 ? [0, 1] : [1, 0]) {
          const round = await httpRound(bench, side === 0 ? guarded : bare, {
            spread: 'spread',
            clients: 64,
            ms: 3500,
            warmUpMs: n === 0 ? 3000 : 700,
            atMost: 15_000,
            seed: 200 + 10 * n + side,
            token: BENCH_KEY,
          });
          perSecond[side] = round.perSecond;
          rates[side]?.push(round.perSecond);
          strangers.push(round.strangers ?? 0);
        }
        bench.say(`guarded ${perSecond[0]?.toFixed(0)}/s, bare ${perSecond[1]?.toFixed(0)}/s`);
        ratios.push((perSecond[0] as number) / (perSecond[1] as number));
      }
      await guarded.stop();
      await bare.stop();
      const perSecond = (side: number): number => Math.round(median(rates[side] as number[]));
      return {
        value: median(ratios),
        strangers: median(strangers),
        detail: { guarded_per_s: perSecond(0), bare_per_s: perSecond(1) },
      };
    },
  },
];
