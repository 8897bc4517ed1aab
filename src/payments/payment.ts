import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';

/**
 * How somebody pays. `bank` is a transfer, `on_account` is paid later against an invoice, `marketplace` is paid to the marketplace, `voucher` is a paper
 * one. Of a gift card, store credit and points the payment's `providerRef` is the account that they are on.
 */
export type PaymentMethod =
  | 'cash'
  | 'card'
  | 'bank'
  | 'marketplace'
  | 'on_account'
  | 'voucher'
  | 'gift_card'
  | 'store_credit'
  | 'points';

/**
 * One payment of one order, whole minor units of its currency. `authorised` may be taken, `captured` was, `voided` will not be,
 * `refunded` was given back: `captured + voided ≤ authorised`, `refunded ≤ captured`. `feeMinor` is what the provider keeps.
 */
export type Payment = {
  readonly id: string;
  readonly orderId: string;
  readonly entityId: string;
  readonly method: PaymentMethod;
  readonly currency: string;
  readonly providerRef: string;
  readonly authorised: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
  readonly feeMinor: number;
  readonly version: number;
};

/** What a payment begins as. Money already taken (cash, a finished card payment) begins with `captured`. */
export type PaymentBegun = Pick<
  Payment,
  'orderId' | 'entityId' | 'method' | 'currency' | 'providerRef' | 'authorised' | 'captured' | 'feeMinor'
>;

/** A change of a payment, amounts positive. */
export type PaymentChange =
  | { readonly id: string; readonly begin: PaymentBegun }
  | { readonly id: string; readonly capture: number; readonly feeMinor: number }
  | { readonly id: string; readonly void: number }
  | { readonly id: string; readonly refund: number };

/** The book of payments. */
export const PAYMENTS: BookRules<Payment, PaymentChange> = {
  name: 'payment',
  keyOf: (change) => change.id,
  begins: (change) => 'begin' in change,
  evolve(payment, change) {
    if ('begin' in change) {
      assert(payment === undefined, 'a payment begins once', { id: change.id });
      return { id: change.id, ...change.begin, voided: 0, refunded: 0, version: 1 };
    }
    assert(payment !== undefined, 'no such payment', { id: change.id });
    const version = payment.version + 1;
    if ('capture' in change) {
      const captured = payment.captured + change.capture;
      assert(captured + payment.voided <= payment.authorised, 'captured more than was authorised', { id: change.id });
      return { ...payment, captured, feeMinor: payment.feeMinor + change.feeMinor, version };
    }
    if ('void' in change) {
      const voided = payment.voided + change.void;
      assert(payment.captured + voided <= payment.authorised, 'voided more than was open', { id: change.id });
      return { ...payment, voided, version };
    }
    const refunded = payment.refunded + change.refund;
    assert(refunded <= payment.captured, 'refunded more than was captured', { id: change.id });
    return { ...payment, refunded, version };
  },
};

/** What can still be captured. */
export function openToCapture(payment: Payment): number {
  return payment.authorised - payment.captured - payment.voided;
}

/** Whether the money of a method is taken by somebody else first, who must be told to capture, void or refund. */
export function hasProvider(method: PaymentMethod): boolean {
  return method === 'card';
}
