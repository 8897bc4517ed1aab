import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import { compareDays, type BusinessDay } from '../kernel/time.ts';
import { pointsFor, worthOf, type LoyaltyProgramme } from './loyalty-programme.ts';
import { ORDER_REWARDS } from './order-rewards.ts';
import {
  partsToUse,
  POINTS,
  pointsKey,
  pointsOf,
  takeParts,
  usableOn,
  valueOf,
  type LotPart,
  type PointsAccount,
} from './points-account.ts';
import {
  changeAccount,
  noOverdrafts,
  putOnStoreCredit,
  refuseCredit,
  refuseSpending,
  renewedUntil,
  REWARD_ACCOUNTS,
  storeCreditKey,
  type Overdrafts,
  type RewardAccountKind,
} from './reward-account.ts';

/** The ways to pay with what we keep for a customer. */
export type RewardMethod = RewardAccountKind | 'points';

/** Whether a way to pay is one of ours. */
export function isRewardMethod(method: string): method is RewardMethod {
  return method === 'gift_card' || method === 'store_credit' || method === 'points';
}

/** The sale, order or return that tenders belong to. */
export type RewardOccasion = {
  readonly orderId: string;
  readonly entityId: string;
  readonly currency: string;
  readonly businessDay: BusinessDay;
};

/** A programme and whose points in it are meant. */
export type Membership = { readonly programme: LoyaltyProgramme; readonly customerId: string };

/** Money of a sale that is paid with what we keep. `accountKey` is missing where a till named nothing that we know. */
export type RewardTender = {
  readonly paymentId: string;
  readonly method: RewardMethod;
  readonly amount: number;
  readonly accountKey?: string | undefined;
};

/** What tenders did: for the postings and for what is told. */
export type RewardsMoved = {
  readonly overdrafts: Overdrafts;
  /** Points beyond what was there. Of a programme that there is not nobody knows how many: then `amountMinor` is what was taken. */
  readonly pointsOverdrawn: {
    readonly key: string | null;
    readonly points: number;
    readonly amountMinor?: number | undefined;
  }[];
  /** What points were taken for less what stood in the books for them; negative where it goes back. */
  readonly pointsDifferenceMinor: number;
  readonly points: number;
};

/**
 * Spends gift cards, store credit and points. A request is refused with the reasons of {@link refuseSpending}, of a card and for points
 * `points_not_enough` (balance, requested) and `no_loyalty_programme`. With `fact` nothing is refused: what was not there is overdrawn.
 */
export function spendRewards(
  draft: Draft,
  occasion: RewardOccasion,
  tenders: readonly RewardTender[],
  {
    fact,
    membership,
    customerId,
  }: {
    readonly fact: boolean;
    readonly membership: Membership | undefined;
    /** Who buys: a fact opens the store credit that it overdraws, so that the debt has a name. */
    readonly customerId?: string | undefined;
  },
): Decision<RewardsMoved> {
  const overdrafts = noOverdrafts();
  const pointsOverdrawn: RewardsMoved['pointsOverdrawn'] = [];
  let pointsDifferenceMinor = 0;
  let points = 0;
  for (const tender of tenders) {
    if (tender.method === 'points') {
      const burned = burn(draft, occasion, tender, { fact, membership });
      if (!burned.ok) return burned;
      points += burned.value.points;
      pointsDifferenceMinor += tender.amount - burned.value.valueMinor;
      if (burned.value.key === null) pointsOverdrawn.push({ key: null, points: 0, amountMinor: tender.amount });
      if (burned.value.beyond > 0) pointsOverdrawn.push({ key: burned.value.key, points: burned.value.beyond });
      continue;
    }
    const { method, amount, accountKey } = tender;
    if (fact && method === 'store_credit' && customerId !== undefined) openStoreCredit(draft, occasion, customerId);
    const account = accountKey === undefined ? undefined : draft.get(REWARD_ACCOUNTS, accountKey);
    const refusal = refuseSpending(account, { ...occasion, amountMinor: amount });
    if (refusal !== undefined && !fact) return reject(refusal);
    const ours = account?.entityId === occasion.entityId && account.currency === occasion.currency;
    if (account === undefined || !ours) {
      // A card that nobody knows, or another company's: the goods are gone all the same, and somebody has to find out.
      overdrafts.overdrawn[method] = (overdrafts.overdrawn[method] ?? 0) + amount;
      overdrafts.accounts.push({ key: null, kind: method, amountMinor: amount });
      continue;
    }
    changeAccount(
      draft,
      { key: account.key, take: amount, cause: { what: 'redeemed', orderId: occasion.orderId } },
      overdrafts,
    );
  }
  return accept({ overdrafts, pointsOverdrawn, pointsDifferenceMinor, points });
}

