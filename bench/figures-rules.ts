import { randomUUID } from 'node:crypto';
import { createPool, withTransaction, type Pool, type Tx } from '../platform/db/pool.ts';
import { worldId, type World } from '../apps/simulator/world.ts';
import { currencyCode } from '../src/kernel/currency.ts';
import { encodeId, ID_PREFIX } from '../src/kernel/ids.ts';
import type { Promotion } from '../src/pricing/promotion/promotion.ts';
import { savePromotion } from '../src/pricing/server/promotion.store.ts';
import { median, percentile, type Bench, type Figure, type Found } from './bench.ts';
import { BENCH_SCHEMA, DATA_SETS, worldOf } from './data-sets.ts';
import { BENCH_KEY, openConnection, postRequest, startServer, type BenchServer, type Connection } from './http-load.ts';
import { meetAllGoods, warm, watched } from './figures-http.ts';
import { runClients, type Round } from './load.ts';
import { seeded } from './sales.ts';

const PROMOTIONS = 100;
const CUSTOMERS = 500;
const CLIENTS = 64;
const PROGRAMME = worldId(9, 1);

const promotion = (more: Partial<Promotion> & Pick<Promotion, 'effect'>): Promotion => ({
  id: randomUUID(),
  name: 'Bench',
  when: {},
  limits: {},
  currency: currencyCode('GBP'),
  priority: 0,
  choice: 'best',
  exclusive: false,
  stackingGroup: '',
  ...more,
});

/** Ten per cent off every tenth SKU by a hundred promotions, one off a large basket, a programme that gives points, and customers who have them. */
async function lay(pool: Pool, world: World): Promise<void> {
  const at = Date.now();
  await withTransaction(pool, { schema: BENCH_SCHEMA }, async (tx) => {
    await clear(tx);
    const share = Math.floor(world.skuIds.length / 10 / PROMOTIONS);
    for (let n = 0; n < PROMOTIONS; n += 1) {
      const ids = Array.from({ length: share }, (_, i) => world.skuIds[(n * share + i) * 10] as string);
      await savePromotion(tx, promotion({ effect: { kind: 'percentage', of: { kind: 'sku', ids }, ppm: 100_000 } }), {
        newAt: at,
      });
    }
    const order = { kind: 'order' } as const;
    await savePromotion(
      tx,
      promotion({
        effect: { kind: 'amount', of: order, minor: 100, each: false },
        when: { minimum: { of: order, amountMinor: 3_000 } },
      }),
      { newAt: at },
    );
    const entity = world.entities[0];
    const terms = {
      earn: [
        { name: 'Points', points: 1, perMinor: 100, cashBackPpm: 0, channelIds: [], productIds: [], categoryIds: [] },
      ],
      multiplierDays: [],
      tiers: [],
      rewards: [],
      value: { points: 100, minor: 100 },
      breakagePpm: 0,
      expiryDays: 730,
      spentPoints: 'debt',
      expiredPoints: 'renew',
    };
    await tx.client.query(
      `insert into reward_programme (id, entity_id, name, currency, active, terms) values ($1, $2, 'Points', 'GBP', true, $3)
       on conflict (id) do update set active = true, terms = excluded.terms`,
      [PROGRAMME, entity?.id, JSON.stringify(terms)],
    );
    await tx.client.query(
      `insert into customer (id, number, card_id, created_at) select id, 'B' || n, id, now() from unnest($1::uuid[]) with ordinality as c(id, n) on conflict do nothing`,
      [customers()],
    );
    await tx.client.query(
      `insert into customer_card (id, customer_id, name, salt, created_at) select id, id, 'Bench', '', now() from unnest($1::uuid[]) as c(id) on conflict do nothing`,
      [customers()],
    );
  });
}

/** Takes the rules away again: the other figures sell without. */
async function clear(tx: Tx): Promise<void> {
  await tx.client.query('delete from price_promotion_code');
  await tx.client.query('delete from price_promotion');
  await tx.client.query('update reward_programme set active = false');
}

function customers(): string[] {
  return Array.from({ length: CUSTOMERS }, (_, n) => worldId(11, n + 1));
}

