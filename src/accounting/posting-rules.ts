import type { Act } from '../kernel/act.ts';
import type { AccountRole } from './chart.ts';

/** Amounts an act brings, whole minor units. The rules read them by name, so the table in the documentation is made from them. */
type Amount = (body: Readonly<Record<string, unknown>>) => number;

/**
 * One line of the table event → postings. `in` says whose currency the amount is in: the document's, or the legal entity's (costs are
 * always in the entity's). A negative amount posts to the other side.
 *
 * `booked` gives the amount in the entity's currency that a posting undoes, where today's rate would leave a rest behind: money taken in
 * advance. What today's rate makes of it otherwise is borne by the rules of the act that say `bears`, in proportion to their amounts.
 */
export type PostingRule = {
  readonly act: string;
  readonly side: 'debit' | 'credit';
  readonly account: AccountRole;
  readonly in: 'document' | 'entity';
  readonly amount: Amount;
  readonly booked?: Amount;
  readonly bears?: true;
  /** What is posted, in an accountant's words; stands in the documentation. */
  readonly what: string;
};

const nothing: Amount = () => 0;
function minor(name: string): Amount {
  return (body) => (body[name] as number | undefined) ?? 0;
}
function within(record: string, name: string): Amount {
  return (body) => (body[record] as Record<string, number> | undefined)?.[name] ?? 0;
}
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

/** What customers earn, exchange and are given, and what used points stood in the books at. Negative amounts undo it. */
const REWARDS: readonly PostingRule[] = [
  'SaleRecorded',
  'OrderPlaced',
  'OrderShipped',
  'OrderCancelled',
  'GoodsReturned',
  'PointsGranted',
  'PointsExchanged',
].flatMap((act): PostingRule[] => [
  {
    act,
    side: 'debit',
    account: 'loyalty_points',
    in: 'document',
    amount: minor('pointsDeferredMinor'),
    what: 'revenue put off for points (less what used points had put off)',
  },
  {
    act,
    side: 'credit',
    account: 'points_liability',
    in: 'document',
    amount: minor('pointsDeferredMinor'),
    what: 'revenue put off for points (less what used points had put off)',
  },
  {
    act,
    side: 'debit',
    account: 'loyalty_points',
    in: 'document',
    amount: minor('cashBackMinor'),
    what: 'cash-back and rewards',
  },
  {
    act,
    side: 'credit',
    account: 'store_credit_liability',
    in: 'document',
    amount: minor('cashBackMinor'),
    what: 'cash-back and rewards',
  },
]);

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
    account: 'cash_difference',
    in: 'document',
    amount: minor('differenceMinor'),
    what: 'given back less (more) than the lines sum to',
  },
  ...REWARDS,
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

/**
 * What one act posts: signed amounts by account role (debits positive), apart for the two currencies. `booked` says what some of the
 * document's amounts stand at in the entity's currency, and who bears the difference to today's rate, by which weights.
 */
export type Posted = {
  readonly document: ReadonlyMap<AccountRole, number>;
  readonly entity: ReadonlyMap<AccountRole, number>;
  readonly booked?: BookedPostings | undefined;
};

/** Signed amounts in the entity's currency that replace those of today's rate; `bearers` are amounts of the document, none where one bears all. */
export type BookedPostings = {
  readonly amounts: ReadonlyMap<AccountRole, number>;
  readonly bearers: ReadonlyMap<AccountRole, number>;
};

const RULES_BY_ACT = new Map<string, PostingRule[]>();
for (const rule of POSTING_RULES) {
  const list = RULES_BY_ACT.get(rule.act);
  if (list === undefined) RULES_BY_ACT.set(rule.act, [rule]);
  else list.push(rule);
}

/** Applies the rules to an act. Undefined when nothing is posted. Posting both sides of one account leaves the difference. */
export function postingsOf(act: Pick<Act, 'type' | 'body'>): Posted | undefined {
  if (act.type === 'ExpenseBooked') return expensePostings(act.body);
  if (act.type === 'BalancesOpened') return balancePostings(act.body);
  const rules = RULES_BY_ACT.get(act.type);
  if (rules === undefined) return undefined;
  const document = new Map<AccountRole, number>();
  const entity = new Map<AccountRole, number>();
  let usesBooked = false;
  for (const rule of rules) {
    const amount = rule.amount(act.body);
    if (amount === 0) continue;
    usesBooked ||= rule.booked !== undefined;
    add(rule.in === 'document' ? document : entity, rule, amount);
  }
  if (document.size === 0 && entity.size === 0) return undefined;
  return { document, entity, booked: usesBooked ? bookedOf(rules, act.body) : undefined };
}

function bookedOf(rules: readonly PostingRule[], body: Act['body']): BookedPostings {
  const amounts = new Map<AccountRole, number>();
  const bearers = new Map<AccountRole, number>();
  for (const rule of rules) {
    if (rule.booked !== undefined) add(amounts, rule, rule.booked(body));
    if (rule.bears === true) add(bearers, rule, rule.amount(body));
  }
  return { amounts, bearers };
}

function add(to: Map<AccountRole, number>, { account, side }: PostingRule, amount: number): void {
  to.set(account, (to.get(account) ?? 0) + (side === 'debit' ? amount : 0 - amount));
}

/** An expense names its own accounts: what it was for, and what it was paid from. */
function expensePostings(body: Readonly<Record<string, unknown>>): Posted {
  const amount = body.amountMinor as number;
  return {
    document: new Map<AccountRole, number>([
      [body.debit as AccountRole, amount],
      [body.credit as AccountRole, 0 - amount],
    ]),
    entity: new Map(),
  };
}

/** What each account stood at; the account of opening balances is the other side. */
function balancePostings(body: Readonly<Record<string, unknown>>): Posted {
  const document = new Map<AccountRole, number>();
  let sum = 0;
  for (const { account, amountMinor } of body.balances as readonly { account: AccountRole; amountMinor: number }[]) {
    document.set(account, (document.get(account) ?? 0) + amountMinor);
    sum += amountMinor;
  }
  document.set('opening_equity', (document.get('opening_equity') ?? 0) - sum);
  return { document, entity: new Map() };
}

/** The table event → postings as Markdown, for the documentation. A test keeps the written one equal to it. */
export function postingTable(names: ReadonlyMap<AccountRole, string>): string {
  const rows = POSTING_RULES.map((rule) => {
    const account = names.get(rule.account) ?? rule.account;
    return `| ${rule.act} | ${rule.side === 'debit' ? account : ''} | ${rule.side === 'credit' ? account : ''} | ${rule.what} | ${currencyOf(rule)} |`;
  });
  const expense =
    "| ExpenseBooked | the expense (or account) it names | the account it was paid from | amount | document's |";
  const balances =
    "| BalancesOpened | the accounts it names, where they stood on the debit side, or Opening balance | the other ones, or Opening balance | what each stood at | entity's |";
  return [
    '| What happened | Debit | Credit | What | Currency |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    expense,
    balances,
  ].join('\n');
}

function currencyOf(rule: PostingRule): string {
  if (rule.in === 'entity') return "entity's";
  if (rule.booked !== undefined) return "document's, as it was booked";
  return rule.bears === true ? "document's, prepaid part as it was booked" : "document's";
}
