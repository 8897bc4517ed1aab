import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPrincipal } from '../../platform/http/testing.ts';
import { mintUuidv7 } from '../../src/kernel/ids.ts';
import { DATABASE_CHECKS } from '../simulator/auditor.ts';
import { IDS, ORDER_NOW, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

const uuid = (kind: number, n: number): string => mintUuidv7(ORDER_NOW, n + 1, 40 + kind);
/** A store each in Switzerland, Sweden and New Zealand, and a marketplace that declares the tax itself. */
const SHOPS = [
  { n: 0, country: 'CH', currency: 'CHF', vatPpm: 81_000 },
  { n: 1, country: 'SE', currency: 'SEK', vatPpm: 250_000 },
  { n: 2, country: 'NZ', currency: 'NZD', vatPpm: 150_000 },
];
const MARKET = uuid(3, 9);
const mug = text('sku', IDS.mug);

let world: OrderWorld;
let owner: Client;

function shopSql({ n, country, currency, vatPpm }: (typeof SHOPS)[number]): string {
  return `
    insert into company_legal_entity (id, code, name, country, functional_currency) values ('${uuid(1, n)}', '${country}', 'Mugs', '${country}', '${currency}');
    insert into location (id, entity_id, code, name, kind, country, time_zone) values ('${uuid(2, n)}', '${uuid(1, n)}', 'S${country}', 'Store', 'store', '${country}', 'UTC');
    insert into stock_valuation_area values ('${uuid(4, n)}', '${uuid(1, n)}', '${country}', 'moving_average', '${currency}');
    insert into stock_area_location values ('${uuid(2, n)}', '${uuid(4, n)}');
    insert into channel (id, entity_id, code, name, kind, currency, default_location_id) values ('${uuid(3, n)}', '${uuid(1, n)}', 'C${country}', 'Counter', 'store', '${currency}', '${uuid(2, n)}');
    insert into price_list (id, channel_id, currency, tax_inclusive, name) values ('${uuid(5, n)}', '${uuid(3, n)}', '${currency}', true, '${country}');
    insert into price (price_list_id, sku_id, valid_from, amount, scale) values ('${uuid(5, n)}', '${IDS.mug}', '2026-01-01', 333, 0);
    insert into price_vat_rate values ('${country}', 'standard', '2020-01-01', ${vatPpm}, 'VAT');
    insert into accounting_account values ('${uuid(1, n)}', '1000', '1000', 'asset', 'none');`;
}

beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  for (const shop of SHOPS) await world.rows(shopSql(shop));
  await world.rows(
    `insert into channel (id, entity_id, code, name, kind, currency, default_location_id, commission_ppm, tax_collected_by)
     values ('${MARKET}', '${IDS.uk}', 'THEIRS', 'Theirs', 'marketplace', 'GBP', '${IDS.warehouse}', 100000, 'marketplace')`,
  );
  await world.company.reload();
  for (const { n } of SHOPS) await world.receive(IDS.mug, 50, uuid(2, n));
  await world.receive(IDS.mug, 50);
});
afterAll(() => world.close());

const at = (n: number) => ({ channelId: text('chn', uuid(3, n)), locationId: text('loc', uuid(2, n)) });
const sell = (n: number, quantity: number, tenders: object[], query = '') =>
  owner.post(`/sales${query}`, { ...at(n), lines: [{ skuId: mug, quantity }], tenders });

/** What of the auditor's checks does not hold. */
async function audit(): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const { name, faults } of DATABASE_CHECKS)
    found.push(...(await world.rows<object>(faults)).map((row) => ({ name, ...row })));
  return found;
}

/** What stands on an account of an entity. */
async function balance(entityId: string, account: string): Promise<number> {
  const [row] = await world.rows<{ sum: string | null }>(
    `select sum(p.amount)::text as sum from accounting_entry e cross join lateral unnest(e.accounts, e.amounts) as p(account, amount)
     where e.entity_id = '${entityId}' and p.account = '${account}'`,
  );
  return Number(row?.sum ?? 0);
}

