import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { getBackupPlan, listBackups, makeBackup } from '../../client/api.ts';
import type { Intent } from '../../client/http.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { Backup, BackupPlan } from '../../client/types.ts';
import { DataList } from '../../kit/data-list.tsx';
import { countText, Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { usePages } from '../shared/paging.ts';
import { ProblemView } from '../shared/problem-view.tsx';

const MB = 2 ** 20;
/** While one is being made, it is asked so often how far it is. */
const LOOK_MS = 1_000;

/** The backups there are, when the next one is due, one made now, and what to do to get one back. */
export function Backups() {
  const t = useTranslations('backups');
  const { error, retry, ...list } = usePages(['backups', 'list'], (after, signal) => listBackups({ after }, signal));
  const latest = useQuery<Backup | undefined, ApiProblem>({
    queryKey: ['backups', 'latest'],
    queryFn: async () => (await listBackups({ limit: 1 })).items[0],
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_MS : 30_000),
  });
  const plan = useQuery<BackupPlan, ApiProblem>({ queryKey: ['backups', 'plan'], queryFn: getBackupPlan });
  const running = latest.data?.state === 'running' ? latest.data : undefined;
  const making = useAct((_: 'now', intent: Intent) => makeBackup(intent), {
    touches: ['backups'],
    onDone: () => toast(t('begun')),
  });
  // The list has the row that the progress has seen last.
  const rows = list.rows?.map((row) => (row.id === latest.data?.id ? latest.data : row));
  return (
    <>
      <PageHead
        title={t('title')}
        actions={
          <ReasonButton
            reason={running === undefined ? undefined : t('underWay')}
            loading={making.isPending}
            onClick={() => making.mutate('now')}
          >
            {t('makeNow')}
          </ReasonButton>
        }
      />
      <div className="os-stack">
        {making.error !== null && <ProblemView problem={making.error} while="acting" />}
        {running !== undefined && <UnderWay backup={running} />}
        {plan.data !== undefined && <Planned plan={plan.data} />}
        <DataList
          label={t('title')}
          rowKey={(backup) => backup.id}
          {...list}
          rows={rows}
          error={error === undefined ? undefined : <ProblemView problem={error} while="reading" retry={retry} />}
          empty={<EmptyState title={t('empty')} text={t('emptyText')} />}
          columns={[
            { key: 'startedAt', header: t('startedAt'), cell: (backup) => <Instant value={backup.startedAt} /> },
            { key: 'state', header: t('state'), phone: 'corner', cell: (backup) => <State backup={backup} /> },
            { key: 'cause', header: t('cause'), phone: 'hidden', cell: (backup) => t(`causes.${backup.cause}`) },
            { key: 'name', header: t('name'), cell: (backup) => backup.name ?? '–' },
            { key: 'bytes', header: t('size'), numeric: true, cell: (backup) => <Size bytes={backup.bytes} /> },
            {
              key: 'event',
              header: t('event'),
              numeric: true,
              phone: 'hidden',
              cell: (backup) => backup.eventNumber ?? '–',
            },
            {
              key: 'verified',
              header: t('verified'),
              cell: (backup) =>
                backup.verifiedAt === null ? (backup.trouble ?? '–') : <Instant value={backup.verifiedAt} />,
            },
          ]}
        />
        {plan.data !== undefined && (
          <Card title={t('restore')}>
            <p>{t('restoreText')}</p>
            <pre
              style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
            >{`node oneshelf.mjs restore --from ${plan.data.place}`}</pre>
            <p>{plan.data.encrypted ? t('restoreKey') : t('restoreSecrets')}</p>
          </Card>
        )}
      </div>
    </>
  );
}

function UnderWay({ backup }: { backup: Backup }) {
  const t = useTranslations('backups');
  const percent = backup.totalBytes === 0 ? 0 : Math.floor((backup.doneBytes / backup.totalBytes) * 100);
  return (
    <Card title={t('underWay')}>
      <Progress value={percent} aria-label={t('underWay')} />
      <p role="status">{t('percent', { percent })}</p>
    </Card>
  );
}

function Planned({ plan }: { plan: BackupPlan }) {
  const t = useTranslations('backups');
  return (
    <Card title={t('plan')}>
      <p>
        {plan.schedule === 'off'
          ? t('off')
          : plan.schedule === 'hourly'
            ? t('hourly')
            : t('daily', { at: plan.schedule })}{' '}
        {plan.nextAt !== null && (
          <>
            {t('next')} <Instant value={plan.nextAt} />
          </>
        )}
      </p>
      <p>{t('keeps', { days: plan.keepDays, weeks: plan.keepWeeks, months: plan.keepMonths })}</p>
      <p>
        {t('place')} {plan.place} · {plan.encrypted ? t('encrypted') : t('notEncrypted')}
      </p>
      {plan.onOwnDisk && <p>{t('ownDisk')}</p>}
    </Card>
  );
}

function State({ backup }: { backup: Backup }) {
  const t = useTranslations('backups');
  if (backup.removedAt !== null) return <Pill>{t('states.removed')}</Pill>;
  const tone = backup.state === 'done' ? 'good' : backup.state === 'failed' ? 'bad' : 'plain';
  return <Pill tone={tone}>{t(`states.${backup.state}`)}</Pill>;
}

function Size({ bytes }: { bytes: number | null }) {
  const locale = useLocale();
  return <>{bytes === null ? '–' : `${countText(locale, Math.ceil(bytes / MB))} MB`}</>;
}
