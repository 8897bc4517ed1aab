import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';

const sql = loadSql(import.meta.url, './passkeys.sql', [
  'list_passkeys',
  'find_passkey',
  'insert_passkey',
  'use_passkey',
  'rename_passkey',
  'delete_passkey',
  'count_passkeys',
  'delete_passkeys',
]);

/** A passkey as its person sees it. Instants as text. */
export type Passkey = {
  readonly id: string;
  readonly name: string;
  readonly credentialId: string;
  readonly transports: readonly string[];
  /** The name of the site that it works on. */
  readonly site: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
};

/** What is needed to check an answer of a passkey. `publicKey` is base64url. */
export type PasskeyToCheck = Pick<Passkey, 'id' | 'credentialId' | 'transports' | 'site'> & {
  readonly personId: string;
  readonly publicKey: string;
  readonly counter: number;
};

/** A passkey to keep. */
export type NewPasskey = PasskeyToCheck & { readonly name: string; readonly createdAt: number };

type ListRow = {
  id: string;
  name: string;
  credential_id: string;
  transports: string[];
  site: string;
  created_at: string;
  last_used_at: string | null;
};
type FindRow = {
  id: string;
  person_id: string;
  credential_id: string;
  public_key: string;
  counter: number;
  transports: string[];
  site: string;
};

/** The passkeys of a person, the oldest first. */
export async function listPasskeys(tx: Tx, personId: string): Promise<Passkey[]> {
  const rows = await tx.rows<ListRow>(sql.list_passkeys, [personId]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    credentialId: row.credential_id,
    transports: row.transports,
    site: row.site,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** The passkey that answers under this id, unless its person left. */
export async function findPasskey(
  at: { readonly pool: Pool; readonly schema: string },
  credentialId: string,
): Promise<PasskeyToCheck | undefined> {
  const row = await withTransaction(at.pool, { schema: at.schema, readOnly: true }, (tx) =>
    tx.find<FindRow>(sql.find_passkey, [credentialId]),
  );
  if (row === undefined) return undefined;
  const { id, counter, transports, site } = row;
  return {
    id,
    counter,
    transports,
    site,
    personId: row.person_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
  };
}

/** Keeps a passkey. False when its id is taken. */
export async function insertPasskey(tx: Tx, passkey: NewPasskey): Promise<boolean> {
  const { id, personId, name, credentialId, publicKey, counter, transports, site, createdAt } = passkey;
  const at = new Date(createdAt).toISOString();
  const values = [id, personId, name, credentialId, publicKey, counter, transports, site, at];
  return (await tx.run(sql.insert_passkey, values)) === 1;
}

/** Keeps how often the device says it was used. False when somebody else was faster, which a copied key would be. */
export async function notePasskeyUse(
  at: { readonly pool: Pool; readonly schema: string },
  use: { readonly id: string; readonly from: number; readonly to: number; readonly now: number },
): Promise<boolean> {
  const values = [use.id, use.from, use.to, new Date(use.now).toISOString()];
  return (await withTransaction(at.pool, { schema: at.schema }, (tx) => tx.run(sql.use_passkey, values))) === 1;
}

/** Gives a passkey of a person another name. False when it is not there. */
export async function renamePasskey(
  tx: Tx,
  which: { readonly id: string; readonly personId: string; readonly name: string },
): Promise<boolean> {
  return (await tx.run(sql.rename_passkey, [which.id, which.personId, which.name])) === 1;
}

/** Removes a passkey of a person. False when it is not there. */
export async function deletePasskey(
  tx: Tx,
  which: { readonly id: string; readonly personId: string },
): Promise<boolean> {
  return (await tx.run(sql.delete_passkey, [which.id, which.personId])) === 1;
}

/** Removes all passkeys of a person. */
export async function deletePasskeys(tx: Tx, personId: string): Promise<void> {
  await tx.run(sql.delete_passkeys, [personId]);
}

/** How many passkeys a person has. */
export async function countPasskeys(tx: Tx, personId: string): Promise<number> {
  return (await tx.get<{ keys: number }>(sql.count_passkeys, [personId])).keys;
}
