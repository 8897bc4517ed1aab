import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { grantsOfKey } from '../api-key.ts';
import { accessOf, type Grant, type GrantReach } from '../grant.ts';
import type { RoleLimits } from '../limit.ts';
import { findBuiltInRole } from '../role.ts';

const sql = loadSql(import.meta.url, './readers.sql', [
  'find_readers',
  'grants_of_readers',
  'keys_of_readers',
  'makers_of_keys',
]);

/** Somebody who is written to. */
export type Addressee = { readonly id: string; readonly name: string; readonly email: string; readonly locale: string };

type GrantRow = {
  person_id: string;
  role: string;
  permissions: readonly string[];
  limits: RoleLimits;
  entity_id: string | null;
  location_id: string | null;
};
type KeyRow = { id: string; permissions: string[]; entity_ids: string[]; location_ids: string[] };

/**
 * Where these people and keys hold a permission at an instant, nobody being signed in. Who left, and keys that were revoked or have ended, are missing; who is there and does not
 * hold it reaches nowhere.
 */
export async function reachesOf(
  tx: Tx,
  ids: readonly string[],
  { permission, at }: { readonly permission: string; readonly at: number },
): Promise<Map<string, GrantReach>> {
  const when = new Date(at).toISOString();
  const people = await tx.rows<Addressee>(sql.find_readers, [ids]);
  const rows = await tx.rows<GrantRow>(sql.grants_of_readers, [ids, when]);
  const keys = await tx.rows<KeyRow>(sql.keys_of_readers, [ids, when]);
  const reaches = new Map<string, GrantReach>();
  for (const { id } of people) {
    const grants = rows.filter((row) => row.person_id === id).map(grantOf);
    reaches.set(id, accessOf(grants).scopes(permission));
  }
  for (const { id, permissions, entity_ids: entityIds, location_ids: locationIds } of keys)
    reaches.set(id, accessOf(grantsOfKey({ permissions, entityIds, locationIds, limits: {} })).scopes(permission));
  return reaches;
}

/** Who is written to about what a person or a key owns: the person, or whoever made the key. Undefined when they left. */
export async function findAddressee(tx: Tx, id: string): Promise<Addressee | undefined> {
  const [person] = await tx.rows<Addressee>(sql.find_readers, [[id]]);
  return person ?? tx.find<Addressee>(sql.makers_of_keys, [id]);
}

function grantOf({ role, permissions, limits, entity_id: entityId, location_id: locationId }: GrantRow): Grant {
  return { role, permissions: findBuiltInRole(role)?.permissions ?? permissions, limits, entityId, locationId };
}
