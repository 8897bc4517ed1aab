import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { OrderChange } from '../../src/orders/order.ts';
import type { PromotionUse, UsedPromotion } from '../../src/pricing/promotion-use.ts';
import type { AuditDesk } from './own-share.ts';
import type { VoucherCounts } from './voucher-auditor.ts';

type Act = BatchWrites['acts'][number];

/** A count as the orders themselves make it. `most` and `budget` are the limits that were ever allowed. */
type OwnCount = { uses: number; spent: number; most: number; budget: number };

/** Counts what orders use of promotions, by itself: from the orders, never from the counters it audits. */
export type PromotionAuditor = VoucherCounts & {
  /** `follow` is told of each change of an order, once what it uses is counted. */
  see(writes: BatchWrites, acts: ReadonlyMap<number, Act>, follow: (change: OrderChange, act: Act) => void): void;
  close(memory: Memory): void;
};

/** Opens its books. */
export function createPromotionAuditor({ found, look }: AuditDesk): PromotionAuditor {
  const counts = new Map<string, OwnCount>();
  const usedBy = new Map<string, { readonly used: readonly UsedPromotion[]; open: number }>();

  /** What a use is counted by, and how often and how much that may be. */
  function countsOf(one: UsedPromotion): { key: string; limit: number; budget: number }[] {
    const { promotionId, customerId, limits, coupon, offerId } = one;
    const rows = [{ key: promotionId, limit: limits.uses ?? Infinity, budget: limits.budgetMinor ?? Infinity }];
    if (limits.perCustomer !== undefined && customerId !== undefined)
      rows.push({ key: `${promotionId}|${customerId}`, limit: limits.perCustomer, budget: Infinity });
    if (coupon !== undefined) rows.push({ key: `coupon|${coupon.hash}`, limit: coupon.uses, budget: Infinity });
    if (offerId !== undefined) rows.push({ key: `offer|${offerId}`, limit: 1, budget: Infinity });
    return rows;
  }

  function use(used: readonly UsedPromotion[], act: Act, after: readonly Act[]): void {
    const fact = act.type === 'MarketplaceOrderRecorded' || (act.type === 'SaleRecorded' && act.body.fact !== null);
    let beyond = false;
    for (const one of used) {
      for (const { key, limit, budget } of countsOf(one)) {
        const count = counts.get(key) ?? { uses: 0, spent: 0, most: 0, budget: 0 };
        counts.set(key, count);
        count.uses += 1;
        count.spent += one.amountMinor;
        count.most = Math.max(count.most, limit);
        count.budget = Math.max(count.budget, budget);
        look('uses of promotions');
        if (limit !== Infinity) look('limited uses');
        if (count.uses <= limit && count.spent <= budget) continue;
        beyond = true;
        if (!fact)
          found('promotions are not overused', 'a request used a promotion beyond its limit', {
            type: act.type,
            number: act.number,
            key,
            count,
          });
      }
    }
    if (!beyond || !fact) return;
    look('overuses by facts');
    const told = after.some(
      ({ type, number, subjectId }) =>
        type === 'PromotionOverused' && number > act.number && subjectId === act.subjectId,
    );
    if (!told)
      found('overuses are told', 'a fact used a promotion beyond its limit and no event says so', {
        number: act.number,
      });
  }

  function giveBack(used: readonly UsedPromotion[]): void {
    for (const one of used) {
      look('uses given back');
      for (const { key } of countsOf(one)) {
        const count = counts.get(key) as OwnCount;
        count.uses -= 1;
        count.spent -= one.amountMinor;
      }
    }
  }

  function seeUses(one: OrderChange, act: Act | undefined, after: readonly Act[]): void {
    if ('create' in one) {
      const { promotions: used = [], kind, lines } = one.create;
      if (used.length === 0 || kind === 'return' || act === undefined) return;
      // Of a sale at a counter nothing is left to cancel.
      const open = kind === 'till_sale' ? Infinity : lines.reduce((sum, line) => sum + line.quantity, 0);
      usedBy.set(one.id, { used, open });
      use(used, act, after);
      return;
    }
    const order = usedBy.get(one.id);
    if (order === undefined) return;
    // An order of which anything left has used its promotions for good.
    if ((one.ship ?? []).length > 0) order.open = Infinity;
    for (const { quantity } of one.cancel ?? []) {
      order.open -= quantity;
      if (order.open === 0) giveBack(order.used);
    }
  }

  return {
    isUsed: (voucherId) => (counts.get(voucherId)?.uses ?? 0) > 0,
    makeVoid(voucherId, minor, worth) {
      const count = counts.get(voucherId) ?? { uses: 0, spent: 0, most: 1, budget: worth };
      counts.set(voucherId, { ...count, spent: count.spent + minor });
    },
    see(writes, acts, follow) {
      for (const { change, number } of writes.changes.get('order') ?? []) {
        const one = change as OrderChange;
        const act = acts.get(number);
        seeUses(one, act, writes.acts);
        if (act !== undefined) follow(one, act);
      }
    },
    close(memory) {
      const stored = (memory.books.get('promotion_use') ?? new Map()) as Map<string, PromotionUse>;
      if (stored.size !== counts.size)
        found('promotion uses', 'there are counts that no order explains', { stored: stored.size, own: counts.size });
      for (const [key, own] of counts) {
        look('promotion uses');
        const use = stored.get(key);
        const right =
          use !== undefined &&
          use.uses + use.overuses === own.uses &&
          use.spentMinor + use.overspentMinor === own.spent &&
          use.uses >= 0 &&
          use.overuses >= 0 &&
          use.spentMinor >= 0 &&
          use.overspentMinor >= 0;
        if (!right) found('promotion uses', 'a count is not what orders used', { key, own, use });
        if (use !== undefined && (use.uses > own.most || use.spentMinor > own.budget))
          found('promotion uses', 'more was used or spent than is allowed', { key, own, use });
        if (use !== undefined && own.most === use.uses) look('promotions used up');
      }
    },
  };
}
