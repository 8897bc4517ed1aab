import { Button, Select, TextInput } from '@mantine/core';
import { FlaskConical, Plus, Search } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { listPromotions } from '../../client/promotions.ts';
import type { Promotion } from '../../client/promotions.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useSearchText } from '../shared/search-text.ts';
import { PromotionsHead } from './promotions-head.tsx';
import { useSentence } from './words.ts';

const STATES = ['running', 'scheduled', 'ended', 'archived'] as const;

/** What lowers prices, said in words, and how far it is. */
export function Promotions() {
  const t = useTranslations('promotions');
  const sentence = useSentence();
  const mayWrite = useMay('promotion:write');
  const [{ search, state }, setFilters] = useFilters<{ search?: string | undefined; state?: string | undefined }>();
  const [text, setText] = useSearchText(search, (value) => setFilters({ search: value }));
  const { error, retry, ...list } = usePages(['promotions', 'list', search, state], (after, signal) =>
    listPromotions({ search, state, after }, signal),
  );
  const create = mayWrite && (
    <Button component="a" href="/promotions/new" leftSection={<Plus size={16} aria-hidden="true" />}>
      {t('create')}
    </Button>
  );
  return (
    <>
      <PromotionsHead
        at="promotions"
        actions={
          <>
            <Button
              component="a"
              href="/promotions/try"
              variant="default"
              leftSection={<FlaskConical size={16} aria-hidden="true" />}
            >
              {t('tester')}
            </Button>
            {create}
          </>
        }
      />
      <DataList
        label={t('title')}
        rowKey={(promotion) => promotion.id}
        href={(promotion) => `/promotions/${promotion.id}`}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('none')} text={t('noneText')} action={create} />}
        filters={
          <>
            <TextInput
              label={t('find')}
              placeholder={t('findHint')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <Select
              label={t('state')}
              placeholder={t('all')}
              clearable
              data={STATES.map((one) => ({ value: one, label: t(`states.${one}`) }))}
              value={state ?? null}
              onChange={(one) => setFilters({ state: one ?? undefined })}
            />
          </>
        }
        columns={[
          { key: 'name', header: t('name'), cell: (promotion) => promotion.name },
          { key: 'does', header: t('does'), cell: sentence },
          { key: 'used', header: t('used'), numeric: true, cell: ({ uses }) => <Quantity value={uses} /> },
          {
            key: 'state',
            header: t('state'),
            phone: 'corner',
            cell: (promotion) => <PromotionState state={promotion.state} />,
            live: (promotion) => promotion.state,
          },
        ]}
      />
    </>
  );
}

/** How far a promotion is, in a word. */
export function PromotionState({ state }: { state: Promotion['state'] }) {
  const t = useTranslations('promotions.states');
  return <Pill tone={state === 'running' ? 'good' : state === 'scheduled' ? 'warn' : 'plain'}>{t(state)}</Pill>;
}
