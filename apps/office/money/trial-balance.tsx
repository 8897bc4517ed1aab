import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { getTrialBalance } from '../../client/api.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { DateField } from './date-field.tsx';
import { EntitySelect, journalPath, useEntity } from './filters.tsx';

/** Every ledger account with its sum; both sides are equal or something is very wrong. */
export function TrialBalance() {
  const t = useTranslations('trialBalance');
  const [filters, setFilters] = useFilters<{ entity?: string | undefined; through?: string | undefined }>();
  const { entity, remember } = useEntity(filters.entity);
  const query = useQuery({
    queryKey: ['books', 'trial-balance', entity?.id, filters.through],
    queryFn: () => getTrialBalance({ entity: entity?.id ?? '', through: filters.through }),
    enabled: entity !== undefined,
    placeholderData: (before) => before,
  });
  const data = query.data;
  const money = (amount: number) => <Money value={{ amount, currency: data?.currency ?? 'EUR' }} />;
  return (
    <>
      <PageHead
        title={t('title')}
        badge={
          data !== undefined && (
            <Pill tone={data.debitMinor === data.creditMinor ? 'good' : 'bad'}>
              {t(data.debitMinor === data.creditMinor ? 'balanced' : 'unbalanced')}
            </Pill>
          )
        }
      />
      <DataList
        label={t('title')}
        rows={data?.accounts}
        rowKey={(account) => account.code}
        href={(account) => journalPath(account.journalUrl)}
        csvName="trial-balance"
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
            <DateField label={t('through')} value={filters.through} onChange={(through) => setFilters({ through })} />
          </>
        }
        columns={[
          {
            key: 'account',
            header: t('account'),
            cell: (account) => account.name,
            csv: (account) => account.name,
            foot: t('sum'),
          },
          {
            key: 'code',
            header: t('code'),
            cell: (account) => <span className="os-code">{account.code}</span>,
            csv: (account) => account.code,
          },
          {
            key: 'debit',
            header: t('debit'),
            numeric: true,
            cell: (account) => account.debitMinor !== 0 && money(account.debitMinor),
            live: (account) => account.debitMinor,
            csv: (account) => account.debitMinor,
            foot: data !== undefined && money(data.debitMinor),
          },
          {
            key: 'credit',
            header: t('credit'),
            numeric: true,
            cell: (account) => account.creditMinor !== 0 && money(account.creditMinor),
            live: (account) => account.creditMinor,
            csv: (account) => account.creditMinor,
            foot: data !== undefined && money(data.creditMinor),
          },
        ]}
      />
    </>
  );
}
