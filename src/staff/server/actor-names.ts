import { loadSql, type Tx } from '../../../platform/db/pool.ts';

const sql = loadSql(import.meta.url, './actor-names.sql', ['find_actor_names']);

/** Who acted, as people know them. */
export type NamedActor = { readonly id: string; readonly kind: 'person' | 'key' | 'device'; readonly name: string };

/** The names of people, keys and devices with these ids. */
export async function findActorNames(tx: Tx, ids: readonly string[]): Promise<Map<string, NamedActor>> {
  const rows = ids.length === 0 ? [] : await tx.rows<NamedActor>(sql.find_actor_names, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}
