import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { sentByCookie, setSessionCookie } from '../../../platform/auth/cookie.ts';
import { nobody, type Principal } from '../../../platform/auth/principal.ts';
import { SESSION_MS } from '../../../platform/auth/session.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import type { Entry, From, Opened, SignInDeps } from './sign-in-flow.ts';
import type { Person } from './staff.store.ts';

const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const GrantType = Type.Object({
  role: Type.String(),
  entityId: OrNull(IdType('legalEntity')),
  locationId: OrNull(IdType('location')),
});

/** A person as others see them. */
export const PersonType = model(
  'Person',
  Type.Object({
    id: IdType('person'),
    name: Type.String(),
    email: Type.String(),
    locale: Type.String(),
    grants: Type.Array(GrantType),
  }),
);

/** Who is signed in, and what they may do. */
export const SessionType = model(
  'Session',
  Type.Object({
    person: PersonType,
    permissions: Type.Array(Type.String(), { description: 'What the person may do somewhere; where, the grants say.' }),
    locations: OrNull(Type.Array(IdType('location'), { description: 'Null: not restricted to locations.' })),
    entities: OrNull(Type.Array(IdType('legalEntity'), { description: 'Null: not restricted to entities.' })),
    mustSetUp: OrNull(
      Type.Literal('second_factor', { description: 'Nothing is allowed until a second factor is set up.' }),
    ),
  }),
);

/** A session that was just opened. */
export const SignedInType = model(
  'SignedIn',
  Type.Object({
    ...SessionType.properties,
    token: Type.Optional(
      Type.String({
        description: 'For programs: Authorization: Bearer. Browsers have it in a cookie, where no script reads it.',
      }),
    ),
    expiresAt: InstantType,
  }),
);

/** The first half is done. */
export const SecondFactorNeededType = model(
  'SecondFactorNeeded',
  Type.Object({
    ticket: Type.String({ description: 'Goes with the code to POST /session/second-factor.' }),
    methods: Type.Array(Type.Union([Type.Literal('code'), Type.Literal('passkey')])),
    expiresAt: InstantType,
  }),
);

/** A token of ours in a body: 32 bytes as base64url. */
export const TokenType = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** A password that somebody chooses; how long it must be is decided, and said, elsewhere. */
export const NewPasswordType = Type.String({ minLength: 1, maxLength: 1000 });

type Bare = Pick<FastifyRequest, 'headers' | 'ip' | 'principal'>;

/** Where a sign-in comes from. What the same browser was signed in with before ends with it. */
export function fromOf(request: Bare): From {
  const { principal } = request;
  const replaces = principal !== nobody && principal.kind === 'person' && sentByCookie(request as FastifyRequest);
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    instead: replaces ? principal.session : undefined,
  };
}

/** Where somebody is who gains rights: their session gives way to a new one, however it is carried. */
export function fromOwn(request: Bare): From {
  return { ...fromOf(request), instead: request.principal.session };
}

/** Sends what a sign-in led to: 201 with the session and its cookie, or 202 with the ticket for the second factor. */
export async function answerEntry(
  deps: SignInDeps,
  request: unknown,
  reply: FastifyReply,
  entry: Entry,
): Promise<FastifyReply> {
  if (entry.kind === 'open') return reply.code(201).send(await openedAnswer(deps, request, reply, entry));
  const { ticket, methods, expiresAt } = entry;
  return reply.code(202).send({ ticket, methods, expiresAt: new Date(expiresAt).toISOString() });
}

/** A session that was just opened, as it is told; the browser gets its cookie. */
export async function openedAnswer(
  deps: SignInDeps,
  request: unknown,
  reply: FastifyReply,
  { token, expiresAt, personId, limited }: Opened,
): Promise<Static<typeof SignedInType>> {
  setSessionCookie(request as FastifyRequest, reply, token, Math.floor(SESSION_MS / 1000));
  const session = sessionOf(await deps.staff.getPerson(personId), limited);
  const told = isFromBrowser(request as FastifyRequest) ? {} : { token };
  return { ...session, ...told, expiresAt: new Date(expiresAt).toISOString() };
}

/** Every browser says from where it posts, and no page can keep it from saying so: over plain http in Origin alone. */
function isFromBrowser({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return (headers['sec-fetch-site'] ?? headers.origin) !== undefined;
}

/** The person who asks. Programs and devices have no account of their own: 403. */
export function personIdOf({ principal }: { readonly principal: Principal }): string {
  if (principal.kind !== 'person') throw new ProblemError(403, 'people_only', 'This is for people, not for keys.');
  return principal.id;
}

/** Who is signed in, as it is told. A limited session may do nothing yet. */
export function sessionOf(person: Person, limited: boolean): Static<typeof SessionType> {
  const everywhere = person.grants.some((grant) => grant.entityId === null && grant.locationId === null);
  const locations = person.grants.flatMap(({ locationId }) =>
    locationId === null ? [] : [idText('location', locationId)],
  );
  const entities = person.grants.flatMap(({ entityId, locationId }) =>
    entityId === null || locationId !== null ? [] : [idText('legalEntity', entityId)],
  );
  return {
    person: personOf(person),
    permissions: limited ? [] : [...new Set(person.grants.flatMap((grant) => grant.permissions))].toSorted(),
    locations: everywhere ? null : [...new Set(locations)],
    entities: everywhere ? null : [...new Set(entities)],
    mustSetUp: limited ? 'second_factor' : null,
  };
}

/** A person as they are told. */
export function personOf({ id, name, email, locale, grants }: Person): Static<typeof PersonType> {
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
