import { costKey, type ValuationMethod } from '../cost.ts';
import type { Goods } from '../goods.ts';
import { stockKey, type Condition } from '../stock-level.ts';

/** What is needed of a location to find its goods: whose they are and in which valuation area they are costed. */
export type StockLocation = {
  readonly id: string;
  readonly entityId: string;
  readonly areaId: string;
  readonly valuationMethod: ValuationMethod;
};

/** Our own goods of a SKU at a location: the level's key and the cost's. */
export function goodsAt(
  location: StockLocation,
  skuId: string,
  of: { condition?: Condition; lot?: string } = {},
): Omit<Goods, 'quantity'> {
  return {
    skuId,
    stockKey: stockKey({
      skuId,
      locationId: location.id,
      condition: of.condition ?? 'sellable',
      ownerId: location.entityId,
      lot: of.lot ?? '',
    }),
    costKey: costKey(location.areaId, skuId),
    method: location.valuationMethod,
  };
}
