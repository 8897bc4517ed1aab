import { hash, randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { KeyRing } from '../../../platform/auth/key-ring.ts';
import { newSecret } from '../../../platform/auth/key-ring.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound, ProblemError } from '../../../platform/http/problem.ts';
import { allow, route } from '../../../platform/http/route.ts';
import { accept, reject } from '../../kernel/decision.ts';
import {
  decideMakeKey,
  DEVICE_LIMIT,
  DEVICE_PERMISSIONS,
  PAIRING_MS,
  pairingCode,
  readPairingCode,
} from '../api-key.ts';
import {
  findKey,
  insertKey,
  insertPairing,
  listKeys,
  lockDeviceOf,
  revokeKey,
  takePairing,
  type ListedKey,
  type Pairing,
} from './api-keys.store.ts';
import { makerOf, submissionOf, tellsSecret } from './api-keys.routes.ts';

/** What the routes of devices need. `registerOf` finds a register with the secret that its facts are signed with. */
export type DeviceDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly keys: Pick<KeyRing, 'forget'>;
  readonly entityOf: (locationId: string) => string | undefined;
  readonly registerOf: (
    id: string,
  ) => { readonly locationId: string; readonly factSecret: string | undefined; readonly archived: boolean } | undefined;
  readonly now: () => number;
};

const closed = { additionalProperties: false };
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);

const DeviceType = model(
  'Device',
  Type.Object({
    id: IdType('device'),
    name: Type.String(),
    locationId: IdType('location'),
    registerId: OrNull(IdType('register')),
    start: Type.String({ description: 'The first letters of its token.' }),
    permissions: Type.Array(Type.String()),
    pairedByName: Type.String(),
    pairedAt: InstantType,
    lastUsedAt: OrNull(InstantType),
    revokedAt: OrNull(InstantType),
  }),
);

const PairedType = model(
  'PairedDevice',
  Type.Object({
    id: IdType('device'),
    name: Type.String(),
    locationId: IdType('location'),
    registerId: OrNull(IdType('register')),
    permissions: Type.Array(Type.String()),
    token: Type.String({ description: 'Told this once. Send it as Authorization: Bearer.' }),
    factSecret: OrNull(
      Type.String({ description: "What the register signs its facts with; null for a device that is no register's." }),
    ),
  }),
);

const tags = ['devices'];

