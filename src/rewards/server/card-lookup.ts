import type { Throttle, ThrottlePolicy } from '../../../platform/auth/throttle.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { normaliseGiftCardCode } from '../gift-card-code.ts';
import type { RewardAccount } from '../reward-account.ts';
import type { CodeHasher } from './gift-card-codes.ts';
import { findCardByHash } from './rewards.store.ts';

/** What it takes to find a card by its code. */
export type CardLookup = {
  readonly pool: Pool;
  readonly schema: string;
  readonly hashCode: CodeHasher;
  readonly throttle: Throttle;
  readonly now: () => number;
};

/** A shop asks for many codes at once, and of 75 bits nobody guesses one in a hundred; then each further one costs twice the wait of the one before, up to an hour. */
const POLICY: ThrottlePolicy = { free: 100, firstMs: 2000, maxMs: 3600_000 };

/**
 * The card of a code, for somebody who asks. Undefined for one that nobody has, that is blocked, that was never sold and that was mistyped: the same way is gone for
 * all of them, so that neither answer nor time tell them apart, and each counts as a wrong one. Throws 429 after too many of them.
 */
export async function findCardByCode(
  { pool, schema, hashCode, throttle, now }: CardLookup,
  text: string,
  principalId: string,
): Promise<RewardAccount | undefined> {
  const key = `gift card ${principalId}`;
  const { waitMs } = await throttle.take([{ key, policy: POLICY }], now());
  if (waitMs > 0) {
    const retryAfterSeconds = Math.ceil(waitMs / 1000);
    throw new ProblemError(429, 'too_many_tries', 'Too many codes were wrong. Wait before the next.', {
      retryAfterSeconds,
    });
  }
  const hash = await hashCode(normaliseGiftCardCode(text) ?? text.slice(0, 100));
  const card = await withTransaction(pool, { schema, readOnly: true }, (tx) => findCardByHash(tx, hash));
  if (card === undefined || card.state === 'blocked' || card.state === 'issued') return undefined;
  await throttle.clear([key]);
  return card;
}

/** The card of a code whatever its state, for who sells or keeps cards; wrong ones count as above. */
export async function findAnyCardByCode(
  lookup: CardLookup,
  text: string,
  principalId: string,
): Promise<RewardAccount | undefined> {
  const { pool, schema, hashCode, throttle } = lookup;
  const found = await findCardByCode(lookup, text, principalId);
  if (found !== undefined) return found;
  const hash = await hashCode(normaliseGiftCardCode(text) ?? text.slice(0, 100));
  const card = await withTransaction(pool, { schema, readOnly: true }, (tx) => findCardByHash(tx, hash));
  if (card !== undefined) await throttle.clear([`gift card ${principalId}`]);
  return card;
}
