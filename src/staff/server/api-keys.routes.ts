import { Type } from 'typebox';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { KeyRing } from '../../../platform/auth/key-ring.ts';
import { newSecret } from '../../../platform/auth/key-ring.ts';
import { changed, type Master, type MasterOutcome } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { route, type RouteRequest } from '../../../platform/http/route.ts';
import { reject } from '../../kernel/decision.ts';
import { decideMakeKey, GRACE_SECONDS, KEY_LIMIT, MAX_GRACE_SECONDS } from '../api-key.ts';
import { holdingAt, type Grant } from '../grant.ts';
import { isPermission, PERMISSIONS } from '../role.ts';
import { changeSecret, insertKey, listKeys, lockKey, revokeKey, type ListedKey } from './api-keys.store.ts';
import { loadHolder } from './rights.store.ts';
import { limitsAnswer, LimitsType } from './staff-shapes.ts';

/** What the routes of keys need. `entityOf` says whose a location is, `knowsEntity` whether there is such an entity. */
export type ApiKeyDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly keys: Pick<KeyRing, 'forget'>;
  readonly entityOf: (locationId: string) => string | undefined;
  readonly knowsEntity: (entityId: string) => boolean;
  readonly now: () => number;
};

const closed = { additionalProperties: false };
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const NameType = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' });

const LimitFields = {
  perMinute: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Requests a minute, all the time.' }),
  burst: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Requests at once.' }),
};

const ApiKeyType = model(
  'ApiKey',
  Type.Object({
    id: IdType('apiKey'),
    kind: Type.Union([Type.Literal('key'), Type.Literal('sandbox')]),
    name: Type.String(),
    start: Type.String({ description: 'The first letters of the secret, to recognise it by.' }),
    permissions: Type.Array(Type.String()),
    entityIds: Type.Array(IdType('legalEntity')),
    locationIds: Type.Array(IdType('location'), {
      description: 'With no entities and no locations it holds everywhere.',
    }),
    limits: LimitsType,
    ...LimitFields,
    createdBy: IdType('person'),
    createdByName: Type.String(),
    createdAt: InstantType,
    expiresAt: OrNull(InstantType),
    lastUsedAt: OrNull(InstantType),
    oldSecretUntil: OrNull(InstantType),
    revokedAt: OrNull(InstantType),
  }),
);

const SecretType = OrNull(
  Type.String({
    description: 'Told this once; null when the request is a repeat or a preview. Send it as Authorization: Bearer.',
  }),
);

const MakeKeyType = Type.Object(
  {
    name: NameType,
    kind: Type.Optional(
      Type.Union([Type.Literal('key'), Type.Literal('sandbox')], {
        description: 'A sandbox key works on a copy of the demo retailer and never on these books. `key` unless told.',
      }),
    ),
    permissions: Type.Array(Type.String({ maxLength: 60 }), { minItems: 1, maxItems: 200, uniqueItems: true }),
    entityIds: Type.Optional(Type.Array(IdType('legalEntity'), { maxItems: 100, uniqueItems: true })),
    locationIds: Type.Optional(Type.Array(IdType('location'), { maxItems: 500, uniqueItems: true })),
    limits: Type.Optional(LimitsType),
    expiresAt: Type.Optional(OrNull(InstantType)),
    perMinute: Type.Optional(LimitFields.perMinute),
    burst: Type.Optional(LimitFields.burst),
  },
  closed,
);

const tags = ['keys'];
const byId = Type.Object({ id: IdType('apiKey') });

