import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { CostChange, StockCost } from '../../src/stock/cost.ts';
import type { Reservation, ReservationChange } from '../../src/stock/reserve.ts';
import type { StockChange, StockLevel } from '../../src/stock/stock-level.ts';
import { ownIssue, ownReceipt, type OwnCost } from './own-costs.ts';
import { addUp, type AuditDesk } from './own-share.ts';

type OwnLevel = { net: number; promised: number; held: number; moves: number; changes: number; safety: number };

/** Follows goods: what lies where, what of it is promised and held, and what it cost. */
export type StockAuditor = {
  see(writes: BatchWrites, acts: ReadonlyMap<number, BatchWrites['acts'][number]>): void;
  /** `asked`: what orders still ask for, by SKU and place. `ledgerOf`: the inventory account of an entity. */
  close(memory: Memory, asked: ReadonlyMap<string, number>, ledgerOf: (entityId: string) => number): void;
};

/** Acts that only facts bring about; all others asked and may not overrun. */
const FACTS = new Set(['MarketplaceOrderRecorded', 'StockCounted', 'StockAdjusted']);

/** Opens the books of stock. */
export function createStockAuditor({ found, look }: AuditDesk): StockAuditor {
  const levels = new Map<string, OwnLevel>();
  const costs = new Map<string, OwnCost>();
  const areaEntity = new Map<string, string>();
  const reservations = new Map<string, { key: string; quantity: number; open: boolean }>();

  function seeStock(
    key: string,
    change: StockChange,
    before: StockLevel | undefined,
    number: number,
    act: BatchWrites['acts'][number] | undefined,
    after: readonly BatchWrites['acts'][number][],
  ): void {
    look('levels');
    const level = levels.get(key) ?? { net: 0, promised: 0, held: 0, moves: 0, changes: 0, safety: 0 };
    if ((before?.version ?? 0) !== level.changes)
      found('levels', 'a change was made to a level as it was before another change', { key, number });
    const shortBefore = Math.max(0, -level.net);
    const lateBefore = Math.max(0, level.promised - Math.max(0, level.net));
    level.net += change.net;
    level.promised += change.promised;
    level.held += change.held ?? 0;
    level.safety = change.safety ?? level.safety;
    if (change.net !== 0) level.moves += 1;
    level.changes += 1;
    levels.set(key, level);
    const overran =
      Math.max(0, -level.net) > shortBefore || Math.max(0, level.promised - Math.max(0, level.net)) > lateBefore;
    if (!overran) return;
    look('overruns');
    const fact = act !== undefined && (FACTS.has(act.type) || (act.type === 'SaleRecorded' && act.body.fact !== null));
    if (!fact)
      found('requests do not overrun', 'a request raised shortfall or backordered', { type: act?.type, number, key });
    const told = after.some(
      (one) =>
        one.number > number &&
        (one.type === 'StockDiscrepancyFound' || one.type === 'BackorderCreated') &&
        (one.body as { causedBy: unknown }).causedBy === act?.subjectId,
    );
    if (fact && !told)
      found('overruns are told', 'a fact overran and no event says so', { type: act.type, number, key });
  }

  function seeCost(key: string, change: CostChange): void {
    look('costs');
    const own = costs.get(key) ?? {
      quantity: 0,
      value: 0,
      short: 0,
      shortValue: 0,
      lastQuantity: 0,
      lastValue: 0,
      layers: [],
      method: change.method,
    };
    costs.set(key, own);
    if (change.quantity < 0) ownIssue(own, -change.quantity);
    else ownReceipt(own, change.quantity, change.valueMinor);
  }

  function compareLevels(memory: Memory, asked: ReadonlyMap<string, number>): void {
    const stored = (memory.books.get('stock') ?? new Map()) as Map<string, StockLevel>;
    if (stored.size !== levels.size)
      found('levels', 'there are levels that no change explains', { stored: stored.size, own: levels.size });
    const promised = new Map(asked);
    const held = new Map<string, number>();
    for (const one of reservations.values()) {
      if (!one.open) continue;
      addUp(promised, one.key.slice(0, 73), one.quantity);
      addUp(held, one.key, one.quantity);
    }
    const netOfCost = new Map<string, number>();
    for (const [key, own] of levels) {
      look('level totals');
      const level = stored.get(key);
      const onHand = own.net > 0 ? own.net : 0;
      const reserved = own.promised < onHand ? own.promised : onHand;
      const right =
        level !== undefined &&
        level.onHand === onHand &&
        level.shortfall === onHand - own.net &&
        level.reserved === reserved &&
        level.held === own.held &&
        level.backordered === own.promised - reserved &&
        level.moves === own.moves &&
        level.version === own.changes &&
        level.safety === own.safety;
      if (!right) found('level totals', 'a level is not the sum of its changes', { own, level });
      if (own.promised !== (promised.get(key.slice(0, 73)) ?? 0))
        found('promises', 'what is promised at a level is not what orders and reservations ask for', {
          key,
          own,
          asked: promised.get(key.slice(0, 73)),
        });
      if (own.held !== (held.get(key) ?? 0))
        found('holds', 'what is held at a level is not its open reservations', { key, own, open: held.get(key) });
      netOfCost.set(key.slice(0, 36), (netOfCost.get(key.slice(0, 36)) ?? 0) + own.net);
    }
    const costBySku = new Map<string, number>();
    for (const [key, own] of costs)
      costBySku.set(key.slice(37), (costBySku.get(key.slice(37)) ?? 0) + own.quantity - own.short);
    for (const [sku, net] of netOfCost) {
      if (net !== (costBySku.get(sku) ?? 0))
        found('cost quantities', 'units with a cost are not the units of the levels', {
          sku,
          levels: net,
          costs: costBySku.get(sku),
        });
    }
  }

  function compareCosts(memory: Memory, ledgerOf: (entityId: string) => number): void {
    const stored = (memory.books.get('cost') ?? new Map()) as Map<string, StockCost>;
    const inventory = new Map<string, number>();
    for (const [key, own] of costs) {
      look('cost totals');
      const cost = stored.get(key);
      const layers = own.layers.map((layer) => `${layer.quantity}:${layer.value}`).join(' ');
      const storedLayers = (cost?.layers ?? []).map((layer) => `${layer.quantity}:${layer.valueMinor}`).join(' ');
      const right =
        cost !== undefined &&
        cost.quantity === own.quantity &&
        cost.valueMinor === own.value &&
        cost.shortQuantity === own.short &&
        cost.shortValueMinor === own.shortValue &&
        layers === storedLayers;
      if (!right) found('cost totals', 'a cost is not what its receipts and issues make of it', { own, cost });
      const entity = areaEntity.get(key.slice(0, 36)) ?? '';
      inventory.set(entity, (inventory.get(entity) ?? 0) + own.value - own.shortValue);
    }
    for (const [entity, value] of inventory) {
      look('inventory');
      const ledger = ledgerOf(entity);
      if (ledger !== value)
        found('inventory', 'the inventory account is not the value of the stock', { entity, ledger, value });
    }
  }

  function compareReservations(memory: Memory): void {
    for (const [id, own] of reservations) {
      const stored = (memory.books.get('reservation') as Map<string, Reservation> | undefined)?.get(id);
      if (stored === undefined || (stored.endedReason === undefined) !== own.open)
        found('reservations', 'a reservation is not as its changes left it', { id, own, stored });
    }
  }

  return {
    see(writes, acts) {
      for (const { key, change, before, number } of writes.changes.get('stock') ?? [])
        seeStock(key, change as StockChange, before as StockLevel | undefined, number, acts.get(number), writes.acts);
      for (const { key, change, number } of writes.changes.get('cost') ?? []) {
        seeCost(key, change as CostChange);
        const entity = acts.get(number)?.entityId;
        if (entity !== undefined) areaEntity.set(key.slice(0, 36), entity);
      }
      for (const { change } of writes.changes.get('reservation') ?? []) {
        look('reservations');
        const one = change as ReservationChange;
        if ('begin' in one)
          reservations.set(one.id, { key: one.begin.stockKey, quantity: one.begin.quantity, open: true });
        else {
          const reservation = reservations.get(one.id);
          if (reservation?.open !== true) found('reservations', 'a reservation ended that was not open', one);
          else reservation.open = false;
        }
      }
    },
    close(memory, asked, ledgerOf) {
      compareLevels(memory, asked);
      compareCosts(memory, ledgerOf);
      compareReservations(memory);
    },
  };
}
