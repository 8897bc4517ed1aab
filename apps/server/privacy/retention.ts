import { loadSql, type Tx } from '../../../platform/db/pool.ts';

const sql = loadSql(import.meta.url, './retention.sql', [
  'find_rule',
  'save_rule',
  'find_run',
  'save_run',
  'touched_addresses',
  'touched_sessions',
  'touched_files',
  'touched_documents',
]);

/** What rules of retention are about. `invoices`: the details on documents, by country; the others everywhere. */
export const RETAINED = ['invoices', 'addresses', 'sessions', 'import_files'] as const;
/** One of {@link RETAINED}. */
export type Retained = (typeof RETAINED)[number];

/** How long something is kept: whole years after the end of the year for documents, days for everything else. */
export type RetentionRule = {
  readonly what: Retained;
  /** ISO 3166-1 alpha-2; empty: any other country, and what knows no countries. */
  readonly country: string;
  readonly years: number | null;
  readonly days: number | null;
  /** The law or the reason. */
  readonly basis: string;
};

/** What the last run took away, and when it was (RFC 3339). */
export type RetentionRun = {
  readonly at: string;
  readonly addresses: number;
  readonly sessions: number;
  readonly cards: number;
  readonly fileParts: number;
};

/** Locks a rule and gives it as it is; undefined when there is none. */
export async function findRule(
  tx: Tx,
  { what, country }: Pick<RetentionRule, 'what' | 'country'>,
): Promise<RetentionRule | undefined> {
  const row = await tx.find<Pick<RetentionRule, 'years' | 'days' | 'basis'>>(sql.find_rule, [what, country]);
  return row === undefined ? undefined : { what, country, ...row };
}

/** Writes a rule over the one of the same thing and country. */
export async function saveRule(tx: Tx, { what, country, years, days, basis }: RetentionRule): Promise<void> {
  await tx.run(sql.save_rule, [what, country, years, days, basis]);
}

/** The last run; undefined before the first one. */
export async function findRun(tx: Tx): Promise<RetentionRun | undefined> {
  return (await tx.find<{ value: RetentionRun }>(sql.find_run))?.value;
}

/** Remembers a run. */
export async function saveRun(tx: Tx, run: RetentionRun): Promise<void> {
  await tx.run(sql.save_run, [JSON.stringify(run)]);
}

/**
 * How much a rule reaches: of documents those that it keeps (it counts from when a customer is erased), of everything else what the next run takes away.
 */
export function findTouched(
  tx: Tx,
  { what, country, days }: RetentionRule,
  now: number,
): Promise<{ readonly things: number; readonly people: number }> {
  const before = new Date(now - (days ?? 0) * 86_400_000).toISOString();
  switch (what) {
    case 'invoices':
      return tx.get(sql.touched_documents, [country]);
    case 'addresses':
      return tx.get(sql.touched_addresses, [before]);
    case 'sessions':
      return tx.get(sql.touched_sessions, [before]);
    case 'import_files':
      return tx.get(sql.touched_files, [before]);
  }
}
