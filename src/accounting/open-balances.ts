import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { placeOf, type StockOccasion } from '../stock/goods.ts';
import type { AccountRole } from './chart.ts';

/** What ledger accounts stood at when the books here began: signed whole minor units of the entity's currency, debits positive. */
export type OpenBalances = StockOccasion & {
  readonly balancesId: string;
  readonly balances: readonly { readonly account: AccountRole; readonly amountMinor: number }[];
};

/**
 * Accounts that an opening balance cannot set, because other books say what they stand at: inventory is the value of the stock, prepayments are those of
 * orders. `opening_equity` is the other side of every opening balance and takes the difference.
 */
export const KEPT_BY_OTHER_BOOKS: ReadonlySet<AccountRole> = new Set(['inventory', 'customer_prepayment']);

/** Refuses `nothing_to_book`, and `kept_by_another_book` naming the account. */
export function openBalances(draft: Draft, command: OpenBalances): Rejection | undefined {
  const balances = command.balances.filter(({ amountMinor }) => amountMinor !== 0);
  if (balances.length === 0) return { reason: 'nothing_to_book' };
  const kept = balances.find(({ account }) => KEPT_BY_OTHER_BOOKS.has(account));
  if (kept !== undefined) return { reason: 'kept_by_another_book', account: kept.account };
  draft.act({
    type: 'BalancesOpened',
    version: 1,
    topic: 'journal',
    ...placeOf(command),
    subjectId: command.balancesId,
    body: {
      balancesId: command.balancesId,
      currency: command.entityCurrency,
      entityCurrency: command.entityCurrency,
      balances,
    },
  });
  return undefined;
}
