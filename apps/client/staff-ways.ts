import type { Operations } from '../../client/operations.ts';
import { act, get, preview } from './http.ts';
import type { Intent } from './http.ts';

type Given<O extends keyof Operations> = Operations[O]['answer'];

/** Where somebody has a PIN, and their badges. */
export type WaysAtRegisters = Given<'listWaysIn'>;
/** What goes with somebody's second factor. */
export type SecondFactorGone = Omit<SecondFactorReset, 'personId'>;
type SecondFactorReset = {
  readonly personId: string;
  readonly codes: boolean;
  readonly passkeys: number;
  readonly sessions: number;
};

/** How somebody signs in at registers. */
export const getWaysAtRegisters = (personId: string): Promise<WaysAtRegisters> =>
  get(`/staff/people/${personId}/ways-in`);
/** Sets somebody's PIN at a place, or takes it away. */
export const setPin = (
  personId: string,
  wish: { readonly locationId: string; readonly pin: string | null },
  intent: Intent,
): Promise<unknown> => act('PUT', `/staff/people/${personId}/pin`, wish, intent);
/** A new badge; its code is told this once. */
export const issueBadge = (personId: string, intent: Intent): Promise<Given<'issueBadge'>> =>
  act('POST', `/staff/people/${personId}/badges`, {}, intent);
/** Blocks a badge for good. */
export const blockBadge = (personId: string, badgeId: string, intent: Intent): Promise<unknown> =>
  act('POST', `/staff/people/${personId}/badges/${badgeId}/block`, {}, intent);
/** What taking away somebody's second factor would end. */
export const previewSecondFactorReset = (personId: string): Promise<SecondFactorGone> =>
  preview(`/staff/people/${personId}/second-factor-reset`, {});
/** Takes away somebody's second factor and ends their sessions. */
export const resetSecondFactor = (personId: string, intent: Intent): Promise<SecondFactorGone> =>
  act('POST', `/staff/people/${personId}/second-factor-reset`, {}, intent);
/** Which roles need a second factor. */
export const getStrictRoles = async (): Promise<readonly string[]> =>
  (await get<Given<'getSecondFactorPolicy'>>('/staff/second-factor')).roleIds;
/** Says which roles need a second factor. */
export const setStrictRoles = (roleIds: readonly string[], intent: Intent): Promise<unknown> =>
  act('PUT', '/staff/second-factor', { roleIds }, intent);
