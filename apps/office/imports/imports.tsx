import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listImports } from '../../client/imports.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { ExportCard } from './export-card.tsx';
import { ImportStatePill } from './import-state.tsx';

/** What came in and what can go out. */
export function Imports() {
  const t = useTranslations('imports');
  const { error, retry, ...list } = usePages(['imports', 'list'], listImports);
  const create = (
    <Button component="a" href="/imports/new" leftSection={<Plus size={16} aria-hidden="true" />}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('title')} actions={create} />
      <div className="os-split">
        <DataList
          label={t('history')}
          rowKey={(one) => one.id}
          href={(one) => `/imports/${one.id}`}
          {...list}
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={<EmptyState title={t('empty')} text={t('emptyText')} action={create} />}
          columns={[
            { key: 'file', header: t('file'), cell: ({ fileName }) => fileName },
            { key: 'kind', header: t('kind'), cell: ({ kind }) => t(`kinds.${kind}`) },
            {
              key: 'state',
              header: t('state'),
              phone: 'corner',
              cell: ({ state }) => <ImportStatePill state={state} />,
              live: ({ state }) => state,
            },
            { key: 'at', header: t('at'), cell: ({ createdAt }) => <Instant value={createdAt} /> },
          ]}
        />
        <ExportCard />
      </div>
    </>
  );
}
