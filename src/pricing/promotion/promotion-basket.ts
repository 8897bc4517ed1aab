import type { InstantMs } from '../../kernel/time.ts';

/**
 * A line as promotions see it. `quantity` is in base units; where they are `countable` each is a unit, else (goods by weight or length) the whole line is one.
 * `amountMinor` is the line at its list price, rounded once, in the price's mode. A `closed` line (a price given by hand, a gift card, a deposit) is neither lowered nor counted.
 */
export type PromotionLine = {
  readonly key: string;
  readonly skuId: string;
  readonly productId: string;
  /** Its own category and all above. */
  readonly categoryIds: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly kind: string;
  readonly quantity: number;
  readonly countable: boolean;
  readonly amountMinor: number;
  readonly closed?: boolean;
  readonly costMinor?: number;
};

/** How far a promotion was used before this basket. */
export type PromotionUsed = { readonly total: number; readonly byCustomer: number; readonly budgetMinor: number };

/**
 * What promotions are applied to, with all that they ask about. `weekMinute` is the minute of the week at the place of sale, 0 being Monday 00:00.
 * `couponPromotions` says for codes of single use which promotion they open, as the server looked them up; codes that many share are known to the promotions.
 * `offerPromotions` does so for personal offers. `refused` are promotions that the customer does not want. `uses` was read, the commit confirms it.
 */
export type PromotionBasket = {
  readonly currency: string;
  readonly at: InstantMs;
  readonly weekMinute: number;
  readonly businessDay: string;
  readonly channelId: string;
  readonly locationId: string;
  readonly customer?: {
    readonly id: string;
    readonly groupIds: readonly string[];
    readonly firstOrder: boolean;
    readonly employee: boolean;
  };
  readonly couponCodes: readonly string[];
  readonly couponPromotions?: Readonly<Record<string, string>>;
  readonly offerIds: readonly string[];
  readonly offerPromotions?: Readonly<Record<string, string>>;
  readonly refused: readonly string[];
  readonly uses?: Readonly<Record<string, PromotionUsed>>;
  readonly lines: readonly PromotionLine[];
};

/** What one promotion takes off one line: more than 0. `supplierMinor` of it is paid by a supplier. */
export type LineDiscount = {
  readonly promotionId: string;
  readonly amountMinor: number;
  readonly supplierMinor?: number;
};

/** A promotion that applied: what it took off altogether and how many sets (else 1) it found. */
export type AppliedPromotion = {
  readonly promotionId: string;
  readonly couponCode?: string;
  readonly offerId?: string;
  readonly amountMinor: number;
  readonly times: number;
};

/** Why a promotion applied or did not. */
export type PromotionReason =
  | 'applied'
  | 'refused'
  | 'not_yet'
  | 'ended'
  | 'other_hours'
  | 'other_channel'
  | 'other_location'
  | 'other_currency'
  | 'other_customer_group'
  | 'not_first_order'
  | 'not_employee'
  | 'customer_unknown'
  | 'no_coupon'
  | 'no_offer'
  | 'used_up'
  | 'limit_of_customer'
  | 'budget_spent'
  | 'beyond_budget'
  | 'no_matching_lines'
  | 'below_minimum'
  | 'below_first_tier'
  | 'set_incomplete'
  | 'nothing_to_lower'
  | 'other_of_group'
  | 'not_combinable'
  | 'dearer_with_it';

/** What is told of one promotion; `numbers` are those that a person needs to see why. */
export type PromotionTrace = {
  readonly promotionId: string;
  readonly applied: boolean;
  readonly reason: PromotionReason;
  readonly numbers?: Readonly<Record<string, number | string>>;
};

/**
 * What promotions do to a basket. `lines` are in the order given. `gifts` are to be added as closed lines at nought. `trace` names every promotion there is and
 * is empty unless asked for.
 */
export type PromotionOutcome = {
  readonly lines: readonly { readonly key: string; readonly discounts: readonly LineDiscount[] }[];
  readonly applied: readonly AppliedPromotion[];
  readonly gifts: readonly { readonly promotionId: string; readonly skuId: string; readonly quantity: number }[];
  readonly earnedVouchers: readonly { readonly promotionId: string; readonly amountMinor: number }[];
  readonly trace: readonly PromotionTrace[];
};
