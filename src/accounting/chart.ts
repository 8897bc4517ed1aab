/** What an account is for. Posting rules name roles; each legal entity maps roles to its own account numbers. */
export type AccountRole =
  | 'cash'
  | 'card_clearing'
  | 'marketplace_clearing'
  | 'bank'
  | 'receivable'
  | 'inventory'
  | 'goods_received_not_invoiced'
  | 'carrier_accrual'
  | 'output_tax'
  | 'customer_prepayment'
  | 'voucher_liability'
  | 'gift_card_liability'
  | 'store_credit_liability'
  | 'points_liability'
  | 'reward_overdraft'
  | 'opening_equity'
  | 'revenue_goods'
  | 'revenue_service'
  | 'revenue_shipping'
  | 'sales_discounts'
  | 'sales_adjustments'
  | 'sales_returns'
  | 'loyalty_points'
  | 'reward_breakage'
  | 'cost_of_goods'
  | 'shrinkage'
  | 'stock_found'
  | 'cost_variance'
  | 'payment_fees'
  | 'marketplace_commission'
  | 'carrier_cost'
  | 'bank_charges'
  | 'bad_debts'
  | 'other_expense'
  | 'cash_difference'
  | 'cash_rounding'
  | 'exchange_difference';

/** The five kinds of account of double-entry bookkeeping. */
export type AccountKind = 'asset' | 'liability' | 'equity' | 'revenue' | 'expense';

/** An account of a legal entity. */
export type LedgerAccount = {
  readonly code: string;
  readonly name: string;
  readonly kind: AccountKind;
  readonly role: AccountRole;
};

/** The chart of accounts a new legal entity begins with; an accountant renames and renumbers it. */
export const DEFAULT_CHART: readonly LedgerAccount[] = [
  { code: '1000', name: 'Cash in tills', kind: 'asset', role: 'cash' },
  { code: '1010', name: 'Card payments to come', kind: 'asset', role: 'card_clearing' },
  { code: '1020', name: 'Marketplace payouts to come', kind: 'asset', role: 'marketplace_clearing' },
  { code: '1030', name: 'Bank', kind: 'asset', role: 'bank' },
  { code: '1100', name: 'Accounts receivable', kind: 'asset', role: 'receivable' },
  { code: '1110', name: 'Gift cards and credit overdrawn', kind: 'asset', role: 'reward_overdraft' },
  { code: '1200', name: 'Inventory', kind: 'asset', role: 'inventory' },
  { code: '2000', name: 'Goods received, not invoiced', kind: 'liability', role: 'goods_received_not_invoiced' },
  { code: '2050', name: 'Carrier invoices to come', kind: 'liability', role: 'carrier_accrual' },
  { code: '2100', name: 'Output tax', kind: 'liability', role: 'output_tax' },
  { code: '2200', name: 'Customer prepayments', kind: 'liability', role: 'customer_prepayment' },
  { code: '2300', name: 'Vouchers outstanding', kind: 'liability', role: 'voucher_liability' },
  { code: '2310', name: 'Gift cards outstanding', kind: 'liability', role: 'gift_card_liability' },
  { code: '2320', name: 'Store credit outstanding', kind: 'liability', role: 'store_credit_liability' },
  { code: '2330', name: 'Loyalty points outstanding', kind: 'liability', role: 'points_liability' },
  { code: '3000', name: 'Opening balance', kind: 'equity', role: 'opening_equity' },
  { code: '4000', name: 'Sales of goods', kind: 'revenue', role: 'revenue_goods' },
  { code: '4010', name: 'Services', kind: 'revenue', role: 'revenue_service' },
  { code: '4020', name: 'Shipping charged', kind: 'revenue', role: 'revenue_shipping' },
  { code: '4030', name: 'Discounts', kind: 'revenue', role: 'sales_discounts' },
  { code: '4040', name: 'Manual adjustments of sales', kind: 'revenue', role: 'sales_adjustments' },
  { code: '4050', name: 'Loyalty points granted and used', kind: 'revenue', role: 'loyalty_points' },
  { code: '4060', name: 'Gift cards and points never used', kind: 'revenue', role: 'reward_breakage' },
  { code: '4100', name: 'Returns', kind: 'revenue', role: 'sales_returns' },
  { code: '5000', name: 'Cost of goods sold', kind: 'expense', role: 'cost_of_goods' },
  { code: '5100', name: 'Shrinkage and write-offs', kind: 'expense', role: 'shrinkage' },
  { code: '5110', name: 'Stock found', kind: 'revenue', role: 'stock_found' },
  { code: '5120', name: 'Cost differences of late receipts', kind: 'expense', role: 'cost_variance' },
  { code: '6000', name: 'Payment fees', kind: 'expense', role: 'payment_fees' },
  { code: '6010', name: 'Marketplace commission', kind: 'expense', role: 'marketplace_commission' },
  { code: '6020', name: 'Carriers', kind: 'expense', role: 'carrier_cost' },
  { code: '6030', name: 'Bank charges', kind: 'expense', role: 'bank_charges' },
  { code: '6040', name: 'Bad debts', kind: 'expense', role: 'bad_debts' },
  { code: '6050', name: 'Other expenses', kind: 'expense', role: 'other_expense' },
  { code: '6060', name: 'Till differences', kind: 'expense', role: 'cash_difference' },
  { code: '6065', name: 'Cash rounding', kind: 'expense', role: 'cash_rounding' },
  { code: '6070', name: 'Exchange differences', kind: 'expense', role: 'exchange_difference' },
];

const CODES = new Map(DEFAULT_CHART.map((account) => [account.role, account.code]));

/** The account number of a role in the chart everybody begins with. */
export function defaultCode(role: AccountRole): string {
  return CODES.get(role) as string;
}
