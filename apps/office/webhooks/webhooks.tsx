import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listWebhooks } from '../../client/webhooks.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { TypesInWords, WebhookState } from './webhook-state.tsx';

/** Programs that are told what happens, and how each one fares. */
export function Webhooks() {
  const t = useTranslations('webhooks');
  const { error, retry, ...list } = usePages(['webhooks', 'list'], listWebhooks);
  const create = (
    <Button component="a" href="/webhooks/new" leftSection={<Plus size={16} aria-hidden="true" />}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('title')} actions={create} />
      <DataList
        label={t('title')}
        rowKey={(webhook) => webhook.id}
        href={(webhook) => `/webhooks/${webhook.id}`}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('empty')} text={t('emptyText')} action={create} />}
        columns={[
          { key: 'name', header: t('name'), cell: (webhook) => webhook.name },
          { key: 'to', header: t('to'), cell: (webhook) => new URL(webhook.url).host },
          { key: 'events', header: t('events'), cell: (webhook) => <TypesInWords types={webhook.types} /> },
          {
            key: 'state',
            header: t('state'),
            phone: 'corner',
            cell: (webhook) => <WebhookState webhook={webhook} />,
            live: (webhook) => `${webhook.disabledReason} ${webhook.failingSince}`,
          },
          {
            key: 'lastSuccess',
            header: t('lastSuccess'),
            cell: ({ lastSuccessAt }) => (lastSuccessAt === null ? t('never') : <Instant value={lastSuccessAt} />),
          },
        ]}
      />
    </>
  );
}
