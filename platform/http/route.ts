import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { Type } from 'typebox';
import type { Static, TObject, TSchema } from 'typebox';
import type { Principal, Target } from '../auth/principal.ts';
import { nobody } from '../auth/principal.ts';
import { isSameOrigin, sentByCookie } from '../auth/cookie.ts';
import type { Api } from './app.ts';
import { findUnkeepable } from './keepable.ts';
import type { Perform, SecondPerson } from './oversight.ts';
import { ANSWER_HEADERS, forbidden, malformed, notFound, problem, ProblemError, PROBLEM_TYPE } from './problem.ts';

/** A permission, e.g. `stock:adjust`. */
export type Permission = `${string}:${string}`;

/**
 * What the permission is checked against.
 * `none`: the thing belongs to no place (a product, a price). Who holds the permission anywhere may read it; to change it the grant must hold
 * everywhere. `any`: whoever holds the permission anywhere passes, and the handler filters by `principal.scopes(…)`.
 * `entity`, `location`: the handler calls {@link allow} with what it is about, before it tells or changes anything.
 */
export type RouteScope = 'none' | 'any' | 'entity' | 'location';

/** The schemas of a route. `response` maps statuses to schemas; what is not declared there does not leave the house. */
export type RouteSchema = {
  readonly params?: TObject;
  readonly querystring?: TObject;
  readonly body?: TSchema;
  readonly response: Readonly<Record<number, TSchema>>;
};

/** Days `YYYY-MM-DD`: since when nobody should begin to use it, and from when on it may be gone, at least a year later. `instead` is the address of what comes after it. */
export type Deprecated = { readonly since: string; readonly sunset: string; readonly instead?: string };

type StaticOr<S, Fallback> = S extends TSchema ? Static<S> : Fallback;

/** The request as the handler reads it: parsed, ids as plain UUIDs. */
export type RouteRequest<S extends RouteSchema = RouteSchema> = Omit<FastifyRequest, 'params' | 'query' | 'body'> & {
  readonly params: StaticOr<S['params'], Record<string, never>>;
  readonly query: StaticOr<S['querystring'], Record<string, never>>;
  readonly body: StaticOr<S['body'], undefined>;
};

/** One route. `url` is below /api/v1 unless it begins with `/api/`. */
export type RouteOptions<S extends RouteSchema> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** `signed_in`: people, whatever they may do. `with_key`: programs and devices, whatever they may do. */
  readonly permission: Permission | 'public' | 'signed_in' | 'with_key';
  /** Required with a permission; means nothing without one. */
  readonly scope?: RouteScope;
  readonly schema: S;
  /** False only for routes that need no Idempotency-Key because a repeat is harmless in itself (sign-in). */
  readonly idempotent?: boolean;
  /** True where no event of its own tells that it was done; then a note in the audit does. */
  readonly noted?: boolean;
  /** Whether `?preview=true` is understood. The handler looks at `request.preview`. */
  readonly preview?: boolean;
  readonly bodyLimitBytes?: number;
  /** True where text in a body that no database can keep comes to the handler, which must deal with it; everywhere else it is a 400. */
  readonly anyText?: boolean;
  /** At most `max` requests of one address in `windowMs`. */
  readonly rateLimit?: { readonly max: number; readonly windowMs: number };
  /** On its way out; answers say so in their headers. */
  readonly deprecated?: Deprecated;
  /** Not in OpenAPI. */
  readonly hidden?: boolean;
  readonly handler: (request: RouteRequest<S>, reply: FastifyReply) => unknown;
};

/** A row of `app.routeTable`, by which a test walks all routes. `url` is complete. */
export type RouteRow = {
  readonly method: RouteOptions<RouteSchema>['method'];
  readonly url: string;
  readonly operationId: string;
  readonly permission: RouteOptions<RouteSchema>['permission'];
  readonly scope: RouteScope;
  readonly idempotent: boolean;
  readonly preview: boolean;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; `nobody` on public routes without a session. */
    principal: Principal;
    /** Where an unsafe request comes from, for its events. Undefined where nobody remembers. */
    originId: string | undefined;
    /** The Idempotency-Key of an unsafe request; `preview` when a preview came without one. */
    idempotencyKey: string;
    /** Whether the answer is asked for without doing anything. */
    preview: boolean;
    /** Set by `allow`. */
    scopeChecked: boolean;
    /** Who approved it, when it needed a second person. */
    secondPerson: SecondPerson | undefined;
  }
  interface FastifyContextConfig {
    row?: RouteRow;
    description?: string | undefined;
    anyText?: boolean;
  }
}

