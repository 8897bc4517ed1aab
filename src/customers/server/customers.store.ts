import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { beginning, wordsQuery } from '../../../platform/db/search.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';
import type { Address, Card, CardDetails, Customer } from '../customer.ts';

const sql = loadSql(import.meta.url, './customers.sql', [
  'list_customers',
  'search_customers',
  'find_customer',
  'lock_customer',
  'find_customers_by_number',
  'put_customer_card_back',
  'archive_untouched_customer',
  'insert_customers',
  'insert_cards',
  'update_customer',
]);

/** A customer with the card that holds now. */
export type CustomerWithCard = Customer & { readonly card: CardDetails };

/** A card as it is written, with the salt of its hash. */
export type NewCard = Card & { readonly salt: string };

type Row = {
  id: string;
  number: string;
  card_id: string;
  archived_at: number | null;
  version: number;
  name: string;
  email: string;
  phone: string;
  address: Partial<Address>;
  country: string;
};

/** After the last possible id: lists begin with the newest customer. */
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** A page of customers, newest first; with a search by beginnings of the name's words, the e-mail address, the telephone number, or the whole number. */
export async function listCustomers(
  tx: Tx,
  wanted: { limit: number; after?: string | undefined; search?: string | undefined },
): Promise<CustomerWithCard[]> {
  const { limit, after = LAST_ID, search } = wanted;
  if (search === undefined) return (await tx.rows<Row>(sql.list_customers, [limit + 1, after])).map(toCustomer);
  const text = search.trim();
  const values = [
    limit + 1,
    after,
    wordsQuery(text),
    ...beginning(text.toLowerCase()),
    ...beginning(text),
    text.toUpperCase(),
  ];
  return (await tx.rows<Row>(sql.search_customers, values)).map(toCustomer);
}

/** A customer with the current card, or undefined; `locked` when it will be changed. */
export async function findCustomer(
  tx: Tx,
  id: string,
  how: { locked: boolean } = { locked: false },
): Promise<CustomerWithCard | undefined> {
  if (how.locked) await tx.find(sql.lock_customer, [id]);
  const row = await tx.find<Row>(sql.find_customer, [id]);
  return row === undefined ? undefined : toCustomer(row);
}

/** Customers with their current cards, by number; those that do not exist are not in it. */
export async function findCustomersByNumber(
  tx: Tx,
  numbers: readonly string[],
): Promise<Map<string, CustomerWithCard>> {
  const rows = await tx.rows<Row>(sql.find_customers_by_number, [numbers]);
  return new Map(rows.map((row) => [row.number, toCustomer(row)]));
}

/** Lets a customer's former card hold again, where `cardId` still holds. Says whether it did. */
export async function putCardBack(
  tx: Tx,
  of: { readonly customerId: string; readonly cardId: string; readonly formerCardId: string },
): Promise<boolean> {
  return (await tx.run(sql.put_customer_card_back, [of.customerId, of.cardId, of.formerCardId])) === 1;
}

/** Archives a customer whose card is still `cardId`. Says whether it was. */
export async function archiveUntouched(
  tx: Tx,
  of: { readonly customerId: string; readonly cardId: string },
  at: InstantMs,
): Promise<boolean> {
  return (await tx.run(sql.archive_untouched_customer, [of.customerId, of.cardId, instantToText(at)])) === 1;
}

/** Inserts customers and gives how many had a number that was free. Their cards come after them. */
export async function insertCustomers(
  tx: Tx,
  rows: readonly Pick<Customer, 'id' | 'number' | 'cardId'>[],
  at: InstantMs,
): Promise<number> {
  return tx.run(sql.insert_customers, [
    rows.map((each) => each.id),
    rows.map((each) => each.number),
    rows.map((each) => each.cardId),
    instantToText(at),
  ]);
}

/** Inserts cards. Nothing ever updates one. */
export async function insertCards(tx: Tx, cards: readonly NewCard[], at: InstantMs): Promise<void> {
  await tx.run(sql.insert_cards, [
    cards.map((each) => each.id),
    cards.map((each) => each.customerId),
    cards.map((each) => each.name),
    cards.map((each) => each.email),
    cards.map((each) => each.phone),
    cards.map((each) => JSON.stringify(each.address)),
    cards.map((each) => each.country),
    cards.map((each) => each.purpose),
    cards.map((each) => each.keepUntil ?? null),
    cards.map((each) => each.salt),
    instantToText(at),
  ]);
}

/** Writes a decided edit over the version it was decided on. */
export async function updateCustomer(tx: Tx, customer: Customer): Promise<void> {
  const archivedAt = customer.archivedAt === undefined ? null : instantToText(customer.archivedAt);
  const rows = await tx.run(sql.update_customer, [customer.id, customer.version - 1, customer.cardId, archivedAt]);
  if (rows !== 1) throw new Error('a locked customer changed under our hands');
}

function toCustomer(row: Row): CustomerWithCard {
  const { id, number, version, name, email, phone, address, country } = row;
  return {
    id,
    number,
    cardId: row.card_id,
    archivedAt: row.archived_at ?? undefined,
    version,
    card: { name, email, phone, address, country },
  };
}
