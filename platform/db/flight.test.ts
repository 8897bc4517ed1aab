import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bigintArray } from './arrays.ts';
import { fly } from './flight.ts';
import { parseSql, type Statement } from './pool.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const statement = (text: string): Statement =>
  [...parseSql('flight_test', `-- name: one\n${text}`).values()][0] as Statement;

const ADD = statement('select $1::bigint + 1 as sum, $2::text as word');
const NUMBERS = statement('select n from unnest($1::bigint[]) as u(n) order by n');
const DIVIDE = statement('select 1 / $1::bigint as share');
const MAKE = statement('create temporary table landed (n bigint)');
const KEEP = statement('insert into landed (n) values ($1)');
const COUNT = statement('select count(*) as kept from landed');

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ pipeline: true });
});
afterAll(() => database.drop());

async function onOneConnection(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await work(client);
  } finally {
    client.release(true);
  }
}

test('gives every statement its tag and rows, the second time without parsing it again', async () => {
  await onOneConnection(async (client) => {
    for (let time = 0; time < 2; time += 1) {
      expect(
        await fly(
          client,
          [
            { statement: ADD, values: [41, null] },
            { statement: ADD, values: ['1', 'two'] },
            { statement: NUMBERS, values: [bigintArray([3, 1, 2])] },
          ],
          { rows: true },
        ),
      ).toEqual([
        { command: 'SELECT', rows: [{ sum: 42, word: null }] },
        { command: 'SELECT', rows: [{ sum: 2, word: 'two' }] },
        { command: 'SELECT', rows: [{ n: 1 }, { n: 2 }, { n: 3 }] },
      ]);
    }
  });
});

test('leaves the rows out when nobody wants them', async () => {
  await onOneConnection(async (client) => {
    expect(await fly(client, [{ statement: ADD, values: [1, 'a'] }], { rows: false })).toEqual([
      { command: 'SELECT', rows: [] },
    ]);
  });
});

test('ends at the first error, says which it was, and nothing behind it is run', async () => {
  await onOneConnection(async (client) => {
    await fly(client, [{ statement: MAKE, values: [] }], { rows: false });
    const flight = fly(
      client,
      [
        { statement: KEEP, values: [1] },
        { statement: DIVIDE, values: [0] },
        { statement: KEEP, values: [2] },
      ],
      { rows: true },
    );
    await expect(flight).rejects.toMatchObject({ code: '22012', failedStatement: DIVIDE.name });
    // Outside a transaction a flight is one of its own.
    expect(await fly(client, [{ statement: COUNT, values: [] }], { rows: true })).toMatchObject([
      { rows: [{ kept: 0 }] },
    ]);
  });
});

test('refuses a parameter that the wire does not know before anything is sent', async () => {
  await onOneConnection(async (client) => {
    await expect(fly(client, [{ statement: ADD, values: [{}, 'a'] }], { rows: true })).rejects.toThrow(
      'a parameter of',
    );
    expect(await fly(client, [{ statement: ADD, values: [1, 'a'] }], { rows: true })).toMatchObject([
      { rows: [{ sum: 2 }] },
    ]);
  });
});

test('fails when the connection breaks in the middle', async () => {
  await onOneConnection(async (client) => {
    client.on('error', () => undefined);
    const flight = fly(
      client,
      [{ statement: statement('select pg_terminate_backend(pg_backend_pid())'), values: [] }],
      {
        rows: true,
      },
    );
    await expect(flight).rejects.toThrow();
  });
});
