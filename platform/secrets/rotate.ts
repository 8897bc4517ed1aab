import { withTransaction, type Pool, type Tx } from '../db/pool.ts';
import type { Secrets } from './secrets.ts';

/** A column that holds sealed secrets. Whoever keeps some registers it, or the next rotation but one makes them unreadable. */
export type SealedColumn = {
  /** What it holds, for people: `second factors`. */
  readonly name: string;
  /** At most `limit` rows that do not begin with the prefix. */
  findOld(tx: Tx, prefix: string, limit: number): Promise<readonly { readonly id: string; readonly sealed: string }[]>;
  /** Writes `to` where `from` still stands, so that a change made meanwhile is not undone. */
  replace(tx: Tx, row: { readonly id: string; readonly from: string; readonly to: string }): Promise<void>;
};

const AT_ONCE = 200;

/**
 * Seals everything again that is not sealed with the newest key, some rows a transaction, and says how many of each. May be stopped and begun again. Throws
 * SecretUnreadable, naming the column, for a row whose key is gone.
 */
export async function resealAll(
  deps: { readonly pool: Pool; readonly schema: string; readonly secrets: Secrets },
  columns: readonly SealedColumn[],
): Promise<{ readonly name: string; readonly rows: number }[]> {
  const told: { name: string; rows: number }[] = [];
  for (const column of columns) {
    let rows = 0;
    for (let found = AT_ONCE; found === AT_ONCE; rows += found) found = await resealSome(deps, column);
    told.push({ name: column.name, rows });
  }
  return told;
}

function resealSome(
  { pool, schema, secrets }: { readonly pool: Pool; readonly schema: string; readonly secrets: Secrets },
  column: SealedColumn,
): Promise<number> {
  return withTransaction(pool, { schema }, async (tx) => {
    const old = await column.findOld(tx, secrets.newestPrefix(), AT_ONCE);
    for (const { id, sealed } of old) {
      const to = secrets.sealSecret(secrets.openSecret(sealed));
      await column.replace(tx, { id, from: sealed, to });
    }
    return old.length;
  });
}
