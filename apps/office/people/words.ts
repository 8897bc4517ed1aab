import { useTranslations } from 'use-intl';
import type { Role, StaffGrant } from '../../client/staff.ts';
import { useEntities, useLocations } from '../shared/reference.ts';

/** `stock:adjust` as people read it. Permissions are words of the program; they are shown as they are called, with a space. */
export function permissionText(permission: string): string {
  return permission.replace(':', ' · ').replaceAll('_', ' ');
}

/** Where a grant holds, in words. */
export function usePlaceText(): (grant: Pick<StaffGrant, 'entityId' | 'locationId'>) => string {
  const t = useTranslations('people');
  const locations = useLocations();
  const entities = useEntities();
  return ({ entityId, locationId }) =>
    locationId !== null
      ? (locations.find(({ id }) => id === locationId)?.name ?? locationId)
      : entityId !== null
        ? (entities.find(({ id }) => id === entityId)?.name ?? entityId)
        : t('everywhere');
}

/** The name of a role by its code. */
export function roleName(roles: readonly Role[], code: string): string {
  return roles.find((role) => role.code === code)?.name ?? code;
}
