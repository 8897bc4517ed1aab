import { expect, test } from 'vitest';
import { DEFAULT_CHART } from './chart.ts';
import { columnOf, contributionOf, type AccountSum } from './contribution.ts';
import { EXPENSE_KIND_NAMES, EXPENSE_KINDS, paidFrom } from './expense-kind.ts';

const sum = (role: AccountSum['role'], debitMinor: number, creditMinor: number): AccountSum => {
  const account = DEFAULT_CHART.find((one) => one.role === role);
  return { role, kind: account?.kind ?? 'asset', debitMinor, creditMinor };
};

test('revenue, what is taken off it, cost, and what selling cost', () => {
  const sums = [
    sum('revenue_goods', 0, 10_000),
    sum('revenue_shipping', 100, 500),
    sum('sales_discounts', 300, 0),
    sum('sales_returns', 1000, 0),
    sum('cost_of_goods', 5000, 400),
    sum('payment_fees', 140, 0),
    sum('marketplace_commission', 600, 0),
    sum('carrier_cost', 350, 0),
    sum('shrinkage', 70, 0),
    sum('stock_found', 0, 20),
    sum('inventory', 9999, 0),
  ];
  expect(contributionOf(sums)).toEqual({
    revenueMinor: 10_400,
    discountsMinor: 300,
    returnsMinor: 1000,
    netRevenueMinor: 9100,
    costMinor: 4600,
    grossMarginMinor: 4500,
    paymentFeesMinor: 140,
    commissionMinor: 600,
    carrierMinor: 350,
    contributionMinor: 3410,
    otherMinor: -50,
    resultMinor: 3360,
  });
});

test('nothing is nought, and never minus nought', () => {
  for (const value of Object.values(contributionOf([]))) expect(Object.is(value, 0)).toBe(true);
});

test('every account of income and expense is in one column, the others in none', () => {
  for (const account of DEFAULT_CHART)
    expect(columnOf(account) !== undefined).toBe(account.kind === 'revenue' || account.kind === 'expense');
});

test('an expense is paid from where it can be', () => {
  for (const kind of EXPENSE_KIND_NAMES) {
    expect(paidFrom(kind, undefined)).toBe(EXPENSE_KINDS[kind].paidFrom[0]);
    expect(paidFrom(kind, EXPENSE_KINDS[kind].debit)).toBeUndefined();
  }
  expect(paidFrom('other', 'cash')).toBe('cash');
});
