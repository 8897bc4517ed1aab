import type { AccountRole } from './chart.ts';

/**
 * What an expense is for, and from where it is paid when nobody says: the account it is debited to and those it may be credited to, the
 * usual one first. Fees and commission of sales are posted with the sales; these are the ones that are billed later.
 */
export const EXPENSE_KINDS = {
  payment_fee: { debit: 'payment_fees', paidFrom: ['bank', 'card_clearing'] },
  marketplace_fee: { debit: 'marketplace_commission', paidFrom: ['marketplace_clearing', 'bank'] },
  carrier: { debit: 'carrier_cost', paidFrom: ['bank', 'carrier_accrual'] },
  carrier_invoice: { debit: 'carrier_accrual', paidFrom: ['bank'] },
  bank_charge: { debit: 'bank_charges', paidFrom: ['bank'] },
  bad_debt: { debit: 'bad_debts', paidFrom: ['receivable', 'card_clearing', 'marketplace_clearing'] },
  till_difference: { debit: 'cash_difference', paidFrom: ['cash'] },
  other: { debit: 'other_expense', paidFrom: ['bank', 'cash'] },
} as const satisfies Record<string, { readonly debit: AccountRole; readonly paidFrom: readonly AccountRole[] }>;

/** A kind of expense. */
export type ExpenseKind = keyof typeof EXPENSE_KINDS;

/** All kinds of expense, in the order of screens. */
export const EXPENSE_KIND_NAMES = Object.keys(EXPENSE_KINDS) as ExpenseKind[];

/** The account that an expense is paid from, or undefined when its kind cannot be paid from there. */
export function paidFrom(kind: ExpenseKind, role: string | undefined): AccountRole | undefined {
  const allowed: readonly AccountRole[] = EXPENSE_KINDS[kind].paidFrom;
  return role === undefined ? allowed[0] : allowed.find((one) => one === role);
}
