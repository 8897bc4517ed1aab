import { resolve } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Type } from 'typebox';
import type { Principal } from '../../platform/auth/principal.ts';
import { createKeyRing, secretIn, isForSandbox } from '../../platform/auth/key-ring.ts';
import { changed } from '../../platform/commit/master-door.ts';
import { migrate } from '../../platform/db/migrate.ts';
import { createPool, quoteIdentifier } from '../../platform/db/pool.ts';
import type { Api } from '../../platform/http/app.ts';
import { masterAnswer } from '../../platform/http/master-answer.ts';
import { problem, PROBLEM_TYPE } from '../../platform/http/problem.ts';
import { route } from '../../platform/http/route.ts';
import { createKeyStore } from '../../src/staff/server/api-keys.store.ts';
import type { Business, openApi, openBusiness, Surroundings } from './compose.ts';
import type { DemoSize } from './demo/demo.ts';
import type { Door } from './programs.ts';

/** A copy of the demo retailer with books of its own, for the keys of programs that are being written. */
export type Sandbox = {
  /** Adds GET /sandbox and POST /sandbox/reset. */
  register(api: Api): void;
  /** From now on requests with a sandbox key go to the copy and never reach this API. */
  divert(api: Api): void;
  close(): Promise<void>;
};

/** Enough to find every kind of thing, little enough to be there in half a minute. */
const SIZE: DemoSize = { days: 10, scale: 0.25, customers: 60 };

const migrations = resolve(import.meta.dirname, '../../db/migrations');

type Opened = { readonly api: Api; close(): Promise<void> };
type State = 'closed' | 'opening' | 'open' | 'failed';

/**
 * Prepares the sandbox of a retailer; it is opened, and made, when the first key asks for it. It lies in a schema of its own beside the retailer's and has
 * its own pipeline, caches and API: the only thing that it takes from the real one is who holds a sandbox key.
 */
export function openSandbox(
  around: Surroundings,
  business: Business,
  open: { readonly business: typeof openBusiness; readonly api: typeof openApi },
): Sandbox {
  const { write: pool, now, logger, url } = around;
  const schema = `${around.schema}_sandbox`;
  const keys = createKeyRing({
    store: createKeyStore({ pool, schema: around.schema, everywhere: true }),
    kinds: ['sandbox'],
    now,
    onError: (error) => logger.warn({ err: error }, 'When sandbox keys were used last could not be written down.'),
  });
  const door: Door = {
    authenticate: (request) => principalOf(request),
    renew: (principal) => keys.renew(principal),
    onEnded: (listener) => keys.onEnded(listener),
  };
  let opened: Opened | undefined;
  let failed = false;
  /** How often it is being opened or made anew. */
  let opening = 0;
  /** Opening, resetting and closing, one after the other. */
  let work: Promise<void> = Promise.resolve();
  let closing = false;
  const state = (): State => (opening > 0 ? 'opening' : opened !== undefined ? 'open' : failed ? 'failed' : 'closed');

  const principalOf = (
    request: Pick<IncomingMessage, 'headers'>,
  ): Principal | undefined | Promise<Principal | undefined> => {
    const secret = secretIn(request);
    return secret === undefined ? undefined : keys.find(secret);
  };

  const make = async (): Promise<Opened> => {
    const admin = createPool({ url: around.adminUrl ?? url, max: 2, applicationName: 'oneshelf sandbox' });
    try {
      await migrate(admin, { schema, directory: migrations });
    } finally {
      await admin.end();
    }
    // What watches the installation, backs it up and speaks https is the real one's.
    const inside: Surroundings = {
      url,
      write: pool,
      read: pool,
      schema,
      now,
      logger,
      https: around.https,
      version: around.version,
      secrets: around.signIn?.secrets,
      ...(around.card === undefined ? {} : { card: around.card }),
      ...(around.trustProxy === undefined ? {} : { trustProxy: around.trustProxy }),
    };
    const copy = await open.business(inside);
    try {
      // Only when it is wanted: the demo's pictures and names are large.
      const { loadDemo } = await import('./demo/demo.ts');
      const demo = await loadDemo({
        pool,
        url,
        schema,
        now,
        size: around.sandboxSize ?? SIZE,
        sealSecret: around.signIn?.secrets.sealSecret,
      });
      if (demo?.loaded === true) await copy.company.reload();
      const inner = await open.api(inside, copy, { door });
      await inner.api.ready();
      return {
        api: inner.api,
        async close() {
          await inner.close();
          await copy.close();
        },
      };
    } catch (error) {
      await copy.close();
      throw error;
    }
  };

  const closeOpened = async (): Promise<void> => {
    const before = opened;
    opened = undefined;
    await before?.close();
  };

  /** Opens it after whatever else is under way, and before that does what has to come first. */
  const begin = (first: () => Promise<void> = async () => undefined): void => {
    if (closing) return;
    opening += 1;
    const before = work;
    const run = async (): Promise<void> => {
      await before;
      try {
        await first();
        opened ??= await make();
        failed = false;
      } catch (error) {
        failed = true;
        logger.error({ err: error }, 'The sandbox could not be opened.');
      } finally {
        opening -= 1;
      }
    };
    work = run();
  };

  const reset = (): void =>
    begin(async () => {
      await closeOpened();
      const admin = createPool({ url: around.adminUrl ?? url, max: 1, applicationName: 'oneshelf sandbox' });
      try {
        await admin.query(`drop schema if exists ${quoteIdentifier(schema)} cascade`);
      } finally {
        await admin.end();
      }
    });

  const stop = business.onEvent('access', ({ type, subjectId, body }) => {
    keys.forget(subjectId ?? undefined);
    // Reset by another process: what this one has open is of a schema that is gone.
    if (type === 'SandboxReset' && body['process'] !== process.pid) work = work.then(closeOpened);
  });

  const serve = (
    request: IncomingMessage,
    response: ServerResponse,
    principal: Principal | undefined,
    real: Handle,
  ): void => {
    // Whoever holds no key is turned away, and counted, where everybody is.
    if (principal === undefined) return real(request, response);
    if (opened !== undefined && opening === 0) return opened.api.routing(request, response);
    if (opening === 0) begin();
    sayLater(response);
  };

  return {
    register: (api) => registerSandboxRoutes(api, { now, business, state, reset }),
    divert(api) {
      const real = api.server.listeners('request') as Handle[];
      api.server.removeAllListeners('request');
      const handle: Handle = (request, response) => {
        for (const each of real) each(request, response);
      };
      api.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        if (!isForSandbox(request)) return handle(request, response);
        const found = principalOf(request);
        if (!(found instanceof Promise)) return serve(request, response, found, handle);
        found.then(
          (principal) => serve(request, response, principal, handle),
          () => handle(request, response),
        );
      });
    },
    async close() {
      closing = true;
      stop();
      work = work.then(closeOpened);
      await work;
      await keys.close();
    },
  };
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function sayLater(response: ServerResponse): void {
  const told = problem(503, 'sandbox_opening', 'The sandbox is being made ready. Come back in a few seconds.');
  response.writeHead(503, { 'content-type': PROBLEM_TYPE, 'retry-after': '3', 'cache-control': 'no-store' });
  response.end(JSON.stringify(told));
}

