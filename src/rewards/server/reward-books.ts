import { bigintArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import type { AppliedChange } from '../../kernel/draft.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import type { Qualifying } from '../loyalty-programme.ts';
import { ORDER_REWARDS, type EarnedByLine, type OrderRewards, type PointsBurn } from '../order-rewards.ts';
import { POINTS, valueOf, type PointsAccount, type PointsChange, type PointsLot } from '../points-account.ts';
import { REWARD_ACCOUNTS, type RewardAccount, type RewardAccountChange } from '../reward-account.ts';

const sql = loadSql(import.meta.url, './reward-books.sql', [
  'load_accounts',
  'insert_accounts',
  'update_accounts',
  'load_points',
  'insert_points',
  'update_points',
  'load_orders',
  'insert_orders',
  'update_orders',
  'insert_entries',
]);

/** One row of the history of an account. */
type Entry = {
  readonly key: string;
  readonly entry: number;
  readonly number: number;
  readonly unit: 'minor' | 'points';
  readonly what: string;
  readonly delta: number;
  readonly after: number;
  readonly orderId: string | undefined;
  readonly reason: string | undefined;
};

function insertEntries(entries: readonly Entry[], recordedAt: number): Query {
  return {
    statement: sql.insert_entries,
    values: [
      textArray(entries.map((one) => one.key)),
      bigintArray(entries.map((one) => one.entry)),
      bigintArray(entries.map((one) => one.number)),
      textArray(entries.map((one) => one.unit)),
      textArray(entries.map((one) => one.what)),
      bigintArray(entries.map((one) => one.delta)),
      bigintArray(entries.map((one) => one.after)),
      uuidArray(entries.map((one) => one.orderId)),
      textArray(entries.map((one) => one.reason ?? '')),
      new Date(recordedAt).toISOString(),
    ],
  };
}

/** A row of an account of money. */
export type AccountRow = {
  key: string;
  kind: RewardAccount['kind'];
  entity_id: string;
  currency: string;
  customer_id: string | null;
  state: RewardAccount['state'];
  expires_on: string | null;
  code_hash: string | null;
  last_four: string | null;
  balance_minor: number;
  overdrawn_minor: number;
  issued_minor: number;
  redeemed_minor: number;
  expired_minor: number;
  version: number;
};

/** An account as its row says. */
export function accountOfRow(row: AccountRow): RewardAccount {
  return {
    key: row.key,
    kind: row.kind,
    entityId: row.entity_id,
    currency: row.currency,
    customerId: row.customer_id ?? undefined,
    state: row.state,
    expiresOn: (row.expires_on ?? undefined) as BusinessDay | undefined,
    codeHash: row.code_hash ?? undefined,
    lastFour: row.last_four ?? undefined,
    balanceMinor: row.balance_minor,
    overdrawnMinor: row.overdrawn_minor,
    issuedMinor: row.issued_minor,
    redeemedMinor: row.redeemed_minor,
    expiredMinor: row.expired_minor,
    version: row.version,
  };
}

/** Gift cards and store credit in PostgreSQL, with their history. */
export const rewardAccountTable: BookTable = {
  name: REWARD_ACCOUNTS.name,
  load: (keys) => [{ statement: sql.load_accounts, values: [textArray(keys)] }],
  parse: ([rows]) => new Map((rows as unknown as AccountRow[]).map((row) => [row.key, accountOfRow(row)])),
  record(changes, writes) {
    const { added, updated } = newAndOld(touchedStates<RewardAccount>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_accounts,
        values: [
          textArray(added.map((one) => one.key)),
          textArray(added.map((one) => one.kind)),
          uuidArray(added.map((one) => one.entityId)),
          textArray(added.map((one) => one.currency)),
          uuidArray(added.map((one) => one.customerId)),
          textArray(added.map((one) => one.state)),
          textArray(added.map((one) => one.expiresOn)),
          textArray(added.map((one) => one.codeHash)),
          textArray(added.map((one) => one.lastFour)),
          ...amountsOf(added),
          new Date(writes.recordedAt).toISOString(),
        ],
      });
    }
    if (updated.length > 0) {
      const after = updated.map((one) => one.after);
      queries.push({
        statement: sql.update_accounts,
        values: [
          textArray(after.map((one) => one.key)),
          bigintArray(updated.map((one) => one.before.version)),
          textArray(after.map((one) => one.state)),
          textArray(after.map((one) => one.expiresOn)),
          ...amountsOf(after),
          updated.length,
        ],
      });
    }
    const entries = (changes as readonly AppliedChange<RewardAccount, RewardAccountChange>[]).map(
      ({ key, change, before, after, number }): Entry => ({
        key,
        entry: after.version,
        number,
        unit: 'minor',
        what: 'begin' in change && after.kind === 'store_credit' ? 'opened' : change.cause.what,
        delta: netOf(after) - (before === undefined ? 0 : netOf(before)),
        after: netOf(after),
        orderId: change.cause.orderId,
        reason: change.cause.reason,
      }),
    );
    queries.push(insertEntries(entries, writes.recordedAt));
    return queries;
  },
};

function netOf(account: RewardAccount): number {
  return account.balanceMinor - account.overdrawnMinor;
}

function amountsOf(accounts: readonly RewardAccount[]): Buffer[] {
  return [
    bigintArray(accounts.map((one) => one.balanceMinor)),
    bigintArray(accounts.map((one) => one.overdrawnMinor)),
    bigintArray(accounts.map((one) => one.issuedMinor)),
    bigintArray(accounts.map((one) => one.redeemedMinor)),
    bigintArray(accounts.map((one) => one.expiredMinor)),
    bigintArray(accounts.map((one) => one.version)),
  ];
}

