import type { CurrencyCode } from '../kernel/currency.ts';
import { businessDay } from '../kernel/time.ts';
import { priceBasket, type Basket, type BasketLine, type PricedBasket } from './basket.ts';
import { compilePromotions } from './promotion/compile-promotions.ts';
import {
  CROWDED,
  fingerprint,
  openDice,
  randomBasket,
  randomPromotion,
  type Dice,
} from './promotion/random-baskets.ts';
import type { PromotionLine } from './promotion/promotion-basket.ts';
import { compilePostalAreas } from './tax/postal-area.ts';
import type { TaxPlace } from './tax/tax-basket.ts';
import { compileTaxRules, PLAIN_VAT, type TaxJurisdiction, type TaxRate, type TaxRules } from './tax/tax-rules.ts';

/** After so many baskets other promotions hold. */
const BASKETS_A_SHOP = 100;

/**
 * The fingerprint of the totals and traces of so many random baskets, with prices, bundles, promotions and taxes of several systems. Node and a browser must
 * come to the same one, byte for byte: the till without a network and the server calculate with the same file, and this is how we know that they calculate
 * the same.
 */
export function fingerprintOfBaskets(count: number, seed: number): string {
  let print = fingerprint(seed);
  for (const { result } of pricedBaskets(count, seed)) print = fingerprint(result, print);
  return print;
}

/** Random baskets with what the engine made of them, for tests of what comes after it. Those that it refused are left out. */
export function* randomPricedBaskets(
  count: number,
  seed: number,
): Generator<{ readonly basket: Basket; readonly priced: PricedBasket }> {
  for (const { basket, result } of pricedBaskets(count, seed)) if (result.ok) yield { basket, priced: result.value };
}

function* pricedBaskets(
  count: number,
  seed: number,
): Generator<{ readonly basket: Basket; readonly result: ReturnType<typeof priceBasket> }> {
  const dice = openDice(seed);
  let promotions = compilePromotions([]);
  for (let n = 0; n < count; n += 1) {
    if (n % BASKETS_A_SHOP === 0)
      promotions = compilePromotions(
        Array.from({ length: 5 + dice(20) }, (_, number) => randomPromotion(dice, CROWDED, number)),
      );
    const basket = basketOf(dice);
    yield { basket, result: priceBasket({ promotions, taxes: TAXES }, basket, { trace: true }) };
  }
}

function basketOf(dice: Dice): Basket {
  const { lines, ...promotion } = randomBasket(dice, CROWDED, 1 + dice(8));
  const currency = promotion.currency as CurrencyCode;
  const to = PLACES[dice(PLACES.length)] as TaxPlace;
  const from = PLACES[dice(PLACES.length)] as TaxPlace;
  return {
    promotion,
    tax: {
      day: businessDay(promotion.businessDay),
      currency,
      taxInclusive: dice(2) === 0,
      seller: { ...from, registrations: ['GB', 'IN-KA', 'US-CA'] },
      from,
      to,
      fulfilment: dice(3) === 0 ? 'ship' : 'till',
      ...(dice(5) === 0
        ? {
            customer: {
              business: true,
              vatId: 'DE123456789',
              exemptions: [{ jurisdiction: 'US', reason: 'resale', from: '2020-01-01' }],
            },
          }
        : {}),
      collectedBy: dice(8) === 0 ? 'marketplace' : 'us',
    },
    lines: lines.map((line) => lineOf(dice, line, currency)),
  };
}

function lineOf(dice: Dice, { amountMinor, ...line }: PromotionLine, currency: CurrencyCode): BasketLine {
  const scale = dice(4) === 0 ? 3 : 0;
  const taxClass = CLASSES[dice(CLASSES.length)] as string;
  const parts = dice(8) > 0 || amountMinor < 0 ? undefined : Array.from({ length: 1 + dice(3) }, () => dice(500));
  return {
    ...line,
    taxClass,
    unitPrice: {
      amount: scale === 0 ? amountMinor : amountMinor * 1_000 + dice(1_000),
      scale,
      currency,
      per: line.quantity,
    },
    ...(parts === undefined
      ? {}
      : {
          parts: parts.map((weight, at) => ({
            key: `${line.key}.${at}`,
            kind: 'goods',
            taxClass: CLASSES[dice(CLASSES.length)] as string,
            quantity: line.quantity,
            weight,
          })),
        }),
  };
}

const CLASSES = ['standard', 'reduced', 'zero'] as const;
const PLACES: readonly TaxPlace[] = [
  { country: 'GB' },
  { country: 'DE' },
  { country: 'IN', region: 'KA' },
  { country: 'IN', region: 'MH' },
  { country: 'US', region: 'CA', county: 'Somewhere' },
  { country: 'US', region: 'CA', city: 'Elsewhere', postcode: '00001-2345' },
];

/** Invented rates of invented shape, so that every way of taxing is walked. */
const TAXES: TaxRules = compileTaxRules({
  vatRates: [],
  areas: compilePostalAreas(
    ['00001', '000012000'].map((from, at) => ({
      country: 'US',
      region: 'CA',
      from,
      through: at === 0 ? from : '000012999',
      county: 'Somewhere',
      districts: at === 0 ? [] : ['One', 'Two'],
      validFrom: businessDay('2000-01-01'),
      source: 'invented',
    })),
  ),
  jurisdictions: [
    jurisdiction('DE', { rounding: { scope: 'document', parts: 'each', stepMinor: 1 } }),
    jurisdiction('IN', {
      system: 'gst_split',
      taxCode: 'GST',
      rounding: { scope: 'line', parts: 'together', stepMinor: 1 },
    }),
    jurisdiction('US', {
      system: 'sales_tax',
      taxCode: 'SALES',
      shipping: 'goods',
      rounding: { scope: 'document', parts: 'together', stepMinor: 1 },
    }),
  ],
  rates: ['GB', 'DE', 'IN', 'US-CA', 'US-CA-SOMEWHERE', 'US-CA-SOMEWHERE-TWO'].flatMap((code, at) =>
    CLASSES.map((taxClass, n): TaxRate => ({
      jurisdiction: code,
      code: code.startsWith('IN') ? 'GST' : code.startsWith('US') ? 'SALES' : 'VAT',
      taxClass,
      validFrom: businessDay('2000-01-01'),
      ratePpm: n === 2 ? 0 : 200_000 - at * 17_500 - n * 61_250,
      compound: code === 'US-CA-SOMEWHERE',
      exempt: false,
      name: taxClass,
      source: 'invented',
    })),
  ),
});

function jurisdiction(code: string, more: Partial<TaxJurisdiction>): TaxJurisdiction {
  return { ...PLAIN_VAT, code, name: code, ...more };
}
