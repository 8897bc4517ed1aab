import { Button, MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listCustomerGroups } from '../../client/prices.ts';
import { archivePromotion, getPromotion, previewPromotion, savePromotion } from '../../client/promotions.ts';
import type { Promotion, PromotionWish, SavedPromotion } from '../../client/promotions.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { moneyText } from '../../kit/numbers.tsx';
import { Card, PageHead } from '../../kit/stat-tile.tsx';
import { toast } from '../../kit/toast.tsx';
import { useAct } from '../shared/act.ts';
import { useMay } from '../shared/may.ts';
import { useParam } from '../shared/param.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useLocations, useOpenChannels } from '../shared/reference.ts';
import { Coupons } from './coupons.tsx';
import { EffectFields } from './effect-fields.tsx';
import { History } from './history.tsx';
import { PromotionState } from './promotions.tsx';
import { wordsOf } from './target-fields.tsx';
import { useSentence } from './words.ts';

type When = NonNullable<PromotionWish['when']>;
/** Parts that may be said or taken back. */
type Loose<T> = { readonly [Part in keyof T]?: T[Part] | undefined };

/** A promotion that is still to be made. */
export function NewPromotion() {
  const t = useTranslations('promotions');
  const currency = useOpenChannels()[0]?.currency;
  return (
    <>
      <PageHead title={t('create')} />
      {currency !== undefined && (
        <PromotionForm
          start={{
            name: '',
            effect: { kind: 'percentage', of: { kind: 'order' }, ppm: 100_000 },
            currency: currency,
          }}
        />
      )}
    </>
  );
}

/** A promotion: what it does in words, its fields, its codes and what was done to it. */
export function PromotionPage() {
  const t = useTranslations('promotions');
  const id = useParam('promotionId');
  const mayWrite = useMay('promotion:write');
  const found = useQuery({ queryKey: ['promotions', id], queryFn: () => getPromotion(id) });
  const archive = useAct(archivePromotion, { touches: ['promotions'] });
  if (found.error !== null)
    return <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />;
  const promotion = found.data;
  if (promotion === undefined) return null;
  const archived = promotion.state === 'archived';
  return (
    <>
      <PageHead
        title={promotion.name}
        actions={
          <>
            <PromotionState state={promotion.state} />
            {mayWrite && !archived && (
              <Button
                variant="default"
                loading={archive.isPending}
                onClick={() => archive.mutate({ id, version: promotion.version })}
              >
                {t('archive')}
              </Button>
            )}
          </>
        }
      />
      {archive.error !== null && <ProblemView problem={archive.error} while="acting" />}
      {archived && <p className="os-soft">{t('archived')}</p>}
      <div className="os-stack">
        <PromotionForm
          key={promotion.version}
          start={wishOf(promotion)}
          of={promotion}
          locked={archived || !mayWrite}
        />
        {promotion.when?.coupon === true && mayWrite && <Coupons promotionId={id} locked={archived} />}
        <History promotionId={id} version={promotion.version} />
      </div>
    </>
  );
}

function wishOf({ id: _, state: __, uses: ___, spentMinor: ____, version: _____, ...wish }: Promotion): PromotionWish {
  return wish;
}

