import { SegmentedControl } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { TaxExemptions } from './exemptions.tsx';
import { TaxRates } from './rates.tsx';
import { TaxReportView } from './report.tsx';

const VIEWS = ['rates', 'exemptions', 'report'] as const;

/** Taxes: what is charged where, who is not charged, and what is owed. */
export function Taxes() {
  const t = useTranslations('taxes');
  const [filters, setFilters] = useFilters<{ view?: string }>();
  const view = VIEWS.find((one) => one === filters.view) ?? 'rates';
  return (
    <>
      <PageHead title={t('title')} />
      <div className="os-stack">
        <SegmentedControl
          aria-label={t('view')}
          data={VIEWS.map((value) => ({ value, label: t(`views.${value}`) }))}
          value={view}
          onChange={(value) => setFilters({ view: value })}
          style={{ justifySelf: 'start' }}
        />
        {view === 'rates' && <TaxRates />}
        {view === 'exemptions' && <TaxExemptions />}
        {view === 'report' && <TaxReportView />}
      </div>
    </>
  );
}
