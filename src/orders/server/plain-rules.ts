import type { CompanyCache, VatRateRow } from '../../company/server/company-cache.ts';
import type { PricingRules } from '../../pricing/basket.ts';
import { compilePromotions } from '../../pricing/promotion/compile-promotions.ts';
import { compileTaxRules } from '../../pricing/tax/tax-rules.ts';

/** Compiled once for each reading of the rates. */
const compiled = new WeakMap<readonly VatRateRow[], PricingRules>();

/** No promotions, and the VAT rates of the company's countries as it keeps them in memory: what holds where nobody said more. */
export function plainRules(company: Pick<CompanyCache, 'vatRates'>): PricingRules {
  const vatRates = company.vatRates();
  let rules = compiled.get(vatRates);
  if (rules === undefined) {
    rules = {
      promotions: compilePromotions([]),
      taxes: compileTaxRules({ jurisdictions: [], rates: [], vatRates }),
    };
    compiled.set(vatRates, rules);
  }
  return rules;
}
