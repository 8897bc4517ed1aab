import { assert } from '../kernel/assert.ts';
import type { Rejection } from '../kernel/decision.ts';
import type { BookRules, Draft } from '../kernel/draft.ts';
import { addDays, compareDays, type BusinessDay } from '../kernel/time.ts';

/** What an account of a customer's money is: a gift card, owned by whoever has its code, or the store credit of a customer. */
export type RewardAccountKind = 'gift_card' | 'store_credit';

/** Where an account stands. `issued` is a card that was printed and not sold: it holds nothing. */
export type RewardAccountState = 'issued' | 'active' | 'blocked' | 'expired';

/**
 * A customer's money that we keep, in whole minor units of its currency. `balanceMinor` can be spent, `overdrawnMinor` was spent beyond it by a till
 * without a network; both ≥ 0 and never both positive. `balance − overdrawn = issued − redeemed − expired`, always.
 *
 * `key` is the gift card's id, or {@link storeCreditKey}.
 */
export type RewardAccount = {
  readonly key: string;
  readonly kind: RewardAccountKind;
  readonly entityId: string;
  readonly currency: string;
  readonly customerId?: string | undefined;
  readonly state: RewardAccountState;
  /** The last day on which it can be spent. */
  readonly expiresOn?: BusinessDay | undefined;
  /** Of a card: HMAC of its code, and the last four symbols for show. */
  readonly codeHash?: string | undefined;
  readonly lastFour?: string | undefined;
  readonly balanceMinor: number;
  readonly overdrawnMinor: number;
  readonly issuedMinor: number;
  readonly redeemedMinor: number;
  readonly expiredMinor: number;
  readonly version: number;
};

/** What an account begins as: nothing is on it yet. */
export type RewardAccountBegun = Pick<
  RewardAccount,
  'kind' | 'entityId' | 'currency' | 'customerId' | 'state' | 'expiresOn' | 'codeHash' | 'lastFour'
>;

/** Why an account changed, for its history. `orderId` is the sale, order or return behind it. */
export type RewardCause = {
  readonly what:
    | 'issued'
    | 'sold'
    | 'granted'
    | 'redeemed'
    | 'given_back'
    | 'refunded'
    | 'cash_back'
    | 'cash_back_taken'
    | 'reward'
    | 'blocked'
    | 'unblocked'
    | 'expired';
  readonly orderId?: string | undefined;
  readonly reason?: string | undefined;
};

/** A change of an account, amounts positive. */
export type RewardAccountChange = { readonly key: string; readonly cause: RewardCause } & (
  | { readonly begin: RewardAccountBegun }
  | { readonly put: number; readonly expiresOn?: BusinessDay | undefined }
  | { readonly take: number }
  | { readonly giveBack: number; readonly until?: BusinessDay | undefined }
  | { readonly block: boolean }
  | { readonly expire: true }
);

/** The book of gift cards and store credit. */
export const REWARD_ACCOUNTS: BookRules<RewardAccount, RewardAccountChange> = {
  name: 'reward_account',
  keyOf: (change) => change.key,
  evolve(account, change) {
    if ('begin' in change) {
      assert(account === undefined, 'an account begins once', { key: change.key });
      const nothing = { balanceMinor: 0, overdrawnMinor: 0, issuedMinor: 0, redeemedMinor: 0, expiredMinor: 0 };
      return { key: change.key, ...change.begin, ...nothing, version: 1 };
    }
    assert(account !== undefined, 'no such account', { key: change.key });
    const next = { ...account, version: account.version + 1 };
    if ('put' in change) {
      return {
        ...next,
        ...raised(account, change.put),
        state: account.state === 'issued' ? 'active' : account.state,
        expiresOn: change.expiresOn ?? account.expiresOn,
        issuedMinor: account.issuedMinor + change.put,
      };
    }
    if ('take' in change) {
      const covered = Math.min(account.balanceMinor, change.take);
      return {
        ...next,
        balanceMinor: account.balanceMinor - covered,
        overdrawnMinor: account.overdrawnMinor + change.take - covered,
        redeemedMinor: account.redeemedMinor + change.take,
      };
    }
    if ('giveBack' in change) {
      // What comes back must be of use: a card that ran out meanwhile can be spent again for some time.
      const { until } = change;
      const renew = until !== undefined && account.expiresOn !== undefined && compareDays(account.expiresOn, until) < 0;
      return {
        ...next,
        ...raised(account, change.giveBack),
        redeemedMinor: account.redeemedMinor - change.giveBack,
        state: account.state === 'expired' ? 'active' : account.state,
        expiresOn: renew ? until : account.expiresOn,
      };
    }
    if ('block' in change) {
      const free = account.issuedMinor === 0 && account.kind === 'gift_card' ? 'issued' : 'active';
      return { ...next, state: change.block ? 'blocked' : free };
    }
    return {
      ...next,
      state: account.kind === 'gift_card' ? 'expired' : account.state,
      balanceMinor: 0,
      expiredMinor: account.expiredMinor + account.balanceMinor,
    };
  },
};

/** Money on an account that was overdrawn first fills the hole. */
function raised(account: RewardAccount, amount: number): Pick<RewardAccount, 'balanceMinor' | 'overdrawnMinor'> {
  const filled = Math.min(account.overdrawnMinor, amount);
  return {
    balanceMinor: account.balanceMinor + amount - filled,
    overdrawnMinor: account.overdrawnMinor - filled,
  };
}

