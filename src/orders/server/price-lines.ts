import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import type { ChannelRef, CompanyCache } from '../../company/server/company-cache.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { lineAmount, mulDiv, type UnitPrice } from '../../kernel/money.ts';
import { weekMinuteOf, type InstantMs } from '../../kernel/time.ts';
import {
  priceBasket,
  type BasketLine,
  type BasketResult,
  type PricedBasket,
  type PricingRules,
} from '../../pricing/basket.ts';
import { voucherTerms, type BasketPlace, type CountedLine, type VoucherTerms } from '../../pricing/earned-voucher.ts';
import { promotionById } from '../../pricing/promotion/compile-promotions.ts';
import type { AppliedPromotion, PromotionBasket } from '../../pricing/promotion/promotion-basket.ts';
import type { LineTax, TaxPlace, TaxRequest } from '../../pricing/tax/tax-basket.ts';
import { subRegistrationsOn } from '../../pricing/tax/tax-rules.ts';
import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import type { LineKind } from '../order.ts';
import type { SaleLine } from '../sale.ts';
import type { AskedLine, PrepareRejection, References, Setting } from './prepare.ts';

/** What a customer brings to the price: codes, offers, what is not wanted; who they are and where goods go. */
export type PriceOccasion = {
  readonly at: InstantMs;
  readonly customer?: PromotionBasket['customer'];
  readonly couponCodes?: readonly string[];
  readonly couponPromotions?: PromotionBasket['couponPromotions'];
  readonly offerIds?: readonly string[];
  readonly offerPromotions?: PromotionBasket['offerPromotions'];
  readonly refused?: readonly string[];
  readonly uses?: PromotionBasket['uses'];
  readonly fulfilment: TaxRequest['fulfilment'];
  /** Where goods are shipped to, where that is known. */
  readonly to?: TaxPlace | undefined;
  readonly buyer?: TaxRequest['customer'];
  readonly collectedBy?: TaxRequest['collectedBy'];
};

/** What is around the lines. `asSold`: at prices made elsewhere, which no promotion lowers, of SKUs that may be archived since. */
export type PricedWhere = {
  readonly setting: Setting;
  readonly from: StockLocation;
  readonly asSold: boolean;
  readonly taxInclusive?: boolean | undefined;
  readonly occasion: PriceOccasion;
};

/** Lines as they are sold and the promotions that made them so. */
export type PricedLines = {
  readonly lines: SaleLine[];
  readonly taxInclusive: boolean;
  readonly applied: readonly AppliedPromotion[];
  readonly gifts: readonly { readonly promotionId: string; readonly skuId: string; readonly quantity: number }[];
  /** What vouchers that were promised are earned by, by promotion. */
  readonly vouchers: ReadonlyMap<string, VoucherTerms>;
};

/** Lines of one command at most, bundles opened. */
const MAX_LINES = 2000;

/** Beyond this no line is believed; it leaves room to add thousands of them up. */
const MAX_LINE_MINOR = 1_000_000_000_000;

