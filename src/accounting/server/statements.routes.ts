import { Type, type Static } from 'typebox';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { forbidden, malformed } from '../../../platform/http/problem.ts';
import { allow, API_PREFIX, route } from '../../../platform/http/route.ts';
import { locationsInReach } from '../../company/server/reach.ts';
import { sumOf } from '../../kernel/sum.ts';
import { columnOf, contributionOf, type Contribution, type ContributionColumn } from '../contribution.ts';
import { sumAccounts, sumResults, type ResultSum } from './accounting.store.ts';
import { listAccounts } from './chart.store.ts';
import { type AccountingRouteDeps, entityOf, tags, orNull } from './accounting-shapes.ts';

const NO_CHANNEL = '00000000-0000-0000-0000-000000000000';
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
/** GET /trial-balance and /profit-and-loss. */
export function registerStatements(app: Api, deps: AccountingRouteDeps): void {
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