/** Ready requests: two and three lines in turn, as the other figures sell; with a customer where points are earned. */
function requests(
  world: World,
  count: number,
  of: { readonly seed: number; readonly withCustomer: boolean },
): Buffer[] {
  const dice = seeded(of.seed);
  const members = customers();
  return Array.from({ length: count }, (_, n) => {
    const skus = new Set<string>();
    while (skus.size < 2 + (n % 2)) skus.add(world.skuIds[Math.floor(dice() * world.skuIds.length)] as string);
    const location = world.locations[Math.floor(dice() * world.locations.length)]?.id ?? '';
    const body = {
      channelId: encodeId(ID_PREFIX.channel, world.channels[0]?.id ?? ''),
      locationId: encodeId(ID_PREFIX.location, location),
      lines: [...skus].sort().map((id) => ({ skuId: encodeId(ID_PREFIX.sku, id), quantity: 1 })),
      tenders: [{ method: 'card', reference: 'auth_1' }],
      ...(of.withCustomer
        ? { customerId: encodeId(ID_PREFIX.customer, members[Math.floor(dice() * CUSTOMERS)] as string) }
        : {}),
    };
    return postRequest('/sales', body, randomUUID(), BENCH_KEY);
  });
}

async function sellRound(bench: Bench, server: BenchServer, ready: Buffer[], warmUpMs: number): Promise<Round> {
  const connections = Array.from({ length: CLIENTS }, () => openConnection(server.port));
  const free = [...connections];
  const round = await runClients({
    clients: CLIENTS,
    ms: 3_500,
    warmUpMs,
    watched: watched(bench, server),
    cores: bench.cores,
    next: () => ready.pop(),
    async call(request) {
      const connection = free.pop() as Connection;
      const { status, body } = await connection.send(request);
      if (status !== 201) throw new Error(`a bench sale was answered ${status}: ${body}`);
      free.push(connection);
    },
  });
  for (const connection of connections) connection.close();
  return round;
}

/** Sales with promotions, taxes and points against sales without, through HTTP, in turns. */
async function sellWithRules(bench: Bench): Promise<Found> {
  const url = bench.url('wide');
  const world = worldOf(DATA_SETS.wide);
  await warm(url);
  const pool = createPool({ url, max: 1 });
  try {
    await withTransaction(pool, { schema: BENCH_SCHEMA }, clear);
    const plain = await startServer(url, 'ours');
    // It reads what rules there are when it is first asked, and hears of no others: nobody told an event.
    await meetAllGoods(plain, world);
    await lay(pool, world);
    const ruled = await startServer(url, 'ours');
    await meetAllGoods(ruled, world);
    const ratios: number[] = [];
    const strangers: number[] = [];
    const rates: [number[], number[]] = [[], []];
    for (let n = 0; n < 4; n += 1) {
      const perSecond: [number, number] = [0, 0];
      for (const side of n % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
        const ready = requests(world, 12_000, { seed: 300 + 10 * n + side, withCustomer: side === 0 });
        const round = await sellRound(bench, side === 0 ? ruled : plain, ready, n === 0 ? 3_000 : 700);
        perSecond[side] = round.perSecond;
        rates[side].push(round.perSecond);
        strangers.push(round.strangers ?? 0);
        bench.say(
          `${side === 0 ? 'with' : 'without'} rules ${round.perSecond.toFixed(0)}/s, p99 ${percentile(round.latenciesMs, 0.99).toFixed(0)} ms (CPU a sale: server ${round.cpuMsPerCall.server?.toFixed(3)}, postgres ${round.cpuMsPerCall.postgres?.toFixed(3)} ms)`,
        );
      }
      ratios.push(perSecond[0] / perSecond[1]);
    }
    await plain.stop();
    await ruled.stop();
    const earned = await withTransaction(pool, { schema: BENCH_SCHEMA }, (tx) =>
      tx.client.query<{ points: string; discounted: string }>(
        `select (select count(*) from reward_points) as points, (select count(*) from order_line where discounts is not null) as discounted`,
      ),
    );
    const [told] = earned.rows;
    if (told === undefined || Number(told.points) === 0 || Number(told.discounted) === 0)
      throw new Error('nobody earned points or nothing was lowered: the bench measures nothing');
    return {
      value: median(ratios),
      strangers: median(strangers),
      detail: {
        with_per_s: Math.round(median(rates[0])),
        without_per_s: Math.round(median(rates[1])),
        members_with_points: Number(told.points),
        lines_lowered: Number(told.discounted),
      },
    };
  } finally {
    await withTransaction(pool, { schema: BENCH_SCHEMA }, clear);
    await pool.end();
  }
}

