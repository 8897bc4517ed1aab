import { uuidv7 } from 'uuidv7';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import { seriesKey, type SeriesKind } from '../../company/document-series.ts';
import type { LegalEntity } from '../../company/legal-entity.ts';
import type { ChannelRef, CompanyCache, LocationRef } from '../../company/server/company-cache.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { businessDayOf, fiscalYearOf, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import type { PricingRules } from '../../pricing/basket.ts';
import type { UsedPromotion } from '../../pricing/promotion-use.ts';
import { promotionById, withBrought, type CompiledPromotions } from '../../pricing/promotion/compile-promotions.ts';
import type { Promotion } from '../../pricing/promotion/promotion.ts';
import type { PromotionDoor } from '../../pricing/server/promotion-door.ts';
import { cashStep } from '../../pricing/tax/cash-rounding.ts';
import type { TaxPlace, TaxRequest } from '../../pricing/tax/tax-basket.ts';
import type { PriceCeiling } from '../../pricing/price-ceiling.ts';
import type { LineToPrice, PriceCache, PriceRef } from '../../pricing/server/price-cache.ts';
import type { StockLocation } from '../../stock/server/goods-at.ts';
import type { GiftLine } from '../gift-lines.ts';
import type { PlaceOrder } from '../place-order.ts';
import type { RecordSale } from '../sale.ts';
import type { FeeTerms } from '../ship-order.ts';
import { plainRules } from './plain-rules.ts';
import { priceLines, type PricedLines, type PricedWhere, type PriceOccasion } from './price-lines.ts';

/** What preparing reads: all of it in memory, none of it locked. What it finds is written into the command, so a stale entry is no wrong book. */
export type PrepareDeps = {
  readonly company: CompanyCache;
  readonly skus: SkuCache;
  readonly prices: PriceCache;
  /** Promotions and taxes; without it there are no promotions, and taxes are the plain VAT rates of the company's countries. */
  readonly rules?: (() => PricingRules | Promise<PricingRules>) | undefined;
  /** How far promotions were used, as read; the commit confirms it. Without it nobody knows before the commit. */
  readonly usesOf?: PromotionDoor['uses'] | undefined;
  /** What the card provider keeps, by the contract with it. A marketplace's commission stands with its channel. */
  readonly cardFee: { readonly ppm: number; readonly fixedMinor: number };
};

/** Why a request does not even reach the queue: something that it names is not there, closed, or has no price or rate. */
export type PrepareRejection =
  | { reason: 'channel_closed'; channelId: string }
  | { reason: 'unknown_location'; locationId: string }
  | { reason: 'location_closed'; locationId: string }
  | { reason: 'location_not_for_entity'; locationId: string; entityId: string }
  | { reason: 'inter_company'; locationId: string; entityId: string }
  | { reason: 'no_valuation_area'; locationId: string }
  | { reason: 'unknown_customer'; customerId: string }
  | { reason: 'unknown_sku'; line: number; skuId: string }
  | { reason: 'sku_archived'; line: number; skuId: string; code: string }
  | { reason: 'no_price'; line: number; skuId: string; currency: string }
  | { reason: 'negative_price'; line: number; skuId: string }
  | { reason: 'above_ceiling'; line: number; skuId: string; ceilingMinor: number; grossMinor: number }
  | { reason: 'negative_total'; grossMinor: number }
  | { reason: 'amount_out_of_range'; line: number }
  | { reason: 'too_many_lines'; lines: number; limit: number }
  | { reason: 'no_vat_rate'; line: number; country: string; taxClass: string; businessDay: string }
  | { reason: 'no_exchange_rate'; from: string; to: string; businessDay: string };

/** A prepared command or why there is none; at once when everything was in memory, else a promise. */
export type Prepared<T> = Decision<T, PrepareRejection> | Promise<Decision<T, PrepareRejection>>;

/** A price as it is written on a line: `amount / 10^scale` minor units for `per` base units. */
export type LinePrice = {
  readonly amount: number;
  readonly scale?: number | undefined;
  readonly per?: number | undefined;
};

