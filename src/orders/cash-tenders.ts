import { roundCash } from '../pricing/tax/cash-rounding.ts';
import type { Tender } from './sale.ts';

type Paid = Pick<Tender, 'method' | 'amount'>;

/** How cash is rounded in a return: the smallest sum that cash pays where it is made, and what the original and what came back of it were rounded by so far. */
export type ReturnedCash = {
  readonly stepMinor: number;
  readonly openMinor: number;
  /** The version of the original of which `openMinor` was read. */
  readonly originalVersion?: number | undefined;
};

/**
 * What rounding adds to (or, negative, takes off) a sale, minor units. Only what cash pays is rounded: what other tenders leave of the total. Nought where
 * nothing is paid in cash, and without a step.
 */
export function cashRoundingOf(tenders: readonly Paid[], grossMinor: number, stepMinor: number | undefined): number {
  const cashMinor = stepMinor === undefined ? undefined : leftForCash(tenders, grossMinor);
  return stepMinor === undefined || cashMinor === undefined ? 0 : roundCash(cashMinor, stepMinor).adjustmentMinor;
}

/**
 * What rounding adds to what is given back. A return goes on where its sale and the returns before it stopped: what stays in the till is what the goods that stay
 * cost, rounded. So all returns together give back the cash that was paid, whatever the parts, and are never more than half a step off on the way.
 */
export function refundRoundingOf(tenders: readonly Paid[], dueMinor: number, cash: ReturnedCash | undefined): number {
  const cashMinor = cash === undefined ? undefined : leftForCash(tenders, dueMinor);
  if (cash === undefined || cashMinor === undefined) return 0;
  return roundCash(cashMinor + cash.openMinor, cash.stepMinor).payableMinor - cashMinor;
}

/** Puts an amount more (or, negative, less) on the tenders that give cash back, from the last one up; one that comes to nothing is left out. */
export function addToCash<T extends Paid>(tenders: readonly T[], moreMinor: number): T[] {
  let open = moreMinor;
  return tenders
    .toReversed()
    .map((tender) => {
      if (tender.method !== 'cash' || open === 0) return tender;
      const more = Math.max(open, 0 - tender.amount);
      open -= more;
      return { ...tender, amount: tender.amount + more };
    })
    .filter((tender) => tender.amount !== 0)
    .toReversed();
}

/** What other tenders leave to cash; undefined where there is no cash. */
function leftForCash(tenders: readonly Paid[], dueMinor: number): number | undefined {
  let left = dueMinor;
  let isThere = false;
  for (const { method, amount } of tenders) {
    if (method === 'cash') isThere = true;
    else left -= amount;
  }
  return isThere ? left : undefined;
}
