import { Select } from '@mantine/core';
import { useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import {
  deferredFor,
  earn,
  pointsFor,
  worthOf,
  type LoyaltyProgramme,
} from '../../../src/rewards/loyalty-programme.ts';
import { addDays, businessDay } from '../../../src/kernel/time.ts';
import type { ProgrammeWish } from '../../client/rewards.ts';
import { MoneyField } from '../../kit/fields.tsx';
import { countText, Day, moneyText } from '../../kit/numbers.tsx';
import { Card } from '../../kit/stat-tile.tsx';
import { DateField, thisMonth } from '../money/date-field.tsx';
import { useCategories, useChannels } from '../shared/reference.ts';

const PLAIN_PPM = 1_000_000;

/** What a customer who spends so much gets, tier by tier, worked out by the code that earns it. */
export function ProgrammePreview({ wish, currency }: { wish: ProgrammeWish; currency: string }) {
  const t = useTranslations('rewards');
  const locale = useLocale();
  const [channels, categories] = [useChannels(), useCategories()];
  const [amount, setAmount] = useState<number | undefined>(10_000);
  const [day, setDay] = useState<string | undefined>(thisMonth().to);
  const [channelId, setChannelId] = useState<string | null>(null);
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const programme = { ...wish, id: '', currency } as LoyaltyProgramme;
  const grossMinor = amount ?? 0;
  const on = businessDay(day ?? thisMonth().to);
  const above = (id: string | null): string[] => {
    const found = categories.find((one) => one.id === id);
    return found === undefined ? [] : [found.id, ...above(found.parentId)];
  };
  const line = {
    line: 1,
    kind: 'goods',
    productId: '',
    categoryIds: above(categoryId),
    grossMinor,
    netMinor: grossMinor,
  };
  const earned = (tierPpm: number) =>
    earn(programme, { channelId: channelId ?? '', businessDay: on, lines: [line], paidWithPointsMinor: 0, tierPpm });
  const text = (minor: number): string => moneyText(locale, { amount: minor, currency });
  const plain = earned(PLAIN_PPM);
  const names = (things: readonly { id: string; name: string }[]) =>
    things.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <div className="os-stack os-beside">
      <Card title={t('preview')}>
        <div className="os-fields">
          <MoneyField label={t('previewOf')} value={amount} currency={currency} onValue={setAmount} />
          <DateField label={t('previewOn')} value={day} onChange={setDay} />
          <Select
            label={t('previewCategory')}
            placeholder={t('anything')}
            clearable
            searchable
            data={names(categories)}
            value={categoryId}
            onChange={setCategoryId}
          />
          {wish.earn.some((rule) => rule.channelIds.length > 0) && (
            <Select
              label={t('previewChannel')}
              placeholder={t('anything')}
              clearable
              data={names(channels)}
              value={channelId}
              onChange={setChannelId}
            />
          )}
          <output aria-live="polite">
            <p className="os-sentence">
              {t('previewSpends', { amount: text(grossMinor) })}{' '}
              {t('previewEarns', { points: plain.points, worth: text(worthOf(programme, plain.points)) })}
            </p>
            {plain.cashBackMinor > 0 && <p>{t('previewCash', { cash: text(plain.cashBackMinor) })}</p>}
            {wish.tiers.length > 0 && (
              <ul className="os-example-lines">
                {wish.tiers.map((tier) => (
                  <li key={tier.code}>
                    <span className="os-grow">{tier.name === '' ? '–' : tier.name}</span>
                    <span className="os-num">{t('previewTier', { points: earned(tier.multiplierPpm).points })}</span>
                  </li>
                ))}
              </ul>
            )}
            {wish.expiryDays !== null && (
              <p className="os-soft">
                {t('previewUntil')} <Day value={addDays(on, wish.expiryDays)} />
              </p>
            )}
            <p className="os-soft">{t('previewDefers', { deferred: text(deferredFor(programme, plain)) })}</p>
          </output>
        </div>
      </Card>
      <Card title={t('previewUse')}>
        <p>
          {t('previewPays', {
            points: countText(locale, pointsFor(programme, 1000)),
            amount: text(1000),
          })}
        </p>
        {wish.rewards.length > 0 && (
          <ul className="os-example-lines">
            {wish.rewards.map((reward) => (
              <li key={reward.code}>
                <span className="os-grow">{reward.name === '' ? '–' : reward.name}</span>
                <span className="os-num">
                  {t('previewReward', {
                    points: countText(locale, reward.points),
                    credit: text(reward.creditMinor),
                  })}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}
