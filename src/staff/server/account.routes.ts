import { toSVG } from 'bwip-js/node';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { IDLE_MS } from '../../../platform/auth/session.ts';
import { newTotpSeed, totpUri } from '../../../platform/auth/totp.ts';
import { withTransaction } from '../../../platform/db/pool.ts';
import type { Api } from '../../../platform/http/app.ts';
import { IdType, idText } from '../../../platform/http/ids.ts';
import { model } from '../../../platform/http/model.ts';
import { InstantType } from '../../../platform/http/money.ts';
import { malformed, notFound, ProblemError, refused } from '../../../platform/http/problem.ts';
import { route } from '../../../platform/http/route.ts';
import { reject } from '../../kernel/decision.ts';
import { countPasskeys, deletePasskey, listPasskeys, renamePasskey } from './passkeys.store.ts';
import {
  AssertionType,
  CreationType,
  finishPasskeyCreation,
  offerPasskeys,
  OptionsType,
  provePasskey,
  startPasskeyCreation,
} from './passkeys.ts';
import {
  answerEntry,
  fromOwn,
  NewPasswordType,
  openedAnswer,
  personIdOf,
  SignedInType,
  TokenType,
} from './session-shapes.ts';
import {
  done,
  hashChosen,
  makeRecoveryCodes,
  openSession,
  proveCode,
  provePassword,
  recordChange,
  requireConfirmed,
  takeTotp,
  writePassword,
  type SignInDeps,
} from './sign-in-flow.ts';
import { removeTotp, replaceRecoveryCodes } from './sign-in.store.ts';

const closed = { additionalProperties: false };
const OrNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()]);
const CodeType = Type.String({ minLength: 6, maxLength: 40 });
const NameType = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' });
/** A repeat of any of these is harmless in itself, and none is a business act. */
const own = {
  tags: ['account'],
  permission: 'signed_in',
  idempotent: false,
  rateLimit: { max: 60, windowMs: 60_000 },
} as const;

const OwnSessionType = model(
  'OwnSession',
  Type.Object({
    id: IdType('session'),
    current: Type.Boolean({ description: 'The one that asks.' }),
    method: Type.Union(
      [
        Type.Literal('password'),
        Type.Literal('passkey'),
        Type.Literal('company'),
        Type.Literal('invitation'),
        Type.Literal('pin'),
        Type.Literal('badge'),
      ],
      { description: 'How it was opened; by PIN or badge at a register.' },
    ),
    device: Type.String({ description: 'The user agent, as it was sent.' }),
    address: Type.String(),
    firstSeenAt: InstantType,
    lastSeenAt: InstantType,
  }),
);

const PasskeyType = model(
  'Passkey',
  Type.Object({
    id: IdType('passkey'),
    name: Type.String(),
    site: Type.String({ description: 'The name of the site that it works on.' }),
    createdAt: InstantType,
    lastUsedAt: OrNull(InstantType),
  }),
);

const AccountType = model(
  'OwnAccount',
  Type.Object({
    hasPassword: Type.Boolean(),
    hasCodes: Type.Boolean({ description: 'Whether a code of an app is asked for.' }),
    recoveryCodesLeft: Type.Integer(),
    needsSecondFactor: Type.Boolean({ description: 'A role asks for a second factor: the last one stays.' }),
    passkeys: Type.Array(PasskeyType),
    confirmed: Type.Boolean({
      description: 'Whether ways in may be changed now; otherwise POST /account/confirmation first.',
    }),
  }),
);

/** What somebody does with their own account: password, codes, passkeys, sessions. */
export function registerAccountRoutes(app: Api, deps: SignInDeps & { readonly idleMs?: number | undefined }): void {
  registerOverview(app, deps);
  registerSessions(app, deps);
  registerPassword(app, deps);
  registerCodes(app, deps);
  registerPasskeys(app, deps);
}

