import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import { currencyCode } from '../kernel/currency.ts';
import type { BusinessDay } from '../kernel/time.ts';
import {
  earnedBy,
  EARNED_VOUCHERS,
  issueVouchers,
  promotionOfVoucher,
  takeBackVouchers,
  voucherTerms,
  type VoucherTerms,
} from './earned-voucher.ts';
import { PROMOTION_USES, usePromotions } from './promotion-use.ts';
import { applyPromotions } from './promotion/apply-promotions.ts';
import { compilePromotions } from './promotion/compile-promotions.ts';
import type { PromotionLine } from './promotion/promotion-basket.ts';
import type { Promotion } from './promotion/promotion.ts';

const EUR = currencyCode('EUR');
const occasion = { occurredAt: 0, businessDay: '2026-11-22' as BusinessDay };
const spendAndGet = (more: Partial<Extract<Promotion['effect'], { kind: 'voucher' }>>, when = {}): Promotion => ({
  id: 'spend-and-get',
  name: 'Spend 50, get 5',
  effect: { kind: 'voucher', of: { kind: 'order' }, minor: 500, ...more },
  when,
  limits: {},
  currency: EUR,
  priority: 0,
  choice: 'best',
  exclusive: false,
  stackingGroup: '',
});
const basketLine = (line: number, quantity: number, amountMinor: number, skuId = `sku-${line % 3}`): PromotionLine => ({
  key: String(line),
  skuId,
  productId: '',
  categoryIds: [],
  kind: 'goods',
  quantity,
  countable: true,
  amountMinor,
});

function priced(promotion: Promotion, lines: readonly PromotionLine[]): VoucherTerms | undefined {
  const outcome = applyPromotions(compilePromotions([promotion]), {
    currency: 'EUR',
    at: 0,
    weekMinute: 0,
    businessDay: '2026-11-22',
    channelId: '',
    locationId: '',
    couponCodes: [],
    offerIds: [],
    refused: [],
    lines,
  });
  const [earned] = outcome.earnedVouchers;
  if (earned === undefined) return undefined;
  const places = lines.map((line) => ({
    line,
    places: [[Number(line.key), line.amountMinor, line.quantity] as const],
  }));
  return voucherTerms(promotion, earned.amountMinor, places);
}

