import { Type, type Static } from 'typebox';
import type { Principal } from '../../../platform/auth/principal.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, InstantType, MinorType, NumberFrom } from '../../../platform/http/money.ts';
import { forbidden } from '../../../platform/http/problem.ts';
import { API_PREFIX, route } from '../../../platform/http/route.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import { listEntries, type EntryRow } from './accounting.store.ts';
import { listAccounts, type AccountRow } from './chart.store.ts';
import { type AccountingRouteDeps, tags, orNull } from './accounting-shapes.ts';

const AccountType = model(
  'LedgerAccount',
  Type.Object({
    entityId: IdType('legalEntity'),
    code: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    role: Type.String(),
  }),
);
const PostingType = Type.Object({
  accountCode: Type.String(),
  accountName: Type.String(),
  amountMinor: MinorType,
  debitMinor: MinorType,
  creditMinor: MinorType,
  currency: CurrencyType,
  entityAmountMinor: MinorType,
  entityDebitMinor: MinorType,
  entityCreditMinor: MinorType,
  entityCurrency: CurrencyType,
});
const EntryType = model(
  'JournalEntry',
  Type.Object({
    id: Type.String({ description: 'Number of the event and of the entry within it.' }),
    eventNumber: Type.Integer(),
    ordinal: Type.Integer(),
    eventType: Type.String(),
    eventUrl: Type.String(),
    rule: Type.String(),
    subjectId: orNull(Type.String()),
    document: orNull(Type.String()),
    entityId: IdType('legalEntity'),
    locationId: IdType('location'),
    channelId: orNull(IdType('channel')),
    postingDay: DayType,
    businessDay: DayType,
    occurredAt: InstantType,
    recordedAt: InstantType,
    rate: Type.Object({ numerator: Type.Integer(), denominator: Type.Integer() }),
    postings: Type.Array(PostingType),
  }),
);
const EntryCursor = Type.Tuple([NumberFrom(1), NumberFrom(1)]);
/** GET /accounts and /journal. */
export function registerJournal(app: Api, deps: AccountingRouteDeps): void {
  const { pool, schema, company } = deps;
  route(app, {
    method: 'GET',
    url: '/accounts',
    operationId: 'listLedgerAccounts',
    summary: 'The chart of accounts',
    tags,
    permission: 'journal:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({ entity: Type.Optional(IdType('legalEntity')) }),
      response: { 200: Type.Object({ items: Type.Array(AccountType) }) },
    },
    async handler({ principal, query }) {
      const seen = company
        .entities()
        .filter(({ id }) => (query.entity === undefined || id === query.entity) && seesOf(deps, principal, id));
      const accounts = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listAccounts(
          tx,
          seen.map(({ id }) => id),
        ),
      );
      return { items: accounts.map((account) => ({ ...account, entityId: idText('legalEntity', account.entityId) })) };
    },
  });

  route(app, {
    method: 'GET',
    url: '/journal',
    operationId: 'listJournal',
    summary: 'Journal entries, newest first, each with the event that caused it',
    tags,
    permission: 'journal:read',
    scope: 'any',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        entity: Type.Optional(IdType('legalEntity')),
        account: Type.Optional(Type.String({ pattern: '^[0-9]{4,8}$' })),
        from: Type.Optional(DayType),
        to: Type.Optional(DayType),
        channel: Type.Optional(IdType('channel')),
        location: Type.Optional(IdType('location')),
        event: Type.Optional(NumberFrom(1, { description: 'The number of one event.' })),
      }),
      response: { 200: ListOf(EntryType) },
    },
    async handler({ principal, query }) {
      const { limit = DEFAULT_LIMIT, entity, account, from, to, channel, location, event } = query;
      const after = decodeCursor(EntryCursor, query.after);
      let locationIds = locationsInReach(company, principal, 'journal:read', entity);
      if (locationIds?.length === 0 || (location !== undefined && locationIds?.includes(location) === false))
        throw forbidden('journal:read');
      if (location !== undefined) locationIds = [location];
      const entityIds = entity === undefined ? company.entities().map(({ id }) => id) : [entity];
      const [entries, accounts] = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
        const before = after && { eventNumber: after[0], ordinal: after[1] };
        const rows = await listEntries(tx, {
          limit,
          before,
          entityIds,
          locationIds,
          channelId: channel,
          from,
          to,
          eventNumber: event,
          account,
        });
        return [rows, await listAccounts(tx, [...new Set(rows.map((row) => row.entityId))])] as const;
      });
      const names = namesOf(accounts);
      return pageOf(
        entries,
        limit,
        (row) => [row.eventNumber, row.ordinal],
        (row) => entryAnswer(row, names),
      );
    },
  });
}

function namesOf(accounts: readonly AccountRow[]): ReadonlyMap<string, string> {
  return new Map(accounts.map(({ entityId, code, name }) => [`${entityId} ${code}`, name]));
}

function entryAnswer(row: EntryRow, names: ReadonlyMap<string, string>): Static<typeof EntryType> {
  const {
    postings,
    rate: [numerator, denominator],
    topic,
    ...entry
  } = row;
  return {
    ...entry,
    id: `${row.eventNumber}-${row.ordinal}`,
    eventUrl: `${API_PREFIX}/events?after=${row.eventNumber - 1}&limit=1`,
    subjectId: subjectText(topic, row),
    entityId: idText('legalEntity', row.entityId),
    locationId: idText('location', row.locationId),
    channelId: idText('channel', row.channelId),
    rate: { numerator, denominator },
    postings: postings.map(({ account, amountMinor, entityAmountMinor }) => ({
      accountCode: account,
      accountName: names.get(`${row.entityId} ${account}`) ?? account,
      amountMinor,
      debitMinor: debitOf(amountMinor),
      creditMinor: debitOf(0 - amountMinor),
      currency: row.currency,
      entityAmountMinor,
      entityDebitMinor: debitOf(entityAmountMinor),
      entityCreditMinor: debitOf(0 - entityAmountMinor),
      entityCurrency: row.entityCurrency,
    })),
  };
}

/** What posts is about orders, transfers or a record of its own: a receipt, a count, an expense. */
function subjectText(topic: string, { subjectId, eventType }: EntryRow): string | null {
  return idText(topic === 'order' ? 'order' : eventType === 'StockTransferred' ? 'transfer' : 'document', subjectId);
}

/** Whether somebody sees anything of a legal entity's books: all of it, or what happened at one of its locations. */
function seesOf({ company }: AccountingRouteDeps, principal: Principal, entityId: string): boolean {
  return locationsInReach(company, principal, 'journal:read', entityId)?.length !== 0;
}

/** The debit of a signed amount; the credit is the debit of its opposite. */
function debitOf(amount: number): number {
  return Math.max(0, amount);
}
