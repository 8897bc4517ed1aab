import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { listCustomerGroups } from '../../client/prices.ts';
import type { Promotion, PromotionEffect, PromotionTarget, PromotionWish, Tried } from '../../client/promotions.ts';
import { moneyText } from '../../kit/numbers.tsx';
import { useCategories, useChannels, useLocations } from '../shared/reference.ts';
import { dayHoursOf, type DayHours } from './hours.ts';

/** A promotion as far as its sentence needs it; what is being written may lack parts. */
export type Spoken = Omit<PromotionWish, 'name' | 'when'> & {
  readonly when?: PromotionWish['when'] | undefined;
  readonly goods?: Promotion['goods'];
};

/** So many names fit into a sentence; of more the number is told. */
const NAMES = 3;

/** A day of the week by its number: 1 is Monday. */
export function weekdayName(locale: string, day: number, width: 'long' | 'short'): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format(Date.UTC(2024, 0, day));
}

/** Says a promotion in one sentence, in the reader's language. `nameOf` knows goods that were chosen on this page. */
export function useSentence(): (promotion: Spoken, nameOf?: (id: string) => string | undefined) => string {
  const t = useTranslations('promotions.sentence');
  const locale = useLocale();
  const [categories, channels, locations] = [useCategories(), useChannels(), useLocations()];
  const groups = useQuery({ queryKey: ['prices', 'groups'], queryFn: listCustomerGroups }).data ?? [];
  const percent = (ppm = 0): string =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(ppm / 1_000_000);
  const day = (text: string): string => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(text));
  const listed = (names: readonly string[]): string => new Intl.ListFormat(locale).format(names);
  const named = (things: readonly { id: string; name: string }[], ids: readonly string[] = []): string => {
    const names = ids.map((id) => things.find((thing) => thing.id === id)?.name ?? '');
    return names.length <= NAMES && names.every((name) => name !== '')
      ? listed(names)
      : t('some', { count: ids.length });
  };
  return ({ effect, when = {}, limits = {}, currency = 'EUR', exclusive, except, supplier, goods = [] }, nameOf) => {
    const money = (amount = 0): string => moneyText(locale, { amount, currency });
    const skus = (ids: readonly string[] = []): string => {
      const known = ids.map((id) => ({
        id,
        name: nameOf?.(id) ?? goods.find(({ skuId }) => skuId === id)?.name ?? '',
      }));
      return named(known, ids);
    };
    const on = (target: PromotionTarget | undefined): string => {
      switch (target?.kind) {
        case 'category':
          return named(categories, target.categoryIds);
        case 'sku':
          return skus(target.skuIds);
        case 'product':
          return skus(target.productIds);
        case 'attribute':
          return t('attribute', { name: target.name ?? '', values: (target.values ?? []).join(', ') });
        case 'shipping':
          return t('shipping');
        case 'order':
        case undefined:
          return t('order');
      }
    };
    const { minimum } = when;
    const ofMinimum = minimum === undefined || minimum.of.kind === 'order' ? '' : on(minimum.of);
    const places = [
      ...(when.channelIds === undefined ? [] : [named(channels, when.channelIds)]),
      ...(when.locationIds === undefined ? [] : [named(locations, when.locationIds)]),
    ];
    const parts = [
      effectWords(effect, { t, on, skus, percent, money }),
      except === undefined ? '' : t('except', { on: on(except) }),
      minimum?.amountMinor === undefined
        ? ''
        : t(ofMinimum === '' ? 'minimum' : 'minimumOf', { amount: money(minimum.amountMinor), on: ofMinimum }),
      minimum?.quantity === undefined
        ? ''
        : t(ofMinimum === '' ? 'minimumPieces' : 'minimumPiecesOf', { n: minimum.quantity, on: ofMinimum }),
      when.coupon === true ? t('coupon') : '',
      when.offer === true ? t('offer') : '',
      when.firstOrder === true ? t('firstOrder') : '',
      when.employee === true ? t('employee') : '',
      when.groupIds === undefined ? '' : t('someone', { names: named(groups, when.groupIds) }),
      places.length === 0 ? '' : t('somewhere', { names: places.join(', ') }),
      ...dayHoursOf(when.hours ?? []).map((row) => hoursWords(row, { t, locale })),
      when.from === undefined ? '' : t('from', { day: day(when.from) }),
      when.until === undefined ? '' : t('until', { day: day(when.until) }),
      limits.perCustomer === undefined ? '' : t('perCustomer', { n: limits.perCustomer }),
      limits.uses === undefined ? '' : t('uses', { n: limits.uses }),
      limits.budgetMinor === undefined ? '' : t('budget', { amount: money(limits.budgetMinor) }),
      supplier === undefined ? '' : t('supplier', { name: supplier.name, percent: percent(supplier.sharePpm) }),
      exclusive === true ? t('alone') : '',
    ];
    return parts.filter((one) => one !== '').join(', ');
  };
}

type Words = ReturnType<typeof useTranslations<'promotions.sentence'>>;

/** `Monday 9:00–12:00`, `Monday–Friday 17:00–19:00`, `Saturday and Sunday`. */
function hoursWords(
  { days, from, to }: DayHours,
  { t, locale }: { readonly t: Words; readonly locale: string },
): string {
  const name = (day: number): string => weekdayName(locale, day, 'long');
  const [first = 1, last = 1] = [days[0], days.at(-1)];
  const run = days.length > 2 && last - first === days.length - 1;
  const who =
    days.length === 7
      ? t('everyDay')
      : run
        ? `${name(first)}–${name(last)}`
        : new Intl.ListFormat(locale).format(days.map((day) => t('weekday', { day: name(day) })));
  if (from === '00:00' && to === '00:00') return who;
  const clock = (time: string): string => time.replace(/^0/, '');
  return `${who} ${clock(from)}–${to === '00:00' ? '24:00' : clock(to)}`;
}

function effectWords(
  effect: PromotionEffect,
  say: {
    readonly t: Words;
    readonly on: (target: PromotionTarget | undefined) => string;
    readonly skus: (ids: readonly string[]) => string;
    readonly percent: (ppm?: number) => string;
    readonly money: (amount?: number) => string;
  },
): string {
  const { t, on, skus, percent, money } = say;
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
      return t('gift', { n: effect.quantity ?? 0, name: skus(effect.skuId === undefined ? [] : [effect.skuId]) });
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
