import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import { PAYMENTS } from '../payments/payment.ts';
import { issueGiftCards } from '../rewards/keep-rewards.ts';
import { REWARD_ACCOUNTS } from '../rewards/reward-account.ts';
import { receiveGoods } from '../stock/receive.ts';
import { reserveStock } from '../stock/reserve.ts';
import { STOCK } from '../stock/stock-level.ts';
import { cancelOrder } from './cancel-order.ts';
import { DOCUMENTS, ORDERS } from './order.ts';
import {
  goodsLine,
  goodsOfSku,
  grossOf,
  OCCASION,
  orderOf,
  otherLine,
  resolvedOf,
  saleOf,
  shipmentOf,
  termsOf,
} from './order-testing.ts';
import { placeOrder } from './place-order.ts';
import { quarantineFact } from './quarantine-fact.ts';
import { returnGoods, type ReturnGoods } from './return-goods.ts';
import { recordSale, type SaleLine } from './sale.ts';
import { shipOrder } from './ship-order.ts';

const none = { reservationIds: [] };
function stocked(quantity = 5, valueMinor = 1000): TestBooks {
  const books = openTestBooks();
  for (const n of [0, 1])
    books.decide((draft) =>
      receiveGoods(draft, {
        ...OCCASION,
        receiptId: 'r',
        reason: 'receipt',
        supplierRef: '',
        lines: [{ line: 1, goods: goodsOfSku(n, quantity), valueMinor }],
      }),
    );
  return books;
}
const reserve = (books: TestBooks, id: string, quantity: number) =>
  books.decide((draft) =>
    reserveStock(
      draft,
      { ...OCCASION, lines: [{ line: 1, goods: goodsOfSku(0, quantity), reservationId: id }], expiresInMs: 1000 },
      none,
    ),
  );
const sell = (books: TestBooks, command: ReturnType<typeof saleOf>) =>
  books.decide((draft) => recordSale(draft, command, none));
const place = (books: TestBooks, command: ReturnType<typeof orderOf>) =>
  books.decide((draft) => placeOrder(draft, command, none));
const ship = (books: TestBooks, lines: readonly SaleLine[], part?: { line: number; quantity: number }[], id = 'o') =>
  books.decide((draft) => shipOrder(draft, shipmentOf(id, part), resolvedOf(id, lines)));
const cancel = (books: TestBooks, lines: readonly SaleLine[], part?: { line: number; quantity: number }[], id = 'o') =>
  books.decide((draft) =>
    cancelOrder(draft, { ...OCCASION, orderId: id, rate: [1, 1], lines: part, reason: '' }, resolvedOf(id, lines)),
  );
const back = (books: TestBooks, lines: ReturnGoods['lines'], more: Partial<ReturnGoods> = {}, id = 'back') => {
  const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
  return books.decide((draft) =>
    returnGoods(draft, {
      ...OCCASION,
      orderId: id,
      rate: [1, 1],
      fact: false,
      reason: '',
      lines,
      terms: { ...termsOf('return', 'GBP'), originalOrderId: 's' },
      tenders: [{ paymentId: `${id}-pay`, method: 'cash', amount: due, providerRef: '' }],
      series: { key: `${OCCASION.entityId}|credit_note|x|2026`, prefix: 'C' },
      ...more,
    }),
  );
};

