import { useLocale, useTranslations } from 'use-intl';
import type { Promotion, PromotionEffect, PromotionTarget, Tried } from '../../client/promotions.ts';
import { moneyText } from '../../kit/numbers.tsx';
import { useCategories } from '../shared/reference.ts';

/** A promotion as far as its sentence needs it; what is being written may lack parts. */
export type Spoken = Pick<Promotion, 'effect' | 'when' | 'currency' | 'exclusive'>;

/** Says a promotion in one sentence, in the reader's language. */
export function useSentence(): (promotion: Spoken) => string {
  const t = useTranslations('promotions.sentence');
  const locale = useLocale();
  const categories = useCategories();
  const percent = (ppm = 0): string =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(ppm / 1_000_000);
  const day = (text: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(text));
  const on = (target: PromotionTarget | undefined): string => {
    switch (target?.kind) {
      case 'category': {
        const names = (target.categoryIds ?? []).map((id) => categories.find((one) => one.id === id)?.name ?? '');
        return names.every((name) => name !== '') ? names.join(', ') : t('some', { count: names.length });
      }
      case 'sku':
        return t('some', { count: target.skuIds?.length ?? 0 });
      case 'product':
        return t('some', { count: target.productIds?.length ?? 0 });
      case 'attribute':
        return t('attribute', { name: target.name ?? '', values: (target.values ?? []).join(', ') });
      case 'shipping':
        return t('shipping');
      case 'order':
      case undefined:
        return t('order');
    }
  };
  return ({ effect, when = {}, currency = 'EUR', exclusive }) => {
    const money = (amount = 0): string => moneyText(locale, { amount, currency });
    const { minimum } = when;
    const conditions = [
      minimum?.amountMinor === undefined ? '' : t('minimum', { amount: money(minimum.amountMinor) }),
      minimum?.quantity === undefined ? '' : t('minimumPieces', { n: minimum.quantity }),
      when.coupon === true ? t('coupon') : '',
      when.offer === true ? t('offer') : '',
      when.firstOrder === true ? t('firstOrder') : '',
      when.employee === true ? t('employee') : '',
      when.channelIds !== undefined || when.locationIds !== undefined ? t('somewhere') : '',
      when.groupIds === undefined ? '' : t('someone'),
      when.hours === undefined ? '' : t('hours'),
      when.from === undefined ? '' : t('from', { day: day(when.from) }),
      when.until === undefined ? '' : t('until', { day: day(when.until) }),
      exclusive === true ? t('alone') : '',
    ].filter((one) => one !== '');
    return [effectWords(effect, { t, on, percent, money }), ...conditions].join(', ');
  };
}

function effectWords(
  effect: PromotionEffect,
  say: {
    readonly t: ReturnType<typeof useTranslations<'promotions.sentence'>>;
    readonly on: (target: PromotionTarget | undefined) => string;
    readonly percent: (ppm?: number) => string;
    readonly money: (amount?: number) => string;
  },
): string {
  const { t, on, percent, money } = say;
  const [amount, target] = [money(effect.minor), on(effect.of)];
  switch (effect.kind) {
    case 'percentage':
      return t('percentage', { percent: percent(effect.ppm), on: target });
    case 'amount':
      return t(effect.each === true ? 'amountEach' : 'amountOnce', { amount, on: target });
    case 'price':
      return t('price', { amount, on: target });
    case 'n_for_m':
      return t('n_for_m', { n: effect.n ?? 0, m: effect.m ?? 0, on: target, pick: effect.pick ?? 'cheapest' });
    case 'buy_get':
      return t('buy_get', {
        buy: effect.buyQuantity ?? 0,
        on: on(effect.buy),
        percent: percent(effect.ppm),
        get: effect.getQuantity ?? 0,
        getOn: on(effect.get),
      });
    case 'group':
      return t('group', { n: effect.quantity ?? 0, on: target, amount });
    case 'bundle': {
      const parts = (effect.parts ?? []).map((part) => t('part', { n: part.quantity, on: on(part.of) }));
      return t('bundle', { parts: parts.join(' + '), amount });
    }
    case 'tiers': {
      const steps = (effect.tiers ?? []).map(({ from, ppm, minor }) =>
        t('tier', {
          from: effect.by === 'quantity' ? String(from) : money(from),
          off: ppm === undefined ? money(minor) : percent(ppm),
        }),
      );
      return t('tiers', { on: target, steps: steps.join('; ') });
    }
    case 'gift':
      return t('gift', { n: effect.quantity ?? 0, name: t('some', { count: 1 }) });
    case 'voucher':
      return effect.forEachMinor === undefined
        ? t('voucher', { amount, on: target })
        : t('voucherEach', { amount, each: money(effect.forEachMinor), on: target });
  }
}

/** Says why a promotion applied or did not, with the numbers of the basket. */
export function useReason(): (one: Tried['trace'][number], currency: string) => string {
  const t = useTranslations('promotions.reasons');
  const locale = useLocale();
  return ({ reason, numbers }, currency) => {
    const money = (key: string): string => moneyText(locale, { amount: Number(numbers[key] ?? 0), currency });
    if (reason === 'applied') {
      const times = Number(numbers['times'] ?? 1);
      if (Number(numbers['amountMinor'] ?? 0) === 0) return t('promised');
      return times > 1
        ? t('appliedSets', { amount: money('amountMinor'), times })
        : t('applied', { amount: money('amountMinor') });
    }
    const inMoney = numbers['neededMinor'] !== undefined;
    return t(reason as 'below_minimum', {
      ...numbers,
      amount: money('amountMinor'),
      left: money('leftMinor'),
      reached: inMoney ? money('reachedMinor') : String(numbers['reached'] ?? ''),
      needed: inMoney ? money('neededMinor') : String(numbers['needed'] ?? ''),
    });
  };
}
