import { ActionIcon, Button, Checkbox, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Plus, X } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { createWebhook, editWebhook, getWebhook, previewWebhook } from '../../client/webhooks.ts';
import type { FieldTest, Webhook } from '../../client/webhooks.ts';
import { Instant } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { EventName } from '../shared/event-name.tsx';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useEntities, useLocations } from '../shared/reference.ts';
import { draftOf, emptyDraft, isType, wishOf, type Condition, type Draft } from './filter-form.ts';
import { SecretOnce, type NewSecret } from './secret-once.tsx';

/** The topics that a person chooses from. */
const TOPICS = ['order', 'stock', 'catalog', 'price', 'customer', 'journal', 'payment', 'company', 'webhook'] as const;
const TESTS = [
  'equal',
  'not_equal',
  'less',
  'at_most',
  'more',
  'at_least',
  'there',
  'missing',
] as const satisfies readonly FieldTest[];
const AT_MOST = 10;

type Change = (to: Partial<Draft>) => void;

/** Asks for a new webhook; its secret is shown once. */
export function NewWebhook() {
  const t = useTranslations('webhooks');
  const router = useRouter();
  const [draft, setDraft] = useState(emptyDraft);
  const [made, setMade] = useState<NewSecret & { id: string }>();
  const creating = useAct(createWebhook, {
    touches: ['webhooks'],
    onDone: (answer) => setMade({ ...answer, oldUntil: null }),
  });
  return (
    <>
      <PageHead title={t('create')} back={{ href: '/webhooks', label: t('back') }} />
      <WebhookForm
        draft={draft}
        change={(to) => setDraft((now) => ({ ...now, ...to }))}
        problem={creating.error}
        isBusy={creating.isPending}
        onSave={() => creating.mutate(wishOf(draft))}
        label={t('create')}
      />
      <SecretOnce shown={made} onDone={() => router.history.push(`/webhooks/${made?.id ?? ''}`)} />
    </>
  );
}

/** Changes a webhook. */
export function EditWebhook() {
  const id = useParam('webhookId');
  const webhook = useQuery({ queryKey: ['webhooks', id], queryFn: () => getWebhook(id) });
  if (webhook.data === undefined)
    return webhook.error === null ? null : <ProblemView problem={webhook.error} while="reading" />;
  return <EditOne key={webhook.data.id} webhook={webhook.data} />;
}

