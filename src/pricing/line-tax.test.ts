import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { ratePpm } from '../kernel/rate.ts';
import { taxDocument, taxLine, type LineToTax, type TaxedAmount } from './line-tax.ts';

const GBP = currencyCode('GBP');
const price = (amount: number, more: { scale?: number; per?: number } = {}) => ({ amount, currency: GBP, ...more });
const line = (amount: number, quantity: number, percent: string, mode: 'incl' | 'excl', more = {}): LineToTax => ({
  unitPrice: price(amount, more),
  quantity,
  taxInclusive: mode === 'incl',
  ratePpm: ratePpm(percent),
});
const amounts = (netMinor: number, taxMinor: number, grossMinor: number): TaxedAmount => ({
  netMinor,
  taxMinor,
  grossMinor,
});

describe('the tax of a line', () => {
  it.each([
    // HMRC, "Calculating VAT for VAT-inclusive and VAT-exclusive prices": 100.00 + 20 % = 120.00, 100.00 + 5 % = 105.00.
    ['HMRC: 20 % on 100.00', line(10_000, 1, '20', 'excl'), amounts(10_000, 2_000, 12_000)],
    ['HMRC: 5 % on 100.00', line(10_000, 1, '5', 'excl'), amounts(10_000, 500, 10_500)],
    // HMRC VAT Notice 700, 17.4.1: the VAT fraction of the standard rate is 1/6, of the reduced rate 1/21.
    ['the fraction 1/6 of 120.00', line(12_000, 1, '20', 'incl'), amounts(10_000, 2_000, 12_000)],
    ['the fraction 1/6 of 60.00', line(6_000, 1, '20', 'incl'), amounts(5_000, 1_000, 6_000)],
    ['the fraction 1/21 of 80.00, 3.8095', line(8_000, 1, '5', 'incl'), amounts(7_619, 381, 8_000)],
    // HMRC VAT Notice 700, 17.5.1: a line's VAT of 86.76 pence is rounded to 87 pence.
    ['the notice’s own 86.76 pence', line(43_380, 1, '0.2', 'excl'), amounts(43_380, 87, 43_467)],
    // HMRC VATREC12020 and Notice 700, 17.6: a retailer rounds each line up and down, never always down.
    ['down: 1/6 of 9.99 is 1.665', line(999, 1, '20', 'incl'), amounts(832, 167, 999)],
    ['down: 1/6 of 19.99 is 3.3317', line(1_999, 1, '20', 'incl'), amounts(1_666, 333, 1_999)],
    // Sweden, Skatteverket: 25 % on top is a fifth of the whole; Germany, 19/119 and 7/107 of the whole (UStAE 15.4).
    ['a fifth of 249.00 at 25 %', line(24_900, 1, '25', 'incl'), amounts(19_920, 4_980, 24_900)],
    ['19/119 of 119.00', line(11_900, 1, '19', 'incl'), amounts(10_000, 1_900, 11_900)],
    ['7/107 of 2.49, 0.1629', line(249, 1, '7', 'incl'), amounts(233, 16, 249)],
    ['8.1/108.1 of 50.00 CHF, 3.7465', line(5_000, 1, '8.1', 'incl'), amounts(4_625, 375, 5_000)],
    ['5.5 % of 3 × 12.00', line(1_200, 3, '5.5', 'excl'), amounts(3_600, 198, 3_798)],
    ['the line is rounded once, not each piece: 3 × 0.99', line(99, 3, '20', 'incl'), amounts(247, 50, 297)],
    ['no tax at the zero rate', line(1_999, 2, '0', 'incl'), amounts(3_998, 0, 3_998)],
    [
      'weighed: 1,234 g at 15.99 a kg is 19.7317',
      line(1_599, 1_234, '0', 'incl', { per: 1000 }),
      amounts(1_973, 0, 1_973),
    ],
    [
      'a price finer than the cent: 1,000 × 0.01234',
      line(1_234, 1_000, '20', 'excl', { scale: 3 }),
      amounts(1_234, 247, 1_481),
    ],
    ['a half goes away from zero: 2.5 → 3', line(10, 1, '25', 'excl'), amounts(10, 3, 13)],
    ['also backwards: −2.5 → −3', line(10, -1, '25', 'excl'), amounts(-10, -3, -13)],
    ['a return of 19.99', line(1_999, -1, '20', 'incl'), amounts(-1_666, -333, -1_999)],
    ['nothing', line(1_999, 0, '20', 'incl'), amounts(0, 0, 0)],
  ])('%s', (_, wanted, expected) => {
    expect(taxLine(wanted)).toStrictEqual(expected);
  });

  const anyLine = fc.record({
    unitPrice: fc.record({
      amount: fc.integer({ min: 0, max: 10_000_000 }),
      currency: fc.constant(GBP),
      scale: fc.integer({ min: 0, max: 4 }),
      per: fc.constantFrom(1, 100, 1000),
    }),
    quantity: fc.integer({ min: -100_000, max: 100_000 }),
    taxInclusive: fc.boolean(),
    ratePpm: fc.integer({ min: 0, max: 1_000_000 }),
  });

  it('and the net are always the gross, whole and without minus zero', () => {
    fc.assert(
      fc.property(anyLine, (wanted) => {
        const { netMinor, taxMinor, grossMinor } = taxLine(wanted);
        expect(netMinor + taxMinor).toBe(grossMinor);
        for (const amount of [netMinor, taxMinor, grossMinor])
          expect(Number.isSafeInteger(amount) && !Object.is(amount, -0)).toBe(true);
        expect(Math.sign(taxMinor) * Math.sign(grossMinor)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('of a return mirrors that of the sale', () => {
    fc.assert(
      fc.property(anyLine, (wanted) => {
        const there = taxLine(wanted);
        const back = taxLine({ ...wanted, quantity: 0 - wanted.quantity });
        expect(there.netMinor + back.netMinor).toBe(0);
        expect(there.taxMinor + back.taxMinor).toBe(0);
        expect(there.grossMinor + back.grossMinor).toBe(0);
      }),
    );
  });

  it('comes back within one minor unit when the net is taxed on top again', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 1_000_000 }), (gross, rate) => {
        const inside = taxLine({ unitPrice: price(1), quantity: gross, taxInclusive: true, ratePpm: rate });
        const again = taxLine({ unitPrice: price(1), quantity: inside.netMinor, taxInclusive: false, ratePpm: rate });
        expect(Math.abs(again.grossMinor - gross)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is within half a minor unit of the exact one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1_000_000 }), (gross, rate) => {
        const { taxMinor } = taxLine({ unitPrice: price(1), quantity: gross, taxInclusive: true, ratePpm: rate });
        const whole = 1_000_000n + BigInt(rate);
        const off = BigInt(taxMinor) * whole - BigInt(gross) * BigInt(rate);
        expect((off < 0n ? -off : off) * 2n <= whole).toBe(true);
      }),
    );
  });
});

describe('a document', () => {
  const taxed = (wanted: LineToTax) => ({ ...taxLine(wanted), ratePpm: wanted.ratePpm });
  it('is the sum of its lines and shows each rate', () => {
    const lines = [line(999, 1, '20', 'incl'), line(1_999, 1, '20', 'incl'), line(8_000, 1, '5', 'incl')].map(taxed);
    expect(taxDocument(lines)).toStrictEqual({
      netMinor: 10_117,
      taxMinor: 881,
      grossMinor: 10_998,
      byRate: [
        { ratePpm: 200_000, netMinor: 2_498, taxMinor: 500, grossMinor: 2_998 },
        { ratePpm: 50_000, netMinor: 7_619, taxMinor: 381, grossMinor: 8_000 },
      ],
    });
  });
  it('is never rounded again: 100 lines of 0.03 at 20 % carry 1.00 of tax, not 0.50', () => {
    const lines = Array.from({ length: 100 }, () => taxed(line(3, 1, '20', 'incl')));
    expect(taxDocument(lines)).toMatchObject({ grossMinor: 300, taxMinor: 100 });
  });
  it('without lines is worth nothing', () => {
    expect(taxDocument([])).toStrictEqual({ netMinor: 0, taxMinor: 0, grossMinor: 0, byRate: [] });
  });
});
