import { openBooks } from '../apps/server/books.ts';
import type { Committer, CommitLimits } from '../platform/commit/committer.ts';
import { createPool, type Pool } from '../platform/db/pool.ts';
import type { World } from '../apps/simulator/world.ts';
import { openBaseline } from './baseline.ts';
import { median, percentile, type Bench, type Figure, type Found } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf, type DataSet } from './data-sets.ts';
import { runClients, type Round } from './load.ts';
import type { Watched } from './machine.ts';
import { warmUp } from './warm-up.ts';
import { BENCH_PRINCIPAL, makeSales, seeded, type BenchSale, type Spread } from './sales.ts';

/** The engine over one of the prepared databases. */
export type Engine = {
  readonly books: Committer;
  readonly pool: Pool;
  sell(sale: BenchSale): Promise<void>;
  close(): Promise<void>;
};

/** Opens our committer as the server does, without HTTP. */
export function openEngine(url: string, world: World, limits: Partial<CommitLimits> = {}): Engine {
  const pool = createPool({ url, pipeline: true, applicationName: 'oneshelf bench' });
  const locations = new Map(world.locations.map((location) => [location.id, location]));
  const books = openBooks({
    pool,
    schema: BENCH_SCHEMA,
    now: Date.now,
    locationOf: (id) => locations.get(id) as never,
    limits,
    onTrouble: (message, error) => process.stderr.write(`${message}: ${String(error)}\n`),
  });
  return {
    books,
    pool,
    async sell({ key, at, command }) {
      const outcome = await books.submit({
        type: 'RecordSale',
        key,
        principalId: BENCH_PRINCIPAL,
        lane: 'interactive',
        at,
        body: command,
      });
      if (outcome.kind !== 'accepted' || outcome.repeated)
        throw new Error(`a bench sale was not accepted: ${JSON.stringify(outcome)}`);
    },
    async close() {
      await books.close();
      await pool.end();
    },
  };
}

/** Ourselves and the database. */
export function watchedHere(bench: Bench): Watched {
  return [
    { name: 'server', pid: process.pid },
    { name: 'postgres', pid: bench.postmaster, children: true },
  ];
}

/** The pools among which the baseline chooses its best. */
const POOLS = [1, 4, 8, 16];

/**
 * Sales made before the clock runs, and moved out of the young generation: what a client does to build its request is not part of the sale,
 * nor is the collecting of it. Taken from the end, so that what is done with is let go.
 */
export function readySales(...args: Parameters<typeof makeSales>): BenchSale[] {
  const sales = makeSales(...args);
  (globalThis as { gc?: () => void }).gc?.();
  return sales;
}

type Comparison = {
  readonly ours: Round[];
  readonly theirs: Round[];
  readonly pool: number;
  readonly strangers: number | undefined;
};

