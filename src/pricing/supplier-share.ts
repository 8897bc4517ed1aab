import type { BookRules, Draft } from '../kernel/draft.ts';
import type { BusinessDay } from '../kernel/time.ts';
import type { LineDiscount } from './promotion/promotion-basket.ts';

/**
 * What an act adds to what a supplier pays of a promotion: base units of the lines, what was taken off them and the supplier's part of it, in minor units of
 * `currency`. What comes back is negative.
 */
export type SupplierShare = {
  readonly eventNumber: number;
  readonly entityId: string;
  readonly businessDay: BusinessDay;
  readonly promotionId: string;
  readonly currency: string;
  readonly pieces: number;
  readonly discountMinor: number;
  readonly supplierMinor: number;
};

/** The book of what suppliers pay. It is only added to; its table sums by day. */
export const SUPPLIER_SHARES: BookRules<SupplierShare, SupplierShare> = {
  name: 'supplier_share',
  keyOf: (change) => `${change.eventNumber}|${change.promotionId}`,
  begins: () => true,
  evolve: (_, change) => change,
};

/** A line, or the part of one, that is handed over; of a return with negative amounts and quantity. */
type SharedLine = { readonly quantity: number; readonly discounts?: readonly LineDiscount[] | undefined };

/**
 * Adds what suppliers pay of lines that are handed over or come back to the books, in the commit of the act: what was stored with the lines, so that the
 * report and the lines can never differ. Of lines that no supplier pays for nothing is written.
 */
export function shareWithSuppliers(
  draft: Draft,
  of: { readonly entityId: string; readonly businessDay: BusinessDay; readonly currency: string },
  lines: readonly SharedLine[],
): void {
  const sums = new Map<string, { pieces: number; discountMinor: number; supplierMinor: number }>();
  for (const { quantity, discounts } of lines) {
    for (const { promotionId, amountMinor, supplierMinor } of discounts ?? []) {
      if (supplierMinor === undefined) continue;
      let sum = sums.get(promotionId);
      if (sum === undefined) sums.set(promotionId, (sum = { pieces: 0, discountMinor: 0, supplierMinor: 0 }));
      sum.pieces += quantity;
      sum.discountMinor += amountMinor;
      sum.supplierMinor += supplierMinor;
    }
  }
  const { entityId, businessDay, currency } = of;
  const eventNumber = draft.nextNumber();
  for (const [promotionId, sum] of sums)
    draft.change(SUPPLIER_SHARES, { eventNumber, entityId, businessDay, promotionId, currency, ...sum });
}
