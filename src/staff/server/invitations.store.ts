import { loadSql, type Tx } from '../../../platform/db/pool.ts';

const sql = loadSql(import.meta.url, './invitations.sql', [
  'insert_invitation',
  'renew_invitation',
  'lock_invitation',
  'find_by_token',
  'accept_invitation',
  'revoke_invitation',
  'archive_invited',
  'insert_invited',
  'revive_invited',
  'name_invited',
  'find_same_email',
  'list_invitations',
]);

/** An open invitation with whom it is for. */
export type Invitation = {
  readonly id: string;
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly expiresAt: string;
};

/** An open invitation as a list shows it. Instants as text. `role`, `entityId`, `locationId`: the first grant that waits. */
export type InvitationRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly createdAt: string;
  readonly sentAt: string;
  readonly expiresAt: string;
  readonly invitedBy: string | null;
  readonly role: string | null;
  readonly entityId: string | null;
  readonly locationId: string | null;
};

type FoundRow = { id: string; person_id: string; name: string; email: string; locale: string; expires_at: string };
type ListRow = {
  id: string;
  name: string;
  email: string;
  created_at: string;
  sent_at: string;
  expires_at: string;
  invited_by: string | null;
  role: string | null;
  entity_id: string | null;
  location_id: string | null;
};

/** Open invitations, the newest first. */
export async function listInvitations(
  tx: Tx,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<InvitationRow[]> {
  const rows = await tx.rows<ListRow>(sql.list_invitations, [page.after ?? null, page.limit]);
  return rows.map(({ id, name, email, role, ...row }) => ({
    id,
    name,
    email,
    role,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    expiresAt: row.expires_at,
    invitedBy: row.invited_by,
    entityId: row.entity_id,
    locationId: row.location_id,
  }));
}

/** Who has an address already, and whether they left or were invited; undefined when nobody has. */
export async function lockSameEmail(
  tx: Tx,
  email: string,
): Promise<{ readonly id: string; readonly isArchived: boolean; readonly isInvited: boolean } | undefined> {
  const row = await tx.find<{ id: string; is_archived: boolean; is_invited: boolean }>(sql.find_same_email, [email]);
  return row && { id: row.id, isArchived: row.is_archived, isInvited: row.is_invited };
}

/** Writes a person who cannot sign in yet, or takes back one who left. */
export async function writeInvited(
  tx: Tx,
  person: { readonly id: string; readonly name: string; readonly email: string; readonly locale: string },
  isNew: boolean,
): Promise<void> {
  if (isNew) await tx.run(sql.insert_invited, [person.id, person.name, person.email, person.locale]);
  else await tx.run(sql.revive_invited, [person.id, person.name, person.locale]);
}

/** Writes an invitation. */
export async function insertInvitation(
  tx: Tx,
  invitation: {
    readonly id: string;
    readonly personId: string;
    readonly tokenHash: string;
    readonly invitedBy: string;
    readonly at: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  const { id, personId, tokenHash, invitedBy, at, expiresAt } = invitation;
  await tx.run(sql.insert_invitation, [id, personId, tokenHash, invitedBy, instant(at), instant(expiresAt)]);
}

/** The open invitation of this id, locked; undefined when there is none. */
export async function lockInvitation(tx: Tx, id: string): Promise<Invitation | undefined> {
  return invitationOf(await tx.find(sql.lock_invitation, [id]));
}

/** The open invitation that a link belongs to. */
export async function findInvitation(tx: Tx, tokenHash: string, now: number): Promise<Invitation | undefined> {
  return invitationOf(await tx.find(sql.find_by_token, [tokenHash, instant(now)]));
}

/** Gives an open invitation another link; the one before is void. */
export async function renewInvitation(
  tx: Tx,
  renewed: { readonly id: string; readonly tokenHash: string; readonly at: number; readonly expiresAt: number },
): Promise<void> {
  const { id, tokenHash, at, expiresAt } = renewed;
  await tx.run(sql.renew_invitation, [id, tokenHash, instant(at), instant(expiresAt)]);
}

/** Takes an invitation back, and with it the person who never came. */
export async function revokeInvitation(
  tx: Tx,
  { id, personId }: Pick<Invitation, 'id' | 'personId'>,
  by: { readonly principalId: string; readonly at: number },
): Promise<void> {
  await tx.run(sql.revoke_invitation, [id, instant(by.at)]);
  await tx.run(sql.archive_invited, [personId, instant(by.at), by.principalId]);
}

/** Notes that a link was followed to its end. False when somebody else was faster. */
export async function acceptInvitation(
  tx: Tx,
  accepted: { readonly personId: string; readonly tokenHash: string; readonly name: string; readonly at: number },
): Promise<boolean> {
  const { personId, tokenHash, name, at } = accepted;
  if ((await tx.run(sql.accept_invitation, [personId, tokenHash, instant(at)])) === 0) return false;
  await tx.run(sql.name_invited, [personId, name]);
  return true;
}

/** Notes that somebody who may have been invited came in another way. */
export async function acceptInvitationOf(tx: Tx, personId: string, at: number): Promise<void> {
  await tx.run(sql.accept_invitation, [personId, null, instant(at)]);
}

function invitationOf(row: FoundRow | undefined): Invitation | undefined {
  if (row === undefined) return undefined;
  const { person_id: personId, expires_at: expiresAt, ...rest } = row;
  return { ...rest, personId, expiresAt };
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
