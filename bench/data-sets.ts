import type pg from 'pg';
import { defaultCode } from '../src/accounting/chart.ts';
import { uuidArray } from '../platform/db/arrays.ts';
import type { Pool } from '../platform/db/pool.ts';
import { createPool } from '../platform/db/pool.ts';
import { migrate } from '../platform/db/migrate.ts';
import { resolve } from 'node:path';
import { makeWorld, type World } from '../apps/simulator/world.ts';
import { installBaseline } from './baseline.ts';

/** What one unit of everything cost, minor units. */
const UNIT_COST = 500;

/** A database that a figure sells in. Made once by `--prepare`, kept in data/bench. */
export type DataSet = {
  readonly name: string;
  readonly skus: number;
  readonly locations: number;
  /** Units on hand of every SKU at every location: more than all runs sell. */
  readonly onHand: number;
  /** Sales of the past that are stored. */
  readonly orders: number;
};

/** The data sets by name. */
export const DATA_SETS = {
  /** Nearly nothing: what a retailer begins with. */
  small: { name: 'small', skus: 1_000, locations: 2, onHand: 10_000_000, orders: 0 },
  /** 100,000 SKUs at 20 locations. */
  wide: { name: 'wide', skus: 100_000, locations: 20, onHand: 1_000_000, orders: 0 },
  /** A million SKUs, and a million orders. */
  million: { name: 'million', skus: 1_000_000, locations: 2, onHand: 1_000_000, orders: 1_000_000 },
} as const satisfies Record<string, DataSet>;

/** The retailer of a data set. */
export function worldOf(set: DataSet): World {
  return makeWorld({ locations: set.locations, skus: set.skus });
}

/** The retailer's schema in every data set. */
export const BENCH_SCHEMA = 'oneshelf';

/** Makes the database of a data set, `url` being that of a new, empty one on a server that is set up for it (cluster.ts). */
export async function makeDataSet(url: string, set: DataSet, say: (text: string) => void): Promise<void> {
  const pool = createPool({ url, max: 2, applicationName: 'oneshelf bench prepare' });
  try {
    await migrate(pool, { schema: BENCH_SCHEMA, directory: resolve(import.meta.dirname, '../db/migrations') });
    await installBaseline(pool, BENCH_SCHEMA);
    await withoutKeys(pool, say, () => fillWorld(pool, BENCH_SCHEMA, worldOf(set), { ...set, say }));
    say('vacuum and analyse');
    await pool.query('vacuum (analyze)');
    await pool.query('checkpoint');
  } finally {
    await pool.end();
  }
}

/** Every key, foreign key and index with the statements that drop it and make it again, in the order in which they are made. */
const KEYS = `
  select c.conname as name, format('alter table %s drop constraint %I cascade', c.conrelid::regclass, c.conname) as gone,
    format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as made, case c.contype when 'f' then 3 else 1 end as place
  from pg_constraint c
  where c.connamespace = current_schema::regnamespace and c.contype in ('p', 'u', 'f') and c.conparentid = 0
  union all
  select i.relname, format('drop index %I', i.relname), replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON '), 2
  from pg_class i
  join pg_index x on x.indexrelid = i.oid
  where i.relnamespace = current_schema::regnamespace and not i.relispartition and not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u'))
  order by place, name`;

/** What the database promises and how it finds things, those of the partitions too: the same before and after, or the figures would be of another database. */
const SHAPE = `
  select string_agg(line, E'\n' order by line) as shape from (
    select format('%s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) as line from pg_constraint where connamespace = current_schema::regnamespace
    union all
    select format('%s %s %s', x.indexrelid::regclass, pg_get_indexdef(x.indexrelid), x.indisvalid)
    from pg_index x join pg_class i on i.oid = x.indexrelid where i.relnamespace = current_schema::regnamespace) lines`;