/** GET /devices, POST /device-pairings (the office makes a code), POST /devices (the device takes it), POST /devices/:id/revocation. */
export function registerDeviceRoutes(app: Api, deps: DeviceDeps): void {
  const { pool, schema, master, keys, entityOf, now } = deps;
  const targetOf = (locationId: string) => ({ locationId, entityId: entityOf(locationId) ?? null });

  route(app, {
    method: 'GET',
    url: '/devices',
    operationId: 'listDevices',
    summary: 'Paired devices, newest first',
    tags,
    permission: 'device:read',
    scope: 'any',
    schema: { querystring: Type.Object(listQuery), response: { 200: ListOf(DeviceType) } },
    async handler({ query, principal }) {
      const { limit = DEFAULT_LIMIT } = query;
      const [after] = decodeCursor(Type.Tuple([CursorId]), query.after) ?? [];
      const rows = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
        listKeys(tx, { kinds: ['device'], after, limit: limit + 1, at: now() }),
      );
      const page = pageOf(
        rows,
        limit,
        ({ id }) => [id],
        (row) => row,
      );
      const seen = page.items.filter((one) => principal.can('device:read', targetOf(placeOf(one))));
      return { items: seen.map(toldDevice), next: page.next };
    },
  });

  route(app, {
    method: 'POST',
    url: '/device-pairings',
    operationId: 'createPairingCode',
    summary: 'Make a code by which a device is paired',
    description:
      'The device sends the code to POST /devices within ten minutes and gets a token that holds at this location, as this register. Pairing a register again ends the device that stood there.',
    tags,
    permission: 'device:manage',
    scope: 'location',
    preview: true,
    schema: {
      body: Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' }),
          locationId: IdType('location'),
          registerId: Type.Optional(OrNull(IdType('register'))),
          permissions: Type.Optional(
            Type.Array(Type.String({ maxLength: 60 }), {
              minItems: 1,
              maxItems: DEVICE_PERMISSIONS.length,
              uniqueItems: true,
              description: `Of ${DEVICE_PERMISSIONS.join(', ')}. All of them that you hold here, unless told.`,
            }),
          ),
        },
        closed,
      ),
      response: {
        201: Type.Object({
          code: OrNull(Type.String({ description: 'Told this once; null when the request is a repeat or a preview.' })),
          expiresAt: InstantType,
        }),
      },
    },
    async handler(request, reply) {
      const { body, principal } = request;
      const { locationId } = body;
      if (entityOf(locationId) === undefined) throw notFound('location');
      const target = targetOf(locationId);
      allow(request, 'device:manage', target);
      const registerId = body.registerId ?? null;
      const register = registerId === null ? undefined : deps.registerOf(registerId);
      if (registerId !== null && (register?.locationId !== locationId || register.archived)) throw notFound('register');
      const wrong = (body.permissions ?? []).flatMap((one, at) =>
        DEVICE_PERMISSIONS.includes(one) ? [] : [{ path: `/permissions/${at}`, message: 'is nothing for a device' }],
      );
      if (wrong.length > 0) throw malformed(wrong);
      const permissions = body.permissions ?? DEVICE_PERMISSIONS.filter((one) => principal.can(one, target));
      const at = now();
      const expiresAt = at + PAIRING_MS;
      const code = pairingCode(randomBytes(64));
      const pairing = { name: body.name.trim(), entityId: target.entityId ?? '', locationId, registerId, permissions };
      const outcome = await master(submissionOf(request, 'create_pairing_code', body, at), async (tx) => {
        const scope = { permissions, entityIds: [], locationIds: [locationId] };
        const decision = decideMakeKey(scope, { ...(await makerOf(tx, request, at)), entityOf, expiresAt });
        if (!decision.ok) return decision;
        const { limits } = decision.value;
        await insertPairing(tx, {
          ...pairing,
          limits,
          createdBy: principal.id,
          codeHash: codeHash(code),
          at,
          expiresAt,
        });
        const answer = { expiresAt: new Date(expiresAt).toISOString() };
        const event = { type: 'PairingCodeCreated', version: 1, entityId: pairing.entityId, locationId };
        return changed([{ ...event, body: { before: null, after: { ...pairing, limits, ...answer } } }], answer);
      });
      const answer = masterAnswer(outcome);
      return reply.code(201).send({ ...answer, code: tellsSecret(request, outcome) ? code : null });
    },
  });

  route(app, {
    method: 'POST',
    url: '/devices',
    operationId: 'pairDevice',
    summary: 'Pair this device by the code that the office shows',
    description: 'A code works once. When the answer is lost, ask for a new code.',
    tags,
    permission: 'public',
    idempotent: false,
    rateLimit: { max: 10, windowMs: 60_000 },
    schema: {
      body: Type.Object({ code: Type.String({ minLength: 1, maxLength: 20 }) }, closed),
      response: { 201: PairedType },
    },
    async handler(request, reply) {
      const code = readPairingCode(request.body.code);
      if (code === undefined) throw wrongCode();
      const { device, token, ended } = await pair(deps, codeHash(code), request.originId);
      if (ended !== undefined) keys.forget(ended);
      return reply.code(201).send({
        id: idText('device', device.id),
        name: device.name,
        locationId: idText('location', device.locationId),
        registerId: idText('register', device.registerId),
        permissions: [...device.permissions],
        token,
        factSecret: device.registerId === null ? null : (deps.registerOf(device.registerId)?.factSecret ?? null),
      });
    },
  });

  route(app, {
    method: 'POST',
    url: '/devices/:id/revocation',
    operationId: 'revokeDevice',
    summary: 'Let a device in no more, at once',
    tags,
    permission: 'device:manage',
    scope: 'location',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('device') }),
      body: Type.Object({}, closed),
      response: { 200: Type.Object({ id: IdType('device'), revokedAt: InstantType }) },
    },
    async handler(request) {
      const { id } = request.params;
      const at = now();
      const device = await withTransaction(pool, { schema, readOnly: true }, (tx) => findKey(tx, id, at));
      if (device?.kind !== 'device') throw notFound('device');
      const target = targetOf(placeOf(device));
      // A device of another place is not even known to be there.
      if (!request.principal.can('device:manage', target)) throw notFound('device');
      allow(request, 'device:manage', target);
      const outcome = await master(submissionOf(request, 'revoke_device', { id }, at), async (tx) => {
        if (!(await revokeKey(tx, id, { personId: request.principal.id, at })))
          return reject({ reason: 'device_revoked' });
        const answer = { revokedAt: new Date(at).toISOString() };
        return changed([revoked(device, target.entityId, answer)], answer);
      });
      const answer = masterAnswer(outcome);
      keys.forget(id);
      return { id: idText('device', id), ...answer };
    },
  });
}