describe('cash', () => {
  it.each([
    ['Switzerland', 0, 3, 999, 1],
    ['Sweden', 1, 1, 333, -33],
    ['New Zealand', 2, 3, 999, 1],
  ])(
    'is rounded in %s, in the preview as in the sale, and comes back as it was paid',
    async (_, n, quantity, gross, rounding) => {
      const preview = await sell(n, quantity, [{ method: 'cash' }], '?preview=true');
      expect(preview).toMatchObject({ status: 201, body: { grossMinor: gross, cashRoundingMinor: rounding } });
      const exact = await sell(n, quantity, [{ method: 'cash', amountMinor: gross }]);
      expect(exact).toMatchObject({
        status: 409,
        body: { reason: 'tenders_do_not_cover', dueMinor: gross + rounding, cashRoundingMinor: rounding },
      });
      const sold = await sell(n, quantity, [{ method: 'cash' }]);
      expect(sold).toMatchObject({ status: 201, body: { grossMinor: gross, cashRoundingMinor: rounding } });
      const { orderId } = sold.body;
      expect((await owner.get(`/orders/${orderId}`)).body).toMatchObject({
        grossMinor: gross,
        cashRoundingMinor: rounding,
        payments: [{ method: 'cash', capturedMinor: gross + rounding }],
      });
      expect(await balance(uuid(1, n), '6065')).toBe(0 - rounding);
      for (let left = quantity; left > 0; left -= 1) {
        const back = { originalOrderId: orderId, lines: [{ line: 1, quantity: 1 }], reason: 'too big' };
        const told = await owner.post('/returns?preview=true', back);
        const done = await owner.post('/returns', back);
        expect(done.status).toBe(201);
        expect(done.body).toMatchObject({
          grossMinor: 333,
          cashRoundingMinor: (told.body as object as { cashRoundingMinor: number }).cashRoundingMinor,
        });
      }
      expect((await owner.get(`/orders/${orderId}`)).body.payments).toMatchObject([
        { refundedMinor: gross + rounding },
      ]);
      expect(await balance(uuid(1, n), '6065')).toBe(0);
      expect(await balance(uuid(1, n), '1000')).toBe(0);
      expect(await audit()).toEqual([]);
    },
  );

  it('is rounded only as far as it pays: a card pays to the cent, and takes what cash leaves', async () => {
    const both = await sell(0, 3, [{ method: 'card', amountMinor: 501 }, { method: 'cash' }]);
    expect(both).toMatchObject({ status: 201, body: { grossMinor: 999, cashRoundingMinor: 2 } });
    const rest = await sell(0, 3, [{ method: 'cash', amountMinor: 500 }, { method: 'card' }]);
    expect(rest).toMatchObject({ status: 201, body: { grossMinor: 999, cashRoundingMinor: 0 } });
    const payments = (await owner.get(`/orders/${rest.body.orderId}`)).body.payments;
    expect(payments).toMatchObject([
      { method: 'cash', capturedMinor: 500 },
      { method: 'card', capturedMinor: 499 },
    ]);
    const back = await owner.post('/returns', {
      originalOrderId: both.body.orderId,
      lines: [{ line: 1, quantity: 3 }],
      reason: 'x',
    });
    expect(back).toMatchObject({ status: 201, body: { grossMinor: 999, cashRoundingMinor: 2 } });
    expect((await owner.get(`/orders/${both.body.orderId}`)).body.payments).toMatchObject([
      { method: 'card', refundedMinor: 501 },
      { method: 'cash', refundedMinor: 500 },
    ]);
    expect(await audit()).toEqual([]);
  });

  it('is not rounded where every cent can be paid', async () => {
    await world.receive(IDS.mug, 5, IDS.store);
    const sale = { channelId: text('chn', IDS.counter), locationId: text('loc', IDS.store) };
    const sold = await owner.post('/sales', {
      ...sale,
      lines: [{ skuId: mug, quantity: 1, unitPrice: { amount: 1198 } }],
      tenders: [{ method: 'cash' }],
    });
    expect(sold).toMatchObject({ status: 201, body: { grossMinor: 1198, cashRoundingMinor: 0 } });
  });
});

