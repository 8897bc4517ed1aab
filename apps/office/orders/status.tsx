import { useTranslations } from 'use-intl';
import type { OrderRow, OrderStatus } from '../../client/types.ts';
import { Pill } from '../../kit/stat-tile.tsx';
import type { Tone } from '../../kit/stat-tile.tsx';

/** What an order can be. */
export const STATUSES: readonly OrderStatus[] = ['placed', 'part_shipped', 'completed', 'cancelled'];

const TONES: Readonly<Record<OrderStatus, Tone>> = {
  placed: 'brand',
  part_shipped: 'warn',
  completed: 'good',
  cancelled: 'plain',
};

/** Where an order stands, in a word. */
export function StatusPill({ order }: { order: Pick<OrderRow, 'status' | 'kind'> }) {
  const t = useTranslations('orders');
  return (
    <Pill tone={TONES[order.status]}>
      {t(order.kind === 'return' ? 'statuses.returned' : `statuses.${order.status}`)}
    </Pill>
  );
}
