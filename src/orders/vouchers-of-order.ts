import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import {
  EARNED_VOUCHERS,
  issueVouchers,
  takeBackVouchers,
  type ToldVoucher,
  type VouchersTakenBack,
  type VoucherToIssue,
} from '../pricing/earned-voucher.ts';
import type { Order, OrderTerms } from './order.ts';

/** What an act that hands goods over brings for the vouchers that they may earn. Undefined: none was promised. */
export type VouchersOfOrder = { readonly vouchers?: readonly VoucherToIssue[] | undefined };

/** The vouchers that the order of a return had earned when it was read. Undefined: none was promised. */
export type VouchersOfReturn = { readonly voucherIds?: readonly string[] | undefined };

/** Issues what a sale earned: all of it is handed over. */
export function issueForSale(
  draft: Draft,
  command: VouchersOfOrder & {
    readonly orderId: string;
    readonly terms: OrderTerms;
    readonly occurredAt: number;
    readonly lines: readonly { readonly line: number; readonly quantity: number }[];
  },
): ToldVoucher[] {
  const { orderId, terms, lines, vouchers: toIssue, occurredAt: at } = command;
  const { customerId, currency, promotions } = terms;
  const kept = lines.map(({ line, quantity }) => ({ line, kept: quantity, quantity }));
  return issueVouchers(draft, { orderId, customerId, currency, promotions, lines: kept }, { toIssue, at, first: true });
}

/** Issues what an order has earned with all that has left by now. */
export function issueForShipment(
  draft: Draft,
  command: VouchersOfOrder & { readonly occurredAt: number },
  after: Order,
): ToldVoucher[] {
  const { vouchers: toIssue, occurredAt: at } = command;
  return issueVouchers(draft, earningOf(after, new Map()), { toIssue, at, first: false });
}

/**
 * Takes back what the goods that stay with the customer no longer earn; of the refund at most `refundMinor` is kept for vouchers that were used, and nothing by a fact,
 * whose customer has gone with the money. Refuses `order_changed` when a voucher came since the order was read.
 */
export function takeBackForReturn(
  draft: Draft,
  command: VouchersOfReturn & {
    readonly fact: boolean;
    readonly lines: readonly { readonly original: number | null; readonly quantity: number }[];
  },
  original: Order | undefined,
  refundMinor: number,
): Decision<VouchersTakenBack> {
  const { voucherIds } = command;
  if (original === undefined || voucherIds === undefined) return accept({ voidedMinor: 0, withheldMinor: 0 });
  const issued = draft.get(EARNED_VOUCHERS, original.id)?.vouchers ?? [];
  if (issued.some(({ id }) => !voucherIds.includes(id))) return reject({ reason: 'order_changed' });
  const back = new Map<number, number>();
  for (const { original: sold, quantity } of command.lines)
    if (sold !== null) back.set(sold, (back.get(sold) ?? 0) + quantity);
  return accept(takeBackVouchers(draft, earningOf(original, back), command.fact ? 0 : Math.max(0, refundMinor)));
}

/** An order with what its customer has of it, less what comes back now. */
function earningOf(order: Order, back: ReadonlyMap<number, number>): Parameters<typeof issueVouchers>[1] {
  const { id: orderId, customerId, currency, promotions } = order;
  const lines = order.lines.map(({ line, shipped, returned, quantity }) => ({
    line,
    kept: Math.max(0, shipped - returned - (back.get(line) ?? 0)),
    quantity,
  }));
  return { orderId, customerId, currency, promotions, lines };
}

/** What the act of a hand-over tells of vouchers. Nothing where there are none, so that other events stay as they are. */
export function vouchersBody(vouchers: readonly ToldVoucher[]): Readonly<Record<string, unknown>> {
  return vouchers.length === 0 ? {} : { vouchers };
}

/** What a return tells of them, and accounting posts. */
export function vouchersBackBody({ voidedMinor, withheldMinor }: VouchersTakenBack): Readonly<Record<string, unknown>> {
  return voidedMinor + withheldMinor === 0
    ? {}
    : { vouchersVoidedMinor: voidedMinor, vouchersWithheldMinor: withheldMinor };
}
