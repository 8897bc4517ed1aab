import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../platform/db/pool.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import type { Promotion } from '../../src/pricing/promotion/promotion.ts';
import { insertCoupons } from '../../src/pricing/server/coupon.store.ts';
import { savePromotion } from '../../src/pricing/server/promotion.store.ts';
import { IDS, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.receive(IDS.mug, 1_000);
  await world.receive(IDS.tea, 1_000);
  await world.receive(IDS.mug, 1_000, IDS.store);
});
afterAll(() => world.close());

const mugs = { kind: 'sku', ids: [IDS.mug] } as const;
const promotion = (more: Partial<Promotion>): Promotion => ({
  id: randomUUID(),
  name: 'A promotion',
  effect: { kind: 'percentage', of: mugs, ppm: 100_000 },
  when: {},
  limits: {},
  currency: currencyCode('GBP'),
  priority: 0,
  choice: 'best',
  exclusive: false,
  stackingGroup: '',
  ...more,
});

/** Lets promotions hold, and no others. */
async function hold(...promotions: readonly Promotion[]): Promise<void> {
  const before = await world.rows<{ id: string }>('select id from price_promotion where archived_at is null');
  await world.rows(`update price_promotion set archived_at = '2026-11-22'`);
  await world.rows('delete from price_promotion_code');
  await withTransaction(world.pool, { schema: world.database.schema }, async (tx) => {
    for (const one of promotions) await savePromotion(tx, one, { newAt: world.clock.now });
  });
  await world.promotions.compiled();
  for (const { id: promotionId } of [...before, ...promotions])
    world.promotions.invalidate({ topic: 'promotion', body: { promotionId } });
}

const order = (lines: readonly (readonly [string, number])[], more: object = {}) => ({
  channelId: text('chn', IDS.shop),
  lines: lines.map(([id, quantity]) => ({ skuId: text('sku', id), quantity })),
  payment: { method: 'bank' },
  ...more,
});
const sale = (lines: readonly (readonly [string, number])[], more: object = {}) => ({
  channelId: text('chn', IDS.counter),
  locationId: text('loc', IDS.store),
  lines: lines.map(([id, quantity]) => ({ skuId: text('sku', id), quantity })),
  tenders: [{ method: 'cash' }],
  ...more,
});
const usesOf = async (key: string) =>
  (
    await world.rows<{ uses: number; overuses: number }>(
      `select uses, overuses from price_promotion_use where key = '${key}'`,
    )
  )[0];

