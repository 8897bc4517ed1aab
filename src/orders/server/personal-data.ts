import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import type { CardUse } from '../../customers/erase-customer.ts';
import { businessDay } from '../../kernel/time.ts';

const sql = loadSql(import.meta.url, './personal-data.sql', ['open_orders', 'documents_of_cards', 'orders_of']);

/** An order as the person who bought may read it. */
export type OrderOfPerson = {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly status: string;
  readonly customer_card_id: string | null;
  readonly currency: string;
  readonly gross_minor: number;
  readonly placed_at: string;
  readonly documents: readonly unknown[] | null;
  readonly lines: readonly unknown[] | null;
};

/** What orders know of a customer who wants to be forgotten: how many are open, and which documents name which card. */
export async function ordersAgainstErasure(
  tx: Tx,
  customerId: string,
): Promise<{ readonly openOrders: number; readonly documents: ReadonlyMap<string, CardUse['documents']> }> {
  const { orders } = await tx.get<{ orders: number }>(sql.open_orders, [customerId]);
  const rows = await tx.rows<{ card_id: string; day: string; country: string }>(sql.documents_of_cards, [customerId]);
  const documents = new Map<string, CardUse['documents'][number][]>();
  for (const { card_id: cardId, day, country } of rows) {
    const known = documents.get(cardId) ?? [];
    known.push({ day: businessDay(day), country });
    documents.set(cardId, known);
  }
  return { openOrders: orders, documents };
}

/** Every order of a customer, oldest first. */
export function ordersOf(tx: Tx, customerId: string): Promise<OrderOfPerson[]> {
  return tx.rows<OrderOfPerson>(sql.orders_of, [customerId]);
}
