import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';
import { ViewsNav } from '../shared/views-nav.tsx';

const PLACES = [
  ['lists', '/prices'],
  ['why', '/prices/why'],
  ['changes', '/prices/changes'],
  ['labels', '/prices/labels'],
] as const;

/** The head of the screens of prices, with the ways between them. */
export function PricesHead({ at, actions }: { at: (typeof PLACES)[number][0]; actions?: ReactNode }) {
  const t = useTranslations('prices');
  return (
    <>
      <PageHead title={t('title')} {...(actions === undefined ? {} : { actions })} />
      <ViewsNav
        label={t('title')}
        views={PLACES.map(([key, href]) => ({ key, href, name: t(`places.${key}`) }))}
        at={at}
      />
    </>
  );
}
