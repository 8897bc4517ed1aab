import { describe, expect, it } from 'vitest';
import { decideMakeKey, grantsOfKey, pairingCode, readPairingCode } from './api-key.ts';
import { accessOf, type Grant } from './grant.ts';
import type { RoleLimits } from './limit.ts';

const SHOP = 'shop';
const DEPOT = 'depot';
const entityOf = (id: string): string | undefined => ({ [SHOP]: 'uk', [DEPOT]: 'uk' })[id];
const grant = (permissions: string[], where: Partial<Grant> = {}): Grant => ({
  role: 'r',
  permissions,
  entityId: null,
  locationId: null,
  ...where,
});
const scope = (permissions: string[], locationIds: string[] = [], entityIds: string[] = []) => ({
  permissions,
  locationIds,
  entityIds,
  limits: {},
});

describe('a key is never more than its maker', () => {
  const everywhere = [grant(['stock:read', 'key:manage'])];
  const inUk = [grant(['stock:read', 'stock:adjust'], { entityId: 'uk' })];
  const atShop = [grant(['stock:read'], { locationId: SHOP })];
  const rows: [what: string, maker: Grant[], wanted: ReturnType<typeof scope>, answer: object | 'made'][] = [
    ['all over', everywhere, scope(['stock:read']), 'made'],
    ['narrower than the maker', everywhere, scope(['stock:read'], [SHOP]), 'made'],
    [
      'what the maker lacks',
      everywhere,
      scope(['stock:read', 'price:edit']),
      { reason: 'permissions_not_held', permissions: ['price:edit'] },
    ],
    [
      'wider than the maker',
      inUk,
      scope(['stock:read']),
      { reason: 'permissions_not_held', permissions: ['stock:read'] },
    ],
    ['a place of the maker’s entity', inUk, scope(['stock:adjust'], [DEPOT]), 'made'],
    ['the maker’s entity', inUk, scope(['stock:adjust'], [], ['uk']), 'made'],
    [
      'the entity of one’s place',
      atShop,
      scope(['stock:read'], [], ['uk']),
      { reason: 'permissions_not_held', permissions: ['stock:read'] },
    ],
    [
      'one place too many',
      atShop,
      scope(['stock:read'], [SHOP, DEPOT]),
      { reason: 'permissions_not_held', permissions: ['stock:read'] },
    ],
    [
      'a key that makes keys',
      everywhere,
      scope(['key:manage']),
      { reason: 'permissions_not_for_keys', permissions: ['key:manage'] },
    ],
  ];
  it.each(rows)('%s', (_, maker, wanted, answer) => {
    const decision = decideMakeKey(wanted, { grants: maker, entityOf, expiresAt: undefined, now: 0 });
    expect(decision).toEqual(answer === 'made' ? { ok: true, value: wanted } : { ok: false, rejection: answer });
  });

  it('and is not made when it is over already', () => {
    const decision = decideMakeKey(scope(['stock:read']), {
      grants: everywhere,
      entityOf,
      expiresAt: 5,
      now: 5,
    });
    expect(decision).toEqual({
      ok: false,
      rejection: { reason: 'expires_in_the_past', nowMs: 5 },
    });
  });
});

