import { createHmac, randomBytes } from 'node:crypto';
import { loadSql, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import { giftCardCode } from '../gift-card-code.ts';

const sql = loadSql(import.meta.url, './gift-card-codes.sql', [
  'find_code_key',
  'insert_code_key',
  'find_old_code_keys',
  'replace_code_key',
]);

/** With what codes are hashed, for the rotation of the key that it is sealed with: the hashes stay. */
export const sealedCodeKey: SealedColumn = {
  name: 'key of gift card codes',
  findOld: (tx, prefix, limit) => tx.rows(sql.find_old_code_keys, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(sql.replace_code_key, [id, from, to]);
  },
};

/** Hashes codes of gift cards: without the key that is sealed in the database a stolen copy of it tells no code. */
export type CodeHasher = (code: string) => Promise<string>;

/** A hasher over a retailer's key, which the first code makes. */
export function createCodeHasher(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly secrets: Pick<Secrets, 'sealSecret' | 'openSecret'>;
}): CodeHasher {
  const { pool, schema, secrets } = deps;
  let key: Promise<Buffer> | undefined;
  const load = async (): Promise<Buffer> =>
    withTransaction(pool, { schema }, async (tx) => {
      let found = (await tx.rows<{ sealed: string }>(sql.find_code_key, []))[0];
      if (found === undefined) {
        await tx.run(sql.insert_code_key, [secrets.sealSecret(randomBytes(32).toString('base64url'))]);
        // Another process may have been first.
        found = (await tx.rows<{ sealed: string }>(sql.find_code_key, []))[0];
      }
      if (found === undefined) throw new Error('the key of gift card codes was not kept');
      return Buffer.from(secrets.openSecret(found.sealed), 'base64url');
    });
  return async (code) => {
    key ??= load().catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(code)
      .digest('base64url');
  };
}

/**
 * A new card's id and code. They follow from who asks with which key, by the secret key: whoever sends the request again is told the same codes, and nobody else can work
 * them out. 32 divides 256, so that every symbol is as likely as any other.
 */
export async function codeFor(
  hashCode: CodeHasher,
  of: readonly [principalId: string, idempotencyKey: string, n: number],
): Promise<{ id: string; code: string }> {
  const bytes = Buffer.from(await hashCode(`new card ${JSON.stringify(of)}`), 'base64url');
  const hex = bytes.subarray(16).toString('hex');
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { id, code: giftCardCode([...bytes.subarray(0, 15)].map((byte) => byte % 32)) };
}
