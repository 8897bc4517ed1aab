import type { CommandRules, Outcome, Submission } from '../../platform/commit/command.ts';
import { Overloaded } from '../../platform/commit/command.ts';
import { createCommitter, type Committer } from '../../platform/commit/committer.ts';
import { createMemoryStore } from '../../platform/commit/memory-store.ts';
import type { CommitStore } from '../../platform/commit/store.ts';
import { postAct } from '../../src/accounting/journal.ts';
import type { ValuationMethod } from '../../src/stock/cost.ts';
import { createActors } from './actors.ts';
import { createDice } from './dice.ts';
import { createFaults, FAULTS, withOtherBody, type Fault } from './faults.ts';
import { createLimitsEditor } from './limits-editor.ts';
import { createMemoryAuditor, type Finding } from './memory-auditor.ts';
import { createMemoryReader, type MemoryReader } from './memory-reader.ts';
import { makeOffers } from './offers.ts';
import { createPriceOffice, PRICE_ENGINE, type PriceEngine } from './price-office.ts';
import { makeGroup, type World } from './world.ts';

/** What the command rules need from outside; the composition root gives a function that makes the real ones from it. */
type RuleSurroundings = {
  readonly read: MemoryReader;
  readonly now: () => number;
  readonly locationOf: (id: string) => {
    readonly id: string;
    readonly entityId: string;
    readonly areaId: string;
    readonly valuationMethod: ValuationMethod;
  };
};

/** A run: one world, one seed, so many commands. */
export type RunOptions = {
  readonly seed: number;
  readonly commands: number;
  readonly rules: (around: RuleSurroundings) => readonly CommandRules[];
  readonly skus?: number;
  /** Says what prices are, in place of the program: to see that the auditor notices. */
  readonly engine?: Partial<PriceEngine>;
};

/** What a run met and found. `failures` is empty when everything held. */
export type RunReport = {
  readonly seed: number;
  readonly commands: number;
  readonly events: number;
  readonly failures: readonly Finding[];
  readonly faults: Readonly<Record<string, number>>;
  /** `Command reason` → how often it was refused so. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly acts: Readonly<Record<string, number>>;
  readonly looked: Readonly<Record<string, number>>;
  /** The last commands before the end, newest last, for a failure. */
  readonly last: readonly Submission[];
};

