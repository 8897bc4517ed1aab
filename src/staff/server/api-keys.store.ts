import type { KeyKind, KeyStore, StoredKey } from '../../../platform/auth/key-ring.ts';
import type { RequestLimit } from '../../../platform/auth/principal.ts';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { grantsOfKey, type KeyScope } from '../api-key.ts';
import { accessOf } from '../grant.ts';
import type { RoleLimits } from '../limit.ts';

const sql = loadSql(import.meta.url, './api-keys.sql', [
  'find_key',
  'note_used',
  'list_keys',
  'lock_key',
  'insert_key',
  'insert_secret',
  'end_secrets',
  'revoke_key',
  'live_device_of_register',
  'insert_code',
  'delete_old_codes',
  'use_code',
]);

/** A key as people see it, never with its secret: `start` are the first letters of that. Instants are RFC 3339. */
export type ListedKey = KeyScope & {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly start: string;
  readonly registerId: string | null;
  readonly limit: RequestLimit;
  readonly createdBy: string;
  readonly createdByName: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  /** Until when a secret before the present one still works; null when none does. */
  readonly oldSecretUntil: string | null;
  readonly revokedAt: string | null;
};

/** A key to keep. */
export type NewKey = KeyScope & {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly registerId: string | null;
  readonly limit: RequestLimit;
  readonly createdBy: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly expiresAt: number | undefined;
};

/** What a pairing code stands for. */
export type Pairing = {
  readonly name: string;
  readonly entityId: string;
  readonly locationId: string;
  readonly registerId: string | null;
  readonly permissions: readonly string[];
  readonly limits: RoleLimits;
  readonly createdBy: string;
};

type KeyRow = {
  id: string;
  kind: KeyKind;
  name: string;
  permissions: string[];
  entity_ids: string[];
  location_ids: string[];
  limits: RoleLimits;
  register_id: string | null;
  per_minute: number;
  burst: number;
};
type ListedRow = KeyRow & {
  created_by: string;
  created_by_name: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
  start: string;
  old_secret_until: string | null;
};
type PairingRow = {
  name: string;
  entity_id: string;
  location_id: string;
  register_id: string | null;
  permissions: string[];
  limits: RoleLimits;
  created_by: string;
};

/**
 * Where the keys of a retailer are looked up. `everywhere` is for a copy of the books: there the places of the original mean nothing, and a key
 * holds all over.
 */
export function createKeyStore({
  pool,
  schema,
  everywhere = false,
}: {
  readonly pool: Pool;
  readonly schema: string;
  readonly everywhere?: boolean;
}): KeyStore {
  return {
    async find(secretHash) {
      const row = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        tx.find<KeyRow & { valid_until: number | null }>(sql.find_key, [secretHash]),
      );
      if (row === undefined) return undefined;
      const scope = scopeOf(row);
      const key: StoredKey = {
        id: row.id,
        kind: row.kind,
        name: row.name,
        access: accessOf(grantsOfKey(everywhere ? { ...scope, entityIds: [], locationIds: [] } : scope)),
        limit: { perMinute: row.per_minute, burst: row.burst },
        boundTo: row.kind === 'device' ? row.register_id : undefined,
        validUntil: row.valid_until ?? undefined,
      };
      return key;
    },
    async noteUsed(uses) {
      const values = [uses.map(({ id }) => id), uses.map(({ at }) => instant(at))];
      await withTransaction(pool, { schema }, (tx) => tx.run(sql.note_used, values));
    },
  };
}

/** Keys of some kinds, newest first, at most `limit`, after the one with this id. */
export async function listKeys(
  tx: Tx,
  page: {
    readonly kinds: readonly KeyKind[];
    readonly after: string | undefined;
    readonly limit: number;
    readonly at: number;
  },
): Promise<ListedKey[]> {
  const values = [page.kinds, page.after ?? null, page.limit, instant(page.at), null];
  return (await tx.rows<ListedRow>(sql.list_keys, values)).map(listedOf);
}

