import { Button, Modal, SegmentedControl, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { completeTask, listTasks, reopenTask } from '../../client/tasks.ts';
import type { Task } from '../../client/tasks.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';
import { useItemName, WhatHappened } from './what-happened.tsx';

const KINDS = ['promotion_overused', 'reward_overdrawn', 'gift_card_not_charged', 'payment_failed'] as const;

/** What went beyond a limit or a balance, or failed, and waits for a person. */
export function Tasks() {
  const t = useTranslations('tasks');
  const locations = useLocations();
  const nameOf = useItemName();
  const [open, setOpen] = useState<Task>();
  const [filters, setFilters] = useFilters<{ state?: string | undefined; kind?: string | undefined }>();
  const state = filters.state === 'done' ? 'done' : 'open';
  const kind = KINDS.find((one) => one === filters.kind);
  const { error, retry, ...list } = usePages(['tasks', 'list', state, kind ?? ''], (after, signal) =>
    listTasks({ state, kind }, after, signal),
  );
  return (
    <>
      <PageHead title={t('title')} />
      <DataList
        label={t('title')}
        rowKey={(task) => task.id}
        onOpen={setOpen}
        {...list}
        filters={
          <>
            <SegmentedControl
              aria-label={t('state')}
              data={(['open', 'done'] as const).map((value) => ({ value, label: t(value) }))}
              value={state}
              onChange={(value) => setFilters({ state: value === 'done' ? 'done' : undefined })}
            />
            <Select
              label={t('kind')}
              placeholder={t('anyKind')}
              clearable
              data={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
              value={kind ?? null}
              onChange={(value) => setFilters({ kind: value ?? undefined })}
            />
          </>
        }
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={
          state === 'open' ? (
            <EmptyState title={t('empty')} text={t('emptyText')} />
          ) : (
            <EmptyState title={t('noneDone')} text={t('noneDoneText')} />
          )
        }
        columns={[
          { key: 'kind', header: t('kind'), cell: (task) => t(`kinds.${task.kind}`) },
          {
            key: 'about',
            header: t('about'),
            cell: (task) => [...new Set(task.items.map(nameOf))].join(', '),
          },
          {
            key: 'location',
            header: t('location'),
            cell: (task) => locations.find(({ id }) => id === task.locationId)?.name ?? '–',
          },
          { key: 'at', header: t('at'), phone: 'corner', cell: (task) => <Instant value={task.openedAt} /> },
        ]}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === undefined ? '' : t(`kinds.${open.kind}`)}
        size="lg"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <OneTask task={open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </>
  );
}

function OneTask({ task, onDone }: { task: Task; onDone: () => void }) {
  const t = useTranslations('tasks');
  const mayWrite = useMay('task:write');
  return (
    <div className="os-fields">
      <WhatHappened task={task} />
      {task.state === 'open' && (
        <Section title={t('whatToDo')}>
          <p>{t(`toDo.${task.kind}`)}</p>
        </Section>
      )}
      {task.doneAt !== null && (
        <Section title={t.rich('wasDone', { at: () => <Instant value={task.doneAt ?? ''} /> })}>
          {task.note !== '' && <p>{task.note}</p>}
        </Section>
      )}
      {mayWrite &&
        (task.state === 'open' ? <End task={task} onDone={onDone} /> : <Reopen task={task} onDone={onDone} />)}
    </div>
  );
}

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function useReopen(onDone: () => void) {
  const t = useTranslations('tasks');
  return useAct(({ id }: { id: string }, intent) => reopenTask({ id }, intent), {
    touches: ['tasks'],
    onDone: () => {
      toast(t('reopened'));
      onDone();
    },
  });
}

function End({ task, onDone }: { task: Task; onDone: () => void }) {
  const t = useTranslations('tasks');
  const [note, setNote] = useState('');
  const reopening = useReopen(() => undefined);
  const ending = useAct((text: string, intent) => completeTask({ id: task.id, note: text }, intent), {
    touches: ['tasks'],
    onDone: () => {
      toast(t('doneToast'), { label: t('undo'), run: () => reopening.mutate({ id: task.id }) });
      onDone();
    },
  });
  return (
    <>
      <Textarea
        label={t('note')}
        description={t('noteText')}
        autosize
        minRows={2}
        maxLength={1000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {ending.error !== null && <ProblemView problem={ending.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button loading={ending.isPending} onClick={() => ending.mutate(note.trim())}>
          {t('doneButton')}
        </Button>
      </div>
    </>
  );
}

function Reopen({ task, onDone }: { task: Task; onDone: () => void }) {
  const t = useTranslations('tasks');
  const reopening = useReopen(onDone);
  return (
    <>
      {reopening.error !== null && <ProblemView problem={reopening.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <Button variant="default" loading={reopening.isPending} onClick={() => reopening.mutate({ id: task.id })}>
          {t('reopen')}
        </Button>
      </div>
    </>
  );
}
