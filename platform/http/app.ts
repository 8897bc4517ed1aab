import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { randomBytes } from 'node:crypto';
import { constants as zlib } from 'node:zlib';
import { Type } from 'typebox';
import type { Principal } from '../auth/principal.ts';
import { checkAnswer } from './answers.ts';
import { addDocs, type Examples } from './docs/docs.routes.ts';
import { sendError, sendProblem } from './errors.ts';
import { idKeyword } from './ids.ts';
import { findUnkeepable, mayHoldUnkeepable } from './keepable.ts';
import { createLimiter, type Limiter, type Limits } from './limits.ts';
import { MODEL_KEYWORD } from './model.ts';
import { describeOperation, hoistModels } from './openapi.ts';
import type { Oversight, Perform } from './oversight.ts';
import { malformed, problem, ProblemError, PROBLEM_TYPE } from './problem.ts';
import { API_PREFIX, route, UNKEEPABLE } from './route.ts';
import type { RouteRow } from './route.ts';
import type { Witness } from './witness.ts';

/** Who sent a request, at once when the session is known. Undefined when it carries none or a spent one. */
export type Authenticate = (request: FastifyRequest) => Principal | undefined | Promise<Principal | undefined>;

/** The server that routes are added to with `route`. */
export type Api = FastifyInstance & {
  readonly authenticate: Authenticate;
  /** Every route added with `route`, in order. */
  readonly routeTable: RouteRow[];
  /** Says who sends too much; undefined when nobody is held back. */
  readonly limiter: Limiter | undefined;
  /** Remembers where requests came from. */
  readonly witness: Witness | undefined;
  /** Who watches over delicate acts; nobody until somebody is set. */
  oversight: Oversight | undefined;
  /** By operation: how to do what was asked for before and approved now. */
  readonly performers: Map<string, Perform>;
  /** Whether browsers are told to come by https only. */
  readonly insistsOnHttps: () => boolean;
  /** Whether it is closing. Set by `closeApi`, read by `/ready`. */
  draining: boolean;
};

/** What an API needs to stand. */
export type ApiOptions = {
  readonly logger: FastifyBaseLogger;
  readonly authenticate: Authenticate;
  /** Resolves when the database answers and its migrations are done, rejects with the reason otherwise. */
  readonly ready: () => Promise<void>;
  /** Shown in OpenAPI and `/health`. */
  readonly version?: string;
  /** Which proxies to believe about addresses and https: their addresses, or how many hops. None unless told. */
  readonly trustProxy?: NonNullable<FastifyServerOptions['trustProxy']>;
  /** Whether the outside speaks https with a certificate that every browser trusts, so that browsers are told to insist on it. Asked for each page. */
  readonly https?: boolean | (() => boolean);
  /** Certificate and key as PEM, to speak https itself. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** How much is taken from whom. Without it nobody is held back. */
  readonly limits?: Limits;
  /** Remembers where changes come from and who was turned away. Without it nobody does. */
  readonly witness?: Witness;
  /** Requests that fit the routes, for those who read the documentation; asked for when somebody does. */
  readonly examples?: (rows: readonly RouteRow[]) => Examples;
  /** Compares every answer with its schema, for tests: an undeclared field or a bare UUID becomes a 500. */
  readonly checkAnswers?: boolean;
};

/** Bytes of a body, unless a route allows more. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** Bytes of a body of facts: a till that was without a network for a day. */
export const FACTS_LIMIT_BYTES = 5 * 1024 * 1024;

