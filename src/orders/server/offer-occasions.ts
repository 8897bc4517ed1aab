import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { mintUuidv7 } from '../../kernel/ids.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { OfferEvent, OfferOccasion } from '../../pricing/offer-rule.ts';
import type { PurchaseReads } from '../../pricing/server/offer-worker.ts';
import type { OrderKind, OrderStatus } from '../order.ts';

const sql = loadSql(import.meta.url, './offer-occasions.sql', [
  'find_occasions',
  'find_recent_ids',
  'find_buyers_since',
]);

type Row = {
  id: string;
  kind: OrderKind;
  status: OrderStatus;
  customer_id: string;
  channel_id: string;
  selling_location_id: string;
  amount_minor: number;
  currency: string;
  placed_at: InstantMs;
  is_first: boolean;
  group_ids: string[];
};

/** Which orders are meant by an event that rules answer. */
const MEANT: Readonly<Record<Exclude<OfferEvent, 'cart_left'>, { kinds: readonly OrderKind[]; status?: OrderStatus }>> =
  {
    sale: { kinds: ['till_sale'] },
    order_placed: { kinds: ['order', 'marketplace_order'] },
    order_handed_over: { kinds: ['order', 'marketplace_order'], status: 'completed' },
    return: { kinds: ['return'] },
  };

/** What rules for personal offers ask about purchases. */
export const purchaseReads: PurchaseReads = {
  async occasions(tx, asked) {
    const rows = await tx.rows<Row>(sql.find_occasions, [[...new Set(asked.map(({ orderId }) => orderId))]]);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return asked.flatMap(({ orderId, event, at }): OfferOccasion[] => {
      const row = byId.get(orderId);
      return row === undefined ? [] : [occasionOf(row, event, at ?? row.placed_at)];
    });
  },
  async recent(tx, { event, since, limit }) {
    const { kinds, status } = MEANT[event];
    const from = mintUuidv7(since, 0, 0);
    const rows = await tx.rows<{ id: string }>(sql.find_recent_ids, [from, kinds, status ?? null, limit]);
    return rows.map(({ id }) => id);
  },
  async buyersSince(tx: Tx, asked) {
    const rows = await tx.rows<{ customer_id: string }>(sql.find_buyers_since, [
      asked.map((one) => one.customerId),
      asked.map((one) => instantToText(one.since)),
    ]);
    return new Set(rows.map((row) => row.customer_id));
  },
};

function occasionOf(row: Row, event: OfferEvent, at: InstantMs): OfferOccasion {
  return {
    subjectId: row.id,
    event,
    at,
    customerId: row.customer_id,
    groupIds: row.group_ids,
    channelId: row.channel_id,
    locationId: row.selling_location_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    isFirst: row.is_first,
  };
}
