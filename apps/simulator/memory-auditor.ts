import type { BatchWrites } from '../../platform/commit/store.ts';
import type { Memory } from '../../platform/commit/memory-store.ts';
import type { JournalEntry } from '../../src/accounting/journal.ts';
import type { Series } from '../../src/company/document-series.ts';
import type { FactSource, FactTaken } from '../../src/kernel/fact-source.ts';
import type { IssuedDocument, Order, OrderChange } from '../../src/orders/order.ts';
import type { Payment, PaymentChange } from '../../src/payments/payment.ts';
import type { CostChange, StockCost } from '../../src/stock/cost.ts';
import type { Reservation, ReservationChange } from '../../src/stock/reserve.ts';
import type { StockChange, StockLevel } from '../../src/stock/stock-level.ts';
import { ownIssue, ownReceipt, type OwnCost } from './own-costs.ts';
import { ownShare } from './own-share.ts';
import { createPartsAuditor } from './parts-auditor.ts';
import { createPromotionAuditor } from './promotion-auditor.ts';
import { createRewardAuditor } from './reward-auditor.ts';

/** Something that does not add up: which check, in words, with the rows that show it. */
export type Finding = { readonly check: string; readonly says: string; readonly rows: readonly unknown[] };

/** An auditor that follows a memory store commit by commit and keeps books of its own. It shares types with the program, never code. */
export type MemoryAuditor = {
  /** Takes in one commit. Hand it to the store's `onWrites`. */
  see(writes: BatchWrites): void;
  /** Compares its own books with what the store holds. `looked` says how many things each check saw. */
  close(memory: Memory): { readonly findings: readonly Finding[]; readonly looked: Readonly<Record<string, number>> };
};

type OwnLevel = { net: number; promised: number; held: number; moves: number; changes: number; safety: number };
type OwnLine = {
  quantity: number;
  shipped: number;
  cancelled: number;
  returned: number;
  cost: number;
  net: number;
  tax: number;
  /** What of it each tax is: each is cut by itself. */
  taxes: readonly number[];
  kind: string;
  sku: string;
  place: string;
};
type OwnOrder = {
  kind: string;
  entity: string;
  currency: string;
  prepaid: number;
  takenInAdvance: number;
  lines: Map<number, OwnLine>;
  invoicedNet: number;
  invoicedTax: number;
};
/** `returned` is what was given back because goods came back; `refunded` counts it too. */
type OwnPayment = {
  order: string;
  authorised: number;
  captured: number;
  voided: number;
  refunded: number;
  returned: number;
};

/** Acts that only facts bring about; all others asked and may not overrun. */
const FACTS = new Set(['MarketplaceOrderRecorded', 'StockCounted', 'StockAdjusted']);
const INVENTORY = '1200';
const PREPAYMENT = '2200';
const EXCHANGE_DIFFERENCE = '6070';
const TAX = '2100';
const COST_OF_GOODS = '5000';
const SALES = new Set(['SaleRecorded', 'OrderShipped', 'GoodsReturned']);
const MOST_ROWS = 20;

