import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../platform/db/pool.ts';
import { eventsAfter } from '../../platform/events/log.ts';
import { createTestApi, type TestApi } from '../../platform/http/testing.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import { businessDay } from '../../src/kernel/time.ts';
import type { Promotion } from '../../src/pricing/promotion/promotion.ts';
import { purchaseReads } from '../../src/orders/server/offer-occasions.ts';
import { registerLeftCartRoute } from '../../src/pricing/server/left-cart.routes.ts';
import { registerOfferRuleRoutes, type OfferRuleRouteDeps } from '../../src/pricing/server/offer-rule.routes.ts';
import { offerForCarts, offerForEvents } from '../../src/pricing/server/offer-worker.ts';
import { savePromotion } from '../../src/pricing/server/promotion.store.ts';
import { sumSupplierShares } from '../../src/pricing/server/supplier-share-book.ts';
import { DATABASE_CHECKS } from '../simulator/auditor.ts';
import { IDS, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.receive(IDS.mug, 1_000);
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

/** Lets one promotion hold, and no other. */
async function hold(one: Promotion): Promise<Promotion> {
  const before = await world.rows<{ id: string }>('select id from price_promotion where archived_at is null');
  await world.rows(`update price_promotion set archived_at = '2026-11-22'`);
  await withTransaction(world.pool, { schema: world.database.schema }, (tx) =>
    savePromotion(tx, one, { newAt: world.clock.now }),
  );
  await world.promotions.compiled();
  for (const { id: promotionId } of [...before, one])
    world.promotions.invalidate({ topic: 'promotion', body: { promotionId } });
  return one;
}

const sell = (quantity: number, more: object = {}, key?: string) =>
  owner.post(
    '/sales',
    {
      channelId: text('chn', IDS.counter),
      locationId: text('loc', IDS.store),
      lines: [{ skuId: text('sku', IDS.mug), quantity }],
      tenders: [{ method: 'cash' }],
      ...more,
    },
    key === undefined ? {} : { key },
  );
const order = (quantity: number, more: object = {}) =>
  owner.post('/orders', {
    channelId: text('chn', IDS.shop),
    lines: [{ skuId: text('sku', IDS.mug), quantity }],
    payment: { method: 'bank' },
    ...more,
  });
const giveBack = (originalOrderId: string, quantity: number, preview = '') =>
  owner.post(`/returns${preview}`, { originalOrderId, lines: [{ line: 1, quantity }], reason: 'not wanted' });

/** The checks of the auditor that are about this, on all that was done so far. */
async function audit(): Promise<unknown[]> {
  const checks = DATABASE_CHECKS.filter(({ name }) => ['vouchers', 'supplier shares'].includes(name));
  expect(checks).toHaveLength(2);
  return (await Promise.all(checks.map(({ faults }) => world.rows(faults)))).flat();
}

describe('spend and get a voucher', () => {
  const spendAndGet = (more: Partial<Extract<Promotion['effect'], { kind: 'voucher' }>> = {}) =>
    hold(
      promotion({
        effect: { kind: 'voucher', of: { kind: 'order' }, minor: 500, validDays: 30, ...more },
        when: { minimum: { of: { kind: 'order' }, amountMinor: 2_400 } },
      }),
    );

  it('is a code on the receipt, the same when it is asked again, hashed in the database, and good for one later basket', async () => {
    const earning = await spendAndGet();
    expect(vouchersOf(await sell(1))).toEqual({ issued: [], voidedMinor: 0, withheldMinor: 0 });
    expect(vouchersOf(await owner.post('/sales?preview=true', { ...(await saleBody(2)) }))).toMatchObject({
      issued: [{ amountMinor: 500, code: null }],
    });
    const key = randomUUID();
    const sold = await sell(2, {}, key);
    expect(sold).toMatchObject({
      status: 201,
      body: {
        grossMinor: 2_400,
        vouchers: { issued: [{ promotionId: text('pmo', earning.id), amountMinor: 500 }] },
      },
    });
    expect(vouchersOf(await sell(2, {}, key))).toEqual(vouchersOf(sold));
    const code = codeOf(sold.body);
    expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/);
    const kept = JSON.stringify(await world.rows('select * from price_earned_voucher'));
    expect(kept).toContain('"amount_minor":500');
    expect(kept).not.toContain(code.replaceAll('-', ''));
    // It earns nothing itself: 12.00 less 5.00.
    expect(await sell(1, { couponCodes: [code] })).toMatchObject({ status: 201, body: { grossMinor: 700 } });
    expect(await sell(1, { couponCodes: [code] })).toMatchObject({ status: 409, body: { reason: 'coupon_used_up' } });
    expect(await audit()).toEqual([]);
  });

  it('of a known customer comes by itself with the next basket, once, however many are asked for at a time', async () => {
    await spendAndGet();
    const customerId = text('cus', IDS.customer);
    const sold = await sell(2, { customerId });
    expect(vouchersOf(sold)).toMatchObject({ issued: [{ amountMinor: 500, code: null }] });
    const many = await Promise.all(Array.from({ length: 6 }, () => order(1, { customerId })));
    const cheap = many.filter(({ status, body }) => status === 201 && body.grossMinor === 700);
    expect(cheap).toHaveLength(1);
    // Nothing of the order that used it is left: it can be used again.
    await owner.post(`/orders/${cheap[0]?.body.orderId}/cancellation`, { reason: 'changed mind' });
    expect((await order(1, { customerId })).body.grossMinor).toBe(700);
  });

  it('is issued when what was handed over reaches the threshold; what is cancelled earns nothing', async () => {
    await spendAndGet();
    const { orderId } = (await order(3)).body;
    const ship = (quantity: number) => owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity }] });
    expect(vouchersOf(await ship(1))).toMatchObject({ issued: [] });
    expect(vouchersOf(await ship(1))).toMatchObject({ issued: [{ amountMinor: 500 }] });
    expect(vouchersOf(await ship(1))).toMatchObject({ issued: [] });
    const second = (await order(3)).body.orderId;
    await owner.post(`/orders/${second}/cancellation`, { lines: [{ line: 1, quantity: 2 }], reason: 'changed mind' });
    expect(vouchersOf(await owner.post(`/orders/${second}/shipments`, {}))).toMatchObject({ issued: [] });
    expect(await audit()).toEqual([]);
  });

  it('is void when the basket falls below the threshold', async () => {
    await spendAndGet();
    const sold = (await sell(2)).body;
    expect(vouchersOf(await giveBack(sold.orderId, 1, '?preview=true'))).toMatchObject({ voidedMinor: 500 });
    expect(await giveBack(sold.orderId, 1)).toMatchObject({
      status: 201,
      body: { grossMinor: 1_200, vouchers: { voidedMinor: 500, withheldMinor: 0 } },
    });
    expect(await sell(1, { couponCodes: [codeOf(sold)] })).toMatchObject({
      status: 409,
      body: { reason: 'coupon_used_up' },
    });
  });

  it('that was used is kept from the refund, in balanced books', async () => {
    await spendAndGet({ forEachMinor: 1_200 });
    const sold = (await sell(3)).body;
    expect((await sell(1, { couponCodes: [codeOf(sold)] })).body.grossMinor).toBe(0);
    const back = await giveBack(sold.orderId, 1);
    expect(back).toMatchObject({ status: 201, body: { grossMinor: 1_200, vouchers: { withheldMinor: 500 } } });
    const [paid] = await world.rows<{ refunds: { cash: number } }>(
      `select body -> 'refunds' as refunds from platform_event where number = ${back.body.eventNumber}`,
    );
    expect(paid?.refunds.cash).toBe(700);
    expect(await audit()).toEqual([]);
  });
});