type LotRow = [expiresOn: BusinessDay | null, points: number, expected: number, valueMinor: number];

function lotRow({ expiresOn, points, expected, valueMinor }: PointsLot): LotRow {
  return [expiresOn, points, expected, valueMinor];
}

function lotOfRow([expiresOn, points, expected, valueMinor]: LotRow): PointsLot {
  return { expiresOn, points, expected, valueMinor };
}

/** A row of a points account. */
export type PointsRow = {
  key: string;
  programme_id: string;
  entity_id: string;
  customer_id: string;
  currency: string;
  balance: number;
  overdrawn: number;
  earned: number;
  burned: number;
  expired: number;
  lots: LotRow[];
  spent: Qualifying;
  version: number;
};

/** A points account as its row says. */
export function pointsOfRow(row: PointsRow): PointsAccount {
  const { key, currency, balance, overdrawn, earned, burned, expired, spent, version } = row;
  return {
    key,
    programmeId: row.programme_id,
    entityId: row.entity_id,
    customerId: row.customer_id,
    currency,
    lots: row.lots.map(lotOfRow),
    balance,
    overdrawn,
    earned,
    burned,
    expired,
    spent,
    version,
  };
}

/** Points in PostgreSQL, with their history. */
export const rewardPointsTable: BookTable = {
  name: POINTS.name,
  load: (keys) => [{ statement: sql.load_points, values: [textArray(keys)] }],
  parse: ([rows]) => new Map((rows as unknown as PointsRow[]).map((row) => [row.key, pointsOfRow(row)])),
  record(changes, writes) {
    const { added, updated } = newAndOld(touchedStates<PointsAccount>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      const [next, ...counts] = countsOf(added);
      queries.push({
        statement: sql.insert_points,
        values: [
          textArray(added.map((one) => one.key)),
          uuidArray(added.map((one) => one.programmeId)),
          uuidArray(added.map((one) => one.entityId)),
          uuidArray(added.map((one) => one.customerId)),
          textArray(added.map((one) => one.currency)),
          ...counts,
          next,
          bigintArray(added.map((one) => one.version)),
        ],
      });
    }
    if (updated.length > 0) {
      const after = updated.map((one) => one.after);
      const [next, ...counts] = countsOf(after);
      queries.push({
        statement: sql.update_points,
        values: [
          textArray(after.map((one) => one.key)),
          bigintArray(updated.map((one) => one.before.version)),
          ...counts,
          next,
          bigintArray(after.map((one) => one.version)),
          updated.length,
        ],
      });
    }
    const entries = (changes as readonly AppliedChange<PointsAccount, PointsChange>[]).map(
      ({ key, change, before, after, number }): Entry => ({
        key,
        entry: after.version,
        number,
        unit: 'points',
        what: 'begin' in change ? 'opened' : change.cause.what,
        delta: after.balance - after.overdrawn - (before === undefined ? 0 : before.balance - before.overdrawn),
        after: after.balance - after.overdrawn,
        orderId: change.cause.orderId,
        reason: change.cause.reason,
      }),
    );
    queries.push(insertEntries(entries, writes.recordedAt));
    return queries;
  },
};

function countsOf(accounts: readonly PointsAccount[]): [Buffer, ...Buffer[]] {
  return [
    textArray(accounts.map((one) => one.lots[0]?.expiresOn)),
    bigintArray(accounts.map((one) => one.balance)),
    bigintArray(accounts.map((one) => one.overdrawn)),
    bigintArray(accounts.map((one) => one.earned)),
    bigintArray(accounts.map((one) => one.burned)),
    bigintArray(accounts.map((one) => one.expired)),
    bigintArray(accounts.map((one) => valueOf(one.lots))),
    textArray(accounts.map((one) => JSON.stringify(one.lots.map(lotRow)))),
    textArray(accounts.map((one) => JSON.stringify(one.spent))),
  ];
}

type OrderRow = {
  order_id: string;
  programme_id: string;
  customer_id: string;
  earned: EarnedByLine[];
  burns: PointsBurn[];
  version: number;
};

/** What orders earned and used in PostgreSQL. */
export const orderRewardsTable: BookTable = {
  name: ORDER_REWARDS.name,
  load: (keys) => [{ statement: sql.load_orders, values: [uuidArray(keys)] }],
  parse: ([rows]) =>
    new Map(
      (rows as unknown as OrderRow[]).map((row): [string, OrderRewards] => [
        row.order_id,
        {
          orderId: row.order_id,
          programmeId: row.programme_id,
          customerId: row.customer_id,
          earned: row.earned,
          burns: row.burns,
          version: row.version,
        },
      ]),
    ),
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<OrderRewards>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_orders,
        values: [
          uuidArray(added.map((one) => one.orderId)),
          uuidArray(added.map((one) => one.programmeId)),
          uuidArray(added.map((one) => one.customerId)),
          textArray(added.map((one) => JSON.stringify(one.earned))),
          textArray(added.map((one) => JSON.stringify(one.burns))),
          bigintArray(added.map((one) => one.version)),
        ],
      });
    }
    if (updated.length > 0) {
      const after = updated.map((one) => one.after);
      queries.push({
        statement: sql.update_orders,
        values: [
          uuidArray(after.map((one) => one.orderId)),
          bigintArray(updated.map((one) => one.before.version)),
          textArray(after.map((one) => JSON.stringify(one.earned))),
          textArray(after.map((one) => JSON.stringify(one.burns))),
          bigintArray(after.map((one) => one.version)),
          updated.length,
        ],
      });
    }
    return queries;
  },
};
