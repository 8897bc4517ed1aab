import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, loadSql, parseSql, withTransaction } from './pool.ts';
import type { Statement, TransactionOptions } from './pool.ts';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase({ max: 4 });
const { pool, schema } = database;
afterAll(() => database.drop());

const sql = (text: string): Statement => [...parseSql('pool_test', `-- name: one\n${text}`).values()][0] as Statement;
const inTransaction: TransactionOptions = { schema };

beforeAll(async () => {
  await pool.query(`
    create table ${schema}.platform_thing (id integer primary key, n integer not null);
    insert into ${schema}.platform_thing select id, 0 from generate_series(1, 3) as id;
    create schema other;
    create table other.platform_thing (id integer primary key, n integer not null);
    insert into other.platform_thing values (1, 99)`);
});

const readOne = sql('select n from platform_thing where id = $1');
const addOne = sql('update platform_thing set n = n + 1 where id = $1');
const nOf = (id: number): Promise<{ n: number }> => withTransaction(pool, inTransaction, (tx) => tx.get(readOne, [id]));

test('types arrive without loss', async () => {
  const found =
    await pool.query(`select 9007199254740991::bigint as big, '{1,null}'::bigint[] as bigs, 1.10::numeric as rate,
    '{1.10}'::numeric[] as rates, '2026-12-01'::date as day, '{2026-12-01}'::date[] as days,
    '2026-12-01 10:30:00.25+01'::timestamptz at time zone 'UTC' as local, '{"a":[1]}'::jsonb as doc, 7 as small`);
  expect(found.rows[0]).toEqual({
    big: 9007199254740991,
    bigs: [1, null],
    rate: '1.10',
    rates: ['1.10'],
    day: '2026-12-01',
    days: ['2026-12-01'],
    local: '2026-12-01 09:30:00.25',
    doc: { a: [1] },
    small: 7,
  });
});

test('an instant is RFC 3339 text in UTC, whatever the server is set to', async () => {
  const row = await withTransaction(pool, inTransaction, (tx) =>
    tx.get<{ at: string; many: string[] }>(sql(`select $1::timestamptz as at, array[$1::timestamptz] as many`), [
      '2026-12-01 10:30:00.25+01',
    ]),
  );
  expect(row).toEqual({ at: '2026-12-01T09:30:00.25Z', many: ['2026-12-01T09:30:00.25Z'] });
  const elsewhere = await pool.query(
    `set timezone = 'Asia/Kolkata'; select '2026-12-01 00:00Z'::timestamptz as at; reset timezone`,
  );
  expect((elsewhere as unknown as { rows: unknown[] }[])[1]?.rows).toEqual([{ at: '2026-12-01T05:30:00+05:30' }]);
});

test('a bigint that a number cannot hold is an error, not another number', async () => {
  await expect(pool.query('select 9007199254740993::bigint as big')).rejects.toThrow('bigint 9007199254740993');
});

test('named blocks of a file become statements', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oneshelf-sql-'));
  try {
    const base = pathToFileURL(join(folder, 'x.ts')).href;
    writeFileSync(
      join(folder, 'stock.sql'),
      '-- what it is for\n\n-- name: find_levels\n-- why\nselect 1;\n\n-- name: save_levels\nselect 2\n',
    );
    const statements = loadSql(base, './stock.sql', ['find_levels', 'save_levels']);
    expect(statements.find_levels).toEqual({
      name: expect.stringMatching(/^stock\.find_levels\.[0-9a-f]{8}$/) as string,
      text: '-- why\nselect 1',
    });
    expect(statements.save_levels.text).toBe('select 2');
    expect(() => loadSql(base, './stock.sql', ['find_level'])).toThrow('no block named find_level');
    expect(() => loadSql(base, './stock.sql', ['find_levels'])).toThrow('nobody asked for: save_levels');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['select 1', 'no line'],
  ['-- name: Find\nselect 1', 'not a lower-case snake_case name'],
  ['-- name: a\nselect 1\n-- name: a\nselect 2', 'two blocks named a'],
  ['-- name: a\n-- only a comment\n', 'empty'],
  [`-- name: ${'a'.repeat(60)}\nselect 1`, 'longer than 63'],
])('a file that holds %j is refused', (text, message) => {
  expect(() => parseSql('stock', text)).toThrow(message);
});

test('find, get and run say how many rows there may be', async () => {
  await withTransaction(pool, inTransaction, async (tx) => {
    const all = sql('select id from platform_thing');
    expect(await tx.rows(all)).toHaveLength(3);
    await expect(tx.find(all)).rejects.toThrow('3 rows where at most one');
    expect(await tx.find(readOne, [77])).toBeUndefined();
    await expect(tx.get(readOne, [77])).rejects.toThrow('no row where one');
    expect(await tx.run(sql('update platform_thing set n = n where id < $1'), [3])).toBe(2);
  });
});

