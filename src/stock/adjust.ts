import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';
import { COST, type StockCost } from './cost.ts';
import {
  issueGoods,
  placeOf,
  reportOverruns,
  takeInGoods,
  type Goods,
  type Overrun,
  type StockOccasion,
} from './goods.ts';
import { STOCK } from './stock-level.ts';

/** Why stock is corrected by hand. */
export type AdjustmentReason = 'damaged' | 'stolen' | 'expired' | 'found' | 'own_use' | 'sample' | 'correction';

/** Goods more (`delta` > 0) or fewer than the books say. A fact (`fact`: an old record, an offline count) is admitted beyond what is there. */
export type AdjustStock = StockOccasion & {
  readonly adjustmentId: string;
  readonly fact: boolean;
  readonly lines: readonly {
    readonly line: number;
    readonly goods: Omit<Goods, 'quantity'>;
    readonly delta: number;
    readonly reason: AdjustmentReason;
  }[];
};

/** Most minor units that a line may be worth: sums of thousands of such lines are still exact. */
const MOST_MINOR = 1_000_000_000_000;

/** Why so many units are not found: at the cost of those that are there they would be worth more than any books can hold. It is a slip of the hand. */
function foundTooMuch(
  draft: Draft,
  { line, goods, delta }: { line: number; goods: Omit<Goods, 'quantity'>; delta: number },
): Rejection | undefined {
  const cost = goods.costKey === null || delta <= 0 ? undefined : draft.get(COST, goods.costKey);
  if (cost === undefined) return undefined;
  const [valueMinor, quantity] =
    cost.quantity > 0 ? [cost.valueMinor, cost.quantity] : [cost.lastValueMinor, cost.lastQuantity];
  if (quantity === 0 || (valueMinor / quantity) * delta <= MOST_MINOR) return undefined;
  return { reason: 'value_out_of_range', line, skuId: goods.skuId, found: delta };
}

/** Refuses `nothing_to_adjust`, `value_out_of_range`, and `more_than_on_hand` for a request, naming the line. */
export function adjustStock(draft: Draft, command: AdjustStock): Rejection | undefined {
  const lines = command.lines.filter((line) => line.delta !== 0);
  if (lines.length === 0) return { reason: 'nothing_to_adjust' };
  if (!command.fact) {
    const leaving = new Map<string, number>();
    for (const { line, goods, delta } of lines) {
      const wanted = (leaving.get(goods.stockKey) ?? 0) - Math.min(0, delta);
      leaving.set(goods.stockKey, wanted);
      const level = draft.get(STOCK, goods.stockKey);
      const free = (level?.onHand ?? 0) - (level?.reserved ?? 0);
      // Promised goods are not written off by the way: the promise is cancelled first, by the person who answers for it.
      if (wanted > free)
        return {
          reason: 'more_than_on_hand',
          line,
          skuId: goods.skuId,
          requested: wanted,
          onHand: level?.onHand ?? 0,
          reserved: level?.reserved ?? 0,
        };
    }
  }
  for (const line of lines) {
    const tooMuch = foundTooMuch(draft, line);
    if (tooMuch !== undefined) return tooMuch;
  }
  const moved = lines.map(({ goods, delta, reason }) => ({
    goods,
    delta,
    reason,
    ...moveBy(draft, goods, delta, delta > 0 ? 'found' : 'write_off', command.adjustmentId),
  }));
  draft.act({
    type: 'StockAdjusted',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.adjustmentId,
    body: {
      adjustmentId: command.adjustmentId,
      currency: command.entityCurrency,
      ...totals(moved),
      lines: moved.map(({ goods, delta, reason, lossMinor, gainMinor }) => ({
        skuId: goods.skuId,
        delta,
        reason,
        valueMinor: gainMinor - lossMinor,
      })),
    },
  });
  reportOverruns(
    draft,
    command,
    command.adjustmentId,
    moved.flatMap(({ overrun }) => overrun ?? []),
  );
  return undefined;
}