function registerOverview(app: Api, deps: SignInDeps): void {
  const { pool, schema, store } = deps;

  route(app, {
    ...own,
    method: 'GET',
    url: '/account',
    operationId: 'getAccount',
    summary: 'How I sign in.',
    schema: { response: { 200: AccountType } },
    async handler(request) {
      const personId = personIdOf(request);
      const credential = await store.findCredential({ personId });
      if (credential === undefined) throw notFound('account');
      const passkeys = await withTransaction(pool, { schema, readOnly: true }, (tx) => listPasskeys(tx, personId));
      return {
        hasPassword: credential.passwordHash !== undefined,
        hasCodes: credential.hasTotp,
        recoveryCodesLeft: await store.countRecoveryCodes(personId),
        needsSecondFactor: credential.needsSecondFactor,
        passkeys: passkeys.map(({ id, name, site, createdAt, lastUsedAt }) => ({
          id: idText('passkey', id),
          name,
          site,
          createdAt,
          lastUsedAt,
        })),
        confirmed: await requireConfirmed(deps, request.principal.session).then(
          () => true,
          () => false,
        ),
      };
    },
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/confirmation/options',
    operationId: 'startConfirmation',
    summary: 'What a browser needs to ask for one of my passkeys.',
    schema: { response: { 200: Type.Object({ ticket: Type.String(), options: OptionsType }) } },
    handler: (request) => offerPasskeys(deps, request, 'passkey_sign_in', personIdOf(request)),
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/confirmation',
    operationId: 'confirmIdentity',
    summary: 'Prove once more that it is me, by one of: password, code, passkey.',
    description: 'Gives a new session instead of this one, which may change ways in for a quarter of an hour.',
    schema: {
      body: Type.Object(
        {
          password: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
          code: Type.Optional(CodeType),
          passkey: Type.Optional(Type.Object({ ticket: TokenType, answer: AssertionType }, closed)),
        },
        closed,
      ),
      response: { 201: SignedInType },
    },
    async handler(request, reply) {
      const personId = personIdOf(request);
      const { password, code, passkey } = request.body;
      const isLimited = (await deps.staff.findOwnSession(request.principal.session))?.limited === true;
      if (passkey !== undefined) {
        if ((await provePasskey(deps, request, passkey)) !== personId)
          throw new ProblemError(401, 'wrong_passkey', 'This is somebody else\u2019s passkey.');
      } else if (password !== undefined) await provePassword(deps, personId, password);
      else if (code !== undefined) await proveCode(deps, personId, code);
      else throw malformed([{ path: '/password', message: 'a password, a code or a passkey must be given' }]);
      const method = passkey === undefined ? 'password' : 'passkey';
      return answerEntry(deps, request, reply, await openSession(deps, personId, method, fromOwn(request), isLimited));
    },
  });
}

function registerSessions(app: Api, deps: SignInDeps & { readonly idleMs?: number | undefined }): void {
  const { staff, authenticator, now } = deps;
  const mine = (personId: string) => staff.listSessions(personId, now(), now() - (deps.idleMs ?? IDLE_MS));

  route(app, {
    ...own,
    method: 'GET',
    url: '/account/sessions',
    operationId: 'listOwnSessions',
    summary: 'Where I am signed in, the last used first.',
    schema: { response: { 200: Type.Object({ items: Type.Array(OwnSessionType) }) } },
    async handler(request) {
      const sessions = await mine(personIdOf(request));
      return {
        items: sessions.map(({ id, tokenHash, method, userAgent, address, createdAt, lastSeenAt }) => ({
          id: idText('session', id),
          current: tokenHash === request.principal.session,
          method,
          device: userAgent,
          address,
          firstSeenAt: createdAt,
          lastSeenAt,
        })),
      };
    },
  });

  route(app, {
    ...own,
    method: 'DELETE',
    url: '/account/sessions/:id',
    operationId: 'endOwnSession',
    summary: 'End one of my sessions.',
    schema: { params: Type.Object({ id: IdType('session') }), response: { 204: Type.Null() } },
    async handler(request, reply) {
      const found = (await mine(personIdOf(request))).find(({ id }) => id === request.params.id);
      if (found === undefined) throw notFound('session');
      await authenticator.end({ session: found.tokenHash });
      return reply.code(204).send(null);
    },
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/sessions/end-others',
    operationId: 'endOtherSessions',
    summary: 'End all my sessions but this one.',
    schema: { response: { 204: Type.Null() } },
    async handler(request, reply) {
      await authenticator.endAll(personIdOf(request), request.principal.session);
      return reply.code(204).send(null);
    },
  });
}

