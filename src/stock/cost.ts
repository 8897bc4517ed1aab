import { assert } from '../kernel/assert.ts';
import type { BookRules } from '../kernel/draft.ts';
import { mulDiv } from '../kernel/money.ts';

/** How units of one SKU in one valuation area are costed. */
export type ValuationMethod = 'moving_average' | 'fifo';

/** Units that came together at one cost, oldest first: `quantity` base units worth `valueMinor`. */
export type CostLayer = { readonly quantity: number; readonly valueMinor: number };

/**
 * What the units of a SKU in a valuation area cost, whole minor units of the area's currency. The average is kept as total value and
 * quantity, so that the last unit out takes the remainder and no rounding is left behind. `shortQuantity` units were handed over
 * before they were received; they were costed at the last known cost (`lastValueMinor / lastQuantity`) and stand as `shortValueMinor`.
 * The inventory account holds the sum of `valueMinor − shortValueMinor`. `layers` is kept for FIFO only.
 */
export type StockCost = {
  readonly key: string;
  readonly quantity: number;
  readonly valueMinor: number;
  readonly shortQuantity: number;
  readonly shortValueMinor: number;
  readonly lastQuantity: number;
  readonly lastValueMinor: number;
  readonly layers: readonly CostLayer[] | null;
  readonly version: number;
};

/** Units in (`quantity` > 0, worth `valueMinor`) or out (`quantity` < 0, `valueMinor` 0: the book finds the cost). */
export type CostChange = {
  readonly key: string;
  readonly method: ValuationMethod;
  readonly quantity: number;
  readonly valueMinor: number;
};

/** Key of the cost book. */
export function costKey(areaId: string, skuId: string): string {
  return `${areaId}|${skuId}`;
}

const NOTHING = {
  quantity: 0,
  valueMinor: 0,
  shortQuantity: 0,
  shortValueMinor: 0,
  lastQuantity: 0,
  lastValueMinor: 0,
};

/** The book of costs. */
export const COST: BookRules<StockCost, CostChange> = {
  name: 'cost',
  keyOf: (change) => change.key,
  evolve(cost, change) {
    const version = (cost?.version ?? 0) + 1;
    const next =
      change.quantity < 0
        ? afterIssue(cost, -change.quantity, change.method)
        : afterReceipt(cost, change.quantity, change.valueMinor, change.method);
    return { key: change.key, ...next, version };
  },
};

type Sums = Omit<StockCost, 'key' | 'version'>;

/** What `quantity` units cost when they leave, in minor units: the average (or the oldest layers), beyond what is there the last known cost. */
export function costOfIssue(cost: StockCost | undefined, quantity: number, method: ValuationMethod): number {
  const before = cost ?? NOTHING;
  const after = afterIssue(cost, quantity, method);
  return before.valueMinor - after.valueMinor + (after.shortValueMinor - before.shortValueMinor);
}

function afterIssue(cost: StockCost | undefined, quantity: number, method: ValuationMethod): Sums {
  assert(quantity > 0, 'an issue has units', { quantity });
  const before: Sums = cost ?? { ...NOTHING, layers: method === 'fifo' ? [] : null };
  const there = Math.min(quantity, before.quantity);
  const short = quantity - there;
  const taken = takeValue(before, there, method);
  const shortValue = before.lastQuantity === 0 ? 0 : mulDiv(before.lastValueMinor, short, before.lastQuantity);
  return {
    ...before,
    quantity: before.quantity - there,
    valueMinor: before.valueMinor - taken.valueMinor,
    shortQuantity: before.shortQuantity + short,
    shortValueMinor: before.shortValueMinor + shortValue,
    layers: taken.layers,
  };
}

function takeValue(
  before: Sums,
  quantity: number,
  method: ValuationMethod,
): { valueMinor: number; layers: readonly CostLayer[] | null } {
  if (quantity === 0) return { valueMinor: 0, layers: before.layers };
  if (method === 'moving_average') {
    const valueMinor =
      quantity === before.quantity ? before.valueMinor : mulDiv(before.valueMinor, quantity, before.quantity);
    return { valueMinor, layers: null };
  }
  const layers = [...(before.layers ?? [])];
  let open = quantity;
  let valueMinor = 0;
  while (open > 0) {
    const oldest = layers[0];
    assert(oldest !== undefined, 'the layers hold fewer units than the cost says');
    const part = Math.min(open, oldest.quantity);
    const partValue = part === oldest.quantity ? oldest.valueMinor : mulDiv(oldest.valueMinor, part, oldest.quantity);
    valueMinor += partValue;
    open -= part;
    if (part === oldest.quantity) layers.shift();
    else layers[0] = { quantity: oldest.quantity - part, valueMinor: oldest.valueMinor - partValue };
  }
  return { valueMinor, layers };
}

/**
 * What a receipt settles of an earlier shortfall: `estimatedMinor` was charged when the units left, `actualMinor` is what they turned
 * out to cost. The difference is posted when the goods arrive; what was posted before is never reposted.
 */
export function settlementOfReceipt(
  cost: StockCost | undefined,
  quantity: number,
  valueMinor: number,
): { quantity: number; estimatedMinor: number; actualMinor: number } {
  const covered = Math.min(quantity, cost?.shortQuantity ?? 0);
  if (cost === undefined || covered === 0) return { quantity: 0, estimatedMinor: 0, actualMinor: 0 };
  return {
    quantity: covered,
    estimatedMinor:
      covered === cost.shortQuantity ? cost.shortValueMinor : mulDiv(cost.shortValueMinor, covered, cost.shortQuantity),
    actualMinor: covered === quantity ? valueMinor : mulDiv(valueMinor, covered, quantity),
  };
}

function afterReceipt(
  cost: StockCost | undefined,
  quantity: number,
  valueMinor: number,
  method: ValuationMethod,
): Sums {
  assert(quantity > 0 && valueMinor >= 0, 'a receipt has units and no negative value', { quantity, valueMinor });
  const before: Sums = cost ?? { ...NOTHING, layers: method === 'fifo' ? [] : null };
  const settled = settlementOfReceipt(cost, quantity, valueMinor);
  const added = { quantity: quantity - settled.quantity, valueMinor: valueMinor - settled.actualMinor };
  return {
    quantity: before.quantity + added.quantity,
    valueMinor: before.valueMinor + added.valueMinor,
    shortQuantity: before.shortQuantity - settled.quantity,
    shortValueMinor: before.shortValueMinor - settled.estimatedMinor,
    lastQuantity: quantity,
    lastValueMinor: valueMinor,
    layers: method === 'fifo' ? [...(before.layers ?? []), ...(added.quantity > 0 ? [added] : [])] : null,
  };
}
