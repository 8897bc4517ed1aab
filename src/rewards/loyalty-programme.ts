import { compareCodePoints } from '../kernel/compare.ts';
import { mulDiv, split } from '../kernel/money.ts';
import { PPM } from '../kernel/rate.ts';
import { compareDays, weekdayOf, type BusinessDay } from '../kernel/time.ts';

/** What a line must be to earn by a rule; nothing said means any. */
export type EarnRule = {
  readonly name: string;
  /** So many points for so many minor units of what the line costs, tax and discounts in. */
  readonly points: number;
  readonly perMinor: number;
  /** Besides, or instead: parts per million of what the line costs, as store credit. */
  readonly cashBackPpm: number;
  readonly channelIds: readonly string[];
  readonly productIds: readonly string[];
  /** A product earns by its categories and all above them. */
  readonly categoryIds: readonly string[];
};

/** Days on which points count more: 2,000,000 ppm doubles them. `weekdays` from 1 (Monday) to 7; none means all. */
export type MultiplierDays = {
  readonly name: string;
  readonly from: BusinessDay;
  readonly until: BusinessDay;
  readonly weekdays: readonly number[];
  readonly multiplierPpm: number;
};

/** A level of the programme: reached by what was spent in the running month and the `windowMonths − 1` before it. */
export type Tier = {
  readonly code: string;
  readonly name: string;
  readonly fromMinor: number;
  readonly windowMonths: number;
  readonly multiplierPpm: number;
};

/** Something that points can be changed for: store credit. */
export type LoyaltyReward = {
  readonly code: string;
  readonly name: string;
  readonly points: number;
  readonly creditMinor: number;
};

/** A legal entity's loyalty programme. All money in its currency, which is the entity's own. */
export type LoyaltyProgramme = {
  readonly id: string;
  readonly entityId: string;
  readonly name: string;
  readonly currency: string;
  readonly active: boolean;
  /** Every rule that a line fits adds up. */
  readonly earn: readonly EarnRule[];
  readonly multiplierDays: readonly MultiplierDays[];
  readonly tiers: readonly Tier[];
  readonly rewards: readonly LoyaltyReward[];
  /** As a tender so many points pay so many minor units. */
  readonly value: { readonly points: number; readonly minor: number };
  /** How many of the points will never be used, as far as anybody can tell: parts per million. */
  readonly breakagePpm: number;
  /** Points can be used for so many days; null: for ever. */
  readonly expiryDays: number | null;
  /** What a refund does about points that it takes back and that are spent: less money back, or points owed. */
  readonly spentPoints: 'withhold' | 'debt';
  /** What a refund does with points that it gives back and that ran out meanwhile. */
  readonly expiredPoints: 'renew' | 'forfeit';
};

/** A line as a programme looks at it. */
export type EarningLine = {
  readonly line: number;
  readonly kind: string;
  readonly productId: string;
  readonly categoryIds: readonly string[];
  /** Minor units of the programme's currency, tax in, after discounts. */
  readonly grossMinor: number;
  readonly netMinor: number;
};

/** What a line earns. */
export type EarnedLine = {
  readonly line: number;
  readonly points: number;
  readonly cashBackMinor: number;
  /** What it counts towards tiers. */
  readonly qualifyingMinor: number;
};

/** What a sale earns. `qualifyingMinor` counts towards tiers. */
export type Earning = {
  readonly lines: readonly EarnedLine[];
  readonly points: number;
  readonly cashBackMinor: number;
  readonly qualifyingMinor: number;
  readonly netMinor: number;
};

/** What somebody spent, by month (`2026-11`), oldest first. */
export type Qualifying = readonly (readonly [month: string, spentMinor: number])[];

/** Thousandths of a point: rules are added up before a part of a point is dropped. */
const MILLI = 1000;

/** A line earns points for a million at most (with two decimals): beyond it nobody means a loyalty programme, and points stay countable. */
const EARNS_UP_TO = 100_000_000;

/**
 * What lines earn. Only goods and services do: gift cards, deposits, shipping and discounts of their own earn nothing. What is paid with points earns
 * no points again. Points are rounded down once for the whole sale and split over its lines, so that each line can take its own back.
 */
