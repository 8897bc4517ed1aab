import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { AreaRow } from '../../company/server/company-cache.ts';
import { currencyCode, type CurrencyCode } from '../../kernel/currency.ts';

const sql = loadSql(import.meta.url, './valuation-areas.sql', ['find_areas', 'insert_areas', 'insert_area_locations']);

/** Locations of one legal entity whose stock shares its cost. */
export type ValuationArea = {
  readonly id: string;
  readonly entityId: string;
  readonly name: string;
  readonly method: AreaRow['valuationMethod'];
  readonly currency: CurrencyCode;
  readonly locationIds: readonly string[];
};

/** Every location's valuation area, for the company's reference cache. */
export async function loadAreas(tx: Tx): Promise<AreaRow[]> {
  type Row = { location_id: string; id: string; method: AreaRow['valuationMethod']; currency: string };
  return (await tx.rows<Row>(sql.find_areas)).map((row) => ({
    locationId: row.location_id,
    areaId: row.id,
    valuationMethod: row.method,
    areaCurrency: currencyCode(row.currency),
  }));
}

/** Inserts valuation areas with their locations. */
export async function insertAreas(tx: Tx, areas: readonly ValuationArea[]): Promise<void> {
  await tx.run(sql.insert_areas, [
    areas.map((each) => each.id),
    areas.map((each) => each.entityId),
    areas.map((each) => each.name),
    areas.map((each) => each.method),
    areas.map((each) => each.currency),
  ]);
  const places = areas.flatMap((area) => area.locationIds.map((locationId) => ({ locationId, areaId: area.id })));
  await tx.run(sql.insert_area_locations, [places.map((each) => each.locationId), places.map((each) => each.areaId)]);
}

/** Lets a location that keeps no stock yet share the cost of an area. */
export async function addToArea(tx: Tx, { areaId, locationId }: { areaId: string; locationId: string }): Promise<void> {
  await tx.run(sql.insert_area_locations, [[locationId], [areaId]]);
}
