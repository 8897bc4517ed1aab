import { TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listCustomers } from '../../client/api.ts';
import { DataList } from '../../kit/data-list.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useSearchText } from '../shared/search-text.ts';

/** Who buys, found by name, e-mail, phone or number. */
export function Customers() {
  const t = useTranslations('privacy');
  const [{ search }, setFilters] = useFilters<{ search?: string | undefined }>();
  const [text, setText] = useSearchText(search, (value) => setFilters({ search: value }));
  const { error, retry, ...list } = usePages(['customers', 'list', search], (after, signal) =>
    listCustomers({ search, after, limit: 50 }, signal),
  );
  return (
    <>
      <PageHead title={t('customers')} />
      <DataList
        label={t('customers')}
        rowKey={({ id }) => id}
        href={({ id }) => `/customers/${id}`}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('none')} text={t('noneText')} />}
        filters={
          <TextInput
            label={t('find')}
            placeholder={t('findHint')}
            leftSection={<Search size={16} aria-hidden="true" />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        }
        columns={[
          { key: 'name', header: t('name'), cell: ({ name, number }) => (name === '' ? number : name) },
          { key: 'number', header: t('number'), cell: ({ number }) => number, phone: 'corner' },
          { key: 'email', header: t('email'), cell: ({ email }) => email },
          { key: 'phone', header: t('phone'), cell: ({ phone }) => phone, phone: 'hidden' },
        ]}
      />
    </>
  );
}
