import { Type } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { speaksFor } from '../../../platform/auth/principal.ts';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound, ProblemError } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { reject } from '../../kernel/decision.ts';
import { instantToText } from '../../kernel/time.ts';
import { holdingAt, narrowedTo } from '../grant.ts';
import { decidePin, PIN_TRIES } from '../register-sign-in.ts';
import { personToActOn, rightsEvent } from './people.routes.ts';
import {
  identifyAt,
  newBadge,
  openRegisterSession,
  sealPin,
  type RegisterPlace,
  type RegisterSignInDeps,
} from './register-sign-in.ts';
import { blockBadge, deletePin, insertBadge, listAtLocation, listWaysIn, savePin } from './registers.store.ts';
import { findStaff, loadHolder } from './rights.store.ts';
import { rightsSubmission, type RightsDeps } from './roles.routes.ts';
import { OrNull } from './staff-shapes.ts';

/** What the routes of PINs, badges and signing in at registers need. `placeOf` says where a register stands. */
export type RegisterDeps = RightsDeps &
  RegisterSignInDeps & { readonly placeOf: (registerId: string) => RegisterPlace | undefined };

const closed = { additionalProperties: false };
const tags = ['people'];
const byPerson = Type.Object({ id: IdType('person') });
const byRegister = Type.Object({ id: IdType('register') });
const PinType = Type.String({ pattern: '^[0-9]{4,8}$', description: 'Four to eight digits.' });
const Done = Type.Object({ personId: IdType('person') });

/** PINs and badges of people, and signing in at registers with them. */
export function registerRegisterRoutes(app: Api, deps: RegisterDeps): void {
  registerWaysIn(app, deps);
  registerSignIn(app, deps);
}

function registerWaysIn(app: Api, deps: RegisterDeps): void {
  const { pool, schema, master, entityOf, now } = deps;

  route(app, {
    method: 'GET',
    url: '/staff/people/:id/ways-in',
    operationId: 'listWaysIn',
    summary: 'Where somebody has a PIN, and their badges',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: {
      params: byPerson,
      response: {
        200: Type.Object({
          pins: Type.Array(
            Type.Object({
              locationId: IdType('location'),
              setAt: InstantType,
              locked: Type.Boolean({ description: 'After too many wrong tries; a new PIN opens it again.' }),
            }),
          ),
          badges: Type.Array(
            Type.Object({
              id: IdType('badge'),
              ending: Type.String(),
              issuedAt: InstantType,
              blockedAt: OrNull(InstantType),
            }),
          ),
        }),
      },
    },
    async handler({ params }) {
      const ways = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
        if ((await findStaff(tx, params.id)) === undefined) throw notFound('person');
        return listWaysIn(tx, params.id);
      });
      return {
        pins: ways.flatMap(({ locationId, since, failedTries }) =>
          locationId === null
            ? []
            : [
                {
                  locationId: idText('location', locationId),
                  setAt: instantToText(since),
                  locked: failedTries >= PIN_TRIES,
                },
              ],
        ),
        badges: ways.flatMap(({ id, ending, since, blockedAt }) =>
          id === null
            ? []
            : [
                {
                  id: idText('badge', id),
                  ending,
                  issuedAt: instantToText(since),
                  blockedAt: blockedAt === null ? null : instantToText(blockedAt),
                },
              ],
        ),
      };
    },
  });

  route(app, {
    method: 'PUT',
    url: '/staff/people/:id/pin',
    operationId: 'setPin',
    summary: 'Set or take away somebody’s PIN at a location',
    description:
      'One’s own, or that of somebody who may do nothing that one may not. Without a PIN it is taken away. A new one opens a locked one.',
    tags,
    permission: 'people:edit',
    scope: 'location',
    preview: true,
    schema: {
      params: byPerson,
      body: Type.Object({ locationId: IdType('location'), pin: OrNull(PinType) }, closed),
      response: { 200: Done },
    },
    async handler(request) {
      const { params, body, principal } = request;
      const { locationId, pin } = body;
      allow(request, 'people:edit', { locationId, entityId: entityOf(locationId) ?? null });
      const at = now();
      const sealedHash = pin === null ? '' : await sealPin(pin, deps);
      // Four digits are soon found out from a hash: what tells a repeat must not hold them.
      const told = rightsSubmission({ ...request, body: { locationId, set: pin !== null } }, 'set_pin', at);
      const outcome = await master(told, async (tx) => {
        const person = await personToActOn(tx, params.id, { editorId: principal.id, leaves: false, at });
        if (!person.ok) return person;
        if (person.value.archivedAt !== null) return reject({ reason: 'person_deactivated' });
        const had = (await listWaysIn(tx, params.id)).some(
          (way) => way.kind === 'pin' && way.locationId === locationId,
        );
        if (pin === null) {
          if (!(await deletePin(tx, params.id, locationId))) return reject({ reason: 'no_pin' });
        } else {
          const decision = decidePin(pin);
          if (!decision.ok) return decision;
          await savePin(tx, { personId: params.id, locationId, sealedHash }, { id: principal.id, at });
        }
        const type = pin === null ? 'PinTaken' : 'PinSet';
        const told = { locationId, before: { hasPin: had }, after: { hasPin: pin !== null } };
        return changed([{ ...rightsEvent(type, params.id, told), locationId }], {});
      });
      masterAnswer(outcome);
      return { personId: idText('person', params.id) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/badges',
    operationId: 'issueBadge',
    summary: 'Give somebody a badge for registers',
    description: 'Its code is told this once; print it as a QR code.',
    tags,
    permission: 'people:edit',
    scope: 'any',
    preview: true,
    schema: {
      params: byPerson,
      body: Type.Object({}, closed),
      response: {
        201: Type.Object({
          id: IdType('badge'),
          ending: Type.String(),
          code: OrNull(Type.String({ description: 'Null when the request is a repeat or a preview.' })),
        }),
      },
    },
    async handler(request, reply) {
      const { params, principal } = request;
      const at = now();
      const { code, codeHash, ending } = newBadge();
      const id = uuidv7();
      const outcome = await master(rightsSubmission(request, 'issue_badge', at), async (tx) => {
        const person = await personToActOn(tx, params.id, { editorId: principal.id, leaves: false, at });
        if (!person.ok) return person;
        if (person.value.archivedAt !== null) return reject({ reason: 'person_deactivated' });
        await insertBadge(tx, { id, personId: params.id, codeHash, ending }, { id: principal.id, at });
        const told = { badgeId: id, ending, before: null, after: { badgeId: id, ending } };
        return changed([rightsEvent('BadgeIssued', params.id, told)], { id, ending });
      });
      const answer = masterAnswer(outcome);
      const fresh = !request.preview && outcome.kind === 'accepted' && !outcome.repeated;
      return reply.code(201).send({ id: idText('badge', answer.id), ending: answer.ending, code: fresh ? code : null });
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/badges/:badgeId/block',
    operationId: 'blockBadge',
    summary: 'Block a badge for good, at once',
    tags,
    permission: 'people:edit',
    scope: 'any',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('person'), badgeId: IdType('badge') }),
      body: Type.Object({}, closed),
      response: { 200: Done },
    },
    async handler(request) {
      const { id: personId, badgeId } = request.params;
      const at = now();
      const outcome = await master(rightsSubmission(request, 'block_badge', at), async (tx) => {
        if ((await findStaff(tx, personId)) === undefined) throw notFound('person');
        if (!(await blockBadge(tx, { id: badgeId, personId }, { id: request.principal.id, at })))
          return reject({ reason: 'badge_blocked' });
        const told = { badgeId, before: { blockedAt: null }, after: { blockedAt: at } };
        return changed([rightsEvent('BadgeBlocked', personId, told)], {});
      });
      masterAnswer(outcome);
      return { personId: idText('person', personId) };
    },
  });
}

