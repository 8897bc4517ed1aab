import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import type { BusinessDay, InstantMs } from '../kernel/time.ts';
import { reportOverdrafts } from './earn-rewards.ts';
import { expectedOf, type LoyaltyProgramme } from './loyalty-programme.ts';
import { expiredParts, newLot, partsToUse, POINTS, pointsOf, usableOn, valueOf } from './points-account.ts';
import { mulDiv } from '../kernel/money.ts';
import {
  changeAccount,
  noOverdrafts,
  putOnStoreCredit,
  refuseCredit,
  REWARD_ACCOUNTS,
  stateOn,
  storeCreditKey,
} from './reward-account.ts';
import { openPoints } from './reward-tenders.ts';

/** Where and when somebody does something about rewards, and in whose books. */
export type RewardPlace = {
  readonly entityId: string;
  readonly locationId: string;
  readonly channelId?: string | undefined;
  readonly entityCurrency: string;
  readonly occurredAt: InstantMs;
  readonly businessDay: BusinessDay;
  /** Numerator and denominator: one major unit of the act's currency in the entity's. */
  readonly rate: readonly [number, number];
};

function envelope(place: RewardPlace, subjectId: string | undefined) {
  const { entityId, locationId, channelId, occurredAt, businessDay } = place;
  return { entityId, locationId, channelId, occurredAt, businessDay, version: 1, topic: 'reward', subjectId } as const;
}

/** Cards that are printed: numbers and codes, nothing on them. */
export type IssueGiftCards = RewardPlace & {
  readonly currency: string;
  readonly expiresOn?: BusinessDay | undefined;
  readonly cards: readonly { readonly id: string; readonly codeHash: string; readonly lastFour: string }[];
};

/** Makes cards. Whoever has one of them has nothing yet: a sale puts the money on it. */
export function issueGiftCards(draft: Draft, command: IssueGiftCards): Rejection | undefined {
  const { entityId, currency, expiresOn } = command;
  for (const { id, codeHash, lastFour } of command.cards)
    draft.change(REWARD_ACCOUNTS, {
      key: id,
      cause: { what: 'issued' },
      begin: { kind: 'gift_card', entityId, currency, state: 'issued', expiresOn, codeHash, lastFour },
    });
  draft.act({
    ...envelope(command, command.cards[0]?.id),
    type: 'GiftCardsIssued',
    body: { currency, cards: command.cards.map(({ id, lastFour }) => [id, lastFour]) },
  });
  return undefined;
}

/** Why money is given that nobody paid: to make good, to advertise, or because it stood in the system before. */
export type GrantReason = 'goodwill' | 'promotion' | 'opening';

/** Money that nobody paid, for a card or for a customer's store credit. */
export type GrantReward = RewardPlace & {
  readonly currency: string;
  readonly amountMinor: number;
  readonly reason: GrantReason;
  readonly note: string;
} & ({ readonly cardId: string } | { readonly customerId: string });

/** Refuses `reward_not_usable` and `reward_wrong_currency` of a card. A customer's store credit begins with it. */
export function grantReward(draft: Draft, command: GrantReward): Rejection | undefined {
  const { entityId, currency, amountMinor, reason, note } = command;
  const overdrafts = noOverdrafts();
  const cause = { what: 'granted', reason: note } as const;
  let key: string;
  let kind: 'gift_card' | 'store_credit' = 'gift_card';
  if ('cardId' in command) {
    key = command.cardId;
    const refusal = refuseCredit(draft.get(REWARD_ACCOUNTS, key), command);
    if (refusal !== undefined) return refusal;
    changeAccount(draft, { key, put: amountMinor, cause }, overdrafts);
  } else {
    const { customerId } = command;
    key = storeCreditKey({ entityId, customerId, currency });
    kind = 'store_credit';
    putOnStoreCredit(draft, { key, entityId, customerId, currency, amountMinor, cause }, overdrafts);
  }
  const { entityCurrency, rate } = command;
  const subjectId = 'cardId' in command ? command.cardId : command.customerId;
  const place = envelope(command, subjectId);
  draft.act({
    ...place,
    type: 'RewardGranted',
    body: { currency, entityCurrency, rate, kind, granted: { [kind]: amountMinor }, reason },
  });
  const { version: _, topic: __, ...bare } = place;
  reportOverdrafts(draft, { ...bare, subjectId, currency, entityCurrency, rate }, [
    { overdrafts, pointsOverdrawn: [] },
  ]);
  return undefined;
}

/** Stops a card or lets it go on. What is on it stays on it. */
export type BlockReward = RewardPlace & {
  readonly key: string;
  readonly block: boolean;
  readonly reason: string;
};

/** Refuses `reward_not_usable` (no such card of this company), `already_blocked`, `not_blocked`. */
export function blockReward(draft: Draft, command: BlockReward): Rejection | undefined {
  const { key, block, reason } = command;
  const account = draft.get(REWARD_ACCOUNTS, key);
  if (account === undefined || account.kind !== 'gift_card' || account.entityId !== command.entityId)
    return { reason: 'reward_not_usable' };
  if (block && account.state === 'blocked') return { reason: 'already_blocked' };
  if (!block && account.state !== 'blocked') return { reason: 'not_blocked' };
  draft.change(REWARD_ACCOUNTS, { key, block, cause: { what: block ? 'blocked' : 'unblocked', reason } });
  draft.act({
    ...envelope(command, key),
    type: block ? 'GiftCardBlocked' : 'GiftCardUnblocked',
    body: {
      key,
      lastFour: account.lastFour ?? '',
      before: { blocked: !block },
      after: { blocked: block },
    },
  });
  return undefined;
}

