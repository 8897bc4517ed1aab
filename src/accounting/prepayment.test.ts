import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBooks } from '../kernel/draft-testing.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { ORDERS } from '../orders/order.ts';
import {
  goodsLine,
  goodsOfSku,
  grossOf,
  OCCASION,
  orderOf,
  otherLine,
  rateOn,
  resolvedOf,
  shipmentOf,
} from '../orders/order-testing.ts';
import { placeOrder } from '../orders/place-order.ts';
import type { SaleLine } from '../orders/sale.ts';
import { shipOrder } from '../orders/ship-order.ts';
import { receiveGoods } from '../stock/receive.ts';
import { DEFAULT_CHART, type AccountRole } from './chart.ts';
import { JOURNAL, postAct } from './journal.ts';

type Parts = readonly { line: number; quantity: number }[] | undefined;
type Order = { readonly lines: readonly SaleLine[]; readonly currency: string; readonly prepaid: number };

/** A store with enough of everything, where one order is placed on a day when its currency is worth 100 %. */
function placed({ lines, currency, prepaid }: Order) {
  const books = openTestBooks(postAct);
  for (const n of [0, 1])
    books.decide((draft) =>
      receiveGoods(draft, {
        ...OCCASION,
        receiptId: 'r',
        reason: 'receipt',
        supplierRef: '',
        lines: [{ line: 1, goods: goodsOfSku(n, 50), valueMinor: 5000 }],
      }),
    );
  const refused = books.decide((draft) =>
    placeOrder(draft, orderOf('o', lines, { currency, prepaid }), { reservationIds: [] }),
  );
  expect(refused).toBeUndefined();
  const resolved = resolvedOf('o', lines);
  return {
    books,
    ship: (percent: number, parts?: Parts) =>
      books.decide((draft) =>
        shipOrder(draft, { ...shipmentOf('o', parts), rate: rateOn(currency, percent) }, resolved),
      ),
    cancel: (percent: number, parts?: Parts) =>
      books.decide((draft) =>
        cancelOrder(
          draft,
          { ...OCCASION, orderId: 'o', rate: rateOn(currency, percent), reason: '', lines: parts },
          resolved,
        ),
      ),
    order: () => {
      const order = books.get(ORDERS, 'o');
      if (order === undefined) throw new Error('the order is there');
      return order;
    },
  };
}

const ROLES = new Map(DEFAULT_CHART.map(({ code, role }) => [code, role]));

/** Ledger accounts by role, of the entries of one rule or of all: in the entity's currency and in the document's. */
function ledgerOf(books: ReturnType<typeof placed>['books'], rule?: string) {
  const entity: Partial<Record<AccountRole, number>> = {};
  const document: Partial<Record<AccountRole, number>> = {};
  for (const entry of books.all(JOURNAL)) {
    expect(entry.amounts.reduce((sum, amount) => sum + amount, 0)).toBe(0);
    expect(entry.entityAmounts.reduce((sum, amount) => sum + amount, 0)).toBe(0);
    if (rule !== undefined && entry.rule !== rule) continue;
    entry.accounts.forEach((code, i) => {
      const role = ROLES.get(code) as AccountRole;
      entity[role] = (entity[role] ?? 0) + (entry.entityAmounts[i] as number);
      document[role] = (document[role] ?? 0) + (entry.amounts[i] as number);
    });
  }
  return { entity, document };
}

// 120.00 EUR, 20.00 of it tax. At 0.8612 that is 103.34 GBP; when the euro has risen by a tenth, 113.68 GBP.
const lines = [goodsLine(1, 0, 3, 12_000)];
const prepaidOrder: Order = { lines, currency: 'EUR', prepaid: 12_000 };

