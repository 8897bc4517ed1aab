import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPromotions } from './apply-promotions.ts';
import { changePromotion, compilePromotions } from './compile-promotions.ts';
import type { PromotionBasket, PromotionOutcome } from './promotion-basket.ts';
import type { Promotion } from './promotion.ts';
import { CROWDED, openDice, randomBasket, randomPromotion, type Dice } from './random-baskets.ts';

const RUNS = { numRuns: 1500 };

/** A basket and promotions out of one seed, which is what a failure prints. */
function shopOf(
  seed: number,
  most = { promotions: 12, lines: 6 },
): { promotions: Promotion[]; basket: PromotionBasket; dice: Dice } {
  const dice = openDice(seed);
  const promotions = Array.from({ length: dice(most.promotions) }, (_, number) =>
    randomPromotion(dice, CROWDED, number),
  );
  return { promotions, basket: randomBasket(dice, CROWDED, 1 + dice(most.lines)), dice };
}

const seeds = fc.integer({ min: 0, max: 0x7fffffff });

function saved(outcome: PromotionOutcome): number {
  return outcome.applied.reduce((sum, each) => sum + each.amountMinor, 0);
}

function inCents(promotion: Promotion): Promotion {
  const { effect, when } = promotion;
  return {
    ...promotion,
    effect: 'minor' in effect ? { ...effect, minor: effect.minor % 23 } : effect,
    when: when.minimum === undefined ? when : { ...when, minimum: { ...when.minimum, amountMinor: 1 } },
  };
}

