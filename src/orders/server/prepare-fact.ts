import type { RegisterWithSecret } from '../../company/server/company.store.ts';
import type { SkuRef } from '../../catalog/server/catalog.store.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import type { FactTaken } from '../../kernel/fact-source.ts';
import { split } from '../../kernel/money.ts';
import type { LineDiscount } from '../../pricing/promotion/promotion-basket.ts';
import type { LineTax } from '../../pricing/tax/tax-basket.ts';
import type { LoyaltyProgramme } from '../../rewards/loyalty-programme.ts';
import { pointsKey } from '../../rewards/points-account.ts';
import { storeCreditKey } from '../../rewards/reward-account.ts';
import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import { owedOf } from '../line-share.ts';
import type { LineKind } from '../order.ts';
import type { RecordSale, SaleLine, Tender } from '../sale.ts';
import { bundleWeights } from './price-lines.ts';
import {
  cashStepAt,
  fulfillingLocation,
  lookUp,
  seriesFor,
  settingOf,
  type PrepareDeps,
  type PrepareRejection,
  type Prepared,
  type References,
  type Setting,
} from './prepare.ts';
import { cardKeyOf, promotionsOf, type FactReferences, type ReferenceRejection } from './prepare-fact-references.ts';
import type { SaleFact, SaleFactLine } from './sale-fact-shape.ts';

/** Why a fact cannot be taken into the books although it could be read. It goes to a person. */
export type FactRejection =
  | PrepareRejection
  | ReferenceRejection
  | { reason: 'unknown_channel'; channelId: string }
  | { reason: 'no_loyalty_programme' }
  | { reason: 'reward_wrong_currency'; currency: string };

/** A fact that was read, with what was found of what it names. */
export type FactToPrepare = {
  readonly register: RegisterWithSecret;
  readonly fact: SaleFact;
  readonly taken: FactTaken;
  readonly customerCardId?: string | undefined;
  readonly references: FactReferences;
  /** Of the register's company, where points pay. */
  readonly programme?: LoyaltyProgramme | undefined;
};

/**
 * Prepares a till's sale: prices, discounts, tax, tenders and number are those of the receipt, only where it belongs in the books is looked up.
 * SKUs and channels closed since are admitted, and so are promotions that ended. At once when the SKUs are in memory.
 */
export function prepareFactSale(
  deps: PrepareDeps,
  of: FactToPrepare,
): Decision<RecordSale, FactRejection> | Promise<Decision<RecordSale, FactRejection>> {
  const { register, fact } = of;
  const channel = deps.company.channel(fact.channelId);
  if (channel === undefined) return reject({ reason: 'unknown_channel', channelId: fact.channelId });
  const { occurredAt, businessDay, currency } = fact;
  const where = settingOf(deps.company, {
    channel,
    locationId: register.locationId,
    occurredAt,
    businessDay,
    currency,
    closed: true,
  });
  if (!where.ok) return where;
  const setting = where.value;
  const from = fulfillingLocation(deps.company, setting.entity.id, register.locationId, true);
  if (!from.ok) return from;
  const known = fact.customerId !== undefined && of.customerCardId !== undefined;
  const customer = known ? { customerId: fact.customerId, customerCardId: of.customerCardId } : {};
  const tenders = tendersOf(of, { entityId: setting.entity.id, customerId: customer.customerId });
  if (!tenders.ok) return tenders;
  const promotions = promotionsOf(fact, of.references, customer.customerId);
  if (!promotions.ok) return promotions;
  const cardKeys = soldCards(fact, of.references);
  if (!cardKeys.ok) return cardKeys;
  const prepared: Prepared<RecordSale> = lookUp(
    deps,
    { channel, locationId: register.locationId, lines: fact.lines, at: occurredAt },
    (found) => {
      const sold = soldLines(fact, cardKeys.value, { found, from: from.value });
      if (!sold.ok) return sold;
      const cards = sold.value.flatMap(({ line: { line }, cardKey: key }) =>
        key === undefined ? [] : [{ line, key }],
      );
      const { entity, location, rate } = setting;
      const series = seriesFor(setting, 'receipt', {
        id: register.id,
        code: register.code,
        fiscalYear: fact.document.fiscalYear,
      });
      return accept({
        entityId: entity.id,
        locationId: location.id,
        channelId: channel.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt,
        businessDay,
        orderId: fact.orderId,
        rate,
        fact: of.taken,
        lines: sold.value.map(({ line }) => line),
        reservationIds: [],
        terms: {
          kind: 'till_sale',
          entityId: entity.id,
          channelId: channel.id,
          sellingLocationId: location.id,
          registerId: register.id,
          externalRef: '',
          currency,
          taxInclusive: fact.taxInclusive,
          taxJurisdiction: setting.taxJurisdiction,
          placedAt: occurredAt,
          businessDay,
          ...(fact.associateId === undefined ? {} : { associateId: fact.associateId }),
          ...(promotions.value.length === 0 ? {} : { promotions: promotions.value }),
          ...customer,
        },
        tenders: tenders.value,
        ...(cards.length === 0 ? {} : { rewards: { cards } }),
        ...(fact.pointsPromised === undefined ? {} : { pointsPromised: fact.pointsPromised }),
        series: { ...series, number: fact.document.number },
        ...roundingOf(fact, setting),
      });
    },
  );
  return prepared;
}

