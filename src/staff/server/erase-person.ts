import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { instantToText, type InstantMs } from '../../kernel/time.ts';

const sql = loadSql(import.meta.url, './erase-person.sql', [
  'lock_person',
  'blank_person',
  'delete_sessions',
  'delete_tickets',
  'delete_totp',
  'delete_recovery_codes',
  'delete_passkeys',
  'delete_invitations',
  'delete_company_identities',
  'delete_pins',
  'delete_badges',
  'list_sessions',
  'list_grants',
  'delete_old_sessions',
]);

/** Somebody of the staff, locked until the commit. Instants in epoch milliseconds. */
export type ErasablePerson = {
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly archivedAt: number | undefined;
  readonly erasedAt: number | undefined;
};

/** Locks them; undefined when there is no such person. */
export async function lockPersonForErasure(tx: Tx, id: string): Promise<ErasablePerson | undefined> {
  type Row = { name: string; email: string; locale: string; archived_at: number | null; erased_at: number | null };
  const row = await tx.find<Row>(sql.lock_person, [id]);
  if (row === undefined) return undefined;
  const { name, email, locale, archived_at: archivedAt, erased_at: erasedAt } = row;
  return { name, email, locale, archivedAt: archivedAt ?? undefined, erasedAt: erasedAt ?? undefined };
}

/**
 * Takes name, e-mail address and everything that a person came in with. The row and its id stay: what they did stands in the books under it. Gives how much was
 * deleted of what.
 */
export async function erasePerson(
  tx: Tx,
  { id, at }: { readonly id: string; readonly at: InstantMs },
): Promise<readonly { readonly what: string; readonly count: number }[]> {
  const deleted: { what: string; count: number }[] = [];
  for (const [what, statement] of [
    ['sessions', sql.delete_sessions],
    ['tickets', sql.delete_tickets],
    ['second_factor', sql.delete_totp],
    ['recovery_codes', sql.delete_recovery_codes],
    ['passkeys', sql.delete_passkeys],
    ['invitations', sql.delete_invitations],
    ['company_identities', sql.delete_company_identities],
    ['pins', sql.delete_pins],
    ['badges', sql.delete_badges],
  ] as const) {
    const { length: count } = await tx.rows(statement, [id]);
    if (count > 0) deleted.push({ what, count });
  }
  await tx.run(sql.blank_person, [id, `erased-${id}@invalid`, instantToText(at)]);
  return [{ what: 'name_and_email', count: 1 }, ...deleted];
}

/** What else is known of somebody of the staff, for them to read. */
export async function knownOfPerson(tx: Tx, id: string) {
  return { grants: await tx.rows(sql.list_grants, [id]), sessions: await tx.rows(sql.list_sessions, [id]) };
}

/** Deletes sessions that were over before a moment. Gives how many. */
export function deleteOldSessions(tx: Tx, before: InstantMs): Promise<number> {
  return tx.run(sql.delete_old_sessions, [instantToText(before)]);
}
