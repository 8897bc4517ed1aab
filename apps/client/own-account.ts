import type { OwnAccount, OwnSession, SecondFactorNeeded } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Session } from './types.ts';

export type { OwnAccount, OwnSession, Passkey, SecondFactorNeeded } from '../../client/operations.ts';

/** Whether a sign-in is finished. */
export function isSession(answer: Session | SecondFactorNeeded): answer is Session {
  return 'person' in answer;
}

/** What the browser's own functions need, and the ticket that their answer goes back with. */
export type PasskeyOffer<Options> = { readonly ticket: string; readonly options: Options };

// Ways in ---------------------------------------------------------------------------------------------------------------------

/** Signs in; the session is a cookie. */
export const signIn = (credentials: { email: string; password: string }): Promise<Session | SecondFactorNeeded> =>
  act('POST', '/session', credentials);
/** Signs out. */
export const signOut = (): Promise<void> => act('DELETE', '/session', undefined);
/** How one can sign in here. */
export const getWaysIn = (): Promise<{ company: { name: string | null } | null }> => get('/session/ways');
/** Finishes a sign-in. */
export const signInWithCode = (body: { ticket: string; code: string }): Promise<Session> =>
  act('POST', '/session/second-factor', body);
/** Begins signing in with a passkey. */
export const startPasskeySignIn = <Options>(): Promise<PasskeyOffer<Options>> =>
  act('POST', '/session/passkey/options', undefined);
/** Signs in with what a passkey answered. */
export const signInWithPasskey = (body: { ticket: string; answer: unknown }): Promise<Session> =>
  act('POST', '/session/passkey', body);
/** Where to go to sign in with the company's provider. */
export const startCompanySignIn = (): Promise<{ url: string }> => act('POST', '/session/company/start', undefined);
/** Signs in with what the provider answered. */
export const signInWithCompany = (query: string): Promise<Session | SecondFactorNeeded> =>
  act('POST', '/session/company', { query });
/** Asks for the link of a forgotten password. */
export const askForPasswordReset = (email: string): Promise<void> => act('POST', '/password-resets', { email });
/** Sets a password with the link. */
export const resetPassword = (body: { token: string; password: string }): Promise<void> =>
  act('POST', '/password-resets/complete', body);
/** Whom an invitation is for. */
export const lookAtInvitation = (token: string): Promise<{ name: string; email: string }> =>
  act('POST', '/invitations/look', { token });
/** Accepts an invitation. */
export const acceptInvitation = (body: {
  token: string;
  name: string;
  password: string;
}): Promise<Session | SecondFactorNeeded> => act('POST', '/invitations/accept', body);

// One's own account -----------------------------------------------------------------------------------------------------------

/** How I sign in. */
export const getAccount = (): Promise<OwnAccount> => get('/account');
/** Where I am signed in. */
export const listOwnSessions = async (): Promise<readonly OwnSession[]> =>
  (await get<{ items: readonly OwnSession[] }>('/account/sessions')).items;
/** Ends one of my sessions. */
export const endOwnSession = (id: string): Promise<void> => act('DELETE', `/account/sessions/${id}`, undefined);
/** Ends all my sessions but this one. */
export const endOtherSessions = (): Promise<void> => act('POST', '/account/sessions/end-others', undefined);
/** Proves once more that it is me. */
export const confirmIdentity = (
  proof: { password: string } | { code: string } | { passkey: { ticket: string; answer: unknown } },
): Promise<Session> => act('POST', '/account/confirmation', proof);
/** Begins proving it with a passkey. */
export const startConfirmation = <Options>(): Promise<PasskeyOffer<Options>> =>
  act('POST', '/account/confirmation/options', undefined);
/** Changes my password. */
export const changePassword = (body: { current?: string; password: string }): Promise<Session> =>
  act('PUT', '/account/password', body);
/** A seed for an authenticator app, with its picture. */
export const startCodes = (): Promise<{ seed: string; uri: string; picture: string }> =>
  act('POST', '/account/codes', undefined);
/** Turns codes on. */
export const turnOnCodes = (code: string): Promise<{ recoveryCodes: readonly string[]; session: Session }> =>
  act('POST', '/account/codes/confirmation', { code });
/** Turns codes off. */
export const turnOffCodes = (): Promise<void> => act('DELETE', '/account/codes', undefined);
/** Ten new recovery codes. */
export const makeRecoveryCodes = (): Promise<{ recoveryCodes: readonly string[] }> =>
  act('POST', '/account/recovery-codes', undefined);
/** Begins making a passkey. */
export const startPasskey = <Options>(): Promise<PasskeyOffer<Options>> =>
  act('POST', '/account/passkeys/options', undefined);
/** Keeps a passkey that the browser made. */
export const addPasskey = (body: { ticket: string; name: string; answer: unknown }): Promise<Session> =>
  act('POST', '/account/passkeys', body);
/** Calls a passkey something else. */
export const renamePasskey = (id: string, name: string): Promise<void> =>
  act('PATCH', `/account/passkeys/${id}`, { name });
/** Removes a passkey. */
export const removePasskey = (id: string): Promise<void> => act('DELETE', `/account/passkeys/${id}`, undefined);
