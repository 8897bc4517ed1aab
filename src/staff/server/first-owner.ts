import { uuidv7 } from 'uuidv7';
import { tokenHash } from '../../../platform/auth/session.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { reject } from '../../kernel/decision.ts';
import { insertGrant, listRoles } from './rights.store.ts';
import { insertInvitation, lockInvitation, renewInvitation, writeInvited } from './invitations.store.ts';
import { insertBuiltInRoles } from './people.store.ts';
import { newToken } from './sign-in.store.ts';

/** How long the link of the first person works. */
export const OWNER_INVITATION_HOURS = 72;

/**
 * Writes the roles of a company that is new, and its first person: an owner of everything who is invited. Gives the token of the link; asked again before the link
 * was followed, a new one, and the link before is void. Undefined when it was followed already. `principalId` is who invites: the program.
 */
export async function inviteFirstOwner(
  master: Master,
  person: { readonly name: string; readonly email: string; readonly locale: string },
  by: { readonly principalId: string; readonly originId: string; readonly at: number },
): Promise<string | undefined> {
  const { principalId, originId, at } = by;
  const token = newToken();
  const expiresAt = at + OWNER_INVITATION_HOURS * 3600_000;
  const of = { principalId, originId, at, topic: 'staff' };
  const first = await master<{ invitationId: string }>(
    { ...of, type: 'first_owner', key: 'first-owner', body: {} },
    async (tx) => {
      await insertBuiltInRoles(tx);
      const roleId = (await listRoles(tx, at)).find(({ code }) => code === 'owner')?.id;
      if (roleId === undefined) throw new Error('There is no role owner.');
      const [personId, invitationId, grantId] = [uuidv7(), uuidv7(), uuidv7()];
      await writeInvited(tx, { id: personId, ...person, email: person.email.toLowerCase() }, true);
      const grant = { id: grantId, entityId: null, locationId: null, validFrom: at, validUntil: null };
      await insertGrant(tx, grant, { personId, roleId, grantedBy: principalId });
      await insertInvitation(tx, {
        id: invitationId,
        personId,
        tokenHash: tokenHash(token),
        invitedBy: principalId,
        at,
        expiresAt,
      });
      const after = { state: 'invited', grantId, role: 'owner', entityId: null, locationId: null };
      const body = { invitationId, personId, before: null, after };
      return changed([{ type: 'PersonInvited', version: 1, subjectId: personId, body }], { invitationId });
    },
  );
  if (first.kind !== 'accepted') throw new Error(`The first person could not be invited: ${first.kind}.`);
  if (!first.repeated) return token;
  const { invitationId } = first.answer;
  const again = { ...of, type: 'resend_invitation', key: `first-owner/${at}`, body: { at } };
  const second = await master(again, async (tx) => {
    const open = await lockInvitation(tx, invitationId);
    if (open === undefined) return reject({ reason: 'invitation_accepted' });
    await renewInvitation(tx, { id: open.id, tokenHash: tokenHash(token), at, expiresAt });
    const { personId } = open;
    const [before, after] = [open.expiresAt, new Date(expiresAt).toISOString()].map((until) => ({ expiresAt: until }));
    const body = { invitationId, personId, before, after };
    return changed([{ type: 'InvitationResent', version: 1, subjectId: personId, body }], {});
  });
  return second.kind === 'accepted' ? token : undefined;
}
