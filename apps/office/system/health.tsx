import { Button, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, CircleDashed, Send, TriangleAlert } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { getHealth, runHealthCheck, sendTestAlert, type Health, type HealthCheck } from '../../client/health.ts';
import type { ApiProblem } from '../../client/problem.ts';
import { Instant } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead, Pill, type Tone } from '../../kit/stat-tile.tsx';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';

const KEY = ['health'] as const;
/** Health is no event of the business, so it is asked for: often while something is being looked at. */
const LOOK_MS = 5_000;
const BUSY_MS = 1_000;

const TONES: Readonly<Record<HealthCheck['state'], Tone>> = { ok: 'good', warn: 'warn', bad: 'bad', unknown: 'plain' };
const WORST_FIRST: readonly HealthCheck['state'][] = ['bad', 'warn', 'unknown', 'ok'];

/** Where somebody can act on what is wrong. */
const PLACES: Readonly<Record<string, 'quarantine' | 'backups'>> = { quarantine: 'quarantine', backup: 'backups' };

/** What is wrong with the installation and what to do, for people who do not run servers for a living. */
export function HealthPage() {
  const t = useTranslations('health');
  const health = useQuery<Health, ApiProblem>({
    queryKey: KEY,
    queryFn: ({ signal }) => getHealth(signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.checks.some(({ running }) => running) === true ? BUSY_MS : LOOK_MS),
  });
  const { data } = health;
  const wrong =
    data === undefined ? [] : worstFirst(data.checks.filter(({ state }) => state === 'warn' || state === 'bad'));
  return (
    <>
      <PageHead title={t('title')} actions={<TestAlert />} />
      <div className="os-stack">
        {health.error !== null && (
          <ProblemView problem={health.error} while="reading" retry={() => void health.refetch()} />
        )}
        {data === undefined && health.error === null && <Waiting />}
        {data !== undefined && (
          <>
            <Summary health={data} wrong={wrong.length} />
            {wrong.map((check) => (
              <Wrong key={check.name} check={check} />
            ))}
            <Checks checks={data.checks} />
          </>
        )}
      </div>
    </>
  );
}

function worstFirst(checks: readonly HealthCheck[]): HealthCheck[] {
  // What nobody asked for yet is no news.
  const rank = ({ state, onDemand }: HealthCheck): number =>
    state === 'unknown' && onDemand ? WORST_FIRST.length : WORST_FIRST.indexOf(state);
  return checks.toSorted((one, other) => rank(one) - rank(other));
}

function Waiting() {
  return (
    <div className="os-card os-tile" aria-busy="true">
      <span className="os-skeleton" style={{ width: '30%', height: 28 }} />
      <span className="os-skeleton" style={{ width: '60%' }} />
    </div>
  );
}

/** One sentence that says whether somebody has to do something. */
function Summary({ health, wrong }: { health: Health; wrong: number }) {
  const t = useTranslations('health');
  const looked = health.checks.filter(({ state }) => state !== 'unknown').length;
  const last = health.checks
    .flatMap(({ checkedAt }) => checkedAt ?? [])
    .sort()
    .at(-1);
  const state = looked === 0 ? 'unknown' : health.state;
  return (
    <section className="os-card os-health" data-tone={TONES[state]} aria-label={t('summary')}>
      <StateIcon state={state} size={28} />
      <div className="os-grow">
        <h2>
          <span role="status">
            {state === 'unknown' ? t('notYet') : state === 'ok' ? t('well') : t('wrong', { count: wrong })}
          </span>
        </h2>
        <p className="os-soft">
          {t(state === 'ok' ? 'wellText' : state === 'unknown' ? 'notYetText' : 'wrongText', {
            count: health.checks.filter(({ onDemand }) => !onDemand).length,
          })}
        </p>
      </div>
      <dl className="os-facts">
        <dt>{t('lastLooked')}</dt>
        <dd>{last === undefined ? '–' : <Instant value={last} />}</dd>
        <dt>{t('version')}</dt>
        <dd>{health.version}</dd>
        <dt>{t('startedAt')}</dt>
        <dd>
          <Instant value={health.startedAt} />
        </dd>
      </dl>
    </section>
  );
}

