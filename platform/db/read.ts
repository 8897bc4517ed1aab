import type pg from 'pg';
import { beginText, type Pool, type Statement } from './pool.ts';

/** Unlocked reads of one retailer, each a transaction of its own in one round trip. */
export type Reader = {
  rows<Row extends object>(statement: Statement, values?: readonly unknown[]): Promise<Row[]>;
};

/** A reader over a pool that was opened with `pipeline: true`: BEGIN, the statement and COMMIT travel together. */
export function createReader(pool: Pool, schema: string): Reader {
  const begin = beginText({ schema, readOnly: true });
  return {
    async rows<Row extends object>(statement: Statement, values: readonly unknown[] = []): Promise<Row[]> {
      const client = await pool.connect();
      let broken = true;
      const ignore = (): void => undefined;
      client.on('error', ignore);
      try {
        const answers = await Promise.allSettled([
          client.query(begin),
          client.query({ name: statement.name, text: statement.text, values: values as unknown[] }),
          client.query('commit'),
        ]);
        for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
        broken = false;
        return (answers[1] as PromiseFulfilledResult<pg.QueryResult>).value.rows as Row[];
      } finally {
        client.removeListener('error', ignore);
        client.release(broken);
      }
    },
  };
}
