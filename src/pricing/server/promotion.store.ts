import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { PromotionUsed } from '../promotion/promotion-basket.ts';
import type { Promotion } from '../promotion/promotion.ts';

const sql = loadSql(import.meta.url, './promotion.sql', [
  'find_promotions_in_force',
  'find_promotions',
  'lock_promotion',
  'list_promotions',
  'insert_promotion',
  'update_promotion',
  'archive_promotion',
  'delete_codes',
  'insert_codes',
  'find_codes_of_others',
  'find_uses',
]);

/** A promotion as it is kept. */
export type StoredPromotion = {
  readonly promotion: Promotion;
  readonly archivedAt: InstantMs | null;
  readonly version: number;
};

type Row = {
  id: string;
  name: string;
  terms: Omit<Promotion, 'id' | 'name'>;
  archived_at: number | null;
  version: number;
};

function stored({ id, name, terms, archived_at: archivedAt, version }: Row): StoredPromotion {
  return { promotion: { ...terms, id, name }, archivedAt, version };
}

/** All promotions that hold or will hold. */
export async function loadPromotions(tx: Tx, at: InstantMs): Promise<Promotion[]> {
  const rows = await tx.rows<Row>(sql.find_promotions_in_force, [instantToText(at)]);
  return rows.map((row) => stored(row).promotion);
}

/** Promotions by id; what does not exist is missing. */
export async function findPromotions(tx: Tx, ids: readonly string[]): Promise<StoredPromotion[]> {
  return (await tx.rows<Row>(sql.find_promotions, [ids])).map(stored);
}

/** A promotion that will be changed. */
export async function lockPromotion(tx: Tx, id: string): Promise<StoredPromotion | undefined> {
  const [row] = await tx.rows<Row>(sql.lock_promotion, [id]);
  return row === undefined ? undefined : stored(row);
}

/** Which promotions a list shows. */
export type PromotionState = 'running' | 'scheduled' | 'ended' | 'archived';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Promotions by name, one more than `limit` where there are more. Without a state all that are not archived. */
export async function listPromotions(
  tx: Tx,
  wanted: {
    readonly limit: number;
    readonly after?: readonly [name: string, id: string] | undefined;
    readonly search?: string | undefined;
    readonly state?: PromotionState | undefined;
    readonly at: InstantMs;
  },
): Promise<StoredPromotion[]> {
  const { limit, after = ['', FIRST_ID], search, state, at } = wanted;
  const values = [limit + 1, ...after, search ?? null, state ?? null, instantToText(at)];
  return (await tx.rows<Row>(sql.list_promotions, values)).map(stored);
}

/** Writes a new promotion, or one over what it was. */
export async function savePromotion(tx: Tx, promotion: Promotion, how: { readonly newAt?: InstantMs }): Promise<void> {
  const { id, name, ...terms } = promotion;
  const { from, until } = promotion.when;
  const validity = [from, until].map((one) => (one === undefined ? null : instantToText(one)));
  const values = [id, name, JSON.stringify(terms), ...validity];
  if (how.newAt === undefined) {
    await tx.run(sql.update_promotion, values);
    await tx.run(sql.delete_codes, [id]);
  } else await tx.run(sql.insert_promotion, [...values, instantToText(how.newAt)]);
  await tx.run(sql.insert_codes, [id, promotion.codes ?? []]);
}

/** Ends a promotion for good; its codes open nothing any more and may be given to another. */
export async function archivePromotion(tx: Tx, id: string, at: InstantMs): Promise<void> {
  await tx.run(sql.archive_promotion, [id, instantToText(at)]);
  await tx.run(sql.delete_codes, [id]);
}

/** A code that already opens another promotion, or undefined. */
export async function findTakenCode(tx: Tx, id: string, codes: readonly string[]): Promise<string | undefined> {
  return (await tx.rows<{ code: string }>(sql.find_codes_of_others, [id, codes]))[0]?.code;
}

/** How far promotions were used; by the customer too where one is named. */
export async function findPromotionUses(
  tx: Tx,
  promotionIds: readonly string[],
  customerId: string | undefined,
): Promise<Record<string, PromotionUsed>> {
  type UseRow = { key: string; uses: number; overuses: number; spent_minor: number; overspent_minor: number };
  const keys = promotionIds.flatMap((id) => (customerId === undefined ? [id] : [id, `${id}|${customerId}`]));
  const rows = new Map((await tx.rows<UseRow>(sql.find_uses, [keys])).map((row) => [row.key, row]));
  return Object.fromEntries(
    promotionIds.map((id) => {
      const all = rows.get(id);
      const own = rows.get(`${id}|${customerId}`);
      const used: PromotionUsed = {
        total: (all?.uses ?? 0) + (all?.overuses ?? 0),
        byCustomer: (own?.uses ?? 0) + (own?.overuses ?? 0),
        budgetMinor: (all?.spent_minor ?? 0) + (all?.overspent_minor ?? 0),
      };
      return [id, used];
    }),
  );
}