/** Rounds of ours and of the baseline in turn, in one database, after the baseline's best pool was found. */
async function compare(
  bench: Bench,
  set: DataSet,
  options: { spread: Spread; clients: number; rounds: number; ms: number },
): Promise<Comparison> {
  const world = worldOf(set);
  const url = bench.url(set.name);
  const dice = seeded(7);
  const watched = watchedHere(bench);
  const round = async (
    sell: (sale: BenchSale) => Promise<unknown>,
    perSecondAtMost: number,
    ms: number,
    warmUpMs: number,
  ): Promise<Round> => {
    const sales = readySales(world, Math.ceil((perSecondAtMost * (ms + warmUpMs)) / 1000), {
      spread: options.spread,
      at: Date.now(),
      dice,
    });
    return runClients({
      clients: options.clients,
      ms,
      warmUpMs,
      watched,
      cores: bench.cores,
      next: () => sales.pop(),
      call: sell,
    });
  };
  const engine = openEngine(url, world);
  await warmUp(engine.pool, BENCH_SCHEMA);
  const baselines = POOLS.map((connections) => ({
    connections,
    baseline: openBaseline(url, BENCH_SCHEMA, connections),
  }));
  let best = baselines[0] as (typeof baselines)[number];
  let bestPerSecond = 0;
  for (const candidate of baselines) {
    const { perSecond } = await round((sale) => candidate.baseline.sell(sale), 2500, 1500, 500);
    bench.say(`baseline over ${candidate.connections} connections: ${perSecond.toFixed(0)}/s`);
    if (perSecond > bestPerSecond) [best, bestPerSecond] = [candidate, perSecond];
  }
  const ours: Round[] = [];
  const theirs: Round[] = [];
  for (let n = 0; n < options.rounds; n += 1) {
    ours.push(
      await round(
        (sale) => engine.sell(sale),
        ours.length === 0 ? 6000 : 1.5 * (ours.at(-1) as Round).perSecond,
        options.ms,
        n === 0 ? 1500 : 500,
      ),
    );
    bench.say(`ours: ${describe(ours.at(-1) as Round)}`);
    theirs.push(await round((sale) => best.baseline.sell(sale), 2 * bestPerSecond, options.ms, 500));
    bench.say(`baseline: ${describe(theirs.at(-1) as Round)}`);
  }
  await engine.close();
  for (const { baseline } of baselines) await baseline.close();
  const strangers = [...ours, ...theirs].map((one) => one.strangers ?? 0);
  return { ours, theirs, pool: best.connections, strangers: median(strangers) };
}

function describe(round: Round): string {
  const { server = 0, postgres = 0 } = round.cpuMsPerCall;
  return `${round.perSecond.toFixed(0)}/s, p50 ${percentile(round.latenciesMs, 0.5).toFixed(1)} ms, p99 ${percentile(round.latenciesMs, 0.99).toFixed(1)} ms, CPU a sale: server ${server.toFixed(3)} ms, postgres ${postgres.toFixed(3)} ms, strangers ${((round.strangers ?? 0) * 100).toFixed(0)} %`;
}

function detailOf({ ours, theirs, pool }: Comparison): Found['detail'] {
  const perSecond = (rounds: readonly Round[]): number => Math.round(median(rounds.map((one) => one.perSecond)));
  return {
    ours_per_s: perSecond(ours),
    baseline_per_s: perSecond(theirs),
    baseline_pool: pool,
    ours_p99_ms: Number(
      percentile(
        ours.flatMap((one) => one.latenciesMs),
        0.99,
      ).toFixed(1),
    ),
    ours_cpu_ms: Number(median(ours.map(cpuOf)).toFixed(4)),
    baseline_cpu_ms: Number(median(theirs.map(cpuOf)).toFixed(4)),
  };
}

function cpuOf(round: Round): number {
  return (round.cpuMsPerCall.server ?? 0) + (round.cpuMsPerCall.postgres ?? 0);
}

function ratio(pairs: Comparison, of: (round: Round) => number): number {
  return median(pairs.ours.map((one, i) => of(one) / of(pairs.theirs[i] as Round)));
}