describe('a sale asked for is refused', () => {
  test.each([
    ['without lines', saleOf('s', []), 'no_lines'],
    ['paid too little', saleOf('s', [goodsLine(1, 0, 1, 600)], { tenders: [] }), 'tenders_do_not_cover'],
    ['of more than is there', saleOf('s', [goodsLine(1, 0, 6, 600)]), 'insufficient_stock'],
    [
      'of more than is there on two lines',
      saleOf('s', [goodsLine(1, 0, 3, 600), goodsLine(2, 0, 3, 600)]),
      'insufficient_stock',
    ],
    [
      'with a reservation that never was',
      saleOf('s', [goodsLine(1, 0, 1, 600)], { reservationIds: ['x'] }),
      'reservation_not_found',
    ],
  ])('%s', (_, command, reason) => {
    const books = stocked();
    expect(sell(books, command)).toMatchObject({ reason });
    expect(books.all(ORDERS)).toEqual([]);
  });

  test('when it names what is put aside at another place', () => {
    const books = stocked(3);
    reserve(books, 'theirs', 1);
    const elsewhere = {
      ...saleOf('s', [goodsLine(1, 0, 1, 600)], { reservationIds: ['theirs'] }),
      locationId: 'elsewhere',
    };
    expect(sell(books, elsewhere)).toMatchObject({ reason: 'reservation_not_found' });
    expect(books.get(STOCK, goodsOfSku(0, 1).stockKey)).toMatchObject({ held: 1 });
  });

  test('when it would take what is put aside for others, also over two lines', () => {
    const books = stocked(6);
    reserve(books, 'mine', 3);
    reserve(books, 'theirs', 3);
    const two = [goodsLine(1, 0, 3, 600), goodsLine(2, 0, 3, 600)];
    expect(sell(books, saleOf('s', two, { reservationIds: ['mine'] }))).toMatchObject({ reason: 'insufficient_stock' });
    expect(sell(books, saleOf('s', two.slice(0, 1), { reservationIds: ['mine'] }))).toBeUndefined();
    expect(books.get(STOCK, goodsOfSku(0, 1).stockKey)).toMatchObject({
      onHand: 3,
      reserved: 3,
      backordered: 0,
      held: 3,
    });
    expect(sell(books, saleOf('t', two.slice(0, 1), { reservationIds: ['mine'] }))).toMatchObject({
      reason: 'reservation_ended',
      endedReason: 'used',
    });
  });
});

describe('a fact is taken in', () => {
  test('whatever the books say, once and in its order', () => {
    const books = stocked(1);
    const fact = (counter: number) =>
      sell(books, saleOf(`f${counter}`, [goodsLine(1, 0, 3, 900)], { fact: counter, tenders: [] }));
    expect(fact(2)).toEqual({ reason: 'fact_missing_before', counter: 2, expected: 1 });
    expect(fact(1)).toBeUndefined();
    expect(fact(1)).toEqual({ reason: 'fact_repeated', counter: 1, expected: 2 });
    expect(books.get(STOCK, goodsOfSku(0, 1).stockKey)).toMatchObject({ onHand: 0, shortfall: 2 });
    expect(books.acts.slice(-2).map((act) => act.type)).toEqual(['SaleRecorded', 'StockDiscrepancyFound']);
    const unreadable = (counter: number) =>
      books.decide((draft) =>
        quarantineFact(draft, {
          ...OCCASION,
          fact: { sourceId: 'till', counter, mac: '' },
          reason: 'forged',
          detail: '',
          raw: '{',
        }),
      );
    expect(unreadable(3)).toMatchObject({ reason: 'fact_missing_before' });
    expect(unreadable(2)).toBeUndefined();
    expect(unreadable(2)).toMatchObject({ reason: 'fact_repeated' });
    expect(fact(3)).toBeUndefined();
  });

  test('a marketplace order beyond the shelf leaves a backorder', () => {
    const books = stocked(1);
    expect(place(books, orderOf('o', [goodsLine(1, 0, 3, 900)], { fact: true }))).toBeUndefined();
    expect(books.get(STOCK, goodsOfSku(0, 1).stockKey)).toMatchObject({
      onHand: 1,
      reserved: 1,
      backordered: 2,
      shortfall: 0,
    });
    expect(books.acts.at(-1)?.type).toBe('BackorderCreated');
  });

  test('a return that brings back more than was sold is taken in, and nothing is returned twice', () => {
    const books = stocked();
    const sold = goodsLine(1, 0, 2, 600);
    sell(books, saleOf('s', [sold]));
    expect(back(books, [{ ...goodsLine(1, 0, 5, 1500), original: 1 }], { fact: true })).toBeUndefined();
    expect(books.get(ORDERS, 's')?.lines[0]).toMatchObject({ shipped: 2, returned: 2 });
    expect(books.get(STOCK, goodsOfSku(0, 1).stockKey)).toMatchObject({ onHand: 8 });
  });
});

