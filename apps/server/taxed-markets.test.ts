import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintUuidv7 } from '../../src/kernel/ids.ts';
import { DATABASE_CHECKS } from '../simulator/auditor.ts';
import { IDS, ORDER_NOW, openOrderWorld, text, type Client, type OrderWorld } from './order-testing.ts';

/** One retailer in India (two states), the United States and Germany; the rates are examples. */
const uuid = (kind: number, n: number): string => mintUuidv7(ORDER_NOW, n + 1, 60 + kind);
const [IN, US, DE] = [uuid(1, 0), uuid(1, 1), IDS.de];
const [BLR, MUM, NYC, BER] = [uuid(2, 0), uuid(2, 1), uuid(2, 2), IDS.berlin];
const [IN_TILL, IN_SHOP, US_TILL, US_SHOP, DE_SHOP, IN_MARKET] = [
  uuid(3, 0),
  uuid(3, 1),
  uuid(3, 2),
  uuid(3, 3),
  uuid(3, 4),
  uuid(3, 5),
];
const LIST = (n: number): string => uuid(4, n);
const SHIPPING = uuid(5, 0);
/** Customers by where they live; the one in Lyon is a business. */
const BUYERS = [
  { key: 'pune', country: 'IN', region: 'MH', city: 'Pune' },
  { key: 'mysuru', country: 'IN', region: 'KA', city: 'Mysuru' },
  { key: 'newark', country: 'US', region: 'NJ', city: 'Newark' },
  { key: 'albany', country: 'US', region: 'NY', city: 'Albany' },
  { key: 'church', country: 'US', region: 'NY', city: 'Albany' },
  { key: 'london', country: 'GB', region: '', city: 'London' },
  { key: 'lyon', country: 'FR', region: '', city: 'Lyon' },
  { key: 'chelsea', country: 'US', region: 'NY', city: 'New York', postcode: '10001' },
  { key: 'nearby', country: 'US', region: 'NY', city: 'New York', postcode: '10001-2345' },
  { key: 'newton', country: 'US', region: 'NJ', city: 'New York', postcode: '10001' },
] as const;
const buyer = (key: (typeof BUYERS)[number]['key']): string =>
  uuid(
    6,
    BUYERS.findIndex((one) => one.key === key),
  );

const rate = (jurisdiction: string, code: string, taxClass: string, ppm: number): string =>
  `('${jurisdiction}', '${code}', '${taxClass}', '2020-01-01', ${ppm}, false, false, '${code}', 'example')`;