describe('an order in another currency, the rate of which has risen since', () => {
  test('what was paid in advance is booked at the rate of that day', () => {
    const { order, books } = placed(prepaidOrder);
    expect(order()).toMatchObject({ prepaidMinor: 12_000, prepaidBookedMinor: 10_334 });
    expect(ledgerOf(books).entity).toMatchObject({ card_clearing: 10_334, customer_prepayment: -10_334 });
  });
  test('shipped: net and tax have the rate of the prepayment, and nothing is gained or lost', () => {
    const { ship, order, books } = placed(prepaidOrder);
    expect(ship(110)).toBeUndefined();
    expect(order()).toMatchObject({ status: 'completed', prepaidMinor: 0, prepaidBookedMinor: 0 });
    const { entity } = ledgerOf(books, 'OrderShipped');
    expect(entity).toMatchObject({ customer_prepayment: 10_334, revenue_goods: -8611, output_tax: -1723 });
    expect(entity.exchange_difference).toBeUndefined();
  });
  test('shipped with a third paid in advance: that third has the rate of its day, the rest the rate of the shipment', () => {
    const { ship, books } = placed({ ...prepaidOrder, prepaid: 4000 });
    expect(ship(110)).toBeUndefined();
    const { entity } = ledgerOf(books, 'OrderShipped');
    // 40.00 EUR at 0.8612 and 80.00 EUR at 0.94732; the fee of 1.37 EUR stays with the provider.
    expect(entity.customer_prepayment).toBe(3445);
    expect((entity.card_clearing ?? 0) + (entity.payment_fees ?? 0)).toBe(7579);
    expect((entity.revenue_goods ?? 0) + (entity.output_tax ?? 0)).toBe(-3445 - 7579);
  });
  test('cancelled: the money leaves at the rate of today, the difference is an exchange loss', () => {
    const { cancel, order, books } = placed(prepaidOrder);
    expect(cancel(110)).toBeUndefined();
    expect(order()).toMatchObject({ status: 'cancelled', prepaidMinor: 0, prepaidBookedMinor: 0 });
    const { entity, document } = ledgerOf(books, 'OrderCancelled');
    expect(entity).toEqual({ card_clearing: -11_368, customer_prepayment: 10_334, exchange_difference: 1034 });
    expect(document).toEqual({ card_clearing: -12_000, customer_prepayment: 12_000, exchange_difference: 0 });
  });
  test('cancelled when the rate has fallen: an exchange gain', () => {
    const { cancel, books } = placed(prepaidOrder);
    expect(cancel(90)).toBeUndefined();
    expect(ledgerOf(books, 'OrderCancelled').entity).toEqual({
      card_clearing: -9301,
      customer_prepayment: 10_334,
      exchange_difference: -1033,
    });
  });
  test('one unit shipped, one cancelled, one shipped: each takes its third, the last one the odd penny', () => {
    const { ship, cancel, books } = placed(prepaidOrder);
    expect([
      ship(110, [{ line: 1, quantity: 1 }]),
      cancel(90, [{ line: 1, quantity: 1 }]),
      ship(130, [{ line: 1, quantity: 1 }]),
    ]).toEqual([undefined, undefined, undefined]);
    expect(
      books.acts.flatMap(({ body }) => [body.prepaidUsedBookedMinor ?? [], body.givenBackBookedMinor ?? []].flat()),
    ).toEqual([3445, 3445, 3444]);
    expect(ledgerOf(books).entity.customer_prepayment).toBe(0);
  });
});

test("an order in the entity's own currency has no exchange difference", () => {
  const { ship, cancel, books } = placed({ ...prepaidOrder, currency: 'GBP' });
  expect([ship(110, [{ line: 1, quantity: 1 }]), cancel(90)]).toEqual([undefined, undefined]);
  const { entity, document } = ledgerOf(books);
  expect(entity).toEqual(document);
  expect(entity.customer_prepayment).toBe(0);
  expect(entity.exchange_difference).toBeUndefined();
});

test('a discount does not leave without what it was given on', () => {
  const cheaper = [goodsLine(1, 0, 1, 900), otherLine(2, 'discount', -100)];
  const { ship, order } = placed({ lines: cheaper, currency: 'EUR', prepaid: 800 });
  expect(ship(100, [{ line: 2, quantity: 1 }])).toEqual({ reason: 'negative_total', grossMinor: -100 });
  expect(order().prepaidMinor).toBe(800);
  expect(ship(100)).toBeUndefined();
  expect(order()).toMatchObject({ status: 'completed', prepaidMinor: 0, prepaidBookedMinor: 0 });
});

const deed = fc.record({
  what: fc.constantFrom('ship', 'cancel'),
  line: fc.integer({ min: 1, max: 3 }),
  quantity: fc.integer({ min: 1, max: 4 }),
  percent: fc.integer({ min: 60, max: 160 }),
});

test('however an order is shipped and cancelled at whatever rates, its prepayment ends at nought in both currencies, and every cent of it is found again', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('EUR', 'JPY', 'GBP'),
      fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 })),
      fc.tuple(fc.nat(99_999), fc.nat(99_999), fc.nat(2000)),
      fc.nat(200_000),
      fc.array(deed, { maxLength: 12 }),
      fc.integer({ min: 60, max: 160 }),
      (currency, [q1, q2], [gross1, gross2, off], advance, deeds, percent) => {
        const all = [
          goodsLine(1, 0, q1, gross1),
          goodsLine(2, 1, q2, gross2),
          otherLine(3, 'discount', -Math.min(gross1 + gross2, off)),
        ];
        const prepaid = Math.min(advance, grossOf(all));
        const { ship, cancel, order, books } = placed({ lines: all, currency, prepaid });
        const booked = order().prepaidBookedMinor;
        expect(booked + (ledgerOf(books).entity.customer_prepayment ?? 0)).toBe(0);
        for (const one of deeds) {
          (one.what === 'ship' ? ship : cancel)(one.percent, [{ line: one.line, quantity: one.quantity }]);
          const { entity, document } = ledgerOf(books);
          const { prepaidMinor, prepaidBookedMinor, status } = order();
          expect([entity.customer_prepayment ?? 0, document.customer_prepayment ?? 0]).toEqual([
            0 - prepaidBookedMinor,
            0 - prepaidMinor,
          ]);
          if (status === 'completed' || status === 'cancelled')
            expect([prepaidMinor, prepaidBookedMinor]).toEqual([0, 0]);
        }
        cancel(percent);
        expect(order()).toMatchObject({ prepaidMinor: 0, prepaidBookedMinor: 0 });
        const { entity, document } = ledgerOf(books);
        expect([entity.customer_prepayment ?? 0, document.customer_prepayment ?? 0]).toEqual([0, 0]);
        const released = books.acts.reduce(
          (sum, { body }) => sum + ((body.prepaidUsedBookedMinor ?? body.givenBackBookedMinor ?? 0) as number),
          0,
        );
        expect(released).toBe(booked);
        // Only giving money back gains or loses; a shipment never does.
        expect(ledgerOf(books, 'OrderShipped').entity.exchange_difference ?? 0).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
