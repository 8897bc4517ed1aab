import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { isSession, type SecondFactorNeeded } from '../../client/own-account.ts';
import type { ApiProblem } from '../../client/problem.ts';
import type { Session } from '../../client/types.ts';

/** Pages that links of mails and the company's provider lead to, signed in or not. */
export const DOORS = { invitation: '/invitation', newPassword: '/new-password', company: '/sign-in/company' } as const;

/** A step of signing in. When it opens a session the office appears; when a second factor is asked for, `onSecond` hears of it. */
export function useEntering<Input>(
  run: (input: Input) => Promise<Session | SecondFactorNeeded>,
  onSecond: (needed: SecondFactorNeeded) => void = () => undefined,
) {
  const client = useQueryClient();
  const router = useRouter();
  return useMutation<Session | SecondFactorNeeded, ApiProblem, Input>({
    mutationFn: run,
    onSuccess(answer) {
      if (!isSession(answer)) return onSecond(answer);
      client.setQueryData(['session'], answer);
      const { pathname } = router.state.location;
      if (Object.values<string>(DOORS).includes(pathname)) router.history.replace('/');
    },
  });
}
