import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testPrincipal } from '../../platform/http/testing.ts';
import { IDS, matching, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
});
afterAll(() => world.close());

const sku = (name: 'mug' | 'tea' | 'box' | 'old' | 'unpriced' | 'repair' | 'exempt') => text('sku', IDS[name]);
const channel = (name: 'counter' | 'shop' | 'market' | 'euro' | 'closed') => text('chn', IDS[name]);
const order = (lines: object[] = [{ skuId: sku('mug'), quantity: 1 }], more: object = {}) => ({
  channelId: channel('shop'),
  lines,
  payment: { method: 'bank' },
  ...more,
});
const sale = (lines: object[], tenders: object[], more: object = {}) => ({
  channelId: channel('counter'),
  locationId: text('loc', IDS.store),
  lines,
  tenders,
  ...more,
});

describe('POST /orders', () => {
  beforeEach(() => world.receive(IDS.mug, 20));

  it('takes the price in force and the VAT inside it, once per key', async () => {
    const key = randomUUID();
    const first = await owner.post('/orders', order([{ skuId: sku('mug'), quantity: 2 }]), { key });
    expect(first).toMatchObject({
      status: 201,
      body: { status: 'placed', currency: 'GBP', netMinor: 2000, taxMinor: 400, grossMinor: 2400, repeated: false },
    });
    expect(first.body.number).toMatch(/^O-SHOP-2026-\d{6}$/);
    expect(await owner.post('/orders', order([{ skuId: sku('mug'), quantity: 2 }]), { key })).toMatchObject({
      status: 201,
      body: { ...first.body, repeated: true },
    });
    expect((await owner.post('/orders', order([{ skuId: sku('mug'), quantity: 3 }]), { key })).status).toBe(422);

    const page = await owner.get(`/orders/${first.body.orderId}`);
    expect(page).toMatchObject({
      status: 200,
      body: {
        number: first.body.number,
        prepaidMinor: 2400,
        lines: [{ skuId: sku('mug'), quantity: 2, unitAmount: 1200, taxPpm: 200_000, shipped: 0 }],
        payments: [{ method: 'bank', authorisedMinor: 2400, capturedMinor: 2400 }],
        documents: [],
        events: [{ type: 'OrderPlaced', number: first.body.eventNumber }],
      },
    });
  });

  it('answers a repeat of an accepted key although it would be refused now', async () => {
    const key = randomUUID();
    const placed = await owner.post('/orders', order(), { key });
    await world.rows(`update channel set archived_at = '2026-11-22' where id = '${IDS.shop}'`);
    await world.company.reload();
    try {
      expect(await owner.post('/orders', order(), { key })).toMatchObject({
        status: 201,
        body: { orderId: placed.body.orderId, repeated: true },
      });
      expect(await owner.post('/orders', order())).toMatchObject({
        status: 409,
        body: { reason: 'channel_closed', channelId: channel('shop') },
      });
    } finally {
      await world.rows(`update channel set archived_at = null where id = '${IDS.shop}'`);
      await world.company.reload();
    }
  });

  it('does the same key once when it comes ten times at once', async () => {
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 10 }, () => owner.post('/orders', order(), { key })));
    expect(new Set(answers.map((one) => one.body.orderId)).size).toBe(1);
    expect(answers.filter((one) => one.status === 201 && !one.body.repeated)).toHaveLength(1);
  });

  it.each([
    ['unknown_sku', order([{ skuId: text('sku', randomUUID()), quantity: 1 }])],
    ['sku_archived', order([{ skuId: sku('old'), quantity: 1 }])],
    ['no_price', order([{ skuId: sku('unpriced'), quantity: 1 }])],
    ['no_vat_rate', order([{ skuId: sku('exempt'), quantity: 1 }])],
    ['channel_closed', order(undefined, { channelId: channel('closed') })],
    ['inter_company', order(undefined, { fulfillingLocationId: text('loc', IDS.berlin) })],
    ['unknown_location', order(undefined, { fulfillingLocationId: text('loc', randomUUID()) })],
    ['unknown_customer', order(undefined, { customerId: text('cus', randomUUID()) })],
    ['customer_needed', order(undefined, { payment: { method: 'on_account' } })],
    ['card_or_authorisation_needed', order(undefined, { payment: { method: 'card' } })],
    ['negative_price', order([{ skuId: sku('mug'), quantity: 1, unitPrice: { amount: -1 } }])],
    [
      'amount_out_of_range',
      order([{ skuId: sku('mug'), quantity: 1_000_000_000, unitPrice: { amount: 1_000_000_000_000 } }]),
    ],
    ['payment_does_not_cover', order(undefined, { payment: { method: 'bank', amountMinor: 1 } })],
    ['insufficient_stock', order([{ skuId: sku('mug'), quantity: 100_000 }])],
  ])('is refused with %s', async (reason, body) => {
    expect(await owner.post('/orders', body)).toMatchObject({ status: 409, body: { reason } });
  });

  it('is malformed, unknown or not allowed', async () => {
    expect((await owner.post('/orders', order([]))).status).toBe(400);
    expect((await owner.post('/orders', order([{ skuId: sku('mug'), quantity: 0 }]))).status).toBe(400);
    expect((await owner.post('/orders', order([{ skuId: sku('mug'), quantity: 1.5 }]))).status).toBe(400);
    expect((await owner.post('/orders', { ...order(), extra: 1 })).status).toBe(400);
    expect((await owner.post('/orders', order(), { key: '' })).status).toBe(400);
    expect((await owner.post('/orders', order(undefined, { channelId: text('chn', randomUUID()) }))).status).toBe(404);
    expect((await world.as(undefined).post('/orders', order())).status).toBe(401);
    expect((await world.as(testPrincipal(['order:read'])).post('/orders', order())).status).toBe(403);
    const elsewhere = testPrincipal('all', { entityIds: [], locationIds: [IDS.berlin] });
    expect((await world.as(elsewhere).post('/orders', order())).status).toBe(403);
  });

  it('lets only those haggle who may set prices', async () => {
    const body = order([{ skuId: sku('mug'), quantity: 1, unitPrice: { amount: 600 } }]);
    expect((await world.as(testPrincipal(['order:place'])).post('/orders', body)).status).toBe(403);
    expect(await owner.post('/orders', body)).toMatchObject({ status: 201, body: { grossMinor: 600, taxMinor: 100 } });
  });

  it('previews without doing it', async () => {
    const before = await world.rows('select event_number from platform_counter');
    expect(
      await owner.post(
        '/orders?preview=true',
        order([{ skuId: sku('mug'), quantity: 2 }], { payment: { method: 'card', token: 'tok_ok' } }),
      ),
    ).toMatchObject({
      status: 201,
      body: { grossMinor: 2400 },
    });
    expect(await world.rows('select event_number from platform_counter')).toEqual(before);
  });

  it('adds VAT on top and books at the rate where prices are in euros and the books in pounds', async () => {
    // 999.95 cents each: three are 2999.85, rounded once to 3000; 20 % on top.
    const placed = await owner.post(
      '/orders',
      order([{ skuId: sku('mug'), quantity: 3 }], { channelId: channel('euro') }),
    );
    expect(placed).toMatchObject({
      status: 201,
      body: { currency: 'EUR', netMinor: 3000, taxMinor: 600, grossMinor: 3600 },
    });
    expect(await owner.post(`/orders/${placed.body.orderId}/shipments`, {})).toMatchObject({
      status: 201,
      body: { status: 'completed', grossMinor: 3600, document: matching(/^I-UK-2026-/) },
    });
    const entries = await world.rows(
      `select currency, entity_currency, rate_numerator, rate_denominator from accounting_entry where rule = 'OrderShipped' and currency = 'EUR'`,
    );
    expect(entries[0]).toEqual({ currency: 'EUR', entity_currency: 'GBP', rate_numerator: 85, rate_denominator: 100 });
  });

  it('sells a bundle as its parts, whose prices sum to its own and are taxed each at its rate', async () => {
    await world.receive(IDS.tea, 10);
    const placed = await owner.post('/orders', order([{ skuId: sku('box'), quantity: 1 }]));
    expect(placed).toMatchObject({ status: 201, body: { grossMinor: 1999 } });
    const { lines } = (await owner.get(`/orders/${placed.body.orderId}`)).body;
    // 1999 over 1200 and 2 × 525 = 2250: 1066.13 and 932.87.
    expect(lines).toMatchObject([
      { skuId: sku('mug'), quantity: 1, grossMinor: 1066, taxPpm: 200_000, taxMinor: 178 },
      { skuId: sku('tea'), quantity: 2, grossMinor: 933, taxPpm: 50_000, taxMinor: 44, unitAmount: 933, unitPer: 2 },
    ]);
  });

  it('gives the last unit to one of two carts', async () => {
    await world.receive(IDS.unpriced, 1);
    const body = order([{ skuId: sku('unpriced'), quantity: 1, unitPrice: { amount: 500 } }]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => owner.post('/orders', body)));
    expect(answers.filter((one) => one.status === 201)).toHaveLength(1);
    expect(answers.filter((one) => one.status === 409)[0]?.body).toMatchObject({
      reason: 'insufficient_stock',
      lines: [{ line: 1, skuId: sku('unpriced'), locationId: text('loc', IDS.warehouse), requested: 1, available: 0 }],
    });
  });
});

