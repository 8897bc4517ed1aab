import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestBooks } from '../kernel/draft-testing.ts';
import type { BusinessDay } from '../kernel/time.ts';
import { shareWithSuppliers, SUPPLIER_SHARES } from '../pricing/supplier-share.ts';
import { negativeOf, shareOfLine } from './line-share.ts';

const of = { entityId: 'e', businessDay: '2026-11-22' as BusinessDay, currency: 'EUR' };

function add(books: ReturnType<typeof openTestBooks>, lines: Parameters<typeof shareWithSuppliers>[2]): void {
  books.decide((draft) => {
    shareWithSuppliers(draft, of, lines);
    draft.act({ type: 'Moved', version: 1, topic: 'order', occurredAt: 0, businessDay: of.businessDay, body: {} });
  });
}

function sums(books: ReturnType<typeof openTestBooks>): { pieces: number; discount: number; supplier: number } {
  const all = books.changes(SUPPLIER_SHARES).map((one) => one.change);
  const sum = (what: (one: (typeof all)[number]) => number): number => all.reduce((total, one) => total + what(one), 0);
  return {
    pieces: sum((one) => one.pieces),
    discount: sum((one) => one.discountMinor),
    supplier: sum((one) => one.supplierMinor),
  };
}

describe('what suppliers pay', () => {
  it('is what stands on the lines, of those alone that a supplier pays for', () => {
    const books = openTestBooks();
    const paid = { promotionId: 'p', amountMinor: 300, supplierMinor: 150 };
    add(books, [
      { quantity: 3, discounts: [paid, { promotionId: 'q', amountMinor: 100 }] },
      { quantity: 2, discounts: [{ promotionId: 'p', amountMinor: 200, supplierMinor: 100 }] },
      { quantity: 9 },
    ]);
    expect(books.changes(SUPPLIER_SHARES).map(({ change }) => change)).toEqual([
      { eventNumber: 1, ...of, promotionId: 'p', pieces: 5, discountMinor: 500, supplierMinor: 250 },
    ]);
  });

  it('is the whole line however it leaves, and nothing when all of it came back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9_999 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 30, maxLength: 30 }),
        (quantity, amountMinor, ppm, steps) => {
          const supplierMinor = Math.round((amountMinor * ppm) / 1_000_000);
          const discounts = [{ promotionId: 'p', amountMinor, supplierMinor }];
          const line = { quantity, netMinor: 10_000, taxMinor: 2_000, discounts };
          const books = openTestBooks();
          const cut = (give: (from: number, to: number) => void): void => {
            for (let from = 0, at = 0; from < quantity; at += 1) {
              const to = Math.min(quantity, from + (steps[at] as number));
              give(from, to);
              from = to;
            }
          };
          cut((from, to) => add(books, [{ quantity: to - from, ...shareOfLine(line, from, to) }]));
          expect(sums(books)).toEqual({ pieces: quantity, discount: amountMinor, supplier: supplierMinor });
          steps.reverse();
          cut((from, to) => add(books, [{ quantity: from - to, ...negativeOf(shareOfLine(line, from, to)) }]));
          expect(sums(books)).toEqual({ pieces: 0, discount: 0, supplier: 0 });
        },
      ),
    );
  });
});
