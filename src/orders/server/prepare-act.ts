import { uuidv7 } from 'uuidv7';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import type { InstantMs } from '../../kernel/time.ts';
import type { ChannelRef } from '../../company/server/company-cache.ts';
import type { PaymentMethod } from '../../payments/payment.ts';
import { goodsAt, type StockLocation } from '../../stock/server/goods-at.ts';
import type { Condition } from '../../stock/stock-level.ts';
import type { CancelOrder } from '../cancel-order.ts';
import { shareOfLine } from '../line-share.ts';
import type { ReturnGoods } from '../return-goods.ts';
import type { OrderRewardTerms } from '../rewards-of-order.ts';
import type { SaleTerms } from '../sale.ts';
import type { ShipOrder } from '../ship-order.ts';
import type { OrderHead, StoredLine, StoredPayment } from './orders.store.ts';
import {
  cashStepAt,
  feesOf,
  fulfillingLocation,
  lookUp,
  seriesFor,
  settingOf,
  type LinePrice,
  type PrepareDeps,
  type PrepareRejection,
  type Prepared,
  type Setting,
  withRules,
} from './prepare.ts';
import { priceLines } from './price-lines.ts';

/** Quantities of an order's lines, as asked for. Undefined: all that is left. */
export type AskedQuantities = readonly { readonly line: number; readonly quantity: number }[] | undefined;

/** Prepares a shipment or hand-over of a stored order, at today's rate of exchange and with the entity's next invoice number. */
export function prepareShipment(
  deps: PrepareDeps,
  order: { readonly head: OrderHead; readonly channel: ChannelRef },
  asked: {
    readonly lines: AskedQuantities;
    readonly carrierCostMinor: number;
    readonly giftCards?: ShipOrder['giftCards'];
    readonly at: InstantMs;
    readonly rewards?: OrderRewardTerms | undefined;
    readonly vouchers?: ShipOrder['vouchers'];
  },
): Decision<ShipOrder, PrepareRejection> {
  const found = settingOfOrder(deps, order, asked.at);
  if (!found.ok) return found;
  const setting = found.value;
  return accept({
    ...occasionOf(setting, order.head.id, asked.at),
    lines: asked.lines,
    series: seriesFor(setting, 'invoice'),
    fees: feesOf(deps, order.channel),
    carrierCostMinor: asked.carrierCostMinor,
    rewards: asked.rewards,
    giftCards: asked.giftCards,
    vouchers: asked.vouchers,
    currency: order.head.currency,
  });
}

/** Prepares the cancellation of what has not left yet. */
export function prepareCancellation(
  deps: PrepareDeps,
  order: { readonly head: OrderHead; readonly channel: ChannelRef },
  asked: {
    readonly lines: AskedQuantities;
    readonly reason: string;
    readonly at: InstantMs;
    readonly rewards?: OrderRewardTerms | undefined;
  },
): Decision<CancelOrder, PrepareRejection> {
  const found = settingOfOrder(deps, order, asked.at);
  return found.ok
    ? accept({
        ...occasionOf(found.value, order.head.id, asked.at),
        lines: asked.lines,
        reason: asked.reason,
        rewards: asked.rewards,
      })
    : found;
}

function settingOfOrder(
  deps: PrepareDeps,
  { head, channel }: { head: OrderHead; channel: ChannelRef },
  at: InstantMs,
): Decision<Setting, PrepareRejection> {
  return settingOf(deps.company, {
    channel,
    locationId: head.selling_location_id,
    occurredAt: at,
    currency: head.currency,
    closed: true,
  });
}

function occasionOf(setting: Setting, orderId: string, at: InstantMs): Omit<SaleTerms, 'terms'> {
  const { entity, location, channel, businessDay, rate } = setting;
  return {
    orderId,
    entityId: entity.id,
    locationId: location.id,
    channelId: channel.id,
    entityCurrency: entity.functionalCurrency,
    occurredAt: at,
    businessDay,
    rate,
  };
}

/** A line that comes back: a line of the order it was sold with, or, without one, a SKU at a price. `condition` null: nothing comes back but the money goes. */
export type AskedReturnLine = { readonly quantity: number; readonly condition: Condition | null } & (
  | { readonly line: number }
  | { readonly skuId: string; readonly unitPrice?: LinePrice | undefined }
);

/** How money goes back. With `paymentId` to the payment it came from. */
type AskedRefund = {
  readonly method: PaymentMethod;
  readonly amountMinor: number;
  readonly paymentId?: string | undefined;
  readonly reference?: string | undefined;
};

