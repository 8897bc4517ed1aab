import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { issueGoods, placeOf, takeInGoods, type Goods, type StockOccasion } from './goods.ts';
import { refuseBeyondAvailable } from './reserve.ts';

/** Goods that change place within one legal entity. `to` names the level and the cost book of the place they come to. */
export type TransferStock = StockOccasion & {
  readonly transferId: string;
  readonly toLocationId: string;
  readonly toEntityId: string;
  readonly lines: readonly { readonly line: number; readonly goods: Goods; readonly to: Omit<Goods, 'quantity'> }[];
};

/**
 * Moves the goods at what they cost where they were. Refuses `inter_company_transfer` (selling between our own companies needs
 * inter-company prices and invoices, which do not exist yet), `same_location` and `insufficient_stock`.
 */
export function transferStock(draft: Draft, command: TransferStock): Rejection | undefined {
  if (command.toEntityId !== command.entityId)
    return { reason: 'inter_company_transfer', fromEntityId: command.entityId, toEntityId: command.toEntityId };
  if (command.toLocationId === command.locationId) return { reason: 'same_location', locationId: command.locationId };
  if (command.lines.length === 0) return { reason: 'no_lines' };
  const refusal = refuseBeyondAvailable(draft, command.lines);
  if (refusal !== undefined) return refusal;
  let valueMinor = 0;
  let estimatedMinor = 0;
  let actualMinor = 0;
  for (const { goods, to } of command.lines) {
    if (goods.costKey === to.costKey) {
      // One valuation area: the place changes, the cost does not.
      issueGoods(
        draft,
        { ...goods, costKey: null },
        { reason: 'transfer_out', promised: 0, documentId: command.transferId },
      );
      takeInGoods(
        draft,
        { ...to, costKey: null, quantity: goods.quantity },
        { reason: 'transfer_in', valueMinor: 0, documentId: command.transferId },
      );
      continue;
    }
    const { costMinor } = issueGoods(draft, goods, {
      reason: 'transfer_out',
      promised: 0,
      documentId: command.transferId,
    });
    const settled = takeInGoods(
      draft,
      { ...to, quantity: goods.quantity },
      { reason: 'transfer_in', valueMinor: costMinor, documentId: command.transferId },
    );
    valueMinor += costMinor;
    estimatedMinor += settled.estimatedMinor;
    actualMinor += settled.actualMinor;
  }
  draft.act({
    type: 'StockTransferred',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.transferId,
    body: {
      transferId: command.transferId,
      toLocationId: command.toLocationId,
      currency: command.entityCurrency,
      valueMinor,
      shortfallEstimatedMinor: estimatedMinor,
      shortfallActualMinor: actualMinor,
      lines: command.lines.map(({ goods }) => ({ skuId: goods.skuId, quantity: goods.quantity })),
    },
  });
  return undefined;
}
