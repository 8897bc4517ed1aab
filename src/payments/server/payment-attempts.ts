import { hash } from 'node:crypto';
import type { Master } from '../../../platform/commit/master-door.ts';
import { loadSql, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { instantToText } from '../../kernel/time.ts';
import {
  authorisationIdOf,
  providerRefOf,
  ProviderFault,
  type CardAuthorisation,
  type CardInstructionAnswer,
  type CardProvider,
  type DeclineReason,
} from '../card-provider.ts';
import { reportPaymentFailed } from './payment-failed.ts';

const sql = loadSql(import.meta.url, './payment-attempts.sql', [
  'begin_attempt',
  'find_attempt',
  'settle_attempt',
  'claim_attempt',
  'end_claimed',
  'find_left_attempts',
  'find_payment_of_attempt',
]);

/** What taking a card for an order needs. */
export type AttemptDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly provider: CardProvider;
  readonly master: Master;
  readonly now: () => number;
};

/** Open are `requested` and `authorised`. `voiding` belongs to whoever lets the money go: no order may be placed on it any more. */
type AttemptStatus = 'requested' | 'authorised' | 'voiding' | 'declined' | 'used' | 'voided' | 'failed';
type AttemptRow = {
  id: string;
  order_id: string;
  amount: number;
  currency: string;
  provider_ref: string;
  status: AttemptStatus;
  reason: string;
  version: number;
  used: boolean;
};

/** A card that was authorised for an order that is still to be placed. The order must take this id, so that the two find each other after a crash. `version` is the attempt as this request left it. */
export type AuthorisedAttempt = {
  readonly kind: 'authorised';
  readonly attemptId: string;
  readonly orderId: string;
  readonly providerRef: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly version: number;
};

/** What became of asking for the money. `in_use`: another order rests on it. `given_up`: it is being let go, or is gone. */
export type AttemptAnswer =
  | AuthorisedAttempt
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'in_use' }
  | { readonly kind: 'given_up' }
  | { readonly kind: 'unknown_authorisation' }
  | { readonly kind: 'authorisation_differs'; readonly amountMinor: number; readonly currency: string };

/** A key is refused and tried again this often at most, each time with a new attempt. */
const MOST_TRIES = 50;

/**
 * Asks the provider for the money of an order. The attempt is committed before the provider is asked, and its id follows from who sends
 * what under which key: a request that is sent again, also after a crash, finds its own attempt and asks with the same reference, so
 * a customer's money is never held twice. An attempt that a sweeper has taken is left to it, and the next one is begun. Throws ProviderFault
 * when nobody knows what the provider did; sent again, it goes on from there.
 */
export async function authoriseCard(
  deps: AttemptDeps,
  asked: {
    readonly principalId: string;
    readonly key: string;
    readonly token: string;
    readonly amountMinor: number;
    readonly currency: string;
    readonly orderId: string;
  },
): Promise<AttemptAnswer> {
  const { token, amountMinor, currency } = asked;
  for (let n = 0; n < MOST_TRIES; n += 1) {
    const id = uuidOf([asked.principalId, asked.key, token, amountMinor, currency, n]);
    const attempt = await beginAttempt(deps, {
      id,
      orderId: asked.orderId,
      amountMinor,
      currency,
      providerRef: '',
      status: 'requested',
    });
    if (attempt.status === 'used') return { kind: 'in_use' };
    if (attempt.status === 'authorised') return authorised(attempt);
    if (attempt.status !== 'requested') continue;
    const answer = await askUntilKnown(deps.provider, { reference: id, token, amountMinor, currency });
    if (answer.status === 'declined') {
      const reason = answer.reason ?? 'declined';
      await settleAttempt(deps, id, 'declined', { reason });
      return { kind: 'declined', reason };
    }
    const held = { ...attempt, provider_ref: providerRefOf(deps.provider, answer.id) };
    const version = await settleAttempt(deps, id, 'authorised', { providerRef: held.provider_ref });
    if (version !== undefined) return authorised({ ...held, version });
    if ((await findAttempt(deps, id))?.used === true) return { kind: 'in_use' };
    // Swept while the provider took its time. The sweeper may have asked before the provider had anything to void.
    await voidAtProvider(deps, held);
  }
  throw new ProviderFault('too many attempts under one key');
}

