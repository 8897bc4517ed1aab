import { afterAll, beforeAll, expect, test } from 'vitest';
import { cutPartitions, partitionsBehind, uuidAt } from './partitions.ts';
import { createTestDatabase } from './testing.ts';
import type { TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.drop());

const now = (): number => Date.parse('2026-11-22T09:00:00Z');
const size = 1_000;

async function query<Row extends object>(text: string): Promise<Row[]> {
  const client = await database.pool.connect();
  try {
    await client.query(`set search_path = ${database.schema}`);
    return (await client.query(text)).rows as Row[];
  } finally {
    client.release();
  }
}
const boundsOf = (table: string) =>
  query<{ name: string; bound: string }>(
    `select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = '${table}'::regclass order by 1`,
  );
const insertKeys = (from: number, to: number) =>
  query(`insert into platform_key select md5(n::text)::uuid, n, md5('b')::uuid from generate_series(${from}, ${to}) n`);
const standAt = (position: number) => query(`update platform_counter set event_number = ${position}`);

test('a small shop keeps its one partition', async () => {
  await standAt(499);
  expect(await cutPartitions({ ...database, now, size })).toEqual([]);
  expect(await partitionsBehind(database, size)).toEqual([]);
});

test('when half is used, every table by number is cut ahead of use, and what is behind is told', async () => {
  await insertKeys(1, 950);
  await standAt(950);
  expect((await partitionsBehind(database, size)).map(({ table }) => table)).toContain('platform_key');
  const cuts = await cutPartitions({ ...database, now, size });
  const tables = cuts.map(({ table }) => table);
  expect(tables).toEqual(
    expect.arrayContaining(['platform_event', 'platform_key', 'stock_movement', 'accounting_entry']),
  );
  expect(await partitionsBehind(database, size)).toEqual([]);
  expect(await boundsOf('platform_key')).toEqual([
    { name: 'platform_key_0', bound: "FOR VALUES FROM ('1') TO ('1450')" },
    { name: 'platform_key_1', bound: "FOR VALUES FROM ('1450') TO (MAXVALUE)" },
  ]);
  await insertKeys(1449, 1451);
  expect(
    await query(
      'select tableoid::regclass::text as at from platform_key where event_number >= 1449 order by event_number',
    ),
  ).toEqual([{ at: 'platform_key_0' }, { at: 'platform_key_1' }, { at: 'platform_key_1' }]);
  // Nothing is left of the proof, and the indexes are whole.
  expect(await query("select 1 from pg_constraint where conname like '%\\_end'")).toEqual([]);
  expect(await query('select 1 from pg_index where not indisvalid')).toEqual([]);
  expect(await cutPartitions({ ...database, now, size })).toEqual([]);
});

test('tables whose ids begin with the time are cut by the time, and keep how they are stored', async () => {
  await query(`update pg_class set reltuples = 600 where oid = 'order_header_0'::regclass`);
  const cuts = await cutPartitions({ ...database, now, size });
  expect(cuts).toEqual([
    { table: 'order_header', partition: 'order_header_1', from: uuidAt(now() + 30 * 24 * 3_600_000) },
  ]);
  const options = await query<{ reloptions: string[] }>(
    "select reloptions from pg_class where relname = 'order_header_1'",
  );
  expect(options[0]?.reloptions).toEqual(['fillfactor=90']);
});

test('everybody writes on while it is cut, and nobody waits long', async () => {
  // Far enough from its end, as in life: who writes past it while it is being cut would be refused.
  const size = 100_000;
  let number = 60_000;
  let slowestMs = 0;
  let going = true;
  const writer = async (): Promise<void> => {
    while (going) {
      number += 1;
      const startedMs = performance.now();
      await insertKeys(number, number);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    }
  };
  const writers = [writer(), writer(), writer()];
  await standAt(60_000);
  const cuts = await cutPartitions({ ...database, now, size });
  going = false;
  await Promise.all(writers);
  expect(cuts.map(({ table }) => table)).toContain('platform_key');
  expect(slowestMs).toBeLessThan(10_000);
  const [count] = await query<{ all: number }>('select count(*) as all from platform_key where event_number > 60000');
  expect(count?.all).toBe(number - 60_000);
});

test('a table that somebody holds is left to the next run, without holding up others', async () => {
  const holder = await database.pool.connect();
  await holder.query(`begin; lock table only ${database.schema}.platform_event in access share mode`);
  await standAt(300_000);
  const busy: string[] = [];
  const cuts = await cutPartitions({
    ...database,
    now,
    size,
    pause: async () => undefined,
    onLeft: (table) => busy.push(table),
  });
  await holder.query('rollback');
  holder.release();
  expect(busy).toEqual(['platform_event']);
  // Nothing is left that could refuse a sale later.
  expect(await query("select 1 from pg_constraint where conname like '%\\_end'")).toEqual([]);
  expect(cuts.map(({ table }) => table)).toContain('platform_key');
  expect((await partitionsBehind(database, size)).map(({ table }) => table)).toEqual(['platform_event']);
  expect((await cutPartitions({ ...database, now, size })).map(({ table }) => table)).toEqual(['platform_event']);
});

test('two that cut at once cut once', async () => {
  await standAt(500_000);
  const both = await Promise.all([
    cutPartitions({ ...database, now, size }),
    cutPartitions({ ...database, now, size }),
  ]);
  const tables = both.flat().map(({ table }) => table);
  expect(new Set(tables).size).toBe(tables.length);
});

test('every table that is partitioned is one that can be cut', async () => {
  await query("update pg_class set reltuples = 5000 where relkind = 'r' and relispartition");
  await standAt(900_000);
  const cuts = await cutPartitions({ ...database, now, size });
  const tables = await query<{ name: string }>(
    'select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid order by 1',
  );
  expect(tables.length).toBeGreaterThan(5);
  expect(cuts.map(({ table }) => table).toSorted()).toEqual(tables.map(({ name }) => name));
  // Each ends later than it begins, also where the last cut was made for a time to come.
  expect(new Set((await boundsOf('order_header')).map(({ bound }) => bound)).size).toBe(3);
});

test('a row that lies beyond the end leaves its table uncut, and nothing behind', async () => {
  await standAt(2_000_000);
  await insertKeys(9_000_000, 9_000_000);
  const left: string[] = [];
  const onLeft = (table: string, error: unknown): void =>
    void left.push(`${table} ${(error as { code: string }).code}`);
  const cuts = await cutPartitions({ ...database, now, size, onLeft });
  expect(left).toEqual(['platform_key 23514']);
  expect(cuts.map(({ table }) => table)).toContain('platform_event');
  expect(await query("select 1 from pg_constraint where conname like '%\\_end'")).toEqual([]);
});
