import { expect, test } from 'vitest';
import type { CurrencyCode } from '../../kernel/currency.ts';
import { promotionProblem } from './save-promotion.ts';
import type { Promotion, Target } from './promotion.ts';

const ORDER: Target = { kind: 'order' };
const EUR = 'EUR' as CurrencyCode;
const fine: Promotion = {
  id: 'p',
  name: 'Ten off',
  effect: { kind: 'percentage', of: ORDER, ppm: 100_000 },
  when: {},
  limits: {},
  priority: 0,
  choice: 'best',
  exclusive: false,
  stackingGroup: '',
};

const rows: [says: string, change: Partial<Promotion>, reason: string | undefined][] = [
  ['ten per cent off needs no currency', {}, undefined],
  ['five off does', { effect: { kind: 'amount', of: ORDER, minor: 500, each: false } }, 'currency_missing'],
  ['so does a minimum', { when: { minimum: { of: ORDER, amountMinor: 1 } } }, 'currency_missing'],
  ['and a budget', { limits: { budgetMinor: 1 } }, 'currency_missing'],
  ['it ends when it begins', { when: { from: 5, until: 5 } }, 'ends_before_it_begins'],
  ['no hour at all', { when: { hours: [{ from: 60, to: 60 }] } }, 'hours_empty'],
  ['a code and an offer', { when: { coupon: true, offer: true } }, 'code_and_offer'],
  ['3 for 3', { effect: { kind: 'n_for_m', of: ORDER, n: 3, m: 3, pick: 'cheapest' } }, 'set_pays_for_all'],
  ['any one for 5', { currency: EUR, effect: { kind: 'group', of: ORDER, quantity: 1, minor: 500 } }, 'set_of_one'],
  [
    'two steps from the same amount',
    {
      currency: EUR,
      effect: {
        kind: 'tiers',
        of: ORDER,
        by: 'amount',
        tiers: [
          { from: 1, ppm: 1 },
          { from: 1, ppm: 2 },
        ],
      },
    },
    'tiers_repeat',
  ],
  ['a gift for nothing', { effect: { kind: 'gift', skuId: 's', quantity: 1 } }, 'gift_without_minimum'],
  [
    'a voucher that nothing goes with',
    { currency: EUR, exclusive: true, effect: { kind: 'voucher', of: ORDER, minor: 5 } },
    'gift_not_alone',
  ],
  ['everything but everything', { except: ORDER }, 'all_excepted'],
];

test.each(rows)('%s', (_, change, reason) => {
  expect(promotionProblem({ ...fine, ...change })?.reason).toBe(reason);
});
