import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { BreachedPasswords } from '../../../platform/auth/breached-passwords.ts';
import { hashPassword, isOutdatedHash, verifyPassword } from '../../../platform/auth/password.ts';
import type { Authenticator, SignInMethod } from '../../../platform/auth/session.ts';
import type { Throttle, ThrottlePolicy } from '../../../platform/auth/throttle.ts';
import { totpStepOf } from '../../../platform/auth/totp.ts';
import { changed, type Master } from '../../../platform/commit/master-door.ts';
import type { Pool, Tx } from '../../../platform/db/pool.ts';
import { masterAnswer } from '../../../platform/http/master-answer.ts';
import { ProblemError, refused } from '../../../platform/http/problem.ts';
import type { Mail } from '../../../platform/mail/mail.ts';
import type { Secrets } from '../../../platform/secrets/secrets.ts';
import { accept, type Decision } from '../../kernel/decision.ts';
import { decidePassword } from '../password.ts';
import { isConfirmed, signInStep, type Proof } from '../sign-in.ts';
import { confirmFirst } from './rights.store.ts';
import { wordMail, type SignInChange, type SignInMail } from './sign-in-mails.ts';
import { setPassword, type Credential, type SignInStore } from './sign-in.store.ts';
import type { StaffStore } from './staff.store.ts';

/** What everything around signing in needs. `now` gives milliseconds since 1970. */
export type SignInDeps = {
  readonly pool: Pool;
  readonly schema: string;
  readonly staff: StaffStore;
  readonly store: SignInStore;
  readonly authenticator: Authenticator;
  readonly throttle: Throttle;
  readonly master: Master;
  readonly secrets: Secrets;
  readonly sendMail: (mail: Mail) => Promise<unknown>;
  /** Where people find us, for links in mails. Never taken from a request, which could name another place. */
  readonly baseUrl: () => string;
  readonly breached: BreachedPasswords | undefined;
  readonly now: () => number;
  /** Told of mails that could not be sent. Nobody waits for them: how long an answer takes would tell who is known here. */
  readonly onError: (error: unknown) => void;
};

/** Where a sign-in comes from. `instead`: the session of the same browser that it replaces. */
export type From = { readonly address: string; readonly userAgent: string; readonly instead?: string | undefined };

/** A session that was just opened. `limited`: it may do nothing yet but set up a second factor. */
export type Opened = {
  readonly kind: 'open';
  readonly personId: string;
  readonly token: string;
  readonly expiresAt: number;
  readonly limited: boolean;
};

/** What a proof led to: an open session, or a ticket for the second factor. */
export type Entry =
  | Opened
  | {
      readonly kind: 'second_factor';
      readonly ticket: string;
      readonly methods: readonly ('code' | 'passkey')[];
      readonly expiresAt: number;
    };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** One place that tries one name: five mistakes, then a quarter of an hour, half an hour … */
const PAIR: ThrottlePolicy = { free: 5, firstMs: 15 * MINUTE, maxMs: DAY };
/** One name from anywhere: a stranger who wants to lock somebody out has to try harder than a thief is allowed to. Then a mail opens it again. */
const NAME: ThrottlePolicy = { free: 50, firstMs: 60 * MINUTE, maxMs: DAY };
/** One place that tries any names: a shop full of people who mistype, and no more. */
const PLACE: ThrottlePolicy = { free: 100, firstMs: 15 * MINUTE, maxMs: DAY };
/** Six digits of which three are right. */
const CODE: ThrottlePolicy = { free: 8, firstMs: 15 * MINUTE, maxMs: DAY };
/** Mails that one place may make us send, and that one address may get. */
const MAIL: ThrottlePolicy = { free: 5, firstMs: 15 * MINUTE, maxMs: DAY };

const SECOND_FACTOR_MS = 10 * MINUTE;
const SECOND_FACTOR_TRIES = 5;
/** How long the link of a forgotten password works. */
export const RESET_MS = 30 * MINUTE;

