import { loadChannels } from '../../src/channels/server/channels.store.ts';
import type { CompanyCache, CompanySources } from '../../src/company/server/company-cache.ts';
import { loadLocations } from '../../src/locations/server/locations.store.ts';
import { loadVatRates } from '../../src/pricing/server/pricing.store.ts';
import type { StockLocation } from '../../src/stock/server/goods-at.ts';
import { loadAreas } from '../../src/stock/server/valuation-areas.store.ts';

/** Where the company's cache reads what it keeps. */
export const COMPANY_SOURCES: CompanySources = {
  locations: loadLocations,
  channels: loadChannels,
  vatRates: loadVatRates,
  areas: loadAreas,
};

/** A location as the goods of its stock are found. Throws for one that does not exist or is not valued: its orders could not have been placed. */
export function stockLocation(company: CompanyCache, id: string): StockLocation {
  const location = company.location(id);
  if (location?.areaId === undefined || location.valuationMethod === undefined)
    throw new Error(`location ${id} keeps no stock`);
  return { id, entityId: location.entityId, areaId: location.areaId, valuationMethod: location.valuationMethod };
}