describe('an order is refused', () => {
  test.each([
    ['without lines', orderOf('o', []), 'no_lines'],
    ['not paid in full', orderOf('o', [goodsLine(1, 0, 1, 600)], { payments: [] }), 'payment_does_not_cover'],
    ['beyond the shelf', orderOf('o', [goodsLine(1, 0, 6, 600)]), 'insufficient_stock'],
  ])('%s', (_, command, reason) => {
    expect(place(stocked(), command)).toMatchObject({ reason });
  });
});

describe('shipping and cancelling are refused', () => {
  const lines = [goodsLine(1, 0, 3, 900), goodsLine(2, 1, 2, 500)];
  const placed = (): TestBooks => {
    const books = stocked();
    place(books, orderOf('o', lines));
    return books;
  };
  test('of an order that is not there', () => {
    expect(ship(stocked(), lines)).toEqual({ reason: 'order_not_found' });
    expect(cancel(stocked(), lines)).toEqual({ reason: 'order_not_found' });
  });
  test.each([
    ['nothing', [{ line: 1, quantity: 0 }], 'nothing_to_ship', 'nothing_to_cancel'],
    ['more than was ordered', [{ line: 1, quantity: 4 }], 'more_than_ordered', 'more_than_ordered'],
    [
      'more than was ordered in two goes',
      [
        { line: 1, quantity: 2 },
        { line: 1, quantity: 2 },
      ],
      'more_than_ordered',
      'more_than_ordered',
    ],
    ['a line that is not there', [{ line: 7, quantity: 1 }], 'more_than_ordered', 'more_than_ordered'],
  ])('%s', (_, part, whenShipped, whenCancelled) => {
    expect(ship(placed(), lines, part)).toMatchObject({ reason: whenShipped });
    expect(cancel(placed(), lines, part)).toMatchObject({ reason: whenCancelled });
  });
  test('when all is done', () => {
    const books = placed();
    expect(ship(books, lines)).toBeUndefined();
    expect(ship(books, lines)).toEqual({ reason: 'order_closed', status: 'completed' });
    expect(cancel(books, lines)).toEqual({ reason: 'order_closed', status: 'completed' });
  });
  test('when the goods went another way, or the money is not enough', () => {
    const books = placed();
    sell(books, saleOf('f', [goodsLine(1, 0, 4, 100)], { fact: 1 }));
    expect(ship(books, lines)).toMatchObject({
      reason: 'insufficient_stock',
      lines: [{ line: 1, requested: 3, available: 1 }],
    });
    const poor = stocked();
    place(
      poor,
      orderOf('o', lines, {
        fact: true,
        payments: [{ paymentId: 'o-pay', method: 'marketplace', authorised: 1, captured: 0, providerRef: '' }],
      }),
    );
    expect(ship(poor, lines)).toEqual({ reason: 'payment_missing', dueMinor: 1400, coveredMinor: 1, currency: 'GBP' });
  });
  test('cancelling a discount gives nothing back', () => {
    const books = stocked();
    const cheaper = [goodsLine(1, 0, 1, 900), otherLine(2, 'discount', -100)];
    place(books, orderOf('o', cheaper, { prepaid: 800 }));
    expect(cancel(books, cheaper, [{ line: 2, quantity: 1 }])).toBeUndefined();
    expect(books.get(ORDERS, 'o')?.prepaidMinor).toBe(800);
    expect(books.acts.at(-1)?.body).toMatchObject({ grossMinor: -100, refunds: {} });
  });
});