/** Prices lines with the engine of baskets and says where their goods are from. */
export function priceLines(
  deps: { readonly company: CompanyCache; readonly rules: PricingRules },
  where: PricedWhere,
  asked: readonly AskedLine[],
  found: References,
): Decision<PricedLines, PrepareRejection> {
  const { setting, asSold } = where;
  const wanted: Wanted[] = [];
  for (let at = 0; at < asked.length; at += 1) {
    const read = readLine(asked[at] as AskedLine, at + 1, { found, asSold, channel: setting.channel });
    if (!read.ok) return read;
    wanted.push(read.value);
  }
  const first = found.prices.values().next();
  const taxInclusive = first.done === true ? (where.taxInclusive ?? true) : first.value.taxInclusive;
  const priced = priceBasket(deps.rules, {
    promotion: promotionSide(where),
    tax: { ...taxSide(deps, where), taxInclusive },
    lines: wanted.map((one) => one.line),
  });
  if (!priced.ok) {
    const { key, jurisdiction, taxClass, day } = priced.rejection;
    const line = Number(key.split('.')[0]);
    return reject({ reason: 'no_vat_rate', line, country: jurisdiction, taxClass, businessDay: day });
  }
  const results = priced.value.lines;
  if (results.length > MAX_LINES) return reject({ reason: 'too_many_lines', lines: results.length, limit: MAX_LINES });
  const lines: SaleLine[] = [];
  for (const { sku, line, associateId, parts } of wanted) {
    if (parts === undefined) {
      const result = results[lines.length] as BasketResult;
      const { quantity, unitPrice } = line;
      const above = asSold ? undefined : aboveCeiling(sku.id, { quantity, grossMinor: result.grossMinor }, found);
      if (above !== undefined) return reject({ ...above, line: Number(line.key) });
      lines.push(
        saleLine(sku, result, { where, quantity, unitPrice, description: sku.name, associateId }, lines.length),
      );
      continue;
    }
    const own = results.slice(lines.length, lines.length + parts.length);
    const above = asSold ? undefined : bundleAboveCeiling({ sku, line, parts }, own, found);
    if (above !== undefined) return reject({ ...above, line: Number(line.key) });
    for (const part of parts) {
      const result = results[lines.length] as BasketResult;
      // The share is the price of all units together: a price per unit would not multiply back to it.
      const unitPrice = { amount: result.listMinor, currency: line.unitPrice.currency, scale: 0, per: part.quantity };
      const description = `${sku.name}: ${part.sku.name}`;
      const about = { where, quantity: part.quantity, unitPrice, description, associateId };
      lines.push(saleLine(part.sku, result, about, lines.length));
    }
  }
  const { applied, gifts, earnedVouchers } = priced.value;
  const vouchers = earnedVouchers.length === 0 ? NO_VOUCHERS : termsOf(deps.rules, wanted, { results, earnedVouchers });
  return accept({ lines, taxInclusive, applied, gifts, vouchers });
}

const NO_VOUCHERS: ReadonlyMap<string, VoucherTerms> = new Map();

/** What the vouchers of a basket are earned by, in lines of the document. The pieces of a bundle count with its first part. */
function termsOf(
  { promotions }: PricingRules,
  wanted: readonly Wanted[],
  { results, earnedVouchers }: Pick<PricedBasket, 'earnedVouchers'> & { readonly results: readonly BasketResult[] },
): Map<string, VoucherTerms> {
  let before = 0;
  const basket = wanted.map(({ line, parts }): BasketPlace => {
    const own = results.slice(before, before + (parts?.length ?? 1));
    const units = line.countable ? line.quantity : 1;
    const places = own.map(({ listMinor }, at): CountedLine => [before + at + 1, listMinor, at === 0 ? units : 0]);
    before += own.length;
    return { line: { ...line, amountMinor: own.reduce((sum, one) => sum + one.listMinor, 0) }, places };
  });
  return new Map(
    earnedVouchers.flatMap(({ promotionId, amountMinor }): [string, VoucherTerms][] => {
      const found = promotionById(promotions, promotionId);
      const terms = found === undefined ? undefined : voucherTerms(found.promotion, amountMinor, basket);
      return terms === undefined ? [] : [[promotionId, terms]];
    }),
  );
}

/**
 * What of a line is above the most that the law lets it cost, taxes included. Lists are capped before; what is left are prices given by hand, and lists without
 * tax to which it was added. What was sold was sold.
 */
function aboveCeiling(
  skuId: string,
  { quantity, grossMinor }: { readonly quantity: number; readonly grossMinor: number },
  { ceilings }: References,
): AboveCeiling | undefined {
  const ceiling = ceilings.get(skuId);
  if (ceiling === undefined) return undefined;
  const ceilingMinor = mulDiv(ceiling.amountMinor, quantity, ceiling.per);
  return grossMinor > ceilingMinor ? { reason: 'above_ceiling', skuId, ceilingMinor, grossMinor } : undefined;
}

type AboveCeiling = { reason: 'above_ceiling'; skuId: string; ceilingMinor: number; grossMinor: number };

/** A bundle is held to its own ceiling, and the share of each of its parts to that part's: its package still says what it may cost. */
function bundleAboveCeiling(
  { sku, line, parts }: Pick<Wanted, 'sku' | 'line'> & { readonly parts: NonNullable<Wanted['parts']> },
  results: readonly BasketResult[],
  found: References,
): AboveCeiling | undefined {
  if (found.ceilings.size === 0) return undefined;
  const grossMinor = results.reduce((sum, result) => sum + result.grossMinor, 0);
  const whole = aboveCeiling(sku.id, { quantity: line.quantity, grossMinor }, found);
  if (whole !== undefined) return whole;
  for (const [at, part] of parts.entries()) {
    const share = { quantity: part.quantity, grossMinor: results[at]?.grossMinor ?? 0 };
    const above = aboveCeiling(part.sku.id, share, found);
    if (above !== undefined) return above;
  }
  return undefined;
}