/** Makes the API. Add routes, then `listen`; end it with {@link closeApi}. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const app = Fastify(serverOptions(options)) as unknown as Api;
  app.decorate('authenticate', options.authenticate);
  app.decorate('routeTable', []);
  app.decorate('limiter', options.limits === undefined ? undefined : createLimiter(options.limits));
  app.decorate('witness', options.witness);
  const { https = false } = options;
  app.decorate('insistsOnHttps', typeof https === 'function' ? https : () => https);
  app.decorate('draining', false);
  app.decorate('oversight', undefined);
  app.decorate('performers', new Map());
  // In the constructor of each request, so that all requests have one shape.
  app.decorateRequest('principal', null as unknown as Principal);
  app.decorateRequest('originId', undefined);
  app.decorateRequest('idempotencyKey', '');
  app.decorateRequest('preview', false);
  app.decorateRequest('scopeChecked', false);
  app.decorateRequest('secondPerson', undefined);
  parseJsonOnly(app);
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof ProblemError && (error.status === 401 || error.status === 403 || error.status === 429))
      app.witness?.denied(request, error);
    return sendError(app.log, error, request, reply);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, 'unknown_route', `There is no ${request.method} ${request.url.split('?', 1)[0] ?? ''}.`),
  );
  await registerPlugins(app, options);
  if (options.logger.level === 'debug' || options.logger.level === 'trace') app.addHook('onResponse', logRequest(app));
  if (options.checkAnswers === true) {
    app.addHook('preSerialization', (request, reply, payload, done) => {
      const faults = checkAnswer(request.routeOptions.schema?.response, reply.statusCode, payload);
      if (faults.length === 0) done(null, payload);
      else done(new Error(`The answer does not fit its schema: ${faults.join('; ')}`));
    });
  }
  addOwnRoutes(app, options);
  addDocs(app, options.examples ?? (() => ({ byOperation: {}, finders: {} })));
  return app;
}

/**
 * Stops: no new connections, running requests finish, streams are ended by whoever holds them (hook `preClose`). What is still open after
 * `limitMs` is cut.
 */
export async function closeApi(app: Api, limitMs = 10_000): Promise<void> {
  app.draining = true;
  const limit = setTimeout(() => app.server.closeAllConnections(), limitMs);
  try {
    await app.close();
  } finally {
    clearTimeout(limit);
  }
}

