import { compareCodePoints } from '../kernel/compare.ts';
import type { InstantMs } from '../kernel/time.ts';

/** What a customer does that a rule answers: buys in a store, places an order, has all of it, brings goods back, leaves a cart. */
export type OfferEvent = 'sale' | 'order_placed' | 'order_handed_over' | 'return' | 'cart_left';

/** All of them, in the order in which they are shown. */
export const OFFER_EVENTS: readonly OfferEvent[] = ['sale', 'order_placed', 'order_handed_over', 'return', 'cart_left'];

/**
 * When a rule offers its promotion: all that is given must hold. `minimum` is what the basket came to, taxes included; `firstPurchase`: the customer had bought
 * nothing before; `everyDays`: not again to one customer within so many days; `afterMinutes`: a cart was left for so long, and nothing was bought meanwhile.
 */
export type OfferConditions = {
  readonly channelIds?: readonly string[];
  readonly locationIds?: readonly string[];
  readonly groupIds?: readonly string[];
  readonly minimum?: { readonly amountMinor: number; readonly currency: string };
  readonly firstPurchase?: boolean;
  readonly everyDays?: number;
  readonly afterMinutes?: number;
};

/** A rule. What it grants can be used once, within `validDays`. Off: `onSince` is undefined; it looks at nothing from before. */
export type OfferRule = {
  readonly id: string;
  readonly name: string;
  readonly promotionId: string;
  readonly event: OfferEvent;
  readonly when: OfferConditions;
  readonly validDays: number;
  readonly onSince?: InstantMs | undefined;
};

/**
 * Something that a known customer did. `subjectId` is the order, the return or the cart; `at` is when it happened, of a cart when it was left. `isFirst`: they had bought nothing before;
 * `hasBought`: of a cart, whether they bought something since.
 */
export type OfferOccasion = {
  readonly subjectId: string;
  readonly event: OfferEvent;
  readonly at: InstantMs;
  readonly customerId: string;
  readonly groupIds: readonly string[];
  readonly channelId: string;
  readonly locationId?: string | undefined;
  readonly amountMinor: number;
  readonly currency: string;
  readonly isFirst: boolean;
  readonly hasBought?: boolean;
};

/** Why nothing is offered. */
export type OfferObstacle =
  | 'other_event'
  | 'before_the_rule'
  | 'other_channel'
  | 'other_location'
  | 'other_customer_group'
  | 'other_currency'
  | 'below_minimum'
  | 'not_first_purchase'
  | 'bought_since'
  | 'too_soon_again';

const DAY_MS = 86_400_000;

/** When a customer was last granted something by a rule, or undefined. */
export type LastGranted = (ruleId: string, customerId: string) => InstantMs | undefined;

/** Why a rule offers nothing for what somebody did, or undefined: then it does. */
export function offerObstacle(
  rule: OfferRule,
  occasion: OfferOccasion,
  lastGrantedAt: InstantMs | undefined,
): OfferObstacle | undefined {
  const { when } = rule;
  if (rule.event !== occasion.event) return 'other_event';
  if (rule.onSince === undefined || occasion.at < rule.onSince) return 'before_the_rule';
  if (when.channelIds?.includes(occasion.channelId) === false) return 'other_channel';
  const { locationId } = occasion;
  if (when.locationIds !== undefined && (locationId === undefined || !when.locationIds.includes(locationId)))
    return 'other_location';
  if (when.groupIds?.some((id) => occasion.groupIds.includes(id)) === false) return 'other_customer_group';
  if (when.minimum !== undefined) {
    if (when.minimum.currency !== occasion.currency) return 'other_currency';
    if (occasion.amountMinor < when.minimum.amountMinor) return 'below_minimum';
  }
  if (when.firstPurchase === true && !occasion.isFirst) return 'not_first_purchase';
  if (occasion.hasBought === true) return 'bought_since';
  if (
    when.everyDays !== undefined &&
    lastGrantedAt !== undefined &&
    occasion.at < lastGrantedAt + when.everyDays * DAY_MS
  )
    return 'too_soon_again';
  return undefined;
}

/** What a rule decided of what happened: granted until an instant, or why not. */
export type OfferDecision = {
  readonly ruleId: string;
  readonly promotionId: string;
  readonly subjectId: string;
  readonly customerId: string;
  readonly at: InstantMs;
} & ({ readonly validUntil: InstantMs } | { readonly obstacle: OfferObstacle });

/**
 * What rules decide of things that happened, in the order in which they did; what is granted on the way counts for what comes after it. A rule says nothing of
 * events that are not its own. `at` is now: from then on an offer is valid.
 */
export function decideOffers(
  rules: readonly OfferRule[],
  occasions: readonly OfferOccasion[],
  known: { readonly lastGranted: LastGranted; readonly at: InstantMs | 'then' },
): OfferDecision[] {
  const granted = new Map<string, InstantMs>();
  const decisions: OfferDecision[] = [];
  for (const occasion of occasions.toSorted((a, b) => a.at - b.at || compareCodePoints(a.subjectId, b.subjectId))) {
    const { subjectId, customerId } = occasion;
    for (const rule of rules) {
      if (rule.event !== occasion.event) continue;
      const key = `${rule.id}|${customerId}`;
      const last = granted.get(key) ?? known.lastGranted(rule.id, customerId);
      const obstacle = offerObstacle(rule, occasion, last);
      const at = known.at === 'then' ? occasion.at : known.at;
      const about = { ruleId: rule.id, promotionId: rule.promotionId, subjectId, customerId, at };
      if (obstacle !== undefined) {
        decisions.push({ ...about, obstacle });
        continue;
      }
      granted.set(key, occasion.at);
      decisions.push({ ...about, validUntil: at + rule.validDays * DAY_MS });
    }
  }
  return decisions;
}