/** What the till rounded by, where coins allow it. Beyond that somebody has a difference to explain. */
function roundingOf(
  { cashRoundingMinor, currency }: SaleFact,
  setting: Setting,
): Pick<RecordSale, 'cashStepMinor' | 'cashRoundingMinor'> {
  const step = cashStepAt(setting, currency);
  const isBelieved = cashRoundingMinor !== undefined && Math.abs(cashRoundingMinor) * 2 <= (step?.cashStepMinor ?? 1);
  return isBelieved ? { ...step, cashRoundingMinor } : { ...step };
}

/** Tenders with the accounts that they take from. A customer and a programme must be there: what nobody has cannot have paid. */
function tendersOf(
  { fact, references, programme }: FactToPrepare,
  of: { readonly entityId: string; readonly customerId: string | undefined },
): Decision<Tender[], FactRejection> {
  const { entityId, customerId } = of;
  const { currency } = fact;
  const tenders: Tender[] = [];
  for (const [
    at,
    { paymentId, method, amountMinor: amount, reference, feeMinor, giftCard },
  ] of fact.tenders.entries()) {
    // What the terminal took it has settled itself: its reference is marked so that no provider is ever told about it.
    const tender = { paymentId, method, amount, feeMinor, providerRef: reference === '' ? '' : `till:${reference}` };
    if (giftCard !== undefined) {
      const key = cardKeyOf(giftCard, references, `/tenders/${at}`);
      if (!key.ok) return key;
      tenders.push({ ...tender, accountKey: key.value });
    } else if (method !== 'store_credit' && method !== 'points') tenders.push(tender);
    else if (customerId === undefined) return reject({ reason: 'unknown_customer', customerId: fact.customerId ?? '' });
    else if (method === 'store_credit')
      tenders.push({ ...tender, accountKey: storeCreditKey({ entityId, customerId, currency }) });
    else if (programme === undefined) return reject({ reason: 'no_loyalty_programme' });
    else if (programme.currency !== currency)
      return reject({ reason: 'reward_wrong_currency', currency: programme.currency });
    else tenders.push({ ...tender, accountKey: pointsKey({ programmeId: programme.id, customerId }) });
  }
  return accept(tenders);
}

/** The keys of the cards that lines sell, undefined for those that sell none. */
function soldCards(
  { lines }: SaleFact,
  references: FactReferences,
): Decision<(string | undefined)[], ReferenceRejection> {
  const keys: (string | undefined)[] = [];
  for (const [at, { giftCard }] of lines.entries()) {
    const key = giftCard === undefined ? accept(undefined) : cardKeyOf(giftCard, references, `/lines/${at}`);
    if (!key.ok) return key;
    keys.push(key.value);
  }
  return accept(keys);
}

/** A line of the books and the card that the till sold with it. */
type Sold = { readonly line: SaleLine; readonly cardKey: string | undefined };

