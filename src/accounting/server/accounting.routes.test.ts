import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestRetailer, type TestRetailer } from '../../../apps/server/retailer-testing.ts';
import { encodeId } from '../../kernel/ids.ts';

let shop: TestRetailer;
let played: Record<string, string>;
const day = 86_400_000;
const place = (n: number): TestRetailer['world']['locations'][number] => shop.world.locations[n] as never;
const channel = (n: number): TestRetailer['world']['channels'][number] => shop.world.channels[n] as never;
const entity = (n: number): string => encodeId('ent', shop.world.entities[n]?.id ?? '');

beforeAll(async () => {
  shop = await openTestRetailer({ skus: 8 });
  // Two days of a shop, small enough to be reckoned by hand. 20 % tax is in every price; fees: card at the till 20, card of orders
  // 1.4 % + 20, marketplace 15 %.
  await shop.receive(place(1), 0, 10, 4000);
  const tillSale = await shop.sell(place(1), channel(0), 0, 2, 1200, { method: 'card' });
  const order = await shop.order(place(1), channel(1), 0, 3, 1200);
  await shop.ship(place(1), channel(1), order, { carrierCostMinor: 350 });
  shop.clock.now += day;
  const market = await shop.order(place(1), channel(2), 0, 1, 1800, { fact: true });
  await shop.ship(place(1), channel(2), market);
  await shop.takeBack(place(1), channel(0), tillSale, 0, 1200);
  played = { tillSale, order, market };
});
afterAll(() => shop.close());

const statement = async (query: string) =>
  (await shop.owner.get(`/profit-and-loss?entity=${entity(0)}&from=2026-11-22&to=2026-11-23${query}`)).body;
const noughts = {
  discountsMinor: 0,
  returnsMinor: 0,
  paymentFeesMinor: 0,
  commissionMinor: 0,
  carrierMinor: 0,
  otherMinor: 0,
};

describe('the result', () => {
  it('is what was reckoned by hand, by channel', async () => {
    const { rows, total, currency, accounts } = await statement('&by=channel');
    expect(currency).toBe('GBP');
    const of = (n: number) => rows.find((row) => row.channelId === encodeId('chn', channel(n).id));
    expect(of(0)).toMatchObject({
      ...noughts,
      revenueMinor: 2000,
      returnsMinor: 1000,
      netRevenueMinor: 1000,
      costMinor: 400,
      grossMarginMinor: 600,
      paymentFeesMinor: 20,
      contributionMinor: 580,
    });
    // 1.4 % of 3600 is 50.4, and 20.
    expect(of(1)).toMatchObject({
      ...noughts,
      revenueMinor: 3000,
      netRevenueMinor: 3000,
      costMinor: 1200,
      grossMarginMinor: 1800,
      paymentFeesMinor: 70,
      carrierMinor: 350,
      contributionMinor: 1380,
    });
    expect(of(2)).toMatchObject({
      ...noughts,
      revenueMinor: 1500,
      netRevenueMinor: 1500,
      costMinor: 400,
      grossMarginMinor: 1100,
      commissionMinor: 270,
      contributionMinor: 830,
    });
    expect(total).toMatchObject({
      revenueMinor: 6500,
      returnsMinor: 1000,
      netRevenueMinor: 5500,
      costMinor: 2000,
      contributionMinor: 2790,
      resultMinor: 2790,
      channelId: null,
    });
    expect(rows).toHaveLength(3);
    expect(accounts).toMatchObject({ returns: ['4100'], cost: ['5000'], commission: ['6010'] });
  });

  it('is the same by location, for one day, and nothing for another company', async () => {
    const { rows, total } = await statement('&by=location');
    const [row] = rows;
    expect(rows).toEqual([{ ...total, locationId: encodeId('loc', place(1).id), journalUrl: row?.journalUrl }]);
    expect(row?.journalUrl).toContain(`location=${encodeId('loc', place(1).id)}`);
    const first = await shop.owner.get(`/profit-and-loss?entity=${entity(0)}&from=2026-11-22&to=2026-11-22`);
    expect(first.body).toMatchObject({
      rows: [],
      total: { revenueMinor: 5000, returnsMinor: 0, contributionMinor: 1180 + 1380 },
    });
    expect(
      (await shop.owner.get(`/profit-and-loss?entity=${entity(1)}&from=2026-11-22&to=2026-11-22`)).body,
    ).toMatchObject({ currency: 'EUR', rows: [], total: { revenueMinor: 0, resultMinor: 0 } });
  });

  it('leads to the entries behind a figure', async () => {
    const { rows, accounts } = await statement('&by=channel');
    const costs = (accounts as unknown as Record<string, string[]>)['cost']?.[0];
    expect(costs).toBe('5000');
    for (const row of rows) {
      const { items } = (await shop.owner.get(`${row.journalUrl}&account=${costs}`)).body;
      const postings = items.flatMap((entry) => entry.postings).filter((posting) => posting.accountCode === costs);
      expect(postings.reduce((sum, posting) => sum + posting.entityAmountMinor, 0)).toBe(row.costMinor);
    }
  });

  it.each([
    ['&by=colour', 400],
    ['&from=2026-13-01', 400],
  ])('is refused for %s', async (query, status) => {
    expect(
      (await shop.owner.get(`/profit-and-loss?entity=${entity(0)}&to=2026-11-22&from=2026-11-22${query}`)).status,
    ).toBe(status);
  });

  it('asks whose it is', async () => {
    expect(
      (await shop.owner.get(`/profit-and-loss?entity=${encodeId('ent', shop.id())}&from=2026-11-22&to=2026-11-22`))
        .status,
    ).toBe(404);
    expect((await shop.owner.get(`/profit-and-loss?entity=${entity(0)}&from=2026-11-23&to=2026-11-22`)).status).toBe(
      400,
    );
    const query = `entity=${entity(0)}&from=2026-11-22&to=2026-11-23`;
    expect((await shop.at(['stock:read'], [place(1)]).get(`/profit-and-loss?${query}`)).status).toBe(403);
    expect((await shop.at(['journal:read'], [place(4)]).get(`/profit-and-loss?${query}`)).status).toBe(403);
    // Who sees one location sees its result, and of another nothing.
    expect((await shop.at(['journal:read'], [place(0)]).get(`/profit-and-loss?${query}`)).body.total.revenueMinor).toBe(
      0,
    );
    expect((await shop.at(['journal:read'], [place(1)]).get(`/profit-and-loss?${query}`)).body.total.revenueMinor).toBe(
      6500,
    );
  });
});

