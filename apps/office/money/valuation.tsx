import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getValuation } from '../../client/api.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { EntitySelect, useEntity } from './filters.tsx';

/** What the stock is worth by its own count, beside what the ledger says. The two must agree to the cent. */
export function Valuation() {
  const t = useTranslations('valuation');
  const [filters, setFilters] = useFilters<{ entity?: string | undefined }>();
  const { entity, remember } = useEntity(filters.entity);
  const query = useQuery({
    queryKey: ['books', 'valuation', entity?.id],
    queryFn: () => getValuation({ entity: entity?.id ?? '' }),
    enabled: entity !== undefined,
    placeholderData: (before) => before,
  });
  const areas = query.data?.areas;
  const ties = areas?.every(({ differenceMinor }) => differenceMinor === 0);
  return (
    <>
      <PageHead
        title={t('title')}
        badge={ties !== undefined && <Pill tone={ties ? 'good' : 'bad'}>{t(ties ? 'ties' : 'differs')}</Pill>}
      />
      <DataList
        label={t('title')}
        rows={areas}
        rowKey={(area) => area.id}
        csvName="stock-valuation"
        error={
          query.error !== null && areas === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
        filters={
          <EntitySelect
            value={entity?.id}
            onChange={(id) => {
              remember(id);
              setFilters({ entity: id });
            }}
          />
        }
        columns={[
          { key: 'area', header: t('area'), cell: (area) => area.name, csv: (area) => area.name },
          {
            key: 'method',
            header: t('method'),
            cell: (area) => t(`methods.${area.method as 'fifo'}`),
            csv: (area) => area.method,
          },
          {
            key: 'quantity',
            header: t('units'),
            numeric: true,
            cell: (area) => <Quantity value={area.quantity} />,
            live: (area) => area.quantity,
            csv: (area) => area.quantity,
          },
          {
            key: 'value',
            header: t('value'),
            numeric: true,
            phone: 'corner',
            cell: (area) => <Money value={{ amount: area.valueMinor, currency: area.currency }} />,
            live: (area) => area.valueMinor,
            csv: (area) => area.valueMinor,
          },
          {
            key: 'ledger',
            header: t('ledger'),
            numeric: true,
            cell: (area) => <Money value={{ amount: area.ledgerMinor, currency: area.currency }} />,
            live: (area) => area.ledgerMinor,
            csv: (area) => area.ledgerMinor,
          },
          {
            key: 'difference',
            header: t('difference'),
            numeric: true,
            cell: (area) => <Money value={{ amount: area.differenceMinor, currency: area.currency }} />,
            csv: (area) => area.differenceMinor,
          },
        ]}
      />
    </>
  );
}
