import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { withTransaction } from '../../../platform/db/pool.ts';
import { ProblemError, refused } from '../../../platform/http/problem.ts';
import { reject } from '../../kernel/decision.ts';
import { countPasskeys, findPasskey, insertPasskey, listPasskeys, notePasskeyUse } from './passkeys.store.ts';
import { done, enter, recordChange, ticketGone, type Entry, type From, type SignInDeps } from './sign-in-flow.ts';

/** What goes to the browser's own functions and is theirs to read. */
export const OptionsType = Type.Object({}, { additionalProperties: true, description: 'For navigator.credentials.' });

const Base64Url = Type.String({ pattern: '^[A-Za-z0-9_-]{1,20000}$' });
const ShortBase64Url = Type.String({ pattern: '^[A-Za-z0-9_-]{1,1400}$' });
const ANY = Type.Object({}, { additionalProperties: true, maxProperties: 20 });

/** What a browser answers with when somebody signs in with a passkey: PublicKeyCredential.toJSON(). */
export const AssertionType = Type.Object({
  id: ShortBase64Url,
  rawId: ShortBase64Url,
  type: Type.Literal('public-key'),
  response: Type.Object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Type.Optional(ShortBase64Url),
  }),
  clientExtensionResults: ANY,
  authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
});

/** What a browser answers with when a passkey was made. */
export const CreationType = Type.Object({
  id: ShortBase64Url,
  rawId: ShortBase64Url,
  type: Type.Literal('public-key'),
  response: Type.Object({
    clientDataJSON: Base64Url,
    attestationObject: Base64Url,
    transports: Type.Optional(Type.Array(Type.String({ pattern: '^[a-z-]{1,20}$' }), { maxItems: 10 })),
    authenticatorData: Type.Optional(Base64Url),
    publicKey: Type.Optional(Base64Url),
    publicKeyAlgorithm: Type.Optional(Type.Integer({ minimum: -70_000, maximum: 70_000 })),
  }),
  clientExtensionResults: ANY,
  authenticatorAttachment: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
});

const OFFER_MS = 5 * 60_000;
/** More than anybody has devices. */
const MAX_PASSKEYS = 20;

type Bare = Pick<FastifyRequest, 'host' | 'hostname' | 'protocol'>;

/**
 * The site that a browser sees. A passkey belongs to the name it was made on: the browser signs that name, so one that was made elsewhere, or is asked for by a page that
 * pretends to be us, fits nothing here. Throws a 409 for a bare address, to which no browser binds one.
 */
function siteOf({ host, hostname, protocol }: Bare): { readonly site: string; readonly origin: string } {
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) throw refused({ reason: 'passkeys_need_a_name', host: hostname });
  // As browsers write it, without a default port.
  return { site: hostname, origin: new URL(`${protocol}://${host}`).origin };
}

/** Begins signing in with a passkey, or confirming with one: what the browser needs, and the ticket to bring back. */
export async function offerPasskeys(
  deps: SignInDeps,
  request: Bare,
  kind: 'passkey_sign_in',
  personId?: string,
): Promise<{ ticket: string; options: Record<string, unknown> }> {
  const { site } = siteOf(request);
  // Nothing is said about which keys there are: the device knows, and a stranger must not.
  const options = await generateAuthenticationOptions({ rpID: site, userVerification: 'required', timeout: OFFER_MS });
  const body = { challenge: options.challenge, site };
  const ticket = await deps.store.makeTicket(kind, { personId, body }, { now: deps.now(), lifeMs: OFFER_MS });
  return { ticket, options: { ...options } };
}

/** Signs in with a passkey. It is two factors at once: the device, and the finger, face or PIN that opens it. */
export async function enterByPasskey(
  deps: SignInDeps,
  request: Bare,
  given: { readonly ticket: string; readonly answer: Static<typeof AssertionType> },
  from: From,
): Promise<Entry> {
  const personId = await provePasskey(deps, request, given);
  const credential = await deps.store.findCredential({ personId });
  if (credential === undefined) throw wrongPasskey();
  return enter(deps, credential, { proof: 'two_factors', method: 'passkey', from });
}

