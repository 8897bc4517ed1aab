import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { createReader } from '../../../platform/db/read.ts';
import { createPool } from '../../../platform/db/pool.ts';
import { encodeId } from '../../kernel/ids.ts';
import { sweepExpiredReservations } from './sweep.ts';

let shop: TestRetailer;
beforeAll(async () => {
  shop = await openTestRetailer({ skus: 8 });
});
afterAll(() => shop.close());

const sku = (n: number): string => encodeId('sku', shop.world.skuIds[n] as string);
const place = (n: number): TestRetailer['world']['locations'][number] => shop.world.locations[n] as never;
const loc = (n: number): string => encodeId('loc', place(n).id);
const channel = (n: number): TestRetailer['world']['channels'][number] => shop.world.channels[n] as never;
const gbp = (amount: number, more: object = {}) => ({ amount, currency: 'GBP', ...more });
const levelOf = async (n: number, where: number) =>
  (await shop.owner.get(`/stock?sku=${sku(n)}&location=${loc(where)}`)).body.items[0];

describe('goods receipts', () => {
  it('cost a line in all its digits and round once', async () => {
    const answer = await shop.owner.post('/goods-receipts', {
      locationId: loc(0),
      supplierRef: 'PO 7',
      lines: [
        { skuId: sku(0), quantity: 3, unitCost: gbp(3335, { scale: 1 }) },
        { skuId: sku(1), quantity: 10, totalCost: gbp(1234) },
      ],
    });
    // 3 × 333.5 = 1000.5, half away from zero.
    expect(answer).toMatchObject({
      status: 201,
      body: {
        units: 13,
        valueMinor: 2235,
        currency: 'GBP',
        supplierRef: 'PO 7',
        repeated: false,
        lines: [{ skuId: sku(0), valueMinor: 1001 }, { valueMinor: 1234 }],
      },
    });
    expect(answer.body.receiptId).toMatch(/^doc_/);
    expect(await levelOf(0, 0)).toMatchObject({
      onHand: 3,
      available: 3,
      reserved: 0,
      skuCode: 'SKU-000',
      condition: 'sellable',
    });
  });

  it('are taken in once per key, whatever ids the route makes, and refused for other content', async () => {
    const body = { locationId: loc(0), lines: [{ skuId: sku(1), quantity: 5, totalCost: gbp(100) }] };
    const first = await shop.owner.post('/goods-receipts', body, { key: 'r1' });
    const again = await shop.owner.post('/goods-receipts', body, { key: 'r1' });
    expect(again).toMatchObject({
      status: 201,
      body: { receiptId: first.body.receiptId, eventNumber: first.body.eventNumber, repeated: true },
    });
    expect((await shop.owner.post('/goods-receipts', { ...body, supplierRef: 'x' }, { key: 'r1' })).status).toBe(422);
    expect(await levelOf(1, 0)).toMatchObject({ onHand: 15 });
  });

  it('can be previewed without doing anything', async () => {
    const body = { locationId: loc(0), lines: [{ skuId: sku(1), quantity: 5, totalCost: gbp(100) }] };
    expect(await shop.owner.post('/goods-receipts?preview=true', body)).toMatchObject({
      status: 201,
      body: { units: 5 },
    });
    expect(await levelOf(1, 0)).toMatchObject({ onHand: 15 });
  });

  const wrong: [string, object, number, object][] = [
    [
      'neither unit nor total cost',
      { lines: [{ skuId: () => sku(0), quantity: 1 }] },
      400,
      { fields: [{ path: '/lines/0' }] },
    ],
    [
      'a negative cost',
      { lines: [{ skuId: () => sku(0), quantity: 1, totalCost: gbp(-1) }] },
      400,
      { fields: [{ path: '/lines/0/totalCost' }] },
    ],
    [
      'more than any books can hold',
      { lines: [{ skuId: () => sku(0), quantity: 1e12, unitCost: gbp(1e9) }] },
      400,
      { reason: 'malformed_request' },
    ],
    [
      'no units',
      { lines: [{ skuId: () => sku(0), quantity: 0, totalCost: gbp(1) }] },
      400,
      { reason: 'malformed_request' },
    ],
    [
      'another currency',
      { lines: [{ skuId: () => sku(0), quantity: 1, totalCost: { amount: 1, currency: 'EUR' } }] },
      409,
      { reason: 'cost_in_other_currency', currency: 'GBP' },
    ],
    [
      'a SKU that is none',
      { lines: [{ skuId: () => encodeId('sku', shop.id()), quantity: 1, totalCost: gbp(1) }] },
      404,
      { fields: [{ path: '/lines/0/skuId' }] },
    ],
    [
      'a service',
      { lines: [{ skuId: () => sku(7), quantity: 1, totalCost: gbp(1) }] },
      409,
      { reason: 'not_stocked', kind: 'service' },
    ],
    [
      'a location that is none',
      {
        locationId: () => encodeId('loc', shop.id()),
        lines: [{ skuId: () => sku(0), quantity: 1, totalCost: gbp(1) }],
      },
      404,
      {},
    ],
  ];
  it.each(wrong)('refuse %s', async (_, body, status, problem) => {
    const made = JSON.parse(
      JSON.stringify({ locationId: () => loc(0), ...body }, (_key, value: unknown) =>
        typeof value === 'function' ? (value as () => unknown)() : value,
      ),
    ) as unknown;
    expect(await shop.owner.post('/goods-receipts', made)).toMatchObject({ status, body: problem });
  });

  it('need the permission at the place', async () => {
    const body = { locationId: loc(0), lines: [{ skuId: sku(0), quantity: 1, totalCost: gbp(1) }] };
    expect((await shop.at(['stock:receive'], [place(1)]).post('/goods-receipts', body)).status).toBe(403);
    expect((await shop.at(['stock:read'], [place(0)]).post('/goods-receipts', body)).status).toBe(403);
    expect((await shop.at(['stock:receive'], [place(0)]).post('/goods-receipts?preview=true', body)).status).toBe(201);
  });
});