type Wanted = {
  readonly sku: SkuRef;
  readonly line: BasketLine;
  readonly associateId: string | undefined;
  readonly parts: readonly { readonly sku: SkuRef; readonly quantity: number }[] | undefined;
};

function readLine(
  { skuId, quantity, unitPrice, associateId }: AskedLine,
  line: number,
  around: { readonly found: References; readonly asSold: boolean; readonly channel: ChannelRef },
): Decision<Wanted, PrepareRejection> {
  const { found, asSold, channel } = around;
  const { currency } = channel;
  const sku = found.skus.get(skuId);
  if (sku === undefined) return reject({ reason: 'unknown_sku', line, skuId });
  if (sku.archived && !asSold) return reject({ reason: 'sku_archived', line, skuId, code: sku.code });
  const given = unitPrice ?? found.prices.get(skuId);
  if (given === undefined) return reject({ reason: 'no_price', line, skuId, currency });
  const price = { amount: given.amount, scale: given.scale ?? 0, per: given.per ?? 1, currency };
  if (price.amount < 0 && sku.kind !== 'discount' && sku.kind !== 'adjustment')
    return reject({ reason: 'negative_price', line, skuId });
  if (Math.abs((price.amount / (price.per * 10 ** price.scale)) * quantity) > MAX_LINE_MINOR)
    return reject({ reason: 'amount_out_of_range', line });
  const key = String(line);
  const parts = sku.kind === 'bundle' ? openBundle(sku, { line, quantity, asSold }, found) : undefined;
  if (parts !== undefined && !parts.ok) return parts;
  const weights = parts === undefined ? [] : bundleWeights(sku, { quantity, currency }, found);
  const basketLine: BasketLine = {
    key,
    skuId,
    productId: sku.productId,
    categoryIds: sku.categoryIds,
    ...(sku.attributes === undefined ? {} : { attributes: sku.attributes }),
    kind: sku.kind,
    quantity,
    countable: sku.baseUnit === 'piece',
    unitPrice: price,
    taxClass: sku.taxClass,
    ...(unitPrice !== undefined || asSold || CLOSED_KINDS.has(sku.kind) ? { closed: true } : {}),
    ...(parts === undefined
      ? {}
      : {
          parts: parts.value.map((part, at) => ({
            key: `${key}.${at}`,
            kind: part.sku.kind,
            taxClass: part.sku.taxClass,
            quantity: part.quantity,
            weight: weights[at] as number,
          })),
        }),
  };
  return accept({ sku, line: basketLine, associateId, parts: parts?.value });
}

/** What no promotion lowers and no threshold counts. */
const CLOSED_KINDS: ReadonlySet<string> = new Set(['voucher', 'discount', 'adjustment']);

/**
 * A bundle sells its parts: its price is split over them by largest remainder, weighted by what they cost alone, so that the parts sum
 * to the price to the penny and each is taxed at its own rate. Parts without a price of their own share evenly when none has one.
 */
function openBundle(
  bundle: SkuRef,
  of: { readonly line: number; readonly quantity: number; readonly asSold: boolean },
  found: References,
): Decision<{ sku: SkuRef; quantity: number }[], PrepareRejection> {
  const parts: { sku: SkuRef; quantity: number }[] = [];
  for (const { skuId, quantity: each } of bundle.bundleParts ?? []) {
    const sku = found.skus.get(skuId);
    if (sku === undefined) return reject({ reason: 'unknown_sku', line: of.line, skuId });
    if (sku.archived && !of.asSold) return reject({ reason: 'sku_archived', line: of.line, skuId, code: sku.code });
    parts.push({ sku, quantity: each * of.quantity });
  }
  return accept(parts);
}

/** What the parts of so many bundles would cost alone, in whole minor units. */
export function bundleWeights(
  bundle: SkuRef,
  of: { readonly quantity: number; readonly currency: UnitPrice['currency'] },
  found: References,
): number[] {
  return (bundle.bundleParts ?? []).map((part) => {
    const price = found.prices.get(part.skuId);
    if (price === undefined || price.amount <= 0) return 0;
    return lineAmount(
      { amount: price.amount, scale: price.scale, per: price.per, currency: of.currency },
      part.quantity * of.quantity,
    );
  });
}