describe('a return asked for is refused', () => {
  const sold = { ...goodsLine(1, 0, 2, 600), original: 1 };
  test.each([
    ['without lines', [], {}, 'no_lines'],
    ['paid back another amount', [sold], { tenders: [] }, 'tenders_do_not_cover'],
    [
      'of an order that is not there',
      [sold],
      { terms: { ...termsOf('return', 'GBP'), originalOrderId: 'x' } },
      'order_not_found',
    ],
    ['of more than was sold', [{ ...goodsLine(1, 0, 3, 900), original: 1 }], {}, 'more_than_sold'],
    [
      'of more than was sold on two lines',
      [
        { ...goodsLine(1, 0, 1, 300), original: 1 },
        { ...goodsLine(2, 0, 2, 300), original: 1 },
      ],
      {},
      'more_than_sold',
    ],
  ])('%s', (_, lines, more, reason) => {
    const books = stocked();
    sell(books, saleOf('s', [goodsLine(1, 0, 2, 600)]));
    expect(back(books, lines, more)).toMatchObject({ reason });
  });
});

const parts = fc.array(
  fc.record({
    what: fc.constantFrom('ship', 'cancel'),
    line: fc.integer({ min: 1, max: 2 }),
    quantity: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 12 },
);

test('however an order is shipped and cancelled in parts, the parts sum to it to the cent', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 9999 }),
      fc.integer({ min: 0, max: 9999 }),
      fc.nat(5000),
      parts,
      (q1, q2, gross1, gross2, prepaid, deeds) => {
        const books = stocked(20, 777);
        const lines = [goodsLine(1, 0, q1, gross1), goodsLine(2, 1, q2, gross2)];
        const gross = grossOf(lines);
        place(books, orderOf('o', lines, { prepaid: Math.min(prepaid, gross) }));
        for (const { what, line, quantity } of deeds)
          (what === 'ship' ? ship : cancel)(books, lines, [{ line, quantity }]);
        const invoiced = books.all(DOCUMENTS).reduce((sum, document) => sum + document.grossMinor, 0);
        const before = books.get(PAYMENTS, 'o-pay');
        expect(before === undefined ? 0 : before.captured - before.refunded).toBe(
          invoiced + (books.get(ORDERS, 'o')?.prepaidMinor ?? 0),
        );
        // What is left is cancelled: shipped and cancelled parts are the whole, and no money is left hanging.
        cancel(books, lines);
        const cancelled = books.acts
          .filter((act) => act.type === 'OrderCancelled')
          .reduce((sum, act) => sum + (act.body.grossMinor as number), 0);
        expect(invoiced + cancelled).toBe(gross);
        const payment = books.get(PAYMENTS, 'o-pay');
        expect(payment).toMatchObject({ authorised: gross });
        expect((payment?.captured ?? 0) - (payment?.refunded ?? 0)).toBe(invoiced);
        expect((payment?.captured ?? 0) + (payment?.voided ?? 0)).toBe(gross);
        expect(books.get(ORDERS, 'o')?.prepaidMinor).toBe(0);
        for (const level of books.all(STOCK)) expect(level.reserved + level.backordered).toBe(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('however a sale comes back in parts, its cost comes back to the cent', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(999),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 }),
      (quantity, value, goes) => {
        const books = openTestBooks();
        books.decide((draft) =>
          receiveGoods(draft, {
            ...OCCASION,
            receiptId: 'r',
            reason: 'receipt',
            supplierRef: '',
            lines: [{ line: 1, goods: goodsOfSku(0, quantity), valueMinor: value }],
          }),
        );
        sell(books, saleOf('s', [goodsLine(1, 0, quantity, 600)]));
        let left = quantity;
        goes.forEach((wanted, n) => {
          const units = Math.min(wanted, left);
          left -= units;
          if (units > 0) back(books, [{ ...goodsLine(1, 0, units, 10), original: 1 }], {}, `b${n}`);
        });
        if (left > 0) back(books, [{ ...goodsLine(1, 0, left, 10), original: 1 }], {}, 'rest');
        expect(
          books
            .all(ORDERS)
            .filter((order) => order.kind === 'return')
            .reduce((sum, order) => sum + (order.lines[0]?.costMinor ?? 0), 0),
        ).toBe(0 - value);
      },
    ),
    { numRuns: 200 },
  );
});

