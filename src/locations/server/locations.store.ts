import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { KeptLocation, Location, LocationAddress, LocationKind } from '../location.ts';

const sql = loadSql(import.meta.url, './locations.sql', ['find_locations', 'insert_locations', 'save_location']);

/** All locations by code. A retailer has hundreds at most. */
export async function loadLocations(tx: Tx): Promise<KeptLocation[]> {
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
    line1: string;
    postcode: string;
    archived: boolean;
    version: number;
  };
  return (await tx.rows<Row>(sql.find_locations)).map(
    ({ id, code, name, kind, city, country, archived, version, ...row }) => ({
      id,
      entityId: row.entity_id,
      code,
      name,
      kind,
      city,
      country,
      timeZone: row.time_zone,
      cutOffHour: row.cut_off_hour,
      address: { line1: row.line1, postcode: row.postcode },
      archived,
      version,
    }),
  );
}

/** Inserts locations that were decided. */
export async function insertLocations(
  tx: Tx,
  rows: readonly (Location & { readonly address?: LocationAddress })[],
): Promise<void> {
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
    rows.map((each) => JSON.stringify(each.address ?? {})),
  ]);
}

/** Writes a location as it was decided. False when somebody else was faster. `at`: when it was archived, should it be new that it is. */
export async function saveLocation(tx: Tx, location: KeptLocation, at: Date): Promise<boolean> {
  const { id, version, name, city, address, timeZone, cutOffHour, archived } = location;
  const values = [id, version, name, city, JSON.stringify(address), timeZone, cutOffHour, archived, at];
  return (await tx.run(sql.save_location, values)) === 1;
}
