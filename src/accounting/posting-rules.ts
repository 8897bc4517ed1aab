import type { AccountRole } from './chart.ts';
import { minor, nothing, within, type Amount, type PostingRule } from './posting-rule.ts';
import { REWARD_POSTING_RULES } from './reward-posting-rules.ts';

/** The part of a loss that an earlier shortfall had been estimated wrong by. */
const variance: Amount = (body) => minor('shortfallActualMinor')(body) - minor('shortfallEstimatedMinor')(body);

/** Which account money of a method is in until it reaches the bank. */
const MONEY: readonly (readonly [string, AccountRole, string])[] = [
  ['cash', 'cash', 'cash'],
  ['card', 'card_clearing', 'card payments'],
  ['bank', 'bank', 'bank transfers'],
  ['marketplace', 'marketplace_clearing', 'what the marketplace owes'],
  ['on_account', 'receivable', 'what the customer owes'],
  ['voucher', 'voucher_liability', 'vouchers redeemed'],
  ['gift_card', 'gift_card_liability', 'gift cards'],
  ['store_credit', 'store_credit_liability', 'store credit'],
  ['points', 'points_liability', 'loyalty points, at what they pay for'],
];
const REVENUE: readonly (readonly [string, AccountRole, string])[] = [
  ['goods', 'revenue_goods', 'goods, net'],
  ['service', 'revenue_service', 'services, net'],
  ['shipping', 'revenue_shipping', 'shipping charged, net'],
  ['discount', 'sales_discounts', 'discounts (negative)'],
  ['adjustment', 'sales_adjustments', 'manual adjustments'],
  ['voucher', 'voucher_liability', 'vouchers sold (a liability, no revenue)'],
  ['gift_card', 'gift_card_liability', 'gift cards sold (a liability, no revenue)'],
];

/** Which account what we keep for customers stands in. */
const KEPT: readonly (readonly [string, AccountRole, string])[] = [
  ['gift_card', 'gift_card_liability', 'gift cards'],
  ['store_credit', 'store_credit_liability', 'store credit'],
];

/** `bears`: a sale that may use a prepayment up. Its net and its tax take the rate of the prepayment for the part that was paid in advance. */
function sale(act: string, bears: Pick<PostingRule, 'bears'>): PostingRule[] {
  return [
    ...MONEY.map(
      ([method, account, what]) =>
        ({ act, side: 'debit', account, in: 'document', amount: within('tenders', method), what }) as const,
    ),
    ...REVENUE.map(
      ([kind, account, what]) =>
        ({ act, side: 'credit', account, in: 'document', amount: within('revenue', kind), what, ...bears }) as const,
    ),
    { act, side: 'credit', account: 'output_tax', in: 'document', amount: minor('taxMinor'), what: 'tax', ...bears },
    {
      act,
      side: 'debit',
      account: 'cost_of_goods',
      in: 'entity',
      amount: minor('costMinor'),
      what: 'cost of the goods',
    },
    { act, side: 'credit', account: 'inventory', in: 'entity', amount: minor('costMinor'), what: 'cost of the goods' },
    { act, side: 'debit', account: 'payment_fees', in: 'document', amount: minor('feeMinor'), what: "provider's fee" },
    {
      act,
      side: 'credit',
      account: 'card_clearing',
      in: 'document',
      amount: minor('feeMinor'),
      what: "provider's fee, kept by the provider",
    },
  ];
}

/** Goods in: what they are worth goes to inventory, but for what an earlier shortfall had already taken from it. */
function goodsIn(act: string, value: string, against: AccountRole, what: string): PostingRule[] {
  return [
    {
      act,
      side: 'debit',
      account: 'inventory',
      in: 'entity',
      amount: (body) => minor(value)(body) - variance(body),
      what,
    },
    {
      act,
      side: 'debit',
      account: 'cost_variance',
      in: 'entity',
      amount: variance,
      what: 'difference to the estimated cost of a shortfall',
    },
    { act, side: 'credit', account: against, in: 'entity', amount: minor(value), what },
  ];
}

