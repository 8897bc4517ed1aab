import type { CommandRules } from '../../../platform/commit/command.ts';
import { bookExpense, closePeriod, type BookExpense, type ClosePeriod } from '../book-expense.ts';
import { PERIODS } from '../journal.ts';
import { openBalances, type OpenBalances } from '../open-balances.ts';

/** The commands of accounting. */
export const journalCommands = [
  { type: 'BookExpense', kind: 'request', keys: () => ({}), decide: bookExpense } satisfies CommandRules<BookExpense>,
  { type: 'ClosePeriod', kind: 'request', keys: () => ({}), decide: closePeriod } satisfies CommandRules<ClosePeriod>,
  {
    type: 'OpenBalances',
    kind: 'request',
    keys: () => ({}),
    decide: openBalances,
  } satisfies CommandRules<OpenBalances>,
] as unknown as readonly CommandRules[];

/**
 * Every command that names a legal entity needs to know up to when its books are closed, because what it brings about is posted in
 * the same commit. Lower domains do not know accounting, so the composition root lends them this key.
 */
export function withPeriod(rules: CommandRules): CommandRules {
  return {
    ...rules,
    keys: (body) => {
      const { entityId } = body as { entityId?: string };
      return entityId === undefined ? rules.keys(body) : { ...rules.keys(body), [PERIODS.name]: [entityId] };
    },
  };
}