/** A line as it is asked for. Without a price the one in force is taken. */
export type AskedLine = {
  readonly skuId: string;
  readonly quantity: number;
  readonly unitPrice?: LinePrice | undefined;
  readonly associateId?: string | undefined;
  /** When it was put into the basket; what was cheaper then may still be. */
  readonly addedAt?: InstantMs | undefined;
};

/** Coupons, offers and refused promotions. `coupons` are codes of limited use with what the commit counts them by. */
export type AskedOccasion = Pick<
  PriceOccasion,
  'couponCodes' | 'couponPromotions' | 'offerIds' | 'offerPromotions' | 'refused' | 'uses'
> & {
  readonly coupons?: Readonly<Record<string, NonNullable<UsedPromotion['coupon']>>> | undefined;
  /** Vouchers that the customer brings, each as the promotion that it is for this basket. */
  readonly vouchers?: readonly Promotion[] | undefined;
};

/** Who buys, as far as prices and taxes ask. */
export type Buyer = {
  readonly id: string;
  readonly cardId: string;
  readonly firstOrder?: boolean | undefined;
  readonly employee?: boolean | undefined;
  readonly place?: TaxPlace | undefined;
  readonly taxes?: TaxRequest['customer'];
};

/** What is asked for by every way of selling. `lineLocationId` is where the goods leave. */
export type AskedSale = {
  readonly channel: ChannelRef;
  readonly sellingLocationId: string;
  readonly fulfillingLocationId: string;
  readonly lines: readonly AskedLine[];
  readonly occurredAt: InstantMs;
  readonly customer?: Buyer | undefined;
  readonly occasion?: AskedOccasion | undefined;
  readonly externalRef?: string | undefined;
  /** Whether given prices hold the VAT, where no price list says so. */
  readonly taxInclusive?: boolean | undefined;
};

/** What an order was asked with, as far as its price follows from it. */
function occasionFor(asked: AskedSale, kind: PlaceOrder['terms']['kind'], groupIds: readonly string[]): PriceOccasion {
  const { customer, occurredAt: at } = asked;
  return {
    ...asked.occasion,
    at,
    fulfilment: kind === 'till_sale' ? 'till' : 'ship',
    ...(asked.channel.taxCollectedBy === 'marketplace' ? { collectedBy: 'marketplace' as const } : {}),
    ...(customer === undefined
      ? {}
      : {
          customer: {
            id: customer.id,
            groupIds,
            firstOrder: customer.firstOrder ?? false,
            employee: customer.employee ?? false,
          },
          to: customer.place,
          buyer: customer.taxes,
        }),
  };
}

/** Goes on with the rules that hold now, at once when they are in memory. */
export function withRules<T>(
  { rules, company }: Pick<PrepareDeps, 'rules' | 'company'>,
  then: (rules: PricingRules) => T | Promise<T>,
): T | Promise<T> {
  const found = rules === undefined ? plainRules(company) : rules();
  return found instanceof Promise ? found.then(then) : then(found);
}

/** Where, when and in whose books: what all acts about one channel and location share. */
export type Setting = {
  readonly entity: LegalEntity;
  readonly channel: ChannelRef;
  readonly location: LocationRef;
  readonly businessDay: BusinessDay;
  readonly rate: readonly [number, number];
  /** The country whose value added tax is charged. */
  readonly taxJurisdiction: string;
};

