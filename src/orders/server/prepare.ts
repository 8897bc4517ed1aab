import { uuidv7 } from 'uuidv7';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import { seriesKey, type SeriesKind } from '../../company/document-series.ts';
import type { LegalEntity } from '../../company/legal-entity.ts';
import type { ChannelRef, CompanyCache, LocationRef } from '../../company/server/company-cache.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { lineAmount, split, type UnitPrice } from '../../kernel/money.ts';
import { businessDayOf, fiscalYearOf, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import { taxLine, type TaxedAmount } from '../../pricing/line-tax.ts';
import type { LineToPrice, PriceCache, PriceRef } from '../../pricing/server/price-cache.ts';
import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import type { LineKind } from '../order.ts';
import type { PlaceOrder } from '../place-order.ts';
import type { RecordSale, SaleLine } from '../sale.ts';
import type { FeeTerms } from '../ship-order.ts';

/** What preparing reads: all of it in memory, none of it locked. What it finds is written into the command, so a stale entry is no wrong book. */
export type PrepareDeps = {
  readonly company: CompanyCache;
  readonly skus: SkuCache;
  readonly prices: PriceCache;
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
};

/** What is asked for by every way of selling. `lineLocationId` is where the goods leave. */
export type AskedSale = {
  readonly channel: ChannelRef;
  readonly sellingLocationId: string;
  readonly fulfillingLocationId: string;
  readonly lines: readonly AskedLine[];
  readonly occurredAt: InstantMs;
  readonly customer?: { readonly id: string; readonly cardId: string } | undefined;
  readonly externalRef?: string | undefined;
  /** Whether given prices hold the VAT, where no price list says so. */
  readonly taxInclusive?: boolean | undefined;
};

/** Lines of one command at most, bundles opened. */
const MAX_LINES = 2000;

/** Beyond this no line is believed; it leaves room to add thousands of them up. */
const MAX_LINE_MINOR = 1_000_000_000_000;

/** Where, when and in whose books: what all acts about one channel and location share. */
export type Setting = {
  readonly entity: LegalEntity;
  readonly channel: ChannelRef;
  readonly location: LocationRef;
  readonly businessDay: BusinessDay;
  readonly rate: readonly [number, number];
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
  return accept({ entity, channel, location, businessDay, rate: [found.numerator, found.denominator] });
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
function vatCountry(company: CompanyCache, setting: Setting): string {
  const { entity, location, businessDay } = setting;
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
      if (!(skus instanceof Promise) && !(prices instanceof Promise)) return { skus, prices, groupIds };
      return Promise.all([skus, prices]).then(([one, two]) => ({ skus: one, prices: two, groupIds }));
    };
    const withParts = (found: References): Prepared<T> => {
      let parts: LineToPrice[] | undefined;
      for (const sku of found.skus.values()) for (const part of sku.bundleParts ?? []) (parts ??= []).push(part);
      if (parts === undefined) return then(found);
      const more = read(parts);
      const join = ({ skus, prices }: References): Decision<T, PrepareRejection> =>
        then({
          skus: new Map([...found.skus, ...skus]),
          prices: new Map([...prices, ...found.prices]),
          groupIds,
        });
      return more instanceof Promise ? more.then(join) : join(more);
    };
    const first = read(lines);
    return first instanceof Promise ? first.then(withParts) : withParts(first);
  }
}

const NO_GROUPS: readonly string[] = [];

/** Prices and taxes lines. `asSold` admits archived SKUs: what was sold was sold. */
export function priceLines(
  company: CompanyCache,
  about: {
    readonly setting: Setting;
    readonly from: StockLocation;
    readonly asSold: boolean;
    readonly taxInclusive?: boolean | undefined;
  },
  asked: readonly AskedLine[],
  found: References,
): Decision<{ lines: SaleLine[]; taxInclusive: boolean }, PrepareRejection> {
  const { setting, from, asSold } = about;
  const { currency } = setting.channel;
  const country = vatCountry(company, setting);
  const first = found.prices.values().next();
  const taxInclusive = first.done === true ? (about.taxInclusive ?? true) : first.value.taxInclusive;
  const lines: SaleLine[] = [];
  const { businessDay } = setting;
  const rateOf: RateOf = (sku, line) => {
    const rate = company.vatRate(country, sku.taxClass, businessDay);
    return rate === undefined
      ? reject({ reason: 'no_vat_rate', line, country, taxClass: sku.taxClass, businessDay })
      : accept(rate.ratePpm);
  };

  for (let at = 0; at < asked.length; at += 1) {
    const { skuId, quantity, unitPrice, associateId } = asked[at] as AskedLine;
    const line = at + 1;
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

    if (sku.kind === 'bundle') {
      const opened = openBundle(
        sku,
        { price, quantity, taxInclusive, line, asSold, associateId },
        { found, from, rateOf },
      );
      if (!opened.ok) return opened;
      for (const part of opened.value) lines.push({ ...part, line: lines.length + 1 });
    } else {
      const rate = rateOf(sku, line);
      if (!rate.ok) return rate;
      const taxPpm = rate.value;
      const amounts = taxLine({ unitPrice: price, quantity, taxInclusive, ratePpm: taxPpm });
      lines.push(
        saleLine(sku, {
          line: lines.length + 1,
          quantity,
          price,
          taxPpm,
          amounts,
          from,
          description: sku.name,
          associateId,
        }),
      );
    }
  }
  if (lines.length > MAX_LINES) return reject({ reason: 'too_many_lines', lines: lines.length, limit: MAX_LINES });
  return accept({ lines, taxInclusive });
}

