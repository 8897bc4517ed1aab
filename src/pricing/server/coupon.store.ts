import { createHmac, randomBytes } from 'node:crypto';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { SealedColumn } from '../../../platform/secrets/rotate.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import { madeCouponCode, readMadeCode } from '../promotion/coupon-code.ts';

const sql = loadSql(import.meta.url, './coupon.sql', [
  'find_coupon_key',
  'insert_coupon_key',
  'find_old_coupon_keys',
  'replace_coupon_key',
  'insert_coupon_batch',
  'insert_coupons',
  'list_coupon_batches',
  'find_coupon_batch',
  'find_coupons',
  'insert_offers',
  'find_offers_of_customers',
  'find_offers',
  'find_known_customers',
]);

/** With what coupons are made and hashed, for the rotation of the key that it is sealed with. */
export const sealedCouponKey: SealedColumn = {
  name: 'key of coupon codes',
  findOld: (tx, prefix, limit) => tx.rows(sql.find_old_coupon_keys, [prefix, limit]),
  async replace(tx, { id, from, to }) {
    await tx.run(sql.replace_coupon_key, [id, from, to]);
  },
};

/**
 * Makes and hashes codes with a key that is sealed in the database. The code of a number in a batch can be worked out again at any time, so that no list of
 * codes is kept, and a stolen copy of the database tells none.
 */
export type CouponCodes = {
  codeOf(batchId: string, number: number): string;
  hashOf(code: string): string;
};

/** Opens the key, which the first code makes. */
export function createCouponCodes(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly secrets: Pick<Secrets, 'sealSecret' | 'openSecret'>;
}): () => Promise<CouponCodes> {
  const { pool, schema, secrets } = deps;
  let codes: Promise<CouponCodes> | undefined;
  const load = (): Promise<CouponCodes> =>
    withTransaction(pool, { schema }, async (tx) => {
      const find = async (): Promise<string | undefined> =>
        (await tx.rows<{ sealed: string }>(sql.find_coupon_key, []))[0]?.sealed;
      let sealed = await find();
      if (sealed === undefined) {
        await tx.run(sql.insert_coupon_key, [secrets.sealSecret(randomBytes(32).toString('base64url'))]);
        // Another process may have been first.
        sealed = await find();
      }
      if (sealed === undefined) throw new Error('the key of coupon codes was not kept');
      const key = Buffer.from(secrets.openSecret(sealed), 'base64url');
      const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
      return {
        // 32 divides 256, so that every symbol is as likely as any other.
        codeOf: (batchId, number) =>
          madeCouponCode([...digest(`code ${batchId} ${number}`).subarray(0, 11)].map((byte) => byte % 32)),
        hashOf: (code) => digest(`hash ${code}`).toString('base64url'),
      };
    });
  return () =>
    (codes ??= load().catch((error: unknown) => {
      codes = undefined;
      throw error;
    }));
}

/** Codes of a batch that are made together. */
export type CouponBatch = {
  readonly id: string;
  readonly promotionId: string;
  readonly name: string;
  readonly codes: number;
  readonly usesEach: number;
  readonly validUntil: InstantMs | undefined;
};

/** Writes a batch, unless it is there, and some of its codes. */
export async function insertCoupons(
  tx: Tx,
  batch: CouponBatch,
  of: { readonly numbers: readonly number[]; readonly codes: CouponCodes; readonly at: InstantMs },
): Promise<void> {
  const { id, promotionId, name, codes, usesEach, validUntil } = batch;
  const until = validUntil === undefined ? null : instantToText(validUntil);
  await tx.run(sql.insert_coupon_batch, [id, promotionId, name, codes, usesEach, until, instantToText(of.at)]);
  const hashes = of.numbers.map((number) => of.codes.hashOf(of.codes.codeOf(id, number)));
  await tx.run(sql.insert_coupons, [id, hashes, of.numbers]);
}

