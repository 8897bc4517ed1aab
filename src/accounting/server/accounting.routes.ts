import { Type, type Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Principal } from '../../../platform/auth/principal.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { submitFor, withIdTexts } from '../../../platform/http/command-answer.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, ListOf, listQuery, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, InstantType, MinorType, NumberFrom } from '../../../platform/http/money.ts';
import { oversee } from '../../../platform/http/oversight.ts';
import { forbidden, malformed, notFound, refused } from '../../../platform/http/problem.ts';
import { allow, API_PREFIX, route } from '../../../platform/http/route.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import type { LegalEntity } from '../../company/legal-entity.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { sumOf } from '../../kernel/sum.ts';
import { businessDayOf, compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { occasionAt } from '../../stock/server/prepare.ts';
import type { BookExpense, ClosePeriod } from '../book-expense.ts';
import { columnOf, contributionOf, type Contribution, type ContributionColumn } from '../contribution.ts';
import { EXPENSE_KIND_NAMES, EXPENSE_KINDS, paidFrom, type ExpenseKind } from '../expense-kind.ts';
import {
  listEntries,
  listValues,
  sumAccounts,
  sumResults,
  sumValuation,
  type EntryRow,
  type ResultSum,
  type SkuValue,
} from './accounting.store.ts';
import { listAccounts, type AccountRow } from './chart.store.ts';

/** What the routes of accounting need. */
export type AccountingRouteDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly committer: Committer;
  readonly company: CompanyCache;
  readonly now: () => number;
};

const tags = ['accounting'];
const closed = { additionalProperties: false };
const NO_CHANNEL = '00000000-0000-0000-0000-000000000000';
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

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
const money = {
  revenueMinor: MinorType,
  discountsMinor: MinorType,
  returnsMinor: MinorType,
  netRevenueMinor: MinorType,
  costMinor: MinorType,
  grossMarginMinor: MinorType,
  paymentFeesMinor: MinorType,
  commissionMinor: MinorType,
  carrierMinor: MinorType,
  contributionMinor: MinorType,
  otherMinor: MinorType,
  resultMinor: MinorType,
} satisfies Record<keyof Contribution, typeof MinorType>;
const ResultRow = model(
  'ProfitAndLossRow',
  Type.Object({
    channelId: orNull(IdType('channel')),
    locationId: orNull(IdType('location')),
    ...money,
    journalUrl: Type.String(),
  }),
);
const EntryCursor = Type.Tuple([NumberFrom(1), NumberFrom(1)]);
const ValueCursor = Type.Tuple([Type.String(), CursorId, CursorId]);

/** GET /accounts, /journal, /trial-balance, /profit-and-loss, /stock-valuation, POST /expenses, /period-close. */
export function registerAccountingRoutes(app: Api, deps: AccountingRouteDeps): void {
  registerJournal(app, deps);
  registerStatements(app, deps);
  registerValuation(app, deps);
  registerPostings(app, deps);
}