/** One thing that needs somebody: what, since when, what to do, where. */
function Wrong({ check }: { check: HealthCheck }) {
  const t = useTranslations('health');
  const words = useWords(check);
  const place = PLACES[check.name];
  return (
    <Card title={words.title} side={<StatePill check={check} />}>
      <div className="os-fields">
        <p>
          <strong>{words.problem}</strong>
        </p>
        <p>
          <span className="os-soft">{t('whatToDo')}</span> {words.remedy}
        </p>
        <div className="os-row">
          <span className="os-soft os-small os-grow">
            {check.since !== null && (
              <>
                {t('since')} <Instant value={check.since} /> ·{' '}
              </>
            )}
            {t('looked')} <Looked check={check} />
          </span>
          {place !== undefined && (
            <Button component="a" variant="default" size="compact-sm" href={`/${place}`}>
              {t(`open.${place}`)}
            </Button>
          )}
          <LookNow check={check} />
        </div>
      </div>
    </Card>
  );
}

/** Everything that is looked at, so that one can see that it is. */
function Checks({ checks }: { checks: readonly HealthCheck[] }) {
  const t = useTranslations('health');
  if (checks.length === 0) return <EmptyState title={t('none')} text={t('noneText')} />;
  return (
    <Card title={t('checks')} flush>
      <table className="os-table os-cards" aria-label={t('checks')}>
        <thead>
          <tr>
            <th scope="col">{t('check')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col">{t('lookedAt')}</th>
            <th scope="col">
              <span className="os-hidden">{t('lookNow')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {worstFirst(checks).map((check) => (
            <CheckRow key={check.name} check={check} />
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function CheckRow({ check }: { check: HealthCheck }) {
  const t = useTranslations('health');
  const { title, about } = useWords(check);
  return (
    <tr>
      <td data-primary>
        <div>
          <strong>{title}</strong>
          {about !== undefined && <div className="os-soft os-small">{about}</div>}
        </div>
      </td>
      <td data-corner>
        <StatePill check={check} />
      </td>
      <td data-label={t('lookedAt')}>
        <Looked check={check} />
      </td>
      <td className="os-end">
        <LookNow check={check} />
      </td>
    </tr>
  );
}

function Looked({ check }: { check: HealthCheck }): ReactNode {
  const t = useTranslations('health');
  if (check.checkedAt !== null) return <Instant value={check.checkedAt} />;
  return <span className="os-soft">{t(check.onDemand ? 'whenAsked' : 'soon')}</span>;
}

function LookNow({ check }: { check: HealthCheck }) {
  const t = useTranslations('health');
  const client = useQueryClient();
  const may = useMay('system:manage');
  const { title } = useWords(check);
  const looking = useMutation<HealthCheck, ApiProblem>({
    mutationFn: () => runHealthCheck(check.name),
    onSuccess: (found) => {
      client.setQueryData<Health>(KEY, (seen) =>
        seen === undefined
          ? undefined
          : { ...seen, checks: seen.checks.map((one) => (one.name === found.name ? found : one)) },
      );
      void client.invalidateQueries({ queryKey: KEY });
    },
  });
  return (
    <>
      <ReasonButton
        variant="default"
        size="compact-sm"
        aria-label={t('lookNowAt', { what: title })}
        reason={may ? undefined : t('mayNot')}
        loading={looking.isPending || check.running}
        onClick={() => looking.mutate()}
      >
        {t('lookNow')}
      </ReasonButton>
      {looking.error !== null && <ProblemView problem={looking.error} while="acting" />}
    </>
  );
}

function StatePill({ check }: { check: HealthCheck }) {
  const t = useTranslations('health');
  return (
    <Pill tone={TONES[check.state]}>
      <StateIcon state={check.state} size={14} />
      {check.running ? t('states.running') : t(`states.${check.state}`)}
    </Pill>
  );
}

function StateIcon({ state, size }: { state: HealthCheck['state']; size: number }) {
  const Icon = { ok: CircleCheck, warn: TriangleAlert, bad: CircleAlert, unknown: CircleDashed }[state];
  return <Icon size={size} aria-hidden="true" />;
}

type Words = {
  readonly title: string;
  readonly about: string | undefined;
  readonly problem: string;
  readonly remedy: string;
};

/**
 * A check in the reader's language, by its name, the reason and the figures. The server's own sentence stands for checks and reasons that this version of the
 * screen does not know.
 */
function useWords({ name, title, reason, problem, remedy, figures }: HealthCheck): Words {
  const t = useTranslations('health');
  const key = `known.${name}` as 'known.disk';
  if (!t.has(`${key}.title`)) return { title, about: undefined, problem: problem ?? '', remedy: remedy ?? '' };
  // What keeps a check from being made is the same for all of them.
  const why = (reason === 'not_looked_at' ? reason : `${key}.why.${reason ?? ''}`) as 'known.jobs.why.failed';
  const one = t.has(`${why}.problem`) ? (`${why}.problem` as const) : (`${key}.problem` as 'known.disk.problem');
  return {
    title: t(`${key}.title`),
    about: t(`${key}.about`),
    problem: problem !== null && t.has(one) ? t(one, numbersOf(figures)) : (problem ?? ''),
    remedy: t.has(`${why}.remedy`) ? t(`${why}.remedy`) : t(`${key}.remedy`),
  };
}

const GB = 1024 ** 3;

/** The figures of a check as its sentence names them. */
function numbersOf(figures: HealthCheck['figures']): Record<string, string | number> {
  const of = (name: string): number => Number(figures[name] ?? 0);
  const given = Object.entries(figures).map(([name, value]) => [name, value ?? '–'] as const);
  return {
    ...Object.fromEntries(given),
    freeGb: of('freeBytes') / GB,
    freeShare: of('sizeBytes') === 0 ? 0 : of('freeBytes') / of('sizeBytes'),
    ageHours: Math.round(of('ageSeconds') / 3_600),
    skewSeconds: Math.round(Math.abs(of('skewMs')) / 1_000),
  };
}

/** Tells everybody who is told when something is wrong, to see whether it arrives. */
function TestAlert() {
  const t = useTranslations('health');
  const may = useMay('system:manage');
  const [open, setOpen] = useState(false);
  const sending = useMutation<Awaited<ReturnType<typeof sendTestAlert>>, ApiProblem>({ mutationFn: sendTestAlert });
  const send = (): void => {
    setOpen(true);
    sending.mutate();
  };
  return (
    <>
      <ReasonButton
        variant="default"
        reason={may ? undefined : t('mayNot')}
        leftSection={<Send size={16} aria-hidden="true" />}
        loading={sending.isPending}
        onClick={send}
      >
        {t('testAlert')}
      </ReasonButton>
      <Modal
        opened={open && !sending.isPending}
        onClose={() => setOpen(false)}
        title={t('testAlert')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <div className="os-fields">
          {sending.error !== null && <ProblemView problem={sending.error} while="acting" />}
          {sending.data?.length === 0 && <EmptyState title={t('nobody')} text={t('nobodyText')} />}
          {sending.data !== undefined && sending.data.length > 0 && (
            <>
              <p>{t('sentText')}</p>
              <ul className="os-ways">
                {sending.data.map(({ way, sent, error }) => (
                  <li key={way}>
                    <Pill tone={sent ? 'good' : 'bad'}>{t(sent ? 'sent' : 'notSent')}</Pill>
                    <strong>{t.has(`ways.${way as 'mail'}`) ? t(`ways.${way as 'mail'}`) : way}</strong>
                    {error !== null && <span className="os-soft">{error}</span>}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </Modal>
    </>
  );
}
