import { Button, Select, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { ppmToPercent } from '../../../src/kernel/rate.ts';
import { listTaxRegistrations } from '../../client/setup.ts';
import { listStateRegistrations, listTaxPlaces, listTaxRates, taxBasket } from '../../client/taxes.ts';
import type { JurisdictionTaxRate } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { MoneyField } from '../../kit/fields.tsx';
import { Money } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { DateField, thisMonth } from '../money/date-field.tsx';
import { useAct } from '../shared/act.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { useOpenEntities, useOpenLocations } from '../shared/reference.ts';
import { CustomerSelect } from './customer-select.tsx';
import { placeText, TREATMENTS } from './words.ts';

/** What an amount would be taxed, and by which rate of which source. Nothing is kept. */
export function TryTax() {
  const t = useTranslations('taxes');
  const [locations, entities] = [useOpenLocations().filter(({ kind }) => kind !== 'transit'), useOpenEntities()];
  const rates = useQuery({ queryKey: ['taxes', 'rates'], queryFn: listTaxRates }).data?.items ?? [];
  const places = useQuery({ queryKey: ['taxes', 'places'], queryFn: listTaxPlaces }).data ?? [];
  const states = useQuery({ queryKey: ['taxes', 'registrations'], queryFn: listStateRegistrations }).data ?? [];
  const countries = useQuery({ queryKey: ['setup', 'tax-registrations'], queryFn: listTaxRegistrations }).data ?? [];
  const [from, setFrom] = useState<string | null>(null);
  const [fulfilment, setFulfilment] = useState<'till' | 'pickup' | 'ship'>('till');
  const [to, setTo] = useState('');
  const [postcode, setPostcode] = useState('');
  const [taxClass, setTaxClass] = useState('standard');
  const [kind, setKind] = useState<'goods' | 'service' | 'shipping' | 'deposit'>('goods');
  const [amount, setAmount] = useState<number | undefined>(10_000);
  const [inclusive, setInclusive] = useState(true);
  const [day, setDay] = useState<string | undefined>(thisMonth().to);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const attempt = useAct(taxBasket, { touches: [] });
  const location = locations.find(({ id }) => id === from) ?? locations[0];
  const entity = entities.find(({ id }) => id === location?.entityId);
  if (location === undefined || entity === undefined)
    return <EmptyState title={t('where.noPlaces')} text={t('where.placesText')} />;
  const { locationId: _, ...below } = places.find(({ locationId }) => locationId === location.id) ?? { locationId: '' };
  const here = { country: location.country, ...below };
  const isOf = ({ entityId }: { entityId: string }): boolean => entityId === entity.id;
  const currency = entity.functionalCurrency;
  const wrongTo = fulfilment !== 'ship' || placeOf(to, postcode) !== undefined ? undefined : t('try.needsTo');
  const classes = [...new Set(['standard', taxClass, ...rates.map((rate) => rate.taxClass)])].toSorted();
  const run = (): void => {
    if (amount === undefined || day === undefined || wrongTo !== undefined) return;
    attempt.mutate({
      day,
      currency,
      taxInclusive: inclusive,
      seller: {
        country: entity.country,
        registrations: [
          ...new Set([
            ...countries.filter(isOf).map(({ country }) => country),
            ...states.filter(isOf).map(({ jurisdiction }) => jurisdiction),
          ]),
        ],
      },
      from: here,
      to: (fulfilment === 'ship' ? placeOf(to, postcode) : undefined) ?? here,
      fulfilment,
      collectedBy: 'us',
      ...(customerId === null ? {} : { customerId }),
      lines: [{ kind, taxClass, quantity: 1, amountMinor: amount }],
    });
  };
  return (
    <div className="os-split">
      <Card title={t('try.title')}>
        <form
          className="os-fields"
          onSubmit={(event) => {
            event.preventDefault();
            run();
          }}
        >
          <div className="os-fields-2">
            <Select
              label={t('try.from')}
              data={locations.map(({ id, name }) => ({ value: id, label: name }))}
              value={location.id}
              allowDeselect={false}
              onChange={setFrom}
            />
            <Select
              label={t('class')}
              data={classes}
              value={taxClass}
              searchable
              allowDeselect={false}
              onChange={(one) => setTaxClass(one ?? 'standard')}
            />
          </div>
          <SegmentedControl
            aria-label={t('try.fulfilment')}
            data={(['till', 'pickup', 'ship'] as const).map((value) => ({
              value,
              label: t(`try.fulfilments.${value}`),
            }))}
            value={fulfilment}
            onChange={setFulfilment}
          />
          {fulfilment === 'ship' && (
            <div className="os-fields-2" data-even="">
              <TextInput
                label={t('try.to')}
                description={t('try.toText')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                required
                value={to}
                error={wrongTo}
                onChange={(event) => setTo(event.currentTarget.value.trim().toUpperCase())}
              />
              <TextInput
                label={t('postcodes.postcode')}
                description={t('try.postcodeText')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                maxLength={20}
                autoComplete="off"
                value={postcode}
                onChange={(event) => setPostcode(event.currentTarget.value)}
              />
            </div>
          )}
          <div className="os-fields-2" data-even="">
            <MoneyField label={t('try.amount')} value={amount} currency={currency} onValue={setAmount} />
            <DateField label={t('try.day')} value={day} onChange={setDay} />
          </div>
          <Switch
            label={t('try.inclusive')}
            checked={inclusive}
            onChange={(event) => setInclusive(event.currentTarget.checked)}
          />
          <Select
            label={t('try.kind')}
            data={(['goods', 'service', 'shipping', 'deposit'] as const).map((value) => ({
              value,
              label: t(`try.kinds.${value}`),
            }))}
            value={kind}
            allowDeselect={false}
            onChange={(one) => setKind(one ?? 'goods')}
          />
          <CustomerSelect value={customerId} onChange={setCustomerId} required={false} />
          {attempt.error !== null && <ProblemView problem={attempt.error} while="acting" />}
          <Button type="submit" loading={attempt.isPending} disabled={amount === undefined || day === undefined}>
            {t('try.run')}
          </Button>
        </form>
      </Card>
      <Card title={t('try.result')}>
        <div aria-live="polite">
          {attempt.data === undefined ? (
            <p className="os-soft">{t('try.empty')}</p>
          ) : (
            <Result
              taxed={attempt.data}
              rates={rates}
              day={attempt.variables.day}
              currency={attempt.variables.currency}
              taxClass={attempt.variables.lines[0]?.taxClass ?? ''}
            />
          )}
        </div>
      </Card>
    </div>
  );
}

/** `US-CA` as a place, with a postcode if there is one; undefined when it is none. */
function placeOf(text: string, postcode: string): { country: string; region?: string; postcode?: string } | undefined {
  const match = /^([A-Z]{2})(?:-([A-Z0-9]{1,3}))?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return {
    country: match[1],
    ...(match[2] === undefined ? {} : { region: match[2] }),
    ...(postcode.trim() === '' ? {} : { postcode: postcode.trim() }),
  };
}

function Result({
  taxed,
  rates,
  day,
  currency,
  taxClass,
}: {
  taxed: Awaited<ReturnType<typeof taxBasket>>;
  rates: readonly JurisdictionTaxRate[];
  day: string;
  currency: string;
  taxClass: string;
}) {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const money = (amount: number) => <Money value={{ amount, currency }} />;
  const taxes = taxed.lines.flatMap((line) => line.taxes);
  /** Where the rate that was in force that day is published. */
  const sourceOf = (tax: (typeof taxes)[number]): string => {
    const rate = rates
      .filter(
        (one) =>
          one.jurisdiction === tax.jurisdiction &&
          one.taxClass === taxClass &&
          one.ratePpm === tax.ratePpm &&
          one.validFrom <= day,
      )
      .toSorted((a, b) => b.validFrom.localeCompare(a.validFrom))[0];
    return rate === undefined ? '–' : rate.source === '' ? t('byHand') : rate.source;
  };
  const treatmentText = (treatment: string): string => {
    const known = TREATMENTS.find((one) => one === treatment);
    return known === undefined ? treatment : t(`report.treatments.${known}`);
  };
  return (
    <div className="os-fields">
      <dl className="os-facts">
        <dt>{t('try.net')}</dt>
        <dd>{money(taxed.netMinor)}</dd>
        <dt>{t('tax')}</dt>
        <dd>{money(taxed.taxMinor)}</dd>
        <dt>{t('try.gross')}</dt>
        <dd>
          <strong>{money(taxed.grossMinor)}</strong>
        </dd>
        {taxed.cashAdjustmentMinor !== 0 && (
          <>
            <dt>{t('try.cash')}</dt>
            <dd>{money(taxed.cashPayableMinor)}</dd>
          </>
        )}
      </dl>
      <DataList
        label={t('try.taxes')}
        rows={taxes}
        rowKey={(tax) => `${tax.jurisdiction} ${tax.code}`}
        empty={<EmptyState title={t('try.untaxed')} text="" />}
        columns={[
          { key: 'place', header: t('jurisdiction'), cell: (tax) => placeText(locale, tax.jurisdiction) },
          {
            key: 'rate',
            header: t('rate'),
            numeric: true,
            cell: (tax) => (
              <span className="os-num">
                {tax.code} {ppmToPercent(tax.ratePpm)} %
              </span>
            ),
          },
          { key: 'amount', header: t('tax'), numeric: true, phone: 'corner', cell: (tax) => money(tax.taxMinor) },
          {
            key: 'source',
            header: t('source'),
            cell: (tax) => (
              <span>
                {sourceOf(tax)}
                {tax.treatment !== 'taxed' && <span className="os-soft"> · {treatmentText(tax.treatment)}</span>}
              </span>
            ),
          },
        ]}
      />
    </div>
  );
}
