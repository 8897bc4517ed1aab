import type { Draft } from '../kernel/draft.ts';
import type { BusinessDay, InstantMs } from '../kernel/time.ts';
import { COST, costOfIssue, settlementOfReceipt, type ValuationMethod } from './cost.ts';
import { STOCK, stockPlace, type MovementReason, type StockLevel } from './stock-level.ts';

/** Where and when an act of stock happened; prepared at the edge, so that the decider needs no clock and no master data. */
export type StockOccasion = {
  readonly entityId: string;
  readonly locationId: string;
  readonly channelId?: string | undefined;
  readonly entityCurrency: string;
  readonly occurredAt: InstantMs;
  readonly businessDay: BusinessDay;
};

/** Goods of one level: `costKey` is null for goods that are not ours (consignment), which have no cost of ours. */
export type Goods = {
  readonly skuId: string;
  readonly stockKey: string;
  readonly costKey: string | null;
  readonly method: ValuationMethod;
  /** Base units, positive. */
  readonly quantity: number;
};

/** Levels that a fact overran, by how much. */
export type Overrun = {
  readonly skuId: string;
  readonly locationId: string;
  readonly shortfall: number;
  readonly backordered: number;
};

/** Moves goods out and costs them. `promised` is how many of them had been promised before (an order's, a reservation's). */
export function issueGoods(
  draft: Draft,
  goods: Goods,
  how: {
    readonly reason: MovementReason;
    readonly promised: number;
    readonly held?: number;
    readonly documentId?: string;
  },
): { costMinor: number; overrun: Overrun | undefined } {
  const costMinor =
    goods.costKey === null ? 0 : costOfIssue(draft.get(COST, goods.costKey), goods.quantity, goods.method);
  if (goods.costKey !== null)
    draft.change(COST, { key: goods.costKey, method: goods.method, quantity: -goods.quantity, valueMinor: 0 });
  const before = draft.get(STOCK, goods.stockKey);
  const after = draft.change(STOCK, {
    key: goods.stockKey,
    net: -goods.quantity,
    promised: -how.promised,
    held: -(how.held ?? 0),
    reason: how.reason,
    costMinor: -costMinor,
    documentId: how.documentId,
  });
  return { costMinor, overrun: overrunBetween(goods.skuId, before, after) };
}

/** Moves goods in at a total cost. The answer says what it settled of an earlier shortfall. */
export function takeInGoods(
  draft: Draft,
  goods: Goods,
  how: {
    readonly reason: MovementReason;
    readonly valueMinor: number;
    readonly documentId?: string;
    readonly incoming?: number;
  },
): { estimatedMinor: number; actualMinor: number } {
  let settled = { estimatedMinor: 0, actualMinor: 0 };
  if (goods.costKey !== null) {
    settled = settlementOfReceipt(draft.get(COST, goods.costKey), goods.quantity, how.valueMinor);
    draft.change(COST, {
      key: goods.costKey,
      method: goods.method,
      quantity: goods.quantity,
      valueMinor: how.valueMinor,
    });
  }
  draft.change(STOCK, {
    key: goods.stockKey,
    net: goods.quantity,
    promised: 0,
    incoming: how.incoming ?? 0,
    reason: how.reason,
    costMinor: how.valueMinor,
    documentId: how.documentId,
  });
  return { estimatedMinor: settled.estimatedMinor, actualMinor: settled.actualMinor };
}

/** Promises units of a level beyond or within what is there; facts only may go beyond. */
export function promiseGoods(draft: Draft, goods: Goods, held = 0): Overrun | undefined {
  const before = draft.get(STOCK, goods.stockKey);
  const after = draft.change(STOCK, { key: goods.stockKey, net: 0, promised: goods.quantity, held });
  return overrunBetween(goods.skuId, before, after);
}

/** Gives back units that were promised and will not leave. */
export function unpromiseGoods(draft: Draft, goods: Goods, held = 0): void {
  draft.change(STOCK, { key: goods.stockKey, net: 0, promised: -goods.quantity, held: -held });
}

function overrunBetween(skuId: string, before: StockLevel | undefined, after: StockLevel): Overrun | undefined {
  const shortfall = Math.max(0, after.shortfall - (before?.shortfall ?? 0));
  const backordered = Math.max(0, after.backordered - (before?.backordered ?? 0));
  if (shortfall === 0 && backordered === 0) return undefined;
  return { skuId, locationId: stockPlace(after.key).locationId, shortfall, backordered };
}

/** Says what a fact overran, as events of their own: each is a task for a person. */
export function reportOverruns(
  draft: Draft,
  occasion: StockOccasion,
  subjectId: string,
  overruns: readonly Overrun[],
): void {
  const short = overruns.filter((overrun) => overrun.shortfall > 0);
  const late = overruns.filter((overrun) => overrun.backordered > 0);
  const common = { version: 1, topic: 'stock', ...placeOf(occasion), subjectId, consequence: true };
  if (short.length > 0) {
    const levels = short.map(({ skuId, locationId, shortfall }) => ({ skuId, locationId, quantity: shortfall }));
    draft.act({ ...common, type: 'StockDiscrepancyFound', body: { causedBy: subjectId, levels } });
  }
  if (late.length > 0) {
    const levels = late.map(({ skuId, locationId, backordered }) => ({ skuId, locationId, quantity: backordered }));
    draft.act({ ...common, type: 'BackorderCreated', body: { causedBy: subjectId, levels } });
  }
}

/** The envelope fields that an occasion gives to its act. */
export function placeOf(occasion: StockOccasion): {
  entityId: string;
  locationId: string;
  channelId: string | undefined;
  occurredAt: InstantMs;
  businessDay: BusinessDay;
} {
  const { entityId, locationId, channelId, occurredAt, businessDay } = occasion;
  return { entityId, locationId, channelId, occurredAt, businessDay };
}
