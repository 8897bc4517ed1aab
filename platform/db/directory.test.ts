import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bellOf } from '../events/bell.ts';
import { DIRECTORY_SCHEMA, openDirectory, type Directory, type Retailer } from './directory.ts';
import { createPool, type Pool } from './pool.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const migrations = resolve(import.meta.dirname, '../../db/directory');
const by = (at = 1_000): { at: number; byUser: string } => ({ at, byUser: 'tester' });
let database: TestDatabase;
let others: Pool;
let directory: Directory;
/** Another program over the same database. */
let another: Directory;

beforeAll(async () => {
  database = await createTestDatabase();
  others = createPool({ url: database.url, max: 2 });
  directory = openDirectory({ pool: database.pool, migrations });
  another = openDirectory({ pool: others, migrations });
});
afterAll(async () => {
  await others.end();
  await database.drop();
});

const begin = async (name: string, ...hosts: string[]): Promise<Retailer> => {
  const begun = await directory.begin({ name, schema: name.toLowerCase(), hosts }, by());
  if (begun.kind === 'taken') throw new Error(`${begun.what} ${begun.value} is taken`);
  return begun.retailer;
};

it('is empty before it is there, and leaves nothing behind by being asked', async () => {
  expect(await directory.list()).toEqual([]);
  expect(await directory.acts(10)).toEqual([]);
  const found = await database.pool.query('select 1 from pg_namespace where nspname = $1', [DIRECTORY_SCHEMA]);
  expect(found.rowCount).toBe(0);
});

it('is made once, by whoever is first', async () => {
  await Promise.all([directory.prepare(), another.prepare()]);
  await directory.prepare();
  expect(await another.list()).toEqual([]);
});

it('keeps names, schemas and hosts apart, the first host first', async () => {
  const made = await begin('One', 'www.one.example', 'one.example');
  expect(made).toMatchObject({
    name: 'One',
    schema: 'one',
    state: 'creating',
    hosts: ['www.one.example', 'one.example'],
  });
  const again = (wanted: { name?: string; schema?: string; hosts?: string[] }): ReturnType<Directory['begin']> =>
    another.begin({ name: 'Two', schema: 'two', hosts: ['two.example'], ...wanted }, by());
  expect(await again({ name: 'ONE' })).toEqual({ kind: 'taken', what: 'name', value: 'One' });
  expect(await again({ schema: 'one' })).toEqual({ kind: 'taken', what: 'schema', value: 'one' });
  expect(await again({ hosts: ['two.example', 'one.example'] })).toEqual({
    kind: 'taken',
    what: 'host',
    value: 'one.example',
  });
  expect(await directory.list()).toHaveLength(1);
  expect(await directory.setHosts(made, ['one.example', 'uno.example'], by())).toEqual({ kind: 'done' });
  expect((await another.list())[0]?.hosts).toEqual(['one.example', 'uno.example']);
});

it('gives a host to one of two who want it at the same moment', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, (_, n) =>
      (n % 2 === 0 ? directory : another).begin(
        { name: `Racer ${n}`, schema: `racer_${n}`, hosts: [`r${n}.example`, 'race.example'] },
        by(),
      ),
    ),
  );
  const won = outcomes.filter(({ kind }) => kind === 'begun');
  expect(won).toHaveLength(1);
  for (const lost of outcomes.filter(({ kind }) => kind === 'taken'))
    expect(lost).toEqual({ kind: 'taken', what: 'host', value: 'race.example' });
  expect((await directory.list()).filter(({ name }) => name.startsWith('Racer'))).toHaveLength(1);
});

it('goes from state to state as it may, wakes who listens, and remembers who did it', async () => {
  const made = await begin('Three', 'three.example');
  let rung = 0;
  const stop = bellOf(others).subscribe(DIRECTORY_SCHEMA, () => (rung += 1));
  await new Promise((done) => setTimeout(done, 200));
  rung = 0;
  expect(await directory.setState(made, { from: ['suspended'], to: 'active' }, by(2_000))).toBe(false);
  expect(await directory.setState(made, { from: ['creating'], to: 'active' }, by(3_000))).toBe(true);
  const paid = { from: ['active'], to: 'suspended', reason: 'Unpaid.' } as const;
  // Of two at the same moment one does it.
  const both = await Promise.all([directory.setState(made, paid, by(4_000)), another.setState(made, paid, by(4_000))]);
  expect(both.filter((done) => done)).toHaveLength(1);
  await directory.exported(made, { file: '/tmp/three', event: 7 }, by(5_000));
  expect((await directory.list()).find(({ id }) => id === made.id)).toMatchObject({
    state: 'suspended',
    reason: 'Unpaid.',
    exportedEvent: 7,
    stateSince: '1970-01-01T00:00:04Z',
  });
  await directory.remove(made, by());
  expect((await directory.list()).some(({ id }) => id === made.id)).toBe(true);
  await directory.setState(made, { from: ['suspended'], to: 'deleting' }, by(6_000));
  await directory.remove(made, by(7_000));
  expect((await directory.list()).some(({ id }) => id === made.id)).toBe(false);
  for (let waited = 0; waited < 2_000 && rung < 5; waited += 20) await new Promise((done) => setTimeout(done, 20));
  expect(rung).toBeGreaterThanOrEqual(5);
  stop();
  const told = (await another.acts(100))
    .filter(({ name }) => name === 'Three')
    .map(({ act, byUser }) => `${act} ${byUser}`);
  expect(told).toEqual(
    ['deleted', 'deleting', 'export', 'suspended', 'active', 'create'].map((act) => `${act} tester`),
  );
  // Its host may be taken again, and its schema never: a program that has not heard yet would write into somebody new.
  await begin('Four', 'three.example');
  expect(await directory.begin({ name: 'Three', schema: 'three', hosts: ['tres.example'] }, by())).toEqual({
    kind: 'taken',
    what: 'schema',
    value: 'three',
  });
});