/** Finds where and in whose books something happens. With `closed` places and channels that were closed since are admitted: facts and what follows orders. */
export function settingOf(
  company: CompanyCache,
  at: {
    readonly channel: ChannelRef;
    readonly locationId: string;
    readonly occurredAt: InstantMs;
    readonly currency?: string;
    readonly closed?: boolean;
    readonly businessDay?: BusinessDay;
  },
): Decision<Setting, PrepareRejection> {
  const { channel, locationId } = at;
  if (channel.archived && at.closed !== true) return reject({ reason: 'channel_closed', channelId: channel.id });
  const location = company.location(locationId);
  if (location === undefined) return reject({ reason: 'unknown_location', locationId });
  if (location.archived && at.closed !== true) return reject({ reason: 'location_closed', locationId });
  const entity = company.entity(channel.entityId);
  if (entity === undefined || location.entityId !== entity.id)
    return reject({ reason: 'location_not_for_entity', locationId, entityId: channel.entityId });
  const businessDay = at.businessDay ?? businessDayOf(at.occurredAt, location);
  const from = (at.currency ?? channel.currency) as ChannelRef['currency'];
  const found = company.exchangeRate(from, entity.functionalCurrency, businessDay);
  if (found === undefined)
    return reject({ reason: 'no_exchange_rate', from, to: entity.functionalCurrency, businessDay });
  return accept({
    entity,
    channel,
    location,
    businessDay,
    rate: [found.numerator, found.denominator],
    taxJurisdiction: vatCountry(company, { entity, location, businessDay }),
  });
}

/** The series that numbers a kind of document. Orders count by channel, receipts by register or location, invoices and credit notes by entity. */
export function seriesFor(
  setting: Pick<Setting, 'entity' | 'channel' | 'location' | 'businessDay'>,
  kind: SeriesKind,
  register?: { readonly id: string; readonly code: string; readonly fiscalYear: number },
): { key: string; prefix: string } {
  const { entity, channel, location } = setting;
  const fiscalYear =
    register?.fiscalYear ?? fiscalYearOf(setting.businessDay, { startMonth: entity.fiscalYearStartMonth });
  const key = (scopeId: string): string => seriesKey({ entityId: entity.id, kind, scopeId, fiscalYear });
  switch (kind) {
    case 'order':
      return { key: key(channel.id), prefix: `O-${channel.code}` };
    case 'receipt':
      return register === undefined
        ? { key: key(location.id), prefix: `R-${location.code}` }
        : { key: key(register.id), prefix: `R-${location.code}-${register.code}` };
    case 'invoice':
      return { key: key(entity.id), prefix: `I-${entity.code}` };
    case 'credit_note':
      return { key: key(entity.id), prefix: `C-${entity.code}` };
  }
}

/** What the providers of a channel keep of what is paid. */
export function feesOf(deps: Pick<PrepareDeps, 'cardFee'>, channel: ChannelRef): FeeTerms {
  return { card: deps.cardFee, marketplace: { ppm: channel.commissionPpm, fixedMinor: 0 } };
}

/** The country whose VAT is charged: that of the selling location where the entity is registered there, else the entity's own. */
function vatCountry(
  company: CompanyCache,
  { entity, location, businessDay }: Pick<Setting, 'entity' | 'location' | 'businessDay'>,
): string {
  return location.country === entity.country || !company.isRegistered(entity.id, location.country, businessDay)
    ? entity.country
    : location.country;
}

/** Where goods leave or come back, as stock knows the place. */
export function stockLocation(location: LocationRef): StockLocation | undefined {
  const { id, entityId, areaId, valuationMethod } = location;
  return areaId === undefined || valuationMethod === undefined ? undefined : { id, entityId, areaId, valuationMethod };
}

/** Says whether goods of a location may fulfil what an entity sells. Another company's goods would have to be bought first. */
export function fulfillingLocation(
  company: CompanyCache,
  entityId: string,
  locationId: string,
  closed = false,
): Decision<StockLocation, PrepareRejection> {
  const location = company.location(locationId);
  if (location === undefined) return reject({ reason: 'unknown_location', locationId });
  if (location.entityId !== entityId)
    return reject({ reason: 'inter_company', locationId, entityId: location.entityId });
  if (location.archived && !closed) return reject({ reason: 'location_closed', locationId });
  const place = stockLocation(location);
  return place === undefined ? reject({ reason: 'no_valuation_area', locationId }) : accept(place);
}

