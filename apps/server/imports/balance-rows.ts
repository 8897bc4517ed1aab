import type { ImportedBalance } from '../../../connectors/oneshelf-csv/balance-csv.ts';
import { readDate } from '../../../platform/files/dates.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import type { ImportProblem, ImportedAmount } from '../../../src/catalog/imported-product.ts';
import type { AccountRole } from '../../../src/accounting/chart.ts';
import { KEPT_BY_OTHER_BOOKS } from '../../../src/accounting/open-balances.ts';
import { listAccounts } from '../../../src/accounting/server/chart.store.ts';
import type { LegalEntity } from '../../../src/company/legal-entity.ts';
import type { CompanyCache } from '../../../src/company/server/company-cache.ts';
import { businessDayOf, compareDays, parseBusinessDay } from '../../../src/kernel/time.ts';
import { importSql } from './import-store.ts';
import { noCounts, type BookedBalances } from './row-did.ts';
import type { RowContext, RowPlan } from './row-kinds.ts';

/** Balances are booked by legal entity and day. */
export function cutBalances(row: ImportedBalance, { deps, dates }: RowContext): string {
  return `${entityOf(deps.company, row)?.id ?? ''} ${readDate(row.day, dates['day'] ?? 'ymd') ?? ''}`;
}

function entityOf(company: CompanyCache, { entity: named }: ImportedBalance): LegalEntity | undefined {
  const entities = company.entities();
  if (named === '') return entities.length === 1 ? entities[0] : undefined;
  return entities.find(({ code, name }) => name === named || code.toUpperCase() === named.toUpperCase());
}

/**
 * Plans the opening balances of one entity and day: what they differ from what earlier imports booked for that day. The account of opening balances takes
 * the other side, so that the entry balances whatever the file says; what it says of that account itself is not booked.
 */
export async function planBalances(
  tx: Tx,
  rows: readonly ImportedBalance[],
  { deps, dates, at, tell }: RowContext,
): Promise<RowPlan> {
  const counts = noCounts();
  const leave = (row: ImportedBalance, said: Omit<ImportProblem, 'line' | 'column' | 'value'>): void => {
    counts.leftOut += 1;
    tell({ line: row.line, column: '', value: row.account, ...said });
  };
  const [first] = rows;
  const entity = first === undefined ? undefined : entityOf(deps.company, first);
  const place = deps.company.locations().find(({ entityId, archived }) => entityId === entity?.id && !archived);
  const day = parseBusinessDay(readDate(first?.day ?? '', dates['day'] ?? 'ymd') ?? '');
  const why =
    entity === undefined
      ? { reason: 'no_entity', says: 'There is no such legal entity, or none is named and there are several.' }
      : place === undefined
        ? { reason: 'no_location', says: 'The legal entity has no location yet.' }
        : day === undefined
          ? { reason: 'bad_date', says: 'This is no date.' }
          : compareDays(day, businessDayOf(at, place)) > 0
            ? { reason: 'day_not_reached', says: 'The day has still to come.' }
            : undefined;
  if (why !== undefined || entity === undefined || day === undefined) {
    const said = why ?? { reason: 'bad_date', says: 'This is no date.' };
    for (const row of rows) leave(row, { weight: 'error', does: 'The row is left out.', ...said });
    return { did: { counts } };
  }
  const accounts = new Map((await listAccounts(tx, [entity.id])).map((account) => [account.code, account]));
  const booked = await bookedBefore(tx, entity.id, day);
  const lines: BookedBalances['lines'][number][] = [];
  for (const row of rows) {
    const account = accounts.get(row.account);
    if (account === undefined) {
      leave(row, {
        weight: 'error',
        reason: 'unknown_account',
        says: `${entity.name} has no ledger account "${row.account}".`,
        does: 'The row is left out.',
      });
      continue;
    }
    if (account.role === 'opening_equity' || KEPT_BY_OTHER_BOOKS.has(account.role)) {
      leave(row, {
        weight: 'warning',
        reason: 'kept_by_another_book',
        says:
          account.role === 'opening_equity'
            ? 'This account takes the other side of every opening balance.'
            : `What "${account.name}" stands at follows from the stock or the orders that are there.`,
        does: 'The row is left out.',
      });
      continue;
    }
    const [debit, credit] = [wholeMinor(row.debit), wholeMinor(row.credit)];
    if (debit === undefined || credit === undefined) {
      leave(row, {
        weight: 'error',
        reason: 'too_many_decimals',
        says: 'A balance is a whole number of the smallest coin.',
        does: 'The row is left out.',
      });
      continue;
    }
    const before = booked.get(account.role);
    const amountMinor = debit - credit - (before ?? 0);
    if (amountMinor === 0) counts.unchanged += 1;
    else {
      if (before === undefined) counts.created += 1;
      else counts.changed += 1;
      lines.push({ account: account.role, amountMinor });
    }
  }
  return { did: { counts, balances: { entityId: entity.id, day, lines } } };
}

async function bookedBefore(tx: Tx, entityId: string, day: string): Promise<Map<AccountRole, number>> {
  const rows = await tx.rows<{ account: AccountRole; amount: number }>(importSql.balances_booked, [entityId, day]);
  return new Map(rows.map(({ account, amount }) => [account, amount]));
}

function wholeMinor({ amount, scale }: ImportedAmount): number | undefined {
  const minor = amount / 10 ** scale;
  return Number.isSafeInteger(minor) ? minor : undefined;
}