describe('the journal', () => {
  it('names what happened, where, and every posting with its account', async () => {
    const { items } = (await shop.owner.get(`/journal?entity=${entity(0)}`)).body;
    const sale = items.find((entry) => entry.eventType === 'SaleRecorded');
    expect(sale).toMatchObject({
      rule: 'SaleRecorded',
      subjectId: encodeId('ord', played['tillSale'] ?? ''),
      entityId: entity(0),
      postingDay: '2026-11-22',
      channelId: encodeId('chn', channel(0).id),
    });
    expect(sale?.document).toMatch(/^REC/);
    expect(sale?.eventUrl).toBe(`/api/v1/events?after=${(sale?.eventNumber ?? 0) - 1}&limit=1`);
    expect(sale?.postings).toContainEqual({
      accountCode: '4000',
      accountName: 'Sales of goods',
      amountMinor: -2000,
      debitMinor: 0,
      creditMinor: 2000,
      currency: 'GBP',
      entityAmountMinor: -2000,
      entityDebitMinor: 0,
      entityCreditMinor: 2000,
      entityCurrency: 'GBP',
    });
    for (const entry of items) expect(entry.postings.reduce((sum, posting) => sum + posting.amountMinor, 0)).toBe(0);
  });

  it('pages newest first and takes every filter', async () => {
    const all = (await shop.owner.get('/journal')).body.items;
    expect(all.map((entry) => entry.eventNumber)).toEqual(
      all.map((entry) => entry.eventNumber).toSorted((a, b) => b - a),
    );
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = (await shop.owner.get(`/journal?limit=2${after}`)).body;
      seen.push(...page.items.map((entry) => entry.id));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    expect(seen).toEqual(all.map((entry) => entry.id));
    const idsOf = async (query: string) =>
      (await shop.owner.get(`/journal?${query}`)).body.items.map((entry) => entry.id);
    const expected = (which: (entry: (typeof all)[number]) => boolean) => all.filter(which).map((entry) => entry.id);
    expect(expected((entry) => entry.postingDay === '2026-11-23').length).toBeGreaterThan(0);
    expect(await idsOf('from=2026-11-23&to=2026-11-23')).toEqual(
      expected((entry) => entry.postingDay === '2026-11-23'),
    );
    expect(await idsOf('account=6010')).toEqual(
      expected((entry) => entry.postings.some((posting) => posting.accountCode === '6010')),
    );
    expect(await idsOf(`account=6010&entity=${entity(0)}`)).toHaveLength(1);
    expect(await idsOf('account=9999')).toEqual([]);
    expect(await idsOf(`event=${all[0]?.eventNumber}`)).toEqual([all[0]?.id]);
    expect(await idsOf(`entity=${entity(1)}`)).toEqual([]);
    expect((await shop.owner.get('/journal?after=x')).status).toBe(400);
    expect((await shop.owner.get('/journal?account=abc')).status).toBe(400);
  });

  it('shows a location only what happened there', async () => {
    expect((await shop.at(['journal:read'], [place(0)]).get('/journal')).body.items).toEqual([]);
    expect((await shop.at(['journal:read'], [place(1)]).get('/journal')).body.items.length).toBeGreaterThan(0);
    expect(
      (await shop.at(['journal:read'], [place(0)]).get(`/journal?location=${encodeId('loc', place(1).id)}`)).status,
    ).toBe(403);
    expect((await shop.at(['journal:read'], [place(4)]).get(`/journal?entity=${entity(0)}`)).status).toBe(403);
  });
});