/** The store credit of somebody who had none until a till without a network took it. */
function openStoreCredit(draft: Draft, { entityId, currency, orderId }: RewardOccasion, customerId: string): void {
  const key = storeCreditKey({ entityId, customerId, currency });
  if (draft.get(REWARD_ACCOUNTS, key) !== undefined) return;
  const begin = { kind: 'store_credit', entityId, customerId, currency, state: 'active' } as const;
  draft.change(REWARD_ACCOUNTS, { key, cause: { what: 'redeemed', orderId }, begin });
}

function burn(
  draft: Draft,
  occasion: RewardOccasion,
  tender: RewardTender,
  { fact, membership }: { readonly fact: boolean; readonly membership: Membership | undefined },
): Decision<{ key: string | null; points: number; valueMinor: number; beyond: number }> {
  const programme = membership?.programme;
  const usable = programme?.entityId === occasion.entityId && programme.currency === occasion.currency;
  if (membership === undefined || programme === undefined || !usable) {
    if (!fact) return reject({ reason: 'no_loyalty_programme' });
    return accept({ key: null, points: 0, valueMinor: 0, beyond: 0 });
  }
  const key = openPoints(draft, membership);
  const account = draft.get(POINTS, key);
  const wanted = pointsFor(programme, tender.amount);
  const { parts, short } = partsToUse(account, wanted, occasion.businessDay);
  if (short > 0 && !fact) {
    const balance = usableOn(account, occasion.businessDay);
    return reject({
      reason: 'points_not_enough',
      balance,
      requested: wanted,
      worthMinor: worthOf(programme, balance),
      currency: programme.currency,
    });
  }
  // What a fact took beyond what can be used is taken from lots that have run out before it is owed.
  const late = short > 0 ? takeParts(without(account?.lots ?? [], parts), short, 'used') : { parts: [], short: 0 };
  const all = [...parts, ...late.parts];
  draft.change(POINTS, {
    key,
    burn: all,
    beyond: late.short,
    cause: { what: 'burned', orderId: occasion.orderId },
  });
  draft.change(ORDER_REWARDS, {
    orderId: occasion.orderId,
    programmeId: programme.id,
    customerId: membership.customerId,
    burn: { paymentId: tender.paymentId, key, amountMinor: tender.amount, parts: all, beyond: late.short },
  });
  return accept({ key, points: wanted, valueMinor: valueOf(all), beyond: late.short });
}

function without(lots: PointsAccount['lots'], parts: readonly LotPart[]): PointsAccount['lots'] {
  return lots.filter((lot) => !parts.some((part) => part.expiresOn === lot.expiresOn));
}

/** The key of somebody's points, whose account begins here where there is none. */
export function openPoints(draft: Draft, { programme, customerId }: Membership): string {
  const key = pointsKey({ programmeId: programme.id, customerId });
  if (draft.get(POINTS, key) === undefined)
    draft.change(POINTS, {
      key,
      cause: { what: 'earned' },
      begin: { programmeId: programme.id, entityId: programme.entityId, customerId, currency: programme.currency },
    });
  return key;
}

/** Money that goes back. With `refundOf` to what it was paid with, else to a card or a customer's store credit. */
export type RewardRefund = {
  readonly method: RewardMethod;
  readonly amount: number;
  readonly accountKey?: string | undefined;
  readonly refundOf?: { readonly paymentId: string; readonly orderId: string } | undefined;
};

/**
 * Gives money back to gift cards, store credit and points. Points go back to the lots they came from; those that ran out meanwhile come back for some time
 * or are lost, as the programme says. A request to put money on something else is refused with the reasons of {@link refuseCredit}, `customer_needed`
 * and `points_need_their_payment`.
 */
