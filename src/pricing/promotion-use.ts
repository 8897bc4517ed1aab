import { assert } from '../kernel/assert.ts';
import type { Act } from '../kernel/act.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import type { VoucherTerms } from './earned-voucher.ts';
import type { PromotionLimits } from './promotion/promotion.ts';

/**
 * How often something was used and how much it gave: a promotion, a promotion by one customer, a coupon, a personal offer. `uses` and `spentMinor` are what was
 * allowed, `overuses` and `overspentMinor` what facts took beyond the limit (a till without a network). All are at least 0. Minor units of the promotion's currency.
 */
export type PromotionUse = {
  readonly key: string;
  readonly uses: number;
  readonly overuses: number;
  readonly spentMinor: number;
  readonly overspentMinor: number;
  readonly version: number;
};

/** A use more, or with negative numbers a use given back. */
export type PromotionUseChange = {
  readonly key: string;
  readonly uses: number;
  readonly overuses: number;
  readonly spentMinor: number;
  readonly overspentMinor: number;
};

/** The book of uses. A use begins with the first one. */
export const PROMOTION_USES: BookRules<PromotionUse, PromotionUseChange> = {
  name: 'promotion_use',
  keyOf: (change) => change.key,
  evolve(state, change) {
    const after = {
      key: change.key,
      uses: (state?.uses ?? 0) + change.uses,
      overuses: (state?.overuses ?? 0) + change.overuses,
      spentMinor: (state?.spentMinor ?? 0) + change.spentMinor,
      overspentMinor: (state?.overspentMinor ?? 0) + change.overspentMinor,
      version: (state?.version ?? 0) + 1,
    };
    assert(after.uses >= 0 && after.overuses >= 0, 'more uses were given back than there were', { key: change.key });
    assert(after.spentMinor >= 0 && after.overspentMinor >= 0, 'more was given back than was given', {
      key: change.key,
    });
    return after;
  },
};

/** A promotion that an order or a sale used. `limits` are those that held when it was priced; `coupon` is a code of limited use by its hash. */
export type UsedPromotion = {
  readonly promotionId: string;
  readonly customerId?: string | undefined;
  readonly amountMinor: number;
  readonly limits: PromotionLimits;
  readonly coupon?: { readonly hash: string; readonly uses: number } | undefined;
  readonly offerId?: string | undefined;
  /** What it promised: the voucher that the goods earn when they are handed over. */
  readonly voucher?: VoucherTerms | undefined;
};

/** Why a promotion can no longer be used, with what is used and allowed. */
export type PromotionUseRejection =
  | {
      readonly reason: 'promotion_used_up';
      readonly promotionId: string;
      readonly used: number;
      readonly limit: number;
    }
  | {
      readonly reason: 'promotion_budget_spent';
      readonly promotionId: string;
      readonly spentMinor: number;
      readonly budgetMinor: number;
      readonly wantedMinor: number;
    }
  | { readonly reason: 'coupon_used_up'; readonly promotionId: string; readonly used: number; readonly limit: number }
  | {
      readonly reason: 'promotion_limit_of_customer';
      readonly promotionId: string;
      readonly used: number;
      readonly limit: number;
    };

/** One count that a use is held against. */
type Counted = {
  readonly key: string;
  readonly limit: number | undefined;
  readonly budgetMinor: number | undefined;
  readonly refusal: Exclude<PromotionUseRejection['reason'], 'promotion_budget_spent'>;
};

/** The keys of the book that a use touches: what a command must load. */
export function promotionUseKeys(used: readonly UsedPromotion[]): string[] {
  return [...new Set(used.flatMap((one) => countsOf(one).map((count) => count.key)))];
}

/** A promotion as a whole is always counted; its customer, a coupon and an offer only where there is a limit to keep. */
function countsOf({ promotionId, customerId, limits, coupon, offerId }: UsedPromotion): Counted[] {
  const counts: Counted[] = [
    { key: promotionId, limit: limits.uses, budgetMinor: limits.budgetMinor, refusal: 'promotion_used_up' },
  ];
  if (limits.perCustomer !== undefined && customerId !== undefined)
    counts.push({
      key: `${promotionId}|${customerId}`,
      limit: limits.perCustomer,
      budgetMinor: undefined,
      refusal: 'promotion_limit_of_customer',
    });
  if (coupon !== undefined)
    counts.push({
      key: `coupon|${coupon.hash}`,
      limit: coupon.uses,
      budgetMinor: undefined,
      refusal: 'coupon_used_up',
    });
  if (offerId !== undefined)
    counts.push({ key: `offer|${offerId}`, limit: 1, budgetMinor: undefined, refusal: 'coupon_used_up' });
  return counts;
}

