import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getProfitAndLoss } from '../../client/api.ts';
import type { ProfitAndLossRow } from '../../client/types.ts';
import { ShareBar } from '../../kit/charts.tsx';
import { DataList } from '../../kit/data-list.tsx';
import { Changing, Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, StatTile } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';
import { thisMonth } from './date-field.tsx';
import { EntitySelect, journalPath, Period, useEntity } from './filters.tsx';

const BY = ['channel', 'location'] as const;

/** What was earned in a period, by channel and location, down to the contribution. */
export function ProfitAndLoss() {
  const t = useTranslations('profitAndLoss');
  const [filters, setFilters] = useFilters<{
    entity?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
    by?: string | undefined;
  }>();
  const { entity, remember } = useEntity(filters.entity);
  const month = thisMonth();
  const from = filters.from ?? month.from;
  const to = filters.to ?? month.to;
  const by = BY.find((one) => one === filters.by) ?? 'channel';
  const channels = useChannels();
  const locations = useLocations();
  const query = useQuery({
    queryKey: ['books', 'profit-and-loss', entity?.id, from, to, by],
    queryFn: () => getProfitAndLoss({ entity: entity?.id ?? '', from, to, by }),
    enabled: entity !== undefined,
    placeholderData: (before) => before,
  });
  const data = query.data;
  const currency = data?.currency ?? entity?.functionalCurrency ?? 'EUR';
  const money = (amount: number) => <Money value={{ amount, currency }} />;
  const nameOf = (row: ProfitAndLossRow): string =>
    [channels.find(({ id }) => id === row.channelId)?.name, locations.find(({ id }) => id === row.locationId)?.name]
      .filter((name) => name !== undefined)
      .join(' · ') || t('other');
  const most = Math.max(1, ...(data?.rows ?? []).map((row) => row.contributionMinor));
  const column = (key: string, header: string, of: (row: ProfitAndLossRow) => number) => ({
    key,
    header,
    numeric: true,
    cell: (row: ProfitAndLossRow) => money(of(row)),
    live: of,
    csv: of,
    foot: data === undefined ? undefined : money(of(data.total)),
  });
  return (
    <>
      <PageHead title={t('title')} />
      {data !== undefined && (
        <div className="os-grid" style={{ marginBottom: 16 }}>
          {(
            [
              ['netRevenue', data.total.netRevenueMinor],
              ['grossMargin', data.total.grossMarginMinor],
              ['contribution', data.total.contributionMinor],
              ['result', data.total.resultMinor],
            ] as const
          ).map(([name, amount]) => (
            <StatTile
              key={name}
              label={t(name)}
              figure={
                <Changing value={amount}>
                  <Money value={{ amount, currency }} whole />
                </Changing>
              }
              note={
                name !== 'netRevenue' && data.total.netRevenueMinor > 0
                  ? t('ofRevenue', { share: amount / data.total.netRevenueMinor })
                  : undefined
              }
            />
          ))}
        </div>
      )}
      <DataList
        label={t('title')}
        rows={data?.rows}
        rowKey={(row) => `${row.channelId}-${row.locationId}`}
        csvName="profit-and-loss"
        href={(row) => journalPath(row.journalUrl)}
        error={
          query.error !== null && data === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
        filters={
          <>
            <EntitySelect
              value={entity?.id}
              onChange={(id) => {
                remember(id);
                setFilters({ entity: id });
              }}
            />
            <Period from={from} to={to} onChange={setFilters} />
            <Select
              label={t('by')}
              w={200}
              allowDeselect={false}
              data={BY.map((value) => ({
                value,
                label: t(value === 'channel' ? 'byChannel' : 'byLocation'),
              }))}
              value={by}
              onChange={(value) => setFilters({ by: value ?? undefined })}
            />
          </>
        }
        columns={[
          {
            key: 'name',
            header: t('row'),
            csv: nameOf,
            foot: t('sum'),
            cell: (row) => (
              <span style={{ display: 'grid', gap: 4, minWidth: 140 }}>
                {nameOf(row)}
                <ShareBar share={row.contributionMinor / most} />
              </span>
            ),
          },
          column('revenue', t('revenue'), (row) => row.revenueMinor),
          column('discounts', t('less', { what: t('discounts') }), (row) => row.discountsMinor),
          column('returns', t('less', { what: t('returns') }), (row) => row.returnsMinor),
          column('cost', t('less', { what: t('cost') }), (row) => row.costMinor),
          column('grossMargin', t('grossMargin'), (row) => row.grossMarginMinor),
          column('paymentFees', t('less', { what: t('paymentFees') }), (row) => row.paymentFeesMinor),
          column('commission', t('less', { what: t('commission') }), (row) => row.commissionMinor),
          column('carrier', t('less', { what: t('carrier') }), (row) => row.carrierMinor),
          { ...column('contribution', t('contribution'), (row) => row.contributionMinor), phone: 'corner' as const },
        ]}
      />
    </>
  );
}
