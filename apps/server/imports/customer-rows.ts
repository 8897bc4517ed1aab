import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { ImportedCustomer } from '../../../connectors/oneshelf-csv/customer-csv.ts';
import type { Tx } from '../../../platform/db/pool.ts';
import {
  decideCreateCustomer,
  decideEditCustomer,
  type CardDetails,
  type Customer,
} from '../../../src/customers/customer.ts';
import {
  findCustomersByNumber,
  insertCards,
  insertCustomers,
  updateCustomer,
  type NewCard,
} from '../../../src/customers/server/customers.store.ts';
import { noCounts, type RowDid } from './row-did.ts';
import type { RowContext, RowPlan } from './row-kinds.ts';

/** Plans customers: a number that is not known makes one, a known one gets a new card where something is different. Personal data goes into cards only. */
export async function planCustomers(
  tx: Tx,
  rows: readonly ImportedCustomer[],
  { at, tell }: RowContext,
): Promise<RowPlan> {
  const known = await findCustomersByNumber(
    tx,
    rows.map(({ number }) => number),
  );
  const counts = noCounts();
  const did: NonNullable<RowDid['customers']>[number][] = [];
  const made: Pick<Customer, 'id' | 'number' | 'cardId'>[] = [];
  const edited: Customer[] = [];
  const cards: NewCard[] = [];
  const addCard = (customerId: string, details: CardDetails): string => {
    const id = uuidv7();
    const salt = randomBytes(16).toString('hex');
    cards.push({ ...details, id, customerId, purpose: 'sale', keepUntil: undefined, salt });
    return id;
  };
  for (const { line, number, details } of rows) {
    const stored = known.get(number);
    if (stored === undefined) {
      const decision = decideCreateCustomer(details);
      if (!decision.ok) {
        counts.leftOut += 1;
        continue;
      }
      const customerId = uuidv7();
      const cardId = addCard(customerId, decision.value);
      made.push({ id: customerId, number, cardId });
      did.push({ customerId, cardId });
      counts.created += 1;
      continue;
    }
    // A cell that is empty takes nothing away: files of other systems know less than we do.
    const said = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== ''));
    const changes = { ...said, address: { ...stored.card.address, ...details.address }, version: stored.version };
    const decision = decideEditCustomer(stored, changes, { card: stored.card, now: at });
    if (!decision.ok) {
      counts.leftOut += 1;
      tell({
        line,
        column: '',
        value: number,
        weight: 'error',
        reason: decision.rejection.reason,
        says: 'The customer is archived here.',
        does: 'The row is left out.',
      });
      continue;
    }
    const { customer, newDetails } = decision.value;
    if (newDetails === undefined) {
      counts.unchanged += 1;
      continue;
    }
    const cardId = addCard(stored.id, newDetails);
    edited.push({ ...customer, cardId });
    did.push({ customerId: stored.id, cardId, formerCardId: stored.cardId });
    counts.changed += 1;
  }
  return {
    did: { counts, customers: did },
    async write(writing) {
      const free = await insertCustomers(writing, made, at);
      if (free !== made.length) throw new Error('a customer with a number of the import was made meanwhile');
      await insertCards(writing, cards, at);
      for (const customer of edited) await updateCustomer(writing, customer);
    },
  };
}
