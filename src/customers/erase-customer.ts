import { accept, reject, type Decision } from '../kernel/decision.ts';
import { businessDay, compareDays, type BusinessDay } from '../kernel/time.ts';

/** A card, and the documents that were issued to it. Whoever knows of documents says so; this domain does not. */
export type CardUse = {
  readonly cardId: string;
  readonly documents: readonly { readonly country: string; readonly day: BusinessDay }[];
};

/** How many years a document is kept, counted from the end of its year, and the law. An empty country is any other. */
export type DocumentRetention = { readonly country: string; readonly years: number; readonly basis: string };

/** What becomes of each card: deleted, or kept for its documents until the end of a day, and why. */
export type ErasedCards = {
  readonly deleted: readonly string[];
  readonly restricted: readonly {
    readonly cardId: string;
    readonly until: BusinessDay;
    readonly documents: number;
    readonly country: string;
    readonly basis: string;
  }[];
};

/** Why somebody is not forgotten yet. */
export type EraseRejection = { reason: 'already_erased'; at: number } | { reason: 'open_orders'; orders: number };

/**
 * Says what is deleted and what the law makes us keep, card by card: a card that an invoice or credit note was issued to stays, seen by nobody but who reads
 * that document, until the longest period of its documents is over. Open orders must be finished or cancelled first: somebody still waits for goods or money.
 */
export function decideEraseCustomer(
  customer: { readonly erasedAt: number | undefined; readonly openOrders: number },
  cards: readonly CardUse[],
  rules: { readonly retention: readonly DocumentRetention[]; readonly today: BusinessDay },
): Decision<ErasedCards, EraseRejection> {
  if (customer.erasedAt !== undefined) return reject({ reason: 'already_erased', at: customer.erasedAt });
  if (customer.openOrders > 0) return reject({ reason: 'open_orders', orders: customer.openOrders });
  const deleted: string[] = [];
  const restricted: ErasedCards['restricted'][number][] = [];
  for (const { cardId, documents } of cards) {
    const ends = documents.map((document) => ({ ...keptUntil(document, rules.retention), country: document.country }));
    const last = ends.toSorted((a, b) => compareDays(b.until, a.until))[0];
    if (last === undefined || compareDays(last.until, rules.today) < 0) deleted.push(cardId);
    else restricted.push({ cardId, ...last, documents: documents.length });
  }
  return accept({ deleted, restricted });
}

/** The last day that a document is kept, and the law. */
export function keptUntil(
  { country, day }: { readonly country: string; readonly day: BusinessDay },
  retention: readonly DocumentRetention[],
): { readonly until: BusinessDay; readonly basis: string } {
  const rule = retention.find((one) => one.country === country) ?? retention.find((one) => one.country === '');
  const { years, basis } = rule ?? { years: 10, basis: '' };
  return { until: businessDay(`${Number(day.slice(0, 4)) + years}-12-31`), basis };
}
