import { assert } from '../kernel/assert.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import type { InstantMs } from '../kernel/time.ts';
import { PROMOTION_USES } from './promotion-use.ts';
import type { PromotionLine } from './promotion/promotion-basket.ts';
import type { Promotion, Target } from './promotion/promotion.ts';

/** How long a voucher can be used when its promotion does not say. */
export const VOUCHER_DAYS = 90;

const DAY_MS = 86_400_000;

/** A line that counts: its number on the document, what it cost before promotions (minor units) and how many pieces it is. */
export type CountedLine = readonly [line: number, amountMinor: number, units: number];

/**
 * What a voucher is earned by, as it stood when the basket was priced: kept with the order, so that a promotion that changed or ended changes nothing for what
 * is shipped or comes back later. Amounts in minor units of the order's currency.
 */
export type VoucherTerms = {
  readonly amountMinor: number;
  readonly minor: number;
  readonly forEachMinor?: number;
  readonly validDays: number;
  readonly spent: readonly CountedLine[];
  readonly minimum?: {
    readonly amountMinor?: number;
    readonly quantity?: number;
    readonly of: readonly CountedLine[];
  };
};

/** A line of a basket with the lines of the document that it became (several where it is a bundle): each with its share of the amount and of the pieces. */
export type BasketPlace = { readonly line: PromotionLine; readonly places: readonly CountedLine[] };

/** What a promotion's voucher is earned by in a basket that earned `amountMinor`. Undefined for a promotion that gives none. */
export function voucherTerms(
  { effect, when, except }: Promotion,
  amountMinor: number,
  basket: readonly BasketPlace[],
): VoucherTerms | undefined {
  if (effect.kind !== 'voucher') return undefined;
  const { minor, forEachMinor, validDays = VOUCHER_DAYS } = effect;
  const counted = (of: Target): CountedLine[] =>
    basket.flatMap(({ line, places }) => {
      const isOpen = line.closed !== true && line.amountMinor > 0;
      const counts = isOpen && isMeant(of, line) && !(except !== undefined && isMeant(except, line));
      return counts ? places : [];
    });
  const { minimum } = when;
  return {
    amountMinor,
    minor,
    ...(forEachMinor === undefined ? {} : { forEachMinor }),
    validDays,
    spent: counted(effect.of),
    ...(minimum === undefined
      ? {}
      : {
          minimum: {
            ...(minimum.amountMinor === undefined ? {} : { amountMinor: minimum.amountMinor }),
            ...(minimum.quantity === undefined ? {} : { quantity: minimum.quantity }),
            of: counted(minimum.of),
          },
        }),
  };
}

function isMeant(target: Target, line: PromotionLine): boolean {
  switch (target.kind) {
    case 'order':
      return line.kind !== 'shipping';
    case 'shipping':
      return line.kind === 'shipping';
    case 'sku':
      return target.ids.includes(line.skuId);
    case 'product':
      return target.ids.includes(line.productId);
    case 'category':
      return line.categoryIds.some((id) => target.ids.includes(id));
    case 'attribute': {
      const value = line.attributes?.[target.name];
      return value !== undefined && target.values.includes(value);
    }
  }
}

/** How much of a line the customer has: handed over and not back, of its quantity. */
export type KeptLine = { readonly line: number; readonly kept: number; readonly quantity: number };

/** What the goods that a customer keeps earn: all of `amountMinor` for the whole basket, nothing below the threshold. */
export function earnedBy(terms: VoucherTerms, lines: readonly KeptLine[]): number {
  const byNumber = new Map(lines.map((one) => [one.line, one]));
  const share = (number: number, of: (kept: number, quantity: number) => number): number => {
    const { kept = 0, quantity = 1 } = byNumber.get(number) ?? {};
    return kept <= 0 ? 0 : of(kept, quantity);
  };
  const amountOf = (counted: readonly CountedLine[]): number =>
    counted.reduce((sum, [line, minor]) => sum + share(line, (kept, quantity) => mulDiv(minor, kept, quantity)), 0);
  const { minimum, minor, forEachMinor } = terms;
  if (minimum?.amountMinor !== undefined && amountOf(minimum.of) < minimum.amountMinor) return 0;
  if (minimum?.quantity !== undefined) {
    // What is weighed is one piece as long as some of it is kept.
    const pieces = minimum.of.reduce(
      (sum, [line, , units]) => sum + share(line, (kept, quantity) => Math.ceil((units * kept) / quantity)),
      0,
    );
    if (pieces < minimum.quantity) return 0;
  }
  const spent = amountOf(terms.spent);
  if (spent <= 0) return 0;
  return minor * (forEachMinor === undefined ? 1 : Math.floor(spent / forEachMinor));
}