function registerJournal(app: Api, deps: AccountingRouteDeps): void {
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

/** Whether somebody sees anything of a legal entity's books: all of it, or what happened at one of its locations. */
function seesOf({ company }: AccountingRouteDeps, principal: Principal, entityId: string): boolean {
  return locationsInReach(company, principal, 'journal:read', entityId)?.length !== 0;
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

/** The debit of a signed amount; the credit is the debit of its opposite. */
function debitOf(amount: number): number {
  return Math.max(0, amount);
}

/** What posts is about orders, transfers or a record of its own: a receipt, a count, an expense. */
function subjectText(topic: string, { subjectId, eventType }: EntryRow): string | null {
  return idText(topic === 'order' ? 'order' : eventType === 'StockTransferred' ? 'transfer' : 'document', subjectId);
}

function registerStatements(app: Api, deps: AccountingRouteDeps): void {
  const { pool, schema, company } = deps;
  const BalanceType = Type.Object({
    code: Type.String(),
    name: Type.String(),
    kind: Type.String(),
    openingMinor: MinorType,
    debitMinor: MinorType,
    creditMinor: MinorType,
    balanceMinor: MinorType,
    journalUrl: Type.String(),
  });
  route(app, {
    method: 'GET',
    url: '/trial-balance',
    operationId: 'getTrialBalance',
    summary: 'What was posted to every ledger account of a legal entity, and its balance',
    tags,
    permission: 'journal:read',
    scope: 'entity',
    description: 'Amounts in the currency of the books. Debits equal credits. Balances are signed: debits positive.',
    schema: {
      querystring: Type.Object({
        entity: IdType('legalEntity'),
        through: Type.Optional(DayType),
        from: Type.Optional(
          Type.Unsafe<string>({ ...DayType, description: 'YYYY-MM-DD. What was before is the opening balance.' }),
        ),
      }),
      response: {
        200: Type.Object({
          entityId: IdType('legalEntity'),
          currency: CurrencyType,
          from: orNull(DayType),
          through: orNull(DayType),
          accounts: Type.Array(BalanceType),
          openingMinor: MinorType,
          debitMinor: MinorType,
          creditMinor: MinorType,
        }),
      },
    },
    async handler(request) {
      const { entity: entityId, from, through } = request.query;
      allow(request, 'journal:read', { entityId });
      const entity = entityOf(company, entityId);
      const [turnovers, accounts] = await withTransaction(pool, { schema, snapshot: true }, async (tx) => {
        return [await sumAccounts(tx, { entityId, from, through }), await listAccounts(tx, [entityId])] as const;
      });
      const known = new Map(accounts.map((account) => [account.code, account]));
      const rows = turnovers.map(({ account: code, ...sums }) => {
        const { name = code, kind = '' } = known.get(code) ?? {};
        return {
          code,
          name,
          kind,
          ...sums,
          balanceMinor: sumOf([sums.openingMinor, sums.debitMinor, -sums.creditMinor]),
          journalUrl: journalUrl({ entityId, account: code, from, to: through }),
        };
      });
      const sum = (name: 'openingMinor' | 'debitMinor' | 'creditMinor') => sumOf(rows.map((row) => row[name]));
      return {
        entityId: idText('legalEntity', entityId),
        currency: entity.functionalCurrency,
        from: from ?? null,
        through: through ?? null,
        accounts: rows,
        openingMinor: sum('openingMinor'),
        debitMinor: sum('debitMinor'),
        creditMinor: sum('creditMinor'),
      };
    },
  });

  const columns = [
    'revenue',
    'discounts',
    'returns',
    'cost',
    'paymentFees',
    'commission',
    'carrier',
    'other',
  ] as const satisfies readonly ContributionColumn[];
  route(app, {
    method: 'GET',
    url: '/profit-and-loss',
    operationId: 'getProfitAndLoss',
    summary: 'What was earned, by channel or location',
    tags,
    permission: 'journal:read',
    scope: 'any',
    description:
      'Amounts in the currency of the books, from the totals of the days. `accounts` names the ledger accounts of each column; add `&account=` to a journalUrl to see its entries.',
    schema: {
      querystring: Type.Object({
        entity: IdType('legalEntity'),
        from: DayType,
        to: DayType,
        by: Type.Optional(
          Type.Union([Type.Literal('none'), Type.Literal('channel'), Type.Literal('location')], { default: 'none' }),
        ),
      }),
      response: {
        200: Type.Object({
          entityId: IdType('legalEntity'),
          currency: CurrencyType,
          from: DayType,
          to: DayType,
          by: Type.String(),
          rows: Type.Array(ResultRow),
          total: ResultRow,
          accounts: Type.Record(Type.String(), Type.Array(Type.String())),
        }),
      },
    },
    async handler({ principal, query }) {
      const { entity: entityId, from, to, by = 'none' } = query;
      const locationIds = locationsInReach(company, principal, 'journal:read', entityId);
      if (locationIds?.length === 0) throw forbidden('journal:read');
      const entity = entityOf(company, entityId);
      if (from > to) throw malformed([{ path: '/to', message: 'is before from' }]);
      const [sums, chart] = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
        return [
          await sumResults(tx, { entityId, from, to, by, locationIds }),
          await listAccounts(tx, [entityId]),
        ] as const;
      });
      const rowOf = (
        of: readonly ResultSum[],
        channelId: string | null,
        locationId: string | null,
      ): Static<typeof ResultRow> => ({
        channelId: idText('channel', channelId === NO_CHANNEL ? null : channelId),
        locationId: idText('location', locationId),
        ...contributionOf(of),
        journalUrl: journalUrl({
          entityId,
          from,
          to,
          channel: channelId === NO_CHANNEL ? null : channelId,
          location: locationId,
        }),
      });
      const groups = new Map<string, ResultSum[]>();
      for (const sum of sums) {
        const key = sum.channelId ?? sum.locationId ?? '';
        groups.set(key, [...(groups.get(key) ?? []), sum]);
      }
      return {
        entityId: idText('legalEntity', entityId),
        currency: entity.functionalCurrency,
        from,
        to,
        by,
        rows:
          by === 'none'
            ? []
            : [...groups.values()].map((group) =>
                rowOf(group, group[0]?.channelId ?? null, group[0]?.locationId ?? null),
              ),
        total: rowOf(sums, null, null),
        accounts: Object.fromEntries(
          columns.map((column) => [
            column,
            chart.filter((account) => columnOf(account) === column).map(({ code }) => code),
          ]),
        ),
      };
    },
  });
}

