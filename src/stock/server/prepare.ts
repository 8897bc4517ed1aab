import { ProblemError, notFound, refused } from '../../../platform/http/problem.ts';
import type { SkuCache } from '../../catalog/server/sku-cache.ts';
import type { CompanyCache, LocationRef } from '../../company/server/company-cache.ts';
import { businessDayOf } from '../../kernel/time.ts';
import type { Goods, StockOccasion } from '../goods.ts';
import { goodsAt, type StockLocation } from './goods-at.ts';

/** A place where stock can be: a location with its valuation area. */
export type StockSite = LocationRef & StockLocation;

/** The place that a command is about. 404 when there is none, 409 `location_archived` or `location_not_valued` when nothing can happen there. */
export function siteOf(company: CompanyCache, locationId: string): StockSite {
  const location = company.location(locationId);
  if (location === undefined) throw notFound('location');
  if (location.archived) throw refused({ reason: 'location_archived', location: location.code });
  const { areaId, valuationMethod } = location;
  // Without an area nobody knows what its goods cost, and the books would say something else than the shelf.
  if (areaId === undefined || valuationMethod === undefined)
    throw refused({ reason: 'location_not_valued', location: location.code });
  return { ...location, areaId, valuationMethod };
}

/** Where and when: the business day is worked out here, once, from the location's zone and cut-off hour. */
export function occasionAt(company: CompanyCache, site: LocationRef, at: number, channelId?: string): StockOccasion {
  const entity = company.entity(site.entityId);
  if (entity === undefined) throw notFound('legal entity');
  return {
    entityId: entity.id,
    locationId: site.id,
    channelId,
    entityCurrency: entity.functionalCurrency,
    occurredAt: at,
    businessDay: businessDayOf(at, site),
  };
}

/** Our own goods of each line at a place, in the order of the lines. 404 names the first line whose SKU does not exist; 409 `not_stocked` for what is no goods. */
export async function goodsOfLines(
  skus: SkuCache,
  site: StockSite,
  lines: readonly { readonly skuId: string; readonly lot?: string }[],
): Promise<Omit<Goods, 'quantity'>[]> {
  const known = await skus.get([...new Set(lines.map((line) => line.skuId))]);
  return lines.map(({ skuId, lot }, index) => {
    const sku = known.get(skuId);
    if (sku === undefined) {
      const fields = [{ path: `/lines/${index}/skuId`, message: 'is no SKU' }];
      throw new ProblemError(404, 'not_found', 'There is no such SKU.', { extra: { fields } });
    }
    if (sku.kind !== 'goods') throw refused({ reason: 'not_stocked', line: index + 1, code: sku.code, kind: sku.kind });
    return goodsAt(site, skuId, lot === undefined ? {} : { lot });
  });
}
