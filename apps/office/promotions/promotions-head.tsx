import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';
import { ViewsNav } from '../shared/views-nav.tsx';

const PLACES = [
  ['promotions', '/promotions'],
  ['rules', '/promotions/offers'],
  ['shares', '/promotions/supplier-shares'],
] as const;

/** The head of the screens of promotions, with the ways between them. */
export function PromotionsHead({ at, actions }: { at: (typeof PLACES)[number][0]; actions?: ReactNode }) {
  const t = useTranslations('offers');
  return (
    <>
      <PageHead title={t(`places.${at}`)} {...(actions === undefined ? {} : { actions })} />
      <ViewsNav
        label={t('places.promotions')}
        views={PLACES.map(([key, href]) => ({ key, href, name: t(`places.${key}`) }))}
        at={at}
      />
    </>
  );
}