export function earn(
  programme: LoyaltyProgramme,
  sale: {
    readonly channelId: string;
    readonly businessDay: BusinessDay;
    readonly lines: readonly EarningLine[];
    readonly paidWithPointsMinor: number;
    readonly tierPpm: number;
  },
): Earning {
  const lines = sale.lines.filter((line) => (line.kind === 'goods' || line.kind === 'service') && line.grossMinor > 0);
  const gross = sale.lines.reduce((sum, line) => sum + line.grossMinor, 0);
  const paid = Math.max(0, gross - Math.max(0, sale.paidWithPointsMinor));
  const ours = (amount: number): number => (gross <= 0 ? 0 : mulDiv(amount, Math.min(paid, gross), gross));
  let milli = 0;
  const weights: number[] = [];
  const cashBack: number[] = [];
  for (const line of lines) {
    let own = 0;
    let back = 0;
    for (const rule of programme.earn) {
      if (!fits(rule, line, sale.channelId)) continue;
      if (rule.points > 0)
        own += mulDiv(Math.min(ours(line.grossMinor), EARNS_UP_TO), rule.points * MILLI, rule.perMinor, 'down');
      if (rule.cashBackPpm > 0) back += mulDiv(ours(line.grossMinor), rule.cashBackPpm, PPM);
    }
    weights.push(own);
    cashBack.push(back);
    milli += own;
  }
  const onDay = mulDiv(milli, multiplierOn(programme, sale.businessDay), PPM, 'down');
  const points = mulDiv(mulDiv(onDay, sale.tierPpm, PPM, 'down'), 1, MILLI, 'down');
  const qualifying = lines.map((line) => ours(line.grossMinor));
  const shares = points === 0 ? lines.map(() => 0) : split(points, weights);
  return {
    lines: lines.map(({ line }, at) => ({
      line,
      points: shares[at] as number,
      cashBackMinor: cashBack[at] as number,
      qualifyingMinor: qualifying[at] as number,
    })),
    points,
    cashBackMinor: cashBack.reduce((sum, one) => sum + one, 0),
    qualifyingMinor: qualifying.reduce((sum, one) => sum + one, 0),
    netMinor: lines.reduce((sum, line) => sum + ours(line.netMinor), 0),
  };
}

function fits(rule: EarnRule, line: EarningLine, channelId: string): boolean {
  return (
    (rule.channelIds.length === 0 || rule.channelIds.includes(channelId)) &&
    (rule.productIds.length === 0 || rule.productIds.includes(line.productId)) &&
    (rule.categoryIds.length === 0 || rule.categoryIds.some((one) => line.categoryIds.includes(one)))
  );
}

/** The largest multiplier of the day; two offers at once do not multiply each other. */
function multiplierOn(programme: LoyaltyProgramme, day: BusinessDay): number {
  let most = PPM;
  for (const { from, until, weekdays, multiplierPpm } of programme.multiplierDays) {
    const on = compareDays(from, day) <= 0 && compareDays(day, until) <= 0;
    if (on && (weekdays.length === 0 || weekdays.includes(weekdayOf(day)))) most = Math.max(most, multiplierPpm);
  }
  return most;
}

/** The highest tier that somebody has reached on a day; undefined below the first. */
export function tierOn(programme: LoyaltyProgramme, spent: Qualifying, day: BusinessDay): Tier | undefined {
  let best: Tier | undefined;
  for (const tier of programme.tiers) {
    const first = monthBefore(day.slice(0, 7), tier.windowMonths - 1);
    const sum = spent.reduce((all, [month, minor]) => (compareCodePoints(month, first) >= 0 ? all + minor : all), 0);
    if (sum >= tier.fromMinor && (best === undefined || tier.fromMinor > best.fromMinor)) best = tier;
  }
  return best;
}

/** The month so many before: `2026-01` less 2 is `2025-11`. */
export function monthBefore(month: string, months: number): string {
  const number = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 - months;
  const year = Math.trunc(number / 12);
  return `${String(year).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`;
}

/** What points are worth as a tender: whole minor units, rounded down. */
export function worthOf(programme: LoyaltyProgramme, points: number): number {
  return mulDiv(points, programme.value.minor, programme.value.points, 'down');
}

/** How many points pay so much: rounded up, so that nobody pays a cent with nothing. */
export function pointsFor(programme: LoyaltyProgramme, amountMinor: number): number {
  return mulDiv(amountMinor, programme.value.points, programme.value.minor, 'up');
}

/**
 * What part of a sale's net is for the points it earns and is put off until they are used: by relative stand-alone selling prices, the points at what
 * they are worth times how likely they are used. Source: IFRS 15 paragraphs 74, B39–B43 and Illustrative Example 52.
 */
export function deferredFor(programme: LoyaltyProgramme, earned: { points: number; netMinor: number }): number {
  if (earned.points <= 0 || earned.netMinor <= 0) return 0;
  const { minor, points } = programme.value;
  const fair = mulDiv(expectedOf(programme, earned.points), minor, points);
  return mulDiv(earned.netMinor, fair, earned.netMinor + fair);
}

/** How many of so many points will be used; at least one, so that what is put off comes back. */
export function expectedOf(programme: LoyaltyProgramme, points: number): number {
  return points <= 0 ? 0 : Math.max(1, mulDiv(points, PPM - programme.breakagePpm, PPM));
}
