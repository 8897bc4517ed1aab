import { documentLabel, takeNumber } from '../company/document-series.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { FACT_SOURCES, refuseOutOfOrder, type FactTaken } from '../kernel/fact-source.ts';
import { PAYMENTS, type PaymentMethod } from '../payments/payment.ts';
import { usePromotions, type PromotionOccasion } from '../pricing/promotion-use.ts';
import { shareWithSuppliers } from '../pricing/supplier-share.ts';
import { issueForSale, vouchersBody, type VouchersOfOrder } from './vouchers-of-order.ts';
import {
  issueGoods,
  placeOf,
  reportOverruns,
  unpromiseGoods,
  type Goods,
  type Overrun,
  type StockOccasion,
} from '../stock/goods.ts';
import { stockPlace } from '../stock/stock-level.ts';
import { makeRoom, refuseBeyondOnHand, RESERVATIONS, type ExpiredHolds, type WantedLine } from '../stock/reserve.ts';
import { cashRoundingOf } from './cash-tenders.ts';
import { leaveOutMissingGifts, type GiftLine } from './gift-lines.ts';
import { sumDiscounts, sumTaxes } from './line-share.ts';
import {
  chargedAccount,
  earnForLines,
  reportNotCharged,
  reportRewards,
  rewardsBody,
  sellGiftCards,
  spendTenders,
  withGiftCards,
  type OrderRewardTerms,
} from './rewards-of-order.ts';
import { DOCUMENTS, netByKind, ORDERS, sumLines, type OrderTerms, type PricedLine } from './order.ts';

/** Money of one method. Cash is what was kept: what the customer gave less the change. */
export type Tender = {
  readonly paymentId: string;
  readonly method: PaymentMethod;
  /** Minor units of the sale's currency, not 0; negative where a till pays out more than it takes. */
  readonly amount: number;
  readonly providerRef: string;
  readonly feeMinor: number;
  /** The gift card, store credit or points that it is paid with. */
  readonly accountKey?: string | undefined;
};

/** What every sale carries: its terms, when and where, and how its currency becomes the entity's. */
export type SaleTerms = StockOccasion & {
  readonly orderId: string;
  readonly terms: OrderTerms;
  /** Numerator and denominator: one major unit of the sale's currency in the entity's. [1, 1] when they are the same. */
  readonly rate: readonly [number, number];
};

/** A priced line and, for goods, where they come from. */
export type SaleLine = PricedLine & { readonly goods: Omit<Goods, 'quantity' | 'skuId'> | null };

/**
 * A sale at a till or counter: the goods are handed over and paid. With `fact` it has happened already (offline, or rung up at a
 * register) and is admitted whatever the books say; without, it is a request and refused when the goods are not there.
 */
export type RecordSale = SaleTerms & {
  readonly fact: FactTaken | null;
  readonly lines: readonly SaleLine[];
  readonly gifts?: readonly GiftLine[] | undefined;
  readonly tenders: readonly Tender[];
  /** `number` is given by facts: what stands on the receipt that was handed over. */
  readonly series: { readonly key: string; readonly prefix: string; readonly number?: number };
  /** Reservations of this customer that the sale uses up. */
  readonly reservationIds: readonly string[];
  readonly vouchers?: VouchersOfOrder['vouchers'];
  readonly rewards?: OrderRewardTerms | undefined;
  /** Points that a till told the customer they would earn; told on with what was earned. */
  readonly pointsPromised?: number | undefined;
  /** The smallest sum that cash pays at the place, minor units; left out where every amount can be paid. */
  readonly cashStepMinor?: number | undefined;
  /** What a till says that it rounded by, no more than half of such a step. */
  readonly cashRoundingMinor?: number | undefined;
};

/**
 * Refuses, a request only: `no_lines`, `tenders_do_not_cover` (due with the rounding of cash, tendered), `reservation_ended`, `insufficient_stock`, and what `usePromotions` refuses.
 * A fact out of its register's order is refused with `fact_repeated` or `fact_missing_before`; the register sends it again.
 */
