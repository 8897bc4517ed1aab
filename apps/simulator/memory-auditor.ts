import type { BatchWrites } from '../../platform/commit/store.ts';
import type { Memory } from '../../platform/commit/memory-store.ts';
import type { JournalEntry } from '../../src/accounting/journal.ts';
import type { Series } from '../../src/company/document-series.ts';
import type { FactSource, FactTaken } from '../../src/kernel/fact-source.ts';
import type { IssuedDocument, Order, OrderChange } from '../../src/orders/order.ts';
import type { Payment, PaymentChange } from '../../src/payments/payment.ts';
import { createCashAuditor } from './cash-auditor.ts';
import { addUp, ownShare } from './own-share.ts';
import { createPartsAuditor } from './parts-auditor.ts';
import { createPriceAuditor, type AuditedPrices } from './price-auditor.ts';
import { createPromotionAuditor, type LimitsInForce } from './promotion-auditor.ts';
import { createRewardAuditor } from './reward-auditor.ts';
import { createStockAuditor } from './stock-auditor.ts';
import { createVoucherAuditor } from './voucher-auditor.ts';

/** Something that does not add up: which check, in words, with the rows that show it. */
export type Finding = { readonly check: string; readonly says: string; readonly rows: readonly unknown[] };

/** An auditor that follows a memory store commit by commit and keeps books of its own. It shares types with the program, never code. */
export type MemoryAuditor = {
  /** Takes in one commit. Hand it to the store's `onWrites`. */
  see(writes: BatchWrites): void;
  /** Compares its own books with what the store holds. `looked` says how many things each check saw. */
  close(memory: Memory): { readonly findings: readonly Finding[]; readonly looked: Readonly<Record<string, number>> };
};

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

const INVENTORY = '1200';
const PREPAYMENT = '2200';
const EXCHANGE_DIFFERENCE = '6070';
const TAX = '2100';
const COST_OF_GOODS = '5000';
const SALES = new Set(['SaleRecorded', 'OrderShipped', 'GoodsReturned']);
const MOST_ROWS = 20;

/** What an auditor is told of the world: the smallest coin of a place, minor units, the limits of a promotion that were in force in a span of time, and what was done to prices. */
export type AuditedWorld = {
  readonly coinAt: (locationId: string) => number;
  readonly limitsInForce: LimitsInForce;
  readonly prices: AuditedPrices;
};

/** Opens the books of an auditor for a store that is empty. */
export function createMemoryAuditor({ coinAt, limitsInForce, prices: audited }: AuditedWorld): MemoryAuditor {
  const findings = new Map<string, { says: string; rows: unknown[] }>();
  const looked: Record<string, number> = {};
  const orders = new Map<string, OwnOrder>();
  const payments = new Map<string, OwnPayment>();
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
  const stock = createStockAuditor({ found, look });
  const parts = createPartsAuditor({ found, look });
  const promotions = createPromotionAuditor({ found, look }, limitsInForce);
  const vouchers = createVoucherAuditor({ found, look }, promotions);
  const rewards = createRewardAuditor({ found, look });
  const prices = createPriceAuditor({ found, look }, audited);
  const cash = createCashAuditor({ found, look }, coinAt);
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
    stock.see(writes, acts);
    for (const { change, number } of writes.changes.get('payment') ?? [])
      seePayment(change as PaymentChange, acts.get(number)?.type);
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
    vouchers.see(writes);
    promotions.see(writes, acts, (change, act) => vouchers.follow(change, act));
    rewards.see(writes, acts);
    cash.see(writes, acts);
    prices.see(writes);
  }

  /** What orders still ask for, by SKU and place. */
  function askedByOrders(): Map<string, number> {
    const asked = new Map<string, number>();
    for (const order of orders.values()) {
      if (order.kind !== 'order' && order.kind !== 'marketplace_order') continue;
      for (const line of order.lines.values()) {
        if (line.kind === 'goods')
          addUp(asked, `${line.sku}|${line.place}`, line.quantity - line.shipped - line.cancelled);
      }
    }
    return asked;
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
  }

  return {
    see,
    close(memory) {
      stock.close(memory, askedByOrders(), (entityId) => accounts.get(`inventory|${entityId}`) ?? 0);
      compareOrders(memory);
      compareRest(memory);
      parts.close();
      promotions.close(memory);
      vouchers.close(memory);
      rewards.close(memory, parts.allBack());
      cash.close(parts.allBack());
      return { findings: [...findings].map(([check, { says, rows }]) => ({ check, says, rows })), looked };
    },
  };
}

/** What so many units of a line owe of all its taxes. */
function taxShare({ taxes, quantity }: OwnLine, part: number): number {
  return taxes.reduce((sum, tax) => sum + ownShare(tax, part, quantity), 0);
}