/** Opens the books of an auditor for a store that is empty. */
export function createMemoryAuditor(): MemoryAuditor {
  const findings = new Map<string, { says: string; rows: unknown[] }>();
  const looked: Record<string, number> = {};
  const levels = new Map<string, OwnLevel>();
  const costs = new Map<string, OwnCost>();
  const areaEntity = new Map<string, string>();
  const orders = new Map<string, OwnOrder>();
  const payments = new Map<string, OwnPayment>();
  const reservations = new Map<string, { key: string; quantity: number; open: boolean }>();
  const numbers = new Map<string, number>();
  const seriesIds = new Map<string, string>();
  const documents = new Map<string, Set<number>>();
  const counters = new Map<string, number>();
  const keys = new Set<string>();
  const keyEvents = new Set<number>();
  const accounts = new Map<string, number>();
  let lastEvent = 0;
  let lastRecorded = 0;

  const found = (check: string, says: string, row: unknown): void => {
    const known = findings.get(check);
    if (known === undefined) findings.set(check, { says, rows: [row] });
    else if (known.rows.length < MOST_ROWS) known.rows.push(row);
  };
  const look = (check: string, times = 1): void => {
    looked[check] = (looked[check] ?? 0) + times;
  };
  const parts = createPartsAuditor({ found, look });
  const promotions = createPromotionAuditor({ found, look });
  const rewards = createRewardAuditor({ found, look });
  const book = (key: string, amount: number): void => {
    accounts.set(key, (accounts.get(key) ?? 0) + amount);
  };

  function seeActs(writes: BatchWrites): Map<number, BatchWrites['acts'][number]> {
    const byNumber = new Map<number, BatchWrites['acts'][number]>();
    for (const act of writes.acts) {
      look('events');
      if (act.number !== lastEvent + 1)
        found('events', 'event numbers have a gap or a double', { after: lastEvent, number: act.number });
      if (act.recordedAt < lastRecorded) found('events', 'recorded time went back', { number: act.number });
      lastEvent = act.number;
      lastRecorded = act.recordedAt;
      byNumber.set(act.number, act);
    }
    for (const key of writes.keys) {
      look('keys');
      if (keys.has(key.keyHash)) found('keys', 'a key was accepted twice', key);
      if (keyEvents.has(key.eventNumber)) found('keys', 'two keys for one event', key);
      if (!byNumber.has(key.eventNumber)) found('keys', 'a key without its event in the same commit', key);
      keys.add(key.keyHash);
      keyEvents.add(key.eventNumber);
    }
    return byNumber;
  }

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

  function seeOrder(change: OrderChange): void {
    look('orders');
    if ('create' in change) {
      const { create } = change;
      const lines = new Map<number, OwnLine>();
      let net = 0;
      let tax = 0;
      for (const line of create.lines) {
        lines.set(line.line, {
          quantity: line.quantity,
          shipped: line.shipped,
          cancelled: line.cancelled,
          returned: line.returned,
          cost: line.costMinor,
          net: line.netMinor,
          tax: line.taxMinor,
          taxes: line.taxes?.map((one) => (one.treatment === 'taxed' ? one.taxMinor : 0)) ?? [line.taxMinor],
          kind: line.kind,
          sku: line.skuId,
          place: line.fulfillingLocationId,
        });
        net += line.netMinor;
        tax += line.taxMinor;
        if (line.netMinor + line.taxMinor !== line.grossMinor) found('orders', 'a line does not add up', line);
      }
      if (net !== create.netMinor || tax !== create.taxMinor || net + tax !== create.grossMinor)
        found('orders', 'a header is not the sum of its lines', { id: change.id });
      if (orders.has(change.id)) found('orders', 'an order began twice', { id: change.id });
      orders.set(change.id, {
        kind: create.kind,
        entity: create.entityId,
        currency: create.currency,
        prepaid: create.prepaidMinor,
        takenInAdvance: create.prepaidMinor,
        lines,
        invoicedNet: 0,
        invoicedTax: 0,
      });
      return;
    }
    const order = orders.get(change.id);
    if (order === undefined) return found('orders', 'a change of an order that never began', { id: change.id });
    order.prepaid -= change.released?.minor ?? 0;
    for (const part of change.ship ?? []) {
      const line = order.lines.get(part.line) as OwnLine;
      line.shipped += part.quantity;
      line.cost += part.costMinor ?? 0;
    }
    for (const part of change.cancel ?? []) (order.lines.get(part.line) as OwnLine).cancelled += part.quantity;
    for (const part of change.returned ?? []) {
      const line = order.lines.get(part.line);
      if (line !== undefined) line.returned += part.quantity;
    }
  }

  function seePayment(change: PaymentChange, type: string | undefined): void {
    look('payments');
    if ('begin' in change) {
      payments.set(change.id, {
        order: change.begin.orderId,
        authorised: change.begin.authorised,
        captured: change.begin.captured,
        voided: 0,
        refunded: 0,
        returned: 0,
      });
      return;
    }
    const payment = payments.get(change.id);
    if (payment === undefined) return found('payments', 'a change of a payment that never began', { id: change.id });
    if ('capture' in change) payment.captured += change.capture;
    else if ('void' in change) payment.voided += change.void;
    else {
      payment.refunded += change.refund;
      if (type === 'GoodsReturned') payment.returned += change.refund;
    }
  }

  function seeEntry(entry: JournalEntry): void {
    look('journal');
    let sum = 0;
    let entitySum = 0;
    entry.accounts.forEach((account, i) => {
      const amount = entry.amounts[i] as number;
      const entityAmount = entry.entityAmounts[i] as number;
      sum += amount;
      entitySum += entityAmount;
      if (account === INVENTORY) book(`inventory|${entry.entityId}`, entityAmount);
      if (account === PREPAYMENT) {
        book(`prepayment|${entry.entityId}|${entry.currency}`, amount);
        book(`prepaid|${entry.documentId}`, amount);
        book(`prepaid booked|${entry.documentId}`, entityAmount);
        if (entry.currency !== entry.entityCurrency) look('foreign prepayments');
      }
      if (account === EXCHANGE_DIFFERENCE && entityAmount !== 0) look('exchange differences');
      if (SALES.has(entry.rule)) {
        if (account === TAX) book(`tax|${entry.entityId}|${entry.currency}`, amount);
        if (account === COST_OF_GOODS) book(`cost|${entry.entityId}`, entityAmount);
      }
      if (entry.currency === entry.entityCurrency && amount !== entityAmount)
        found('journal', 'one currency, two amounts', entry);
    });
    if (sum !== 0) found('journal', "an entry does not balance in the document's currency", entry);
    if (entitySum !== 0) found('journal', "an entry does not balance in the entity's currency", entry);
    if (
      entry.accounts.length < 2 ||
      entry.amounts.length !== entry.accounts.length ||
      entry.entityAmounts.length !== entry.accounts.length
    )
      found('journal', 'an entry of odd shape', entry);
    if (entry.eventNumber > lastEvent) found('journal', 'an entry of no event', entry);
  }

  function seeDocument(document: IssuedDocument): void {
    look('documents');
    let taken = documents.get(document.seriesId);
    if (taken === undefined) documents.set(document.seriesId, (taken = new Set()));
    if (taken.has(document.number)) found('series', 'a number was issued twice', document);
    taken.add(document.number);
    book(`issued tax|${document.entityId}|${document.currency}`, document.taxMinor);
    const order = orders.get(document.orderId);
    if (order !== undefined) {
      order.invoicedNet += document.netMinor;
      order.invoicedTax += document.taxMinor;
    }
  }

  function see(writes: BatchWrites): void {
    const acts = seeActs(writes);
    // Orders before documents and levels: a document belongs to an order of the same commit.
    for (const { change } of writes.changes.get('order') ?? []) seeOrder(change as OrderChange);
    for (const { key, change, before, number } of writes.changes.get('stock') ?? [])
      seeStock(key, change as StockChange, before as StockLevel | undefined, number, acts.get(number), writes.acts);
    for (const { key, change, number } of writes.changes.get('cost') ?? []) {
      seeCost(key, change as CostChange);
      const entity = acts.get(number)?.entityId;
      if (entity !== undefined) areaEntity.set(key.slice(0, 36), entity);
    }
    for (const { change, number } of writes.changes.get('payment') ?? [])
      seePayment(change as PaymentChange, acts.get(number)?.type);
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
    for (const { key, after } of writes.changes.get('series') ?? []) {
      numbers.set(key, (numbers.get(key) ?? 0) + 1);
      seriesIds.set(key, (after as Series).id);
    }
    for (const { change } of writes.changes.get('fact_source') ?? []) {
      look('facts');
      const { sourceId, counter } = change as FactTaken;
      if (counter !== (counters.get(sourceId) ?? 0) + 1) found('facts', 'a fact is missing or doubled', change);
      counters.set(sourceId, counter);
    }
    for (const { change } of writes.changes.get('document') ?? []) seeDocument(change as IssuedDocument);
    for (const { change } of writes.changes.get('journal') ?? []) seeEntry(change as JournalEntry);
    parts.see(writes, acts);
    promotions.see(writes, acts);
    rewards.see(writes, acts);
  }

  function compareLevels(memory: Memory): void {
    const stored = (memory.books.get('stock') ?? new Map()) as Map<string, StockLevel>;
    if (stored.size !== levels.size)
      found('levels', 'there are levels that no change explains', { stored: stored.size, own: levels.size });
    const promised = new Map<string, number>();
    const held = new Map<string, number>();
    const add = (map: Map<string, number>, key: string, quantity: number): void =>
      void map.set(key, (map.get(key) ?? 0) + quantity);
    for (const order of orders.values()) {
      if (order.kind !== 'order' && order.kind !== 'marketplace_order') continue;
      for (const line of order.lines.values()) {
        if (line.kind === 'goods')
          add(promised, `${line.sku}|${line.place}`, line.quantity - line.shipped - line.cancelled);
      }
    }
    for (const one of reservations.values()) {
      if (!one.open) continue;
      add(promised, one.key.slice(0, 73), one.quantity);
      add(held, one.key, one.quantity);
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

  function compareCosts(memory: Memory): void {
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
      const ledger = accounts.get(`inventory|${entity}`) ?? 0;
      if (ledger !== value)
        found('inventory', 'the inventory account is not the value of the stock', { entity, ledger, value });
    }
  }

  function compareOrders(memory: Memory): void {
    const stored = (memory.books.get('order') ?? new Map()) as Map<string, Order>;
    const paid = new Map<string, { authorised: number; captured: number; voided: number; refunded: number }>();
    const storedPayments = (memory.books.get('payment') ?? new Map()) as Map<string, Payment>;
    for (const [id, own] of payments) {
      look('payment totals');
      const payment = storedPayments.get(id);
      const same =
        payment?.authorised === own.authorised &&
        payment.captured === own.captured &&
        payment.voided === own.voided &&
        payment.refunded === own.refunded;
      if (!same) found('payment totals', 'a payment is not the sum of its changes', { own, payment });
      if (
        own.captured + own.voided > own.authorised ||
        own.refunded > own.captured ||
        own.captured < 0 ||
        own.voided < 0 ||
        own.refunded < 0
      )
        found('payment totals', 'more money moved than may', { id, own });
      const sums = paid.get(own.order) ?? { authorised: 0, captured: 0, voided: 0, refunded: 0 };
      paid.set(own.order, sums);
      sums.authorised += own.authorised;
      sums.captured += own.captured;
      sums.voided += own.voided;
      // What goods brought back has a credit note of its own.
      sums.refunded += own.refunded - own.returned;
    }
    const costOf = new Map<string, number>();
    const prepaid = new Map<string, number>();
    for (const [id, own] of orders) {
      look('order totals');
      const order = stored.get(id);
      if (order === undefined) {
        found('order totals', 'an order is missing', { id });
        continue;
      }
      let net = 0;
      let tax = 0;
      let openGross = 0;
      let openUnits = 0;
      let negative = false;
      for (const line of own.lines.values()) {
        const storedLine = order.lines.find((one) => own.lines.get(one.line) === line);
        const same =
          storedLine?.shipped === line.shipped &&
          storedLine.cancelled === line.cancelled &&
          storedLine.returned === line.returned &&
          storedLine.costMinor === line.cost;
        if (!same) found('order totals', 'a line is not the sum of its changes', { id, line, storedLine });
        if (line.quantity > 0 && (line.shipped + line.cancelled > line.quantity || line.returned > line.shipped))
          found('order totals', 'more left a line than it held', { id, line });
        costOf.set(own.entity, (costOf.get(own.entity) ?? 0) + line.cost);
        if (own.kind === 'return') {
          net += line.net;
          tax += line.tax;
          continue;
        }
        net += ownShare(line.net, line.shipped, line.quantity);
        tax += taxShare(line, line.shipped);
        const end = line.quantity - line.cancelled;
        openUnits += end - line.shipped;
        openGross +=
          ownShare(line.net, end, line.quantity) -
          ownShare(line.net, line.shipped, line.quantity) +
          taxShare(line, end) -
          taxShare(line, line.shipped);
        if (line.net + line.tax < 0) negative = true;
      }
      if (net !== own.invoicedNet || tax !== own.invoicedTax)
        found('documents', 'the documents of an order are not what left it', { id, net, tax, own });
      const money = paid.get(id) ?? { authorised: 0, captured: 0, voided: 0, refunded: 0 };
      if (own.kind === 'order' || own.kind === 'marketplace_order') {
        if (money.captured - money.refunded !== net + tax + own.prepaid)
          found('order money', 'what was taken is neither invoiced nor a prepayment', {
            id,
            money,
            net,
            tax,
            prepaid: own.prepaid,
          });
        if (
          own.kind === 'order' &&
          !negative &&
          money.authorised - money.captured - money.voided + own.prepaid !== openGross
        )
          found('order money', 'what may still be taken is not what is still open', {
            id,
            money,
            openGross,
            prepaid: own.prepaid,
          });
        prepaid.set(`${own.entity}|${own.currency}`, (prepaid.get(`${own.entity}|${own.currency}`) ?? 0) + own.prepaid);
      }
      if (own.prepaid !== order.prepaidMinor)
        found('order totals', 'a prepayment is not the sum of its changes', { id });
      comparePrepayment(id, { own, order, ended: openUnits === 0 });
    }
    for (const [key, sum] of prepaid) {
      look('prepayments');
      if ((accounts.get(`prepayment|${key}`) ?? 0) + sum !== 0)
        found('prepayments', 'the prepayment account is not the prepayments of the orders', {
          key,
          ledger: accounts.get(`prepayment|${key}`),
          sum,
        });
    }
    for (const [entity, sum] of costOf) {
      look('cost of goods');
      if ((accounts.get(`cost|${entity}`) ?? 0) !== sum)
        found('cost of goods', 'the cost account is not the cost of the lines', {
          entity,
          ledger: accounts.get(`cost|${entity}`),
          sum,
        });
    }
    for (const [key, sum] of accounts) {
      if (!key.startsWith('issued tax|')) continue;
      look('tax');
      if ((accounts.get(key.replace('issued ', '')) ?? 0) + sum !== 0)
        found('tax', 'the tax account is not the tax of the documents', { key, sum });
    }
  }

  /** The account of prepayments order by order, and at nought in both currencies when nothing of the order is open. */
  function comparePrepayment(id: string, { own, order, ended }: { own: OwnOrder; order: Order; ended: boolean }): void {
    if (own.takenInAdvance === 0) return;
    look('booked prepayments');
    const ledger = accounts.get(`prepaid|${id}`) ?? 0;
    const booked = accounts.get(`prepaid booked|${id}`) ?? 0;
    if (ledger + own.prepaid !== 0 || booked + order.prepaidBookedMinor !== 0)
      found('booked prepayments', 'the prepayment of an order is not what stands in the books', {
        id,
        ledger,
        booked,
        order,
      });
    if (!ended) return;
    look('prepayments that ended');
    if (ledger !== 0 || booked !== 0)
      found('booked prepayments', 'an order ended and its prepayment did not', { id, ledger, booked, order });
  }

  function compareRest(memory: Memory): void {
    if (memory.eventNumber !== lastEvent)
      found('events', 'the counter is not the last event', { counter: memory.eventNumber, lastEvent });
    if (memory.known.size !== keys.size)
      found('keys', 'there are keys that no commit explains', { stored: memory.known.size });
    const series = (memory.books.get('series') ?? new Map()) as Map<string, Series>;
    for (const [key, taken] of numbers) {
      look('series');
      if (series.get(key)?.lastNumber !== taken)
        found('series', 'a series has a gap or a double', { key, taken, stored: series.get(key) });
      const issued = documents.get(seriesIds.get(key) ?? '')?.size ?? 0;
      if (key.split('|')[1] !== 'order' && issued !== taken)
        found('series', 'a number was taken and no document has it', { key, taken, issued });
    }
    for (const [source, counter] of counters) {
      const stored = (memory.books.get('fact_source') as Map<string, FactSource> | undefined)?.get(source);
      if (stored?.lastCounter !== counter)
        found('facts', 'a source does not stand where its facts end', { source, counter, stored });
    }
    for (const [id, own] of reservations) {
      const stored = (memory.books.get('reservation') as Map<string, Reservation> | undefined)?.get(id);
      if (stored === undefined || (stored.endedReason === undefined) !== own.open)
        found('reservations', 'a reservation is not as its changes left it', { id, own, stored });
    }
  }

  return {
    see,
    close(memory) {
      compareLevels(memory);
      compareCosts(memory);
      compareOrders(memory);
      compareRest(memory);
      parts.close();
      promotions.close(memory);
      rewards.close(memory, parts.allBack());
      return { findings: [...findings].map(([check, { says, rows }]) => ({ check, says, rows })), looked };
    },
  };
}

/** What so many units of a line owe of all its taxes. */
function taxShare({ taxes, quantity }: OwnLine, part: number): number {
  return taxes.reduce((sum, tax) => sum + ownShare(tax, part, quantity), 0);
}
