import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { Order, OrderChange } from '../../src/orders/order.ts';
import type { EarnedVoucherChange, EarnedVouchers, VoucherTerms } from '../../src/pricing/earned-voucher.ts';
import { ownShare, type AuditDesk } from './own-share.ts';

type Act = BatchWrites['acts'][number];
type OwnVoucher = { readonly id: string; readonly promotionId: string; readonly amount: number; takenBack: number };
type OwnLine = { readonly quantity: number; readonly list: number; shipped: number; returned: number };
type Promising = {
  readonly promised: readonly { readonly promotionId: string; readonly terms: VoucherTerms }[];
  readonly lines: Map<number, OwnLine>;
  readonly vouchers: OwnVoucher[];
};

/** Of the counts of promotions: whether a voucher was used, and what of it is void. */
export type VoucherCounts = {
  isUsed(voucherId: string): boolean;
  makeVoid(voucherId: string, minor: number, worth: number): void;
};

/** Works out by itself which vouchers orders earn, and what of them goes when goods come back. */
export type VoucherAuditor = {
  /** The vouchers that a commit issued; before its orders are followed. */
  see(writes: BatchWrites): void;
  /** One change of an order, in the order of their acts. */
  follow(change: OrderChange, act: Act): void;
  close(memory: Memory): void;
};

const AS_SOLD = 'as sold';

