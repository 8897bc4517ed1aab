import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { parseInstant } from '../kernel/time.ts';
import {
  closingAfter,
  decideCancel,
  decideSchedule,
  decideUndo,
  previewPrice,
  spansAt,
  startAt,
  type ChangeWindow,
} from './price-change.ts';
import { priceInForce, type Price } from './price-list.ts';

const EUR = currencyCode('EUR');
const instant = (text: string): number => parseInstant(text) ?? Number.NaN;
const berlin = { id: 'ber', timeZone: 'Europe/Berlin', cutOffHour: 0 };
const newYork = { id: 'nyc', timeZone: 'America/New_York', cutOffHour: 4 };
const now = instant('2026-11-22T12:00:00Z');

describe('closing', () => {
  it.each([
    ['of a shop is midnight on its own clock', '2026-11-22T12:00:00Z', berlin, '2026-11-22T23:00:00Z'],
    ['of a bar is four in the morning', '2026-11-22T12:00:00Z', newYork, '2026-11-23T09:00:00Z'],
    ['after midnight is that of the same night', '2026-11-22T06:00:00Z', newYork, '2026-11-22T09:00:00Z'],
    ['has come when the day begins', '2026-11-22T23:00:00Z', berlin, '2026-11-22T23:00:00Z'],
  ])('%s', (_, at, place, expected) => {
    expect(closingAfter(instant(at), place)).toBe(instant(expected));
  });
});

describe('a price change begins', () => {
  const scheduled: ChangeWindow = { state: 'scheduled', start: { at: now } };
  const local: ChangeWindow = { state: 'scheduled', start: { local: '2026-12-01T08:00' } };
  const starting = (time: string): ChangeWindow => ({ state: 'scheduled', start: { local: time } });
  it.each<[string, ChangeWindow, typeof berlin, boolean, number]>([
    ['at one instant everywhere', scheduled, berlin, false, now],
    ['at closing where it raises a price', scheduled, berlin, true, instant('2026-11-22T23:00:00Z')],
    ['at closing of each place', scheduled, newYork, true, instant('2026-11-23T09:00:00Z')],
    ['when the clock of the store says so', local, berlin, false, instant('2026-12-01T07:00:00Z')],
    ['… and there', local, newYork, false, instant('2026-12-01T13:00:00Z')],
    ['not before its last row is written', { ...scheduled, notBefore: now + 5 }, berlin, false, now + 5],
    // The clocks of Berlin jump from 2 to 3 on 28 March 2027: what is no time there begins with the hour after.
    ['on the day before summer time', starting('2027-03-27T08:00'), berlin, false, instant('2027-03-27T07:00:00Z')],
    ['on the day of 23 hours', starting('2027-03-28T08:00'), berlin, false, instant('2027-03-28T06:00:00Z')],
    [
      'at a time that the clock leaves out',
      starting('2027-03-28T02:30'),
      berlin,
      false,
      instant('2027-03-28T01:30:00Z'),
    ],
    ['at the first of two equal times', starting('2027-10-31T02:30'), berlin, false, instant('2027-10-31T00:30:00Z')],
    ['… also over there', starting('2027-11-07T01:30'), newYork, false, instant('2027-11-07T05:30:00Z')],
    ['at closing of a day of 23 hours', starting('2027-03-28T08:00'), berlin, true, instant('2027-03-28T22:00:00Z')],
    ['at closing of a day of 25 hours', starting('2027-10-31T08:00'), berlin, true, instant('2027-10-31T23:00:00Z')],
    [
      'at closing of the night of 25 hours',
      starting('2027-11-07T01:30'),
      newYork,
      true,
      instant('2027-11-07T09:00:00Z'),
    ],
    ['never while it is being written', { ...scheduled, state: 'staging' }, berlin, false, Infinity],
    ['never when it was called off', { ...scheduled, state: 'cancelled' }, berlin, false, Infinity],
  ])('%s', (_, window, place, waits, expected) => {
    expect(startAt(window, place, waits)).toBe(expected);
  });

  it('with all its prices in one instant, and ends with all of them', () => {
    const row = (amount: number, more: Partial<Price>): Price => ({
      validFrom: now,
      amount,
      scale: 0,
      per: 1,
      ...more,
    });
    const prices = [row(100, { validFrom: 0 }), row(80, { changeId: 'c' })];
    const amountAt = (window: ChangeWindow, at: number) =>
      priceInForce(prices, at, spansAt(new Map([['c', window]]), berlin))?.amount;
    expect(amountAt({ ...scheduled, state: 'staging' }, now + 1)).toBe(100);
    expect(amountAt(scheduled, now - 1)).toBe(100);
    expect(amountAt(scheduled, now)).toBe(80);
    const undone: ChangeWindow = { ...scheduled, state: 'undone', until: now + 10 };
    expect(amountAt(undone, now + 9)).toBe(80);
    expect(amountAt(undone, now + 10)).toBe(100);
    expect(priceInForce(prices, now, spansAt(new Map(), berlin))?.amount).toBe(80);
  });
});

