import { accept, reject, type Decision } from '../kernel/decision.ts';
import type { Grant, StaffAccess } from './grant.ts';

/** What a key may do and where; without entities and locations everywhere. */
export type KeyScope = {
  readonly permissions: readonly string[];
  readonly entityIds: readonly string[];
  readonly locationIds: readonly string[];
};

/**
 * What no key may do: whoever got hold of one could otherwise make others that outlive it. People do this, signed in.
 */
export const NOT_FOR_KEYS: readonly string[] = ['key:manage', 'device:manage'];

/** How long the secret before still works after a change, unless told: a program that runs in several places is changed one by one. */
export const GRACE_SECONDS = 24 * 3600;

/** The longest that two secrets may be valid side by side. */
export const MAX_GRACE_SECONDS = 7 * 24 * 3600;

/** What a key may send, unless told: ten a second all day, and a minute's worth at once. */
export const KEY_LIMIT = { perMinute: 600, burst: 600 } as const;

/** What a till sends when it was without a network and comes back, besides what people type. */
export const DEVICE_LIMIT = { perMinute: 1_200, burst: 1_200 } as const;

/** What a device may do: what stands at a counter. Which of it, the person who pairs it says by what they hold themselves. */
export const DEVICE_PERMISSIONS: readonly string[] = [
  'catalog:read',
  'price:read',
  'stock:read',
  'stock:count',
  'stock:receive',
  'stock:reserve',
  'customer:read',
  'order:read',
  'order:place',
  'order:return',
  'company:read',
  'live:read',
  'till:sell',
  'till:sync',
];

/** How long a pairing code waits for its device. */
export const PAIRING_MS = 10 * 60_000;

/** The grants that a key's scope amounts to. */
export function grantsOfKey({ permissions, entityIds, locationIds }: KeyScope): Grant[] {
  const grant = (entityId: string | null, locationId: string | null): Grant => ({
    role: 'key',
    permissions,
    entityId,
    locationId,
  });
  if (entityIds.length === 0 && locationIds.length === 0) return [grant(null, null)];
  return [...entityIds.map((id) => grant(id, null)), ...locationIds.map((id) => grant(null, id))];
}

/** Why a key is not made. */
export type KeyRefusal =
  /** The maker lacks these somewhere the key would have them. */
  | { readonly reason: 'permissions_not_held'; readonly permissions: readonly string[] }
  | { readonly reason: 'permissions_not_for_keys'; readonly permissions: readonly string[] }
  | { readonly reason: 'expires_in_the_past'; readonly nowMs: number };

/**
 * Whether somebody may make a key with this scope: nobody gives what they do not have, anywhere. `entityOf` says whose a location is. Instants in
 * milliseconds since 1970.
 */
export function decideMakeKey(
  scope: KeyScope,
  around: {
    readonly maker: Pick<StaffAccess, 'can'>;
    readonly entityOf: (locationId: string) => string | undefined;
    readonly expiresAt: number | undefined;
    readonly now: number;
  },
): Decision<KeyScope, KeyRefusal> {
  const { maker, entityOf, expiresAt, now } = around;
  if (expiresAt !== undefined && expiresAt <= now) return reject({ reason: 'expires_in_the_past', nowMs: now });
  const wrong = scope.permissions.filter((one) => NOT_FOR_KEYS.includes(one));
  if (wrong.length > 0) return reject({ reason: 'permissions_not_for_keys', permissions: wrong });
  const targets = grantsOfKey(scope).map(({ entityId, locationId }) => ({
    locationId,
    entityId: locationId === null ? entityId : (entityOf(locationId) ?? null),
  }));
  const missing = scope.permissions.filter((one) => !targets.every((target) => maker.can(one, target)));
  return missing.length > 0 ? reject({ reason: 'permissions_not_held', permissions: missing }) : accept(scope);
}

/** Letters and digits that nobody takes for another one, read out over a counter: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V. */
const CODE_LETTERS = '34679ACDEFGHJKMNPQRTWXY';

/** How many letters a pairing code has: 23 to the power of eight are 78 billion, for ten minutes. */
export const CODE_LENGTH = 8;

const PAIRING_CODE = new RegExp(`^[${CODE_LETTERS}]{${CODE_LENGTH}}$`);

/** A pairing code from random bytes (at least 32 of them). Bytes that would favour some letters are passed over. */
export function pairingCode(random: Uint8Array): string {
  const fair = 256 - (256 % CODE_LETTERS.length);
  const letters = [...random].filter((byte) => byte < fair).map((byte) => CODE_LETTERS[byte % CODE_LETTERS.length]);
  return letters.slice(0, CODE_LENGTH).join('');
}

/** A code as somebody typed it, without blanks and hyphens and in capitals; undefined when it cannot be one. */
export function readPairingCode(typed: string): string | undefined {
  const code = typed.replaceAll(/[\s-]/g, '').toUpperCase();
  return PAIRING_CODE.test(code) ? code : undefined;
}
