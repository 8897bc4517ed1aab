import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { auditExportAddress, searchAudit, type AuditEntry, type AuditQuery } from '../../client/audit.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { PageHead } from '../../kit/stat-tile.tsx';
import { DateField } from '../money/date-field.tsx';
import { useFilters } from '../shared/filters.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useLocations } from '../shared/reference.ts';
import { useSearchText } from '../shared/search-text.ts';
import { Changes } from './changes.tsx';
import { addressOf, useSentence } from './words.ts';

type Filters = Pick<AuditQuery, 'actor' | 'topic' | 'subject' | 'location' | 'text'> & {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
};

const TOPICS = [
  'order',
  'stock',
  'journal',
  'catalog',
  'price',
  'customer',
  'staff',
  'access',
  'webhook',
  'import',
  'company',
  'quarantine',
  'security',
] as const;

/** Who did what, when and from where, newest first, with what it was before and after. */
export function Audit() {
  const t = useTranslations('audit');
  const [filters, setFilters] = useFilters<Filters>();
  const { actor, topic, subject, location, from, until, text } = filters;
  const [typed, setTyped] = useSearchText(text, (value) => setFilters({ text: value }));
  const [open, setOpen] = useState<AuditEntry>();
  const locations = useLocations();
  const sentence = useSentence();
  const query: AuditQuery = {
    actor,
    topic,
    subject,
    location,
    text,
    from: from === undefined ? undefined : new Date(`${from}T00:00:00`).toISOString(),
    until: until === undefined ? undefined : new Date(Date.parse(`${until}T00:00:00`) + 86_400_000).toISOString(),
  };
  const { error, retry, ...list } = usePages(['audit', query], (after, signal) =>
    searchAudit({ ...query, after }, signal),
  );
  const people = usePeople(list.rows);
  return (
    <>
      <PageHead
        title={t('title')}
        back={{ href: '/', label: t('back') }}
        actions={
          <Button
            component="a"
            href={auditExportAddress(query)}
            download
            variant="default"
            leftSection={<Download size={16} aria-hidden="true" />}
          >
            {t('export')}
          </Button>
        }
      />
      <DataList
        label={t('title')}
        rowKey={(entry) => String(entry.number)}
        onOpen={setOpen}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={
          <EmptyState
            title={t('empty')}
            text={t('emptyText')}
            {...(list.hasMore ? { action: <Button onClick={list.onMore}>{t('more')}</Button> } : {})}
          />
        }
        filters={
          <>
            <TextInput
              label={t('text')}
              placeholder={t('textHint')}
              leftSection={<Search size={16} aria-hidden="true" />}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Select
              label={t('person')}
              placeholder={t('anyone')}
              clearable
              searchable
              data={people}
              value={actor ?? null}
              onChange={(value) => setFilters({ actor: value ?? undefined })}
            />
            <Select
              label={t('topic')}
              placeholder={t('everything')}
              clearable
              data={TOPICS.map((one) => ({ value: one, label: t(`topics.${one}`) }))}
              value={topic ?? null}
              onChange={(value) => setFilters({ topic: value ?? undefined })}
            />
            <LocationSelect
              closed
              label={t('location')}
              placeholder={t('everything')}
              clearable
              value={location ?? null}
              onChange={(value) => setFilters({ location: value ?? undefined })}
            />
            <DateField label={t('from')} value={from} max={until} onChange={(value) => setFilters({ from: value })} />
            <DateField label={t('until')} value={until} min={from} onChange={(value) => setFilters({ until: value })} />
          </>
        }
        columns={[
          { key: 'what', header: t('what'), cell: sentence },
          { key: 'when', header: t('when'), cell: (entry) => <Instant value={entry.recordedAt} />, phone: 'corner' },
          {
            key: 'location',
            header: t('location'),
            cell: (entry) => locations.find(({ id }) => id === entry.locationId)?.name ?? t('nothing'),
          },
          { key: 'where', header: t('where'), cell: (entry) => <Origin entry={entry} /> },
        ]}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === undefined ? '' : sentence(open)}
        size="lg"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <Entry entry={open} />}
      </Modal>
    </>
  );
}

/** Who is among what is shown, to choose from: who did something is more than who may sign in now. */
function usePeople(rows: readonly AuditEntry[] | undefined): { value: string; label: string }[] {
  const known = useQuery({
    queryKey: ['audit', 'people'],
    queryFn: async () => (await searchAudit({})).items,
    staleTime: 60_000,
  }).data;
  const names = new Map<string, string>();
  for (const { actor } of [...(known ?? []), ...(rows ?? [])])
    if (actor !== null && actor.name !== '') names.set(actor.id, actor.name);
  return [...names].map(([value, label]) => ({ value, label }));
}

function Origin({ entry: { origin } }: { entry: AuditEntry }) {
  const t = useTranslations('audit');
  if (origin === null) return <>{t('nothing')}</>;
  if (origin.job !== null) return <>{t('job', { name: origin.job })}</>;
  return <>{origin.address ?? t('erased')}</>;
}

function Entry({ entry }: { entry: AuditEntry }) {
  const t = useTranslations('audit');
  const address = addressOf(entry);
  return (
    <div className="os-fields">
      <dl className="os-facts">
        <dt>{t('when')}</dt>
        <dd>
          <Instant value={entry.recordedAt} />
        </dd>
        <dt>{t('where')}</dt>
        <dd>
          <Origin entry={entry} />
        </dd>
        {(entry.origin?.userAgent ?? '') !== '' && (
          <>
            <dt>{t('browser')}</dt>
            <dd style={{ overflowWrap: 'anywhere' }}>{entry.origin?.userAgent}</dd>
          </>
        )}
        {entry.subjectId !== null && (
          <>
            <dt>{t('object')}</dt>
            <dd style={{ overflowWrap: 'anywhere' }}>
              {address === undefined ? entry.subjectId : <a href={address}>{t('open')}</a>}
            </dd>
          </>
        )}
      </dl>
      <Changes body={entry.body} />
      <p className="os-soft">{t('number', { number: entry.number })}</p>
    </div>
  );
}
