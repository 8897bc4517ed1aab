import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import type { TaxRequest } from '../tax/tax-basket.ts';
import { KNOWN_JURISDICTIONS } from '../tax/known-jurisdictions.ts';
import { compilePostalAreas, type PostalAreas } from '../tax/postal-area.ts';
import { compileTaxRules, type TaxRules } from '../tax/tax-rules.ts';
import { loadVatRates } from './pricing.store.ts';
import { loadPostalAreas } from './tax-area-store.ts';
import { findTaxBuyers, loadSubPlaces, loadSubRegistrations, loadTaxJurisdictions, loadTaxRates } from './tax-store.ts';

/** Taxes in the memory of the process, for the path of a sale. */
export type TaxCache = {
  /** The rules compiled; at once when they are known. */
  rules(): TaxRules | Promise<TaxRules>;
  /** What taxes ask of a customer; undefined for one that is not there. */
  buyer(customerId: string): TaxRequest['customer'] | Promise<TaxRequest['customer']>;
  /** Told of every event by the follower of the composition root; those of other topics do nothing. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): void;
};

/** Buyers kept at most; about 300 bytes each. */
const MAX_BUYERS = 100_000;

/** Opens the cache over a retailer's taxes. Nothing is read before somebody asks. */
export function createTaxCache(deps: { readonly pool: Pool; readonly schema: string }): TaxCache {
  const reading = { schema: deps.schema, readOnly: true };
  let rules: TaxRules | Promise<TaxRules> | undefined;
  // There may be 60,000 of them, and they change four times a year: a new rate does not read them again.
  let areas: PostalAreas | undefined;
  const buyers = createReferenceCache<NonNullable<TaxRequest['customer']>>({
    max: MAX_BUYERS,
    load: (ids) => withTransaction(deps.pool, reading, (tx) => findTaxBuyers(tx, ids)),
  });
  return {
    rules() {
      if (rules !== undefined) return rules;
      const knownAreas = areas;
      const loading = withTransaction(deps.pool, reading, async (tx) =>
        compileTaxRules({
          jurisdictions: [...KNOWN_JURISDICTIONS, ...(await loadTaxJurisdictions(tx))],
          rates: await loadTaxRates(tx),
          vatRates: await loadVatRates(tx),
          places: await loadSubPlaces(tx),
          registrations: await loadSubRegistrations(tx),
          areas: knownAreas ?? compilePostalAreas(await loadPostalAreas(tx)),
        }),
      );
      rules = loading;
      loading.then(
        (loaded) => rules === loading && ({ areas } = rules = loaded),
        () => rules === loading && (rules = undefined),
      );
      return loading;
    },
    buyer(customerId) {
      const found = buyers.get([customerId]);
      return found instanceof Promise ? found.then((map) => map.get(customerId)) : found.get(customerId);
    },
    invalidate({ topic, body }) {
      if (topic === 'customer' && typeof body['customerId'] === 'string') buyers.invalidate([body['customerId']]);
      if (topic === 'price' && body['postalAreas'] === true) areas = undefined;
      if (topic === 'price' && (body['vat'] === true || body['tax'] === true)) rules = undefined;
    },
  };
}
