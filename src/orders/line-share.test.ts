import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LineTax } from '../pricing/tax/tax-basket.ts';
import { negativeOf, owedOf, shareOfLine, sumDiscounts, sumTaxes, type LineShare } from './line-share.ts';

const tax = (code: string, taxMinor: number, more: Partial<LineTax> = {}): LineTax => ({
  jurisdiction: 'IN',
  code,
  ratePpm: 90_000,
  baseMinor: 1_000,
  taxMinor,
  treatment: 'taxed',
  ...more,
});

const anyLine = fc.record({
  quantity: fc.integer({ min: 1, max: 40 }),
  netMinor: fc.integer({ min: 0, max: 100_000 }),
  taxes: fc.array(
    fc.record({
      code: fc.constantFrom('CGST', 'SGST', 'CESS'),
      taxMinor: fc.integer({ min: 0, max: 20_000 }),
      treatment: fc.constantFrom<LineTax['treatment']>('taxed', 'zero', 'marketplace', 'reverse_charge'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  discounts: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 3 }),
});

describe('a part of a line', () => {
  it('takes of every tax and discount its share, so that any way of cutting the line gives back all of it', () => {
    fc.assert(
      fc.property(anyLine, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (given, steps) => {
        const taxes = given.taxes.map((one) => tax(one.code, one.taxMinor, { treatment: one.treatment }));
        const line = {
          quantity: given.quantity,
          netMinor: given.netMinor,
          taxMinor: owedOf(taxes),
          taxes,
          discounts: given.discounts.map((amountMinor, n) => ({ promotionId: `p${n}`, amountMinor })),
        };
        const parts: LineShare[] = [];
        let from = 0;
        for (const step of [...steps, line.quantity]) {
          const to = Math.min(line.quantity, from + step);
          if (to === from) break;
          parts.push(shareOfLine(line, from, to));
          from = to;
        }
        const sum = (of: (part: LineShare) => number): number => parts.reduce((all, one) => all + of(one), 0);
        expect(from).toBe(line.quantity);
        expect(sum((part) => part.grossMinor)).toBe(line.netMinor + line.taxMinor);
        expect(sum((part) => part.taxMinor)).toBe(line.taxMinor);
        taxes.forEach((one, at) => {
          expect(sum((part) => part.taxes?.[at]?.taxMinor ?? 0)).toBe(one.taxMinor);
          expect(sum((part) => part.taxes?.[at]?.baseMinor ?? 0)).toBe(one.baseMinor);
        });
        line.discounts.forEach((one, at) =>
          expect(sum((part) => part.discounts?.[at]?.amountMinor ?? 0)).toBe(one.amountMinor),
        );
        for (const part of parts) {
          expect(part.netMinor + part.taxMinor).toBe(part.grossMinor);
          expect(owedOf(part.taxes ?? [])).toBe(part.taxMinor);
        }
      }),
    );
  });

  it('that comes back is the negative of what left', () => {
    const left = shareOfLine(
      { quantity: 3, netMinor: 1_000, taxMinor: 180, taxes: [tax('CGST', 90), tax('SGST', 90)] },
      0,
      2,
    );
    expect(left).toMatchObject({ netMinor: 667, taxMinor: 120, grossMinor: 787 });
    expect(negativeOf(left)).toMatchObject({
      netMinor: -667,
      taxMinor: -120,
      grossMinor: -787,
      taxes: [{ taxMinor: -60 }, { taxMinor: -60 }],
    });
  });
});

describe('the taxes of lines', () => {
  it('are summed by what a return of taxes asks for; a plain line is that of the order’s country, a voucher sold none', () => {
    const plain = { kind: 'goods' as const, taxPpm: 200_000, netMinor: 1_000, taxMinor: 200 };
    expect(
      sumTaxes(
        [
          plain,
          { ...plain, netMinor: 500, taxMinor: 100 },
          { ...plain, taxPpm: 0, netMinor: 300, taxMinor: 0 },
          { ...plain, kind: 'voucher', taxPpm: 0, netMinor: 5_000, taxMinor: 0 },
          { ...plain, taxes: [tax('CGST', 90), tax('SGST', 90), tax('IGST', 50, { treatment: 'marketplace' })] },
        ],
        'GB',
      ),
    ).toEqual([
      ['GB', 'VAT', 200_000, 'taxed', 1_500, 300],
      ['GB', 'VAT', 0, 'zero', 300, 0],
      ['IN', 'CGST', 90_000, 'taxed', 1_000, 90],
      ['IN', 'SGST', 90_000, 'taxed', 1_000, 90],
      ['IN', 'IGST', 90_000, 'marketplace', 1_000, 50],
    ]);
  });
  it('go with what promotions took off', () => {
    const [a, b] = [
      { promotionId: 'a', amountMinor: 5 },
      { promotionId: 'b', amountMinor: 7 },
    ];
    expect(sumDiscounts([{ discounts: [a, b] }, {}, { discounts: [a] }])).toEqual([
      ['a', 10],
      ['b', 7],
    ]);
  });
});
