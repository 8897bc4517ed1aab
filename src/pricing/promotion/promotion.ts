import type { CurrencyCode } from '../../kernel/currency.ts';
import type { Ppm } from '../../kernel/rate.ts';
import type { InstantMs } from '../../kernel/time.ts';

/**
 * Which lines a promotion looks at. `order` is all goods and services, never shipping; `category` means the category and all below it, because a line names
 * its own category and all above.
 */
export type Target =
  | { readonly kind: 'order' }
  | { readonly kind: 'shipping' }
  | { readonly kind: 'sku' | 'product' | 'category'; readonly ids: readonly string[] }
  | { readonly kind: 'attribute'; readonly name: string; readonly values: readonly string[] };

/** Which of the units of a set are cheaper: the cheapest ones (as most retailers do) or the dearest. */
export type Pick = 'cheapest' | 'dearest';

/** One step of a promotion with steps: from so much (minor units or pieces) on, a percentage or an amount off all matching lines together. */
export type Tier = { readonly from: number } & ({ readonly ppm: Ppm } | { readonly minor: number });

/**
 * What a promotion does. Amounts are whole minor units of the promotion's currency, in the mode of the price list (with or without tax).
 * `amount` with `each` takes its amount off every piece, without off all matching lines together; `price` is the most that a piece costs;
 * `buy_get` takes `ppm` off `getQuantity` units for every `buyQuantity` bought; `n_for_m`: of `n` units `m` are paid; `group`: any `quantity` units for `minor`;
 * `bundle`: all parts together for `minor`; `voucher` promises a voucher of `minor`, for each `forEachMinor` spent where given,
 * to be used within `validDays`.
 */
export type Effect =
  | { readonly kind: 'percentage'; readonly of: Target; readonly ppm: Ppm }
  | { readonly kind: 'amount'; readonly of: Target; readonly minor: number; readonly each: boolean }
  | { readonly kind: 'price'; readonly of: Target; readonly minor: number }
  | {
      readonly kind: 'buy_get';
      readonly buy: Target;
      readonly buyQuantity: number;
      readonly get: Target;
      readonly getQuantity: number;
      readonly ppm: Ppm;
      readonly pick: Pick;
    }
  | { readonly kind: 'n_for_m'; readonly of: Target; readonly n: number; readonly m: number; readonly pick: Pick }
  | { readonly kind: 'group'; readonly of: Target; readonly quantity: number; readonly minor: number }
  | {
      readonly kind: 'bundle';
      readonly parts: readonly { readonly of: Target; readonly quantity: number }[];
      readonly minor: number;
    }
  | {
      readonly kind: 'tiers';
      readonly of: Target;
      readonly by: 'amount' | 'quantity';
      readonly tiers: readonly Tier[];
    }
  | { readonly kind: 'gift'; readonly skuId: string; readonly quantity: number }
  | {
      readonly kind: 'voucher';
      readonly of: Target;
      readonly minor: number;
      readonly forEachMinor?: number;
      readonly validDays?: number;
    };

/**
 * When a promotion may apply: all that is given must hold. `until` is the first instant at which it no longer does; `hours` are spans of minutes of the week
 * (0 is Monday 00:00 at the place of sale), the end not included; `coupon` and `offer` say that a code, or a personal offer, must be there.
 * `minimum` counts what matching lines cost before any promotion, so that one promotion never takes another's threshold away.
 */
export type PromotionConditions = {
  readonly from?: InstantMs;
  readonly until?: InstantMs;
  readonly hours?: readonly { readonly from: number; readonly to: number }[];
  readonly channelIds?: readonly string[];
  readonly locationIds?: readonly string[];
  readonly groupIds?: readonly string[];
  readonly firstOrder?: boolean;
  readonly employee?: boolean;
  readonly coupon?: boolean;
  readonly offer?: boolean;
  readonly minimum?: { readonly of: Target; readonly amountMinor?: number; readonly quantity?: number };
};

/** How often and how much. A use is one order, however often the promotion applies within it. */
export type PromotionLimits = {
  readonly uses?: number;
  readonly perCustomer?: number;
  readonly budgetMinor?: number;
};

/**
 * A rule that lowers what a basket costs. `choice`: `best` may be left out where the customer pays less without it; `priority` applies whenever it can, and goes
 * before others. Higher `priority` comes first. `exclusive` applies alone or not at all. Of one `stackingGroup` a line takes only one.
 * `currency` is needed by everything that names an amount. `codes` are codes that many may use, as {@link normaliseCouponCode} writes them;
 * single ones stand hashed in a table of their own. `except` is neither counted nor lowered.
 */
export type Promotion = {
  readonly id: string;
  readonly name: string;
  readonly effect: Effect;
  readonly when: PromotionConditions;
  readonly limits: PromotionLimits;
  readonly currency?: CurrencyCode;
  readonly except?: Target;
  readonly codes?: readonly string[];
  readonly priority: number;
  readonly choice: 'best' | 'priority';
  readonly exclusive: boolean;
  readonly stackingGroup: string;
  readonly supplier?: { readonly name: string; readonly sharePpm: Ppm };
};

/** The lines that an effect lowers or counts, in a fixed order: what the index and the engine call its slots. */
export function targetsOf(effect: Effect): readonly Target[] {
  switch (effect.kind) {
    case 'buy_get':
      return [effect.buy, effect.get];
    case 'bundle':
      return effect.parts.map((part) => part.of);
    case 'gift':
      return [];
    case 'percentage':
    case 'amount':
    case 'price':
    case 'n_for_m':
    case 'group':
    case 'tiers':
    case 'voucher':
      return [effect.of];
  }
}