/** Figures of the engine alone: the clients are promises in the server's own process. */
export const engineFigures: readonly Figure[] = [
  {
    name: 'sale-engine-64',
    what: 'sales a second against the baseline: 64 clients, 100,000 SKUs at 20 locations, no HTTP',
    unit: 'x',
    must: { is: '>=', limit: 5 },
    needs: ['wide'],
    async run(bench) {
      const pairs = await compare(bench, DATA_SETS.wide, { spread: 'spread', clients: 64, rounds: 3, ms: 4000 });
      return { value: ratio(pairs, (one) => one.perSecond), strangers: pairs.strangers, detail: detailOf(pairs) };
    },
  },
  {
    name: 'sale-hot-engine-256',
    what: 'the same with 256 clients who all want one SKU at one location',
    unit: 'x',
    must: { is: '>=', limit: 15 },
    needs: ['wide'],
    async run(bench) {
      const pairs = await compare(bench, DATA_SETS.wide, { spread: 'hot', clients: 256, rounds: 3, ms: 3000 });
      return { value: ratio(pairs, (one) => one.perSecond), strangers: pairs.strangers, detail: detailOf(pairs) };
    },
  },
  {
    name: 'sale-hot-to-spread',
    what: 'sales a second of one SKU against evenly spread ones, 256 clients each',
    unit: 'x',
    must: { is: '>=', limit: 1 },
    needs: ['wide'],
    async run(bench) {
      const world = worldOf(DATA_SETS.wide);
      const engine = openEngine(bench.url('wide'), world);
      await warmUp(engine.pool, BENCH_SCHEMA);
      const ratios: number[] = [];
      const strangers: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        const perSecond: number[] = [];
        for (const spread of ['hot', 'spread'] as const) {
          const sales = readySales(world, 15_000, { spread, at: Date.now(), dice: seeded(n) });
          const round = await runClients({
            clients: 256,
            ms: 2500,
            warmUpMs: 700,
            watched: watchedHere(bench),
            cores: bench.cores,
            next: () => sales.pop(),
            call: (sale) => engine.sell(sale),
          });
          bench.say(`${spread}: ${describe(round)}`);
          perSecond.push(round.perSecond);
          strangers.push(round.strangers ?? 0);
        }
        ratios.push((perSecond[0] as number) / (perSecond[1] as number));
      }
      await engine.close();
      return { value: median(ratios), strangers: median(strangers), detail: {} };
    },
  },
  {
    name: 'sale-cpu',
    what: 'CPU a sale of server and PostgreSQL against the baseline, 64 clients',
    unit: 'x',
    must: { is: '<=', limit: 0.25 },
    needs: ['wide'],
    async run(bench) {
      const pairs = await compare(bench, DATA_SETS.wide, { spread: 'spread', clients: 64, rounds: 3, ms: 4000 });
      return { value: ratio(pairs, cpuOf), strangers: pairs.strangers, detail: detailOf(pairs) };
    },
  },
  {
    name: 'sale-cpu-1m',
    what: 'CPU a sale with a million orders and a million SKUs stored, against a nearly empty database',
    unit: 'x',
    must: { is: '<=', limit: 1.25 },
    needs: ['small', 'million'],
    async run(bench) {
      const sides = [DATA_SETS.small, DATA_SETS.million].map((set) => {
        const world = worldOf(set);
        return { set, world, engine: openEngine(bench.url(set.name), world) };
      });
      const ratios: number[] = [];
      const strangers: number[] = [];
      const cpus: number[][] = [[], []];
      for (let n = 0; n < 5; n += 1) {
        const cpu: number[] = [];
        for (const { set, world, engine } of sides) {
          await engine.pool.query('checkpoint');
          await warmUp(engine.pool, BENCH_SCHEMA);
          const sales = readySales(world, 12_000, { spread: 'spread', at: Date.now(), dice: seeded(100 + n) });
          const round = await runClients({
            clients: 64,
            ms: 2500,
            warmUpMs: 500,
            watched: watchedHere(bench),
            cores: bench.cores,
            next: () => sales.pop(),
            call: (sale) => engine.sell(sale),
          });
          bench.say(`${set.name}: ${describe(round)}`);
          cpu.push(cpuOf(round));
          strangers.push(round.strangers ?? 0);
        }
        ratios.push((cpu[1] as number) / (cpu[0] as number));
        cpu.forEach((value, side) => cpus[side]?.push(value));
      }
      for (const { engine } of sides) await engine.close();
      return {
        value: median(ratios),
        strangers: median(strangers),
        detail: {
          small_cpu_ms: Number(median(cpus[0] as number[]).toFixed(4)),
          million_cpu_ms: Number(median(cpus[1] as number[]).toFixed(4)),
        },
      };
    },
  },
];