describe('what follows an order', () => {
  it('ships in parts, cancels the rest, and takes goods back at what was paid', async () => {
    await world.receive(IDS.mug, 10);
    const { orderId } = (
      await owner.post(
        '/orders',
        order([
          { skuId: sku('mug'), quantity: 3, unitPrice: { amount: 333 } },
          { skuId: sku('mug'), quantity: 1 },
        ]),
      )
    ).body;
    expect(
      await owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 2 }], carrierCostMinor: 300 }),
    ).toMatchObject({
      status: 201,
      body: { status: 'part_shipped', grossMinor: 666 },
    });
    expect(await owner.post(`/orders/${orderId}/shipments`, { lines: [{ line: 1, quantity: 2 }] })).toMatchObject({
      status: 409,
      body: { reason: 'more_than_ordered', left: 1 },
    });
    expect(
      await owner.post(`/orders/${orderId}/cancellation`, {
        reason: 'changed mind',
        lines: [{ line: 2, quantity: 1 }],
      }),
    ).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    expect(await owner.post(`/orders/${orderId}/shipments`, {})).toMatchObject({
      status: 201,
      body: { status: 'completed', grossMinor: 333 },
    });
    expect(await owner.post(`/orders/${orderId}/cancellation`, { reason: 'late' })).toMatchObject({
      status: 409,
      body: { reason: 'order_closed' },
    });

    // Three returns of one at once: each at its share, together what was paid, and never a fourth.
    const back = { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'too small' };
    const returns = await Promise.all([1, 2, 3, 4].map(() => owner.post('/returns', back)));
    expect(returns.map((one) => one.status).toSorted((a, b) => a - b)).toEqual([201, 201, 201, 409]);
    expect(returns.find((one) => one.status === 409)?.body).toMatchObject({ reason: 'more_than_sold', left: 0 });
    expect(returns.filter((one) => one.status === 201).reduce((sum, one) => sum + one.body.grossMinor, 0)).toBe(999);
    const page = (await owner.get(`/orders/${orderId}`)).body;
    expect(page.payments).toMatchObject([{ authorisedMinor: 2199, capturedMinor: 2199, refundedMinor: 2199 }]);
    expect(page.lines).toMatchObject([{ shipped: 3, returned: 3 }, { cancelled: 1 }]);
  });

  it('refuses, does not find and does not allow', async () => {
    await world.receive(IDS.mug, 1);
    const { orderId } = (await owner.post('/orders', order())).body;
    const nobody = testPrincipal([]);
    for (const [url, body] of [
      [`/orders/${orderId}/shipments`, {}],
      [`/orders/${orderId}/cancellation`, { reason: 'x' }],
    ] as const) {
      expect((await world.as(nobody).post(url, body)).status).toBe(403);
      expect((await world.as(undefined).post(url, body)).status).toBe(401);
      expect((await owner.post(url.replace(orderId, text('ord', randomUUID())), body)).status).toBe(404);
      expect((await owner.post(url, { lines: [{ line: 0, quantity: 1 }], reason: 'x' })).status).toBe(400);
    }
    expect(
      await owner.post('/returns', { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'x' }),
    ).toMatchObject({ status: 409, body: { reason: 'more_than_sold' } });
    expect(
      await owner.post('/returns', { originalOrderId: orderId, lines: [{ line: 9, quantity: 1 }], reason: 'x' }),
    ).toMatchObject({ status: 409, body: { reason: 'unknown_line' } });
    expect((await owner.post('/returns', { lines: [{ skuId: sku('mug'), quantity: 1 }], reason: 'x' })).status).toBe(
      400,
    );
    expect(
      (
        await world
          .as(nobody)
          .post('/returns', { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'x' })
      ).status,
    ).toBe(403);
  });

  it('takes goods back without a receipt, at the price in force, into another condition', async () => {
    const body = {
      channelId: channel('counter'),
      locationId: text('loc', IDS.store),
      lines: [{ skuId: sku('tea'), quantity: 2, condition: 'damaged' }],
      refunds: [{ method: 'cash', amountMinor: 1050 }],
      reason: 'broken',
    };
    expect(await owner.post('/returns', body)).toMatchObject({
      status: 201,
      body: { grossMinor: 1050, document: matching(/^C-UK-/) },
    });
    expect(
      await world.rows(
        `select condition, on_hand from stock_level where sku_id = '${IDS.tea}' and location_id = '${IDS.store}'`,
      ),
    ).toEqual([{ condition: 'damaged', on_hand: 2 }]);
  });
});

