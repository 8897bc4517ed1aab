import { pino } from 'pino';
import { openBusiness, type Business } from '../apps/server/compose.ts';
import { createPool } from '../platform/db/pool.ts';
import { currencyCode } from '../src/kernel/currency.ts';
import { importPrices } from '../src/pricing/server/bulk.ts';
import type { PriceAsk } from '../src/pricing/server/price-cache.ts';
import { percentile, type Bench, type Figure, type Found } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf } from './data-sets.ts';
import { watchedHere } from './figures-engine.ts';
import { cpuBetween, readCpu } from './machine.ts';
import { BENCH_PRINCIPAL } from './sales.ts';

const CHANGES = 500;
/** A price that nobody sees within this is lost. */
const LOST_MS = 5_000;

/** Milliseconds from asking for a new price until a session of another program over the same database prices with it. */
async function priceVisible(bench: Bench): Promise<Found> {
  const url = bench.url('small');
  const { skuIds, channels, locations } = worldOf(DATA_SETS.small);
  const [channel, location] = [channels[0], locations[0]];
  if (channel === undefined || location === undefined) throw new Error('the data set has no channel');
  const write = createPool({ url, max: 4 });
  const around = {
    url,
    write,
    read: write,
    schema: BENCH_SCHEMA,
    now: () => Date.now(),
    logger: pino({ level: 'silent' }),
    https: false,
    version: 'bench',
  };
  const writer = await openBusiness(around);
  const seller = await openBusiness(around);
  const found = await write.query<{ id: string; currency: string }>(
    `select id, currency from ${BENCH_SCHEMA}.price_list where channel_id = $1`,
    [channel.id],
  );
  const [list] = found.rows;
  if (list === undefined) throw new Error('the channel has no price list');
  const priceListId = list.id;
  const ask = { channelId: channel.id, currency: currencyCode(list.currency), locationId: location.id, groupIds: [] };
  const cpu = readCpu(watchedHere(bench));
  const began = performance.now();
  const waits: number[] = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const skuId = skuIds[(n * 7) % skuIds.length] as string;
    const amount = 1_000 + n;
    const line = { skuId, quantity: 1 };
    await seller.prices.get({ ...ask, at: Date.now() }, [line]);
    const at = Date.now();
    const asked = performance.now();
    const key = `bench price ${at} ${n}`;
    await importPrices(writer.master, { principalId: BENCH_PRINCIPAL, key, at }, [
      { priceListId, skuId, validFrom: at, amount, scale: 0, per: 1 },
    ]);
    waits.push(await untilPriced(seller, { ask, line, amount, asked }));
  }
  const used = cpuBetween(cpu, readCpu(watchedHere(bench)), (performance.now() - began) / 1000, bench.cores);
  await seller.close();
  await writer.close();
  await write.end();
  return {
    value: percentile(waits, 0.99),
    strangers: used.strangers,
    detail: {
      p50_ms: Math.round(percentile(waits, 0.5)),
      p99_ms: Math.round(percentile(waits, 0.99)),
      changes: CHANGES,
    },
  };
}

async function untilPriced(
  seller: Business,
  wanted: {
    readonly ask: Omit<PriceAsk, 'at'>;
    readonly line: { readonly skuId: string; readonly quantity: number };
    readonly amount: number;
    readonly asked: number;
  },
): Promise<number> {
  const { ask, line, amount, asked } = wanted;
  for (;;) {
    const prices = await seller.prices.get({ ...ask, at: Date.now() }, [line]);
    const waited = performance.now() - asked;
    if (prices.get(line.skuId)?.amount === amount) return waited;
    if (waited > LOST_MS) return Number.POSITIVE_INFINITY;
    await new Promise((done) => setTimeout(done, 1));
  }
}

/** What changing prices promises. */
export const priceFigures: readonly Figure[] = [
  {
    name: 'price-visible',
    what: 'A new price, from asking for it until the sessions of another program over the same database sell at it, 99th percentile',
    unit: 'ms',
    must: { is: '<=', limit: 1_000 },
    needs: ['small'],
    run: priceVisible,
  },
];