/** Where the API begins. */
export const API_PREFIX = '/api/v1';

/** What is said of text that cannot be kept. */
export const UNKEEPABLE = 'holds NUL or half a character, which no database can keep';

const KEY = /^[\x20-\x7e]{1,200}$/;
const PERMISSION = /^[a-z_]+:[a-z_]+$/;

/**
 * Adds a route. Throws, at start, when it names no permission, a permission without scope, or an operationId or address for the second time.
 */
export function route<const S extends RouteSchema>(app: Api, options: RouteOptions<S>): void {
  const row = rowOf(app, options);
  const unsafe = row.method !== 'GET';
  const schema = {
    operationId: options.operationId,
    summary: options.summary,
    tags: options.tags,
    hide: options.hidden === true,
    response: options.schema.response,
    ...(options.deprecated === undefined ? {} : { deprecated: true }),
    querystring: queryOf(options),
    ...(options.schema.params === undefined ? {} : { params: options.schema.params }),
    ...(options.schema.body === undefined ? {} : { body: options.schema.body }),
  };
  const conversions = conversionsOf(schema.querystring, options.schema.params);
  const more: RouteShorthandOptions = {
    config: {
      row,
      description: options.description,
      anyText: options.anyText === true,
      ...(options.rateLimit === undefined
        ? {}
        : { rateLimit: { max: options.rateLimit.max, timeWindow: options.rateLimit.windowMs } }),
    },
    // Changes answer with little; compressing them would cost more than it saves.
    compress: unsafe ? false : {},
  };
  const handler = options.handler as Handler;
  if (unsafe) app.performers.set(row.operationId, performer(app, handler));
  app.route({
    ...more,
    method: row.method,
    url: row.url,
    schema,
    ...(options.bodyLimitBytes === undefined ? {} : { bodyLimit: options.bodyLimitBytes }),
    onRequest: gate(app, row, options.deprecated),
    ...(conversions.length === 0 ? {} : { preValidation: convert(conversions) }),
    ...(row.scope === 'entity' || row.scope === 'location' ? { onSend: insistOnScope(app, row) } : {}),
    handler: handlerOf(app, options, handler),
  });
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

function handlerOf(
  app: Api,
  { preview, noted }: Pick<RouteOptions<RouteSchema>, 'preview' | 'noted'>,
  handler: Handler,
): Handler {
  if (noted === true)
    return async (request, reply) => {
      const answer = await handler(request, reply);
      app.witness?.done(request);
      return answer;
    };
  return preview === true ? (request, reply) => handler(readPreview(request), reply) : handler;
}

/** Calls a handler for a request that was sent before. What it replies with is caught. */
function performer(app: Api, handler: Handler): Perform {
  return async (approved) => {
    const answer = { status: 200, body: undefined as unknown };
    const reply = {
      code(status: number) {
        answer.status = status;
        return reply;
      },
      header: () => reply,
      send(body: unknown) {
        answer.body = body;
        return reply;
      },
    };
    const request = { ...approved, preview: false, scopeChecked: false, server: app, headers: {}, ip: '' };
    const told = await handler(request as unknown as FastifyRequest, reply as unknown as FastifyReply);
    return told === reply ? answer : { ...answer, body: told };
  };
}

/**
 * The check of a body-dependent scope: 403 unless the principal's grants cover the target. `entity` and `location` routes must
 * call it; give both ids when both are known, because a grant for an entity covers its locations only if the entity is named. 404 when the address
 * names a thing at a place that one has nothing to do with: that it is there is not told.
 */
export function allow(
  request: { readonly principal: Principal; scopeChecked: boolean; readonly params?: unknown },
  permission: Permission,
  target: Target,
): void {
  request.scopeChecked = true;
  const { principal, params } = request;
  if (principal.can(permission, target)) return;
  const namesThing = Object.keys(params ?? {}).length > 0;
  const sees = principal.can(`${permission.slice(0, permission.indexOf(':'))}:read`, target);
  throw namesThing && !sees && principal.holds(permission) ? notFound('thing here') : forbidden(permission);
}

function rowOf<S extends RouteSchema>(app: Api, options: RouteOptions<S>): RouteRow {
  const url = options.url.startsWith('/api/') ? options.url : `${API_PREFIX}${options.url}`;
  const name = `${options.method} ${url}`;
  const { permission, scope } = options;
  const open = permission === 'public' || permission === 'signed_in' || permission === 'with_key';
  if (!open && !PERMISSION.test(permission ?? '')) throw new Error(`${name} names no permission.`);
  if (!open && scope === undefined) throw new Error(`${name} does not say what ${permission} is checked against.`);
  if (app.routeTable.some((row) => row.operationId === options.operationId))
    throw new Error(`${name}: ${options.operationId} is taken.`);
  const unsafe = options.method !== 'GET';
  if (!unsafe && options.preview === true) throw new Error(`${name} changes nothing, so there is nothing to preview.`);
  const row: RouteRow = {
    method: options.method,
    url,
    operationId: options.operationId,
    permission,
    scope: scope ?? 'none',
    idempotent: unsafe && options.idempotent !== false,
    preview: options.preview === true,
  };
  app.routeTable.push(row);
  return row;
}

/** Queries are closed: on a route that cannot preview, `?preview=true` must fail instead of doing the real thing. */
function queryOf<S extends RouteSchema>(options: RouteOptions<S>): TObject {
  const given = options.schema.querystring;
  const properties = {
    ...given?.properties,
    ...(options.preview === true
      ? { preview: Type.Optional(Type.Boolean({ description: 'Answer without doing it.' })) }
      : {}),
  };
  return Type.Object(properties, { additionalProperties: false });
}

function readPreview(request: FastifyRequest): FastifyRequest {
  request.preview = (request.query as { preview?: boolean }).preview === true;
  return request;
}

type Done = (error?: Error) => void;

/** Everything that is asked before the body is read, in one hook: session, origin, permission, key. */
function gate(
  app: Api,
  row: RouteRow,
  deprecated: Deprecated | undefined,
): (request: FastifyRequest, reply: FastifyReply, done: Done) => void {
  const unsafe = row.method !== 'GET';
  const headers = { ...ANSWER_HEADERS, ...(deprecated === undefined ? {} : partingHeaders(deprecated)) };
  const insisting = { ...headers, 'strict-transport-security': STRICT_TRANSPORT };
  const { permission } = row;

  const refusal = (request: FastifyRequest): ProblemError | undefined => {
    const { principal } = request;
    if (permission !== 'public') {
      if (principal === nobody) return new ProblemError(401, 'not_signed_in', 'Sign in first.');
      if (permission === 'signed_in' || permission === 'with_key') {
        const wanted = permission === 'signed_in' ? 'person' : 'key';
        if (principal.kind !== wanted)
          return new ProblemError(403, `for_${wanted}_only`, `This is not for a ${principal.kind}.`);
      } else {
        const allowed = row.scope === 'none' && unsafe ? principal.can(permission, {}) : principal.holds(permission);
        if (!allowed) return forbidden(permission);
      }
    }
    if (unsafe && (sentByCookie(request) || permission === 'public') && !isSameOrigin(request)) {
      return new ProblemError(
        403,
        'cross_site_request',
        'This came from another site. Scripts send the token as Authorization: Bearer.',
      );
    }
    // A NUL comes into an address as this only; half a surrogate pair cannot be written there.
    if (request.url.includes('%00')) {
      const path = findUnkeepable(request.query) ?? findUnkeepable(request.params);
      if (path !== undefined) return malformed([{ path, message: UNKEEPABLE }]);
    }
    return row.idempotent ? keyProblem(request, row) : undefined;
  };

  const pass = (request: FastifyRequest, reply: FastifyReply, done: Done, principal: Principal | undefined): void => {
    request.principal = principal ?? nobody;
    const no = app.limiter?.(request, reply) ?? refusal(request);
    if (no !== undefined) return done(no);
    const origin = unsafe ? app.witness?.origin(request) : undefined;
    const admit = (id: typeof request.originId): void => {
      request.originId = id;
      done();
    };
    if (origin instanceof Promise) origin.then(admit, done);
    else admit(origin);
  };

  return (request, reply, done) => {
    reply.headers(app.insistsOnHttps() ? insisting : headers);
    // On a public route a broken session is no obstacle, so that one can sign in again.
    const found = app.authenticate(request);
    if (found instanceof Promise) found.then((principal) => pass(request, reply, done, principal), done);
    else pass(request, reply, done, found);
  };
}

/** A year, as browsers ask for it. */
const STRICT_TRANSPORT = 'max-age=31536000; includeSubDomains';

const A_YEAR_MS = 365 * 86_400_000;

/** RFC 9745 and RFC 8594. Throws, at start, when the time between is shorter than was promised. */
function partingHeaders({ since, sunset, instead }: Deprecated): Record<string, string> {
  const [from, until] = [Date.parse(since), Date.parse(sunset)];
  if (!(until - from >= A_YEAR_MS)) throw new Error(`From ${since} to ${sunset} is less than a year.`);
  return {
    deprecation: `@${from / 1000}`,
    sunset: new Date(until).toUTCString(),
    ...(instead === undefined ? {} : { link: `<${instead}>; rel="successor-version"` }),
  };
}

function keyProblem(request: FastifyRequest, row: RouteRow): ProblemError | undefined {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && KEY.test(key)) {
    request.idempotencyKey = key;
    return undefined;
  }
  if (key === undefined && row.preview && (request.query as { preview?: string }).preview === 'true') {
    request.idempotencyKey = 'preview';
    return undefined;
  }
  return new ProblemError(
    400,
    'idempotency_key_missing',
    'Send an Idempotency-Key of 1 to 200 printable ASCII characters, a new one for each thing you do.',
  );
}

