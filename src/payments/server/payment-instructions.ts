import { mintUuidv7 } from '../../kernel/ids.ts';
import { instantToText } from '../../kernel/time.ts';
import type { Master } from '../../../platform/commit/master-door.ts';
import { loadSql, withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { authorisationIdOf, ProviderFault, type CardInstructionAnswer, type CardProvider } from '../card-provider.ts';
import { reportPaymentFailed } from './payment-failed.ts';

const sql = loadSql(import.meta.url, './payment-instructions.sql', [
  'insert_instructions',
  'find_due_instructions',
  'settle_instruction',
]);

/** What a provider can be told about a payment. */
export type InstructionAction = 'capture' | 'void' | 'refund';

/** Something that was committed here and must be told to the provider. `eventNumber` is the act that it follows from. */
export type WantedInstruction = {
  readonly paymentId: string;
  readonly eventNumber: number;
  readonly action: InstructionAction;
  readonly amountMinor: number;
  readonly recordedAt: number;
};

/** A provider that has been silent for this many tries (about an hour) becomes a task for a person; the tries go on. */
const SILENT_AFTER = 11;

/** Notes what must be told, once per payment, event and action. Their ids, which the provider gets as reference, follow from the event. */
export async function insertInstructions(
  tx: Tx,
  wanted: readonly WantedInstruction[],
  about: { readonly provider: CardProvider; readonly at: number },
): Promise<void> {
  if (wanted.length === 0) return;
  const ordinals = new Map<number, number>();
  const ids = wanted.map(({ eventNumber, recordedAt }) => {
    const ordinal = ordinals.get(eventNumber) ?? 0;
    ordinals.set(eventNumber, ordinal + 1);
    return mintUuidv7(recordedAt, eventNumber, ordinal);
  });
  await tx.run(sql.insert_instructions, [
    ids,
    wanted.map((one) => one.paymentId),
    wanted.map((one) => one.eventNumber),
    wanted.map((one) => one.action),
    wanted.map((one) => one.amountMinor),
    `${about.provider.name}:%`,
    instantToText(about.at),
  ]);
}

/** What telling the provider needs. */
export type InstructionDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly provider: CardProvider;
  readonly master: Master;
  readonly now: () => number;
};

type DueRow = {
  id: string;
  payment_id: string;
  event_number: number;
  action: InstructionAction;
  amount: number;
  attempts: number;
  provider_ref: string;
  order_id: string;
  entity_id: string;
  currency: string;
};

/** What a round of work came to. */
export type WorkedOff = { readonly done: number; readonly failed: number; readonly again: number };

/**
 * Tells the provider what is due and notes what it said. A crash between the two tells it again under the same reference, which the
 * provider knows: at least once here and idempotent there is exactly once. A refusal is final and becomes the event PaymentFailed; silence
 * is tried again after 2, 4, 8 … seconds.
 */
export async function workOffInstructions(deps: InstructionDeps, limit = 50): Promise<WorkedOff> {
  const { pool, schema, provider } = deps;
  const due = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
    tx.rows<DueRow>(sql.find_due_instructions, [instantToText(deps.now()), limit, `${provider.name}:%`]),
  );
  const counts = { done: 0, failed: 0, again: 0 };
  for (const row of due) {
    const answer = await tell(provider, row);
    if (answer === undefined) {
      await settle(deps, row, 'waiting', 'provider_silent');
      if (row.attempts + 1 === SILENT_AFTER) await reportFailed(deps, row, 'provider_silent');
      counts.again += 1;
    } else if (answer.kind === 'done') {
      await settle(deps, row, 'done', '');
      counts.done += 1;
    } else {
      await reportFailed(deps, row, answer.reason);
      counts.failed += 1;
    }
  }
  return counts;
}

async function tell(provider: CardProvider, row: DueRow): Promise<CardInstructionAnswer | undefined> {
  const authorisationId = authorisationIdOf(provider, row.provider_ref);
  if (authorisationId === undefined) return { kind: 'refused', reason: 'not_of_this_provider' };
  const instruction = { authorisationId, reference: row.id, amountMinor: row.amount };
  try {
    switch (row.action) {
      case 'capture':
        return await provider.capture(instruction);
      case 'void':
        return await provider.void(instruction);
      case 'refund':
        return await provider.refund(instruction);
    }
  } catch (error) {
    if (error instanceof ProviderFault) return undefined;
    throw error;
  }
}

async function settle(
  deps: InstructionDeps,
  row: DueRow,
  status: 'waiting' | 'done' | 'failed',
  reason: string,
): Promise<void> {
  const values = [row.id, status, reason, instantToText(deps.now())];
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(sql.settle_instruction, values));
}

/** The event and the end of the instruction in one transaction, under a key of its own: a person gets one task, also after a crash. */
async function reportFailed(deps: InstructionDeps, row: DueRow, reason: string): Promise<void> {
  const final = reason !== 'provider_silent';
  const failure = {
    key: `${row.id}:${final ? 'refused' : 'silent'}`,
    subject: { instructionId: row.id },
    entityId: row.entity_id,
    paymentId: row.payment_id,
    orderId: row.order_id,
    action: row.action,
    amountMinor: row.amount,
    currency: row.currency,
    reason,
  };
  await reportPaymentFailed(deps, failure, async (tx) => {
    if (final)
      await tx.run(sql.settle_instruction, [row.id, 'failed', reason.slice(0, 200), instantToText(deps.now())]);
  });
}
