import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { businessDay } from '../kernel/time.ts';
import { priceBasket, type Basket, type BasketLine } from './basket.ts';
import { compilePromotions } from './promotion/compile-promotions.ts';
import { compileTaxRules } from './tax/tax-rules.ts';

const GBP = currencyCode('GBP');
const day = businessDay('2026-11-23');
const rate = (taxClass: string, ratePpm: number) => ({
  country: 'GB',
  taxClass,
  validFrom: businessDay('2011-01-04'),
  ratePpm,
  name: taxClass,
});
const taxes = compileTaxRules({
  jurisdictions: [],
  rates: [],
  vatRates: [rate('standard', 200_000), rate('zero', 0)],
});
const line = (key: string, amount: number, more: Partial<BasketLine> = {}): BasketLine => ({
  key,
  skuId: key,
  productId: key,
  categoryIds: ['cups'],
  kind: 'goods',
  quantity: 1,
  countable: true,
  unitPrice: { amount, currency: GBP },
  taxClass: 'standard',
  ...more,
});
const basket = (lines: readonly BasketLine[]): Basket => ({
  promotion: {
    currency: GBP,
    at: 0,
    weekMinute: 0,
    businessDay: day,
    channelId: 'shop',
    locationId: 'store',
    couponCodes: [],
    offerIds: [],
    refused: [],
  },
  tax: {
    day,
    currency: GBP,
    taxInclusive: true,
    seller: { country: 'GB', registrations: [] },
    from: { country: 'GB' },
    to: { country: 'GB' },
    fulfilment: 'till',
    collectedBy: 'us',
  },
  lines,
});
const price = (lines: readonly BasketLine[]) => {
  const decision = priceBasket({ promotions: compilePromotions([]), taxes }, basket(lines));
  if (!decision.ok) throw new Error(JSON.stringify(decision.rejection));
  return decision.value;
};

describe('a basket', () => {
  it('costs what its lines cost, each rounded once and taxed at its own rate', () => {
    const priced = price([line('mug', 999, { quantity: 3 }), line('book', 850, { taxClass: 'zero' })]);
    expect(
      priced.lines.map(({ key, netMinor, taxMinor, grossMinor }) => [key, netMinor, taxMinor, grossMinor]),
    ).toEqual([
      ['mug', 2_497, 500, 2_997],
      ['book', 850, 0, 850],
    ]);
    expect(priced).toMatchObject({ netMinor: 3_347, taxMinor: 500, grossMinor: 3_847, applied: [], trace: [] });
  });

  it('sells the parts of a bundle, each at its share and its own rate', () => {
    const set = line('set', 1_000, {
      quantity: 2,
      parts: [
        { key: 'set.0', kind: 'goods', taxClass: 'standard', quantity: 2, weight: 1_500 },
        { key: 'set.1', kind: 'goods', taxClass: 'zero', quantity: 2, weight: 1_000 },
      ],
    });
    const priced = price([set]);
    expect(priced.lines.map(({ key, listMinor, taxMinor }) => [key, listMinor, taxMinor])).toEqual([
      ['set.0', 1_200, 200],
      ['set.1', 800, 0],
    ]);
    expect(priced.grossMinor).toBe(2_000);
  });

  it('is refused where a class has no rate: a tax is not guessed', () => {
    expect(
      priceBasket({ promotions: compilePromotions([]), taxes }, basket([line('mug', 999, { taxClass: 'odd' })])),
    ).toMatchObject({ ok: false, rejection: { reason: 'no_tax_rate', key: 'mug', jurisdiction: 'GB' } });
  });

  it('adds up, whatever is in it', () => {
    const anyLine = fc.record({
      amount: fc.integer({ min: 0, max: 100_000 }),
      quantity: fc.integer({ min: 0, max: 50 }),
      zero: fc.boolean(),
      weights: fc.option(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), (given) => {
        const lines = given.map(({ amount, quantity, zero, weights }, n) =>
          line(`l${n}`, amount, {
            quantity,
            taxClass: zero ? 'zero' : 'standard',
            ...(weights === undefined
              ? {}
              : {
                  parts: weights.map((weight, at) => ({
                    key: `l${n}.${at}`,
                    kind: 'goods',
                    taxClass: 'standard',
                    quantity,
                    weight,
                  })),
                }),
          }),
        );
        const priced = price(lines);
        const sum = given.reduce((all, one) => all + one.amount * one.quantity, 0);
        expect(priced.grossMinor).toBe(sum);
        expect(priced.lines.reduce((all, one) => all + one.grossMinor, 0)).toBe(sum);
        for (const one of priced.lines) expect(one.amountMinor).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
