import { changePromotion } from '../../src/pricing/promotion/compile-promotions.ts';
import type { Promotion, PromotionLimits } from '../../src/pricing/promotion/promotion.ts';
import type { Dice } from './dice.ts';
import type { Offers } from './offers.ts';

/** Somebody in the office who changes limits of promotions while they are used. */
export type LimitsEditor = {
  /** Raises or lowers a limit now and then. */
  edit(at: number): void;
  /** What a process that prices a basket knows of: the promotions as they are, or, when it has not heard yet, as they were a moment ago. */
  offers(at: number): Offers;
  /** The limits of a promotion that were in force at some moment of a span, both ends among it; none for what is no promotion of the world. */
  inForce(promotionId: string, from: number, until: number): readonly PromotionLimits[];
};

/** So long a process may not have heard of a change. */
const HEARD_LATE_MS = 600_000;

/** Opens the office. */
export function createLimitsEditor(first: Offers, dice: Dice): LimitsEditor {
  const versions: { readonly from: number; readonly offers: Offers }[] = [{ from: -Infinity, offers: first }];
  const limited = [...first.promotions.byId.values()].map(({ promotion }) => promotion).filter(isLimited);
  const latest = (): Offers => (versions.at(-1) as (typeof versions)[0]).offers;
  /** Half as much to half as much again as at first, at least one. */
  const about = (limit: number): number => Math.max(1, dice.between(Math.ceil(limit / 2), Math.ceil((limit * 3) / 2)));

  return {
    edit(at) {
      const promotion = dice.pick(limited);
      const { uses, budgetMinor, perCustomer } = promotion.limits;
      const limits: PromotionLimits = {
        ...(uses === undefined ? {} : { uses: about(uses) }),
        ...(budgetMinor === undefined ? {} : { budgetMinor: about(budgetMinor) }),
        ...(perCustomer === undefined ? {} : { perCustomer: about(perCustomer) }),
      };
      const before = latest();
      versions.push({
        from: at,
        offers: { ...before, promotions: changePromotion(before.promotions, { ...promotion, limits }) },
      });
    },
    offers(at) {
      const old = dice.oneIn(4)
        ? versions.findLast((_, n) => (versions[n + 1]?.from ?? -Infinity) > at - HEARD_LATE_MS)
        : undefined;
      return old?.offers ?? latest();
    },
    inForce: (promotionId, from, until) =>
      versions
        .filter((version, n) => version.from <= until && (versions[n + 1]?.from ?? Infinity) >= from)
        .flatMap(({ offers }) => offers.promotions.byId.get(promotionId)?.promotion.limits ?? []),
  };
}

function isLimited({ limits }: Promotion): boolean {
  return Object.keys(limits).length > 0;
}