/** The VAT rate of a SKU on the day of the sale. */
type RateOf = (sku: SkuRef, line: number) => Decision<number, PrepareRejection>;

type LineParts = {
  readonly line: number;
  readonly quantity: number;
  readonly price: UnitPrice;
  readonly taxPpm: number;
  readonly amounts: TaxedAmount;
  readonly from: StockLocation;
  readonly description: string;
  readonly associateId: string | undefined;
};

function saleLine(
  sku: SkuRef,
  { line, quantity, price, taxPpm, amounts, from, description, associateId }: LineParts,
): SaleLine {
  let goods: SaleLine['goods'] = null;
  if (sku.kind === 'goods') {
    const { skuId: _, ...rest } = goodsAt(from, sku.id);
    goods = rest;
  }
  return {
    line,
    kind: sku.kind as LineKind,
    skuId: sku.id,
    description,
    quantity,
    unitAmount: price.amount,
    unitScale: price.scale ?? 0,
    unitPer: price.per ?? 1,
    taxPpm,
    netMinor: amounts.netMinor,
    taxMinor: amounts.taxMinor,
    grossMinor: amounts.grossMinor,
    fulfillingLocationId: from.id,
    associateId,
    goods,
  };
}

/**
 * A bundle sells its parts: its price is split over them by largest remainder, weighted by what they cost alone, so that the parts sum
 * to the price to the penny and each is taxed at its own rate. Parts without a price of their own share evenly when none has one.
 */
function openBundle(
  bundle: SkuRef,
  of: {
    readonly price: UnitPrice;
    readonly quantity: number;
    readonly taxInclusive: boolean;
    readonly line: number;
    readonly asSold: boolean;
    readonly associateId: string | undefined;
  },
  around: { readonly found: References; readonly from: StockLocation; readonly rateOf: RateOf },
): Decision<SaleLine[], PrepareRejection> {
  const { found, from, rateOf } = around;
  const parts = bundle.bundleParts ?? [];
  const weights = bundleWeights(bundle, { quantity: of.quantity, currency: of.price.currency }, found);
  const shares = split(lineAmount(of.price, of.quantity), weights);
  const lines: SaleLine[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const { skuId, quantity: each } = parts[at] as { skuId: string; quantity: number };
    const sku = found.skus.get(skuId);
    if (sku === undefined) return reject({ reason: 'unknown_sku', line: of.line, skuId });
    if (sku.archived && !of.asSold) return reject({ reason: 'sku_archived', line: of.line, skuId, code: sku.code });
    const rate = rateOf(sku, of.line);
    if (!rate.ok) return rate;
    const taxPpm = rate.value;
    const quantity = each * of.quantity;
    const share = shares[at] as number;
    // The share is the price of all units together: a price per unit would not multiply back to it.
    const price: UnitPrice = { amount: share, currency: of.price.currency, scale: 0, per: quantity };
    const amounts = taxLine({ unitPrice: price, quantity, taxInclusive: of.taxInclusive, ratePpm: taxPpm });
    lines.push(
      saleLine(sku, {
        line: 0,
        quantity,
        price,
        taxPpm,
        amounts,
        from,
        description: `${bundle.name}: ${sku.name}`,
        associateId: of.associateId,
      }),
    );
  }
  return accept(lines);
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
    reservationIds: asked.reservationIds,
  }));
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
    lines: asked.lines,
    customerId: asked.customer?.id,
    at: occurredAt,
  };
  return lookUp(deps, wanted, (references) => {
    const about = { setting, from: from.value, asSold: as.asSold, taxInclusive: asked.taxInclusive };
    const priced = priceLines(deps.company, about, asked.lines, references);
    if (!priced.ok) return priced;
    const { lines, taxInclusive } = priced.value;
    const grossMinor = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    if (grossMinor < 0) return reject({ reason: 'negative_total', grossMinor });
    const { entity, location, businessDay, rate } = setting;
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
      terms: {
        kind: as.kind,
        entityId: entity.id,
        channelId: channel.id,
        sellingLocationId: location.id,
        externalRef: asked.externalRef ?? '',
        currency: channel.currency,
        taxInclusive,
        placedAt: occurredAt,
        businessDay,
        ...(asked.customer === undefined
          ? {}
          : { customerId: asked.customer.id, customerCardId: asked.customer.cardId }),
      },
    };
    return accept(finish(base, setting));
  });
}