function registerPassword(app: Api, deps: SignInDeps): void {
  route(app, {
    ...own,
    method: 'PUT',
    url: '/account/password',
    operationId: 'changePassword',
    summary: 'Change my password; every other session ends.',
    description: 'Who has none yet (came by passkey or company sign-in) leaves out the old one and confirms first.',
    schema: {
      body: Type.Object(
        { current: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })), password: NewPasswordType },
        closed,
      ),
      response: { 201: SignedInType },
    },
    async handler(request, reply) {
      const personId = personIdOf(request);
      const { current, password } = request.body;
      const known = await deps.store.findCredential({ personId });
      if (known === undefined) throw notFound('account');
      if (known.passwordHash === undefined) await requireConfirmed(deps, request.principal.session);
      else await provePassword(deps, personId, current ?? '');
      const isLimited = (await deps.staff.findOwnSession(request.principal.session))?.limited === true;
      await writePassword(
        deps,
        { type: 'PasswordChanged', personId, originId: request.originId },
        await hashChosen(deps, password, known),
      );
      await deps.authenticator.endAll(personId);
      const entry = await openSession(deps, personId, 'password', fromOwn(request), isLimited);
      return answerEntry(deps, request, reply, entry);
    },
  });
}

function registerCodes(app: Api, deps: SignInDeps): void {
  const { store, secrets, now } = deps;

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/codes',
    operationId: 'startCodes',
    summary: 'A seed for an authenticator app. Nothing changes before its first code.',
    schema: {
      response: {
        200: Type.Object({
          seed: Type.String({ description: 'To type where no camera is. Told once.' }),
          uri: Type.String({ description: 'otpauth:// for apps.' }),
          picture: Type.String({ description: 'The address as a QR code: SVG as data: URL.' }),
        }),
      },
    },
    async handler(request) {
      const personId = personIdOf(request);
      await requireConfirmed(deps, request.principal.session);
      const credential = await store.findCredential({ personId });
      if (credential === undefined) throw notFound('account');
      const seed = newTotpSeed();
      if (!(await store.beginTotp(personId, secrets.sealSecret(seed), now())))
        throw refused({ reason: 'codes_are_on_already' });
      const uri = totpUri(seed, { issuer: 'Oneshelf', account: credential.email });
      const svg = toSVG({ bcid: 'qrcode', text: uri, padding: 4, backgroundcolor: 'ffffff' });
      return { seed, uri, picture: `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}` };
    },
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/codes/confirmation',
    operationId: 'turnOnCodes',
    summary: 'Turn codes on with the first one; gives ten recovery codes, once, and a new session.',
    schema: {
      body: Type.Object({ code: CodeType }, closed),
      response: { 201: Type.Object({ recoveryCodes: Type.Array(Type.String()), session: SignedInType }) },
    },
    async handler(request, reply) {
      const personId = personIdOf(request);
      await requireConfirmed(deps, request.principal.session);
      if (!(await takeTotp(deps, personId, request.body.code, false)))
        throw new ProblemError(401, 'wrong_code', 'This code is wrong or too old. Look at the clock of the phone.');
      const { codes, hashes } = makeRecoveryCodes(personId);
      const change = { ...secondFactor(request, true), tell: 'second_factor_on' } as const;
      await recordChange(deps, change, async (tx) => {
        await replaceRecoveryCodes(tx, personId, hashes);
        return done;
      });
      // Whoever had to set this up may now do everything: another right, another session.
      const entry = await openSession(deps, personId, 'password', fromOwn(request), false);
      const session = await openedAnswer(deps, request, reply, entry);
      return reply.code(201).send({ recoveryCodes: codes, session });
    },
  });

  route(app, {
    ...own,
    method: 'DELETE',
    url: '/account/codes',
    operationId: 'turnOffCodes',
    summary: 'Turn codes off; the recovery codes are void.',
    schema: { response: { 204: Type.Null() } },
    async handler(request, reply) {
      const personId = personIdOf(request);
      await requireConfirmed(deps, request.principal.session);
      const credential = await store.findCredential({ personId });
      if (credential?.needsSecondFactor === true && !credential.hasPasskey)
        throw refused({ reason: 'role_needs_second_factor' });
      const change = { ...secondFactor(request, false), tell: 'second_factor_off' } as const;
      await recordChange(deps, change, async (tx) =>
        (await removeTotp(tx, personId)) ? done : reject({ reason: 'codes_are_off_already' }),
      );
      return reply.code(204).send(null);
    },
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/recovery-codes',
    operationId: 'makeRecoveryCodes',
    summary: 'Ten new recovery codes, told once; the old ones are void.',
    schema: { response: { 201: Type.Object({ recoveryCodes: Type.Array(Type.String()) }) } },
    async handler(request, reply) {
      const personId = personIdOf(request);
      await requireConfirmed(deps, request.principal.session);
      if ((await store.findTotp(personId))?.isConfirmed !== true) throw refused({ reason: 'codes_are_off_already' });
      const { codes, hashes } = makeRecoveryCodes(personId);
      const { originId } = request;
      const change = { type: 'RecoveryCodesMade', personId, originId, tell: 'recovery_codes' } as const;
      await recordChange(deps, change, async (tx) => {
        await replaceRecoveryCodes(tx, personId, hashes);
        return done;
      });
      return reply.code(201).send({ recoveryCodes: codes });
    },
  });
}

