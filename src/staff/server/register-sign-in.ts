import { hash, randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { hashPassword, verifyPassword } from '../../../platform/auth/password.ts';
import { tokenHash, type OpenedSession } from '../../../platform/auth/session.ts';
import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import { PIN_TRIES, REGISTER_SESSION_MS, registerWait } from '../register-sign-in.ts';
import { clearTries, findBadge, insertRegisterSession, tryPin, tryRegister } from './registers.store.ts';

/** What somebody shows at a register: a badge, or who they are and their PIN. */
export type Shown = {
  readonly personId?: string | undefined;
  readonly pin?: string | undefined;
  readonly badge?: string | undefined;
};

/** A register and where it stands. */
export type RegisterPlace = { readonly registerId: string; readonly entityId: string; readonly locationId: string };

/** What signing in at registers needs. */
export type RegisterSignInDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly secrets: Pick<Secrets, 'sealSecret' | 'openSecret'>;
  readonly now: () => number;
  /** Told of every session that was opened. */
  readonly onOpened?: (session: OpenedSession) => void;
};

/** What is kept of a PIN. The hash is sealed: whoever has the database alone cannot try the few PINs that there are. */
export async function sealPin(pin: string, { secrets }: Pick<RegisterSignInDeps, 'secrets'>): Promise<string> {
  return secrets.sealSecret(await hashPassword(pin));
}

/** A new badge: the code to print, told once, and what is kept of it. */
export function newBadge(): { readonly code: string; readonly codeHash: string; readonly ending: string } {
  const code = `badge_${randomBytes(20).toString('base64url')}`;
  return { code, codeHash: badgeHash(code), ending: code.slice(-4) };
}

/**
 * Who stands at a register. Each try is counted before it is looked at, per person and location and per register; somebody with no PIN there takes as long as somebody with
 * another one and hears the same. Throws 401 `wrong_pin`, and 429 when the PIN is locked or the register must wait.
 */
export async function identifyAt(
  deps: RegisterSignInDeps,
  { registerId, locationId }: Pick<RegisterPlace, 'registerId' | 'locationId'>,
  shown: Shown,
): Promise<string> {
  const { pool, schema, secrets, now } = deps;
  const { personId, pin, badge } = shown;
  const at = now();
  const found = await withTransaction(pool, { schema }, async (tx) => {
    const waitMs = registerWait(await tryRegister(tx, registerId, at), at);
    if (waitMs > 0) return { waitMs };
    if (badge !== undefined) return { waitMs, owner: await findBadge(tx, badgeHash(badge)) };
    return { waitMs, kept: personId === undefined ? undefined : await tryPin(tx, personId, locationId) };
  });
  if (found.waitMs > 0) throw tooMany(found.waitMs);
  if (badge !== undefined) {
    if (found.owner === undefined) throw new ProblemError(401, 'unknown_badge', 'This badge opens nothing.');
    await withTransaction(pool, { schema }, (tx) => clearTries(tx, registerId, undefined));
    return found.owner;
  }
  const { kept } = found;
  if (kept !== undefined && kept.tries > PIN_TRIES)
    throw new ProblemError(429, 'pin_locked', 'Too many wrong PINs. Somebody who may has to set a new one.');
  const right = await verifyPassword(kept && secrets.openSecret(kept.sealedHash), pin ?? '');
  if (!right || personId === undefined) throw new ProblemError(401, 'wrong_pin', 'This is not the PIN.');
  await withTransaction(pool, { schema }, (tx) => clearTries(tx, registerId, { personId, locationId }));
  return personId;
}

/** Opens a short session that is worth what its person may do at the register's location. The token is told once. */
export async function openRegisterSession(
  { pool, schema, now, onOpened }: RegisterSignInDeps,
  place: RegisterPlace,
  of: {
    readonly personId: string;
    readonly method: 'pin' | 'badge';
    readonly userAgent: string;
    readonly address: string;
  },
): Promise<{ readonly token: string; readonly expiresAt: number }> {
  const token = randomBytes(32).toString('base64url');
  const createdAt = now();
  const expiresAt = createdAt + REGISTER_SESSION_MS;
  const userAgent = of.userAgent.slice(0, 300);
  const session = { ...of, ...place, id: uuidv7(), tokenHash: tokenHash(token), createdAt, expiresAt, userAgent };
  await withTransaction(pool, { schema }, (tx) => insertRegisterSession(tx, session));
  const { personId: principalId, address, method } = of;
  onOpened?.({ principalId, session: session.tokenHash, address, userAgent, method });
  return { token, expiresAt };
}

function badgeHash(code: string): string {
  return hash('sha256', code, 'base64url');
}

function tooMany(waitMs: number): ProblemError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new ProblemError(429, 'too_many_sign_ins', 'Too many wrong tries at this register. Wait a little.', {
    retryAfterSeconds,
    extra: { retryAfterSeconds },
  });
}
