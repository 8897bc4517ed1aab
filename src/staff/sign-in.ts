/** How much somebody proved: what they know (or what the company's provider says of them), or that and what they have. */
export type Proof = 'one_factor' | 'two_factors';

/** What follows from a proof: a session, one more question, or a session that may only set up what is missing. */
export type SignInStep =
  | { readonly kind: 'open' }
  | { readonly kind: 'ask_second_factor'; readonly methods: readonly ('code' | 'passkey')[] }
  | { readonly kind: 'open_limited' };

/**
 * What follows when somebody proved who they are. Whoever turned codes on is asked for one; whoever holds a role that asks for a second factor is asked for what
 * they have, or must set something up first.
 */
export function signInStep(
  proof: Proof,
  {
    hasTotp,
    hasPasskey,
    needsSecondFactor,
  }: { readonly hasTotp: boolean; readonly hasPasskey: boolean; readonly needsSecondFactor: boolean },
): SignInStep {
  if (proof === 'two_factors') return { kind: 'open' };
  if (hasTotp) return { kind: 'ask_second_factor', methods: hasPasskey ? ['code', 'passkey'] : ['code'] };
  if (!needsSecondFactor) return { kind: 'open' };
  return hasPasskey ? { kind: 'ask_second_factor', methods: ['passkey'] } : { kind: 'open_limited' };
}

/** For how long a proof lets somebody change how they sign in; then they are asked again. */
export const CONFIRMED_FOR_MS = 15 * 60_000;

/** Whether somebody who proved who they are at `confirmedAt` may change how they sign in. */
export function isConfirmed(confirmedAt: number, now: number): boolean {
  return now - confirmedAt < CONFIRMED_FOR_MS;
}
