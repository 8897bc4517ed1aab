import { Button, Modal, NumberInput, SegmentedControl, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  deleteWebhook,
  editWebhook,
  getWebhook,
  getWebhookMessage,
  listWebhookCalls,
  replayWebhook,
  resendWebhookEvent,
  rotateWebhookSecret,
  testWebhook,
} from '../../client/webhooks.ts';
import type { EventFilter, Webhook, WebhookCall } from '../../client/webhooks.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, Quantity } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { usePages } from '../shared/paging.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useEntities, useLocations } from '../shared/reference.ts';
import { SecretOnce, type NewSecret } from './secret-once.tsx';
import { ProblemOfCall, TypesInWords, WebhookState } from './webhook-state.tsx';

const touches = ['webhooks', 'webhook-calls', 'webhook-troubles'];

/** One webhook: how it fares, what was called and answered, and what can be done about it. */
export function WebhookPage() {
  const id = useParam('webhookId');
  const webhook = useQuery({ queryKey: ['webhooks', id], queryFn: () => getWebhook(id), refetchInterval: 5_000 });
  if (webhook.data === undefined)
    return webhook.error === null ? null : (
      <ProblemView problem={webhook.error} while="reading" retry={() => void webhook.refetch()} />
    );
  return <One webhook={webhook.data} />;
}