function registerSignIn(app: Api, deps: RegisterDeps): void {
  const { pool, schema, placeOf, now } = deps;

  /** Where the register stands that a device or a person speaks for. */
  const placeFor = (request: Parameters<typeof allow>[0], registerId: string): RegisterPlace => {
    const place = placeOf(registerId);
    if (place === undefined) {
      // Whoever may use registers may learn that there is none of this id.
      request.scopeChecked = true;
      throw notFound('register');
    }
    allow(request, 'till:sync', place);
    if (!speaksFor(request.principal, registerId)) throw notFound('register');
    return place;
  };

  route(app, {
    method: 'GET',
    url: '/registers/:id/people',
    operationId: 'listPeopleAtRegister',
    summary: 'Who may sign in at this register with a PIN, by name',
    tags: ['till'],
    permission: 'till:sync',
    scope: 'location',
    schema: {
      params: byRegister,
      response: { 200: Type.Object({ items: Type.Array(Type.Object({ id: IdType('person'), name: Type.String() })) }) },
    },
    async handler(request) {
      const { locationId } = placeFor(request, request.params.id);
      const found = await withTransaction(pool, { schema, readOnly: true }, (tx) => listAtLocation(tx, locationId));
      return { items: found.map(({ id, name }) => ({ id: idText('person', id), name })) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/registers/:id/sessions',
    operationId: 'signInAtRegister',
    summary: 'Sign in at a register with a badge, or with one’s name and PIN',
    description:
      'Asked by the register with a token of its own. The session is short and worth what its person may do at the register’s location.',
    tags: ['till'],
    permission: 'till:sync',
    scope: 'location',
    idempotent: false,
    schema: {
      params: byRegister,
      body: Type.Object(
        {
          personId: Type.Optional(IdType('person')),
          pin: Type.Optional(PinType),
          badge: Type.Optional(Type.String({ minLength: 20, maxLength: 100 })),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          personId: IdType('person'),
          name: Type.String(),
          permissions: Type.Array(Type.String()),
          locationId: IdType('location'),
          token: Type.String({ description: 'Send it as Authorization: Bearer.' }),
          expiresAt: InstantType,
        }),
      },
    },
    async handler(request, reply) {
      const { body } = request;
      const place = placeFor(request, request.params.id);
      if (body.badge === undefined && (body.personId === undefined || body.pin === undefined))
        throw malformed([
          {
            path: body.personId === undefined ? '/badge' : '/pin',
            message: 'a badge, or personId and pin, must be shown',
          },
        ]);
      const personId = await identifyAt(deps, place, body);
      const { name, permissions } = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
        const { grants } = await loadHolder(tx, personId);
        const here = narrowedTo(holdingAt(grants, now()), place);
        const person = await findStaff(tx, personId);
        return {
          name: person?.name ?? '',
          permissions: [...new Set(here.flatMap((one) => one.permissions))].toSorted(),
        };
      });
      if (permissions.length === 0)
        throw new ProblemError(403, 'nothing_here', 'This person may do nothing at this location.');
      const { token, expiresAt } = await openRegisterSession(deps, place, {
        personId,
        method: body.badge === undefined ? 'pin' : 'badge',
        userAgent: request.headers['user-agent'] ?? '',
        address: request.ip,
      });
      return reply.code(201).send({
        personId: idText('person', personId),
        name,
        permissions,
        locationId: idText('location', place.locationId),
        token,
        expiresAt: instantToText(expiresAt),
      });
    },
  });
}