/** The whole accounting of commerce: what happened → what is posted. Accounting happens because something happened, in the same commit. */
export const POSTING_RULES: readonly PostingRule[] = [
  ...sale('SaleRecorded', {}),
  {
    act: 'SaleRecorded',
    side: 'credit',
    account: 'cash_difference',
    in: 'document',
    amount: minor('differenceMinor'),
    what: 'paid more (less) than the lines sum to',
  },
  {
    act: 'SaleRecorded',
    side: 'credit',
    account: 'cash_rounding',
    in: 'document',
    amount: minor('cashRoundingMinor'),
    what: 'cash rounded up (down)',
  },
  ...sale('OrderShipped', { bears: true }),
  {
    act: 'OrderShipped',
    side: 'debit',
    account: 'customer_prepayment',
    in: 'document',
    amount: minor('prepaidUsedMinor'),
    booked: minor('prepaidUsedBookedMinor'),
    what: 'prepayment used',
  },
  {
    act: 'OrderShipped',
    side: 'debit',
    account: 'marketplace_commission',
    in: 'document',
    amount: minor('commissionMinor'),
    what: "marketplace's commission",
  },
  {
    act: 'OrderShipped',
    side: 'credit',
    account: 'marketplace_clearing',
    in: 'document',
    amount: minor('commissionMinor'),
    what: 'commission, kept by the marketplace',
  },
  {
    act: 'OrderShipped',
    side: 'debit',
    account: 'carrier_cost',
    in: 'entity',
    amount: minor('carrierCostMinor'),
    what: 'carrier',
  },
  {
    act: 'OrderShipped',
    side: 'credit',
    account: 'carrier_accrual',
    in: 'entity',
    amount: minor('carrierCostMinor'),
    what: "carrier's invoice to come",
  },
  ...['OrderPlaced', 'MarketplaceOrderRecorded'].flatMap((act) => [
    ...MONEY.map(
      ([method, account, what]) =>
        ({
          act,
          side: 'debit',
          account,
          in: 'document',
          amount: within('prepaid', method),
          what: `${what}, taken in advance`,
        }) as const,
    ),
    {
      act,
      side: 'credit',
      account: 'customer_prepayment',
      in: 'document',
      what: 'prepayment (a liability until the hand-over)',
      amount: (body: Readonly<Record<string, unknown>>) =>
        MONEY.reduce((sum, [method]) => sum + within('prepaid', method)(body), 0),
    } as const,
  ]),
  ...MONEY.map(
    ([method, account, what]) =>
      ({
        act: 'OrderCancelled',
        side: 'credit',
        account,
        in: 'document',
        amount: within('refunds', method),
        what: `${what}, given back`,
      }) as const,
  ),
  {
    act: 'OrderCancelled',
    side: 'debit',
    account: 'customer_prepayment',
    in: 'document',
    what: 'prepayment given back',
    amount: (body: Readonly<Record<string, unknown>>) =>
      MONEY.reduce((sum, [method]) => sum + within('refunds', method)(body), 0),
    booked: minor('givenBackBookedMinor'),
  },
  {
    act: 'OrderCancelled',
    side: 'credit',
    account: 'exchange_difference',
    in: 'entity',
    amount: nothing,
    bears: true,
    what: 'prepayment was booked at more (less) than the money given back is worth today',
  },
  {
    act: 'GoodsReturned',
    side: 'debit',
    account: 'sales_returns',
    in: 'document',
    amount: within('revenue', 'goods'),
    what: 'returned goods, net',
  },
  ...REVENUE.filter(([kind]) => kind !== 'goods').map(
    ([kind, account, what]) =>
      ({
        act: 'GoodsReturned',
        side: 'debit',
        account,
        in: 'document',
        amount: within('revenue', kind),
        what: `${what}, credited`,
      }) as const,
  ),
  {
    act: 'GoodsReturned',
    side: 'debit',
    account: 'output_tax',
    in: 'document',
    amount: minor('taxMinor'),
    what: 'tax credited',
  },
  ...MONEY.map(
    ([method, account, what]) =>
      ({
        act: 'GoodsReturned',
        side: 'credit',
        account,
        in: 'document',
        amount: within('refunds', method),
        what: `${what}, given back`,
      }) as const,
  ),
  {
    act: 'GoodsReturned',
    side: 'credit',
    account: 'loyalty_points',
    in: 'document',
    amount: minor('withheldMinor'),
    what: 'kept from the refund for points that are spent',
  },
  {
    act: 'GoodsReturned',
    side: 'credit',
    account: 'sales_discounts',
    in: 'document',
    amount: minor('vouchersWithheldMinor'),
    what: 'kept from the refund for vouchers that were used',
  },
  {
    act: 'GoodsReturned',
    side: 'credit',
    account: 'cash_difference',
    in: 'document',
    amount: minor('differenceMinor'),
    what: 'given back less (more) than the lines sum to',
  },
  {
    act: 'GoodsReturned',
    side: 'debit',
    account: 'cash_rounding',
    in: 'document',
    amount: minor('cashRoundingMinor'),
    what: 'cash given back rounded up (down)',
  },
  ...REWARD_POSTING_RULES,
  ...KEPT.flatMap(([kind, account, what]): PostingRule[] => [
    {
      act: 'RewardOverdrawn',
      side: 'debit',
      account: 'reward_overdraft',
      in: 'document',
      amount: within('overdrawn', kind),
      what: `${what}, spent beyond what was there`,
    },
    {
      act: 'RewardOverdrawn',
      side: 'credit',
      account,
      in: 'document',
      amount: within('overdrawn', kind),
      what: `${what}, spent beyond what was there`,
    },
    {
      act: 'RewardOverdraftSettled',
      side: 'debit',
      account,
      in: 'document',
      amount: within('settled', kind),
      what: `${what}, filled again`,
    },
    {
      act: 'RewardOverdraftSettled',
      side: 'credit',
      account: 'reward_overdraft',
      in: 'document',
      amount: within('settled', kind),
      what: `${what}, filled again`,
    },
    {
      act: 'RewardGranted',
      side: 'debit',
      account: 'sales_adjustments',
      in: 'document',
      amount: (body) => (body['reason'] === 'opening' ? 0 : within('granted', kind)(body)),
      what: `${what}, given out of goodwill or to advertise`,
    },
    {
      act: 'RewardGranted',
      side: 'debit',
      account: 'opening_equity',
      in: 'document',
      amount: (body) => (body['reason'] === 'opening' ? within('granted', kind)(body) : 0),
      what: `${what} at the start`,
    },
    {
      act: 'RewardGranted',
      side: 'credit',
      account,
      in: 'document',
      amount: within('granted', kind),
      what: `${what}, given`,
    },
  ]),
  ...(
    [
      ['gift_card', 'gift_card_liability', 'gift cards that ran out'],
      ['points', 'points_liability', 'points that ran out'],
    ] as const
  ).flatMap(([kind, account, what]): PostingRule[] => [
    { act: 'RewardsExpired', side: 'debit', account, in: 'document', amount: within('expired', kind), what },
    {
      act: 'RewardsExpired',
      side: 'credit',
      account: 'reward_breakage',
      in: 'document',
      amount: within('expired', kind),
      what: `${what}: breakage`,
    },
  ]),
  ...goodsIn('GoodsReturned', 'costMinor', 'cost_of_goods', 'cost of the goods that came back'),
  ...goodsIn('GoodsReceived', 'valueMinor', 'goods_received_not_invoiced', 'goods received'),
  ...goodsIn('OpeningStockRecorded', 'valueMinor', 'opening_equity', 'stock at the start'),
  ...['StockAdjusted', 'StockCounted'].flatMap((act) => [
    { act, side: 'debit', account: 'shrinkage', in: 'entity', amount: minor('lossMinor'), what: 'goods lost' } as const,
    {
      act,
      side: 'credit',
      account: 'inventory',
      in: 'entity',
      amount: minor('lossMinor'),
      what: 'goods lost',
    } as const,
    ...goodsIn(act, 'gainMinor', 'stock_found', 'goods found'),
  ]),
  {
    act: 'StockTransferred',
    side: 'credit',
    account: 'inventory',
    in: 'entity',
    amount: variance,
    what: 'part of the moved value that a shortfall had estimated',
  },
  {
    act: 'StockTransferred',
    side: 'debit',
    account: 'cost_variance',
    in: 'entity',
    amount: variance,
    what: 'difference to the estimated cost of a shortfall',
  },
];
