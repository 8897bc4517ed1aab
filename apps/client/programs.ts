import type { ApiKey, Device, Operations, Register } from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { ApiKey, Device, Register };

/** What a new key may do, where and until when. */
export type KeyWish = Operations['createApiKey']['body'];
/** Which device is to be paired. */
export type PairingWish = Operations['createPairingCode']['body'];

type Given<O extends keyof Operations> = Operations[O]['answer'];

/** Keys of programs, newest first. */
export const listApiKeys = (after: string | undefined, signal?: AbortSignal): Promise<Page<ApiKey>> =>
  get('/api-keys', { after }, signal);
/** Makes a key; its secret is told once. */
export const createApiKey = (wish: KeyWish, intent: Intent): Promise<Given<'createApiKey'>> =>
  act('POST', '/api-keys', wish, intent);
/** Gives a key a new secret; the one before works on for a while. */
export const rotateApiKey = (
  { id, graceSeconds }: { id: string; graceSeconds: number },
  intent: Intent,
): Promise<Given<'rotateApiKey'>> => act('POST', `/api-keys/${id}/rotation`, { graceSeconds }, intent);
/** Ends a key for good. */
export const revokeApiKey = (id: string, intent: Intent): Promise<Given<'revokeApiKey'>> =>
  act('POST', `/api-keys/${id}/revocation`, {}, intent);
/** Whether the sandbox is open. */
export const getSandbox = (): Promise<Given<'getSandbox'>> => get('/sandbox');
/** Makes the sandbox anew. */
export const resetSandbox = (_: undefined, intent: Intent): Promise<Given<'resetSandbox'>> =>
  act('POST', '/sandbox/reset', {}, intent);
/** Paired devices, newest first. */
export const listDevices = (after: string | undefined, signal?: AbortSignal): Promise<Page<Device>> =>
  get('/devices', { after }, signal);
/** Makes a code by which a device is paired; it is told once. */
export const createPairingCode = (wish: PairingWish, intent: Intent): Promise<Given<'createPairingCode'>> =>
  act('POST', '/device-pairings', wish, intent);
/** Lets a device in no more. */
export const revokeDevice = (id: string, intent: Intent): Promise<Given<'revokeDevice'>> =>
  act('POST', `/devices/${id}/revocation`, {}, intent);
/** Registers of all places. */
export const listRegisters = async (): Promise<readonly Register[]> =>
  (await get<Given<'listRegisters'>>('/registers')).items;