function EditOne({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const router = useRouter();
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const saving = useAct(editWebhook, {
    touches: ['webhooks'],
    onDone: () => {
      toast(t('saved'));
      router.history.push(`/webhooks/${webhook.id}`);
    },
  });
  return (
    <>
      <PageHead
        title={t('editTitle', { name: webhook.name })}
        back={{ href: `/webhooks/${webhook.id}`, label: webhook.name }}
      />
      <WebhookForm
        draft={draft}
        change={(to) => setDraft((now) => ({ ...now, ...to }))}
        problem={saving.error}
        isBusy={saving.isPending}
        onSave={() => saving.mutate({ id: webhook.id, version: webhook.version, ...wishOf(draft) })}
        label={t('save')}
      />
    </>
  );
}

function WebhookForm({
  draft,
  change,
  problem,
  isBusy,
  onSave,
  label,
}: {
  draft: Draft;
  change: Change;
  problem: Error | null;
  isBusy: boolean;
  onSave: () => void;
  label: string;
}) {
  const t = useTranslations('webhooks');
  const reason =
    draft.name.trim() === ''
      ? t('needsName')
      : !/^https?:\/\/./.test(draft.url.trim())
        ? t('needsUrl')
        : !draft.types.every(isType)
          ? t('badType')
          : draft.conditions.some(({ field }) => field.trim() === '')
            ? t('needsField')
            : undefined;
  return (
    <div className="os-split">
      <div className="os-stack">
        <Card title={t('what')}>
          <div className="os-fields">
            <TextInput
              label={t('name')}
              description={t('nameHint')}
              maxLength={100}
              value={draft.name}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <TextInput
              label={t('to')}
              description={t('urlHint')}
              type="url"
              maxLength={2000}
              value={draft.url}
              onChange={(event) => change({ url: event.currentTarget.value })}
            />
            <Checkbox
              label={t('withBody')}
              description={t('withBodyHint')}
              checked={draft.withBody}
              onChange={(event) => change({ withBody: event.currentTarget.checked })}
            />
          </div>
        </Card>
        <Card title={t('which')}>
          <FilterFields draft={draft} change={change} />
        </Card>
      </div>
      <div className="os-stack">
        <Preview draft={draft} />
        {problem !== null && <ProblemView problem={problem} while="acting" />}
        <ReasonButton reason={reason} loading={isBusy} onClick={onSave} fullWidth>
          {label}
        </ReasonButton>
      </div>
    </div>
  );
}

function FilterFields({ draft, change }: { draft: Draft; change: Change }) {
  const t = useTranslations('webhooks');
  const [entities, locations, channels] = [useEntities(), useLocations(), useChannels()];
  const options = (rows: readonly { id: string; name: string }[]) =>
    rows.map(({ id, name }) => ({ value: id, label: name }));
  const bad = draft.types.some((type) => !isType(type));
  const label = (type: string): string => {
    const key = `topics.${type.replace('.*', '')}` as 'topics.order';
    return type.endsWith('.*') && t.has(key) ? t(key) : type;
  };
  // The field holds words; what is chosen stays as the API calls it.
  const byLabel = new Map(TOPICS.map((topic) => [t(`topics.${topic}`), `${topic}.*`]));
  return (
    <div className="os-fields">
      <TagsInput
        label={t('types')}
        description={t('typesHint')}
        data={TOPICS.map((topic) => t(`topics.${topic}`))}
        value={draft.types.map(label)}
        error={bad ? t('badType') : undefined}
        onChange={(labels) => change({ types: [...new Set(labels.map((one) => byLabel.get(one) ?? one.trim()))] })}
      />
      {entities.length > 1 && (
        <MultiSelect
          label={t('companies')}
          data={options(entities)}
          value={[...draft.entityIds]}
          onChange={(entityIds) => change({ entityIds })}
        />
      )}
      <MultiSelect
        label={t('locations')}
        data={options(locations)}
        value={[...draft.locationIds]}
        onChange={(locationIds) => change({ locationIds })}
      />
      <MultiSelect
        label={t('channels')}
        data={options(channels)}
        value={[...draft.channelIds]}
        onChange={(channelIds) => change({ channelIds })}
      />
      <TextInput
        label={t('subject')}
        description={t('subjectHint')}
        value={draft.subjectId}
        onChange={(event) => change({ subjectId: event.currentTarget.value })}
      />
      <Conditions draft={draft} change={change} />
    </div>
  );
}

function Conditions({ draft, change }: { draft: Draft; change: Change }) {
  const t = useTranslations('webhooks');
  const { conditions } = draft;
  const put = (at: number, to: Partial<Condition>): void =>
    change({ conditions: conditions.map((one, place) => (place === at ? { ...one, ...to } : one)) });
  return (
    <fieldset className="os-fields" style={{ border: 0, padding: 0, margin: 0 }}>
      <legend style={{ fontSize: 'var(--mantine-font-size-sm)', fontWeight: 500, padding: 0 }}>{t('fields')}</legend>
      {conditions.map(({ field, is, value }, at) => (
        // Conditions have no names of their own; their place is what they are.
        <div key={at} className="os-row" style={{ alignItems: 'flex-start', flexWrap: 'wrap' }}>
          <TextInput
            aria-label={t('field', { number: at + 1 })}
            placeholder={t('fieldHint')}
            style={{ flex: '2 1 160px' }}
            value={field}
            onChange={(event) => put(at, { field: event.currentTarget.value })}
          />
          <Select
            aria-label={t('test', { number: at + 1 })}
            style={{ flex: '1 1 130px' }}
            allowDeselect={false}
            data={TESTS.map((test) => ({ value: test, label: t(`tests.${test}`) }))}
            value={is}
            onChange={(test) => put(at, { is: TESTS.find((one) => one === test) ?? 'equal' })}
          />
          {is !== 'there' && is !== 'missing' && (
            <TextInput
              aria-label={t('value', { number: at + 1 })}
              style={{ flex: '1 1 100px' }}
              value={value}
              onChange={(event) => put(at, { value: event.currentTarget.value })}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('removeField', { number: at + 1 })}
            onClick={() => change({ conditions: conditions.filter((_, place) => place !== at) })}
          >
            <X size={16} aria-hidden="true" />
          </ActionIcon>
        </div>
      ))}
      {conditions.length + draft.kept.length < AT_MOST && (
        <Button
          variant="default"
          size="compact-md"
          style={{ justifySelf: 'start' }}
          leftSection={<Plus size={14} aria-hidden="true" />}
          onClick={() => change({ conditions: [...conditions, { field: '', is: 'equal', value: '' }] })}
        >
          {t('addField')}
        </Button>
      )}
    </fieldset>
  );
}

/** Which of the last events would have been told, as one types. */
function Preview({ draft }: { draft: Draft }) {
  const t = useTranslations('webhooks');
  const locations = useLocations();
  const { types, filter } = useDeferredValue(wishOf(draft));
  const readable = types.every((type) => type === '*' || isType(type));
  const preview = useQuery({
    queryKey: ['webhook-preview', types, filter],
    queryFn: ({ signal }) => previewWebhook({ types, filter }, signal),
    enabled: readable,
    placeholderData: (before) => before,
    retry: false,
  });
  const { data } = preview;
  return (
    <Card title={t('preview')} flush>
      {preview.error !== null ? (
        <div className="os-card-body">
          <ProblemView problem={preview.error} while="reading" />
        </div>
      ) : (
        <>
          <p className="os-card-body os-soft" aria-live="polite">
            {data === undefined ? '…' : t('previewCount', { count: data.items.length, lookedAt: data.lookedAt })}
          </p>
          {data?.items.length === 0 && <p className="os-card-body">{t('previewEmpty')}</p>}
          <ul className="os-worklist">
            {data?.items.slice(0, 8).map((event) => (
              <li key={event.number}>
                <div className="os-row" style={{ padding: '8px 16px', justifyContent: 'space-between' }}>
                  <span style={{ minWidth: 0 }}>
                    <span className="os-cut" style={{ display: 'block' }}>
                      <EventName type={event.type} />
                    </span>
                    <span className="os-soft os-small">
                      {locations.find(({ id }) => id === event.locationId)?.name ?? event.topic}
                    </span>
                  </span>
                  <span className="os-soft os-small">
                    <Instant value={event.recordedAt} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}
