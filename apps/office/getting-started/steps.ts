import { getGettingStarted, type SetupStep } from '../../client/setup.ts';

/** How far a retailer is on the way to the first sale. The frame asks too, because it leads an empty one there. */
export const SETUP_STEPS = { queryKey: ['setup', 'steps'], queryFn: getGettingStarted, staleTime: 30_000 } as const;

/** Whether somebody should be led to the steps: nothing was ever sold, and more is missing than that. */
export function isToBegin(steps: readonly SetupStep[]): boolean {
  const isSold = steps.some(({ step, state }) => step === 'sale' && state === 'done');
  return !isSold && steps.some(({ step, state }) => step !== 'sale' && state === 'open');
}
