import { documentLabel, takeNumber } from '../company/document-series.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { applyRate } from '../kernel/rate.ts';
import { openToCapture, PAYMENTS, type Payment, type PaymentMethod } from '../payments/payment.ts';
import { shareWithSuppliers } from '../pricing/supplier-share.ts';
import { issueGoods, placeOf, type Goods } from '../stock/goods.ts';
import { refuseBeyondOnHand } from '../stock/reserve.ts';
import {
  DOCUMENTS,
  mergeByLine,
  netByKind,
  ORDERS,
  partOfPrepayment,
  remaining,
  sumLines,
  type LineKind,
  type Order,
} from './order.ts';
import { handOverCards, type CardHandedOver } from './hand-over-cards.ts';
import { sumDiscounts, shareOfLine, sumTaxes, type LineShare } from './line-share.ts';
import {
  earnForLines,
  pointsShare,
  reportRewards,
  rewardsBody,
  withGiftCards,
  type OrderRewardTerms,
} from './rewards-of-order.ts';
import { unitsOf, type SaleTerms } from './sale.ts';
import { issueForShipment, vouchersBody, type VouchersOfOrder } from './vouchers-of-order.ts';

/** Fees by method, as agreed with the provider: parts per million of the amount and a fixed part, minor units. */
export type FeeTerms = Partial<Record<PaymentMethod, { readonly ppm: number; readonly fixedMinor: number }>>;

/**
 * A shipment or hand-over of an order, whole or in part: the sale. Goods leave, money is captured, revenue, tax and cost are posted,
 * the invoice takes its number. `lines` undefined ships everything that is left.
 */
export type ShipOrder = Omit<SaleTerms, 'terms'> & {
  readonly lines: readonly { readonly line: number; readonly quantity: number }[] | undefined;
  readonly series: { readonly key: string; readonly prefix: string };
  readonly fees: FeeTerms;
  readonly carrierCostMinor: number;
  readonly vouchers?: VouchersOfOrder['vouchers'];
  readonly rewards?: OrderRewardTerms | undefined;
  /** The cards that leave with lines of gift cards, one for each unit. */
  readonly giftCards?: readonly CardHandedOver[] | undefined;
  /** The order's, for the accounts that it earns into. */
  readonly currency?: string;
};

/** What is read of the order before the lock: where the goods of each line lie and which payments it has. */
export type OrderResolved = {
  readonly goods: ReadonlyMap<number, Omit<Goods, 'quantity'>>;
  readonly paymentIds: readonly string[];
};

/** A line, or part of one, that leaves now, with its exact share of the line's amounts. */
type Leaving = LineShare & {
  readonly line: number;
  readonly kind: LineKind;
  readonly skuId: string;
  readonly quantity: number;
  readonly taxPpm: number;
};

/**
 * Refuses `order_not_found`, `order_closed` (status), `nothing_to_ship`, `more_than_ordered` (line, left), `negative_total` (a
 * discount without what it was given on: no invoice is of less than nought), `insufficient_stock` and `payment_missing` (due, covered).
 */
