import type { BatchWrites } from '../../platform/commit/store.ts';
import type { JournalEntry } from '../../src/accounting/journal.ts';
import type { TaxTotal } from '../../src/accounting/tax-totals.ts';
import type { Order, OrderChange, OrderLine } from '../../src/orders/order.ts';
import { addUp, differing, ownShare, type AuditDesk } from './own-share.ts';

type Act = BatchWrites['acts'][number];

/** A line as it was sold, and how far it has left and come back. */
type SoldLine = { readonly line: OrderLine; readonly jurisdiction: string; shipped: number; returned: number };
type Sold = {
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly lines: Map<number, SoldLine>;
  /** Every return so far was at what was paid. */
  exact: boolean;
  leftGross: number;
  refunded: number;
};

/** Follows lines in their parts: what left and came back of each of its amounts, its taxes and its discounts, and the taxes by jurisdiction. */
export type PartsAuditor = {
  see(writes: BatchWrites, acts: ReadonlyMap<number, Act>): void;
  close(): void;
  /** Orders of which everything came back at what was paid. */
  allBack(): ReadonlySet<string>;
};

const OUTPUT_TAX = '2100';
const SALES = new Set(['SaleRecorded', 'OrderShipped', 'GoodsReturned']);
const AS_SOLD = 'as sold';