test('two refunds to one payment take what is left of it together', () => {
  const books = stocked();
  sell(books, saleOf('s', [goodsLine(1, 0, 3, 600)]));
  const part = (amount: number) =>
    ({ paymentId: 's-pay', method: 'cash', amount, providerRef: '', refundOf: 's-pay' }) as const;
  const returned = { ...goodsLine(1, 0, 3, 900), original: 1 };
  expect(back(books, [returned], { tenders: [part(500), part(400)] })).toMatchObject({
    reason: 'more_than_captured',
    paymentId: 's-pay',
    requestedMinor: 400,
    leftMinor: 100,
  });
  expect(
    back(books, [{ ...goodsLine(1, 0, 3, 600), original: 1 }], { tenders: [part(500), part(100)] }),
  ).toBeUndefined();
});

test('a card that is not ours is named by no payment, and what comes back of it settles what stands open', () => {
  const books = stocked();
  books.decide((draft) =>
    issueGiftCards(draft, {
      ...OCCASION,
      entityId: 'another company',
      rate: [1, 1],
      currency: 'GBP',
      cards: [{ id: 'card', codeHash: 'card', lastFour: '1234' }],
    }),
  );
  const tender = {
    paymentId: 's-pay',
    method: 'gift_card',
    amount: 600,
    providerRef: '',
    feeMinor: 0,
    accountKey: 'card',
  } as const;
  sell(books, saleOf('s', [goodsLine(1, 0, 3, 600)], { fact: 1, tenders: [tender] }));
  expect(books.get(PAYMENTS, 's-pay')).toMatchObject({ providerRef: '', captured: 600 });
  back(books, [{ ...goodsLine(1, 0, 3, 600), original: 1 }], { tenders: [{ ...tender, refundOf: 's-pay' }] });
  expect(books.get(REWARD_ACCOUNTS, 'card')).toMatchObject({ balanceMinor: 0, redeemedMinor: 0 });
  expect(books.acts.map((act) => act.type)).toContain('RewardOverdraftSettled');
});

const request = fc.record({
  what: fc.constantFrom('sell', 'reserve', 'sell reserved', 'place', 'ship', 'cancel', 'receive'),
  id: fc.integer({ min: 0, max: 5 }),
  n: fc.integer({ min: 0, max: 1 }),
  quantity: fc.integer({ min: 1, max: 6 }),
});

test('no sequence of requests makes a shortfall or a backorder', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 50 }), (deeds) => {
      const books = stocked(6);
      const ordered = new Map<string, readonly SaleLine[]>();
      deeds.forEach(({ what, id, n, quantity }, at) => {
        const lines = [goodsLine(1, n, quantity, 500), goodsLine(2, 0, 2, 100)];
        const orderId = `o${id}`;
        if (what === 'receive')
          books.decide((draft) =>
            receiveGoods(draft, {
              ...OCCASION,
              receiptId: 'r',
              reason: 'receipt',
              supplierRef: '',
              lines: [{ line: 1, goods: goodsOfSku(n, quantity), valueMinor: 10 }],
            }),
          );
        if (what === 'sell') sell(books, saleOf(`s${at}`, lines));
        if (what === 'reserve') reserve(books, `r${at}`, quantity);
        if (what === 'sell reserved')
          sell(
            books,
            saleOf(`s${at}`, lines, {
              reservationIds: [`r${at - 1}`, `r${at - 2}`].filter((one) =>
                books.acts.some((act) => act.subjectId === one && act.type === 'StockReserved'),
              ),
            }),
          );
        if (what === 'place' && !ordered.has(orderId) && place(books, orderOf(orderId, lines)) === undefined)
          ordered.set(orderId, lines);
        if (what === 'ship' && ordered.has(orderId))
          ship(books, ordered.get(orderId) ?? [], quantity > 3 ? undefined : [{ line: 1, quantity }], orderId);
        if (what === 'cancel' && ordered.has(orderId))
          cancel(books, ordered.get(orderId) ?? [], quantity > 3 ? undefined : [{ line: 1, quantity }], orderId);
      });
      for (const level of books.all(STOCK)) expect(level).toMatchObject({ shortfall: 0, backordered: 0 });
    }),
    { numRuns: 200 },
  );
});