const StateType = Type.Object({
  state: Type.Union(
    ['closed', 'opening', 'open', 'failed'].map((one) => Type.Literal(one)),
    { description: 'closed: it is opened when the first sandbox key asks for something.' },
  ),
});

function registerSandboxRoutes(
  api: Api,
  deps: Pick<Surroundings, 'now'> & {
    readonly business: Business;
    readonly state: () => State;
    readonly reset: () => void;
  },
): void {
  route(api, {
    method: 'GET',
    url: '/sandbox',
    operationId: 'getSandbox',
    summary: 'Whether the sandbox is open',
    tags: ['keys'],
    permission: 'key:read',
    scope: 'none',
    schema: { response: { 200: StateType } },
    handler: () => ({ state: deps.state() }),
  });

  route(api, {
    method: 'POST',
    url: '/sandbox/reset',
    operationId: 'resetSandbox',
    summary: 'Make the sandbox anew, as it was in the beginning',
    description:
      'Everything that was done in it is gone. It takes half a minute; sandbox keys are answered 503 meanwhile.',
    tags: ['keys'],
    permission: 'key:manage',
    scope: 'none',
    preview: true,
    schema: { body: Type.Object({}, { additionalProperties: false }), response: { 202: StateType } },
    async handler(request, reply) {
      const submission = {
        type: 'reset_sandbox',
        principalId: request.principal.id,
        key: request.idempotencyKey,
        body: {},
        at: deps.now(),
        topic: 'access',
        preview: request.preview,
        ...(request.originId === undefined ? {} : { originId: request.originId }),
      };
      const outcome = await deps.business.master(submission, async () =>
        changed([{ type: 'SandboxReset', version: 1, body: { process: process.pid } }], {}),
      );
      masterAnswer(outcome);
      if (!request.preview && outcome.kind === 'accepted' && !outcome.repeated) deps.reset();
      return reply.code(202).send({ state: deps.state() });
    },
  });
}