describe('the trial balance', () => {
  it('balances, through any day and from any day', async () => {
    const { body } = await shop.owner.get(`/trial-balance?entity=${entity(0)}`);
    expect(body).toMatchObject({ currency: 'GBP', openingMinor: 0, through: null });
    expect(body.debitMinor).toBe(body.creditMinor);
    expect(body.debitMinor).toBeGreaterThan(0);
    const of = (code: string, from = body) => from.accounts.find((account) => account.code === code);
    expect(of('1200')).toMatchObject({ name: 'Inventory', kind: 'asset', balanceMinor: 4000 - 2000 });
    const second = (await shop.owner.get(`/trial-balance?entity=${entity(0)}&from=2026-11-23&through=2026-11-23`)).body;
    expect(of('1200', second)).toMatchObject({
      openingMinor: 2000,
      debitMinor: 400,
      creditMinor: 400,
      balanceMinor: 2000,
    });
    expect(second.openingMinor).toBe(0);
    expect(second.debitMinor).toBe(second.creditMinor);
    expect((await shop.owner.get(of('1200', second)?.journalUrl ?? '')).body.items.length).toBe(2);
    expect((await shop.at(['journal:read'], [place(1)]).get(`/trial-balance?entity=${entity(0)}`)).status).toBe(403);
    expect((await shop.owner.get('/trial-balance')).status).toBe(400);
  });

  it('knows the chart', async () => {
    const { items } = (await shop.owner.get(`/accounts?entity=${entity(0)}`)).body;
    expect(items).toHaveLength(37);
    expect(items[0]).toEqual({ entityId: entity(0), code: '1000', name: 'Cash in tills', kind: 'asset', role: 'cash' });
    expect((await shop.at(['stock:read'], [place(1)]).get('/accounts')).status).toBe(403);
  });
});

describe('expenses', () => {
  const expense = (more: object = {}) => ({
    locationId: encodeId('loc', place(1).id),
    kind: 'bank_charge',
    amountMinor: 500,
    note: 'November',
    ...more,
  });

  it('lower the result where they belong, once per key', async () => {
    const body = expense({ day: '2026-11-22' });
    const first = await shop.owner.post('/expenses', body, { key: 'e1' });
    expect(first).toMatchObject({
      status: 201,
      body: { debit: 'bank_charges', credit: 'bank', amountMinor: 500, currency: 'GBP' },
    });
    expect((await shop.owner.post('/expenses', body, { key: 'e1' })).body).toMatchObject({
      expenseId: first.body.expenseId,
      repeated: true,
    });
    expect((await statement('')).total).toMatchObject({ contributionMinor: 2790, otherMinor: -500, resultMinor: 2290 });
    await shop.owner.post(
      '/expenses',
      expense({ kind: 'marketplace_fee', channelId: encodeId('chn', channel(2).id), amountMinor: 100 }),
    );
    expect((await statement('')).total).toMatchObject({ commissionMinor: 370, contributionMinor: 2690 });
  });

  it.each([
    [{ amountMinor: 0 }, 409, 'nothing_to_book'],
    [{ kind: 'bank_charge', paidFrom: 'receivable' }, 409, 'not_paid_from'],
    [{ currency: 'JPY' }, 409, 'no_exchange_rate'],
    [{ day: '2026-11-30' }, 409, 'day_not_reached'],
    [{ kind: 'bribe' }, 400, 'malformed_request'],
    [{ amountMinor: 1.5 }, 400, 'malformed_request'],
    [{ locationId: 'loc_7zzzzzzzzzzzzzzzzzzzzzzzzz' }, 404, 'not_found'],
  ])('%j are refused', async (more, status, reason) => {
    expect(await shop.owner.post('/expenses', expense(more))).toMatchObject({ status, body: { reason } });
  });

  it('need the permission at the place', async () => {
    expect((await shop.at(['journal:post'], [place(0)]).post('/expenses', expense())).status).toBe(403);
    expect((await shop.at(['journal:post'], [place(1)]).post('/expenses?preview=true', expense())).status).toBe(201);
  });
});

