import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { OrderChange } from '../../src/orders/order.ts';
import type { PromotionUse, UsedPromotion } from '../../src/pricing/promotion-use.ts';
import type { PromotionLimits } from '../../src/pricing/promotion/promotion.ts';
import type { AuditDesk } from './own-share.ts';
import type { VoucherCounts } from './voucher-auditor.ts';

type Act = BatchWrites['acts'][number];

/** A count as the orders themselves make it; what facts took beyond the limit of their time among it. `most` and `budget` are the limits that were ever allowed. */
type OwnCount = { uses: number; spent: number; over: number; overspent: number; most: number; budget: number };

const NONE: OwnCount = { uses: 0, spent: 0, over: 0, overspent: 0, most: 0, budget: 0 };

/** Counts what orders use of promotions, by itself: from the orders, never from the counters it audits. */
export type PromotionAuditor = VoucherCounts & {
  /** `follow` is told of each change of an order, once what it uses is counted. */
  see(writes: BatchWrites, acts: ReadonlyMap<number, Act>, follow: (change: OrderChange, act: Act) => void): void;
  close(memory: Memory): void;
};

/** The limits of a promotion that were in force at some moment of a span. */
export type LimitsInForce = (promotionId: string, from: number, until: number) => readonly PromotionLimits[];

/** A basket may be priced by limits that were changed so short a time before. */
const MAY_BE_OLD_MS = 600_000;

/** Opens its books. */
export function createPromotionAuditor({ found, look }: AuditDesk, inForce: LimitsInForce): PromotionAuditor {
  const counts = new Map<string, OwnCount>();
  const usedBy = new Map<string, { readonly used: readonly UsedPromotion[]; open: number }>();

  /** What a use is counted by, and how often and how much that may be. */
  function countsOf(one: UsedPromotion, limits = one.limits): { key: string; limit: number; budget: number }[] {
    const { promotionId, customerId, coupon, offerId } = one;
    const rows = [{ key: promotionId, limit: limits.uses ?? Infinity, budget: limits.budgetMinor ?? Infinity }];
    if (limits.perCustomer !== undefined && customerId !== undefined)
      rows.push({ key: `${promotionId}|${customerId}`, limit: limits.perCustomer, budget: Infinity });
    if (coupon !== undefined) rows.push({ key: `coupon|${coupon.hash}`, limit: coupon.uses, budget: Infinity });
    if (offerId !== undefined) rows.push({ key: `offer|${offerId}`, limit: 1, budget: Infinity });
    return rows;
  }

  /** The highest limits that a basket could have been priced by, looked up by the auditor; those of vouchers never change. */
  function highest({ promotionId, limits }: UsedPromotion, act: Act): PromotionLimits {
    const all = inForce(promotionId, act.occurredAt - MAY_BE_OLD_MS, act.occurredAt);
    if (all.length === 0) return limits;
    if (!all.some((one) => same(one, limits)))
      found('limits of promotions', 'a basket was priced by limits that were not in force', {
        promotionId,
        limits,
        all,
        number: act.number,
      });
    if (all.some((one) => !same(one, limits))) look('uses while a limit changed');
    if ((counts.get(promotionId)?.uses ?? 0) >= Math.min(...all.map(({ uses = Infinity }) => uses)))
      look('uses beyond a limit that was lowered');
    const most = (of: (one: PromotionLimits) => number | undefined): number | undefined => {
      const values = all.map(of);
      return values.includes(undefined) ? undefined : Math.max(...values.map(Number));
    };
    const [uses, budgetMinor, perCustomer] = [
      most((one) => one.uses),
      most((one) => one.budgetMinor),
      most((one) => one.perCustomer),
    ];
    return {
      ...(uses === undefined ? {} : { uses }),
      ...(budgetMinor === undefined ? {} : { budgetMinor }),
      ...(perCustomer === undefined ? {} : { perCustomer }),
    };
  }

  function use(used: readonly UsedPromotion[], act: Act, after: readonly Act[]): void {
    const fact = act.type === 'MarketplaceOrderRecorded' || (act.type === 'SaleRecorded' && act.body.fact !== null);
    let beyond = false;
    for (const one of used) {
      const limits = highest(one, act);
      for (const { key, limit, budget } of countsOf(one, fact ? one.limits : limits)) {
        const count = counts.get(key) ?? { ...NONE };
        counts.set(key, count);
        count.uses += 1;
        count.spent += one.amountMinor;
        count.most = Math.max(count.most, limit);
        count.budget = Math.max(count.budget, budget);
        look('uses of promotions');
        if (limit !== Infinity) look('limited uses');
        // A fact beyond is told once; where a limit is raised later, what was told before is not told again.
        const over = Math.max(0, fact ? count.uses - count.over - limit : count.uses - limit);
        const overspent = Math.max(0, fact ? count.spent - count.overspent - budget : count.spent - budget);
        if (over + overspent === 0) continue;
        beyond = true;
        if (fact) {
          count.over += over;
          count.overspent += overspent;
        } else
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
        // First what went beyond.
        count.over -= Math.min(1, count.over);
        count.overspent -= Math.min(one.amountMinor, count.overspent);
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
      const count = counts.get(voucherId) ?? { ...NONE, most: 1, budget: worth };
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

function same(a: PromotionLimits, b: PromotionLimits): boolean {
  return a.uses === b.uses && a.budgetMinor === b.budgetMinor && a.perCustomer === b.perCustomer;
}
