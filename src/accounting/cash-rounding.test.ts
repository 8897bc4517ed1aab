import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestBooks, type TestBooks } from '../kernel/draft-testing.ts';
import { addToCash, cashRoundingOf } from '../orders/cash-tenders.ts';
import { shareOfLine } from '../orders/line-share.ts';
import { ORDERS, type Order, type OrderLine } from '../orders/order.ts';
import { goodsLine, goodsOfSku, grossOf, OCCASION, saleOf, termsOf } from '../orders/order-testing.ts';
import { returnGoods, type ReturnGoods } from '../orders/return-goods.ts';
import { recordSale, type RecordSale, type SaleLine, type Tender } from '../orders/sale.ts';
import { PAYMENTS } from '../payments/payment.ts';
import { cashStep } from '../pricing/tax/cash-rounding.ts';
import { receiveGoods } from '../stock/receive.ts';
import { defaultCode } from './chart.ts';
import { JOURNAL, postAct } from './journal.ts';

const none = { reservationIds: [] };

function openShop(): TestBooks {
  const books = openTestBooks(postAct);
  for (const n of [0, 1, 2])
    books.decide((draft) =>
      receiveGoods(draft, {
        ...OCCASION,
        receiptId: `r${n}`,
        reason: 'receipt',
        supplierRef: '',
        lines: [{ line: 1, goods: goodsOfSku(n, 100), valueMinor: 5000 }],
      }),
    );
  return books;
}

const paid = (method: Tender['method'], amount: number): Tender => ({
  paymentId: `pay-${method}`,
  method,
  amount,
  providerRef: '',
  feeMinor: 0,
});

/** A sale of which a card pays a part and cash the rest, to the step. */
function sell(lines: readonly SaleLine[], cardMinor: number, cashStepMinor: number | undefined): RecordSale {
  const gross = grossOf(lines);
  const card = cardMinor === 0 ? [] : [paid('card', cardMinor)];
  const rounding = cashRoundingOf([...card, paid('cash', 0)], gross, cashStepMinor);
  const tenders = [...card, paid('cash', gross - cardMinor + rounding)];
  return { ...saleOf('sale', lines, { tenders }), ...(cashStepMinor === undefined ? {} : { cashStepMinor }) };
}

/** What has been rounded of the sale and all its returns so far. */
function openOf(books: TestBooks): number {
  return books.all(ORDERS).reduce((sum, order) => sum + (order.cashRoundingMinor ?? 0), 0);
}

/** So many units of a line come back, and the money to whom it came from: to the card as far as it paid, then in cash. */
function returnOf(books: TestBooks, at: number, part: { line: number; quantity: number }, step: number): ReturnGoods {
  const sale = books.get(ORDERS, 'sale') as Order;
  const sold = sale.lines.find(({ line }) => line === part.line) as OrderLine;
  const share = shareOfLine(sold, sold.returned, sold.returned + part.quantity);
  const card = books.get(PAYMENTS, 'pay-card');
  const onCard = Math.min(share.grossMinor, (card?.captured ?? 0) - (card?.refunded ?? 0));
  const refund = (method: Tender['method'], amount: number) => ({ ...paid(method, amount), refundOf: `pay-${method}` });
  const { shipped: _, cancelled: __, returned: returnedBefore, costMinor: ___, ...line } = sold;
  return {
    ...OCCASION,
    orderId: `back${at}`,
    rate: [1, 1],
    fact: false,
    reason: 'too small',
    terms: { ...termsOf('return', 'GBP'), originalOrderId: 'sale' },
    series: { key: `${OCCASION.entityId}|credit_note|${OCCASION.entityId}|2026`, prefix: 'C' },
    lines: [{ ...line, ...share, quantity: part.quantity, goods: null, original: part.line, returnedBefore }],
    tenders: [
      ...(onCard === 0 ? [] : [refund('card', onCard)]),
      ...(onCard === share.grossMinor ? [] : [refund('cash', share.grossMinor - onCard)]),
    ],
    tendersFollow: true,
    cash: { stepMinor: step, openMinor: openOf(books), originalVersion: sale.version },
  };
}

/** What stands on the account of cash rounding. */
function roundingAccount(books: TestBooks): number {
  const code = defaultCode('cash_rounding');
  return books
    .all(JOURNAL)
    .flatMap(({ accounts, amounts }) => amounts.filter((_, at) => accounts[at] === code))
    .reduce((sum, amount) => sum + amount, 0);
}

test.each([
  ['Switzerland', 'CH', 'CHF', 998, 1000],
  ['Switzerland', 'CH', 'CHF', 997, 995],
  ['Sweden', 'SE', 'SEK', 9950, 10_000],
  ['Sweden', 'SE', 'SEK', 9949, 9900],
  ['New Zealand', 'NZ', 'NZD', 996, 1000],
  ['New Zealand', 'NZ', 'NZD', 994, 990],
  ['Germany', 'DE', 'EUR', 998, 998],
])('in %s (%s, %s) cash pays %i as %i', (_, country, currency, gross, payable) => {
  const books = openShop();
  const step = cashStep(country, currency);
  const command = sell([goodsLine(1, 0, 1, gross)], 0, step === 1 ? undefined : step);
  expect(command.tenders.at(-1)?.amount).toBe(payable);
  expect(books.decide((draft) => recordSale(draft, command, none))).toBeUndefined();
  expect(books.get(ORDERS, 'sale')).toMatchObject({ grossMinor: gross });
  expect(books.get(ORDERS, 'sale')?.cashRoundingMinor ?? 0).toBe(payable - gross);
  expect(roundingAccount(books)).toBe(gross - payable + 0);
});

