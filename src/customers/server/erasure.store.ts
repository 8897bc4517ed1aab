import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type BusinessDay, type InstantMs } from '../../kernel/time.ts';
import type { ErasedCards } from '../erase-customer.ts';
import { insertCards } from './customers.store.ts';

const sql = loadSql(import.meta.url, './erasure.sql', [
  'lock_for_erasure',
  'list_cards',
  'delete_cards',
  'restrict_cards',
  'mark_erased',
  'delete_overdue_cards',
]);

/** A card as its person may read it. */
export type KnownCard = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly address: Readonly<Record<string, string>>;
  readonly country: string;
  readonly purpose: string;
  readonly keep_until: string | null;
  readonly created_at: string;
};

/** A customer, locked until the commit, as far as erasing needs. */
export async function lockForErasure(
  tx: Tx,
  id: string,
): Promise<{ readonly number: string; readonly erasedAt: number | undefined } | undefined> {
  const row = await tx.find<{ number: string; erased_at: number | null }>(sql.lock_for_erasure, [id]);
  return row === undefined ? undefined : { number: row.number, erasedAt: row.erased_at ?? undefined };
}

/** Every card of a customer, oldest first. */
export function listCards(tx: Tx, customerId: string): Promise<KnownCard[]> {
  return tx.rows<KnownCard>(sql.list_cards, [customerId]);
}

/**
 * Deletes cards and restricts the others, and gives the customer an empty card (`emptyCardId`), so that nothing shows or finds the person any more. Documents go
 * on pointing to the card they were issued to.
 */
export async function eraseCards(
  tx: Tx,
  of: {
    readonly customerId: string;
    readonly cards: ErasedCards;
    readonly emptyCardId: string;
    readonly at: InstantMs;
  },
): Promise<void> {
  const { customerId, cards, emptyCardId, at } = of;
  const details = { name: '', email: '', phone: '', address: {}, country: '' };
  const empty = { ...details, id: emptyCardId, customerId, purpose: 'erased', keepUntil: undefined, salt: '' };
  await insertCards(tx, [empty], at);
  await tx.run(sql.mark_erased, [customerId, emptyCardId, instantToText(at)]);
  await tx.rows(sql.delete_cards, [cards.deleted]);
  await tx.run(sql.restrict_cards, [
    cards.restricted.map(({ cardId }) => cardId),
    cards.restricted.map(({ until }) => until),
  ]);
}

/** Deletes restricted cards whose time is over. Gives how many. */
export async function deleteOverdueCards(tx: Tx, today: BusinessDay): Promise<number> {
  return (await tx.rows(sql.delete_overdue_cards, [today])).length;
}
