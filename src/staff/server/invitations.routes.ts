import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { tokenHash } from '../../../platform/auth/session.ts';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { accept, reject, type Decision } from '../../kernel/decision.ts';
import { decideGrant } from '../rights.ts';
import {
  acceptInvitation,
  findInvitation,
  insertInvitation,
  listInvitations,
  lockInvitation,
  lockSameEmail,
  renewInvitation,
  revokeInvitation,
  writeInvited,
} from './invitations.store.ts';
import { deleteGrant, findRole, insertGrant, loadHolder, lockRights } from './rights.store.ts';
import { rightsSubmission, type RightsDeps } from './roles.routes.ts';
import { answerEntry, fromOf, NewPasswordType, SignedInType, TokenType } from './session-shapes.ts';
import {
  enter,
  hashChosen,
  linkGone,
  linkTo,
  recordChange,
  done,
  tellPerson,
  type SignInDeps,
} from './sign-in-flow.ts';
import { newToken, setPassword } from './sign-in.store.ts';
import { OrNull } from './staff-shapes.ts';

const closed = { additionalProperties: false };
const tags = ['people'];
const byId = Type.Object({ id: IdType('invitation') });
const NameType = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' });
const EmailType = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@<>()\\[\\]\\\\,;:"]{1,64}@[^\\s@<>()\\[\\]\\\\,;:"]{1,189}$',
});
const LocaleType = Type.Union([Type.Literal('en'), Type.Literal('es')]);

/** How long a link works. */
const INVITATION_HOURS = 72;
const INVITATION_MS = INVITATION_HOURS * 3600_000;

const InvitationType = model(
  'Invitation',
  Type.Object({
    id: IdType('invitation'),
    name: Type.String(),
    email: Type.String(),
    role: OrNull(Type.String()),
    entityId: OrNull(IdType('legalEntity')),
    locationId: OrNull(IdType('location')),
    invitedBy: OrNull(Type.String()),
    createdAt: InstantType,
    sentAt: InstantType,
    expiresAt: InstantType,
  }),
);
const MadeType = Type.Object({ id: IdType('invitation'), personId: IdType('person'), expiresAt: InstantType });
type Made = { id: string; personId: string; expiresAt: string };

/** What invitations need: of signing in and of rights. */
export type InvitationDeps = SignInDeps & Pick<RightsDeps, 'entityOf' | 'knowsEntity'>;

/** /staff/invitations for who invites, /invitations for who was invited. */
export function registerInvitationRoutes(app: Api, deps: InvitationDeps): void {
  registerInviting(app, deps);
  registerAccepting(app, deps);
}

