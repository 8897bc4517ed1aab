import { loadSql, type Tx } from '../../../platform/db/pool.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import type { KeptGrant } from '../grant.ts';
import type { RoleLimits } from '../limit.ts';
import type { Holder } from '../rights.ts';
import { findBuiltInRole } from '../role.ts';
import { isConfirmed } from '../sign-in.ts';

const sql = loadSql(import.meta.url, './rights.sql', [
  'lock_rights',
  'list_roles',
  'insert_role',
  'save_role',
  'find_kept_grants',
  'find_owner_grants',
  'insert_grant',
  'delete_grant',
  'find_staff',
  'list_staff',
  'save_person',
  'find_email',
  'find_confirmed',
  'end_sessions',
  'count_open',
  'drop_approvals',
  'list_people_with',
  'find_names',
]);

/** A role with how many people have it. Instants in epoch milliseconds. */
export type RoleRow = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly permissions: readonly string[];
  readonly limits: RoleLimits;
  readonly version: number;
  readonly archivedAt: number | null;
  readonly people: number;
};

/** A person as those see them who give rights. */
export type StaffRow = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string;
  readonly version: number;
  readonly archivedAt: number | null;
  readonly hasPassword: boolean;
  readonly lastSeenAt: number | null;
};

type RoleColumns = Omit<RoleRow, 'archivedAt' | 'builtIn'> & { archived_at: number | null };
type StaffColumns = Omit<StaffRow, 'archivedAt' | 'hasPassword' | 'lastSeenAt'> & {
  archived_at: number | null;
  has_password: boolean;
  last_seen_at: number | null;
};
type GrantColumns = {
  id: string;
  person_id: string;
  role: string;
  permissions: readonly string[];
  limits: RoleLimits;
  entity_id: string | null;
  location_id: string | null;
  valid_from: number;
  valid_until: number | null;
};

/** Waits until nobody else changes rights. The first statement of every change of rights. */
export async function lockRights(tx: Tx): Promise<void> {
  await tx.rows(sql.lock_rights);
}

/** All roles, the archived ones last; `at` says whose grants count. */
export async function listRoles(tx: Tx, at: number): Promise<RoleRow[]> {
  return (await tx.rows<RoleColumns>(sql.list_roles, [null, instant(at)])).map(roleOf);
}

/** One role; undefined when there is none. */
export async function findRole(tx: Tx, id: string, at: number): Promise<RoleRow | undefined> {
  const row = await tx.find<RoleColumns>(sql.list_roles, [id, instant(at)]);
  return row && roleOf(row);
}

/** Writes a new role. */
export async function insertRole(
  tx: Tx,
  role: Pick<RoleRow, 'id' | 'code' | 'name' | 'description' | 'permissions' | 'limits'>,
): Promise<void> {
  await tx.run(sql.insert_role, [
    role.id,
    role.code,
    role.name,
    role.description,
    role.permissions,
    JSON.stringify(role.limits),
  ]);
}

/** Writes a role over the version that was seen. Says whether it was still that one. */
export async function saveRole(tx: Tx, role: Omit<RoleRow, 'code' | 'builtIn' | 'people'>): Promise<boolean> {
  const { id, version, name, description, permissions, limits, archivedAt } = role;
  const values = [id, version, name, description, permissions, JSON.stringify(limits), instantOrNull(archivedAt)];
  return (await tx.run(sql.save_role, values)) === 1;
}

/** 403: signed in a while ago, and this is worth asking once more. */
export function confirmFirst(): ProblemError {
  return new ProblemError(403, 'confirm_first', 'Prove once more that it is you, then try again.');
}

/** Whether the session of a person is one in which they proved who they are a moment ago. False for programs and at registers. */
export async function wasConfirmedLately(
  tx: Tx,
  principal: { readonly id: string; readonly session: string },
  at: number,
): Promise<boolean> {
  const row = await tx.find<{ confirmed_at: number }>(sql.find_confirmed, [principal.session, principal.id]);
  return row !== undefined && isConfirmed(row.confirmed_at, at);
}

/** Somebody with everything they were given; nobody knows them when it is empty. */
export async function loadHolder(tx: Tx, personId: string): Promise<Holder> {
  return { personId, grants: (await loadGrants(tx, [personId])).get(personId) ?? [] };
}

/** The grants of people, also what is over or yet to come. */
export async function loadGrants(tx: Tx, personIds: readonly string[]): Promise<Map<string, KeptGrant[]>> {
  const found = new Map<string, KeptGrant[]>();
  for (const row of await tx.rows<GrantColumns>(sql.find_kept_grants, [personIds])) {
    const known = found.get(row.person_id) ?? [];
    known.push(grantOf(row));
    found.set(row.person_id, known);
  }
  return found;
}

