import type { PromotionBasket, PromotionReason } from './promotion-basket.ts';
import type { Promotion } from './promotion.ts';

/** Why a promotion does not apply, with the numbers to see it by. */
export type PromotionObstacle = {
  readonly reason: PromotionReason;
  readonly numbers?: Readonly<Record<string, number | string>>;
};

/** What a code or an offer of the basket opens. */
export type Opened = { readonly couponCode?: string; readonly offerId?: string };

/**
 * What stands in the way of a promotion before any line is looked at: time, place, customer, code, uses. Undefined when nothing does.
 * `opened` is the code or offer by which it was found.
 */
export function conditionObstacle(
  promotion: Promotion,
  basket: PromotionBasket,
  opened: Opened | undefined,
): PromotionObstacle | undefined {
  const { when } = promotion;
  if (basket.refused.includes(promotion.id)) return { reason: 'refused' };
  if (when.coupon === true && opened?.couponCode === undefined) return { reason: 'no_coupon' };
  if (when.offer === true && opened?.offerId === undefined) return { reason: 'no_offer' };
  if (when.from !== undefined && basket.at < when.from) return { reason: 'not_yet', numbers: { fromMs: when.from } };
  if (when.until !== undefined && basket.at >= when.until) return { reason: 'ended', numbers: { untilMs: when.until } };
  if (when.hours !== undefined && !when.hours.some((span) => within(span, basket.weekMinute)))
    return { reason: 'other_hours', numbers: { weekMinute: basket.weekMinute } };
  if (when.channelIds !== undefined && !when.channelIds.includes(basket.channelId)) return { reason: 'other_channel' };
  if (when.locationIds !== undefined && !when.locationIds.includes(basket.locationId))
    return { reason: 'other_location' };
  if (promotion.currency !== undefined && promotion.currency !== basket.currency)
    return { reason: 'other_currency', numbers: { currency: promotion.currency, basketCurrency: basket.currency } };
  return customerObstacle(promotion, basket) ?? limitObstacle(promotion, basket);
}

/** A span that ends before it begins goes over the end of the week: Sunday 22:00 to Monday 02:00. */
function within(span: { readonly from: number; readonly to: number }, minute: number): boolean {
  return span.from <= span.to ? minute >= span.from && minute < span.to : minute >= span.from || minute < span.to;
}

function customerObstacle(promotion: Promotion, basket: PromotionBasket): PromotionObstacle | undefined {
  const { when, limits } = promotion;
  const { customer } = basket;
  const needed =
    when.groupIds !== undefined ||
    when.firstOrder === true ||
    when.employee === true ||
    limits.perCustomer !== undefined;
  if (!needed) return undefined;
  if (customer === undefined) return { reason: 'customer_unknown' };
  if (when.groupIds?.some((id) => customer.groupIds.includes(id)) === false) return { reason: 'other_customer_group' };
  if (when.firstOrder === true && !customer.firstOrder) return { reason: 'not_first_order' };
  if (when.employee === true && !customer.employee) return { reason: 'not_employee' };
  return undefined;
}

function limitObstacle(promotion: Promotion, basket: PromotionBasket): PromotionObstacle | undefined {
  const { uses, perCustomer, budgetMinor } = promotion.limits;
  const used = basket.uses?.[promotion.id] ?? { total: 0, byCustomer: 0, budgetMinor: 0 };
  if (uses !== undefined && used.total >= uses)
    return { reason: 'used_up', numbers: { used: used.total, limit: uses } };
  if (perCustomer !== undefined && used.byCustomer >= perCustomer)
    return { reason: 'limit_of_customer', numbers: { used: used.byCustomer, limit: perCustomer } };
  if (budgetMinor !== undefined && used.budgetMinor >= budgetMinor)
    return { reason: 'budget_spent', numbers: { spentMinor: used.budgetMinor, budgetMinor } };
  return undefined;
}

/** What is left of a promotion's budget for this basket, in minor units; undefined when it has none. */
export function budgetLeft(promotion: Promotion, basket: PromotionBasket): number | undefined {
  const { budgetMinor } = promotion.limits;
  return budgetMinor === undefined ? undefined : budgetMinor - (basket.uses?.[promotion.id]?.budgetMinor ?? 0);
}
