import { currencyCode } from '../../src/kernel/currency.ts';
import { businessDay } from '../../src/kernel/time.ts';
import type { Effect, Promotion } from '../../src/pricing/promotion/promotion.ts';
import {
  compileTaxRules,
  PLAIN_VAT,
  type TaxJurisdiction,
  type TaxRate,
  type TaxRules,
} from '../../src/pricing/tax/tax-rules.ts';
import type { LoyaltyProgramme } from '../../src/rewards/loyalty-programme.ts';
import { worldId, type World } from './world.ts';

const POUNDS = currencyCode('GBP');
const EUROS = currencyCode('EUR');
const GOODS = { kind: 'order' } as const;

/** One promotion of every kind, with every limit there is. What is scarce is used up within some thousand commands. */
export function worldPromotions(world: World): Promotion[] {
  const sku = (n: number): string => world.skuIds[n % world.skuIds.length] as string;
  const category = (n: number) => ({ kind: 'category', ids: [`category-${n}`] }) as const;
  const rules: readonly (Partial<Promotion> & { readonly effect: Effect })[] = [
    { effect: { kind: 'percentage', of: category(1), ppm: 100_000 }, stackingGroup: 'season' },
    {
      effect: { kind: 'tiers', of: GOODS, by: 'amount', tiers: [{ from: 6000, ppm: 50_000 }] },
      stackingGroup: 'season',
    },
    {
      effect: { kind: 'percentage', of: GOODS, ppm: 150_000 },
      when: { coupon: true },
      codes: ['SPRING'],
      limits: { uses: 50, budgetMinor: 30_000 },
      currency: POUNDS,
    },
    {
      effect: { kind: 'percentage', of: GOODS, ppm: 120_000 },
      when: { coupon: true },
      codes: ['SPRING'],
      limits: { budgetMinor: 15_000 },
      currency: EUROS,
    },
    {
      effect: { kind: 'amount', of: GOODS, minor: 700, each: false },
      when: { coupon: true },
      currency: POUNDS,
      limits: { perCustomer: 3 },
    },
    { effect: { kind: 'percentage', of: GOODS, ppm: 80_000 }, when: { coupon: true } },
    { effect: { kind: 'n_for_m', of: category(2), n: 3, m: 2, pick: 'cheapest' }, priority: 5 },
    {
      effect: {
        kind: 'buy_get',
        buy: category(3),
        buyQuantity: 2,
        get: category(0),
        getQuantity: 1,
        ppm: 500_000,
        pick: 'cheapest',
      },
    },
    {
      effect: {
        kind: 'bundle',
        parts: [
          { of: { kind: 'sku', ids: [sku(0)] }, quantity: 1 },
          { of: { kind: 'sku', ids: [sku(1)] }, quantity: 1 },
        ],
        minor: 2500,
      },
      currency: POUNDS,
    },
    {
      effect: { kind: 'gift', skuId: sku(3), quantity: 1 },
      when: { minimum: { of: GOODS, amountMinor: 9000 } },
      limits: { uses: 25 },
      currency: POUNDS,
    },
    {
      effect: { kind: 'percentage', of: GOODS, ppm: 60_000 },
      when: { groupIds: [worldId(22, 0)] },
      limits: { perCustomer: 4 },
      supplier: { name: 'Maker', sharePpm: 400_000 },
    },
    { effect: { kind: 'percentage', of: GOODS, ppm: 200_000 }, when: { offer: true } },
    { effect: { kind: 'price', of: { kind: 'sku', ids: [sku(4)] }, minor: 900 }, currency: EUROS, choice: 'priority' },
    { effect: { kind: 'percentage', of: { kind: 'sku', ids: [sku(2)] }, ppm: 300_000 }, exclusive: true },
    { effect: { kind: 'percentage', of: { kind: 'shipping' }, ppm: 1_000_000 }, limits: { uses: 40 } },
    {
      effect: { kind: 'voucher', of: GOODS, minor: 700, validDays: 1 },
      when: { minimum: { of: GOODS, amountMinor: 8000 } },
      currency: POUNDS,
    },
    { effect: { kind: 'voucher', of: GOODS, minor: 300, forEachMinor: 5000 }, currency: EUROS },
  ];
  return rules.map((rule, n) => ({
    id: worldId(23, n),
    name: rule.effect.kind,
    when: {},
    limits: {},
    priority: 0,
    choice: 'best',
    exclusive: false,
    stackingGroup: '',
    ...rule,
  }));
}

