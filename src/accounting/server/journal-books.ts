import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import { bigintArray, dateArray, smallintArray, textArray, uuidArray } from '../../../platform/db/arrays.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import { dayToEpochDay, type BusinessDay } from '../../kernel/time.ts';
import { JOURNAL, PERIODS, type JournalEntry, type Period } from '../journal.ts';

const sql = loadSql(import.meta.url, './journal-books.sql', [
  'insert_entries',
  'add_day_totals',
  'load_periods',
  'insert_periods',
  'update_periods',
]);

/** No channel: what no channel brought about (a count, a bank charge). Totals need a value in their key. */
const NO_CHANNEL = '00000000-0000-0000-0000-000000000000';

/** The journal in PostgreSQL, and the totals of a day by account, channel and location that the reports read. */
export const journalTable: BookTable = {
  name: JOURNAL.name,
  record(changes) {
    const entries = changes.map(({ change }) => change as JournalEntry);
    const totals = [...dayTotals(entries).values()];
    return [
      {
        statement: sql.insert_entries,
        values: [
          bigintArray(entries.map((one) => one.eventNumber)),
          smallintArray(entries.map((one) => one.ordinal)),
          uuidArray(entries.map((one) => one.entityId)),
          dateArray(entries.map((one) => dayToEpochDay(one.postingDay))),
          uuidArray(entries.map((one) => one.locationId)),
          uuidArray(entries.map((one) => one.channelId)),
          uuidArray(entries.map((one) => one.documentId)),
          textArray(entries.map((one) => one.rule)),
          textArray(entries.map((one) => one.currency)),
          textArray(entries.map((one) => one.entityCurrency)),
          bigintArray(entries.map((one) => one.rate[0])),
          bigintArray(entries.map((one) => one.rate[1])),
          textArray(entries.map((one) => `{${one.accounts.join(',')}}`)),
          textArray(entries.map((one) => `{${one.amounts.join(',')}}`)),
          textArray(entries.map((one) => `{${one.entityAmounts.join(',')}}`)),
        ],
      },
      {
        statement: sql.add_day_totals,
        values: [
          dateArray(totals.map(({ of }) => dayToEpochDay(of.postingDay))),
          uuidArray(totals.map(({ of }) => of.entityId)),
          uuidArray(totals.map(({ of }) => of.channelId ?? NO_CHANNEL)),
          uuidArray(totals.map(({ of }) => of.locationId)),
          textArray(totals.map(({ account }) => account)),
          bigintArray(totals.map(({ debit }) => debit)),
          bigintArray(totals.map(({ credit }) => credit)),
        ],
      },
    ];
  },
};

type DayTotal = { of: JournalEntry; account: string; debit: number; credit: number };

function dayTotals(entries: readonly JournalEntry[]): Map<string, DayTotal> {
  const totals = new Map<string, DayTotal>();
  for (const entry of entries) {
    const prefix = `${entry.postingDay}|${entry.entityId}|${entry.channelId ?? ''}|${entry.locationId}|`;
    for (let i = 0; i < entry.accounts.length; i += 1) {
      const account = entry.accounts[i] as string;
      const amount = entry.entityAmounts[i] as number;
      let total = totals.get(prefix + account);
      if (total === undefined) totals.set(prefix + account, (total = { of: entry, account, debit: 0, credit: 0 }));
      if (amount > 0) total.debit += amount;
      else total.credit -= amount;
    }
  }
  return totals;
}

/** Closed periods in PostgreSQL. */
export const periodTable: BookTable = {
  name: PERIODS.name,
  load: (keys) => [{ statement: sql.load_periods, values: [uuidArray(keys)] }],
  parse([rows]) {
    const periods = new Map<string, Period>();
    for (const row of rows as unknown as { entity_id: string; closed_through: BusinessDay; version: number }[]) {
      periods.set(row.entity_id, { entityId: row.entity_id, closedThrough: row.closed_through, version: row.version });
    }
    return periods;
  },
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<Period>(changes));
    const queries: Query[] = [];
    if (added.length > 0) {
      queries.push({
        statement: sql.insert_periods,
        values: [
          uuidArray(added.map((one) => one.entityId)),
          dateArray(added.map((one) => dayToEpochDay(one.closedThrough))),
          bigintArray(added.map((one) => one.version)),
        ],
      });
    }
    if (updated.length > 0) {
      queries.push({
        statement: sql.update_periods,
        values: [
          uuidArray(updated.map(({ after }) => after.entityId)),
          bigintArray(updated.map(({ before }) => before.version)),
          dateArray(updated.map(({ after }) => dayToEpochDay(after.closedThrough))),
          bigintArray(updated.map(({ after }) => after.version)),
          updated.length,
        ],
      });
    }
    return queries;
  },
};
