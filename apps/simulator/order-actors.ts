import type { Outcome, Submission } from '../../platform/commit/command.ts';
import type { CancelOrder } from '../../src/orders/cancel-order.ts';
import type { PlaceOrder } from '../../src/orders/place-order.ts';
import type { ReturnGoods } from '../../src/orders/return-goods.ts';
import type { RecordSale } from '../../src/orders/sale.ts';
import type { ShipOrder } from '../../src/orders/ship-order.ts';
import { pointsKey } from '../../src/rewards/points-account.ts';
import { storeCreditKey } from '../../src/rewards/reward-account.ts';
import { coinsBack, givenBack } from './coins.ts';
import type { Dice } from './dice.ts';
import { AS_SOLD, knownOrder, linesBack, moneyBack, noteAct, type KnownOrder } from './known-orders.ts';
import type { Shoppers } from './shoppers.ts';
import type { Vouchers } from './vouchers.ts';
import {
  occasion,
  pricedLines,
  saleCommand,
  seriesOf,
  type World,
  type WorldChannel,
  type WorldLocation,
} from './world.ts';

/** Something that comes back: what it is, and the line it was sold on when the customer has the receipt. */
type ReturnedPart = {
  readonly want: { skuId: string; quantity: number; unitAmount: number };
  readonly original: number | null;
};

/** Who ships, cancels and takes back what was ordered and sold. */
export type OrderActors = {
  readonly ship: (at: number) => Submission;
  readonly cancel: (at: number) => Submission;
  readonly giveBack: (at: number) => Submission;
  learn(submission: Submission, outcome: Outcome): void;
};

/** Nobody remembers more than this of the past. */
const REMEMBERED = 200;

/** Adds to what is remembered; the oldest is forgotten. */
export function remember<T>(list: T[], one: T): void {
  list.push(one);
  if (list.length > REMEMBERED) list.splice(0, REMEMBERED / 4);
}

