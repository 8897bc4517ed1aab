import { quoteIdentifier, withTransaction, type Pool } from '../db/pool.ts';

/** How long a repeat is known by its key. What a register or a marketplace tells is known for ever by its own number. */
export const KEY_DAYS = 90;

/** Blocks that one statement looks through: half a megabyte, some 6,000 keys, a few milliseconds. */
const BLOCKS = 64;
const PAUSE_MS = 50;

type Where = { readonly pool: Pool; readonly schema: string };

/**
 * Drops the keys of events from before an instant (epoch milliseconds) and gives how many. Walks through the table by its blocks: keys have no index by event, which every sale would pay
 * for. Each step is a transaction of its own that sellers do not meet: they add keys and never change one. Between steps it rests.
 */
export async function dropOldKeys(
  where: Where,
  before: number,
  options: { readonly blocks?: number; readonly pause?: () => Promise<void>; readonly isClosing?: () => boolean } = {},
): Promise<number> {
  const { blocks = BLOCKS, isClosing = () => false } = options;
  const pause = options.pause ?? (() => new Promise<void>((done) => setTimeout(done, PAUSE_MS)));
  const upTo = await lastEventBefore(where, before);
  if (upTo === 0) return 0;
  let dropped = 0;
  for (const { partition, pages } of await partitionsOf(where)) {
    for (let at = 0; at < pages && !isClosing(); at += blocks) {
      const gone = await withTransaction(where.pool, { schema: where.schema }, async ({ client }) => {
        const text = `delete from ${quoteIdentifier(partition)} where ctid >= $1::tid and ctid < $2::tid and event_number <= $3`;
        return (await client.query(text, [`(${at},0)`, `(${at + blocks},0)`, upTo])).rowCount ?? 0;
      });
      dropped += gone;
      if (gone > 0) await pause();
    }
  }
  return dropped;
}

async function partitionsOf({ pool, schema }: Where): Promise<{ partition: string; pages: number }[]> {
  return withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
    const { rows } = await client.query<{ partition: string; pages: string }>(
      `select c.relname as partition, pg_relation_size(c.oid) / current_setting('block_size')::bigint as pages
       from pg_inherits i
       join pg_class c on c.oid = i.inhrelid
       where i.inhparent = 'platform_key'::regclass
       order by c.relname`,
    );
    return rows.map(({ partition, pages }) => ({ partition, pages: Number(pages) }));
  });
}

/** The number of the last event from before an instant, 0 when there is none. Numbers have no gaps and times never go back, so that halving finds it in some thirty looks. */
async function lastEventBefore({ pool, schema }: Where, before: number): Promise<number> {
  return withTransaction(pool, { schema, readOnly: true }, async ({ client }) => {
    const last = await client.query<{ number: string }>('select event_number as number from platform_counter');
    let [low, high] = [0, Number(last.rows[0]?.number ?? 0)];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const { rows } = await client.query<{ older: boolean }>(
        'select recorded_at < $2 as older from platform_event where number <= $1 order by number desc limit 1',
        [middle, new Date(before).toISOString()],
      );
      // An event that was moved away is older than those that are there.
      if (rows[0]?.older ?? true) low = middle;
      else high = middle - 1;
    }
    return low;
  });
}
