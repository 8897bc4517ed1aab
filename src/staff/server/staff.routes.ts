import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { clearSessionCookie, setSessionCookie } from '../../../platform/auth/cookie.ts';
import { verifyPassword } from '../../../platform/auth/password.ts';
import { SESSION_MS } from '../../../platform/auth/session.ts';
import type { Authenticator } from '../../../platform/auth/session.ts';
import { createThrottle } from '../../../platform/auth/throttle.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import type { Person, StaffStore } from './staff.store.ts';

/** What the staff routes need. `now` gives milliseconds since 1970. */
export type StaffDeps = {
  readonly staff: StaffStore;
  readonly authenticator: Authenticator;
  readonly now: () => number;
};

const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const GrantType = Type.Object({
  role: Type.String(),
  entityId: OrNull(IdType('legalEntity')),
  locationId: OrNull(IdType('location')),
});

const PersonType = model(
  'Person',
  Type.Object({
    id: IdType('person'),
    name: Type.String(),
    email: Type.String(),
    locale: Type.String(),
    grants: Type.Array(GrantType),
  }),
);

const SessionType = model(
  'Session',
  Type.Object({
    person: PersonType,
    permissions: Type.Array(Type.String(), { description: 'What the person may do somewhere; where, the grants say.' }),
    locations: OrNull(Type.Array(IdType('location'), { description: 'Null: not restricted to locations.' })),
    entities: OrNull(Type.Array(IdType('legalEntity'), { description: 'Null: not restricted to entities.' })),
  }),
);

const SignedInType = model(
  'SignedIn',
  Type.Object({
    ...SessionType.properties,
    token: Type.String({ description: 'For scripts: Authorization: Bearer. Browsers have the cookie.' }),
    expiresAt: InstantType,
  }),
);

const CredentialsType = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);

/** Adds signing in and out, and the list of people. */
export function registerStaffRoutes(app: Api, deps: StaffDeps): void {
  const signIn = createSignIn(deps);

  route(app, {
    method: 'POST',
    url: '/session',
    operationId: 'signIn',
    summary: 'Sign in.',
    tags: ['session'],
    permission: 'public',
    idempotent: false,
    rateLimit: { max: 30, windowMs: 60_000 },
    schema: { body: CredentialsType, response: { 201: SignedInType } },
    handler: async (request, reply) => {
      const personId = await signIn(request.body, request.ip);
      const userAgent = request.headers['user-agent'] ?? '';
      const { token, expiresAt } = await deps.authenticator.open({
        principalId: personId,
        userAgent,
        address: request.ip,
      });
      const bare = request as unknown as FastifyRequest;
      setSessionCookie(bare, reply, token, Math.floor(SESSION_MS / 1000));
      const session = sessionOf(await deps.staff.getPerson(personId));
      return reply.code(201).send({ ...session, token, expiresAt: new Date(expiresAt).toISOString() });
    },
  });

  route(app, {
    method: 'GET',
    url: '/session',
    operationId: 'getSession',
    summary: 'Who I am and what I may do.',
    tags: ['session'],
    permission: 'signed_in',
    schema: { response: { 200: SessionType } },
    handler: async (request) => sessionOf(await deps.staff.getPerson(request.principal.id)),
  });

  route(app, {
    method: 'DELETE',
    url: '/session',
    operationId: 'signOut',
    summary: 'Sign out.',
    tags: ['session'],
    permission: 'signed_in',
    idempotent: false,
    schema: { response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      await deps.authenticator.end(request.principal);
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  });

  route(app, {
    method: 'GET',
    url: '/people',
    operationId: 'listPeople',
    summary: 'People and their grants, by name.',
    tags: ['people'],
    permission: 'people:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(PersonType) } },
    handler: async (request) => {
      const limit = request.query.limit ?? DEFAULT_LIMIT;
      const after = decodeCursor(Type.Tuple([Type.String(), Type.String({ format: 'uuid' })]), request.query.after);
      const people = await deps.staff.listPeople({ limit: limit + 1, after });
      return pageOf(people, limit, (person) => [person.name, person.id], personOf);
    },
  });
}

/**
 * Checks an e-mail address and a password. Unknown addresses and wrong passwords are told apart neither by words nor by time. Five mistakes of
 * one address on the network for one e-mail address stop that pair for a quarter of an hour, fifty from anywhere stop the e-mail address: a
 * stranger who wants to lock the owner out has to try harder than a thief is allowed to.
 */
function createSignIn({ staff, now }: StaffDeps) {
  const windowMs = 15 * 60_000;
  const pairs = createThrottle({ limit: 5, windowMs });
  const emails = createThrottle({ limit: 50, windowMs });

  return async ({ email, password }: Static<typeof CredentialsType>, address: string): Promise<string> => {
    const who = email.trim().toLowerCase();
    const pair = `${who}\n${address}`;
    const waitMs = Math.max(pairs.waitMs(pair, now()), emails.waitMs(who, now()));
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      throw new ProblemError(429, 'too_many_sign_ins', 'Too many wrong passwords. Wait a little.', {
        retryAfterSeconds,
        extra: { retryAfterSeconds },
      });
    }
    // Counted before the slow check, so that a hundred at once are not a hundred tries.
    pairs.fail(pair, now());
    emails.fail(who, now());
    const credential = await staff.findCredential(who);
    if (!(await verifyPassword(credential?.passwordHash, password)) || credential === undefined) {
      throw new ProblemError(401, 'wrong_credentials', 'E-mail address or password is wrong.');
    }
    pairs.clear(pair);
    emails.clear(who);
    return credential.personId;
  };
}

function sessionOf(person: Person): Static<typeof SessionType> {
  const everywhere = person.grants.some((grant) => grant.entityId === null && grant.locationId === null);
  const locations = person.grants.flatMap(({ locationId }) =>
    locationId === null ? [] : [idText('location', locationId)],
  );
  const entities = person.grants.flatMap(({ entityId, locationId }) =>
    entityId === null || locationId !== null ? [] : [idText('legalEntity', entityId)],
  );
  return {
    person: personOf(person),
    permissions: [...new Set(person.grants.flatMap((grant) => grant.permissions))].toSorted(),
    locations: everywhere ? null : [...new Set(locations)],
    entities: everywhere ? null : [...new Set(entities)],
  };
}

function personOf({ id, name, email, locale, grants }: Person): Static<typeof PersonType> {
  return {
    id: idText('person', id),
    name,
    email,
    locale,
    grants: grants.map(({ role, entityId, locationId }) => ({
      role,
      entityId: idText('legalEntity', entityId),
      locationId: idText('location', locationId),
    })),
  };
}
