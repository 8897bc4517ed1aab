import type { Master } from '../../../platform/commit/master-door.ts';
import type { Pool } from '../../../platform/db/pool.ts';
import { follow } from '../../../platform/events/follow.ts';
import type { StoredEvent } from '../../../platform/events/log.ts';
import { assert } from '../../kernel/assert.ts';
import { parseInstant } from '../../kernel/time.ts';
import type { CardProvider } from '../../payments/card-provider.ts';
import { hasProvider, type PaymentMethod } from '../../payments/payment.ts';
import { sweepAttempts } from '../../payments/server/payment-attempts.ts';
import {
  insertInstructions,
  workOffInstructions,
  type InstructionAction,
  type WantedInstruction,
} from '../../payments/server/payment-instructions.ts';

/** What the follower of payments needs. `pool` is any pool of the retailer's database. */
export type PaymentFollowerDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly provider: CardProvider;
  readonly master: Master;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** How often work that waits is looked for; 1 s unless told. */
  readonly pollMs?: number;
  /** How often attempts without an order are looked for; 5 min unless told. */
  readonly sweepMs?: number;
};

/** The running follower. `close` ends after the call in hand. */
export type PaymentFollower = { readonly close: () => Promise<void> };

/** What the provider must be told because of an event: captures when goods leave, voids and refunds when an order is cancelled, refunds when goods come back. */
export function instructionsOf(
  event: Pick<StoredEvent, 'number' | 'type' | 'recordedAt' | 'body'>,
): WantedInstruction[] {
  const lists: readonly (readonly [field: string, action: InstructionAction])[] =
    event.type === 'OrderShipped'
      ? [['captures', 'capture']]
      : event.type === 'OrderCancelled'
        ? [
            ['voided', 'void'],
            ['refunded', 'refund'],
          ]
        : event.type === 'GoodsReturned'
          ? [['refunded', 'refund']]
          : [];
  return lists.flatMap(([field, action]) => {
    const recordedAt = parseInstant(event.recordedAt);
    assert(recordedAt !== undefined, 'an event without a time', { number: event.number });
    const moved = (event.body[field] ?? []) as readonly (readonly [
      paymentId: string,
      method: PaymentMethod,
      amount: number,
    ])[];
    const sums = new Map<string, number>();
    for (const [paymentId, method, amount] of moved)
      if (hasProvider(method)) sums.set(paymentId, (sums.get(paymentId) ?? 0) + amount);
    return [...sums].map(([paymentId, amountMinor]) => ({
      paymentId,
      eventNumber: event.number,
      action,
      amountMinor,
      recordedAt,
    }));
  });
}

/**
 * Tells the card provider what follows from the acts: a follower notes it in one transaction with its place in the log, and a round of
 * work every second tells it. Also sweeps what crashes left authorised. Any number of processes may run it.
 */
export function registerPaymentFollower(deps: PaymentFollowerDeps): PaymentFollower {
  const { pool, schema, provider, onError } = deps;
  const pollMs = deps.pollMs ?? 1_000;
  const sweepMs = deps.sweepMs ?? 5 * 60_000;
  let closing = false;
  let swept = Number.NEGATIVE_INFINITY;
  let wake: (() => void) | undefined;

  const follower = follow({
    pool,
    schema,
    name: 'payments',
    after: 0,
    onError,
    pollMs,
    onEventsIn: async (tx, events) => {
      await insertInstructions(tx, events.flatMap(instructionsOf), { provider, at: deps.now() });
      wake?.();
    },
  });

  const round = async (): Promise<boolean> => {
    const worked = await workOffInstructions(deps);
    if (performance.now() - swept > sweepMs) {
      swept = performance.now();
      await sweepAttempts(deps);
    }
    return worked.done + worked.failed > 0;
  };
  const work = async (): Promise<void> => {
    while (!closing) {
      const more = await round().catch((error: unknown) => {
        onError(error);
        return false;
      });
      if (more || closing) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    }
  };
  const working = work();

  return {
    async close() {
      closing = true;
      wake?.();
      await follower.close();
      await working;
    },
  };
}
