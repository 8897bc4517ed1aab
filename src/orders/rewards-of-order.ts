import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import type { PaymentMethod } from '../payments/payment.ts';
import {
  earnRewards,
  reportOverdrafts,
  takeBackRewards,
  type RewardsEarned,
  type RewardsTakenBack,
} from '../rewards/earn-rewards.ts';
import {
  changeAccount,
  noOverdrafts,
  refuseCredit,
  REWARD_ACCOUNTS,
  storeCreditKey,
} from '../rewards/reward-account.ts';
import { ORDER_REWARDS } from '../rewards/order-rewards.ts';
import { POINTS, pointsKey } from '../rewards/points-account.ts';
import {
  isRewardMethod,
  refundRewards,
  spendRewards,
  type Membership,
  type RewardRefund,
  type RewardsMoved,
} from '../rewards/reward-tenders.ts';
import { placeOf, type StockOccasion } from '../stock/goods.ts';
import type { LineKind, Order, PricedLine } from './order.ts';

/** What an act about an order must know to earn and use rewards: read before the lock, as prices are. Without it nothing is earned. */
export type OrderRewardTerms = {
  /** The customer's programme, of the entity that sells. */
  readonly membership?: Membership | undefined;
  /** Products and categories of the SKUs that are sold. */
  readonly catalog?: ReadonlyMap<string, { readonly productId: string; readonly categoryIds: readonly string[] }>;
  /** Gift cards that lines sell: the money of the line goes on the card. */
  readonly cards?: readonly { readonly line: number; readonly key: string }[] | undefined;
};

type Occasion = StockOccasion & { readonly orderId: string; readonly rate: readonly [number, number] };

type TenderOfOurs = {
  readonly paymentId: string;
  readonly method: PaymentMethod;
  readonly amount: number;
  readonly accountKey?: string | undefined;
};

/** Spends what tenders name of gift cards, store credit and points. Refusals as {@link spendRewards} gives them. */
export function spendTenders(
  draft: Draft,
  command: Occasion & { readonly rewards?: OrderRewardTerms | undefined },
  tenders: readonly TenderOfOurs[],
  of: { readonly currency: string; readonly fact: boolean; readonly customerId?: string | undefined },
): Decision<RewardsMoved> {
  const ours = tenders.flatMap((tender) => {
    const { method } = tender;
    return isRewardMethod(method) && tender.amount > 0 ? [{ ...tender, method }] : [];
  });
  return spendRewards(draft, { ...command, currency: of.currency }, ours, {
    fact: of.fact,
    membership: command.rewards?.membership,
    customerId: of.customerId,
  });
}

/**
 * What a payment names: the account that was charged for it. A card that is not ours, or of another currency, was not charged, whatever a till read on it:
 * then it names none, and the money stands with what is overdrawn. Ask it after the tenders were spent.
 */
export function chargedAccount(
  draft: Draft,
  { entityId, currency }: { readonly entityId: string; readonly currency: string },
  { method, accountKey, providerRef }: Pick<TenderOfOurs, 'method' | 'accountKey'> & { readonly providerRef: string },
): string {
  if (accountKey === undefined) return providerRef;
  if (method === 'points') return accountKey;
  const account = draft.get(REWARD_ACCOUNTS, accountKey);
  return account?.entityId === entityId && account.currency === currency ? accountKey : '';
}

/**
 * Puts the money of lines that sell gift cards on the cards. Refuses, a request only, `gift_card_line` (line: it sells no voucher, or several at once)
 * and what {@link refuseCredit} refuses. What a fact sold for a card that takes no money stays a voucher without a card, and is told.
 */
export function sellGiftCards(
  draft: Draft,
  command: Occasion & { readonly rewards?: OrderRewardTerms | undefined },
  lines: readonly PricedLine[],
  of: { readonly currency: string; readonly fact: boolean },
): Decision<{
  readonly soldMinor: number;
  readonly moved: Pick<RewardsMoved, 'overdrafts' | 'pointsOverdrawn'>;
  /** Cards that took no money of a fact, and why. */
  readonly notCharged: readonly { readonly key: string; readonly amountMinor: number; readonly reason: string }[];
}> {
  const overdrafts = noOverdrafts();
  const notCharged: { key: string; amountMinor: number; reason: string }[] = [];
  let soldMinor = 0;
  for (const { line: number, key } of command.rewards?.cards ?? []) {
    const line = lines.find((one) => one.line === number);
    const sellsOne = line !== undefined && line.kind === 'voucher' && line.quantity === 1 && line.grossMinor > 0;
    if (!sellsOne || line.taxMinor !== 0) {
      if (of.fact) continue;
      return reject({ reason: 'gift_card_line', line: number });
    }
    const wish = { ...command, currency: of.currency, amountMinor: line.grossMinor };
    const refusal = refuseCredit(draft.get(REWARD_ACCOUNTS, key), wish);
    if (refusal !== undefined) {
      if (!of.fact) return reject(refusal);
      notCharged.push({ key, amountMinor: line.grossMinor, reason: refusal.reason });
      continue;
    }
    soldMinor += line.grossMinor;
    const cause = { what: 'sold', orderId: command.orderId } as const;
    changeAccount(draft, { key, put: line.grossMinor, cause }, overdrafts);
  }
  return accept({ soldMinor, moved: { overdrafts, pointsOverdrawn: [] }, notCharged });
}

