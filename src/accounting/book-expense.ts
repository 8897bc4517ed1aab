import type { Rejection } from '../kernel/decision.ts';
import type { Draft } from '../kernel/draft.ts';
import { compareDays, type BusinessDay } from '../kernel/time.ts';
import { placeOf, type StockOccasion } from '../stock/goods.ts';
import type { AccountRole } from './chart.ts';
import { PERIODS } from './journal.ts';

/** An expense, fee or write-off that no sale brings: bank charges, marketplace fees billed later, bad debts. Minor units, not 0. */
export type BookExpense = StockOccasion & {
  readonly expenseId: string;
  readonly debit: AccountRole;
  readonly credit: AccountRole;
  readonly currency: string;
  readonly rate: readonly [number, number];
  readonly amountMinor: number;
  readonly note: string;
};

/** Refuses `nothing_to_book` and `same_account`. */
export function bookExpense(draft: Draft, command: BookExpense): Rejection | undefined {
  if (command.amountMinor === 0) return { reason: 'nothing_to_book' };
  if (command.debit === command.credit) return { reason: 'same_account', account: command.debit };
  const { expenseId, debit, credit, currency, entityCurrency, rate, amountMinor, note } = command;
  draft.act({
    type: 'ExpenseBooked',
    version: 1,
    topic: 'journal',
    ...placeOf(command),
    subjectId: expenseId,
    body: { expenseId, debit, credit, currency, entityCurrency, rate, amountMinor, note },
  });
  return undefined;
}

/** Closes the books of a legal entity up to and including a day. `today` is the entity's business day. */
export type ClosePeriod = StockOccasion & { readonly through: BusinessDay };

/** Refuses `already_closed` (through) and `period_not_over`. */
export function closePeriod(draft: Draft, command: ClosePeriod): Rejection | undefined {
  const period = draft.get(PERIODS, command.entityId);
  if (period !== undefined && compareDays(command.through, period.closedThrough) <= 0)
    return { reason: 'already_closed', through: period.closedThrough };
  if (compareDays(command.through, command.businessDay) >= 0)
    return { reason: 'period_not_over', through: command.through, today: command.businessDay };
  draft.change(PERIODS, { entityId: command.entityId, closeThrough: command.through });
  const { locationId: _, ...where } = placeOf(command);
  draft.act({ type: 'PeriodClosed', version: 1, topic: 'journal', ...where, body: { through: command.through } });
  return undefined;
}
