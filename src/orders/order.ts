import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import type { BusinessDay, InstantMs } from '../kernel/time.ts';
import type { UsedPromotion } from '../pricing/promotion-use.ts';
import type { LineDiscount } from '../pricing/promotion/promotion-basket.ts';
import type { LineTax } from '../pricing/tax/tax-basket.ts';

/** What a line sells. Only goods move stock; each kind has its own revenue account. A voucher is a liability, not revenue. */
export type LineKind = 'goods' | 'service' | 'shipping' | 'discount' | 'voucher' | 'adjustment';

/** Where an order came from and what it is. A return is an order with negative lines, so that sums need no exceptions. */
export type OrderKind = 'order' | 'till_sale' | 'marketplace_order' | 'return';

/** Where an order stands. */
export type OrderStatus = 'placed' | 'part_shipped' | 'completed' | 'cancelled';

/**
 * What was asked for and at what price: the price and tax as they were, rounded once, stored and charged.
 * Amounts in minor units of the order's currency; quantities in base units; `unitAmount / 10^unitScale` per `unitPer` base units.
 * Net, tax and gross are what is left after the discounts. Taxes are listed where there is more to say than one VAT rate (`taxPpm`).
 */
export type PricedLine = {
  readonly line: number;
  readonly kind: LineKind;
  readonly skuId: string;
  readonly description: string;
  readonly quantity: number;
  readonly unitAmount: number;
  readonly unitScale: number;
  readonly unitPer: number;
  readonly taxPpm: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  readonly fulfillingLocationId: string;
  readonly associateId?: string | undefined;
  readonly discounts?: readonly LineDiscount[] | undefined;
  readonly taxes?: readonly LineTax[] | undefined;
};

/** A line with what became of it. */
export type OrderLine = PricedLine & {
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly costMinor: number;
};

/** What all lines of an order share. `rate` turns its currency into the entity's: numerator and denominator between major units. */
export type OrderTerms = {
  readonly kind: OrderKind;
  readonly entityId: string;
  readonly channelId: string;
  readonly sellingLocationId: string;
  readonly customerId?: string | undefined;
  readonly customerCardId?: string | undefined;
  readonly registerId?: string | undefined;
  readonly associateId?: string | undefined;
  readonly originalOrderId?: string | undefined;
  readonly externalRef: string;
  readonly currency: string;
  readonly taxInclusive: boolean;
  /** Where a line's plain value added tax is owed. Orders of a version before do not say. */
  readonly taxJurisdiction?: string | undefined;
  /** The promotions that it uses; given back when all of it is cancelled. */
  readonly promotions?: readonly UsedPromotion[] | undefined;
  readonly placedAt: InstantMs;
  readonly businessDay: BusinessDay;
};

/** An order as the book holds it. */
export type Order = OrderTerms & {
  readonly id: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
  /** Money taken before the hand-over and not yet used or given back: a liability. */
  readonly prepaidMinor: number;
  /** What that money stands at in the books: minor units of the entity's currency, at the rate of the day it was taken (IFRIC 22). */
  readonly prepaidBookedMinor: number;
  /** What rounding added to (or, negative, took off) what was paid in cash; of a return negative where more was given back. Undefined is nought. */
  readonly cashRoundingMinor?: number | undefined;
  readonly eventNumber: number;
  readonly lines: readonly OrderLine[];
  readonly version: number;
};

/** Quantities of lines that leave, are cancelled or come back. */
export type LineQuantity = { readonly line: number; readonly quantity: number; readonly costMinor?: number };

/** A part of a prepayment that is used or given back, in the order's currency, and what that part stood at in the books. */
export type PrepaymentPart = { readonly minor: number; readonly bookedMinor: number };

/** A change of an order. `released` is the part of the prepayment that leaves. */
export type OrderChange =
  | { readonly id: string; readonly create: Omit<Order, 'id' | 'version' | 'eventNumber'> }
  | {
      readonly id: string;
      readonly ship?: readonly LineQuantity[];
      readonly cancel?: readonly LineQuantity[];
      readonly returned?: readonly LineQuantity[];
      readonly released?: PrepaymentPart;
    };