/** Net amounts by kind of line with what gift cards took apart from other vouchers: each stands in its own account. */
export function withGiftCards(
  revenue: Partial<Record<LineKind, number>>,
  soldMinor: number,
): Partial<Record<LineKind | 'gift_card', number>> {
  if (soldMinor === 0) return revenue;
  return { ...revenue, voucher: (revenue.voucher ?? 0) - soldMinor, gift_card: soldMinor };
}

/** Earns what lines that were handed over earn. */
export function earnForLines(
  draft: Draft,
  command: Occasion & { readonly rewards?: OrderRewardTerms | undefined },
  lines: readonly Pick<PricedLine, 'line' | 'kind' | 'skuId' | 'grossMinor' | 'netMinor'>[],
  of: { readonly currency: string; readonly channelId: string; readonly paidWithPointsMinor: number },
): RewardsEarned | undefined {
  const { membership, catalog } = command.rewards ?? {};
  if (membership === undefined) return undefined;
  const { paidWithPointsMinor, ...rest } = of;
  return earnRewards(draft, { ...command, ...rest }, membership, {
    lines: lines.map(({ line, kind, skuId, grossMinor, netMinor }) => {
      const { productId = '', categoryIds = [] } = catalog?.get(skuId) ?? {};
      return { line, kind, productId, categoryIds, grossMinor, netMinor };
    }),
    paidWithPointsMinor,
  });
}

/** The share of an order's points tender that belongs to a part of the order. */
export function pointsShare(pointsMinor: number, partMinor: number, wholeMinor: number): number {
  return wholeMinor <= 0 ? 0 : mulDiv(pointsMinor, Math.min(partMinor, wholeMinor), wholeMinor);
}

/** Gives money back to what it was paid with, or to store credit and gift cards. Refusals as {@link refundRewards} gives them. */
export function refundTenders(
  draft: Draft,
  command: Occasion & { readonly rewards?: OrderRewardTerms | undefined },
  refunds: readonly (Omit<RewardRefund, 'method'> & { readonly method: PaymentMethod })[],
  of: { readonly currency: string; readonly customerId: string | undefined; readonly fact: boolean },
): Decision<RewardsMoved> {
  const ours = refunds.flatMap((refund) => {
    const { method } = refund;
    return isRewardMethod(method) && refund.amount > 0 ? [{ ...refund, method }] : [];
  });
  return refundRewards(draft, { ...command, currency: of.currency }, ours, {
    customerId: of.customerId,
    programme: command.rewards?.membership?.programme,
    fact: of.fact,
  });
}

/** Takes back what goods that come back had earned. A fact owes what is spent: its customer has gone with the money. */
export function takeBackForLines(
  draft: Draft,
  command: Occasion & {
    readonly fact: boolean;
    readonly terms: { readonly currency: string };
    readonly rewards?: OrderRewardTerms | undefined;
    readonly lines: readonly { readonly original: number | null; readonly quantity: number }[];
  },
  original: Order,
  refundMinor: number,
): RewardsTakenBack | undefined {
  const { membership } = command.rewards ?? {};
  if (membership === undefined) return undefined;
  const back = new Map<number, number>();
  for (const { original: sold, quantity } of command.lines)
    if (sold !== null) back.set(sold, (back.get(sold) ?? 0) + quantity);
  const lines = original.lines.flatMap(({ line, shipped, returned }) => {
    const quantity = back.get(line);
    return quantity === undefined ? [] : [{ line, shipped, after: Math.min(shipped, returned + quantity) }];
  });
  return takeBackRewards(draft, { ...command, currency: command.terms.currency }, membership, {
    originalOrderId: original.id,
    lines,
    refundMinor: command.fact ? 0 : refundMinor,
  });
}