/** Every refusal that the rules know: a run of all seeds must have met each, or the actors are too tame. */
const REFUSALS: readonly string[] = [
  'ReceiveGoods no_lines',
  'AdjustStock nothing_to_adjust',
  'AdjustStock more_than_on_hand',
  'CountStock no_lines',
  'CountStock counted_twice',
  'TransferStock inter_company_transfer',
  'TransferStock same_location',
  'TransferStock no_lines',
  'TransferStock insufficient_stock',
  'ReserveStock insufficient_stock',
  'ReleaseReservations reservation_not_found',
  'ReleaseReservations reservation_ended',
  'ExpireReservations nothing_expired',
  'RecordSale no_lines',
  'RecordSale tenders_do_not_cover',
  'RecordSale insufficient_stock',
  'RecordSale fact_repeated',
  'RecordSale fact_missing_before',
  'RecordSale promotion_used_up',
  'RecordSale promotion_budget_spent',
  'RecordSale promotion_limit_of_customer',
  'RecordSale coupon_used_up',
  'RecordSale reward_not_enough',
  'RecordSale reward_not_usable',
  'RecordSale reward_expired',
  'RecordSale points_not_enough',
  'RecordSale gift_card_line',
  'RecordSaleOfReserved reservation_ended',
  'RecordSaleOfReserved reservation_not_found',
  'RecordSaleOfReserved insufficient_stock',
  'PlaceOrder no_lines',
  'PlaceOrder payment_does_not_cover',
  'PlaceOrder insufficient_stock',
  'PlaceOrder promotion_used_up',
  'PlaceOrder promotion_budget_spent',
  'PlaceOrder promotion_limit_of_customer',
  'PlaceOrder coupon_used_up',
  'PlaceOrder reward_not_enough',
  'PlaceOrder reward_not_usable',
  'PlaceOrder points_not_enough',
  'PlaceOrder no_loyalty_programme',
  'ShipOrder order_not_found',
  'ShipOrder order_closed',
  'ShipOrder nothing_to_ship',
  'ShipOrder more_than_ordered',
  'ShipOrder negative_total',
  'ShipOrder insufficient_stock',
  'ShipOrder payment_missing',
  'CancelOrder order_not_found',
  'CancelOrder order_closed',
  'CancelOrder nothing_to_cancel',
  'CancelOrder more_than_ordered',
  'ReturnGoods no_lines',
  'ReturnGoods tenders_do_not_cover',
  'ReturnGoods order_not_found',
  'ReturnGoods more_than_sold',
  'ReturnGoods more_than_captured',
  'ReturnGoods order_changed',
  'ReturnGoods points_need_their_payment',
  'GrantReward reward_not_usable',
  'GrantReward reward_wrong_currency',
  'BlockReward reward_not_usable',
  'BlockReward already_blocked',
  'BlockReward not_blocked',
  'ExchangePoints points_not_enough',
  'ExchangePoints unknown_reward',
  'ExpireRewards nothing_expired',
  'QuarantineFact fact_repeated',
  'QuarantineFact fact_missing_before',
  'BookExpense nothing_to_book',
  'BookExpense same_account',
  'ClosePeriod already_closed',
  'ClosePeriod period_not_over',
];

/** Every act that the log knows, of commands and of consequences. */
const ACTS: readonly string[] = [
  'GoodsReceived',
  'OpeningStockRecorded',
  'SafetyStockSet',
  'StockAdjusted',
  'StockCounted',
  'StockTransferred',
  'StockReserved',
  'ReservationReleased',
  'ReservationsExpired',
  'SaleRecorded',
  'OrderPlaced',
  'MarketplaceOrderRecorded',
  'OrderShipped',
  'OrderCancelled',
  'GoodsReturned',
  'FactQuarantined',
  'ExpenseBooked',
  'PeriodClosed',
  'StockDiscrepancyFound',
  'BackorderCreated',
  'PromotionOverused',
  'GiftCardsIssued',
  'GiftCardBlocked',
  'GiftCardUnblocked',
  'RewardGranted',
  'RewardsExpired',
  'RewardOverdrawn',
  'RewardOverdraftSettled',
  'PointsGranted',
  'PointsExchanged',
];

/**
 * What the auditor must have had before it in some run: money of another country that was taken in advance, and a rate that had changed since; promotions
 * that were used up, overused and given back; cards and points that ran out, were given back and are owed; lines of several taxes, and orders that came back whole.
 */
const LOOKED: readonly string[] = [
  'foreign prepayments',
  'prepayments that ended',
  'exchange differences',
  'discounted lines',
  'lines of several taxes',
  'lines that are not taxed',
  'shipments in parts',
  'returns as sold',
  'discounts that came back',
  'orders that came back whole',
  'taxes by jurisdiction',
  'promotions used up',
  'overuses by facts',
  'uses given back',
  'overdrafts',
  'paid with unknown cards',
  'cards that ran out',
  'rewards given back',
  'points used',
  'points taken back',
  'points given back',
  'points given back and lost',
  'points that ran out',
  'points owed',
  'refunds kept for spent points',
  'rewards of orders that came back',
  'uses while a limit changed',
  'uses beyond a limit that was lowered',
  'vouchers issued',
  'vouchers issued in steps',
  'vouchers void',
  'vouchers kept from refunds',
  'cash rounded',
  'cash rounded by tills',
  'cash rounded beside other money',
  'cash given back in coins',
  'cash that came back whole',
  'prices of lists',
  'prices of lists above the base list',
  'prices held',
  'prices at their ceiling',
  'quantity breaks',
  'groups that would have paid more',
  'prior prices',
  'price changes cancelled',
  'price changes undone',
];

