import { describe, expect, test } from 'vitest';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { applyPromotions } from './apply-promotions.ts';
import { compilePromotions } from './compile-promotions.ts';
import type { PromotionBasket, PromotionLine, PromotionOutcome } from './promotion-basket.ts';
import type { Effect, Promotion, Target } from './promotion.ts';

const ORDER: Target = { kind: 'order' };
const SHIRTS: Target = { kind: 'category', ids: ['shirts'] };
const SHOES: Target = { kind: 'category', ids: ['shoes'] };
const SHIPPING: Target = { kind: 'shipping' };
const sku = (...ids: string[]): Target => ({ kind: 'sku', ids });

/** A promotion by what it does; everything else is what a shopkeeper would leave as it is. */
function promotion(id: string, effect: Effect, more: Partial<Promotion> = {}): Promotion {
  return {
    id,
    name: id,
    effect,
    when: {},
    limits: {},
    currency: 'EUR' as CurrencyCode,
    priority: 0,
    choice: 'best',
    exclusive: false,
    stackingGroup: '',
    ...more,
  };
}

/** `3 shirt 60.00`: three shirts, 60.00 altogether. `0.750kg cheese 12.00` is weighed, so one unit. Shirts and shoes are categories of their own. */
function line(text: string, at: number, digits: number): PromotionLine {
  const [size = '1', name = '', price = '0', ...flags] = text.split(' ');
  const weighed = size.endsWith('kg');
  const amount = Math.round(Number(price) * 10 ** digits);
  return {
    key: String(at + 1),
    skuId: name,
    productId: name,
    categoryIds: name.startsWith('shirt') ? ['shirts', 'clothes'] : name.startsWith('shoe') ? ['shoes'] : [],
    ...(name.endsWith('-red') ? { attributes: { colour: 'red' } } : {}),
    kind: name === 'shipping' ? 'shipping' : 'goods',
    quantity: weighed ? Math.round(Number(size.slice(0, -2)) * 1000) : Number(size),
    countable: !weighed,
    amountMinor: amount,
    ...(flags.includes('closed') ? { closed: true } : {}),
  };
}

type Bought = Partial<PromotionBasket> & { readonly digits?: number };

function buy(
  lines: readonly string[],
  promotions: readonly Promotion[],
  { digits = 2, ...more }: Bought = {},
): PromotionOutcome {
  return applyPromotions(
    compilePromotions(promotions),
    {
      currency: 'EUR',
      at: 5000,
      weekMinute: 600,
      businessDay: '2026-11-23',
      channelId: 'shop',
      locationId: 'berlin',
      couponCodes: [],
      offerIds: [],
      refused: [],
      lines: lines.map((text, at) => line(text, at, digits)),
      ...more,
    },
    { trace: true },
  );
}

/** What each line loses, in minor units, in the order given. */
function lost(outcome: PromotionOutcome): number[] {
  return outcome.lines.map(({ discounts }) => discounts.reduce((sum, each) => sum + each.amountMinor, 0));
}

