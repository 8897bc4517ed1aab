import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { Location, LocationKind } from '../location.ts';

const sql = loadSql(import.meta.url, './locations.sql', ['find_locations', 'insert_locations']);

/** All locations by code. A retailer has hundreds at most. */
export async function loadLocations(tx: Tx): Promise<(Location & { readonly archived: boolean })[]> {
  type Row = {
    id: string;
    entity_id: string;
    code: string;
    name: string;
    kind: LocationKind;
    city: string;
    country: string;
    time_zone: string;
    cut_off_hour: number;
    archived: boolean;
  };
  return (await tx.rows<Row>(sql.find_locations)).map(({ id, code, name, kind, city, country, archived, ...row }) => ({
    id,
    entityId: row.entity_id,
    code,
    name,
    kind,
    city,
    country,
    timeZone: row.time_zone,
    cutOffHour: row.cut_off_hour,
    archived,
  }));
}

/** Inserts locations that were decided. */
export async function insertLocations(tx: Tx, rows: readonly Location[]): Promise<void> {
  await tx.run(sql.insert_locations, [
    rows.map((each) => each.id),
    rows.map((each) => each.entityId),
    rows.map((each) => each.code),
    rows.map((each) => each.name),
    rows.map((each) => each.kind),
    rows.map((each) => each.city),
    rows.map((each) => each.country),
    rows.map((each) => each.timeZone),
    rows.map((each) => each.cutOffHour),
  ]);
}
