import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyCode } from '../kernel/currency.ts';
import { businessDay } from '../kernel/time.ts';
import { decideSetPrices, priceInForce, type Price, type PriceList, type PriceSurroundings } from './price-list.ts';
import { vatRateOn, type VatRate } from './vat.ts';

const [EUR, GBP] = [currencyCode('EUR'), currencyCode('GBP')];
const list = (id: string, channelId: string, currency = EUR): PriceList => ({
  id,
  channelId,
  currency,
  taxInclusive: true,
  name: id,
});
const around: PriceSurroundings = {
  lists: [list('l1', 'shop'), list('l2', 'store'), list('l3', 'store', GBP)],
  skus: new Map([
    ['mug', { code: 'MUG', archived: false }],
    ['old', { code: 'OLD', archived: true }],
  ]),
  now: 1_000,
};
const wanted = { channelId: 'shop', skuId: 'mug', amount: 1_990 };

describe('setting prices', () => {
  it.each([
    [
      'a channel without a list',
      { ...wanted, channelId: 'market' },
      { reason: 'no_price_list', index: 0, channelId: 'market' },
    ],
    [
      'a channel of two currencies and none named',
      { ...wanted, channelId: 'store' },
      { reason: 'no_price_list', index: 0, channelId: 'store' },
    ],
    [
      'a currency that the channel does not sell in',
      { ...wanted, currency: 'GBP' },
      { reason: 'no_price_list', index: 0, channelId: 'shop' },
    ],
    ['an unknown SKU', { ...wanted, skuId: 'cup' }, { reason: 'unknown_sku', index: 0, skuId: 'cup' }],
    ['an archived SKU', { ...wanted, skuId: 'old' }, { reason: 'sku_archived', index: 0, skuId: 'old', code: 'OLD' }],
    [
      'the past',
      { ...wanted, validFrom: 999 },
      { reason: 'valid_from_in_past', index: 0, validFromMs: 999, nowMs: 1_000 },
    ],
  ])('refuses %s', (_, row, rejection) => {
    expect(decideSetPrices([row], around)).toEqual({ ok: false, rejection });
  });

  it('refuses two prices for one instant', () => {
    expect(decideSetPrices([wanted, { ...wanted, validFrom: 1_000 }], around)).toMatchObject({
      rejection: { reason: 'duplicate_price', index: 1 },
    });
  });

  it('starts now unless told, in the list that was meant, without needless digits', () => {
    const decision = decideSetPrices(
      [
        wanted,
        { ...wanted, channelId: 'store', currency: 'GBP', amount: 199_500, scale: 3, per: 1_000, validFrom: 5_000 },
      ],
      around,
    );
    expect(decision).toEqual({
      ok: true,
      value: [
        { priceListId: 'l1', skuId: 'mug', amount: 1_990, scale: 0, per: 1, validFrom: 1_000 },
        { priceListId: 'l3', skuId: 'mug', amount: 1_995, scale: 1, per: 1_000, validFrom: 5_000 },
      ],
    });
  });
});

describe('the price in force', () => {
  const price = (validFrom: number): Price => ({ validFrom, amount: validFrom, scale: 0, per: 1 });
  it('is the latest that has begun', () => {
    const at = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.uniqueArray(at, { maxLength: 10 }), at, (starts, now) => {
        const begun = starts.filter((start) => start <= now);
        expect(priceInForce(starts.map(price), now)?.validFrom).toBe(
          begun.length === 0 ? undefined : Math.max(...begun),
        );
      }),
    );
  });
});

describe('a VAT rate', () => {
  const rate = (country: string, taxClass: string, validFrom: string, ratePpm: number): VatRate => ({
    country,
    taxClass,
    validFrom: businessDay(validFrom),
    ratePpm,
    name: taxClass,
  });
  // Germany lowered its rates from 1 July to 31 December 2020 (Zweites Corona-Steuerhilfegesetz).
  const rates = [
    rate('DE', 'standard', '2007-01-01', 190_000),
    rate('DE', 'standard', '2020-07-01', 160_000),
    rate('DE', 'standard', '2021-01-01', 190_000),
    rate('DE', 'reduced', '1983-07-01', 70_000),
  ];
  it.each([
    ['DE', 'standard', '2020-06-30', 190_000],
    ['DE', 'standard', '2020-07-01', 160_000],
    ['DE', 'standard', '2020-12-31', 160_000],
    ['DE', 'standard', '2026-01-01', 190_000],
    ['DE', 'reduced', '2026-01-01', 70_000],
    ['DE', 'zero', '2026-01-01', undefined],
    ['FR', 'standard', '2026-01-01', undefined],
    ['DE', 'standard', '2006-12-31', undefined],
  ])('in %s for %s on %s is %s', (country, taxClass, day, expected) => {
    expect(vatRateOn(rates, { country, taxClass, day: businessDay(day) })?.ratePpm).toBe(expected);
  });
});
