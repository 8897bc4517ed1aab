import { useLocale, useTranslations } from 'use-intl';
import type { Task } from '../../client/tasks.ts';
import { moneyText } from '../../kit/numbers.tsx';

type Item = Task['items'][number];

/** What an item is called: a promotion by its name, a card by its last symbols, points and credit as such. */
export function useItemName(): (item: Item) => string {
  const t = useTranslations('tasks');
  return ({ what, name, giftCardId }) => {
    switch (what) {
      case 'promotion':
      case 'promotion_of_customer':
      case 'coupon':
        return name;
      case 'gift_card':
        return giftCardId === null ? t('unknownCard') : t('card', { lastFour: name });
      case 'store_credit':
        return t('credit');
      case 'points':
        return t('points');
      case 'payment':
        return t('payment');
    }
  };
}

/** What happened, in sentences with the numbers, and where it can be looked at. */
export function WhatHappened({ task }: { task: Task }) {
  const t = useTranslations('tasks');
  const nameOf = useItemName();
  const sentencesOf = useSentences();
  return (
    <>
      <ul className="os-stack">
        {task.items.map((item, at) => (
          <li key={at}>
            <Linked item={item} name={nameOf(item)} />
            {item.customerNumber !== null && (
              <>
                {', '}
                <a href={`/customers/${item.customerId}`}>{t('customer', { number: item.customerNumber })}</a>
              </>
            )}
            : {sentencesOf(task, item).join(' ')}
          </li>
        ))}
      </ul>
      {task.orderId !== null && (
        <p>
          {t('sale')}: <a href={`/orders/${task.orderId}`}>{task.orderNumber}</a>
        </p>
      )}
    </>
  );
}

function Linked({ item, name }: { item: Item; name: string }) {
  if (item.promotionId !== null) return <a href={`/promotions/${item.promotionId}`}>{name}</a>;
  if (item.giftCardId !== null) return <a href={`/gift-cards/${item.giftCardId}`}>{name}</a>;
  return <>{name}</>;
}

function useSentences(): (task: Task, item: Item) => string[] {
  const t = useTranslations('tasks');
  const locale = useLocale();
  return (task, item) => {
    const { what, currency, amountMinor, points, overuses, open, reason } = item;
    const money = (minor: number): string => (currency === '' ? '' : moneyText(locale, { amount: minor, currency }));
    const amount = money(amountMinor ?? 0);
    switch (task.kind) {
      case 'promotion_overused': {
        const count = overuses ?? 0;
        if (what === 'coupon') return [t('overusesOfCoupon', { count })];
        if (what === 'promotion_of_customer') return [t('overusesOfCustomer', { count })];
        return [
          ...(count > 0 ? [t('overuses', { count })] : []),
          ...((amountMinor ?? 0) > 0 ? [t('overspent', { amount })] : []),
        ];
      }
      case 'reward_overdrawn': {
        // Points of a programme that there is not are told by what was taken for them.
        const isPoints = what === 'points' && points !== null;
        const beyond = isPoints ? t('overdrawnPoints', { points: points ?? 0 }) : t('overdrawn', { amount });
        if (open === null) return [beyond];
        if (open === 0) return [beyond, t('settled')];
        return [beyond, isPoints ? t('stillPoints', { points: open }) : t('still', { amount: money(open) })];
      }
      case 'gift_card_not_charged':
        return [t('notCharged', { amount })];
      case 'payment_failed':
        return ACTIONS.flatMap((action) => (action === reason ? [t(`actions.${action}`, { amount })] : []));
    }
  };
}

const ACTIONS = ['authorise', 'capture', 'void', 'refund'] as const;
