import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { OfferRuleWish } from '../../client/offers.ts';
import { listCustomerGroups } from '../../client/prices.ts';
import { listPromotions } from '../../client/promotions.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';

const EVENTS = ['sale', 'order_placed', 'order_handed_over', 'return', 'cart_left'] as const;

type When = NonNullable<OfferRuleWish['when']>;
type Loose<T> = { readonly [Part in keyof T]?: T[Part] | undefined };
type FieldsOf = { readonly wish: OfferRuleWish; readonly onWish: (wish: OfferRuleWish) => void };

/** What happens, what is offered for it, and to whom. */
export function OfferRuleFields({
  wish,
  onWish,
  promotionName,
}: FieldsOf & { readonly promotionName: string | undefined }) {
  const t = useTranslations('offers');
  const when = wish.when ?? {};
  const condition = (part: Loose<When>): void =>
    onWish({
      ...wish,
      when: Object.fromEntries(Object.entries({ ...when, ...part }).filter(([, value]) => value !== undefined)) as When,
    });
  const count = (field: 'everyDays' | 'afterMinutes', label: string, description: string) => (
    <NumberInput
      label={label}
      description={description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={when[field] ?? ''}
      min={field === 'everyDays' ? 1 : 5}
      allowDecimal={false}
      onChange={(value) => condition({ [field]: typeof value === 'number' ? value : undefined })}
    />
  );
  return (
    <Card title={t('what')}>
      <div className="os-fields">
        <TextInput
          label={t('name')}
          value={wish.name}
          maxLength={200}
          onChange={(event) => onWish({ ...wish, name: event.currentTarget.value })}
        />
        <div className="os-fields-2">
          <Select
            label={t('event')}
            allowDeselect={false}
            data={EVENTS.map((value) => ({ value, label: t(`events.${value}`) }))}
            value={wish.event}
            onChange={(event) => onWish({ ...wish, event: event as OfferRuleWish['event'] })}
          />
          <PromotionSelect wish={wish} onWish={onWish} promotionName={promotionName} />
        </div>
        <div className="os-fields-2">
          <NumberInput
            label={t('validDays')}
            value={wish.validDays}
            min={1}
            max={365}
            allowDecimal={false}
            onChange={(value) => onWish({ ...wish, validDays: typeof value === 'number' ? value : 1 })}
          />
          {count('everyDays', t('everyDays'), t('everyDaysHint'))}
        </div>
        {wish.event === 'cart_left' && count('afterMinutes', t('afterMinutes'), t('afterMinutesHint'))}
        <Conditions when={when} onChange={condition} />
      </div>
    </Card>
  );
}

/** Only promotions that are made to be offered. */
function PromotionSelect({ wish, onWish, promotionName }: FieldsOf & { readonly promotionName: string | undefined }) {
  const t = useTranslations('offers');
  const found = useQuery({ queryKey: ['promotions', 'offered'], queryFn: () => listPromotions({}) });
  const offered = (found.data?.items ?? []).filter(({ when }) => when?.offer === true);
  const known =
    promotionName === undefined || offered.some(({ id }) => id === wish.promotionId)
      ? []
      : [{ value: wish.promotionId, label: promotionName }];
  return (
    <Select
      searchable
      label={t('promotion')}
      description={t('promotionHint')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      data={[...known, ...offered.map(({ id, name }) => ({ value: id, label: name }))]}
      value={wish.promotionId === '' ? null : wish.promotionId}
      onChange={(promotionId) => onWish({ ...wish, promotionId: promotionId ?? '' })}
    />
  );
}

function Conditions({ when, onChange }: { when: When; onChange: (part: Loose<When>) => void }) {
  const t = useTranslations('offers');
  const [channels, locations] = [useChannels(), useLocations()];
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const currencies = [...new Set(channels.map(({ currency }) => currency))];
  const currency = when.minimum?.currency ?? currencies[0] ?? 'EUR';
  const many = (
    field: 'channelIds' | 'locationIds' | 'groupIds',
    things: readonly { readonly id: string; readonly name: string }[],
  ) => (
    <MultiSelect
      searchable
      label={t(field)}
      data={things.map(({ id, name }) => ({ value: id, label: name }))}
      value={[...(when[field] ?? [])]}
      onChange={(ids) => onChange({ [field]: ids.length === 0 ? undefined : ids })}
    />
  );
  return (
    <>
      {many('channelIds', channels)}
      {many('locationIds', locations)}
      {many('groupIds', groups)}
      <div className="os-fields-2">
        <MoneyField
          label={t('minimum')}
          value={when.minimum?.amountMinor}
          currency={currency}
          onValue={(amountMinor) =>
            onChange({
              minimum: amountMinor === undefined || amountMinor === 0 ? undefined : { amountMinor, currency },
            })
          }
        />
        {currencies.length > 1 && (
          <Select
            label={t('currency')}
            allowDeselect={false}
            data={currencies}
            value={currency}
            onChange={(next) =>
              next !== null && when.minimum !== undefined && onChange({ minimum: { ...when.minimum, currency: next } })
            }
          />
        )}
      </div>
      <Switch
        label={t('firstPurchase')}
        checked={when.firstPurchase === true}
        onChange={(event) => onChange({ firstPurchase: event.currentTarget.checked ? true : undefined })}
      />
    </>
  );
}
