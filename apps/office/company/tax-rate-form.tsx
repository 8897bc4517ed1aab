import { Autocomplete, NumberInput, Select, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { setTaxRate } from '../../client/setup.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { DateField } from '../money/date-field.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useCategories, useEntities } from '../shared/reference.ts';
import { countriesIn } from './countries.ts';

/** Sets the rate of a class of goods from a day on. */
export function TaxRateForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('company');
  const locale = useLocale();
  const countries = useMemo(() => countriesIn(locale), [locale]);
  const [entity] = useEntities();
  const classes = [...new Set(['standard', 'reduced', 'zero', ...useCategories().map(({ taxClass }) => taxClass)])];
  const [chosenCountry, setCountry] = useState<string>();
  const country = chosenCountry ?? entity?.country ?? null;
  const [taxClass, setTaxClass] = useState('reduced');
  const [percent, setPercent] = useState<number | ''>('');
  const [name, setName] = useState('');
  const [from, setFrom] = useState<string | undefined>(new Date().toISOString().slice(0, 10));
  const setting = useAct(setTaxRate, { touches: ['company', 'setup'], onDone });
  const reason =
    country === null
      ? t('needsCountry')
      : !/^[a-z][a-z0-9_]{0,39}$/.test(taxClass)
        ? t('needsClass')
        : percent === ''
          ? t('needsRate')
          : name.trim() === ''
            ? t('needsTaxName')
            : from === undefined
              ? t('needsDay')
              : undefined;
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason !== undefined || percent === '') return;
        setting.mutate({
          country: country ?? '',
          taxClass,
          validFrom: from ?? '',
          ratePpm: Math.round(percent * 10_000),
          name: name.trim(),
        });
      }}
    >
      <div className="os-fields-2" data-even="">
        <Select
          label={t('country')}
          searchable
          allowDeselect={false}
          data={countries}
          value={country}
          onChange={(value) => setCountry(value ?? undefined)}
          nothingFoundMessage={t('nothingFound')}
        />
        <Autocomplete
          label={t('taxClass')}
          description={t('taxClassText')}
          data={classes}
          value={taxClass}
          onChange={setTaxClass}
        />
      </div>
      <div className="os-fields-2" data-even="">
        <NumberInput
          label={t('rate')}
          required
          min={0}
          max={100}
          decimalScale={3}
          suffix=" %"
          value={percent}
          onChange={(value) => setPercent(typeof value === 'number' ? value : '')}
        />
        <TextInput
          label={t('taxName')}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <DateField label={t('validFrom')} value={from} onChange={setFrom} />
      </div>
      {setting.error !== null && <ProblemView problem={setting.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={setting.isPending}>
          {t('save')}
        </ReasonButton>
      </div>
    </form>
  );
}
