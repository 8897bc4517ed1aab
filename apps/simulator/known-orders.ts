import type { Outcome, Submission } from '../../platform/commit/command.ts';
import { shareOfLine } from '../../src/orders/line-share.ts';
import type { PlaceOrder } from '../../src/orders/place-order.ts';
import type { ReturnGoods } from '../../src/orders/return-goods.ts';
import type { OrderRewardTerms } from '../../src/orders/rewards-of-order.ts';
import type { RecordSale, SaleLine } from '../../src/orders/sale.ts';
import type { PaymentMethod } from '../../src/payments/payment.ts';
import type { Dice } from './dice.ts';
import type { World, WorldChannel, WorldLocation } from './world.ts';

/** A payment as somebody at the counter sees it: what was taken, and what of it was given back. */
type KnownPayment = { readonly method: PaymentMethod; readonly accountKey: string; captured: number; refunded: number };

/** What the actors know of an order that was accepted: enough to ship, cancel and return it, and to get it wrong. */
export type KnownOrder = {
  readonly id: string;
  readonly location: WorldLocation;
  readonly channel: WorldChannel;
  readonly lines: readonly SaleLine[];
  readonly terms: RecordSale['terms'];
  readonly rate: readonly [number, number];
  /** Who earns with it. */
  readonly rewards: OrderRewardTerms | undefined;
  readonly payments: Map<string, KnownPayment>;
  /** What its cash was rounded by and is not given back, and how often the order has changed. */
  readonly cash: { openMinor: number; version: number };
  readonly shipped: Map<number, number>;
  readonly returned: Map<number, number>;
};

/** An order as it was placed, or a sale as it was made. */
export function knownOrder(world: World, type: string, body: RecordSale & PlaceOrder): KnownOrder {
  const payments = new Map<string, KnownPayment>();
  const sold = type !== 'PlaceOrder';
  for (const { paymentId, method, amount, accountKey = '' } of sold ? body.tenders : [])
    payments.set(paymentId, { method, accountKey, captured: Math.max(0, amount), refunded: 0 });
  for (const { paymentId, method, captured, accountKey = '' } of sold ? [] : body.payments)
    payments.set(paymentId, { method, accountKey, captured, refunded: 0 });
  return {
    id: body.orderId,
    location: world.locations.find((one) => one.id === body.locationId) as WorldLocation,
    channel: world.channels.find((one) => one.id === body.terms.channelId) as WorldChannel,
    lines: body.lines,
    terms: body.terms,
    rate: body.rate,
    rewards: body.rewards,
    payments,
    cash: { openMinor: 0, version: 0 },
    shipped: new Map(sold ? body.lines.map(({ line, quantity }) => [line, quantity]) : []),
    returned: new Map(),
  };
}

/** Writes down what became of an order: what left, what came back, what was taken and given back for it. */
export function noteAct(order: KnownOrder, { type, body }: Submission, outcome: Outcome): void {
  if (outcome.kind !== 'accepted') return;
  const told = outcome.body as {
    captures?: readonly [string, string, number][];
    refunded?: readonly [string, string, number][];
    cashRoundingMinor?: number;
    lines: readonly [string, number, number, number][];
  };
  for (const [id, , amount] of told.captures ?? []) addTo(order.payments.get(id), 'captured', amount);
  for (const [id, , amount] of told.refunded ?? []) addTo(order.payments.get(id), 'refunded', amount);
  order.cash.openMinor += (told.cashRoundingMinor ?? 0) * (type === 'ReturnGoods' ? -1 : 1);
  const isChanged = type !== 'ReturnGoods' || isOfOrder(body as ReturnGoods) || (told.cashRoundingMinor ?? 0) !== 0;
  order.cash.version += isChanged ? 1 : 0;
  if (type === 'ShipOrder') for (const [, quantity, , line] of told.lines) count(order.shipped, line, quantity);
  if (type === 'ReturnGoods')
    for (const { original, quantity } of (body as ReturnGoods).lines)
      if (original !== null) count(order.returned, original, quantity);
}

/** A return that names lines of the order changes it. */
function isOfOrder({ lines }: ReturnGoods): boolean {
  return lines.some(({ original }) => original !== null);
}

function addTo(payment: KnownPayment | undefined, what: 'captured' | 'refunded', amount: number): void {
  if (payment !== undefined) payment[what] += amount;
}

function count(of: Map<number, number>, line: number, quantity: number): void {
  of.set(line, (of.get(line) ?? 0) + quantity);
}

/** The reason of a return at exactly what was paid. The auditor holds those to the cent. */
export const AS_SOLD = 'as sold';

/** What comes back of an order at its share of what was paid, as the server prepares it, and what it comes to. Gift cards that were sold do not come back. */
export function linesBack(order: KnownOrder, dice: Dice): ReturnGoods['lines'] {
  const all = dice.oneIn(2);
  const lines: ReturnGoods['lines'][number][] = [];
  for (const line of order.lines) {
    // Now and then somebody else has taken back a unit of it meanwhile, as far as this counter knows.
    const before = (order.returned.get(line.line) ?? 0) + (dice.oneIn(60) ? 1 : 0);
    const left = (order.shipped.get(line.line) ?? 0) - before;
    if (left <= 0 || line.kind === 'voucher') continue;
    if (!all && (line.kind !== 'goods' || dice.oneIn(3))) continue;
    const cuts =
      !all && left > 1 && dice.oneIn(4) ? [1, dice.between(1, left - 1)] : [all ? left : dice.between(1, left)];
    let from = before;
    for (const quantity of cuts) {
      const { discounts: _, taxes: __, ...rest } = line;
      lines.push({
        ...rest,
        ...shareOfLine(line, from, from + quantity),
        line: lines.length + 1,
        quantity,
        goods: line.goods === null || dice.oneIn(12) ? null : line.goods,
        original: line.line,
        returnedBefore: from,
      });
      from += quantity;
    }
  }
  return lines;
}

/** The money of a refund, back to the payments of the order in their order; what they cannot take is left over. */
export function moneyBack(order: KnownOrder, dueMinor: number): ReturnGoods['tenders'] {
  const tenders: ReturnGoods['tenders'][number][] = [];
  let open = dueMinor;
  // What was added to cash is not owed back by itself: the first cash payment stands for it.
  let { openMinor } = order.cash;
  for (const [paymentId, { method, accountKey, captured, refunded }] of order.payments) {
    const rounded = method === 'cash' ? openMinor : 0;
    openMinor -= rounded;
    const amount = Math.min(open, captured - refunded - rounded);
    if (amount <= 0) continue;
    open -= amount;
    tenders.push({
      paymentId,
      method,
      amount,
      providerRef: accountKey,
      refundOf: paymentId,
      ...(accountKey === '' ? {} : { accountKey }),
    });
  }
  return tenders;
}