const nameKey = (email: string): string => `name ${email}`;
const codeKey = (personId: string): string => `code ${personId}`;

/** Checks an e-mail address and a password. Unknown names and wrong passwords are told apart neither by words nor by time. */
export async function enterByPassword(
  deps: SignInDeps,
  given: { readonly email: string; readonly password: string },
  from: From,
): Promise<Entry> {
  const email = given.email.trim().toLowerCase();
  const pair = `pair ${email}\n${from.address}`;
  const { spent } = await take(deps, [
    { key: pair, policy: PAIR },
    { key: nameKey(email), policy: NAME },
    { key: `place ${from.address}`, policy: PLACE },
  ]);
  const credential = await deps.store.findCredential({ email });
  const kept = credential?.passwordHash;
  const right = await verifyPassword(kept, given.password);
  if (!right || credential === undefined || kept === undefined) {
    if (credential !== undefined && spent.includes(nameKey(email))) sendResetLink(deps, credential, 'locked');
    throw wrongCredentials();
  }
  await deps.throttle.clear([pair, nameKey(email)]);
  if (isOutdatedHash(kept)) await deps.store.rehash(credential.personId, kept, await hashPassword(given.password));
  return enter(deps, credential, { proof: 'one_factor', method: 'password', from });
}

/** Opens a session for somebody who proved who they are, or asks for more. */
export async function enter(
  deps: SignInDeps,
  credential: Credential,
  how: { readonly proof: Proof; readonly method: SignInMethod; readonly from: From },
): Promise<Entry> {
  const { personId } = credential;
  const step = signInStep(how.proof, credential);
  if (step.kind === 'ask_second_factor') {
    const at = { now: deps.now(), lifeMs: SECOND_FACTOR_MS };
    const ticket = await deps.store.makeTicket('second_factor', { personId, body: { method: how.method } }, at);
    return { kind: 'second_factor', ticket, methods: step.methods, expiresAt: at.now + at.lifeMs };
  }
  return openSession(deps, personId, how.method, how.from, step.kind === 'open_limited');
}

/** Finishes a sign-in with a code of an app or a recovery code. */
export async function enterByCode(
  deps: SignInDeps,
  given: { readonly ticket: string; readonly code: string },
  from: From,
): Promise<Entry> {
  const at = { now: deps.now(), tries: SECOND_FACTOR_TRIES };
  const ticket = await deps.store.tryTicket('second_factor', given.ticket, at);
  if (ticket?.personId === undefined) throw ticketGone();
  const credential = await deps.store.findCredential({ personId: ticket.personId });
  if (credential === undefined) throw ticketGone();
  await proveCode(deps, ticket.personId, given.code);
  // Two at once with two right codes are one sign-in.
  if ((await deps.store.useTicket('second_factor', given.ticket, deps.now())) === undefined) throw ticketGone();
  return openSession(deps, ticket.personId, ticket.body['method'] as SignInMethod, from, false);
}

/** Takes a code of somebody's app or one of their recovery codes. Throws a 401 when it is neither, a 429 after too many. */
export async function proveCode(deps: SignInDeps, personId: string, code: string): Promise<void> {
  await take(deps, [{ key: codeKey(personId), policy: CODE }]);
  const now = deps.now();
  const isRight =
    (await takeTotp(deps, personId, code, true)) ||
    (await deps.store.useRecoveryCode(personId, recoveryHash(personId, code), now));
  if (!isRight) throw new ProblemError(401, 'wrong_code', 'This code is wrong, too old, or was used already.');
  await deps.throttle.clear([codeKey(personId)]);
}

/** Takes a code of the app alone; `confirmed` says whether codes are in use or being turned on. */
export async function takeTotp(deps: SignInDeps, personId: string, code: string, confirmed: boolean): Promise<boolean> {
  const totp = await deps.store.findTotp(personId);
  if (totp === undefined || totp.isConfirmed !== confirmed) return false;
  const now = deps.now();
  const step = totpStepOf(deps.secrets.openSecret(totp.sealedSeed), code, now);
  return step !== undefined && deps.store.takeStep(personId, totp.sealedSeed, step, now);
}