/** Takes over an authorisation that the shop got from the provider itself. It can carry one order only, and must be for exactly its amount. */
export async function adoptAuthorisation(
  deps: AttemptDeps,
  asked: {
    readonly authorisationId: string;
    readonly amountMinor: number;
    readonly currency: string;
    readonly orderId: string;
  },
): Promise<AttemptAnswer> {
  const { authorisationId, amountMinor, currency, orderId } = asked;
  const found = await deps.provider.get(authorisationId);
  if (found === undefined || found.status === 'declined') return { kind: 'unknown_authorisation' };
  const openMinor = found.amountMinor - found.capturedMinor - found.voidedMinor;
  if (openMinor !== amountMinor || found.currency !== currency)
    return { kind: 'authorisation_differs', amountMinor: openMinor, currency: found.currency };
  const providerRef = providerRefOf(deps.provider, authorisationId);
  const attempt = await beginAttempt(deps, {
    id: uuidOf(['authorisation', providerRef]),
    orderId,
    amountMinor,
    currency,
    providerRef,
    status: 'authorised',
  });
  if (attempt.status === 'authorised') return authorised(attempt);
  return { kind: attempt.status === 'used' ? 'in_use' : 'given_up' };
}

/**
 * The order was placed: the money is spoken for. If the attempt had been given up meanwhile, which takes a process that stood still for
 * {@link SWEEP_AFTER_MS}, the order stands on money that nobody holds: the event PaymentFailed gives it to a person.
 */
export async function useAttempt(deps: AttemptDeps, attemptId: string): Promise<void> {
  if ((await settleAttempt(deps, attemptId, 'used', {})) !== undefined) return;
  const found = await findAttempt(deps, attemptId);
  if (found !== undefined && found.status !== 'used') await reportLost(deps, found);
}

/**
 * The order was refused: the money is let go at once, unless a second request has the attempt in hand too; then it is for that one to use or
 * let go. What the provider does not answer to is left to {@link sweepAttempts}.
 */
export async function giveUpAttempt(deps: AttemptDeps, attempt: AuthorisedAttempt, reason: string): Promise<void> {
  try {
    if (await claimAttempt(deps, { id: attempt.attemptId, version: attempt.version }))
      await voidClaimed(deps, rowOf(attempt), reason);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
  }
}

/** Attempts are swept after this long. No request lives nearly as long, so nobody is still about to place the order. */
const SWEEP_AFTER_MS = 15 * 60_000;

/**
 * Settles what crashes left behind: an attempt whose order was placed is marked as used, an authorisation without an order is voided. To be
 * run every few minutes; safe to be run by any number of processes, because an attempt is taken before it is voided: a request that
 * has come back to it in the same moment either keeps it or begins another. One that was taken and not voided, because of a crash in
 * between, is voided by the next sweep. Throws ProviderFault at the first one that the provider is silent about.
 */
export async function sweepAttempts(
  deps: AttemptDeps,
  options: { readonly olderThanMs?: number } = {},
): Promise<{ used: number; voided: number; dropped: number }> {
  const before = instantToText(deps.now() - (options.olderThanMs ?? SWEEP_AFTER_MS));
  const left = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.rows<AttemptRow>(sql.find_left_attempts, [deps.provider.name, before, 100]),
  );
  const swept = { used: 0, voided: 0, dropped: 0 };
  for (const row of left) {
    if (row.status !== 'voiding') {
      if (row.used) {
        await settleAttempt(deps, row.id, 'used', {});
        swept.used += 1;
        continue;
      }
      if (!(await claimAttempt(deps, row))) continue;
    }
    const known =
      row.provider_ref === ''
        ? await deps.provider.findByReference(row.id)
        : { status: 'authorised' as const, id: authorisationIdOf(deps.provider, row.provider_ref) ?? '' };
    if (known?.status === 'authorised') {
      await voidClaimed(deps, { ...row, provider_ref: providerRefOf(deps.provider, known.id) }, 'no_order');
      swept.voided += 1;
    } else {
      await endClaimed(deps, row, known === undefined ? 'failed' : 'declined', {
        reason: known === undefined ? 'never_reached' : 'declined',
      });
      swept.dropped += 1;
    }
  }
  return swept;
}

/** What the provider must know of an attempt to let its money go. */
type HeldAttempt = Pick<AttemptRow, 'id' | 'order_id' | 'amount' | 'currency' | 'provider_ref'>;

async function voidClaimed(deps: AttemptDeps, attempt: HeldAttempt, reason: string): Promise<void> {
  const answer = await voidAtProvider(deps, attempt);
  if (answer === undefined) return;
  await endClaimed(deps, attempt, 'voided', {
    reason: answer.kind === 'done' ? reason : answer.reason,
    providerRef: attempt.provider_ref,
  });
}

