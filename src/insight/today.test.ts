import { expect, test } from 'vitest';
import { courseOf, dayWindows, hoursBegun, sumSales, type HourOfSales } from './today.ts';

const instant = (text: string): number => Date.parse(text);

test('each place has its own day, and the same time last week is as long after its beginning', () => {
  const places = [
    { id: 'london', timeZone: 'Europe/London', cutOffHour: 0 },
    { id: 'tokyo', timeZone: 'Asia/Tokyo', cutOffHour: 4 },
  ];
  expect(dayWindows(places, instant('2026-11-22T16:30:00Z'))).toEqual([
    {
      locationId: 'london',
      isToday: true,
      businessDay: '2026-11-22',
      startAt: instant('2026-11-22T00:00:00Z'),
      untilAt: instant('2026-11-22T16:30:00Z'),
    },
    {
      locationId: 'london',
      isToday: false,
      businessDay: '2026-11-15',
      startAt: instant('2026-11-15T00:00:00Z'),
      untilAt: instant('2026-11-15T16:30:00Z'),
    },
    // Half past one at night belongs to the day before.
    {
      locationId: 'tokyo',
      isToday: true,
      businessDay: '2026-11-22',
      startAt: instant('2026-11-21T19:00:00Z'),
      untilAt: instant('2026-11-22T16:30:00Z'),
    },
    {
      locationId: 'tokyo',
      isToday: false,
      businessDay: '2026-11-15',
      startAt: instant('2026-11-14T19:00:00Z'),
      untilAt: instant('2026-11-15T16:30:00Z'),
    },
  ]);
});

test('a change of the clocks in between does not shift the comparison', () => {
  const [today, before] = dayWindows(
    [{ id: 'x', timeZone: 'Europe/London', cutOffHour: 0 }],
    instant('2026-10-27T10:00:00Z'),
  );
  // Ten o'clock in winter, ten hours after midnight; a week ago it was summer and midnight came an hour earlier.
  expect([today?.businessDay, before?.businessDay]).toEqual(['2026-10-27', '2026-10-20']);
  expect(before?.untilAt).toBe(instant('2026-10-20T09:00:00Z'));
});

const hour = (more: Partial<HourOfSales>): HourOfSales => ({
  channelId: 'c',
  locationId: 'l',
  currency: 'GBP',
  isToday: true,
  hour: 9,
  sales: 1,
  units: 2,
  grossMinor: 1200,
  netMinor: 1000,
  untilSales: 0,
  untilGrossMinor: 0,
  ...more,
});

test('currencies are never mixed, returns count against sales', () => {
  const sums = sumSales(
    [hour({}), hour({ hour: 10, sales: 0, units: -1, grossMinor: -600, netMinor: -500 }), hour({ currency: 'EUR' })],
    ({ channelId }) => channelId,
  );
  expect(sums.map(({ sales }) => [sales.currency, sales.sales, sales.units, sales.grossMinor])).toEqual([
    ['GBP', 1, 1, 600],
    ['EUR', 1, 2, 1200],
  ]);
});

test('hours to come are nothing rather than nought', () => {
  const { hours, lastWeekHours } = courseOf(
    [hour({}), hour({ isToday: false, hour: 20 })],
    hoursBegun(0, 9.5 * 3_600_000),
  );
  expect(hours.slice(8, 12)).toEqual([0, 1200, null, null]);
  expect(lastWeekHours[20]).toBe(1200);
  expect(hoursBegun(0, 24.5 * 3_600_000)).toBe(24);
});
