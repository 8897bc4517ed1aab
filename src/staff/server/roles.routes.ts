import { Type } from 'typebox';
import { NumberFrom } from '../../../platform/http/money.ts';
import { uuidv7 } from 'uuidv7';
import {
  changed,
  type Master,
  type MasterChange,
  type MasterSubmission,
} from '../../../platform/commit/master-door.ts';
import type { Target } from '../../../platform/auth/principal.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { oversee, type Overseen } from '../../../platform/http/oversight.ts';
import { malformed, notFound } from '../../../platform/http/problem.ts';
import { route, type Permission, type RouteRequest } from '../../../platform/http/route.ts';
import { reject, type Decision } from '../../kernel/decision.ts';
import { LIMITS } from '../limit.ts';
import { decideRole, type RoleContent } from '../rights.ts';
import { findBuiltInRole, isPermission, PERMISSIONS } from '../role.ts';
import { findRole, insertRole, listRoles, loadHolder, lockRights, saveRole } from './rights.store.ts';
import { LimitsType, limitsAnswer, roleAnswer, RoleType } from './staff-shapes.ts';

/** What the routes of rights need. `entityOf` says whose a location is; `rightsChanged` makes open sessions look anew (everybody's without a name). */
export type RightsDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly entityOf: (locationId: string) => string | undefined;
  readonly knowsEntity: (entityId: string) => boolean;
  readonly rightsChanged: (personId?: string) => void;
  readonly now: () => number;
};

const closed = { additionalProperties: false };
const tags = ['people'];
const byId = Type.Object({ id: IdType('role') });
const NameType = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
const DescriptionType = Type.String({ maxLength: 300 });
const PermissionsType = Type.Array(Type.String({ maxLength: 60 }), { maxItems: 200, uniqueItems: true });
const Saved = Type.Object({ id: IdType('role'), version: Type.Integer() });
const nothing: RoleContent = { permissions: [], limits: {} };