/** Checks the answer of a passkey and says whose it is. Throws a 401 for any that is not right. */
export async function provePasskey(
  deps: SignInDeps,
  request: Bare,
  { ticket, answer }: { readonly ticket: string; readonly answer: Static<typeof AssertionType> },
): Promise<string> {
  const { site, origin } = siteOf(request);
  const begun = await deps.store.useTicket('passkey_sign_in', ticket, deps.now());
  if (begun === undefined || begun.body['site'] !== site) throw ticketGone();
  const passkey = await findPasskey(deps, answer.id);
  if (passkey === undefined || passkey.site !== site) throw wrongPasskey();
  if (begun.personId !== undefined && begun.personId !== passkey.personId) throw wrongPasskey();
  const checked = await verifyAuthenticationResponse({
    response: answer as AuthenticationResponseJSON,
    expectedChallenge: String(begun.body['challenge']),
    expectedOrigin: origin,
    expectedRPID: site,
    requireUserVerification: true,
    credential: {
      id: passkey.credentialId,
      publicKey: Uint8Array.from(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.counter,
      transports: [...passkey.transports] as never,
    },
  }).catch(() => undefined);
  if (checked?.verified !== true) throw wrongPasskey();
  const { newCounter: to } = checked.authenticationInfo;
  const use = { id: passkey.id, from: passkey.counter, to, now: deps.now() };
  if (!(await notePasskeyUse(deps, use))) throw wrongPasskey();
  return passkey.personId;
}

/** Begins making a passkey for somebody who is signed in. */
export async function startPasskeyCreation(
  deps: SignInDeps,
  request: Bare,
  personId: string,
): Promise<{ ticket: string; options: Record<string, unknown> }> {
  const { site } = siteOf(request);
  const credential = await deps.store.findCredential({ personId });
  if (credential === undefined) throw ticketGone();
  const own = await withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) =>
    listPasskeys(tx, personId),
  );
  if (own.length >= MAX_PASSKEYS) throw refused({ reason: 'too_many_passkeys', limit: MAX_PASSKEYS });
  const options = await generateRegistrationOptions({
    rpName: 'Oneshelf',
    rpID: site,
    userID: Uint8Array.from(Buffer.from(personId)),
    userName: credential.email,
    userDisplayName: credential.name,
    timeout: OFFER_MS,
    attestationType: 'none',
    excludeCredentials: own.map((one) => ({ id: one.credentialId, transports: [...one.transports] as never })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const body = { challenge: options.challenge, site };
  const at = { now: deps.now(), lifeMs: OFFER_MS };
  const ticket = await deps.store.makeTicket('passkey_creation', { personId, body }, at);
  return { ticket, options: { ...options } };
}

/** Keeps a passkey that was made. Throws a 401 for an answer that is not right. */
export async function finishPasskeyCreation(
  deps: SignInDeps,
  request: Bare & Pick<FastifyRequest, 'originId'>,
  personId: string,
  given: { readonly ticket: string; readonly name: string; readonly answer: Static<typeof CreationType> },
): Promise<void> {
  const { site, origin } = siteOf(request);
  const begun = await deps.store.useTicket('passkey_creation', given.ticket, deps.now());
  if (begun?.personId !== personId || begun.body['site'] !== site) throw ticketGone();
  const checked = await verifyRegistrationResponse({
    response: given.answer as RegistrationResponseJSON,
    expectedChallenge: String(begun.body['challenge']),
    expectedOrigin: origin,
    expectedRPID: site,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (checked?.verified !== true) throw wrongPasskey();
  const { credential } = checked.registrationInfo;
  const passkey = {
    id: uuidv7(),
    personId,
    name: given.name.trim(),
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports: given.answer.response.transports ?? [],
    site,
    createdAt: deps.now(),
  };
  const body = { passkeyId: passkey.id, before: null, after: { passkeyId: passkey.id } };
  const change = { type: 'PasskeyAdded', personId, originId: request.originId, tell: 'passkey_added', body } as const;
  await recordChange(deps, change, async (tx) => {
    if (!(await insertPasskey(tx, passkey))) return reject({ reason: 'passkey_known' });
    if ((await countPasskeys(tx, personId)) > MAX_PASSKEYS)
      return reject({ reason: 'too_many_passkeys', limit: MAX_PASSKEYS });
    return done;
  });
}

function wrongPasskey(): ProblemError {
  return new ProblemError(401, 'wrong_passkey', 'This passkey does not belong here, or its answer is wrong.');
}
