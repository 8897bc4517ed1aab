import { currencyCode } from '../../src/kernel/currency.ts';
import { weekMinuteOf } from '../../src/kernel/time.ts';
import type { LineKind } from '../../src/orders/order.ts';
import type { SaleLine } from '../../src/orders/sale.ts';
import { priceBasket, type BasketLine, type BasketResult, type PricedBasket } from '../../src/pricing/basket.ts';
import {
  compilePromotions,
  promotionById,
  withBrought,
  type CompiledPromotions,
} from '../../src/pricing/promotion/compile-promotions.ts';
import type { Promotion } from '../../src/pricing/promotion/promotion.ts';
import type { PromotionBasket } from '../../src/pricing/promotion/promotion-basket.ts';
import { voucherTerms } from '../../src/pricing/earned-voucher.ts';
import { lineAmount } from '../../src/kernel/money.ts';
import type { UsedPromotion } from '../../src/pricing/promotion-use.ts';
import type { TaxPlace, TaxRequest } from '../../src/pricing/tax/tax-basket.ts';
import type { TaxRules } from '../../src/pricing/tax/tax-rules.ts';
import type { LoyaltyProgramme } from '../../src/rewards/loyalty-programme.ts';
import { worldProgrammes, worldPromotions, worldTaxes } from './offer-rules.ts';
import { dayOf, goodsOf, worldId, type World, type WorldChannel, type WorldLocation } from './world.ts';

/** A code of limited use: which promotion it opens, and how often. */
export type WorldCoupon = {
  readonly code: string;
  readonly hash: string;
  readonly uses: number;
  readonly promotionId: string;
};

/** Who buys. */
export type WorldCustomer = {
  readonly id: string;
  readonly cardId: string;
  readonly groupIds: readonly string[];
  /** A business with a VAT number of another state, or somebody who is exempt. */
  readonly buyer?: TaxRequest['customer'];
};

/** What a world offers besides goods: customers, promotions with their codes, a loyalty programme for each company, and the taxes of its places. */
export type Offers = {
  readonly customers: readonly WorldCustomer[];
  readonly promotions: CompiledPromotions;
  readonly coupons: readonly WorldCoupon[];
  /** Personal offers: their promotion, for one use each. */
  readonly personal: readonly { readonly id: string; readonly promotionId: string; readonly customerId: string }[];
  readonly programmes: readonly LoyaltyProgramme[];
  readonly catalog: ReadonlyMap<string, { readonly productId: string; readonly categoryIds: readonly string[] }>;
  readonly taxes: TaxRules;
};

/** The code of the promotion that many share. */
export const SHARED_CODE = 'SPRING';
const CUSTOMERS = 24;
const COUPONS = 60;

/** Makes the offers of a world. The same world has the same ones. */
export function makeOffers(world: World): Offers {
  const promotions = worldPromotions(world);
  const ofKind = (says: (promotion: Promotion) => boolean): string[] => promotions.filter(says).map(({ id }) => id);
  const single = ofKind(({ when, codes }) => when.coupon === true && codes === undefined);
  const offered = ofKind(({ when }) => when.offer === true);
  const customers = Array.from({ length: CUSTOMERS }, (_, n): WorldCustomer => ({
    id: worldId(20, n),
    cardId: worldId(21, n),
    groupIds: n % 3 === 0 ? [worldId(22, 0)] : [],
    ...(n % 8 === 5 ? { buyer: { business: true, vatId: 'FR123456789', exemptions: [] } } : {}),
    ...(n % 8 === 6
      ? { buyer: { business: true, exemptions: [{ jurisdiction: 'US', reason: 'resale', from: '2020-01-01' }] } }
      : {}),
  }));
  return {
    customers,
    promotions: compilePromotions(promotions),
    coupons: Array.from({ length: COUPONS }, (_, n) => ({
      code: `SINGLE${n}`,
      hash: `hash-${n}`,
      uses: n % 4 === 0 ? 4 : 1,
      promotionId: single[n % single.length] as string,
    })),
    personal: customers.map(({ id: customerId }, n) => ({
      id: worldId(24, n),
      promotionId: offered[n % offered.length] as string,
      customerId,
    })),
    programmes: worldProgrammes(world),
    catalog: new Map(
      world.skuIds.map((skuId, n) => [
        skuId,
        { productId: worldId(25, n), categoryIds: [`category-${n % 4}`, 'category-all'] },
      ]),
    ),
    taxes: worldTaxes(world),
  };
}

/** What somebody wants of one thing. A line that is no goods has no stock; one that is `closed` has a price given by hand. */
export type Wanted = {
  readonly skuId: string;
  readonly kind: LineKind;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly unitScale?: number;
  readonly unitPer?: number;
  readonly closed?: boolean;
};

