import { useQuery } from '@tanstack/react-query';
import { listCategories, listChannels, listEntities, listLocations } from '../../client/api.ts';

const rarely = { staleTime: 5 * 60_000 } as const;

/** The places one may see. */
export function useLocations() {
  return useQuery({ queryKey: ['company', 'locations'], queryFn: listLocations, ...rarely }).data ?? [];
}

/** The places where something can happen. */
export function useOpenLocations() {
  return useLocations().filter(({ archived }) => !archived);
}

/** The ways to sell. */
export function useChannels() {
  return useQuery({ queryKey: ['company', 'channels'], queryFn: listChannels, ...rarely }).data ?? [];
}

/** The ways to sell that are open. */
export function useOpenChannels() {
  return useChannels().filter(({ archived }) => !archived);
}

/** The companies that keep books. */
export function useEntities() {
  return useQuery({ queryKey: ['company', 'entities'], queryFn: listEntities, ...rarely }).data ?? [];
}

/** The companies in whose name something can be opened. */
export function useOpenEntities() {
  return useEntities().filter(({ archived }) => !archived);
}

/** The tree of goods, flat. */
export function useCategories() {
  return useQuery({ queryKey: ['catalog', 'categories'], queryFn: listCategories, ...rarely }).data ?? [];
}