/** The batches of a promotion, the newest first. */
export async function listCouponBatches(tx: Tx, promotionId: string) {
  type Row = {
    id: string;
    name: string;
    codes: number;
    uses_each: number;
    valid_until: number | null;
    created_at: number;
  };
  return (await tx.rows<Row>(sql.list_coupon_batches, [promotionId])).map((row) => ({
    id: row.id,
    name: row.name,
    codes: row.codes,
    usesEach: row.uses_each,
    validUntil: row.valid_until,
    createdAt: row.created_at,
  }));
}

/** A batch with its promotion and how many codes it has, or undefined. */
export async function findCouponBatch(tx: Tx, id: string) {
  type Row = { promotion_id: string; codes: number };
  const [row] = await tx.rows<Row>(sql.find_coupon_batch, [id]);
  return row === undefined ? undefined : { promotionId: row.promotion_id, codes: row.codes };
}

/** A code of limited use that was found: which promotion it opens, by which hash its uses are counted, and how many are left. */
export type FoundCoupon = {
  readonly code: string;
  readonly promotionId: string;
  readonly hash: string;
  readonly uses: number;
  readonly used: number;
  readonly expired: boolean;
};

/** Looks normalised codes up; what is none of ours is missing. Codes whose check symbol does not fit are not asked for. */
export async function findCoupons(
  tx: Tx,
  wanted: readonly string[],
  { codes, at }: { readonly codes: CouponCodes; readonly at: InstantMs },
): Promise<FoundCoupon[]> {
  type Row = { code_hash: string; promotion_id: string; uses_each: number; valid_until: number | null; used: number };
  const byHash = new Map(
    wanted.flatMap((code): [string, string][] => {
      const made = readMadeCode(code);
      return made === undefined ? [] : [[codes.hashOf(made), code]];
    }),
  );
  if (byHash.size === 0) return [];
  return (await tx.rows<Row>(sql.find_coupons, [[...byHash.keys()]])).map((row) => ({
    code: byHash.get(row.code_hash) ?? '',
    promotionId: row.promotion_id,
    hash: row.code_hash,
    uses: row.uses_each,
    used: row.used,
    expired: row.valid_until !== null && row.valid_until <= at,
  }));
}

/** Offers a promotion to customers, each once. */
export async function insertOffers(
  tx: Tx,
  offers: readonly { readonly id: string; readonly customerId: string }[],
  about: {
    readonly promotionId: string;
    readonly validUntil: InstantMs | undefined;
    readonly reason: string;
    readonly at: InstantMs;
  },
): Promise<void> {
  const until = about.validUntil === undefined ? null : instantToText(about.validUntil);
  await tx.run(sql.insert_offers, [
    offers.map((offer) => offer.id),
    about.promotionId,
    offers.map((offer) => offer.customerId),
    until,
    about.reason,
    instantToText(about.at),
  ]);
}

/** The offers that a customer has not used yet, with the promotion of each. */
export async function findOffers(
  tx: Tx,
  asked: readonly { readonly customerId: string; readonly at: InstantMs }[],
): Promise<Map<string, string>[]> {
  type Row = { nth: number; id: string; promotion_id: string };
  const rows = await tx.rows<Row>(sql.find_offers_of_customers, [
    asked.map(({ customerId }) => customerId),
    asked.map(({ at }) => instantToText(at)),
  ]);
  const found = asked.map(() => new Map<string, string>());
  for (const row of rows) found[row.nth - 1]?.set(row.id, row.promotion_id);
  return found;
}

/** The promotions of offers, used or not; what is none is missing. */
export async function findOffersById(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  type Row = { id: string; promotion_id: string };
  return new Map((await tx.rows<Row>(sql.find_offers, [ids])).map((row) => [row.id, row.promotion_id]));
}

/** Which of these customers there are. */
export async function findKnownCustomers(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await tx.rows<{ id: string }>(sql.find_known_customers, [ids])).map((row) => row.id));
}
