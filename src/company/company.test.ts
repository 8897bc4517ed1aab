import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CURRENCY_CODES, currencyCode } from '../kernel/currency.ts';
import { money } from '../kernel/money.ts';
import { businessDay, epochDayToDay } from '../kernel/time.ts';
import { decideSetExchangeRate, exchangeRateOn, type DatedRate } from './exchange-rate.ts';
import { functionalCurrency, toFunctional } from './functional-currency.ts';
import { decideEditEntity, decideFoundEntity, fiscalYear } from './legal-entity.ts';
import { decideRegisterForTax, registrationOn, type TaxRegistration } from './tax-registration.ts';

const [EUR, GBP, USD, JPY] = ['EUR', 'GBP', 'USD', 'JPY'].map(currencyCode) as [never, never, never, never];
const day = businessDay;

describe('an exchange rate', () => {
  const rate = (from: never, to: never, validFrom: string, numerator: number): DatedRate => ({
    from,
    to,
    validFrom: day(validFrom),
    numerator,
    denominator: 10_000,
  });
  const rates = [
    rate(EUR, GBP, '2026-01-01', 8700),
    rate(EUR, GBP, '2026-02-01', 8500),
    rate(USD, EUR, '2026-01-15', 9200),
  ];

  it.each([
    ['the latest one that began', EUR, GBP, '2026-01-31', { numerator: 8700, denominator: 10_000 }],
    ['a new one from its first day', EUR, GBP, '2026-02-01', { numerator: 8500, denominator: 10_000 }],
    ['the other way round, turned over', GBP, EUR, '2026-03-01', { numerator: 10_000, denominator: 8500 }],
    ['kept the other way round', EUR, USD, '2026-01-15', { numerator: 10_000, denominator: 9200 }],
    ['none before the first', EUR, GBP, '2025-12-31', undefined],
    ['none for an unknown pair', GBP, USD, '2026-03-01', undefined],
  ] as const)('in force is %s', (_, from, to, on, expected) => {
    const found = exchangeRateOn(rates, { from, to, day: day(on) });
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject({ from, to, ...expected });
  });

  it('of the pair itself goes before one turned over on the same day, in either order', () => {
    const both = [rate(GBP, EUR, '2026-01-01', 11_000), rate(EUR, GBP, '2026-01-01', 8700)];
    for (const list of [both, both.toReversed()]) {
      expect(exchangeRateOn(list, { from: EUR, to: GBP, day: day('2026-01-01') })?.numerator).toBe(8700);
    }
  });

  it.each([
    [
      { from: 'EUR', to: 'XXX', rate: '1' },
      { reason: 'unknown_currency', currency: 'XXX' },
    ],
    [
      { from: 'eur', to: 'USD', rate: '1' },
      { reason: 'unknown_currency', currency: 'eur' },
    ],
    [
      { from: 'EUR', to: 'EUR', rate: '1' },
      { reason: 'same_currency', currency: 'EUR' },
    ],
    [
      { from: 'EUR', to: 'USD', rate: '0' },
      { reason: 'not_a_rate', rate: '0' },
    ],
    [
      { from: 'EUR', to: 'USD', rate: '1,09' },
      { reason: 'not_a_rate', rate: '1,09' },
    ],
  ])('%o is refused', (typed, rejection) => {
    expect(decideSetExchangeRate({ ...typed, validFrom: day('2026-01-01') })).toEqual({ ok: false, rejection });
  });

  it('is taken as typed', () => {
    const decision = decideSetExchangeRate({ from: 'EUR', to: 'USD', rate: '1.0857', validFrom: day('2026-01-01') });
    expect(decision).toEqual({
      ok: true,
      value: { from: 'EUR', to: 'USD', numerator: 10857, denominator: 10000, validFrom: '2026-01-01' },
    });
  });
});

describe('the functional currency', () => {
  it('keeps an amount that is in it', () => {
    expect(toFunctional(money(1234, EUR), { currency: EUR, rate: undefined }).functional).toEqual(money(1234, EUR));
  });
  it('translates another one, rounded once to its own minor unit', () => {
    const rate = { from: EUR, to: JPY, numerator: 16_155, denominator: 100 };
    expect(toFunctional(money(1999, EUR), { currency: JPY, rate }).functional).toEqual(money(3229, JPY)); // 19.99 × 161.55 = 3229.38
  });
  it('never books without a rate or at a wrong one', () => {
    expect(() => toFunctional(money(1, EUR), { currency: GBP, rate: undefined })).toThrow('needs a rate');
    const rate = { from: EUR, to: USD, numerator: 1, denominator: 1 };
    expect(() => toFunctional(money(1, EUR), { currency: GBP, rate })).toThrow('another currency');
    expect(() => functionalCurrency('XAU')).toThrow();
  });
});