export function shipOrder(draft: Draft, command: ShipOrder, resolved: OrderResolved): Rejection | undefined {
  const order = draft.get(ORDERS, command.orderId);
  if (order === undefined) return { reason: 'order_not_found' };
  if (order.status === 'cancelled' || order.status === 'completed')
    return { reason: 'order_closed', status: order.status };
  const leaving = leavingLines(order, command.lines);
  if ('reason' in leaving) return leaving;
  const sums = sumLines(leaving);
  if (sums.grossMinor < 0) return { reason: 'negative_total', grossMinor: sums.grossMinor };
  const wanted = leaving.flatMap((part) => {
    const goods = resolved.goods.get(part.line);
    return goods === undefined ? [] : [{ line: part.line, goods: { ...goods, quantity: part.quantity } }];
  });
  const refusal = refuseBeyondOnHand(draft, wanted);
  if (refusal !== undefined) return refusal;
  const payments = resolved.paymentIds.flatMap((id) => draft.get(PAYMENTS, id) ?? []);
  const settled = settle(order, payments, sums.grossMinor);
  if (settled.open > 0)
    return {
      reason: 'payment_missing',
      dueMinor: sums.grossMinor,
      coveredMinor: sums.grossMinor - settled.open,
      currency: order.currency,
    };

  const cards = handOverCards(draft, command, leaving, order.currency);
  if (!cards.ok) return cards.rejection;
  let costMinor = 0;
  const shipped = leaving.map(({ line, quantity }) => {
    const goods = resolved.goods.get(line);
    if (goods === undefined) return { line, quantity, costMinor: 0 };
    const issued = issueGoods(
      draft,
      { ...goods, quantity },
      { reason: 'shipment', promised: quantity, documentId: order.id },
    );
    costMinor += issued.costMinor;
    return { line, quantity, costMinor: issued.costMinor };
  });
  let feeMinor = 0;
  const tenders: Partial<Record<PaymentMethod, number>> = {};
  for (const { payment, amount } of settled.captures) {
    const terms = command.fees[payment.method];
    const fee =
      terms === undefined ? 0 : applyRate(amount, terms.ppm) + (payment.captured === 0 ? terms.fixedMinor : 0);
    draft.change(PAYMENTS, { id: payment.id, capture: amount, feeMinor: fee });
    tenders[payment.method] = (tenders[payment.method] ?? 0) + amount;
    feeMinor += fee;
  }
  const pointsMinor = payments.reduce(
    (sum, one) => (one.method === 'points' ? sum + one.captured - one.refunded : sum),
    0,
  );
  const earned = earnForLines(draft, command, leaving, {
    currency: order.currency,
    channelId: order.channelId,
    paidWithPointsMinor: pointsShare(pointsMinor, sums.grossMinor, order.grossMinor),
  });
  const { seriesId, number, fiscalYear } = takeNumber(draft, command.series.key);
  const label = documentLabel({ prefix: command.series.prefix, fiscalYear, number });
  const released = partOfPrepayment(order, settled.prepaidUsed);
  const after = draft.change(ORDERS, { id: order.id, ship: shipped, released });
  draft.change(DOCUMENTS, {
    seriesId,
    number,
    kind: 'invoice',
    label,
    orderId: order.id,
    entityId: order.entityId,
    channelId: order.channelId,
    locationId: order.sellingLocationId,
    issuedAt: command.occurredAt,
    businessDay: command.businessDay,
    currency: order.currency,
    units: unitsOf(leaving),
    ...sums,
  });
  const { businessDay } = command;
  shareWithSuppliers(draft, { entityId: order.entityId, businessDay, currency: order.currency }, leaving);
  const vouchers = issueForShipment(draft, command, after);
  draft.act({
    type: 'OrderShipped',
    version: 1,
    topic: 'order',
    ...placeOf(command),
    subjectId: order.id,
    body: {
      orderId: order.id,
      number: order.number,
      document: label,
      status: after.status,
      currency: order.currency,
      entityCurrency: command.entityCurrency,
      rate: command.rate,
      ...sums,
      revenue: withGiftCards(netByKind(leaving), cards.value.soldMinor),
      taxes: sumTaxes(leaving, order.taxJurisdiction ?? ''),
      discounts: sumDiscounts(leaving),
      costMinor,
      tenders,
      prepaidUsedMinor: released.minor,
      prepaidUsedBookedMinor: released.bookedMinor,
      feeMinor: tenders.marketplace === undefined ? feeMinor : 0,
      commissionMinor: tenders.marketplace === undefined ? 0 : feeMinor,
      carrierCostMinor: command.carrierCostMinor,
      ...rewardsBody(undefined, earned),
      ...vouchersBody(vouchers),
      captures: settled.captures.map(({ payment, amount }) => [payment.id, payment.method, amount]),
      ...(cards.value.told.length === 0 ? {} : { giftCards: cards.value.told }),
      lines: leaving.map(({ line, skuId, quantity, grossMinor }) => [skuId, quantity, grossMinor, line]),
    },
  });
  reportRewards(draft, command, order.currency, [cards.value.moved, earned]);
  return undefined;
}

function leavingLines(order: Order, asked: ShipOrder['lines']): Leaving[] | Rejection {
  const wanted = mergeByLine(asked ?? order.lines.map((line) => ({ line: line.line, quantity: remaining(line) })));
  const leaving: Leaving[] = [];
  for (const { line: number, quantity } of wanted) {
    const line = order.lines.find((candidate) => candidate.line === number);
    if (line === undefined || quantity > remaining(line))
      return {
        reason: 'more_than_ordered',
        line: number,
        requested: quantity,
        left: line === undefined ? 0 : remaining(line),
      };
    if (quantity === 0) continue;
    // Cancelled units lie at the far end of the quantity, so what was shipped before is a prefix and parts always sum.
    const share = shareOfLine(line, line.shipped, line.shipped + quantity);
    leaving.push({ line: number, kind: line.kind, skuId: line.skuId, quantity, taxPpm: line.taxPpm, ...share });
  }
  return leaving.length === 0 ? { reason: 'nothing_to_ship' } : leaving;
}

/** Where the money for a shipment comes from: what was paid in advance first, then what is authorised. */
function settle(
  order: Order,
  payments: readonly Payment[],
  due: number,
): { prepaidUsed: number; captures: { payment: Payment; amount: number }[]; open: number } {
  const prepaidUsed = Math.min(order.prepaidMinor, due);
  let open = due - prepaidUsed;
  const captures: { payment: Payment; amount: number }[] = [];
  for (const payment of payments) {
    const amount = Math.min(open, openToCapture(payment));
    if (amount <= 0) continue;
    captures.push({ payment, amount });
    open -= amount;
  }
  return { prepaidUsed, captures, open };
}