/** Checks the password of somebody who is signed in. Throws a 401, or a 429 after too many. */
export async function provePassword(deps: SignInDeps, personId: string, password: string): Promise<Credential> {
  const key = `own ${personId}`;
  await take(deps, [{ key, policy: PAIR }]);
  const credential = await deps.store.findCredential({ personId });
  if (!(await verifyPassword(credential?.passwordHash, password)) || credential === undefined)
    throw new ProblemError(401, 'wrong_password', 'The password is wrong.');
  await deps.throttle.clear([key]);
  return credential;
}

/** Opens a session and gives its token. A session that gained rights replaces the one before. */
export async function openSession(
  deps: SignInDeps,
  personId: string,
  method: SignInMethod,
  { address, userAgent, instead }: From,
  limited: boolean,
): Promise<Opened> {
  const { token, expiresAt } = await deps.authenticator.open({
    principalId: personId,
    method,
    limited,
    userAgent,
    address,
    ...(instead === undefined ? {} : { instead }),
  });
  return { kind: 'open', personId, token, expiresAt, limited };
}

/** Throws a 403 unless this session's person proved who they are within the last quarter of an hour. */
export async function requireConfirmed(deps: SignInDeps, session: string): Promise<void> {
  const own = await deps.staff.findOwnSession(session);
  if (own === undefined || !isConfirmed(own.confirmedAt, deps.now())) throw confirmFirst();
}

/** The hash of a password that somebody chose. Throws a 409 with the reason when it is too weak or known to thieves. */
export async function hashChosen(
  deps: SignInDeps,
  password: string,
  person: { readonly name: string; readonly email: string },
): Promise<string> {
  const decision = decidePassword(password, person);
  if (!decision.ok) throw refused(decision.rejection);
  if (deps.breached !== undefined && (await deps.breached.has(decision.value)))
    throw refused({ reason: 'password_breached' });
  return hashPassword(decision.value);
}

/** Writes a change of how somebody signs in, with its event, and tells them by mail. */
export async function recordChange(
  deps: SignInDeps,
  change: {
    readonly type: string;
    readonly personId: string;
    /** Where it was asked for. */
    readonly originId: string | undefined;
    readonly tell?: SignInChange;
    readonly body?: Readonly<Record<string, unknown>>;
  },
  work: (tx: Tx) => Promise<Decision<void>>,
): Promise<void> {
  const { type, personId, originId, tell, body = {} } = change;
  const of = { principalId: personId, originId, topic: 'staff' };
  const submission = { ...of, type, key: randomUUID(), body: {}, at: deps.now() };
  const outcome = await deps.master(submission, async (tx) => {
    const decision = await work(tx);
    return decision.ok
      ? changed([{ type, version: 1, subjectId: personId, body: { personId, ...body } }], {})
      : decision;
  });
  masterAnswer(outcome);
  if (tell === undefined) return;
  const credential = await deps.store.findCredential({ personId });
  if (credential !== undefined) tellPerson(deps, credential, { kind: 'changed', what: tell });
}

/** Nothing to refuse. */
export const done: Decision<void> = accept(undefined);

/** Asks for the link of a forgotten password. The answer is the same, and as fast, whether anybody has this address. */
export async function askForReset(deps: SignInDeps, given: string, address: string): Promise<void> {
  const email = given.trim().toLowerCase();
  await take(deps, [
    { key: `mail ${email}`, policy: MAIL },
    { key: `mails from ${address}`, policy: { ...MAIL, free: 20 } },
  ]);
  const credential = await deps.store.findCredential({ email });
  if (credential !== undefined) sendResetLink(deps, credential, 'password_reset');
}

