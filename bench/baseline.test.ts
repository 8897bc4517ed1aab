import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeWorld } from '../apps/simulator/world.ts';
import { openBooks } from '../apps/server/books.ts';
import { createPool, type Pool } from '../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../platform/db/testing.ts';
import { installBaseline, openBaseline } from './baseline.ts';
import { fillWorld } from './data-sets.ts';
import { BENCH_PRINCIPAL, makeSales, seeded } from './sales.ts';

let database: TestDatabase;
let pool: Pool;
const world = makeWorld({ locations: 2, skus: 10 });
const at = Date.UTC(2026, 10, 22, 12);

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, pipeline: true });
  await fillWorld(database.pool, database.schema, world, { onHand: 100, orders: 0 });
  await installBaseline(database.pool, database.schema);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function rows(text: string): Promise<Record<string, unknown>[]> {
  const client = await database.pool.connect();
  try {
    await client.query(`set search_path = ${database.schema}`);
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    client.release(true);
  }
}

async function countRows(): Promise<Map<string, number>> {
  const tables = await rows(
    `select table_name from information_schema.tables where table_schema = '${database.schema}' and table_type = 'BASE TABLE'`,
  );
  const counts = new Map<string, number>();
  for (const { table_name: table } of tables)
    counts.set(table as string, (await rows(`select count(*)::int as n from ${table as string}`))[0]?.n as number);
  return counts;
}

/** Rows that were added, and tables whose rows were rewritten. */
async function whatChanges(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await countRows();
  await act();
  const after = await countRows();
  return Object.fromEntries(
    [...after].map(([table, n]) => [table, n - (before.get(table) ?? 0)] as const).filter(([, added]) => added !== 0),
  );
}

test('one of our sales and one of the baseline leave the same rows in the same tables, with the same amounts', async () => {
  const books = openBooks({
    pool,
    schema: database.schema,
    now: () => at,
    locationOf: () => world.locations[0] as never,
  });
  const baseline = openBaseline(database.url, database.schema, 1);
  const [first, second, third] = makeSales(world, 3, { spread: 'hot', at, dice: seeded(1) });
  if (first === undefined || second === undefined || third === undefined) throw new Error('three sales were asked for');
  // The first of a day begins the totals and the series; it is not what is compared.
  await books.submit({
    type: 'RecordSale',
    key: first.key,
    principalId: BENCH_PRINCIPAL,
    lane: 'interactive',
    at,
    body: first.command,
  });
  const outcomes: unknown[] = [];
  const ours = await whatChanges(async () => {
    outcomes.push(
      await books.submit({
        type: 'RecordSale',
        key: second.key,
        principalId: BENCH_PRINCIPAL,
        lane: 'interactive',
        at,
        body: second.command,
      }),
    );
  });
  expect(outcomes).toMatchObject([{ kind: 'accepted' }]);
  const ofOurs = await amountsOf(second.command.orderId);
  // The same lines under other ids.
  const again = {
    ...third,
    command: {
      ...second.command,
      orderId: third.command.orderId,
      tenders: second.command.tenders.map((tender) => ({
        ...tender,
        paymentId: third.command.tenders[0]?.paymentId as string,
      })),
    },
  };
  const theirs = await whatChanges(async () => baseline.sell(again));
  expect(ours).toMatchObject({
    order_header: 1,
    order_line: 3,
    stock_movement: 3,
    payment: 1,
    order_document: 1,
    accounting_entry: 1,
    platform_event: 1,
    platform_key: 1,
  });
  expect(theirs).toEqual(ours);
  expect(await amountsOf(third.command.orderId)).toEqual(ofOurs);
  // A repeat of the key writes nothing.
  expect(await whatChanges(async () => baseline.sell(again))).toEqual({});
  // Each side moved the same rows of what is updated in place: a third of the units and of the totals.
  expect(await rows('select on_hand, moves, version from stock_level where moves > 1')).toEqual([
    { on_hand: 100 - 8, moves: 9, version: 9 },
  ]);
  expect(await rows('select quantity, value_minor from stock_cost where version > 1')).toEqual([
    { quantity: 200 - 8, value_minor: (200 - 8) * 500 },
  ]);
  expect(await rows('select sales, units, gross_minor from order_day_total')).toEqual([
    { sales: 3, units: 8, gross_minor: 8 * 1200 },
  ]);
  expect(
    await rows(
      "select account, debit_minor, credit_minor from accounting_day_total where account in ('4000', '6000') order by account",
    ),
  ).toEqual([
    { account: '4000', debit_minor: 0, credit_minor: 8000 },
    { account: '6000', debit_minor: 60, credit_minor: 0 },
  ]);
  expect(await rows('select event_number::int as n from platform_counter')).toEqual([
    { n: (await rows('select count(*)::int as n from platform_event'))[0]?.n },
  ]);
  await books.close();
  await baseline.close();
});

/** Everything of a sale that is the same for two sales of the same lines: all but ids, numbers and times. */
async function amountsOf(orderId: string): Promise<unknown> {
  return {
    order: await rows(
      `select kind, status, net_minor, tax_minor, gross_minor, currency, tax_inclusive from order_header where id = '${orderId}'`,
    ),
    lines: await rows(
      `select line, kind, description, quantity, unit_amount, net_minor, tax_minor, gross_minor, shipped, cost_minor from order_line where order_id = '${orderId}' order by line`,
    ),
    payments: await rows(
      `select method, provider_ref, authorised, captured, fee_minor from payment where order_id = '${orderId}'`,
    ),
    movements: await rows(
      `select delta, net_after - net_before as moved, reason, cost_minor from stock_movement where document_id = '${orderId}' order by move`,
    ),
    entries: await rows(
      `select rule, accounts, amounts, entity_amounts from accounting_entry where document_id = '${orderId}'`,
    ),
    event:
      await rows(`select type, version, topic, body->>'grossMinor' as gross, body->>'costMinor' as cost, json_array_length(body->'lines') as lines, body->'tenders'->>'card' as card
      from platform_event where subject_id = '${orderId}'`),
  };
}
