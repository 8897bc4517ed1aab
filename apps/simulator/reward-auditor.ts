import type { Memory } from '../../platform/commit/memory-store.ts';
import type { BatchWrites } from '../../platform/commit/store.ts';
import type { JournalEntry } from '../../src/accounting/journal.ts';
import type { PaymentChange } from '../../src/payments/payment.ts';
import type { OrderRewardsChange } from '../../src/rewards/order-rewards.ts';
import type { PointsAccount, PointsChange, PointsLot } from '../../src/rewards/points-account.ts';
import type { RewardAccount, RewardAccountChange } from '../../src/rewards/reward-account.ts';
import { addUp, differing, type AuditDesk } from './own-share.ts';

type Act = BatchWrites['acts'][number];

/** A gift card or store credit. What is on it is `issued − redeemed − expired`; below nought it is overdrawn. */
type OwnAccount = {
  readonly kind: string;
  readonly owner: string;
  state: string;
  expiresOn: string | undefined;
  issued: number;
  redeemed: number;
  expired: number;
  paid: number;
};
type OwnPoints = {
  readonly owner: string;
  readonly lots: Map<string, { points: number; value: number }>;
  earned: number;
  burned: number;
  expired: number;
  owed: number;
};
type OwnOrder = {
  readonly earned: Map<number, { points: number; cash: number; takenPoints: number; takenCash: number }>;
  readonly burned: Map<string, { amount: number; back: number }>;
};

/** Keeps balances of gift cards, store credit and points of its own, and holds the books against them. */
export type RewardAuditor = {
  see(writes: BatchWrites, acts: ReadonlyMap<number, Act>): void;
  close(memory: Memory, allBack: ReadonlySet<string>): void;
};

const GIFT_CARDS = '2310';
const STORE_CREDIT = '2320';
const POINTS = '2330';
const OVERDRAFT = '1110';
const BREAKAGE = '4060';
const WATCHED = new Set([GIFT_CARDS, STORE_CREDIT, POINTS, OVERDRAFT, BREAKAGE]);
/** The lot of points that never run out. */
const NEVER = '9999-12-31';

