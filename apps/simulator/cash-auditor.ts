import type { BatchWrites } from '../../platform/commit/store.ts';
import type { JournalEntry } from '../../src/accounting/journal.ts';
import type { Order, OrderChange } from '../../src/orders/order.ts';
import { addUp, differing, ownShare, type AuditDesk } from './own-share.ts';

type Act = BatchWrites['acts'][number];

/** What acts tell of money, by method, and what was kept of a refund. Minor units. */
type ToldMoney = {
  readonly tenders?: Readonly<Record<string, number>>;
  readonly refunds?: Readonly<Record<string, number>>;
  readonly fact?: number | null;
  readonly reason?: string;
  readonly withheldMinor?: number;
  readonly vouchersWithheldMinor?: number;
};

/** The money of a sale: what it was rounded by and is not given back, what cash and all else paid, and what came back of each. */
type OwnCash = {
  openMinor: number;
  readonly coin: number;
  /** What cash paid, without what a till counted too much or too little. */
  readonly cash: number;
  readonly others: number;
  cashBack: number;
  othersBack: number;
  kept: number;
};

/** Rounds cash by itself: what was taken and given back in coins, and the account of what that adds up to. */
export type CashAuditor = {
  see(writes: BatchWrites, acts: ReadonlyMap<number, Act>): void;
  /** `allBack`: orders of which everything came back at what was paid. */
  close(allBack: ReadonlySet<string>): void;
};

const AS_SOLD = 'as sold';
const CASH = '1000';
const CASH_ROUNDING = '6065';

/** Opens its books. `coinAt` is the smallest coin of a place, minor units. */
export function createCashAuditor({ found, look }: AuditDesk, coinAt: (locationId: string) => number): CashAuditor {
  const sales = new Map<string, OwnCash>();
  const ownRounding = new Map<string, number>();
  const ledger = new Map<string, number>();
  const ownCash = new Map<string, number>();
  const ledgerCash = new Map<string, number>();

  function seeSale(id: string, order: Order, body: ToldMoney): void {
    const { tenders = {} } = body;
    const owner = `${order.entityId}|${order.currency}`;
    const others = sumOf(tenders) - (tenders['cash'] ?? 0);
    const cash = tenders['cash'] ?? 0;
    const coin = coinAt(order.sellingLocationId);
    const left = order.grossMinor - others;
    const fact = body.fact !== null;
    const byRule = 'cash' in tenders ? ownShare(left, 1, coin) * coin - left : 0;
    // A till that took another amount did not round.
    const rounding = fact && cash !== left + byRule ? 0 : byRule;
    sales.set(id, {
      openMinor: rounding,
      coin,
      cash: 'cash' in tenders ? left + rounding : 0,
      others,
      cashBack: 0,
      othersBack: 0,
      kept: 0,
    });
    addUp(ownRounding, owner, 0 - rounding);
    addUp(ownCash, owner, cash);
    if (rounding !== 0) look('cash rounded');
    if (rounding !== 0 && fact) look('cash rounded by tills');
    if (rounding !== 0 && others !== 0) look('cash rounded beside other money');
    if (rounding !== (order.cashRoundingMinor ?? 0))
      found('cash rounding', 'a sale tells another rounding than its cash has', { id, rounding, order });
    if (!fact && cash !== ('cash' in tenders ? left + rounding : 0))
      found('cash rounding', 'a sale took cash that is not what coins make of it', { id, left, rounding, cash });
  }

  function seeReturn(order: Order, body: ToldMoney): void {
    // What a counter tells afterwards was rounded by what it knew then, by no more than a coin.
    const asked = body.reason === AS_SOLD;
    const { refunds = {} } = body;
    const owner = `${order.entityId}|${order.currency}`;
    const sale = sales.get(order.originalOrderId ?? '');
    const others = sumOf(refunds) - (refunds['cash'] ?? 0);
    const cash = refunds['cash'] ?? 0;
    const coin = coinAt(order.sellingLocationId);
    const kept = (body.withheldMinor ?? 0) + (body.vouchersWithheldMinor ?? 0);
    const left = 0 - order.grossMinor - kept - others;
    const before = sale?.openMinor ?? 0;
    const told = 0 - (order.cashRoundingMinor ?? 0);
    const isBelieved = !asked && Math.abs(told) <= coin && (told === 0 || cash === left + told);
    const byRule = 'cash' in refunds ? ownShare(left + before, 1, coin) * coin - left : 0;
    const rounding = isBelieved ? told : byRule;
    addUp(ownRounding, owner, rounding);
    addUp(ownCash, owner, 0 - cash);
    if (rounding !== 0) look('cash given back in coins');
    if (rounding !== told)
      found('cash rounding', 'a return tells another rounding than its cash has', { order, rounding, told, sale });
    if (asked && cash !== ('cash' in refunds ? left + rounding : 0))
      found('cash rounding', 'a return gave back cash that is not what coins make of it', { order, left, rounding });
    if (sale === undefined) return;
    sale.openMinor -= rounding;
    sale.cashBack += cash;
    sale.othersBack += others;
    sale.kept += kept;
    if (asked && cash !== 0 && 2 * Math.abs(sale.openMinor) > coin)
      found('cash rounding', 'after a return more than half a coin is open', { order, sale });
  }

  return {
    see(writes, acts) {
      for (const { change, number } of writes.changes.get('order') ?? []) {
        const one = change as OrderChange;
        const act = acts.get(number);
        if (!('create' in one) || act === undefined) continue;
        const order = one.create as Order;
        if (order.kind === 'till_sale') seeSale(one.id, order, act.body);
        if (order.kind === 'return') seeReturn(order, act.body);
      }
      for (const { change } of writes.changes.get('journal') ?? []) {
        const { entityId, currency, accounts, amounts, rule } = change as JournalEntry;
        if (rule !== 'SaleRecorded' && rule !== 'GoodsReturned') continue;
        accounts.forEach((account, i) => {
          if (account === CASH_ROUNDING) addUp(ledger, `${entityId}|${currency}`, amounts[i] as number);
          if (account === CASH) addUp(ledgerCash, `${entityId}|${currency}`, amounts[i] as number);
        });
      }
    },
    close(allBack) {
      for (const owner of differing(ownRounding, ledger))
        found('account of cash rounding', 'the account is not what cash was rounded by', {
          owner,
          own: ownRounding.get(owner),
          ledger: ledger.get(owner),
        });
      for (const owner of differing(ownCash, ledgerCash))
        found('cash rounding', 'the cash account is not the cash that was taken and given back', {
          owner,
          own: ownCash.get(owner),
          ledger: ledgerCash.get(owner),
        });
      for (const id of allBack) {
        const sale = sales.get(id);
        if (sale === undefined || sale.cash === 0 || sale.kept !== 0 || sale.othersBack !== sale.others) continue;
        look('cash that came back whole');
        // A till that took odd cents gets the nearest coins back.
        const odd = Math.abs(sale.cashBack - sale.cash);
        if (sale.cash % sale.coin === 0 ? odd !== 0 : 2 * odd > sale.coin)
          found('cash rounding', 'a sale came back whole and not exactly its cash was given back', { id, sale });
      }
    },
  };
}

function sumOf(money: Readonly<Record<string, number>>): number {
  return Object.values(money).reduce((sum, amount) => sum + amount, 0);
}
