import { Type } from 'typebox';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { changed } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { CursorId, decodeCursor, DEFAULT_LIMIT, listQuery, ListOf, pageOf } from '../../../platform/http/lists.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType, NumberFrom } from '../../../platform/http/money.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { accept, reject } from '../../kernel/decision.ts';
import { instantToText, parseInstant } from '../../kernel/time.ts';
import { covers, holdingAt, type KeptGrant } from '../grant.ts';
import { decideActOn, decideGrant, decideRevoke, explain, limitsFor } from '../rights.ts';
import { isPermission } from '../role.ts';
import {
  countOpen,
  deleteGrant,
  endAll,
  findByEmail,
  findRole,
  findStaff,
  insertGrant,
  listRoles,
  listStaff,
  loadGrants,
  loadHolder,
  loadOwnerGrants,
  lockRights,
  namesOf,
  peopleWithRoles,
  savePerson,
  type StaffRow,
  confirmFirst,
  wasConfirmedLately,
} from './rights.store.ts';
import { changeRights, rightsSubmission, type RightsDeps } from './roles.routes.ts';
import { grantAnswer, LimitsType, limitsAnswer, OrNull, StaffGrantType } from './staff-shapes.ts';

const closed = { additionalProperties: false };
const tags = ['people'];
const byId = Type.Object({ id: IdType('person') });

const StaffType = model(
  'StaffPerson',
  Type.Object({
    id: IdType('person'),
    name: Type.String(),
    email: Type.String(),
    locale: Type.String(),
    version: Type.Integer(),
    deactivatedAt: OrNull(InstantType),
    hasPassword: Type.Boolean(),
    lastSeenAt: OrNull(InstantType),
    grants: Type.Array(StaffGrantType),
  }),
);

const SourceType = Type.Object({
  grantId: IdType('grant'),
  role: Type.String(),
  entityId: OrNull(IdType('legalEntity')),
  locationId: OrNull(IdType('location')),
  validFrom: OrNull(InstantType),
  validUntil: OrNull(InstantType),
  holds: Type.Boolean(),
  limits: LimitsType,
});

const PermissionsType = model(
  'PersonPermissions',
  Type.Object({
    personId: IdType('person'),
    name: Type.String(),
    deactivated: Type.Boolean({ description: 'Who left may do nothing, whatever was given to them.' }),
    items: Type.Array(
      Type.Object({
        permission: Type.String(),
        holds: Type.Boolean({ description: 'Whether any of the sources holds now.' }),
        sources: Type.Array(SourceType),
      }),
    ),
  }),
);

const EndsType = Type.Object({
  id: IdType('person'),
  version: Type.Integer(),
  sessions: Type.Integer({ description: 'Open sessions that end.' }),
  approvals: Type.Integer({ description: 'Requests for a second person that lapse.' }),
  grants: Type.Integer({ description: 'Grants that are kept, and hold again when the person comes back.' }),
});

/** /staff/people and what hangs on a person: their grants, what they may do and why, and who may do something here. */
export function registerPeopleRoutes(app: Api, deps: RightsDeps): void {
  registerReads(app, deps);
  registerGrants(app, deps);
  registerChanges(app, deps);
}

