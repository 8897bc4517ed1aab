import { describe, expect, it } from 'vitest';
import { decideEditLocation, decideOpenLocation, type KeptLocation, type Location } from './location.ts';

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

describe('changing a location', () => {
  const kept: KeptLocation = {
    ...store,
    address: { line1: 'Torstraße 1', postcode: '10119' },
    archived: false,
    version: 3,
  };
  const shut: KeptLocation = { ...kept, archived: true };
  const empty = { skus: 0, units: 0, orders: 0, channels: [] };
  const nothing = { entityArchived: false, use: empty };

  it.each([
    ['somebody was faster', kept, { version: 2, name: 'B' }, nothing, { reason: 'stale_version', current: 3 }],
    ['it is closed', shut, { version: 3, name: 'B' }, nothing, { reason: 'location_archived', location: 'BER' }],
    [
      'its company is',
      shut,
      { version: 3, archived: false },
      { entityArchived: true, use: undefined },
      { reason: 'entity_archived', entityId: 'e' },
    ],
    [
      'there is no such clock',
      kept,
      { version: 3, timeZone: 'Europe/Bonn' },
      nothing,
      { reason: 'unknown_time_zone', timeZone: 'Europe/Bonn' },
    ],
    ['no day ends then', kept, { version: 3, cutOffHour: 24 }, nothing, { reason: 'bad_cut_off_hour', cutOffHour: 24 }],
    [
      'goods are there',
      kept,
      { version: 3, archived: true },
      { entityArchived: false, use: { ...empty, skus: 2, units: 9 } },
      { reason: 'location_in_use', skus: 2, units: 9, orders: 0, channels: 0, names: '' },
    ],
    [
      'orders wait',
      kept,
      { version: 3, archived: true },
      { entityArchived: false, use: { ...empty, orders: 4 } },
      { reason: 'location_in_use', skus: 0, units: 0, orders: 4, channels: 0, names: '' },
    ],
    [
      'ways to sell need it',
      kept,
      { version: 3, archived: true },
      { entityArchived: false, use: { ...empty, channels: ['Shop', 'Till'] } },
      { reason: 'location_in_use', skus: 0, units: 0, orders: 0, channels: 2, names: 'Shop, Till' },
    ],
  ])('is refused when %s', (_, location, edit, around, rejection) => {
    expect(decideEditLocation(location, edit, around)).toEqual({ ok: false, rejection });
  });

  it('changes what is named and leaves the rest', () => {
    expect(decideEditLocation(kept, { version: 3, cutOffHour: 0, city: '' }, nothing)).toEqual({
      ok: true,
      value: { ...kept, cutOffHour: 0, city: '', version: 4 },
    });
  });

  it('closes an empty one and opens it again, with a new name if need be', () => {
    expect(decideEditLocation(kept, { version: 3, archived: true }, nothing)).toMatchObject({
      value: { archived: true, version: 4 },
    });
    const around = { entityArchived: false, use: undefined };
    expect(decideEditLocation(shut, { version: 3, archived: false, name: 'Ost' }, around)).toMatchObject({
      value: { archived: false, name: 'Ost' },
    });
  });
});
