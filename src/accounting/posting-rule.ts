import type { AccountRole } from './chart.ts';

/** Amounts an act brings, whole minor units. The rules read them by name, so the table in the documentation is made from them. */
export type Amount = (body: Readonly<Record<string, unknown>>) => number;

/**
 * One line of the table event → postings. `in` says whose currency the amount is in: the document's, or the legal entity's (costs are
 * always in the entity's). A negative amount posts to the other side.
 *
 * `booked` gives the amount in the entity's currency that a posting undoes, where today's rate would leave a rest behind: money taken in
 * advance. What today's rate makes of it otherwise is borne by the rules of the act that say `bears`, in proportion to their amounts.
 */
export type PostingRule = {
  readonly act: string;
  readonly side: 'debit' | 'credit';
  readonly account: AccountRole;
  readonly in: 'document' | 'entity';
  readonly amount: Amount;
  readonly booked?: Amount;
  readonly bears?: true;
  /** What is posted, in an accountant's words; stands in the documentation. */
  readonly what: string;
};

/** Nothing is posted by itself; what others leave is borne. */
export const nothing: Amount = () => 0;
/** The amount of that name; nothing where the act has none. */
export function minor(name: string): Amount {
  return (body) => (body[name] as number | undefined) ?? 0;
}
/** The amount of that name within a record of amounts. */
export function within(record: string, name: string): Amount {
  return (body) => (body[record] as Record<string, number> | undefined)?.[name] ?? 0;
}
