import type { Effect, Promotion, Target } from './promotion.ts';

/** Why a promotion cannot be as it was asked for. */
export type PromotionProblem =
  | { readonly reason: 'currency_missing' }
  | { readonly reason: 'ends_before_it_begins'; readonly fromMs: number; readonly untilMs: number }
  | { readonly reason: 'hours_empty'; readonly from: number }
  | { readonly reason: 'set_pays_for_all'; readonly n: number; readonly m: number }
  | { readonly reason: 'tiers_repeat'; readonly from: number }
  | { readonly reason: 'set_of_one'; readonly quantity: number }
  | { readonly reason: 'gift_without_minimum' }
  | { readonly reason: 'gift_not_alone' }
  | { readonly reason: 'code_and_offer' }
  | { readonly reason: 'all_excepted' };

/** What is wrong with a promotion in itself, or undefined. What a shopkeeper cannot have meant is refused instead of done. */
export function promotionProblem(promotion: Promotion): PromotionProblem | undefined {
  const { effect, when, except, currency } = promotion;
  const { from, until, minimum } = when;
  if (from !== undefined && until !== undefined && until <= from)
    return { reason: 'ends_before_it_begins', fromMs: from, untilMs: until };
  const empty = when.hours?.find((span) => span.from === span.to);
  if (empty !== undefined) return { reason: 'hours_empty', from: empty.from };
  if (when.coupon === true && when.offer === true) return { reason: 'code_and_offer' };
  if (currency === undefined && namesAmounts(promotion)) return { reason: 'currency_missing' };
  if (effect.kind === 'gift' && minimum === undefined) return { reason: 'gift_without_minimum' };
  if ((effect.kind === 'gift' || effect.kind === 'voucher') && promotion.exclusive) return { reason: 'gift_not_alone' };
  if (except !== undefined && lowered(effect).some((target) => sameTarget(target, except)))
    return { reason: 'all_excepted' };
  return effectProblem(effect);
}

function effectProblem(effect: Effect): PromotionProblem | undefined {
  switch (effect.kind) {
    case 'n_for_m':
      return effect.m >= effect.n ? { reason: 'set_pays_for_all', n: effect.n, m: effect.m } : undefined;
    case 'bundle': {
      const quantity = effect.parts.reduce((sum, part) => sum + part.quantity, 0);
      return quantity < 2 ? { reason: 'set_of_one', quantity } : undefined;
    }
    case 'group':
      return effect.quantity < 2 ? { reason: 'set_of_one', quantity: effect.quantity } : undefined;
    case 'tiers': {
      const seen = new Set<number>();
      for (const { from } of effect.tiers) {
        if (seen.has(from)) return { reason: 'tiers_repeat', from };
        seen.add(from);
      }
      return undefined;
    }
    case 'percentage':
    case 'amount':
    case 'price':
    case 'buy_get':
    case 'gift':
    case 'voucher':
      return undefined;
  }
}

/** Whether a promotion says an amount of money somewhere. */
export function namesAmounts({ effect, when, limits }: Promotion): boolean {
  if (when.minimum?.amountMinor !== undefined || limits.budgetMinor !== undefined) return true;
  if (effect.kind === 'tiers') return effect.by === 'amount' || effect.tiers.some((tier) => 'minor' in tier);
  return 'minor' in effect;
}

function lowered(effect: Effect): readonly Target[] {
  if ('of' in effect) return [effect.of];
  return effect.kind === 'buy_get' ? [effect.get] : effect.kind === 'bundle' ? effect.parts.map((part) => part.of) : [];
}

function sameTarget(a: Target, b: Target): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