/** What a return tells and accounting posts of rewards. Amounts of points and cash-back that are taken back are negative. */
export function returnedRewards(
  back: readonly RewardsMoved[],
  taken: RewardsTakenBack | undefined,
): Readonly<Record<string, unknown>> {
  const points = back.reduce((sum, one) => sum + one.points, 0);
  const difference = back.reduce((sum, one) => sum + one.pointsDifferenceMinor, 0);
  if (points === 0 && difference === 0 && taken === undefined) return {};
  return {
    pointsDeferredMinor: difference - (taken?.deferredMinor ?? 0),
    cashBackMinor: 0 - (taken?.cashBackMinor ?? 0),
    withheldMinor: taken?.withheldMinor ?? 0,
    points: {
      givenBack: points,
      takenBack: taken?.points ?? 0,
      withheld: taken?.withheldPoints ?? 0,
      owed: taken?.owedPoints ?? 0,
    },
  };
}

/** What the acts tell and accounting posts of rewards. Nothing where nothing happened, so that other orders' events stay as they are. */
export function rewardsBody(
  spent: RewardsMoved | undefined,
  earned: RewardsEarned | undefined,
): Readonly<Record<string, unknown>> {
  const points = spent?.points ?? 0;
  if (points === 0 && earned === undefined && (spent?.pointsDifferenceMinor ?? 0) === 0) return {};
  return {
    pointsDeferredMinor: (earned?.deferredMinor ?? 0) + (spent?.pointsDifferenceMinor ?? 0),
    cashBackMinor: earned?.cashBackMinor ?? 0,
    points: { earned: earned?.points ?? 0, used: points, tier: earned?.tier ?? null },
  };
}

/** Tells what was overdrawn or filled again by an act about an order. */
export function reportRewards(
  draft: Draft,
  command: Occasion,
  currency: string,
  moved: readonly (Partial<Pick<RewardsMoved, 'overdrafts' | 'pointsOverdrawn'>> | undefined)[],
): void {
  const { orderId: subjectId, entityCurrency, rate } = command;
  reportOverdrafts(
    draft,
    { ...placeOf(command), subjectId, currency, entityCurrency, rate },
    moved.flatMap((one) =>
      one?.overdrafts === undefined ? [] : [{ overdrafts: one.overdrafts, pointsOverdrawn: one.pointsOverdrawn ?? [] }],
    ),
  );
}

/** Tells that customers paid for cards on which the money could not be put: a task for a person. */
export function reportNotCharged(
  draft: Draft,
  command: Occasion,
  currency: string,
  cards: readonly { readonly key: string; readonly amountMinor: number; readonly reason: string }[],
): void {
  if (cards.length === 0) return;
  const place = { ...placeOf(command), version: 1, topic: 'reward', subjectId: command.orderId, consequence: true };
  draft.act({ ...place, type: 'GiftCardNotCharged', body: { currency, cards } });
}

/** The books that an act with rewards needs, by name. Empty for all that have none. */
export function rewardKeys(
  command: {
    readonly entityId: string;
    readonly orderId: string;
    readonly rewards?: OrderRewardTerms | undefined;
  },
  of: {
    readonly currency: string;
    /** Of gift cards and store credit that pay or are given money back. */
    readonly accountKeys?: readonly (string | undefined)[];
    /** Of points that are given back. */
    readonly pointsKeys?: readonly string[];
    /** Who is given store credit. */
    readonly customerId?: string | undefined;
    /** Orders whose goods come back. */
    readonly orderIds?: readonly string[];
  },
): Readonly<Record<string, readonly string[]>> {
  const { membership, cards } = command.rewards ?? {};
  const { currency } = of;
  const { entityId } = command;
  const accounts = [
    ...(of.accountKeys ?? []).filter((key) => key !== undefined),
    ...(cards ?? []).map(({ key }) => key),
  ];
  const points = [...(of.pointsKeys ?? [])];
  const keys: Record<string, readonly string[]> = {};
  for (const customerId of new Set([of.customerId, membership?.customerId]))
    if (customerId !== undefined) accounts.push(storeCreditKey({ entityId, customerId, currency }));
  if (membership !== undefined) {
    const { programme, customerId } = membership;
    points.push(pointsKey({ programmeId: programme.id, customerId }));
  }
  if (accounts.length > 0) keys[REWARD_ACCOUNTS.name] = accounts;
  if (points.length > 0) {
    keys[POINTS.name] = points;
    keys[ORDER_REWARDS.name] = [command.orderId, ...(of.orderIds ?? [])];
  }
  return keys;
}
