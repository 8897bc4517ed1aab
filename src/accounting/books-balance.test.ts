import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SERIES } from '../company/document-series.ts';
import { openTestBooks } from '../kernel/draft-testing.ts';
import { businessDay } from '../kernel/time.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { DOCUMENTS, ORDERS } from '../orders/order.ts';
import {
  goodsLine,
  goodsOfSku,
  grossOf,
  OCCASION,
  orderOf,
  otherLine,
  rateOf,
  rateOn,
  resolvedOf,
  saleOf,
  shipmentOf,
} from '../orders/order-testing.ts';
import { placeOrder } from '../orders/place-order.ts';
import { recordSale, type SaleLine } from '../orders/sale.ts';
import { shipOrder } from '../orders/ship-order.ts';
import { countStock } from '../stock/adjust.ts';
import { COST, type ValuationMethod } from '../stock/cost.ts';
import { receiveGoods } from '../stock/receive.ts';
import { STOCK } from '../stock/stock-level.ts';
import { bookExpense, closePeriod } from './book-expense.ts';
import { defaultCode } from './chart.ts';
import { JOURNAL, postAct, postingDayOf } from './journal.ts';

const none = { reservationIds: [] };

test.each([
  ['nothing', { amountMinor: 0 }, 'nothing_to_book'],
  ['from an account to itself', { debit: 'bank' as const }, 'same_account'],
  ['a fee', {}, undefined],
])('booking %s', (_, change, reason) => {
  const command = {
    ...OCCASION,
    expenseId: 'e',
    debit: 'bank_charges' as const,
    credit: 'bank' as const,
    currency: 'GBP',
    rate: [1, 1] as const,
    amountMinor: 500,
    note: '',
    ...change,
  };
  expect(openTestBooks(postAct).decide((draft) => bookExpense(draft, command))?.reason).toBe(reason);
});

test('closing what is closed, and what is not over', () => {
  const books = openTestBooks(postAct);
  const close = (through: string) =>
    books.decide((draft) => closePeriod(draft, { ...OCCASION, through: businessDay(through) }));
  expect(close('2026-12-30')).toEqual({ reason: 'period_not_over', through: '2026-12-30', today: '2026-12-30' });
  expect(close('2026-12-28')).toBeUndefined();
  expect(close('2026-12-27')).toEqual({ reason: 'already_closed', through: '2026-12-28' });
});

test('what happened in a closed period is posted on the first open day', () => {
  const period = { entityId: 'e', closedThrough: businessDay('2026-12-31'), version: 1 };
  expect(postingDayOf(period, businessDay('2026-12-30'))).toBe('2027-01-01');
  expect(postingDayOf(period, businessDay('2027-01-02'))).toBe('2027-01-02');
  expect(postingDayOf(undefined, businessDay('2026-12-30'))).toBe('2026-12-30');
});

const deed = fc.record({
  what: fc.constantFrom('sell', 'fact', 'place', 'marketplace', 'ship', 'cancel', 'receive', 'count', 'expense'),
  id: fc.integer({ min: 0, max: 6 }),
  n: fc.integer({ min: 0, max: 1 }),
  quantity: fc.integer({ min: 1, max: 6 }),
  gross: fc.integer({ min: 0, max: 9999 }),
  currency: fc.constantFrom('GBP', 'EUR', 'JPY'),
  given: fc.integer({ min: -300, max: 300 }),
  percent: fc.integer({ min: 80, max: 120 }),
});