/** The book of orders. */
export const ORDERS: BookRules<Order, OrderChange> = {
  name: 'order',
  keyOf: (change) => change.id,
  begins: (change) => 'create' in change,
  evolve(order, change, stamp) {
    if ('create' in change) {
      assert(order === undefined, 'an order is placed once', { id: change.id });
      return { id: change.id, ...change.create, eventNumber: stamp.number, version: 1 };
    }
    assert(order !== undefined, 'no such order', { id: change.id });
    const lines = order.lines.map((line) => {
      const shipped = change.ship?.find((part) => part.line === line.line);
      const cancelled = change.cancel?.find((part) => part.line === line.line);
      const returned = change.returned?.find((part) => part.line === line.line);
      if (shipped === undefined && cancelled === undefined && returned === undefined) return line;
      const next = {
        ...line,
        shipped: line.shipped + (shipped?.quantity ?? 0),
        cancelled: line.cancelled + (cancelled?.quantity ?? 0),
        returned: line.returned + (returned?.quantity ?? 0),
        costMinor: line.costMinor + (shipped?.costMinor ?? 0),
      };
      assert(
        next.shipped + next.cancelled <= next.quantity && next.returned <= next.shipped,
        'more left the order than it held',
        { id: change.id, line: line.line },
      );
      return next;
    });
    const prepaidMinor = order.prepaidMinor - (change.released?.minor ?? 0);
    const prepaidBookedMinor = order.prepaidBookedMinor - (change.released?.bookedMinor ?? 0);
    assert(
      prepaidMinor >= 0 && prepaidBookedMinor >= 0 && (prepaidMinor > 0 || prepaidBookedMinor === 0),
      'more of a prepayment was used than was taken',
      { id: change.id },
    );
    const status = statusOf(order.status, lines);
    return { ...order, lines, prepaidMinor, prepaidBookedMinor, status, version: order.version + 1 };
  },
};

function statusOf(before: OrderStatus, lines: readonly OrderLine[]): OrderStatus {
  if (before === 'completed' || before === 'cancelled') return before;
  const shipped = lines.some((line) => line.shipped > 0);
  if (lines.some((line) => remaining(line) > 0)) return shipped ? 'part_shipped' : 'placed';
  return shipped ? 'completed' : 'cancelled';
}

/** Base units of a line that are neither shipped nor cancelled. */
export function remaining(line: OrderLine): number {
  return line.quantity - line.shipped - line.cancelled;
}

/**
 * So much of an order's prepayment with its share of what is still booked. The share is of what is left, so that any way of using it up
 * sums to what was booked, and the last part takes the remainder.
 */
export function partOfPrepayment(
  order: Pick<Order, 'prepaidMinor' | 'prepaidBookedMinor'>,
  minor: number,
): PrepaymentPart {
  return { minor, bookedMinor: minor === 0 ? 0 : mulDiv(order.prepaidBookedMinor, minor, order.prepaidMinor) };
}

/** The same quantities with every line named once, in the order of their first mention: a line asked for twice is asked for its sum. */
export function mergeByLine(
  parts: readonly { readonly line: number; readonly quantity: number }[],
): { line: number; quantity: number }[] {
  const sums = new Map<number, number>();
  for (const { line, quantity } of parts) sums.set(line, (sums.get(line) ?? 0) + quantity);
  return [...sums].map(([line, quantity]) => ({ line, quantity }));
}

/** Sums of lines. */
export function sumLines(lines: readonly Pick<PricedLine, 'netMinor' | 'taxMinor' | 'grossMinor'>[]): {
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
} {
  let netMinor = 0;
  let taxMinor = 0;
  for (const line of lines) {
    netMinor += line.netMinor;
    taxMinor += line.taxMinor;
  }
  return { netMinor, taxMinor, grossMinor: netMinor + taxMinor };
}

/** Net amounts by kind of line, for the revenue accounts. */
export function netByKind(lines: readonly Pick<PricedLine, 'kind' | 'netMinor'>[]): Partial<Record<LineKind, number>> {
  const sums: Partial<Record<LineKind, number>> = {};
  for (const line of lines) sums[line.kind] = (sums[line.kind] ?? 0) + line.netMinor;
  return sums;
}

/** A document that was issued, for the register of documents: written once, never changed. */
export type IssuedDocument = {
  readonly seriesId: string;
  readonly number: number;
  readonly kind: 'receipt' | 'invoice' | 'credit_note';
  readonly label: string;
  readonly orderId: string;
  readonly entityId: string;
  readonly channelId: string;
  readonly locationId: string;
  readonly issuedAt: InstantMs;
  readonly businessDay: BusinessDay;
  readonly currency: string;
  readonly units: number;
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly grossMinor: number;
};

/** The register of issued documents. It is only added to. */
export const DOCUMENTS: BookRules<IssuedDocument, IssuedDocument> = {
  name: 'document',
  keyOf: (change) => `${change.seriesId}|${change.number}`,
  begins: () => true,
  evolve: (_, change) => change,
};
