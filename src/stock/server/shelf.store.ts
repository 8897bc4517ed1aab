import { loadSql, type Tx } from '../../../platform/db/pool.ts';

const sql = loadSql(import.meta.url, './shelf.sql', ['find_current_costs', 'find_on_shelf']);

/** What SKUs cost in a valuation area at present, `valueMinor` of the area's currency for so many base units. SKUs that were never there are missing. */
export async function findCurrentCosts(
  tx: Tx,
  areaId: string,
  skuIds: readonly string[],
): Promise<Map<string, { readonly valueMinor: number; readonly quantity: number }>> {
  type Row = { sku_id: string; quantity: number; value_minor: number };
  const rows = await tx.rows<Row>(sql.find_current_costs, [areaId, skuIds]);
  return new Map(rows.map((row) => [row.sku_id, { valueMinor: row.value_minor, quantity: row.quantity }]));
}

/** Which of the SKUs a location has on its shelves, in whatever condition. */
export async function findOnShelf(tx: Tx, locationId: string, skuIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ sku_id: string }>(sql.find_on_shelf, [locationId, skuIds]);
  return new Set(rows.map((row) => row.sku_id));
}