test('no sequence of requests and facts unbalances the journal, leaves a gap in a series, or parts the ledger from the stock', () => {
  fc.assert(
    fc.property(
      fc.array(deed, { maxLength: 50 }),
      fc.constantFrom<ValuationMethod>('moving_average', 'fifo'),
      (deeds, method) => {
        const books = openTestBooks(postAct);
        const ordered = new Map<string, { lines: readonly SaleLine[]; currency: string }>();
        let counter = 0;
        deeds.forEach(({ what, id, n, quantity, gross, currency, given, percent }, at) => {
          const lines = [
            goodsLine(1, n, quantity, gross, method),
            otherLine(2, 'shipping', 99),
            otherLine(3, 'discount', -Math.min(50, gross)),
          ].filter((line) => line.grossMinor !== 0 || line.kind === 'goods');
          const orderId = `o${id}`;
          const known = ordered.get(orderId);
          const due = grossOf(lines);
          const asked = { orderId, ...known };
          books.decide((draft): object | undefined => {
            switch (what) {
              case 'receive':
                return receiveGoods(draft, {
                  ...OCCASION,
                  receiptId: 'r',
                  reason: 'receipt',
                  supplierRef: '',
                  lines: [{ line: 1, goods: goodsOfSku(n, quantity, method), valueMinor: gross }],
                });
              case 'count':
                return countStock(draft, {
                  ...OCCASION,
                  countId: 'c',
                  lines: [{ line: 1, goods: goodsOfSku(n, 0, method), counted: quantity - 1 }],
                });
              case 'sell':
                return recordSale(draft, saleOf(`s${at}`, lines, { currency }), none);
              case 'fact':
                // A till takes what it takes: more, less, or in two ways.
                return recordSale(
                  draft,
                  saleOf(`s${at}`, lines, {
                    fact: (counter += 1),
                    currency,
                    tenders: [
                      {
                        paymentId: `s${at}-1`,
                        method: 'card',
                        amount: due,
                        providerRef: '',
                        feeMinor: Math.min(due, 20),
                      },
                      ...(given === 0
                        ? []
                        : [
                            {
                              paymentId: `s${at}-2`,
                              method: 'cash' as const,
                              amount: given,
                              providerRef: '',
                              feeMinor: 0,
                            },
                          ]),
                    ],
                  }),
                  none,
                );
              case 'place':
              case 'marketplace':
                if (known !== undefined) return { reason: 'id taken' };
                ordered.set(orderId, { lines, currency });
                return placeOrder(
                  draft,
                  orderOf(orderId, lines, {
                    fact: what === 'marketplace',
                    currency,
                    prepaid: what === 'place' ? Math.min(due, Math.abs(given)) : 0,
                  }),
                  none,
                );
              case 'ship':
                return shipOrder(
                  draft,
                  {
                    ...shipmentOf(orderId, quantity > 3 ? undefined : [{ line: 1, quantity }]),
                    rate: rateOn(asked.currency ?? 'GBP', percent),
                  },
                  resolvedOf(orderId, asked.lines ?? []),
                );
              case 'cancel':
                return cancelOrder(
                  draft,
                  {
                    ...OCCASION,
                    orderId,
                    rate: rateOn(asked.currency ?? 'GBP', percent),
                    reason: '',
                    lines: quantity > 3 ? undefined : [{ line: 1, quantity }],
                  },
                  resolvedOf(orderId, asked.lines ?? []),
                );
              default:
                return bookExpense(draft, {
                  ...OCCASION,
                  expenseId: 'e',
                  debit: 'other_expense',
                  credit: 'bank',
                  currency,
                  rate: rateOf(currency),
                  amountMinor: gross,
                  note: '',
                });
            }
          });
        });
        const ledger = new Map<string, number>();
        for (const entry of books.all(JOURNAL)) {
          expect([sum(entry.amounts), sum(entry.entityAmounts)]).toEqual([0, 0]);
          entry.accounts.forEach((account, i) => {
            ledger.set(account, (ledger.get(account) ?? 0) + (entry.entityAmounts[i] as number));
            ledger.set(
              `${account} ${entry.currency}`,
              (ledger.get(`${account} ${entry.currency}`) ?? 0) + (entry.amounts[i] as number),
            );
          });
        }
        expect(ledger.get(defaultCode('inventory')) ?? 0).toBe(
          sum(books.all(COST).map((cost) => cost.valueMinor - cost.shortValueMinor)),
        );
        expect(0 - (ledger.get(defaultCode('customer_prepayment')) ?? 0)).toBe(
          sum(books.all(ORDERS).map((order) => order.prepaidBookedMinor)),
        );
        for (const currency of ['GBP', 'EUR', 'JPY']) {
          const of = <T extends { currency: string }>(list: readonly T[]): T[] =>
            list.filter((one) => one.currency === currency);
          expect(0 - (ledger.get(`${defaultCode('customer_prepayment')} ${currency}`) ?? 0)).toBe(
            sum(of(books.all(ORDERS)).map((order) => order.prepaidMinor)),
          );
          expect(0 - (ledger.get(`${defaultCode('output_tax')} ${currency}`) ?? 0)).toBe(
            sum(of(books.all(DOCUMENTS)).map((document) => document.taxMinor)),
          );
        }
        for (const series of books.all(SERIES)) {
          const numbers = series.key.includes('|order|')
            ? undefined
            : books
                .all(DOCUMENTS)
                .filter((document) => document.seriesId === series.id)
                .map((document) => document.number);
          if (numbers !== undefined)
            expect(numbers).toEqual(Array.from({ length: series.lastNumber }, (_, i) => i + 1));
        }
        const nets = new Map<string, number>();
        for (const { key, change } of books.changes(STOCK)) nets.set(key, (nets.get(key) ?? 0) + change.net);
        for (const level of books.all(STOCK)) expect(level.onHand - level.shortfall).toBe(nets.get(level.key));
      },
    ),
    { numRuns: 250 },
  );
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