/** GET and POST /api-keys, POST /api-keys/:id/rotation and /revocation, GET /api-key. */
export function registerApiKeyRoutes(app: Api, deps: ApiKeyDeps): void {
  const { pool, schema, master, keys, entityOf, now } = deps;

  route(app, {
    method: 'GET',
    url: '/api-keys',
    operationId: 'listApiKeys',
    summary: 'Keys of programs, newest first',
    tags,
    permission: 'key:read',
    scope: 'none',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(ApiKeyType) } },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT } = query;
      const [after] = decodeCursor(Type.Tuple([CursorId]), query.after) ?? [];
      const rows = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listKeys(tx, { kinds: ['key', 'sandbox'], after, limit: limit + 1, at: now() }),
      );
      return pageOf(rows, limit, ({ id }) => [id], toldKey);
    },
  });

  route(app, {
    method: 'POST',
    url: '/api-keys',
    operationId: 'createApiKey',
    summary: 'Make a key for a program',
    description:
      'A key may do what it is given, which is never more than its maker may do where it holds, nor further: without `limits` it has those of its maker. It keeps working when its maker leaves. No key may make or end keys.',
    tags,
    permission: 'key:manage',
    scope: 'none',
    preview: true,
    schema: {
      body: MakeKeyType,
      response: {
        201: Type.Object({
          id: IdType('apiKey'),
          start: Type.String(),
          expiresAt: OrNull(InstantType),
          secret: SecretType,
        }),
      },
    },
    async handler(request, reply) {
      const { secret, outcome } = await makeKey(request, deps);
      const made = masterAnswer(outcome);
      return reply.code(201).send({
        ...made,
        id: idText('apiKey', made.id),
        secret: tellsSecret(request, outcome) ? secret : null,
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/api-keys/:id/rotation',
    operationId: 'rotateApiKey',
    summary: 'Give a key a new secret',
    description:
      'The secret before works on for a while, so that programs can be changed one by one. Only for whoever could make such a key: its secret is told.',
    tags,
    permission: 'key:manage',
    scope: 'none',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object(
        {
          graceSeconds: Type.Optional(
            Type.Integer({ minimum: 0, maximum: MAX_GRACE_SECONDS, description: `${GRACE_SECONDS} unless told.` }),
          ),
        },
        closed,
      ),
      response: {
        200: Type.Object({
          id: IdType('apiKey'),
          start: Type.String(),
          oldSecretUntil: InstantType,
          secret: SecretType,
        }),
      },
    },
    async handler(request) {
      const { id } = request.params;
      const at = now();
      const oldUntil = at + (request.body.graceSeconds ?? GRACE_SECONDS) * 1000;
      let secret = '';
      const outcome = await master(submissionOf(request, 'rotate_api_key', { id, ...request.body }, at), async (tx) => {
        const key = await keyIn(tx, id, at);
        const over = refusalOf(key, at);
        if (over !== undefined) return reject(over);
        const decision = decideMakeKey(key, { ...(await makerOf(tx, request, at)), entityOf, expiresAt: undefined });
        if (!decision.ok) return decision;
        const fresh = newSecret(key.kind);
        secret = fresh.secret;
        await changeSecret(tx, id, { ...fresh, at, oldUntil });
        const answer = { id, start: fresh.start, oldSecretUntil: new Date(oldUntil).toISOString() };
        const body = { name: key.name, before: { start: key.start }, after: answer };
        return changed([{ type: 'ApiKeyRotated', version: 1, subjectId: id, body }], answer);
      });
      const { start, oldSecretUntil } = masterAnswer(outcome);
      keys.forget(id);
      return {
        id: idText('apiKey', id),
        start,
        oldSecretUntil,
        secret: tellsSecret(request, outcome) ? secret : null,
      };
    },
  });

  route(app, {
    method: 'POST',
    url: '/api-keys/:id/revocation',
    operationId: 'revokeApiKey',
    summary: 'End a key for good, at once',
    tags,
    permission: 'key:manage',
    scope: 'none',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object({}, closed),
      response: { 200: Type.Object({ id: IdType('apiKey'), revokedAt: InstantType }) },
    },
    async handler(request) {
      const { id } = request.params;
      const at = now();
      const outcome = await master(submissionOf(request, 'revoke_api_key', { id }, at), async (tx) => {
        const key = await keyIn(tx, id, at);
        if (!(await revokeKey(tx, id, { personId: request.principal.id, at })))
          return reject({ reason: 'key_revoked' });
        const answer = { id, revokedAt: new Date(at).toISOString() };
        const body = { name: key.name, before: { revokedAt: null }, after: answer };
        return changed([{ type: 'ApiKeyRevoked', version: 1, subjectId: id, body }], answer);
      });
      const { revokedAt } = masterAnswer(outcome);
      keys.forget(id);
      return { id: idText('apiKey', id), revokedAt };
    },
  });

  route(app, {
    method: 'GET',
    url: '/api-key',
    operationId: 'getOwnKey',
    summary: 'Which key this request carries and what it may do',
    tags,
    permission: 'with_key',
    schema: {
      response: {
        200: Type.Object({
          id: Type.String(),
          name: Type.String(),
          permissions: Type.Array(Type.String()),
          ...LimitFields,
        }),
      },
    },
    handler: async ({ principal }) => ({
      id: idText('apiKey', principal.id),
      name: principal.name,
      permissions: [...principal.permissions],
      ...(principal.limit ?? KEY_LIMIT),
    }),
  });
}