/** Where and when, for the act that tells of overuse. */
export type PromotionOccasion = Pick<
  Act,
  'entityId' | 'locationId' | 'channelId' | 'subjectId' | 'occurredAt' | 'businessDay'
>;

/**
 * Counts what a sale used, inside the commit: this is where a coupon for 100 uses is used 100 times. A request is refused when one more does not fit (all
 * promotions of the command or none). A `fact` has happened and is admitted: what goes beyond is counted apart and told as `PromotionOverused`, which must
 * come after the act of the sale itself: so the function that writes it is given back.
 */
export function usePromotions(
  draft: Draft,
  used: readonly UsedPromotion[],
  how: { readonly fact: boolean; readonly occasion: PromotionOccasion },
): { readonly refused: PromotionUseRejection & Rejection } | { readonly report: () => void } {
  if (!how.fact) {
    const refused = refusalOf(draft, used);
    if (refused !== undefined) return { refused };
  }
  const beyond: Record<string, unknown>[] = [];
  for (const one of used) {
    for (const { key, limit, budgetMinor } of countsOf(one)) {
      const state = draft.get(PROMOTION_USES, key);
      const overuses = Math.min(1, Math.max(0, (state?.uses ?? 0) + 1 - (limit ?? Number.MAX_SAFE_INTEGER)));
      const fits = Math.max(0, (budgetMinor ?? Number.MAX_SAFE_INTEGER) - (state?.spentMinor ?? 0));
      const spentMinor = Math.min(one.amountMinor, fits);
      const overspentMinor = one.amountMinor - spentMinor;
      const after = draft.change(PROMOTION_USES, { key, uses: 1 - overuses, overuses, spentMinor, overspentMinor });
      if (overuses + overspentMinor > 0)
        beyond.push({
          promotionId: one.promotionId,
          what:
            key === one.promotionId
              ? 'promotion'
              : key.includes('|') && !key.startsWith(one.promotionId)
                ? 'coupon'
                : 'customer',
          uses: after.uses,
          overuses: after.overuses,
          spentMinor: after.spentMinor,
          overspentMinor: after.overspentMinor,
        });
    }
  }
  return {
    report() {
      if (beyond.length === 0) return;
      draft.act({
        type: 'PromotionOverused',
        version: 1,
        topic: 'promotion',
        ...how.occasion,
        consequence: true,
        body: { promotions: beyond },
      });
    },
  };
}

/** Several promotions of one command may share a key (a coupon that opens two), so what this command adds is counted along. */
function refusalOf(draft: Draft, used: readonly UsedPromotion[]): (PromotionUseRejection & Rejection) | undefined {
  const added = new Map<string, { uses: number; amountMinor: number }>();
  for (const { promotionId, amountMinor, ...rest } of used) {
    for (const { key, limit, budgetMinor, refusal } of countsOf({ promotionId, amountMinor, ...rest })) {
      const state = draft.get(PROMOTION_USES, key);
      const before = added.get(key) ?? { uses: 0, amountMinor: 0 };
      const uses = (state?.uses ?? 0) + (state?.overuses ?? 0) + before.uses;
      if (limit !== undefined && uses >= limit) return { reason: refusal, promotionId, used: uses, limit };
      const spentMinor = (state?.spentMinor ?? 0) + (state?.overspentMinor ?? 0) + before.amountMinor;
      if (budgetMinor !== undefined && spentMinor + amountMinor > budgetMinor)
        return { reason: 'promotion_budget_spent', promotionId, spentMinor, budgetMinor, wantedMinor: amountMinor };
      added.set(key, { uses: before.uses + 1, amountMinor: before.amountMinor + amountMinor });
    }
  }
  return undefined;
}

/** Gives uses and budget back for an order that is cancelled whole: first what went beyond the limit. No act of its own; the cancelling is the act. */
export function giveBackPromotions(draft: Draft, used: readonly UsedPromotion[]): void {
  for (const one of used) {
    for (const { key } of countsOf(one)) {
      const state = draft.get(PROMOTION_USES, key);
      const overuses = Math.min(1, state?.overuses ?? 0);
      const uses = Math.min(1 - overuses, state?.uses ?? 0);
      const overspentMinor = Math.min(one.amountMinor, state?.overspentMinor ?? 0);
      const spentMinor = Math.min(one.amountMinor - overspentMinor, state?.spentMinor ?? 0);
      draft.change(PROMOTION_USES, {
        key,
        uses: 0 - uses,
        overuses: 0 - overuses,
        spentMinor: 0 - spentMinor,
        overspentMinor: 0 - overspentMinor,
      });
    }
  }
}
