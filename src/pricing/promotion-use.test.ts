import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import type { BusinessDay } from '../kernel/time.ts';
import { giveBackPromotions, PROMOTION_USES, usePromotions, type UsedPromotion } from './promotion-use.ts';

const occasion = { occurredAt: 0, businessDay: '2026-11-22' as BusinessDay };

function use(books: TestBooks, used: readonly UsedPromotion[], fact = false): string {
  const verdict = books.decide((draft) => {
    const outcome = usePromotions(draft, used, { fact, occasion });
    if ('refused' in outcome) return outcome.refused;
    draft.act({ type: 'Sold', version: 1, topic: 'order', ...occasion, body: {} });
    outcome.report();
    return undefined;
  });
  return verdict?.reason ?? 'used';
}

const tenOff = (more: Partial<UsedPromotion> = {}): UsedPromotion => ({
  promotionId: 'p',
  amountMinor: 1000,
  limits: {},
  ...more,
});

describe('uses are counted in the commit', () => {
  test('a promotion with 100 uses is used 100 times', () => {
    const books = openTestBooks();
    const said = Array.from({ length: 256 }, () => use(books, [tenOff({ limits: { uses: 100 } })]));
    expect(said.filter((each) => each === 'used')).toHaveLength(100);
    expect(new Set(said.slice(100))).toEqual(new Set(['promotion_used_up']));
    expect(books.get(PROMOTION_USES, 'p')).toMatchObject({ uses: 100, overuses: 0, spentMinor: 100_000 });
  });

  test('a budget is not overrun: the last one that does not fit is refused whole', () => {
    const books = openTestBooks();
    const limits = { budgetMinor: 2500 };
    expect([1, 2, 3].map(() => use(books, [tenOff({ limits })]))).toEqual(['used', 'used', 'promotion_budget_spent']);
    expect(use(books, [tenOff({ limits, amountMinor: 500 })])).toBe('used');
  });

  test('each customer has a count of their own', () => {
    const books = openTestBooks();
    const by = (customerId: string) => use(books, [tenOff({ limits: { perCustomer: 1 }, customerId })]);
    expect([by('a'), by('b'), by('a')]).toEqual(['used', 'used', 'promotion_limit_of_customer']);
  });

  test('a coupon of one use and an offer are used once, whatever the promotion still has', () => {
    const books = openTestBooks();
    const coupon = { hash: 'h', uses: 1 };
    expect([use(books, [tenOff({ coupon })]), use(books, [tenOff({ coupon })])]).toEqual(['used', 'coupon_used_up']);
    expect([use(books, [tenOff({ offerId: 'o' })]), use(books, [tenOff({ offerId: 'o' })])]).toEqual([
      'used',
      'coupon_used_up',
    ]);
  });

  test('of two promotions in one order neither is counted when one is used up', () => {
    const books = openTestBooks();
    const full = tenOff({ promotionId: 'full', limits: { uses: 0 } });
    expect(use(books, [tenOff(), full])).toBe('promotion_used_up');
    expect(books.get(PROMOTION_USES, 'p')).toBeUndefined();
  });

  test('one coupon that opens two promotions is still one code of one use', () => {
    const books = openTestBooks();
    const coupon = { hash: 'h', uses: 1 };
    expect(use(books, [tenOff({ coupon }), tenOff({ promotionId: 'q', coupon })])).toBe('coupon_used_up');
  });

  test('a fact goes beyond the limit, is counted apart and told', () => {
    const books = openTestBooks();
    const limited = tenOff({ limits: { uses: 1, budgetMinor: 1500 } });
    expect([use(books, [limited], true), use(books, [limited], true)]).toEqual(['used', 'used']);
    expect(books.get(PROMOTION_USES, 'p')).toMatchObject({
      uses: 1,
      overuses: 1,
      spentMinor: 1500,
      overspentMinor: 500,
    });
    expect(books.acts.at(-1)).toMatchObject({
      type: 'PromotionOverused',
      consequence: true,
      body: { promotions: [{ promotionId: 'p', what: 'promotion', overuses: 1, overspentMinor: 500 }] },
    });
  });

  test('a cancelled order gives back what it took, what went beyond first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 8 }), (amounts) => {
        const books = openTestBooks();
        const used = amounts.map((amountMinor) => tenOff({ amountMinor, limits: { uses: 3, budgetMinor: 1000 } }));
        for (const one of used) use(books, [one], true);
        for (const one of used)
          books.decide((draft) => {
            giveBackPromotions(draft, [one]);
            draft.act({ type: 'Cancelled', version: 1, topic: 'order', ...occasion, body: {} });
            return undefined;
          });
        const left = books.get(PROMOTION_USES, 'p') ?? { uses: 0, overuses: 0, spentMinor: 0, overspentMinor: 0 };
        expect(left).toMatchObject({ uses: 0, overuses: 0, spentMinor: 0, overspentMinor: 0 });
      }),
    );
  });
});