describe('what one promotion takes off', () => {
  const threeForTwo: Effect = { kind: 'n_for_m', of: SHIRTS, n: 3, m: 2, pick: 'cheapest' };
  const rows: [says: string, effect: Effect, bought: string[], off: number[]][] = [
    [
      '20 % off shirts, nothing off shoes',
      { kind: 'percentage', of: SHIRTS, ppm: 200_000 },
      ['1 shirt 19.99', '1 shoe 50.00'],
      [400, 0],
    ],
    [
      '10 % off the order is rounded once and split: 10 % of 0.15 is 0.02',
      { kind: 'percentage', of: ORDER, ppm: 100_000 },
      ['1 a 0.05', '1 b 0.05', '1 c 0.05'],
      [1, 1, 0],
    ],
    [
      'half off all lines, each odd cent rounded for itself',
      { kind: 'percentage', of: { kind: 'attribute', name: 'colour', values: ['red'] }, ppm: 500_000 },
      ['1 cap-red 0.01', '1 hat-red 0.03', '1 cap 0.03'],
      [1, 2, 0],
    ],
    [
      '5.00 off the order is split by what the lines cost',
      { kind: 'amount', of: ORDER, minor: 500, each: false },
      ['1 a 30.00', '1 b 10.00'],
      [375, 125],
    ],
    ['1.00 off each of three pieces', { kind: 'amount', of: SHIRTS, minor: 100, each: true }, ['3 shirt 60.00'], [300]],
    [
      'more off than the line costs: it is free, and no more',
      { kind: 'amount', of: SHIRTS, minor: 9999, each: true },
      ['2 shirt 10.00'],
      [1000],
    ],
    [
      '100.00 off an order of 40.00: it is free, and no more',
      { kind: 'amount', of: ORDER, minor: 10_000, each: false },
      ['1 a 30.00', '1 b 10.00'],
      [3000, 1000],
    ],
    [
      'shirts for 15.00 each; one that is cheaper stays',
      { kind: 'price', of: SHIRTS, minor: 1500 },
      ['2 shirt 40.00', '1 shirt-b 12.00'],
      [1000, 0],
    ],
    [
      '3 for 2: the set costs the two dearer ones, and each bears its share',
      threeForTwo,
      ['1 shirt-a 20.00', '1 shirt-b 20.00', '1 shirt-c 10.00'],
      [400, 400, 200],
    ],
    ['3 for 2 with seven: two sets', threeForTwo, ['7 shirt 70.00'], [2000]],
    ['3 for 2 with two: nothing', threeForTwo, ['2 shirt 20.00'], [0]],
    [
      '3 for 2 of six: sets from the dearest down, so 10 and 4 are free, not 4 and 5',
      threeForTwo,
      ['1 shirt-a 12.00', '1 shirt-b 11.00', '1 shirt-c 10.00', '1 shirt-d 6.00', '1 shirt-e 5.00', '1 shirt-f 4.00'],
      [364, 333, 303, 160, 133, 107],
    ],
    [
      'dearest free',
      { ...threeForTwo, pick: 'dearest' },
      ['1 shirt-a 20.00', '1 shirt-b 10.00', '1 shirt-c 10.00'],
      [1000, 500, 500],
    ],
    [
      'buy two shirts, a pair of shoes at half price',
      { kind: 'buy_get', buy: SHIRTS, buyQuantity: 2, get: SHOES, getQuantity: 1, ppm: 500_000, pick: 'cheapest' },
      ['2 shirt 40.00', '1 shoe-a 60.00', '1 shoe-b 40.00'],
      [1000, 0, 1000],
    ],
    [
      'a shirt with shoes for 50.00',
      {
        kind: 'bundle',
        parts: [
          { of: SHIRTS, quantity: 1 },
          { of: SHOES, quantity: 1 },
        ],
        minor: 5000,
      },
      ['1 shirt 20.00', '1 shoe 60.00', '1 shoe-b 40.00'],
      [750, 2250, 0],
    ],
    [
      'a bundle that would be dearer than its parts is none',
      {
        kind: 'bundle',
        parts: [
          { of: SHIRTS, quantity: 1 },
          { of: SHOES, quantity: 1 },
        ],
        minor: 9000,
      },
      ['1 shirt 20.00', '1 shoe 60.00'],
      [0, 0],
    ],
    [
      'a bundle with itself: two parts that are the same shirt need two shirts',
      {
        kind: 'bundle',
        parts: [
          { of: sku('shirt'), quantity: 1 },
          { of: sku('shirt'), quantity: 1 },
        ],
        minor: 1500,
      },
      ['3 shirt 30.00'],
      [500],
    ],
    ['any three for 10.00', { kind: 'group', of: SHIRTS, quantity: 3, minor: 1000 }, ['4 shirt 20.00'], [500]],
    [
      'spend 50: 5 off, spend 100: 15 % off; 120 spent',
      {
        kind: 'tiers',
        of: ORDER,
        by: 'amount',
        tiers: [
          { from: 5000, minor: 500 },
          { from: 10_000, ppm: 150_000 },
        ],
      },
      ['1 a 120.00'],
      [1800],
    ],
    [
      'from 10 pieces on 10 % off',
      { kind: 'tiers', of: SHIRTS, by: 'quantity', tiers: [{ from: 10, ppm: 100_000 }] },
      ['6 shirt-a 60.00', '4 shirt-b 40.00'],
      [600, 400],
    ],
    ['free shipping', { kind: 'percentage', of: SHIPPING, ppm: 1_000_000 }, ['1 a 20.00', '1 shipping 4.90'], [0, 490]],
    [
      '10 % off the order leaves shipping alone',
      { kind: 'percentage', of: ORDER, ppm: 100_000 },
      ['1 a 20.00', '1 shipping 4.90'],
      [200, 0],
    ],
    [
      'what is weighed is one unit: 1.00 off once',
      { kind: 'amount', of: sku('cheese'), minor: 100, each: true },
      ['0.750kg cheese 12.00'],
      [100],
    ],
    [
      'three cheeses by weight, 3 for 2',
      { kind: 'n_for_m', of: sku('cheese'), n: 3, m: 2, pick: 'cheapest' },
      ['0.500kg cheese 8.00', '0.300kg cheese 5.00', '0.200kg cheese 3.00'],
      [150, 94, 56],
    ],
    [
      'a line at nought stays at nought',
      { kind: 'percentage', of: ORDER, ppm: 500_000 },
      ['1 a 0.00', '1 b 10.00'],
      [0, 500],
    ],
    [
      'nothing bought of a line: nothing off',
      { kind: 'amount', of: ORDER, minor: 100, each: true },
      ['0 a 0.00', '1 b 10.00'],
      [0, 100],
    ],
    [
      'goods that come back are not touched and do not count',
      { kind: 'percentage', of: ORDER, ppm: 500_000 },
      ['1 a -10.00', '1 b 10.00'],
      [0, 500],
    ],
    [
      'a price given by hand is not touched',
      { kind: 'percentage', of: ORDER, ppm: 500_000 },
      ['1 a 10.00 closed', '1 b 10.00'],
      [0, 500],
    ],
  ];
  test.each(rows)('%s', (_, effect, bought, off) => {
    expect(lost(buy(bought, [promotion('p', effect)]))).toEqual(off);
  });

  test('a currency without minor units, and one with three digits', () => {
    const half = promotion('p', { kind: 'percentage', of: ORDER, ppm: 333_333 }, { currency: 'JPY' as CurrencyCode });
    expect(lost(buy(['1 a 1000', '1 b 1'], [half], { currency: 'JPY', digits: 0 }))).toEqual([334, 0]);
    const dinars = { ...half, currency: 'KWD' as CurrencyCode };
    expect(lost(buy(['1 a 10.005'], [dinars], { currency: 'KWD', digits: 3 }))).toEqual([3335]);
  });

  test('a supplier pays a share, to the cent of what is given', () => {
    const { lines } = buy(
      ['1 a 10.01', '1 b 10.00'],
      [
        promotion(
          'p',
          { kind: 'percentage', of: ORDER, ppm: 100_000 },
          { supplier: { name: 'Mill', sharePpm: 500_000 } },
        ),
      ],
    );
    expect(lines.map((each) => each.discounts[0])).toEqual([
      { promotionId: 'p', amountMinor: 100, supplierMinor: 50 },
      { promotionId: 'p', amountMinor: 100, supplierMinor: 50 },
    ]);
  });

  test('gifts and vouchers take nothing off', () => {
    const { gifts, earnedVouchers, lines } = buy(
      ['1 a 130.00'],
      [
        promotion(
          'gift',
          { kind: 'gift', skuId: 'bag', quantity: 1 },
          { when: { minimum: { of: ORDER, amountMinor: 5000 } } },
        ),
        promotion('voucher', { kind: 'voucher', of: ORDER, minor: 500, forEachMinor: 5000 }),
      ],
    );
    expect(gifts).toEqual([{ promotionId: 'gift', skuId: 'bag', quantity: 1 }]);
    expect(earnedVouchers).toEqual([{ promotionId: 'voucher', amountMinor: 1000 }]);
    expect(lines[0]?.discounts).toEqual([]);
  });
});

