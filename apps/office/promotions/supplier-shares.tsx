import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listSupplierShares, supplierSharesCsv } from '../../client/offers.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { thisMonth } from '../money/date-field.tsx';
import { Period } from '../money/filters.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { PromotionsHead } from './promotions-head.tsx';

/** What to claim from suppliers for a period, by supplier and promotion. */
export function SupplierShares() {
  const t = useTranslations('offers');
  const month = thisMonth();
  const [filters, setFilters] = useFilters<{ from?: string | undefined; to?: string | undefined }>();
  const period = { from: filters.from ?? month.from, through: filters.to ?? month.to };
  const query = useQuery({
    queryKey: ['promotions', 'supplier-shares', period],
    queryFn: () => listSupplierShares(period),
    placeholderData: (before) => before,
  });
  return (
    <>
      <PromotionsHead at="shares" />
      <p className="os-soft" style={{ marginBottom: 12 }}>
        {t('sharesText')}
      </p>
      <DataList
        label={t('places.shares')}
        rows={query.data?.rows}
        rowKey={(row) => `${row.promotionId} ${row.currency}`}
        href={(row) => `/promotions/${row.promotionId}`}
        error={
          query.error !== null && query.data === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('noShares')} text={t('noSharesText')} />}
        filters={
          <>
            <Period from={period.from} to={period.through} onChange={setFilters} />
            <span className="os-grow" />
            <Button
              component="a"
              href={supplierSharesCsv(period)}
              download="supplier-shares.csv"
              variant="default"
              leftSection={<Download size={16} aria-hidden="true" />}
            >
              {t('csv')}
            </Button>
          </>
        }
        columns={[
          { key: 'supplier', header: t('supplier'), cell: (row) => row.supplier },
          { key: 'promotion', header: t('promotion'), cell: (row) => row.name },
          { key: 'pieces', header: t('pieces'), numeric: true, cell: (row) => <Quantity value={row.pieces} /> },
          {
            key: 'discounts',
            header: t('discounts'),
            numeric: true,
            cell: (row) => <Money value={{ amount: row.discountMinor, currency: row.currency }} />,
          },
          {
            key: 'claim',
            header: t('toClaim'),
            numeric: true,
            phone: 'corner',
            cell: (row) => <Money value={{ amount: row.supplierMinor, currency: row.currency }} />,
          },
        ]}
      />
    </>
  );
}
