import { useQuery } from '@tanstack/react-query';
import type { Permission } from '../../../src/staff/role.ts';
import { findSession } from '../../client/api.ts';

/** Whether the person who is signed in may do this somewhere. For what is shown; the server asks again. */
export function useMay(permission: Permission): boolean {
  const session = useQuery({ queryKey: ['session'], queryFn: findSession, staleTime: Infinity }).data;
  return session?.permissions.includes(permission) ?? false;
}