function registerReads(app: Api, deps: RightsDeps): void {
  const { pool, schema, now } = deps;
  const reading = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(pool, { schema, snapshot: true }, fn);

  route(app, {
    method: 'GET',
    url: '/staff/people',
    operationId: 'listStaff',
    summary: 'People who work here, by name, with their roles',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        ...listQuery,
        search: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'A part of name or e-mail.' })),
        role: Type.Optional(Type.String({ maxLength: 40, description: 'The code of a role.' })),
        deactivated: Type.Optional(Type.Boolean({ description: 'Those who left, instead of those who are here.' })),
      }),
      response: { 200: ListOf(StaffType) },
    },
    async handler({ query }) {
      const { limit = DEFAULT_LIMIT, search, role, deactivated = false } = query;
      const after = decodeCursor(Type.Tuple([Type.String(), CursorId]), query.after);
      return reading(async (tx) => {
        const rows = await listStaff(tx, { limit: limit + 1, after, search: search?.trim(), role, deactivated });
        const ids = rows.map((row) => row.id);
        const grants = await loadGrants(tx, ids);
        return pageOf(
          rows,
          limit,
          (row) => [row.name, row.id],
          (row) => staffAnswer(row, grants.get(row.id) ?? [], now()),
        );
      });
    },
  });

  route(app, {
    method: 'GET',
    url: '/staff/people/:id',
    operationId: 'getStaff',
    summary: 'A person with their roles',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: { params: byId, response: { 200: StaffType } },
    handler: ({ params }) =>
      reading(async (tx) => {
        const found = await findStaff(tx, params.id);
        if (found === undefined) throw notFound('person');
        return staffAnswer(found, (await loadHolder(tx, params.id)).grants, now());
      }),
  });

  const explained = (personId: string): Promise<Static<typeof PermissionsType>> =>
    reading(async (tx) => {
      const found = await findStaff(tx, personId);
      if (found === undefined) throw notFound('person');
      const { grants } = await loadHolder(tx, personId);
      return {
        personId: idText('person', personId),
        name: found.name,
        deactivated: found.archivedAt !== null,
        items: explain(grants, now()).map(({ permission, holds, sources }) => ({
          permission,
          holds: holds && found.archivedAt === null,
          sources: sources.map(({ grantId, limits, ...source }) => {
            const { id: _, ...told } = grantAnswer({ ...source, id: grantId, permissions: [] }, now());
            return { ...told, grantId: idText('grant', grantId), limits: limitsAnswer(limits) };
          }),
        })),
      };
    });

  route(app, {
    method: 'GET',
    url: '/staff/people/:id/permissions',
    operationId: 'explainPermissions',
    summary: 'What this person may do, and why',
    description:
      'Each permission with every grant that brings it: by which role, where, from when to when and how far.',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: { params: byId, response: { 200: PermissionsType } },
    handler: ({ params }) => explained(params.id),
  });

  route(app, {
    method: 'GET',
    url: '/session/permissions',
    operationId: 'explainOwnPermissions',
    summary: 'What I may do, and why',
    tags,
    permission: 'signed_in',
    schema: { response: { 200: PermissionsType } },
    handler: ({ principal }) => explained(principal.id),
  });

  route(app, {
    method: 'GET',
    url: '/staff/who-may',
    operationId: 'listWhoMay',
    summary: 'Who may do something at a place, and how far',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: {
      querystring: Type.Object({
        permission: Type.String({ maxLength: 60 }),
        location: Type.Optional(IdType('location')),
        entity: Type.Optional(IdType('legalEntity', 'Without a location: for the entity as a whole.')),
      }),
      response: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              personId: IdType('person'),
              name: Type.String(),
              role: Type.String(),
              grantId: IdType('grant'),
              limits: LimitsType,
            }),
          ),
        }),
      },
    },
    async handler({ query }) {
      const { permission, location, entity } = query;
      if (!isPermission(permission)) throw malformed([{ path: '/permission', message: 'is no permission' }]);
      const target = {
        locationId: location ?? null,
        entityId: location === undefined ? (entity ?? null) : (deps.entityOf(location) ?? null),
      };
      return reading(async (tx) => {
        const found = await findWhoMay(tx, permission, target, now());
        return {
          items: found.map(({ personId, name, grant }) => ({
            personId: idText('person', personId),
            name,
            role: grant.role,
            grantId: idText('grant', grant.id),
            limits: limitsAnswer(limitsFor(grant.limits ?? {}, permission)),
          })),
        };
      });
    },
  });
}