function PromotionForm({ start, of, locked = false }: { start: PromotionWish; of?: Promotion; locked?: boolean }) {
  const t = useTranslations('promotions');
  const navigate = useNavigate();
  const sentence = useSentence();
  const [wish, setWish] = useState(start);
  const [codes, setCodes] = useState((start.codes ?? []).join(', '));
  const { when = {}, limits = {}, currency = 'EUR' } = wish;
  const change = (part: Partial<PromotionWish>): void => setWish((before) => ({ ...before, ...part }));
  const condition = (part: Loose<When>): void => change({ when: withoutEmpty({ ...when, ...part }) });
  const limit = (part: Loose<NonNullable<PromotionWish['limits']>>): void =>
    change({ limits: withoutEmpty({ ...limits, ...part }) });
  const save = useAct(savePromotion, {
    touches: ['promotions'],
    onDone: ({ id }) => {
      toast(t('saved'));
      if (of === undefined) void navigate({ to: `/promotions/${id}` as never });
    },
  });
  const asked: PromotionWish = { ...wish, codes: wordsOf(codes) };
  // Only what names goods can be held against what they cost.
  const named = JSON.stringify(wish.effect).includes('skuIds');
  const warned = useQuery({
    queryKey: ['promotions', 'below-cost', wish.effect, currency, when.channelIds],
    queryFn: () =>
      previewPromotion({
        name: 'x',
        effect: wish.effect,
        currency,
        when: withoutEmpty({ channelIds: when.channelIds }),
      }),
    enabled: named && !locked,
    retry: false,
  });
  const number = (value: number | string): number | undefined => (Number(value) > 0 ? Number(value) : undefined);
  return (
    <form
      className="os-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!locked) save.mutate({ id: of?.id, version: of?.version, wish: asked });
      }}
    >
      <Card title={t('preview')}>
        <p aria-live="polite">
          {sentence({
            ...asked,
            exclusive: asked.exclusive ?? false,
            when: { ...when, coupon: when.coupon === true || codes.trim() !== '' },
          })}
        </p>
        <BelowCost saved={warned.data} currency={currency} />
      </Card>
      <fieldset disabled={locked} className="os-stack" style={{ border: 0, padding: 0, margin: 0 }}>
        <Card title={t('what')}>
          <div className="os-fields">
            <TextInput
              label={t('name')}
              value={wish.name}
              required
              maxLength={200}
              onChange={(event) => change({ name: event.currentTarget.value })}
            />
            <EffectFields effect={wish.effect} currency={currency} onEffect={(effect) => change({ effect })} />
          </div>
        </Card>
        <Card title={t('when')}>
          <div className="os-fields">
            <div className="os-fields-2">
              <TextInput
                type="datetime-local"
                label={t('from')}
                value={localText(when.from)}
                onChange={(event) => condition({ from: instantOf(event.currentTarget.value) })}
              />
              <TextInput
                type="datetime-local"
                label={t('until')}
                value={localText(when.until)}
                onChange={(event) => condition({ until: instantOf(event.currentTarget.value) })}
              />
            </div>
            <Wheres when={when} onChange={condition} />
            <MoneyField
              label={t('minimum')}
              value={when.minimum?.amountMinor}
              currency={currency}
              onValue={(amountMinor) =>
                condition({
                  minimum:
                    amountMinor === undefined ? undefined : { of: when.minimum?.of ?? { kind: 'order' }, amountMinor },
                })
              }
            />
            <TextInput
              label={t('codes')}
              description={t('codesHint')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={codes}
              onChange={(event) => setCodes(event.currentTarget.value)}
            />
            {(['coupon', 'offer', 'firstOrder', 'employee'] as const).map((field) => (
              <Switch
                key={field}
                label={t(field)}
                checked={when[field] === true}
                onChange={(event) => condition({ [field]: event.currentTarget.checked ? true : undefined })}
              />
            ))}
          </div>
        </Card>
        <Card title={t('limits')}>
          <div className="os-fields-2">
            <NumberInput
              label={t('uses')}
              value={limits.uses ?? ''}
              min={1}
              allowDecimal={false}
              onChange={(value) => limit({ uses: number(value) })}
            />
            <NumberInput
              label={t('perCustomer')}
              value={limits.perCustomer ?? ''}
              min={1}
              allowDecimal={false}
              onChange={(value) => limit({ perCustomer: number(value) })}
            />
            <MoneyField
              label={t('budget')}
              value={limits.budgetMinor}
              currency={currency}
              onValue={(budgetMinor) => limit({ budgetMinor: budgetMinor === 0 ? undefined : budgetMinor })}
            />
            <TextInput
              label={t('supplier')}
              value={wish.supplier?.name ?? ''}
              onChange={(event) => {
                const name = event.currentTarget.value;
                const { supplier, ...rest } = wish;
                setWish(name === '' ? rest : { ...rest, supplier: { sharePpm: supplier?.sharePpm ?? 500_000, name } });
              }}
            />
            {wish.supplier !== undefined && (
              <NumberInput
                label={t('supplierShare')}
                value={wish.supplier.sharePpm / 10_000}
                min={0.01}
                max={100}
                decimalScale={2}
                onChange={(value) =>
                  change({
                    supplier: { name: wish.supplier?.name ?? '', sharePpm: Math.round(Number(value) * 10_000) },
                  })
                }
              />
            )}
          </div>
        </Card>
        <Card title={t('together')}>
          <div className="os-fields">
            <div className="os-fields-2">
              <TextInput
                label={t('group')}
                description={t('groupHint')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                value={wish.stackingGroup ?? ''}
                maxLength={60}
                onChange={(event) => change({ stackingGroup: event.currentTarget.value })}
              />
              <NumberInput
                label={t('priority')}
                description={t('priorityHint')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                value={wish.priority ?? 0}
                min={-1000}
                max={1000}
                allowDecimal={false}
                onChange={(value) => change({ priority: Number(value) })}
              />
            </div>
            <Select
              label={t('choice')}
              data={(['best', 'priority'] as const).map((one) => ({ value: one, label: t(`choices.${one}`) }))}
              value={wish.choice ?? 'best'}
              allowDeselect={false}
              onChange={(choice) => change({ choice: choice === 'priority' ? 'priority' : 'best' })}
            />
            <Switch
              label={t('exclusive')}
              checked={wish.exclusive === true}
              onChange={(event) => change({ exclusive: event.currentTarget.checked })}
            />
          </div>
        </Card>
        {save.error !== null && <ProblemView problem={save.error} while="acting" />}
        {!locked && (
          <Button type="submit" loading={save.isPending}>
            {t('save')}
          </Button>
        )}
      </fieldset>
    </form>
  );
}

function Wheres({ when, onChange }: { when: When; onChange: (part: Loose<When>) => void }) {
  const t = useTranslations('promotions');
  const [channels, locations] = [useChannels(), useLocations()];
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const options = (things: readonly { id: string; name: string }[]) =>
    things.map(({ id, name }) => ({ value: id, label: name }));
  const some = (ids: string[]): string[] | undefined => (ids.length === 0 ? undefined : ids);
  return (
    <>
      <MultiSelect
        searchable
        label={t('channels')}
        data={options(channels)}
        value={[...(when.channelIds ?? [])]}
        onChange={(ids) => onChange({ channelIds: some(ids) })}
      />
      <MultiSelect
        searchable
        label={t('places')}
        data={options(locations)}
        value={[...(when.locationIds ?? [])]}
        onChange={(ids) => onChange({ locationIds: some(ids) })}
      />
      <MultiSelect
        searchable
        label={t('groups')}
        data={options(groups)}
        value={[...(when.groupIds ?? [])]}
        onChange={(ids) => onChange({ groupIds: some(ids) })}
      />
    </>
  );
}

function BelowCost({ saved, currency }: { saved: SavedPromotion | undefined; currency: string }) {
  const t = useTranslations('promotions');
  const locale = useLocale();
  const channels = useChannels();
  if (saved === undefined || saved.belowCost.length === 0) return null;
  const money = (amount: number): string => moneyText(locale, { amount, currency });
  return (
    <div role="status">
      <strong>{t('belowCost')}</strong>
      <ul className="os-list">
        {saved.belowCost.map((one) => (
          <li key={`${one.skuId} ${one.channelId}`}>
            {t('belowCostRow', {
              where: channels.find((channel) => channel.id === one.channelId)?.name ?? '',
              net: money(one.netMinor),
              cost: money(one.costMinor),
              margin: money(one.marginMinor),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What is not said is left out: the server knows no undefined. */
function withoutEmpty<T extends object>(parts: T): { [Part in keyof T]?: Exclude<T[Part], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as never;
}

/** An instant as a field for local times takes it. */
function localText(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | undefined {
  return text === '' ? undefined : new Date(text).toISOString();
}
