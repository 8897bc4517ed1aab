import { Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { listProgrammes, setProgramme } from '../../client/rewards.ts';
import type { Programme, ProgrammeWish } from '../../client/rewards.ts';
import { MoneyField, QuantityField } from '../../kit/fields.tsx';
import { ReasonButton } from '../../kit/problem.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenEntities } from '../shared/reference.ts';
import { Choice, EarnRules, MultiplierDays, Percent, Rewards, Tiers } from './programme-fields.tsx';
import { ProgrammePreview } from './programme-preview.tsx';
import { problemsOf } from './programme-problems.ts';

/** What a company that never had one begins with: a point for one unit of money, a hundred of them pay one. */
const BEGINNING: Omit<ProgrammeWish, 'entityId'> = {
  name: 'Club',
  active: true,
  earn: [{ name: 'All', points: 1, perMinor: 100, cashBackPpm: 0, channelIds: [], productIds: [], categoryIds: [] }],
  multiplierDays: [],
  tiers: [],
  rewards: [],
  value: { points: 100, minor: 100 },
  breakagePpm: 100_000,
  expiryDays: 730,
  spentPoints: 'withhold',
  expiredPoints: 'renew',
};

/** The loyalty programme of a company, with what a sale would earn as one changes it. */
export function Loyalty() {
  const t = useTranslations('rewards');
  const entities = useOpenEntities();
  const [filters, setFilters] = useFilters<{ company?: string | undefined }>();
  const { data, error, refetch } = useQuery({ queryKey: ['rewards', 'programmes'], queryFn: listProgrammes });
  // Who has not chosen sees the company that has a programme.
  const entity =
    entities.find(({ id }) => id === filters.company) ??
    entities.find(({ id }) => data?.some(({ entityId }) => entityId === id) === true) ??
    entities[0];
  if (error !== null) return <ProblemView problem={error} while="reading" retry={() => void refetch()} />;
  if (data === undefined) return null;
  const programme = data.find(({ entityId }) => entityId === entity?.id);
  return (
    <>
      <PageHead
        title={t('loyalty')}
        actions={
          entities.length > 1 && (
            <Select
              aria-label={t('company')}
              data={entities.map(({ id, name }) => ({ value: id, label: name }))}
              value={entity?.id ?? null}
              allowDeselect={false}
              onChange={(company) => setFilters({ company: company ?? undefined })}
            />
          )
        }
      />
      {entity === undefined ? (
        <p className="os-soft">{t('noCompany')}</p>
      ) : (
        <Editor key={entity.id} entityId={entity.id} currency={entity.functionalCurrency} programme={programme} />
      )}
    </>
  );
}

type EditorOf = { readonly entityId: string; readonly currency: string; readonly programme: Programme | undefined };

function Editor({ entityId, currency, programme }: EditorOf) {
  const t = useTranslations('rewards');
  const mayWrite = useMay('loyalty:write');
  const { id: _, currency: __, ...stored } = programme ?? { id: '', currency: '', entityId, ...BEGINNING };
  const [wish, setWish] = useState<ProgrammeWish>({ ...stored, entityId });
  const [asked, setAsked] = useState(false);
  const change = (to: Partial<ProgrammeWish>): void => setWish((now) => ({ ...now, ...to }));
  const save = useAct(setProgramme, { touches: ['rewards'], onDone: () => toast(t('saved')) });
  const problems = problemsOf(wish);
  const errorAt = (field: string): string | undefined => {
    const problem = asked ? problems.get(field) : undefined;
    return problem === undefined ? undefined : t(`lacks.${problem}`);
  };
  return (
    <div className="os-split">
      <form
        noValidate
        className="os-stack"
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (problems.size === 0) save.mutate(wish);
        }}
      >
        <Card title={t('programme')}>
          <div className="os-fields">
            <TextInput
              label={t('name')}
              value={wish.name}
              required
              maxLength={100}
              error={errorAt('name')}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <Switch
              label={t('running')}
              description={t('runningText')}
              checked={wish.active}
              onChange={(event) => change({ active: event.currentTarget.checked })}
            />
          </div>
        </Card>
        <Card title={t('earnTitle')}>
          <p className="os-soft">{t('earnText')}</p>
          <EarnRules of={wish.earn} currency={currency} errorAt={errorAt} onChange={(earn) => change({ earn })} />
        </Card>
        <Card title={t('daysTitle')}>
          <p className="os-soft">{t('daysText')}</p>
          <MultiplierDays
            of={wish.multiplierDays}
            errorAt={errorAt}
            onChange={(multiplierDays) => change({ multiplierDays })}
          />
        </Card>
        <Card title={t('tiers')}>
          <p className="os-soft">{t('tiersText')}</p>
          <Tiers of={wish.tiers} currency={currency} errorAt={errorAt} onChange={(tiers) => change({ tiers })} />
        </Card>
        <Card title={t('useTitle')}>
          <div className="os-fields">
            <div className="os-fields-2">
              <QuantityField
                label={t('points')}
                value={wish.value.points}
                onValue={(points) => points !== undefined && points > 0 && change({ value: { ...wish.value, points } })}
                min={1}
                max={1000}
              />
              <MoneyField
                label={t('pay')}
                currency={currency}
                value={wish.value.minor}
                onValue={(minor) => minor !== undefined && minor > 0 && change({ value: { ...wish.value, minor } })}
              />
            </div>
            <h3>{t('rewards')}</h3>
            <p className="os-soft">{t('rewardsText')}</p>
            <Rewards
              of={wish.rewards}
              currency={currency}
              errorAt={errorAt}
              onChange={(rewards) => change({ rewards })}
            />
          </div>
        </Card>
        <Card title={t('keepTitle')}>
          <div className="os-fields">
            <QuantityField
              label={t('expiry')}
              description={t('expiryText')}
              value={wish.expiryDays ?? undefined}
              onValue={(days) => change({ expiryDays: days === undefined || days < 1 ? null : days })}
            />
            <Percent
              label={t('breakage')}
              description={t('breakageText')}
              ppm={wish.breakagePpm}
              onPpm={(ppm) => change({ breakagePpm: Math.min(ppm, 999_999) })}
            />
            <Choice
              label={t('spent')}
              options={(['withhold', 'debt'] as const).map((value) => ({ value, label: t(`spents.${value}`) }))}
              value={wish.spentPoints}
              onValue={(spentPoints) => change({ spentPoints })}
            />
            <Choice
              label={t('ranOut')}
              options={(['renew', 'forfeit'] as const).map((value) => ({ value, label: t(`ranOuts.${value}`) }))}
              value={wish.expiredPoints}
              onValue={(expiredPoints) => change({ expiredPoints })}
            />
          </div>
        </Card>
        {asked && problems.size > 0 && (
          <p role="alert" className="os-minus">
            {t('notWhole')}
          </p>
        )}
        {save.error !== null && <ProblemView problem={save.error} while="acting" />}
        <ReasonButton type="submit" loading={save.isPending} reason={mayWrite ? undefined : t('mayNot')}>
          {t('save')}
        </ReasonButton>
      </form>
      <ProgrammePreview wish={wish} currency={currency} />
    </div>
  );
}