/** Opens the books of parts. */
export function createPartsAuditor({ found, look }: AuditDesk): PartsAuditor {
  const sales = new Map<string, Sold>();
  const ownTax = new Map<string, number>();
  const toldTax = new Map<string, number>();
  const taxOfDay = new Map<string, number>();
  const ledgerOfDay = new Map<string, number>();

  /** What units of a line, from one to another, come to: each amount cut by itself. */
  function partOf({ line, jurisdiction }: SoldLine, from: number, to: number): Map<string, number> {
    const cut = (amount: number): number => ownShare(amount, to, line.quantity) - ownShare(amount, from, line.quantity);
    const part = new Map<string, number>();
    addUp(part, 'net', cut(line.netMinor));
    for (const { promotionId, amountMinor } of line.discounts ?? [])
      addUp(part, `discount|${promotionId}`, cut(amountMinor));
    for (const tax of taxesOf(line, jurisdiction)) {
      const key = `${tax.jurisdiction}|${tax.code}|${tax.ratePpm}|${tax.treatment}`;
      addUp(part, `base|${key}`, cut(tax.baseMinor));
      addUp(part, `tax|${key}`, cut(tax.taxMinor));
      if (tax.treatment === 'taxed') addUp(part, 'tax', cut(tax.taxMinor));
    }
    return part;
  }

  function taxesOf(line: OrderLine, jurisdiction: string): NonNullable<OrderLine['taxes']> {
    if (line.taxes !== undefined) return line.taxes;
    if (line.kind === 'voucher') return [];
    const { taxPpm: ratePpm, netMinor: baseMinor, taxMinor } = line;
    return [{ jurisdiction, code: 'VAT', ratePpm, baseMinor, taxMinor, treatment: ratePpm === 0 ? 'zero' : 'taxed' }];
  }

  function noteTaxes(owner: string, part: ReadonlyMap<string, number>, sign: 1 | -1): void {
    for (const [key, amount] of part)
      if (key.startsWith('base|') || key.startsWith('tax|')) addUp(ownTax, `${owner}|${key}`, sign * amount);
  }

  function begin(change: OrderChange & { readonly create: unknown }, act: Act | undefined): void {
    const { id } = change;
    const create = change.create as Order;
    const owner = `${create.entityId}|${create.currency}`;
    const lines = new Map<number, SoldLine>();
    for (const line of create.lines) {
      lines.set(line.line, { line, jurisdiction: create.taxJurisdiction ?? '', shipped: line.shipped, returned: 0 });
      if (create.kind !== 'return') comparePrice(create, line);
    }
    if (create.kind === 'return') return seeReturn(create, lines, act);
    sales.set(id, { id, kind: create.kind, owner, lines, exact: true, leftGross: 0, refunded: 0 });
    if (create.kind !== 'till_sale') return;
    const sale = sales.get(id) as Sold;
    for (const one of lines.values()) {
      const part = partOf(one, 0, one.line.quantity);
      noteTaxes(owner, part, 1);
      sale.leftGross += grossOf(part);
    }
  }

  /** A line is its price times its quantity, less its discounts; its taxes are those that it lists. */
  function comparePrice(order: Order, line: OrderLine): void {
    look('line prices');
    const scale = 10 ** line.unitScale * line.unitPer;
    const list = ownShare(line.unitAmount, line.quantity, scale);
    const off = (line.discounts ?? []).reduce((sum, one) => sum + one.amountMinor, 0);
    const ordinary = (line.taxes ?? []).every(({ treatment }) => treatment === 'taxed' || treatment === 'zero');
    if (off > 0) look('discounted lines');
    if (off > 0 && off > list) found('line prices', 'more was taken off a line than it cost', line);
    if (ordinary && list - off !== (order.taxInclusive ? line.grossMinor : line.netMinor))
      found('line prices', 'a line is not its price less its discounts', { line, list, off });
    if (line.taxes === undefined) return;
    if (line.taxes.length > 1) look('lines of several taxes');
    if (!ordinary) look('lines that are not taxed');
    const owed = line.taxes.reduce((sum, one) => sum + (one.treatment === 'taxed' ? one.taxMinor : 0), 0);
    if (owed !== line.taxMinor) found('line prices', 'the taxes of a line do not sum to its tax', line);
  }

  function seeReturn(create: Order, lines: ReadonlyMap<number, SoldLine>, act: Act | undefined): void {
    const owner = `${create.entityId}|${create.currency}`;
    for (const one of lines.values()) {
      // What comes back has negative amounts and a negative quantity; its taxes stand in it as they were given back.
      for (const tax of taxesOf(one.line, one.jurisdiction)) {
        const key = `${tax.jurisdiction}|${tax.code}|${tax.ratePpm}|${tax.treatment}`;
        addUp(ownTax, `${owner}|base|${key}`, tax.baseMinor);
        addUp(ownTax, `${owner}|tax|${key}`, tax.taxMinor);
      }
    }
    const sale = sales.get(create.originalOrderId ?? '');
    if (sale === undefined) return;
    const body = act?.body as
      | {
          reason: string;
          refunds: Record<string, number>;
          withheldMinor?: number;
          vouchersWithheldMinor?: number;
          cashRoundingMinor?: number;
        }
      | undefined;
    if ((body?.withheldMinor ?? 0) > 0) look('refunds kept for spent points');
    sale.exact &&= body?.reason === AS_SOLD;
    sale.refunded +=
      Object.values(body?.refunds ?? {}).reduce((sum, amount) => sum + amount, 0) +
      (body?.withheldMinor ?? 0) +
      (body?.vouchersWithheldMinor ?? 0) -
      (body?.cashRoundingMinor ?? 0);
  }

  /** What comes back at what was paid is, to the cent, the share that it left with: of the line, of each tax and of each discount. */
  function compareReturn(sale: Sold, change: OrderChange, credit: Order | undefined, act: Act): void {
    if (!('returned' in change) || credit === undefined) return;
    const own = new Map<string, number>();
    for (const { line: number, quantity } of change.returned ?? []) {
      const one = sale.lines.get(number) as SoldLine;
      for (const [key, amount] of partOf(one, one.returned, one.returned + quantity)) addUp(own, key, amount);
      one.returned += quantity;
      if (one.returned > one.shipped)
        found('returns', 'more came back of a line than had left', { id: sale.id, number });
    }
    if (act.body.reason !== AS_SOLD) return;
    look('returns as sold');
    const told = new Map<string, number>();
    for (const line of credit.lines) {
      addUp(told, 'net', 0 - line.netMinor);
      addUp(told, 'tax', 0 - line.taxMinor);
      for (const { promotionId, amountMinor } of line.discounts ?? []) {
        look('discounts that came back');
        addUp(told, `discount|${promotionId}`, 0 - amountMinor);
      }
      for (const tax of taxesOf(line, credit.taxJurisdiction ?? '')) {
        const key = `${tax.jurisdiction}|${tax.code}|${tax.ratePpm}|${tax.treatment}`;
        addUp(told, `base|${key}`, 0 - tax.baseMinor);
        addUp(told, `tax|${key}`, 0 - tax.taxMinor);
      }
    }
    const odd = differing(own, told);
    if (odd.length > 0)
      found('returns', 'what came back is not the share that it had left with', {
        id: sale.id,
        odd: odd.map((key) => [key, own.get(key), told.get(key)]),
      });
  }

  function seeShipment(sale: Sold, change: OrderChange, act: Act): void {
    if (!('ship' in change)) return;
    const own = new Map<string, number>();
    for (const { line: number, quantity } of change.ship ?? []) {
      const one = sale.lines.get(number) as SoldLine;
      for (const [key, amount] of partOf(one, one.shipped, one.shipped + quantity)) addUp(own, key, amount);
      one.shipped += quantity;
    }
    noteTaxes(sale.owner, own, 1);
    sale.leftGross += grossOf(own);
    look('shipments in parts');
    const body = act.body as {
      netMinor: number;
      taxMinor: number;
      discounts: readonly [string, number][];
      taxes: readonly [string, string, number, string, number, number][];
    };
    const told = new Map<string, number>([
      ['net', body.netMinor],
      ['tax', body.taxMinor],
    ]);
    for (const [promotionId, amount] of body.discounts) addUp(told, `discount|${promotionId}`, amount);
    for (const [jurisdiction, code, ppm, treatment, base, tax] of body.taxes) {
      addUp(told, `base|${jurisdiction}|${code}|${ppm}|${treatment}`, base);
      addUp(told, `tax|${jurisdiction}|${code}|${ppm}|${treatment}`, tax);
    }
    const odd = differing(own, told);
    if (odd.length > 0)
      found('parts of lines', 'what left is not its share of the line', {
        id: sale.id,
        odd: odd.map((key) => [key, own.get(key), told.get(key)]),
      });
  }

  function see(writes: BatchWrites, acts: ReadonlyMap<number, Act>): void {
    const credits = new Map<number, Order>();
    const changes = writes.changes.get('order') ?? [];
    for (const { change, after, number } of changes) {
      const one = change as OrderChange;
      if (!('create' in one)) continue;
      begin(one, acts.get(number));
      if (one.create.kind === 'return') credits.set(number, after as Order);
    }
    for (const { change, number } of changes) {
      const one = change as OrderChange;
      const sale = sales.get(one.id);
      const act = acts.get(number);
      if ('create' in one || sale === undefined || act === undefined) continue;
      seeShipment(sale, one, act);
      compareReturn(sale, one, credits.get(number), act);
    }
    for (const { change } of writes.changes.get('tax_total') ?? []) {
      const total = change as TaxTotal;
      const { entityId, currency, postingDay, jurisdiction, code, ratePpm, treatment } = total;
      const key = `${entityId}|${currency}`;
      addUp(toldTax, `${key}|base|${jurisdiction}|${code}|${ratePpm}|${treatment}`, total.baseMinor);
      addUp(toldTax, `${key}|tax|${jurisdiction}|${code}|${ratePpm}|${treatment}`, total.taxMinor);
      if (treatment !== 'taxed') continue;
      addUp(taxOfDay, `${key}|${postingDay}|document`, total.taxMinor);
      addUp(taxOfDay, `${key}|${postingDay}|entity`, total.entityTaxMinor);
    }
    for (const { change } of writes.changes.get('journal') ?? []) {
      const entry = change as JournalEntry;
      const at = entry.accounts.indexOf(OUTPUT_TAX);
      if (at < 0 || !SALES.has(entry.rule)) continue;
      const key = `${entry.entityId}|${entry.currency}|${entry.postingDay}`;
      addUp(ledgerOfDay, `${key}|document`, 0 - (entry.amounts[at] as number));
      addUp(ledgerOfDay, `${key}|entity`, 0 - (entry.entityAmounts[at] as number));
    }
  }

  const isAllBack = (sale: Sold): boolean =>
    sale.exact &&
    [...sale.lines.values()].some((one) => one.returned > 0) &&
    [...sale.lines.values()].every((one) => one.returned === one.shipped);

  return {
    see,
    allBack: () => new Set([...sales.values()].filter(isAllBack).map(({ id }) => id)),
    close() {
      look('taxes by jurisdiction', ownTax.size);
      for (const key of differing(ownTax, toldTax))
        found('tax totals', 'the taxes of a jurisdiction are not those of the lines', {
          key,
          own: ownTax.get(key),
          told: toldTax.get(key),
        });
      look('taxes of days', taxOfDay.size);
      for (const key of differing(taxOfDay, ledgerOfDay))
        found('tax totals', 'the taxes of a day are not what was posted as output tax', {
          key,
          totals: taxOfDay.get(key),
          ledger: ledgerOfDay.get(key),
        });
      for (const sale of sales.values()) {
        if (!isAllBack(sale)) continue;
        look('orders that came back whole');
        if (sale.refunded !== sale.leftGross)
          found('returns', 'an order came back whole and not exactly what was paid went back', {
            id: sale.id,
            paid: sale.leftGross,
            refunded: sale.refunded,
          });
      }
    },
  };
}

function grossOf(part: ReadonlyMap<string, number>): number {
  return (part.get('net') ?? 0) + (part.get('tax') ?? 0);
}
