import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { DEFAULT_CHART, type AccountKind, type AccountRole } from '../chart.ts';

const sql = loadSql(import.meta.url, './chart.sql', ['insert_accounts', 'list_accounts']);

/** Gives a legal entity the chart of accounts that everybody begins with. What is there already stays as it is. */
export async function seedChart(tx: Tx, entityId: string): Promise<void> {
  await tx.run(sql.insert_accounts, [
    entityId,
    DEFAULT_CHART.map((one) => one.code),
    DEFAULT_CHART.map((one) => one.name),
    DEFAULT_CHART.map((one) => one.kind),
    DEFAULT_CHART.map((one) => one.role),
  ]);
}

/** A ledger account of an entity. */
export type AccountRow = {
  readonly entityId: string;
  readonly code: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly role: AccountRole;
};

/** The ledger accounts of entities, by entity and code. An entity has dozens. */
export async function listAccounts(tx: Tx, entityIds: readonly string[]): Promise<AccountRow[]> {
  type Row = { entity_id: string; code: string; name: string; kind: AccountKind; role: AccountRole };
  const rows = await tx.rows<Row>(sql.list_accounts, [entityIds]);
  return rows.map(({ entity_id, ...row }) => ({ entityId: entity_id, ...row }));
}