describe('corrections', () => {
  it('write off, find and count, and say what it cost', async () => {
    await shop.receive(place(1), 2, 10, 1000);
    const adjusted = await shop.owner.post('/stock-adjustments', {
      locationId: loc(1),
      lines: [{ skuId: sku(2), delta: -3, reason: 'damaged' }],
    });
    expect(adjusted).toMatchObject({
      status: 201,
      body: { lossMinor: 300, gainMinor: 0, lines: [{ delta: -3, valueMinor: -300 }] },
    });
    const counted = await shop.owner.post('/stock-counts', {
      locationId: loc(1),
      lines: [{ skuId: sku(2), counted: 8 }],
    });
    expect(counted).toMatchObject({ status: 201, body: { gainMinor: 100, lines: [{ counted: 8, delta: 1 }] } });
    expect(
      await shop.owner.post('/stock-adjustments', {
        locationId: loc(1),
        lines: [{ skuId: sku(2), delta: -9, reason: 'stolen' }],
      }),
    ).toMatchObject({
      status: 409,
      body: { reason: 'more_than_on_hand', skuId: sku(2), requested: 9, onHand: 8 },
    });
    expect(
      (
        await shop.owner.post('/stock-adjustments', {
          locationId: loc(1),
          lines: [{ skuId: sku(2), delta: 1, reason: 'magic' }],
        })
      ).status,
    ).toBe(400);
    const line = { skuId: sku(2), counted: 8 };
    expect(await shop.owner.post('/stock-counts', { locationId: loc(1), lines: [line, line] })).toMatchObject({
      status: 409,
      body: { reason: 'counted_twice' },
    });
  });

  it('keep safety stock back from promises', async () => {
    await shop.owner.send('PUT', '/safety-stock', { locationId: loc(1), lines: [{ skuId: sku(2), safety: 3 }] });
    expect(await levelOf(2, 1)).toMatchObject({ onHand: 8, safety: 3, available: 5 });
  });
});

