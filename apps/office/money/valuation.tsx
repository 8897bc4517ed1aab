import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getValuation } from '../../client/api.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { ValuationAnswer } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Changing, Money, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill, StatTile } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { EntitySelect, useEntity } from './filters.tsx';

/** What the stock is worth by its own count, beside what the ledger says. The two must agree to the cent. */
export function Valuation() {
  const t = useTranslations('valuation');
  const [filters, setFilters] = useFilters<{ entity?: string | undefined }>();
  const { entity, remember } = useEntity(filters.entity);
  const query = useInfiniteQuery<
    ValuationAnswer,
    ApiProblem,
    { pages: ValuationAnswer[] },
    readonly unknown[],
    string | undefined
  >({
    queryKey: ['books', 'valuation', entity?.id],
    queryFn: ({ pageParam, signal }) => getValuation({ entity: entity?.id ?? '', after: pageParam }, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: entity !== undefined,
  });
  const [sums] = query.data?.pages ?? [];
  const ties = sums === undefined ? undefined : sums.differenceMinor === 0;
  const money = (amount: number) => <Money value={{ amount, currency: sums?.currency ?? 'EUR' }} />;
  const areaName = (id: string): string => sums?.areas.find((area) => area.id === id)?.name ?? '';
  return (
    <>
      <PageHead
        title={t('title')}
        badge={ties !== undefined && <Pill tone={ties ? 'good' : 'bad'}>{t(ties ? 'ties' : 'differs')}</Pill>}
        actions={
          <EntitySelect
            value={entity?.id}
            onChange={(id) => {
              remember(id);
              setFilters({ entity: id });
            }}
          />
        }
      />
      <div className="os-stack">
        {query.error !== null && sums === undefined && (
          <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
        )}
        {sums !== undefined && (
          <div className="os-grid">
            {(['valueMinor', 'ledgerMinor', 'differenceMinor'] as const).map((name) => (
              <StatTile
                key={name}
                label={t(name === 'valueMinor' ? 'total' : name === 'ledgerMinor' ? 'ledger' : 'difference')}
                figure={<Changing value={sums[name]}>{money(sums[name])}</Changing>}
              />
            ))}
          </div>
        )}
        {sums !== undefined && sums.areas.length > 1 && (
          <DataList
            label={t('area')}
            rows={sums.areas}
            rowKey={(area) => area.id}
            empty={null}
            columns={[
              { key: 'area', header: t('area'), cell: (area) => area.name },
              { key: 'method', header: t('method'), cell: (area) => t(`methods.${area.method as 'fifo'}`) },
              {
                key: 'units',
                header: t('units'),
                numeric: true,
                cell: (area) => <Quantity value={area.quantity} />,
                live: (area) => area.quantity,
              },
              {
                key: 'value',
                header: t('value'),
                numeric: true,
                phone: 'corner',
                cell: (area) => money(area.valueMinor),
                live: (area) => area.valueMinor,
              },
            ]}
          />
        )}
        <DataList
          label={t('skus')}
          rows={query.data?.pages.flatMap(({ items }) => items)}
          rowKey={(row) => `${row.areaId}${row.skuId}`}
          href={(row) => `/stock?search=${encodeURIComponent(row.skuCode)}`}
          csvName="stock-valuation"
          hasMore={query.hasNextPage}
          loadingMore={query.isFetchingNextPage}
          onMore={() => void query.fetchNextPage()}
          empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
          columns={[
            { key: 'goods', header: t('goods'), cell: (row) => row.skuName, csv: (row) => row.skuName },
            {
              key: 'code',
              header: 'SKU',
              cell: (row) => <span className="os-code">{row.skuCode}</span>,
              csv: (row) => row.skuCode,
            },
            { key: 'area', header: t('area'), cell: (row) => areaName(row.areaId), csv: (row) => areaName(row.areaId) },
            {
              key: 'units',
              header: t('units'),
              numeric: true,
              cell: (row) => <Quantity value={row.quantity} />,
              live: (row) => row.quantity,
              csv: (row) => row.quantity,
            },
            {
              key: 'value',
              header: t('value'),
              numeric: true,
              phone: 'corner',
              cell: (row) => money(row.valueMinor),
              live: (row) => row.valueMinor,
              csv: (row) => row.valueMinor,
            },
          ]}
        />
      </div>
    </>
  );
}