const STARTS_AT = Date.UTC(2026, 11, 30, 12);
const LAST_KEPT = 40;
/** Nobody does anything for so long now and then, so that days go by: cards and points run out. */
const NEARLY_A_DAY_MS = 80_000_000;

/**
 * Plays a world against the real committer over a memory store, with crashes, lost answers, repeats and a wandering clock, and lets
 * an auditor follow. Everything follows from the seed: the same seed gives the same run.
 */
export async function simulate(options: RunOptions): Promise<RunReport> {
  const world = makeGroup({ skus: options.skus ?? 30 });
  const dice = createDice(options.seed);
  const mischief = createDice(options.seed + 0x5eed);
  const counts: Record<string, number> = Object.fromEntries(FAULTS.map((fault) => [fault, 0]));
  const refusals: Record<string, number> = {};
  const acts: Record<string, number> = {};
  const last: Submission[] = [];
  const failures: Finding[] = [];
  const count = (fault: Fault): void => void (counts[fault] = (counts[fault] ?? 0) + 1);
  const clock = { at: STARTS_AT, skew: 0 };
  const now = (): number => clock.at + clock.skew;

  const offers = makeOffers(world);
  const editor = createLimitsEditor(offers, dice);
  const office = createPriceOffice(world, createDice(options.seed + 0x9121ce), {
    startsAt: STARTS_AT,
    engine: { ...PRICE_ENGINE, ...options.engine },
  });
  const auditor = createMemoryAuditor({
    coinAt: (id) => world.locations.find((one) => one.id === id)?.coinMinor ?? 1,
    prices: office,
    limitsInForce: (promotionId, from, until) => editor.inForce(promotionId, from, until),
  });
  const faults = createFaults(mischief, count);
  const reader = createMemoryReader(
    () => inner.memory,
    () => {
      const stale = mischief.oneIn(20);
      if (stale) count('stale_read');
      return stale;
    },
  );
  const inner = createMemoryStore({
    now,
    fault: faults.onMoment,
    air: faults.air,
    onWrites(writes) {
      auditor.see(writes);
      reader.see(writes);
      for (const act of writes.acts) acts[act.type] = (acts[act.type] ?? 0) + 1;
    },
  });
  const rules = options
    .rules({
      read: reader,
      now,
      locationOf: (id) => world.locations.find((one) => one.id === id) as World['locations'][number],
    })
    .map((one) => counted(one, () => count('resolved_again')));

  type Life = { readonly committer: Committer; readonly waiting: Set<(crashed: 'crashed') => void> };
  const startLife = (): Life => {
    const { store, crashed } = faults.process(onlyAskedFor(inner));
    const committer = createCommitter({
      store,
      rules,
      react: postAct,
      limits: { batchCommands: 32, batchLines: 120, waiting: 90, patienceMs: Infinity },
      pause: async () => undefined,
    });
    const life: Life = { committer, waiting: new Set() };
    const bury = async (): Promise<void> => {
      await crashed;
      if (current === life) current = startLife();
      for (const tell of life.waiting) tell('crashed');
    };
    void bury();
    return life;
  };
  let current = startLife();

  /** The answer, or that the process is gone. A race with one long-lived promise would keep every answer in memory. */
  function orCrash(life: Life, answer: Promise<Outcome>): Promise<Outcome | 'crashed'> {
    return new Promise((tell, fail) => {
      life.waiting.add(tell);
      void answer.then(tell, fail).finally(() => life.waiting.delete(tell));
    });
  }

  /** What a client does: sends until it is answered, always with the same key. */
  async function deliver(submission: Submission): Promise<Outcome | 'bug'> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const life = current;
      try {
        const answer = await orCrash(life, life.committer.submit(submission));
        if (answer !== 'crashed') return answer;
        // A new process takes over; the client knows nothing and sends again.
      } catch (error) {
        if (error instanceof Overloaded) {
          count('queue_full');
          await new Promise<void>((done) => setImmediate(done));
        } else if ((error as Error).name !== 'GuardMissed') {
          if (!isPoisoned(submission))
            failures.push({
              check: 'no command breaks',
              says: (error as Error).stack ?? String(error),
              rows: [submission],
            });
          return 'bug';
        }
      }
    }
    failures.push({ check: 'every command is answered', says: 'two hundred tries', rows: [submission] });
    return 'bug';
  }

  const actors = createActors(world, dice, offers, editor, office);
  const acknowledged = new Map<string, number>();
  async function play(submission: Submission): Promise<void> {
    last.push(submission);
    if (last.length > LAST_KEPT) last.shift();
    const twice = mischief.oneIn(50);
    if (twice) count('duplicate_at_once');
    const [outcome, again] = await Promise.all([deliver(submission), twice ? deliver(submission) : undefined]);
    if (outcome === 'bug') {
      if (isPoisoned(submission)) count('poisoned');
      return;
    }
    if (outcome.kind === 'refused') {
      const name = `${submission.type} ${outcome.rejection.reason}`;
      refusals[name] = (refusals[name] ?? 0) + 1;
      if (outcome.rejection.reason === 'fact_missing_before') count('reordered_facts');
    }
    // Refused first and accepted when it came again, or the other way round: both are answers; accepted is what holds.
    const held =
      outcome.kind === 'accepted'
        ? outcome
        : again !== undefined && again !== 'bug' && again.kind === 'accepted'
          ? again
          : outcome;
    if (held.kind === 'accepted') acknowledged.set(submission.key, held.eventNumber);
    actors.learn(submission, held);
    if (held.kind !== 'accepted') return;
    if (
      again !== undefined &&
      (again === 'bug' || again.kind !== 'accepted' || again.eventNumber !== held.eventNumber)
    ) {
      if (outcome.kind === 'accepted')
        failures.push({
          check: 'a repeat gets the first answer',
          says: 'another answer',
          rows: [submission, held, again],
        });
    }
    if (mischief.oneIn(60)) {
      count('duplicate_later');
      const later = await deliver(submission);
      if (later === 'bug' || later.kind !== 'accepted' || later.eventNumber !== held.eventNumber || !later.repeated)
        failures.push({
          check: 'a repeat gets the first answer',
          says: 'another answer later',
          rows: [submission, held, later],
        });
    }
    if (mischief.oneIn(60)) {
      count('key_with_other_body');
      const other = await deliver(withOtherBody(submission));
      if (other === 'bug' || other.kind !== 'key_reused')
        failures.push({
          check: 'a key belongs to one body',
          says: 'another body was taken',
          rows: [submission, other],
        });
    }
  }

  async function preview(submission: Submission): Promise<void> {
    count('preview');
    await orCrash(current, current.committer.preview(submission)).catch(() => undefined);
  }

  let played = 0;
  while (played < options.commands && failures.length === 0) {
    const wave: Promise<void>[] = [];
    const size = dice.between(1, mischief.oneIn(20) ? 140 : 40);
    for (let i = 0; i < size; i += 1) {
      clock.at += dice.between(1, 60_000);
      if (mischief.oneIn(1000)) {
        count('day_passes');
        clock.at += NEARLY_A_DAY_MS;
      }
      wanderClock();
      const deeds = actors.next(clock.at);
      if (deeds.length > 1) count('offline_backlog');
      played += deeds.length;
      for (const deed of deeds) {
        if (mischief.oneIn(200)) wave.push(preview(deed));
        if (mischief.oneIn(400) && deed.type === 'RecordSale' && deed.sourceId === undefined)
          wave.push(play(poison(deed)));
        wave.push(play(deed));
      }
    }
    await Promise.all(wave);
  }
  for (let rest = actors.leftover(clock.at); rest.length > 0 && failures.length === 0; rest = actors.leftover(clock.at))
    await Promise.all(rest.map(play));

  function wanderClock(): void {
    if (!mischief.oneIn(100)) return;
    const back = mischief.oneIn(2);
    count(back ? 'clock_back' : 'clock_forward');
    clock.skew = (back ? -1 : 1) * mischief.between(1, 7_200_000);
  }

  const audit = auditor.close(inner.memory);
  const known = new Set([...inner.memory.known.values()].map((key) => key.eventNumber));
  for (const [key, number] of acknowledged) {
    if (!known.has(number))
      failures.push({
        check: 'what was acknowledged is there',
        says: 'an answer without an event',
        rows: [{ key, number }],
      });
  }
  if (known.size !== acknowledged.size && failures.length === 0)
    failures.push({
      check: 'what is there was acknowledged',
      says: `${known.size} commands are stored, ${acknowledged.size} were acknowledged`,
      rows: [],
    });
  failures.push(...audit.findings);
  return {
    seed: options.seed,
    commands: played,
    events: inner.memory.eventNumber,
    failures,
    faults: counts,
    refusals,
    acts,
    looked: audit.looked,
    last,
  };
}