describe('a legal entity', () => {
  const entity = {
    id: 'e',
    code: 'DE',
    name: 'Muster GmbH',
    country: 'DE',
    functionalCurrency: 'EUR',
    fiscalYearStartMonth: 1,
  };
  it.each([
    [
      { ...entity, code: 'UK' },
      { reason: 'duplicate_code', code: 'UK' },
    ],
    [
      { ...entity, country: 'Germany' },
      { reason: 'unknown_country', country: 'Germany' },
    ],
    [
      { ...entity, functionalCurrency: 'DEM' },
      { reason: 'unknown_currency', currency: 'DEM' },
    ],
  ])('%o is refused', (wanted, rejection) => {
    expect(decideFoundEntity(wanted, { codes: new Set(['UK']) })).toEqual({ ok: false, rejection });
  });
  it('is founded in any active currency', () => {
    for (const functionalCurrency of CURRENCY_CODES) {
      expect(decideFoundEntity({ ...entity, functionalCurrency }, { codes: new Set() }).ok).toBe(true);
    }
  });
  it('has a fiscal year of its own', () => {
    expect(fiscalYear({ fiscalYearStartMonth: 4 }, day('2026-03-31'))).toEqual({ year: 2025, startsOn: '2025-04-01' });
    expect(fiscalYear({ fiscalYearStartMonth: 4 }, day('2026-04-01'))).toEqual({ year: 2026, startsOn: '2026-04-01' });
  });
});

describe('a tax registration', () => {
  const held: TaxRegistration = {
    id: 'a',
    entityId: 'e',
    country: 'DE',
    taxNumber: 'DE1',
    validFrom: day('2026-01-01'),
    validTo: day('2026-07-01'),
  };
  it.each([
    ['2025-12-31', undefined],
    ['2026-01-01', 'a'],
    ['2026-06-30', 'a'],
    ['2026-07-01', undefined],
  ])('on %s is %s', (on, id) => {
    expect(registrationOn([held], { entityId: 'e', country: 'DE', day: day(on) })?.id).toBe(id);
  });
  it('may follow another one but not overlap it', () => {
    const next = { ...held, id: 'b', validFrom: day('2026-07-01'), validTo: undefined };
    expect(decideRegisterForTax(next, [held]).ok).toBe(true);
    const early = { ...next, validFrom: day('2026-06-30') };
    expect(decideRegisterForTax(early, [held])).toMatchObject({
      ok: false,
      rejection: { reason: 'registration_overlaps', registrationId: 'a' },
    });
    const backwards = { ...next, validTo: day('2026-07-01') };
    expect(decideRegisterForTax(backwards, [])).toMatchObject({
      rejection: { reason: 'registration_ends_before_it_starts' },
    });
  });
  it('is the only one on any day, whatever was accepted', () => {
    const span = fc.record({
      from: fc.integer({ min: 0, max: 40 }),
      length: fc.option(fc.integer({ min: 1, max: 10 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
        const kept: TaxRegistration[] = [];
        spans.forEach(({ from, length }, index) => {
          const wanted = {
            ...held,
            id: String(index),
            validFrom: epochDayToDay(from),
            validTo: length === undefined ? undefined : epochDayToDay(from + length),
          };
          if (decideRegisterForTax(wanted, kept).ok) kept.push(wanted);
        });
        for (let at = 0; at < 60; at += 1) {
          const on = epochDayToDay(at);
          const valid = kept.filter((each) => registrationOn([each], { entityId: 'e', country: 'DE', day: on }));
          expect(valid.length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('changing a legal entity', () => {
  const address = { line1: '', postcode: '', city: '' };
  const kept = {
    id: 'e',
    code: 'PT',
    name: 'Prateleira',
    country: 'PT',
    functionalCurrency: functionalCurrency('EUR'),
    fiscalYearStartMonth: 1,
    address,
    archived: false,
    version: 3,
  };
  const none = { locations: 0, channels: 0 };

  it.each([
    ['somebody was faster', kept, { version: 2 }, none, { reason: 'stale_version', current: 3 }],
    [
      'it is archived',
      { ...kept, archived: true },
      { version: 3, name: 'P' },
      none,
      { reason: 'entity_archived', entityId: 'e' },
    ],
    [
      'it has places',
      kept,
      { version: 3, archived: true },
      { locations: 2, channels: 0 },
      { reason: 'entity_in_use', locations: 2, channels: 0 },
    ],
    [
      'it sells',
      kept,
      { version: 3, archived: true },
      { locations: 0, channels: 1 },
      { reason: 'entity_in_use', locations: 0, channels: 1 },
    ],
  ])('is refused when %s', (_, entity, edit, open, rejection) => {
    expect(decideEditEntity(entity, edit, open)).toEqual({ ok: false, rejection });
  });

  it('moves, is archived when nothing is open, and comes back', () => {
    const moved = { line1: 'Rua 1', postcode: '1000', city: 'Lisboa' };
    expect(decideEditEntity(kept, { version: 3, address: moved }, { locations: 2, channels: 1 })).toEqual({
      ok: true,
      value: { ...kept, address: moved, version: 4 },
    });
    expect(decideEditEntity(kept, { version: 3, archived: true }, none)).toMatchObject({ value: { archived: true } });
    expect(decideEditEntity({ ...kept, archived: true }, { version: 3, archived: false }, none)).toMatchObject({
      ok: true,
    });
  });
});