const LIMIT = 100;

/** A promotion for 100 uses, wanted by 256 clients on three channels: a counter, the shop and the call centre. The value is how often it was used. */
async function useUp(bench: Bench): Promise<Found> {
  const url = bench.url('small');
  const world = worldOf(DATA_SETS.small);
  const pool = createPool({ url, max: 1 });
  try {
    const limited = promotion({
      effect: { kind: 'amount', of: { kind: 'order' }, minor: 500, each: false },
      when: { coupon: true },
      codes: ['HUNDRED'],
      limits: { uses: LIMIT },
    });
    await withTransaction(pool, { schema: BENCH_SCHEMA }, async (tx) => {
      await clear(tx);
      await savePromotion(tx, limited, { newAt: Date.now() });
      // The shop and the call centre sell at the counter's prices.
      await tx.client.query(
        `insert into price (price_list_id, sku_id, valid_from, amount)
         select o.id, p.sku_id, p.valid_from, p.amount
         from price p
         join price_list l on l.id = p.price_list_id
         join price_list o on o.channel_id = any ($2::uuid[])
         where l.channel_id = $1::uuid
         on conflict do nothing`,
        [world.channels[0]?.id, [world.channels[1]?.id, world.channels[3]?.id]],
      );
    });
    const server = await startServer(url, 'ours');
    const ask = (n: number): Buffer => {
      const lines = [{ skuId: encodeId(ID_PREFIX.sku, world.skuIds[n % world.skuIds.length] as string), quantity: 1 }];
      const couponCodes = ['HUNDRED'];
      const channelId = encodeId(ID_PREFIX.channel, world.channels[[0, 1, 3][n % 3] as number]?.id ?? '');
      return n % 3 === 0
        ? postRequest(
            '/sales',
            {
              channelId,
              locationId: encodeId(ID_PREFIX.location, world.locations[0]?.id ?? ''),
              lines,
              tenders: [{ method: 'cash' }],
              couponCodes,
            },
            randomUUID(),
            BENCH_KEY,
          )
        : postRequest(
            '/orders',
            { channelId, lines, payment: { method: 'bank' }, couponCodes },
            randomUUID(),
            BENCH_KEY,
          );
    };
    const counts = { lowered: 0, at_full_price: 0, refused: 0, other: 0 };
    let other = '';
    const asked = Array.from({ length: 1_500 }, (_, n) => n);
    await Promise.all(
      Array.from({ length: 256 }, async () => {
        const connection = openConnection(server.port);
        for (let n = asked.pop(); n !== undefined; n = asked.pop()) {
          const { status, body } = await connection.send(ask(n));
          if (status === 201) counts[body.includes('"promotionId"') ? 'lowered' : 'at_full_price'] += 1;
          else if (status === 409 && body.includes('promotion_used_up')) counts.refused += 1;
          else {
            counts.other += 1;
            other = `${status} ${body}`;
          }
        }
        connection.close();
      }),
    );
    await server.stop();
    const rows = await withTransaction(pool, { schema: BENCH_SCHEMA }, (tx) =>
      tx.client.query<{ uses: string; overuses: string }>(
        'select uses, overuses from price_promotion_use where key = $1',
        [limited.id],
      ),
    );
    const counted = Number(rows.rows[0]?.uses);
    if (counts.other > 0 || counted !== counts.lowered || Number(rows.rows[0]?.overuses) !== 0)
      throw new Error(`not as counted: ${JSON.stringify({ ...counts, counted })} ${other}`);
    return { value: counts.lowered, strangers: undefined, detail: counts };
  } finally {
    await withTransaction(pool, { schema: BENCH_SCHEMA }, clear);
    await pool.end();
  }
}

/** Figures of promotions, taxes and points in the commit. */
export const rulesFigures: readonly Figure[] = [
  {
    name: 'sale-with-rules',
    what: 'sales a second with promotions, taxes and points against sales without: 64 clients through HTTP',
    unit: 'x',
    must: { is: '>=', limit: 0.8 },
    needs: ['wide'],
    run: sellWithRules,
  },
  {
    name: 'coupon-limit-100',
    what: 'how often a coupon for 100 uses is used by 256 clients on three channels',
    unit: 'uses',
    must: { is: '=', limit: LIMIT },
    needs: ['small'],
    run: useUp,
  },
];
