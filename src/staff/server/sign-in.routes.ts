import { Type } from 'typebox';
import { clearSessionCookie } from '../../../platform/auth/cookie.ts';
import type { Api } from '../../../platform/http/app.ts';
import { route } from '../../../platform/http/route.ts';
import { CompanyAnswerType, type CompanyDoor, enterByCompany, startCompanySignIn } from './company-sign-in.ts';
import { AssertionType, enterByPasskey, offerPasskeys, OptionsType } from './passkeys.ts';
import {
  answerEntry,
  fromOf,
  NewPasswordType,
  SecondFactorNeededType,
  sessionOf,
  SessionType,
  SignedInType,
  TokenType,
} from './session-shapes.ts';
import { askForReset, enterByCode, enterByPassword, resetPassword, type SignInDeps } from './sign-in-flow.ts';

/** Signing in needs, besides what everything around it needs, the company's provider if there is one. */
export type SignInRouteDeps = SignInDeps & { readonly company: CompanyDoor | undefined };

const CredentialsType = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 1000 }) },
  { additionalProperties: false },
);
const CodeType = Type.String({ minLength: 6, maxLength: 40 });
const entered = { 201: SignedInType, 202: SecondFactorNeededType };
const tags = ['session'];
/** What every way in has in common: nobody is signed in yet, and a repeat is harmless. */
const door = {
  method: 'POST',
  tags,
  permission: 'public',
  idempotent: false,
  rateLimit: { max: 30, windowMs: 60_000 },
} as const;

/** Adds signing in and out. */
export function registerSignInRoutes(app: Api, deps: SignInRouteDeps): void {
  registerSession(app, deps);
  registerFactors(app, deps);
  registerCompany(app, deps);
  registerPasswordResets(app, deps);
}

function registerSession(app: Api, deps: SignInRouteDeps): void {
  route(app, {
    ...door,
    url: '/session',
    operationId: 'signIn',
    summary: 'Sign in.',
    description: '202 asks for a second factor: POST /session/second-factor with the ticket.',
    schema: { body: CredentialsType, response: entered },
    handler: async (request, reply) =>
      answerEntry(deps, request, reply, await enterByPassword(deps, request.body, fromOf(request))),
  });

  route(app, {
    method: 'GET',
    url: '/session',
    operationId: 'getSession',
    summary: 'Who I am and what I may do.',
    tags,
    permission: 'signed_in',
    schema: { response: { 200: SessionType } },
    handler: async ({ principal }) => {
      const own = await deps.staff.findOwnSession(principal.session);
      return sessionOf(await deps.staff.getPerson(principal.id), own?.limited === true);
    },
  });

  route(app, {
    method: 'DELETE',
    url: '/session',
    operationId: 'signOut',
    summary: 'Sign out.',
    tags,
    permission: 'signed_in',
    idempotent: false,
    schema: { response: { 204: Type.Null() } },
    handler: async (request, reply) => {
      await deps.authenticator.end(request.principal);
      clearSessionCookie(request, reply);
      return reply.code(204).send(null);
    },
  });

  route(app, {
    method: 'GET',
    url: '/session/ways',
    operationId: 'getWaysIn',
    summary: 'How one can sign in here.',
    tags,
    permission: 'public',
    schema: {
      response: {
        200: Type.Object({
          company: Type.Union([
            Type.Object({ name: Type.Union([Type.String(), Type.Null()]) }),
            Type.Null({ description: 'There is no provider.' }),
          ]),
        }),
      },
    },
    handler: () => ({ company: deps.company === undefined ? null : { name: deps.company.name ?? null } }),
  });
}

function registerFactors(app: Api, deps: SignInRouteDeps): void {
  route(app, {
    ...door,
    url: '/session/second-factor',
    operationId: 'signInWithCode',
    summary: 'Finish a sign-in with a code of an app, or a recovery code.',
    schema: {
      body: Type.Object({ ticket: TokenType, code: CodeType }, { additionalProperties: false }),
      response: { 201: SignedInType },
    },
    handler: async (request, reply) =>
      answerEntry(deps, request, reply, await enterByCode(deps, request.body, fromOf(request))),
  });

  route(app, {
    ...door,
    url: '/session/passkey/options',
    operationId: 'startPasskeySignIn',
    summary: 'What a browser needs to ask for a passkey.',
    schema: { response: { 200: Type.Object({ ticket: Type.String(), options: OptionsType }) } },
    handler: (request) => offerPasskeys(deps, request, 'passkey_sign_in'),
  });

  route(app, {
    ...door,
    url: '/session/passkey',
    operationId: 'signInWithPasskey',
    summary: 'Sign in with a passkey.',
    schema: {
      body: Type.Object({ ticket: TokenType, answer: AssertionType }, { additionalProperties: false }),
      response: { 201: SignedInType },
    },
    handler: async (request, reply) =>
      answerEntry(deps, request, reply, await enterByPasskey(deps, request, request.body, fromOf(request))),
  });
}

function registerCompany(app: Api, deps: SignInRouteDeps): void {
  route(app, {
    ...door,
    url: '/session/company/start',
    operationId: 'startCompanySignIn',
    summary: "Where a browser goes to sign in with the company's OpenID Connect provider.",
    schema: { response: { 200: Type.Object({ url: Type.String() }) } },
    handler: (request, reply) => startCompanySignIn(deps, request, reply),
  });

  route(app, {
    ...door,
    url: '/session/company',
    operationId: 'signInWithCompany',
    summary: 'Sign in with what the provider answered.',
    description: 'Only the browser that began can finish: a cookie says which one it is. Nobody gains rights by this.',
    schema: { body: CompanyAnswerType, response: entered },
    handler: async (request, reply) =>
      answerEntry(deps, request, reply, await enterByCompany(deps, request, reply, request.body, fromOf(request))),
  });
}

function registerPasswordResets(app: Api, deps: SignInRouteDeps): void {
  route(app, {
    ...door,
    url: '/password-resets',
    operationId: 'askForPasswordReset',
    summary: 'Get a link for a new password by e-mail.',
    description: 'The answer is the same whether anybody has this address.',
    schema: {
      body: Type.Object({ email: Type.String({ minLength: 3, maxLength: 254 }) }, { additionalProperties: false }),
      response: { 202: Type.Null() },
    },
    handler: async (request, reply) => {
      await askForReset(deps, request.body.email, request.ip);
      // Nothing at all: a null would be an answer.
      return reply.code(202).send();
    },
  });

  route(app, {
    ...door,
    url: '/password-resets/complete',
    operationId: 'resetPassword',
    summary: 'Choose a new password with the link; all sessions end.',
    schema: {
      body: Type.Object({ token: TokenType, password: NewPasswordType }, { additionalProperties: false }),
      response: { 204: Type.Null() },
    },
    handler: async (request, reply) => {
      await resetPassword(deps, { ...request.body, originId: request.originId });
      return reply.code(204).send(null);
    },
  });
}
