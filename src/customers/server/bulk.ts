import {
  chunksOf,
  importChunks,
  type MasterImport,
  type MasterImported,
} from '../../../platform/commit/master-chunks.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { reject } from '../../kernel/decision.ts';
import type { Customer } from '../customer.ts';
import { insertCards, insertCustomers, type NewCard } from './customers.store.ts';

/** A customer as it is imported, with its first card. */
export type WantedCustomer = Pick<Customer, 'id' | 'number'> & { readonly card: Omit<NewCard, 'customerId'> };

/** Imports customers in chunks through the door. The events name ids only. Refuses a chunk with a number that is taken. */
export function importCustomers(
  master: Master,
  from: MasterImport,
  customers: readonly WantedCustomer[],
): Promise<MasterImported> {
  return importChunks(
    master,
    { ...from, type: 'import_customers', topic: 'customer' },
    chunksOf(customers, () => 2),
    (chunk) => async (tx) => {
      const free = await insertCustomers(
        tx,
        chunk.map(({ id, number, card }) => ({ id, number, cardId: card.id })),
        from.at,
      );
      if (free !== chunk.length) return reject({ reason: 'duplicate_number', count: chunk.length - free });
      await insertCards(
        tx,
        chunk.map(({ id, card }) => ({ ...card, customerId: id })),
        from.at,
      );
      const body = { customers: chunk.map(({ id, card }) => ({ customerId: id, cardId: card.id })) };
      return changed([{ type: 'CustomersImported', version: 1, body }], { count: chunk.length });
    },
  );
}