/** A scoped route whose handler forgot `allow` has leaked or changed something that nobody checked. Loud, also in production. */
function insistOnScope(app: Api, row: RouteRow) {
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: Error | null, payload?: unknown) => void,
  ): void => {
    const status = reply.statusCode;
    if (request.scopeChecked || (status >= 400 && status !== 409 && status !== 422)) return done(null, payload);
    app.log.error({ requestId: request.id, operation: row.operationId }, 'the handler did not check the scope');
    reply.code(500).header('content-type', PROBLEM_TYPE).removeHeader('content-length');
    done(
      null,
      JSON.stringify(problem(500, 'scope_not_checked', 'The answer was held back.', { requestId: request.id })),
    );
  };
}

type Conversion = {
  part: 'query' | 'params';
  name: string;
  to: 'integer' | 'number' | 'boolean' | 'array';
  items?: 'integer' | 'number' | 'boolean';
};

/**
 * Bodies are JSON and are never coerced ("3" is not 3). Addresses are text, so numbers, booleans and lists in them are read here,
 * strictly; what cannot be read stays text and fails validation.
 */
function conversionsOf(querystring: TObject | undefined, params: TObject | undefined): Conversion[] {
  return [...conversionsIn('query', querystring), ...conversionsIn('params', params)];
}