const SETTING = `
insert into company_legal_entity (id, code, name, country, functional_currency) values ('${IN}', 'IN', 'Mugs Pvt', 'IN', 'INR'), ('${US}', 'US', 'Mugs Inc', 'US', 'USD');
insert into location (id, entity_id, code, name, kind, country, time_zone) values
  ('${BLR}', '${IN}', 'BLR', 'Bengaluru', 'store', 'IN', 'Asia/Kolkata'), ('${MUM}', '${IN}', 'MUM', 'Mumbai', 'store', 'IN', 'Asia/Kolkata'),
  ('${NYC}', '${US}', 'NYC', 'New York', 'store', 'US', 'America/New_York');
insert into stock_valuation_area values ('${uuid(7, 0)}', '${IN}', 'IN', 'moving_average', 'INR'), ('${uuid(7, 1)}', '${US}', 'US', 'moving_average', 'USD');
insert into stock_area_location values ('${BLR}', '${uuid(7, 0)}'), ('${MUM}', '${uuid(7, 0)}'), ('${NYC}', '${uuid(7, 1)}');
insert into channel (id, entity_id, code, name, kind, currency, default_location_id, commission_ppm) values
  ('${IN_TILL}', '${IN}', 'INT', 'Tills', 'store', 'INR', '${BLR}', 0), ('${IN_SHOP}', '${IN}', 'INS', 'Shop', 'shop', 'INR', '${BLR}', 0),
  ('${US_TILL}', '${US}', 'UST', 'Till', 'store', 'USD', '${NYC}', 0), ('${US_SHOP}', '${US}', 'USS', 'Shop', 'shop', 'USD', '${NYC}', 0),
  ('${DE_SHOP}', '${DE}', 'DES', 'Shop', 'shop', 'EUR', '${BER}', 0), ('${IN_MARKET}', '${IN}', 'INM', 'Market', 'marketplace', 'INR', '${BLR}', 0);
insert into price_list (id, channel_id, currency, tax_inclusive, name) values
  ('${LIST(0)}', '${IN_TILL}', 'INR', true, 'Tills'), ('${LIST(1)}', '${IN_SHOP}', 'INR', true, 'Shop'), ('${LIST(2)}', '${US_TILL}', 'USD', false, 'Till'),
  ('${LIST(3)}', '${US_SHOP}', 'USD', false, 'Shop'), ('${LIST(4)}', '${DE_SHOP}', 'EUR', true, 'Shop');
insert into catalog_sku (id, variant_id, product_id, code, name, kind, tax_class) values ('${SHIPPING}', '${IDS.mug}', '${IDS.mug}', 'SHIP', 'Shipping', 'shipping', 'shipping');
insert into price (price_list_id, sku_id, valid_from, amount) values
  ('${LIST(0)}', '${IDS.mug}', '2026-01-01', 9999), ('${LIST(1)}', '${IDS.mug}', '2026-01-01', 9999), ('${LIST(1)}', '${SHIPPING}', '2026-01-01', 5000),
  ('${LIST(0)}', '${IDS.tea}', '2026-01-01', 15000), ('${LIST(1)}', '${IDS.tea}', '2026-01-01', 15000), ('${LIST(0)}', '${IDS.box}', '2026-01-01', 39000),
  ('${LIST(2)}', '${IDS.mug}', '2026-01-01', 999), ('${LIST(3)}', '${IDS.mug}', '2026-01-01', 999), ('${LIST(3)}', '${SHIPPING}', '2026-01-01', 595),
  ('${LIST(4)}', '${IDS.mug}', '2026-01-01', 1190);
insert into price_tax_rate (jurisdiction, code, tax_class, valid_from, rate_ppm, compound, exempt, name, source) values
  ${rate('IN', 'GST', 'standard', 180_000)}, ${rate('IN', 'GST', 'reduced', 50_000)}, ${rate('US-NY', 'SALES', 'standard', 40_000)}, ${rate('US-NY', 'SALES', 'shipping', 40_000)},
  ${rate('US-NY-NEWYORK', 'SALES', 'standard', 5_000)}, ${rate('US-NY-NEWYORK-NEWYORKCITY', 'SALES', 'standard', 40_000)},
  ${rate('US-NY-NEWYORK-NEWYORKCITY-MCTD', 'SALES', 'standard', 3_750)}, ${rate('US-NY-NEWYORK-NEWYORKCITY-EXAMPLE', 'SALES', 'standard', 1_250)}, ${rate('FR', 'VAT', 'standard', 200_000)};
insert into price_tax_jurisdiction (code, name, system, tax_code, rounding_scope, rounding_parts, rounding_step_minor, shipping, deposits, sourcing)
  values ('US-NJ', 'New Jersey', 'sales_tax', 'SALES', 'document', 'together', 1, 'untaxed', 'taxed', 'destination');
insert into price_tax_place (location_id, region, county, city, district) values ('${BLR}', 'KA', null, null, null), ('${MUM}', 'MH', null, null, null), ('${NYC}', 'NY', 'New York', 'New York City', 'MCTD');
insert into price_tax_postal_area (country, region, from_code, through_code, county, city, districts, valid_from, source) values
  ('US', 'NY', '10000', '10099', 'New York', 'New York City', '{MCTD,Example}', '2020-01-01', 'example'),
  ('US', 'NY', '100012000', '100012999', 'New York', null, '{}', '2020-01-01', 'example');
insert into price_tax_registration (id, entity_id, jurisdiction, tax_number, valid_from) values ('${uuid(8, 0)}', '${IN}', 'IN-KA', '29X', '2020-01-01'), ('${uuid(8, 1)}', '${IN}', 'IN-MH', '27X', '2020-01-01');
insert into price_ceiling (sku_id, lot, country, currency, valid_from, amount_minor, per) values
  ('${IDS.tea}', 'A', 'IN', 'INR', '2026-01-01', 12000, 1), ('${IDS.tea}', 'B', 'IN', 'INR', '2026-01-01', 11000, 1), ('${IDS.unpriced}', '', 'IN', 'INR', '2026-01-01', 5000, 1);
${BUYERS.map(
  ({ key, country, region, city, ...more }, n) => `