/** A voucher that was issued. `takenBackMinor` of it went with goods that came back. */
export type EarnedVoucher = {
  readonly id: string;
  readonly promotionId: string;
  readonly customerId?: string | undefined;
  readonly codeHash?: string | undefined;
  readonly currency: string;
  readonly amountMinor: number;
  readonly takenBackMinor: number;
  readonly issuedAt: InstantMs;
  readonly validUntil: InstantMs;
  readonly version: number;
};

/** The vouchers that an order earned, the oldest first. */
export type EarnedVouchers = { readonly orderId: string; readonly vouchers: readonly EarnedVoucher[] };

/** A voucher more, or a part of one taken back. `first`: the order is new and has none. */
export type EarnedVoucherChange =
  | {
      readonly orderId: string;
      readonly issue: Omit<EarnedVoucher, 'takenBackMinor' | 'version'>;
      readonly first: boolean;
    }
  | { readonly orderId: string; readonly id: string; readonly takeBackMinor: number };

/** The book of vouchers, by the order that earned them. */
export const EARNED_VOUCHERS: BookRules<EarnedVouchers, EarnedVoucherChange> = {
  name: 'earned_voucher',
  keyOf: (change) => change.orderId,
  begins: (change) => 'issue' in change && change.first,
  evolve(state, change) {
    const vouchers = state?.vouchers ?? [];
    if ('issue' in change)
      return { orderId: change.orderId, vouchers: [...vouchers, { ...change.issue, takenBackMinor: 0, version: 1 }] };
    return {
      orderId: change.orderId,
      vouchers: vouchers.map((one) => {
        if (one.id !== change.id) return one;
        const takenBackMinor = one.takenBackMinor + change.takeBackMinor;
        assert(takenBackMinor <= one.amountMinor, 'more of a voucher was taken back than it was worth', { id: one.id });
        return { ...one, takenBackMinor, version: one.version + 1 };
      }),
    };
  },
};

/** An id, and for who is not known the hash of the code, for a voucher that an act may issue: made before the lock, because the code follows from the id by a key. */
export type VoucherToIssue = {
  readonly promotionId: string;
  readonly id: string;
  readonly codeHash?: string | undefined;
};

/** An order with what it promised: the promotions that it uses, and how much of each line the customer has now. */
type Earning = {
  readonly orderId: string;
  readonly customerId?: string | undefined;
  readonly currency: string;
  readonly promotions:
    | readonly { readonly promotionId: string; readonly voucher?: VoucherTerms | undefined }[]
    | undefined;
  readonly lines: readonly KeptLine[];
};

/** What an act tells of a voucher that it issued: id, promotion, amount in minor units, the first instant at which it cannot be used any more, and whose it is. */
export type ToldVoucher = readonly [
  id: string,
  promotionId: string,
  amountMinor: number,
  validUntil: InstantMs,
  of: 'customer' | 'code',
];

/**
 * Issues what goods that were handed over have earned and was not issued yet, in the commit of the hand-over. An order that leaves in parts earns when what has
 * left reaches the threshold; what is cancelled never counts.
 */
