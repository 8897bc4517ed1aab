import type { Principal } from '../../../platform/auth/principal.ts';
import type { CompanyCache } from './company-cache.ts';

/**
 * The locations where a principal holds a permission, for filtering lists in SQL; undefined when it holds everywhere, so that nothing has to
 * be filtered. With `entityId` only that legal entity counts: undefined when it is the principal's as a whole.
 */
export function locationsInReach(
  company: CompanyCache,
  principal: Pick<Principal, 'can'>,
  permission: string,
  entityId?: string,
): readonly string[] | undefined {
  if (principal.can(permission, {}) || (entityId !== undefined && principal.can(permission, { entityId })))
    return undefined;
  return company.locations().flatMap((location) => {
    if (entityId !== undefined && location.entityId !== entityId) return [];
    return principal.can(permission, { locationId: location.id, entityId: location.entityId }) ? [location.id] : [];
  });
}
