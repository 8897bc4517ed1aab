import { uuidv7 } from 'uuidv7';
import { changed, type MasterChange, type MasterWork } from '../../../platform/commit/master-door.ts';
import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { notFound } from '../../../platform/http/problem.ts';
import { decideEraseCustomer, type DocumentRetention } from '../../../src/customers/erase-customer.ts';
import { eraseCards, listCards, lockForErasure } from '../../../src/customers/server/erasure.store.ts';
import { accept, reject, type Decision } from '../../../src/kernel/decision.ts';
import { epochDayToDay, instantToText } from '../../../src/kernel/time.ts';
import { ordersAgainstErasure } from '../../../src/orders/server/personal-data.ts';
import { eraseTaxBuyer } from '../../../src/pricing/server/tax-store.ts';
import { erasePerson, lockPersonForErasure } from '../../../src/staff/server/erase-person.ts';

/** The statements of erasing and retention. */
export const privacySql = loadSql(import.meta.url, './privacy.sql', [
  'list_retention',
  'insert_erasure',
  'find_erasure',
  'known_erasures',
  'forget_origins',
  'forget_keys',
  'import_files_until',
  'give_up_imports',
  'delete_import_files',
  'blank_import_problems',
  'events_about',
  'owned_by_customer',
  'forget_left_carts',
]);

/** Who is forgotten: somebody who buys, or somebody of the staff. */
export type ErasedKind = 'customer' | 'person';

/** What was erased, what is kept until when and why, and what stays for ever. Names nobody. Days are `YYYY-MM-DD`. */
export type Receipt = {
  readonly erasureId: string;
  readonly kind: ErasedKind;
  readonly subjectId: string;
  readonly number: string | null;
  readonly erasedAt: string;
  readonly deleted: readonly { readonly what: string; readonly count: number }[];
  readonly restricted: readonly {
    readonly what: string;
    readonly count: number;
    readonly until: string;
    readonly country: string;
    readonly basis: string;
  }[];
  readonly kept: readonly string[];
};

/** An erasure as it is listed outside the database: ids alone. */
export type Erasure = {
  readonly id: string;
  readonly kind: ErasedKind;
  readonly subjectId: string;
  readonly askedBy: string;
  readonly at: number;
};

/** Rules of retention as they stand in the table. */
export type Retention = {
  readonly documents: readonly DocumentRetention[];
  readonly addressDays: number;
  readonly sessionDays: number;
  readonly importFileDays: number;
};

/** Reads the rules. */
export async function readRetention(tx: Tx): Promise<Retention> {
  type Row = { what: string; country: string; years: number | null; days: number | null; basis: string };
  const rows = await tx.rows<Row>(privacySql.list_retention);
  const days = (what: string): number => rows.find((row) => row.what === what)?.days ?? 90;
  return {
    documents: rows.flatMap(({ what, country, years, basis }) =>
      what === 'invoices' && years !== null ? [{ country, years, basis }] : [],
    ),
    addressDays: days('addresses'),
    sessionDays: days('sessions'),
    importFileDays: days('import_files'),
  };
}

/**
 * Erases a customer or somebody of the staff, as the work of a change of master data. `again`: it was done before, and a backup from before that was restored, so
 * nothing that stands in the way counts any more. The event names ids alone, so the audit chain holds with and without the person.
 */
export function eraseWork(erasure: Erasure, again = false): MasterWork<Receipt> {
  return async (tx) => {
    const decision =
      erasure.kind === 'customer' ? await ofCustomer(tx, erasure, again) : await ofPerson(tx, erasure, again);
    if (!decision.ok) return decision;
    const receipt = decision.value;
    const { id, kind, subjectId, askedBy } = erasure;
    await tx.run(privacySql.insert_erasure, [id, kind, subjectId, askedBy, receipt.erasedAt, JSON.stringify(receipt)]);
    return told(erasure, receipt);
  };
}

function told({ kind, subjectId }: Erasure, receipt: Receipt): Decision<MasterChange<Receipt>> {
  const { erasureId, deleted, restricted } = receipt;
  const type = kind === 'customer' ? 'CustomerErased' : 'PersonErased';
  return changed([{ type, version: 1, subjectId, body: { erasureId, deleted, restricted } }], receipt);
}

async function ofCustomer(tx: Tx, { id, subjectId, at }: Erasure, again: boolean): Promise<Decision<Receipt>> {
  const customer = await lockForErasure(tx, subjectId);
  if (customer === undefined) throw notFound('customer');
  const { openOrders, documents } = await ordersAgainstErasure(tx, subjectId);
  const cards = await listCards(tx, subjectId);
  const { documents: retention, importFileDays } = await readRetention(tx);
  const decision = decideEraseCustomer(
    again ? { erasedAt: undefined, openOrders: 0 } : { erasedAt: customer.erasedAt, openOrders },
    cards.map((card) => ({ cardId: card.id, documents: documents.get(card.id) ?? [] })),
    { retention, today: epochDayToDay(Math.floor(at / 86_400_000)) },
  );
  if (!decision.ok) return decision;
  await eraseCards(tx, { customerId: subjectId, cards: decision.value, emptyCardId: uuidv7(), at });
  await eraseTaxBuyer(tx, subjectId);
  await tx.run(privacySql.forget_left_carts, [subjectId]);
  const { deleted, restricted } = decision.value;
  const file = await tx.get<{ finished_at: string | null }>(privacySql.import_files_until);
  return accept({
    ...receiptHead({ id, kind: 'customer', subjectId, at }),
    number: customer.number,
    deleted: deleted.length === 0 ? [] : [{ what: 'cards', count: deleted.length }],
    restricted: [
      ...restricted.map(({ until, documents: count, country, basis }) => ({
        what: 'card_of_documents',
        count,
        until,
        country,
        basis,
      })),
      ...(file.finished_at === null
        ? []
        : [{ ...elsewhere('import_files'), until: dayAfter(Date.parse(file.finished_at), importFileDays) }]),
    ],
    kept: ['orders_without_name', 'books'],
  });
}

async function ofPerson(tx: Tx, { id, subjectId, at }: Erasure, again: boolean): Promise<Decision<Receipt>> {
  const person = await lockPersonForErasure(tx, subjectId);
  if (person === undefined) throw notFound('person');
  if (!again && person.erasedAt !== undefined) return reject({ reason: 'already_erased', at: person.erasedAt });
  // Whoever still comes in every day still has a name.
  if (!again && person.archivedAt === undefined) return reject({ reason: 'still_active' });
  const deleted = [...(await erasePerson(tx, { id: subjectId, at }))];
  const { length: addresses } = await tx.rows(privacySql.forget_origins, [subjectId]);
  if (addresses > 0) deleted.push({ what: 'addresses', count: addresses });
  return accept({
    ...receiptHead({ id, kind: 'person', subjectId, at }),
    number: null,
    deleted,
    restricted: [],
    kept: ['acts_without_name', 'books'],
  });
}

function receiptHead({ id, kind, subjectId, at }: Pick<Erasure, 'id' | 'kind' | 'subjectId' | 'at'>) {
  return { erasureId: id, kind, subjectId, erasedAt: instantToText(at) };
}

function elsewhere(what: string) {
  return { what, count: 1, country: '', basis: '' };
}

function dayAfter(at: number, days: number): string {
  return new Date(at + days * 86_400_000).toISOString().slice(0, 10);
}
