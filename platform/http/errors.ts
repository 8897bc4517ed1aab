import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { isUuid } from '../../src/kernel/ids.ts';
import { SumTooLarge } from '../../src/kernel/sum.ts';
import { isConnectionFault } from '../db/pool.ts';
import { idFaults } from './answers.ts';
import { isIdText } from './ids.ts';
import type { FieldProblem } from './problem.ts';
import { ANSWER_HEADERS, problem, PROBLEM_TYPE, ProblemError } from './problem.ts';

type Validation = {
  readonly keyword?: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: Record<string, unknown>;
};
type AnyError = Error & {
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly validation?: readonly Validation[];
  readonly validationContext?: string;
  readonly retryAfterSeconds?: unknown;
};

/** Bodies up to this length are looked through for every mistake; of longer ones the first is told. */
const THOROUGH_BYTES = 64 * 1024;
const MAX_FIELDS = 50;
/** Longer lists (currencies) are looked up, not read in an error. */
const MAX_ALLOWED = 30;

/** What Fastify's own errors are called outside. */
const known: Readonly<Record<string, readonly [status: number, reason: string, detail: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'unsupported_media_type', 'Send application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too_large', 'The body is larger than this route takes.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, 'malformed_json', 'The body is not JSON.'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'malformed_json', 'The body is empty.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'malformed_http', 'The body is not as long as it was said to be.'],
  FST_ERR_BAD_URL: [400, 'malformed_address', 'The address is not valid.'],
  too_deeply_nested: [400, 'too_deeply_nested', 'The body is nested deeper than anything we take.'],
};

/** Sends a problem. Never throws. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  reason: string,
  detail: string,
  more: { readonly extra?: Readonly<Record<string, unknown>>; readonly retryAfterSeconds?: number | undefined } = {},
): FastifyReply {
  reply.code(status).headers(ANSWER_HEADERS).header('content-type', PROBLEM_TYPE);
  if (more.retryAfterSeconds !== undefined) reply.header('retry-after', String(more.retryAfterSeconds));
  // A text, so that no response schema of the route is laid over it.
  return reply.send(JSON.stringify({ ...problem(status, reason, detail, more.extra), requestId: reply.request.id }));
}

/** Turns whatever was thrown into a problem. What is our fault is logged with the request's id and told without details. */
export function sendError(
  log: FastifyBaseLogger,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as AnyError;
  if (error instanceof ProblemError) {
    return sendProblem(reply, error.status, error.reason, error.message, error);
  }
  if (error.validation !== undefined) {
    const fields = fieldProblems(error, request);
    return sendProblem(reply, 400, 'malformed_request', 'Some of what was sent is not as it should be.', {
      extra: { fields },
    });
  }
  const status = typeof error.statusCode === 'number' ? error.statusCode : 500;
  const retryAfterSeconds = typeof error.retryAfterSeconds === 'number' ? error.retryAfterSeconds : undefined;
  if (status === 429)
    return sendProblem(reply, 429, 'too_many_requests', error.message, { retryAfterSeconds: retryAfterSeconds ?? 60 });
  if (retryAfterSeconds !== undefined) {
    return sendProblem(reply, 503, 'overloaded', 'Too much is waiting. Send it again with the same key.', {
      retryAfterSeconds,
    });
  }
  if (isConnectionFault(error) || error.name === 'CommitOutcomeUnknownError') {
    log.error({ requestId: request.id, err: error }, 'the database did not answer');
    return sendProblem(reply, 503, 'database_gone', 'The database does not answer. Send it again with the same key.', {
      retryAfterSeconds: 1,
    });
  }
  // Beyond ±2^63 it is PostgreSQL that says so.
  if (error instanceof SumTooLarge || (request.method === 'GET' && error.code === '22003'))
    return sendProblem(
      reply,
      409,
      'sum_too_large',
      'A sum is too large to be told exactly. Ask for fewer days or places, or look for an amount that was entered wrongly.',
    );
  const told = known[String(error.code)];
  if (told !== undefined) return sendProblem(reply, ...told);
  if (error instanceof SyntaxError && status === 400)
    return sendProblem(reply, 400, 'malformed_json', 'The body is not JSON.');
  if (status >= 400 && status < 500) return sendProblem(reply, status, 'bad_request', 'This request cannot be served.');
  log.error(
    { requestId: request.id, method: request.method, route: request.routeOptions?.url, err: error },
    'request failed',
  );
  return sendProblem(
    reply,
    500,
    'internal_error',
    'Something is wrong on our side. It is in the log under the request id.',
  );
}

