import { afterAll, beforeAll, expect, test } from 'vitest';
import { assert } from '../../src/kernel/assert.ts';
import { auditDatabase, DATABASE_CHECKS } from '../simulator/auditor.ts';
import { goodsOf, occasion, orderCommand, seriesOf, worldId } from '../simulator/world.ts';
import { createTestBooks, letActorsPlay, type TestBooks } from './testing.ts';

let house: TestBooks;
beforeAll(async () => {
  house = await createTestBooks();
  await letActorsPlay({ world: house.world, clock: house.clock, doors: [house.books], seed: 7, commands: 1200 });
  await shipPrepaidEuros(house);
});
afterAll(() => house.close());

test('an honest database has no findings, and every check had something to look at', async () => {
  const audit = await house.trying((query) => auditDatabase(query));
  expect(audit.findings).toEqual([]);
  expect(Object.values(audit.looked).every((rows) => rows > 0)).toBe(true);
});

test('an empty database is no proof', async () => {
  const audit = await house.trying(async (query) => {
    await query('truncate order_document');
    return auditDatabase(query);
  });
  expect(audit.findings).toContainEqual({ check: 'documents', says: 'there was nothing to look at', rows: [] });
});

/**
 * An order of a British shop in euros, paid in advance and shipped at another rate. Whether the actors come to one depends on who is faster, which a
 * database decides; a check that needs one must not.
 */
async function shipPrepaidEuros({ world, clock, books }: TestBooks): Promise<void> {
  const [location] = world.locations;
  const channel = world.channels.find(({ code }) => code === 'shop-1');
  const [skuId] = world.skuIds;
  assert(
    location !== undefined && channel !== undefined && skuId !== undefined,
    'a world has places, ways to sell and SKUs',
  );
  const at = clock.at;
  const where = occasion(world, location, at, channel);
  const [orderId, paymentId, receiptId] = [worldId(90, 0), worldId(90, 1), worldId(90, 2)];
  const submit = async (type: string, body: object): Promise<void> => {
    const outcome = await books.submit({
      type,
      key: `euros ${type}`,
      principalId: worldId(8, 0),
      lane: 'interactive',
      at,
      body,
    });
    expect(outcome).toMatchObject({ kind: 'accepted' });
  };
  const goods = { ...goodsOf(location, skuId), quantity: 1000 };
  await submit('ReceiveGoods', {
    ...where,
    receiptId,
    reason: 'receipt',
    supplierRef: 'PO',
    lines: [{ line: 1, goods, valueMinor: 1000 }],
  });
  const order = orderCommand({
    world,
    location,
    channel,
    at,
    orderId,
    paymentId,
    wanted: [{ skuId, quantity: 1, unitAmount: 12_345 }],
    method: 'bank',
    fact: false,
    prepaid: true,
    currency: 'EUR',
    rate: [8612, 10_000],
  });
  await submit('PlaceOrder', order);
  const series = seriesOf(where.entityId, 'invoice', where.entityId, at);
  const rate = [9000, 10_000] as const;
  await submit('ShipOrder', { ...where, orderId, rate, lines: undefined, series, fees: {}, carrierCostMinor: 0 });
}

/** An account that no history and no posting explains. */
function newAccount(kind: string, balance: number, overdrawn: number): string {
  return `insert into reward_account (key, kind, entity_id, currency, state, code_hash, balance_minor, overdrawn_minor, issued_minor, redeemed_minor, expired_minor, created_at, version)
    select 'planted', '${kind}', id, 'GBP', 'active', 'planted', ${balance}, ${overdrawn}, ${balance}, ${overdrawn}, 0, '2026-01-01', 1 from company_legal_entity limit 1`;
}

