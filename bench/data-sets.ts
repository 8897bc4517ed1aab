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

/** Makes the database of a data set, `url` being that of a new, empty one. */
export async function makeDataSet(url: string, set: DataSet, say: (text: string) => void): Promise<void> {
  const pool = createPool({ url, max: 2, applicationName: 'oneshelf bench prepare' });
  try {
    await migrate(pool, { schema: BENCH_SCHEMA, directory: resolve(import.meta.dirname, '../db/migrations') });
    await installBaseline(pool, BENCH_SCHEMA);
    const world = worldOf(set);
    const indexes = await dropIndexes(pool);
    await fillWorld(pool, BENCH_SCHEMA, world, { onHand: set.onHand, say });
    if (set.orders > 0) await fillOrders(pool, BENCH_SCHEMA, world, { orders: set.orders, say });
    say(`${set.name}: indexes`);
    await pool.query(`set maintenance_work_mem = '512MB'; ${indexes.join('; ')}`);
    say(`${set.name}: vacuum and analyse`);
    await pool.query('vacuum (analyze)');
    await pool.query('checkpoint');
  } finally {
    await pool.end();
  }
}

/** Drops what no constraint stands on, and gives the statements that make it again: sorting once is quicker than inserting a million times. */
async function dropIndexes(pool: Pool): Promise<string[]> {
  const found = await pool.query<{ name: string; definition: string }>(
    `select c.oid::regclass::text as name, pg_get_indexdef(c.oid) as definition
     from pg_class c
     join pg_index i on i.indexrelid = c.oid
     where c.relnamespace = $1::regnamespace and not c.relispartition and not exists (select from pg_constraint k where k.conindid = c.oid)`,
    [BENCH_SCHEMA],
  );
  for (const { name } of found.rows) await pool.query(`drop index ${name}`);
  return found.rows.map((row) => row.definition);
}

/** Master data of the world and its opening stock, by plain set-based SQL: an event, an entry and a movement for all that stands on the shelves. */
export async function fillWorld(
  pool: Pool,
  schema: string,
  world: World,
  options: { readonly onHand: number; readonly say?: (text: string) => void },
): Promise<void> {
  const { onHand, say = () => undefined } = options;
  const entity = world.entities[0] as World['entities'][number];
  const areaId = world.locations[0]?.areaId;
  await inTransaction(pool, schema, async (client) => {
    await client.query(
      `insert into company_legal_entity (id, code, name, country, functional_currency) values ($1, 'E1', 'Bench Ltd', 'GB', $2)`,
      [entity.id, entity.currency],
    );
    await client.query(
      `insert into stock_valuation_area (id, entity_id, name, method, currency) values ($1, $2, 'All', 'moving_average', $3)`,
      [areaId, entity.id, entity.currency],
    );
    for (const location of world.locations) {
      await client.query(
        `insert into location (id, entity_id, code, name, kind, country, time_zone) values ($1, $2, $3, $3, 'store', 'GB', 'UTC')`,
        [location.id, entity.id, location.code],
      );
      await client.query('insert into stock_area_location (location_id, area_id) values ($1, $2)', [
        location.id,
        areaId,
      ]);
    }
    for (const channel of world.channels) {
      await client.query(
        'insert into channel (id, entity_id, code, name, kind, currency, default_location_id) values ($1, $2, $3, $3, $4, $5, $6)',
        [channel.id, entity.id, channel.code, channel.kind, entity.currency, world.locations[0]?.id],
      );
      await client.query(
        `insert into price_list (id, channel_id, currency, tax_inclusive, name) values ($1, $1, $2, true, 'List')`,
        [channel.id, entity.currency],
      );
    }
    await client.query(
      `insert into price_vat_rate (country, tax_class, valid_from, rate_ppm, name) values ('GB', 'standard', '2020-01-01', 200000, 'VAT')`,
    );
    await client.query(`insert into catalog_category (id, name) values ($1, 'All')`, [entity.id]);
  });
  const CHUNK = 50_000;
  for (let from = 0; from < world.skuIds.length; from += CHUNK) {
    const ids = uuidArray(world.skuIds.slice(from, from + CHUNK));
    await inTransaction(pool, schema, async (client) => {
      say(`SKUs ${from} of ${world.skuIds.length}`);
      const named = `unnest($1::uuid[]) with ordinality as s(id, n)`;
      await client.query(
        `insert into catalog_product (id, name, category_id) select s.id, 'Product ' || (s.n + $2), $3 from ${named}`,
        [ids, from, entity.id],
      );
      await client.query(
        `insert into catalog_variant (id, product_id) select s.id, s.id from ${named} where $2::bigint is not null`,
        [ids, from],
      );
      await client.query(
        `insert into catalog_sku (id, variant_id, product_id, code, name) select s.id, s.id, s.id, 'SKU-' || (s.n + $2), 'Product ' || (s.n + $2) from ${named}`,
        [ids, from],
      );
      await client.query(
        `insert into price (price_list_id, sku_id, valid_from, amount) select $2, s.id, '2020-01-01', 1200 from ${named}`,
        [ids, world.channels[0]?.id],
      );
      await client.query(
        `insert into stock_cost (area_id, sku_id, quantity, value_minor, short_quantity, short_value_minor, last_quantity, last_value_minor, version)
         select $2, s.id, $3::bigint * $4, $3::bigint * $4 * $5, 0, 0, $3::bigint, $3::bigint * $5, 1 from ${named}`,
        [ids, areaId, onHand, world.locations.length, UNIT_COST],
      );
      for (const location of world.locations)
        await openingStock(client, {
          ids,
          areaId: areaId as string,
          entityId: entity.id,
          currency: entity.currency,
          locationId: location.id,
          onHand,
          skus: Math.min(CHUNK, world.skuIds.length - from),
        });
    });
  }
}