describe('whatever the promotions and the basket', () => {
  test('no line falls below nought, and what lines lose is what promotions say they gave', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket } = shopOf(seed);
        const outcome = applyPromotions(compilePromotions(promotions), basket);
        const byPromotion = new Map<string, number>();
        outcome.lines.forEach(({ key, discounts }, at) => {
          const line = basket.lines[at];
          expect(line?.key).toBe(key);
          const lost = discounts.reduce((sum, each) => sum + each.amountMinor, 0);
          expect(lost).toBeLessThanOrEqual(Math.max(0, line?.amountMinor ?? 0));
          expect(new Set(discounts.map((each) => each.promotionId)).size).toBe(discounts.length);
          for (const { promotionId, amountMinor, supplierMinor } of discounts) {
            expect(amountMinor).toBeGreaterThan(0);
            expect(supplierMinor ?? 0).toBeLessThanOrEqual(amountMinor);
            byPromotion.set(promotionId, (byPromotion.get(promotionId) ?? 0) + amountMinor);
          }
        });
        for (const { promotionId, amountMinor } of outcome.applied)
          expect(byPromotion.get(promotionId) ?? 0).toBe(amountMinor);
        expect(saved(outcome)).toBe([...byPromotion.values()].reduce((sum, each) => sum + each, 0));
      }),
      RUNS,
    );
  });

  test('the order of the lines does not matter, nor how they are numbered', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket, dice } = shopOf(seed);
        const compiled = compilePromotions(promotions);
        const shuffled = basket.lines
          .map((line) => ({ line, place: dice(1000) }))
          .sort((a, b) => a.place - b.place)
          .map(({ line }) => line);
        const one = applyPromotions(compiled, basket, { trace: true });
        const other = applyPromotions(compiled, { ...basket, lines: shuffled }, { trace: true });
        const byKey = (outcome: PromotionOutcome) => new Map(outcome.lines.map((line) => [line.key, line.discounts]));
        expect(byKey(other)).toEqual(byKey(one));
        expect(other.applied).toEqual(one.applied);
        expect(other.trace).toEqual(one.trace);
        const renumbered = shuffled.map((line, at) => ({ ...line, key: `line ${at}` }));
        expect(applyPromotions(compiled, { ...basket, lines: renumbered }).applied).toEqual(one.applied);
      }),
      RUNS,
    );
  });

  test('one more promotion that may be refused never makes a basket dearer', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        // Of up to ten promotions every combination of those in each other's way is tried.
        const { promotions, basket, dice } = shopOf(seed, { promotions: 10, lines: 6 });
        const more = { ...randomPromotion(dice, CROWDED, 100 - dice(200)), id: `promotion-${dice(2) * 9}x` };
        const before = applyPromotions(compilePromotions(promotions), basket);
        const after = applyPromotions(compilePromotions([...promotions, more]), basket);
        expect(saved(after)).toBeGreaterThanOrEqual(saved(before));
      }),
      { ...RUNS, numRuns: 4000 },
    );
  });

  test('nor where every amount is a few cents, and the odd one decides', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket, dice } = shopOf(seed, { promotions: 10, lines: 6 });
        const more = { ...randomPromotion(dice, CROWDED, 0), id: `promotion-${dice(2) * 9}x` };
        const cheap = promotions.map(inCents);
        const of = { ...basket, lines: basket.lines.map((line) => ({ ...line, amountMinor: line.amountMinor % 71 })) };
        const before = applyPromotions(compilePromotions(cheap), of);
        const after = applyPromotions(compilePromotions([...cheap, inCents(more)]), of);
        expect(saved(after)).toBeGreaterThanOrEqual(saved(before));
      }),
      { ...RUNS, numRuns: 4000 },
    );
  });

  test('a code that is brought never makes a basket dearer, however many promotions there are', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket, dice } = shopOf(seed, { promotions: 40, lines: 8 });
        const compiled = compilePromotions(
          promotions.map((each) =>
            each.when.coupon === true || dice(3) > 0
              ? each
              : { ...each, when: { ...each.when, coupon: true }, codes: [`CODE${dice(4)}`] },
          ),
        );
        const savedWith = (couponCodes: readonly string[]): number =>
          saved(applyPromotions(compiled, { ...basket, couponCodes }));
        const [none, one, other, both] = [
          savedWith([]),
          savedWith(['CODE0']),
          savedWith(['CODE1']),
          savedWith(['CODE0', 'CODE1']),
        ];
        expect(one).toBeGreaterThanOrEqual(none);
        expect(both).toBeGreaterThanOrEqual(Math.max(one, other));
      }),
      // Once dearer: shipping and goods in one set under a percentage of the goods, and the odd cent of an order of which a part is lowered again.
      { ...RUNS, examples: [[1_626_742_676], [49_818_430], [80_084_848]] },
    );
  });

  test('a promotion changed in compiled ones is as good as compiling anew', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket, dice } = shopOf(seed);
        const compiled = compilePromotions(promotions);
        const changed = randomPromotion(dice, CROWDED, dice(14));
        const without = { id: `promotion-${String(dice(14)).padStart(6, '0')}`, removed: true } as const;
        const byHand = promotions.filter((each) => each.id !== changed.id && each.id !== without.id);
        if (changed.id !== without.id) byHand.push(changed);
        const stepwise = changePromotion(changePromotion(compiled, changed), without);
        const options = { trace: true };
        expect(applyPromotions(stepwise, basket, options)).toEqual(
          applyPromotions(compilePromotions(byHand), basket, options),
        );
        expect(applyPromotions(compiled, basket, options)).toEqual(
          applyPromotions(compilePromotions(promotions), basket, options),
        );
      }),
      { ...RUNS, numRuns: 500 },
    );
  });

  test('a trace names every promotion once, and agrees with what was applied', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const { promotions, basket } = shopOf(seed);
        const { trace, applied } = applyPromotions(compilePromotions(promotions), basket, { trace: true });
        expect(trace.map((each) => each.promotionId)).toEqual(promotions.map((each) => each.id));
        expect(new Set(trace.filter((each) => each.applied).map((each) => each.promotionId))).toEqual(
          new Set(applied.map((each) => each.promotionId)),
        );
      }),
      RUNS,
    );
  });
});
