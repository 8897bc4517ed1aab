import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { listPoints, listStoreCredit } from '../../client/rewards.ts';
import { Money, moneyText, Quantity } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { useMay } from '../shared/may.ts';
import { History } from './history.tsx';

/** What we keep for a customer: points with the days they run out on, and store credit. Nothing for those who may not see it. */
export function CustomerRewards({ customerId }: { customerId: string }) {
  const t = useTranslations('rewards');
  const locale = useLocale();
  const seesPoints = useMay('loyalty:read');
  const seesCredit = useMay('store_credit:read');
  const points = useQuery({
    queryKey: ['rewards', 'points', customerId],
    queryFn: () => listPoints(customerId),
    enabled: seesPoints,
  });
  const credit = useQuery({
    queryKey: ['rewards', 'credit', customerId],
    queryFn: () => listStoreCredit(customerId),
    enabled: seesCredit,
  });
  if (!seesPoints && !seesCredit) return null;
  const nothing = (points.data ?? []).length === 0 && (credit.data ?? []).length === 0;
  return (
    <>
      {nothing && (
        <Card title={t('customerTitle')}>
          <p className="os-soft">{t('noRewards')}</p>
        </Card>
      )}
      {(points.data ?? []).map((one) => (
        <Fragment key={one.programmeId}>
          <Card title={`${one.programme}: ${t('points')}`}>
            <dl className="os-facts">
              <dt>{t('points')}</dt>
              <dd>
                <Quantity value={one.balance - one.overdrawn} />{' '}
                <span className="os-soft">
                  {t('worth', { worth: moneyText(locale, { amount: one.worthMinor, currency: one.currency }) })}
                </span>
              </dd>
              {one.tier !== null && (
                <>
                  <dt>{t('tier')}</dt>
                  <dd>{one.tier}</dd>
                </>
              )}
            </dl>
            <ul>
              {one.lots.map(({ expiresOn, points: left }) => (
                <li key={expiresOn ?? ''}>
                  {expiresOn === null ? t('lotForEver', { points: left }) : t('lot', { points: left, day: expiresOn })}
                </li>
              ))}
            </ul>
          </Card>
          <History label={`${one.programme}: ${t('history')}`} entries={one.entries} />
        </Fragment>
      ))}
      {(credit.data ?? []).map((one) => (
        <Fragment key={`${one.entityId} ${one.currency}`}>
          <Card title={`${t('storeCredit')} ${one.currency}`}>
            <dl className="os-facts">
              <dt>{t('balance')}</dt>
              <dd>
                <Money value={{ amount: one.balanceMinor - one.overdrawnMinor, currency: one.currency }} />
              </dd>
            </dl>
          </Card>
          <History
            label={`${t('storeCredit')} ${one.currency}: ${t('history')}`}
            entries={one.entries}
            currency={one.currency}
          />
        </Fragment>
      ))}
    </>
  );
}
