/** Why a bank or provider says no to a card. Anything else that a provider says is `declined`. */
export type DeclineReason = 'declined' | 'insufficient_funds' | 'expired_card';

/** What a provider knows of one authorisation. Amounts in minor units of its currency. */
export type CardAuthorisation = {
  readonly id: string;
  readonly reference: string;
  readonly status: 'authorised' | 'declined';
  readonly amountMinor: number;
  readonly currency: string;
  readonly capturedMinor: number;
  readonly voidedMinor: number;
  readonly refundedMinor: number;
  readonly reason?: DeclineReason;
};

/** What is asked for after an authorisation: `reference` is ours and unique to this one act. */
export type CardInstruction = {
  readonly authorisationId: string;
  readonly reference: string;
  readonly amountMinor: number;
};

/** What became of it. A refusal is final: asking again changes nothing. */
export type CardInstructionAnswer = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: string };

/**
 * A company that takes card payments for us. Every call is idempotent by our reference: sent twice it happens once and gives the same
 * answer. Each throws ProviderFault when nobody knows whether it happened; then it is sent again with the same reference.
 */
export type CardProvider = {
  /** Stands before the ids of this provider where payments are kept: `test:auth_1`. */
  readonly name: string;
  authorise(request: {
    readonly reference: string;
    readonly token: string;
    readonly amountMinor: number;
    readonly currency: string;
  }): Promise<CardAuthorisation>;
  capture(instruction: CardInstruction): Promise<CardInstructionAnswer>;
  void(instruction: CardInstruction): Promise<CardInstructionAnswer>;
  refund(instruction: CardInstruction): Promise<CardInstructionAnswer>;
  /** By the provider's own id. */
  get(authorisationId: string): Promise<CardAuthorisation | undefined>;
  /** By the reference that it was asked for with: what a lost answer said. */
  findByReference(reference: string): Promise<CardAuthorisation | undefined>;
};

/** The provider was silent, broken or too slow: what was asked for may or may not have happened. */
export class ProviderFault extends Error {
  override readonly name = 'ProviderFault';
}

/** How a payment names the authorisation that it rests on. */
export function providerRefOf(provider: Pick<CardProvider, 'name'>, authorisationId: string): string {
  return `${provider.name}:${authorisationId}`;
}

/** The provider's own id in a payment's reference; undefined when the payment is not this provider's (a terminal's, a marketplace's). */
export function authorisationIdOf(provider: Pick<CardProvider, 'name'>, providerRef: string): string | undefined {
  return providerRef.startsWith(`${provider.name}:`) ? providerRef.slice(provider.name.length + 1) : undefined;
}
