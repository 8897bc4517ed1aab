import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode } from '../../kernel/currency.ts';
import { businessDay } from '../../kernel/time.ts';
import { taxLine } from '../line-tax.ts';
import { roundCash } from './cash-rounding.ts';
import { taxBasket, type TaxedBasket, type TaxRequest } from './tax-basket.ts';
import { compileTaxRules, PLAIN_VAT, taxRatesOn, type TaxJurisdiction, type TaxRate } from './tax-rules.ts';

const rate = (
  jurisdiction: string,
  code: string,
  taxClass: string,
  ppm: number,
  more: Partial<TaxRate> = {},
): TaxRate => ({
  jurisdiction,
  code,
  taxClass,
  validFrom: businessDay('2020-01-01'),
  ratePpm: ppm,
  compound: false,
  exempt: false,
  name: '',
  source: '',
  ...more,
});

const bottle = { amount: 15, scale: 1, per: 1, currency: currencyCode('EUR'), underOthers: true };
const rates = [
  rate('AA', 'VAT', 'a', 200_000),
  rate('AA', 'VAT', 'b', 55_000),
  rate('AA', 'VAT', 'c', 0),
  rate('BB', 'ONE', 'a', 50_000),
  rate('BB', 'ONE', 'b', 100_000),
  rate('BB', 'ONE', 'c', 0, { exempt: true }),
  rate('BB', 'PIECE', 'b', 0, { perUnit: bottle }),
  rate('BB-R', 'TWO', 'a', 99_750, { compound: true }),
  rate('BB-R-C', 'THREE', 'a', 3_750),
  rate('IN', 'GST', 'a', 180_000),
  rate('IN', 'GST', 'b', 50_000),
  rate('IN', 'GST', 'c', 0),
];
const places = [{ country: 'AA' }, { country: 'BB', region: 'R', county: 'C' }, { country: 'IN', region: 'KA' }];

const anySettings = fc.record({
  rounding: fc.record({
    scope: fc.constantFrom('line' as const, 'document' as const),
    parts: fc.constantFrom('each' as const, 'together' as const),
    stepMinor: fc.constantFrom(1, 1, 100),
  }),
  shipping: fc.constantFrom('own' as const, 'goods' as const, 'untaxed' as const),
  deposits: fc.constantFrom('taxed' as const, 'outside' as const),
});
const anyLine = fc.record({
  kind: fc.constantFrom('goods', 'goods', 'service', 'shipping', 'deposit', 'discount', 'gift_card'),
  taxClass: fc.constantFrom('a', 'b', 'c', 'outside'),
  quantity: fc.integer({ min: 0, max: 5_000 }),
  amountMinor: fc.integer({ min: 0, max: 100_000_000 }),
  back: fc.boolean(),
});
const anyBasket = fc
  .record({
    settings: anySettings,
    place: fc.constantFrom(...places),
    to: fc.option(fc.constantFrom(...places)),
    taxInclusive: fc.boolean(),
    collectedBy: fc.constantFrom('us' as const, 'us' as const, 'marketplace' as const),
    exempt: fc.constantFrom(undefined, 'AA', 'BB', 'BB-R', 'IN'),
    reason: fc.constantFrom('charity', 'reverse_charge'),
    lines: fc.array(anyLine, { maxLength: 12 }),
  })
  .map(({ settings, place, to, exempt, reason, lines, ...rest }) => {
    const of = (code: string, more: Partial<TaxJurisdiction> = {}): TaxJurisdiction => ({
      ...PLAIN_VAT,
      code,
      name: code,
      ...more,
      ...settings,
    });
    const rules = compileTaxRules({
      jurisdictions: [of('AA'), of('BB'), of('IN', { system: 'gst_split', taxCode: 'GST' })],
      rates,
      vatRates: [],
    });
    const request: TaxRequest = {
      ...rest,
      day: businessDay('2026-11-22'),
      currency: currencyCode('EUR'),
      seller: { ...place, registrations: [] },
      from: place,
      to: to ?? place,
      fulfilment: 'ship',
      customer: {
        business: false,
        exemptions: exempt === undefined ? [] : [{ jurisdiction: exempt, reason, from: '2026-01-01' }],
      },
      lines: lines.map(({ back, quantity, amountMinor, ...line }, at) => {
        const sign = back ? -1 : 1;
        return { key: `${at}`, ...line, quantity: quantity * sign + 0, amountMinor: amountMinor * sign + 0 };
      }),
    };
    return { rules, request };
  });

function taxed({ rules, request }: { rules: ReturnType<typeof compileTaxRules>; request: TaxRequest }): TaxedBasket {
  const outcome = taxBasket(rules, request);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.rejection));
  return outcome.value;
}