/** What was counted on the shelf. A count is a fact: what it finds is so. */
export type CountStock = StockOccasion & {
  readonly countId: string;
  readonly lines: readonly {
    readonly line: number;
    readonly goods: Omit<Goods, 'quantity'>;
    readonly counted: number;
  }[];
};

/** Brings each level to what was counted; the difference is shrinkage or a find. A level that was right leaves only its confirmation. */
export function countStock(draft: Draft, command: CountStock): Rejection | undefined {
  if (command.lines.length === 0) return { reason: 'no_lines' };
  const keys = new Set(command.lines.map((line) => line.goods.stockKey));
  if (keys.size !== command.lines.length) return { reason: 'counted_twice' };
  const lines = command.lines.map(({ line, goods, counted }) => {
    const level = draft.get(STOCK, goods.stockKey);
    return { line, goods, counted, delta: counted - ((level?.onHand ?? 0) - (level?.shortfall ?? 0)) };
  });
  for (const line of lines) {
    const tooMuch = foundTooMuch(draft, line);
    if (tooMuch !== undefined) return tooMuch;
  }
  const moved = lines.map(({ goods, counted, delta }) => ({
    goods,
    counted,
    delta,
    ...(delta === 0 ? UNMOVED : moveBy(draft, goods, delta, 'count', command.countId)),
  }));
  draft.act({
    type: 'StockCounted',
    version: 1,
    topic: 'stock',
    ...placeOf(command),
    subjectId: command.countId,
    body: {
      countId: command.countId,
      currency: command.entityCurrency,
      ...totals(moved),
      lines: moved.map(({ goods, counted, delta, lossMinor, gainMinor }) => ({
        skuId: goods.skuId,
        counted,
        delta,
        valueMinor: gainMinor - lossMinor,
      })),
    },
  });
  reportOverruns(
    draft,
    command,
    command.countId,
    moved.flatMap(({ overrun }) => overrun ?? []),
  );
  return undefined;
}

type Moved = {
  lossMinor: number;
  gainMinor: number;
  estimatedMinor: number;
  actualMinor: number;
  overrun: Overrun | undefined;
};
const UNMOVED: Moved = { lossMinor: 0, gainMinor: 0, estimatedMinor: 0, actualMinor: 0, overrun: undefined };

function moveBy(
  draft: Draft,
  goods: Omit<Goods, 'quantity'>,
  delta: number,
  reason: 'write_off' | 'found' | 'count',
  documentId: string,
): Moved {
  if (delta < 0) {
    const { costMinor, overrun } = issueGoods(
      draft,
      { ...goods, quantity: -delta },
      { reason, promised: 0, documentId },
    );
    return { ...UNMOVED, lossMinor: costMinor, overrun };
  }
  const valueMinor = goods.costKey === null ? 0 : currentCost(draft.get(COST, goods.costKey), delta);
  const settled = takeInGoods(draft, { ...goods, quantity: delta }, { reason, valueMinor, documentId });
  return { lossMinor: 0, gainMinor: goods.costKey === null ? 0 : valueMinor, ...settled, overrun: undefined };
}

function totals(moved: readonly Moved[]): {
  lossMinor: number;
  gainMinor: number;
  shortfallEstimatedMinor: number;
  shortfallActualMinor: number;
} {
  let lossMinor = 0;
  let gainMinor = 0;
  let shortfallEstimatedMinor = 0;
  let shortfallActualMinor = 0;
  for (const one of moved) {
    lossMinor += one.lossMinor;
    gainMinor += one.gainMinor;
    shortfallEstimatedMinor += one.estimatedMinor;
    shortfallActualMinor += one.actualMinor;
  }
  return { lossMinor, gainMinor, shortfallEstimatedMinor, shortfallActualMinor };
}

/** What `quantity` found or returned units are worth: the average of those that are there, else the last known cost, else nothing. */
export function currentCost(cost: StockCost | undefined, quantity: number): number {
  if (cost === undefined) return 0;
  if (cost.quantity > 0) return mulDiv(cost.valueMinor, quantity, cost.quantity);
  return cost.lastQuantity === 0 ? 0 : mulDiv(cost.lastValueMinor, quantity, cost.lastQuantity);
}
