import type pg from 'pg';
import { beginText, type Pool, type Statement } from './pool.ts';

/** Unlocked reads of one retailer, each a transaction of its own in one round trip. */
export type Reader = {
  rows<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
};

/** A reader over a pool: BEGIN, the statement and COMMIT travel together where it was opened with `pipeline: true`, else one after the other. */
export function createReader(pool: Pool, schema: string): Reader {
  const begin = beginText({ schema, readOnly: true });
  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
      const client = await pool.connect();
      let broken = true;
      const ignore = (): void => undefined;
      client.on('error', ignore);
      try {
        const ask = { name: statement.name, text: statement.text, values: values as unknown[] };
        const { rows } = await (isPipelined(client) ? together(client, begin, ask) : inTurn(client, begin, ask));
        broken = false;
        return rows as Row[];
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },
  };
}

function isPipelined(client: pg.PoolClient): boolean {
  return (client as { pipeline?: boolean }).pipeline === true;
}

/** Waits for all answers, so that none is left unheard. */
async function together(client: pg.PoolClient, begin: string, ask: pg.QueryConfig): Promise<pg.QueryResult> {
  const answers = await Promise.allSettled([client.query(begin), client.query(ask), client.query('commit')]);
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
  return (answers[1] as PromiseFulfilledResult<pg.QueryResult>).value;
}

async function inTurn(client: pg.PoolClient, begin: string, ask: pg.QueryConfig): Promise<pg.QueryResult> {
  await client.query(begin);
  const answer = await client.query(ask);
  await client.query('commit');
  return answer;
}