/** GET and POST /staff/roles, PATCH /staff/roles/{id}, POST /staff/roles/{id}/archive. */
export function registerRoleRoutes(app: Api, deps: RightsDeps): void {
  const { pool, schema, now } = deps;

  route(app, {
    method: 'GET',
    url: '/staff/roles',
    operationId: 'listRoles',
    summary: 'Roles, what each may do and how far, and everything that can be allowed',
    tags,
    permission: 'people:read',
    scope: 'none',
    schema: {
      response: {
        200: Type.Object({
          items: Type.Array(RoleType),
          permissions: Type.Array(Type.String(), { description: 'Everything that can be allowed.' }),
          limits: Type.Array(Type.Object({ name: Type.String(), permission: Type.String(), of: Type.String() })),
        }),
      },
    },
    async handler() {
      const roles = await withTransaction(pool, { schema, readOnly: true }, (tx) => listRoles(tx, now()));
      return { items: roles.map(roleAnswer), permissions: [...PERMISSIONS], limits: [...LIMITS] };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/roles',
    operationId: 'createRole',
    summary: 'A role of our own',
    description: 'It may hold what its maker may do everywhere, as far and for ever.',
    tags,
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: {
      body: Type.Object(
        {
          code: Type.String({ pattern: '^[a-z][a-z0-9_]{1,39}$', description: 'Stays as it is.' }),
          name: NameType,
          description: Type.Optional(DescriptionType),
          permissions: PermissionsType,
          limits: Type.Optional(LimitsType),
        },
        closed,
      ),
      response: { 201: Saved },
    },
    async handler(request, reply) {
      const { code, name, description = '', permissions, limits = {} } = request.body;
      insistOnPermissions(permissions);
      const at = now();
      const about = { type: 'create_role', permission: 'role:edit', target: {}, at } as const;
      const answer = await changeRights(request, about, deps, async (tx, editorId) => {
        await lockRights(tx);
        const taken = findBuiltInRole(code) !== undefined || (await listRoles(tx, at)).some((one) => one.code === code);
        if (taken) return reject({ reason: 'role_code_taken', role: code });
        const editor = await loadHolder(tx, editorId);
        const after = { permissions: sorted(permissions), limits };
        const decision = decideRole(editor, { code, builtIn: false, archived: false }, { before: nothing, after }, at);
        if (!decision.ok) return decision;
        const id = uuidv7();
        await insertRole(tx, { id, code, name: name.trim(), description, ...after });
        const body = { before: null, after: { code, name: name.trim(), description, ...after } };
        return changed([{ type: 'RoleCreated', version: 1, subjectId: id, body }], { id, version: 1 });
      });
      const { id, version } = answer;
      return reply.code(201).send({ id: idText('role', id), version });
    },
  });

  route(app, {
    method: 'PATCH',
    url: '/staff/roles/:id',
    operationId: 'editRole',
    summary: 'Change a role, for everybody who has it',
    description: 'Takes effect at once, also in open sessions. Of a role that came with the program the limits only.',
    tags,
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: {
      params: byId,
      body: Type.Object(
        {
          version: NumberFrom(1),
          name: Type.Optional(NameType),
          description: Type.Optional(DescriptionType),
          permissions: Type.Optional(PermissionsType),
          limits: Type.Optional(LimitsType),
        },
        closed,
      ),
      response: { 200: Saved },
    },
    async handler(request) {
      const { id } = request.params;
      const { version, name, description, permissions, limits } = request.body;
      insistOnPermissions(permissions ?? []);
      const at = now();
      const about = { type: 'edit_role', permission: 'role:edit', target: {}, at } as const;
      const answer = await changeRights(request, about, deps, async (tx, editorId) => {
        await lockRights(tx);
        const role = await findRole(tx, id, at);
        if (role === undefined) throw notFound('role');
        if (role.version !== version) return reject({ reason: 'changed_since', version: role.version });
        const renamed = name !== undefined || description !== undefined;
        if (role.builtIn && renamed) return reject({ reason: 'built_in_role', role: role.code });
        const editor = await loadHolder(tx, editorId);
        const before = { permissions: role.permissions, limits: limitsAnswer(role.limits) };
        const after = {
          permissions: permissions === undefined ? role.permissions : sorted(permissions),
          limits: limits ?? before.limits,
        };
        const decision = decideRole(
          editor,
          { code: role.code, builtIn: role.builtIn, archived: role.archivedAt !== null },
          { before, after },
          at,
        );
        if (!decision.ok) return decision;
        const words = { name: name?.trim() ?? role.name, description: description ?? role.description };
        if (!(await saveRole(tx, { ...role, ...words, ...after })))
          return reject({ reason: 'changed_since', version: role.version });
        const body = {
          code: role.code,
          before: { name: role.name, description: role.description, ...before },
          after: { ...words, ...after },
        };
        return changed([{ type: 'RoleChanged', version: 1, subjectId: id, body }], { id, version: version + 1 });
      });
      deps.rightsChanged();
      return { id: idText('role', answer.id), version: answer.version };
    },
  });

  route(app, {
    method: 'POST',
    url: '/staff/roles/:id/archive',
    operationId: 'archiveRole',
    summary: 'Put a role of our own away',
    description: 'Only when nobody has it any more. Its code stays taken.',
    tags,
    permission: 'role:edit',
    scope: 'none',
    preview: true,
    schema: { params: byId, body: Type.Object({}, closed), response: { 200: Saved } },
    async handler(request) {
      const { id } = request.params;
      const at = now();
      const about = { type: 'archive_role', permission: 'role:edit', target: {}, at } as const;
      const answer = await changeRights(request, about, deps, async (tx) => {
        await lockRights(tx);
        const role = await findRole(tx, id, at);
        if (role === undefined) throw notFound('role');
        if (role.builtIn) return reject({ reason: 'built_in_role', role: role.code });
        if (role.archivedAt !== null) return reject({ reason: 'role_archived', role: role.code });
        if (role.people > 0) return reject({ reason: 'role_in_use', people: role.people });
        await saveRole(tx, { ...role, archivedAt: at });
        const body = { code: role.code, before: { archivedAt: null }, after: { archivedAt: at } };
        return changed([{ type: 'RoleArchived', version: 1, subjectId: id, body }], { id, version: role.version + 1 });
      });
      return { id: idText('role', answer.id), version: answer.version };
    },
  });
}

/** What the door is told of a change of rights. The address belongs to what was asked: one key for two things is two requests. */
export function rightsSubmission(
  request: Pick<RouteRequest, 'principal' | 'originId' | 'idempotencyKey' | 'preview' | 'secondPerson'> & {
    readonly params: unknown;
    readonly body: unknown;
  },
  type: string,
  at: number,
): MasterSubmission {
  const { principal, originId, idempotencyKey: key, preview } = request;
  const body = [request.params ?? {}, request.body ?? {}];
  const approvedById = request.secondPerson?.principal.id;
  return { type, principalId: principal.id, originId, approvedById, key, body, at, topic: 'staff', preview };
}

/**
 * Changes who may do what. What could not be done is refused at once; what could waits for a second person where changes of roles need one, who must be able to do
 * it too.
 */
export async function changeRights<A>(
  request: Overseen & { readonly params: unknown; readonly body: unknown },
  about: { readonly type: string; readonly permission: Permission; readonly target: Target; readonly at: number },
  { master }: Pick<RightsDeps, 'master'>,
  work: (tx: Tx, editorId: string) => Promise<Decision<MasterChange<A>>>,
): Promise<A> {
  const { type, permission, target, at } = about;
  const submission = (preview: boolean): MasterSubmission =>
    rightsSubmission({ ...askedParts(request), preview }, type, at);
  const does = (editorId: string) => (tx: Tx) => work(tx, editorId);
  await oversee(request, {
    act: 'role_change',
    permission,
    target,
    limits: [],
    currency: '',
    async amounts() {
      masterAnswer(await master(submission(true), does(request.principal.id)));
      return [];
    },
  });
  const second = request.secondPerson?.principal.id;
  if (second !== undefined && !request.preview) masterAnswer(await master(submission(true), does(second)));
  return masterAnswer(await master(submission(request.preview), does(request.principal.id)));
}

function askedParts({ principal, originId, idempotencyKey, secondPerson, params, body }: Overseen) {
  return { principal, originId, idempotencyKey, secondPerson, params, body };
}

function insistOnPermissions(permissions: readonly string[]): void {
  const unknown = permissions.flatMap((one, at) => (isPermission(one) ? [] : [`/permissions/${at}`]));
  if (unknown.length > 0)
    throw malformed(unknown.map((path) => ({ path, message: `must be one of ${PERMISSIONS.join(', ')}` })));
}

function sorted(permissions: readonly string[]): string[] {
  return PERMISSIONS.filter((one) => permissions.includes(one));
}
