import { hash } from 'node:crypto';
import { loadSql, withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { instantToText } from '../../kernel/time.ts';
import {
  authorisationIdOf,
  providerRefOf,
  ProviderFault,
  type CardAuthorisation,
  type CardProvider,
  type DeclineReason,
} from '../card-provider.ts';

const sql = loadSql(import.meta.url, './payment-attempts.sql', [
  'insert_attempt',
  'find_attempt',
  'settle_attempt',
  'find_left_attempts',
]);

/** What taking a card for an order needs. */
export type AttemptDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly provider: CardProvider;
  readonly now: () => number;
};

type AttemptStatus = 'requested' | 'authorised' | 'declined' | 'used' | 'voided' | 'failed';
type AttemptRow = {
  id: string;
  order_id: string;
  amount: number;
  currency: string;
  provider_ref: string;
  status: AttemptStatus;
  reason: string;
  used: boolean;
};

/** A card that was authorised for an order that is still to be placed. The order must take this id, so that the two find each other after a crash. */
export type AuthorisedAttempt = {
  readonly kind: 'authorised';
  readonly attemptId: string;
  readonly orderId: string;
  readonly providerRef: string;
  readonly amountMinor: number;
};

/** What became of asking for the money. `in_use`: another order rests on it, or is about to. */
export type AttemptAnswer =
  | AuthorisedAttempt
  | { readonly kind: 'declined'; readonly reason: DeclineReason }
  | { readonly kind: 'in_use' }
  | { readonly kind: 'unknown_authorisation' }
  | { readonly kind: 'authorisation_differs'; readonly amountMinor: number; readonly currency: string };

/** A key is refused and tried again this often at most, each time with a new attempt. */
const MOST_TRIES = 50;

/**
 * Asks the provider for the money of an order. The attempt is committed before the provider is asked, and its id follows from who sends
 * what under which key: a request that is sent again, also after a crash, finds its own attempt and asks with the same reference, so
 * a customer's money is never held twice. Throws ProviderFault when nobody knows what the provider did; sent again, it goes on from there.
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
    const providerRef = providerRefOf(deps.provider, answer.id);
    await settleAttempt(deps, id, 'authorised', { providerRef });
    return authorised({ ...attempt, provider_ref: providerRef });
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
  return attempt.status === 'authorised' ? authorised(attempt) : { kind: 'in_use' };
}

/** The order was placed: the money is spoken for. False when the attempt had been given up meanwhile. */
export async function useAttempt(deps: AttemptDeps, attemptId: string): Promise<boolean> {
  if (await settleAttempt(deps, attemptId, 'used', {})) return true;
  return (await findAttempt(deps, attemptId))?.status === 'used';
}

/** The order was refused: the money is let go at once. What the provider does not answer to is left to {@link sweepAttempts}. */
export async function giveUpAttempt(deps: AttemptDeps, attempt: AuthorisedAttempt, reason: string): Promise<void> {
  try {
    await voidAttempt(deps, attempt, reason);
  } catch (error) {
    if (!(error instanceof ProviderFault)) throw error;
  }
}

/** Attempts are swept after this long. No request lives nearly as long, so nobody is still about to place the order. */
const SWEEP_AFTER_MS = 15 * 60_000;

/**
 * Settles what crashes left behind: an attempt whose order was placed is marked as used, an authorisation without an order is voided. To be
 * run every few minutes; safe to be run by any number of processes. Throws ProviderFault at the first one that the provider is silent about.
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
    if (row.used) {
      await settleAttempt(deps, row.id, 'used', {});
      swept.used += 1;
      continue;
    }
    const known =
      row.provider_ref === ''
        ? await deps.provider.findByReference(row.id)
        : { status: 'authorised' as const, id: authorisationIdOf(deps.provider, row.provider_ref) ?? '' };
    if (known?.status === 'authorised') {
      await voidAttempt(deps, authorised({ ...row, provider_ref: providerRefOf(deps.provider, known.id) }), 'no_order');
      swept.voided += 1;
    } else {
      await settleAttempt(deps, row.id, known === undefined ? 'failed' : 'declined', {
        reason: known === undefined ? 'never_reached' : 'declined',
      });
      swept.dropped += 1;
    }
  }
  return swept;
}

async function voidAttempt(deps: AttemptDeps, attempt: AuthorisedAttempt, reason: string): Promise<void> {
  const { attemptId, providerRef, amountMinor } = attempt;
  const authorisationId = authorisationIdOf(deps.provider, providerRef);
  if (authorisationId === undefined) return;
  const answer = await deps.provider.void({ authorisationId, reference: `${attemptId}:void`, amountMinor });
  await settleAttempt(deps, attemptId, 'voided', {
    reason: answer.kind === 'done' ? reason : answer.reason,
    providerRef,
  });
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
    await tx.run(sql.insert_attempt, [
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

async function settleAttempt(
  deps: AttemptDeps,
  id: string,
  status: AttemptStatus,
  what: { providerRef?: string; reason?: string },
): Promise<boolean> {
  const values = [id, status, what.providerRef ?? '', what.reason ?? '', instantToText(deps.now())];
  return (await withTransaction(deps.pool, { schema: deps.schema }, (tx) => tx.run(sql.settle_attempt, values))) === 1;
}

function authorised(row: AttemptRow): AuthorisedAttempt {
  return {
    kind: 'authorised',
    attemptId: row.id,
    orderId: row.order_id,
    providerRef: row.provider_ref,
    amountMinor: row.amount,
  };
}

function uuidOf(parts: readonly unknown[]): string {
  const hex = hash('sha256', JSON.stringify(parts), 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
