import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { openToCapture, PAYMENTS, type PaymentMethod } from '../payments/payment.ts';
import { giveBackPromotions } from '../pricing/promotion-use.ts';
import { placeOf, unpromiseGoods } from '../stock/goods.ts';
import { shareOfLine } from './line-share.ts';
import { mergeByLine, ORDERS, partOfPrepayment, remaining } from './order.ts';
import { refundTenders, reportRewards, rewardsBody, type OrderRewardTerms } from './rewards-of-order.ts';
import type { OrderResolved } from './ship-order.ts';
import type { SaleTerms } from './sale.ts';

/** Cancels what has not left yet, all of it or some lines. There is nothing to credit: nothing was invoiced. */
export type CancelOrder = Omit<SaleTerms, 'terms'> & {
  readonly lines: readonly { readonly line: number; readonly quantity: number }[] | undefined;
  readonly reason: string;
  readonly rewards?: OrderRewardTerms | undefined;
};

/** Refuses `order_not_found`, `order_closed` (status), `nothing_to_cancel`, `more_than_ordered` (line, left). */
export function cancelOrder(draft: Draft, command: CancelOrder, resolved: OrderResolved): Rejection | undefined {
  const order = draft.get(ORDERS, command.orderId);
  if (order === undefined) return { reason: 'order_not_found' };
  if (order.status === 'cancelled' || order.status === 'completed')
    return { reason: 'order_closed', status: order.status };
  const wanted = mergeByLine(
    command.lines ?? order.lines.map((line) => ({ line: line.line, quantity: remaining(line) })),
  );
  const cancelled: { line: number; quantity: number }[] = [];
  let grossMinor = 0;
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
    cancelled.push({ line: number, quantity });
    const end = line.quantity - line.cancelled;
    grossMinor += shareOfLine(line, end - quantity, end).grossMinor;
  }
  if (cancelled.length === 0) return { reason: 'nothing_to_cancel' };

  for (const { line, quantity } of cancelled) {
    const goods = resolved.goods.get(line);
    if (goods !== undefined) unpromiseGoods(draft, { ...goods, quantity });
  }
  // Money that was only authorised is let go first; what was taken in advance is given back.
  let open = grossMinor;
  const voided: [string, PaymentMethod, number][] = [];
  const refunded: [string, PaymentMethod, number][] = [];
  const refunds: Partial<Record<PaymentMethod, number>> = {};
  const payments = resolved.paymentIds.flatMap((id) => draft.get(PAYMENTS, id) ?? []);
  for (const payment of payments) {
    const amount = Math.min(open, openToCapture(payment));
    if (amount <= 0) continue;
    draft.change(PAYMENTS, { id: payment.id, void: amount });
    voided.push([payment.id, payment.method, amount]);
    open -= amount;
  }
  let givenBack = 0;
  for (const payment of payments) {
    // Only what was taken can be given back. Cancelling a discount makes the order dearer: then nothing is.
    const amount = Math.min(open - givenBack, order.prepaidMinor - givenBack, payment.captured - payment.refunded);
    if (amount <= 0) continue;
    draft.change(PAYMENTS, { id: payment.id, refund: amount });
    refunded.push([payment.id, payment.method, amount]);
    refunds[payment.method] = (refunds[payment.method] ?? 0) + amount;
    givenBack += amount;
  }
  const back = refundTenders(
    draft,
    command,
    refunded.map(([id, method, amount]) => ({
      method,
      amount,
      accountKey: draft.get(PAYMENTS, id)?.providerRef,
      refundOf: { paymentId: id, orderId: order.id },
    })),
    { currency: order.currency, customerId: order.customerId, fact: true },
  );
  if (!back.ok) return back.rejection;
  const released = partOfPrepayment(order, givenBack);
  const after = draft.change(ORDERS, { id: order.id, cancel: cancelled, released });
  // Nothing of it left: what it used of promotions is free for somebody else.
  if (after.status === 'cancelled') giveBackPromotions(draft, order.promotions ?? []);
  draft.act({
    type: 'OrderCancelled',
    version: 1,
    topic: 'order',
    ...placeOf(command),
    subjectId: order.id,
    body: {
      orderId: order.id,
      number: order.number,
      status: after.status,
      reason: command.reason,
      grossMinor,
      currency: order.currency,
      entityCurrency: command.entityCurrency,
      rate: command.rate,
      voided,
      refunded,
      refunds,
      givenBackBookedMinor: released.bookedMinor,
      ...rewardsBody(back.value, undefined),
      lines: cancelled.map(({ line, quantity }) => [
        order.lines.find((candidate) => candidate.line === line)?.skuId,
        quantity,
        line,
      ]),
    },
  });
  reportRewards(draft, command, order.currency, [back.value]);
  return undefined;
}
