import { uuidv7 } from 'uuidv7';
import { Overloaded, type Outcome, type Submission } from '../../../platform/commit/command.ts';
import type { Committer } from '../../../platform/commit/committer.ts';
import type { Rejection } from '../../kernel/decision.ts';
import type { DeclineReason } from '../../payments/card-provider.ts';
import {
  adoptAuthorisation,
  authoriseCard,
  giveUpAttempt,
  useAttempt,
  type AttemptAnswer,
  type AttemptDeps,
} from '../../payments/server/payment-attempts.ts';
import type { OrderPayment, PlaceOrder } from '../place-order.ts';

/** How an order is to be paid, as asked for. `token` is a card that the provider knows, `authorisation` the provider's id of money held already. */
export type AskedPayment = {
  readonly method: 'card' | 'bank' | 'on_account';
  readonly token?: string | undefined;
  readonly authorisation?: string | undefined;
  readonly amountMinor?: number | undefined;
};

/** Why an order cannot be paid so. */
export type PayRejection =
  | { reason: 'no_card_provider' }
  | { reason: 'card_or_authorisation_needed' }
  | { reason: 'customer_needed' }
  | { reason: 'card_declined'; declineReason: DeclineReason }
  | { reason: 'unknown_authorisation' }
  | { reason: 'authorisation_in_use' }
  | { reason: 'authorisation_given_up' }
  | { reason: 'authorisation_differs'; dueMinor: number; authorisedMinor: number; currency: string };

type Paying = { readonly committer: Committer; readonly cards: AttemptDeps | undefined };

/** Who pays for the same order at the same time waits for the one in front: a second try then sees what the first came to. */
const underWay = new Map<string, Promise<unknown>>();

/** Places a prepared order with its payment. The submission is complete but for the body's payments. Throws ProviderFault and Overloaded: sent again under its key it goes on. */
export async function placePaidOrder(
  deps: Paying,
  submission: Submission<PlaceOrder>,
  asked: AskedPayment,
): Promise<Outcome> {
  const order = submission.body;
  const dueMinor = openToPay(order);
  if (asked.method !== 'card' || dueMinor === 0)
    return deps.committer.submit({
      ...submission,
      body: { ...order, payments: [...order.payments, ...paymentsOf(asked, dueMinor)] },
    });
  const known = await deps.committer.findAnswer(submission);
  if (known !== undefined) return known;
  if (asked.amountMinor !== undefined && asked.amountMinor !== dueMinor) {
    return refusal({
      reason: 'payment_does_not_cover',
      dueMinor,
      authorisedMinor: asked.amountMinor,
      currency: order.terms.currency,
    });
  }
  const { cards } = deps;
  if (cards === undefined) return refusal({ reason: 'no_card_provider' });
  const turn =
    asked.authorisation === undefined ? `${submission.principalId}\n${submission.key}` : `\n${asked.authorisation}`;
  return inTurn(turn, async () => {
    const attempt = await holdMoney(cards, submission, asked, dueMinor);
    if (attempt.kind === 'in_use') {
      const answered = await deps.committer.findAnswer(submission);
      if (answered !== undefined) return answered;
      if (asked.authorisation === undefined) throw new Overloaded('the order is being placed');
    }
    if (attempt.kind !== 'authorised') return refusal(rejectionOf(attempt, dueMinor));
    const payment: OrderPayment = {
      paymentId: uuidv7(),
      method: 'card',
      authorised: dueMinor,
      captured: 0,
      providerRef: attempt.providerRef,
    };
    const outcome = await deps.committer.submit({
      ...submission,
      body: { ...order, orderId: attempt.orderId, payments: [...order.payments, payment] },
    });
    const placed = outcome.kind === 'accepted' && outcome.body['orderId'] === attempt.orderId;
    if (placed) await useAttempt(cards, attempt.attemptId);
    // Money that the shop itself had held is the shop's to use for another try, or the sweeper's.
    else if (asked.authorisation === undefined)
      await giveUpAttempt(cards, attempt, outcome.kind === 'refused' ? outcome.rejection.reason : outcome.kind);
    return outcome;
  });
}

/** What is left to pay of an order when gift cards, store credit and points have paid their part. */
export function openToPay(order: Pick<PlaceOrder, 'lines' | 'payments'>): number {
  const gross = order.lines.reduce((sum, line) => sum + line.grossMinor, 0);
  return Math.max(0, gross - order.payments.reduce((sum, payment) => sum + payment.authorised, 0));
}

/** What a payment would look like, for a preview: nobody is asked for money. */
export function paymentsOf(asked: AskedPayment, dueMinor: number): OrderPayment[] {
  if (dueMinor === 0 && (asked.amountMinor ?? 0) === 0) return [];
  const authorised = asked.amountMinor ?? dueMinor;
  return [
    {
      paymentId: uuidv7(),
      method: asked.method,
      authorised,
      captured: asked.method === 'bank' ? authorised : 0,
      providerRef: '',
    },
  ];
}

/** What is wrong with how somebody wants to pay, before anything is asked of anybody. */
export function refusePayment(
  asked: AskedPayment,
  about: { readonly hasProvider: boolean; readonly customerId: string | undefined },
): PayRejection | undefined {
  switch (asked.method) {
    case 'card':
      if ((asked.token === undefined) === (asked.authorisation === undefined))
        return { reason: 'card_or_authorisation_needed' };
      return about.hasProvider ? undefined : { reason: 'no_card_provider' };
    case 'on_account':
      return about.customerId === undefined ? { reason: 'customer_needed' } : undefined;
    case 'bank':
      return undefined;
  }
}

async function holdMoney(
  cards: AttemptDeps,
  submission: Submission<PlaceOrder>,
  asked: AskedPayment,
  amountMinor: number,
): Promise<AttemptAnswer> {
  const { orderId, terms } = submission.body;
  const common = { amountMinor, currency: terms.currency, orderId };
  if (asked.authorisation !== undefined)
    return adoptAuthorisation(cards, { ...common, authorisationId: asked.authorisation });
  return authoriseCard(cards, {
    ...common,
    principalId: submission.principalId,
    key: submission.key,
    token: asked.token ?? '',
  });
}

function rejectionOf(answer: Exclude<AttemptAnswer, { kind: 'authorised' }>, dueMinor: number): PayRejection {
  switch (answer.kind) {
    case 'declined':
      return { reason: 'card_declined', declineReason: answer.reason };
    case 'in_use':
      return { reason: 'authorisation_in_use' };
    case 'given_up':
      return { reason: 'authorisation_given_up' };
    case 'unknown_authorisation':
      return { reason: 'unknown_authorisation' };
    case 'authorisation_differs':
      return {
        reason: 'authorisation_differs',
        dueMinor,
        authorisedMinor: answer.amountMinor,
        currency: answer.currency,
      };
  }
}

function refusal(rejection: Rejection): Outcome {
  return { kind: 'refused', rejection };
}

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = underWay.get(key);
  const own = (async () => {
    await before?.catch(() => undefined);
    return work();
  })();
  underWay.set(key, own);
  try {
    return await own;
  } finally {
    if (underWay.get(key) === own) underWay.delete(key);
  }
}