type Opening = {
  ids: Buffer;
  areaId: string;
  entityId: string;
  currency: string;
  locationId: string;
  onHand: number;
  skus: number;
};

/** One OpeningStockRecorded of many lines at one location. */
async function openingStock(client: pg.PoolClient, of: Opening): Promise<void> {
  const valueMinor = of.onHand * of.skus * UNIT_COST;
  const taken = await client.query<{ event_number: number }>(
    'update platform_counter set event_number = event_number + 1, recorded_at = greatest(recorded_at, $1) returning event_number',
    [OPENED_AT],
  );
  const number = taken.rows[0]?.event_number as number;
  await client.query(
    `insert into stock_level (id, sku_id, location_id, condition, owner_id, on_hand, shortfall, reserved, backordered, moves, version)
     select gen_random_uuid(), s.id, $2, 'sellable', $3, $4::bigint, 0, 0, 0, 1, 1 from unnest($1::uuid[]) as s(id)`,
    [of.ids, of.locationId, of.entityId, of.onHand],
  );
  await client.query(
    `insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
     select l.id, 1, $2::bigint, l.on_hand, 0, l.on_hand, 'opening', l.on_hand * $3::bigint, null, $4 from stock_level l where l.sku_id = any ($1::uuid[]) and l.location_id = $5`,
    [of.ids, number, UNIT_COST, OPENED_AT, of.locationId],
  );
  await client.query(
    `insert into platform_event (number, type, version, topic, entity_id, location_id, occurred_at, recorded_at, business_day, posting_day, body)
     values ($1, 'OpeningStockRecorded', 1, 'stock', $2, $3, $4, $4, $5, $5, json_build_object('currency', $6::text, 'entityCurrency', $6::text, 'valueMinor', $7::bigint))`,
    [number, of.entityId, of.locationId, OPENED_AT, OPENED_ON, of.currency, valueMinor],
  );
  const accounts = [defaultCode('inventory'), defaultCode('opening_equity')];
  await client.query(
    `insert into accounting_entry (event_number, ordinal, entity_id, posting_day, location_id, rule, currency, entity_currency, rate_numerator, rate_denominator, accounts, amounts, entity_amounts)
     values ($1, 1, $2, $3, $4, 'OpeningStockRecorded', $5, $5, 1, 1, $6::text[], array[$7::bigint, -$7::bigint], array[$7::bigint, -$7::bigint])`,
    [number, of.entityId, OPENED_ON, of.locationId, of.currency, accounts, valueMinor],
  );
  await client.query(
    `insert into accounting_day_total as t (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
     select $1, $2, '00000000-0000-0000-0000-000000000000', $3, a.account, a.debit, a.credit
     from unnest($4::text[], array[$5::bigint, 0], array[0, $5::bigint]) as a(account, debit, credit)
     on conflict (posting_day, entity_id, channel_id, location_id, account) do update
     set debit_minor = t.debit_minor + excluded.debit_minor, credit_minor = t.credit_minor + excluded.credit_minor`,
    [OPENED_ON, of.entityId, of.locationId, accounts, valueMinor],
  );
}