insert into customer (id, number, card_id, created_at) values ('${buyer(key)}', 'B-${n}', '${uuid(9, n)}', '2026-01-01');
insert into customer_card (id, customer_id, name, country, address, salt, created_at) values ('${uuid(9, n)}', '${buyer(key)}', '${key}', '${country}', '${JSON.stringify({ region, city, ...more })}', 's', '2026-01-01');`,
).join('')}
insert into price_tax_exemption (id, customer_id, jurisdiction, reason, valid_from, recorded_at) values ('${uuid(10, 0)}', '${buyer('church')}', 'US-NY', 'charity', '2026-01-01', '2026-01-01');
insert into price_tax_buyer (customer_id, business, vat_id) values ('${buyer('lyon')}', true, 'FR40303265045');
insert into accounting_account select e.id, '1000', '1000', 'asset', 'none' from company_legal_entity e where e.id in ('${IN}', '${US}');`;

let world: OrderWorld;
let owner: Client;
beforeAll(async () => {
  world = await openOrderWorld();
  owner = world.as(world.owner);
  await world.rows(SETTING);
  await world.company.reload();
  for (const place of [BLR, MUM, NYC, BER])
    for (const skuId of [IDS.mug, IDS.tea, IDS.unpriced]) await world.receive(skuId, 100, place);
});
afterAll(() => world.close());

type Asked = { skuId: string; quantity: number; unitPrice?: { amount: number } };
const of = (skuId: string, quantity: number, amount?: number): Asked => ({
  skuId: text('sku', skuId),
  quantity,
  ...(amount === undefined ? {} : { unitPrice: { amount } }),
});
const sell = (channel: string, place: string, lines: Asked[], more: object = {}) =>
  owner.post('/sales', {
    channelId: text('chn', channel),
    locationId: text('loc', place),
    lines,
    tenders: [{ method: 'card' }],
    ...more,
  });
/** Orders and ships; the id of the order. */
async function ship(channel: string, customer: Parameters<typeof buyer>[0], lines: Asked[]): Promise<string> {
  const placed = await owner.post('/orders', {
    channelId: text('chn', channel),
    customerId: text('cus', buyer(customer)),
    lines,
    payment: { method: 'bank' },
  });
  expect(placed).toMatchObject({ status: 201 });
  expect(await owner.post(`/orders/${placed.body.orderId}/shipments`, {})).toMatchObject({ status: 201 });
  return placed.body.orderId;
}
type Tax = { jurisdiction: string; code: string; ratePpm: number; taxMinor: number; treatment: string };
type Line = { netMinor: number; taxMinor: number; grossMinor: number; taxes?: readonly Tax[] };
const linesOf = async (orderId: string): Promise<readonly Line[]> =>
  (await owner.get(`/orders/${orderId}`)).body.lines as unknown as readonly Line[];
const taxesOf = ({ taxes = [] }: Line): unknown[] => taxes.map((tax) => [tax.jurisdiction, tax.code, tax.taxMinor]);

/** Brings a line back unit by unit and says what came back of net, tax and gross, and of each of its taxes. */
async function giveBack(originalOrderId: string, line: number, quantity: number): Promise<Line> {
  const sum = { netMinor: 0, taxMinor: 0, grossMinor: 0 };
  const taxes = new Map<string, Tax>();
  for (let n = 0; n < quantity; n += 1) {
    const back = await owner.post('/returns', { originalOrderId, lines: [{ line, quantity: 1 }], reason: 'too many' });
    expect(back).toMatchObject({ status: 201 });
    for (const one of await linesOf(back.body.orderId)) {
      sum.netMinor -= one.netMinor;
      sum.taxMinor -= one.taxMinor;
      sum.grossMinor -= one.grossMinor;
      for (const tax of one.taxes ?? []) {
        const key = `${tax.jurisdiction} ${tax.code}`;
        taxes.set(key, { ...tax, taxMinor: (taxes.get(key)?.taxMinor ?? 0) - tax.taxMinor });
      }
    }
  }
  return { ...sum, taxes: [...taxes.values()] };
}