describe('a price change', () => {
  const draft = { state: 'draft', rows: 3 } as const;
  const places = [berlin, newYork];
  it.each([
    ['without rows', { ...draft, rows: 0 }, { at: now }, { reason: 'change_has_no_rows' }],
    [
      'that is scheduled already',
      { ...draft, state: 'scheduled' as const },
      { at: now },
      { reason: 'change_is_not_draft', state: 'scheduled' },
    ],
    ['for the past', draft, { at: now - 1 }, { reason: 'starts_in_past', locationId: null }],
    [
      'for a time that is past in one of the stores',
      draft,
      { local: '2026-11-22T10:00' },
      { reason: 'starts_in_past', locationId: 'ber' },
    ],
    ['for the year 9999', draft, { at: Date.parse('9999-12-31T23:59:59Z') }, { reason: 'starts_too_late' }],
    ['for the year 9999 of every store', draft, { local: '9999-12-31T23:59' }, { reason: 'starts_too_late' }],
    ['for no time', draft, { local: 'noon' }, { reason: 'bad_local_time' }],
  ])('is not scheduled %s', (_, change, start, rejection) => {
    expect(decideSchedule(change, start, { places, now })).toMatchObject({ ok: false, rejection });
  });
  it('is scheduled for now and for a local time to come', () => {
    expect(decideSchedule(draft, { at: now }, { places, now }).ok).toBe(true);
    expect(decideSchedule(draft, { local: '2026-11-22T14:00' }, { places, now }).ok).toBe(true);
  });
  it('is called off before it begins and undone after', () => {
    const window: ChangeWindow = { state: 'scheduled', start: { local: '2026-11-22T14:00' } };
    const started = instant('2026-11-22T13:00:00Z');
    const before = { places, now: started - 1 };
    const after = { places, now: started };
    expect(decideCancel(window, before).ok).toBe(true);
    expect(decideCancel(window, after)).toMatchObject({
      rejection: { reason: 'change_has_begun', startedAtMs: started },
    });
    expect(decideUndo(window, before)).toMatchObject({ rejection: { reason: 'change_has_not_begun' } });
    expect(decideUndo(window, after).ok).toBe(true);
    expect(decideUndo({ ...window, state: 'undone' }, after)).toMatchObject({
      rejection: { reason: 'change_is_not_scheduled' },
    });
    expect(decideCancel({ ...window, state: 'staging' }, after).ok).toBe(true);
  });
});

describe('the preview of a price', () => {
  const preview = (amount: number, more = {}) =>
    previewPrice(
      { amount, currency: EUR },
      {
        old: { amount: 1_000, scale: 0, per: 1 },
        taxInclusive: true,
        taxPpm: 200_000,
        cost: { valueMinor: 5_000, quantity: 10 },
        ...more,
      },
    );
  it('shows the change and the margin without tax', () => {
    // 12.00 with 20 % are 10.00 net; the goods cost 5.00.
    expect(preview(1_200)).toEqual({
      raises: true,
      changePpm: 200_000,
      marginMinor: 500,
      marginPpm: 500_000,
      belowCost: false,
    });
    expect(preview(540)).toMatchObject({ raises: false, changePpm: -460_000, marginMinor: -50, belowCost: true });
    expect(preview(1_200, { taxInclusive: false })).toMatchObject({ marginMinor: 700 });
  });
  it('says nothing of a margin that nobody knows', () => {
    expect(preview(1_200, { cost: undefined })).toMatchObject({ marginMinor: undefined, belowCost: false });
    expect(preview(1_200, { taxPpm: undefined })).toMatchObject({ marginMinor: undefined });
    // A price without tax needs no rate.
    expect(preview(1_200, { taxPpm: undefined, taxInclusive: false })).toMatchObject({ marginMinor: 700 });
    expect(preview(0)).toMatchObject({ marginPpm: undefined, belowCost: true });
    expect(preview(5, { old: undefined })).toMatchObject({ raises: false, changePpm: undefined });
  });
});
