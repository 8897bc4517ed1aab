import { afterAll, expect, test } from 'vitest';
import { createTestDatabase, onServer } from './testing.ts';

const one = await createTestDatabase();
const two = await createTestDatabase();
afterAll(() => Promise.all([one.drop(), two.drop()]));

test('every test file has a database of its own, with the retailer schema in it', async () => {
  const schemas = await one.pool.query('select to_regclass($1) is not null as found', [
    `${one.schema}.platform_migration`,
  ]);
  expect(schemas.rows).toEqual([{ found: true }]);
  await onServer(one.url, 'create table public.only_here (id integer primary key)');
  const other = await two.pool.query(`select to_regclass('public.only_here') as found`);
  expect(other.rows).toEqual([{ found: null }]);
});
