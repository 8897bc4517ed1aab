import { sumOf } from '../kernel/sum.ts';
import type { AccountKind, AccountRole } from './chart.ts';

/** What was debited and credited to an account in some days, whole minor units of the entity's currency, both ≥ 0. */
export type AccountSum = {
  readonly role: AccountRole;
  readonly kind: AccountKind;
  readonly debitMinor: number;
  readonly creditMinor: number;
};

/**
 * What a channel, a place or a company earned: whole minor units of the entity's currency. Returns, discounts and costs are positive where
 * they take away. net revenue = revenue − discounts − returns; gross margin = net revenue − cost; contribution = gross margin − payment
 * fees − commission − carrier; `otherMinor` is every other income less every other expense; result = contribution + other.
 */
export type Contribution = {
  readonly revenueMinor: number;
  readonly discountsMinor: number;
  readonly returnsMinor: number;
  readonly netRevenueMinor: number;
  readonly costMinor: number;
  readonly grossMarginMinor: number;
  readonly paymentFeesMinor: number;
  readonly commissionMinor: number;
  readonly carrierMinor: number;
  readonly contributionMinor: number;
  readonly otherMinor: number;
  readonly resultMinor: number;
};

/** A column that accounts are summed into; the other columns are made from these. */
export type ContributionColumn =
  | 'revenue'
  | 'discounts'
  | 'returns'
  | 'cost'
  | 'paymentFees'
  | 'commission'
  | 'carrier'
  | 'other';

const COLUMN_OF_ROLE: Partial<Record<AccountRole, ContributionColumn>> = {
  revenue_goods: 'revenue',
  revenue_service: 'revenue',
  revenue_shipping: 'revenue',
  sales_adjustments: 'revenue',
  sales_discounts: 'discounts',
  loyalty_points: 'discounts',
  sales_returns: 'returns',
  cost_of_goods: 'cost',
  payment_fees: 'paymentFees',
  marketplace_commission: 'commission',
  carrier_cost: 'carrier',
};

/** The column of an account; undefined for accounts of the balance sheet, which earn nothing. */
export function columnOf(account: Pick<AccountSum, 'role' | 'kind'>): ContributionColumn | undefined {
  if (account.kind !== 'revenue' && account.kind !== 'expense') return undefined;
  return COLUMN_OF_ROLE[account.role] ?? 'other';
}

/** Adds accounts up into columns. Throws SumTooLarge. */
export function contributionOf(sums: readonly AccountSum[]): Contribution {
  const earned: Record<ContributionColumn, number> = {
    revenue: 0,
    discounts: 0,
    returns: 0,
    cost: 0,
    paymentFees: 0,
    commission: 0,
    carrier: 0,
    other: 0,
  };
  for (const sum of sums) {
    const column = columnOf(sum);
    if (column !== undefined) earned[column] = sumOf([earned[column], sum.creditMinor, -sum.debitMinor]);
  }
  const netRevenueMinor = sumOf([earned.revenue, earned.discounts, earned.returns]);
  const grossMarginMinor = sumOf([netRevenueMinor, earned.cost]);
  const contributionMinor = sumOf([grossMarginMinor, earned.paymentFees, earned.commission, earned.carrier]);
  return {
    revenueMinor: earned.revenue,
    // 0 - x, because -0 is a number of its own.
    discountsMinor: 0 - earned.discounts,
    returnsMinor: 0 - earned.returns,
    netRevenueMinor,
    costMinor: 0 - earned.cost,
    grossMarginMinor,
    paymentFeesMinor: 0 - earned.paymentFees,
    commissionMinor: 0 - earned.commission,
    carrierMinor: 0 - earned.carrier,
    contributionMinor,
    otherMinor: earned.other,
    resultMinor: sumOf([contributionMinor, earned.other]),
  };
}