/** SKUs and prices of a command, the parts of its bundles among them, and the groups of the customer. */
export type References = {
  readonly skus: ReadonlyMap<string, SkuRef>;
  readonly prices: ReadonlyMap<string, PriceRef>;
  /** The most that the law lets SKUs cost; also of those that no list has a price of. */
  readonly ceilings: ReadonlyMap<string, PriceCeiling>;
  readonly groupIds: readonly string[];
};

/** Looks up SKUs and their prices. One look-up for the lines and, where there are bundles, one more for their parts. */
export function lookUp<T>(
  deps: Pick<PrepareDeps, 'skus' | 'prices'>,
  wanted: {
    readonly channel: ChannelRef;
    readonly locationId: string;
    readonly lines: readonly LineToPrice[];
    readonly customerId?: string | undefined;
    readonly at: InstantMs;
  },
  then: (found: References) => Decision<T, PrepareRejection>,
): Prepared<T> {
  const { channel, locationId, lines, customerId, at } = wanted;
  const groups = customerId === undefined ? NO_GROUPS : deps.prices.groupsOf(customerId);
  if (groups instanceof Promise) return groups.then((groupIds) => lookUpFor(groupIds));
  return lookUpFor(groups);

  function lookUpFor(groupIds: readonly string[]): Prepared<T> {
    const ask = { channelId: channel.id, currency: channel.currency, locationId, groupIds, at };
    const read = (of: readonly LineToPrice[]): References | Promise<References> => {
      const skus = deps.skus.get(of.map((line) => line.skuId));
      const prices = deps.prices.get(ask, of);
      const ceilings = deps.prices.ceilings(
        ask,
        of.map((line) => line.skuId),
      );
      if (!(skus instanceof Promise) && !(prices instanceof Promise) && !(ceilings instanceof Promise))
        return { skus, prices, ceilings, groupIds };
      return Promise.all([skus, prices, ceilings]).then(([one, two, three]) => ({
        skus: one,
        prices: two,
        ceilings: three,
        groupIds,
      }));
    };
    const withParts = (found: References): Prepared<T> => {
      let parts: LineToPrice[] | undefined;
      for (const sku of found.skus.values()) for (const part of sku.bundleParts ?? []) (parts ??= []).push(part);
      if (parts === undefined) return then(found);
      const more = read(parts);
      const join = ({ skus, prices, ceilings }: References): Decision<T, PrepareRejection> =>
        then({
          skus: new Map([...found.skus, ...skus]),
          prices: new Map([...prices, ...found.prices]),
          ceilings: ceilings.size === 0 ? found.ceilings : new Map([...ceilings, ...found.ceilings]),
          groupIds,
        });
      return more instanceof Promise ? more.then(join) : join(more);
    };
    const first = read(lines);
    return first instanceof Promise ? first.then(withParts) : withParts(first);
  }
}

const NO_GROUPS: readonly string[] = [];

/** Prepares an order: all of it but its payments, which depend on what it comes to. `fact`: a marketplace has sold it already. */
export function prepareOrder(
  deps: PrepareDeps,
  asked: AskedSale & { readonly fact: boolean; readonly orderId?: string },
): Prepared<PlaceOrder> {
  return prepareSelling(
    deps,
    asked,
    { kind: asked.fact ? 'marketplace_order' : 'order', asSold: asked.fact, orderId: asked.orderId },
    (base, setting) => ({
      ...base,
      fact: asked.fact,
      payments: [],
      series: seriesFor(setting, 'order'),
    }),
  );
}

/** Prepares a sale asked for at a counter, all but its tenders. Its receipt counts at the location: a register's own numbers are the register's to give. */
export function prepareSale(
  deps: PrepareDeps,
  asked: AskedSale & {
    readonly registerId?: string | undefined;
    readonly associateId?: string | undefined;
    readonly reservationIds: readonly string[];
  },
): Prepared<RecordSale> {
  return prepareSelling(deps, asked, { kind: 'till_sale', asSold: false }, (base, setting) => ({
    ...base,
    terms: {
      ...base.terms,
      ...(asked.registerId === undefined ? {} : { registerId: asked.registerId }),
      ...(asked.associateId === undefined ? {} : { associateId: asked.associateId }),
    },
    fact: null,
    tenders: [],
    series: seriesFor(setting, 'receipt'),
    ...cashStepAt(setting, base.terms.currency),
    reservationIds: asked.reservationIds,
  }));
}