function entityOf(company: CompanyCache, id: string): LegalEntity {
  const entity = company.entity(id);
  if (entity === undefined) throw notFound('legal entity');
  return entity;
}

/** Where the entries behind a figure are. */
function journalUrl(of: {
  entityId: string;
  account?: string;
  from?: string | undefined;
  to?: string | undefined;
  channel?: string | null;
  location?: string | null;
}): string {
  const query = new URLSearchParams({ entity: idText('legalEntity', of.entityId) });
  if (of.from !== undefined) query.set('from', of.from);
  if (of.to !== undefined) query.set('to', of.to);
  if (of.channel !== undefined && of.channel !== null) query.set('channel', idText('channel', of.channel));
  if (of.location !== undefined && of.location !== null) query.set('location', idText('location', of.location));
  if (of.account !== undefined) query.set('account', of.account);
  return `${API_PREFIX}/journal?${query.toString()}`;
}

function registerValuation(app: Api, deps: AccountingRouteDeps): void {
  const { pool, schema, company } = deps;
  const AreaType = Type.Object({
    id: IdType('valuationArea'),
    name: Type.String(),
    method: Type.String(),
    currency: CurrencyType,
    quantity: Type.Integer(),
    shortQuantity: Type.Integer(),
    shortValueMinor: MinorType,
    valueMinor: MinorType,
    ledgerMinor: orNull(MinorType),
    differenceMinor: orNull(MinorType),
  });
  const ValueType = Type.Object({
    areaId: IdType('valuationArea'),
    skuId: IdType('sku'),
    skuCode: Type.String(),
    skuName: Type.String(),
    quantity: Type.Integer(),
    shortQuantity: Type.Integer(),
    valueMinor: MinorType,
  });
  route(app, {
    method: 'GET',
    url: '/stock-valuation',
    operationId: 'getStockValuation',
    summary: 'What the stock is worth, beside what the books say',
    tags,
    permission: 'journal:read',
    scope: 'entity',
    description:
      'The difference is nought. The ledger knows one inventory account per legal entity: an area shows its balance only when it is the only one.',
    schema: {
      querystring: Type.Object({ entity: IdType('legalEntity'), ...listQuery }),
      response: {
        200: Type.Object({
          entityId: IdType('legalEntity'),
          currency: CurrencyType,
          valueMinor: MinorType,
          ledgerMinor: MinorType,
          differenceMinor: MinorType,
          areas: Type.Array(AreaType),
          items: Type.Array(ValueType),
          next: orNull(Type.String()),
        }),
      },
    },
    async handler(request) {
      const { entity: entityId, limit = DEFAULT_LIMIT } = request.query;
      allow(request, 'journal:read', { entityId });
      const entity = entityOf(company, entityId);
      const after = decodeCursor(ValueCursor, request.query.after);
      const [{ areas, ledgerMinor }, values] = await withTransaction(pool, { schema, snapshot: true }, async (tx) => {
        const from = after && { name: after[0], skuId: after[1], areaId: after[2] };
        return [await sumValuation(tx, entityId), await listValues(tx, { entityId, limit, after: from })] as const;
      });
      const valueMinor = sumOf(areas.map((area) => area.valueMinor));
      const differenceMinor = sumOf([valueMinor, -ledgerMinor]);
      const only = areas.length === 1;
      const page = pageOf(values, limit, (row) => [row.sortName, row.skuId, row.areaId], valueAnswer);
      return {
        entityId: idText('legalEntity', entityId),
        currency: entity.functionalCurrency,
        valueMinor,
        ledgerMinor,
        differenceMinor,
        areas: areas.map((area) => ({
          ...area,
          id: idText('valuationArea', area.id),
          ledgerMinor: only ? ledgerMinor : null,
          differenceMinor: only ? differenceMinor : null,
        })),
        ...page,
      };
    },
  });
}

function valueAnswer(row: SkuValue): object {
  return { ...row, areaId: idText('valuationArea', row.areaId), skuId: idText('sku', row.skuId) };
}