/** The order that goods come back from. */
export type Original = {
  readonly head: OrderHead;
  readonly lines: readonly StoredLine[];
  readonly payments: readonly StoredPayment[];
  /** What its cash, and the cash given back of it, was rounded by in all. */
  readonly cashOpenMinor: number;
};

/** Why a return cannot be prepared. */
export type ReturnRejection =
  | PrepareRejection
  | { reason: 'unknown_line'; line: number }
  | { reason: 'unknown_payment'; paymentId: string };

type AskedReturn = {
  readonly original: Original | undefined;
  readonly channel: ChannelRef;
  readonly locationId: string;
  readonly lines: readonly AskedReturnLine[];
  /** Left out: back to the payments of the order, in their order. */
  readonly refunds: readonly AskedRefund[] | undefined;
  readonly reason: string;
  readonly at: InstantMs;
};

/**
 * Prepares a credit note. What comes back of a sale is credited at its share of what was paid, so that all parts together give back
 * exactly what was taken; without a sale it is credited at the price given or in force.
 */
export function prepareReturn(
  deps: PrepareDeps,
  asked: AskedReturn,
): Decision<ReturnGoods, ReturnRejection> | Promise<Decision<ReturnGoods, ReturnRejection>> {
  const { original, channel, locationId, at } = asked;
  const found = settingOf(deps.company, {
    channel,
    locationId,
    occurredAt: at,
    currency: original?.head.currency ?? channel.currency,
    closed: original !== undefined,
  });
  if (!found.ok) return found;
  const setting = found.value;
  const place = fulfillingLocation(deps.company, setting.entity.id, locationId);
  if (!place.ok) return place;
  if (original !== undefined) {
    const lines = soldLines(original, asked.lines, place.value);
    return lines.ok ? creditNote(setting, asked, lines.value, original.head.tax_inclusive) : lines;
  }
  const wanted: { skuId: string; quantity: number; unitPrice?: LinePrice | undefined }[] = [];
  for (const line of asked.lines) {
    if ('line' in line) return reject({ reason: 'unknown_line', line: line.line });
    wanted.push({ skuId: line.skuId, quantity: line.quantity, unitPrice: line.unitPrice });
  }
  const where = {
    setting,
    from: place.value,
    asSold: true,
    occasion: { at, fulfilment: 'till' as const },
  };
  const prepared: Prepared<{ lines: ReturnGoods['lines']; taxInclusive: boolean }> = withRules(deps, (rules) =>
    lookUp(deps, { channel, locationId, lines: wanted, at }, (references) => {
      const priced = priceLines({ company: deps.company, rules }, where, wanted, references);
      if (!priced.ok) return priced;
      const { lines, taxInclusive } = priced.value;
      // Without a sale all lines come back alike: a bundle's parts have no condition of their own here.
      const condition = asked.lines[0]?.condition ?? null;
      return accept({
        taxInclusive,
        lines: lines.map((line) => ({
          ...line,
          goods: line.goods === null ? null : goodsBack(place.value, line.skuId, condition),
          original: null,
        })),
      });
    }),
  );
  const finish = (
    decision: Decision<{ lines: ReturnGoods['lines']; taxInclusive: boolean }, PrepareRejection>,
  ): Decision<ReturnGoods, ReturnRejection> =>
    decision.ok ? creditNote(setting, asked, decision.value.lines, decision.value.taxInclusive) : decision;
  return prepared instanceof Promise ? prepared.then(finish) : finish(prepared);
}

function soldLines(
  original: Original,
  asked: readonly AskedReturnLine[],
  place: StockLocation,
): Decision<ReturnGoods['lines'], ReturnRejection> {
  const lines: ReturnGoods['lines'][number][] = [];
  const back = new Map<number, number>();
  for (const wanted of asked) {
    const number = 'line' in wanted ? wanted.line : -1;
    const sold = original.lines.find((candidate) => candidate.line === number);
    if (sold === undefined || sold.quantity < 0) return reject({ reason: 'unknown_line', line: number });
    const { quantity, condition } = wanted;
    const before = sold.returned + (back.get(number) ?? 0);
    back.set(number, (back.get(number) ?? 0) + quantity);
    const amounts = {
      netMinor: sold.net_minor,
      taxMinor: sold.tax_minor,
      quantity: sold.quantity,
      discounts: sold.discounts ?? undefined,
      taxes: sold.taxes ?? undefined,
    };
    lines.push({
      line: lines.length + 1,
      kind: sold.kind,
      skuId: sold.sku_id,
      description: sold.description,
      quantity,
      unitAmount: sold.unit_amount,
      unitScale: sold.unit_scale,
      unitPer: sold.unit_per,
      taxPpm: sold.tax_ppm,
      ...shareOfLine(amounts, before, before + quantity),
      fulfillingLocationId: place.id,
      associateId: sold.associate_id ?? undefined,
      goods: sold.kind === 'goods' ? goodsBack(place, sold.sku_id, condition) : null,
      original: number,
      returnedBefore: before,
    });
  }
  return accept(lines);
}