type MakeRequest = RouteRequest<{ readonly body: typeof MakeKeyType; readonly response: Record<number, never> }>;

async function makeKey(request: MakeRequest, { master, entityOf, knowsEntity, now }: ApiKeyDeps) {
  const { body, principal } = request;
  const wanted = {
    permissions: body.permissions,
    entityIds: body.entityIds ?? [],
    locationIds: body.locationIds ?? [],
    limits: body.limits,
  };
  const unknown = body.permissions.flatMap((one, at) => (isPermission(one) ? [] : [`/permissions/${at}`]));
  if (unknown.length > 0)
    throw malformed(unknown.map((path) => ({ path, message: `must be one of ${PERMISSIONS.join(', ')}` })));
  if (wanted.locationIds.some((id) => entityOf(id) === undefined)) throw notFound('location');
  if (!wanted.entityIds.every(knowsEntity)) throw notFound('legal entity');
  const at = now();
  const kind = body.kind ?? 'key';
  const expiresAt = typeof body.expiresAt === 'string' ? Date.parse(body.expiresAt) : undefined;
  const { secret, hash, start } = newSecret(kind);
  const id = uuidv7();
  const outcome = await master(submissionOf(request, 'create_api_key', body, at), async (tx) => {
    const decision = decideMakeKey(wanted, { ...(await makerOf(tx, request, at)), entityOf, expiresAt });
    if (!decision.ok) return decision;
    const scope = decision.value;
    const limit = { perMinute: body.perMinute ?? KEY_LIMIT.perMinute, burst: body.burst ?? KEY_LIMIT.burst };
    const key = {
      ...scope,
      id,
      kind,
      name: body.name.trim(),
      registerId: null,
      limit,
      createdBy: principal.id,
      at,
      expiresAt,
    };
    await insertKey(tx, key, { hash, start });
    const answer = { id, start, expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString() };
    const after = { ...scope, ...limit, kind, name: key.name, start, expiresAt: answer.expiresAt };
    return changed([{ type: 'ApiKeyCreated', version: 1, subjectId: id, body: { before: null, after } }], answer);
  });
  return { secret, outcome };
}

/** What somebody holds now, read in the transaction that relies on it. */
export async function makerOf(
  tx: Tx,
  { principal }: Pick<RouteRequest, 'principal'>,
  now: number,
): Promise<{ readonly grants: readonly Grant[]; readonly now: number }> {
  return { grants: holdingAt((await loadHolder(tx, principal.id)).grants, now), now };
}

/** What the door is told; `body` is what was sent, with the id in the address. */
export function submissionOf(
  request: Pick<RouteRequest, 'principal' | 'originId' | 'idempotencyKey' | 'preview'>,
  type: string,
  body: unknown,
  at: number,
) {
  return {
    type,
    principalId: request.principal.id,
    originId: request.originId,
    key: request.idempotencyKey,
    body,
    at,
    topic: 'access',
    preview: request.preview,
  };
}

/** A secret leaves once: not with a preview, and not with a repeat, whose secret nobody kept. */
export function tellsSecret(request: Pick<RouteRequest, 'preview'>, outcome: MasterOutcome<unknown>): boolean {
  return !request.preview && outcome.kind === 'accepted' && !outcome.repeated;
}

async function keyIn(tx: Tx, id: string, at: number): Promise<ListedKey & { readonly kind: 'key' | 'sandbox' }> {
  const key = await lockKey(tx, id, at);
  if (key === undefined || key.kind === 'device') throw notFound('key');
  return { ...key, kind: key.kind };
}

function refusalOf(
  { revokedAt, expiresAt }: ListedKey,
  at: number,
): { reason: 'key_revoked' | 'key_expired' } | undefined {
  if (revokedAt !== null) return { reason: 'key_revoked' };
  return expiresAt !== null && Date.parse(expiresAt) <= at ? { reason: 'key_expired' } : undefined;
}

function toldKey({ limit, registerId: _, kind, ...key }: ListedKey): Static<typeof ApiKeyType> {
  return {
    ...key,
    ...limit,
    kind: kind === 'sandbox' ? 'sandbox' : 'key',
    id: idText('apiKey', key.id),
    createdBy: idText('person', key.createdBy),
    permissions: [...key.permissions],
    limits: limitsAnswer(key.limits),
    entityIds: key.entityIds.map((id) => idText('legalEntity', id)),
    locationIds: key.locationIds.map((id) => idText('location', id)),
  };
}
