import { useLocale, useTranslations } from 'use-intl';
import type { RoleLimits } from '../../client/staff.ts';
import { moneyText } from '../../kit/numbers.tsx';

/** Limits in words, one each. */
export function useLimitText(): (limits: RoleLimits) => string[] {
  const t = useTranslations('people.limits');
  const locale = useLocale();
  const money = (amounts: Readonly<Record<string, number>>): string =>
    Object.entries(amounts)
      .map(([currency, amount]) => moneyText(locale, { amount, currency }))
      .join(' / ') || '0';
  return ({ discountPpm, discount, refund, stockAdjustment }) => [
    ...(discountPpm === undefined ? [] : [t('discountPpm', { share: discountPpm / 1_000_000 })]),
    ...(discount === undefined ? [] : [t('discount', { amount: money(discount) })]),
    ...(refund === undefined ? [] : [t('refund', { amount: money(refund) })]),
    ...(stockAdjustment === undefined ? [] : [t('stockAdjustment', { amount: money(stockAdjustment) })]),
  ];
}