/** A key by its id. */
export async function findKey(tx: Tx, id: string, at: number): Promise<ListedKey | undefined> {
  const row = await tx.find<ListedRow>(sql.list_keys, [null, null, 1, instant(at), id]);
  return row === undefined ? undefined : listedOf(row);
}

/** A key by its id, held until the transaction ends. */
export async function lockKey(tx: Tx, id: string, at: number): Promise<ListedKey | undefined> {
  await tx.find(sql.lock_key, [id]);
  return findKey(tx, id, at);
}

/** Keeps a key with its first secret. */
export async function insertKey(
  tx: Tx,
  key: NewKey,
  secret: { readonly hash: string; readonly start: string },
): Promise<void> {
  await tx.run(sql.insert_key, [
    key.id,
    key.kind,
    key.name,
    key.permissions,
    key.entityIds,
    key.locationIds,
    key.registerId,
    key.limit.perMinute,
    key.limit.burst,
    key.createdBy,
    instant(key.at),
    key.expiresAt === undefined ? null : instant(key.expiresAt),
    JSON.stringify(key.limits),
  ]);
  await tx.run(sql.insert_secret, [secret.hash, key.id, secret.start, instant(key.at)]);
}

/** Gives a key a new secret; those before end at `oldUntil`. */
export async function changeSecret(
  tx: Tx,
  id: string,
  secret: { readonly hash: string; readonly start: string; readonly at: number; readonly oldUntil: number },
): Promise<void> {
  await tx.run(sql.end_secrets, [id, instant(secret.oldUntil)]);
  await tx.run(sql.insert_secret, [secret.hash, id, secret.start, instant(secret.at)]);
}

/** Ends a key for good. False when it was over before. */
export async function revokeKey(
  tx: Tx,
  id: string,
  by: { readonly personId: string; readonly at: number },
): Promise<boolean> {
  return (await tx.run(sql.revoke_key, [id, instant(by.at), by.personId])) === 1;
}

/** The device that stands at a register now, held until the transaction ends. */
export async function lockDeviceOf(tx: Tx, registerId: string): Promise<string | undefined> {
  return (await tx.find<{ id: string }>(sql.live_device_of_register, [registerId]))?.id;
}

/** Keeps a pairing code until it is used or over; those that are over are cleared away. */
export async function insertPairing(
  tx: Tx,
  pairing: Pairing & { readonly codeHash: string; readonly at: number; readonly expiresAt: number },
): Promise<void> {
  await tx.run(sql.delete_old_codes, [instant(pairing.at)]);
  await tx.run(sql.insert_code, [
    pairing.codeHash,
    pairing.name,
    pairing.entityId,
    pairing.locationId,
    pairing.registerId,
    pairing.permissions,
    pairing.createdBy,
    instant(pairing.at),
    instant(pairing.expiresAt),
    JSON.stringify(pairing.limits),
  ]);
}

/** Takes a pairing code: what it stands for, once. */
export async function takePairing(tx: Tx, codeHash: string, at: number): Promise<Pairing | undefined> {
  const row = await tx.find<PairingRow>(sql.use_code, [codeHash, instant(at)]);
  return row === undefined
    ? undefined
    : {
        name: row.name,
        entityId: row.entity_id,
        locationId: row.location_id,
        registerId: row.register_id,
        permissions: row.permissions,
        limits: row.limits,
        createdBy: row.created_by,
      };
}

function scopeOf(row: KeyRow): KeyScope {
  return {
    permissions: row.permissions,
    entityIds: row.entity_ids,
    locationIds: row.location_ids,
    limits: row.limits,
  };
}

function listedOf(row: ListedRow): ListedKey {
  return {
    ...scopeOf(row),
    id: row.id,
    kind: row.kind,
    name: row.name,
    start: row.start,
    registerId: row.register_id,
    limit: { perMinute: row.per_minute, burst: row.burst },
    createdBy: row.created_by,
    createdByName: row.created_by_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    oldSecretUntil: row.old_secret_until,
    revokedAt: row.revoked_at,
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