/** Opens its books. */
export function createVoucherAuditor({ found, look }: AuditDesk, counts: VoucherCounts): VoucherAuditor {
  const orders = new Map<string, Promising>();
  /** What the book was told to issue, by act, order and promotion, and no act of a hand-over explains yet. */
  const issues = new Map<string, { id: string; amount: number }[]>();

  /** What lines come to, each at its own list price, as far as the customer has them. */
  function worthOf(counted: readonly (readonly [number, number, number])[], lines: Promising['lines']): number {
    return counted.reduce((sum, [number]) => {
      const line = lines.get(number);
      return line === undefined ? sum : sum + ownShare(line.list, line.shipped - line.returned, line.quantity);
    }, 0);
  }

  function earned({ minor, forEachMinor, minimum, spent }: VoucherTerms, lines: Promising['lines']): number {
    if (minimum?.amountMinor !== undefined && worthOf(minimum.of, lines) < minimum.amountMinor) return 0;
    const worth = worthOf(spent, lines);
    if (worth <= 0) return 0;
    return forEachMinor === undefined ? minor : minor * Math.trunc(worth / forEachMinor);
  }

  const open = (order: Promising, promotionId: string): number =>
    order.vouchers.reduce((sum, one) => (one.promotionId === promotionId ? sum + one.amount - one.takenBack : sum), 0);

  function begin(id: string, order: Order): void {
    const promised = (order.promotions ?? []).flatMap(({ promotionId, voucher: terms }) =>
      terms === undefined ? [] : [{ promotionId, terms }],
    );
    if (promised.length === 0 || order.kind === 'return') return;
    const lines = new Map(
      order.lines.map(({ line, quantity, unitAmount, unitScale, unitPer, shipped }): [number, OwnLine] => [
        line,
        { quantity, list: ownShare(unitAmount, quantity, 10 ** unitScale * unitPer), shipped, returned: 0 },
      ]),
    );
    orders.set(id, { promised, lines, vouchers: [] });
  }

  /** What has left earns its vouchers in this commit, and no more. */
  function seeHandOver(id: string, order: Promising, act: Act): void {
    const told = (act.body.vouchers ?? []) as readonly (readonly [string, string, number, number, string])[];
    let times = 0;
    for (const { promotionId, terms } of order.promised) {
      const due = earned(terms, order.lines) - open(order, promotionId);
      const key = `${act.number}|${id}|${promotionId}`;
      const [issue, ...more] = issues.get(key) ?? [];
      issues.delete(key);
      const said = told.find((one) => one[1] === promotionId);
      if (due <= 0 ? issue !== undefined : issue?.amount !== due || more.length > 0)
        found('vouchers', 'a hand-over did not issue exactly the voucher that it earned', { id, due, issue, more });
      if (said?.[0] !== issue?.id || said?.[2] !== issue?.amount)
        found('vouchers', 'an act tells another voucher than was issued', { id, told, issue });
      if (issue === undefined) continue;
      times += 1;
      look('vouchers issued');
      if (order.vouchers.length > 0) look('vouchers issued in steps');
      order.vouchers.push({ id: issue.id, promotionId, amount: issue.amount, takenBack: 0 });
    }
    if (told.length !== times) found('vouchers', 'an act tells of vouchers that were not issued', { id, told });
  }

  /** What the goods that stay no longer earn is void, or, where it was used, kept from the refund. */
  function seeReturn(id: string, order: Promising, { body }: Act): void {
    const refunds = (body.refunds ?? {}) as Record<string, number>;
    const {
      grossMinor,
      withheldMinor = 0,
      vouchersVoidedMinor = 0,
      vouchersWithheldMinor = 0,
    } = body as {
      grossMinor: number;
      withheldMinor?: number;
      vouchersVoidedMinor?: number;
      vouchersWithheldMinor?: number;
    };
    const isAsked = body.reason === AS_SOLD;
    // Of what a counter told afterwards nothing is kept: its customer has gone with the money.
    const most = isAsked ? Math.max(0, grossMinor - (refunds['points'] ?? 0) - withheldMinor) : vouchersWithheldMinor;
    let [voided, kept] = [0, 0];
    for (const { promotionId, terms } of order.promised) {
      let tooMuch = open(order, promotionId) - earned(terms, order.lines);
      for (const voucher of order.vouchers.toReversed()) {
        if (voucher.promotionId !== promotionId || tooMuch <= 0) continue;
        const isUsed = counts.isUsed(voucher.id);
        const left = voucher.amount - voucher.takenBack;
        const part = Math.min(tooMuch, left, isUsed ? most - kept : left);
        if (part <= 0) continue;
        voucher.takenBack += part;
        tooMuch -= part;
        if (isUsed) kept += part;
        else {
          voided += part;
          counts.makeVoid(voucher.id, part, voucher.amount);
        }
      }
    }
    if (voided > 0) look('vouchers void');
    if (kept > 0) look('vouchers kept from refunds');
    if (voided !== vouchersVoidedMinor || kept !== vouchersWithheldMinor)
      found('vouchers that came back', 'a return did not take back exactly what is earned no longer', {
        id,
        own: { voided, kept },
        told: { vouchersVoidedMinor, vouchersWithheldMinor },
      });
  }

  return {
    see(writes) {
      for (const { change, number } of writes.changes.get('earned_voucher') ?? []) {
        const one = change as EarnedVoucherChange;
        if (!('issue' in one)) continue;
        const key = `${number}|${one.orderId}|${one.issue.promotionId}`;
        issues.set(key, [...(issues.get(key) ?? []), { id: one.issue.id, amount: one.issue.amountMinor }]);
      }
    },
    follow(change, act) {
      if ('create' in change) begin(change.id, change.create as Order);
      const order = orders.get(change.id);
      if (order === undefined) return;
      if ('create' in change) {
        // Tills without a network have no vouchers to issue; an order earns when it leaves.
        if (change.create.kind === 'till_sale' && act.body.fact === null) seeHandOver(change.id, order, act);
        return;
      }
      for (const { line, quantity } of change.ship ?? []) (order.lines.get(line) as OwnLine).shipped += quantity;
      for (const { line, quantity } of change.returned ?? []) (order.lines.get(line) as OwnLine).returned += quantity;
      if (change.ship !== undefined) seeHandOver(change.id, order, act);
      if (change.returned !== undefined) seeReturn(change.id, order, act);
    },
    close(memory) {
      for (const [key, rest] of issues) found('vouchers', 'a voucher was issued without a hand-over', { key, rest });
      const stored = (memory.books.get('earned_voucher') ?? new Map()) as Map<string, EarnedVouchers>;
      const bare = (list: readonly (readonly [string, number, number])[]): string => JSON.stringify(list);
      for (const [id, { vouchers }] of orders) {
        look('voucher books');
        const own = bare(vouchers.map(({ id: one, amount, takenBack }) => [one, amount, takenBack]));
        const book = stored.get(id)?.vouchers ?? [];
        if (own !== bare(book.map(({ id: one, amountMinor, takenBackMinor }) => [one, amountMinor, takenBackMinor])))
          found('vouchers', 'the vouchers of an order are not what it earned', { id, own, book });
      }
      for (const id of stored.keys())
        if (!orders.has(id)) found('vouchers', 'an order has vouchers that it was not promised', { id });
    },
  };
}