/** The store as a database is: a batch holds the states that its commands named, and no others. */
function onlyAskedFor(inner: CommitStore): CommitStore {
  return {
    ...inner,
    run: async (needs, decide, ahead) =>
      inner.run(
        needs,
        (open) => {
          const books = new Map<string, ReadonlyMap<string, unknown>>();
          for (const [name, keys] of needs.books) {
            const held = open.books.get(name);
            const asked = new Map<string, unknown>();
            for (const key of keys) {
              const state = held?.get(key);
              if (state !== undefined) asked.set(key, state);
            }
            books.set(name, asked);
          }
          return decide({ ...open, books });
        },
        ahead,
      ),
  };
}

/** A sale that breaks its decider: no caller of ours would let it through, and it must fail alone. */
function poison(deed: Submission): Submission {
  const body = deed.body as { lines: readonly object[]; tenders: readonly object[] };
  return { ...deed, key: `${deed.key} poisoned`, body: { ...body, lines: undefined } };
}

function isPoisoned(submission: Submission): boolean {
  return submission.key.endsWith(' poisoned');
}

/** The same rules, saying when a command is resolved more often than it had to be. */
function counted(rules: CommandRules, onAgain: () => void): CommandRules {
  if (rules.resolve === undefined) return rules;
  const seen = new WeakSet<object>();
  return {
    ...rules,
    async resolve(body: never, hint) {
      if (hint !== undefined || seen.has(body)) onAgain();
      seen.add(body);
      return rules.resolve?.(body, hint);
    },
  };
}

/** What all runs together did not meet: faults, refusals, acts and sights at zero. */
export function notMet(reports: readonly RunReport[]): readonly string[] {
  const sum = (of: (report: RunReport) => Readonly<Record<string, number>>, names: readonly string[]): string[] =>
    names.filter((name) => reports.every((report) => (of(report)[name] ?? 0) === 0));
  return [
    ...sum((report) => report.faults, FAULTS),
    ...sum((report) => report.refusals, REFUSALS),
    ...sum((report) => report.acts, ACTS),
    ...sum((report) => report.looked, LOOKED),
  ];
}

/** The shortest run of the same seed that still fails, found by halving; the report of that one. */
export async function shrink(failed: RunReport, options: RunOptions): Promise<RunReport> {
  let shortest = failed;
  for (let low = 1, high = failed.commands; low < high;) {
    const middle = Math.floor((low + high) / 2);
    const report = await simulate({ ...options, seed: failed.seed, commands: middle });
    if (report.failures.length > 0) {
      shortest = report;
      high = middle;
    } else low = middle + 1;
  }
  return shortest;
}