describe('transfers', () => {
  it('move goods within an entity, and refuse to sell them to another one by the way', async () => {
    const lines = [{ skuId: sku(2), quantity: 2 }];
    const done = await shop.owner.post('/stock-transfers', { fromLocationId: loc(1), toLocationId: loc(3), lines });
    // From the averaged area to the FIFO one, at what they cost.
    expect(done).toMatchObject({ status: 201, body: { valueMinor: 200, toLocationId: loc(3) } });
    expect(await levelOf(2, 3)).toMatchObject({ onHand: 2 });
    expect(
      await shop.owner.post('/stock-transfers', { fromLocationId: loc(1), toLocationId: loc(4), lines }),
    ).toMatchObject({
      status: 409,
      body: {
        reason: 'inter_company_transfer',
        fromEntityId: encodeId('ent', place(1).entityId),
        toEntityId: encodeId('ent', place(4).entityId),
      },
    });
    expect(
      await shop.owner.post('/stock-transfers', {
        fromLocationId: loc(1),
        toLocationId: loc(3),
        lines: [{ skuId: sku(2), quantity: 99 }],
      }),
    ).toMatchObject({
      status: 409,
      body: {
        reason: 'insufficient_stock',
        lines: [{ skuId: sku(2), locationId: loc(1), requested: 99, available: 3 }],
      },
    });
  });
});

describe('reservations', () => {
  const ask = (quantity: number, expiresInSeconds = 60) => ({
    channelId: encodeId('chn', channel(0).id),
    locationId: loc(2),
    lines: [{ skuId: sku(3), quantity }],
    expiresInSeconds,
  });

  it('hold units, tell who holds them, and give them back once', async () => {
    await shop.receive(place(2), 3, 5, 500);
    const held = await shop.owner.post('/reservations', ask(2));
    expect(held).toMatchObject({
      status: 201,
      body: { expiresAt: '2026-11-22T12:01:00.000Z', reservations: [{ skuId: sku(3), quantity: 2 }] },
    });
    const level = await levelOf(3, 2);
    expect(level).toMatchObject({ onHand: 5, reserved: 2, available: 3 });
    const orderId = await shop.order(place(2), channel(1), 3, 1, 700);
    const { reservationId } = held.body.reservations[0];
    const promises = await shop.owner.get(`/stock/${level.id}/promises`);
    expect(promises.body.items).toMatchObject([
      { kind: 'order', id: encodeId('ord', orderId), quantity: 1, expiresAt: null },
      { kind: 'reservation', id: reservationId, number: null, quantity: 2 },
    ]);
    const page = await shop.owner.get(`/stock/${level.id}/promises?limit=1`);
    expect((await shop.owner.get(`/stock/${level.id}/promises?after=${page.body.next}`)).body.items).toEqual([
      promises.body.items[1],
    ]);
    expect(await shop.owner.post('/reservations', ask(3))).toMatchObject({
      status: 409,
      body: { reason: 'insufficient_stock', lines: [{ available: 2 }] },
    });
    expect(await shop.owner.post(`/reservations/${reservationId}/release`)).toMatchObject({
      status: 200,
      body: { reservations: [{ reservationId, quantity: 2 }] },
    });
    expect(await shop.owner.post(`/reservations/${reservationId}/release`)).toMatchObject({
      status: 409,
      body: { reason: 'reservation_ended', endedReason: 'released' },
    });
    expect((await shop.owner.post(`/reservations/${encodeId('res', shop.id())}/release`)).status).toBe(404);
    expect((await shop.at(['stock:reserve'], [place(1)]).post(`/reservations/${reservationId}/release`)).status).toBe(
      404,
    );
    await shop.ship(place(2), channel(1), orderId);
  });

  it('are swept when their time has come, and not before', async () => {
    const pool = createPool({ url: shop.database.url, pipeline: true });
    const deps = {
      reader: createReader(pool, shop.database.schema),
      committer: shop.committer,
      company: shop.company,
      now: () => shop.clock.now,
      principalId: shop.id(),
    };
    await shop.owner.post('/reservations', ask(1, 10));
    await shop.owner.post('/reservations', ask(1, 100));
    expect(await sweepExpiredReservations(deps)).toBe(0);
    shop.clock.now += 11_000;
    // Two sweepers at one time: the second finds it or comes too late, and nothing is given back twice.
    expect(Math.max(...(await Promise.all([sweepExpiredReservations(deps), sweepExpiredReservations(deps)])))).toBe(1);
    expect(await levelOf(3, 2)).toMatchObject({ reserved: 1 });
    shop.clock.now += 100_000;
    expect(await sweepExpiredReservations(deps)).toBe(1);
    expect(await levelOf(3, 2)).toMatchObject({ reserved: 0 });
    await pool.end();
  });
});

