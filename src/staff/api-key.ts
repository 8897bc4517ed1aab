import { accept, reject, type Decision } from '../kernel/decision.ts';
import { covers, type Grant, type GrantTarget } from './grant.ts';
import { goAsFar, leastOf, type RoleLimits } from './limit.ts';
import { limitsFor } from './rights.ts';

/** What a key may do, where, and how far in one act; without entities and locations everywhere. */
export type KeyScope = {
  readonly permissions: readonly string[];
  readonly entityIds: readonly string[];
  readonly locationIds: readonly string[];
  readonly limits: RoleLimits;
};

/** A scope as somebody asks for it; without limits it gets those of its maker. */
export type WantedScope = Omit<KeyScope, 'limits'> & { readonly limits?: RoleLimits | undefined };

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
export function grantsOfKey({ permissions, entityIds, locationIds, limits }: KeyScope): Grant[] {
  const grant = (entityId: string | null, locationId: string | null): Grant => ({
    role: 'key',
    permissions,
    entityId,
    locationId,
    limits,
  });
  if (entityIds.length === 0 && locationIds.length === 0) return [grant(null, null)];
  return [...entityIds.map((id) => grant(id, null)), ...locationIds.map((id) => grant(null, id))];
}

/** Why a key is not made. */
export type KeyRefusal =
  /** The maker lacks these somewhere the key would have them. */
  | { readonly reason: 'permissions_not_held'; readonly permissions: readonly string[] }
  /** The maker may do these, and not as far as the key would. */
  | { readonly reason: 'limits_not_held'; readonly permissions: readonly string[] }
  | { readonly reason: 'permissions_not_for_keys'; readonly permissions: readonly string[] }
  | { readonly reason: 'expires_in_the_past'; readonly nowMs: number };

/**
 * Whether somebody may make a key with this scope: nobody gives what they do not have, anywhere, nor further than they go themselves. `grants` are those of the maker that hold now,
 * `entityOf` says whose a location is. Instants in milliseconds since 1970.
 */
export function decideMakeKey(
  wanted: WantedScope,
  around: {
    readonly grants: readonly Grant[];
    readonly entityOf: (locationId: string) => string | undefined;
    readonly expiresAt: number | undefined;
    readonly now: number;
  },
): Decision<KeyScope, KeyRefusal> {
  const { grants, entityOf, expiresAt, now } = around;
  const { permissions } = wanted;
  if (expiresAt !== undefined && expiresAt <= now) return reject({ reason: 'expires_in_the_past', nowMs: now });
  const wrong = permissions.filter((one) => NOT_FOR_KEYS.includes(one));
  if (wrong.length > 0) return reject({ reason: 'permissions_not_for_keys', permissions: wrong });
  const targets = grantsOfKey({ ...wanted, limits: {} }).map(({ entityId, locationId }) => ({
    locationId,
    entityId: locationId === null ? entityId : (entityOf(locationId) ?? null),
  }));
  const carrying = (permission: string, target: GrantTarget): Grant[] =>
    grants.filter((one) => one.permissions.includes(permission) && covers(one, target));
  const missing = permissions.filter((one) => targets.some((target) => carrying(one, target).length === 0));
  if (missing.length > 0) return reject({ reason: 'permissions_not_held', permissions: missing });
  const limits = Object.assign(
    {},
    ...permissions.map((one) =>
      wanted.limits === undefined
        ? targets.map((target) => furthest(carrying(one, target), one)).reduce(leastOf)
        : limitsFor(wanted.limits, one),
    ),
  ) as RoleLimits;
  const beyond = permissions.filter((one) =>
    targets.some((target) => !carrying(one, target).some((own) => goAsFar(own.limits ?? {}, limits, one))),
  );
  return beyond.length > 0 ? reject({ reason: 'limits_not_held', permissions: beyond }) : accept({ ...wanted, limits });
}

/** The limits of the grant that goes furthest with a permission. Of two that go further in one currency each, the first. */
function furthest(grants: readonly Grant[], permission: string): RoleLimits {
  const most = grants.reduce((best, one) => (goAsFar(one.limits ?? {}, best.limits ?? {}, permission) ? one : best));
  return limitsFor(most.limits ?? {}, permission);
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
