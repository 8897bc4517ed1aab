import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { IdType } from '../../../platform/http/ids.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import { accept, reject, type Decision, type Rejection } from '../../kernel/decision.ts';
import { pointsKey } from '../../rewards/points-account.ts';
import { storeCreditKey } from '../../rewards/reward-account.ts';
import { isRewardMethod, type Membership } from '../../rewards/reward-tenders.ts';
import { findAnyCardByCode, findCardByCode, type CardLookup } from '../../rewards/server/card-lookup.ts';
import { findRewardsOfOrder, type LoyaltyCache } from '../../rewards/server/rewards.store.ts';
import type { PricedLine } from '../order.ts';
import type { OrderPayment } from '../place-order.ts';
import type { ReturnGoods } from '../return-goods.ts';
import type { OrderRewardTerms } from '../rewards-of-order.ts';

/** What acts about orders read of rewards. */
export type RewardDesk = {
  readonly loyalty: LoyaltyCache;
  readonly cards: CardLookup;
};

/** The code on a card, or its number for who may issue cards. */
export const CardFields = {
  giftCardCode: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The code on the gift card.' })),
  giftCardId: Type.Optional(IdType('giftCard')),
};

/** Lines that sell gift cards: the money of the line goes on the card. */
export const GiftCardsType = Type.Optional(
  Type.Array(
    Type.Object(
      { line: Type.Integer({ minimum: 1, maximum: 500, description: 'Which of the lines.' }), ...CardFields },
      { additionalProperties: false },
    ),
    { maxItems: 100, description: 'Gift cards that lines of voucher SKUs sell or top up, one card a line.' },
  ),
);

type NamedCard = { readonly giftCardCode?: string | undefined; readonly giftCardId?: string | undefined };
type Asking = { readonly id: string; can(permission: 'gift_card:issue', target: object): boolean };

/** The key of the card that somebody named; undefined when there is none that they may name. */
export async function cardKey(
  desk: RewardDesk,
  { giftCardCode, giftCardId }: NamedCard,
  asking: { readonly principal: Asking; readonly target: object; readonly toSell: boolean },
): Promise<string | undefined> {
  if (giftCardId !== undefined) return asking.principal.can('gift_card:issue', asking.target) ? giftCardId : undefined;
  if (giftCardCode === undefined) return undefined;
  const find = asking.toSell ? findAnyCardByCode : findCardByCode;
  return (await find(desk.cards, giftCardCode, asking.principal.id))?.key;
}

/** The accounts that tenders name, in their order. Refuses `customer_needed`, `no_loyalty_programme` and `reward_not_usable`. */
export async function accountKeysOf(
  desk: RewardDesk,
  tenders: readonly (NamedCard & { readonly method: string })[],
  about: {
    readonly entityId: string;
    readonly currency: string;
    readonly customerId: string | undefined;
    readonly principal: Asking;
    readonly target: object;
  },
): Promise<Decision<(string | undefined)[]>> {
  const keys: (string | undefined)[] = [];
  for (const tender of tenders) {
    const { method } = tender;
    if (!isRewardMethod(method)) {
      keys.push(undefined);
      continue;
    }
    if (method === 'gift_card') {
      const key = await cardKey(desk, tender, { ...about, toSell: false });
      if (key === undefined) return reject({ reason: 'reward_not_usable' });
      keys.push(key);
      continue;
    }
    const { customerId, entityId, currency } = about;
    if (customerId === undefined) return reject({ reason: 'customer_needed' });
    if (method === 'store_credit') {
      keys.push(storeCreditKey({ entityId, customerId, currency }));
      continue;
    }
    const programme = await desk.loyalty.programme(entityId);
    if (programme === undefined) return reject({ reason: 'no_loyalty_programme' });
    keys.push(pointsKey({ programmeId: programme.id, customerId }));
  }
  return accept(keys);
}