/** The tax totals that the report shows and the account that they tie to, and whatever the auditor finds wrong. */
async function ties(entityId: string): Promise<void> {
  const [totals] = await world.rows<{ tax: string }>(
    `select coalesce(sum(entity_tax_minor), 0)::text as tax from accounting_tax_total where entity_id = '${entityId}' and treatment = 'taxed'`,
  );
  const [ledger] = await world.rows<{ sum: string }>(
    `select coalesce(-sum(p.amount), 0)::text as sum from accounting_entry e cross join lateral unnest(e.accounts, e.amounts) as p(account, amount)
     where e.entity_id = '${entityId}' and p.account = '2100'`,
  );
  expect(Number(totals?.tax)).toBe(Number(ledger?.sum));
  for (const { name, faults } of DATABASE_CHECKS) expect([name, await world.rows(faults)]).toEqual([name, []]);
}

describe('in India', () => {
  it('a till charges the central and the state tax, in each state its own, and returns in parts give back each to the paisa', async () => {
    const sold = await sell(IN_TILL, BLR, [of(IDS.mug, 3)]);
    expect(sold).toMatchObject({ status: 201, body: { grossMinor: 29_997 } });
    const [line] = await linesOf(sold.body.orderId);
    // 299.97 holds 45.76: half of it for each, and the halves make the whole.
    expect(line).toMatchObject({ netMinor: 25_421, taxMinor: 4_576, grossMinor: 29_997 });
    expect(taxesOf(line as Line)).toEqual([
      ['IN', 'CGST', 2_288],
      ['IN-KA', 'SGST', 2_288],
    ]);
    const back = await giveBack(sold.body.orderId, 1, 3);
    expect(back).toMatchObject({ netMinor: 25_421, taxMinor: 4_576, grossMinor: 29_997 });
    expect(taxesOf(back)).toEqual(taxesOf(line as Line));
    const mumbai = await sell(IN_TILL, MUM, [of(IDS.mug, 1)]);
    expect(taxesOf((await linesOf(mumbai.body.orderId))[0] as Line)).toEqual([
      ['IN', 'CGST', expect.any(Number)],
      ['IN-MH', 'SGST', expect.any(Number)],
    ]);
    await ties(IN);
  });

  it('what is shipped to another state bears the integrated tax, also on bringing it; within the state the two', async () => {
    const far = await ship(IN_SHOP, 'pune', [of(IDS.mug, 3), of(SHIPPING, 1)]);
    const lines = await linesOf(far);
    expect(lines.map(taxesOf)).toEqual([[['IN', 'IGST', 4_576]], [['IN', 'IGST', 763]]]);
    const back = await giveBack(far, 1, 3);
    expect(taxesOf(back)).toEqual([['IN', 'IGST', 4_576]]);
    const near = await ship(IN_SHOP, 'mysuru', [of(IDS.mug, 1)]);
    expect(taxesOf((await linesOf(near))[0] as Line).map((tax) => (tax as string[])[1])).toEqual(['CGST', 'SGST']);
    await ties(IN);
  });

  it('nothing is sold above the maximum retail price: by list, by hand, in a bundle, or without a price of its own', async () => {
    const gross = async (answer: Awaited<ReturnType<typeof sell>>) => {
      expect(answer).toMatchObject({ status: 201 });
      return answer.body.grossMinor;
    };
    // Nobody says which lot is sold, so the lower of the two ceilings holds; the list asks 150.00.
    expect(await gross(await sell(IN_TILL, BLR, [of(IDS.tea, 2)]))).toBe(22_000);
    expect((await linesOf(await ship(IN_SHOP, 'pune', [of(IDS.tea, 1)])))[0]?.grossMinor).toBe(11_000);
    expect(await gross(await sell(IN_TILL, BLR, [of(IDS.tea, 1, 11_000)]))).toBe(11_000);
    const refused = (skuId: string, ceilingMinor: number, grossMinor: number) => ({
      status: 409,
      body: { reason: 'above_ceiling', line: 1, skuId: text('sku', skuId), ceilingMinor, grossMinor },
    });
    expect(await sell(IN_TILL, BLR, [of(IDS.tea, 1, 11_001)])).toMatchObject(refused(IDS.tea, 11_000, 11_001));
    expect(await gross(await sell(IN_TILL, BLR, [of(IDS.unpriced, 1, 5_000)]))).toBe(5_000);
    expect(await sell(IN_TILL, BLR, [of(IDS.unpriced, 2, 5_001)])).toMatchObject(refused(IDS.unpriced, 10_000, 10_002));
    // One mug and two teas for 390.00: the teas' share would be 268.00 where 220.00 is the most.
    const box = await sell(IN_TILL, BLR, [of(IDS.box, 1)]);
    expect(box).toMatchObject({
      status: 409,
      body: { reason: 'above_ceiling', skuId: text('sku', IDS.tea), ceilingMinor: 22_000 },
    });
    expect(await gross(await sell(IN_TILL, BLR, [of(IDS.box, 1, 30_000)]))).toBe(30_000);
    // What a marketplace has sold was sold: it is taken in as it was.
    expect(
      await owner.post(`/channels/${text('chn', IN_MARKET)}/marketplace-orders`, {
        externalRef: 'T-2',
        lines: [of(IDS.tea, 1, 12_500)],
      }),
    ).toMatchObject({ status: 201, body: { grossMinor: 12_500 } });
    await ties(IN);
  });
});

