import type {
  Approval,
  FourEyesRule,
  PersonPermissions,
  Role,
  RoleLimits,
  StaffPerson,
} from '../../client/operations.ts';
import { act, get, preview } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { Approval, FourEyesRule, Role, RoleLimits, StaffGrant, StaffPerson } from '../../client/operations.ts';

/** A permission of somebody with what it comes from. */
export type Explained = PersonPermissions['items'][number];
/** Everything there is to know of roles. */
export type Roles = { readonly items: readonly Role[]; readonly permissions: readonly string[] };

/** People by name. */
export const listStaff = (
  query: {
    search?: string | undefined;
    role?: string | undefined;
    deactivated?: boolean | undefined;
    after?: string | undefined;
  },
  signal?: AbortSignal,
): Promise<Page<StaffPerson>> => get('/staff/people', query, signal);
/** One person. */
export const getStaff = (id: string): Promise<StaffPerson> => get(`/staff/people/${id}`);
/** Changes a person; `version` is the one that was seen. */
export const editStaff = (
  id: string,
  body: { version: number; name?: string; email?: string },
  intent: Intent,
): Promise<unknown> => act('PATCH', `/staff/people/${id}`, body, intent);
/** What somebody may do, and why. */
export const explainPermissions = async (id: string): Promise<readonly Explained[]> =>
  (await get<{ items: readonly Explained[] }>(`/staff/people/${id}/permissions`)).items;
/** Who may do something, anywhere. */
export const listWhoMay = async (permission: string): Promise<readonly { readonly name: string }[]> =>
  (await get<{ items: readonly { readonly name: string }[] }>('/staff/who-may', { permission })).items;
/** Sends an invitation by e-mail. */
export const invite = (
  body: { name: string; email: string; roleId: string; locationId?: string },
  intent: Intent,
): Promise<unknown> => act('POST', '/staff/invitations', body, intent);
/** Gives a role. */
export const giveRole = (
  id: string,
  body: { roleId: string; locationId?: string; entityId?: string; validUntil?: string },
  intent: Intent,
): Promise<unknown> => act('POST', `/staff/people/${id}/grants`, body, intent);
/** Takes a role away. */
export const takeRole = (id: string, grantId: string, intent: Intent): Promise<unknown> =>
  act('POST', `/staff/people/${id}/grants/${grantId}/revocation`, {}, intent);
/** What would end if somebody left. */
export const previewDeactivation = (
  id: string,
): Promise<{ readonly sessions: number; readonly approvals: number; readonly grants: number }> =>
  preview(`/staff/people/${id}/deactivation`, {});
/** Somebody leaves. */
export const deactivate = (id: string, intent: Intent): Promise<unknown> =>
  act('POST', `/staff/people/${id}/deactivation`, {}, intent);
/** Somebody comes back. */
export const reactivate = (id: string, intent: Intent): Promise<unknown> =>
  act('POST', `/staff/people/${id}/reactivation`, {}, intent);
/** Roles and everything that can be allowed. */
export const listRoles = (): Promise<Roles> => get('/staff/roles');
/** A role of our own. */
export const createRole = (
  body: { code: string; name: string; description: string; permissions: readonly string[]; limits: RoleLimits },
  intent: Intent,
): Promise<{ readonly id: string }> => act('POST', '/staff/roles', body, intent);
/** Changes a role; of a built-in one the limits only. */
export const editRole = (
  id: string,
  body: {
    version: number;
    name?: string;
    description?: string;
    permissions?: readonly string[];
    limits?: RoleLimits;
  },
  intent: Intent,
): Promise<unknown> => act('PATCH', `/staff/roles/${id}`, body, intent);
/** What waits for a second person, or what was decided. */
export const listApprovals = (
  query: { pending: boolean; after?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<Approval>> => get('/staff/approvals', query, signal);
/** Approves or declines. */
export const decideApproval = (
  id: string,
  body: { decision: 'approve' | 'decline'; note: string },
  intent: Intent,
): Promise<Approval> => act('POST', `/staff/approvals/${id}/decision`, body, intent);
/** Which acts need a second person. */
export const listFourEyes = async (): Promise<readonly FourEyesRule[]> =>
  (await get<{ items: readonly FourEyesRule[] }>('/staff/four-eyes')).items;
/** Makes an act need a second person, or not any more. */
export const setFourEyes = (
  { act: name, ...rule }: { act: string; on: boolean; amounts?: Readonly<Record<string, number>> | null },
  intent: Intent,
): Promise<unknown> => act('PUT', `/staff/four-eyes/${name}`, rule, intent);
