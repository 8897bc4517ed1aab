import { sumOf } from '../kernel/sum.ts';
import {
  addDays,
  businessDayOf,
  startOfBusinessDay,
  type BusinessDay,
  type DayRule,
  type InstantMs,
} from '../kernel/time.ts';

/** A place and when its days begin. */
export type DayPlace = DayRule & { readonly id: string };

/**
 * A business day of a place, today or the same weekday a week ago: from `startAt` on, and how far it is compared. "The same time last week"
 * is as long after the beginning of that day as now is after the beginning of this one, so a change of the clocks in between does not count.
 */
export type DayWindow = {
  readonly locationId: string;
  readonly isToday: boolean;
  readonly businessDay: BusinessDay;
  readonly startAt: InstantMs;
  readonly untilAt: InstantMs;
};

/** Both days of every place. Days are worked out once for all places that share a zone and a cut-off hour. */
export function dayWindows(places: readonly DayPlace[], now: InstantMs): DayWindow[] {
  const known = new Map<string, Omit<DayWindow, 'locationId'>[]>();
  return places.flatMap((place) => {
    const rule = `${place.timeZone} ${place.cutOffHour}`;
    let days = known.get(rule);
    if (days === undefined) known.set(rule, (days = windowsOf(place, now)));
    return days.map((day) => ({ locationId: place.id, ...day }));
  });
}

function windowsOf(rule: DayRule, now: InstantMs): Omit<DayWindow, 'locationId'>[] {
  const businessDay = businessDayOf(now, rule);
  const startAt = startOfBusinessDay(businessDay, rule);
  const before = addDays(businessDay, -7);
  const startBefore = startOfBusinessDay(before, rule);
  return [
    { isToday: true, businessDay, startAt, untilAt: now },
    { isToday: false, businessDay: before, startAt: startBefore, untilAt: startBefore + (now - startAt) },
  ];
}

/** What was sold in one hour of one of the two days, counted from the day's beginning; returns count against it. `until…` is the part before the same time. */
export type HourOfSales = {
  readonly channelId: string;
  readonly locationId: string;
  readonly currency: string;
  readonly isToday: boolean;
  readonly hour: number;
  readonly sales: number;
  readonly units: number;
  readonly grossMinor: number;
  readonly netMinor: number;
  readonly untilSales: number;
  readonly untilGrossMinor: number;
};

/** Sales of today in one currency, beside those of last week until the same time. Minor units, tax included unless it says net. */
export type DaySales = {
  readonly currency: string;
  readonly sales: number;
  readonly units: number;
  readonly grossMinor: number;
  readonly netMinor: number;
  readonly lastWeekSales: number;
  readonly lastWeekMinor: number;
};

/** {@link DaySales} with its course: gross by hour of the business day, null for hours that have not begun. */
export type SalesCourse = DaySales & {
  readonly hours: readonly (number | null)[];
  readonly lastWeekHours: readonly number[];
};

const NOTHING: Omit<DaySales, 'currency'> = {
  sales: 0,
  units: 0,
  grossMinor: 0,
  netMinor: 0,
  lastWeekSales: 0,
  lastWeekMinor: 0,
};

/** Sums hours by a key (a channel, a location) and currency, which are never mixed. Throws SumTooLarge. */
export function sumSales(
  hours: readonly HourOfSales[],
  keyOf: (hour: HourOfSales) => string,
): { key: string; sales: DaySales; of: HourOfSales[] }[] {
  const groups = new Map<string, { key: string; of: HourOfSales[] }>();
  for (const hour of hours) {
    const key = keyOf(hour);
    const group = groups.get(`${key} ${hour.currency}`);
    if (group === undefined) groups.set(`${key} ${hour.currency}`, { key, of: [hour] });
    else group.of.push(hour);
  }
  return [...groups.values()].map(({ key, of }) => ({
    key,
    sales: of.reduce(addHour, { currency: of[0]?.currency ?? '', ...NOTHING }),
    of,
  }));
}

function addHour(sum: DaySales, hour: HourOfSales): DaySales {
  if (!hour.isToday)
    return {
      ...sum,
      lastWeekSales: sum.lastWeekSales + hour.untilSales,
      lastWeekMinor: sumOf([sum.lastWeekMinor, hour.untilGrossMinor]),
    };
  return {
    ...sum,
    sales: sum.sales + hour.sales,
    units: sumOf([sum.units, hour.units]),
    grossMinor: sumOf([sum.grossMinor, hour.grossMinor]),
    netMinor: sumOf([sum.netMinor, hour.netMinor]),
  };
}

/** The course of a day: `begun` hours of today have begun. Throws SumTooLarge. */
export function courseOf(hours: readonly HourOfSales[], begun: number): Pick<SalesCourse, 'hours' | 'lastWeekHours'> {
  const today = Array.from({ length: 24 }, () => 0);
  const lastWeek = Array.from({ length: 24 }, () => 0);
  for (const { isToday, hour, grossMinor } of hours) {
    const course = isToday ? today : lastWeek;
    course[hour] = sumOf([course[hour] ?? 0, grossMinor]);
  }
  // A till whose shift began yesterday sells into yesterday's last hour; what it sells is shown although the hour is to come.
  return { hours: today.map((gross, hour) => (hour < begun || gross !== 0 ? gross : null)), lastWeekHours: lastWeek };
}

/** How many hours of a day have begun. At most 24: the hour that is put back in autumn counts to the last. */
export function hoursBegun(startAt: InstantMs, now: InstantMs): number {
  return Math.min(24, Math.floor((now - startAt) / 3_600_000) + 1);
}