/** Under one reference per attempt: told twice, by two sweepers or after a crash, it happens once. */
async function voidAtProvider(deps: AttemptDeps, attempt: HeldAttempt): Promise<CardInstructionAnswer | undefined> {
  const authorisationId = authorisationIdOf(deps.provider, attempt.provider_ref);
  if (authorisationId === undefined) return undefined;
  return deps.provider.void({ authorisationId, reference: `${attempt.id}:void`, amountMinor: attempt.amount });
}

/** A lost answer is asked for once and the call made once more; the reference makes both harmless. */
async function askUntilKnown(
  provider: CardProvider,
  request: { reference: string; token: string; amountMinor: number; currency: string },
): Promise<CardAuthorisation> {
  try {
    return await provider.authorise(request);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
    return (await provider.findByReference(request.reference)) ?? (await provider.authorise(request));
  }
}

type NewAttempt = {
  readonly id: string;
  readonly orderId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly providerRef: string;
  readonly status: 'requested' | 'authorised';
};

async function beginAttempt(deps: AttemptDeps, attempt: NewAttempt): Promise<AttemptRow> {
  const { id, orderId, amountMinor, currency, providerRef, status } = attempt;
  return withTransaction(deps.pool, { schema: deps.schema }, async (tx) => {
    await tx.run(sql.begin_attempt, [
      id,
      orderId,
      deps.provider.name,
      amountMinor,
      currency,
      providerRef,
      status,
      instantToText(deps.now()),
    ]);
    const row = await tx.get<AttemptRow>(sql.find_attempt, [id]);
    // The order was placed and a crash came before that was noted here.
    return row.used ? { ...row, status: 'used' } : row;
  });
}

async function findAttempt(deps: AttemptDeps, id: string): Promise<AttemptRow | undefined> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.find<AttemptRow>(sql.find_attempt, [id]),
  );
}

/** Moves an attempt that is still open; its new version, or undefined when it was not open any more. */
async function settleAttempt(
  deps: AttemptDeps,
  id: string,
  status: 'authorised' | 'declined' | 'used',
  what: { providerRef?: string; reason?: string },
): Promise<number | undefined> {
  const values = [id, status, what.providerRef ?? '', what.reason ?? '', instantToText(deps.now())];
  const moved = await withTransaction(deps.pool, { schema: deps.schema }, (tx) =>
    tx.find<{ version: number }>(sql.settle_attempt, values),
  );
  return moved?.version;
}

/** Takes an attempt to void it. False when it was touched since, an order has been placed on it, or somebody else took it. */
async function claimAttempt(deps: AttemptDeps, seen: Pick<AttemptRow, 'id' | 'version'>): Promise<boolean> {
  return (
    (await withTransaction(deps.pool, { schema: deps.schema }, (tx) =>
      tx.run(sql.claim_attempt, [seen.id, seen.version]),
    )) === 1
  );
}

/** Ends an attempt that was taken. An order that came to stand on it all the same is given to a person. */
async function endClaimed(
  deps: AttemptDeps,
  attempt: HeldAttempt,
  status: 'voided' | 'declined' | 'failed',
  what: { providerRef?: string; reason: string },
): Promise<void> {
  const values = [attempt.id, status, what.providerRef ?? '', what.reason, instantToText(deps.now())];
  await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(sql.end_claimed, values));
  await reportLost(deps, attempt);
}

/** Tells a person once of an order whose money was let go. Does nothing while there is no such order. */
async function reportLost(deps: AttemptDeps, attempt: HeldAttempt): Promise<void> {
  const payment = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    tx.find<{ id: string; entity_id: string }>(sql.find_payment_of_attempt, [attempt.id]),
  );
  if (payment === undefined) return;
  await reportPaymentFailed(deps, {
    key: `${attempt.id}:given_up`,
    subject: { attemptId: attempt.id },
    entityId: payment.entity_id,
    paymentId: payment.id,
    orderId: attempt.order_id,
    action: 'authorise',
    amountMinor: attempt.amount,
    currency: attempt.currency,
    reason: 'authorisation_given_up',
  });
}

function authorised(row: AttemptRow): AuthorisedAttempt {
  return {
    kind: 'authorised',
    attemptId: row.id,
    orderId: row.order_id,
    providerRef: row.provider_ref,
    amountMinor: row.amount,
    currency: row.currency,
    version: row.version,
  };
}

function rowOf({ attemptId, orderId, providerRef, amountMinor, currency }: AuthorisedAttempt): HeldAttempt {
  return { id: attemptId, order_id: orderId, provider_ref: providerRef, amount: amountMinor, currency };
}

function uuidOf(parts: readonly unknown[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