/** The cards that lines sell, by the numbers that the priced lines have. Refuses `gift_card_line` and `reward_not_usable`. */
export async function soldCardsOf(
  desk: RewardDesk,
  asked: {
    readonly giftCards: Static<typeof GiftCardsType>;
    readonly lines: readonly { readonly skuId: string }[];
    readonly priced: readonly PricedLine[];
  },
  asking: { readonly principal: Asking; readonly target: object },
): Promise<Decision<NonNullable<OrderRewardTerms['cards']>>> {
  const cards: { line: number; key: string }[] = [];
  for (const named of asked.giftCards ?? []) {
    // A bundle before it is several lines by now: the same one of the lines of its SKU is meant.
    const skuId = asked.lines[named.line - 1]?.skuId;
    const nth = asked.lines.slice(0, named.line).filter((line) => line.skuId === skuId).length - 1;
    const line = asked.priced.filter((one) => one.skuId === skuId && one.kind === 'voucher')[nth];
    if (line === undefined || cards.some((one) => one.line === line.line))
      return reject({ reason: 'gift_card_line', line: named.line });
    const key = await cardKey(desk, named, { ...asking, toSell: true });
    if (key === undefined) return reject({ reason: 'reward_not_usable' });
    cards.push({ line: line.line, key });
  }
  return accept(cards);
}

/** What an act must know to earn for a customer. At once when all is in memory; undefined without a customer or a programme. */
export function rewardTermsOf(
  { loyalty, skus }: { readonly loyalty: LoyaltyCache; readonly skus: SkuCache },
  of: {
    readonly entityId: string;
    readonly customerId: string | undefined;
    readonly lines: readonly { readonly skuId: string }[];
  },
): OrderRewardTerms | undefined | Promise<OrderRewardTerms | undefined> {
  const { customerId, entityId } = of;
  if (customerId === undefined) return undefined;
  const programme = loyalty.programme(entityId);
  const refs = skus.get([...new Set(of.lines.map((line) => line.skuId))]);
  if (!(programme instanceof Promise) && !(refs instanceof Promise))
    return programme === undefined ? undefined : { membership: { programme, customerId }, catalog: refs };
  return Promise.all([programme, refs]).then(([one, catalog]) =>
    one === undefined ? undefined : { membership: { programme: one, customerId }, catalog },
  );
}

/**
 * What a return or a cancellation must know of the order: in which programme it earned, or was paid with points. Refuses `gift_card_sold`: what is on a card is taken
 * off where cards are kept, not by bringing a receipt back.
 */
export async function rewardsOfOrder(
  { loyalty }: Pick<RewardDesk, 'loyalty'>,
  { pool, schema }: { readonly pool: Pool; readonly schema: string },
  orderId: string,
): Promise<{ readonly terms: OrderRewardTerms | undefined; readonly soldCards: boolean }> {
  const { member, soldCards } = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
    findRewardsOfOrder(tx, orderId),
  );
  if (member === undefined) return { terms: undefined, soldCards };
  const programme = await loyalty.byId(member.programmeId);
  const membership: Membership | undefined =
    programme === undefined ? undefined : { programme, customerId: member.customerId };
  return { terms: membership === undefined ? undefined : { membership }, soldCards };
}

/** Why a line of a sold gift card does not come back. */
export function refuseSoldCards(lines: readonly Pick<PricedLine, 'kind' | 'line'>[]): Rejection | undefined {
  const line = lines.find((one) => one.kind === 'voucher');
  return line === undefined ? undefined : { reason: 'gift_card_sold', line: line.line };
}

/**
 * Everything that a sale at a counter says of rewards, looked up: who pays from which account, which cards are sold, and who earns. Nothing is read where it says
 * nothing and has no customer.
 */
export async function rewardsOfSale(
  deps: { readonly rewards?: RewardDesk | undefined; readonly skus: SkuCache },
  sale: {
    readonly entityId: string;
    readonly currency: string;
    readonly customerId?: string | undefined;
    readonly tenders: readonly (NamedCard & { readonly method: string })[];
    readonly giftCards?: Static<typeof GiftCardsType>;
    readonly lines: readonly { readonly skuId: string }[];
    readonly priced: readonly PricedLine[];
    readonly principal: Asking;
    readonly target: object;
  },
): Promise<Decision<{ accountKeys: readonly (string | undefined)[]; terms: OrderRewardTerms | undefined }>> {
  const { rewards: desk, skus } = deps;
  const { tenders, giftCards = [], customerId } = sale;
  const pays = tenders.some(({ method }) => isRewardMethod(method));
  if (desk === undefined)
    return pays || giftCards.length > 0
      ? reject({ reason: 'reward_not_usable' })
      : accept({ accountKeys: [], terms: undefined });
  const accountKeys = pays ? await accountKeysOf(desk, tenders, { ...sale, customerId }) : accept([]);
  if (!accountKeys.ok) return accountKeys;
  const cards = giftCards.length === 0 ? accept(undefined) : await soldCardsOf(desk, { ...sale, giftCards }, sale);
  if (!cards.ok) return cards;
  const found = rewardTermsOf({ loyalty: desk.loyalty, skus }, { ...sale, customerId, lines: sale.priced });
  const terms = found instanceof Promise ? await found : found;
  return accept({
    accountKeys: accountKeys.value,
    terms: cards.value === undefined ? terms : { ...terms, cards: cards.value },
  });
}