/** Points without lots, or a value that no posting explains. */
function newPoints(balance: number, value: number): string {
  return `with programme as (
      insert into reward_programme (id, entity_id, name, currency, active, terms)
      select id, id, 'Club', 'GBP', true, '{}' from company_legal_entity limit 1 returning id, entity_id),
    customer_of as (insert into customer (id, number, card_id, created_at) select id, 'planted', id, '2026-01-01' from programme returning id)
    insert into reward_points (key, programme_id, entity_id, customer_id, currency, balance, overdrawn, earned, burned, expired, value_minor, lots, spent, version)
    select 'planted', p.id, p.entity_id, c.id, 'GBP', ${balance}, 0, ${balance}, 0, 0, ${value}, '[[null, 0, 0, ${value}]]', '[]', 1 from programme p, customer_of c`;
}

/** One fault for each check, planted behind the back of every CHECK of the database. */
const plants: Readonly<Record<string, string>> = {
  levels:
    'update stock_level set on_hand = on_hand + 1, reserved = reserved where id = (select id from stock_level where on_hand > 0 limit 1)',
  movements:
    'update stock_movement set net_before = net_before + 1 where move = 2 and level_id = (select level_id from stock_movement where move = 2 limit 1)',
  'movement events':
    'update stock_movement set event_number = 9999999 where move = 1 and level_id = (select level_id from stock_movement where move = 1 limit 1)',
  promises:
    "update order_line set cancelled = cancelled + 1 where (order_id, line) = (select l.order_id, l.line from order_line l join order_header o on o.id = l.order_id where o.status = 'placed' and l.kind = 'goods' limit 1)",
  holds: 'update stock_level set held = held + 1 where id = (select id from stock_level limit 1)',
  reservations:
    'update stock_reservation set location_id = sku_id where id = (select id from stock_reservation limit 1)',
  entries:
    'update accounting_entry set amounts[1] = amounts[1] + 1 where event_number = (select min(event_number) from accounting_entry)',
  'entity currency':
    "update accounting_entry set entity_currency = 'SEK' where event_number = (select min(event_number) from accounting_entry)",
  'entry events':
    'update accounting_entry set posting_day = posting_day + 1 where event_number = (select min(event_number) from accounting_entry)',
  'day totals':
    'update accounting_day_total set debit_minor = debit_minor + 1 where account = (select min(account) from accounting_day_total)',
  inventory:
    'update stock_cost set value_minor = value_minor + 1 where (area_id, sku_id) = (select area_id, sku_id from stock_cost where quantity > 0 limit 1)',
  costs:
    'update stock_cost set quantity = quantity + 1 where (area_id, sku_id) = (select area_id, sku_id from stock_cost where quantity > 0 limit 1)',
  layers: `update stock_cost set layers = '[[1, 1]]' where (area_id, sku_id) = (select area_id, sku_id from stock_cost where layers is not null and quantity > 1 limit 1)`,
  series:
    'update order_document set number = number + 1000 where (series_id, number) = (select series_id, number from order_document order by number limit 1)',
  'order numbers':
    "update order_header set number = number || '9' where id = (select id from order_header where kind = 'order' limit 1)",
  events: 'delete from platform_event where number = 5',
  keys: 'update platform_key set event_number = (select max(event_number) from platform_key) where event_number = (select min(event_number) from platform_key)',
  'cash rounding': 'update order_header set cash_rounding_minor = 3 where id = (select id from order_header limit 1)',
  'events of commands':
    "delete from platform_key where event_number = (select max(number) from platform_event where type = 'SaleRecorded')",
  facts: 'delete from platform_fact where counter = 1',
  quarantine: 'update platform_quarantine set counter = counter + 99999',
  headers:
    'update order_header set net_minor = net_minor + 1, gross_minor = gross_minor + 1 where id = (select id from order_header limit 1)',
  lines:
    'update order_line set shipped = shipped + 100 where (order_id, line) = (select order_id, line from order_line where quantity > 0 limit 1)',
  statuses:
    "update order_header set status = 'completed' where id = (select id from order_header where status = 'placed' limit 1)",
  documents:
    'update order_document set net_minor = net_minor + 1, gross_minor = gross_minor + 1 where (series_id, number) = (select series_id, number from order_document limit 1)',
  'document events':
    'update order_document set event_number = 9999999 where (series_id, number) = (select series_id, number from order_document limit 1)',
  'sales of a day':
    'update order_day_total set sales = sales + 1 where business_day = (select min(business_day) from order_day_total)',
  'units of a channel':
    'update order_day_total set units = units + 1 where business_day = (select min(business_day) from order_day_total)',
  payments: 'update payment set captured = authorised + 1 where id = (select id from payment limit 1)',
  'order money':
    "update payment set captured = captured - 1 where id = (select p.id from payment p join order_header o on o.id = p.order_id where o.kind = 'order' and p.captured > 0 limit 1)",
  'till money':
    "update payment set captured = captured - 1 where id = (select p.id from payment p join order_header o on o.id = p.order_id where o.kind = 'till_sale' and p.captured > 0 limit 1)",
  prepayments:
    "update order_header set prepaid_minor = prepaid_minor + 1 where id = (select id from order_header where kind = 'order' limit 1)",
  'booked prepayments': `update accounting_entry set entity_amounts[array_position(accounts, '2200')] = entity_amounts[array_position(accounts, '2200')] + 1
    where (event_number, ordinal) = (
      select event_number, ordinal from accounting_entry
      where rule in ('OrderShipped', 'OrderCancelled') and currency <> entity_currency and '2200' = any (accounts) limit 1)`,
  tax: 'update order_document set tax_minor = tax_minor + 1 where (series_id, number) = (select series_id, number from order_document limit 1)',
  'tax totals':
    "update accounting_tax_total set entity_tax_minor = entity_tax_minor + 1 where posting_day = (select min(posting_day) from accounting_tax_total where treatment = 'taxed')",
  'reward accounts': newAccount('store_credit', 0, 1),
  'reward redemptions':
    "update payment set method = 'gift_card', provider_ref = 'a card' where id = (select id from payment where captured > 0 limit 1)",
  'reward liabilities': newAccount('gift_card', 100, 0),
  'reward overdrafts': newAccount('gift_card', 0, 100),
  'reward points': newPoints(1, 0),
  'reward points in the books': newPoints(0, 1),
  'supplier shares':
    "insert into price_supplier_share values (gen_random_uuid(), '2026-11-22', gen_random_uuid(), 'EUR', 1, 100, 50)",
  vouchers: `with p as (
      insert into price_promotion (id, name, terms, created_at) values (gen_random_uuid(), 'Spend and get', '{}', '2026-11-22') returning id)
    insert into price_earned_voucher (id, order_id, promotion_id, code_hash, currency, amount_minor, taken_back_minor, issued_at, valid_until, version)
    select gen_random_uuid(), gen_random_uuid(), p.id, 'a hash', 'EUR', 500, 0, '2026-11-22', '2027-11-22', 1 from p`,
  tasks: `insert into task (id, event_number, kind, entity_id, order_id, currency, items, opened_at)
    select gen_random_uuid(), min(number), 'promotion_overused', null, null, '', '[]', '2026-01-01' from platform_event`,
  'cost of goods':
    'update order_line set cost_minor = cost_minor + 1 where (order_id, line) = (select order_id, line from order_line limit 1)',
};

test('there is a planted fault for every check', () => {
  expect(Object.keys(plants).toSorted()).toEqual(DATABASE_CHECKS.map(({ name }) => name).toSorted());
});

test.each(Object.entries(plants))('a fault in %s is found', async (name, plant) => {
  const audit = await house.trying(async (query) => {
    for (const { table, name: constraint } of await query(
      "select c.conrelid::regclass::text as table, c.conname as name from pg_constraint c where c.contype = 'c' and c.coninhcount = 0 and c.connamespace = current_schema()::regnamespace",
    ))
      await query(`alter table ${table as string} drop constraint "${constraint as string}"`);
    const planted = await query(`${plant} returning 1`);
    expect(planted.length, 'rows with the fault').toBeGreaterThan(0);
    return auditDatabase(query);
  });
  expect(audit.findings.map((finding) => finding.check)).toContain(name);
});