async function saleBody(quantity: number): Promise<object> {
  return {
    channelId: text('chn', IDS.counter),
    locationId: text('loc', IDS.store),
    lines: [{ skuId: text('sku', IDS.mug), quantity }],
    tenders: [{ method: 'cash' }],
  };
}

function vouchersOf({ body }: { readonly body: object }): unknown {
  return (body as { vouchers?: unknown }).vouchers;
}

function codeOf(body: object): string {
  const { vouchers } = body as { vouchers: { issued: { code: string }[] } };
  return vouchers.issued[0]?.code ?? '';
}

describe('what suppliers pay', () => {
  it('ties to the lines: what left, less what was cancelled and came back', async () => {
    const shared = await hold(promotion({ supplier: { name: 'Mug makers', sharePpm: 333_333 } }));
    const read = () =>
      withTransaction(world.pool, { schema: world.database.schema, readOnly: true }, (tx) =>
        sumSupplierShares(tx, { from: businessDay('2026-01-01'), to: businessDay('2027-12-31') }),
      );
    await sell(3);
    const { orderId } = (await order(4)).body;
    await owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 2 }] });
    await owner.post(`/orders/${orderId}/cancellation`, { lines: [{ line: 1, quantity: 1 }], reason: 'changed mind' });
    await giveBack(orderId, 1);
    // Of 36.00, 3.60 and a third of it; of two of four mugs 2.40 and a third; one came back.
    expect(await read()).toEqual([
      {
        supplier: 'Mug makers',
        promotionId: shared.id,
        name: 'A promotion',
        currency: 'GBP',
        pieces: 4,
        discountMinor: 480,
        supplierMinor: 160,
      },
    ]);
    expect(await audit()).toEqual([]);
  });
});