/** The grants that make owners: of everything, now, without an end. */
export async function loadOwnerGrants(tx: Tx, at: number): Promise<KeptGrant[]> {
  return (await tx.rows<GrantColumns>(sql.find_owner_grants, [instant(at)])).map(grantOf);
}

/** Writes a grant of a role. */
export async function insertGrant(
  tx: Tx,
  grant: Omit<KeptGrant, 'permissions' | 'limits' | 'role'>,
  of: { readonly personId: string; readonly roleId: string; readonly grantedBy: string },
): Promise<void> {
  const { id, entityId, locationId, validFrom, validUntil } = grant;
  await tx.run(sql.insert_grant, [
    id,
    of.personId,
    of.roleId,
    entityId,
    locationId,
    instant(validFrom),
    instantOrNull(validUntil),
    of.grantedBy,
  ]);
}

/** Deletes a grant; the event keeps what it was. */
export async function deleteGrant(tx: Tx, id: string): Promise<void> {
  await tx.run(sql.delete_grant, [id]);
}

/** One person, also one who left. */
export async function findStaff(tx: Tx, id: string): Promise<StaffRow | undefined> {
  const row = await tx.find<StaffColumns>(sql.find_staff, [id]);
  return row && staffOf(row);
}

/** People by name. */
export async function listStaff(
  tx: Tx,
  wanted: {
    readonly limit: number;
    readonly after: readonly [name: string, id: string] | undefined;
    readonly deactivated: boolean;
    readonly search: string | undefined;
    readonly role: string | undefined;
  },
): Promise<StaffRow[]> {
  const { limit, after, deactivated, search, role } = wanted;
  const values = [after?.[0] ?? null, after?.[1] ?? null, limit, deactivated, search ?? null, role ?? null];
  return (await tx.rows<StaffColumns>(sql.list_staff, values)).map(staffOf);
}

/** Writes a person over the version that was seen. Says whether it was still that one. */
export async function savePerson(
  tx: Tx,
  person: Pick<StaffRow, 'id' | 'version' | 'name' | 'email' | 'locale' | 'archivedAt'>,
  by: string,
): Promise<boolean> {
  const { id, version, name, email, locale, archivedAt } = person;
  const values = [id, version, name, email, locale, instantOrNull(archivedAt), archivedAt === null ? null : by];
  return (await tx.run(sql.save_person, values)) === 1;
}

/** Who has this e-mail address, in any case of letters. */
export async function findByEmail(tx: Tx, email: string): Promise<string | undefined> {
  return (await tx.find<{ id: string }>(sql.find_email, [email]))?.id;
}

/** Open sessions and requests for a second person of somebody. */
export async function countOpen(
  tx: Tx,
  personId: string,
  at: number,
): Promise<{ sessions: number; approvals: number }> {
  return tx.get(sql.count_open, [personId, instant(at)]);
}

/** Ends what somebody has open: sessions, and what waits for a second person. */
export async function endAll(tx: Tx, personId: string, at: number): Promise<void> {
  await tx.run(sql.end_sessions, [personId, instant(at)]);
  await tx.run(sql.drop_approvals, [personId, instant(at)]);
}

/** People to whom one of the roles was given for now, at most a thousand. */
export async function peopleWithRoles(tx: Tx, roles: readonly string[], at: number): Promise<string[]> {
  const rows = await tx.rows<{ person_id: string }>(sql.list_people_with, [roles, instant(at)]);
  return rows.map((row) => row.person_id);
}

/** Names by id, in the order of names. */
export async function namesOf(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.rows<{ id: string; name: string }>(sql.find_names, [ids]);
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** An instant as the database takes it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instant(ms);
}

function roleOf({ archived_at: archivedAt, ...row }: RoleColumns): RoleRow {
  const known = findBuiltInRole(row.code);
  return {
    ...row,
    archivedAt,
    builtIn: known !== undefined,
    description: known?.description ?? row.description,
    permissions: known?.permissions ?? row.permissions,
  };
}

function staffOf({ archived_at, has_password, last_seen_at, ...row }: StaffColumns): StaffRow {
  return { ...row, archivedAt: archived_at, hasPassword: has_password, lastSeenAt: last_seen_at };
}

function grantOf(row: GrantColumns): KeptGrant {
  return {
    id: row.id,
    role: row.role,
    permissions: findBuiltInRole(row.role)?.permissions ?? row.permissions,
    limits: row.limits,
    entityId: row.entity_id,
    locationId: row.location_id,
    validFrom: row.valid_from,
    validUntil: row.valid_until,
  };
}