function registerInviting(app: Api, deps: InvitationDeps): void {
  const { pool, schema, master, now } = deps;

  route(app, {
    method: 'GET',
    url: '/staff/invitations',
    operationId: 'listInvitations',
    summary: 'Invitations that nobody has accepted yet, the newest first',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(InvitationType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const after = decodeCursor(Type.Tuple([CursorId]), query.after)?.[0];
      const rows = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listInvitations(tx, { limit: limit + 1, after }),
      );
      return pageOf(
        rows,
        limit,
        (row) => [row.id],
        (row) => ({
          ...row,
          id: idText('invitation', row.id),
          entityId: idText('legalEntity', row.entityId),
          locationId: idText('location', row.locationId),
        }),
      );
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/invitations',
    operationId: 'invite',
    summary: 'Invite somebody by e-mail, with a role',
    description: `They get a link that works once and for ${INVITATION_HOURS} hours. Nobody gives what they do not hold there themselves.`,
    tags,
    permission: 'people:grant',
    scope: 'any',
    preview: true,
    schema: {
      body: Type.Object(
        {
          name: NameType,
          email: EmailType,
          locale: Type.Optional(LocaleType),
          roleId: IdType('role'),
          entityId: Type.Optional(IdType('legalEntity')),
          locationId: Type.Optional(IdType('location')),
        },
        closed,
      ),
      response: { 201: MadeType },
    },
    async handler(request, reply) {
      const { body, principal } = request;
      const place = placeOf(deps, body);
      const at = now();
      const token = newToken();
      const person = { name: body.name.trim(), email: body.email.toLowerCase(), locale: body.locale ?? 'en' };
      let isSent = false;
      const outcome = await master<Made>(rightsSubmission(request, 'invite', at), async (tx) => {
        isSent = true;
        await lockRights(tx);
        const known = await lockSameEmail(tx, person.email);
        // Whoever was invited before gets the link again from there; whoever works here gets further roles, not an invitation.
        if (known?.isInvited === true) return reject({ reason: 'already_invited' });
        if (known?.isArchived === false) return reject({ reason: 'works_here_already', personId: known.id });
        const personId = known?.id ?? uuidv7();
        const role = await findRole(tx, body.roleId, at);
        if (role === undefined) throw notFound('role');
        if (role.archivedAt !== null) return reject({ reason: 'role_archived', role: role.code });
        const { permissions, limits } = role;
        const wanted = { role: role.code, permissions, limits, ...place, validFrom: at, validUntil: null };
        const decision = decideGrant(await loadHolder(tx, principal.id), { personId }, wanted, at);
        if (!decision.ok) return decision;
        await writeInvited(tx, { id: personId, ...person }, known === undefined);
        // What somebody was allowed before they left does not come back with them.
        for (const grant of (await loadHolder(tx, personId)).grants) await deleteGrant(tx, grant.id);
        const grantId = uuidv7();
        await insertGrant(
          tx,
          { id: grantId, ...place, validFrom: at, validUntil: null },
          { personId, roleId: role.id, grantedBy: principal.id },
        );
        const id = uuidv7();
        const expiresAt = at + INVITATION_MS;
        await insertInvitation(tx, {
          id,
          personId,
          tokenHash: tokenHash(token),
          invitedBy: principal.id,
          at,
          expiresAt,
        });
        const after = { state: 'invited', grantId, role: role.code, ...place };
        const event = { invitationId: id, personId, grantId, role: role.code, ...place, before: null, after };
        return changed([{ type: 'PersonInvited', version: 1, subjectId: personId, body: event }], {
          id,
          personId,
          expiresAt: new Date(expiresAt).toISOString(),
        });
      });
      const made = masterAnswer(outcome);
      const isFresh = isSent && !request.preview && outcome.kind === 'accepted' && !outcome.repeated;
      if (isFresh) send(deps, person, principal.name, token);
      return reply.code(201).send(madeAnswer(made));
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/invitations/:id/resend',
    operationId: 'resendInvitation',
    summary: 'Send a new link; the one before is void',
    tags,
    permission: 'people:grant',
    scope: 'any',
    preview: true,
    schema: { params: byId, response: { 200: MadeType } },
    async handler(request) {
      const { params, principal } = request;
      const at = now();
      const token = newToken();
      let person: { name: string; email: string; locale: string } | undefined;
      const outcome = await master<Made>(rightsSubmission(request, 'resend_invitation', at), async (tx) => {
        const found = await lockAllowed(tx, params.id, principal.id, at);
        if (!found.ok) return found;
        const { id, personId } = (person = found.value);
        const expiresAt = at + INVITATION_MS;
        await renewInvitation(tx, { id, tokenHash: tokenHash(token), at, expiresAt });
        const [before, after] = [found.value.expiresAt, new Date(expiresAt).toISOString()].map((until) => ({
          expiresAt: until,
        }));
        const body = { invitationId: id, personId, before, after };
        return changed([{ type: 'InvitationResent', version: 1, subjectId: personId, body }], {
          id,
          personId,
          expiresAt: new Date(expiresAt).toISOString(),
        });
      });
      const made = masterAnswer(outcome);
      if (person !== undefined && !request.preview && outcome.kind === 'accepted' && !outcome.repeated)
        send(deps, person, principal.name, token);
      return madeAnswer(made);
    },
  });

  route(app, {
    method: 'DELETE',
    url: '/staff/invitations/:id',
    operationId: 'revokeInvitation',
    summary: 'Take an invitation back; its link is void',
    tags,
    permission: 'people:grant',
    scope: 'any',
    preview: true,
    schema: { params: byId, response: { 200: Type.Object({ id: IdType('invitation') }) } },
    async handler(request) {
      const { params, principal } = request;
      const at = now();
      const outcome = await master<{ id: string }>(rightsSubmission(request, 'revoke_invitation', at), async (tx) => {
        const found = await lockAllowed(tx, params.id, principal.id, at);
        if (!found.ok) return found;
        const { id, personId } = found.value;
        await revokeInvitation(tx, found.value, { principalId: principal.id, at });
        const body = { invitationId: id, personId, before: { state: 'invited' }, after: { state: 'revoked' } };
        return changed([{ type: 'InvitationRevoked', version: 1, subjectId: personId, body }], { id });
      });
      return { id: idText('invitation', masterAnswer(outcome).id) };
    },
  });
}

/** An open invitation that this person could have sent themselves. Throws a 404 when there is none. */
async function lockAllowed(
  tx: Tx,
  id: string,
  editorId: string,
  at: number,
): Promise<Decision<NonNullable<Awaited<ReturnType<typeof lockInvitation>>>>> {
  await lockRights(tx);
  const invitation = await lockInvitation(tx, id);
  if (invitation === undefined) throw notFound('invitation');
  const editor = await loadHolder(tx, editorId);
  for (const grant of (await loadHolder(tx, invitation.personId)).grants) {
    const decision = decideGrant(editor, invitation, grant, at);
    if (!decision.ok) return decision;
  }
  return accept(invitation);
}

function registerAccepting(app: Api, deps: InvitationDeps): void {
  const { pool, schema, now } = deps;
  const find = async (token: string) => {
    const found = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
      findInvitation(tx, tokenHash(token), now()),
    );
    if (found === undefined) throw linkGone();
    return found;
  };
  const door = {
    method: 'POST',
    tags: ['session'],
    permission: 'public',
    idempotent: false,
    rateLimit: { max: 30, windowMs: 60_000 },
  } as const;

  // No GET: the token of a link must not stand in an address, which logs and other sites see.
  route(app, {
    ...door,
    url: '/invitations/look',
    operationId: 'lookAtInvitation',
    summary: 'Whom an invitation is for',
    schema: {
      body: Type.Object({ token: TokenType }, closed),
      response: { 200: Type.Object({ name: Type.String(), email: Type.String() }) },
    },
    async handler({ body }) {
      const { name, email } = await find(body.token);
      return { name, email };
    },
  });

  route(app, {
    ...door,
    url: '/invitations/accept',
    operationId: 'acceptInvitation',
    summary: 'Accept an invitation: choose a password and be signed in',
    schema: {
      body: Type.Object({ token: TokenType, name: Type.Optional(NameType), password: NewPasswordType }, closed),
      response: { 201: SignedInType },
    },
    async handler(request, reply) {
      const { token, password } = request.body;
      const invitation = await find(token);
      const { personId, email } = invitation;
      const name = request.body.name?.trim() ?? invitation.name;
      const passwordHash = await hashChosen(deps, password, { name, email });
      const at = now();
      await recordChange(deps, { type: 'InvitationAccepted', personId, originId: request.originId }, async (tx) => {
        if (!(await acceptInvitation(tx, { personId, tokenHash: tokenHash(token), name, at }))) throw linkGone();
        await setPassword(tx, personId, passwordHash);
        return done;
      });
      const credential = await deps.store.findCredential({ personId });
      if (credential === undefined) throw linkGone();
      const how = { proof: 'one_factor', method: 'invitation', from: fromOf(request) } as const;
      return answerEntry(deps, request, reply, await enter(deps, credential, how));
    },
  });
}

function placeOf(
  { entityOf, knowsEntity }: InvitationDeps,
  body: { readonly entityId?: string; readonly locationId?: string },
): { readonly entityId: string | null; readonly locationId: string | null } {
  const { entityId, locationId } = body;
  if (entityId !== undefined && !knowsEntity(entityId)) throw notFound('legal entity');
  if (locationId === undefined) return { entityId: entityId ?? null, locationId: null };
  const owner = entityOf(locationId);
  if (owner === undefined) throw notFound('location');
  if (entityId !== undefined && entityId !== owner)
    throw malformed([{ path: '/entityId', message: 'is not that of the location' }]);
  return { entityId: owner, locationId };
}

function send(
  deps: SignInDeps,
  person: { readonly name: string; readonly email: string; readonly locale: string },
  by: string,
  token: string,
): void {
  const link = linkTo(deps, 'invitation', token);
  tellPerson(deps, person, { kind: 'invitation', link, by, hours: INVITATION_HOURS });
}

function madeAnswer({ id, personId, expiresAt }: Made): Made {
  return { id: idText('invitation', id), personId: idText('person', personId), expiresAt };
}
