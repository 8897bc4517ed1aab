import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { daysBetween, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import type { ValuationMethod } from '../../stock/cost.ts';
import type { AccountSum } from '../contribution.ts';

const sql = loadSql(import.meta.url, './accounting.sql', [
  'list_entries',
  'list_entries_of_days',
  'find_days_of_account',
  'sum_accounts',
  'sum_results',
  'sum_areas',
  'inventory_balance',
  'list_values',
]);

/** One posting of an entry: debits positive, credits negative, in the document's currency and in the entity's. */
export type PostingRow = { readonly account: string; readonly amountMinor: number; readonly entityAmountMinor: number };

/** A journal entry with the event that caused it. `document` is what a person calls it by: a number, a supplier's reference, a note. */
export type EntryRow = {
  readonly eventNumber: number;
  readonly ordinal: number;
  readonly entityId: string;
  readonly postingDay: BusinessDay;
  readonly businessDay: BusinessDay;
  readonly locationId: string;
  readonly channelId: string | null;
  readonly rule: string;
  readonly currency: string;
  readonly entityCurrency: string;
  readonly rate: readonly [number, number];
  readonly postings: readonly PostingRow[];
  readonly eventType: string;
  readonly topic: string;
  readonly subjectId: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly document: string | null;
};

/** Which entries, of which legal entities. Everything left out is not asked for; `locationIds` undefined: at all locations. */
export type WantedEntries = {
  readonly limit: number;
  readonly before?: { readonly eventNumber: number; readonly ordinal: number } | undefined;
  readonly entityIds: readonly string[];
  readonly locationIds?: readonly string[] | undefined;
  readonly channelId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly eventNumber?: number | undefined;
  readonly account?: string | undefined;
};

/** A page of the journal, newest event first; one row more than `limit` when there are more. */
export async function listEntries(tx: Tx, wanted: WantedEntries): Promise<EntryRow[]> {
  type Row = {
    event_number: number;
    ordinal: number;
    entity_id: string;
    posting_day: BusinessDay;
    business_day: BusinessDay;
    location_id: string;
    channel_id: string | null;
    rule: string;
    currency: string;
    entity_currency: string;
    rate_numerator: number;
    rate_denominator: number;
    accounts: string[];
    amounts: number[];
    entity_amounts: number[];
    event_type: string;
    topic: string;
    subject_id: string | null;
    occurred_at: string;
    recorded_at: string;
    document: string | null;
  };
  const days = wanted.account === undefined ? undefined : await findDaysOfAccount(tx, wanted);
  const few = (days !== undefined && days.length <= FEW_DAYS) || spanOf(wanted) <= FEW_DAYS;
  // Not prepared: which index is right depends on the filters of this very call.
  const { rows } = await tx.client.query<Row>((few ? sql.list_entries_of_days : sql.list_entries).text, [
    wanted.limit + 1,
    wanted.before?.eventNumber ?? Number.MAX_SAFE_INTEGER,
    wanted.before?.ordinal ?? 0,
    wanted.entityIds,
    wanted.locationIds ?? null,
    wanted.channelId ?? null,
    wanted.from ?? null,
    wanted.to ?? null,
    wanted.eventNumber ?? null,
    wanted.account ?? null,
    days !== undefined && few ? days : null,
  ]);
  return rows.map((row) => ({
    eventNumber: row.event_number,
    ordinal: row.ordinal,
    entityId: row.entity_id,
    postingDay: row.posting_day,
    businessDay: row.business_day,
    locationId: row.location_id,
    channelId: row.channel_id,
    rule: row.rule,
    currency: row.currency,
    entityCurrency: row.entity_currency,
    rate: [row.rate_numerator, row.rate_denominator],
    postings: row.accounts.map((account, i) => ({
      account,
      amountMinor: row.amounts[i] ?? 0,
      entityAmountMinor: row.entity_amounts[i] ?? 0,
    })),
    eventType: row.event_type,
    topic: row.topic,
    subjectId: row.subject_id,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    document: row.document,
  }));
}

/** So many days are sorted; of more it is quicker to read back from the end until a page is full. */
const FEW_DAYS = 31;

/** The days on which an account was used, one more than {@link FEW_DAYS} when there are more. */
async function findDaysOfAccount(tx: Tx, { entityIds, account, from, to }: WantedEntries): Promise<string[]> {
  const rows = await tx.rows<{ posting_day: string }>(sql.find_days_of_account, [
    entityIds,
    account,
    from ?? null,
    to ?? null,
    FEW_DAYS + 1,
  ]);
  return rows.map((row) => row.posting_day);
}

function spanOf({ from, to }: WantedEntries): number {
  const [first, last] = [from, to].map((text) => (text === undefined ? undefined : parseBusinessDay(text)));
  return first === undefined || last === undefined ? Infinity : daysBetween({ from: first, to: last }) + 1;
}

/** What was posted to an account: the balance before `from`, and debits and credits from there on. */
export type AccountTurnover = {
  readonly account: string;
  readonly openingMinor: number;
  readonly debitMinor: number;
  readonly creditMinor: number;
};

/** Every account of an entity that was ever posted to, through a day (undefined: all), from a day on (undefined: from the beginning). */
export async function sumAccounts(
  tx: Tx,
  wanted: { entityId: string; from?: string | undefined; through?: string | undefined },
): Promise<AccountTurnover[]> {
  type Row = { account: string; opening: number; debit: number; credit: number };
  const rows = await tx.rows<Row>(sql.sum_accounts, [wanted.entityId, wanted.through ?? null, wanted.from ?? null]);
  return rows.map((row) => ({
    account: row.account,
    openingMinor: row.opening,
    debitMinor: row.debit,
    creditMinor: row.credit,
  }));
}

/** A sum of an account of revenue or expense, for one channel or location where the sums are split by it. */
export type ResultSum = AccountSum & {
  readonly code: string;
  readonly channelId: string | null;
  readonly locationId: string | null;
};

/** Revenue and expenses of an entity between two days, both included. */
export async function sumResults(
  tx: Tx,
  wanted: {
    entityId: string;
    from: string;
    to: string;
    by: 'none' | 'channel' | 'location';
    locationIds?: readonly string[] | undefined;
  },
): Promise<ResultSum[]> {
  type Row = {
    channel_id: string | null;
    location_id: string | null;
    code: string;
    role: AccountSum['role'];
    kind: AccountSum['kind'];
    debit: number;
    credit: number;
  };
  const rows = await tx.rows<Row>(sql.sum_results, [
    wanted.entityId,
    wanted.from,
    wanted.to,
    wanted.locationIds ?? null,
    wanted.by,
  ]);
  return rows.map((row) => ({
    channelId: row.channel_id,
    locationId: row.location_id,
    code: row.code,
    role: row.role,
    kind: row.kind,
    debitMinor: row.debit,
    creditMinor: row.credit,
  }));
}

/** What a valuation area holds. `valueMinor` is what inventory has of it: units there less what was handed over before it came, at cost. */
export type AreaValue = {
  readonly id: string;
  readonly name: string;
  readonly method: ValuationMethod;
  readonly currency: string;
  readonly quantity: number;
  readonly shortQuantity: number;
  readonly shortValueMinor: number;
  readonly valueMinor: number;
};

/** The valuation areas of an entity and the balance of its inventory account. In one snapshot they must be equal. */
export async function sumValuation(tx: Tx, entityId: string): Promise<{ areas: AreaValue[]; ledgerMinor: number }> {
  type Row = {
    id: string;
    name: string;
    method: ValuationMethod;
    currency: string;
    quantity: number;
    value: number;
    short_quantity: number;
    short_value: number;
  };
  const rows = await tx.rows<Row>(sql.sum_areas, [entityId]);
  const { balance } = await tx.get<{ balance: number }>(sql.inventory_balance, [entityId]);
  const areas = rows.map((row) => ({
    id: row.id,
    name: row.name,
    method: row.method,
    currency: row.currency,
    quantity: row.quantity,
    shortQuantity: row.short_quantity,
    shortValueMinor: row.short_value,
    valueMinor: row.value - row.short_value,
  }));
  return { areas, ledgerMinor: balance };
}

/** What the units of a SKU in an area are worth. */
export type SkuValue = {
  readonly areaId: string;
  readonly skuId: string;
  readonly skuCode: string;
  readonly skuName: string;
  readonly quantity: number;
  readonly shortQuantity: number;
  readonly valueMinor: number;
  readonly sortName: string;
};

const NIL = '00000000-0000-0000-0000-000000000000';

/** A page of what is in the areas of an entity, by SKU name; one row more than `limit` when there are more. */
export async function listValues(
  tx: Tx,
  wanted: { entityId: string; limit: number; after?: { name: string; skuId: string; areaId: string } | undefined },
): Promise<SkuValue[]> {
  type Row = {
    area_id: string;
    sku_id: string;
    code: string;
    name: string;
    sort_name: string;
    quantity: number;
    value_minor: number;
    short_quantity: number;
    short_value_minor: number;
  };
  const { entityId, limit, after } = wanted;
  const rows = await tx.rows<Row>(sql.list_values, [
    limit + 1,
    after?.name ?? '',
    after?.skuId ?? NIL,
    after?.areaId ?? NIL,
    entityId,
  ]);
  return rows.map((row) => ({
    areaId: row.area_id,
    skuId: row.sku_id,
    skuCode: row.code,
    skuName: row.name,
    quantity: row.quantity,
    shortQuantity: row.short_quantity,
    valueMinor: row.value_minor - row.short_value_minor,
    sortName: row.sort_name,
  }));
}
