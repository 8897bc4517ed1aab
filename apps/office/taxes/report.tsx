import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { ppmToPercent } from '../../../src/kernel/rate.ts';
import { getTaxReport, taxReportCsv, type TaxReport } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { thisMonth } from '../money/date-field.tsx';
import { EntitySelect, Period, useEntity } from '../money/filters.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { placeText, TREATMENTS } from './words.ts';

/** Taxes of a period by jurisdiction, and that they are what the ledger says. */
export function TaxReportView() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const month = thisMonth();
  const [filters, setFilters] = useFilters<{
    entity?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
  }>();
  const { entity, remember } = useEntity(filters.entity);
  const period = { entity: entity?.id ?? '', from: filters.from ?? month.from, through: filters.to ?? month.to };
  const query = useQuery({
    queryKey: ['books', 'taxes', period],
    queryFn: () => getTaxReport(period),
    enabled: entity !== undefined,
    placeholderData: (before) => before,
  });
  const report = query.data;
  const money = (amount: number, currency = report?.entityCurrency ?? 'EUR') => <Money value={{ amount, currency }} />;
  const treatmentText = (treatment: string): string => {
    const known = TREATMENTS.find((one) => one === treatment);
    return known === undefined ? treatment : t(`report.treatments.${known}`);
  };
  return (
    <>
      {report !== undefined && <Tie report={report} />}
      <DataList
        label={t('views.report')}
        rows={report?.rows}
        rowKey={(row) => `${row.jurisdiction} ${row.code} ${row.ratePpm} ${row.treatment} ${row.currency}`}
        error={
          query.error !== null && report === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('report.none')} text={t('report.noneText')} />}
        filters={
          <>
            <EntitySelect
              value={entity?.id}
              onChange={(id) => {
                remember(id);
                setFilters({ entity: id });
              }}
            />
            <Period from={period.from} to={period.through} onChange={setFilters} />
            <span className="os-grow" />
            <Button
              component="a"
              href={taxReportCsv(period)}
              download="taxes.csv"
              variant="default"
              leftSection={<Download size={16} aria-hidden="true" />}
            >
              {t('csv')}
            </Button>
          </>
        }
        columns={[
          {
            key: 'place',
            header: t('jurisdiction'),
            cell: (row) => (row.jurisdiction === '' ? t('report.nobody') : placeText(locale, row.jurisdiction)),
            foot: t('report.owed'),
          },
          { key: 'tax', header: t('tax'), cell: (row) => <span className="os-code">{row.code}</span> },
          {
            key: 'rate',
            header: t('rate'),
            numeric: true,
            cell: (row) => <span className="os-num">{ppmToPercent(row.ratePpm)} %</span>,
          },
          { key: 'treatment', header: t('report.treatment'), cell: (row) => treatmentText(row.treatment) },
          { key: 'base', header: t('report.base'), numeric: true, cell: (row) => money(row.baseMinor, row.currency) },
          {
            key: 'amount',
            header: t('report.amount'),
            numeric: true,
            cell: (row) => money(row.taxMinor, row.currency),
          },
          {
            key: 'books',
            header: t('report.books'),
            numeric: true,
            phone: 'corner',
            cell: (row) => money(row.entityTaxMinor),
            foot: report !== undefined && money(report.owedMinor),
          },
        ]}
      />
    </>
  );
}

/** That the report is what stands in the account, or how much was posted there by hand. */
function Tie({ report }: { report: TaxReport }) {
  const t = useTranslations('taxes');
  const money = (amount: number) => <Money value={{ amount, currency: report.entityCurrency }} />;
  return (
    <Card title={t('report.tie')}>
      <div className="os-row" role="status">
        <span>
          {t('report.owed')}: {money(report.owedMinor)}
        </span>
        <span>
          {t('report.ledger')}: {money(report.ledgerMinor)}
        </span>
        {report.otherMinor === 0 ? (
          <Pill tone="good">{t('report.ties')}</Pill>
        ) : (
          <span>
            {t('report.other')}: {money(report.otherMinor)}
          </span>
        )}
      </div>
    </Card>
  );
}