export function refundRewards(
  draft: Draft,
  occasion: RewardOccasion,
  refunds: readonly RewardRefund[],
  {
    customerId,
    programme,
    fact,
  }: {
    readonly customerId: string | undefined;
    readonly programme: LoyaltyProgramme | undefined;
    readonly fact: boolean;
  },
): Decision<RewardsMoved> {
  const overdrafts = noOverdrafts();
  let pointsDifferenceMinor = 0;
  let points = 0;
  for (const refund of refunds) {
    const { method, amount, accountKey, refundOf } = refund;
    if (method === 'points') {
      if (refundOf === undefined) return reject({ reason: 'points_need_their_payment' });
      const back = giveBackPoints(draft, occasion, { ...refundOf, amount, programme });
      points += back.points;
      pointsDifferenceMinor += back.valueMinor - amount;
      continue;
    }
    const account = accountKey === undefined ? undefined : draft.get(REWARD_ACCOUNTS, accountKey);
    if (refundOf !== undefined) {
      const ours = account?.entityId === occasion.entityId && account.currency === occasion.currency;
      if (account === undefined || !ours) {
        // It was taken for a card that nobody knew, or another company's: what stands open for that is less by it.
        overdrafts.settled[method] = (overdrafts.settled[method] ?? 0) + amount;
        continue;
      }
      const until = renewedUntil(occasion.businessDay);
      const cause = { what: 'given_back', orderId: occasion.orderId } as const;
      changeAccount(draft, { key: account.key, giveBack: amount, until, cause }, overdrafts);
      continue;
    }
    const cause = { what: 'refunded', orderId: occasion.orderId } as const;
    if (method === 'store_credit') {
      if (customerId === undefined) {
        if (!fact) return reject({ reason: 'customer_needed' });
        overdrafts.settled.store_credit = (overdrafts.settled.store_credit ?? 0) + amount;
        continue;
      }
      const { entityId, currency } = occasion;
      const key = storeCreditKey({ entityId, customerId, currency });
      putOnStoreCredit(draft, { key, entityId, customerId, currency, amountMinor: amount, cause }, overdrafts);
      continue;
    }
    const refusal = refuseCredit(account, { ...occasion, amountMinor: amount });
    if (account === undefined || refusal !== undefined) return reject(refusal ?? { reason: 'reward_not_usable' });
    changeAccount(draft, { key: account.key, put: amount, cause }, overdrafts);
  }
  return accept({ overdrafts, pointsOverdrawn: [], pointsDifferenceMinor, points });
}

function giveBackPoints(
  draft: Draft,
  occasion: RewardOccasion,
  of: {
    readonly paymentId: string;
    readonly orderId: string;
    readonly amount: number;
    readonly programme: LoyaltyProgramme | undefined;
  },
): { points: number; valueMinor: number } {
  const rewards = draft.get(ORDER_REWARDS, of.orderId);
  const burned = rewards?.burns.find((one) => one.paymentId === of.paymentId);
  if (rewards === undefined || burned === undefined) return { points: 0, valueMinor: 0 };
  const { orderId, programmeId, customerId } = rewards;
  const after = burned.backMinor + of.amount;
  // Cut where cumulative roundings fall, so that any way of giving it back gives back every point.
  const share = (whole: number): number =>
    mulDiv(whole, after, burned.amountMinor) - mulDiv(whole, burned.backMinor, burned.amountMinor);
  const give: LotPart[] = [];
  let lost = 0;
  for (const part of burned.parts) {
    const over = part.expiresOn !== null && compareDays(part.expiresOn, occasion.businessDay) < 0;
    // What stands in the books goes with its points: a cent that brings no point back brings none of it either.
    const upTo = mulDiv(part.points, after, burned.amountMinor);
    const from = mulDiv(part.points, burned.backMinor, burned.amountMinor);
    const along = (whole: number): number => mulDiv(whole, upTo, part.points) - mulDiv(whole, from, part.points);
    const back = {
      expiresOn: over ? renewedUntil(occasion.businessDay) : part.expiresOn,
      points: upTo - from,
      expected: along(part.expected),
      valueMinor: along(part.valueMinor),
    };
    if (over && of.programme?.expiredPoints === 'forfeit') lost += back.points;
    else if (back.points > 0) give.push(back);
  }
  const beyond = share(burned.beyond);
  if (beyond > 0)
    give.push({ expiresOn: renewedUntil(occasion.businessDay), points: beyond, expected: beyond, valueMinor: 0 });
  const owed = draft.get(POINTS, burned.key)?.overdrawn ?? 0;
  // What is owed is paid first, by what stands for nothing in the books before what does.
  const pays = takeParts(
    give.toSorted((a, b) => a.valueMinor - b.valueMinor),
    Math.min(owed, pointsOf(give)),
    'taken_back',
  );
  const paysDebt = pointsOf(pays.parts);
  const left = restOf(
    give.toSorted((a, b) => a.valueMinor - b.valueMinor),
    pays.parts,
  );
  draft.change(POINTS, {
    key: burned.key,
    give: left,
    paysDebt,
    lost,
    cause: { what: 'given_back', orderId: occasion.orderId },
  });
  draft.change(ORDER_REWARDS, {
    orderId,
    programmeId,
    customerId,
    giveBack: { paymentId: of.paymentId, amountMinor: of.amount },
  });
  return { points: pointsOf(left) + paysDebt, valueMinor: valueOf(left) };
}

/** What is left of parts after the first of them were taken, in their order. */
function restOf(all: readonly LotPart[], taken: readonly LotPart[]): LotPart[] {
  return all.flatMap((part, at) => {
    const gone = taken[at];
    if (gone === undefined) return [part];
    const points = part.points - gone.points;
    if (points === 0) return [];
    return [
      {
        expiresOn: part.expiresOn,
        points,
        expected: part.expected - gone.expected,
        valueMinor: part.valueMinor - gone.valueMinor,
      },
    ];
  });
}
