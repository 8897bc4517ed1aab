import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';
import { useFilters } from '../shared/filters.ts';
import { ViewsNav } from '../shared/views-nav.tsx';
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
      <ViewsNav
        label={t('view')}
        views={VIEWS.map((key) => ({ key, href: `/taxes?view=${key}`, name: t(`views.${key}`) }))}
        at={view}
      />
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
