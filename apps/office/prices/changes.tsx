import { Button, Modal, Switch, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { createPriceChange, listPriceChanges } from '../../client/prices.ts';
import type { PriceChange } from '../../client/prices.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { PricesHead } from './head.tsx';

/** So far ahead of universal time are the first clocks of the world. */
const EARLIEST_CLOCK_MS = 14 * 3_600_000;

/** Changes of many prices, what they are at and when they begin. */
export function PriceChanges() {
  const t = useTranslations('prices');
  const navigate = useNavigate();
  const mayEdit = useMay('price:edit');
  const [adding, setAdding] = useState(false);
  const { error, retry, ...list } = usePages(['prices', 'changes'], listPriceChanges);
  const create = useAct(createPriceChange, {
    touches: ['prices'],
    onDone: ({ id }) => void navigate({ to: `/prices/changes/${id}` as never }),
  });
  const [name, setName] = useState('');
  const [markdown, setMarkdown] = useState(false);
  const button = mayEdit && (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setAdding(true)}>
      {t('changes.create')}
    </Button>
  );
  return (
    <>
      <PricesHead at="changes" actions={button} />
      <DataList
        label={t('places.changes')}
        rowKey={(change) => change.id}
        href={(change) => `/prices/changes/${change.id}`}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('changes.none')} text={t('changes.noneText')} />}
        columns={[
          { key: 'name', header: t('changes.name'), cell: (change) => change.name },
          { key: 'starts', header: t('changes.starts'), cell: (change) => <Starts change={change} /> },
          {
            key: 'rows',
            header: t('changes.rows'),
            numeric: true,
            cell: (change) => <Quantity value={change.rows} />,
          },
          {
            key: 'state',
            header: t('changes.state'),
            phone: 'corner',
            cell: (change) => <ChangeState change={change} />,
            live: (change) => change.state,
          },
        ]}
      />
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t('changes.create')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            create.mutate({ name, markdown });
          }}
        >
          <TextInput
            label={t('changes.name')}
            value={name}
            required
            maxLength={100}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Switch
            label={t('changes.markdown')}
            description={t('changes.markdownHint')}
            checked={markdown}
            onChange={(event) => setMarkdown(event.currentTarget.checked)}
          />
          {create.error !== null && <ProblemView problem={create.error} while="acting" />}
          <Button type="submit" loading={create.isPending}>
            {t('save')}
          </Button>
        </form>
      </Modal>
    </>
  );
}

/** When a change begins, as it was said: a moment, or a time of each store's own clock. */
export function Starts({ change: { startAt, startLocal } }: { change: PriceChange }) {
  const t = useTranslations('prices.changes');
  const locale = useLocale();
  if (startAt !== null) return <Instant value={startAt} />;
  if (startLocal === null) return <span className="os-soft">{t('notYet')}</span>;
  const [day = '', time = ''] = startLocal.split('T');
  const shown = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
  return <>{t('localTime', { day: shown, time })}</>;
}

/** How far a change is, in a word. */
export function ChangeState({ change }: { change: PriceChange }) {
  const t = useTranslations('prices.changes.states');
  const { state } = change;
  const begun = hasBegun(change);
  const word = begun ? 'begun' : state;
  const tone = begun ? 'good' : state === 'scheduled' || state === 'staging' ? 'warn' : 'plain';
  return <Pill tone={tone}>{t(word)}</Pill>;
}

/** Whether a change has begun, by a local time of stores where the first clocks of the world show it: from then on it is undone instead of called off. */
export function hasBegun({ state, startAt, startLocal }: PriceChange): boolean {
  if (state !== 'scheduled') return false;
  if (startAt !== null) return Date.parse(startAt) <= Date.now();
  return startLocal !== null && Date.parse(`${startLocal}Z`) - EARLIEST_CLOCK_MS <= Date.now();
}
