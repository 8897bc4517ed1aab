import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import { addDays, compareDays, type BusinessDay } from '../kernel/time.ts';
import {
  expectedOf,
  monthBefore,
  tierOn,
  type LoyaltyProgramme,
  type Qualifying,
  type Tier,
} from './loyalty-programme.ts';

/** The day of a lot that never runs out. */
const NEVER = '9999-12-31' as BusinessDay;

/** How many months of spending are kept: as many as the longest window of a tier may have. */
export const MAX_WINDOW_MONTHS = 36;

/**
 * Points that run out together, on `expiresOn` (the last day they can be used; null never). `valueMinor` is what stands in the books for them (revenue
 * put off) and `expected` how many of them will still be used: each used point takes `valueMinor ÷ expected` with it, so that what nobody will
 * use is revenue in step with what is used (breakage, IFRS 15 B46).
 */
export type PointsLot = {
  readonly expiresOn: BusinessDay | null;
  readonly points: number;
  readonly expected: number;
  readonly valueMinor: number;
};

/** A part of a lot, as it was used: what giving it back restores. */
export type LotPart = PointsLot;

/**
 * A customer's points in a programme. `balance` is the sum of the lots, `overdrawn` points that were used and not there; both ≥ 0, never both positive.
 * `balance − overdrawn = earned − burned − expired`, always.
 */
export type PointsAccount = {
  readonly key: string;
  readonly programmeId: string;
  readonly entityId: string;
  readonly customerId: string;
  readonly currency: string;
  /** The one that runs out first stands first. */
  readonly lots: readonly PointsLot[];
  readonly balance: number;
  readonly overdrawn: number;
  readonly earned: number;
  readonly burned: number;
  readonly expired: number;
  readonly spent: Qualifying;
  readonly version: number;
};

/** Why points changed, for their history. */
export type PointsCause = {
  readonly what: 'earned' | 'burned' | 'given_back' | 'taken_back' | 'granted' | 'reward' | 'expired';
  readonly orderId?: string | undefined;
  readonly reason?: string | undefined;
};

/** A change of a points account. `add` and `give` carry their value in the books; `take` is taken from the lots as {@link takeParts} says. */
export type PointsChange = { readonly key: string; readonly cause: PointsCause } & (
  | { readonly begin: Pick<PointsAccount, 'programmeId' | 'entityId' | 'customerId' | 'currency'> }
  | { readonly add: PointsLot; readonly paysDebt: number; readonly spentIn?: Qualifying }
  | { readonly burn: readonly LotPart[]; readonly beyond: number }
  | { readonly give: readonly LotPart[]; readonly paysDebt: number; readonly lost: number }
  | {
      readonly takeBack: readonly LotPart[];
      readonly beyond: number;
      readonly spentIn?: Qualifying;
    }
  | { readonly expire: readonly LotPart[] }
);

/** The book of points. */
export const POINTS: BookRules<PointsAccount, PointsChange> = {
  name: 'reward_points',
  keyOf: (change) => change.key,
  evolve(account, change) {
    if ('begin' in change) {
      assert(account === undefined, 'an account begins once', { key: change.key });
      const nothing = { lots: [], balance: 0, overdrawn: 0, earned: 0, burned: 0, expired: 0, spent: [] };
      return { key: change.key, ...change.begin, ...nothing, version: 1 };
    }
    assert(account !== undefined, 'no such account', { key: change.key });
    const next = { ...account, version: account.version + 1 };
    if ('add' in change) {
      const spent = (change.spentIn ?? []).reduce(spentMore, account.spent);
      return counted({
        ...next,
        lots: mergeLots(account.lots, [change.add], 1),
        overdrawn: account.overdrawn - change.paysDebt,
        earned: account.earned + change.add.points + change.paysDebt,
        spent,
      });
    }
    if ('burn' in change) {
      return counted({
        ...next,
        lots: mergeLots(account.lots, change.burn, -1),
        overdrawn: account.overdrawn + change.beyond,
        burned: account.burned + pointsOf(change.burn) + change.beyond,
      });
    }
    if ('give' in change) {
      return counted({
        ...next,
        lots: mergeLots(account.lots, change.give, 1),
        overdrawn: account.overdrawn - change.paysDebt,
        burned: account.burned - pointsOf(change.give) - change.paysDebt - change.lost,
        expired: account.expired + change.lost,
      });
    }
    if ('takeBack' in change) {
      const spent = (change.spentIn ?? []).reduce(spentMore, account.spent);
      return counted({
        ...next,
        lots: mergeLots(account.lots, change.takeBack, -1),
        overdrawn: account.overdrawn + change.beyond,
        earned: account.earned - pointsOf(change.takeBack) - change.beyond,
        spent,
      });
    }
    return counted({
      ...next,
      lots: mergeLots(account.lots, change.expire, -1),
      expired: account.expired + pointsOf(change.expire),
    });
  },
};

