import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { normaliseCouponCode, readMadeCode } from '../../pricing/promotion/coupon-code.ts';
import type { UsedPromotion } from '../../pricing/promotion-use.ts';
import type { PromotionDoor, SoldPromotions } from '../../pricing/server/promotion-door.ts';
import { normaliseGiftCardCode } from '../../rewards/gift-card-code.ts';
import type { CodeHasher } from '../../rewards/server/gift-card-codes.ts';
import { findAccount, findCardByHash } from '../../rewards/server/rewards.store.ts';
import type { FactCard, SaleFact } from './sale-fact-shape.ts';

/** What facts name and only the database knows, read once for all facts of a request. Cards by code or id, with their keys. */
export type FactReferences = SoldPromotions & { readonly cards: ReadonlyMap<string, string> };

/** What finding it needs. Without promotions or cards none is known. */
export type FactReferenceDeps = {
  readonly promotionDoor?: Pick<PromotionDoor, 'sold'> | undefined;
  readonly rewards?:
    | {
        readonly cards: { readonly pool: Pool; readonly schema: string; readonly hashCode: CodeHasher };
      }
    | undefined;
  readonly now: () => number;
};

/** Why a fact cannot be believed although it could be read: it names something that there never was. */
export type ReferenceRejection =
  | { reason: 'unknown_promotion'; promotionId: string }
  | { reason: 'promotion_other_currency'; promotionId: string; currency: string }
  | { reason: 'unknown_coupon'; promotionId: string }
  | { reason: 'unknown_offer'; promotionId: string; offerId: string }
  | { reason: 'unknown_gift_card'; at: string };

/** Reads what facts name. Nothing is read for facts that name nothing. */
export async function findReferences(
  { promotionDoor, rewards, now }: FactReferenceDeps,
  facts: readonly SaleFact[],
): Promise<FactReferences> {
  const used = facts.flatMap((fact) => fact.promotions);
  const named = facts.flatMap(({ lines, tenders }) => [...lines, ...tenders].flatMap(({ giftCard }) => giftCard ?? []));
  const sold =
    used.length === 0 || promotionDoor === undefined
      ? NOTHING_SOLD
      : await promotionDoor.sold({
          promotionIds: distinct(used.map((one) => one.promotionId)),
          couponCodes: distinct(used.flatMap((one) => normalised(one.couponCode) ?? [])),
          offerIds: distinct(used.flatMap((one) => one.offerId ?? [])),
          at: now(),
        });
  const cards = named.length === 0 || rewards === undefined ? NO_CARDS : await findCards(rewards.cards, named);
  return { ...sold, cards };
}

const NOTHING_SOLD: SoldPromotions = { promotions: new Map(), coupons: new Map(), offers: new Map() };
const NO_CARDS: ReadonlyMap<string, string> = new Map();

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function normalised(code: string | undefined): string | undefined {
  return code === undefined ? undefined : normaliseCouponCode(code);
}

/**
 * Whoever has the secret of a register is asked no riddle: its facts are signed, each is taken once, and a wrong code ends in front of a person. So wrong ones are not
 * counted here as those of {@link findCardByCode} are.
 */
async function findCards(
  { pool, schema, hashCode }: NonNullable<FactReferenceDeps['rewards']>['cards'],
  named: readonly FactCard[],
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const card of named) {
    const code = 'code' in card ? normaliseGiftCardCode(card.code) : undefined;
    if (code !== undefined) hashes.set(code, await hashCode(code));
  }
  return withTransaction(pool, { schema, readOnly: true }, async (tx) => {
    const found = new Map<string, string>();
    for (const [code, hash] of hashes) {
      const card = await findCardByHash(tx, hash);
      if (card !== undefined) found.set(code, card.key);
    }
    for (const id of distinct(named.flatMap((card) => ('id' in card ? card.id : [])))) {
      const card = await findAccount(tx, id);
      if (card?.kind === 'gift_card') found.set(id, card.key);
    }
    return found;
  });
}

/** The key of a card that a fact names at a place. Refuses `unknown_gift_card`. */
export function cardKeyOf(
  card: FactCard,
  { cards }: Pick<FactReferences, 'cards'>,
  at: string,
): Decision<string, ReferenceRejection> {
  const name = 'id' in card ? card.id : normaliseGiftCardCode(card.code);
  const key = name === undefined ? undefined : cards.get(name);
  return key === undefined ? reject({ reason: 'unknown_gift_card', at }) : accept(key);
}

/** The promotions of a fact with the limits that hold now, for the commit to count. A promotion that has ended, or was changed since, is still what was sold. */
export function promotionsOf(
  fact: SaleFact,
  found: SoldPromotions,
  customerId: string | undefined,
): Decision<UsedPromotion[], ReferenceRejection> {
  const used: UsedPromotion[] = [];
  for (const { promotionId, amountMinor, couponCode, offerId } of fact.promotions) {
    const promotion = found.promotions.get(promotionId);
    if (promotion === undefined) return reject({ reason: 'unknown_promotion', promotionId });
    if (promotion.currency !== undefined && promotion.currency !== fact.currency)
      return reject({ reason: 'promotion_other_currency', promotionId, currency: promotion.currency });
    if (offerId !== undefined && found.offers.get(offerId) !== promotionId)
      return reject({ reason: 'unknown_offer', promotionId, offerId });
    const code = normalised(couponCode);
    const coupon = code === undefined ? undefined : found.coupons.get(code);
    const shared = code !== undefined && promotion.codes?.includes(code) === true;
    // A code that many share may have been taken back since; one that was made is found for ever.
    const isStrange = code === undefined || readMadeCode(code) !== undefined;
    const opensIt = coupon === undefined ? shared || !isStrange : coupon.promotionId === promotionId;
    if (couponCode !== undefined && !opensIt) return reject({ reason: 'unknown_coupon', promotionId });
    used.push({
      promotionId,
      amountMinor,
      limits: promotion.limits,
      ...(customerId === undefined ? {} : { customerId }),
      ...(coupon === undefined ? {} : { coupon: { hash: coupon.hash, uses: coupon.uses } }),
      ...(offerId === undefined ? {} : { offerId }),
    });
  }
  return accept(used);
}
