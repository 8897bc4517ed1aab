import { describe, expect, it } from 'vitest';
import { decideOpenLocation, type Location } from './location.ts';

const store: Location = {
  id: 'l',
  entityId: 'e',
  code: 'BER',
  name: 'Berlin Mitte',
  kind: 'store',
  city: 'Berlin',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  cutOffHour: 4,
};
const known = { codes: new Set(['HAM']), entityIds: new Set(['e']) };

describe('opening a location', () => {
  it.each([
    [{ code: 'HAM' }, { reason: 'duplicate_code', code: 'HAM' }],
    [{ entityId: 'x' }, { reason: 'unknown_entity', entityId: 'x' }],
    [{ country: 'Germany' }, { reason: 'unknown_country', country: 'Germany' }],
    [{ timeZone: 'Europe/Bonn' }, { reason: 'unknown_time_zone', timeZone: 'Europe/Bonn' }],
    [{ timeZone: '+02:00' }, { reason: 'unknown_time_zone', timeZone: '+02:00' }],
    [{ cutOffHour: 24 }, { reason: 'bad_cut_off_hour', cutOffHour: 24 }],
    [{ cutOffHour: 1.5 }, { reason: 'bad_cut_off_hour', cutOffHour: 1.5 }],
  ])('with %o is refused', (change, rejection) => {
    expect(decideOpenLocation({ ...store, ...change }, known)).toEqual({ ok: false, rejection });
  });

  it.each(['Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns', 'UTC'])('in %s is fine', (timeZone) => {
    expect(decideOpenLocation({ ...store, timeZone }, known).ok).toBe(true);
  });
});