describe('in the United States', () => {
  it('a till adds state, county, city and district, rounded by the document, and gives back each to the cent', async () => {
    const sold = await sell(US_TILL, NYC, [of(IDS.mug, 3), of(IDS.mug, 2)]);
    // 49.95 at 8.875 %: 4.433, and the taxes of the lines make it.
    expect(sold).toMatchObject({ status: 201, body: { netMinor: 4_995, taxMinor: 443, grossMinor: 5_438 } });
    const lines = await linesOf(sold.body.orderId);
    const sums = new Map<string, number>();
    for (const line of lines)
      for (const tax of line.taxes ?? []) sums.set(tax.jurisdiction, (sums.get(tax.jurisdiction) ?? 0) + tax.taxMinor);
    expect([...sums.keys()]).toEqual([
      'US-NY',
      'US-NY-NEWYORK',
      'US-NY-NEWYORK-NEWYORKCITY',
      'US-NY-NEWYORK-NEWYORKCITY-MCTD',
    ]);
    expect([...sums.values()].reduce((sum, one) => sum + one, 0)).toBe(443);
    const backs = [await giveBack(sold.body.orderId, 1, 3), await giveBack(sold.body.orderId, 2, 2)];
    for (const [at, back] of backs.entries()) {
      expect(back).toMatchObject({ taxMinor: lines[at]?.taxMinor, grossMinor: lines[at]?.grossMinor });
      // A part that was nought has nothing to come back.
      expect(taxesOf(back).filter((tax) => (tax as number[])[2] !== 0)).toEqual(
        taxesOf(lines[at] as Line).filter((tax) => (tax as number[])[2] !== 0),
      );
    }
    await ties(US);
  });

  it('shipping is taxed where the state taxes it; who is exempt pays none; a state without registration takes none', async () => {
    const near = await linesOf(await ship(US_SHOP, 'albany', [of(IDS.mug, 1), of(SHIPPING, 1)]));
    expect(near.map(({ taxMinor }) => taxMinor)).toEqual([40, 24]);
    const free = await linesOf(await ship(US_SHOP, 'church', [of(IDS.mug, 1), of(SHIPPING, 1)]));
    expect(free.map(({ taxMinor, taxes }) => [taxMinor, taxes?.[0]?.treatment])).toEqual([
      [0, 'exempt'],
      [0, 'exempt'],
    ]);
    const outside = await ship(US_SHOP, 'newark', [of(IDS.mug, 2), of(SHIPPING, 1)]);
    expect((await linesOf(outside)).map(({ taxMinor, taxes }) => [taxMinor, taxes?.[0]?.treatment])).toEqual([
      [0, 'outside'],
      [0, 'outside'],
    ]);
    expect(await giveBack(outside, 1, 2)).toMatchObject({ taxMinor: 0, grossMinor: 1_998 });
    await ties(US);
  });
});