describe('a key goes no further than its maker', () => {
  const returns = (limits: RoleLimits, where: Partial<Grant> = {}): Grant =>
    grant(['order:return', 'price:override', 'stock:read'], { limits, ...where });
  const limits = {
    refund: { GBP: 5_000, EUR: 6_000 },
    discountPpm: 100_000,
    discount: { GBP: 900 },
    stockAdjustment: { GBP: 1 },
  };
  const bounded = { refund: { GBP: 5_000, EUR: 6_000 }, discountPpm: 100_000, discount: { GBP: 900 } };
  const all = ['order:return', 'price:override'];
  const rows: [what: string, maker: Grant[], permissions: string[], asked: RoleLimits | undefined, answer: object][] = [
    ['unless told it has the maker’s', [returns(limits)], all, undefined, bounded],
    ['only of what it may do', [returns(limits)], ['order:return'], undefined, { refund: bounded.refund }],
    ['and none where the maker has none', [returns({})], all, undefined, {}],
    ['nor where nothing is bounded', [returns(limits)], ['stock:read'], { refund: { GBP: 1 } }, {}],
    ['it may have less', [returns(limits)], ['order:return'], { refund: { GBP: 100 } }, { refund: { GBP: 100 } }],
    ['and limits of its own where the maker has none', [returns({})], ['order:return'], { refund: {} }, { refund: {} }],
    [
      'not more',
      [returns(limits)],
      all,
      { ...bounded, refund: { GBP: 5_001 } },
      { reason: 'limits_not_held', permissions: ['order:return'] },
    ],
    [
      'nor another currency',
      [returns(limits)],
      all,
      { ...bounded, refund: { USD: 1 } },
      { reason: 'limits_not_held', permissions: ['order:return'] },
    ],
    ['nor no limit', [returns(limits)], all, {}, { reason: 'limits_not_held', permissions: all }],
    [
      'the grant that goes furthest counts',
      [returns(limits), returns({ ...limits, refund: { GBP: 9_000, EUR: 9_000 } })],
      ['order:return'],
      undefined,
      { refund: { GBP: 9_000, EUR: 9_000 } },
    ],
  ];
  it.each(rows)('%s', (_, grants, permissions, asked, answer) => {
    const { limits: __, ...where } = scope(permissions);
    const decision = decideMakeKey({ ...where, limits: asked }, { grants, entityOf, expiresAt: undefined, now: 0 });
    expect(decision.ok ? decision.value.limits : decision.rejection).toEqual(answer);
  });

  it('at two places as far as at the one where its maker goes less far', () => {
    const grants = [
      returns({ refund: { GBP: 100, EUR: 900 } }, { locationId: SHOP }),
      returns({ refund: { GBP: 500, USD: 5 } }, { locationId: DEPOT }),
    ];
    const { limits: _, ...where } = scope(['order:return'], [SHOP, DEPOT]);
    const decision = decideMakeKey(where, { grants, entityOf, expiresAt: undefined, now: 0 });
    expect(decision).toMatchObject({ ok: true, value: { limits: { refund: { GBP: 100 } } } });
    const access = accessOf(grantsOfKey(decision.ok ? decision.value : scope([])));
    const refund = (amount: number) =>
      access.overrun('order:return', { locationId: DEPOT }, [{ limit: 'refund', currency: 'GBP', amount }]);
    expect([refund(100), refund(101)]).toEqual([
      undefined,
      { limit: 'refund', currency: 'GBP', amount: 101, most: 100 },
    ]);
  });
});

it('a key for two places holds at these and nowhere else', () => {
  const access = accessOf(grantsOfKey(scope(['stock:read'], [SHOP, DEPOT])));
  expect([SHOP, DEPOT, 'other'].map((locationId) => access.can('stock:read', { locationId, entityId: 'uk' }))).toEqual([
    true,
    true,
    false,
  ]);
  expect(access.can('stock:read', {})).toBe(false);
  expect(access.can('stock:adjust', { locationId: SHOP })).toBe(false);
});

describe('pairing codes', () => {
  it('have eight letters that nobody confuses, each as likely as the others', () => {
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 400; seed += 1) {
      const bytes = Uint8Array.from({ length: 64 }, (_, at) => (seed * 131 + at * 197 + at * at * seed) % 256);
      const code = pairingCode(bytes);
      expect(code).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{8}$/);
      for (const letter of code) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(23);
    expect(pairingCode(Uint8Array.from({ length: 16 }, (_, at) => (at < 8 ? 255 : 0)))).toBe('33333333');
  });

  it('are read as people type them', () => {
    expect(readPairingCode(' acde-fgh3 ')).toBe('ACDEFGH3');
    expect(readPairingCode('ACDEFGH')).toBeUndefined();
    expect(readPairingCode('ACDEFGH0')).toBeUndefined();
  });
});
