import { accept, reject, type Decision } from '../kernel/decision.ts';
import { covers, holdingAt, type Grant, type KeptGrant } from './grant.ts';
import { goAsFar, LIMITS, type RoleLimits } from './limit.ts';
import { OWNER } from './role.ts';

/** Somebody and everything they were given, also what is over or yet to come. */
export type Holder = { readonly personId: string; readonly grants: readonly KeptGrant[] };

/** A role as it would be given. `entityId` is that of the location where there is one. */
export type WantedGrant = Omit<KeptGrant, 'id'>;

/** Why rights cannot be changed as asked. */
export type RightsRejection =
  /** What the editor does not hold there, not so far, or not for so long. */
  | { readonly reason: 'beyond_own_rights'; readonly permissions: readonly string[] }
  | { readonly reason: 'own_rights' }
  | { readonly reason: 'last_owner' }
  | { readonly reason: 'valid_until_before_from' }
  | { readonly reason: 'built_in_role'; readonly role: string }
  | { readonly reason: 'role_archived'; readonly role: string }
  | { readonly reason: 'role_in_use'; readonly people: number }
  | { readonly reason: 'role_code_taken'; readonly role: string }
  | { readonly reason: 'owner_has_no_limits' };

/**
 * Says whether an editor may give a role to somebody. Nobody changes their own rights upwards, not even to have them longer, and nobody gives what
 * they do not hold: each permission at that place, as far, and until at least as late. One grant of the editor must carry a permission alone.
 */
export function decideGrant(
  editor: Holder,
  receiver: { readonly personId: string },
  wanted: WantedGrant,
  at: number,
): Decision<WantedGrant, RightsRejection> {
  if (wanted.validUntil !== null && wanted.validUntil <= wanted.validFrom)
    return reject({ reason: 'valid_until_before_from' });
  if (editor.personId === receiver.personId) return reject({ reason: 'own_rights' });
  const missing = missingFor(editor, wanted, at);
  return missing.length > 0 ? reject({ reason: 'beyond_own_rights', permissions: missing }) : accept(wanted);
}

/** Says whether an editor may take a grant away. One's own may be given up; those of others only by who holds as much. */
export function decideRevoke(
  editor: Holder,
  from: { readonly personId: string },
  grant: KeptGrant,
  around: { readonly owners: readonly KeptGrant[]; readonly at: number },
): Decision<KeptGrant, RightsRejection> {
  const { owners, at } = around;
  if (isOwner(grant, at) && owners.every((one) => one.id === grant.id)) return reject({ reason: 'last_owner' });
  if (editor.personId === from.personId) return accept(grant);
  const missing = missingFor(editor, grant, at);
  return missing.length > 0 ? reject({ reason: 'beyond_own_rights', permissions: missing }) : accept(grant);
}

/**
 * Says whether an editor may act on somebody's ways in (PIN, badge, e-mail address) or send them away: who can do that could act as them, so
 * only who holds all that they hold, or they themselves.
 */
export function decideActOn(
  editor: Holder,
  person: Holder,
  around: { readonly owners: readonly KeptGrant[]; readonly leaves: boolean; readonly at: number },
): Decision<undefined, RightsRejection> {
  const { owners, leaves, at } = around;
  const mine = new Set(person.grants.map((one) => one.id));
  if (leaves && person.grants.some((one) => isOwner(one, at)) && owners.every((one) => mine.has(one.id)))
    return reject({ reason: 'last_owner' });
  if (leaves && editor.personId === person.personId) return reject({ reason: 'own_rights' });
  if (editor.personId === person.personId) return accept(undefined);
  const missing = new Set(
    person.grants
      .filter((one) => one.validUntil === null || one.validUntil > at)
      .flatMap((one) => missingFor(editor, one, at)),
  );
  return missing.size > 0 ? reject({ reason: 'beyond_own_rights', permissions: [...missing] }) : accept(undefined);
}

/** What a role comes to: the part that can be changed. */
export type RoleContent = { readonly permissions: readonly string[]; readonly limits: RoleLimits };

/**
 * Says whether a role may be made or changed so. It may be held by anybody anywhere, so whatever it gains the editor must hold everywhere, as far,
 * and for ever. Permissions of built-in roles stay as they are; the owner knows no limits.
 */