describe('several promotions', () => {
  const tenOff = (id: string, more: Partial<Promotion> = {}): Promotion =>
    promotion(id, { kind: 'percentage', of: SHIRTS, ppm: 100_000 }, more);

  test('without a group they add up, each on what the one before left', () => {
    expect(lost(buy(['1 shirt 100.00'], [tenOff('a'), tenOff('b')]))).toEqual([1900]);
  });

  test('of one group a line takes the best', () => {
    const group = { stackingGroup: 'sale' };
    const twenty = promotion('twenty', { kind: 'percentage', of: sku('shirt-b'), ppm: 200_000 }, group);
    const outcome = buy(['1 shirt-a 100.00', '1 shirt-b 100.00'], [tenOff('ten', group), twenty]);
    expect(lost(outcome)).toEqual([1000, 2000]);
  });

  test('one that insists goes before a better one of its group', () => {
    const group = { stackingGroup: 'sale' };
    const twenty = promotion('twenty', { kind: 'percentage', of: SHIRTS, ppm: 200_000 }, group);
    expect(lost(buy(['1 shirt 100.00'], [tenOff('ten', { ...group, choice: 'priority' }), twenty]))).toEqual([1000]);
  });

  test('an exclusive one applies alone, when that is better', () => {
    const order = (ppm: number): Promotion =>
      promotion('alone', { kind: 'percentage', of: ORDER, ppm }, { exclusive: true });
    expect(lost(buy(['1 shirt 100.00'], [tenOff('a'), tenOff('b'), order(150_000)]))).toEqual([1900]);
    const outcome = buy(['1 shirt 100.00'], [tenOff('a'), tenOff('b'), order(250_000)]);
    expect(lost(outcome)).toEqual([2500]);
    expect(outcome.trace.find((each) => each.promotionId === 'a')).toMatchObject({
      reason: 'not_combinable',
      numbers: { promotionId: 'alone' },
    });
  });

  test('two sets want the same shirt: the customer gets the better one', () => {
    const pair = promotion(
      'pair',
      {
        kind: 'bundle',
        parts: [
          { of: SHIRTS, quantity: 1 },
          { of: SHOES, quantity: 1 },
        ],
        minor: 6000,
      },
      { priority: 9 },
    );
    const threeForTwo = promotion('three', { kind: 'n_for_m', of: SHIRTS, n: 3, m: 2, pick: 'cheapest' });
    const outcome = buy(['3 shirt 90.00', '1 shoe 40.00'], [pair, threeForTwo]);
    expect(outcome.applied.map((each) => [each.promotionId, each.amountMinor])).toEqual([['three', 3000]]);
    expect(outcome.trace.find((each) => each.promotionId === 'pair')?.reason).toBe('dearer_with_it');
  });

  test('who refuses a promotion pays without it', () => {
    expect(lost(buy(['1 shirt 100.00'], [tenOff('a')], { refused: ['a'] }))).toEqual([0]);
  });

  test('a threshold counts what goods cost before other promotions', () => {
    const over100 = tenOff('over', { when: { minimum: { of: ORDER, amountMinor: 10_000 } } });
    expect(lost(buy(['1 shirt 100.00'], [tenOff('a'), over100]))).toEqual([1900]);
  });
});