describe('any basket', () => {
  it('adds up: lines to the basket, parts to the line, net and tax to gross', () => {
    fc.assert(
      fc.property(anyBasket, (basket) => {
        const { lines, netMinor, taxMinor, grossMinor } = taxed(basket);
        for (const line of lines) {
          const owed = line.taxes
            .filter((tax) => tax.treatment === 'taxed')
            .reduce((sum, tax) => sum + tax.taxMinor, 0);
          expect(line.taxMinor).toBe(owed);
          expect(line.grossMinor).toBe(line.netMinor + line.taxMinor);
          expect(line.taxes.length).toBeGreaterThan(0);
          for (const tax of line.taxes)
            if (!['taxed', 'marketplace', 'reverse_charge'].includes(tax.treatment)) expect(tax.taxMinor).toBe(0);
        }
        expect(lines.map((line) => line.key)).toEqual(basket.request.lines.map((line) => line.key));
        expect(lines.reduce((sum, line) => sum + line.netMinor, 0)).toBe(netMinor);
        expect(netMinor + taxMinor).toBe(grossMinor);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the price of every line: what is given, is net or gross with all taxes that stand in it', () => {
    fc.assert(
      fc.property(anyBasket, (basket) => {
        const { taxInclusive, lines } = basket.request;
        const given = lines.map((line) => line.amountMinor);
        const kept = taxed(basket).lines.map((line, at) => {
          if (!taxInclusive) return line.netMinor;
          const isPlain = line.taxes.every((tax) => ['taxed', 'zero', 'outside'].includes(tax.treatment));
          return isPlain ? line.grossMinor : given[at];
        });
        expect(kept).toEqual(given);
      }),
    );
  });

  it('is the exact opposite when everything comes back', () => {
    fc.assert(
      fc.property(anyBasket, ({ rules, request }) => {
        const there = taxed({ rules, request });
        const lines = request.lines.map((line) => ({
          ...line,
          quantity: 0 - line.quantity,
          amountMinor: 0 - line.amountMinor,
        }));
        const back = taxed({ rules, request: { ...request, lines } });
        expect(there.grossMinor + back.grossMinor).toBe(0);
        there.lines.forEach((line, at) => {
          const other = back.lines[at];
          expect(line.netMinor + (other?.netMinor ?? 0)).toBe(0);
          expect(line.taxes.map((tax) => tax.taxMinor + 0)).toEqual(other?.taxes.map((tax) => 0 - tax.taxMinor));
        });
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order of its lines', () => {
    fc.assert(
      fc.property(anyBasket, ({ rules, request }) => {
        const there = taxed({ rules, request });
        const back = taxed({ rules, request: { ...request, lines: request.lines.toReversed() } });
        expect(back.lines.toReversed()).toEqual(there.lines);
      }),
      { numRuns: 300 },
    );
  });

  it('of lines that sell has no negative total', () => {
    fc.assert(
      fc.property(anyBasket, ({ rules, request }) => {
        const lines = request.lines.map((line) => ({
          ...line,
          quantity: Math.abs(line.quantity),
          amountMinor: Math.abs(line.amountMinor),
        }));
        const { grossMinor, taxMinor } = taxed({ rules, request: { ...request, lines } });
        expect(taxMinor).toBeGreaterThanOrEqual(0);
        if (!request.lines.some((line) => line.taxClass === 'b')) expect(grossMinor).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

it('taxes a plain sale as a line always was', () => {
  const rules = compileTaxRules({
    jurisdictions: [],
    rates: [],
    vatRates: [{ country: 'PT', taxClass: 'a', validFrom: businessDay('2020-01-01'), ratePpm: 230_000, name: 'IVA' }],
  });
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.boolean(), (amountMinor, taxInclusive) => {
      const place = { country: 'PT' };
      const basket = taxed({
        rules,
        request: {
          day: businessDay('2026-11-22'),
          currency: currencyCode('EUR'),
          taxInclusive,
          seller: { ...place, registrations: [] },
          from: place,
          to: place,
          fulfilment: 'till',
          collectedBy: 'us',
          lines: [{ key: '1', kind: 'goods', taxClass: 'a', quantity: 1, amountMinor }],
        },
      });
      const unitPrice = { amount: amountMinor, currency: currencyCode('EUR') };
      const { netMinor, taxMinor, grossMinor } = basket;
      expect({ netMinor, taxMinor, grossMinor }).toEqual(
        taxLine({ unitPrice, quantity: 1, taxInclusive, ratePpm: 230_000 }),
      );
    }),
  );
});

describe('the rate in force', () => {
  const rules = compileTaxRules({
    jurisdictions: [],
    rates: [
      rate('AA', 'VAT', 'a', 210_000, { validFrom: businessDay('2025-08-01') }),
      rate('AA', 'VAT', 'a', 190_000, { validFrom: businessDay('2017-01-01') }),
      rate('AA', 'LEVY', 'a', 10_000, { validFrom: businessDay('2020-01-01'), validUntil: businessDay('2020-12-31') }),
    ],
    vatRates: [
      { country: 'AA', taxClass: 'a', validFrom: businessDay('2026-01-01'), ratePpm: 220_000, name: '' },
      { country: 'AA', taxClass: 'a', validFrom: businessDay('2025-08-01'), ratePpm: 1, name: '' },
    ],
  });
  it.each([
    ['2016-12-31', undefined],
    ['2017-01-01', [190_000]],
    ['2020-06-01', [10_000, 190_000]],
    ['2020-12-31', [10_000, 190_000]],
    ['2021-01-01', [190_000]],
    ['2025-07-31', [190_000]],
    ['2025-08-01', [210_000]],
    ['2026-01-01', [220_000]],
  ])('on %s', (day, expected) => {
    const found = taxRatesOn(rules, { jurisdiction: 'AA', taxClass: 'a', day: businessDay(day) });
    expect(found?.map((each) => each.ratePpm)).toEqual(expected);
  });
});

it('rounds cash to the nearest step, the same both ways', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(1, 5, 10, 50, 100, 500), (amount, step) => {
      const { payableMinor, adjustmentMinor } = roundCash(amount, step);
      expect(payableMinor % step === 0).toBe(true);
      expect(payableMinor - adjustmentMinor).toBe(amount);
      expect(Math.abs(adjustmentMinor) * 2).toBeLessThanOrEqual(step);
      expect(roundCash(0 - amount, step).payableMinor + payableMinor).toBe(0);
    }),
  );
});