/** Who may do something somewhere now: each person by name with the grant that lets them. */
export async function findWhoMay(
  tx: Tx,
  permission: string,
  target: { readonly entityId?: string | null; readonly locationId?: string | null },
  at: number,
): Promise<{ personId: string; name: string; grant: KeptGrant }[]> {
  const roles = (await listRoles(tx, at)).filter((role) => role.permissions.includes(permission));
  const ids = await peopleWithRoles(
    tx,
    roles.map((role) => role.code),
    at,
  );
  const grants = await loadGrants(tx, ids);
  return [...(await namesOf(tx, ids))].flatMap(([personId, name]) =>
    holdingAt(grants.get(personId) ?? [], at)
      .filter((grant) => grant.permissions.includes(permission) && covers(grant, target))
      .map((grant) => ({ personId, name, grant })),
  );
}

function registerGrants(app: Api, deps: RightsDeps): void {
  const { now, entityOf, knowsEntity } = deps;
  const Answer = Type.Object({ grantId: IdType('grant'), personId: IdType('person') });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/grants',
    operationId: 'giveRole',
    summary: 'Give a person a role',
    description:
      'Everywhere, for a legal entity or at a location; now or later, for ever or until an instant. Nobody gives what they do not hold there themselves, as far and as long, and nobody gives to themselves.',
    tags,
    permission: 'people:grant',
    scope: 'any',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object(
        {
          roleId: IdType('role'),
          entityId: Type.Optional(IdType('legalEntity')),
          locationId: Type.Optional(IdType('location')),
          validFrom: Type.Optional(InstantType),
          validUntil: Type.Optional(InstantType),
        },
        closed,
      ),
      response: { 201: Answer },
    },
    async handler(request, reply) {
      const { params, body } = request;
      const at = now();
      const validFrom = instantAt(body.validFrom, '/validFrom') ?? at;
      const validUntil = instantAt(body.validUntil, '/validUntil') ?? null;
      const { locationId = null } = body;
      const entityOfPlace = locationId === null ? undefined : entityOf(locationId);
      if (locationId !== null && entityOfPlace === undefined) throw notFound('location');
      if (body.entityId !== undefined && !knowsEntity(body.entityId)) throw notFound('legal entity');
      if (locationId !== null && body.entityId !== undefined && body.entityId !== entityOfPlace)
        throw malformed([{ path: '/entityId', message: 'is not that of the location' }]);
      const entityId = body.entityId ?? entityOfPlace ?? null;
      const about = { type: 'give_role', permission: 'people:grant', target: { entityId, locationId }, at } as const;
      const { grantId } = await changeRights(request, about, deps, async (tx, editorId) => {
        await lockRights(tx);
        const [role, person] = [await findRole(tx, body.roleId, at), await findStaff(tx, params.id)];
        if (role === undefined) throw notFound('role');
        if (person === undefined) throw notFound('person');
        if (person.archivedAt !== null) return reject({ reason: 'person_deactivated' });
        if (role.archivedAt !== null) return reject({ reason: 'role_archived', role: role.code });
        const { permissions, limits } = role;
        const wanted = { role: role.code, permissions, limits, entityId, locationId, validFrom, validUntil };
        const decision = decideGrant(await loadHolder(tx, editorId), { personId: person.id }, wanted, at);
        if (!decision.ok) return decision;
        const id = uuidv7();
        await insertGrant(
          tx,
          { id, entityId, locationId, validFrom, validUntil },
          { personId: person.id, roleId: role.id, grantedBy: editorId },
        );
        const after = { grantId: id, role: role.code, entityId, locationId, validFrom, validUntil };
        return changed([rightsEvent('RoleGiven', person.id, { before: null, after })], { grantId: id });
      });
      deps.rightsChanged(params.id);
      return reply.code(201).send({ grantId: idText('grant', grantId), personId: idText('person', params.id) });
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/grants/:grantId/revocation',
    operationId: 'takeRole',
    summary: 'Take a role from a person, at once',
    description: 'One may give up one’s own. The last owner of everything stays.',
    tags,
    permission: 'people:grant',
    scope: 'any',
    preview: true,
    schema: {
      params: Type.Object({ id: IdType('person'), grantId: IdType('grant') }),
      body: Type.Object({}, closed),
      response: { 200: Answer },
    },
    async handler(request) {
      const { params } = request;
      const at = now();
      const { grants: given } = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
        loadHolder(tx, params.id),
      );
      const place = given.find((one) => one.id === params.grantId);
      const target = { entityId: place?.entityId ?? null, locationId: place?.locationId ?? null };
      const about = { type: 'take_role', permission: 'people:grant', target, at } as const;
      const { grantId } = await changeRights(request, about, deps, async (tx, editorId) => {
        await lockRights(tx);
        const { grants } = await loadHolder(tx, params.id);
        const grant = grants.find((one) => one.id === params.grantId);
        if (grant === undefined) throw notFound('grant');
        const editor = await loadHolder(tx, editorId);
        const owners = await loadOwnerGrants(tx, at);
        const decision = decideRevoke(editor, { personId: params.id }, grant, { owners, at });
        if (!decision.ok) return decision;
        await deleteGrant(tx, grant.id);
        const { id: grantId, role, entityId, locationId, validFrom, validUntil } = grant;
        const before = { grantId, role, entityId, locationId, validFrom, validUntil };
        return changed([rightsEvent('RoleTaken', params.id, { before, after: null })], { grantId });
      });
      deps.rightsChanged(params.id);
      return { grantId: idText('grant', grantId), personId: idText('person', params.id) };
    },
  });
}

