import { Button, Modal, Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Upload } from 'lucide-react';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { ppmToPercent } from '../../../src/kernel/rate.ts';
import { unitPriceToDecimalString } from '../../../src/kernel/money.ts';
import { currencyCode } from '../../../src/kernel/currency.ts';
import { listTaxRates, type JurisdictionTaxRate } from '../../client/taxes.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Day } from '../../kit/numbers.tsx';
import { EmptyState, ReasonButton } from '../../kit/problem.tsx';
import { Pill } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { useMay } from '../shared/may.ts';
import { ProblemView } from '../shared/problem-view.tsx';
import { ImportRates } from './import-rates.tsx';
import { placeText } from './words.ts';

/** Rates by jurisdiction, with their validity and their source. */
export function TaxRates() {
  const t = useTranslations('taxes');
  const locale = useLocale();
  const mayWrite = useMay('tax:write');
  const [filters, setFilters] = useFilters<{ country?: string | undefined; all?: string | undefined }>();
  const [importing, setImporting] = useState(false);
  const query = useQuery({ queryKey: ['taxes', 'rates'], queryFn: listTaxRates });
  const rates = query.data?.items;
  const countries = [...new Set((rates ?? []).map((rate) => rate.jurisdiction.slice(0, 2)))];
  const shown = rates?.filter(
    (rate) =>
      (filters.country === undefined || rate.jurisdiction.slice(0, 2) === filters.country) &&
      (filters.all === 'yes' || rate.inForce),
  );
  const importButton = (
    <ReasonButton
      reason={mayWrite ? undefined : t('mayNot')}
      leftSection={<Upload size={16} aria-hidden="true" />}
      onClick={() => setImporting(true)}
    >
      {t('import.open')}
    </ReasonButton>
  );
  return (
    <>
      <DataList
        label={t('views.rates')}
        rows={shown}
        rowKey={(rate) => `${rate.jurisdiction} ${rate.code} ${rate.taxClass} ${rate.validFrom} ${rate.source}`}
        error={
          query.error !== null && rates === undefined ? (
            <ProblemView problem={query.error} while="reading" retry={() => void query.refetch()} />
          ) : undefined
        }
        empty={<EmptyState title={t('noRates')} text={t('noRatesText')} />}
        filters={
          <>
            <Select
              label={t('country')}
              placeholder={t('everywhere')}
              searchable
              clearable
              data={countries.map((value) => ({ value, label: placeText(locale, value) }))}
              value={filters.country ?? null}
              onChange={(value) => setFilters({ country: value ?? undefined })}
            />
            <Switch
              label={t('alsoOver')}
              checked={filters.all === 'yes'}
              onChange={(event) => setFilters({ all: event.currentTarget.checked ? 'yes' : undefined })}
            />
            <span className="os-grow" />
            <Button
              component="a"
              href="/api/v1/taxes/rates/csv"
              download="tax-rates.csv"
              variant="default"
              leftSection={<Download size={16} aria-hidden="true" />}
            >
              {t('csv')}
            </Button>
            {importButton}
          </>
        }
        columns={[
          { key: 'place', header: t('jurisdiction'), cell: (rate) => placeText(locale, rate.jurisdiction) },
          { key: 'tax', header: t('tax'), cell: (rate) => <span className="os-code">{rate.code}</span> },
          { key: 'class', header: t('class'), cell: (rate) => rate.taxClass },
          {
            key: 'rate',
            header: t('rate'),
            numeric: true,
            phone: 'corner',
            cell: (rate) => <RateText of={rate} />,
          },
          {
            key: 'from',
            header: t('validity'),
            cell: (rate) => (
              <span>
                <Day value={rate.validFrom} />
                {rate.validUntil !== null && (
                  <>
                    {' – '}
                    <Day value={rate.validUntil} />
                  </>
                )}{' '}
                {rate.inForce ? <Pill tone="good">{t('inForce')}</Pill> : <Pill>{t('notInForce')}</Pill>}
              </span>
            ),
          },
          {
            key: 'source',
            header: t('source'),
            cell: (rate) => (
              <span>
                {rate.source === '' ? t('byHand') : rate.source}
                {rate.checkedOn !== null && (
                  <span className="os-soft">
                    {' · '}
                    {t('checked')} <Day value={rate.checkedOn} />
                  </span>
                )}
              </span>
            ),
          },
        ]}
      />
      <Modal
        opened={importing}
        onClose={() => setImporting(false)}
        size="xl"
        title={t('import.title')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        {importing && <ImportRates onDone={() => setImporting(false)} />}
      </Modal>
    </>
  );
}

/** A percentage, or an amount by the piece. */
function RateText({ of: { perUnit, ratePpm, exempt } }: { of: JurisdictionTaxRate }) {
  const t = useTranslations('taxes');
  if (exempt) return t('exempt');
  if (perUnit === null) return <span className="os-num">{ppmToPercent(ratePpm)} %</span>;
  const amount = unitPriceToDecimalString({ ...perUnit, currency: currencyCode(perUnit.currency) });
  return <span className="os-num">{t('perUnit', { amount, currency: perUnit.currency, per: perUnit.per })}</span>;
}
