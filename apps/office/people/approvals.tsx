import { Modal, SegmentedControl, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import type { Intent } from '../../client/http.ts';
import { decideApproval, listApprovals, type Approval } from '../../client/staff.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, moneyText } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { PageHead, Pill, type Tone } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';

const TONES: Readonly<Record<string, Tone>> = {
  pending: 'warn',
  approved: 'brand',
  done: 'good',
  failed: 'bad',
  declined: 'bad',
};

/** What waits for a second person, what became of the rest, and which acts need one. */
export function Approvals() {
  const t = useTranslations('people');
  const locale = useLocale();
  const [pending, setPending] = useState(true);
  const [open, setOpen] = useState<Approval>();
  const { error, retry, ...list } = usePages(['approvals', 'list', pending], (after, signal) =>
    listApprovals({ pending, after }, signal),
  );
  const what = ({ act, amounts }: Approval): string => {
    const sums = amounts
      .filter(({ limit }) => limit !== 'discountPpm')
      .map(({ amount, currency }) => moneyText(locale, { amount, currency }));
    return [t(`acts.${act as 'refund'}`), ...sums].join(', ');
  };
  return (
    <>
      <PageHead title={t('approvalsTitle')} />
      <div className="os-stack">
        <DataList
          label={t('approvalsTitle')}
          rowKey={(one) => one.id}
          {...(pending ? { onOpen: setOpen } : {})}
          {...list}
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={<EmptyState title={t('noApprovals')} text={t('noApprovalsText')} />}
          columns={[
            { key: 'what', header: t('what'), cell: what },
            { key: 'by', header: t('askedBy'), cell: (one) => one.askedByName },
            { key: 'at', header: t('expires'), cell: (one) => <Instant value={one.expiresAt} /> },
            {
              key: 'state',
              header: t('state'),
              phone: 'corner',
              cell: (one) => <Pill tone={TONES[one.state] ?? 'plain'}>{t(`states.${one.state as 'pending'}`)}</Pill>,
            },
          ]}
          filters={
            <SegmentedControl
              data={[
                { value: 'yes', label: t('pending') },
                { value: 'no', label: t('decided') },
              ]}
              value={pending ? 'yes' : 'no'}
              onChange={(value) => setPending(value === 'yes')}
            />
          }
        />
      </div>
      <Modal
        opened={open !== undefined}
        onClose={() => setOpen(undefined)}
        title={open === undefined ? '' : t('decide', { what: what(open), name: open.askedByName })}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {open !== undefined && <Decide approval={open} onDone={() => setOpen(undefined)} />}
      </Modal>
    </>
  );
}

function Decide({ approval, onDone }: { approval: Approval; onDone: () => void }) {
  const t = useTranslations('people');
  const [note, setNote] = useState('');
  const deciding = useAct(
    (decision: 'approve' | 'decline', intent: Intent) => decideApproval(approval.id, { decision, note }, intent),
    {
      touches: ['approvals', 'orders', 'stock', 'books', 'people', 'roles'],
      onDone: ({ state, because }) => {
        toast(
          state === 'declined'
            ? t('declinedDone')
            : state === 'failed'
              ? t('failed', { because: (because ?? '').replaceAll('_', ' ') })
              : t('approved'),
        );
        onDone();
      },
    },
  );
  const reason = approval.mine ? t('ownRequest') : undefined;
  return (
    <div className="os-fields">
      <Textarea
        label={t('note')}
        description={t('noteText')}
        maxLength={300}
        autosize
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {deciding.error !== null && <ProblemView problem={deciding.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton variant="default" reason={reason} onClick={() => deciding.mutate('decline')}>
          {t('decline')}
        </ReasonButton>
        <ReasonButton reason={reason} loading={deciding.isPending} onClick={() => deciding.mutate('approve')}>
          {t('approve')}
        </ReasonButton>
      </div>
    </div>
  );
}