/** Opens its books. */
export function createRewardAuditor({ found, look }: AuditDesk): RewardAuditor {
  const accounts = new Map<string, OwnAccount>();
  const points = new Map<string, OwnPoints>();
  const orders = new Map<string, OwnOrder>();
  const payments = new Map<string, { key: string; method: string; owner: string }>();
  /** What payments say was paid from an account; of cards that nobody knows by company and currency. */
  const paid = new Map<string, number>();
  const unknown = new Map<string, number>();
  const ledger = new Map<string, number>();
  const breakage = new Map<string, number>();

  const isFact = (act: Act | undefined): boolean =>
    act?.type === 'MarketplaceOrderRecorded' || (act?.type === 'SaleRecorded' && act.body.fact !== null);
  const isTold = (act: Act | undefined, after: readonly Act[]): boolean =>
    after.some(
      (one) =>
        one.type === 'RewardOverdrawn' &&
        one.number > (act?.number ?? 0) &&
        (one.body as { causedBy: unknown }).causedBy === act?.subjectId,
    );

  function seeAccount(change: RewardAccountChange, act: Act | undefined, after: readonly Act[]): void {
    look('reward accounts');
    const { key, cause } = change;
    if ('begin' in change) {
      const { kind, entityId, currency, state, expiresOn } = change.begin;
      if (accounts.has(key)) found('reward accounts', 'an account began twice', { key });
      const nothing = { issued: 0, redeemed: 0, expired: 0, paid: 0 };
      accounts.set(key, { kind, owner: `${entityId}|${currency}`, state, expiresOn, ...nothing });
      return;
    }
    const own = accounts.get(key);
    if (own === undefined) return found('reward accounts', 'a change of an account that never began', { key });
    const before = own.issued - own.redeemed - own.expired;
    if ('put' in change) {
      own.issued += change.put;
      if (own.state === 'issued') own.state = 'active';
    } else if ('take' in change) {
      own.redeemed += change.take;
      if (cause.what === 'redeemed') own.paid += change.take;
      const over = own.expiresOn !== undefined && own.expiresOn < (act?.businessDay ?? '');
      if (cause.what === 'redeemed' && !isFact(act) && (own.state !== 'active' || over))
        found('rewards are not overspent', 'a request spent a card that nobody may spend', { key, own });
    } else if ('giveBack' in change) {
      look('rewards given back');
      own.redeemed -= change.giveBack;
      own.paid -= change.giveBack;
      if (own.state === 'expired') own.state = 'active';
      if (own.expiresOn !== undefined && change.until !== undefined && own.expiresOn < change.until)
        own.expiresOn = change.until;
    } else if ('block' in change) {
      look('cards blocked');
      own.state = change.block ? 'blocked' : own.issued === 0 && own.kind === 'gift_card' ? 'issued' : 'active';
    } else {
      look('cards that ran out');
      own.state = 'expired';
      const left = Math.max(0, before);
      own.expired += left;
      addUp(breakage, own.owner, left);
    }
    const balance = own.issued - own.redeemed - own.expired;
    if (Math.max(0, 0 - balance) <= Math.max(0, 0 - before)) return;
    look('overdrafts');
    // A return takes cash-back back although it may be spent; only what a till did without a network may spend beyond.
    const may = isFact(act) || (act?.type === 'GoodsReturned' && cause.what === 'cash_back_taken');
    if (!may) found('rewards are not overspent', 'a request overdrew an account', { key, own, type: act?.type });
    if (!isTold(act, after))
      found('overdrafts are told', 'an account was overdrawn and no event says so', { key, own });
  }

  function seePoints(change: PointsChange, act: Act | undefined, after: readonly Act[]): void {
    look('points');
    const { key } = change;
    if ('begin' in change) {
      const { entityId, currency } = change.begin;
      points.set(key, { owner: `${entityId}|${currency}`, lots: new Map(), earned: 0, burned: 0, expired: 0, owed: 0 });
      return;
    }
    const own = points.get(key);
    if (own === undefined) return found('points', 'a change of points that never began', { key });
    const move = (parts: readonly PointsLot[], sign: 1 | -1): number => {
      let sum = 0;
      for (const part of parts) {
        const day = part.expiresOn ?? NEVER;
        const lot = own.lots.get(day) ?? { points: 0, value: 0 };
        own.lots.set(day, lot);
        lot.points += sign * part.points;
        lot.value += sign * part.valueMinor;
        if (lot.points < 0 || lot.value < 0) found('points', 'more left a lot than it held', { key, day, lot });
        sum += part.points;
      }
      return sum;
    };
    let beyond = 0;
    if ('add' in change) {
      own.earned += move([change.add], 1) + change.paysDebt;
      own.owed -= change.paysDebt;
    } else if ('burn' in change) {
      look('points used');
      if (!isFact(act)) compareOldestFirst(key, own, { parts: change.burn, day: act?.businessDay ?? '' });
      own.burned += move(change.burn, -1) + change.beyond;
      beyond = change.beyond;
      if (beyond > 0 && !isFact(act))
        found('rewards are not overspent', 'a request used points that were not there', { key, own, type: act?.type });
    } else if ('give' in change) {
      look('points given back');
      own.burned -= move(change.give, 1) + change.paysDebt + change.lost;
      own.owed -= change.paysDebt;
      own.expired += change.lost;
      if (change.lost > 0) look('points given back and lost');
    } else if ('takeBack' in change) {
      look('points taken back');
      own.earned -= move(change.takeBack, -1) + change.beyond;
      beyond = change.beyond;
    } else {
      look('points that ran out');
      own.expired += move(change.expire, -1);
      addUp(
        breakage,
        own.owner,
        change.expire.reduce((sum, part) => sum + part.valueMinor, 0),
      );
    }
    own.owed += beyond;
    if (beyond > 0) look('points owed');
    if (beyond > 0 && !isTold(act, after))
      found('overdrafts are told', 'points were overdrawn and no event says so', { key, own });
    const balance = balanceOf(own);
    if (own.owed < 0 || (own.owed > 0 && balance > 0))
      found('points', 'somebody owes points and has some', { key, own, balance });
    if (balance - own.owed !== own.earned - own.burned - own.expired)
      found('points', 'points are not what was earned less what was used and ran out', { key, own, balance });
  }

  /** Of what can be used on a day, what runs out first is used first. */
  function compareOldestFirst(
    key: string,
    own: OwnPoints,
    { parts, day }: { readonly parts: readonly PointsLot[]; readonly day: string },
  ): void {
    const last = parts.reduce(
      (latest, part) => ((part.expiresOn ?? NEVER) > latest ? (part.expiresOn ?? NEVER) : latest),
      '',
    );
    for (const [runsOut, lot] of own.lots) {
      const used = parts.find((part) => (part.expiresOn ?? NEVER) === runsOut)?.points ?? 0;
      if (used > 0 && runsOut < day) found('points', 'points were used that had run out', { key, runsOut, day });
      if (runsOut >= day && runsOut < last && used !== lot.points)
        found('points', 'points were used before others that run out sooner', { key, runsOut, last });
    }
  }

  function seeOrder(change: OrderRewardsChange): void {
    const own: OwnOrder = orders.get(change.orderId) ?? { earned: new Map(), burned: new Map() };
    orders.set(change.orderId, own);
    if ('earn' in change || 'takeBack' in change) {
      const earns = 'earn' in change;
      for (const { line, points: count, cashBackMinor } of earns ? change.earn : change.takeBack) {
        const of = own.earned.get(line) ?? { points: 0, cash: 0, takenPoints: 0, takenCash: 0 };
        own.earned.set(line, of);
        of[earns ? 'points' : 'takenPoints'] += count;
        of[earns ? 'cash' : 'takenCash'] += cashBackMinor;
        if (of.takenPoints > of.points || of.takenCash > of.cash)
          found('rewards of orders', 'more was taken back than was earned', { id: change.orderId, of });
      }
    } else if ('burn' in change) own.burned.set(change.burn.paymentId, { amount: change.burn.amountMinor, back: 0 });
    else {
      const burn = own.burned.get(change.giveBack.paymentId);
      if (burn !== undefined) burn.back += change.giveBack.amountMinor;
      if (burn === undefined || burn.back > burn.amount)
        found('rewards of orders', 'more points were given back than were used', { id: change.orderId, burn });
    }
  }

  function seePayment(change: PaymentChange): void {
    if ('begin' in change) {
      const { method, providerRef: key, entityId, currency, captured } = change.begin;
      if (method !== 'gift_card' && method !== 'store_credit') return;
      const payment = { key, method, owner: `${entityId}|${currency}` };
      payments.set(change.id, payment);
      pay(payment, captured);
      return;
    }
    const payment = payments.get(change.id);
    if (payment !== undefined && 'refund' in change) pay(payment, 0 - change.refund);
  }

  function pay({ key, owner }: { key: string; owner: string }, amount: number): void {
    if (key !== '') return addUp(paid, key, amount);
    look('paid with unknown cards');
    addUp(unknown, owner, amount);
  }

  function compareAccounts(memory: Memory): void {
    const stored = (memory.books.get('reward_account') ?? new Map()) as Map<string, RewardAccount>;
    if (stored.size !== accounts.size)
      found('reward balances', 'there are accounts that no change explains', { stored: stored.size });
    const kept = new Map<string, number>();
    for (const [owner, amount] of unknown) addUp(kept, `${OVERDRAFT}|${owner}`, amount);
    const moved = new Map<string, number>();
    for (const [owner, amount] of unknown) addUp(moved, owner, 0 - amount);
    for (const [key, own] of accounts) {
      look('reward balances');
      const net = own.issued - own.redeemed - own.expired;
      const account = stored.get(key);
      const right =
        account !== undefined &&
        account.balanceMinor === Math.max(0, net) &&
        account.overdrawnMinor === Math.max(0, 0 - net) &&
        account.issuedMinor === own.issued &&
        account.redeemedMinor === own.redeemed &&
        account.expiredMinor === own.expired &&
        (own.kind !== 'gift_card' || account.state === own.state);
      if (!right)
        found('reward balances', 'an account is not what was put on it and taken off it', { key, own, account });
      if (own.paid !== (paid.get(key) ?? 0))
        found('reward payments', 'what an account paid is not what payments say', { key, own, paid: paid.get(key) });
      const liability = own.kind === 'gift_card' ? GIFT_CARDS : STORE_CREDIT;
      addUp(kept, `${liability}|${own.owner}`, 0 - Math.max(0, net));
      addUp(kept, `${OVERDRAFT}|${own.owner}`, Math.max(0, 0 - net));
      addUp(moved, own.owner, net);
    }
    for (const own of points.values()) addUp(kept, `${POINTS}|${own.owner}`, 0 - valueOf(own));
    for (const [owner, amount] of breakage) addUp(kept, `${BREAKAGE}|${owner}`, 0 - amount);
    look('reward ledger', kept.size);
    for (const key of differing(kept, ledger))
      found('reward ledger', 'an account of the books is not what is kept for customers', {
        key,
        own: kept.get(key),
        ledger: ledger.get(key),
      });
    const net = new Map<string, number>();
    for (const [key, amount] of ledger) {
      const account = key.slice(0, GIFT_CARDS.length);
      if (account !== POINTS && account !== BREAKAGE) addUp(net, key.slice(GIFT_CARDS.length + 1), 0 - amount);
    }
    for (const owner of differing(net, moved))
      found('reward ledger', 'liability less overdraft is not what was issued less what was redeemed and ran out', {
        owner,
        ledger: net.get(owner),
        own: moved.get(owner),
      });
  }

  function comparePoints(memory: Memory): void {
    const stored = (memory.books.get('reward_points') ?? new Map()) as Map<string, PointsAccount>;
    for (const [key, own] of points) {
      look('points balances');
      const account = stored.get(key);
      const lots = new Map([...own.lots].map(([day, lot]) => [day, lot.points]));
      const storedLots = new Map((account?.lots ?? []).map((lot) => [lot.expiresOn ?? NEVER, lot.points]));
      const right =
        account !== undefined &&
        account.balance === balanceOf(own) &&
        account.overdrawn === own.owed &&
        account.earned === own.earned &&
        account.burned === own.burned &&
        account.expired === own.expired &&
        account.lots.reduce((sum, lot) => sum + lot.valueMinor, 0) === valueOf(own) &&
        differing(lots, storedLots).length === 0;
      if (!right) found('points balances', 'points are not what was earned and used', { key, own, account });
    }
  }

  return {
    see(writes, acts) {
      for (const { change, number } of writes.changes.get('reward_account') ?? [])
        seeAccount(change as RewardAccountChange, acts.get(number), writes.acts);
      for (const { change, number } of writes.changes.get('reward_points') ?? [])
        seePoints(change as PointsChange, acts.get(number), writes.acts);
      for (const { change } of writes.changes.get('reward_order') ?? []) seeOrder(change as OrderRewardsChange);
      for (const { change } of writes.changes.get('payment') ?? []) seePayment(change as PaymentChange);
      for (const { change } of writes.changes.get('journal') ?? []) {
        const entry = change as JournalEntry;
        entry.accounts.forEach((account, i) => {
          if (WATCHED.has(account))
            addUp(ledger, `${account}|${entry.entityId}|${entry.currency}`, entry.amounts[i] as number);
        });
      }
    },
    close(memory, allBack) {
      compareAccounts(memory);
      comparePoints(memory);
      for (const [id, own] of orders) {
        if (!allBack.has(id)) continue;
        look('rewards of orders that came back');
        const kept = [...own.earned.values()].some((of) => of.points !== of.takenPoints || of.cash !== of.takenCash);
        if (kept)
          found('rewards of orders', 'an order came back whole and not all that it had earned', {
            id,
            own: [...own.earned],
          });
      }
    },
  };
}

function balanceOf({ lots }: OwnPoints): number {
  let sum = 0;
  for (const lot of lots.values()) sum += lot.points;
  return sum;
}

function valueOf({ lots }: OwnPoints): number {
  let sum = 0;
  for (const lot of lots.values()) sum += lot.value;
  return sum;
}