/** Makes them. */
export function createOrderActors(stage: {
  readonly world: World;
  readonly dice: Dice;
  readonly shoppers: Shoppers | undefined;
  readonly vouchers: Vouchers | undefined;
  readonly id: (at: number) => string;
  readonly submission: (type: string, body: unknown, at: number) => Submission;
  readonly channelOf: (entityId: string, kind: WorldChannel['kind']) => WorldChannel;
  readonly someLocation: () => WorldLocation;
  readonly wanted: (most: number) => { skuId: string; quantity: number; unitAmount: number }[];
}): OrderActors {
  const { world, dice, shoppers, vouchers, id, submission, channelOf, someLocation, wanted } = stage;
  const orders: KnownOrder[] = [];
  const sold: KnownOrder[] = [];

  /** What an order's money is worth by now: a tenth up or down since it was placed. The entity's own is worth itself. */
  const rateNow = ({ rate, terms, location }: KnownOrder): readonly [number, number] => {
    const entity = world.entities.find((one) => one.id === location.entityId) as World['entities'][number];
    return terms.currency === entity.currency ? rate : [rate[0] * dice.between(900, 1100), rate[1] * 1000];
  };

  /** Some units of some lines, now and then more than there are and a line twice. */
  function partOf(order: KnownOrder): readonly { line: number; quantity: number }[] | undefined {
    if (dice.oneIn(2)) return undefined;
    if (dice.oneIn(40)) return [{ line: 99, quantity: 1 }];
    const parts = order.lines
      .filter(() => dice.oneIn(2))
      .map((line) => ({ line: line.line, quantity: dice.between(0, line.quantity + (dice.oneIn(10) ? 1 : 0)) }));
    if (parts.length > 0 && dice.oneIn(10)) parts.push({ ...(parts[0] as (typeof parts)[0]) });
    return parts;
  }

  function ship(at: number): Submission {
    const order = orders.length > 0 && !dice.oneIn(40) ? dice.pick(orders) : unknownOrder(at);
    const where = occasion(world, order.location, at, order.channel);
    const rewards = shoppers?.earning(where.entityId, order.terms.customerId);
    const toIssue = vouchers?.toIssue(order.terms.promotions, at, order.terms.customerId);
    const body: ShipOrder = {
      ...where,
      orderId: order.id,
      rate: rateNow(order),
      lines: partOf(order),
      series: seriesOf(where.entityId, 'invoice', where.entityId, at),
      fees: { card: { ppm: 14_000, fixedMinor: 25 }, marketplace: { ppm: 150_000, fixedMinor: 0 } },
      carrierCostMinor: dice.oneIn(2) ? dice.between(0, 900) : 0,
      currency: order.terms.currency,
      ...(rewards === undefined ? {} : { rewards }),
      ...(toIssue === undefined ? {} : { vouchers: toIssue }),
    };
    return submission('ShipOrder', body, at);
  }

  function cancel(at: number): Submission {
    const order = orders.length > 0 && !dice.oneIn(40) ? dice.pick(orders) : unknownOrder(at);
    const rewards = shoppers?.earning(order.location.entityId, order.terms.customerId);
    const body: CancelOrder = {
      ...occasion(world, order.location, at, order.channel),
      orderId: order.id,
      rate: rateNow(order),
      lines: partOf(order),
      reason: 'changed mind',
      ...(rewards === undefined ? {} : { rewards }),
    };
    return submission('CancelOrder', body, at);
  }

  function unknownOrder(at: number): KnownOrder {
    const location = someLocation();
    const channel = channelOf(location.entityId, 'shop');
    return knownOrder(world, 'RecordSale', {
      ...saleCommand({
        world,
        location,
        channel,
        at,
        orderId: id(at),
        paymentId: id(at),
        wanted: [],
        method: 'cash',
        fact: null,
      }),
      tenders: [],
    } as unknown as RecordSale & PlaceOrder);
  }

  function giveBack(at: number): Submission {
    const known = sold.length > 0 && !dice.oneIn(10) ? dice.pick(sold) : undefined;
    if (known !== undefined && !dice.oneIn(4)) return giveBackAsSold(at, known);
    return giveBackOtherwise(at, known);
  }

  /** A credit note's terms, before its lines and money. */
  function creditNote(
    at: number,
    location: WorldLocation,
    known: KnownOrder | undefined,
  ): Omit<ReturnGoods, 'fact' | 'lines' | 'tenders' | 'reason'> {
    const channel = known?.channel ?? channelOf(location.entityId, 'store');
    const entity = world.entities.find((one) => one.id === location.entityId) as World['entities'][number];
    const {
      tenders: _,
      lines: __,
      reservationIds: ___,
      ...base
    } = saleCommand({
      world,
      location,
      channel,
      at,
      orderId: id(at),
      paymentId: id(at),
      wanted: [],
      method: 'cash',
      fact: null,
      currency: known?.terms.currency ?? entity.currency,
      rate: known === undefined ? undefined : rateNow(known),
    });
    const { customerId, customerCardId, taxJurisdiction, taxInclusive = true, promotions } = known?.terms ?? {};
    const voucherIds = known === undefined ? undefined : vouchers?.ofOrder(known.id, promotions);
    return {
      ...base,
      ...coinsBack(location, known),
      ...(voucherIds === undefined ? {} : { voucherIds }),
      terms: {
        ...base.terms,
        kind: 'return',
        taxInclusive,
        ...(taxJurisdiction === undefined ? {} : { taxJurisdiction }),
        ...(customerId === undefined ? {} : { customerId, customerCardId }),
        ...(known === undefined ? {} : { originalOrderId: known.id }),
      },
      series: seriesOf(base.entityId, 'credit_note', base.entityId, at),
    };
  }

  /** What was paid goes back to what it was paid with, share by share; now and then to another place, or more than was taken. */
  function giveBackAsSold(at: number, known: KnownOrder): Submission {
    const base = creditNote(at, known.location, known);
    const lines = linesBack(known, dice);
    const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const { customerId, currency } = base.terms;
    const rewards = shoppers?.earning(base.entityId, customerId);
    let tenders = moneyBack(known, due);
    let follow = true;
    const first = tenders[0];
    if (due > 0 && customerId !== undefined && dice.oneIn(8)) {
      follow = false;
      const accountKey = storeCreditKey({ entityId: base.entityId, customerId, currency });
      tenders = [{ paymentId: id(at), method: 'store_credit', amount: due, providerRef: '', accountKey }];
    } else if (due > 1 && first !== undefined && dice.oneIn(20)) {
      // One payment named twice, together for all of it.
      follow = false;
      const half = Math.trunc(due / 2);
      tenders = [half, due - half].map((amount) => ({ ...first, amount }));
    } else if (due > 0 && shoppers !== undefined && dice.oneIn(30)) {
      follow = false;
      const programmeId = rewards?.membership?.programme.id ?? '';
      const accountKey = pointsKey({ programmeId, customerId: customerId ?? '' });
      tenders = [{ paymentId: id(at), method: 'points', amount: due, providerRef: '', accountKey }];
    }
    const body: ReturnGoods = {
      ...base,
      fact: false,
      lines,
      tenders,
      reason: AS_SOLD,
      tendersFollow: follow,
      ...(rewards === undefined ? {} : { rewards }),
    };
    return submission('ReturnGoods', body, at);
  }

  /** Without a receipt, at another price, or with more than was sold: what a counter does and tells afterwards. */
  function giveBackOtherwise(at: number, known: KnownOrder | undefined): Submission {
    const location = known?.location ?? someLocation();
    const base = creditNote(at, location, known);
    const goods = known?.lines.filter((line) => line.kind === 'goods' && !dice.oneIn(3)) ?? [];
    const parts: ReturnedPart[] =
      known === undefined
        ? wanted(2).map((want) => ({ want, original: null }))
        : goods.map((line) => ({
            want: { skuId: line.skuId, quantity: dice.between(1, line.quantity), unitAmount: line.unitAmount },
            original: line.line,
          }));
    if (parts.length > 0 && dice.oneIn(15)) parts.push(parts[0] as ReturnedPart);
    const priced = pricedLines(
      location,
      parts.map((part) => part.want),
      base.terms.currency,
    );
    const lines: ReturnGoods['lines'] = priced.map((line, i) => ({
      ...line,
      goods: dice.oneIn(12) ? null : line.goods,
      original: (parts[i] as ReturnedPart).original,
    }));
    const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const method = dice.oneIn(2) ? 'cash' : 'card';
    const amount = lines.length === 0 ? 0 : givenBack(method, due, base) - (dice.oneIn(20) ? 1 : 0);
    const originalOrderId = known === undefined ? undefined : dice.oneIn(10) ? id(at) : known.id;
    const rewards = dice.oneIn(2) ? undefined : shoppers?.earning(base.entityId, base.terms.customerId);
    const body: ReturnGoods = {
      ...base,
      fact: dice.oneIn(3),
      lines,
      reason: 'too small',
      terms: { ...base.terms, originalOrderId },
      tenders: amount === 0 ? [] : [{ paymentId: id(at), method, amount, providerRef: '' }],
      ...(rewards === undefined ? {} : { rewards }),
    };
    return submission('ReturnGoods', body, at);
  }

  return {
    ship,
    cancel,
    giveBack,
    learn(said, outcome) {
      const { type, body } = said;
      if (outcome.kind !== 'accepted') return;
      if (type === 'PlaceOrder' || type === 'RecordSale') {
        const order = knownOrder(world, type, body as RecordSale & PlaceOrder);
        noteAct(order, said, outcome);
        remember(type === 'PlaceOrder' ? orders : sold, order);
      }
      if (type !== 'ShipOrder' && type !== 'CancelOrder' && type !== 'ReturnGoods') return;
      const about = type === 'ReturnGoods' ? (body as ReturnGoods).terms.originalOrderId : (body as ShipOrder).orderId;
      const order = orders.find((one) => one.id === about) ?? sold.find((one) => one.id === about);
      if (order === undefined) return;
      noteAct(order, said, outcome);
      if (type === 'ShipOrder' && !sold.includes(order)) remember(sold, order);
    },
  };
}