export function recordSale(
  draft: Draft,
  asked: RecordSale,
  expired: ExpiredHolds | undefined,
): Rejection | { resolveAgain: unknown } | undefined {
  let command = asked;
  const sums = sumLines(command.lines);
  const tendered = command.tenders.reduce((sum, tender) => sum + tender.amount, 0);
  const rounding = command.cashRoundingMinor ?? cashRoundingOf(command.tenders, sums.grossMinor, command.cashStepMinor);
  // A till that took the amount to the cent did not round, and one that took another amount has a difference to explain.
  const roundingMinor = command.fact === null || tendered === sums.grossMinor + rounding ? rounding : 0;
  const used = new Map<string, number>();
  if (command.fact !== null) {
    const outOfOrder = refuseOutOfOrder(draft.get(FACT_SOURCES, command.fact.sourceId), command.fact);
    if (outOfOrder !== undefined) return outOfOrder;
  } else {
    if (command.lines.length === 0) return { reason: 'no_lines' };
    if (tendered !== sums.grossMinor + roundingMinor)
      return {
        reason: 'tenders_do_not_cover',
        dueMinor: sums.grossMinor + roundingMinor,
        tenderedMinor: tendered,
        currency: command.terms.currency,
        ...(roundingMinor === 0 ? {} : { cashRoundingMinor: roundingMinor }),
      };
    const ended = useReservations(draft, command.reservationIds, command.locationId, used);
    if (ended !== undefined) return ended;
    const { request, refusal } = leaveOutMissingGifts(
      command,
      (one) =>
        makeRoom(draft, one, beyondAside(one.lines, used), expired) ??
        refuseBeyondOnHand(draft, wantedGoods(one.lines)),
    );
    if (refusal !== undefined) return refusal;
    command = request;
  }

  const { currency, customerId } = command.terms;
  const money = { currency, fact: command.fact !== null, customerId };
  const promoted = usePromotions(draft, command.terms.promotions ?? [], {
    fact: money.fact,
    occasion: occasionOf(command),
  });
  if ('refused' in promoted) return promoted.refused;
  const spent = spendTenders(draft, command, command.tenders, money);
  if (!spent.ok) return spent.rejection;
  const cards = sellGiftCards(draft, command, command.lines, money);
  if (!cards.ok) return cards.rejection;
  const earned = earnForLines(draft, command, command.lines, {
    currency: command.terms.currency,
    channelId: command.terms.channelId,
    paidWithPointsMinor: sumOfMethod(command.tenders, 'points'),
  });
  const overruns: Overrun[] = [];
  let costMinor = 0;
  const lines = command.lines.map((line) => {
    const { goods: from, ...priced } = line;
    if (from === null) return { ...priced, shipped: priced.quantity, cancelled: 0, returned: 0, costMinor: 0 };
    const promised = Math.min(priced.quantity, used.get(from.stockKey) ?? 0);
    if (promised > 0) used.set(from.stockKey, (used.get(from.stockKey) ?? 0) - promised);
    const issued = issueGoods(
      draft,
      { ...from, skuId: priced.skuId, quantity: priced.quantity },
      { reason: 'sale', promised, held: promised, documentId: command.orderId },
    );
    if (issued.overrun !== undefined) overruns.push(issued.overrun);
    costMinor += issued.costMinor;
    return { ...priced, shipped: priced.quantity, cancelled: 0, returned: 0, costMinor: issued.costMinor };
  });
  for (const [stockKey, quantity] of used) {
    // The customer took less than was put aside: the rest goes back.
    const rest = {
      skuId: stockPlace(stockKey).skuId,
      stockKey,
      costKey: null,
      method: 'moving_average' as const,
      quantity,
    };
    if (quantity > 0) unpromiseGoods(draft, rest, quantity);
  }
  const tenders: Partial<Record<PaymentMethod, number>> = {};
  let feeMinor = 0;
  for (const tender of command.tenders) {
    tenders[tender.method] = (tenders[tender.method] ?? 0) + tender.amount;
    feeMinor += tender.feeMinor;
    const taken = Math.max(0, tender.amount);
    draft.change(PAYMENTS, {
      id: tender.paymentId,
      begin: {
        orderId: command.orderId,
        entityId: command.entityId,
        method: tender.method,
        currency: command.terms.currency,
        providerRef: chargedAccount(draft, command.terms, tender),
        authorised: taken,
        captured: taken,
        feeMinor: tender.feeMinor,
      },
    });
  }
  const { seriesId, number, fiscalYear } = takeNumber(draft, command.series.key, command.series.number);
  const label = documentLabel({ prefix: command.series.prefix, fiscalYear, number });
  const cashRounding = roundingMinor === 0 ? {} : { cashRoundingMinor: roundingMinor };
  draft.change(ORDERS, {
    id: command.orderId,
    create: {
      ...command.terms,
      number: label,
      status: 'completed',
      ...sums,
      prepaidMinor: 0,
      prepaidBookedMinor: 0,
      ...cashRounding,
      lines,
    },
  });
  draft.change(DOCUMENTS, {
    seriesId,
    number,
    kind: 'receipt',
    label,
    orderId: command.orderId,
    entityId: command.entityId,
    channelId: command.terms.channelId,
    locationId: command.terms.sellingLocationId,
    issuedAt: command.occurredAt,
    businessDay: command.businessDay,
    currency: command.terms.currency,
    units: unitsOf(command.lines),
    ...sums,
  });
  if (command.fact !== null) draft.change(FACT_SOURCES, command.fact);
  shareWithSuppliers(draft, command.terms, command.lines);
  const vouchers = issueForSale(draft, command);
  draft.act({
    type: 'SaleRecorded',
    version: 1,
    topic: 'order',
    ...placeOf(command),
    subjectId: command.orderId,
    body: {
      orderId: command.orderId,
      document: label,
      fact: command.fact === null ? null : command.fact.counter,
      currency: command.terms.currency,
      entityCurrency: command.entityCurrency,
      rate: command.rate,
      ...sums,
      revenue: withGiftCards(netByKind(command.lines), cards.value.soldMinor),
      taxes: sumTaxes(command.lines, command.terms.taxJurisdiction ?? ''),
      discounts: sumDiscounts(command.lines),
      costMinor,
      tenders,
      feeMinor,
      differenceMinor: tendered - sums.grossMinor - roundingMinor,
      ...cashRounding,
      ...rewardsBody(spent.value, earned),
      ...(command.pointsPromised === undefined ? {} : { pointsPromised: command.pointsPromised }),
      ...vouchersBody(vouchers),
      lines: lines.map(({ skuId, quantity, grossMinor }) => [skuId, quantity, grossMinor]),
    },
  });
  promoted.report();
  reportOverruns(draft, command, command.orderId, overruns);
  reportRewards(draft, command, command.terms.currency, [spent.value, cards.value.moved, earned]);
  reportNotCharged(draft, command, command.terms.currency, cards.value.notCharged);
  return undefined;
}

