import type { Pool } from '../platform/db/pool.ts';

/**
 * Brings a database to the state it is in most of its life: its pages in memory, and written to since the last checkpoint. The first
 * change of a page after a checkpoint copies the whole page to the log; over two million rows that lasts for the first hundred thousand sales,
 * which a bench of seconds never leaves. Both sides of every comparison get the same warm-up. Nothing is changed: the work is rolled back.
 */
export async function warmUp(pool: Pool, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('create extension if not exists pg_prewarm').catch(() => undefined);
    await client.query(
      `select sum(pg_prewarm(c.oid::regclass)) from pg_class c
       where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'i') and c.relname ~ '^(stock|order|payment|accounting|company|platform)'`,
      [schema],
    );
    await client.query(`begin; set local search_path = ${schema}, public`);
    // About one row in ten meets nearly every page of the tables, one in thirty nearly every leaf of the index.
    await client.query(
      'select count(*) from (select 1 from stock_level tablesample bernoulli (12) for no key update) l',
    );
    await client.query(
      'select count(*) from (select 1 from stock_cost tablesample bernoulli (12) for no key update) c',
    );
    await client.query(
      `insert into stock_movement (level_id, move, event_number, delta, net_before, net_after, reason, cost_minor, recorded_at)
       select id, 1000000000, 1000000000000, 1, 0, 1, 'found', 0, '2026-01-01' from stock_level tablesample bernoulli (4)`,
    );
    await client.query('rollback');
  } finally {
    client.release(true);
  }
}