function registerPostings(app: Api, deps: AccountingRouteDeps): void {
  const { committer, company } = deps;
  const paidFromRoles = [
    ...new Set(EXPENSE_KIND_NAMES.flatMap((kind): readonly string[] => EXPENSE_KINDS[kind].paidFrom)),
  ];
  route(app, {
    method: 'POST',
    url: '/expenses',
    operationId: 'bookExpense',
    summary: 'Book a fee, a bill or a write-off that no sale brings',
    tags,
    permission: 'journal:post',
    scope: 'location',
    preview: true,
    description:
      'It belongs to the place, and the channel if one is named, whose result it lowers. A negative amount takes one back.',
    schema: {
      body: Type.Object(
        {
          locationId: IdType('location'),
          channelId: Type.Optional(IdType('channel')),
          kind: Type.Unsafe<ExpenseKind>(Type.String({ enum: EXPENSE_KIND_NAMES })),
          amountMinor: Type.Integer({ minimum: -1e12, maximum: 1e12 }),
          currency: Type.Optional(CurrencyType),
          paidFrom: Type.Optional(Type.String({ enum: paidFromRoles })),
          day: Type.Optional(DayType),
          note: Type.Optional(Type.String({ maxLength: 200, description: 'What for. No names of people.' })),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          eventNumber: Type.Integer(),
          repeated: Type.Boolean(),
          expenseId: IdType('document'),
          debit: Type.String(),
          credit: Type.String(),
          currency: CurrencyType,
          amountMinor: MinorType,
          note: Type.String(),
        }),
      },
    },
    async handler(request, reply) {
      const sent = request.body;
      const location = company.location(sent.locationId);
      allow(request, 'journal:post', { locationId: sent.locationId, entityId: location?.entityId ?? null });
      if (location === undefined) throw notFound('location');
      if (sent.channelId !== undefined && company.channel(sent.channelId) === undefined) throw notFound('channel');
      const at = deps.now();
      const occasion = occasionAt(company, location, at, sent.channelId);
      const day = dayOf(sent.day, '/day') ?? occasion.businessDay;
      if (compareDays(day, occasion.businessDay) > 0)
        throw refused({ reason: 'day_not_reached', day, today: occasion.businessDay });
      const credit = paidFrom(sent.kind, sent.paidFrom);
      if (credit === undefined)
        throw refused({
          reason: 'not_paid_from',
          kind: sent.kind,
          paidFrom: sent.paidFrom,
          allowed: EXPENSE_KINDS[sent.kind].paidFrom,
        });
      const currency = currencyCode(sent.currency ?? occasion.entityCurrency);
      const rate = company.exchangeRate(currency, currencyCode(occasion.entityCurrency), day);
      if (rate === undefined)
        throw refused({ reason: 'no_exchange_rate', from: currency, to: occasion.entityCurrency, day });
      const body: BookExpense = {
        ...occasion,
        businessDay: day,
        expenseId: uuidv7(),
        debit: EXPENSE_KINDS[sent.kind].debit,
        credit,
        currency,
        rate: [rate.numerator, rate.denominator],
        amountMinor: sent.amountMinor,
        note: sent.note ?? '',
      };
      const accepted = await submitFor(request, committer, { type: 'BookExpense', body, sent, at });
      return reply.code(201).send({
        ...(withIdTexts(accepted.body) as object),
        eventNumber: accepted.eventNumber,
        repeated: accepted.repeated,
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/period-close',
    operationId: 'closePeriod',
    summary: 'Close the books of a legal entity up to and including a day',
    tags,
    permission: 'period:close',
    scope: 'entity',
    preview: true,
    description: 'What happens later in a closed period is still taken in, and posted on the first open day.',
    schema: {
      body: Type.Object({ entityId: IdType('legalEntity'), through: DayType }, closed),
      response: {
        200: Type.Object({
          eventNumber: Type.Integer(),
          repeated: Type.Boolean(),
          entityId: IdType('legalEntity'),
          through: DayType,
        }),
      },
    },
    async handler(request) {
      const sent = request.body;
      allow(request, 'period:close', { entityId: sent.entityId });
      const entity = entityOf(company, sent.entityId);
      const through = dayOf(sent.through, '/through') as BusinessDay;
      const at = deps.now();
      // A day is over when it is over at the last of the entity's places.
      const days = company
        .locations()
        .filter(({ entityId }) => entityId === entity.id)
        .map((location) => businessDayOf(at, location));
      const body: ClosePeriod = {
        entityId: entity.id,
        locationId: entity.id,
        entityCurrency: entity.functionalCurrency,
        occurredAt: at,
        businessDay: days.toSorted(compareDays)[0] ?? businessDayOf(at, { timeZone: 'UTC', cutOffHour: 0 }),
        through,
      };
      await oversee(request, {
        act: 'period_close',
        permission: 'period:close',
        target: { entityId: entity.id },
        limits: [],
        currency: entity.functionalCurrency,
        amounts: () => [],
      });
      const accepted = await submitFor(request, committer, { type: 'ClosePeriod', body, sent, at });
      const { eventNumber, repeated } = accepted;
      return { eventNumber, repeated, entityId: idText('legalEntity', entity.id), through: accepted.body['through'] };
    },
  });
}

function dayOf(text: string | undefined, path: string): BusinessDay | undefined {
  if (text === undefined) return undefined;
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is not a day' }]);
  return day;
}
