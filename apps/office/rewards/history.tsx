import { useTranslations } from 'use-intl';
import type { RewardEntry } from '../../client/rewards.ts';
import { DataList } from '../../kit/data-list.tsx';
import { Instant, Money, Quantity } from '../../kit/numbers.tsx';
import { EmptyState } from '../../kit/problem.tsx';
import type { rewardsEn } from '../messages/rewards-en.ts';

/** What happened on an account, newest first, each with the order behind it. `currency` undefined: points. */
export function History({
  label,
  entries,
  currency,
}: {
  label: string;
  entries: readonly RewardEntry[];
  currency?: string;
}) {
  const t = useTranslations('rewards');
  const figure = (value: number, sign: boolean) =>
    currency === undefined ? (
      <Quantity value={value} sign={sign} />
    ) : (
      <Money value={{ amount: value, currency }} sign={sign} />
    );
  return (
    <DataList
      label={label}
      rows={entries}
      rowKey={(entry) => String(entry.entry)}
      href={({ orderId }) => (orderId === null ? undefined : `/orders/${orderId}`)}
      empty={<EmptyState title={t('noHistory')} text="" />}
      columns={[
        {
          key: 'what',
          header: t('what'),
          cell: ({ what, reason }) => (
            <>
              {t(`whats.${what as keyof (typeof rewardsEn)['whats']}`)}
              {reason !== '' && <span className="os-soft"> · {reason}</span>}
            </>
          ),
        },
        { key: 'when', header: t('when'), cell: ({ recordedAt }) => <Instant value={recordedAt} /> },
        {
          key: 'amount',
          header: currency === undefined ? t('points') : t('amount'),
          numeric: true,
          phone: 'corner',
          cell: ({ delta }) => figure(delta, true),
        },
        { key: 'after', header: t('after'), numeric: true, cell: ({ balanceAfter }) => figure(balanceAfter, false) },
      ]}
    />
  );
}
