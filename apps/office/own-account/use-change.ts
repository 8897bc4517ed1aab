import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ApiProblem } from '../../client/problem.ts';
import type { Session } from '../../client/types.ts';

/** A change of one's own account. What it led to is shown at once; a new session replaces the one that is known. */
export function useChange<Input, Answer>(
  run: (input: Input) => Promise<Answer>,
  {
    sessionOf,
    onDone,
  }: { sessionOf?: (answer: Answer) => Session | undefined; onDone?: (answer: Answer) => void } = {},
) {
  const client = useQueryClient();
  return useMutation<Answer, ApiProblem, Input>({
    mutationFn: run,
    onSuccess(answer) {
      onDone?.(answer);
      const session = sessionOf?.(answer);
      if (session !== undefined) client.setQueryData(['session'], session);
    },
    // Also after a refusal: it may be about something that changed elsewhere.
    onSettled: () => client.invalidateQueries({ queryKey: ['account'] }),
  });
}
