import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { Bug } from './assert.ts';
import {
  addDays,
  businessDay,
  businessDayOf,
  compareDays,
  daysBetween,
  dayToEpochDay,
  epochDayToDay,
  fiscalYearOf,
  instantToText,
  isTimeZone,
  parseBusinessDay,
  parseInstant,
  startOfBusinessDay,
  startOfFiscalYear,
  weekdayOf,
  type BusinessDay,
  type DayRule,
  type InstantMs,
} from './time.ts';

const LONDON: DayRule = { timeZone: 'Europe/London', cutOffHour: 4 };
const NEW_YORK: DayRule = { timeZone: 'America/New_York', cutOffHour: 0 };
const NEW_YORK_BAR: DayRule = { timeZone: 'America/New_York', cutOffHour: 2 };
const KOLKATA: DayRule = { timeZone: 'Asia/Kolkata', cutOffHour: 4 };
const LORD_HOWE: DayRule = { timeZone: 'Australia/Lord_Howe', cutOffHour: 2 };

function at(text: string): InstantMs {
  const instantMs = parseInstant(text);
  expect(instantMs).toBeDefined();
  return instantMs!;
}

test.each([
  // what happens, instant, rule, business day
  ['a winter day before the cut-off', '2026-01-15T03:59:59.999Z', LONDON, '2026-01-14'],
  ['a winter day from the cut-off', '2026-01-15T04:00:00Z', LONDON, '2026-01-15'],
  ['a summer day before the cut-off', '2026-07-15T02:59:59.999Z', LONDON, '2026-07-14'],
  ['a summer day from the cut-off', '2026-07-15T03:00:00Z', LONDON, '2026-07-15'],
  ['the night the clock is put forward', '2026-03-29T02:59:59.999Z', LONDON, '2026-03-28'],
  ['the morning after', '2026-03-29T03:00:00Z', LONDON, '2026-03-29'],
  ['the night it is put back', '2026-10-25T03:59:59.999Z', LONDON, '2026-10-24'],
  ['the morning after that', '2026-10-25T04:00:00Z', LONDON, '2026-10-25'],
  ['New York at midnight', '2026-12-01T05:00:00Z', NEW_YORK, '2026-12-01'],
  ['New York a moment before', '2026-12-01T04:59:59.999Z', NEW_YORK, '2026-11-30'],
  ['two in the morning does not exist: the day begins at three', '2026-03-08T07:00:00Z', NEW_YORK_BAR, '2026-03-08'],
  ['and not before', '2026-03-08T06:59:59.999Z', NEW_YORK_BAR, '2026-03-07'],
  ['half past five hours from Greenwich, within a UTC hour', '2026-05-01T22:29:59.999Z', KOLKATA, '2026-05-01'],
  ['half past five hours from Greenwich, the cut-off', '2026-05-01T22:30:00Z', KOLKATA, '2026-05-02'],
  [
    'the clock goes forward by half an hour at half past a UTC hour',
    '2026-10-03T15:29:59.999Z',
    LORD_HOWE,
    '2026-10-03',
  ],
  ['and two exists no more', '2026-10-03T15:30:00Z', LORD_HOWE, '2026-10-04'],
  ['long before 1970', '1969-12-31T23:59:59.999Z', { timeZone: 'UTC', cutOffHour: 0 }, '1969-12-31'],
  [
    'the clock was put back from two to one: two comes an hour later',
    '2026-11-01T04:30:00Z',
    { timeZone: 'America/St_Johns', cutOffHour: 2 },
    '2026-10-31',
  ],
  [
    'the clock was put back from 00:01 to 23:01: the day stays',
    '2006-10-29T02:31:00Z',
    { timeZone: 'America/St_Johns', cutOffHour: 0 },
    '2006-10-29',
  ],
  ['also in the next UTC hour', '2006-10-29T03:00:00Z', { timeZone: 'America/St_Johns', cutOffHour: 0 }, '2006-10-29'],
] as const)('%s', (_what, instant, rule, day) => {
  expect(businessDayOf(at(instant), rule)).toBe(day);
});