describe('POST /sales', () => {
  it('sells at a counter, with a service beside the goods', async () => {
    await world.receive(IDS.mug, 2, IDS.store);
    const body = sale(
      [
        { skuId: sku('mug'), quantity: 1 },
        { skuId: sku('repair'), quantity: 1 },
      ],
      [
        { method: 'cash', amountMinor: 1000 },
        { method: 'card', amountMinor: 1200, reference: 'slip 7' },
      ],
    );
    const sold = await owner.post('/sales', body);
    expect(sold).toMatchObject({
      status: 201,
      body: { status: 'completed', grossMinor: 2200, document: matching(/^R-LON-2026-/) },
    });
    expect((await owner.get(`/orders/${sold.body.orderId}`)).body).toMatchObject({
      kind: 'till_sale',
      documents: [{ kind: 'receipt', label: sold.body.document }],
      payments: [{ method: 'cash' }, { method: 'card', reference: 'till:slip 7', feeMinor: 37 }],
    });
  });

  it('uses up what was put aside for the customer, once', async () => {
    await world.receive(IDS.mug, 1, IDS.store);
    const free =
      (
        await world.rows<{ free: number }>(
          `select on_hand - reserved as free from stock_level where sku_id = '${IDS.mug}' and location_id = '${IDS.store}'`,
        )
      )[0]?.free ?? 0;
    const reservation = await world.reserve(IDS.mug, free, IDS.store);
    const one = (more: object = {}) =>
      sale([{ skuId: sku('mug'), quantity: free }], [{ method: 'cash', amountMinor: 1200 * free }], more);
    expect(await owner.post('/sales', one())).toMatchObject({ status: 409, body: { reason: 'insufficient_stock' } });
    expect(await owner.post('/sales', one({ reservationIds: [text('res', reservation)] }))).toMatchObject({
      status: 201,
      body: { grossMinor: 1200 * free },
    });
    expect(await owner.post('/sales', one({ reservationIds: [text('res', reservation)] }))).toMatchObject({
      status: 409,
      body: { reason: 'reservation_ended' },
    });
    await world.receive(IDS.mug, 1, IDS.store);
  });

  it('is refused, malformed and not for everyone', async () => {
    const one = [{ skuId: sku('mug'), quantity: 1 }];
    expect(await owner.post('/sales', sale(one, [{ method: 'cash', amountMinor: 1 }]))).toMatchObject({
      status: 409,
      body: { reason: 'tenders_do_not_cover', dueMinor: 1200 },
    });
    expect(await owner.post('/sales', sale(one, [{ method: 'on_account' }]))).toMatchObject({
      status: 409,
      body: { reason: 'customer_needed' },
    });
    expect(await owner.post('/sales', sale(one, [{ method: 'cash' }, { method: 'card' }]))).toMatchObject({
      status: 400,
      body: { fields: [{ path: '/tenders' }] },
    });
    expect(
      await owner.post('/sales?preview=true', sale(one, [{ method: 'card', amountMinor: 200 }, { method: 'cash' }])),
    ).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    expect(
      await owner.post(
        '/sales',
        sale([{ skuId: sku('mug'), quantity: 99 }], [{ method: 'cash', amountMinor: 118_800 }]),
      ),
    ).toMatchObject({ status: 409, body: { reason: 'insufficient_stock' } });
    expect(
      await owner.post(
        '/sales',
        sale(one, [{ method: 'cash', amountMinor: 1200 }], { locationId: text('loc', IDS.berlin) }),
      ),
    ).toMatchObject({ status: 409, body: { reason: 'location_not_for_entity' } });
    expect((await owner.post('/sales', sale(one, [{ method: 'gold', amountMinor: 1200 }]))).status).toBe(400);
    expect((await owner.post('/sales', sale(one, [], { registerId: text('reg', randomUUID()) }))).status).toBe(404);
    expect((await world.as(testPrincipal(['order:place'])).post('/sales', sale(one, []))).status).toBe(403);
  });
});