export function issueVouchers(
  draft: Draft,
  order: Earning,
  how: { readonly toIssue: readonly VoucherToIssue[] | undefined; readonly at: InstantMs; readonly first: boolean },
): ToldVoucher[] {
  const told: ToldVoucher[] = [];
  const { orderId, customerId, currency } = order;
  for (const { promotionId, id, codeHash } of how.toIssue ?? []) {
    const terms = order.promotions?.find((one) => one.promotionId === promotionId)?.voucher;
    if (terms === undefined) continue;
    const before = how.first && told.length === 0 ? undefined : draft.get(EARNED_VOUCHERS, orderId);
    const amountMinor = earnedBy(terms, order.lines) - openWorth(before, promotionId);
    if (amountMinor <= 0) continue;
    const validUntil = how.at + terms.validDays * DAY_MS;
    const owner = customerId === undefined ? { codeHash } : { customerId };
    const issue = { id, promotionId, ...owner, currency, amountMinor, issuedAt: how.at, validUntil };
    draft.change(EARNED_VOUCHERS, { orderId, issue, first: how.first && before === undefined });
    told.push([id, promotionId, amountMinor, validUntil, customerId === undefined ? 'code' : 'customer']);
  }
  return told;
}

function openWorth(state: EarnedVouchers | undefined, promotionId: string): number {
  return (state?.vouchers ?? []).reduce(
    (sum, one) => (one.promotionId === promotionId ? sum + one.amountMinor - one.takenBackMinor : sum),
    0,
  );
}

/** What a return did to vouchers, minor units: of unused ones, and of used ones, which is kept from the refund. */
export type VouchersTakenBack = { readonly voidedMinor: number; readonly withheldMinor: number };

/**
 * Takes back what the goods that a customer keeps no longer earn, the newest voucher first: from one that was not used its worth (nothing is left of it where the
 * basket fell below the threshold), of one that was used as much of the refund, at most `withholdMinor`.
 */
export function takeBackVouchers(draft: Draft, order: Earning, withholdMinor: number): VouchersTakenBack {
  let [voidedMinor, withheldMinor] = [0, 0];
  const { orderId } = order;
  for (const { promotionId, voucher: terms } of order.promotions ?? []) {
    if (terms === undefined) continue;
    const state = draft.get(EARNED_VOUCHERS, orderId);
    let tooMuch = openWorth(state, promotionId) - earnedBy(terms, order.lines);
    for (const { id, promotionId: of, amountMinor, takenBackMinor } of state?.vouchers.toReversed() ?? []) {
      if (of !== promotionId || tooMuch <= 0) continue;
      const use = draft.get(PROMOTION_USES, id);
      const wasUsed = (use?.uses ?? 0) + (use?.overuses ?? 0) > 0;
      const most = wasUsed ? withholdMinor - withheldMinor : tooMuch;
      const takeBackMinor = Math.min(tooMuch, amountMinor - takenBackMinor, most);
      if (takeBackMinor <= 0) continue;
      draft.change(EARNED_VOUCHERS, { orderId, id, takeBackMinor });
      // What is void counts as spent of the voucher's worth: a basket that was priced with it a moment ago is refused.
      if (!wasUsed)
        draft.change(PROMOTION_USES, { key: id, uses: 0, overuses: 0, spentMinor: takeBackMinor, overspentMinor: 0 });
      if (wasUsed) withheldMinor += takeBackMinor;
      else voidedMinor += takeBackMinor;
      tooMuch -= takeBackMinor;
    }
  }
  return { voidedMinor, withheldMinor };
}

/** A voucher as the promotion that it is for the basket that it is brought to: an amount off everything, once, after all others. */
export function promotionOfVoucher(
  voucher: Pick<EarnedVoucher, 'id' | 'amountMinor' | 'takenBackMinor'> & {
    readonly currency: NonNullable<Promotion['currency']>;
    readonly name: string;
    readonly byCode: boolean;
  },
): Promotion {
  const { id, name, amountMinor, takenBackMinor, currency, byCode } = voucher;
  return {
    id,
    name,
    effect: { kind: 'amount', of: { kind: 'order' }, minor: amountMinor - takenBackMinor, each: false },
    when: byCode ? { coupon: true } : { offer: true },
    limits: { uses: 1, budgetMinor: amountMinor },
    currency,
    priority: -1_000_000,
    choice: 'best',
    exclusive: false,
    stackingGroup: '',
  };
}