describe('a marketplace that declares the tax', () => {
  it('keeps it: it stands on the lines and in the report apart, is not owed, and is not in what is paid to us', async () => {
    const before = await balance(IDS.uk, '2100');
    const told = await owner.post(`/channels/${text('chn', MARKET)}/marketplace-orders`, {
      externalRef: 'T-1',
      lines: [{ skuId: mug, quantity: 2, unitPrice: { amount: 1200 } }],
    });
    expect(told).toMatchObject({ status: 201, body: { netMinor: 2000, taxMinor: 0, grossMinor: 2000 } });
    const id = told.body.orderId;
    expect((await owner.get(`/orders/${id}`)).body).toMatchObject({
      lines: [
        {
          netMinor: 2000,
          taxMinor: 0,
          taxes: [{ jurisdiction: 'GB', treatment: 'marketplace', ratePpm: 200_000, baseMinor: 2000, taxMinor: 400 }],
        },
      ],
      payments: [{ method: 'marketplace', authorisedMinor: 2000 }],
    });
    const shipped = await owner.post(`/orders/${id}/shipments`, {});
    expect(shipped).toMatchObject({ status: 201, body: { netMinor: 2000, taxMinor: 0, grossMinor: 2000 } });
    expect(await balance(IDS.uk, '2100')).toBe(before);
    // What it pays out: 20.00 less a tenth of commission.
    expect(await balance(IDS.uk, '1020')).toBe(1800);
    const totals = await world.rows<{ treatment: string; base: string; tax: string }>(
      `select treatment, sum(base_minor)::text as base, sum(tax_minor)::text as tax from accounting_tax_total
       where entity_id = '${IDS.uk}' and treatment = 'marketplace' group by treatment`,
    );
    expect(totals).toEqual([{ treatment: 'marketplace', base: '2000', tax: '400' }]);
    const back = await owner.post('/returns', {
      originalOrderId: id,
      lines: [{ line: 1, quantity: 1 }],
      reason: 'broken',
    });
    expect(back).toMatchObject({ status: 201, body: { grossMinor: 1000, taxMinor: 0 } });
    expect(await audit()).toEqual([]);
  });
});

describe('a gift card that an order sells', () => {
  it('is filled when it leaves, its code told to whoever ships; it pays at the till and gets its money back', async () => {
    const liability = await balance(IDS.uk, '2310');
    const voucher = { skuId: text('sku', IDS.voucher), quantity: 2, unitPrice: { amount: 2500 } };
    const placed = await owner.post('/orders', {
      channelId: text('chn', IDS.shop),
      lines: [{ skuId: mug, quantity: 1 }, voucher],
      payment: { method: 'card', token: 'tok_ok' },
    });
    expect(placed).toMatchObject({ status: 201, body: { grossMinor: 1200 + 5000, taxMinor: 200 } });
    const url = `/orders/${placed.body.orderId}/shipments`;
    const packer = world.as(testPrincipal(['order:ship']));
    expect((await packer.post(url, {})).status).toBe(403);
    expect(await owner.post(url, { giftCards: [{ line: 1, giftCardCode: 'X' }] })).toMatchObject({
      status: 409,
      body: { reason: 'gift_card_line', line: 1 },
    });
    const preview = await owner.post(`${url}?preview=true`, {});
    expect(preview.body).toMatchObject({ giftCards: [{ code: null }, { code: null }] });
    const first = await owner.post(url, { lines: [{ line: 2, quantity: 1 }] }, { key: 'ship-once' });
    const cards = (first.body as object as { giftCards: { id: string; code: string; lastFour: string }[] }).giftCards;
    expect(cards).toMatchObject([{ line: 2, amountMinor: 2500 }]);
    const again = await owner.post(url, { lines: [{ line: 2, quantity: 1 }] }, { key: 'ship-once' });
    expect(again.body).toMatchObject({ repeated: true, giftCards: cards });
    expect((await owner.post(url, {})).status).toBe(201);
    expect(await balance(IDS.uk, '2310')).toBe(liability - 5000);
    const kept = await world.rows<{ hits: number }>(
      `select count(*)::int as hits from reward_account where code_hash like '%${cards[0]?.code ?? ''}%'`,
    );
    expect(kept).toEqual([{ hits: 0 }]);

    await world.receive(IDS.mug, 5, IDS.store);
    const sold = await owner.post('/sales', {
      channelId: text('chn', IDS.counter),
      locationId: text('loc', IDS.store),
      lines: [{ skuId: mug, quantity: 1 }],
      tenders: [{ method: 'gift_card', giftCardCode: cards[0]?.code }],
    });
    expect(sold).toMatchObject({ status: 201, body: { grossMinor: 1200 } });
    const left = async () => (await owner.get(`/gift-cards/${cards[0]?.id}`)).body;
    expect(await left()).toMatchObject({ card: { balanceMinor: 1300 } });
    const back = { originalOrderId: sold.body.orderId, lines: [{ line: 1, quantity: 1 }], reason: 'x' };
    expect((await owner.post('/returns', back)).status).toBe(201);
    expect(await left()).toMatchObject({ card: { balanceMinor: 2500, lastFour: cards[0]?.lastFour } });
    expect(
      await owner.post('/returns', {
        originalOrderId: placed.body.orderId,
        lines: [{ line: 2, quantity: 1 }],
        reason: 'x',
      }),
    ).toMatchObject({ status: 409, body: { reason: 'gift_card_sold' } });
    expect(await audit()).toEqual([]);
  });
});
