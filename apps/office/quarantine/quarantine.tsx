import { Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listQuarantine, resolveQuarantined } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import type { Quarantined } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';

/** What tills reported and nobody could read or believe: kept as it came, until a person says what was done about it. */
export function Quarantine() {
  const t = useTranslations('quarantine');
  const locations = useLocations();
  const [open, setOpen] = useState<Quarantined>();
  const { error, retry, ...list } = usePages(['quarantine', 'list'], (after, signal) =>
    listQuarantine({ after }, signal),
  );
  return (
    <>
      <PageHead title={t('title')} back={{ href: '/', label: t('back') }} />
      <DataList
        label={t('title')}
        rowKey={(fact) => fact.id}
        onOpen={setOpen}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
        columns={[
          { key: 'fact', header: t('fact'), cell: (fact) => fact.detail || fact.reason.replaceAll('_', ' ') },
          {
            key: 'location',
            header: t('location'),
            cell: (fact) => locations.find(({ id }) => id === fact.locationId)?.name ?? '–',
          },
          { key: 'counter', header: t('counter'), numeric: true, cell: (fact) => fact.counter ?? '–' },
          { key: 'at', header: t('at'), cell: (fact) => <Instant value={fact.receivedAt} /> },
        ]}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={t('open')}
        size="lg"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <Resolve fact={open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </>
  );
}

function Resolve({ fact, onDone }: { fact: Quarantined; onDone: () => void }) {
  const t = useTranslations('quarantine');
  const [text, setText] = useState('');
  const resolving = useAct((resolution: string, intent: Intent) => resolveQuarantined(fact.id, resolution, intent), {
    touches: ['quarantine', 'today'],
    onDone: () => {
      toast(t('done'));
      onDone();
    },
  });
  return (
    <div className="os-fields">
      <p>{fact.detail}</p>
      <Textarea
        label={t('raw')}
        readOnly
        autosize
        minRows={3}
        maxRows={10}
        value={fact.raw}
        styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
      />
      <Textarea
        label={t('resolution')}
        description={t('resolutionText')}
        autosize
        minRows={2}
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {resolving.error !== null && <ProblemView problem={resolving.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton
          reason={text.trim() === '' ? t('needsResolution') : undefined}
          loading={resolving.isPending}
          onClick={() => resolving.mutate(text.trim())}
        >
          {t('resolve')}
        </ReasonButton>
      </div>
    </div>
  );
}
