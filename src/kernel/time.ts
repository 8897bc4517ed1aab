import { Temporal } from 'temporal-polyfill';
import { Bug } from './assert.ts';

/** An instant in whole milliseconds since 1970-01-01T00:00:00Z. At the edge it is an RFC 3339 text, see {@link parseInstant}. */
export type InstantMs = number;

/** A day as `YYYY-MM-DD`, years 0000 to 9999. Which instants it holds depends on a {@link DayRule}. */
export type BusinessDay = string & { readonly __brand: 'BusinessDay' };

/** When a location's day begins: `timeZone` is an IANA name, `cutOffHour` a whole local hour from 0 to 23 (a bar that closes at three has 4). */
export type DayRule = { readonly timeZone: string; readonly cutOffHour: number };

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * The business day that an instant belongs to: it began at the last cut-off hour on the local clock. Where the clock is put
 * forward over the cut-off the day begins at that moment, where it is put back over it at the first of the two; so days never
 * go backwards. Under a microsecond once the hour was asked for. Throws a Bug on a malformed rule and a RangeError on an unknown zone.
 */
export function businessDayOf(instantMs: InstantMs, rule: DayRule): BusinessDay {
  const { timeZone, cutOffHour } = rule;
  assertInstant(instantMs);
  assertCutOffHour(cutOffHour);
  const clock = clockOf(timeZone, Math.floor(instantMs / HOUR_MS));
  const changed = instantMs >= clock.changeAt;
  const local = instantMs + (changed ? clock.offsetAfterMs : clock.offsetMs);
  const latestShown = changed ? clock.latestShownAfter : clock.latestShown;
  // After the clock was put back it shows times again that already belonged to a day.
  const localMs = latestShown > local ? latestShown - 1 : local;
  return epochDayToDay(Math.floor((localMs - cutOffHour * HOUR_MS) / DAY_MS));
}

/** The minute of the week that the local clock shows: 0 is Monday 00:00, 10079 Sunday 23:59. Throws a RangeError on an unknown zone. */
export function weekMinuteOf(instantMs: InstantMs, timeZone: string): number {
  assertInstant(instantMs);
  const clock = clockOf(timeZone, Math.floor(instantMs / HOUR_MS));
  const local = instantMs + (instantMs >= clock.changeAt ? clock.offsetAfterMs : clock.offsetMs);
  // 1970-01-01 was a Thursday.
  const minutes = Math.floor(local / 60_000) + 3 * 1_440;
  return ((minutes % 10_080) + 10_080) % 10_080;
}

