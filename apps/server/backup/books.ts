import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { ReadFigures } from '../../../platform/backup/back-up.ts';
import { auditDatabase } from '../../simulator/auditor.ts';

/** Sums of the books: cheap, and no row can change without one of them. */
const FIGURES: Readonly<Record<string, string>> = {
  events: 'select event_number from platform_counter',
  'ledger debit': 'select sum(debit_minor) from accounting_day_total',
  'ledger credit': 'select sum(credit_minor) from accounting_day_total',
  'units on hand': 'select sum(on_hand - shortfall) from stock_level',
  'units promised': 'select sum(reserved + backordered) from stock_level',
  'value of stock': 'select sum(value_minor - short_value_minor) from stock_cost',
  sales: 'select sum(sales) from order_day_total',
  turnover: 'select sum(gross_minor) from order_day_total',
  'last document numbers': 'select sum(last_number) from company_series',
};

/** The sums of the books in the schema of `search_path`: what a backup says, and a restore compares. */
export const readFigures: ReadFigures = async (queries) => {
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(FIGURES)) {
    const { rows } = await queries.query<{ value: string | null }>(`select (${text})::text as value`);
    found[name] = rows[0]?.value ?? '0';
  }
  return found;
};

/** What the auditor, who shares no code with what wrote the books, finds wrong in a schema. Empty when all is well. */
export async function auditBooks(pool: Pool, schema: string): Promise<readonly string[]> {
  const limits = { schema, snapshot: true, statementTimeoutMs: 0, idleTimeoutMs: 0 };
  return withTransaction(pool, limits, async (tx) => {
    const { findings } = await auditDatabase(
      async (text) => (await tx.client.query<Record<string, unknown>>(text)).rows,
    );
    // A young shop has nothing to look at in many places.
    return findings
      .filter(({ rows }) => rows.length > 0)
      .map(({ check, says, rows }) => `${check}: ${says} (${rows.length})`);
  });
}