describe('POST /channels/{id}/marketplace-orders', () => {
  const url = `/channels/${text('chn', IDS.market)}/marketplace-orders`;
  const told = (externalRef: string, more: object = {}) => ({
    externalRef,
    lines: [
      { skuId: sku('repair'), quantity: 1, unitPrice: { amount: 1200 } },
      { skuId: sku('tea'), quantity: 500, unitPrice: { amount: 100 } },
    ],
    ...more,
  });

  it('takes what is not there, once by its reference, and pays commission when it leaves', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => owner.post(url, told('M-1'))));
    expect(answers.map((one) => one.status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map((one) => one.body.orderId)).size).toBe(1);
    expect(await world.rows(`select count(*)::int as n from platform_event where type = 'BackorderCreated'`)).toEqual([
      { n: 1 },
    ]);
    // The keys of old are gone; the reference is not.
    await world.rows('delete from platform_key');
    expect(await owner.post(url, told('M-1', { taxInclusive: true }))).toMatchObject({
      status: 201,
      body: { orderId: answers[0]?.body.orderId, repeated: true },
    });
    expect(
      await owner.post(`/orders/${answers[0]?.body.orderId}/shipments`, { lines: [{ line: 1, quantity: 1 }] }),
    ).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    const [shipped] = await world.rows<{ body: Record<string, unknown> }>(
      `select body from platform_event where type = 'OrderShipped' order by number desc limit 1`,
    );
    expect(shipped?.body).toMatchObject({ commissionMinor: 180, feeMinor: 0, tenders: { marketplace: 1200 } });
  });

  it('is not taken for a clerk who wrote its reference on an order of his own', async () => {
    await world.receive(IDS.mug, 1, IDS.store);
    const clerks = await owner.post('/orders', {
      channelId: text('chn', IDS.market),
      fulfillingLocationId: text('loc', IDS.store),
      externalRef: 'M-77',
      lines: [{ skuId: sku('mug'), quantity: 1, unitPrice: { amount: 1200 } }],
      payment: { method: 'bank' },
    });
    expect(clerks.status, JSON.stringify(clerks.body)).toBe(201);
    const sold = await owner.post(url, told('M-77'));
    expect(sold).toMatchObject({ status: 201, body: { repeated: false } });
    expect(sold.body.orderId).not.toBe(clerks.body.orderId);
  });

  it('is refused for a SKU that is not known, malformed and not for everyone', async () => {
    expect(
      await owner.post(url, {
        externalRef: 'M-2',
        lines: [{ skuId: text('sku', randomUUID()), quantity: 1, unitPrice: { amount: 1 } }],
      }),
    ).toMatchObject({ status: 409, body: { reason: 'unknown_sku' } });
    expect((await owner.post(url, { externalRef: 'M-2', lines: [{ skuId: sku('mug'), quantity: 1 }] })).status).toBe(
      400,
    );
    expect((await world.as(testPrincipal(['order:place'])).post(url, told('M-3'))).status).toBe(403);
  });
});

