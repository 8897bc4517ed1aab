import { functionalMinor } from '../company/functional-currency.ts';
import { documentLabel, takeNumber } from '../company/document-series.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { PAYMENTS, type PaymentMethod } from '../payments/payment.ts';
import { usePromotions } from '../pricing/promotion-use.ts';
import { placeOf, promiseGoods, reportOverruns, type Overrun } from '../stock/goods.ts';
import { makeRoom, type ExpiredHolds } from '../stock/reserve.ts';
import { leaveOutMissingGifts, type GiftLine } from './gift-lines.ts';
import { sumDiscounts } from './line-share.ts';
import { ORDERS, sumLines } from './order.ts';
import { chargedAccount, reportRewards, rewardsBody, spendTenders, type OrderRewardTerms } from './rewards-of-order.ts';
import { occasionOf, wantedGoods, type SaleLine, type SaleTerms } from './sale.ts';

/** How an order is going to be paid. Card and marketplace money is authorised, bank money may have come in advance (`captured`). */
export type OrderPayment = {
  readonly paymentId: string;
  readonly method: PaymentMethod;
  readonly authorised: number;
  readonly captured: number;
  readonly providerRef: string;
  /** The gift card, store credit or points that it is paid with; then all of it is captured. */
  readonly accountKey?: string | undefined;
};

/**
 * An order: goods are promised, money is authorised or taken in advance. It is not a sale: no revenue, no cost, no invoice number.
 * With `fact` (a marketplace sold it) it is admitted beyond what is there and its consequence is reported.
 */
export type PlaceOrder = SaleTerms & {
  readonly fact: boolean;
  readonly lines: readonly SaleLine[];
  readonly gifts?: readonly GiftLine[] | undefined;
  readonly payments: readonly OrderPayment[];
  readonly series: { readonly key: string; readonly prefix: string };
  readonly rewards?: OrderRewardTerms | undefined;
};

/** Refuses, a request only: `no_lines`, `payment_does_not_cover` (due, authorised), `insufficient_stock`, and what `usePromotions` refuses. Leaves gifts out that are not there. */
export function placeOrder(
  draft: Draft,
  asked: PlaceOrder,
  expired: ExpiredHolds | undefined,
): Rejection | { resolveAgain: unknown } | undefined {
  let command = asked;
  const sums = sumLines(command.lines);
  const covered = command.payments.reduce((sum, payment) => sum + payment.authorised, 0);
  if (!command.fact) {
    if (command.lines.length === 0) return { reason: 'no_lines' };
    if (covered !== sums.grossMinor)
      return {
        reason: 'payment_does_not_cover',
        dueMinor: sums.grossMinor,
        authorisedMinor: covered,
        currency: command.terms.currency,
      };
    const { request, refusal } = leaveOutMissingGifts(command, (one) =>
      makeRoom(draft, one, wantedGoods(one.lines), expired),
    );
    if (refusal !== undefined) return refusal;
    command = request;
  }
  const tenders = command.payments.map((payment) => ({ ...payment, amount: payment.captured }));
  const spent = spendTenders(draft, command, tenders, { currency: command.terms.currency, fact: command.fact });
  if (!spent.ok) return spent.rejection;
  const promoted = usePromotions(draft, command.terms.promotions ?? [], {
    fact: command.fact,
    occasion: occasionOf(command),
  });
  if ('refused' in promoted) return promoted.refused;
  const overruns: Overrun[] = [];
  for (const { goods } of wantedGoods(command.lines)) {
    const overrun = promiseGoods(draft, goods);
    if (overrun !== undefined) overruns.push(overrun);
  }
  const authorised: Partial<Record<PaymentMethod, number>> = {};
  const prepaid: Partial<Record<PaymentMethod, number>> = {};
  let prepaidMinor = 0;
  for (const payment of command.payments) {
    authorised[payment.method] = (authorised[payment.method] ?? 0) + payment.authorised - payment.captured;
    if (payment.captured > 0) prepaid[payment.method] = (prepaid[payment.method] ?? 0) + payment.captured;
    prepaidMinor += payment.captured;
    draft.change(PAYMENTS, {
      id: payment.paymentId,
      begin: {
        orderId: command.orderId,
        entityId: command.entityId,
        method: payment.method,
        currency: command.terms.currency,
        providerRef: chargedAccount(draft, command.terms, payment),
        authorised: payment.authorised,
        captured: payment.captured,
        feeMinor: 0,
      },
    });
  }
  const { rate, entityCurrency } = command;
  const { currency } = command.terms;
  const prepaidBookedMinor = functionalMinor(prepaidMinor, { currency, entityCurrency, rate });
  const { number, fiscalYear } = takeNumber(draft, command.series.key);
  const label = documentLabel({ prefix: command.series.prefix, fiscalYear, number });
  const lines = command.lines.map(({ goods: _, ...line }) => ({
    ...line,
    shipped: 0,
    cancelled: 0,
    returned: 0,
    costMinor: 0,
  }));
  draft.change(ORDERS, {
    id: command.orderId,
    create: { ...command.terms, number: label, status: 'placed', ...sums, prepaidMinor, prepaidBookedMinor, lines },
  });
  draft.act({
    type: command.fact ? 'MarketplaceOrderRecorded' : 'OrderPlaced',
    version: 1,
    topic: 'order',
    ...placeOf(command),
    subjectId: command.orderId,
    body: {
      orderId: command.orderId,
      number: label,
      externalRef: command.terms.externalRef,
      currency,
      entityCurrency,
      rate,
      ...sums,
      authorised,
      prepaid,
      prepaidBookedMinor,
      discounts: sumDiscounts(command.lines),
      ...rewardsBody(spent.value, undefined),
      lines: lines.map(({ skuId, quantity, grossMinor }) => [skuId, quantity, grossMinor]),
    },
  });
  promoted.report();
  reportOverruns(draft, command, command.orderId, overruns);
  reportRewards(draft, command, currency, [spent.value]);
  return undefined;
}