test('who pays an amount that no coins make is told what is due; a card pays to the cent', () => {
  const lines = [goodsLine(1, 0, 1, 998)];
  const command = { ...saleOf('sale', lines), cashStepMinor: 5 };
  expect(openShop().decide((draft) => recordSale(draft, command, none))).toMatchObject({
    reason: 'tenders_do_not_cover',
    dueMinor: 1000,
    tenderedMinor: 998,
    cashRoundingMinor: 2,
  });
  const byCard = { ...saleOf('sale', lines, { tenders: [paid('card', 998)] }), cashStepMinor: 5 };
  expect(openShop().decide((draft) => recordSale(draft, byCard, none))).toBeUndefined();
});

test.each([
  ['rounded', 1000, 2, 0],
  ['did not round', 998, 0, 0],
  ['took a coin too little', 995, 0, -3],
])('a till that %s', (_, amount, cashRoundingMinor, differenceMinor) => {
  const books = openShop();
  const fact = saleOf('sale', [goodsLine(1, 0, 1, 998)], { fact: 1, tenders: [paid('cash', amount)] });
  expect(books.decide((draft) => recordSale(draft, { ...fact, cashStepMinor: 5 }, none))).toBeUndefined();
  const body = books.acts.find(({ type }) => type === 'SaleRecorded')?.body;
  expect(body?.['cashRoundingMinor'] ?? 0).toBe(cashRoundingMinor);
  expect(body?.['differenceMinor']).toBe(differenceMinor);
});

test('a return that was prepared before another one is prepared again', () => {
  const books = openShop();
  books.decide((draft) => recordSale(draft, sell([goodsLine(1, 0, 3, 999), goodsLine(2, 1, 1, 333)], 0, 5), none));
  const stale = returnOf(books, 1, { line: 1, quantity: 1 }, 5);
  expect(books.decide((draft) => returnGoods(draft, returnOf(books, 2, { line: 2, quantity: 1 }, 5)))).toBeUndefined();
  expect(books.decide((draft) => returnGoods(draft, stale))).toEqual({ reason: 'order_changed' });
});

test('a return that a till tells of goods that are back already changes how the next one is rounded', () => {
  const books = openShop();
  books.decide((draft) => recordSale(draft, sell([goodsLine(1, 0, 3, 999), goodsLine(2, 1, 1, 333)], 0, 5), none));
  const first = returnOf(books, 1, { line: 2, quantity: 1 }, 5);
  expect(books.decide((draft) => returnGoods(draft, first))).toBeUndefined();
  const stale = returnOf(books, 2, { line: 1, quantity: 1 }, 5);
  const again = { ...first, orderId: 'back3', fact: true, tenders: [paid('cash', 333)] };
  expect(books.decide((draft) => returnGoods(draft, again))).toBeUndefined();
  expect(books.get(ORDERS, 'back3')?.cashRoundingMinor).toBe(3);
  expect(books.decide((draft) => returnGoods(draft, stale))).toEqual({ reason: 'order_changed' });
});

test('what rounding adds goes on cash only, and takes off no more than there is', () => {
  const tenders = [
    { method: 'card' as const, amount: 500 },
    { method: 'cash' as const, amount: 2 },
  ];
  expect(addToCash(tenders, 3)).toEqual([tenders[0], { method: 'cash', amount: 5 }]);
  expect(addToCash(tenders, -2)).toEqual([tenders[0]]);
});

test('any sale in cash balances, is off by half a step at most, and comes back to what was paid however it is returned', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 5 }), gross: fc.integer({ min: 1, max: 9999 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom(1, 5, 10, 50, 100, 500),
      fc.integer({ min: 0, max: 100 }),
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 30 }),
      (goods, step, cardPercent, picks) => {
        const books = openShop();
        const lines = goods.map(({ quantity, gross }, n) => goodsLine(n + 1, n, quantity, gross));
        const card = Math.trunc((grossOf(lines) * cardPercent) / 100);
        const command = sell(lines, card, step === 1 ? undefined : step);
        expect(books.decide((draft) => recordSale(draft, command, none))).toBeUndefined();
        const cash = command.tenders.at(-1)?.amount ?? 0;
        expect(cash % step).toBe(0);
        expect(2 * Math.abs(openOf(books))).toBeLessThanOrEqual(step === 1 ? 0 : step);
        const open = lines.flatMap(({ line, quantity }) => Array.from({ length: quantity }, () => line));
        for (let at = 0; open.length > 0; at += 1) {
          const [line = 0] = open.splice((picks[at] ?? 0) % open.length, 1);
          const back = returnOf(books, at, { line, quantity: 1 }, step);
          expect(books.decide((draft) => returnGoods(draft, back))).toBeUndefined();
          expect(2 * Math.abs(openOf(books))).toBeLessThanOrEqual(step === 1 ? 0 : step);
          expect((books.get(PAYMENTS, 'pay-cash')?.refunded ?? 0) % step).toBe(0);
        }
        for (const { captured, refunded } of books.all(PAYMENTS).filter(({ orderId }) => orderId === 'sale'))
          expect(refunded).toBe(captured);
        expect(openOf(books)).toBe(0);
        expect(roundingAccount(books)).toBe(0);
        for (const { amounts } of books.all(JOURNAL)) expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(0);
      },
    ),
  );
});
