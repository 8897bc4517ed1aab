import type { PricingRules } from '../basket.ts';
import { compilePromotions, type CompiledPromotions } from '../promotion/compile-promotions.ts';
import type { TaxRules } from '../tax/tax-rules.ts';

type Known<T> = T | Promise<T>;

const NO_PROMOTIONS = compilePromotions([]);

/** What baskets are priced by, from the caches of promotions and taxes: at once when both are in memory. The same object until one of them changes. */
export function openPricingRules(caches: {
  readonly promotions?: { compiled(): Known<CompiledPromotions> } | undefined;
  readonly taxes: { rules(): Known<TaxRules> };
}): () => Known<PricingRules> {
  let last: PricingRules | undefined;
  const join = (promotions: CompiledPromotions, taxes: TaxRules): PricingRules => {
    if (last === undefined || last.promotions !== promotions || last.taxes !== taxes) last = { promotions, taxes };
    return last;
  };
  return () => {
    const promotions = caches.promotions?.compiled() ?? NO_PROMOTIONS;
    const taxes = caches.taxes.rules();
    return promotions instanceof Promise || taxes instanceof Promise
      ? Promise.all([promotions, taxes]).then(([one, two]) => join(one, two))
      : join(promotions, taxes);
  };
}