function registerChanges(app: Api, deps: RightsDeps): void {
  const { master, now } = deps;

  route(app, {
    method: 'PATCH',
    url: '/staff/people/:id',
    operationId: 'editStaff',
    summary: 'Change the name, e-mail address or language of a person',
    description: 'Who can change an address can sign in as its person, so only who may do all that they may.',
    tags,
    permission: 'people:edit',
    scope: 'any',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object(
        {
          version: NumberFrom(1),
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })),
          email: Type.Optional(Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })),
          locale: Type.Optional(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' })),
        },
        closed,
      ),
      response: { 200: Type.Object({ id: IdType('person'), version: Type.Integer() }) },
    },
    async handler(request) {
      const { params, body, principal } = request;
      const at = now();
      const outcome = await master(rightsSubmission(request, 'edit_person', at), async (tx) => {
        const person = await personToActOn(tx, params.id, { editorId: principal.id, leaves: false, at });
        if (!person.ok) return person;
        const found = person.value;
        if (found.version !== body.version) return reject({ reason: 'changed_since', version: found.version });
        const wanted = {
          ...found,
          name: body.name?.trim() ?? found.name,
          email: body.email?.trim() ?? found.email,
          locale: body.locale ?? found.locale,
        };
        const taken = await findByEmail(tx, wanted.email);
        if (taken !== undefined && taken !== found.id) return reject({ reason: 'email_taken' });
        // Links for new passwords go there: a session that somebody left open must not be enough to take it over for good.
        if (wanted.email !== found.email && !(await wasConfirmedLately(tx, principal, at))) throw confirmFirst();
        if (!(await savePerson(tx, wanted, principal.id)))
          return reject({ reason: 'changed_since', version: found.version });
        // Names and addresses are personal: the log says that they changed, not to what.
        const names = (['name', 'email', 'locale'] as const).filter((name) => wanted[name] !== found[name]);
        const [before, after] = [found, wanted].map(({ locale }) => ({ locale }));
        const told = { changed: names, before, after };
        return changed([rightsEvent('PersonChanged', found.id, told)], { version: body.version + 1 });
      });
      const { version } = masterAnswer(outcome);
      deps.rightsChanged(params.id);
      return { id: idText('person', params.id), version };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/deactivation',
    operationId: 'deactivateStaff',
    summary: 'Somebody leaves: sessions end, nothing they asked for goes on, what they did stays',
    description: 'The preview says what would end. The last owner stays, and nobody sends themselves away.',
    tags,
    permission: 'people:edit',
    scope: 'any',
    preview: true,
    schema: { params: byId, body: Type.Object({}, closed), response: { 200: EndsType } },
    async handler(request) {
      const { params, principal } = request;
      const at = now();
      const outcome = await master(rightsSubmission(request, 'deactivate_person', at), async (tx) => {
        const person = await personToActOn(tx, params.id, { editorId: principal.id, leaves: true, at });
        if (!person.ok) return person;
        if (person.value.archivedAt !== null) return reject({ reason: 'person_deactivated' });
        const open = await countOpen(tx, params.id, at);
        const grants = (await loadHolder(tx, params.id)).grants.length;
        await savePerson(tx, { ...person.value, archivedAt: at }, principal.id);
        await endAll(tx, params.id, at);
        const answer = { version: person.value.version + 1, ...open, grants };
        const body = { before: { deactivatedAt: null }, after: { deactivatedAt: at }, ...open };
        return changed([rightsEvent('PersonDeactivated', params.id, body)], answer);
      });
      const answer = masterAnswer(outcome);
      deps.rightsChanged(params.id);
      return { ...answer, id: idText('person', params.id) };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/people/:id/reactivation',
    operationId: 'reactivateStaff',
    summary: 'Somebody comes back, with the roles they had',
    tags,
    permission: 'people:edit',
    scope: 'any',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object({}, closed),
      response: { 200: Type.Object({ id: IdType('person'), version: Type.Integer() }) },
    },
    async handler(request) {
      const { params, principal } = request;
      const at = now();
      const outcome = await master(rightsSubmission(request, 'reactivate_person', at), async (tx) => {
        const person = await personToActOn(tx, params.id, { editorId: principal.id, leaves: false, at });
        if (!person.ok) return person;
        if (person.value.archivedAt === null) return reject({ reason: 'person_active' });
        await savePerson(tx, { ...person.value, archivedAt: null }, principal.id);
        const body = { before: { deactivatedAt: person.value.archivedAt }, after: { deactivatedAt: null } };
        return changed([rightsEvent('PersonReactivated', params.id, body)], { version: person.value.version + 1 });
      });
      const { version } = masterAnswer(outcome);
      return { id: idText('person', params.id), version };
    },
  });
}