function goodsBack(
  place: StockLocation,
  skuId: string,
  condition: Condition | null,
): ReturnGoods['lines'][number]['goods'] {
  if (condition === null) return null;
  const { skuId: _, ...goods } = goodsAt(place, skuId, { condition });
  return goods;
}

function creditNote(
  setting: Setting,
  asked: AskedReturn,
  lines: ReturnGoods['lines'],
  taxInclusive: boolean,
): Decision<ReturnGoods, ReturnRejection> {
  const { original, at } = asked;
  const tenders = refundsOf(
    asked,
    lines.reduce((sum, line) => sum + line.grossMinor, 0),
  );
  if (!tenders.ok) return tenders;
  const { entity, location, channel, businessDay } = setting;
  const head = original?.head;
  const occasion = occasionOf(setting, uuidv7(), at);
  return accept({
    ...occasion,
    fact: false,
    lines,
    tenders: tenders.value,
    series: seriesFor(setting, 'credit_note'),
    reason: asked.reason,
    ...cashOf(setting, original, head?.currency ?? channel.currency),
    terms: {
      kind: 'return',
      entityId: entity.id,
      channelId: channel.id,
      sellingLocationId: location.id,
      externalRef: '',
      currency: head?.currency ?? channel.currency,
      taxInclusive,
      taxJurisdiction: head === undefined ? setting.taxJurisdiction : (head.tax_jurisdiction ?? undefined),
      placedAt: at,
      businessDay,
      ...(head === undefined ? {} : { originalOrderId: head.id }),
      ...(head === undefined || head.customer_id === null || head.customer_card_id === null
        ? {}
        : { customerId: head.customer_id, customerCardId: head.customer_card_id }),
    },
  });
}

/** How cash is rounded that is given back at a place; nothing where every amount can be paid and nothing was rounded before. */
function cashOf(
  setting: Setting,
  original: Original | undefined,
  currency: string,
): Pick<ReturnGoods, 'cash'> | undefined {
  const stepMinor = cashStepAt(setting, currency)?.cashStepMinor ?? 1;
  const openMinor = original?.cashOpenMinor ?? 0;
  return stepMinor === 1 && openMinor === 0
    ? undefined
    : { cash: { stepMinor, openMinor, originalVersion: original?.head.version } };
}

function refundsOf(asked: AskedReturn, dueMinor: number): Decision<ReturnGoods['tenders'], ReturnRejection> {
  const payments = asked.original?.payments ?? [];
  const left = new Map(payments.map((payment) => [payment.id, payment.captured - payment.refunded]));
  // What was added to cash is not owed back by itself, and what was taken off is: the first cash payment stands for it.
  const cash = payments.find(({ method }) => method === 'cash');
  if (asked.refunds === undefined && cash !== undefined)
    left.set(cash.id, cash.captured - cash.refunded - (asked.original?.cashOpenMinor ?? 0));
  const tenders: ReturnGoods['tenders'][number][] = [];
  const back = (payment: StoredPayment, amount: number): void => {
    left.set(payment.id, (left.get(payment.id) ?? 0) - amount);
    tenders.push({
      paymentId: payment.id,
      method: payment.method,
      amount,
      providerRef: payment.provider_ref,
      refundOf: payment.id,
    });
  };
  if (asked.refunds === undefined) {
    let open = dueMinor;
    for (const payment of payments) {
      const amount = Math.min(open, left.get(payment.id) ?? 0);
      if (amount > 0) back(payment, amount);
      open -= Math.max(0, amount);
    }
    return accept(tenders);
  }
  for (const { method, amountMinor, paymentId, reference } of asked.refunds) {
    // A card refund that names no payment goes to the card that paid, if that can take it.
    const named =
      paymentId ??
      (method === 'card'
        ? payments.find((one) => one.method === 'card' && (left.get(one.id) ?? 0) >= amountMinor)?.id
        : undefined);
    if (named === undefined) {
      tenders.push({
        paymentId: uuidv7(),
        method,
        amount: amountMinor,
        providerRef: reference === undefined ? '' : `till:${reference}`,
      });
      continue;
    }
    const payment = payments.find((one) => one.id === named);
    if (payment === undefined) return reject({ reason: 'unknown_payment', paymentId: named });
    back(payment, amountMinor);
  }
  return accept(tenders);
}
