import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { newIntent } from '../../client/http.ts';
import type { Intent } from '../../client/http.ts';
import type { ApiProblem } from '../../client/problem.ts';

/**
 * Something a person does. The same input keeps its key, so that pressing the button again after a lost answer does nothing twice; other
 * input is another intent. What it changes (`touches`, first parts of query keys) is read again when it is done.
 */
export function useAct<Input, Answer>(
  run: (input: Input, intent: Intent) => Promise<Answer>,
  { touches, onDone }: { touches: readonly string[]; onDone?: (answer: Answer, input: Input) => void },
) {
  const client = useQueryClient();
  const last = useRef<{ of: string; intent: Intent } | undefined>(undefined);
  return useMutation<Answer, ApiProblem, Input>({
    mutationFn: (input) => {
      const of = JSON.stringify(input) ?? '';
      if (last.current?.of !== of) last.current = { of, intent: newIntent() };
      return run(input, last.current.intent);
    },
    onSuccess: (answer, input) => {
      last.current = undefined;
      for (const key of touches) void client.invalidateQueries({ queryKey: [key] });
      onDone?.(answer, input);
    },
  });
}