describe('an order with promotions', () => {
  it('costs what the preview said, line by line, and gives back exactly that, bit by bit', async () => {
    const ten = promotion({});
    const off = promotion({ effect: { kind: 'amount', of: { kind: 'order' }, minor: 100, each: false } });
    await hold(ten, off);
    const body = order([
      [IDS.mug, 3],
      [IDS.tea, 2],
    ]);
    const preview = await owner.post('/orders?preview=true', body);
    // 36.00 less 10 % is 32.40, with the tea at 10.50 it is 42.90, less 1.00.
    expect(preview).toMatchObject({ status: 201, body: { grossMinor: 4_190 } });
    const placed = (await owner.post('/orders', body)).body;
    expect(placed.grossMinor).toBe(4_190);
    const { orderId } = placed;
    const page = (await owner.get(`/orders/${orderId}`)).body;
    expect(page.lines[0]).toMatchObject({
      unitAmount: 1_200,
      discounts: [
        { promotionId: text('pmo', ten.id), amountMinor: 360 },
        { promotionId: text('pmo', off.id), amountMinor: 76 },
      ],
    });
    expect((await owner.post(`/orders/${orderId}/shipments`, {})).status).toBe(201);
    let back = 0;
    for (const [line, quantity] of [
      [1, 1],
      [2, 1],
      [1, 2],
      [2, 1],
    ]) {
      const answer = await owner.post('/returns', {
        originalOrderId: orderId,
        lines: [{ line, quantity }],
        reason: 'not wanted',
      });
      expect(answer.status).toBe(201);
      back += answer.body.grossMinor;
    }
    expect(back).toBe(4_190);
  });

  it('adds a gift, at nought and from the shelf', async () => {
    await hold(
      promotion({
        effect: { kind: 'gift', skuId: IDS.tea, quantity: 1 },
        when: { minimum: { of: mugs, quantity: 2 } },
      }),
    );
    const placed = (await owner.post('/orders', order([[IDS.mug, 2]]))).body;
    expect(placed.grossMinor).toBe(2_400);
    const page = (await owner.get(`/orders/${placed.orderId}`)).body;
    expect(page.lines).toMatchObject([{ quantity: 2 }, { skuId: text('sku', IDS.tea), quantity: 1, grossMinor: 0 }]);
  });

  it('is not refused for a gift that is not there: the gift stays out, and is not counted as given', async () => {
    const gift = promotion({
      effect: { kind: 'gift', skuId: IDS.tea, quantity: 1 },
      when: { minimum: { of: mugs, quantity: 2 } },
      limits: { uses: 5 },
    });
    await hold(gift);
    // There is no tea in the store.
    const sold = await owner.post('/sales', sale([[IDS.mug, 2]]));
    expect(sold).toMatchObject({ status: 201, body: { grossMinor: 2_400 } });
    const { lines } = (await owner.get(`/orders/${sold.body.orderId}`)).body;
    expect(lines).toMatchObject([{ line: 1, quantity: 2 }]);
    expect(lines).toHaveLength(1);
    expect(await usesOf(gift.id)).toBeUndefined();
    // What is bought of it comes first; a gift is of what is left over.
    const [tea] = await world.rows<{ available: number }>(
      `select (on_hand - reserved - safety)::int as available from stock_level where sku_id = '${IDS.tea}' and on_hand > 0`,
    );
    const all = await owner.post(
      '/orders',
      order([
        [IDS.mug, 2],
        [IDS.tea, tea?.available ?? 0],
      ]),
    );
    expect((await owner.get(`/orders/${all.body.orderId}`)).body.lines).toHaveLength(2);
    expect(await usesOf(gift.id)).toBeUndefined();
    await owner.post(`/orders/${all.body.orderId}/cancellation`, { reason: 'customer_request' });
    const given = await owner.post('/orders', order([[IDS.mug, 2]]));
    expect((await owner.get(`/orders/${given.body.orderId}`)).body.lines).toHaveLength(2);
    expect(await usesOf(gift.id)).toEqual({ uses: 1, overuses: 0 });
    // What was asked for is still refused when it is not there.
    expect(
      await owner.post(
        '/sales',
        sale([
          [IDS.mug, 2],
          [IDS.tea, 1],
        ]),
      ),
    ).toMatchObject({
      status: 409,
      body: { reason: 'insufficient_stock', lines: [{ line: 2 }] },
    });
    // Nor is anybody refused for a gift that cannot be sold at all any more.
    await hold(
      promotion({
        effect: { kind: 'gift', skuId: randomUUID(), quantity: 1 },
        when: { minimum: { of: mugs, quantity: 2 } },
      }),
    );
    expect(await owner.post('/sales', sale([[IDS.mug, 2]]))).toMatchObject({ status: 201, body: { discounts: [] } });
  });

  it('says why a code opens nothing, and what one that does takes off', async () => {
    const shared = promotion({ codes: ['TENOFF'], when: { coupon: true } });
    await hold(shared);
    expect(await owner.post('/orders', order([[IDS.mug, 1]], { couponCodes: ['NOSUCH'] }))).toMatchObject({
      status: 409,
      body: { reason: 'unknown_coupon', code: 'NOSUCH' },
    });
    expect((await owner.post('/orders', order([[IDS.mug, 1]]))).body.grossMinor).toBe(1_200);
    expect(await owner.post('/orders', order([[IDS.mug, 1]], { couponCodes: ['ten-off'] }))).toMatchObject({
      status: 201,
      body: { grossMinor: 1_080, discounts: [{ promotionId: text('pmo', shared.id), amountMinor: 120 }] },
    });
    // What the customer does not want does not apply.
    expect(
      await owner.post(
        '/orders',
        order([[IDS.mug, 1]], { couponCodes: ['TENOFF'], refusedPromotions: [text('pmo', shared.id)] }),
      ),
    ).toMatchObject({ status: 201, body: { grossMinor: 1_200, discounts: [] } });
  });

  it('uses a code of single use once, at any load, on two channels', async () => {
    const single = promotion({ when: { coupon: true } });
    await hold(single);
    const codes = await world.couponCodes();
    const batch = {
      id: randomUUID(),
      promotionId: single.id,
      name: 'Letters',
      codes: 1,
      usesEach: 1,
      validUntil: undefined,
    };
    await withTransaction(world.pool, { schema: world.database.schema }, (tx) =>
      insertCoupons(tx, batch, { numbers: [1], codes, at: world.clock.now }),
    );
    const code = codes.codeOf(batch.id, 1);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 === 0
          ? owner.post('/orders', order([[IDS.mug, 1]], { couponCodes: [code] }))
          : owner.post('/sales', sale([[IDS.mug, 1]], { couponCodes: [code] })),
      ),
    );
    expect(answers.filter((one) => one.status === 201)).toHaveLength(1);
    for (const one of answers.filter(({ status }) => status !== 201))
      expect(one).toMatchObject({ status: 409, body: { reason: 'coupon_used_up' } });
  });

  it('says that a code has run out, and that a basket is too long', async () => {
    const single = promotion({ when: { coupon: true } });
    await hold(single, promotion({ codes: ['SUMMER'], when: { coupon: true, until: world.clock.now } }));
    expect(await owner.post('/orders', order([[IDS.mug, 1]], { couponCodes: ['summer'] }))).toMatchObject({
      status: 409,
      body: { reason: 'coupon_expired', code: 'SUMMER' },
    });
    const codes = await world.couponCodes();
    const batch = {
      id: randomUUID(),
      promotionId: single.id,
      name: 'Last year',
      codes: 1,
      usesEach: 1,
      validUntil: world.clock.now - 1,
    };
    await withTransaction(world.pool, { schema: world.database.schema }, (tx) =>
      insertCoupons(tx, batch, { numbers: [1], codes, at: world.clock.now - 10 }),
    );
    const code = codes.codeOf(batch.id, 1);
    expect(await owner.post('/orders', order([[IDS.mug, 1]], { couponCodes: [code] }))).toMatchObject({
      status: 409,
      body: { reason: 'coupon_expired' },
    });
    const long = Array.from({ length: 10_000 }, () => [IDS.mug, 1] as const);
    for (const [path, body] of [
      ['/orders', order(long)],
      ['/sales', sale(long)],
      ['/sales?preview=true', sale(long)],
    ] as const)
      expect(await owner.post(path, body)).toMatchObject({
        status: 400,
        body: { reason: 'malformed_request', fields: [{ path: '/lines' }] },
      });
  });

  it('uses a promotion no more often than it may, and gives a use back with an order that is cancelled whole', async () => {
    const twice = promotion({ limits: { uses: 2 }, effect: { kind: 'percentage', of: mugs, ppm: 500_000 } });
    await hold(twice);
    const placed = await Promise.all(Array.from({ length: 8 }, () => owner.post('/orders', order([[IDS.mug, 1]]))));
    const cheap = placed.filter((one) => one.status === 201 && one.body.grossMinor === 600);
    expect(cheap).toHaveLength(2);
    // Who came too late hears so, or was priced when it was used up already.
    for (const one of placed.filter((each) => !cheap.includes(each)))
      expect(one.status === 201 ? one.body.grossMinor : one.body.reason).toBe(
        one.status === 201 ? 1_200 : 'promotion_used_up',
      );
    expect(await usesOf(twice.id)).toEqual({ uses: 2, overuses: 0 });
    expect((await owner.post('/orders', order([[IDS.mug, 1]]))).body.grossMinor).toBe(1_200);
    expect(
      (await owner.post(`/orders/${cheap[0]?.body.orderId}/cancellation`, { reason: 'changed mind' })).status,
    ).toBe(201);
    expect(await usesOf(twice.id)).toEqual({ uses: 1, overuses: 0 });
    expect((await owner.post('/orders', order([[IDS.mug, 1]]))).body.grossMinor).toBe(600);
  });

  it('counts each customer apart', async () => {
    const once = promotion({ limits: { perCustomer: 1 } });
    await hold(once);
    const customerId = text('cus', IDS.customer);
    const body = order([[IDS.mug, 1]], { customerId });
    const first = await owner.post('/orders', body);
    expect(first).toMatchObject({ status: 201, body: { discounts: [{ amountMinor: 120 }] } });
    expect(await owner.post('/orders', body)).toMatchObject({ status: 201, body: { discounts: [] } });
    expect(await usesOf(`${once.id}|${IDS.customer}`)).toEqual({ uses: 1, overuses: 0 });
  });
});
