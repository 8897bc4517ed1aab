import { documentLabel, takeNumber } from '../company/document-series.ts';
import { accept, type Decision, type Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { PAYMENTS, type PaymentMethod } from '../payments/payment.ts';
import type { RewardsTakenBack } from '../rewards/earn-rewards.ts';
import type { RewardsMoved } from '../rewards/reward-tenders.ts';
import { shareWithSuppliers } from '../pricing/supplier-share.ts';
import { currentCost } from '../stock/adjust.ts';
import { COST } from '../stock/cost.ts';
import { placeOf, takeInGoods, type Goods } from '../stock/goods.ts';
import {
  DOCUMENTS,
  mergeByLine,
  netByKind,
  ORDERS,
  sumLines,
  type Order,
  type OrderLine,
  type PricedLine,
} from './order.ts';
import { addToCash, refundRoundingOf, type ReturnedCash } from './cash-tenders.ts';
import { negativeOf, shareOf, sumTaxes } from './line-share.ts';
import {
  refundTenders,
  reportRewards,
  returnedRewards,
  takeBackForLines,
  type OrderRewardTerms,
} from './rewards-of-order.ts';
import { unitsOf, type SaleTerms, type Tender } from './sale.ts';
import { takeBackForReturn, vouchersBackBody, type VouchersOfReturn } from './vouchers-of-order.ts';
import type { VouchersTakenBack } from '../pricing/earned-voucher.ts';

/**
 * A credit note: goods that come back (or an invoice that was too high), with or without the sale they belong to. Quantities and
 * amounts of the lines are positive, `goods` names where returned goods go (null: nothing comes back). The money goes back by
 * `tenders`, positive amounts; `original` is the line of the order that is returned, so that nothing is returned twice, and
 * `returnedBefore` what had come back of it when its share of the price was worked out. A tender with `refundOf` gives back a payment
 * of ours, by its id.
 */
export type ReturnGoods = SaleTerms & {
  readonly fact: boolean;
  readonly lines: readonly (PricedLine & {
    readonly goods: Omit<Goods, 'quantity' | 'skuId'> | null;
    readonly original: number | null;
    readonly returnedBefore?: number;
  })[];
  readonly tenders: readonly (Omit<Tender, 'feeMinor'> & { readonly refundOf?: string })[];
  readonly series: { readonly key: string; readonly prefix: string };
  readonly reason: string;
  readonly voucherIds?: VouchersOfReturn['voucherIds'];
  readonly rewards?: OrderRewardTerms | undefined;
  /** The tenders were not named by anybody: what is kept for spent points is taken off them. */
  readonly tendersFollow?: boolean | undefined;
  /** How what is given back in cash is rounded; left out where every amount can be paid and nothing was rounded before. */
  readonly cash?: ReturnedCash | undefined;
};

/**
 * Refuses, a request only: `no_lines`, `tenders_do_not_cover`, `order_not_found`, `more_than_sold` (line, left), `order_changed` (it must be
 * prepared again), `more_than_captured` (paymentId, left), and for refunds to gift cards and store credit as {@link refundTenders} does. Points that the
 * goods had earned are taken back, and so are vouchers; what is kept of the refund for points that are spent is told as `withheldMinor`, what is kept for
 * vouchers that were used as `vouchersWithheldMinor`.
 */
export function returnGoods(draft: Draft, command: ReturnGoods): Rejection | undefined {
  const sums = sumLines(command.lines);
  const originalId = command.terms.originalOrderId;
  const original = originalId === undefined ? undefined : draft.get(ORDERS, originalId);
  if (!command.fact) {
    if (command.lines.length === 0) return { reason: 'no_lines' };
    if (originalId !== undefined && original === undefined) return { reason: 'order_not_found' };
    const readAt = command.cash?.originalVersion;
    if (readAt !== undefined && readAt !== original?.version) return { reason: 'order_changed' };
    const back = new Map<number, number>();
    for (const { line, original: sold, quantity, returnedBefore } of command.lines) {
      if (original === undefined || sold === null) continue;
      const there = original.lines.find((candidate) => candidate.line === sold);
      const left = (there === undefined ? 0 : there.shipped - there.returned) - (back.get(sold) ?? 0);
      if (quantity > left) return { reason: 'more_than_sold', line, requested: quantity, left };
      if (returnedBefore !== undefined && returnedBefore !== (there?.returned ?? 0) + (back.get(sold) ?? 0))
        return { reason: 'order_changed' };
      back.set(sold, (back.get(sold) ?? 0) + quantity);
    }
    // Of cash it is known only when it is rounded.
    const beyond = refuseBeyondCaptured(
      draft,
      command.tenders.filter(({ method }) => method !== 'cash'),
    );
    if (beyond !== undefined) return beyond;
  }
  const settled = settleRewards(draft, command, original, sums.grossMinor);
  if (!settled.ok) return settled.rejection;
  const { back, taken, vouchers } = settled.value;
  const withheldMinor = taken?.withheldMinor ?? 0;
  const dueMinor = sums.grossMinor - withheldMinor - vouchers.withheldMinor;
  const { tenders, tendered, roundingMinor } = roundRefunds(command, settled.value.tenders, dueMinor);
  // Only now: goods that are all back already leave no payment to give back from, and that they are back is the reason to tell.
  if (!command.fact && tendered !== dueMinor + roundingMinor)
    return {
      reason: 'tenders_do_not_cover',
      dueMinor: dueMinor + roundingMinor,
      tenderedMinor: tendered,
      currency: command.terms.currency,
      ...(withheldMinor === 0 ? {} : { withheldMinor, withheldPoints: taken?.withheldPoints ?? 0 }),
      ...(vouchers.withheldMinor === 0 ? {} : { vouchersWithheldMinor: vouchers.withheldMinor }),
      ...(roundingMinor === 0 ? {} : { cashRoundingMinor: roundingMinor }),
    };
  const beyond = command.fact ? undefined : refuseBeyondCaptured(draft, tenders);
  if (beyond !== undefined) return beyond;
  let costMinor = 0;
  let shortfallEstimatedMinor = 0;
  let shortfallActualMinor = 0;
  const returned: { line: number; quantity: number }[] = [];
  const lines = command.lines.map(({ goods, original: sold, returnedBefore: _, ...line }): OrderLine => {
    const was = sold === null ? undefined : original?.lines.find((candidate) => candidate.line === sold);
    const already =
      was === undefined
        ? 0
        : was.returned + returned.reduce((sum, part) => sum + (part.line === sold ? part.quantity : 0), 0);
    // A fact may bring back more than was sold on its line; the rest came from somewhere else.
    const known = was === undefined ? 0 : Math.max(0, Math.min(line.quantity, was.shipped - already));
    if (was !== undefined && known > 0) returned.push({ line: was.line, quantity: known });
    let value = 0;
    if (goods !== null) {
      value =
        goods.costKey === null
          ? 0
          : costWhenSold(was, already, known) + currentCost(draft.get(COST, goods.costKey), line.quantity - known);
      const settled = takeInGoods(
        draft,
        { ...goods, skuId: line.skuId, quantity: line.quantity },
        { reason: 'return', valueMinor: value, documentId: command.orderId },
      );
      shortfallEstimatedMinor += settled.estimatedMinor;
      shortfallActualMinor += settled.actualMinor;
    }
    costMinor += value;
    return {
      ...line,
      ...negativeOf(line),
      quantity: 0 - line.quantity,
      shipped: 0,
      cancelled: 0,
      returned: 0,
      costMinor: 0 - value,
    };
  });
  // Rounding alone changes the order too: a return that was prepared before it must hear of it.
  if (original !== undefined && (returned.length > 0 || roundingMinor !== 0))
    draft.change(ORDERS, { id: original.id, returned: mergeByLine(returned) });
  const refunds: Partial<Record<PaymentMethod, number>> = {};
  const refunded: [string, PaymentMethod, number][] = [];
  for (const tender of tenders) {
    refunds[tender.method] = (refunds[tender.method] ?? 0) + tender.amount;
    if (tender.refundOf !== undefined) {
      draft.change(PAYMENTS, { id: tender.refundOf, refund: tender.amount });
      refunded.push([tender.refundOf, tender.method, tender.amount]);
      continue;
    }
    draft.change(PAYMENTS, {
      id: tender.paymentId,
      begin: {
        orderId: command.orderId,
        entityId: command.entityId,
        method: tender.method,
        currency: command.terms.currency,
        providerRef: tender.accountKey ?? tender.providerRef,
        authorised: 0,
        captured: 0,
        feeMinor: 0,
      },
    });
  }
  const { seriesId, number, fiscalYear } = takeNumber(draft, command.series.key);
  const label = documentLabel({ prefix: command.series.prefix, fiscalYear, number });
  const negative = { netMinor: 0 - sums.netMinor, taxMinor: 0 - sums.taxMinor, grossMinor: 0 - sums.grossMinor };
  draft.change(ORDERS, {
    id: command.orderId,
    create: {
      ...command.terms,
      number: label,
      status: 'completed',
      ...negative,
      prepaidMinor: 0,
      prepaidBookedMinor: 0,
      ...(roundingMinor === 0 ? {} : { cashRoundingMinor: 0 - roundingMinor }),
      lines,
    },
  });
  draft.change(DOCUMENTS, {
    seriesId,
    number,
    kind: 'credit_note',
    label,
    orderId: command.orderId,
    entityId: command.entityId,
    channelId: command.terms.channelId,
    locationId: command.terms.sellingLocationId,
    issuedAt: command.occurredAt,
    businessDay: command.businessDay,
    currency: command.terms.currency,
    units: 0 - unitsOf(command.lines),
    ...negative,
  });
  shareWithSuppliers(draft, command.terms, lines);
  draft.act({
    type: 'GoodsReturned',
    version: 1,
    topic: 'order',
    ...placeOf(command),
    subjectId: command.orderId,
    body: {
      orderId: command.orderId,
      originalOrderId: originalId ?? null,
      document: label,
      reason: command.reason,
      currency: command.terms.currency,
      entityCurrency: command.entityCurrency,
      rate: command.rate,
      ...sums,
      taxes: sumTaxes(command.lines, command.terms.taxJurisdiction ?? ''),
      revenue: netByKind(command.lines),
      costMinor,
      shortfallEstimatedMinor,
      shortfallActualMinor,
      refunds,
      refunded,
      differenceMinor: dueMinor + roundingMinor - tendered,
      ...(roundingMinor === 0 ? {} : { cashRoundingMinor: roundingMinor }),
      ...returnedRewards(back, taken),
      ...vouchersBackBody(vouchers),
      lines: command.lines.map(({ skuId, quantity, grossMinor }) => [skuId, quantity, grossMinor]),
    },
  });
  reportRewards(draft, command, command.terms.currency, [
    ...back,
    taken === undefined
      ? undefined
      : {
          overdrafts: taken.overdrafts,
          pointsOverdrawn: taken.owedPoints === 0 ? [] : [{ key: taken.key, points: taken.owedPoints }],
        },
  ]);
  return undefined;
}

/** Refuses to give back more of a payment than was taken with it, also when several tenders name the same one. */
function refuseBeyondCaptured(draft: Draft, tenders: ReturnGoods['tenders']): Rejection | undefined {
  const named = new Map<string, number>();
  for (const { refundOf, amount } of tenders) {
    if (refundOf === undefined) continue;
    const payment = draft.get(PAYMENTS, refundOf);
    const before = named.get(refundOf) ?? 0;
    const left = payment === undefined ? 0 : payment.captured - payment.refunded - before;
    if (amount > left)
      return { reason: 'more_than_captured', paymentId: refundOf, requestedMinor: amount, leftMinor: left };
    named.set(refundOf, before + amount);
  }
  return undefined;
}

/** Rounds what is given back in cash. Tenders that nobody named become what it is rounded to; a fact was rounded only if it gave just that. */
function roundRefunds(
  { cash, tendersFollow, fact }: Pick<ReturnGoods, 'cash' | 'tendersFollow' | 'fact'>,
  named: ReturnGoods['tenders'],
  dueMinor: number,
): { readonly tenders: ReturnGoods['tenders']; readonly tendered: number; readonly roundingMinor: number } {
  const sum = named.reduce((total, tender) => total + tender.amount, 0);
  const roundingMinor = refundRoundingOf(named, dueMinor, cash);
  if (roundingMinor === 0) return { tenders: named, tendered: sum, roundingMinor };
  if (tendersFollow === true && sum === dueMinor)
    return { tenders: addToCash(named, roundingMinor), tendered: sum + roundingMinor, roundingMinor };
  return { tenders: named, tendered: sum, roundingMinor: fact && sum !== dueMinor + roundingMinor ? 0 : roundingMinor };
}

/**
 * Gives points back first, so that what was earned can be taken back from them; then takes it back; then gives the rest of the money back, less what
 * is kept for points that are spent.
 */
function settleRewards(
  draft: Draft,
  command: ReturnGoods,
  original: Order | undefined,
  grossMinor: number,
): Decision<{
  tenders: ReturnGoods['tenders'];
  back: readonly RewardsMoved[];
  taken: RewardsTakenBack | undefined;
  vouchers: VouchersTakenBack;
}> {
  const { fact, terms } = command;
  const of = { currency: terms.currency, customerId: terms.customerId, fact };
  const refunds = (tenders: ReturnGoods['tenders']): Decision<RewardsMoved> =>
    refundTenders(
      draft,
      command,
      tenders.map(({ method, amount, accountKey, refundOf }) => ({
        method,
        amount,
        accountKey,
        ...(refundOf === undefined || original === undefined
          ? {}
          : { refundOf: { paymentId: refundOf, orderId: original.id } }),
      })),
      of,
    );
  const points = command.tenders.filter((tender) => tender.method === 'points');
  const others = command.tenders.filter((tender) => tender.method !== 'points');
  const first = refunds(points);
  if (!first.ok) return first;
  const pointsMinor = points.reduce((sum, tender) => sum + tender.amount, 0);
  const taken =
    original === undefined
      ? undefined
      : takeBackForLines(draft, command, original, Math.max(0, grossMinor - pointsMinor));
  const withheldMinor = taken?.withheldMinor ?? 0;
  const vouchers = takeBackForReturn(draft, command, original, grossMinor - pointsMinor - withheldMinor);
  if (!vouchers.ok) return vouchers;
  const keptMinor = withheldMinor + vouchers.value.withheldMinor;
  const rest = command.tendersFollow === true ? lessWithheld(others, keptMinor) : others;
  const second = refunds(rest);
  if (!second.ok) return second;
  const back = [first.value, second.value];
  return accept({ tenders: [...rest, ...points], back, taken, vouchers: vouchers.value });
}

/** Takes an amount off tenders, from the last one up. */
function lessWithheld(tenders: ReturnGoods['tenders'], withheldMinor: number): ReturnGoods['tenders'] {
  let open = withheldMinor;
  return tenders
    .toReversed()
    .map((tender) => {
      const off = Math.min(open, tender.amount);
      open -= off;
      return { ...tender, amount: tender.amount - off };
    })
    .filter((tender) => tender.amount !== 0)
    .toReversed();
}

/** What units of a line cost when they were sold: cut so that the parts of a line that comes back bit by bit sum to its cost. */
function costWhenSold(line: OrderLine | undefined, already: number, quantity: number): number {
  return line === undefined || quantity === 0 ? 0 : shareOf(line.costMinor, already, already + quantity, line.shipped);
}