describe('by the postcode of the address', () => {
  /** What the report has of each jurisdiction for the United States, in cents. */
  async function reported(): Promise<Map<string, number>> {
    const rows = await world.rows<{ jurisdiction: string; tax: string }>(
      `select jurisdiction, sum(entity_tax_minor)::text as tax from accounting_tax_total where entity_id = '${US}' group by jurisdiction`,
    );
    return new Map(rows.map(({ jurisdiction, tax }) => [jurisdiction, Number(tax)]));
  }

  it('what is shipped bears the taxes of state, county, city and each district, and every one is a line of the report', async () => {
    const before = await reported();
    const id = await ship(US_SHOP, 'chelsea', [of(IDS.mug, 3), of(SHIPPING, 1)]);
    const [goods, shipping] = await linesOf(id);
    // 29.97 at 4 + 0.5 + 4 + 0.375 + 0.125 = 9 %: 2.697, and the parts make it.
    expect(goods).toMatchObject({ netMinor: 2_997, taxMinor: 270, grossMinor: 3_267 });
    const expected = [
      ['US-NY', 'SALES', 120],
      ['US-NY-NEWYORK', 'SALES', 15],
      ['US-NY-NEWYORK-NEWYORKCITY', 'SALES', 120],
      ['US-NY-NEWYORK-NEWYORKCITY-MCTD', 'SALES', 11],
      ['US-NY-NEWYORK-NEWYORKCITY-EXAMPLE', 'SALES', 4],
    ] as const;
    expect(taxesOf(goods as Line)).toEqual(expected);
    expect(taxesOf(shipping as Line)).toEqual([['US-NY', 'SALES', 24]]);
    const after = await reported();
    for (const [jurisdiction, , tax] of expected) {
      const ofShipping = jurisdiction === 'US-NY' ? 24 : 0;
      expect([jurisdiction, (after.get(jurisdiction) ?? 0) - (before.get(jurisdiction) ?? 0)]).toEqual([
        jurisdiction,
        tax + ofShipping,
      ]);
    }
    await ties(US);
    expect(await giveBack(id, 1, 3)).toMatchObject({ netMinor: 2_997, taxMinor: 270, grossMinor: 3_267 });
    await ties(US);
  });

  it('nine digits tell more exactly than five; without one, or with one of another state, state and city tax as the address says', async () => {
    const taxed = async (customer: Parameters<typeof buyer>[0]) =>
      taxesOf((await linesOf(await ship(US_SHOP, customer, [of(IDS.mug, 2)])))[0] as Line);
    expect(await taxed('nearby')).toEqual([
      ['US-NY', 'SALES', 80],
      ['US-NY-NEWYORK', 'SALES', 10],
    ]);
    expect(await taxed('albany')).toEqual([['US-NY', 'SALES', 80]]);
    expect(await taxed('newton')).toEqual([['US-NJ', 'SALES', 0]]);
    await ties(US);
  });
});

describe('from Germany', () => {
  it('a business in another member state declares the tax itself, and what leaves the Union bears none', async () => {
    for (const [customer, treatment, jurisdiction] of [
      ['lyon', 'reverse_charge', 'FR'],
      ['london', 'export', 'DE'],
    ] as const) {
      const id = await ship(DE_SHOP, customer, [of(IDS.mug, 2)]);
      const [line] = await linesOf(id);
      expect(line).toMatchObject({
        netMinor: 2_000,
        taxMinor: 0,
        grossMinor: 2_000,
        taxes: [{ jurisdiction, treatment }],
      });
      expect(await giveBack(id, 1, 2)).toMatchObject({ netMinor: 2_000, taxMinor: 0, grossMinor: 2_000 });
    }
    await ties(DE);
  });
});
