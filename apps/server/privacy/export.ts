import type { Tx } from '../../../platform/db/pool.ts';
import { csvLine } from '../../../platform/files/csv-out.ts';
import { zipOf } from '../../../platform/files/zip-out.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { listCards, lockForErasure } from '../../../src/customers/server/erasure.store.ts';
import { encodeId } from '../../../src/kernel/ids.ts';
import { instantToText } from '../../../src/kernel/time.ts';
import { ordersOf } from '../../../src/orders/server/personal-data.ts';
import { knownOfPerson, lockPersonForErasure } from '../../../src/staff/server/erase-person.ts';
import { privacySql, type ErasedKind } from './erase.ts';

/** What is known of somebody, for them to take along, and how much it is. */
export type PersonalData = {
  readonly archive: Buffer;
  readonly counts: Readonly<Record<string, number>>;
};

/** When it is packed, and the event before which the history ends when that is not now. */
type AsOf = { readonly at: number; readonly before?: number | undefined };

/** Packs what is known of a customer or of somebody of the staff: one JSON with everything, and tables as CSV. Throws a 404 when there is nobody. */
export async function exportPersonalData(tx: Tx, kind: ErasedKind, id: string, asOf: AsOf): Promise<PersonalData> {
  return kind === 'customer' ? exportCustomer(tx, id, asOf) : exportPerson(tx, id, asOf);
}

type Tables = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

async function exportCustomer(tx: Tx, id: string, { at, before }: AsOf): Promise<PersonalData> {
  const customer = await lockForErasure(tx, id);
  if (customer === undefined) throw notFound('customer');
  const cards = (await listCards(tx, id)).map(({ id: _, ...card }) => card);
  const orders = (await ordersOf(tx, id)).map(({ id: orderId, customer_card_id: _, ...order }) => ({
    id: encodeId('ord', orderId),
    ...order,
  }));
  const about = { kind: 'customer', id: encodeId('cus', id), number: customer.number };
  const belongings = await tx.rows<Belonging>(privacySql.owned_by_customer, [id]);
  return packed(about, { cards, orders, belongings, history: await historyOf(tx, id, before) }, at);
}

/** What a customer has: `amount` in minor units of the currency, or points. */
type Belonging = {
  readonly what: string;
  readonly currency: string | null;
  readonly amount: number | null;
  readonly name: string | null;
  readonly since: string | null;
  readonly until: string | null;
};

async function exportPerson(tx: Tx, id: string, { at, before }: AsOf): Promise<PersonalData> {
  const person = await lockPersonForErasure(tx, id);
  if (person === undefined) throw notFound('person');
  const { name, email, locale } = person;
  const { grants, sessions } = await knownOfPerson(tx, id);
  const about = { kind: 'staff', id: encodeId('per', id), name, email, locale };
  const tables = { grants, sessions, history: await historyOf(tx, id, before) } as Tables;
  return packed(about, tables, at);
}

/** What was done to their record, by number and kind. */
async function historyOf(tx: Tx, id: string, before: number | undefined) {
  const rows = await tx.rows<{ number: number; type: string; recorded_at: string }>(privacySql.events_about, [
    id,
    before ?? null,
  ]);
  return rows.map(({ number, type, recorded_at }) => ({ number, type, recorded_at }));
}

function packed(about: Readonly<Record<string, unknown>>, tables: Tables, at: number): PersonalData {
  const counts = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length]));
  const receipt = { ...about, exportedAt: instantToText(at), counts };
  const files = [
    { name: 'receipt.json', content: `${JSON.stringify(receipt, null, 2)}\n` },
    { name: 'everything.json', content: `${JSON.stringify({ ...about, ...tables }, null, 2)}\n` },
    ...Object.entries(tables).map(([name, rows]) => ({ name: `${name}.csv`, content: csvOf(rows) })),
  ];
  return { archive: zipOf(files, at), counts };
}

function csvOf(rows: readonly Readonly<Record<string, unknown>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string | number | null =>
    value === null || value === undefined
      ? null
      : typeof value === 'string' || typeof value === 'number'
        ? value
        : JSON.stringify(value);
  return csvLine(columns) + rows.map((row) => csvLine(columns.map((name) => cell(row[name])))).join('');
}