/** A basket of the world and who buys it. */
export type WorldBasket = {
  readonly world: World;
  readonly offers: Offers;
  readonly location: WorldLocation;
  readonly channel: WorldChannel;
  readonly at: number;
  readonly currency: string;
  readonly customer: WorldCustomer | undefined;
  readonly wanted: readonly Wanted[];
  readonly codes: readonly string[];
  readonly offerIds: readonly string[];
  /** Vouchers that it is paid with in part, each as the promotion that it is. */
  readonly vouchers: readonly Promotion[];
  /** What the shop knows of uses; it may be old. */
  readonly uses: NonNullable<PromotionBasket['uses']>;
  /** Where it is shipped to; handed over when absent. */
  readonly to: TaxPlace | undefined;
};

/** Lines as they are sold, what they use of promotions, and how they are taxed. Undefined where the engine refuses. */
export type OfferedBasket = {
  readonly lines: readonly SaleLine[];
  readonly promotions: readonly UsedPromotion[];
  readonly taxInclusive: boolean;
  readonly taxJurisdiction: string;
};

/** Where a place of the world is taxed: the third British store stands in America, where prices are without tax. */
export function taxPlaceOf({ code }: WorldLocation): TaxPlace {
  if (code === 'UK-3') return { country: 'US', region: 'CA', county: 'Somewhere' };
  return { country: code.startsWith('DE') ? 'DE' : 'GB' };
}

/** Where parcels go. */
export const SHIPPED_TO: readonly TaxPlace[] = [
  { country: 'GB' },
  { country: 'DE' },
  { country: 'FR' },
  { country: 'IN', region: 'KA' },
  { country: 'IN', region: 'MH' },
  { country: 'US', region: 'CA', county: 'Somewhere' },
  { country: 'US', region: 'NV' },
  { country: 'CH' },
];

/** Prices a basket with the one engine, gifts among it, as the server does before the queue. */
export function priceOffered(asked: WorldBasket): OfferedBasket | undefined {
  const { vouchers } = asked;
  const promotions = withBrought(asked.offers.promotions, vouchers);
  const of = vouchers.length === 0 ? asked : { ...asked, offers: { ...asked.offers, promotions } };
  const here = taxPlaceOf(of.location);
  const taxInclusive = here.country !== 'US';
  const first = price(of, of.wanted, taxInclusive);
  if (first === undefined) return undefined;
  const gifts = first.gifts.map(({ skuId, quantity }): Wanted => ({
    skuId,
    kind: 'goods',
    quantity,
    unitAmount: 0,
    closed: true,
  }));
  const wanted = [...of.wanted, ...gifts];
  const priced = gifts.length === 0 ? first : price(of, wanted, taxInclusive);
  if (priced === undefined || priced.grossMinor < 0) return undefined;
  return {
    lines: priced.lines.map((line, at) => saleLine(of, wanted[at] as Wanted, line, at + 1)),
    promotions: priced.applied.map(({ promotionId, couponCode, offerId, amountMinor }): UsedPromotion => {
      const coupon = of.offers.coupons.find(({ code }) => code === couponCode);
      const promotion = promotionById(promotions, promotionId)?.promotion;
      const voucher = promotion === undefined ? undefined : promisedBy(of, promotion, { wanted, priced });
      return {
        promotionId,
        amountMinor,
        limits: promotion?.limits ?? {},
        ...(of.customer === undefined ? {} : { customerId: of.customer.id }),
        ...(coupon === undefined ? {} : { coupon: { hash: coupon.hash, uses: coupon.uses } }),
        ...(offerId === undefined ? {} : { offerId }),
        ...(voucher === undefined ? {} : { voucher }),
      };
    }),
    taxInclusive,
    taxJurisdiction: here.country,
  };
}

