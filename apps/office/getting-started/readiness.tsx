import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ArrowRight, CircleAlert, CircleCheck, CircleDashed } from 'lucide-react';
import { useLocale, useTranslations } from 'use-intl';
import { getReadiness, type ReadinessItem } from '../../client/setup.ts';
import { countText } from '../../kit/numbers.tsx';
import { Card, Pill } from '../../kit/stat-tile.tsx';
import { ProblemView } from '../shared/problem-view.tsx';

/** Where each thing is put right. */
const PLACES: Readonly<Record<string, string>> = {
  company: '/getting-started?step=company',
  location: '/getting-started?step=location',
  channel: '/getting-started?step=channel',
  products: '/getting-started?step=products',
  tax_rates: '/company',
  tax_registration: '/company',
  exchange_rates: '/company',
  registers: '/company',
  prices: '/imports/new?kind=prices',
  stock: '/imports/new?kind=stock',
  cost: '/money/valuation',
  comparison: '/imports/new?kind=comparison',
  barcodes: '/products',
  second_owner: '/people',
  backups: '/backups',
  alerts: '/system/health',
};

/** What is still to do before the doors are opened: what must be first, then what should. */
export function ReadinessCard() {
  const t = useTranslations('readiness');
  const found = useQuery({ queryKey: ['setup', 'readiness'], queryFn: getReadiness });
  const items = found.data ?? [];
  const open = items.filter(({ count }) => count > 0);
  const must = open.filter(({ weight }) => weight === 'must').length;
  const sorted = items.toSorted((one, other) => rank(one) - rank(other));
  return (
    <Card
      title={t('title')}
      flush
      side={
        found.data === undefined ? undefined : (
          <Pill tone={must > 0 ? 'bad' : open.length > 0 ? 'warn' : 'good'}>
            {must > 0 ? t('must', { count: must }) : open.length > 0 ? t('should', { count: open.length }) : t('ready')}
          </Pill>
        )
      }
    >
      <p className="os-soft" style={{ padding: '0 16px 12px' }}>
        {t('text')}
      </p>
      {found.error !== null && <ProblemView problem={found.error} while="reading" retry={() => void found.refetch()} />}
      <ul className="os-checklist" aria-label={t('title')} aria-busy={found.data === undefined}>
        {sorted.map((item) => (
          <Item key={item.name} item={item} />
        ))}
      </ul>
    </Card>
  );
}

function rank({ weight, count }: ReadinessItem): number {
  return count === 0 ? 2 : weight === 'must' ? 0 : 1;
}

function Item({ item: { name, weight, count } }: { item: ReadinessItem }) {
  const t = useTranslations('readiness');
  const locale = useLocale();
  const key = `items.${name}` as 'items.prices';
  // A check that this screen has no words for yet is shown as it is called.
  if (!t.has(`${key}.title`)) return <li>{name.replaceAll('_', ' ')}</li>;
  const Icon = count === 0 ? CircleCheck : weight === 'must' ? CircleAlert : CircleDashed;
  const place = PLACES[name];
  return (
    <li data-state={count === 0 ? 'ok' : weight}>
      <Icon size={18} role="img" aria-label={t(count === 0 ? 'isWell' : weight === 'must' ? 'isMust' : 'isShould')} />
      <div className="os-grow">
        <strong>{t(`${key}.title`)}</strong>
        {count > 0 && (
          <div className="os-soft os-small">{t(`${key}.text`, { count, shown: countText(locale, count) })}</div>
        )}
      </div>
      {count > 0 && place !== undefined && (
        <Button
          component="a"
          href={place}
          variant="default"
          size="compact-sm"
          aria-label={t('goTo', { what: t(`${key}.title`) })}
          rightSection={<ArrowRight size={14} aria-hidden="true" />}
        >
          {t('go')}
        </Button>
      )}
    </li>
  );
}