function soldLines(
  fact: SaleFact,
  cardKeys: readonly (string | undefined)[],
  { found, from }: { readonly found: References; readonly from: StockLocation },
): Decision<Sold[], PrepareRejection> {
  const sold: Sold[] = [];
  for (let at = 0; at < fact.lines.length; at += 1) {
    const { giftCard: _, ...told } = fact.lines[at] as SaleFactLine;
    const sku = found.skus.get(told.skuId);
    if (sku === undefined) return reject({ reason: 'unknown_sku', line: at + 1, skuId: told.skuId });
    const lines =
      sku.kind === 'bundle'
        ? soldParts(fact, told, { bundle: sku, found, from })
        : [soldLine(told, { sku, from, associateId: fact.associateId })];
    for (const line of lines) sold.push({ line: { ...line, line: sold.length + 1 }, cardKey: cardKeys[at] });
  }
  return accept(sold);
}

function soldLine(
  sold: SaleFactLine,
  { sku, from, associateId }: { sku: SkuRef; from: StockLocation; associateId: string | undefined },
): SaleLine {
  const { skuId: _, ...goods } = goodsAt(from, sku.id);
  return {
    ...sold,
    line: 0,
    kind: sku.kind as LineKind,
    fulfillingLocationId: from.id,
    associateId,
    goods: sku.kind === 'goods' ? goods : null,
  };
}

/**
 * The parts of a bundle that was sold as one: its net, its discounts and each of its taxes are split alike, so that the parts sum to what the receipt says. A till
 * that knows better what is taxed how writes the parts as lines of their own.
 */
function soldParts(
  fact: SaleFact,
  sold: SaleFactLine,
  { bundle, found, from }: { bundle: SkuRef; found: References; from: StockLocation },
): SaleLine[] {
  const weights = bundleWeights(bundle, { quantity: sold.quantity, currency: fact.currency }, found);
  const nets = split(sold.netMinor, weights);
  const taxes = splitTaxes(sold, weights);
  const discounts = splitDiscounts(sold.discounts ?? [], weights);
  return (bundle.bundleParts ?? []).flatMap((part, at) => {
    const sku = found.skus.get(part.skuId);
    if (sku === undefined) return [];
    const netMinor = nets[at] as number;
    const { taxMinor, listed } = taxes[at] as (typeof taxes)[number];
    const own = discounts[at] ?? [];
    const quantity = part.quantity * sold.quantity;
    const grossMinor = netMinor + taxMinor;
    const takenOff = own.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
    const unitAmount = (fact.taxInclusive ? grossMinor : netMinor) + takenOff;
    const { discounts: _, taxes: __, ...told } = sold;
    const line = {
      ...told,
      skuId: sku.id,
      description: `${sold.description}: ${sku.name}`,
      quantity,
      unitAmount,
      unitScale: 0,
      unitPer: quantity,
      netMinor,
      taxMinor,
      grossMinor,
      ...(own.length === 0 ? {} : { discounts: own }),
      ...(listed === undefined ? {} : { taxes: listed }),
    };
    return [soldLine(line, { sku, from, associateId: fact.associateId })];
  });
}

function splitTaxes(
  { taxMinor: whole, taxes }: SaleFactLine,
  weights: readonly number[],
): { readonly taxMinor: number; readonly listed?: readonly LineTax[] }[] {
  if (taxes === undefined) return split(whole, weights).map((taxMinor) => ({ taxMinor }));
  const each = taxes.map((tax) => ({
    tax,
    bases: split(tax.baseMinor, weights),
    amounts: split(tax.taxMinor, weights),
  }));
  return weights.map((_, at) => {
    const listed = each.map(({ tax, bases, amounts }) => ({
      ...tax,
      baseMinor: bases[at] as number,
      taxMinor: amounts[at] as number,
    }));
    return { taxMinor: owedOf(listed), listed };
  });
}

function splitDiscounts(discounts: readonly LineDiscount[], weights: readonly number[]): LineDiscount[][] {
  const own: LineDiscount[][] = weights.map(() => []);
  for (const { promotionId, amountMinor: whole, supplierMinor } of discounts) {
    const amounts = split(whole, weights);
    const funded = supplierMinor === undefined ? undefined : split(supplierMinor, amounts);
    amounts.forEach((amountMinor, at) => {
      if (amountMinor === 0) return;
      const supplier = funded === undefined ? {} : { supplierMinor: funded[at] as number };
      own[at]?.push({ promotionId, amountMinor, ...supplier });
    });
  }
  return own;
}