const OPENED_ON = '2025-12-31';
const OPENED_AT = '2025-12-31T12:00:00Z';

/** Sales of the past, two lines each, spread over all SKUs, places and 300 days, with everything that a sale writes. */
async function fillOrders(
  pool: Pool,
  schema: string,
  world: World,
  options: { readonly orders: number; readonly say: (text: string) => void },
): Promise<void> {
  const entity = world.entities[0] as World['entities'][number];
  const channel = world.channels[0] as World['channels'][number];
  const skus = world.skuIds.length;
  await inTransaction(pool, schema, async (client) => {
    await client.query('create temporary table bench_sku (n integer primary key, id uuid not null) on commit drop');
    await client.query('insert into bench_sku select n - 1, id from unnest($1::uuid[]) with ordinality as s(id, n)', [
      uuidArray(world.skuIds),
    ]);
    await client.query(
      'create temporary table bench_location (n integer primary key, id uuid not null, code text not null) on commit drop',
    );
    await client.query(
      'insert into bench_location select n - 1, id, code from unnest($1::uuid[], $2::text[]) with ordinality as l(id, code, n)',
      [world.locations.map((one) => one.id), world.locations.map((one) => one.code)],
    );
    const before = (await client.query<{ event_number: number }>('select event_number from platform_counter')).rows[0]
      ?.event_number as number;
    options.say('past sales: which');
    // Ids like ours: the time first. The second line's SKU is another one of the same list, so each SKU is sold about twice.
    await client.query(
      `create temporary table bench_order on commit drop as
       select o.n, $1::bigint + o.n as event_number, l.id as location_id, l.code as location_code,
         timestamptz '2026-01-01 08:00Z' + (o.n * 300.0 / $2) * interval '1 day' as at,
         (lpad(to_hex((extract(epoch from timestamptz '2026-01-01 08:00Z') * 1000)::bigint + (o.n * 300.0 / $2 * 86400000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(o.n), 12, '0'))::uuid as id,
         row_number() over (partition by l.id order by o.n) as number
       from generate_series(1, $2::integer) as o(n)
       join bench_location l on l.n = o.n % $3::integer`,
      [before, options.orders, world.locations.length],
    );
    await client.query(
      `create temporary table bench_line on commit drop as
       select o.n, o.event_number, o.id as order_id, o.location_id, o.at, x.line, s.id as sku_id, v.id as level_id,
         row_number() over (partition by v.id order by o.event_number, x.line) as nth
       from bench_order o
       cross join generate_series(1, 2) as x(line)
       join bench_sku s on s.n = (o.n::bigint * case x.line when 1 then 1 else 7919 end) % $1::integer
       join stock_level v on v.sku_id = s.id and v.location_id = o.location_id`,
      [skus],
    );
    await client.query('analyze bench_order; analyze bench_line');
    const of = [entity.id, channel.id, entity.currency];
    options.say('past sales: orders and lines');
    await client.query(
      `insert into order_header (id, kind, number, status, entity_id, channel_id, selling_location_id, currency, tax_inclusive, net_minor, tax_minor, gross_minor, placed_at, business_day, event_number, version)
       select id, 'till_sale', 'REC-2026-' || lpad(number::text, 6, '0'), 'completed', $1, $2, location_id, $3, true, 2000, 400, 2400, at, at::date, event_number, 1 from bench_order`,
      of,
    );
    await client.query(
      `insert into order_line (order_id, line, kind, sku_id, description, quantity, unit_amount, tax_ppm, net_minor, tax_minor, gross_minor, shipped, cost_minor, demand_channel_id, selling_location_id, fulfilling_location_id)
       select order_id, line, 'goods', sku_id, 'Goods', 1, 1200, 200000, 1000, 200, 1200, 1, $2::bigint, $1, location_id, location_id from bench_line`,
      [channel.id, UNIT_COST],
    );
    await client.query(
      `insert into payment (id, order_id, entity_id, method, currency, provider_ref, authorised, captured, voided, refunded, fee_minor, created_at, version)
       select id, id, $1, 'card', $2, 'auth_1', 2400, 2400, 0, 0, 20, at, 1 from bench_order`,
      [entity.id, entity.currency],
    );
    options.say('past sales: stock');
    await client.query(
      `insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, document_id, recorded_at)
       select b.level_id, 1 + b.nth, b.event_number, -1, v.on_hand - b.nth + 1, v.on_hand - b.nth, 'sale', -$1::bigint, b.order_id, b.at
       from bench_line b
       join stock_level v on v.id = b.level_id`,
      [UNIT_COST],
    );
    await client.query(
      `update stock_level v set on_hand = v.on_hand - c.sold, moves = v.moves + c.sold, version = v.version + c.sold
       from (select level_id, count(*) as sold from bench_line group by level_id) c where v.id = c.level_id`,
    );
    await client.query(
      `update stock_cost s set quantity = s.quantity - c.sold, value_minor = s.value_minor - c.sold * $1::bigint, version = s.version + c.sold
       from (select sku_id, count(*) as sold from bench_line group by sku_id) c where s.sku_id = c.sku_id`,
      [UNIT_COST],
    );
    options.say('past sales: journal');
    await client.query(
      `insert into company_series (id, entity_id, kind, scope_id, fiscal_year, last_number, issued)
       select gen_random_uuid(), $1, 'receipt', location_id, 2026, max(number), max(number) from bench_order group by location_id`,
      [entity.id],
    );
    await client.query(
      `insert into order_document (series_id, number, kind, label, order_id, entity_id, channel_id, location_id, event_number, issued_at, business_day, currency, units, net_minor, tax_minor, gross_minor)
       select s.id, o.number, 'receipt', 'REC-2026-' || lpad(o.number::text, 6, '0'), o.id, $1, $2, o.location_id, o.event_number, o.at, o.at::date, $3, 2, 2000, 400, 2400
       from bench_order o join company_series s on s.scope_id = o.location_id`,
      of,
    );
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
      [...of, accounts, amounts],
    );
    await client.query(
      `insert into accounting_day_total (posting_day, entity_id, channel_id, location_id, account, debit_minor, credit_minor)
       select o.at::date, $1, $2, o.location_id, a.account, count(*) * greatest(a.amount, 0), count(*) * greatest(-a.amount, 0)
       from bench_order o cross join unnest($3::text[], $4::bigint[]) as a(account, amount) group by 1, 4, 5, a.amount`,
      [entity.id, channel.id, accounts, amounts],
    );
    await client.query(
      `insert into order_day_total (business_day, entity_id, channel_id, location_id, currency, sales, units, net_minor, tax_minor, gross_minor)
       select at::date, $1, $2, location_id, $3, count(*), 2 * count(*), 2000 * count(*), 400 * count(*), 2400 * count(*) from bench_order group by 1, 4`,
      of,
    );
    options.say('past sales: events');
    await client.query(
      `insert into platform_event (number, type, version, topic, entity_id, location_id, channel_id, subject_id, actor_id, occurred_at, recorded_at, business_day, posting_day, body)
       select o.event_number, 'SaleRecorded', 1, 'order', $1, o.location_id, $2, o.id, $1, o.at, o.at, o.at::date, o.at::date,
         json_build_object('orderId', o.id, 'document', 'REC-2026-' || lpad(o.number::text, 6, '0'), 'fact', null, 'currency', $3::text, 'entityCurrency', $3::text, 'rate', json_build_array(1, 1),
           'netMinor', 2000, 'taxMinor', 400, 'grossMinor', 2400, 'revenue', json_build_object('goods', 2000), 'costMinor', 2 * $4::bigint, 'tenders', json_build_object('card', 2400),
           'feeMinor', 20, 'differenceMinor', 0, 'lines', json_build_array(json_build_array(a.sku_id, 1, 1200), json_build_array(b.sku_id, 1, 1200)))
       from bench_order o
       join bench_line a on a.n = o.n and a.line = 1
       join bench_line b on b.n = o.n and b.line = 2`,
      [...of, UNIT_COST],
    );
    await client.query(
      'insert into platform_key (key_hash, event_number, body_hash) select gen_random_uuid(), event_number, gen_random_uuid() from bench_order',
    );
    await client.query(
      'update platform_counter set event_number = event_number + $1, recorded_at = (select max(at) from bench_order)',
      [options.orders],
    );
  });
}

async function inTransaction(pool: Pool, schema: string, fn: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(
      `begin; set local search_path = ${schema}, public; set local timezone = 'UTC'; set local work_mem = '256MB'; set local maintenance_work_mem = '512MB'`,
    );
    await fn(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
