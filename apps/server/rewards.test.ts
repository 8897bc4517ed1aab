import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPrincipal } from '../../platform/http/testing.ts';
import { DATABASE_CHECKS } from '../simulator/auditor.ts';
import { IDS, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

let world: OrderWorld;
let owner: Client;
const here = text('loc', IDS.store);
const customerId = text('cus', IDS.customer);
const mug = { skuId: text('sku', IDS.mug), quantity: 1 };

beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.receive(IDS.mug, 500, IDS.store);
  await world.receive(IDS.mug, 500);
  const set = await owner.send('PUT', '/loyalty-programmes', programme());
  if (set.status !== 200) throw new Error(JSON.stringify(set.body));
  world.loyalty.invalidate({ type: 'LoyaltyProgrammeSet' });
});
afterAll(() => world.close());

function programme(change: object = {}): object {
  return {
    entityId: text('ent', IDS.uk),
    name: 'Club',
    active: true,
    earn: [
      { name: 'All', points: 1, perMinor: 100, cashBackPpm: 10_000, channelIds: [], productIds: [], categoryIds: [] },
    ],
    multiplierDays: [],
    tiers: [{ code: 'gold', name: 'Gold', fromMinor: 1_000_000, windowMonths: 12, multiplierPpm: 2_000_000 }],
    rewards: [{ code: 'tenner', name: 'Ten pounds', points: 800, creditMinor: 1000 }],
    value: { points: 100, minor: 100 },
    breakagePpm: 100_000,
    expiryDays: 365,
    spentPoints: 'withhold',
    expiredPoints: 'renew',
    ...change,
  };
}

const sell = (lines: object[], tenders: object[], more: object = {}) =>
  owner.post('/sales', { channelId: text('chn', IDS.counter), locationId: here, lines, tenders, ...more });

/** A card with money on it that somebody bought at the counter. */
async function boughtCard(amount: number, more: object = {}): Promise<{ id: string; code: string }> {
  const issued = await owner.post('/gift-cards', { locationId: here, count: 1, ...more });
  const card = issued.body.cards[0]!;
  const line = { skuId: text('sku', IDS.voucher), quantity: 1, unitPrice: { amount } };
  const sold = await sell([line], [{ method: 'cash' }], { giftCards: [{ line: 1, giftCardCode: card.code }] });
  expect(sold).toMatchObject({ status: 201, body: { grossMinor: amount, taxMinor: 0 } });
  return card;
}
const balanceOf = async (id: string): Promise<number> => (await owner.get(`/gift-cards/${id}`)).body.card.balanceMinor;

/** The checks of the auditor that are about rewards, on what this test has done so far. */
async function audit(): Promise<unknown[]> {
  const checks = DATABASE_CHECKS.filter(({ name }) => name.startsWith('reward'));
  expect(checks.length).toBeGreaterThan(2);
  const findings = [];
  for (const { name, faults } of checks) for (const row of await world.rows(faults)) findings.push({ name, row });
  return findings;
}