function conversionsIn(part: Conversion['part'], schema: TObject | undefined): Conversion[] {
  const properties = (schema?.properties ?? {}) as Record<string, { type?: string; items?: { type?: string } }>;
  return Object.entries(properties).flatMap(([name, { type, items }]): Conversion[] => {
    if (type === 'array') {
      const inner = items?.type;
      return [
        {
          part,
          name,
          to: 'array',
          ...(inner === 'integer' || inner === 'number' || inner === 'boolean' ? { items: inner } : {}),
        },
      ];
    }
    return type === 'integer' || type === 'number' || type === 'boolean' ? [{ part, name, to: type }] : [];
  });
}

function convert(conversions: readonly Conversion[]) {
  return (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    for (const { part, name, to, items } of conversions) {
      const values = request[part] as Record<string, unknown>;
      const value = values[name];
      if (value === undefined) continue;
      if (to !== 'array') values[name] = read(to, value);
      else
        values[name] = (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) =>
          items === undefined ? one : read(items, one),
        );
    }
    done();
  };
}

function read(to: 'integer' | 'number' | 'boolean', value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (to === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return (to === 'integer' ? /^-?\d{1,16}$/ : /^-?\d{1,16}(?:\.\d{1,16})?$/).test(value) ? Number(value) : value;
}
