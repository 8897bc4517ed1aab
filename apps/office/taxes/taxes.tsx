import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { TaxExemptions } from './exemptions.tsx';
import { TaxJurisdictions } from './jurisdictions.tsx';
import { TaxRates } from './rates.tsx';
import { TaxReportView } from './report.tsx';
import { TryTax } from './try-tax.tsx';
import { TaxWhere } from './where.tsx';

const VIEWS = ['rates', 'jurisdictions', 'where', 'exemptions', 'report', 'try'] as const;

/** Taxes: what is charged where and how, who is not charged, what is owed, and an amount to try. */
export function Taxes() {
  const t = useTranslations('taxes');
  const [filters] = useFilters<{ view?: string }>();
  const view = VIEWS.find((one) => one === filters.view) ?? 'rates';
  return (
    <>
      <PageHead title={t('title')} />
      <nav className="os-row os-noprint" aria-label={t('view')} style={{ marginBottom: 16 }}>
        {VIEWS.map((one) => (
          <Button
            key={one}
            component="a"
            href={`/taxes?view=${one}`}
            size="compact-md"
            variant={one === view ? 'light' : 'subtle'}
            {...(one === view ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`views.${one}`)}
          </Button>
        ))}
      </nav>
      <div className="os-stack">
        {view === 'rates' && <TaxRates />}
        {view === 'jurisdictions' && <TaxJurisdictions />}
        {view === 'where' && <TaxWhere />}
        {view === 'exemptions' && <TaxExemptions />}
        {view === 'report' && <TaxReportView />}
        {view === 'try' && <TryTax />}
      </div>
    </>
  );
}