describe('why a promotion does not apply', () => {
  const ten: Effect = { kind: 'percentage', of: SHIRTS, ppm: 100_000 };
  const someone = { id: 'c', groupIds: ['friends'], firstOrder: false, employee: false };
  const rows: [reason: string, more: Partial<Promotion>, basket: Bought, numbers?: object][] = [
    ['not_yet', { when: { from: 5001 } }, {}, { fromMs: 5001 }],
    ['ended', { when: { until: 5000 } }, {}, { untilMs: 5000 }],
    ['other_hours', { when: { hours: [{ from: 540, to: 600 }] } }, {}, { weekMinute: 600 }],
    ['other_channel', { when: { channelIds: ['stores'] } }, {}],
    ['other_location', { when: { locationIds: ['paris'] } }, {}],
    ['other_currency', { currency: 'USD' as CurrencyCode }, {}, { currency: 'USD', basketCurrency: 'EUR' }],
    ['customer_unknown', { when: { groupIds: ['friends'] } }, {}],
    ['customer_unknown', { limits: { perCustomer: 1 } }, {}],
    ['other_customer_group', { when: { groupIds: ['staff'] } }, { customer: someone }],
    ['not_first_order', { when: { firstOrder: true } }, { customer: someone }],
    ['not_employee', { when: { employee: true } }, { customer: someone }],
    ['no_coupon', { when: { coupon: true }, codes: ['SUMMER'] }, { couponCodes: ['WINTER'] }],
    ['no_offer', { when: { offer: true } }, {}],
    [
      'used_up',
      { limits: { uses: 100 } },
      { uses: { p: { total: 100, byCustomer: 0, budgetMinor: 0 } } },
      { used: 100, limit: 100 },
    ],
    [
      'limit_of_customer',
      { limits: { perCustomer: 1 } },
      { customer: someone, uses: { p: { total: 5, byCustomer: 1, budgetMinor: 0 } } },
      { used: 1, limit: 1 },
    ],
    [
      'budget_spent',
      { limits: { budgetMinor: 900 } },
      { uses: { p: { total: 5, byCustomer: 1, budgetMinor: 900 } } },
      { spentMinor: 900, budgetMinor: 900 },
    ],
    ['beyond_budget', { limits: { budgetMinor: 900 } }, {}, { amountMinor: 1000, leftMinor: 900 }],
    ['no_matching_lines', { effect: { ...ten, of: SHOES } }, {}],
    [
      'below_minimum',
      { when: { minimum: { of: SHIRTS, amountMinor: 12_000 } } },
      {},
      { neededMinor: 12_000, reachedMinor: 10_000 },
    ],
    ['below_minimum', { when: { minimum: { of: SHIRTS, quantity: 2 } } }, {}, { needed: 2, reached: 1 }],
    [
      'below_first_tier',
      { effect: { kind: 'tiers', of: ORDER, by: 'amount', tiers: [{ from: 20_000, minor: 1 }] } },
      {},
      { neededMinor: 20_000, reachedMinor: 10_000 },
    ],
    ['set_incomplete', { effect: { kind: 'group', of: SHIRTS, quantity: 2, minor: 1 } }, {}],
    ['nothing_to_lower', { effect: { kind: 'price', of: SHIRTS, minor: 20_000 } }, {}],
    ['refused', {}, { refused: ['p'] }],
  ];
  test.each(rows)('%s', (reason, more, basket, numbers) => {
    const outcome = buy(['1 shirt 100.00'], [promotion('p', ten, more)], basket);
    expect(lost(outcome)).toEqual([0]);
    expect(outcome.trace).toEqual([{ promotionId: 'p', applied: false, reason, ...(numbers ? { numbers } : {}) }]);
  });

  test('a shared code, a code of one use and a personal offer let theirs apply', () => {
    const shared = promotion('shared', ten, { when: { coupon: true }, codes: ['SUMMER'] });
    const single = promotion('single', ten, { when: { coupon: true } });
    const offered = promotion('offered', ten, { when: { offer: true } });
    const outcome = buy(['1 shirt 100.00'], [shared, single, offered], {
      couponCodes: ['SUMMER', 'X7'],
      couponPromotions: { X7: 'single' },
      offerIds: ['o1'],
      offerPromotions: { o1: 'offered' },
    });
    expect(outcome.applied).toEqual([
      { promotionId: 'offered', offerId: 'o1', amountMinor: 1000, times: 1 },
      { promotionId: 'shared', couponCode: 'SUMMER', amountMinor: 900, times: 1 },
      { promotionId: 'single', couponCode: 'X7', amountMinor: 810, times: 1 },
    ]);
  });

  test('Sunday 22:00 to Monday 02:00 goes over the end of the week', () => {
    const night = promotion('p', ten, { when: { hours: [{ from: 10_080 - 120, to: 120 }] } });
    const at = (weekMinute: number): number => lost(buy(['1 shirt 100.00'], [night], { weekMinute }))[0] ?? 0;
    expect([10_079, 60, 120, 9000].map(at)).toEqual([1000, 1000, 0, 0]);
  });
});

test('ten thousand lines and a thousand promotions are answered, and nothing is lost on the way', () => {
  const promotions = Array.from({ length: 1000 }, (_, at) =>
    promotion(
      `p${at}`,
      at % 2 === 0
        ? { kind: 'amount', of: sku(`s${at}`), minor: 5, each: true }
        : { kind: 'n_for_m', of: sku(`s${at}`, `s${at + 1}`), n: 3, m: 2, pick: 'cheapest' },
    ),
  );
  const lines = Array.from({ length: 10_000 }, (_, at) => `2 s${at} 10.00`);
  const outcome = buy(lines, promotions);
  expect(lost(outcome).reduce((sum, each) => sum + each, 0)).toBe(
    outcome.applied.reduce((sum, each) => sum + each.amountMinor, 0),
  );
  expect(outcome.applied.length).toBeGreaterThan(900);
});