export function decideRole(
  editor: Holder,
  role: { readonly code: string; readonly builtIn: boolean; readonly archived: boolean },
  change: { readonly before: RoleContent; readonly after: RoleContent },
  at: number,
): Decision<RoleContent, RightsRejection> {
  const { before, after } = change;
  if (role.archived) return reject({ reason: 'role_archived', role: role.code });
  if (role.code === OWNER && Object.values(after.limits).some((limit) => limit !== undefined))
    return reject({ reason: 'owner_has_no_limits' });
  const same =
    before.permissions.length === after.permissions.length &&
    before.permissions.every((one) => after.permissions.includes(one));
  if (role.builtIn && !same) return reject({ reason: 'built_in_role', role: role.code });
  const gained = after.permissions.filter(
    (one) => !before.permissions.includes(one) || !goAsFar(before.limits, after.limits, one),
  );
  const everywhere = { role: role.code, entityId: null, locationId: null, validFrom: at, validUntil: null };
  const missing = missingFor(editor, { ...everywhere, permissions: gained, limits: after.limits }, at);
  return missing.length > 0 ? reject({ reason: 'beyond_own_rights', permissions: missing }) : accept(after);
}

/** The permissions of a grant that the editor does not hold there now, as far and as long. */
export function missingFor(editor: Holder, wanted: WantedGrant, at: number): string[] {
  const held = holdingAt(editor.grants, at);
  return wanted.permissions.filter((permission) => !held.some((own) => carries(own, wanted, permission)));
}

function carries(own: KeptGrant, wanted: WantedGrant, permission: string): boolean {
  if (!own.permissions.includes(permission) || !reaches(own, wanted)) return false;
  if (own.validUntil !== null && (wanted.validUntil === null || wanted.validUntil > own.validUntil)) return false;
  return goAsFar(own.limits ?? {}, wanted.limits ?? {}, permission);
}

/** Whether one grant reaches at least where another one does. */
function reaches(own: Grant, wanted: Grant): boolean {
  if (own.entityId === null && own.locationId === null) return true;
  if (wanted.locationId === null && wanted.entityId === null) return false;
  // A location whose entity is not named could be anybody's: only a grant for that very location carries it.
  if (wanted.entityId === null) return own.entityId === null && own.locationId === wanted.locationId;
  return covers(own, wanted);
}

/** Whether a grant makes an owner: of everything, now, without an end. */
export function isOwner(grant: KeptGrant, at: number): boolean {
  return (
    grant.role === OWNER &&
    grant.entityId === null &&
    grant.locationId === null &&
    grant.validUntil === null &&
    grant.validFrom <= at
  );
}

/** Where a permission of a person comes from. */
export type Source = {
  readonly grantId: string;
  readonly role: string;
  readonly entityId: string | null;
  readonly locationId: string | null;
  readonly validFrom: number;
  readonly validUntil: number | null;
  /** Whether it holds at the instant that was asked about. */
  readonly holds: boolean;
  /** The limits of the role that bound this permission. */
  readonly limits: RoleLimits;
};

/** What a person may do and why: each permission that any grant brings, by name, with all its sources. */
export function explain(
  grants: readonly KeptGrant[],
  at: number,
): { readonly permission: string; readonly holds: boolean; readonly sources: readonly Source[] }[] {
  const found = new Map<string, Source[]>();
  for (const grant of grants) {
    const holds = holdingAt([grant], at).length > 0;
    for (const permission of grant.permissions) {
      const { id: grantId, role, entityId, locationId, validFrom, validUntil } = grant;
      const limits = limitsFor(grant.limits ?? {}, permission);
      const sources = found.get(permission) ?? [];
      sources.push({ grantId, role, entityId, locationId, validFrom, validUntil, holds, limits });
      found.set(permission, sources);
    }
  }
  return [...found]
    .map(([permission, sources]) => ({ permission, holds: sources.some((source) => source.holds), sources }))
    .toSorted((a, b) => (a.permission < b.permission ? -1 : 1));
}

/** The limits of a role that bound one permission. */
export function limitsFor(limits: RoleLimits, permission: string): RoleLimits {
  return Object.fromEntries(
    LIMITS.filter((limit) => limit.permission === permission && limits[limit.name] !== undefined).map(({ name }) => [
      name,
      limits[name],
    ]),
  );
}