test('one prepared statement serves the schemas of two retailers on one connection', async () => {
  const single = createPool({ url: database.url, max: 1 });
  const read = (name: string): Promise<{ n: number }> =>
    withTransaction(single, { schema: name }, (tx) => tx.get(readOne, [1]));
  expect([await read(schema), await read('other'), await read(schema)]).toEqual([{ n: 0 }, { n: 99 }, { n: 0 }]);
  const left = await single.query('select current_setting($1) as path', ['search_path']);
  expect(left.rows).toEqual([{ path: '"$user", public' }]);
  await single.end();
});

test('a throw rolls back', async () => {
  const before = await nOf(1);
  const failing = withTransaction(pool, inTransaction, async (tx) => {
    await tx.run(addOne, [1]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await nOf(1)).toEqual(before);
});

test('a swallowed error is found out by the answer of COMMIT', async () => {
  const swallowing = withTransaction(pool, inTransaction, async (tx) => {
    await tx.run(addOne, [1]);
    await tx.rows(sql('select 1 / 0')).catch(() => undefined);
  });
  await expect(swallowing).rejects.toThrow('COMMIT answered ROLLBACK');
});

test('a deadlock is run again until both are through', async () => {
  const [before1, before2] = [await nOf(1), await nOf(2)];
  let attempts = 0;
  let met = 0;
  const both = (first: number, second: number): Promise<void> =>
    withTransaction(pool, inTransaction, async (tx) => {
      attempts += 1;
      await tx.run(addOne, [first]);
      met += 1;
      for (let waited = 0; met < 2 && waited < 200; waited += 1) await new Promise((done) => setTimeout(done, 5));
      await tx.run(addOne, [second]);
    });
  await Promise.all([both(1, 2), both(2, 1)]);
  expect(attempts).toBeGreaterThan(2);
  expect([await nOf(1), await nOf(2)]).toEqual([{ n: before1.n + 2 }, { n: before2.n + 2 }]);
});

test('a connection that dies before COMMIT is replaced and the transaction run again', async () => {
  const before = await nOf(3);
  let attempts = 0;
  await withTransaction(pool, inTransaction, async (tx) => {
    attempts += 1;
    const { pid } = await tx.get<{ pid: number }>(sql('select pg_backend_pid() as pid'));
    await tx.run(addOne, [3]);
    if (attempts === 1) await pool.query('select pg_terminate_backend($1)', [pid]);
    await tx.get(readOne, [3]);
  });
  expect(attempts).toBe(2);
  expect(await nOf(3)).toEqual({ n: before.n + 1 });
});

test('a connection that dies while committing leaves the outcome open and nothing is run twice', async () => {
  let attempts = 0;
  const dying = withTransaction(pool, inTransaction, async (tx) => {
    attempts += 1;
    const { pid } = await tx.get<{ pid: number }>(sql('select pg_backend_pid() as pid'));
    await tx.run(addOne, [3]);
    // Ends it from another connection after the last query, so that COMMIT meets a dead server.
    await pool.query('select pg_terminate_backend($1)', [pid]);
  });
  await expect(dying).rejects.toThrow('the outcome is unknown');
  expect(attempts).toBe(1);
});

test('it gives up after the fourth attempt', async () => {
  let attempts = 0;
  const failing = withTransaction(pool, inTransaction, async () => {
    attempts += 1;
    throw Object.assign(new Error('again'), { code: '40001' });
  });
  await expect(failing).rejects.toThrow('again');
  expect(attempts).toBe(4);
});

test('a plan that a migration made stale is made anew', async () => {
  const single = createPool({ url: database.url, max: 1 });
  const all = sql('select * from platform_thing where id = 1');
  const read = (): Promise<object> => withTransaction(single, inTransaction, (tx) => tx.get(all));
  await read();
  await pool.query(`alter table ${schema}.platform_thing add column note text`);
  expect(await read()).toHaveProperty('note', null);
  await single.end();
});

test('read only is read only, and a snapshot does not move', async () => {
  await expect(withTransaction(pool, { schema, readOnly: true }, (tx) => tx.run(addOne, [1]))).rejects.toThrow(
    'read-only transaction',
  );
  await withTransaction(pool, { schema, snapshot: true }, async (tx) => {
    const first = await tx.get(readOne, [1]);
    await withTransaction(pool, inTransaction, (other) => other.run(addOne, [1]));
    expect(await tx.get(readOne, [1])).toEqual(first);
  });
});

test('a statement that takes too long is ended', async () => {
  const slow = withTransaction(pool, { schema, statementTimeoutMs: 20 }, (tx) => tx.rows(sql('select pg_sleep(5)')));
  await expect(slow).rejects.toThrow('statement timeout');
});

test('a schema name cannot carry SQL', async () => {
  await expect(withTransaction(pool, { schema: 'a"; drop schema b; --' }, () => Promise.resolve())).rejects.toThrow(
    'snake_case',
  );
});
