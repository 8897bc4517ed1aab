import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { encodeId, mintUuidv7 } from '../../kernel/ids.ts';

let shop: TestRetailer;
beforeAll(async () => {
  shop = await openTestRetailer({ skus: 8 });
});
afterAll(() => shop.close());

const HOUR = 3_600_000;
const place = (n: number): TestRetailer['world']['locations'][number] => shop.world.locations[n] as never;
const channel = (n: number): TestRetailer['world']['channels'][number] => shop.world.channels[n] as never;
const chn = (n: number): string => encodeId('chn', channel(n).id);
const loc = (n: number): string => encodeId('loc', place(n).id);
const of = <T extends { channelId: string }>(rows: readonly T[], n: number): T | undefined =>
  rows.find((row) => row.channelId === chn(n));

it('compares today with the same weekday until the same time, apart for each currency', async () => {
  const noon = shop.clock.now;
  shop.clock.now = noon - 7 * 24 * HOUR - HOUR;
  for (const at of [0, 1, 4]) await shop.receive(place(at), 0, 50, 5000);
  // A week ago: at eleven, and at two in the afternoon, which is later than now.
  await shop.sell(place(1), channel(0), 0, 1, 1000);
  shop.clock.now = noon - 7 * 24 * HOUR + 2 * HOUR;
  await shop.sell(place(1), channel(0), 0, 1, 700);
  // Yesterday counts nowhere; today one at ten, one now, one order shipped, one in euro.
  shop.clock.now = noon - 24 * HOUR;
  await shop.sell(place(1), channel(0), 0, 1, 900);
  shop.clock.now = noon - 2 * HOUR;
  await shop.sell(place(1), channel(0), 0, 2, 1000);
  shop.clock.now = noon;
  await shop.sell(place(1), channel(0), 0, 1, 600);
  const order = await shop.order(place(0), channel(1), 0, 3, 400);
  await shop.ship(place(0), channel(1), order);
  await shop.order(place(0), channel(1), 0, 1, 400);
  await shop.sell(place(4), channel(3), 0, 1, 800);

  const { status, body } = await shop.owner.get('/today');
  expect(status).toBe(200);
  expect(of(body.channels, 0)).toMatchObject({
    currency: 'GBP',
    sales: 2,
    units: 3,
    grossMinor: 2600,
    lastWeekSales: 1,
    lastWeekMinor: 1000,
  });
  const till = of(body.channels, 0);
  expect(till?.hours).toEqual([
    ...Array.from({ length: 10 }, () => 0),
    2000,
    0,
    600,
    ...Array.from({ length: 11 }, () => null),
  ]);
  expect([till?.lastWeekHours[11], till?.lastWeekHours[14], till?.lastWeekHours.length]).toEqual([1000, 700, 24]);
  // The shop's other order has not left and is no sale; the marketplace has sold nothing and is there all the same.
  expect(of(body.channels, 1)).toMatchObject({ sales: 1, grossMinor: 1200, lastWeekMinor: 0 });
  expect(of(body.channels, 2)).toMatchObject({ sales: 0, grossMinor: 0 });
  expect(body.totals.toSorted((a, b) => (a.currency < b.currency ? -1 : 1))).toMatchObject([
    { currency: 'EUR', grossMinor: 800 },
    { currency: 'GBP', grossMinor: 3800, lastWeekMinor: 1000 },
  ]);
  expect(body.locations.find((row) => row.locationId === loc(1))).toMatchObject({ grossMinor: 2600 });
  expect(body.openOrders).toBe(1);
});

it('shows what needs a person, and what sold lately and is nearly gone', async () => {
  await shop.receive(place(1), 1, 3, 300);
  const fact = await shop.order(place(1), channel(2), 1, 5, 500, { fact: true });
  await shop.sell(place(2), channel(0), 2, 2, 500, { fact: true });
  // The ids of orders carry their time; those of this test are of the simulated world.
  await shop.run(async (tx) => {
    const now = mintUuidv7(shop.clock.now, 5, 5);
    await tx.client.query('update order_line set order_id = $2 where order_id = $1', [fact, now]);
    await tx.client.query('update order_header set id = $2 where id = $1', [fact, now]);
  });
  const { body } = await shop.owner.get('/today');
  expect(body).toMatchObject({ openOrders: 2, backorders: 1, shortfalls: 1, quarantine: 0 });
  expect(body.low).toMatchObject([
    { skuId: encodeId('sku', shop.world.skuIds[1] ?? ''), locationId: loc(1), available: 0, sold: 5 },
  ]);
  expect(body.lastOrders).toMatchObject([
    { kind: 'marketplace_order', status: 'placed', channelId: chn(2), grossMinor: 2500, customerName: null },
  ]);
});

it('shows a manager of one store what is theirs, and a cashier nothing', async () => {
  const { body } = await shop.at(['insight:read'], [place(0)]).get('/today');
  expect(body.channels.map((row) => row.channelId)).toEqual([chn(1)]);
  expect(body).toMatchObject({
    openOrders: 1,
    backorders: 0,
    shortfalls: 0,
    low: [],
    lastOrders: [],
    totals: [{ currency: 'GBP', grossMinor: 1200 }],
  });
  expect((await shop.at(['stock:read'], [place(0)]).get('/today')).status).toBe(403);
  expect((await shop.at(['insight:read'], []).get('/today')).body).toMatchObject({ channels: [], openOrders: 0 });
});

it('answers the same for an id of nothing as for nobody: 404 and 403', async () => {
  expect((await shop.owner.get(`/stock/${encodeId('lvl', shop.id())}/promises`)).status).toBe(404);
  expect((await shop.owner.get('/stock/lvl_1/promises')).status).toBe(400);
});

it('says so when the sales of a day are more than a number holds', async () => {
  const document = (n: number) =>
    shop.run((tx) =>
      tx.client.query(
        `insert into order_document values ($1, 1, 'invoice', 'X', $1, $2, $3, $4, 1, $5, $5::timestamptz::date, 'GBP', 1, $6, 0, $6)`,
        [
          mintUuidv7(shop.clock.now, 9, n),
          shop.world.entities[0]?.id,
          channel(n).id,
          place(n).id,
          new Date(shop.clock.now).toISOString(),
          Number.MAX_SAFE_INTEGER,
        ],
      ),
    );
  // One more than the rest of the day is too much already, and of two channels only the total.
  await document(0);
  await document(1);
  const answer: { status: number; body: unknown } = await shop.owner.get('/today');
  expect(answer).toMatchObject({ status: 409, body: { reason: 'sum_too_large' } });
});
