import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { PageHead } from '../../kit/stat-tile.tsx';

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
      <nav className="os-row os-noprint" aria-label={t('title')} style={{ marginBottom: 16 }}>
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