function serverOptions(options: ApiOptions): FastifyServerOptions {
  const prefix = randomBytes(5).toString('base64url');
  let count = 0;
  return {
    loggerInstance: options.logger,
    // A child logger per request costs more than a small request; what we log carries the request's id anyway.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      if (typeof given === 'string' && /^[\w.-]{8,64}$/.test(given)) return given;
      count += 1;
      return `${prefix}${count.toString(36)}`;
    },
    ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
    // Fastify's types give https a server type of its own; what we use of it is the same.
    ...(options.tls === undefined ? {} : ({ https: { ...options.tls, minVersion: 'TLSv1.2' } } as object)),
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: true,
        allErrors: false,
        strictTypes: false,
        strictTuples: false,
      },
      plugins: [
        (ajv: { addKeyword(definition: unknown): unknown }) => {
          ajv.addKeyword(idKeyword);
          ajv.addKeyword(MODEL_KEYWORD);
          return ajv;
        },
      ],
    } as unknown as NonNullable<FastifyServerOptions['ajv']>,
    frameworkErrors: (error, request, reply) => {
      void sendError(options.logger, error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
      const status = tooLarge ? 431 : 400;
      const reason = tooLarge ? 'headers_too_large' : 'malformed_http';
      const body = JSON.stringify(problem(status, reason, 'This is not a request that we can read.'));
      socket.end(
        `HTTP/1.1 ${status} Bad Request\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
      );
    },
  };
}

/** How deep JSON may be nested. Nobody means more, and code that walks such a value would run out of stack. */
const MAX_DEPTH = 100;

function parseJsonOnly(app: Api): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') return done(null, undefined);
    // Nothing shorter can be nested deep enough to hurt.
    if (body.length > 2_000 && isDeeperThan(MAX_DEPTH, body)) {
      return done(
        Object.assign(new Error(`nested deeper than ${MAX_DEPTH}`), { statusCode: 400, code: 'too_deeply_nested' }),
      );
    }
    return parse(request, body, ((error: Error | null, value?: unknown) => {
      const odd =
        error === null && mayHoldUnkeepable(body) && !takesAnyText(request) ? findUnkeepable(value) : undefined;
      done(odd === undefined ? error : malformed([{ path: odd, message: UNKEEPABLE }]), value);
    }) as never);
  });
}

function takesAnyText(request: FastifyRequest): boolean {
  return request.routeOptions.config.anyText === true;
}

function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const letter = json.charCodeAt(at);
    if (letter === 34) {
      for (at += 1; at < json.length && json.charCodeAt(at) !== 34; at += 1) if (json.charCodeAt(at) === 92) at += 1;
    } else if (letter === 91 || letter === 123) {
      depth += 1;
      if (depth > limit) return true;
    } else if (letter === 93 || letter === 125) depth -= 1;
  }
  return false;
}

async function registerPlugins(app: Api, options: ApiOptions): Promise<void> {
  // Pages get the browser's protections; JSON answers need none of these headers.
  const [ordinary, insisting] = [await protections(false), await protections(true)];
  app.addHook('onRoute', (definition) => {
    if (definition.url.startsWith(API_PREFIX)) return;
    const protect = (_request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
      reply.headers(app.insistsOnHttps() ? insisting : ordinary);
      done();
    };
    definition.onRequest = [protect, ...[definition.onRequest ?? []].flat()];
  });
  // In a room of its own: platform/auth asks it to read and write cookies where there are some, its hooks would run on every request.
  await app.register(async (room) => {
    await room.register(cookie, { hook: false });
  });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, context) =>
      Object.assign(new Error('Too many tries from this address.'), {
        statusCode: 429,
        retryAfterSeconds: Math.ceil(context.ttl / 1000),
      }),
  });
  await app.register(compress, {
    global: false,
    threshold: 2048,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } },
    zlibOptions: { level: 5 },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Oneshelf',
        version: options.version ?? '0',
        description:
          'Every unsafe request carries an Idempotency-Key; sending it again gives the first answer and does nothing. ' +
          'Errors are application/problem+json. Lists go on with `after` = `next` of the page before.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'oneshelf_session' },
        },
      },
    },
    transform: describeOperation as never,
    transformObject: (document) => hoistModels('openapiObject' in document ? document.openapiObject : {}) as never,
  });
}

/**
 * The headers that protect a page in a browser, as the helmet plugin writes them. They are the same for every page, so the plugin is asked once, at
 * start. Its hooks run on every request: without them, without those of compression on changes and without hashing a known token again a
 * small request went from 137 to 94 µs of CPU (a bare one: 84).
 */
async function protections(https: boolean): Promise<Record<string, string>> {
  const model = Fastify();
  await model.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // The component library sets its colours and sizes in style elements.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'worker-src': ["'self'", 'blob:'],
        'manifest-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    hsts: https ? { maxAge: 31_536_000 } : false,
  });
  model.get('/', (_request, reply) => reply.code(204).send());
  const { headers } = await model.inject('/');
  await model.close();
  const { date: _date, connection: _connection, ...kept } = headers;
  return Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
}

function addOwnRoutes(app: Api, options: ApiOptions): void {
  const alive = Type.Object({ status: Type.Literal('ok'), version: Type.String() });
  for (const [prefix, hidden] of [
    ['', true],
    [API_PREFIX, false],
  ] as const) {
    const suffix = hidden ? 'AtRoot' : '';
    plainGet(
      app,
      `${prefix}/health`,
      `getHealth${suffix}`,
      hidden,
      'Whether the program is alive.',
      alive,
      async () => ({
        status: 'ok',
        version: options.version ?? '0',
      }),
    );
    plainGet(
      app,
      `${prefix}/ready`,
      `getReady${suffix}`,
      hidden,
      'Whether requests can be served.',
      alive,
      async (reply) => {
        if (app.draining) return sendProblem(reply, 503, 'draining', 'Closing down.');
        try {
          await options.ready();
        } catch (error) {
          app.log.warn({ err: error }, 'not ready');
          return sendProblem(reply, 503, 'not_ready', 'The database does not answer or is not migrated yet.');
        }
        return { status: 'ok', version: options.version ?? '0' };
      },
    );
  }
}

function plainGet(
  app: Api,
  url: string,
  operationId: string,
  hidden: boolean,
  summary: string,
  answer: ReturnType<typeof Type.Object>,
  handler: (reply: FastifyReply) => Promise<unknown>,
): void {
  if (!hidden) {
    route(app, {
      method: 'GET',
      url,
      operationId,
      summary,
      tags: ['platform'],
      permission: 'public',
      schema: { response: { 200: answer } },
      handler: (_request, reply) => handler(reply),
    });
    return;
  }
  app.get(url, { schema: { hide: true } as never }, (_request, reply) => handler(reply));
}

function logRequest(app: Api) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    app.log.debug(
      {
        requestId: request.id,
        method: request.method,
        // The pattern, not the address: a search may hold somebody's name.
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        principal: request.principal === null ? undefined : request.principal.id,
      },
      'request',
    );
    done();
  };
}