describe('what is read', () => {
  it('pages through every level once, by name, code and place', async () => {
    const all = (await shop.owner.get('/stock?limit=200')).body.items;
    expect(all.length).toBeGreaterThan(4);
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await shop.owner.get(`/stock?limit=2${after}`);
      seen.push(...page.body.items.map((item) => item.id));
      if (page.body.next === null) break;
      after = `&after=${page.body.next}`;
    }
    expect(seen).toEqual(all.map((item) => item.id));
    expect((await shop.owner.get('/stock?after=nonsense')).status).toBe(400);
    for (const search of ['thing 2', 'SKU-002', 'sku-002']) {
      const found = (await shop.owner.get(`/stock?search=${encodeURIComponent(search)}`)).body.items;
      expect([...new Set(found.map((item) => item.skuId))]).toEqual([sku(2)]);
    }
    expect((await shop.owner.get('/stock?search=nothing')).body.items).toEqual([]);
  });

  it('shows a cashier the stock of their own store only, without what it costs', async () => {
    const cashier = shop.at(['stock:read'], [place(1)]);
    const { items } = (await cashier.get('/stock')).body;
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map((item) => item.locationId))).toEqual(new Set([loc(1)]));
    expect((await cashier.get(`/stock?location=${loc(0)}`)).status).toBe(403);
    const other = await levelOf(0, 0);
    expect((await cashier.get(`/stock/${other.id}/movements`)).status).toBe(404);
    expect((await cashier.get(`/stock/${other.id}/promises`)).status).toBe(404);
    const movements = (await cashier.get(`/stock/${items[0].id}/movements`)).body.items;
    expect(movements[0]).toMatchObject({ costMinor: null, currency: null });
    expect((await shop.at(['order:read'], [place(1)]).get('/stock')).status).toBe(403);
  });

  it('explains a figure by its movements, newest first, with the document behind each', async () => {
    await shop.receive(place(0), 4, 10, 1000);
    const orderId = await shop.sell(place(0), channel(0), 4, 3, 500);
    const level = await levelOf(4, 0);
    const { items } = (await shop.owner.get(`/stock/${level.id}/movements`)).body;
    expect(items).toMatchObject([
      {
        move: 2,
        delta: -3,
        netAfter: 7,
        reason: 'sale',
        costMinor: -300,
        currency: 'GBP',
        eventType: 'SaleRecorded',
        orderId: encodeId('ord', orderId),
      },
      {
        move: 1,
        delta: 10,
        netAfter: 10,
        reason: 'receipt',
        costMinor: 1000,
        orderId: null,
        orderNumber: null,
        document: 'PO-1',
        eventType: 'GoodsReceived',
      },
    ]);
    expect(items[0].orderNumber).toMatch(/^REC-2026-/);
    const page = (await shop.owner.get(`/stock/${level.id}/movements?limit=1`)).body;
    expect((await shop.owner.get(`/stock/${level.id}/movements?limit=1&after=${page.next}`)).body).toEqual({
      items: [items[1]],
      next: null,
    });
    expect((await shop.owner.get(`/stock/${encodeId('lvl', shop.id())}/movements`)).status).toBe(404);
  });

  it('finds what runs low: under the safety stock, or sold out and in demand', async () => {
    const low = async () =>
      (await shop.owner.get('/stock?low=true&limit=200')).body.items.map((item) => [item.skuId, item.locationId]);
    await shop.receive(place(1), 5, 4, 400);
    await shop.receive(place(2), 5, 4, 400);
    await shop.owner.post('/stock-adjustments', {
      locationId: loc(2),
      lines: [{ skuId: sku(5), delta: -4, reason: 'expired' }],
    });
    expect(await low()).not.toContainEqual([sku(5), loc(1)]);
    await shop.sell(place(1), channel(0), 5, 4, 500);
    const found = await low();
    expect(found).toContainEqual([sku(5), loc(1)]);
    // Gone without a sale: nobody misses it.
    expect(found).not.toContainEqual([sku(5), loc(2)]);
    // 6 on hand, 3 kept back: 3 available are not more than the safety stock.
    expect(found).toContainEqual([sku(2), loc(1)]);
  });
});
