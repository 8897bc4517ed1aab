import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionedTables } from '../../tidy/domains.mjs';
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
    { name: 'platform_key_0', bound: "FOR VALUES FROM ('1') TO ('1200')" },
    { name: 'platform_key_1', bound: "FOR VALUES FROM ('1200') TO (MAXVALUE)" },
  ]);
  await insertKeys(1199, 1201);
  expect(
    await query(
      'select tableoid::regclass::text as at from platform_key where event_number >= 1199 order by event_number',
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
  let number = 2_000;
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
  await standAt(1_900);
  const cuts = await cutPartitions({ ...database, now, size });
  going = false;
  await Promise.all(writers);
  expect(cuts.map(({ table }) => table)).toContain('platform_key');
  expect(slowestMs).toBeLessThan(2_000);
  const [count] = await query<{ all: number }>('select count(*) as all from platform_key where event_number > 2000');
  expect(count?.all).toBe(number - 2_000);
});

test('a table that somebody holds is left to the next run, without holding up others', async () => {
  const holder = await database.pool.connect();
  await holder.query(`begin; select 1 from ${database.schema}.platform_event limit 1`);
  await standAt(10_000);
  const busy: string[] = [];
  const cuts = await cutPartitions({
    ...database,
    now,
    size,
    pause: async () => undefined,
    onBusy: (table) => busy.push(table),
  });
  await holder.query('rollback');
  holder.release();
  expect(busy).toEqual(['platform_event']);
  expect(cuts.map(({ table }) => table)).toContain('platform_key');
  expect((await partitionsBehind(database, size)).map(({ table }) => table)).toEqual(['platform_event']);
  expect((await cutPartitions({ ...database, now, size })).map(({ table }) => table)).toEqual(['platform_event']);
});

test('two that cut at once cut once', async () => {
  await standAt(20_000);
  const both = await Promise.all([
    cutPartitions({ ...database, now, size }),
    cutPartitions({ ...database, now, size }),
  ]);
  const tables = both.flat().map(({ table }) => table);
  expect(new Set(tables).size).toBe(tables.length);
});

test('every table that only grows is one that can be cut', async () => {
  const tables = await query<{ name: string }>(
    `select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid where p.partnatts = 1`,
  );
  expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining([...partitionedTables]));
});