/** A programme for each company: one keeps spent points from the refund and lets points run out soon, the other lets them be owed and keeps them. */
export function worldProgrammes(world: World): LoyaltyProgramme[] {
  return world.entities.map(({ id: entityId, currency }, n) => ({
    id: worldId(26, n),
    entityId,
    name: 'Club',
    currency,
    active: true,
    earn: [
      { name: 'All', points: 3, perMinor: 100, cashBackPpm: 0, channelIds: [], productIds: [], categoryIds: [] },
      {
        name: 'Some',
        points: 1,
        perMinor: 70,
        cashBackPpm: 25_000,
        channelIds: [],
        productIds: [],
        categoryIds: ['category-1'],
      },
    ],
    multiplierDays: [
      {
        name: 'New Year',
        from: businessDay('2026-12-31'),
        until: businessDay('2027-01-01'),
        weekdays: [],
        multiplierPpm: 2_000_000,
      },
    ],
    tiers: [{ code: 'gold', name: 'Gold', fromMinor: 60_000, windowMonths: 2, multiplierPpm: 1_500_000 }],
    rewards: [{ code: 'fiver', name: 'Five', points: 300, creditMinor: 500 }],
    value: { points: 100, minor: n === 0 ? 90 : 130 },
    breakagePpm: 150_000,
    expiryDays: n === 0 ? 1 : null,
    spentPoints: n === 0 ? 'withhold' : 'debt',
    expiredPoints: n === 0 ? 'forfeit' : 'renew',
  }));
}

/** Rates of invented height, so that every way of taxing is walked: by the line and by the document, in parts, compound and by the piece. */
export function worldTaxes(world: World): TaxRules {
  const rate = (jurisdiction: string, code: string, ppm: readonly number[]): TaxRate[] =>
    CLASSES.map((taxClass, n) => ({
      jurisdiction,
      code,
      taxClass,
      validFrom: businessDay('2000-01-01'),
      ratePpm: ppm[n] as number,
      compound: jurisdiction === 'US-CA-SOMEWHERE',
      exempt: false,
      name: taxClass,
      source: 'invented',
    }));
  const levy: TaxRate = {
    ...(rate('US-CA', 'BOTTLES', [0, 0, 0])[0] as TaxRate),
    perUnit: {
      amount: 35,
      scale: 1,
      per: 1,
      currency: currencyCode(world.entities[0]?.currency ?? 'GBP'),
      underOthers: true,
    },
  };
  return compileTaxRules({
    vatRates: [],
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
    rates: [
      ...rate('GB', 'VAT', [200_000, 50_000, 0]),
      ...rate('DE', 'VAT', [190_000, 70_000, 0]),
      ...rate('FR', 'VAT', [200_000, 55_000, 0]),
      ...rate('IN', 'GST', [180_000, 50_000, 0]),
      ...rate('US-CA', 'SALES', [72_500, 20_000, 0]),
      ...rate('US-CA-SOMEWHERE', 'SALES', [12_500, 0, 0]),
      levy,
    ],
  });
}

const CLASSES = ['standard', 'reduced', 'zero'] as const;

function jurisdiction(code: string, more: Partial<TaxJurisdiction>): TaxJurisdiction {
  return { ...PLAIN_VAT, code, name: code, ...more };
}
