import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { placeOf, takeInGoods, type Goods, type StockOccasion } from './goods.ts';
import { STOCK } from './stock-level.ts';

/** Goods that came in, each line with its total cost in the entity's minor units. `opening` is stock that was there before the books began. */
export type ReceiveGoods = StockOccasion & {
  readonly receiptId: string;
  readonly reason: 'receipt' | 'opening';
  readonly supplierRef: string;
  readonly lines: readonly { readonly line: number; readonly goods: Goods; readonly valueMinor: number }[];
};

/** Takes the goods in. What an earlier shortfall had been estimated at is settled with what they really cost. */
export function receiveGoods(draft: Draft, command: ReceiveGoods): Rejection | undefined {
  if (command.lines.length === 0) return { reason: 'no_lines' };
  let valueMinor = 0;
  let estimatedMinor = 0;
  let actualMinor = 0;
  let units = 0;
  for (const { goods, valueMinor: value } of command.lines) {
    const settled = takeInGoods(draft, goods, {
      reason: command.reason,
      valueMinor: value,
      documentId: command.receiptId,
    });
    if (goods.costKey !== null) {
      valueMinor += value;
      estimatedMinor += settled.estimatedMinor;
      actualMinor += settled.actualMinor;
    }
    units += goods.quantity;
  }
  draft.act({
    type: command.reason === 'opening' ? 'OpeningStockRecorded' : 'GoodsReceived',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.receiptId,
    body: {
      receiptId: command.receiptId,
      supplierRef: command.supplierRef,
      currency: command.entityCurrency,
      units,
      valueMinor,
      shortfallEstimatedMinor: estimatedMinor,
      shortfallActualMinor: actualMinor,
      lines: command.lines.map(({ goods, valueMinor: value }) => ({
        skuId: goods.skuId,
        quantity: goods.quantity,
        valueMinor: value,
      })),
    },
  });
  return undefined;
}

/** How much of a SKU must always stay at a place: requests see that much less. */
export type SetSafetyStock = StockOccasion & {
  readonly lines: readonly { readonly skuId: string; readonly stockKey: string; readonly safety: number }[];
};

/** Sets it. What is already promised stays promised. */
export function setSafetyStock(draft: Draft, command: SetSafetyStock): Rejection | undefined {
  for (const { stockKey, safety } of command.lines) draft.change(STOCK, { key: stockKey, net: 0, promised: 0, safety });
  draft.act({
    type: 'SafetyStockSet',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    body: { lines: command.lines.map(({ skuId, safety }) => ({ skuId, safety })) },
  });
  return undefined;
}
