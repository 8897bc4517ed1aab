import { Button, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { deferredFor, earn, worthOf, type LoyaltyProgramme } from '../../../src/rewards/loyalty-programme.ts';
import { listProgrammes, setProgramme } from '../../client/rewards.ts';
import type { Programme, ProgrammeWish } from '../../client/rewards.ts';
import { MoneyField, QuantityField } from '../../kit/fields.tsx';
import { moneyText } from '../../kit/numbers.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenEntities } from '../shared/reference.ts';

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
  const entity = entities.find(({ id }) => id === filters.company) ?? entities[0];
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
  const locale = useLocale();
  const mayWrite = useMay('loyalty:write');
  const { id: _, currency: __, ...stored } = programme ?? { id: '', currency: '', entityId, ...BEGINNING };
  const [wish, setWish] = useState<ProgrammeWish>({ ...stored, entityId });
  const change = (to: Partial<ProgrammeWish>): void => setWish((now) => ({ ...now, ...to }));
  const save = useAct(setProgramme, { touches: ['rewards'], onDone: () => toast(t('saved')) });
  const [rule, ...otherRules] = wish.earn;
  const changeRule = (to: Partial<NonNullable<typeof rule>>): void => {
    const base = rule ?? BEGINNING.earn[0];
    if (base !== undefined) change({ earn: [{ ...base, ...to }, ...otherRules] });
  };
  return (
    <div className="os-split">
      <form
        className="os-stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(wish);
        }}
      >
        <Card title={t('programme')}>
          <div className="os-fields">
            <TextInput
              label={t('name')}
              value={wish.name}
              required
              maxLength={100}
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
          <div className="os-fields">
            <QuantityField
              label={t('points')}
              value={rule?.points}
              onValue={(points) => points !== undefined && changeRule({ points })}
              min={0}
            />
            <MoneyField
              label={t('forEach')}
              currency={currency}
              value={rule?.perMinor}
              onValue={(perMinor) => perMinor !== undefined && perMinor > 0 && changeRule({ perMinor })}
            />
            <Percent
              label={t('cashBack')}
              ppm={rule?.cashBackPpm ?? 0}
              onPpm={(cashBackPpm) => changeRule({ cashBackPpm })}
            />
            {wish.tiers.length > 0 && (
              <>
                <h3>{t('tiers')}</h3>
                <ul>
                  {wish.tiers.map(({ code, name, fromMinor, windowMonths, multiplierPpm }) => (
                    <li key={code}>
                      {t('tierLine', {
                        name,
                        from: moneyText(locale, { amount: fromMinor, currency }),
                        months: windowMonths,
                        times: multiplierPpm / 1_000_000,
                      })}
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        </Card>
        <Card title={t('useTitle')}>
          <div className="os-fields">
            <QuantityField
              label={t('points')}
              value={wish.value.points}
              onValue={(points) => points !== undefined && points > 0 && change({ value: { ...wish.value, points } })}
              min={1}
            />
            <MoneyField
              label={t('pay')}
              currency={currency}
              value={wish.value.minor}
              onValue={(minor) => minor !== undefined && minor > 0 && change({ value: { ...wish.value, minor } })}
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
            <Select
              label={t('spent')}
              data={(['withhold', 'debt'] as const).map((value) => ({ value, label: t(`spents.${value}`) }))}
              value={wish.spentPoints}
              allowDeselect={false}
              onChange={(value) => change({ spentPoints: value ?? 'withhold' })}
            />
            <Select
              label={t('ranOut')}
              data={(['renew', 'forfeit'] as const).map((value) => ({ value, label: t(`ranOuts.${value}`) }))}
              value={wish.expiredPoints}
              allowDeselect={false}
              onChange={(value) => change({ expiredPoints: value ?? 'renew' })}
            />
          </div>
        </Card>
        {save.error !== null && <ProblemView problem={save.error} while="acting" />}
        <Button type="submit" loading={save.isPending} disabled={!mayWrite}>
          {t('save')}
        </Button>
      </form>
      <Preview wish={wish} currency={currency} />
    </div>
  );
}

/** What a sale of anything would earn today, worked out by the code that earns it. */
function Preview({ wish, currency }: { wish: ProgrammeWish; currency: string }) {
  const t = useTranslations('rewards');
  const locale = useLocale();
  const [amount, setAmount] = useState<number | undefined>(5000);
  const programme = { ...wish, id: '', currency } as LoyaltyProgramme;
  const grossMinor = amount ?? 0;
  const line = { line: 1, kind: 'goods', productId: '', categoryIds: [], grossMinor, netMinor: grossMinor };
  const earned = earn(programme, {
    channelId: '',
    businessDay: new Date().toISOString().slice(0, 10) as LoyaltyProgramme['multiplierDays'][number]['from'],
    lines: [line],
    paidWithPointsMinor: 0,
    tierPpm: 1_000_000,
  });
  const text = (minor: number): string => moneyText(locale, { amount: minor, currency });
  return (
    <Card title={t('preview')}>
      <div className="os-fields">
        <MoneyField label={t('previewOf')} value={amount} currency={currency} onValue={setAmount} />
        <output aria-live="polite">
          <p>
            {text(grossMinor)}{' '}
            {t('previewEarns', { points: earned.points, worth: text(worthOf(programme, earned.points)) })}
          </p>
          {earned.cashBackMinor > 0 && <p>{t('previewCash', { cash: text(earned.cashBackMinor) })}</p>}
          <p className="os-soft">{t('previewDefers', { deferred: text(deferredFor(programme, earned)) })}</p>
        </output>
      </div>
    </Card>
  );
}

/** A share as people write it; its value is whole parts per million. */
function Percent({
  label,
  description,
  ppm,
  onPpm,
}: {
  label: string;
  description?: string;
  ppm: number;
  onPpm: (ppm: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      {...(description === undefined ? {} : { description })}
      value={ppm / 10_000}
      min={0}
      max={100}
      decimalScale={4}
      onChange={(value) => typeof value === 'number' && onPpm(Math.round(value * 10_000))}
    />
  );
}