const NONE: readonly string[] = [];

function promotionSide({ setting, occasion }: PricedWhere): Omit<PromotionBasket, 'lines'> {
  const { customer, couponPromotions, offerPromotions, uses } = occasion;
  return {
    currency: setting.channel.currency,
    at: occasion.at,
    weekMinute: weekMinuteOf(occasion.at, setting.location.timeZone),
    businessDay: setting.businessDay,
    channelId: setting.channel.id,
    locationId: setting.location.id,
    couponCodes: occasion.couponCodes ?? NONE,
    offerIds: occasion.offerIds ?? NONE,
    refused: occasion.refused ?? NONE,
    ...(customer === undefined ? {} : { customer }),
    ...(couponPromotions === undefined ? {} : { couponPromotions }),
    ...(offerPromotions === undefined ? {} : { offerPromotions }),
    ...(uses === undefined ? {} : { uses }),
  };
}

function taxSide(
  { company, rules: { taxes: rules } }: { readonly company: CompanyCache; readonly rules: PricingRules },
  { setting, from, occasion }: PricedWhere,
): Omit<TaxRequest, 'lines' | 'taxInclusive'> {
  const { entity, location, businessDay, channel } = setting;
  const placeOf = (id: string, country: string): TaxPlace => ({ country, ...rules.places.get(id) });
  const here = placeOf(location.id, location.country);
  const leaves =
    from.id === location.id ? here : placeOf(from.id, company.location(from.id)?.country ?? location.country);
  const isShipped = occasion.fulfilment === 'ship' && occasion.to !== undefined;
  const to = isShipped ? occasion.to : here;
  const countries = [...new Set([here.country, leaves.country, to.country])].filter((country) =>
    company.isRegistered(entity.id, country, businessDay),
  );
  const registrations = [...countries, ...subRegistrationsOn(rules, { entityId: entity.id, day: businessDay })];
  const region = here.country === entity.country ? here.region : undefined;
  return {
    day: businessDay,
    currency: channel.currency,
    seller: { country: entity.country, region, registrations },
    from: leaves,
    to,
    fulfilment: isShipped ? 'ship' : 'till',
    ...(occasion.buyer === undefined ? {} : { customer: occasion.buyer }),
    collectedBy: occasion.collectedBy ?? 'us',
  };
}

type AboutLine = {
  readonly where: PricedWhere;
  readonly quantity: number;
  readonly unitPrice: UnitPrice;
  readonly description: string;
  readonly associateId: string | undefined;
};

function saleLine(sku: SkuRef, result: BasketResult, about: AboutLine, before: number): SaleLine {
  const { quantity, unitPrice, description, associateId, where } = about;
  const { from, setting } = where;
  let goods: SaleLine['goods'] = null;
  if (sku.kind === 'goods') {
    const { skuId: _, ...rest } = goodsAt(from, sku.id);
    goods = rest;
  }
  const { netMinor, taxMinor, grossMinor, discounts, taxes } = result;
  return {
    line: before + 1,
    kind: sku.kind as LineKind,
    skuId: sku.id,
    description,
    quantity,
    unitAmount: unitPrice.amount,
    unitScale: unitPrice.scale ?? 0,
    unitPer: unitPrice.per ?? 1,
    taxPpm: taxes.reduce((sum, one) => sum + (one.treatment === 'taxed' ? one.ratePpm : 0), 0),
    netMinor,
    taxMinor,
    grossMinor,
    fulfillingLocationId: from.id,
    associateId,
    ...(discounts.length === 0 ? {} : { discounts }),
    ...(isPlain(taxes, setting.taxJurisdiction, netMinor) ? {} : { taxes }),
    goods,
  };
}

/** One value added tax where it is expected, of the whole line: its rate says it all, and nothing more is stored. */
function isPlain(taxes: readonly LineTax[], jurisdiction: string, netMinor: number): boolean {
  const [only] = taxes;
  return (
    taxes.length === 1 &&
    only !== undefined &&
    only.code === 'VAT' &&
    only.jurisdiction === jurisdiction &&
    (only.treatment === 'taxed' || only.treatment === 'zero') &&
    only.baseMinor === netMinor
  );
}