/** The two changes of the clock in 2026 and where each zone is asked about. */
const EDGES: Readonly<Record<string, readonly string[]>> = {
  'Europe/London': ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  'America/New_York': ['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
  'Asia/Kolkata': ['2026-03-29T01:00:00Z'],
  'Australia/Lord_Howe': ['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z'],
};

test('around each change of the clock every minute belongs to the day that Temporal says', () => {
  let checked = 0;
  for (const [timeZone, edges] of Object.entries(EDGES)) {
    for (const edge of edges) {
      for (const cutOffHour of [0, 1, 2, 3, 4]) {
        const rule = { timeZone, cutOffHour };
        const starts = startsAround(edge, rule);
        const edgeMs = at(edge);
        for (let minute = -300; minute <= 300; minute += 5) {
          for (const instantMs of [edgeMs + minute * 60_000 - 1, edgeMs + minute * 60_000]) {
            const expected = starts.findLast((start) => start.instantMs <= instantMs)?.day;
            if (businessDayOf(instantMs, rule) !== expected)
              expect.fail(`${instantToText(instantMs)} ${timeZone} ${cutOffHour}: ${expected}`);
            checked += 1;
          }
        }
      }
    }
  }
  expect(checked).toBeGreaterThan(5000);
});

/** The starts of the days around an instant, by Temporal alone. */
function startsAround(edge: string, rule: DayRule): { day: string; instantMs: number }[] {
  const noon = Temporal.Instant.from(edge).toZonedDateTimeISO(rule.timeZone).toPlainDate();
  return [-2, -1, 0, 1, 2].map((days) => {
    const day = noon.add({ days });
    const start = day.toZonedDateTime({ timeZone: rule.timeZone, plainTime: { hour: rule.cutOffHour } });
    return { day: day.toString(), instantMs: start.epochMilliseconds };
  });
}

const zone = fc.constantFrom(
  ...Object.keys(EDGES),
  'UTC',
  'Africa/Casablanca',
  'America/Santiago',
  'America/St_Johns',
  'Asia/Tehran',
  'Antarctica/Troll',
  'Pacific/Chatham',
);

test('an instant lies between the start of its day and the start of the next, in any zone', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1985, 0), max: Date.UTC(2040, 0) }),
      zone,
      fc.integer({ min: 0, max: 23 }),
      (instantMs, timeZone, cutOffHour) => {
        const rule = { timeZone, cutOffHour };
        const day = businessDayOf(instantMs, rule);
        expect(startOfBusinessDay(day, rule)).toBeLessThanOrEqual(instantMs);
        expect(instantMs).toBeLessThan(startOfBusinessDay(addDays(day, 1), rule));
      },
    ),
    { numRuns: 400 },
  );
});

test('the day begins at its start and the moment before belongs to the day before, all year', () => {
  for (const timeZone of [...Object.keys(EDGES), 'America/Santiago']) {
    for (const cutOffHour of [0, 2]) {
      const rule = { timeZone, cutOffHour };
      for (let day = businessDay('2026-01-01'); day < '2027-01-01'; day = addDays(day, 3)) {
        const start = startOfBusinessDay(day, rule);
        expect(businessDayOf(start, rule)).toBe(day);
        expect(businessDayOf(start - 1, rule)).toBe(addDays(day, -1));
      }
    }
  }
});

