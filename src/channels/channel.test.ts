import { describe, expect, it } from 'vitest';
import { decideOpenChannel } from './channel.ts';

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
