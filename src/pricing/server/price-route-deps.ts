import type { Master, MasterSubmission } from '../../../platform/commit/master-door.ts';
import type { Pool, Tx } from '../../../platform/db/pool.ts';
import { malformed } from '../../../platform/http/problem.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { parseInstant, type InstantMs } from '../../kernel/time.ts';
import type { CurrentCost, StartPlace } from '../price-change.ts';
import type { PriceCache } from './price-cache.ts';
import type { TaxCache } from './tax-cache.ts';

/** What the routes of prices need. What goods cost and where they lie is known above; the composition root hands it in. */
export type PriceRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => InstantMs;
  readonly company: Pick<CompanyCache, 'location' | 'locations' | 'channel' | 'channels'>;
  readonly prices: PriceCache;
  readonly taxes: Pick<TaxCache, 'rules'>;
  readonly costsOf: (tx: Tx, areaId: string, skuIds: readonly string[]) => Promise<ReadonlyMap<string, CurrentCost>>;
  readonly onShelf: (tx: Tx, locationId: string, skuIds: readonly string[]) => Promise<ReadonlySet<string>>;
};

/** The places whose clocks matter for the begin of a price. */
export function openPlaces({ company }: Pick<PriceRouteDeps, 'company'>): StartPlace[] {
  return company.locations().filter((place) => !place.archived);
}

/** A request that changes prices. */
export type PriceRequest = {
  readonly principal: { readonly id: string };
  readonly originId?: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly body: unknown;
  readonly params: unknown;
};

/** How a change of prices is sent through the door. `body` of the request and the thing in its address tell a repeat. */
export function priceSubmission(request: PriceRequest, type: string, at: InstantMs): MasterSubmission {
  const { principal, originId, idempotencyKey: key, preview, body, params } = request;
  return { type, principalId: principal.id, originId, key, body: { body, params }, at, topic: 'price', preview };
}

/** An instant out of a request; a 400 that names the field when it is none. */
export function readInstantAt(text: string, path: string): InstantMs {
  const instant = parseInstant(text);
  if (instant === undefined) throw malformed([{ path, message: 'is not an instant' }]);
  return instant;
}