function price(of: WorldBasket, wanted: readonly Wanted[], taxInclusive: boolean): PricedBasket | undefined {
  const { offers, location, channel, customer, at, world } = of;
  const currency = currencyCode(of.currency);
  const here = taxPlaceOf(location);
  const british = location.entityId === world.entities[0]?.id;
  // A voucher is its own promotion.
  const brought = Object.fromEntries(of.vouchers.map(({ id }) => [id, id]));
  const decision = priceBasket(offers, {
    promotion: {
      currency,
      at,
      weekMinute: weekMinuteOf(at, 'UTC'),
      businessDay: dayOf(at),
      channelId: channel.id,
      locationId: location.id,
      couponCodes: of.codes,
      couponPromotions: {
        ...Object.fromEntries(offers.coupons.map(({ code, promotionId }) => [code, promotionId])),
        ...brought,
      },
      offerIds: of.offerIds,
      offerPromotions: {
        ...Object.fromEntries(offers.personal.map(({ id, promotionId }) => [id, promotionId])),
        ...brought,
      },
      refused: [],
      uses: of.uses,
      ...(customer === undefined
        ? {}
        : { customer: { id: customer.id, groupIds: customer.groupIds, firstOrder: false, employee: false } }),
    },
    tax: {
      day: dayOf(at),
      currency,
      taxInclusive,
      seller: british
        ? { country: 'GB', registrations: ['GB', 'US', 'US-CA', 'IN', 'IN-KA'] }
        : { country: 'DE', registrations: ['DE', 'EU-OSS'] },
      from: here,
      to: of.to ?? here,
      fulfilment: of.to === undefined ? 'till' : 'ship',
      collectedBy: channel.kind === 'marketplace' ? 'marketplace' : 'us',
      ...(customer?.buyer === undefined ? {} : { customer: customer.buyer }),
    },
    lines: wanted.map((line, n) => basketLine(of, line, n)),
  });
  return decision.ok ? decision.value : undefined;
}

function basketLine({ world, offers, currency: code }: WorldBasket, line: Wanted, n: number): BasketLine {
  const currency = currencyCode(code);
  return {
    key: String(n + 1),
    skuId: line.skuId,
    productId: offers.catalog.get(line.skuId)?.productId ?? '',
    categoryIds: offers.catalog.get(line.skuId)?.categoryIds ?? [],
    kind: line.kind,
    quantity: line.quantity,
    countable: line.unitPer === undefined,
    unitPrice: {
      amount: line.unitAmount,
      currency,
      ...(line.unitScale === undefined ? {} : { scale: line.unitScale }),
      ...(line.unitPer === undefined ? {} : { per: line.unitPer }),
    },
    taxClass: taxClassOf(world, line),
    ...(line.closed === true || line.kind === 'voucher' || line.kind === 'discount' ? { closed: true } : {}),
  };
}

/** What a promotion's voucher is earned by in a basket; undefined for one that gives none. */
function promisedBy(
  of: WorldBasket,
  promotion: Promotion,
  { wanted, priced }: { readonly wanted: readonly Wanted[]; readonly priced: PricedBasket },
): UsedPromotion['voucher'] {
  const earned = priced.earnedVouchers.find(({ promotionId }) => promotionId === promotion.id);
  if (earned === undefined) return undefined;
  const basket = wanted.map((one, n) => {
    const line = basketLine(of, one, n);
    const amountMinor = lineAmount(line.unitPrice, line.quantity);
    const units = line.countable ? line.quantity : 1;
    return { line: { ...line, amountMinor }, places: [[n + 1, amountMinor, units] as const] };
  });
  return voucherTerms(promotion, earned.amountMinor, basket);
}

/** Every third SKU is taxed less, every seventh not at all; vouchers are no supply. */
function taxClassOf(world: World, { kind, skuId }: Wanted): string {
  if (kind === 'voucher') return 'outside';
  const n = world.skuIds.indexOf(skuId);
  if (kind !== 'goods') return 'standard';
  return n % 7 === 6 ? 'zero' : n % 3 === 1 ? 'reduced' : 'standard';
}

function saleLine(of: WorldBasket, wanted: Wanted, result: BasketResult, line: number): SaleLine {
  const { location } = of;
  const { netMinor, taxMinor, grossMinor, taxes, discounts } = result;
  const { skuId: _, ...goods } = goodsOf(location, wanted.skuId);
  const [only] = taxes;
  const here = taxPlaceOf(location).country;
  // As the server does: one value added tax where it is expected says no more than its rate.
  const plain =
    taxes.length === 1 &&
    only?.code === 'VAT' &&
    only.jurisdiction === here &&
    only.baseMinor === netMinor &&
    (only.treatment === 'taxed' || only.treatment === 'zero');
  return {
    line,
    kind: wanted.kind,
    skuId: wanted.skuId,
    description: 'Goods',
    quantity: wanted.quantity,
    unitAmount: wanted.unitAmount,
    unitScale: wanted.unitScale ?? 0,
    unitPer: wanted.unitPer ?? 1,
    taxPpm: taxes.reduce((sum, tax) => sum + (tax.treatment === 'taxed' ? tax.ratePpm : 0), 0),
    netMinor,
    taxMinor,
    grossMinor,
    fulfillingLocationId: location.id,
    ...(discounts.length === 0 ? {} : { discounts }),
    ...(plain ? {} : { taxes }),
    goods: wanted.kind === 'goods' ? goods : null,
  };
}