/** Points that nobody earned by buying: to make good, or because they stood in the system before. */
export type GrantPoints = RewardPlace & {
  readonly programme: LoyaltyProgramme;
  readonly customerId: string;
  readonly points: number;
  readonly reason: string;
};

/** Puts points on a customer's account, at what they are worth times how likely they are used. */
export function grantPoints(draft: Draft, command: GrantPoints): Rejection | undefined {
  const { programme, customerId, points, reason } = command;
  const key = openPoints(draft, command);
  const paysDebt = Math.min(draft.get(POINTS, key)?.overdrawn ?? 0, points);
  const left = points - paysDebt;
  const valueMinor = mulDiv(expectedOf(programme, left), programme.value.minor, programme.value.points);
  draft.change(POINTS, {
    key,
    add: newLot(programme, { points: left, valueMinor, day: command.businessDay }),
    paysDebt,
    cause: { what: 'granted', reason },
  });
  draft.act({
    ...envelope(command, customerId),
    type: 'PointsGranted',
    body: { currency: programme.currency, customerId, points, pointsDeferredMinor: valueMinor },
  });
  return undefined;
}

/** Points for a reward of the programme. */
export type ExchangePoints = RewardPlace & {
  readonly programme: LoyaltyProgramme;
  readonly customerId: string;
  readonly rewardCode: string;
};

/** Refuses `unknown_reward`, `points_not_enough` (balance, requested). What the reward is worth goes to the customer's store credit. */
export function exchangePoints(draft: Draft, command: ExchangePoints): Rejection | undefined {
  const { programme, customerId, rewardCode } = command;
  const { entityId, currency } = programme;
  const reward = programme.rewards.find((one) => one.code === rewardCode);
  if (reward === undefined) return { reason: 'unknown_reward' };
  const key = openPoints(draft, command);
  const account = draft.get(POINTS, key);
  const { parts, short } = partsToUse(account, reward.points, command.businessDay);
  if (short > 0)
    return {
      reason: 'points_not_enough',
      balance: usableOn(account, command.businessDay),
      requested: reward.points,
      currency,
    };
  draft.change(POINTS, { key, burn: parts, beyond: 0, cause: { what: 'reward', reason: reward.name } });
  const overdrafts = noOverdrafts();
  putOnStoreCredit(
    draft,
    {
      key: storeCreditKey({ entityId, customerId, currency }),
      entityId,
      customerId,
      currency,
      amountMinor: reward.creditMinor,
      cause: { what: 'reward', reason: reward.name },
    },
    overdrafts,
  );
  const { entityCurrency, rate } = command;
  const place = envelope(command, customerId);
  draft.act({
    ...place,
    type: 'PointsExchanged',
    body: {
      currency,
      customerId,
      reward: reward.code,
      points: reward.points,
      pointsDeferredMinor: 0 - valueOf(parts),
      cashBackMinor: reward.creditMinor,
    },
  });
  const { version: _, topic: __, ...bare } = place;
  reportOverdrafts(draft, { ...bare, subjectId: customerId, currency, entityCurrency, rate }, [
    { overdrafts, pointsOverdrawn: [] },
  ]);
  return undefined;
}

/** What may have run out before its business day, as it was found: decided again here. All of one entity and currency. */
export type ExpireRewards = RewardPlace & {
  readonly currency: string;
  readonly cardKeys: readonly string[];
  readonly pointsKeys: readonly string[];
};

/**
 * Takes what has run out off the accounts; what is left of it in the books is revenue now (breakage, IFRS 15 B46). Leaves no trace when somebody was
 * faster. Refuses `nothing_expired`, so that the same key may run again.
 */
export function expireRewards(draft: Draft, command: ExpireRewards): Rejection | undefined {
  const { businessDay, currency } = command;
  let cards = 0;
  let cardsMinor = 0;
  for (const key of command.cardKeys) {
    const account = draft.get(REWARD_ACCOUNTS, key);
    if (account === undefined || account.state === 'expired' || stateOn(account, businessDay) !== 'expired') continue;
    cards += 1;
    cardsMinor += account.balanceMinor;
    draft.change(REWARD_ACCOUNTS, { key, expire: true, cause: { what: 'expired' } });
  }
  let points = 0;
  let pointsMinor = 0;
  for (const key of command.pointsKeys) {
    const account = draft.get(POINTS, key);
    const parts = account === undefined ? [] : expiredParts(account, businessDay);
    if (parts.length === 0) continue;
    points += pointsOf(parts);
    pointsMinor += valueOf(parts);
    draft.change(POINTS, { key, expire: parts, cause: { what: 'expired' } });
  }
  if (cards === 0 && points === 0) return { reason: 'nothing_expired' };
  const { entityCurrency, rate } = command;
  draft.act({
    ...envelope(command, undefined),
    type: 'RewardsExpired',
    body: { currency, entityCurrency, rate, cards, points, expired: { gift_card: cardsMinor, points: pointsMinor } },
  });
  return undefined;
}