/** Fills tables that have no keys and indexes, and makes those afterwards: sorting and checking once takes a tenth of doing it for every row. */
async function withoutKeys(pool: Pool, say: (text: string) => void, fill: () => Promise<void>): Promise<void> {
  const run = async <Row extends object>(text: string): Promise<Row[]> => {
    const result = await pool.query<Row>(`set search_path = ${BENCH_SCHEMA}; ${text}`);
    return (result as unknown as pg.QueryResult<Row>[])[1]?.rows ?? [];
  };
  const shape = await run<{ shape: string }>(SHAPE);
  const keys = await run<{ gone: string; made: string }>(KEYS);
  for (const { gone } of keys.toReversed()) await run(gone);
  await fill();
  say('keys and indexes');
  for (const { made } of keys) await run(made);
  const after = await run<{ shape: string }>(SHAPE);
  if (after[0]?.shape !== shape[0]?.shape)
    throw new Error('the data set has not all the keys and indexes that the migrations made');
}

/** What a data set holds besides master data. */
type Filling = { readonly onHand: number; readonly orders: number; readonly say?: (text: string) => void };

/** Master data of the world, its opening stock and sales of the past, by set-based SQL: whatever the pipeline would have written. */
export async function fillWorld(pool: Pool, schema: string, world: World, filling: Filling): Promise<void> {
  const { say = () => undefined } = filling;
  const client = await pool.connect();
  try {
    await client.query(
      `begin; set local search_path = ${schema}, public; set local timezone = 'UTC'; set local work_mem = '256MB'`,
    );
    const of = await describeFilling(client, world, filling);
    say('master data');
    await fillMasterData(client, world, of);
    say('stock');
    await fillStock(client, of);
    if (filling.orders > 0) await fillOrders(client, of, say);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** What every statement below needs, as ids. The temporary tables bench_sku, bench_location and bench_line are made beside it. */
type Described = {
  readonly entityId: string;
  readonly areaId: string;
  readonly channelId: string;
  readonly currency: string;
  readonly onHand: number;
  readonly skus: number;
  readonly locations: number;
  readonly orders: number;
};

const OPENED_ON = '2025-12-31';
const OPENED_AT = '2025-12-31T12:00:00Z';

/**
 * Numbers SKUs, locations and levels from nought, says which orders there were and which level each line took from. Two lines each, spread
 * over all SKUs, places and 300 days; ids like ours, the time first. The second line takes another SKU than the first, so that each is sold about twice.
 */
async function describeFilling(client: pg.PoolClient, world: World, filling: Filling): Promise<Described> {
  const entity = world.entities[0] as World['entities'][number];
  const areaId = (world.locations[0] as World['locations'][number]).areaId;
  const channelId = (world.channels[0] as World['channels'][number]).id;
  const locations = world.locations.length;
  await client.query(
    `create temporary table bench_sku on commit drop as select n - 1 as n, id from unnest($1::uuid[]) with ordinality as s(id, n)`,
    [uuidArray(world.skuIds)],
  );
  await client.query(
    `create temporary table bench_location on commit drop as
     select n - 1 as n, id, code from unnest($1::uuid[], $2::text[]) with ordinality as l(id, code, n)`,
    [world.locations.map((one) => one.id), world.locations.map((one) => one.code)],
  );
  await client.query(
    `create temporary table bench_level on commit drop as
     select gen_random_uuid() as id, s.n as sku, l.n as location, s.id as sku_id, l.id as location_id from bench_sku s cross join bench_location l`,
  );
  await client.query(
    `create temporary table bench_order on commit drop as
     select o.n, $1::bigint + o.n as event_number, l.n as location, l.id as location_id, to_timestamp(o.ms / 1000.0::float8) as at,
       (lpad(to_hex(o.ms), 12, '0') || '70008000' || lpad(to_hex(o.n), 12, '0'))::uuid as id, 1 + (o.n - 1) / $1 as number
     from (select n, $3::bigint + n * 300 * 86400000 / $2 as ms from generate_series(1, $2::bigint) as s(n)) as o
     join bench_location l on l.n = o.n % $1`,
    [locations, filling.orders, Date.UTC(2026, 0, 1, 8)],
  );
  await client.query('analyze bench_sku; analyze bench_level; analyze bench_order');
  await client.query(
    `create temporary table bench_line on commit drop as
     select o.n, o.event_number, o.id as order_id, o.location_id, o.at, x.line, v.sku_id, v.id as level_id,
       row_number() over (partition by v.id order by o.event_number, x.line) as nth
     from bench_order o
     cross join (values (1, 1), (2, 7919)) as x(line, step)
     join bench_level v on v.sku = o.n * x.step % $1 and v.location = o.location`,
    [world.skuIds.length],
  );
  await client.query('analyze bench_line');
  return {
    entityId: entity.id,
    areaId,
    channelId,
    currency: entity.currency,
    onHand: filling.onHand,
    skus: world.skuIds.length,
    locations,
    orders: filling.orders,
  };
}

async function fillMasterData(client: pg.PoolClient, world: World, of: Described): Promise<void> {
  const { entityId, areaId, currency } = of;
  // Written into a file that is new in its own transaction, a table needs no log.
  await client.query(
    `truncate catalog_product, catalog_variant, catalog_sku, price, stock_level, stock_cost, stock_movement,
       order_header, order_line, order_document, payment, accounting_entry, platform_event, platform_key cascade`,
  );
  await client.query(
    `insert into company_legal_entity (id, code, name, country, functional_currency) values ($1, 'E1', 'Bench Ltd', 'GB', $2)`,
    [entityId, currency],
  );
  await client.query(
    `insert into stock_valuation_area (id, entity_id, name, method, currency) values ($1, $2, 'All', 'moving_average', $3)`,
    [areaId, entityId, currency],
  );
  await client.query(
    `insert into location (id, entity_id, code, name, kind, country, time_zone) select id, $1, code, code, 'store', 'GB', 'UTC' from bench_location`,
    [entityId],
  );
  await client.query('insert into stock_area_location (location_id, area_id) select id, $1 from bench_location', [
    areaId,
  ]);
  for (const channel of world.channels) {
    await client.query(
      'insert into channel (id, entity_id, code, name, kind, currency, default_location_id) values ($1, $2, $3, $3, $4, $5, $6)',
      [channel.id, entityId, channel.code, channel.kind, currency, world.locations[0]?.id],
    );
    await client.query(
      `insert into price_list (id, channel_id, currency, tax_inclusive, name) values ($1, $1, $2, true, 'List')`,
      [channel.id, currency],
    );
  }
  await client.query(
    `insert into price_vat_rate (country, tax_class, valid_from, rate_ppm, name) values ('GB', 'standard', '2020-01-01', 200000, 'VAT')`,
  );
  await client.query(`insert into catalog_category (id, name) values ($1, 'All')`, [entityId]);
  await client.query(
    `insert into catalog_product (id, name, category_id) select id, 'Product ' || n + 1, $1 from bench_sku`,
    [entityId],
  );
  await client.query('insert into catalog_variant (id, product_id) select id, id from bench_sku');
  await client.query(
    `insert into catalog_sku (id, variant_id, product_id, code, name) select id, id, id, 'SKU-' || n + 1, 'Product ' || n + 1 from bench_sku`,
  );
  await client.query(
    `insert into price (price_list_id, sku_id, valid_from, amount) select $1, id, '2020-01-01', 1200 from bench_sku`,
    [of.channelId],
  );
}

/** Levels and costs as the sales left them, their movements, and one OpeningStockRecorded for each location. */
async function fillStock(client: pg.PoolClient, of: Described): Promise<void> {
  const { entityId, areaId, currency, onHand, skus, locations } = of;
  await client.query(
    `insert into stock_level (id, sku_id, location_id, condition, owner_id, on_hand, shortfall, reserved, backordered, moves, version)
     select v.id, v.sku_id, v.location_id, 'sellable', $1, $2::bigint - coalesce(c.sold, 0), 0, 0, 0, 1 + coalesce(c.sold, 0), 1 + coalesce(c.sold, 0)
     from bench_level v
     left join (select level_id, count(*) as sold from bench_line group by level_id) c on c.level_id = v.id`,
    [entityId, onHand],
  );
  await client.query(
    `insert into stock_cost (area_id, sku_id, quantity, value_minor, short_quantity, short_value_minor, last_quantity, last_value_minor, version)
     select $1, s.id, $2::bigint - coalesce(c.sold, 0), ($2::bigint - coalesce(c.sold, 0)) * $3, 0, 0, $4::bigint, $4::bigint * $3, 1 + coalesce(c.sold, 0)
     from bench_sku s
     left join (select sku_id, count(*) as sold from bench_line group by sku_id) c on c.sku_id = s.id`,
    [areaId, onHand * locations, UNIT_COST, onHand],
  );
  await client.query(
    `insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
     select id, 1, location + 1, $1::bigint, 0, $1::bigint, 'opening', $1::bigint * $2::bigint, null, $3 from bench_level`,
    [onHand, UNIT_COST, OPENED_AT],
  );
  await client.query(
    `insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
     select level_id, 1 + nth, event_number, -1, $1::bigint - nth + 1, $1::bigint - nth, 'sale', -$2::bigint, order_id, at from bench_line`,
    [onHand, UNIT_COST],
  );
  const valueMinor = onHand * skus * UNIT_COST;
  await client.query(
    `insert into platform_event (number, type, version, topic, entity_id, location_id, occurred_at, recorded_at, business_day, posting_day, body)
     select n + 1, 'OpeningStockRecorded', 1, 'stock', $1, id, $2, $2, $3, $3, json_build_object('currency', $4::text, 'entityCurrency', $4::text, 'valueMinor', $5::bigint)
     from bench_location`,
    [entityId, OPENED_AT, OPENED_ON, currency, valueMinor],
  );
  const accounts = [defaultCode('inventory'), defaultCode('opening_equity')];
  await client.query(
    `insert into accounting_entry (event_number, ordinal, entity_id, posting_day, location_id, rule, currency, entity_currency, rate_numerator, rate_denominator, accounts, amounts, entity_amounts)
     select n + 1, 1, $1, $2, id, 'OpeningStockRecorded', $3, $3, 1, 1, $4::text[], array[$5::bigint, -$5::bigint], array[$5::bigint, -$5::bigint] from bench_location`,
    [entityId, OPENED_ON, currency, accounts, valueMinor],
  );
  await client.query(
    `insert into accounting_day_total (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
     select $1, $2, '00000000-0000-0000-0000-000000000000', l.id, a.account, a.debit, a.credit
     from bench_location l
     cross join unnest($3::text[], array[$4::bigint, 0], array[0, $4::bigint]) as a(account, debit, credit)`,
    [OPENED_ON, entityId, accounts, valueMinor],
  );
  await client.query('update platform_counter set event_number = $1, recorded_at = $2', [locations, OPENED_AT]);
}

/** What the sales of bench_order and bench_line wrote besides stock. */
async function fillOrders(client: pg.PoolClient, of: Described, say: (text: string) => void): Promise<void> {
  const three = [of.entityId, of.channelId, of.currency];
  say('orders');
  await client.query(
    `insert into order_header (id, kind, number, status, entity_id, channel_id, selling_location_id, currency, tax_inclusive, net_minor, tax_minor, gross_minor, placed_at, business_day, event_number, version)
     select id, 'till_sale', 'REC-2026-' || lpad(number::text, 6, '0'), 'completed', $1, $2, location_id, $3, true, 2000, 400, 2400, at, at::date, event_number, 1 from bench_order`,
    three,
  );
  await client.query(
    `insert into order_line (order_id, line, kind, sku_id, description, quantity, unit_amount, tax_ppm, net_minor, tax_minor, gross_minor, shipped, cost_minor, demand_channel_id, selling_location_id, fulfilling_location_id)
     select order_id, line, 'goods', sku_id, 'Goods', 1, 1200, 200000, 1000, 200, 1200, 1, $2::bigint, $1, location_id, location_id from bench_line`,
    [of.channelId, UNIT_COST],
  );
  await client.query(
    `insert into payment (id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, created_at, version)
     select id, id, $1, 'card', $2, 'auth_1', 2400, 2400, 0, 0, 20, at, 1 from bench_order`,
    [of.entityId, of.currency],
  );
  await client.query(
    `insert into company_series (id, entity_id, kind, scope_id, fiscal_year, last_number, issued)
     select gen_random_uuid(), $1, 'receipt', location_id, 2026, max(number), max(number) from bench_order group by location_id`,
    [of.entityId],
  );
  await client.query(
    `insert into order_document (series_id, number, kind, label, order_id, entity_id, channel_id, location_id, event_number, issued_at, business_day, currency, units, net_minor, tax_minor, gross_minor)
     select s.id, o.number, 'receipt', 'REC-2026-' || lpad(o.number::text, 6, '0'), o.id, $1, $2, o.location_id, o.event_number, o.at, o.at::date, $3, 2, 2000, 400, 2400
     from bench_order o
     join company_series s on s.scope_id = o.location_id`,
    three,
  );
  say('journal');
  const postings: [string, number][] = [
    ['1010', 2380],
    ['4000', -2000],
    ['2100', -400],
    ['6000', 20],
    ['5000', 2 * UNIT_COST],
    ['1200', -2 * UNIT_COST],
  ];
  const accounts = postings.map(([account]) => account);
  const amounts = postings.map(([, amount]) => amount);
  await client.query(
    `insert into accounting_entry (event_number, ordinal, entity_id, posting_day, location_id, channel_id, document_id, rule, currency, entity_currency, rate_numerator, rate_denominator, accounts, amounts, entity_amounts)
     select event_number, 1, $1, at::date, location_id, $2, id, 'SaleRecorded', $3, $3, 1, 1, $4::text[], $5::bigint[], $5::bigint[] from bench_order`,
    [...three, accounts, amounts],
  );
  await client.query(
    `insert into accounting_day_total (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
     select o.at::date, $1, $2, o.location_id, a.account, count(*) * greatest(a.amount, 0), count(*) * greatest(-a.amount, 0)
     from bench_order o
     cross join unnest($3::text[], $4::bigint[]) as a(account, amount) group by 1, 4, 5, a.amount`,
    [of.entityId, of.channelId, accounts, amounts],
  );
  await client.query(
    `insert into order_day_total (business_day, entity_id, channel_id, location_id, currency, sales, units, net_minor, tax_minor, gross_minor)
     select at::date, $1, $2, location_id, $3, count(*), 2 * count(*), 2000 * count(*), 400 * count(*), 2400 * count(*) from bench_order group by 1, 4`,
    three,
  );
  say('events');
  await client.query(
    `insert into platform_event (number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at, business_day, posting_day, body, origin_id)
     select o.event_number, 'SaleRecorded', 1, 'order', $1, o.location_id, $2, o.id, $1, o.at, o.at, o.at::date, o.at::date,
       json_build_object('orderId', o.id, 'document', 'REC-2026-' || lpad(o.number::text, 6, '0'), 'fact', null, 'currency', $3::text, 'entityCurrency', $3::text, 'rate', json_build_array(1, 1),
         'netMinor', 2000, 'taxMinor', 400, 'grossMinor', 2400, 'revenue', json_build_object('goods', 2000), 'costMinor', 2 * $4::bigint, 'tenders', json_build_object('card', 2400),
         'feeMinor', 20, 'differenceMinor', 0, 'lines', json_build_array(json_build_array(a.sku_id, 1, 1200), json_build_array(b.sku_id, 1, 1200))), $1
     from bench_order o
     join bench_line a on a.n = o.n and a.line = 1
     join bench_line b on b.n = o.n and b.line = 2`,
    [...three, UNIT_COST],
  );
  await client.query(
    'insert into platform_key (key_hash, event_number, body_hash) select gen_random_uuid(), event_number, gen_random_uuid() from bench_order',
  );
  await client.query(
    'update platform_counter set event_number = event_number + $1, recorded_at = (select max(at) from bench_order)',
    [of.orders],
  );
}