describe('personal offers for what customers do', () => {
  const customerId = text('cus', IDS.customer);
  let api: TestApi;
  let office: Client;
  let offering: Promotion;
  beforeAll(async () => {
    offering = await hold(
      promotion({ name: 'Half', effect: { kind: 'percentage', of: mugs, ppm: 500_000 }, when: { offer: true } }),
    );
    const { pool, master, company } = world;
    const { schema } = world.database;
    const now = () => world.clock.now;
    const own = { pool, schema, master, now, purchases: purchaseReads };
    api = await createTestApi((app) => {
      registerOfferRuleRoutes(app, own as unknown as OfferRuleRouteDeps);
      registerLeftCartRoute(app, { master, now, company });
    });
    office = api.as(world.owner);
  });
  afterAll(() => api.close());

  const worker = () => ({
    pool: world.pool,
    schema: world.database.schema,
    master: world.master,
    purchases: purchaseReads,
    now: () => world.clock.now,
    principalId: '00000000-0000-7000-8000-000000000001',
    onError: (error: unknown) => {
      throw error;
    },
  });
  /** Follows all that happened so far, as after a crash at any point: from the beginning. */
  const follow = async () => {
    const events = await withTransaction(world.pool, { schema: world.database.schema, readOnly: true }, (tx) =>
      eventsAfter(tx, 0, 10_000),
    );
    await offerForEvents(worker(), events);
  };
  const turnOn = async (rule: object): Promise<string> => {
    const wish = { name: 'Thank you', promotionId: text('pmo', offering.id), event: 'sale', validDays: 14, ...rule };
    const made = await office.post('/offer-rules', wish);
    expect(made.status).toBe(201);
    const { id } = made.body as { id: string };
    expect((await office.post(`/offer-rules/${id}/state`, { on: true, version: 1 })).status).toBe(200);
    return id;
  };
  const granted = async (id: string) =>
    (await office.get(`/offer-rules/${id}/grants`)).body as unknown as { items: Told[] };
  type Told = { customerId: string; reason: string; used: boolean; offerId: string | null };

  it('are granted once for a sale, used once, and never to who is unknown', async () => {
    await sell(1, { customerId });
    world.clock.now += 1_000;
    const id = await turnOn({ when: { minimum: { amountMinor: 2_000, currency: 'GBP' }, everyDays: 30 } });
    world.clock.now += 1_000;
    await sell(2);
    await sell(1, { customerId });
    expect((await sell(2, { customerId })).body.grossMinor).toBe(2_400);
    await Promise.all([follow(), follow()]);
    await follow();
    await sell(2, { customerId, refusedPromotions: [text('pmo', offering.id)] });
    await follow();
    // One: for the sale of 24.00 by somebody known. The next one came too soon.
    expect((await granted(id)).items).toMatchObject([{ customerId, reason: '', used: false }]);
    const cheap = await Promise.all(Array.from({ length: 4 }, () => sell(2, { customerId })));
    expect(cheap.filter(({ status, body }) => status === 201 && body.grossMinor === 1_200)).toHaveLength(1);
    expect((await granted(id)).items).toMatchObject([{ used: true }]);
    const forecast = await office.post('/offer-rules/forecast', {
      name: 'Thank you',
      promotionId: text('pmo', offering.id),
      event: 'sale',
      validDays: 14,
      when: { minimum: { amountMinor: 2_000, currency: 'GBP' }, everyDays: 30 },
    });
    expect(forecast).toMatchObject({ status: 200, body: { granted: 1, customers: 1 } });
    await office.post(`/offer-rules/${id}/state`, { on: false, version: 2 });
  });

  it('are granted for an order when all of it left, and for a return', async () => {
    const handedOver = await turnOn({ name: 'Delivered', event: 'order_handed_over' });
    const back = await turnOn({ name: 'Sorry', event: 'return', when: { locationIds: [text('loc', IDS.warehouse)] } });
    world.clock.now += 1_000;
    const { orderId } = (await order(2, { customerId, refusedPromotions: [text('pmo', offering.id)] })).body;
    await owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 1 }] });
    await follow();
    expect((await granted(handedOver)).items).toEqual([]);
    await owner.post(`/orders/${orderId}/shipments`, {});
    await giveBack(orderId, 1);
    await follow();
    expect((await granted(handedOver)).items).toHaveLength(1);
    expect((await granted(back)).items).toHaveLength(1);
  });

  it('are granted for a cart that was left for long enough, unless something was bought since', async () => {
    const id = await turnOn({ name: 'Come back', event: 'cart_left', when: { afterMinutes: 60 } });
    world.clock.now += 1_000;
    const cart = (reference: string, more: object = {}) => ({
      channelId: text('chn', IDS.shop),
      reference,
      customerId,
      totalMinor: 2_400,
      lines: [{ skuId: text('sku', IDS.mug), quantity: 2 }],
      ...more,
    });
    const key = randomUUID();
    const told = await office.post('/carts/left', cart('a'), { key });
    expect(told.status).toBe(201);
    expect((await office.post('/carts/left', cart('a'), { key })).body).toEqual(told.body);
    expect(await office.post('/carts/left', cart('b', { customerId: text('cus', IDS.mug) }))).toMatchObject({
      status: 409,
      body: { reason: 'unknown_customer' },
    });
    await offerForCarts(worker());
    expect((await granted(id)).items).toEqual([]);
    world.clock.now += 61 * 60_000;
    await Promise.all([offerForCarts(worker()), offerForCarts(worker())]);
    await offerForCarts(worker());
    expect((await granted(id)).items).toMatchObject([{ customerId, reason: '' }]);
    await office.post('/carts/left', cart('c'));
    world.clock.now += 1_000;
    await order(1, { customerId });
    world.clock.now += 61 * 60_000;
    await offerForCarts(worker());
    expect((await granted(id)).items).toMatchObject([{ reason: 'bought_since' }, { reason: '' }]);
    // Nothing is offered to who was forgotten.
    await office.post('/carts/left', cart('d'));
    await world.rows(`update customer set erased_at = '2026-12-01' where id = '${IDS.customer}'`);
    world.clock.now += 61 * 60_000;
    await offerForCarts(worker());
    expect((await granted(id)).items).toHaveLength(2);
  });
});