/** A person on whose ways in somebody may act. Waits until nobody else changes rights; throws when there is no such person. */
export async function personToActOn(
  tx: Tx,
  personId: string,
  by: { readonly editorId: string; readonly leaves: boolean; readonly at: number },
) {
  await lockRights(tx);
  const found = await findStaff(tx, personId);
  if (found === undefined) throw notFound('person');
  const owners = await loadOwnerGrants(tx, by.at);
  const [editor, person] = [await loadHolder(tx, by.editorId), await loadHolder(tx, personId)];
  const decision = decideActOn(editor, person, { owners, leaves: by.leaves, at: by.at });
  return decision.ok ? accept(found) : decision;
}

/** An event about a person's rights. */
export function rightsEvent(type: string, personId: string, body: Readonly<Record<string, unknown>>) {
  return { type, version: 1, subjectId: personId, body };
}

function instantAt(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined;
  const at = parseInstant(text);
  if (at === undefined) throw malformed([{ path, message: 'is not an instant' }]);
  return at;
}

function staffAnswer(row: StaffRow, grants: readonly KeptGrant[], at: number): Static<typeof StaffType> {
  const { archivedAt, lastSeenAt, ...told } = row;
  return {
    ...told,
    id: idText('person', row.id),
    deactivatedAt: archivedAt === null ? null : instantToText(archivedAt),
    lastSeenAt: lastSeenAt === null ? null : instantToText(lastSeenAt),
    grants: grants.map((grant) => grantAnswer(grant, at)),
  };
}
