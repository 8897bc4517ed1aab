import { afterAll, beforeAll, expect, it } from 'vitest';
import { IDS, openOrderWorld, ORDER_NOW, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
const MINUTE = 60_000;
const instant = (minutes: number): string => new Date(ORDER_NOW + minutes * MINUTE).toISOString();

beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.receive(IDS.mug, 100);
  await world.receive(IDS.tea, 10_000, IDS.store);
  // The mug has cost 15.00 for ten minutes, and the law lets a kilogram of tea cost 20.00.
  await world.rows(
    `insert into price (price_list_id, sku_id, valid_from, amount)
     select id, '${IDS.mug}', '${instant(-10)}', 1500 from price_list where channel_id = '${IDS.shop}'`,
  );
  await world.rows(
    `insert into price_ceiling (sku_id, lot, country, currency, valid_from, amount_minor, per)
     values ('${IDS.tea}', '', 'GB', 'GBP', '${instant(-10)}', 2000, 1000)`,
  );
});
afterAll(() => world.close());

it.each([
  ['what it costs now', undefined, 3_000],
  ['the lower price of when it was put into the basket', instant(-20), 2_400],
  ['what it costs now when that is too long ago', instant(-70), 3_000],
  ['what it costs now when it was put in after the rise', instant(-5), 3_000],
])('an order pays %s', async (_, addedAt, grossMinor) => {
  const answer = await owner.post('/orders', {
    channelId: text('chn', IDS.shop),
    lines: [{ skuId: text('sku', IDS.mug), quantity: 2, ...(addedAt === undefined ? {} : { addedAt }) }],
    payment: { method: 'bank' },
  });
  expect(answer).toMatchObject({ status: 201, body: { grossMinor } });
});

it('a price given by hand is not taken above a statutory ceiling', async () => {
  const sell = (amount: number) =>
    owner.post('/sales', {
      channelId: text('chn', IDS.counter),
      locationId: text('loc', IDS.store),
      lines: [{ skuId: text('sku', IDS.tea), quantity: 500, unitPrice: { amount, per: 1000 } }],
      tenders: [{ method: 'cash' }],
    });
  expect(await sell(2_002)).toMatchObject({
    status: 409,
    body: { reason: 'above_ceiling', line: 1, skuId: text('sku', IDS.tea), ceilingMinor: 1_000, grossMinor: 1_001 },
  });
  expect(await sell(2_000)).toMatchObject({ status: 201 });
});