/** The first instant of a business day; the day ends where the next one starts. Throws as {@link businessDayOf} does. */
export function startOfBusinessDay(day: BusinessDay, rule: DayRule): InstantMs {
  assertCutOffHour(rule.cutOffHour);
  // 'compatible' takes the first of two equal local times, and the end of a gap, as RFC 5545 does.
  return Temporal.PlainDate.from(day)
    .toPlainDateTime({ hour: rule.cutOffHour })
    .toZonedDateTime(rule.timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/**
 * The instant at which the clock of a zone shows a local time `YYYY-MM-DDTHH:MM`, or undefined when the text is none. Of a time that is shown twice the first
 * one, of one that is skipped the end of the gap (RFC 5545). Throws a RangeError on an unknown zone.
 */
export function instantOfLocalTime(text: string, timeZone: string): InstantMs | undefined {
  const match = /^(.{10})T([0-9]{2}):([0-9]{2})$/.exec(text);
  const day = parseBusinessDay(match?.[1] ?? '');
  const [hour, minute] = [Number(match?.[2]), Number(match?.[3])];
  if (day === undefined || hour > 23 || minute > 59) return undefined;
  return Temporal.PlainDate.from(day)
    .toPlainDateTime({ hour, minute })
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** Whether the text names an IANA time zone (`Europe/Berlin`); bare offsets such as `+02:00` are no zones to keep shop hours by. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the local clock does in one UTC hour. All in milliseconds; `latestShown…` is one past the latest local time shown before. */
type Clock = {
  readonly offsetMs: number;
  /** When the clock changes within the hour, else Infinity. */
  readonly changeAt: number;
  readonly offsetAfterMs: number;
  readonly latestShown: number;
  readonly latestShownAfter: number;
};

// Temporal takes 16 µs for an instant in a zone, the till and the commit ask for it with every sale: so what the clock does
// is remembered by zone and UTC hour. A whole hour is not enough of a key by itself, since Lord Howe Island changes its
// clock at half past a UTC hour. `getTimeZoneTransition` would give longer spans, but how far the polyfill looks ahead for
// the next change depends on today's date. About two years of hours are kept; then the table starts anew.
const KEPT_CLOCKS = 20_000;
const clocks = new Map<string, Map<number, Clock>>();
let keptClocks = 0;
let lastZone = '';
let lastHour = Number.NaN;
let lastClock: Clock | undefined;

function clockOf(timeZone: string, hour: number): Clock {
  if (lastClock !== undefined && hour === lastHour && timeZone === lastZone) return lastClock;
  let ofZone = clocks.get(timeZone);
  let clock = ofZone?.get(hour);
  if (clock === undefined) {
    clock = readClock(timeZone, hour * HOUR_MS);
    if (keptClocks >= KEPT_CLOCKS) {
      clocks.clear();
      keptClocks = 0;
      ofZone = undefined;
    }
    if (ofZone === undefined) {
      ofZone = new Map<number, Clock>();
      clocks.set(timeZone, ofZone);
    }
    ofZone.set(hour, clock);
    keptClocks += 1;
  }
  lastZone = timeZone;
  lastHour = hour;
  lastClock = clock;
  return clock;
}

/** Clocks are put back by three hours at most (Troll station by two), and never twice within five. */
const LOOK_BACK_MS = 4 * HOUR_MS;

function readClock(timeZone: string, startMs: InstantMs): Clock {
  const endMs = startMs + HOUR_MS - 1;
  const earlierMs = offsetMsAt(timeZone, startMs - LOOK_BACK_MS);
  const offsetMs = offsetMsAt(timeZone, startMs);
  const offsetAfterMs = offsetMsAt(timeZone, endMs);
  const changeAt = offsetMs === offsetAfterMs ? Infinity : changeBetween(timeZone, startMs, endMs);
  return {
    offsetMs,
    changeAt,
    offsetAfterMs,
    latestShown:
      earlierMs > offsetMs ? changeBetween(timeZone, startMs - LOOK_BACK_MS, startMs) + earlierMs : -Infinity,
    latestShownAfter: offsetMs > offsetAfterMs ? changeAt + offsetMs : -Infinity,
  };
}

function offsetMsAt(timeZone: string, instantMs: InstantMs): number {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** The first instant with the later offset, between two whose offsets differ. */
function changeBetween(timeZone: string, beforeMs: InstantMs, afterMs: InstantMs): InstantMs {
  const earlier = offsetMsAt(timeZone, beforeMs);
  let low = beforeMs;
  let high = afterMs;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMsAt(timeZone, middle) === earlier) low = middle;
    else high = middle;
  }
  return high;
}

/** A day in a text from outside, or undefined: exactly `YYYY-MM-DD`, a date that exists in the Gregorian calendar. */
export function parseBusinessDay(text: string): BusinessDay | undefined {
  const match = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
  if (match === null) return undefined;
  return isDate(Number(match[1]), Number(match[2]), Number(match[3])) ? (text as BusinessDay) : undefined;
}

/** A day that we vouch for ourselves. Throws a Bug where {@link parseBusinessDay} gives undefined. */
export function businessDay(text: string): BusinessDay {
  const day = parseBusinessDay(text);
  if (day === undefined) throw new Bug('not a day', { text });
  return day;
}

/** The day `n` days later, earlier when negative. Throws a Bug outside the years 0000 to 9999. */
export function addDays(day: BusinessDay, n: number): BusinessDay {
  return epochDayToDay(dayToEpochDay(day) + n);
}

/** Negative, 0 or positive: the texts sort as the days do. */
export function compareDays(a: BusinessDay, b: BusinessDay): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How many days `to` is after `from`; negative when before. */
export function daysBetween(span: { from: BusinessDay; to: BusinessDay }): number {
  return dayToEpochDay(span.to) - dayToEpochDay(span.from);
}

/** Monday 1 to Sunday 7 (ISO 8601). */
export function weekdayOf(day: BusinessDay): number {
  return ((((dayToEpochDay(day) + 3) % 7) + 7) % 7) + 1;
}

/**
 * The calendar year in which the fiscal year of a day starts: with `startMonth` 4 (1 to 12), 2026-03-31 is in 2025 and
 * 2026-04-01 in 2026. Fiscal years start on the first of a month.
 */
export function fiscalYearOf(day: BusinessDay, rule: { startMonth: number }): number {
  assertMonth(rule.startMonth);
  const { year, month } = fieldsOf(day);
  return month >= rule.startMonth ? year : year - 1;
}

/** The first day of the fiscal year that starts in a calendar year. */
export function startOfFiscalYear(year: number, rule: { startMonth: number }): BusinessDay {
  assertMonth(rule.startMonth);
  return epochDayToDay(epochDayFromCivil(year, rule.startMonth, 1));
}

/** Days since 1970-01-01, negative before. */
export function dayToEpochDay(day: BusinessDay): number {
  const { year, month, day: dayOfMonth } = fieldsOf(day);
  return epochDayFromCivil(year, month, dayOfMonth);
}

const EPOCH_DAY_MIN = -719_528; // 0000-01-01
const EPOCH_DAY_MAX = 2_932_896; // 9999-12-31

let lastEpochDay = Number.NaN;
let lastDay = '' as BusinessDay;

/** The day from its number since 1970-01-01. Throws a Bug outside the years 0000 to 9999. */
export function epochDayToDay(epochDay: number): BusinessDay {
  // A till, a batch and a report ask for the same day over and over.
  if (epochDay === lastEpochDay) return lastDay;
  const { year, month, day } = civilFromEpochDay(epochDay);
  lastDay = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}` as BusinessDay;
  lastEpochDay = epochDay;
  return lastDay;
}

/** RFC 3339 in UTC with milliseconds, always 24 characters: `2026-11-22T06:30:00.000Z`. Throws a Bug outside the years 0000 to 9999. */
export function instantToText(instantMs: InstantMs): string {
  assertInstant(instantMs);
  const epochDay = Math.floor(instantMs / DAY_MS);
  const ms = instantMs - epochDay * DAY_MS;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const time = `${two(hours)}:${two(minutes % 60)}:${two(seconds % 60)}.${String(ms % 1000).padStart(3, '0')}`;
  return `${epochDayToDay(epochDay)}T${time}Z`;
}

/**
 * The instant in an RFC 3339 text, or undefined. `Z` or a numeric offset, upper case letters, up to 9 decimals of a second
 * of which what is below a millisecond is cut off; no leap seconds, no dates that do not exist.
 */
export function parseInstant(text: string): InstantMs | undefined {
  const match =
    /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  const [offsetHour, offsetMinute] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59)
    return undefined;
  const ms = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetMs = (offsetHour * 60 + offsetMinute) * 60_000 * (match[8] === '-' ? -1 : 1);
  const localMs = epochDayFromCivil(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  const instantMs = localMs - offsetMs;
  const epochDay = Math.floor(instantMs / DAY_MS);
  return epochDay < EPOCH_DAY_MIN || epochDay > EPOCH_DAY_MAX ? undefined : instantMs;
}

// The next two functions follow `days_from_civil` and `civil_from_days` in Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms" (howardhinnant.github.io/date_algorithms.html): years begin in March, so that the leap day is the last, and
// the calendar repeats every era of 400 years or 146,097 days.

function epochDayFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromEpochDay(epochDay: number): { year: number; month: number; day: number } {
  if (!Number.isSafeInteger(epochDay) || epochDay < EPOCH_DAY_MIN || epochDay > EPOCH_DAY_MAX) {
    throw new Bug('a day outside the years 0000 to 9999', { epochDay });
  }
  const z = epochDay + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function fieldsOf(day: BusinessDay): { year: number; month: number; day: number } {
  return { year: Number(day.slice(0, 4)), month: Number(day.slice(5, 7)), day: Number(day.slice(8, 10)) };
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function isDate(year: number, month: number, day: number): boolean {
  const usual = DAYS_OF_MONTH[month - 1];
  if (usual === undefined) return false;
  const leapDay = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 1 : 0;
  return day >= 1 && day <= usual + leapDay;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function assertInstant(instantMs: number): void {
  if (!Number.isSafeInteger(instantMs)) throw new Bug('an instant is a whole number of milliseconds', { instantMs });
}

function assertCutOffHour(cutOffHour: number): void {
  if (!Number.isInteger(cutOffHour) || cutOffHour < 0 || cutOffHour > 23)
    throw new Bug('a cut-off hour is 0 to 23', { cutOffHour });
}

function assertMonth(month: number): void {
  if (!Number.isInteger(month) || month < 1 || month > 12) throw new Bug('a month is 1 to 12', { month });
}
