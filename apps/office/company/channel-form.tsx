import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { openChannel, type ChannelWish } from '../../client/setup.ts';
import type { Channel } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { LocationSelect } from '../shared/location-select.tsx';
import { ProblemView } from '../shared/problem-view.tsx';
import { useChannels, useEntities, useOpenLocations } from '../shared/reference.ts';
import { CURRENCY_CODES } from '../../../src/kernel/currency.ts';
import { CodeField, useCode } from './code-field.tsx';
import { isCode } from './countries.ts';

const KINDS = ['store', 'shop', 'call_centre', 'marketplace'] as const;

/** Opens a way to sell: where its goods come from, in which currency, and whether its prices hold the tax. */
export function ChannelForm({ onDone }: { onDone: (channel: Channel) => void }) {
  const t = useTranslations('company');
  const locations = useOpenLocations();
  const entities = useEntities();
  const taken = useChannels().map((channel) => channel.code);
  const [kind, setKind] = useState<ChannelWish['kind']>('store');
  const [chosenName, setName] = useState<string>();
  const name = chosenName ?? t(`channelNames.${kind}`);
  const code = useCode(name, taken);
  const [chosenLocation, setLocation] = useState<string>();
  const location =
    locations.find(({ id }) => id === chosenLocation) ??
    locations.find((one) => one.kind === (kind === 'store' ? 'store' : 'warehouse')) ??
    locations[0];
  const entity = entities.find(({ id }) => id === location?.entityId);
  const [chosenCurrency, setCurrency] = useState<string>();
  const currency = chosenCurrency ?? entity?.functionalCurrency ?? null;
  const [taxInclusive, setTaxInclusive] = useState(true);
  const [commission, setCommission] = useState<number | ''>(0);
  const [theirTax, setTheirTax] = useState(false);
  const opening = useAct(openChannel, { touches: ['company', 'setup'], onDone });
  const reason =
    location === undefined || entity === undefined
      ? t('needsLocation')
      : name.trim() === ''
        ? t('needsName')
        : !isCode(code.value)
          ? t('needsCode')
          : undefined;
  const submit = (): void => {
    if (reason !== undefined || location === undefined) return;
    opening.mutate({
      entityId: location.entityId,
      code: code.value,
      name: name.trim(),
      kind,
      currency: (currency ?? 'EUR') as ChannelWish['currency'],
      defaultLocationId: location.id,
      taxInclusive,
      ...(kind === 'marketplace'
        ? {
            commissionPpm: Math.round((commission === '' ? 0 : commission) * 10_000),
            taxCollectedBy: theirTax ? ('marketplace' as const) : ('us' as const),
          }
        : {}),
    });
  };
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="os-fields-2" data-even="">
        <Select
          label={t('channelKind')}
          description={t('channelKindText')}
          allowDeselect={false}
          data={KINDS.map((value) => ({ value, label: t(`channelKinds.${value}`) }))}
          value={kind}
          onChange={(value) => setKind(value ?? 'store')}
        />
        <TextInput
          label={t('name')}
          description={t('channelNameText')}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <div className="os-fields-2" data-even="">
        <LocationSelect
          label={t('goodsFrom')}
          description={t('goodsFromText')}
          required
          allowDeselect={false}
          value={location?.id ?? null}
          onChange={(value) => value !== null && setLocation(value)}
        />
        <Select
          label={t('currency')}
          description={t('channelCurrencyText')}
          searchable
          allowDeselect={false}
          data={[...CURRENCY_CODES]}
          value={currency}
          onChange={(value) => setCurrency(value ?? undefined)}
          nothingFoundMessage={t('nothingFound')}
        />
        <CodeField code={code} description={t('channelCodeText')} />
      </div>
      {kind === 'marketplace' && (
        <>
          <NumberInput
            label={t('commission')}
            min={0}
            max={100}
            decimalScale={3}
            suffix=" %"
            value={commission}
            onChange={(value) => setCommission(typeof value === 'number' ? value : '')}
          />
          <Switch
            label={t('marketplaceTax')}
            description={t('marketplaceTaxText')}
            checked={theirTax}
            onChange={(event) => setTheirTax(event.currentTarget.checked)}
          />
        </>
      )}
      <Switch
        label={t('taxInclusive')}
        description={t('taxInclusiveText')}
        checked={taxInclusive}
        onChange={(event) => setTaxInclusive(event.currentTarget.checked)}
      />
      {opening.error !== null && <ProblemView problem={opening.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={opening.isPending}>
          {t('openChannel')}
        </ReasonButton>
      </div>
    </form>
  );
}
