import { accept } from '../../kernel/decision.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import type { Tx } from '../../../platform/db/pool.ts';

/** Who writes the events of this work into the log. A fixed id: it is no person. */
const PAYMENTS_ACTOR = '00000000-0000-7000-8000-706179000001';

/** Money of an order that a provider did not move as we told, or holds no more. `subject` is what failed: an instruction or an attempt. */
export type PaymentFailure = {
  readonly subject: { readonly instructionId: string } | { readonly attemptId: string };
  readonly entityId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly action: 'authorise' | 'capture' | 'void' | 'refund';
  readonly amountMinor: number;
  readonly currency: string;
  readonly reason: string;
};

/**
 * Writes the event PaymentFailed, which is a task for a person and stands on the order's page: once per key, also after a crash. `noted`
 * is written in the same transaction.
 */
export async function reportPaymentFailed(
  deps: { readonly master: Master; readonly now: () => number },
  failure: PaymentFailure & { readonly key: string },
  noted: (tx: Tx) => Promise<unknown> = async () => undefined,
): Promise<void> {
  const { key, subject, entityId, ...rest } = failure;
  const submission = {
    type: 'report_payment_failed',
    principalId: PAYMENTS_ACTOR,
    key,
    body: subject,
    at: deps.now(),
    topic: 'payment',
  };
  const event = {
    type: 'PaymentFailed',
    version: 1,
    entityId,
    subjectId: rest.orderId,
    body: { ...subject, ...rest },
  };
  await deps.master(submission, async (tx) => {
    await noted(tx);
    return accept({ events: [event], answer: {} });
  });
}
