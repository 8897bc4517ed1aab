import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';
import type { EarnedLine } from './loyalty-programme.ts';
import type { LotPart } from './points-account.ts';

/** What a line of an order earned, and how much of it was taken back as its goods came back. */
export type EarnedByLine = EarnedLine & {
  /** The month it counts in towards tiers. */
  readonly month: string;
  readonly takenPoints: number;
  readonly takenCashBackMinor: number;
  readonly takenQualifyingMinor: number;
};

/** Points that paid for a part of an order: which, for how much, and how much of it was given back. */
export type PointsBurn = {
  readonly paymentId: string;
  readonly key: string;
  readonly amountMinor: number;
  readonly parts: readonly LotPart[];
  /** Points that were not there: a till without a network took them. */
  readonly beyond: number;
  readonly backMinor: number;
};

/** What an order earned and which points paid for it: what a refund takes back and gives back. Only orders that had any have one. */
export type OrderRewards = {
  readonly orderId: string;
  readonly programmeId: string;
  readonly customerId: string;
  readonly earned: readonly EarnedByLine[];
  readonly burns: readonly PointsBurn[];
  readonly version: number;
};

/** A change of what an order earned and used. Numbers are what is added. */
export type OrderRewardsChange = {
  readonly orderId: string;
  readonly programmeId: string;
  readonly customerId: string;
} & (
  | { readonly earn: readonly EarnedLine[]; readonly month: string }
  | { readonly takeBack: readonly EarnedLine[] }
  | { readonly burn: Omit<PointsBurn, 'backMinor'> }
  | { readonly giveBack: { readonly paymentId: string; readonly amountMinor: number } }
);

/** The book of what orders earned and used. */
export const ORDER_REWARDS: BookRules<OrderRewards, OrderRewardsChange> = {
  name: 'reward_order',
  keyOf: (change) => change.orderId,
  evolve(before, change) {
    const { orderId, programmeId, customerId } = change;
    const state = before ?? { orderId, programmeId, customerId, earned: [], burns: [], version: 0 };
    const next = { ...state, version: state.version + 1 };
    if ('earn' in change) return { ...next, earned: addEarned(state.earned, change.earn, change.month) };
    if ('takeBack' in change) {
      const earned = state.earned.map((line) => {
        const back = change.takeBack.find((one) => one.line === line.line);
        return back === undefined
          ? line
          : {
              ...line,
              takenPoints: line.takenPoints + back.points,
              takenCashBackMinor: line.takenCashBackMinor + back.cashBackMinor,
              takenQualifyingMinor: line.takenQualifyingMinor + back.qualifyingMinor,
            };
      });
      return { ...next, earned };
    }
    if ('burn' in change) return { ...next, burns: [...state.burns, { ...change.burn, backMinor: 0 }] };
    const burns = state.burns.map((burn) => {
      if (burn.paymentId !== change.giveBack.paymentId) return burn;
      const backMinor = burn.backMinor + change.giveBack.amountMinor;
      assert(backMinor <= burn.amountMinor, 'more points were given back than were used', { orderId });
      return { ...burn, backMinor };
    });
    return { ...next, burns };
  },
};

function addEarned(before: readonly EarnedByLine[], more: readonly EarnedLine[], month: string): EarnedByLine[] {
  const lines = new Map(before.map((line) => [line.line, line]));
  for (const one of more) {
    const line = lines.get(one.line);
    lines.set(one.line, {
      line: one.line,
      month: line?.month ?? month,
      points: (line?.points ?? 0) + one.points,
      cashBackMinor: (line?.cashBackMinor ?? 0) + one.cashBackMinor,
      qualifyingMinor: (line?.qualifyingMinor ?? 0) + one.qualifyingMinor,
      takenPoints: line?.takenPoints ?? 0,
      takenCashBackMinor: line?.takenCashBackMinor ?? 0,
      takenQualifyingMinor: line?.takenQualifyingMinor ?? 0,
    });
  }
  return [...lines.values()];
}
