import { useQuery } from '@tanstack/react-query';
import { listCategories, listChannels, listEntities, listLocations } from '../../client/api.ts';

const rarely = { staleTime: 5 * 60_000 } as const;

/** The places one may see. */
export function useLocations() {
  return useQuery({ queryKey: ['company', 'locations'], queryFn: listLocations, ...rarely }).data ?? [];
}

/** The ways to sell. */
export function useChannels() {
  return useQuery({ queryKey: ['company', 'channels'], queryFn: listChannels, ...rarely }).data ?? [];
}

/** The companies that keep books. */
export function useEntities() {
  return useQuery({ queryKey: ['company', 'entities'], queryFn: listEntities, ...rarely }).data ?? [];
}

/** The tree of goods, flat. */
export function useCategories() {
  return useQuery({ queryKey: ['catalog', 'categories'], queryFn: listCategories, ...rarely }).data ?? [];
}