/** What tenders of a method come to. */
function sumOfMethod(tenders: readonly Tender[], method: PaymentMethod): number {
  return tenders.reduce((sum, tender) => (tender.method === method ? sum + tender.amount : sum), 0);
}

/** Where and when, for what follows from a sale or an order. */
export function occasionOf(command: SaleTerms): PromotionOccasion {
  const { orderId: subjectId, occurredAt, businessDay } = command;
  return { ...placeOf(command), subjectId, occurredAt, businessDay };
}

/** Ends the reservations that a sale uses up. What is put aside at another place is not this counter's to hand over. */
function useReservations(
  draft: Draft,
  ids: readonly string[],
  locationId: string,
  used: Map<string, number>,
): Rejection | undefined {
  for (const id of ids) {
    const reservation = draft.get(RESERVATIONS, id);
    if (reservation === undefined || stockPlace(reservation.stockKey).locationId !== locationId)
      return { reason: 'reservation_not_found', reservationId: id };
    if (reservation.endedReason !== undefined)
      return { reason: 'reservation_ended', reservationId: id, endedReason: reservation.endedReason };
    draft.change(RESERVATIONS, { id, end: 'used' });
    used.set(reservation.stockKey, (used.get(reservation.stockKey) ?? 0) + reservation.quantity);
  }
  return undefined;
}

/** The goods that lines ask for beyond what was put aside: each unit of that covers one unit of one line, and two lines of one level share them. */
function beyondAside(lines: readonly SaleLine[], used: ReadonlyMap<string, number>): WantedLine[] {
  const aside = new Map(used);
  return wantedGoods(lines).flatMap(({ line, goods }) => {
    const covered = Math.min(goods.quantity, aside.get(goods.stockKey) ?? 0);
    if (covered > 0) aside.set(goods.stockKey, (aside.get(goods.stockKey) ?? 0) - covered);
    const quantity = goods.quantity - covered;
    return quantity > 0 ? [{ line, goods: { ...goods, quantity } }] : [];
  });
}

/** The goods that lines ask for. */
export function wantedGoods(lines: readonly SaleLine[]): WantedLine[] {
  return lines.flatMap(({ line, skuId, quantity, goods }) =>
    goods === null ? [] : [{ line, goods: { ...goods, skuId, quantity } }],
  );
}

/** Base units of goods on the lines. */
export function unitsOf(lines: readonly Pick<PricedLine, 'kind' | 'quantity'>[]): number {
  return lines.reduce((sum, line) => sum + (line.kind === 'goods' ? line.quantity : 0), 0);
}

/** The keys of the levels, costs and reservations that lines of goods need. */
export function goodsKeys(lines: readonly Pick<SaleLine, 'goods'>[]): { stock: string[]; cost: string[] } {
  const stock: string[] = [];
  const cost: string[] = [];
  for (const { goods } of lines) {
    if (goods === null) continue;
    stock.push(goods.stockKey);
    if (goods.costKey !== null) cost.push(goods.costKey);
  }
  return { stock, cost };
}
