import type { FastifyReply, FastifyRequest } from 'fastify';
import * as oidc from 'openid-client';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { setTicketCookie, takeTicketCookie } from '../../../platform/auth/cookie.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { reject } from '../../kernel/decision.ts';
import { acceptInvitationOf } from './invitations.store.ts';
import { done, enter, recordChange, ticketGone, type Entry, type From, type SignInDeps } from './sign-in-flow.ts';
import { linkCompanyIdentity, type Credential } from './sign-in.store.ts';

/** The company's OpenID Connect provider, as the settings name it. */
export type CompanyProvider = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly name: string | undefined;
};

/** The provider, asked for its addresses and keys when it is first needed. */
export type CompanyDoor = {
  readonly name: string | undefined;
  readonly issuer: string;
  /** Throws whatever the network or the provider says; the next call asks again. */
  configuration(): Promise<oidc.Configuration>;
};

/** What the provider put into the address that it sent the browser back to. */
export const CompanyAnswerType = Type.Object(
  {
    query: Type.String({
      maxLength: 8000,
      pattern: '^\\??[\\x21-\\x7e]*$',
      description: 'Everything behind the ? of the address.',
    }),
  },
  { additionalProperties: false },
);

const TICKET_MS = 10 * 60_000;
const LIMIT_SECONDS = 10;

/** Opens the door of a provider. Without https its answers could be anybody's, so that is taken from this machine only. */
export function openCompanyDoor({ issuer, clientId, clientSecret, name }: CompanyProvider): CompanyDoor {
  const url = new URL(issuer);
  const isHere = url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  let known: Promise<oidc.Configuration> | undefined;
  return {
    name,
    issuer,
    configuration() {
      known ??= oidc
        .discovery(url, clientId, clientSecret, clientSecret === undefined ? oidc.None() : undefined, {
          timeout: LIMIT_SECONDS,
          // The signature of the token is checked although it came straight from the provider: a proxy that ends TLS cannot make one up.
          execute: [oidc.enableNonRepudiationChecks, ...(isHere ? [oidc.allowInsecureRequests] : [])],
        })
        .catch((error: unknown) => {
          known = undefined;
          throw error;
        });
      return known;
    },
  };
}

type Deps = SignInDeps & { readonly company: CompanyDoor | undefined };

const redirectUri = (deps: SignInDeps): string => `${deps.baseUrl().replace(/\/$/, '')}/sign-in/company`;

/** Begins: where the browser goes. It keeps a cookie, without which what the provider answers is worth nothing. */
export async function startCompanySignIn(deps: Deps, request: unknown, reply: FastifyReply): Promise<{ url: string }> {
  const door = doorOf(deps);
  const configuration = await reach(deps, () => door.configuration());
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const body = { state, nonce, verifier: deps.secrets.sealSecret(verifier) };
  const at = { now: deps.now(), lifeMs: TICKET_MS };
  const ticket = await deps.store.makeTicket('company', { personId: undefined, body }, at);
  setTicketCookie(request as FastifyRequest, reply, ticket, TICKET_MS / 1000);
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri(deps),
    scope: 'openid email profile',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return { url: url.href };
}

/** Finishes: whoever the provider vouches for is let in if they are known here. */
export async function enterByCompany(
  deps: Deps,
  request: unknown,
  reply: FastifyReply,
  given: Static<typeof CompanyAnswerType>,
  from: From,
): Promise<Entry> {
  const door = doorOf(deps);
  const token = takeTicketCookie(request as FastifyRequest, reply);
  const begun = token === undefined ? undefined : await deps.store.useTicket('company', token, deps.now());
  if (begun === undefined) throw ticketGone();
  const configuration = await reach(deps, () => door.configuration());
  const address = new URL(`${redirectUri(deps)}?${given.query.replace(/^\?/, '')}`);
  const claims = await reach(deps, async () => {
    const tokens = await oidc.authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: deps.secrets.openSecret(String(begun.body['verifier'])),
      expectedState: String(begun.body['state']),
      expectedNonce: String(begun.body['nonce']),
      idTokenExpected: true,
    });
    return tokens.claims();
  });
  if (claims === undefined) throw notVouchedFor();
  const { originId } = request as FastifyRequest;
  const credential = await personOf(deps, { issuer: door.issuer, claims, originId });
  const methods = Array.isArray(claims['amr']) ? claims['amr'] : [];
  const proof = methods.includes('mfa') ? 'two_factors' : 'one_factor';
  return enter(deps, credential, { proof, method: 'company', from });
}

/**
 * Who the provider speaks of: the person it was linked to, else the one with this e-mail address, if the provider has made sure of it. Whoever nobody invited stays
 * outside: being of the company is no right to anything here.
 */
async function personOf(
  deps: SignInDeps,
  { issuer, claims, originId }: { issuer: string; claims: oidc.IDToken; originId: string | undefined },
): Promise<Credential> {
  const linked = await deps.store.findByCompanyIdentity(issuer, claims.sub);
  if (linked !== undefined) {
    const credential = await deps.store.findCredential({ personId: linked });
    if (credential !== undefined) return credential;
  }
  const { email } = claims;
  if (typeof email !== 'string' || claims['email_verified'] !== true)
    throw new ProblemError(403, 'email_not_verified', 'The provider has not made sure of this e-mail address.');
  const credential = await deps.store.findCredential({ email: email.trim().toLowerCase() });
  if (credential === undefined)
    throw new ProblemError(403, 'not_invited', 'Nobody with this e-mail address was invited here.');
  const { personId } = credential;
  const at = deps.now();
  await recordChange(deps, { type: 'CompanyIdentityLinked', personId, originId }, async (tx) => {
    if (!(await linkCompanyIdentity(tx, { issuer, subject: claims.sub, personId, at })))
      return reject({ reason: 'linked_to_another' });
    await acceptInvitationOf(tx, personId, at);
    return done;
  });
  return credential;
}

function doorOf({ company }: Deps): CompanyDoor {
  if (company === undefined) throw new ProblemError(404, 'no_company_sign_in', 'No provider is set up here.');
  return company;
}

/** Asks the provider. What it refuses, or what does not fit, is a 401; when it is silent a 503. Details go to the log, without tokens. */
async function reach<T>(deps: SignInDeps, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const { name, code, message } = error as { name?: string; code?: string; message?: string };
    deps.onError(new Error(`The company's provider: ${name ?? ''} ${code ?? ''} ${message ?? ''}`.trim()));
    const isSilent = error instanceof TypeError || name === 'TimeoutError' || code === 'OAUTH_TIMEOUT';
    if (isSilent)
      throw new ProblemError(503, 'company_silent', 'The provider does not answer. Try again.', {
        retryAfterSeconds: 5,
      });
    throw notVouchedFor();
  }
}

function notVouchedFor(): ProblemError {
  return new ProblemError(401, 'company_refused', 'The provider did not vouch for you, or its answer does not fit.');
}