function secondFactor(request: FastifyRequest, isOn: boolean) {
  const [type, personId] = [isOn ? 'SecondFactorTurnedOn' : 'SecondFactorTurnedOff', personIdOf(request)];
  const body = { before: { secondFactor: !isOn }, after: { secondFactor: isOn } };
  return { type, personId, originId: request.originId, body };
}

function registerPasskeys(app: Api, deps: SignInDeps): void {
  const { store } = deps;
  const byId = Type.Object({ id: IdType('passkey') });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/passkeys/options',
    operationId: 'startPasskey',
    summary: 'What a browser needs to make a passkey.',
    schema: { response: { 200: Type.Object({ ticket: Type.String(), options: OptionsType }) } },
    async handler(request) {
      await requireConfirmed(deps, request.principal.session);
      return startPasskeyCreation(deps, request, personIdOf(request));
    },
  });

  route(app, {
    ...own,
    method: 'POST',
    url: '/account/passkeys',
    operationId: 'addPasskey',
    summary: 'Keep the passkey that the browser made; gives a new session.',
    schema: {
      body: Type.Object({ ticket: TokenType, name: NameType, answer: CreationType }, closed),
      response: { 201: SignedInType },
    },
    async handler(request, reply) {
      const personId = personIdOf(request);
      await requireConfirmed(deps, request.principal.session);
      await finishPasskeyCreation(deps, request, personId, request.body);
      const entry = await openSession(deps, personId, 'passkey', fromOwn(request), false);
      return answerEntry(deps, request, reply, entry);
    },
  });

  route(app, {
    ...own,
    method: 'PATCH',
    url: '/account/passkeys/:id',
    operationId: 'renamePasskey',
    summary: 'Call a passkey something else.',
    schema: { params: byId, body: Type.Object({ name: NameType }, closed), response: { 204: Type.Null() } },
    async handler(request, reply) {
      const [personId, { id }, name] = [personIdOf(request), request.params, request.body.name.trim()];
      const { originId } = request;
      await recordChange(deps, { type: 'PasskeyRenamed', personId, originId, body: { passkeyId: id } }, async (tx) => {
        if (!(await renamePasskey(tx, { id, personId, name }))) throw notFound('passkey');
        return done;
      });
      return reply.code(204).send(null);
    },
  });

  route(app, {
    ...own,
    method: 'DELETE',
    url: '/account/passkeys/:id',
    operationId: 'removePasskey',
    summary: 'Remove a passkey.',
    schema: { params: byId, response: { 204: Type.Null() } },
    async handler(request, reply) {
      const [personId, { id }] = [personIdOf(request), request.params];
      await requireConfirmed(deps, request.principal.session);
      const credential = await store.findCredential({ personId });
      const body = { passkeyId: id, before: { passkeyId: id }, after: null };
      const { originId } = request;
      const change = { type: 'PasskeyRemoved', personId, originId, tell: 'passkey_removed', body } as const;
      await recordChange(deps, change, async (tx) => {
        if (!(await deletePasskey(tx, { id, personId }))) throw notFound('passkey');
        const isLast = (await countPasskeys(tx, personId)) === 0;
        if (isLast && credential?.needsSecondFactor === true && !credential.hasTotp)
          return reject({ reason: 'role_needs_second_factor' });
        if (isLast && credential?.passwordHash === undefined) return reject({ reason: 'last_way_in' });
        return done;
      });
      return reply.code(204).send(null);
    },
  });
}