/** How cash is rounded at a counter; nothing where every amount can be paid. */
export function cashStepAt(
  { location }: Pick<Setting, 'location'>,
  currency: string,
): Pick<RecordSale, 'cashStepMinor'> | undefined {
  const cashStepMinor = cashStep(location.country, currency);
  return cashStepMinor === 1 ? undefined : { cashStepMinor };
}

type SellingBase = Pick<
  PlaceOrder,
  | 'entityId'
  | 'locationId'
  | 'channelId'
  | 'entityCurrency'
  | 'occurredAt'
  | 'businessDay'
  | 'orderId'
  | 'rate'
  | 'terms'
  | 'lines'
  | 'gifts'
>;

function prepareSelling<T>(
  deps: PrepareDeps,
  asked: AskedSale,
  as: { readonly kind: PlaceOrder['terms']['kind']; readonly asSold: boolean; readonly orderId?: string | undefined },
  finish: (base: SellingBase, setting: Setting) => T,
): Prepared<T> {
  const { channel, occurredAt } = asked;
  const found = settingOf(deps.company, {
    channel,
    locationId: asked.sellingLocationId,
    occurredAt,
    closed: as.asSold,
  });
  if (!found.ok) return found;
  const setting = found.value;
  const from = fulfillingLocation(deps.company, setting.entity.id, asked.fulfillingLocationId, as.asSold);
  if (!from.ok) return from;
  const wanted = {
    channel,
    locationId: asked.sellingLocationId,
    customerId: asked.customer?.id,
    at: occurredAt,
  };
  const where = (groupIds: readonly string[], uses: PriceOccasion['uses']): PricedWhere => ({
    setting,
    from: from.value,
    asSold: as.asSold,
    taxInclusive: asked.taxInclusive,
    occasion: { ...occasionFor(asked, as.kind, groupIds), ...(uses === undefined ? {} : { uses }) },
  });
  return withRules(deps, (held) => {
    const rules = withVouchers(held, asked.occasion?.vouchers);
    const priceWith = (lines: readonly AskedLine[], uses: PriceOccasion['uses']): Prepared<PricedLines> =>
      lookUp(deps, { ...wanted, lines }, (references) =>
        priceLines({ company: deps.company, rules }, where(references.groupIds, uses), lines, references),
      );
    /** Prices again with how far limited promotions were used, until none of those that apply is unknown: only they need to be read. */
    const price = (lines: readonly AskedLine[], known?: PriceOccasion['uses']): Prepared<PricedLines> => {
      const goOn = (decision: Decision<PricedLines, PrepareRejection>): Prepared<PricedLines> => {
        if (!decision.ok || deps.usesOf === undefined) return decision;
        const unknown = decision.value.applied.flatMap(({ promotionId: id }) =>
          known?.[id] === undefined && isLimited(rules.promotions, id) ? [id] : [],
        );
        return unknown.length === 0
          ? decision
          : deps.usesOf(unknown, asked.customer?.id).then((uses) => price(lines, { ...known, ...uses }));
      };
      const first = priceWith(lines, known);
      return first instanceof Promise ? first.then(goOn) : goOn(first);
    };
    const finished = (priced: PricedLines, gifts: readonly GiftLine[] = []): Decision<T, PrepareRejection> => {
      const { lines, taxInclusive } = priced;
      const grossMinor = lines.reduce((sum, line) => sum + line.grossMinor, 0);
      if (grossMinor < 0) return reject({ reason: 'negative_total', grossMinor });
      const { entity, location, businessDay, rate } = setting;
      const promotions = usedPromotions(priced, rules.promotions, asked);
      const base: SellingBase = {
        entityId: entity.id,
        locationId: location.id,
        channelId: channel.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt,
        businessDay,
        orderId: as.orderId ?? uuidv7(),
        rate,
        lines,
        ...(gifts.length === 0 ? {} : { gifts }),
        terms: {
          kind: as.kind,
          entityId: entity.id,
          channelId: channel.id,
          sellingLocationId: location.id,
          externalRef: asked.externalRef ?? '',
          currency: channel.currency,
          taxInclusive,
          taxJurisdiction: setting.taxJurisdiction,
          ...(promotions.length === 0 ? {} : { promotions }),
          placedAt: occurredAt,
          businessDay,
          ...(asked.customer === undefined
            ? {}
            : { customerId: asked.customer.id, customerCardId: asked.customer.cardId }),
        },
      };
      return accept(finish(base, setting));
    };
    const withGifts = (decision: Decision<PricedLines, PrepareRejection>): Prepared<T> => {
      if (!decision.ok) return decision;
      const { gifts, lines: wanted } = decision.value;
      if (gifts.length === 0) return finished(decision.value);
      // At a price given by hand they are closed: neither lowered nor counted, so the rest of the basket stays as it was priced.
      const given = gifts.map(({ skuId, quantity }) => ({ skuId, quantity, unitPrice: { amount: 0 } }));
      const again = price([...asked.lines, ...given]);
      const goOn = (one: Decision<PricedLines, PrepareRejection>): Decision<T, PrepareRejection> =>
        // The rest was priced already: what is wrong is a gift, of a SKU that is archived or has no tax rate, say.
        one.ok
          ? finished(one.value, giftLines(gifts, one.value.lines.slice(wanted.length)))
          : finished(withoutGifts(decision.value));
      return again instanceof Promise ? again.then(goOn) : goOn(again);
    };
    const first = price(asked.lines);
    return first instanceof Promise ? first.then(withGifts) : withGifts(first);
  });
}