function One({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  return (
    <>
      <PageHead
        title={webhook.name}
        badge={<WebhookState webhook={webhook} />}
        back={{ href: '/webhooks', label: t('back') }}
        actions={<Actions webhook={webhook} />}
      />
      <div className="os-stack">
        <div className="os-split">
          <Card title={t('which')}>
            <About webhook={webhook} />
          </Card>
          <div className="os-stack">
            <Card title={t('health')}>
              <Health webhook={webhook} />
            </Card>
            <Replay webhook={webhook} />
          </div>
        </div>
        <Calls webhook={webhook} />
      </div>
    </>
  );
}

function Actions({ webhook: { id, version, disabledReason } }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const router = useRouter();
  const [secret, setSecret] = useState<NewSecret>();
  const [asked, setAsked] = useState(false);
  const enabled = disabledReason === null;
  const editing = useAct(editWebhook, { touches, onDone: () => toast(t(enabled ? 'disabledText' : 'enabledText')) });
  const rotating = useAct(rotateWebhookSecret, { touches, onDone: setSecret });
  const removing = useAct(deleteWebhook, {
    touches: ['webhooks'],
    onDone: () => {
      toast(t('removed'));
      router.history.push('/webhooks');
    },
  });
  const testing = useAct(testWebhook, {
    touches,
    onDone: ({ outcome, tookMs }) =>
      toast(outcome === 'delivered' ? t('tested', { ms: String(tookMs) }) : t('testFailed')),
  });
  const problem = editing.error ?? rotating.error ?? removing.error ?? testing.error;
  return (
    <>
      <Button loading={testing.isPending} onClick={() => testing.mutate(id)}>
        {t('tryOut')}
      </Button>
      <Button variant="default" component="a" href={`/webhooks/${id}/edit`}>
        {t('edit')}
      </Button>
      <Button variant="default" loading={rotating.isPending} onClick={() => rotating.mutate(id)}>
        {t('rotate')}
      </Button>
      <Button
        variant="default"
        loading={editing.isPending}
        onClick={() => editing.mutate({ id, version, enabled: !enabled })}
      >
        {t(enabled ? 'disable' : 'enable')}
      </Button>
      <Button variant="default" onClick={() => setAsked(true)}>
        {t('remove')}
      </Button>
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <SecretOnce shown={secret} onDone={() => setSecret(undefined)} />
      <Modal
        opened={asked}
        onClose={() => setAsked(false)}
        title={t('removeTitle')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <div className="os-fields">
          <p>{t('removeText')}</p>
          <div className="os-row" style={{ justifyContent: 'flex-end' }}>
            <Button variant="default" onClick={() => setAsked(false)}>
              {t('cancel')}
            </Button>
            <Button color="red" loading={removing.isPending} onClick={() => removing.mutate(id)}>
              {t('remove')}
            </Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function About({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  return (
    <dl className="os-facts">
      <dt>{t('address')}</dt>
      <dd style={{ overflowWrap: 'anywhere' }}>{webhook.url}</dd>
      <dt>{t('events')}</dt>
      <dd>
        <TypesInWords types={webhook.types} />
      </dd>
      <dt>{t('filter')}</dt>
      <dd>
        <FilterInWords filter={webhook.filter} />
      </dd>
      <dt>{t('body')}</dt>
      <dd>{t(webhook.withBody ? 'bodyYes' : 'bodyNo')}</dd>
      <dt>{t('createdAt')}</dt>
      <dd>
        <Instant value={webhook.createdAt} />
      </dd>
    </dl>
  );
}

function FilterInWords({ filter }: { filter: EventFilter }) {
  const t = useTranslations('webhooks');
  const [entities, locations, channels] = [useEntities(), useLocations(), useChannels()];
  const names = (ids: readonly string[] | undefined, rows: readonly { id: string; name: string }[]): string[] =>
    ids === undefined ? [] : [ids.map((id) => rows.find((row) => row.id === id)?.name ?? id).join(', ')];
  const lines = [
    ...names(filter.entityIds, entities),
    ...names(filter.locationIds, locations),
    ...names(filter.channelIds, channels),
    ...names(filter.subjectIds, []),
    ...(filter.fields ?? []).map((one) =>
      one.is === 'one_of'
        ? `${one.field} = ${one.values.join(' / ')}`
        : `${one.field} ${t(`tests.${one.is}`)} ${'value' in one ? String(one.value) : ''}`,
    ),
  ];
  if (lines.length === 0) return <>{t('noFilter')}</>;
  return (
    <>
      {lines.map((line) => (
        <span key={line} style={{ display: 'block', overflowWrap: 'anywhere' }}>
          {line}
        </span>
      ))}
    </>
  );
}

function Health({ webhook }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const { lastSuccessAt, failingSince, lastProblem, position, waiting } = webhook;
  return (
    <dl className="os-facts">
      <dt>{t('lastSuccess')}</dt>
      <dd>{lastSuccessAt === null ? t('never') : <Instant value={lastSuccessAt} />}</dd>
      {failingSince !== null && (
        <>
          <dt>{t('failingSince')}</dt>
          <dd>
            <Instant value={failingSince} />
          </dd>
        </>
      )}
      {lastProblem !== null && (
        <>
          <dt>{t('lastProblem')}</dt>
          <dd>
            <ProblemOfCall problem={lastProblem} />
          </dd>
        </>
      )}
      <dt>{t('position')}</dt>
      <dd>
        <Quantity value={position} />
      </dd>
      <dt>{t('waiting')}</dt>
      <dd>
        <Quantity value={waiting} />
      </dd>
    </dl>
  );
}

function Replay({ webhook: { id } }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const [from, setFrom] = useState<number>();
  const replaying = useAct(replayWebhook, {
    touches,
    onDone: (_, input) => toast(t('replayed', { from: String(input.from) })),
  });
  return (
    <Card title={t('replay')}>
      <div className="os-fields">
        <NumberInput
          label={t('replayFrom')}
          description={t('replayText')}
          min={1}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          value={from ?? ''}
          onChange={(value) => setFrom(typeof value === 'number' ? value : undefined)}
        />
        {replaying.error !== null && <ProblemView problem={replaying.error} while="acting" />}
        <ReasonButton
          variant="default"
          reason={from === undefined ? t('needsNumber') : undefined}
          loading={replaying.isPending}
          onClick={() => replaying.mutate({ id, from: from ?? 1 })}
        >
          {t('replay')}
        </ReasonButton>
      </div>
    </Card>
  );
}

function Calls({ webhook: { id } }: { webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const [outcome, setOutcome] = useState<'' | WebhookCall['outcome']>('');
  const [open, setOpen] = useState<WebhookCall>();
  const { error, retry, ...list } = usePages(['webhook-calls', id, outcome], (after, signal) =>
    listWebhookCalls(id, { outcome: outcome === '' ? undefined : outcome, after }, signal),
  );
  return (
    <>
      <h2 style={{ marginBottom: 0 }}>{t('calls')}</h2>
      <DataList
        label={t('calls')}
        rowKey={(call) => call.id}
        onOpen={setOpen}
        {...list}
        error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
        empty={<EmptyState title={t('noCalls')} text={t('noCallsText')} />}
        filters={
          <SegmentedControl
            aria-label={t('outcome')}
            value={outcome}
            onChange={(value) => setOutcome(value)}
            data={[
              { value: '', label: t('anyOutcome') },
              { value: 'delivered', label: t('outcomes.delivered') },
              { value: 'failed', label: t('outcomes.failed') },
              { value: 'given_up', label: t('outcomes.given_up') },
            ]}
          />
        }
        columns={[
          {
            key: 'event',
            header: t('event'),
            cell: ({ eventNumber }) => (eventNumber === 0 ? t('testEvent') : <Quantity value={eventNumber} />),
          },
          { key: 'outcome', header: t('outcome'), phone: 'corner', cell: (call) => <OutcomePill call={call} /> },
          { key: 'attempt', header: t('attempt'), numeric: true, cell: (call) => <Quantity value={call.attempt} /> },
          { key: 'took', header: t('took'), numeric: true, cell: (call) => t('ms', { ms: String(call.tookMs) }) },
          { key: 'at', header: t('at'), cell: (call) => <Instant value={call.at} /> },
        ]}
      />
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={t('call')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <CallDetails webhookId={id} call={open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </>
  );
}

function OutcomePill({ call: { outcome, status } }: { call: WebhookCall }) {
  const t = useTranslations('webhooks.outcomes');
  const tone = outcome === 'delivered' ? 'good' : outcome === 'failed' ? 'warn' : 'bad';
  return (
    <Pill tone={tone}>
      {t(outcome)} {status}
    </Pill>
  );
}

function CallDetails({ webhookId, call, onDone }: { webhookId: string; call: WebhookCall; onDone: () => void }) {
  const t = useTranslations('webhooks');
  const { eventNumber } = call;
  const sent = useQuery({
    queryKey: ['webhook-message', webhookId, eventNumber],
    queryFn: () => getWebhookMessage(webhookId, eventNumber),
    enabled: eventNumber > 0,
    retry: false,
  });
  const resending = useAct(resendWebhookEvent, {
    touches,
    onDone: ({ outcome }) => {
      toast(t(outcome === 'delivered' ? 'resent' : 'resentFailed'));
      onDone();
    },
  });
  return (
    <div className="os-fields">
      <dl className="os-facts">
        <dt>{t('outcome')}</dt>
        <dd>
          <OutcomePill call={call} />
        </dd>
        {call.problem !== null && (
          <>
            <dt>{t('lastProblem')}</dt>
            <dd>
              <ProblemOfCall problem={call.problem} status={call.status} />
            </dd>
          </>
        )}
        <dt>webhook-id</dt>
        <dd style={{ overflowWrap: 'anywhere' }}>{call.messageId}</dd>
        <dt>{t('at')}</dt>
        <dd>
          <Instant value={call.at} />
        </dd>
      </dl>
      <Raw label={t('request')}>{sent.data === undefined ? t('noRequest') : pretty(sent.data.body)}</Raw>
      <Raw label={t('answer')}>{call.answer === '' ? t('noAnswer') : call.answer}</Raw>
      {resending.error !== null && <ProblemView problem={resending.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton
          reason={eventNumber === 0 ? t('noRequest') : undefined}
          loading={resending.isPending}
          onClick={() => resending.mutate({ id: webhookId, number: eventNumber })}
        >
          {t('resend')}
        </ReasonButton>
      </div>
    </div>
  );
}

function Raw({ label, children }: { label: string; children: string }) {
  return (
    <Textarea
      label={label}
      readOnly
      autosize
      minRows={2}
      maxRows={12}
      value={children}
      styles={{ input: { fontFamily: 'ui-monospace, monospace' } }}
    />
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
