import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { PromotionWish } from '../../client/promotions.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { useOpenChannels } from '../shared/reference.ts';
import { CountField, PercentField, useEditing } from './editing.tsx';
import { withoutEmpty } from './wish.ts';

type Loose<T> = { readonly [Part in keyof T]?: T[Part] | undefined };
type WishOf = { readonly wish: PromotionWish; readonly onWish: (part: Loose<PromotionWish>) => void };

/** How often, how much, in which currency, and who pays for it. */
export function LimitFields({ wish, currency, onWish }: WishOf & { readonly currency: string }) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  const { limits = {}, supplier } = wish;
  const limit = (part: Loose<NonNullable<PromotionWish['limits']>>): void =>
    onWish({ limits: withoutEmpty({ ...limits, ...part }) });
  const currencies = [...new Set([...useOpenChannels().map((channel) => channel.currency), wish.currency])];
  return (
    <div className="os-fields">
      <div className="os-fields-2">
        <CountField field="limits.uses" label={t('uses')} value={limits.uses} onCount={(uses) => limit({ uses })} />
        <CountField
          field="limits.perCustomer"
          label={t('perCustomer')}
          value={limits.perCustomer}
          onCount={(perCustomer) => limit({ perCustomer })}
        />
        <MoneyField
          label={t('budget')}
          value={limits.budgetMinor}
          currency={currency}
          onValue={(budgetMinor) => limit({ budgetMinor: budgetMinor === 0 ? undefined : budgetMinor })}
        />
        <Select
          label={t('currency')}
          description={t('currencyHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder={t('anyCurrency')}
          clearable
          data={currencies.filter((one) => one !== undefined)}
          value={wish.currency ?? null}
          error={errorAt('currency')}
          onChange={(one) => onWish({ currency: one ?? undefined })}
        />
      </div>
      <div className="os-fields-2">
        <TextInput
          label={t('supplier')}
          value={supplier?.name ?? ''}
          maxLength={200}
          onChange={(event) => {
            const name = event.currentTarget.value;
            onWish({ supplier: name === '' ? undefined : { sharePpm: supplier?.sharePpm ?? 500_000, name } });
          }}
        />
        {supplier !== undefined && (
          <PercentField
            field="supplier.sharePpm"
            label={t('supplierShare')}
            ppm={supplier.sharePpm}
            onPpm={(sharePpm) => onWish({ supplier: { ...supplier, sharePpm: sharePpm ?? 0 } })}
          />
        )}
      </div>
    </div>
  );
}

/** How it goes with other promotions. */
export function TogetherFields({ wish, onWish }: WishOf) {
  const t = useTranslations('promotions');
  const { errorAt } = useEditing();
  return (
    <div className="os-fields">
      <div className="os-fields-2">
        <TextInput
          label={t('group')}
          description={t('groupHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={wish.stackingGroup ?? ''}
          maxLength={60}
          onChange={(event) => onWish({ stackingGroup: event.currentTarget.value })}
        />
        <NumberInput
          label={t('priority')}
          description={t('priorityHint')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={wish.priority ?? 0}
          min={-1000}
          max={1000}
          allowDecimal={false}
          onChange={(value) => onWish({ priority: Number(value) })}
        />
      </div>
      <Select
        label={t('choice')}
        data={(['best', 'priority'] as const).map((one) => ({ value: one, label: t(`choices.${one}`) }))}
        value={wish.choice ?? 'best'}
        allowDeselect={false}
        onChange={(choice) => onWish({ choice: choice === 'priority' ? 'priority' : 'best' })}
      />
      <Switch
        label={t('exclusive')}
        checked={wish.exclusive === true}
        error={errorAt('exclusive')}
        onChange={(event) => onWish({ exclusive: event.currentTarget.checked })}
      />
    </div>
  );
}