describe('gift cards', () => {
  it('are sold as a debt, and the same key tells the same codes', async () => {
    const body = { locationId: here, count: 2 };
    const first = await owner.post('/gift-cards', body, { key: 'cards for christmas' });
    expect(first).toMatchObject({ status: 201, body: { repeated: false } });
    const again = await owner.post('/gift-cards', body, { key: 'cards for christmas' });
    expect(again.body.cards).toEqual(first.body.cards);
    const { id } = await boughtCard(5000);
    const entry = await world.rows<{ accounts: string[]; amounts: string[] }>(
      `select accounts, amounts from accounting_entry order by event_number desc limit 1`,
    );
    expect(entry[0]?.accounts).toEqual(['1000', '2310']);
    expect(entry[0]?.amounts.map(Number)).toEqual([5000, -5000]);
    expect(await owner.get(`/gift-cards/${id}`)).toMatchObject({
      body: {
        card: { state: 'active', balanceMinor: 5000 },
        entries: [{ what: 'sold', delta: 5000 }, { what: 'issued' }],
      },
    });
    const kept = await world.rows(`select * from reward_account where key like '%'`);
    expect(JSON.stringify(kept)).not.toContain(first.body.cards[0]!.code);
  });

  it('pay in part and in full, and get it back with the goods', async () => {
    const { id, code } = await boughtCard(3000);
    const bought = await sell(
      [{ ...mug, quantity: 2 }],
      [{ method: 'gift_card', giftCardCode: code, amountMinor: 2000 }, { method: 'cash' }],
    );
    expect(bought).toMatchObject({ status: 201, body: { grossMinor: 2400 } });
    expect(await balanceOf(id)).toBe(1000);
    const back = await owner.post('/returns', {
      originalOrderId: bought.body.orderId,
      lines: [{ line: 1, quantity: 2 }],
      reason: 'too many',
    });
    expect(back.status).toBe(201);
    expect(await balanceOf(id)).toBe(3000);
    const looked = await owner.post('/gift-card-lookups', { code: code.toLowerCase() });
    expect(looked).toMatchObject({ status: 200, body: { balanceMinor: 3000 } });
  });

  it.each([
    ['more than is on it', {}, 1200, undefined, 'reward_not_enough', 1000],
    ['a day too late', { expiresOn: '2026-11-23' }, 100, undefined, 'reward_expired', undefined],
    ['in another currency', { currency: 'EUR' }, 100, undefined, 'reward_wrong_currency', undefined],
    ['when it is blocked', {}, 100, 'block', 'reward_not_usable', undefined],
  ])('are refused: %s', async (_, more, amountMinor, act, reason, balance) => {
    const issued = await owner.post('/gift-cards', { locationId: here, count: 1, ...more });
    const { id, code } = issued.body.cards[0]!;
    const credit = { locationId: here, amountMinor: 1000, reason: 'opening', note: 'before', currency: 'GBP', ...more };
    const { expiresOn: ends, ...put } = { expiresOn: undefined, ...credit };
    expect((await owner.post(`/gift-cards/${id}/credits`, put)).status).toBe(201);
    if (ends !== undefined) world.clock.now += 2 * 86_400_000;
    if (act === 'block') await owner.post(`/gift-cards/${id}/${act}`, { locationId: here, reason: 'lost' });
    const bought = await sell([mug], [{ method: 'gift_card', giftCardCode: code, amountMinor }, { method: 'cash' }]);
    expect(bought).toMatchObject({
      status: 409,
      body: { reason, ...(balance === undefined ? {} : { balanceMinor: balance }) },
    });
    if (ends !== undefined) world.clock.now -= 2 * 86_400_000;
  });

  it('tell nobody which code is one: unknown, blocked, never sold and mistyped are one answer, and guessing has to wait', async () => {
    const { id, code } = await boughtCard(1000);
    await owner.post(`/gift-cards/${id}/block`, { locationId: here, reason: 'lost' });
    const guesser = world.as({ ...testPrincipal(['gift_card:read']), id: '01999c2f-0000-7000-8000-00000000beef' });
    const unsold = (await owner.post('/gift-cards', { locationId: here, count: 1 })).body.cards[0]!.code;
    const answers = [];
    for (const guess of [code, unsold, 'no code', '0000000000000000'])
      answers.push((await guesser.post('/gift-card-lookups', { code: guess })).body);
    for (const answer of answers) expect({ ...answer, requestId: '' }).toEqual({ ...answers[0], requestId: '' });
    expect(answers[0]?.reason).toBe('reward_not_usable');
    let waits = 0;
    for (let n = 0; n < 100; n += 1) waits = (await guesser.post('/gift-card-lookups', { code: `wrong ${n}` })).status;
    expect(waits).toBe(429);
    expect((await guesser.post('/gift-cards', { locationId: here, count: 1 })).status).toBe(403);
    expect((await owner.post('/gift-cards', { locationId: here, count: 0 })).status).toBe(400);
  });

  it('spent by many at once: exactly its balance', async () => {
    const { id, code } = await boughtCard(6000);
    const tries = await Promise.all(
      Array.from({ length: 12 }, async () => sell([mug], [{ method: 'gift_card', giftCardCode: code }])),
    );
    expect(tries.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(tries.filter(({ status }) => status === 409)).toHaveLength(7);
    expect(await balanceOf(id)).toBe(0);
  });

  it('pay orders in advance, and a cancellation gives back', async () => {
    const { id, code } = await boughtCard(1000);
    const placed = await owner.post('/orders', {
      channelId: text('chn', IDS.shop),
      lines: [mug],
      tenders: [{ method: 'gift_card', giftCardCode: code, amountMinor: 1000 }],
      payment: { method: 'bank' },
    });
    expect(placed).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    expect(await balanceOf(id)).toBe(0);
    const cancelled = await owner.post(`/orders/${placed.body.orderId}/cancellation`, { reason: 'changed mind' });
    expect(cancelled.status).toBe(201);
    expect(await balanceOf(id)).toBe(1000);
  });
});

describe('store credit and points', () => {
  const points = async () => (await owner.get(`/customers/${customerId}/points`)).body.items[0];
  const credit = async () => (await owner.get(`/customers/${customerId}/store-credit`)).body.items[0];

  it('are earned in the sale, pay the next one, and a refund keeps what is spent', async () => {
    const bought = await sell([{ ...mug, quantity: 10 }], [{ method: 'card' }], { customerId });
    expect(bought.status).toBe(201);
    expect(await points()).toMatchObject({
      balance: 120,
      worthMinor: 120,
      lots: [{ expiresOn: '2027-11-22', points: 120 }],
    });
    expect(await credit()).toMatchObject({ balanceMinor: 120 });
    const burned = await sell(
      [mug],
      [{ method: 'points', amountMinor: 100 }, { method: 'store_credit', amountMinor: 120 }, { method: 'cash' }],
      { customerId },
    );
    expect(burned.status).toBe(201);
    expect(await credit()).toMatchObject({ balanceMinor: 11 });
    const before = (await points())!.balance;
    expect(before).toBe(31);
    const asked = { originalOrderId: bought.body.orderId, lines: [{ line: 1, quantity: 10 }], reason: 'broken' };
    const explicit = await owner.post('/returns', { ...asked, refunds: [{ method: 'cash', amountMinor: 12_000 }] });
    expect(explicit).toMatchObject({
      status: 409,
      body: { reason: 'tenders_do_not_cover', dueMinor: 11_911, withheldMinor: 89 },
    });
    expect(await owner.post('/returns', asked)).toMatchObject({ status: 201 });
    expect(await points()).toMatchObject({ balance: 0, overdrawn: 0 });
    // Cash-back that is spent already is owed: a task for a person.
    expect(await credit()).toMatchObject({ balanceMinor: 0, overdrawnMinor: 109 });
    expect(await audit()).toEqual([]);
  });

  it('are earned with the shipment of an order, and given back to whoever cancels', async () => {
    await owner.post(`/customers/${customerId}/points`, { locationId: here, points: 900, reason: 'sorry' });
    const exchanged = await owner.post(`/customers/${customerId}/reward-exchanges`, {
      locationId: here,
      reward: 'tenner',
    });
    expect(exchanged.status).toBe(201);
    expect(await points()).toMatchObject({ balance: 100 });
    expect(await credit()).toMatchObject({ balanceMinor: 891, overdrawnMinor: 0 });
    const order = { channelId: text('chn', IDS.shop), lines: [mug], payment: { method: 'bank' }, customerId };
    const paid = await owner.post('/orders', { ...order, tenders: [{ method: 'points', amountMinor: 50 }] });
    expect(paid.status).toBe(201);
    expect(await points()).toMatchObject({ balance: 50 });
    expect((await owner.post(`/orders/${paid.body.orderId}/cancellation`, { reason: 'no' })).status).toBe(201);
    expect(await points()).toMatchObject({ balance: 100 });
    const shipped = await owner.post('/orders', order);
    expect((await owner.post(`/orders/${shipped.body.orderId}/shipments`, {})).status).toBe(201);
    expect(await points()).toMatchObject({ balance: 112 });
    expect(await audit()).toEqual([]);
  });

  it('refused: without a customer, without enough, where nobody may', async () => {
    expect(await sell([mug], [{ method: 'points' }])).toMatchObject({
      status: 409,
      body: { reason: 'customer_needed' },
    });
    expect(await sell([mug], [{ method: 'points' }], { customerId })).toMatchObject({
      status: 409,
      body: { reason: 'points_not_enough' },
    });
    expect(await sell([mug], [{ method: 'gift_card', giftCardCode: 'nothing' }])).toMatchObject({
      status: 409,
      body: { reason: 'reward_not_usable' },
    });
    expect(await owner.send('PUT', '/loyalty-programmes', programme({ value: { points: 0, minor: 1 } }))).toMatchObject(
      { status: 400 },
    );
    const nobody = world.as(testPrincipal(['loyalty:read']));
    expect(
      (await nobody.post(`/customers/${customerId}/points`, { locationId: here, points: 1, reason: 'x' })).status,
    ).toBe(403);
  });

  it('run out by the run of a day, once', async () => {
    world.clock.now += 366 * 86_400_000;
    const run = await owner.post('/reward-expiry', { locationId: here });
    expect(run.status).toBe(201);
    expect(await points()).toMatchObject({ balance: 0, lots: [] });
    expect(await owner.post('/reward-expiry', { locationId: here })).toMatchObject({
      status: 409,
      body: { reason: 'nothing_expired' },
    });
    expect(await audit()).toEqual([]);
  });
});
