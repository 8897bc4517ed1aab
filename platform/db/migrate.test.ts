import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { migrate, readMigrations, splitStatements } from './migrate.ts';
import type { MigrateOptions } from './migrate.ts';
import { createTestDatabase } from './testing.ts';

const database = await createTestDatabase({ max: 6 });
const { pool } = database;
const parent = mkdtempSync(join(tmpdir(), 'oneshelf-migrations-'));
afterAll(async () => {
  rmSync(parent, { recursive: true });
  await database.drop();
});

let schema = '';
let directory = '';
let count = 0;
beforeEach(() => {
  count += 1;
  schema = `retailer_${count}`;
  directory = join(parent, schema);
  mkdirSync(directory);
});

const first = '20261201000000_shelf__create.sql';
const second = '20261202000000_shelf__more.sql';
const third = '20261203000000_shelf__last.sql';
const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
const run = (options?: Partial<MigrateOptions>): Promise<string[]> =>
  migrate(pool, { schema, directory, lockTimeoutMs: 200, ...options });

async function relations(): Promise<string[]> {
  const found = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = $1::regnamespace and relkind in ('r', 'i')
        and relname like 'shelf%' order by relname`,
    [schema],
  );
  return found.rows.map((row) => row.name);
}

test('files run once, in order, in the schema of the retailer', async () => {
  write(second, 'alter table shelf add column width integer;');
  write(first, 'create table shelf (id integer not null);');
  expect(await run()).toEqual([first, second]);
  expect(await relations()).toEqual(['shelf']);
  expect(await run()).toEqual([]);
});

test('a failure in the middle undoes its file, names it with the line, and the next run goes on from there', async () => {
  write(first, 'create table shelf (id integer not null);');
  write(second, 'create table shelf_two (id integer);\n\nalter table shelf_three add column x integer;');
  write(third, 'create table shelf_four (id integer);');
  await expect(run()).rejects.toThrow(`Migration ${second} failed: relation "shelf_three" does not exist`);
  expect(await relations()).toEqual(['shelf']);
  write(second, 'create table shelf_two (id integer);');
  expect(await run()).toEqual([second, third]);
  expect(await relations()).toEqual(['shelf', 'shelf_four', 'shelf_two']);
});

test('a syntax error is shown with its line', async () => {
  write(first, 'create table shelf (id integer);\n\ncreate tabel x ();');
  await expect(run()).rejects.toThrow('(line 3)');
});

test('a file changed after it was applied is an error, before anything runs', async () => {
  write(first, 'create table shelf (id integer);');
  await run();
  write(first, 'create table shelf (id bigint);');
  write(second, 'create table shelf_two (id integer);');
  await expect(run()).rejects.toThrow(`${first} was changed after it was applied`);
  expect(await relations()).toEqual(['shelf']);
});

test('line ends of another system are no change', async () => {
  write(first, 'create table shelf (\n  id integer\n);\n');
  await run();
  write(first, 'create table shelf (\r\n  id integer\r\n);\r\n');
  expect(await run()).toEqual([]);
});

test('a file that a late merge brought runs although a newer one is applied', async () => {
  write(first, 'create table shelf (id integer);');
  write(third, 'create table shelf_four (id integer);');
  await run();
  write(second, 'create table shelf_two (id integer);');
  expect(await run()).toEqual([second]);
});

test('outside a transaction every statement is remembered, and an index that was left invalid is built again', async () => {
  write(first, 'create table shelf (id integer); insert into shelf values (1), (1);');
  write(
    second,
    `-- no-transaction
     create table shelf_two (id integer);
     create unique index concurrently if not exists shelf_id on shelf (id); -- fails: two rows
     create table shelf_four (id integer);`,
  );
  await expect(run()).rejects.toThrow('could not create unique index');
  expect(await relations()).toEqual(['shelf', 'shelf_id', 'shelf_two']);
  await pool.query(`delete from ${schema}.shelf where ctid = '(0,2)'`);
  expect(await run()).toEqual([second]);
  expect(await relations()).toEqual(['shelf', 'shelf_four', 'shelf_id', 'shelf_two']);
  const valid = await pool.query('select indisvalid from pg_index where indexrelid = $1::regclass', [
    `${schema}.shelf_id`,
  ]);
  expect(valid.rows).toEqual([{ indisvalid: true }]);
});

test('two processes at once: one works, the other waits and finds it done', async () => {
  write(first, 'create table shelf (id integer); select pg_sleep(0.2);');
  write(second, '-- no-transaction\ncreate index concurrently shelf_id on shelf (id);');
  const told: string[] = [];
  const both = await Promise.all([1, 2].map(() => run({ onProgress: ({ kind }) => told.push(kind) })));
  expect(both.toSorted((a, b) => a.length - b.length)).toEqual([[], [first, second]]);
  expect(told).toContain('waiting');
});

test('a table that is in use is waited for a little, again and again', async () => {
  write(first, 'create table shelf (id integer);');
  await run();
  const reader = await pool.connect();
  await reader.query(`begin; select * from ${schema}.shelf`);
  setTimeout(() => void reader.query('rollback').then(() => reader.release()), 400);
  write(second, 'alter table shelf add column width integer;');
  expect(await run()).toEqual([second]);
});

test('a badly named file and two of one time are refused', async () => {
  write('20261201_shelf.sql', 'select 1');
  await expect(readMigrations(directory)).rejects.toThrow('is not named YYYYMMDDHHMMSS_domain__what.sql');
  rmSync(join(directory, '20261201_shelf.sql'));
  write(first, '');
  write('20261201000000_bin__create.sql', '');
  await expect(readMigrations(directory)).rejects.toThrow('carry the time 20261201000000');
});

test('statements are cut at the semicolons that end them', () => {
  expect(
    splitStatements(`a 'x;''y' "q;"; -- c;\n/* d; */ do $x$ e; $$ f; $$ $x$;\n -- only a comment\n;;g - h / i $1`),
  ).toEqual([`a 'x;''y' "q;"`, `-- c;\n/* d; */ do $x$ e; $$ f; $$ $x$`, 'g - h / i $1']);
});
