import { loadSql, withTransaction, type Pool, type Statement, type Tx } from '../../../platform/db/pool.ts';
import { finding, type HealthCheck } from '../../../platform/health/check.ts';

const sql = loadSql(import.meta.url, './books-check.sql', [
  'unbalanced_days',
  'totals_unlike_entries',
  'levels_unlike_movements',
]);

type At = { readonly pool: Pool; readonly schema: string };

const DAY_MS = 86_400_000;
const LOOK_BACK_DAYS = 14;
const REMEDY =
  'The database refuses what does not balance, so this is a bug or somebody wrote past the program. Stop nothing, keep a backup, and report it.';

/** Whether the day totals of the last two weeks balance: cheap, every quarter of an hour. */
export function booksCheck(at: At, now: () => number): HealthCheck {
  return {
    name: 'books',
    title: 'Books balance',
    everyMs: 15 * 60_000,
    about: 'installation',
    async run() {
      const since = new Date(now() - LOOK_BACK_DAYS * DAY_MS).toISOString().slice(0, 10);
      const days = await withTransaction(at.pool, { schema: at.schema, readOnly: true }, (tx) =>
        wrongIn(tx, sql.unbalanced_days, [since]),
      );
      return finding(
        days === 0 ? 'ok' : 'bad',
        { problem: `The books of ${days} days do not balance.`, remedy: REMEDY },
        { days },
      );
    },
  };
}

/** Everything compared with everything, in one snapshot: when somebody asks. It reads the whole history. */
export function booksAudit(at: At): HealthCheck {
  return {
    name: 'books_audit',
    title: 'Full audit of the books',
    everyMs: 'on_demand',
    about: 'installation',
    async run() {
      const limits = { schema: at.schema, snapshot: true, statementTimeoutMs: 3_600_000 };
      const figures = await withTransaction(at.pool, limits, async (tx) => ({
        days: await wrongIn(tx, sql.unbalanced_days, ['0001-01-01']),
        totals: await wrongIn(tx, sql.totals_unlike_entries),
        levels: await wrongIn(tx, sql.levels_unlike_movements),
      }));
      const wrong = figures.days + figures.totals + figures.levels;
      const problem = `${figures.days} days do not balance, ${figures.totals} totals differ from their entries, ${figures.levels} stock levels from their movements.`;
      return finding(wrong === 0 ? 'ok' : 'bad', { problem, remedy: REMEDY }, figures);
    },
  };
}

async function wrongIn(tx: Tx, statement: Statement, values: readonly unknown[] = []): Promise<number> {
  return (await tx.get<{ wrong: number }>(statement, values)).wrong;
}
