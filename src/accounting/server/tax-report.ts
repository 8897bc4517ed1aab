import { Type, type Static } from 'typebox';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { csvLine } from '../../../platform/files/csv-out.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { CurrencyType, DayType, MinorType } from '../../../platform/http/money.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import type { LegalEntity } from '../../company/legal-entity.ts';
import type { CompanyCache } from '../../company/server/company-cache.ts';
import { currencyCode, minorUnits } from '../../kernel/currency.ts';
import { decimalString } from '../../kernel/money.ts';
import { ppmToPercent } from '../../kernel/rate.ts';
import { sumOf } from '../../kernel/sum.ts';
import { compareDays, parseBusinessDay, type BusinessDay } from '../../kernel/time.ts';
import { sumTaxAccount, sumTaxes, type TaxSumRow } from './tax-totals.ts';

/** What the report of taxes needs. */
export type TaxReportDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly company: Pick<CompanyCache, 'entity'>;
};

const tags = ['taxes'];
const query = { entity: IdType('legalEntity'), from: DayType, through: DayType };
const RowType = Type.Object({
  jurisdiction: Type.String({ description: 'Empty: nobody said whose tax it is.' }),
  code: Type.String(),
  ratePpm: Type.Integer(),
  treatment: Type.String({ description: 'Only `taxed` is owed by the legal entity.' }),
  currency: CurrencyType,
  baseMinor: MinorType,
  taxMinor: MinorType,
  entityBaseMinor: MinorType,
  entityTaxMinor: MinorType,
});
const ReportType = model(
  'TaxReport',
  Type.Object({
    entityId: IdType('legalEntity'),
    from: DayType,
    through: DayType,
    entityCurrency: CurrencyType,
    rows: Type.Array(RowType),
    jurisdictions: Type.Array(
      Type.Object({ jurisdiction: Type.String(), entityBaseMinor: MinorType, entityTaxMinor: MinorType }),
    ),
    owedMinor: MinorType,
    ledgerMinor: Type.Unsafe<number>({ ...MinorType, description: 'What the account of output tax came to.' }),
    otherMinor: Type.Unsafe<number>({
      ...MinorType,
      description: 'What was posted to that account by hand: payments to the tax office, corrections.',
    }),
  }),
);
type Report = Static<typeof ReportType>;

/** GET /tax-report and GET /tax-report/csv: taxes by jurisdiction and period, tied to the ledger. */
export function registerTaxReport(app: Api, deps: TaxReportDeps): void {
  route(app, {
    method: 'GET',
    url: '/tax-report',
    operationId: 'getTaxReport',
    summary: 'Taxes of a legal entity by jurisdiction, tax, rate and treatment, and the account they tie to',
    tags,
    permission: 'tax:read',
    scope: 'entity',
    schema: { querystring: Type.Object(query), response: { 200: ReportType } },
    handler: (request) => {
      allow(request, 'tax:read', { entityId: request.query.entity });
      return reportOf(deps, request.query);
    },
  });

  route(app, {
    method: 'GET',
    url: '/tax-report/csv',
    operationId: 'exportTaxReport',
    summary: 'The same as CSV',
    tags,
    permission: 'tax:read',
    scope: 'entity',
    schema: { querystring: Type.Object(query), response: { 200: Type.String({ description: 'text/csv' }) } },
    async handler(request, reply) {
      allow(request, 'tax:read', { entityId: request.query.entity });
      const report = await reportOf(deps, request.query);
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="taxes-${report.from}-${report.through}.csv"`)
        .send(csvOf(report));
    },
  });
}

async function reportOf(
  deps: TaxReportDeps,
  asked: { readonly entity: string; readonly from: string; readonly through: string },
): Promise<Report> {
  const entity = deps.company.entity(asked.entity);
  if (entity === undefined) throw notFound('legal entity');
  const from = dayIn(asked.from, '/from');
  const to = dayIn(asked.through, '/through');
  if (compareDays(to, from) < 0) throw malformed([{ path: '/through', message: 'is before the first day' }]);
  const period = { entityId: entity.id, from, to };
  const read = async (tx: Tx) => ({ rows: await sumTaxes(tx, period), ledgerMinor: await sumTaxAccount(tx, period) });
  const { rows, ledgerMinor } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, read);
  return answerOf(entity, { from, to }, rows, ledgerMinor);
}

function answerOf(
  entity: LegalEntity,
  { from, to }: { readonly from: BusinessDay; readonly to: BusinessDay },
  rows: readonly TaxSumRow[],
  ledgerMinor: number,
): Report {
  const owed = rows.filter(({ treatment }) => treatment === 'taxed');
  const owedMinor = sumOf(owed.map((row) => row.entityTaxMinor));
  const places = [...new Set(rows.map((row) => row.jurisdiction))];
  return {
    entityId: idText('legalEntity', entity.id),
    from,
    through: to,
    entityCurrency: entity.functionalCurrency,
    rows: rows.map((row) => ({ ...row })),
    jurisdictions: places.map((jurisdiction) => {
      const here = owed.filter((row) => row.jurisdiction === jurisdiction);
      return {
        jurisdiction,
        entityBaseMinor: sumOf(here.map((row) => row.entityBaseMinor)),
        entityTaxMinor: sumOf(here.map((row) => row.entityTaxMinor)),
      };
    }),
    owedMinor,
    ledgerMinor,
    otherMinor: ledgerMinor - owedMinor,
  };
}

const HEAD = [
  'jurisdiction',
  'tax',
  'percent',
  'treatment',
  'currency',
  'base',
  'amount',
  'entity_currency',
  'entity_base',
  'entity_amount',
];

function csvOf({ rows, entityCurrency, otherMinor }: Report): string {
  const amount = (minor: number, currency: string): string => decimalString(minor, minorUnits(currencyCode(currency)));
  const lines = rows.map((row) =>
    csvLine([
      row.jurisdiction,
      row.code,
      ppmToPercent(row.ratePpm),
      row.treatment,
      row.currency,
      ...[row.baseMinor, row.taxMinor].map((minor) => number(amount(minor, row.currency))),
      entityCurrency,
      ...[row.entityBaseMinor, row.entityTaxMinor].map((minor) => number(amount(minor, entityCurrency))),
    ]),
  );
  const rest = number(amount(otherMinor, entityCurrency));
  const other = otherMinor === 0 ? [] : [csvLine(['', '', '', 'posted_by_hand', '', '', '', entityCurrency, '', rest])];
  return [csvLine(HEAD), ...lines, ...other].join('');
}

/** A decimal with at most four digits after the point, as a number cell: a text that begins with a minus would be taken for a formula. */
function number(decimal: string): string | number {
  return decimal.startsWith('-') ? Number(decimal) : decimal;
}

function dayIn(text: string, path: string): BusinessDay {
  const day = parseBusinessDay(text);
  if (day === undefined) throw malformed([{ path, message: 'is not a day' }]);
  return day;
}
