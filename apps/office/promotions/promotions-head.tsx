import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';

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
      <nav className="os-row os-noprint" aria-label={t('places.promotions')} style={{ marginBottom: 16 }}>
        {PLACES.map(([word, href]) => (
          <Button
            key={word}
            component="a"
            href={href}
            size="compact-md"
            variant={word === at ? 'light' : 'subtle'}
            {...(word === at ? { 'aria-current': 'page' as const } : {})}
          >
            {t(`places.${word}`)}
          </Button>
        ))}
      </nav>
    </>
  );
}
