import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, Check, CircleCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { skipStep, type SetupStep } from '../../client/setup.ts';
import type { Intent } from '../../client/http.ts';
import { PageHead, Pill } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { ChannelForm } from '../company/channel-form.tsx';
import { EntityForm } from '../company/entity-form.tsx';
import { LocationForm } from '../company/location-form.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useEntities, useLocations } from '../shared/reference.ts';
import { ReadinessCard } from './readiness.tsx';
import { SETUP_STEPS } from './steps.ts';

/** Where a step is done when it is no form of this page; the first way is the one to try. */
const WAYS = {
  products: [
    ['importProducts', '/imports/new?kind=products'],
    ['newProduct', '/products/new'],
  ],
  prices: [
    ['toProducts', '/products'],
    ['importPrices', '/imports/new?kind=prices'],
  ],
  stock: [
    ['receive', '/stock/receive'],
    ['importStock', '/imports/new?kind=stock'],
  ],
  sale: [['sell', '/sell']],
} as const;

/** From an empty database to the first sale, a step at a time. Each can be skipped, and taken up again. */
export function GettingStarted() {
  const t = useTranslations('gettingStarted');
  const steps = useQuery(SETUP_STEPS);
  const [{ step: wanted }, setFilters] = useFilters<{ step?: string | undefined }>();
  const all = steps.data ?? [];
  const settled = all.filter(({ state }) => state !== 'open').length;
  const next = all.find(({ state }) => state === 'open')?.step;
  const open = wanted ?? next;
  return (
    <>
      <PageHead
        title={t('title')}
        badge={all.length > 0 && <Pill tone="brand">{t('progress', { settled, of: all.length })}</Pill>}
      />
      <div className="os-stack">
        {steps.error !== null && (
          <ProblemView problem={steps.error} while="reading" retry={() => void steps.refetch()} />
        )}
        {all.length > 0 && <Greeting left={all.length - settled} />}
        <ol className="os-steps" aria-label={t('steps')} aria-busy={steps.data === undefined}>
          {all.map((step, at) => (
            <Step
              key={step.step}
              step={step}
              number={at + 1}
              open={open === step.step}
              onOpen={() => setFilters({ step: open === step.step ? '' : step.step })}
              onDone={() => setFilters({ step: undefined })}
            />
          ))}
        </ol>
        {all.length > 0 && <ReadinessCard />}
      </div>
    </>
  );
}

/** What this page is for, or that it has done what it was for. */
function Greeting({ left }: { left: number }) {
  const t = useTranslations('gettingStarted');
  if (left > 0) return <p className="os-soft os-lead">{t('text')}</p>;
  return (
    <section className="os-card os-health" data-tone="good" aria-label={t('finished')}>
      <CircleCheck size={28} aria-hidden="true" />
      <div className="os-grow">
        <h2>{t('finished')}</h2>
        <p className="os-soft">{t('finishedText')}</p>
      </div>
      <Button component="a" href="/" rightSection={<ArrowRight size={16} aria-hidden="true" />}>
        {t('toToday')}
      </Button>
    </section>
  );
}

function Step({
  step: { step, state },
  number,
  open,
  onOpen,
  onDone,
}: {
  step: SetupStep;
  number: number;
  open: boolean;
  onOpen: () => void;
  onDone: () => void;
}) {
  const t = useTranslations('gettingStarted');
  const summary = useSummary(step);
  const skipping = useAct((wish: Parameters<typeof skipStep>[0], intent: Intent) => skipStep(wish, intent), {
    touches: ['setup'],
    onDone: (_, { skipped }) => {
      onDone();
      if (skipped)
        toast(t('skippedToast', { step: t(`names.${step}`) }), {
          label: t('takeUp'),
          run: () => skipping.mutate({ step, skipped: false }),
        });
    },
  });
  const title = t(`names.${step}`);
  const panel = `step-${step}`;
  return (
    <li className="os-card" data-state={state} data-open={open ? '' : undefined}>
      <div className="os-step-head">
        <span className="os-step-mark" aria-hidden="true">
          {state === 'done' ? <Check size={16} strokeWidth={2.5} /> : number}
        </span>
        <h2 className="os-grow">
          <button type="button" aria-expanded={open} aria-controls={panel} onClick={onOpen}>
            {title}
          </button>
          {summary !== undefined && state === 'done' && <span className="os-soft os-small os-cut">{summary}</span>}
        </h2>
        {state !== 'open' && <Pill tone={state === 'done' ? 'good' : 'plain'}>{t(`states.${state}`)}</Pill>}
      </div>
      <div id={panel} className="os-step-body" hidden={!open}>
        {open && (
          <div className="os-fields">
            <p className="os-soft">{t(`texts.${step}`)}</p>
            {state === 'done' ? <More step={step} /> : <Inside step={step} onDone={onDone} />}
            {skipping.error !== null && <ProblemView problem={skipping.error} while="acting" />}
            {state !== 'done' && (
              <div className="os-row">
                <Button
                  variant="subtle"
                  size="compact-sm"
                  loading={skipping.isPending}
                  onClick={() => skipping.mutate({ step, skipped: state === 'open' })}
                >
                  {state === 'skipped' ? t('takeUp') : t('skip')}
                </Button>
              </div>
            )}
          </div>
        )}
      </div>
    </li>
  );
}

/** What a step asks for: a form of its own, or the screens on which it is done every day. */
function Inside({ step, onDone }: { step: SetupStep['step']; onDone: () => void }) {
  switch (step) {
    case 'company':
      return <EntityForm onDone={onDone} />;
    case 'location':
      return <LocationForm onDone={onDone} />;
    case 'channel':
      return <ChannelForm onDone={onDone} />;
    case 'products':
    case 'prices':
    case 'stock':
    case 'sale':
      return <Ways step={step} />;
  }
}

function Ways({ step }: { step: keyof typeof WAYS }) {
  const t = useTranslations('gettingStarted');
  return (
    <div className="os-row">
      {WAYS[step].map(([word, href], at) => (
        <Button
          key={href}
          component="a"
          href={href}
          variant={at === 0 ? 'filled' : 'default'}
          rightSection={<ArrowRight size={16} aria-hidden="true" />}
        >
          {t(`ways.${word}`)}
        </Button>
      ))}
    </div>
  );
}

/** What is done can be added to. */
function More({ step }: { step: SetupStep['step'] }) {
  const t = useTranslations('gettingStarted');
  if (step !== 'company' && step !== 'location' && step !== 'channel') return <Ways step={step} />;
  return (
    <div className="os-row">
      <Button
        component="a"
        variant="default"
        href="/company"
        rightSection={<ArrowRight size={16} aria-hidden="true" />}
      >
        {t('toCompany')}
      </Button>
    </div>
  );
}

/** What there is of a step, by name. */
function useSummary(step: SetupStep['step']): string | undefined {
  const [entities, locations, channels] = [useEntities(), useLocations(), useChannels()];
  const named = { company: entities, location: locations, channel: channels };
  if (step !== 'company' && step !== 'location' && step !== 'channel') return undefined;
  const names = named[step].map(({ name }) => name);
  return names.length === 0 ? undefined : names.join(' · ');
}
