import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { decideEditChannel, decideOpenChannel } from './channel.ts';

const shop = {
  id: 'c',
  entityId: 'de',
  code: 'SHOP',
  name: 'Web shop',
  kind: 'shop' as const,
  currency: 'EUR',
  defaultLocationId: 'berlin',
  commissionPpm: 0,
};
const known = {
  codes: new Set(['AMZ']),
  entityOfLocation: new Map([
    ['berlin', 'de'],
    ['leeds', 'uk'],
  ]),
};

describe('opening a channel', () => {
  it.each([
    [{ code: 'AMZ' }, { reason: 'duplicate_code', code: 'AMZ' }],
    [{ defaultLocationId: 'paris' }, { reason: 'unknown_location', locationId: 'paris' }],
    [{ defaultLocationId: 'leeds' }, { reason: 'location_of_another_entity', locationId: 'leeds', entityId: 'uk' }],
    [{ currency: 'EURO' }, { reason: 'unknown_currency', currency: 'EURO' }],
    [{ commissionPpm: 1_000_001 }, { reason: 'bad_commission', commissionPpm: 1_000_001 }],
    [{ commissionPpm: -1 }, { reason: 'bad_commission', commissionPpm: -1 }],
  ])('with %o is refused', (change, rejection) => {
    expect(decideOpenChannel({ ...shop, ...change }, known)).toEqual({ ok: false, rejection });
  });

  it('with a commission of 15 % is fine', () => {
    expect(decideOpenChannel({ ...shop, kind: 'marketplace', commissionPpm: 150_000 }, known)).toMatchObject({
      ok: true,
      value: { commissionPpm: 150_000 },
    });
  });
});

describe('changing a channel', () => {
  const kept = { ...shop, currency: currencyCode('EUR'), archived: false, version: 3 };
  const shut = { ...kept, archived: true };
  const around = { openOrders: 0, entityOfLocation: known.entityOfLocation };

  it.each([
    ['somebody was faster', kept, { version: 4 }, around, { reason: 'stale_version', current: 3 }],
    ['it is closed', shut, { version: 3, name: 'B' }, around, { reason: 'channel_archived', channel: 'SHOP' }],
    [
      'somebody waits',
      kept,
      { version: 3, archived: true },
      { ...around, openOrders: 2 },
      { reason: 'channel_in_use', orders: 2 },
    ],
    [
      'its goods are elsewhere',
      kept,
      { version: 3, defaultLocationId: 'leeds' },
      around,
      { reason: 'location_of_another_entity', locationId: 'leeds', entityId: 'uk' },
    ],
    [
      'its location was closed',
      { ...shut, defaultLocationId: 'paris' },
      { version: 3, archived: false },
      around,
      { reason: 'unknown_location', locationId: 'paris' },
    ],
    [
      'the marketplace takes all',
      kept,
      { version: 3, commissionPpm: 1_000_001 },
      around,
      { reason: 'bad_commission', commissionPpm: 1_000_001 },
    ],
    [
      'a shop is no marketplace',
      kept,
      { version: 3, taxCollectedBy: 'marketplace' as const },
      around,
      { reason: 'not_a_marketplace', kind: 'shop' },
    ],
  ])('is refused when %s', (_, channel, edit, around, rejection) => {
    expect(decideEditChannel(channel, edit, around)).toEqual({ ok: false, rejection });
  });

  it('changes what is named, closes it, and opens it at another location', () => {
    expect(decideEditChannel(kept, { version: 3, name: 'Store' }, around)).toEqual({
      ok: true,
      value: { ...kept, name: 'Store', version: 4 },
    });
    expect(decideEditChannel(kept, { version: 3, archived: true }, around)).toMatchObject({
      value: { archived: true },
    });
    const moved = { ...shut, defaultLocationId: 'paris' };
    expect(
      decideEditChannel(moved, { version: 3, archived: false, defaultLocationId: 'berlin' }, around),
    ).toMatchObject({
      value: { archived: false, defaultLocationId: 'berlin' },
    });
  });
});