describe('GET /orders', () => {
  it('lists on the page of an order what came back of it', async () => {
    await world.receive(IDS.mug, 5);
    const { orderId } = (await owner.post('/orders', order())).body;
    await owner.post(`/orders/${orderId}/shipments`, {});
    expect((await owner.get(`/orders/${orderId}`)).body).toMatchObject({ returns: [] });
    const back = await owner.post('/returns', {
      originalOrderId: orderId,
      lines: [{ line: 1, quantity: 1 }],
      reason: 'chipped',
    });
    const { returns } = (await owner.get(`/orders/${orderId}`)).body as unknown as { returns: unknown[] };
    expect(returns).toMatchObject([{ id: back.body.orderId, number: back.body.number, grossMinor: -1200 }]);
  });

  it('pages, filters and finds by number, reference, document and customer', async () => {
    await world.receive(IDS.mug, 5);
    const { orderId, number } = (
      await owner.post('/orders', order(undefined, { customerId: text('cus', IDS.customer), externalRef: 'PO 77' }))
    ).body;
    const shipped = (await owner.post(`/orders/${orderId}/shipments`, {})).body;
    for (const search of [number, 'PO 77', shipped.document, 'c-1', 'ANN@example.com', 'ann', 'An']) {
      expect(
        (await owner.get(`/orders?search=${encodeURIComponent(search ?? '')}`)).body.items,
        search ?? '',
      ).toMatchObject([{ id: orderId }]);
    }
    expect((await owner.get('/orders?search=anna')).body.items).toEqual([]);
    // Who may not see customers does not find by them either.
    const clerk = world.as(testPrincipal(['order:read']));
    expect((await clerk.get('/orders?search=ann')).body.items).toEqual([]);
    expect((await clerk.get(`/orders?search=${number}`)).body.items).toHaveLength(1);
    const first = await owner.get('/orders?limit=2');
    expect(first.body.items).toHaveLength(2);
    const second = await owner.get(`/orders?limit=2&after=${first.body.next}`);
    expect((second.body.items[0]?.id ?? '') < (first.body.items[1]?.id ?? '')).toBe(true);
    const open = (await owner.get(`/orders?status=open&channel=${channel('shop')}`)).body.items;
    expect(open.length).toBeGreaterThan(0);
    expect(
      open.every((one) => ['placed', 'part_shipped'].includes(one.status) && one.channelId === channel('shop')),
    ).toBe(true);
    expect((await owner.get('/orders?after=nonsense')).status).toBe(400);
    const elsewhere = world.as(testPrincipal(['order:read'], { entityIds: [IDS.de], locationIds: [] }));
    expect((await elsewhere.get('/orders')).body.items).toEqual([]);
    expect((await elsewhere.get(`/orders/${orderId}`)).status).toBe(404);
    expect((await owner.get(`/orders/${text('ord', randomUUID())}`)).status).toBe(404);
    expect((await owner.get('/orders/nonsense')).status).toBe(400);
  });
});
