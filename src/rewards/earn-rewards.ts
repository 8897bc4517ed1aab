import type { Act } from '../kernel/act.ts';
import type { Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import { PPM } from '../kernel/rate.ts';
import { deferredFor, earn, worthOf, type EarningLine, type EarnedLine } from './loyalty-programme.ts';
import { ORDER_REWARDS } from './order-rewards.ts';
import { newLot, POINTS, pointsKey, takeParts, tierOf, valueOf } from './points-account.ts';
import { changeAccount, noOverdrafts, putOnStoreCredit, storeCreditKey, type Overdrafts } from './reward-account.ts';
import { openPoints, type Membership, type RewardOccasion, type RewardsMoved } from './reward-tenders.ts';

/** What a hand-over earned: for the postings and for what is told. */
export type RewardsEarned = {
  readonly points: number;
  readonly cashBackMinor: number;
  /** The part of the sale's net that is put off until the points are used. */
  readonly deferredMinor: number;
  readonly tier: string | null;
  readonly overdrafts: Overdrafts;
};

/**
 * Earns points and cash-back for goods that were handed over, in the commit that hands them over. Points that somebody owes are paid first; only the rest
 * puts revenue off. Undefined where nothing is earned: another currency, a programme that is not running, nothing that earns.
 */
export function earnRewards(
  draft: Draft,
  occasion: RewardOccasion & { readonly channelId: string },
  { programme, customerId }: Membership,
  sale: { readonly lines: readonly EarningLine[]; readonly paidWithPointsMinor: number },
): RewardsEarned | undefined {
  const { entityId, currency, businessDay, orderId } = occasion;
  if (!programme.active || programme.currency !== currency || programme.entityId !== entityId) return undefined;
  const before = draft.get(POINTS, pointsKey({ programmeId: programme.id, customerId }));
  const tierBefore = tierOf(programme, before, businessDay);
  const tierPpm = tierBefore?.multiplierPpm ?? PPM;
  const earned = earn(programme, { ...sale, channelId: occasion.channelId, businessDay, tierPpm });
  if (earned.points === 0 && earned.cashBackMinor === 0 && earned.qualifyingMinor === 0) return undefined;
  const key = openPoints(draft, { programme, customerId });
  const paysDebt = Math.min(before?.overdrawn ?? 0, earned.points);
  const left = earned.points - paysDebt;
  const deferredMinor = deferredFor(programme, { points: left, netMinor: earned.netMinor });
  const month = businessDay.slice(0, 7);
  const after = draft.change(POINTS, {
    key,
    add: newLot(programme, { points: left, valueMinor: deferredMinor, day: businessDay }),
    paysDebt,
    spentIn: [[month, earned.qualifyingMinor]],
    cause: { what: 'earned', orderId },
  });
  const overdrafts = noOverdrafts();
  if (earned.cashBackMinor > 0)
    putOnStoreCredit(
      draft,
      {
        key: storeCreditKey({ entityId, customerId, currency }),
        entityId,
        customerId,
        currency,
        amountMinor: earned.cashBackMinor,
        cause: { what: 'cash_back', orderId },
      },
      overdrafts,
    );
  draft.change(ORDER_REWARDS, { orderId, programmeId: programme.id, customerId, earn: earned.lines, month });
  return {
    points: earned.points,
    cashBackMinor: earned.cashBackMinor,
    deferredMinor,
    tier: tierOf(programme, after, businessDay)?.code ?? null,
    overdrafts,
  };
}

/** How much of a line came back: of `shipped` units `after` are back now. */
export type LineBack = { readonly line: number; readonly shipped: number; readonly after: number };

/** What a refund takes back. */
export type RewardsTakenBack = {
  readonly points: number;
  readonly cashBackMinor: number;
  /** What stood in the books for the points that are gone. */
  readonly deferredMinor: number;
  /** Spent points that are kept from the money that goes back, and what they are worth. */
  readonly withheldPoints: number;
  readonly withheldMinor: number;
  /** Spent points that are owed from now on. */
  readonly owedPoints: number;
  readonly key: string;
  readonly overdrafts: Overdrafts;
};

/**
 * Takes back what goods that come back had earned: each line its share, so that all parts together take back exactly what was earned. Points that are
 * spent already are kept from the refund or owed, as the programme says; never is more kept than `refundMinor`. Undefined where nothing was earned.
 */
export function takeBackRewards(
  draft: Draft,
  occasion: RewardOccasion,
  membership: Membership | undefined,
  back: { readonly originalOrderId: string; readonly lines: readonly LineBack[]; readonly refundMinor: number },
): RewardsTakenBack | undefined {
  const rewards = draft.get(ORDER_REWARDS, back.originalOrderId);
  if (rewards === undefined || rewards.earned.length === 0) return undefined;
  const { programmeId, customerId } = rewards;
  const takeBack: EarnedLine[] = [];
  // An order may have left in parts: each line counts less in the month in which it counted.
  const spentIn: [month: string, minor: number][] = [];
  for (const { line, shipped, after } of back.lines) {
    const earned = rewards.earned.find((one) => one.line === line);
    if (earned === undefined || shipped <= 0) continue;
    const share = (whole: number, taken: number): number => Math.max(0, mulDiv(whole, after, shipped) - taken);
    const qualifyingMinor = share(earned.qualifyingMinor, earned.takenQualifyingMinor);
    spentIn.push([earned.month, 0 - qualifyingMinor]);
    takeBack.push({
      line,
      points: share(earned.points, earned.takenPoints),
      cashBackMinor: share(earned.cashBackMinor, earned.takenCashBackMinor),
      qualifyingMinor,
    });
  }
  if (takeBack.length === 0) return undefined;
  const sum = (of: (line: EarnedLine) => number): number => takeBack.reduce((all, line) => all + of(line), 0);
  const points = sum((line) => line.points);
  const cashBackMinor = sum((line) => line.cashBackMinor);
  const key = pointsKey({ programmeId, customerId });
  const { parts, short } = takeParts(draft.get(POINTS, key)?.lots ?? [], points, 'taken_back');
  const programme = membership?.programme;
  let withheldPoints = 0;
  let withheldMinor = 0;
  if (short > 0 && programme?.spentPoints === 'withhold' && programme.currency === occasion.currency) {
    withheldMinor = Math.min(worthOf(programme, short), back.refundMinor);
    // What the refund does not cover stays owed.
    withheldPoints =
      withheldMinor === worthOf(programme, short)
        ? short
        : Math.min(short, mulDiv(withheldMinor, programme.value.points, programme.value.minor, 'down'));
  }
  const owedPoints = short - withheldPoints;
  draft.change(POINTS, {
    key,
    takeBack: parts,
    beyond: owedPoints,
    spentIn,
    cause: { what: 'taken_back', orderId: occasion.orderId },
  });
  const overdrafts = noOverdrafts();
  if (cashBackMinor > 0) {
    const { entityId, currency } = occasion;
    changeAccount(
      draft,
      {
        key: storeCreditKey({ entityId, customerId, currency }),
        take: cashBackMinor,
        cause: { what: 'cash_back_taken', orderId: occasion.orderId },
      },
      overdrafts,
    );
  }
  draft.change(ORDER_REWARDS, { orderId: back.originalOrderId, programmeId, customerId, takeBack });
  return {
    points,
    cashBackMinor,
    deferredMinor: valueOf(parts),
    withheldPoints,
    withheldMinor,
    owedPoints,
    key,
    overdrafts,
  };
}

/** Tells what was overdrawn and what filled it again, as acts of their own: the first is a task for a person. */
export function reportOverdrafts(
  draft: Draft,
  envelope: Pick<Act, 'entityId' | 'locationId' | 'channelId' | 'occurredAt' | 'businessDay'> & {
    readonly subjectId: string;
    readonly currency: string;
    readonly entityCurrency: string;
    readonly rate: readonly [number, number];
  },
  moved: readonly Pick<RewardsMoved, 'overdrafts' | 'pointsOverdrawn'>[],
): void {
  const { currency, entityCurrency, rate, ...place } = envelope;
  const common = { ...place, version: 1, topic: 'reward', consequence: true };
  const money = { currency, entityCurrency, rate, causedBy: place.subjectId };
  const overdrawn = sums(moved.map((one) => one.overdrafts.overdrawn));
  const settled = sums(moved.map((one) => one.overdrafts.settled));
  const points = moved.flatMap((one) => one.pointsOverdrawn);
  if (points.length > 0 || Object.keys(overdrawn).length > 0) {
    const accounts = moved.flatMap((one) => one.overdrafts.accounts);
    draft.act({ ...common, type: 'RewardOverdrawn', body: { ...money, overdrawn, accounts, points } });
  }
  if (Object.keys(settled).length > 0)
    draft.act({ ...common, type: 'RewardOverdraftSettled', body: { ...money, settled } });
}

function sums(all: readonly Overdrafts['overdrawn'][]): Overdrafts['overdrawn'] {
  const sum: Overdrafts['overdrawn'] = {};
  for (const one of all)
    for (const kind of ['gift_card', 'store_credit'] as const)
      if (one[kind] !== undefined) sum[kind] = (sum[kind] ?? 0) + one[kind];
  return sum;
}