const anyLines = fc
  .array(fc.record({ quantity: fc.integer({ min: 1, max: 9 }), amountMinor: fc.integer({ min: 0, max: 20_000 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((lines) => lines.map((one, at) => basketLine(at + 1, one.quantity, one.amountMinor)));
const anyPromotion = fc
  .record({
    forEachMinor: fc.option(fc.integer({ min: 1_000, max: 9_000 }), { nil: undefined }),
    ofSome: fc.boolean(),
    minimum: fc.option(fc.integer({ min: 1, max: 15_000 }), { nil: undefined }),
    pieces: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  })
  .map(({ forEachMinor, ofSome, minimum, pieces }) => {
    const of = ofSome ? ({ kind: 'sku', ids: ['sku-1'] } as const) : ({ kind: 'order' } as const);
    const bounds = {
      ...(minimum === undefined ? {} : { amountMinor: minimum }),
      ...(pieces === undefined ? {} : { quantity: pieces }),
    };
    return spendAndGet(
      { of, ...(forEachMinor === undefined ? {} : { forEachMinor }) },
      Object.keys(bounds).length === 0 ? {} : { minimum: { of: { kind: 'order' }, ...bounds } },
    );
  });

const kept = (lines: readonly PromotionLine[], of: (line: PromotionLine) => number) =>
  lines.map((one) => ({ line: Number(one.key), kept: of(one), quantity: one.quantity }));

type World = { books: TestBooks; order: { promotions: { promotionId: string; voucher: VoucherTerms }[] } };

function act(books: TestBooks, decide: Parameters<TestBooks['decide']>[0]): void {
  books.decide((draft) => {
    decide(draft);
    draft.act({ type: 'Acted', version: 1, topic: 'order', ...occasion, body: {} });
  });
}

function earning({ order }: World, lines: ReturnType<typeof kept>) {
  return { orderId: 'o', customerId: 'c', currency: 'EUR', ...order, lines };
}

function open(voucher: VoucherTerms): World {
  return { books: openTestBooks(), order: { promotions: [{ promotionId: 'spend-and-get', voucher }] } };
}

function give(world: World, lines: ReturnType<typeof kept>, id: string): void {
  const toIssue = [{ promotionId: 'spend-and-get', id }];
  act(world.books, (draft) => {
    issueVouchers(draft, earning(world, lines), { toIssue, at: 0, first: id === 'v0' });
  });
}

const worth = ({ books }: World): number =>
  (books.get(EARNED_VOUCHERS, 'o')?.vouchers ?? []).reduce((sum, one) => sum + one.amountMinor - one.takenBackMinor, 0);

describe('what a basket earns', () => {
  it('is for the goods as a whole what the engine says, and never more for a part of them', () => {
    fc.assert(
      fc.property(anyPromotion, anyLines, fc.nat(), (promotion, lines, seed) => {
        const terms = priced(promotion, lines);
        if (terms === undefined) return;
        expect(
          earnedBy(
            terms,
            kept(lines, (line) => line.quantity),
          ),
        ).toBe(terms.amountMinor);
        const part = earnedBy(
          terms,
          kept(lines, (line) => (seed * Number(line.key)) % (line.quantity + 1)),
        );
        expect(part).toBeLessThanOrEqual(terms.amountMinor);
        expect(
          earnedBy(
            terms,
            kept(lines, () => 0),
          ),
        ).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is issued as goods leave and taken back as they return: what is open is always what the kept goods earn', () => {
    fc.assert(
      fc.property(
        anyPromotion,
        anyLines,
        fc.array(fc.nat(9), { minLength: 8, maxLength: 8 }),
        (promotion, lines, cut) => {
          const terms = priced(promotion, lines);
          if (terms === undefined) return;
          const world = open(terms);
          const steps = [0.3, 0.7, 1].map((part) => kept(lines, (line) => Math.floor(line.quantity * part)));
          steps.forEach((lines, n) => give(world, lines, `v${n === 0 ? 0 : n}`));
          expect(worth(world)).toBe(terms.amountMinor);
          const left = kept(lines, (line) => Math.max(0, line.quantity - (cut[Number(line.key) - 1] ?? 0)));
          act(world.books, (draft) => void takeBackVouchers(draft, earning(world, left), 0));
          expect(worth(world)).toBe(earnedBy(terms, left));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a voucher', () => {
  const lines = [basketLine(1, 2, 6_000)];
  const terms = priced(spendAndGet({}, { minimum: { of: { kind: 'order' }, amountMinor: 5_000 } }), lines);
  const fresh = (): World => {
    if (terms === undefined) throw new Error('nothing was earned');
    const world = open(terms);
    give(
      world,
      kept(lines, (line) => line.quantity),
      'v0',
    );
    return world;
  };
  const back = (world: World, withholdMinor: number): unknown => {
    let said: unknown;
    act(world.books, (draft) => {
      said = takeBackVouchers(
        draft,
        earning(
          world,
          kept(lines, () => 1),
        ),
        withholdMinor,
      );
    });
    return said;
  };
  const spend = (world: World, amountMinor: number): string => {
    const state = world.books.get(EARNED_VOUCHERS, 'o')?.vouchers[0];
    if (state === undefined) return 'none';
    const { limits } = promotionOfVoucher({ ...state, takenBackMinor: 0, currency: EUR, name: '', byCode: true });
    const verdict = world.books.decide((draft) => {
      const used = usePromotions(draft, [{ promotionId: state.id, amountMinor, limits }], { fact: false, occasion });
      if ('refused' in used) return used.refused.reason;
      draft.act({ type: 'Sold', version: 1, topic: 'order', ...occasion, body: {} });
      return undefined;
    });
    return verdict ?? 'used';
  };

  it('is used once', () => {
    const world = fresh();
    expect([spend(world, 500), spend(world, 500)]).toEqual(['used', 'promotion_used_up']);
  });

  it('is void when the goods that earned it come back, also for a basket that was priced with it already', () => {
    const world = fresh();
    expect(back(world, 3_000)).toEqual({ voidedMinor: 500, withheldMinor: 0 });
    expect(spend(world, 500)).toBe('promotion_budget_spent');
    expect(back(world, 3_000)).toEqual({ voidedMinor: 0, withheldMinor: 0 });
  });

  it('that was used is kept from the refund, never more than is given back', () => {
    const world = fresh();
    expect(spend(world, 500)).toBe('used');
    expect(back(world, 300)).toEqual({ voidedMinor: 0, withheldMinor: 300 });
    expect(back(world, 3_000)).toEqual({ voidedMinor: 0, withheldMinor: 200 });
    expect(back(world, 3_000)).toEqual({ voidedMinor: 0, withheldMinor: 0 });
    expect(world.books.get(PROMOTION_USES, 'v0')).toMatchObject({ uses: 1, spentMinor: 500 });
  });
});
