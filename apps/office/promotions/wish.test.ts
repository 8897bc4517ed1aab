import { describe, expect, it } from 'vitest';
import type { Promotion, PromotionEffect, PromotionWish } from '../../client/promotions.ts';
import { copyOf, effectOf, exampleOf, needsCurrency, problemsOf, wishOf } from './wish.ts';

const sku = (n: number): string => `sku_0000000000000000000000000${n}`;
const tea = { kind: 'sku', skuIds: [sku(1), sku(2)] } as const;
const cups = { kind: 'category', categoryIds: ['cat_00000000000000000000000001'] } as const;

const EFFECTS: readonly PromotionEffect[] = [
  { kind: 'percentage', of: tea, ppm: 125_000 },
  { kind: 'amount', of: cups, minor: 1, each: true },
  { kind: 'price', of: { kind: 'attribute', name: 'Colour', values: ['Red, dark', 'Blue'] }, minor: 999 },
  { kind: 'n_for_m', of: tea, n: 5, m: 3, pick: 'dearest' },
  { kind: 'buy_get', buy: tea, buyQuantity: 2, get: cups, getQuantity: 3, ppm: 1_000_000, pick: 'cheapest' },
  { kind: 'group', of: { kind: 'product', productIds: ['prd_00000000000000000000000001'] }, quantity: 4, minor: 0 },
  {
    kind: 'bundle',
    parts: [
      { of: tea, quantity: 1 },
      { of: cups, quantity: 2 },
    ],
    minor: 3000,
  },
  {
    kind: 'tiers',
    of: { kind: 'shipping' },
    by: 'amount',
    tiers: [
      { from: 5000, minor: 500 },
      { from: 10_000, ppm: 1_000_000 },
    ],
  },
  { kind: 'gift', skuId: sku(3), quantity: 2 },
  { kind: 'voucher', of: tea, minor: 500, forEachMinor: 5000 },
];

const unusual = {
  when: {
    from: '2026-01-01T08:00:07.123Z',
    until: '2099-01-01T00:00:00Z',
    hours: [{ from: 9000, to: 120 }],
    channelIds: ['chn_1'],
    locationIds: ['loc_1'],
    groupIds: ['cgr_1'],
    firstOrder: true,
    employee: true,
    coupon: true,
    minimum: { of: cups, amountMinor: 100, quantity: 3 },
  },
  limits: { uses: 3, perCustomer: 1, budgetMinor: 7 },
  currency: 'GBP',
  except: { kind: 'attribute', name: 'Brand', values: ['X'] },
  codes: ['ONE-2'],
  priority: -7,
  choice: 'priority',
  exclusive: false,
  stackingGroup: 'sale',
  supplier: { name: 'Mill', sharePpm: 333_333 },
} as const;

const promotionOf = (effect: PromotionEffect): Promotion => ({
  ...unusual,
  id: 'prm_1',
  name: 'A',
  effect,
  state: 'running',
  uses: 1,
  spentMinor: 2,
  goods: [],
  version: 3,
});

describe('a promotion that is opened', () => {
  it.each(EFFECTS.map((effect) => [effect.kind, effect] as const))('is asked for again as it was: %s', (_, effect) => {
    const wish = wishOf(promotionOf(effect));
    expect(wish).toEqual({ ...unusual, name: 'A', effect });
    expect([...problemsOf(wish)]).toEqual([]);
  });

  it('is copied without its codes, which open one promotion only, and still needs one', () => {
    const copy = copyOf(promotionOf(EFFECTS[0] as PromotionEffect), 'B');
    expect(copy).toMatchObject({ name: 'B', when: { coupon: true }, limits: unusual.limits });
    expect(copy).not.toHaveProperty('codes');
  });
});

describe('a promotion that is being written', () => {
  const base: PromotionWish = { name: 'A', effect: { kind: 'percentage', of: tea, ppm: 1 } };

  it('keeps what it is on when its kind changes, and is whole at once', () => {
    for (const { kind } of EFFECTS) {
      const effect = effectOf(kind, { kind: 'percentage', of: tea, ppm: 100_000 });
      const lacks = [...problemsOf({ name: 'A', effect, currency: 'EUR' }).keys()];
      expect([kind, lacks]).toEqual([kind, kind === 'gift' ? ['effect.skuId'] : []]);
      if ('of' in effect) expect(effect.of).toEqual(tea);
    }
  });

  it.each<[string, Partial<PromotionWish>, string, string]>([
    ['no name', { name: ' ' }, 'name', 'needsName'],
    ['no goods', { effect: { kind: 'percentage', of: { kind: 'sku' }, ppm: 1 } }, 'effect.of', 'needsGoods'],
    ['no per cent', { effect: { kind: 'percentage', of: tea } }, 'effect.ppm', 'needsNumber'],
    [
      'a part of nothing',
      { effect: { kind: 'bundle', parts: [{ of: { kind: 'category' }, quantity: 1 }], minor: 1 } },
      'effect.parts.0',
      'needsCategory',
    ],
    [
      'a step that takes nothing off',
      { effect: { kind: 'tiers', of: tea, by: 'quantity', tiers: [{ from: 1 }] } },
      'effect.tiers.0.off',
      'needsNumber',
    ],
    ['pays for all', { effect: { kind: 'n_for_m', of: tea, n: 2, m: 2 } }, 'effect.m', 'set_pays_for_all'],
    ['an amount of no currency', { effect: { kind: 'amount', of: tea, minor: 1 } }, 'currency', 'currency_missing'],
    ['a code and an offer', { when: { offer: true }, codes: ['ABC'] }, 'when.offer', 'code_and_offer'],
    ['a code that nobody can type', { codes: ['–!'] }, 'codes', 'badCode'],
    ['an exception of everything', { except: tea }, 'except', 'all_excepted'],
    [
      'an end before its beginning',
      { when: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } },
      'when.until',
      'ends_before_it_begins',
    ],
  ])('says at the field what is wrong: %s', (_, more, field, key) => {
    expect(problemsOf({ ...base, ...more }).get(field)?.key).toBe(key);
  });

  it('knows when it needs a currency, and which basket shows what it does', () => {
    expect(needsCurrency(base)).toBe(false);
    expect(needsCurrency({ ...base, limits: { budgetMinor: 1 } })).toBe(true);
    expect(exampleOf({ ...base, effect: EFFECTS[3] as PromotionEffect })).toEqual([{ of: tea, quantity: 5 }]);
    expect(exampleOf({ ...base, effect: EFFECTS[6] as PromotionEffect })).toEqual([
      { of: tea, quantity: 1 },
      { of: cups, quantity: 2 },
    ]);
    expect(exampleOf({ ...base, when: { minimum: { of: tea, quantity: 4 } } })).toEqual([{ of: tea, quantity: 4 }]);
  });
});
