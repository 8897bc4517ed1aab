import { useQueryClient } from '@tanstack/react-query';
import { signOut } from '../../client/own-account.ts';

/** Signs out. Nothing of what one person saw is left for the next. */
export function useLeaving(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await signOut();
    client.setQueryData(['session'], null);
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
}