function counted(account: PointsAccount): PointsAccount {
  const balance = pointsOf(account.lots);
  assert(account.overdrawn >= 0, 'points overdrawn are never below nought', { key: account.key });
  return { ...account, balance };
}

/** The key of a customer's points in a programme. */
export function pointsKey(of: { programmeId: string; customerId: string }): string {
  return `${of.programmeId}|${of.customerId}`;
}

/** The sum of the points of lots. */
export function pointsOf(parts: readonly PointsLot[]): number {
  return parts.reduce((sum, part) => sum + part.points, 0);
}

/** The sum of what stands in the books for lots. */
export function valueOf(parts: readonly PointsLot[]): number {
  return parts.reduce((sum, part) => sum + part.valueMinor, 0);
}

function mergeLots(lots: readonly PointsLot[], parts: readonly LotPart[], sign: 1 | -1): PointsLot[] {
  const byDay = new Map(lots.map((lot) => [lot.expiresOn ?? NEVER, lot]));
  for (const part of parts) {
    const day = part.expiresOn ?? NEVER;
    const lot = byDay.get(day) ?? { expiresOn: part.expiresOn, points: 0, expected: 0, valueMinor: 0 };
    const merged = {
      expiresOn: part.expiresOn,
      points: lot.points + sign * part.points,
      expected: lot.expected + sign * part.expected,
      valueMinor: lot.valueMinor + sign * part.valueMinor,
    };
    assert(merged.points >= 0 && merged.expected >= 0 && merged.valueMinor >= 0, 'more left a lot than it held', {
      day,
    });
    byDay.set(day, merged);
  }
  const left = [...byDay.values()].filter((lot) => lot.points > 0 || lot.valueMinor > 0);
  return left.toSorted((a, b) => compareDays(a.expiresOn ?? NEVER, b.expiresOn ?? NEVER));
}

function spentMore(spent: Qualifying, [month, minor]: readonly [string, number]): Qualifying {
  const before = spent.find(([one]) => one === month)?.[1] ?? 0;
  const kept = spent.filter(([one]) => one !== month && one > monthBefore(month, MAX_WINDOW_MONTHS));
  return [...kept, [month, before + minor] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** What can be used on a day: lots that have run out cannot, whether the run that says so has been or not. */
export function usableOn(account: PointsAccount | undefined, day: BusinessDay): number {
  return pointsOf(account === undefined ? [] : usableLots(account.lots, day));
}

function usableLots(lots: readonly PointsLot[], day: BusinessDay): readonly PointsLot[] {
  return lots.filter((lot) => lot.expiresOn === null || compareDays(lot.expiresOn, day) >= 0);
}

/** The parts of the lots that have run out before a day. */
export function expiredParts(account: PointsAccount, day: BusinessDay): readonly LotPart[] {
  return account.lots.filter((lot) => lot.expiresOn !== null && compareDays(lot.expiresOn, day) < 0);
}

/**
 * Points to use, from the lot that runs out first; `short` is what was not there. Each takes its part of what stands in the books with it: for points
 * that are used by how many are expected to be, for points that are taken back by how many there are.
 */
export function takeParts(
  lots: readonly PointsLot[],
  points: number,
  as: 'used' | 'taken_back',
): { readonly parts: LotPart[]; readonly short: number } {
  const parts: LotPart[] = [];
  let open = points;
  for (const lot of lots) {
    const taken = Math.min(open, lot.points);
    if (taken === 0) continue;
    open -= taken;
    const last = taken === lot.points;
    const expected =
      as === 'used' ? Math.min(lot.expected, taken) : last ? lot.expected : mulDiv(lot.expected, taken, lot.points);
    const [share, of] = as === 'used' ? [expected, lot.expected] : [taken, lot.points];
    const valueMinor = last || of === 0 ? lot.valueMinor : mulDiv(lot.valueMinor, share, of);
    parts.push({ expiresOn: lot.expiresOn, points: taken, expected: last ? lot.expected : expected, valueMinor });
  }
  return { parts, short: open };
}

/** Points to use on a day. */
export function partsToUse(
  account: PointsAccount | undefined,
  points: number,
  day: BusinessDay,
): { readonly parts: LotPart[]; readonly short: number } {
  return takeParts(account === undefined ? [] : usableLots(account.lots, day), points, 'used');
}

/** A new lot of a programme, earned on a day. */
export function newLot(
  programme: LoyaltyProgramme,
  of: { readonly points: number; readonly valueMinor: number; readonly day: BusinessDay },
): PointsLot {
  const { expiryDays } = programme;
  return {
    expiresOn: expiryDays === null ? null : addDays(of.day, expiryDays),
    points: of.points,
    expected: expectedOf(programme, of.points),
    valueMinor: of.valueMinor,
  };
}

/** The tier that somebody has on a day. */
export function tierOf(
  programme: LoyaltyProgramme,
  account: PointsAccount | undefined,
  day: BusinessDay,
): Tier | undefined {
  return tierOn(programme, account?.spent ?? [], day);
}
