import { describe, expect, it } from 'vitest';
import { filesMatching, report } from './project.ts';
import { migrationOrderProblems, migrationProblems, queryProblems, tablesNamed } from './sql.ts';

const migrations = filesMatching(/^db\/(?:migrations|directory)\//);
const queries = filesMatching(/^(?:src|platform)\/.*(?:\.sql|\/server\/.*\.ts)$/);

describe('migrations', () => {
  it('are named after their tables, give each a key and do without what does not run everywhere', () => {
    expect(migrations.length, 'migrations seen').toBeGreaterThan(0);
    expect(report(migrations.flatMap(migrationProblems))).toEqual([]);
    expect(report(migrationOrderProblems(migrations))).toEqual([]);
  });

  const stock = (text: string) => ({ path: 'db/migrations/20261201120000_stock__create.sql', text });

  it.each([
    'db/migrations/stock.sql',
    'db/migrations/2026_stock__create.sql',
    'db/migrations/20261201120000_stock.sql',
    'db/migrations/20261201120000_warehouse__create.sql',
    'db/migrations/20261201120000_stock__Create.sql',
  ])('refuse the name %s', (path) => {
    expect(migrationProblems({ path, text: '' })).toHaveLength(1);
  });

  it.each([
    ['another domain’s table', 'create table order_note (id uuid primary key);'],
    ['a table of nobody', 'create table shelf (id uuid primary key);'],
    ['a view of nobody', 'create view shelf as select 1;'],
    ['no primary key', 'create table stock_level (id uuid not null);'],
    ['a key in a comment', 'create table stock_level (id uuid); -- primary key'],
    ['history in one piece', 'create table stock_movement (id uuid primary key);'],
    ['partitions by list', 'create table stock_movement (id uuid primary key) partition by list (id);'],
    ['a table above', 'create table stock_level (id uuid primary key, line uuid references order_line (id));'],
    ['a stranger’s table', 'alter table price_list add column x text;'],
    ['a trigger', 'create trigger t before update on stock_level execute function f();'],
    ['a rule', 'create rule r as on insert to stock_level do instead nothing;'],
    ['inheritance', 'create table stock_x (primary key (id)) inherits (stock_level);'],
    ['an unlogged table', 'create unlogged table stock_x (id uuid primary key);'],
    ['a materialized view', 'create materialized view stock_x as select 1;'],
    ['bigserial', 'create table stock_x (id bigserial primary key);'],
    ['an identity', 'create table stock_x (id bigint generated always as identity primary key);'],
    ['nextval', "alter table stock_level alter id set default nextval('s');"],
    ['now()', 'create table stock_x (id uuid primary key, at timestamptz default now());'],
    ['current_timestamp', 'create table stock_x (id uuid primary key, at timestamptz default current_timestamp);'],
    ['random()', 'create table stock_x (id uuid primary key, dice bigint default random());'],
    ['a generated id', 'create table stock_x (id uuid primary key default gen_random_uuid());'],
    ['an id of the server', 'create table stock_x (id uuid primary key default uuidv7());'],
    ['a float', 'create table stock_x (id uuid primary key, weight double precision);'],
    ['a time without zone', 'create table stock_x (id uuid primary key, at timestamp not null);'],
    ['a deferred constraint', 'alter table stock_level add unique (id) deferrable initially deferred;'],
  ])('refuse %s', (_, text) => {
    expect(report(migrationProblems(stock(text)))).toHaveLength(1);
  });

  it('accept a partitioned table, its partitions, a function and references downwards', () => {
    const text = `
      create table stock_movement (
        id uuid not null,
        location_id uuid not null references location (id), -- no trigger, no serial
        note text default 'now() nextval()',
        primary key (id)
      ) partition by range (id);
      create table stock_movement_0 partition of stock_movement for values from (minvalue) to (maxvalue);
      create function stock_check() returns bigint language sql return (select count(*) from unnest(array[1]) a);
    `;
    expect(report(migrationProblems(stock(text)))).toEqual([]);
  });

  it('refuse two at the same second', () => {
    const paths = ['db/migrations/20261201120000_stock__a.sql', 'db/migrations/20261201120000_order__b.sql'];
    expect(migrationOrderProblems(paths.map((path) => ({ path, text: '' })))).toHaveLength(1);
  });
});

describe('queries', () => {
  it('name only tables of domains that theirs knows', () => {
    expect(queries.length, 'queries and stores seen').toBeGreaterThan(0);
    expect(report(queries.flatMap(queryProblems))).toEqual([]);
  });

  const path = 'src/stock/server/stock.sql';

  it.each([
    'select * from order_line',
    'select * from stock_level l join order_line o on o.sku_id = l.sku_id',
    'select * from stock_level l, order_line o',
    'select * from stock_level as l, lateral (select 1) as x, order_line',
    'insert into order_line (id) values ($1)',
    'update order_line set x = 1',
    'delete from order_line',
    'delete from stock_level using order_line o where true',
    'with a as (select * from order_line) select * from a',
    'select (select count(*) from order_line)',
    'update stock_level set x = 1 from order_line',
    'select * from shelf',
    'select * from retailer_1.stock_level',
    'update stock_level set changed_at = now()',
    'select id from stock_level limit 10 offset 20',
    "select nextval('s')",
    'merge into stock_level l using unnest($1) x on true when matched then do nothing',
  ])('refuse %s', (text) => {
    expect(report(queryProblems({ path, text })).length).toBeGreaterThanOrEqual(1);
    const store = { path: 'src/stock/server/stock.store.ts', text: `// why\nconst sql = \`${text}\`;` };
    if (/^(?:select|insert|update|delete|with)/.test(text)) {
      expect(queryProblems(store)[0]?.line).toBe(2);
    }
  });

  it.each([
    'select * from stock_level for no key update',
    'select * from stock_level l join location on location.id = l.location_id for update of l',
    'select * from unnest($1::uuid[], $2::bigint[]) as x(id, quantity)',
    'insert into stock_level (id) select id from unnest($1::uuid[]) as x(id) on conflict (id) do update set version = 2',
    'select extract(epoch from received_at), trim(both from name) from stock_level',
    'select 1 from stock_level where lot is distinct from $1 and owner_id is not distinct from $2',
    'with mine (id) as materialized (select id from stock_level), other as (select 1) select * from mine, other',
    'delete from stock_reservation using unnest($1::uuid[]) as x(id) where stock_reservation.id = x.id',
    'select number from platform_event order by number limit 10',
    "select 'from order_line' -- from order_line",
    'select relname from pg_class',
    'select a.id from stock_level a left join lateral (select 1 from catalog_sku) b on true',
  ])('accept %s', (text) => {
    expect(report(queryProblems({ path, text }))).toEqual([]);
  });

  it('let insight read everything and platform nothing of the business', () => {
    const text = 'select * from order_line join accounting_entry using (id)';
    expect(queryProblems({ path: 'src/insight/server/funnel.sql', text })).toEqual([]);
    expect(queryProblems({ path: 'platform/commit/commit.sql', text })).toHaveLength(2);
  });

  it('find every table of a statement once', () => {
    const text = 'select 1 from a x, only b, c as y join d using (id) left join e on true where f in (select 1 from g)';
    expect(tablesNamed(text).map((table) => table.name)).toEqual(['a', 'b', 'c', 'd', 'e', 'g']);
  });
});