/** Sets the password that goes with a link, opens the name again if it was closed, and ends every session. */
export async function resetPassword(
  deps: SignInDeps,
  given: { token: string; password: string; originId: string | undefined },
): Promise<void> {
  const ticket = await deps.store.findTicket('password_reset', given.token, deps.now());
  const personId = ticket?.personId;
  const credential = personId === undefined ? undefined : await deps.store.findCredential({ personId });
  if (credential === undefined) throw linkGone();
  const passwordHash = await hashChosen(deps, given.password, credential);
  if ((await deps.store.useTicket('password_reset', given.token, deps.now())) === undefined) throw linkGone();
  const { originId } = given;
  await writePassword(deps, { type: 'PasswordReset', personId: credential.personId, originId }, passwordHash);
  await deps.throttle.clear([nameKey(credential.email.toLowerCase())]);
  await deps.authenticator.endAll(credential.personId);
}

/** Writes a password and its event, and tells its person. */
export async function writePassword(
  deps: SignInDeps,
  change: { readonly type: string; readonly personId: string; readonly originId: string | undefined },
  passwordHash: string,
): Promise<void> {
  await recordChange(deps, { ...change, tell: 'password' }, async (tx) => {
    await setPassword(tx, change.personId, passwordHash);
    return done;
  });
}

/** Writes to somebody; nobody waits for it. */
export function tellPerson(
  deps: SignInDeps,
  to: { readonly name: string; readonly email: string; readonly locale: string },
  mail: SignInMail,
): void {
  deps.sendMail({ to: to.email, ...wordMail(to, mail) }).catch(deps.onError);
}

/** A link whose token stands behind the #: browsers keep that to themselves, so no log and no other site sees it. */
export function linkTo(deps: SignInDeps, page: string, token: string): string {
  return `${deps.baseUrl().replace(/\/$/, '')}/${page}#${token}`;
}

/** Ten recovery codes of 120 bits in groups that can be typed, and the hashes to keep: from 112 bits on a fast hash is enough (OWASP ASVS 5.0, 6.5.2). */
export function makeRecoveryCodes(personId: string): { readonly codes: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: 10 }, () => {
    const letters = [...randomBytes(24)].map((byte) => RECOVERY_LETTERS[byte % 32] ?? '').join('');
    return letters.match(/.{4}/g)?.join('-') ?? '';
  });
  return { codes, hashes: codes.map((code) => recoveryHash(personId, code)) };
}

/** 409 would tell that it was right once. */
export function ticketGone(): ProblemError {
  return new ProblemError(401, 'sign_in_again', 'This took too long or was tried too often. Begin again.');
}

/** The link of a mail is used up, too old, or no link of ours. */
export function linkGone(): ProblemError {
  return new ProblemError(410, 'link_gone', 'This link was used already or is too old. Ask for a new one.');
}

// Without letters that look like others. 24 letters of 32 are 120 bits.
const RECOVERY_LETTERS = 'abcdefghjkmnpqrstuvwxyz123456789';

function recoveryHash(personId: string, code: string): string {
  return hash('sha256', `${personId} ${code.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}`, 'base64url');
}

function wrongCredentials(): ProblemError {
  return new ProblemError(401, 'wrong_credentials', 'E-mail address or password is wrong.');
}

function sendResetLink(deps: SignInDeps, credential: Credential, kind: 'password_reset' | 'locked'): void {
  const { personId } = credential;
  deps.store
    .makeTicket('password_reset', { personId, body: {} }, { now: deps.now(), lifeMs: RESET_MS })
    .then((token) => {
      const link = linkTo(deps, 'new-password', token);
      return tellPerson(deps, credential, { kind, link, minutes: RESET_MS / MINUTE });
    })
    .catch(deps.onError);
}

async function take(deps: SignInDeps, tries: Parameters<Throttle['take']>[0]): Promise<{ readonly spent: string[] }> {
  const { waitMs, spent } = await deps.throttle.take(tries, deps.now());
  if (waitMs === 0) return { spent };
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  throw new ProblemError(429, 'too_many_sign_ins', 'Too many wrong tries. Wait a little.', {
    retryAfterSeconds,
    extra: { retryAfterSeconds },
  });
}
