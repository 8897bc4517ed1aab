import { NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { CURRENCY_CODES } from '../../../src/kernel/currency.ts';
import type { Intent } from '../../client/http.ts';
import {
  foundEntity,
  listTaxRates,
  registerForTax,
  setTaxRate,
  type EntityWish,
  type TaxRate,
} from '../../client/setup.ts';
import type { LegalEntity } from '../../client/types.ts';
import { ReasonButton } from '../../kit/problem.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useEntities } from '../shared/reference.ts';
import { CodeField, useCode } from './code-field.tsx';
import { countriesIn, isCode, usualIn } from './countries.ts';

/** What is sent: the company, then its tax number and the rate of its country where none is known. */
type Wanted = {
  readonly entity: EntityWish;
  readonly taxNumber: string;
  readonly rate: Pick<TaxRate, 'ratePpm' | 'name'> | undefined;
};

/** Founds a company: who it is, in which currency it keeps its books, and which tax it charges. */
export function EntityForm({ onDone }: { onDone: (entity: LegalEntity) => void }) {
  const t = useTranslations('company');
  const locale = useLocale();
  const countries = useMemo(() => countriesIn(locale), [locale]);
  const entities = useEntities();
  const rates = useQuery({ queryKey: ['company', 'tax-rates'], queryFn: listTaxRates }).data ?? [];
  const [name, setName] = useState('');
  const code = useCode(
    name,
    entities.map((entity) => entity.code),
  );
  const [country, setCountry] = useState<string | null>(null);
  const [chosenCurrency, setCurrency] = useState<string | null>(null);
  const [month, setMonth] = useState('1');
  const [taxNumber, setTaxNumber] = useState('');
  const [chosenPercent, setPercent] = useState<number | ''>();
  const [chosenTaxName, setTaxName] = useState<string>();
  const usual = usualIn(country);
  const currency = chosenCurrency ?? usual?.currency ?? null;
  const percent = chosenPercent ?? usual?.percent ?? '';
  const taxName = chosenTaxName ?? (chosenPercent === undefined ? usual?.tax : undefined) ?? '';
  const knownRate = rates.findLast((rate) => rate.country === country && rate.taxClass === 'standard');
  const founding = useAct(found, { touches: ['company', 'setup'], onDone });

  const reason =
    name.trim() === ''
      ? t('needsName')
      : country === null
        ? t('needsCountry')
        : currency === null
          ? t('needsCurrency')
          : !isCode(code.value)
            ? t('needsCode')
            : knownRate === undefined && percent === ''
              ? t('needsRate')
              : knownRate === undefined && taxName.trim() === ''
                ? t('needsTaxName')
                : undefined;
  const submit = (): void => {
    if (reason !== undefined) return;
    founding.mutate({
      entity: {
        code: code.value,
        name: name.trim(),
        country: country ?? '',
        functionalCurrency: (currency ?? 'EUR') as EntityWish['functionalCurrency'],
        fiscalYearStartMonth: Number(month),
      },
      taxNumber: taxNumber.trim(),
      rate:
        knownRate === undefined && percent !== ''
          ? { ratePpm: Math.round(percent * 10_000), name: taxName.trim() }
          : undefined,
    });
  };
  const months = Array.from({ length: 12 }, (_, at) => ({
    value: String(at + 1),
    label: new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2026, at, 15)),
  }));
  return (
    <form
      className="os-fields"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        label={t('entityName')}
        description={t('entityNameText')}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className="os-fields-2" data-even="">
        <Select
          label={t('country')}
          required
          searchable
          allowDeselect={false}
          data={countries}
          value={country}
          onChange={setCountry}
          nothingFoundMessage={t('nothingFound')}
        />
        <Select
          label={t('currency')}
          description={t('currencyText')}
          required
          searchable
          allowDeselect={false}
          data={currenciesIn(locale)}
          value={currency}
          onChange={setCurrency}
          nothingFoundMessage={t('nothingFound')}
        />
      </div>
      <div className="os-fields-2" data-even="">
        <TextInput
          label={t('taxNumber')}
          description={t('taxNumberText')}
          maxLength={40}
          value={taxNumber}
          onChange={(event) => setTaxNumber(event.currentTarget.value)}
        />
        {knownRate !== undefined ? (
          <p className="os-soft">{t('rateKnown', { name: knownRate.name })}</p>
        ) : (
          <>
            <NumberInput
              label={t('rate')}
              description={t('rateText')}
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
              description={t('taxNameText')}
              required
              maxLength={60}
              value={taxName}
              onChange={(event) => setTaxName(event.currentTarget.value)}
            />
          </>
        )}
      </div>
      <div className="os-fields-2" data-even="">
        <CodeField code={code} description={t('entityCodeText')} />
        <Select
          label={t('fiscalYear')}
          allowDeselect={false}
          data={months}
          value={month}
          onChange={(value) => setMonth(value ?? '1')}
        />
      </div>
      {founding.error !== null && <ProblemView problem={founding.error} while="acting" />}
      <div className="os-row" style={{ justifyContent: 'flex-end' }}>
        <ReasonButton type="submit" reason={reason} loading={founding.isPending}>
          {t('found')}
        </ReasonButton>
      </div>
    </form>
  );
}

/** Every currency with its name. */
function currenciesIn(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  return CURRENCY_CODES.map((value) => ({ value, label: `${value} · ${names.of(value) ?? value}` }));
}

/** Three acts, each with a key of its own made from the intent, so that trying again repeats none of them. */
async function found({ entity, taxNumber, rate }: Wanted, intent: Intent): Promise<LegalEntity> {
  const made = await foundEntity(entity, intent);
  const { id, country } = made;
  const validFrom = `${new Date().getFullYear()}-01-01`;
  if (taxNumber !== '')
    await registerForTax({ entityId: id, country, taxNumber, validFrom }, { key: `${intent.key}-tax` });
  if (rate !== undefined)
    await setTaxRate({ country, taxClass: 'standard', validFrom, ...rate }, { key: `${intent.key}-rate` });
  return made;
}
