import { MultiSelect, Switch, TagsInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { listCustomerGroups } from '../../client/prices.ts';
import type { PromotionTarget, PromotionWish } from '../../client/promotions.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { useChannels, useLocations } from '../shared/reference.ts';
import { CountField, useEditing } from './editing.tsx';
import { HoursFields } from './hours-fields.tsx';
import { TargetFields } from './target-fields.tsx';
import { ORDER, withoutEmpty } from './wish.ts';

type When = NonNullable<PromotionWish['when']>;
/** Parts that may be said or taken back. */
type Loose<T> = { readonly [Part in keyof T]?: T[Part] | undefined };

type ConditionsOf = {
  readonly wish: PromotionWish;
  readonly currency: string;
  readonly onWish: (part: Loose<PromotionWish>) => void;
};

/** When a promotion applies: days, hours, places, customers. `onHours` hears whether the hours are all said. */
export function ConditionFields({
  wish,
  currency,
  onWish,
  onHours,
}: ConditionsOf & { readonly onHours: (whole: boolean) => void }) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const { when = {} } = wish;
  const condition = (part: Loose<When>): void => onWish({ when: withoutEmpty({ ...when, ...part }) });
  return (
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
          error={errorAt('when.until')}
          onChange={(event) => condition({ until: instantOf(event.currentTarget.value) })}
        />
      </div>
      <HoursFields
        hours={when.hours}
        onHours={(hours, whole) => {
          condition({ hours });
          onHours(whole);
        }}
      />
      <Wheres when={when} onChange={condition} />
      <Minimum when={when} currency={currency} onChange={condition} />
      {(['firstOrder', 'employee'] as const).map((field) => (
        <Switch
          key={field}
          label={t(field)}
          checked={when[field] === true}
          onChange={(event) => condition({ [field]: event.currentTarget.checked ? true : undefined })}
        />
      ))}
    </div>
  );
}

/** How a customer gets at it: by itself, by a code, by an offer of their own. */
export function CodeFields({ wish, onWish }: Omit<ConditionsOf, 'currency'>) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const { when = {}, codes = [] } = wish;
  return (
    <div className="os-fields">
      <TagsInput
        label={t('codes')}
        description={t('codesHint')}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        maxTags={100}
        value={[...codes]}
        onChange={(next) => onWish({ codes: next.length === 0 ? undefined : next })}
        error={errorAt('codes')}
      />
      {(['coupon', 'offer'] as const).map((field) => (
        <Switch
          key={field}
          label={t(field)}
          description={t(`${field}Hint`)}
          // A promotion with codes needs one of them.
          disabled={field === 'coupon' && codes.length > 0}
          checked={when[field] === true || (field === 'coupon' && codes.length > 0)}
          error={errorAt(`when.${field}`)}
          onChange={(event) =>
            onWish({ when: withoutEmpty({ ...when, [field]: event.currentTarget.checked ? true : undefined }) })
          }
        />
      ))}
    </div>
  );
}

/** What a promotion never touches. */
export function ExceptFields({ wish, onWish }: Omit<ConditionsOf, 'currency'>) {
  const t = useTranslations('promotions');
  const { except } = wish;
  const put = (target: PromotionTarget | undefined): void => onWish({ except: target });
  return (
    <div className="os-fields">
      <Switch
        label={t('someExcepted')}
        description={t('exceptHint')}
        checked={except !== undefined}
        onChange={(event) => put(event.currentTarget.checked ? { kind: 'category' } : undefined)}
      />
      {except !== undefined && (
        <TargetFields label={t('exceptOf')} field="except" target={except} onTarget={(target) => put(target)} />
      )}
    </div>
  );
}

function Minimum({
  when,
  currency,
  onChange,
}: {
  when: When;
  currency: string;
  onChange: (part: Loose<When>) => void;
}) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const { minimum } = when;
  const put = (part: Loose<NonNullable<When['minimum']>>): void => {
    const { of = ORDER, ...numbers } = withoutEmpty({ ...minimum, ...part });
    const none = numbers.amountMinor === undefined && numbers.quantity === undefined;
    onChange({ minimum: none ? undefined : { ...numbers, of } });
  };
  return (
    <>
      <div className="os-fields-2">
        <MoneyField
          label={t('minimum')}
          value={minimum?.amountMinor}
          currency={currency}
          error={errorAt('when.minimum.amount')}
          onValue={(amountMinor) => put({ amountMinor })}
        />
        <CountField
          field="when.minimum.quantity"
          label={t('minimumPieces')}
          value={minimum?.quantity}
          onCount={(quantity) => put({ quantity: quantity === 0 ? undefined : quantity })}
        />
      </div>
      {minimum !== undefined && (
        <TargetFields
          label={t('minimumOf')}
          field="when.minimum"
          target={minimum.of}
          onTarget={(of) => onChange({ minimum: { ...minimum, of } })}
        />
      )}
    </>
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

/** An instant as a field for local times takes it. */
function localText(instant: string | undefined): string {
  if (instant === undefined) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(text: string): string | undefined {
  return text === '' ? undefined : new Date(text).toISOString();
}