describe('the end of a period', () => {
  it('closes once, never ahead of time, and what comes late is posted on the first open day', async () => {
    const close = (through: string) => shop.owner.post('/period-close', { entityId: entity(0), through });
    expect(await close('2026-11-23')).toMatchObject({
      status: 409,
      body: { reason: 'period_not_over', today: '2026-11-23' },
    });
    expect(await close('2026-11-22')).toMatchObject({
      status: 200,
      body: { entityId: entity(0), through: '2026-11-22' },
    });
    expect(await close('2026-11-21')).toMatchObject({
      status: 409,
      body: { reason: 'already_closed', through: '2026-11-22' },
    });
    expect((await close('soon')).status).toBe(400);
    const late = await shop.owner.post('/expenses', {
      locationId: encodeId('loc', place(1).id),
      kind: 'other',
      amountMinor: 7,
      day: '2026-11-20',
    });
    expect((await shop.owner.get(`/journal?event=${late.body.eventNumber}`)).body.items[0]).toMatchObject({
      businessDay: '2026-11-20',
      postingDay: '2026-11-23',
    });
    expect(
      (
        await shop
          .at(['period:close'], [place(1)])
          .post('/period-close', { entityId: entity(0), through: '2026-11-22' })
      ).status,
    ).toBe(403);
  });
});

describe('sums that no number holds', () => {
  const days = (n: number) =>
    shop.run((tx) =>
      tx.client.query(
        `insert into accounting_day_total
        select '2100-01-01'::date + n, $1, '00000000-0000-0000-0000-000000000000', $2, account, $3, $3
        from generate_series(1, $4::integer) as n, unnest(array['1200', '4000']) as account`,
        [shop.world.entities[0]?.id, place(1).id, Number.MAX_SAFE_INTEGER, n],
      ),
    );
  const asked = async (url: string) => (await shop.owner.get(url)) as { status: number; body: unknown };
  const tooLarge = { status: 409, body: { reason: 'sum_too_large' } };
  const ofCentury = `/profit-and-loss?entity=`;

  afterEach(() =>
    shop.run((tx) => tx.client.query(`delete from accounting_day_total where posting_day > '2100-01-01'`)),
  );

  // One day: each account fits and their total does not. Two: neither fits a number. 1,100: nor a bigint of PostgreSQL.
  it.each([1, 2, 1100])('are a 409 in the trial balance, of %i days', async (n) => {
    await days(n);
    expect(await asked(`/trial-balance?entity=${entity(0)}`)).toMatchObject(tooLarge);
    expect(await asked(`/trial-balance?entity=${entity(0)}&through=2026-12-31`)).toMatchObject({ status: 200 });
  });

  it.each([2, 1100])('are a 409 in the result, of %i days', async (n) => {
    await days(n);
    expect(await asked(`${ofCentury}${entity(0)}&from=2100-01-01&to=2110-01-01`)).toMatchObject(tooLarge);
    expect(await asked(`${ofCentury}${entity(0)}&from=2100-01-01&to=2100-01-02`)).toMatchObject({ status: 200 });
  });

  it('are a 409 in the valuation', async () => {
    await shop.run(async (tx) => {
      await tx.client.query(
        `insert into stock_cost select a.area_id, gen_random_uuid(), 1, $1, 0, 0, 0, 0, null, 1 from stock_cost a, generate_series(1, 2) limit 2`,
        [Number.MAX_SAFE_INTEGER],
      );
    });
    expect(await asked(`/stock-valuation?entity=${entity(0)}`)).toMatchObject(tooLarge);
    await shop.run((tx) => tx.client.query(`delete from stock_cost where value_minor = $1`, [Number.MAX_SAFE_INTEGER]));
    expect(await asked(`/stock-valuation?entity=${entity(0)}`)).toMatchObject({ status: 200 });
  });
});
