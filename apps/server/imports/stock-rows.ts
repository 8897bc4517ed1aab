import type { ImportedLevel } from '../../../connectors/oneshelf-csv/stock-csv.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ImportProblem } from '../../../src/catalog/imported-product.ts';
import { findSkuPlaces } from '../../../src/catalog/server/catalog.store.ts';
import { mulDiv, powerOfTen } from '../../../src/kernel/money.ts';
import { importSql } from './import-store.ts';
import { noCounts } from './row-did.ts';
import type { RowContext, RowPlan } from './row-kinds.ts';

/** Plans stock of one location: opening stock where there is none yet, or what was counted. */
export async function planStock(
  tx: Tx,
  rows: readonly ImportedLevel[],
  { deps, of, tell }: RowContext,
): Promise<RowPlan> {
  const counts = noCounts();
  const leave = (row: ImportedLevel, said: Pick<ImportProblem, 'weight' | 'reason' | 'says' | 'does'>): void =>
    tell({ line: row.line, column: '', value: row.code, ...said });
  const named = rows[0]?.location;
  const location = deps.company
    .locations()
    .find(({ id, code, name }) =>
      named === undefined
        ? id === of.settings.locationId
        : code.toUpperCase() === named.toUpperCase() || name === named,
    );
  if (location?.areaId === undefined || location.archived) {
    for (const row of rows)
      leave(row, {
        weight: 'error',
        reason: 'no_location',
        says: named === undefined ? 'No location is chosen.' : `There is no location "${named}" that keeps stock.`,
        does: 'The row is left out.',
      });
    return { did: { counts: { ...counts, leftOut: rows.length } } };
  }
  const places = await findSkuPlaces(
    tx,
    rows.map(({ code }) => code),
  );
  const skuIds = [...places.values()].map(({ skuId }) => skuId);
  const levels = new Map(
    (await tx.rows<{ sku_id: string; on_hand: number }>(importSql.levels_there, [location.id, skuIds])).map((row) => [
      row.sku_id,
      row.on_hand,
    ]),
  );
  const stock: { skuId: string; quantity: number; valueMinor: number }[] = [];
  const counted: { skuId: string; counted: number }[] = [];
  const isCount = of.settings.stock === 'count';
  for (const row of rows) {
    const skuId = places.get(row.code)?.skuId;
    if (skuId === undefined) {
      counts.leftOut += 1;
      leave(row, {
        weight: 'error',
        reason: 'unknown_sku',
        says: `There is no article "${row.code}" here.`,
        does: 'The row is left out; import the articles first.',
      });
      continue;
    }
    const there = levels.get(skuId);
    if (there === row.quantity || (there === undefined && row.quantity === 0)) counts.unchanged += 1;
    else if (isCount) {
      counts.changed += 1;
      counted.push({ skuId, counted: row.quantity });
    } else if (there !== undefined) {
      counts.unchanged += 1;
      leave(row, {
        weight: 'note',
        reason: 'stock_stays',
        says: `The article has stock here already (${there}).`,
        does: 'Its stock stays as it is; choose "counted" to change it.',
      });
    } else {
      counts.created += 1;
      const { amount, scale } = row.unitCost;
      stock.push({ skuId, quantity: row.quantity, valueMinor: mulDiv(amount, row.quantity, powerOfTen(scale)) });
    }
  }
  return { did: { counts, locationId: location.id, stock, counted } };
}