/** What of an order is paid with what we keep; the payment pays the rest. */
export const RewardTendersType = Type.Optional(
  Type.Array(
    Type.Object(
      {
        method: Type.Union([Type.Literal('gift_card'), Type.Literal('store_credit'), Type.Literal('points')]),
        amountMinor: Type.Integer({
          minimum: 1,
          maximum: 1_000_000_000_000,
          description: 'Minor units of the currency.',
        }),
        ...CardFields,
      },
      { additionalProperties: false },
    ),
    { maxItems: 10, description: 'Gift cards, store credit and points that pay a part. The payment pays the rest.' },
  ),
);

/** The payments of an order by gift cards, store credit and points, and who earned or uses. */
export async function rewardsOfOrderAsked(
  deps: { readonly rewards?: RewardDesk | undefined; readonly skus: SkuCache },
  order: Omit<Parameters<typeof rewardsOfSale>[1], 'tenders'> & { readonly tenders?: Static<typeof RewardTendersType> },
): Promise<Decision<{ payments: OrderPayment[]; rewards: OrderRewardTerms | undefined }>> {
  const { tenders = [] } = order;
  // An order earns when it is handed over; only what pays now must be known now.
  if (tenders.length === 0) return accept({ payments: [], rewards: undefined });
  const found = await rewardsOfSale(deps, { ...order, tenders });
  if (!found.ok) return found;
  const payments = tenders.map(({ method, amountMinor }, at) => ({
    paymentId: uuidv7(),
    method,
    authorised: amountMinor,
    captured: amountMinor,
    providerRef: '',
    accountKey: found.value.accountKeys[at],
  }));
  return accept({ payments, rewards: found.value.terms });
}

/** A prepared return with what it must know of rewards: whose points, which cards, and that refunds nobody named give way to what is kept for spent points. */
export async function withRewardsOfReturn(
  deps: { readonly rewards?: RewardDesk | undefined; readonly pool: Pool; readonly schema: string },
  prepared: ReturnGoods,
  asked: {
    readonly refunds:
      | readonly (NamedCard & { readonly method: string; readonly paymentId?: string | undefined })[]
      | undefined;
    readonly principal: Asking;
    readonly target: object;
  },
): Promise<Decision<ReturnGoods>> {
  const { rewards: desk } = deps;
  if (desk === undefined) return accept(prepared);
  const { originalOrderId, customerId, entityId, currency } = prepared.terms;
  const kept = originalOrderId === undefined ? undefined : await rewardsOfOrder(desk, deps, originalOrderId);
  const refusal = kept?.soldCards === true ? refuseSoldCards(prepared.lines) : undefined;
  if (refusal !== undefined) return reject(refusal);
  const tenders: ReturnGoods['tenders'][number][] = [];
  for (const [at, tender] of prepared.tenders.entries()) {
    const named = asked.refunds?.[at];
    if (!isRewardMethod(tender.method)) tenders.push(tender);
    else if (tender.refundOf !== undefined) tenders.push({ ...tender, accountKey: tender.providerRef || undefined });
    else if (tender.method === 'gift_card') {
      const accountKey = await cardKey(desk, named ?? {}, { ...asked, toSell: true });
      if (accountKey === undefined) return reject({ reason: 'reward_not_usable' });
      tenders.push({ ...tender, accountKey });
    } else if (tender.method === 'points') return reject({ reason: 'points_need_their_payment' });
    else if (customerId === undefined) return reject({ reason: 'customer_needed' });
    else tenders.push({ ...tender, accountKey: storeCreditKey({ entityId, customerId, currency }) });
  }
  return accept({ ...prepared, tenders, rewards: kept?.terms, tendersFollow: asked.refunds === undefined });
}
