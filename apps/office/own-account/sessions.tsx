import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { endOtherSessions, endOwnSession, listOwnSessions } from '../../client/own-account.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant } from '../../kit/numbers.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { deviceName } from './device.ts';
import { useChange } from './use-change.ts';

/** Where one is signed in, with a way to end it. */
export function Sessions() {
  const t = useTranslations('account');
  const sessions = useQuery({ queryKey: ['account', 'sessions'], queryFn: listOwnSessions });
  const ending = useChange(endOwnSession, { onDone: () => toast(t('ended')) });
  const endingOthers = useChange(endOtherSessions, { onDone: () => toast(t('othersEnded')) });
  const problem = ending.error ?? endingOthers.error;
  const others = sessions.data?.some((one) => !one.current) === true;
  return (
    <div className="os-stack">
      <div className="os-row">
        <h2 className="os-grow os-part">{t('sessionsTitle')}</h2>
        <ReasonButton
          variant="default"
          size="compact-sm"
          reason={others ? undefined : t('noOthers')}
          loading={endingOthers.isPending}
          onClick={() => endingOthers.mutate(undefined)}
        >
          {t('endOthers')}
        </ReasonButton>
      </div>
      {problem !== null && <ProblemView problem={problem} while="acting" />}
      <DataList
        label={t('sessionsTitle')}
        rowKey={(session) => session.id}
        rows={sessions.data}
        empty={null}
        error={
          sessions.error === null ? undefined : (
            <ProblemView problem={sessions.error} while="reading" retry={() => void sessions.refetch()} />
          )
        }
        columns={[
          { key: 'device', header: t('device'), cell: (session) => deviceName(session.device) ?? t('unknownDevice') },
          { key: 'address', header: t('address'), cell: (session) => session.address },
          { key: 'method', header: t('method'), cell: (session) => t(`methods.${session.method}`) },
          { key: 'first', header: t('firstSeen'), cell: (session) => <Instant value={session.firstSeenAt} /> },
          { key: 'last', header: t('lastSeen'), cell: (session) => <Instant value={session.lastSeenAt} /> },
          {
            key: 'end',
            header: t('end'),
            phone: 'corner',
            cell: (session) =>
              session.current ? (
                <Pill tone="good">{t('here')}</Pill>
              ) : (
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={t('endNamed', { device: deviceName(session.device) ?? t('unknownDevice') })}
                  onClick={() => ending.mutate(session.id)}
                >
                  {t('end')}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}