test('a malformed rule is a bug and an unknown zone an error', () => {
  expect(() => businessDayOf(0, { timeZone: 'UTC', cutOffHour: 24 })).toThrow(Bug);
  expect(() => businessDayOf(0, { timeZone: 'UTC', cutOffHour: 1.5 })).toThrow(Bug);
  expect(() => startOfBusinessDay(businessDay('2026-01-01'), { timeZone: 'UTC', cutOffHour: -1 })).toThrow(Bug);
  expect(() => businessDayOf(0.5, LONDON)).toThrow(Bug);
  expect(() => businessDayOf(0, { timeZone: 'Europe/Atlantis', cutOffHour: 0 })).toThrow(RangeError);
  expect(['Europe/Berlin', 'UTC', 'Europe/Atlantis', '+02:00', ''].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ['2026-11-22T06:30:00Z', '2026-11-22T06:30:00.000Z'],
  ['2026-11-22T06:30:00.5Z', '2026-11-22T06:30:00.500Z'],
  ['2026-11-22T06:30:00.123456Z', '2026-11-22T06:30:00.123Z'],
  ['2026-11-22T08:30:00+02:00', '2026-11-22T06:30:00.000Z'],
  ['2026-11-21T22:00:00-08:30', '2026-11-22T06:30:00.000Z'],
  ['2024-02-29T23:59:59Z', '2024-02-29T23:59:59.000Z'],
  ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
  ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
])('%s is %s', (text, canonical) => {
  expect(instantToText(at(text))).toBe(canonical);
});

test.each([
  '',
  '2026-11-22',
  '2026-11-22T06:30:00',
  '2026-11-22 06:30:00Z',
  '2026-11-22t06:30:00z',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-11-00T00:00:00Z',
  '2026-11-31T00:00:00Z',
  '2026-11-22T24:00:00Z',
  '2026-11-22T06:60:00Z',
  '2026-12-31T23:59:60Z',
  '2026-11-22T06:30Z',
  '2026-11-22T06:30:00.Z',
  '2026-11-22T06:30:00+24:00',
  '2026-11-22T06:30:00+0200',
  '0000-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '+002026-11-22T06:30:00Z',
  ' 2026-11-22T06:30:00Z',
])('%j is no instant', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test('instants and days survive being written and read, and agree with Temporal', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1600, 0), max: Date.UTC(2400, 0) }), (instantMs) => {
      const text = instantToText(instantMs);
      const theirs = Temporal.Instant.fromEpochMilliseconds(instantMs);
      expect(text).toBe(theirs.toString({ fractionalSecondDigits: 3 }));
      expect(parseInstant(text)).toBe(instantMs);
      const epochDay = Math.floor(instantMs / 86_400_000);
      const day = epochDayToDay(epochDay);
      const date = theirs.toZonedDateTimeISO('UTC').toPlainDate();
      expect(day).toBe(date.toString());
      expect(dayToEpochDay(day)).toBe(epochDay);
      expect(weekdayOf(day)).toBe(date.dayOfWeek);
    }),
    { numRuns: 300 },
  );
});

test('every day of four centuries follows the one before', () => {
  let previous = '';
  for (
    let epochDay = dayToEpochDay(businessDay('1900-01-01'));
    epochDay < dayToEpochDay(businessDay('2300-01-01'));
    epochDay += 1
  ) {
    const day = epochDayToDay(epochDay);
    if (!(day > previous) || parseBusinessDay(day) !== day || dayToEpochDay(day) !== epochDay) expect.fail(day);
    previous = day;
  }
  expect(previous).toBe('2299-12-31');
});

test('days are counted on the calendar', () => {
  expect(addDays(businessDay('2024-02-28'), 1)).toBe('2024-02-29');
  expect(addDays(businessDay('2026-03-01'), -1)).toBe('2026-02-28');
  expect(addDays(businessDay('2026-12-31'), 365)).toBe('2027-12-31');
  expect(daysBetween({ from: businessDay('2026-11-22'), to: businessDay('2026-12-25') })).toBe(33);
  const days = ['2026-12-01', '2025-12-31', '2026-11-30'].map(businessDay).sort(compareDays);
  expect(days).toEqual(['2025-12-31', '2026-11-30', '2026-12-01']);
  expect(compareDays(days[0]!, days[0]!)).toBe(0);
  for (const text of ['2026-02-29', '2026-1-1', '20260101', '', '2026-11-22T00:00:00Z']) {
    expect(parseBusinessDay(text)).toBeUndefined();
    expect(() => businessDay(text)).toThrow(Bug);
  }
  expect(() => addDays(businessDay('9999-12-31'), 1)).toThrow(Bug);
  expect(() => addDays(businessDay('0000-01-01'), -1)).toThrow(Bug);
});

test.each([
  // country, first month, day, fiscal year, its first day
  ['calendar year', 1, '2026-12-31', 2026, '2026-01-01'],
  ['India, the day before', 4, '2026-03-31', 2025, '2025-04-01'],
  ['India', 4, '2026-04-01', 2026, '2026-04-01'],
  ['Australia', 7, '2026-11-22', 2026, '2026-07-01'],
  ['United States, federal', 10, '2026-09-30', 2025, '2025-10-01'],
] as const)('fiscal year, %s', (_country, startMonth, day, year, first) => {
  expect(fiscalYearOf(day as string as BusinessDay, { startMonth })).toBe(year);
  expect(startOfFiscalYear(year, { startMonth })).toBe(first);
  expect(() => fiscalYearOf(businessDay(day), { startMonth: 13 })).toThrow(Bug);
});
