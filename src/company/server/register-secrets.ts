import { randomBytes } from 'node:crypto';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';

const sql = loadSql(import.meta.url, './register-secrets.sql', [
  'find_unsealed_registers',
  'save_register_secrets',
  'forget_plain_secrets',
  'find_old_register_secrets',
  'replace_register_secret',
]);

/** What registers prove their facts with, for the rotation of the key that it is sealed with. */
export const sealedRegisterSecrets: SealedColumn = {
  name: 'secrets of registers',
  findOld: (tx, prefix, limit) => tx.rows(sql.find_old_register_secrets, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(sql.replace_register_secret, [id, from, to]);
  },
};

/** A secret for a new register: 256 bits as hexadecimal digits. */
export function mintRegisterSecret(): string {
  return randomBytes(32).toString('hex');
}

const AT_ONCE = 500;

/**
 * Seals what registers prove their facts with and a version before left beside them as it was, and gives one to registers that came in an archive
 * without: they are paired anew. Done at every start; says how many rows it looked at. Several processes may do it at once.
 */
export async function sealRegisterSecrets(
  deps: { readonly pool: Pool; readonly schema: string },
  sealSecret: Secrets['sealSecret'],
): Promise<number> {
  const some = (): Promise<number> =>
    withTransaction(deps.pool, { schema: deps.schema }, (tx) => sealSome(tx, sealSecret));
  let sealed = 0;
  for (let found = AT_ONCE; found === AT_ONCE; sealed += found) found = await some();
  return sealed;
}

/** The same for at most 500 registers, in a transaction that somebody has begun: whoever opens a register seals its secret before anybody can read it. */
export async function sealSome(tx: Tx, sealSecret: Secrets['sealSecret']): Promise<number> {
  const rows = await tx.rows<{ id: string; fact_secret: string | null }>(sql.find_unsealed_registers, [AT_ONCE]);
  if (rows.length === 0) return 0;
  const ids = rows.map(({ id }) => id);
  const sealed = rows.map(({ fact_secret: plain }) => sealSecret(plain ?? mintRegisterSecret()));
  await tx.run(sql.save_register_secrets, [ids, sealed]);
  await tx.run(sql.forget_plain_secrets, [ids]);
  return rows.length;
}
