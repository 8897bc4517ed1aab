import { minor, type PostingRule } from './posting-rule.ts';

/** What customers earn, exchange and are given, and what used points stood in the books at. Negative amounts undo it. */
export const REWARD_POSTING_RULES: readonly PostingRule[] = [
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