/** What was priced, with no gift given. */
function withoutGifts(priced: PricedLines): PricedLines {
  const promotionIds = new Set(priced.gifts.map(({ promotionId }) => promotionId));
  return { ...priced, gifts: [], applied: priced.applied.filter(({ promotionId }) => !promotionIds.has(promotionId)) };
}

/** Which promotion each line of a gift is of. A gift of several lines (a bundle) is none that can be left out in part, so then none is told. */
function giftLines(gifts: PricedLines['gifts'], lines: PricedLines['lines']): GiftLine[] {
  if (gifts.length !== lines.length) return [];
  return gifts.flatMap(({ promotionId }, at) => {
    const line = lines[at]?.line;
    return line === undefined ? [] : [{ line, promotionId }];
  });
}

/** The rules with the vouchers that are brought to this one basket. */
function withVouchers(rules: PricingRules, vouchers: readonly Promotion[] = []): PricingRules {
  return { ...rules, promotions: withBrought(rules.promotions, vouchers) };
}

function isLimited(compiled: CompiledPromotions, promotionId: string): boolean {
  const limits = promotionById(compiled, promotionId)?.promotion.limits;
  return limits !== undefined && Object.keys(limits).length > 0;
}

/** What the promotions that applied use up, with the limits that hold now: the commit counts them. */
function usedPromotions(
  { applied, vouchers }: Pick<PricedLines, 'applied' | 'vouchers'>,
  compiled: CompiledPromotions,
  { customer, occasion }: Pick<AskedSale, 'customer' | 'occasion'>,
): UsedPromotion[] {
  return applied.map(({ promotionId, couponCode, offerId, amountMinor }) => {
    const coupon = couponCode === undefined ? undefined : occasion?.coupons?.[couponCode];
    const voucher = vouchers.get(promotionId);
    return {
      promotionId,
      amountMinor,
      limits: promotionById(compiled, promotionId)?.promotion.limits ?? {},
      ...(customer === undefined ? {} : { customerId: customer.id }),
      ...(coupon === undefined ? {} : { coupon }),
      ...(offerId === undefined ? {} : { offerId }),
      ...(voucher === undefined ? {} : { voucher }),
    };
  });
}
