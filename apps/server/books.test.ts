import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../platform/db/testing.ts';
import { createPool, type Pool } from '../../platform/db/pool.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import type { ReceiveGoods } from '../../src/stock/receive.ts';
import { goodsOf, makeWorld, occasion, orderCommand, saleCommand, seriesOf, worldId } from '../simulator/world.ts';
import { openBooks } from './books.ts';
import { comparingTables } from './comparing-tables.ts';

let database: TestDatabase;
let pool: Pool;
let books: Committer;
const world = makeWorld({ locations: 2, skus: 10 });
const [store] = world.locations as [(typeof world.locations)[0] & {}];
const [storeChannel, shop] = world.channels as [(typeof world.channels)[0] & {}, (typeof world.channels)[0] & {}];
const at = Date.UTC(2026, 10, 22, 12);

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.url, pipeline: true });
  books = openBooks({
    pool,
    schema: database.schema,
    now: () => at,
    locationOf: (id) => world.locations.find((one) => one.id === id) as never,
    tables: comparingTables(),
  });
});
afterAll(async () => {
  await books.close();
  await pool.end();
  await database.drop();
});

let n = 1000;
const id = (): string => worldId(9, (n += 1));
const submit = (type: string, body: unknown, key = id()) =>
  books.submit({ type, key, principalId: worldId(8, 0), lane: 'interactive', at, body });
async function rows(text: string): Promise<Record<string, unknown>[]> {
  const client = await database.pool.connect();
  try {
    await client.query(`set search_path = ${database.schema}`);
    return (await client.query(text)).rows as Record<string, unknown>[];
  } finally {
    client.release(true);
  }
}
const receive = (sku: number, quantity: number, valueMinor: number): ReceiveGoods => ({
  ...occasion(world, store, at),
  receiptId: id(),
  reason: 'receipt',
  supplierRef: 'PO-1',
  lines: [{ line: 1, goods: { ...goodsOf(store, world.skuIds[sku] as string), quantity }, valueMinor }],
});

test('a sale moves stock, money, cost, number and journal in one commit, and its key gives the same answer', async () => {
  expect(await submit('ReceiveGoods', receive(0, 10, 5000))).toMatchObject({ kind: 'accepted', type: 'GoodsReceived' });
  const wanted = [{ skuId: world.skuIds[0] as string, quantity: 2, unitAmount: 1200 }];
  const sale = saleCommand({
    world,
    location: store,
    channel: storeChannel,
    at,
    orderId: id(),
    paymentId: id(),
    wanted,
    method: 'card',
    fact: null,
  });
  const key = id();
  const first = await submit('RecordSale', sale, key);
  expect(first).toMatchObject({
    kind: 'accepted',
    type: 'SaleRecorded',
    repeated: false,
    body: { grossMinor: 2400, taxMinor: 400, costMinor: 1000, document: 'REC-2026-000001' },
  });
  expect(await submit('RecordSale', sale, key)).toMatchObject({ ...first, repeated: true });
  expect(await submit('RecordSale', { ...sale, orderId: id() }, key)).toEqual({ kind: 'key_reused' });
  expect(await rows('select on_hand, reserved, shortfall from stock_level')).toEqual([
    { on_hand: 8, reserved: 0, shortfall: 0 },
  ]);
  expect(await rows("select accounts, amounts from accounting_entry where rule = 'SaleRecorded'")).toEqual([
    { accounts: ['1010', '4000', '2100', '6000', '5000', '1200'], amounts: [2380, -2000, -400, 20, 1000, -1000] },
  ]);
});

test('an order reserves and posts nothing; its shipment is the sale', async () => {
  await submit('ReceiveGoods', receive(1, 5, 500));
  const orderId = id();
  const paymentId = id();
  const wanted = [{ skuId: world.skuIds[1] as string, quantity: 3, unitAmount: 999 }];
  const order = orderCommand({
    world,
    location: store,
    channel: shop,
    at,
    orderId,
    paymentId,
    wanted,
    method: 'card',
    fact: false,
  });
  expect(await submit('PlaceOrder', order)).toMatchObject({ kind: 'accepted', type: 'OrderPlaced' });
  expect(await rows(`select on_hand, reserved from stock_level where sku_id = '${world.skuIds[1]}'`)).toEqual([
    { on_hand: 5, reserved: 3 },
  ]);
  expect(await rows(`select count(*)::int as entries from accounting_entry where document_id = '${orderId}'`)).toEqual([
    { entries: 0 },
  ]);
  const ship = {
    ...occasion(world, store, at, shop),
    orderId,
    rate: [1, 1],
    lines: [{ line: 1, quantity: 2 }],
    series: seriesOf(store.entityId, 'invoice', store.entityId, at),
    fees: {},
    carrierCostMinor: 300,
  };
  expect(await submit('ShipOrder', ship)).toMatchObject({
    kind: 'accepted',
    type: 'OrderShipped',
    body: { status: 'part_shipped', grossMinor: 1998 },
  });
  expect(await submit('CancelOrder', { ...ship, lines: undefined, reason: 'changed mind' })).toMatchObject({
    kind: 'accepted',
    body: { status: 'completed', grossMinor: 999 },
  });
  expect(await rows(`select on_hand, reserved from stock_level where sku_id = '${world.skuIds[1]}'`)).toEqual([
    { on_hand: 3, reserved: 0 },
  ]);
  expect(await rows(`select authorised, captured, voided from payment where id = '${paymentId}'`)).toEqual([
    { authorised: 2997, captured: 1998, voided: 999 },
  ]);
});

test('a request is refused beyond what is there, a fact is admitted and reported', async () => {
  const wanted = [{ skuId: world.skuIds[2] as string, quantity: 1, unitAmount: 500 }];
  const sale = saleCommand({
    world,
    location: store,
    channel: storeChannel,
    at,
    orderId: id(),
    paymentId: id(),
    wanted,
    method: 'cash',
    fact: null,
  });
  expect(await submit('RecordSale', sale)).toMatchObject({
    kind: 'refused',
    rejection: { reason: 'insufficient_stock' },
  });
  const fact = { sourceId: worldId(7, 1), counter: 1, mac: 'm1' };
  expect(await submit('RecordSale', { ...sale, fact, tenders: [] })).toMatchObject({
    kind: 'accepted',
    body: { differenceMinor: -500 },
  });
  expect(await rows(`select on_hand, shortfall from stock_level where sku_id = '${world.skuIds[2]}'`)).toEqual([
    { on_hand: 0, shortfall: 1 },
  ]);
  expect(await rows("select type from platform_event where type = 'StockDiscrepancyFound'")).toHaveLength(1);
});

test('many clients want the last ten: exactly ten are sold', async () => {
  await submit('ReceiveGoods', receive(3, 10, 1000));
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => {
      const wanted = [{ skuId: world.skuIds[3] as string, quantity: 1, unitAmount: 500 }];
      return submit(
        'RecordSale',
        saleCommand({
          world,
          location: store,
          channel: storeChannel,
          at,
          orderId: id(),
          paymentId: id(),
          wanted,
          method: 'cash',
          fact: null,
        }),
      );
    }),
  );
  expect(outcomes.filter((outcome) => outcome.kind === 'accepted')).toHaveLength(10);
  expect(outcomes.filter((outcome) => outcome.kind === 'refused')).toHaveLength(90);
  const numbers = await rows("select number from order_document where kind = 'receipt' order by number");
  expect(numbers.map((row) => row.number)).toEqual(numbers.map((_, i) => i + 1));
});