/** The key of a customer's store credit: one account a legal entity and currency. */
export function storeCreditKey(of: { entityId: string; customerId: string; currency: string }): string {
  return `credit|${of.entityId}|${of.customerId}|${of.currency}`;
}

/** How many days somebody has at least for what is given back to a card that ran out meanwhile. */
export const RENEWED_DAYS = 90;

/** Whether it can be spent on a day: a card runs out by its date, whether the run that says so has been or not. */
export function stateOn(account: RewardAccount, day: BusinessDay): RewardAccountState {
  const over = account.expiresOn !== undefined && compareDays(account.expiresOn, day) < 0;
  return account.state === 'active' && over ? 'expired' : account.state;
}

/** What an account is asked for: so much, in a currency, in the books of an entity, on a day. */
export type RewardWish = {
  readonly entityId: string;
  readonly currency: string;
  readonly businessDay: BusinessDay;
  readonly amountMinor: number;
};

/**
 * Why a request may not spend so much of an account: `reward_not_usable` (unknown, blocked, not sold, or another company's: one answer for all),
 * `reward_expired` (expiresOn), `reward_wrong_currency` (currency), `reward_not_enough` (balanceMinor, requestedMinor, currency). Undefined: it may. The
 * sell screen asks it too.
 */
export function refuseSpending(account: RewardAccount | undefined, wish: RewardWish): Rejection | undefined {
  if (account === undefined || account.entityId !== wish.entityId) return { reason: 'reward_not_usable' };
  const state = stateOn(account, wish.businessDay);
  if (state === 'expired') return { reason: 'reward_expired', expiresOn: account.expiresOn ?? null };
  if (state !== 'active') return { reason: 'reward_not_usable' };
  if (account.currency !== wish.currency)
    return { reason: 'reward_wrong_currency', currency: account.currency, wanted: wish.currency };
  if (wish.amountMinor > account.balanceMinor)
    return {
      reason: 'reward_not_enough',
      balanceMinor: account.balanceMinor,
      requestedMinor: wish.amountMinor,
      currency: account.currency,
    };
  return undefined;
}

/** Why money may not be put on an account: `reward_not_usable` (unknown, blocked, expired), `reward_wrong_currency`. */
export function refuseCredit(account: RewardAccount | undefined, wish: RewardWish): Rejection | undefined {
  if (account === undefined || account.entityId !== wish.entityId) return { reason: 'reward_not_usable' };
  const state = stateOn(account, wish.businessDay);
  if (state === 'blocked' || state === 'expired') return { reason: 'reward_not_usable' };
  return account.currency === wish.currency
    ? undefined
    : { reason: 'reward_wrong_currency', currency: account.currency, wanted: wish.currency };
}

/** By how much the overdraft of accounts rose (what a fact spent beyond the balance) or fell (what filled it again), by kind. */
export type Overdrafts = {
  readonly overdrawn: Partial<Record<RewardAccountKind, number>>;
  readonly settled: Partial<Record<RewardAccountKind, number>>;
  /** The accounts that were overdrawn; null where a till named one that nobody knows. */
  readonly accounts: { readonly key: string | null; readonly kind: RewardAccountKind; readonly amountMinor: number }[];
};

/** No overdraft yet; {@link changeAccount} writes in it. */
export function noOverdrafts(): Overdrafts {
  return { overdrawn: {}, settled: {}, accounts: [] };
}

/** Changes an account and notes what that did to its overdraft. */
export function changeAccount(draft: Draft, change: RewardAccountChange, overdrafts: Overdrafts): RewardAccount {
  const before = draft.get(REWARD_ACCOUNTS, change.key)?.overdrawnMinor ?? 0;
  const after = draft.change(REWARD_ACCOUNTS, change);
  const { kind, key } = after;
  const rise = after.overdrawnMinor - before;
  if (rise > 0) {
    overdrafts.overdrawn[kind] = (overdrafts.overdrawn[kind] ?? 0) + rise;
    overdrafts.accounts.push({ key, kind, amountMinor: rise });
  } else if (rise < 0) overdrafts.settled[kind] = (overdrafts.settled[kind] ?? 0) - rise;
  return after;
}

/** Puts money on a customer's store credit, which begins with it where there is none. */
export function putOnStoreCredit(
  draft: Draft,
  of: {
    readonly key: string;
    readonly entityId: string;
    readonly customerId: string;
    readonly currency: string;
    readonly amountMinor: number;
    readonly cause: RewardCause;
  },
  overdrafts: Overdrafts,
): RewardAccount {
  const { key, entityId, customerId, currency, amountMinor, cause } = of;
  if (draft.get(REWARD_ACCOUNTS, key) === undefined)
    draft.change(REWARD_ACCOUNTS, {
      key,
      cause,
      begin: { kind: 'store_credit', entityId, customerId, currency, state: 'active' },
    });
  return changeAccount(draft, { key, put: amountMinor, cause }, overdrafts);
}

/** Until when what is given back on a day can be spent at least. */
export function renewedUntil(day: BusinessDay): BusinessDay {
  return addDays(day, RENEWED_DAYS);
}