type Paired = {
  readonly device: Pairing & { readonly id: string };
  readonly token: string;
  readonly ended: string | undefined;
};

/** Takes the code and makes the device, in one transaction with ending the one that stood at the register before. */
async function pair({ master, now }: DeviceDeps, hashed: string, originId: string | undefined): Promise<Paired> {
  const at = now();
  const id = uuidv7();
  const { secret, hash: secretHash, start } = newSecret('device');
  let made: Paired | undefined;
  const submission = { type: 'pair_device', principalId: id, originId, key: 'pair', body: {}, at, topic: 'access' };
  const outcome = await master(submission, async (tx) => {
    const pairing = await takePairing(tx, hashed, at);
    if (pairing === undefined) return reject({ reason: 'pairing_code_unknown' });
    const { name, permissions, limits, entityId, locationId, registerId, createdBy } = pairing;
    const ended = registerId === null ? undefined : await endDeviceOf(tx, { registerId, personId: createdBy, at });
    const scope = { permissions, entityIds: [], locationIds: [locationId], limits };
    const key = {
      ...scope,
      id,
      kind: 'device' as const,
      name,
      registerId,
      limit: DEVICE_LIMIT,
      createdBy,
      at,
      expiresAt: undefined,
    };
    await insertKey(tx, key, { hash: secretHash, start });
    made = { device: { ...pairing, id }, token: secret, ended: ended?.id };
    const after = { name, permissions, limits, locationId, registerId, start };
    const event = {
      type: 'DevicePaired',
      version: 1,
      entityId,
      locationId,
      subjectId: id,
      body: { before: null, after },
    };
    const before = ended === undefined ? [] : [revoked(ended, entityId, { revokedAt: new Date(at).toISOString() })];
    return accept({ events: [event, ...before], answer: {} });
  });
  if (outcome.kind === 'refused' || made === undefined) throw wrongCode();
  masterAnswer(outcome);
  return made;
}

async function endDeviceOf(
  tx: Tx,
  { registerId, personId, at }: { readonly registerId: string; readonly personId: string; readonly at: number },
): Promise<ListedKey | undefined> {
  const id = await lockDeviceOf(tx, registerId);
  if (id === undefined) return undefined;
  const device = await findKey(tx, id, at);
  await revokeKey(tx, id, { personId, at });
  return device;
}

function revoked(device: ListedKey, entityId: string | null, answer: { readonly revokedAt: string }) {
  return {
    type: 'DeviceRevoked',
    version: 1,
    locationId: placeOf(device),
    ...(entityId === null ? {} : { entityId }),
    subjectId: device.id,
    body: { name: device.name, before: { revokedAt: null }, after: answer },
  };
}

/** All wrong codes are wrong alike: unknown, used, over. */
function wrongCode(): ProblemError {
  return new ProblemError(
    404,
    'pairing_code_unknown',
    'This code is not known, was used already, or is older than ten minutes.',
  );
}

function codeHash(code: string): string {
  return hash('sha256', code, 'base64url');
}

function placeOf({ locationIds }: Pick<ListedKey, 'locationIds'>): string {
  return locationIds[0] ?? '';
}

function toldDevice(key: ListedKey): Static<typeof DeviceType> {
  return {
    id: idText('device', key.id),
    name: key.name,
    locationId: idText('location', placeOf(key)),
    registerId: idText('register', key.registerId),
    start: key.start,
    permissions: [...key.permissions],
    pairedByName: key.createdByName,
    pairedAt: key.createdAt,
    lastUsedAt: key.lastUsedAt,
    revokedAt: key.revokedAt,
  };
}