/** ajv stops at the first mistake, which keeps good requests fast; a person filling in a form wants all of them. */
function fieldProblems(error: AnyError, request: FastifyRequest): FieldProblem[] {
  const first = fieldsOf(error.validation ?? []);
  const schema = (request.routeOptions.schema as Record<string, TSchema> | undefined)?.[error.validationContext ?? ''];
  const body = error.validationContext === 'body';
  if (!body || schema === undefined || Number(request.headers['content-length'] ?? THOROUGH_BYTES) >= THOROUGH_BYTES)
    return first;
  const rest = fieldsOf(Value.Errors(schema, request.body));
  // Ids that were read before the first mistake was met are UUIDs by now.
  const ids = idFaults(
    schema as unknown as Record<string, unknown>,
    request.body,
    (prefix, id) => isUuid(id) || isIdText(prefix, id),
  );
  const seen = new Set<string>();
  return [...first, ...ids, ...rest]
    .filter(({ path, message }) => {
      if (message === 'schema is false' || seen.has(path)) return false;
      seen.add(path);
      return true;
    })
    .slice(0, MAX_FIELDS);
}

/** One problem each, but for a value that is none of those it may be: it is told all of them at once. */
function fieldsOf(faults: readonly Validation[]): FieldProblem[] {
  const at = new Map<string, Validation[]>();
  for (const fault of faults) {
    const others = at.get(fault.instancePath);
    if (others === undefined) at.set(fault.instancePath, [fault]);
    else others.push(fault);
  }
  return faults.map((fault) => {
    const { instancePath } = fault;
    const allowed = allowedOf(at.get(instancePath) ?? []);
    return allowed === undefined
      ? fieldProblem(fault)
      : { path: instancePath === '' ? '/' : instancePath, message: `must be one of ${allowed.join(', ')}` };
  });
}

/** What a value may be when all that is wrong with it is that it is nothing of a list. */
function allowedOf(faults: readonly Validation[]): string[] | undefined {
  const allowed = new Set<string>();
  for (const { keyword, params } of faults) {
    if (keyword === 'const') allowed.add(String(params?.['allowedValue']));
    else if (keyword === 'enum')
      for (const value of (params?.['allowedValues'] ?? []) as unknown[]) allowed.add(String(value));
    else if (keyword === 'type' && params?.['type'] === 'null') allowed.add('null');
    else if (keyword !== 'anyOf') return undefined;
  }
  return allowed.size > 1 && allowed.size <= MAX_ALLOWED ? [...allowed] : undefined;
}

function fieldProblem({ instancePath, message, params }: Validation): FieldProblem {
  const extra = nameIn(params?.['additionalProperty']) ?? nameIn(params?.['additionalProperties']);
  if (extra !== undefined) return { path: `${instancePath}/${extra}`, message: 'is not known here' };
  const missing = nameIn(params?.['missingProperty']) ?? nameIn(params?.['requiredProperties']);
  if (missing !== undefined) return { path: `${instancePath}/${missing}`, message: 'is missing' };
  return { path: instancePath === '' ? '/' : instancePath, message: message ?? 'is not valid' };
}

/** ajv tells one name, TypeBox a list. */
function nameIn(told: unknown): string | undefined {
  const name: unknown = Array.isArray(told) ? told[0] : told;
  return typeof name === 'string' ? name : undefined;
}
