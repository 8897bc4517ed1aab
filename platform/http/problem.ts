import type { Rejection } from '../../src/kernel/decision.ts';

/** One thing that is wrong with what was sent: `path` as a JSON pointer into body, query or path, e.g. `/lines/0/quantity`. */
export type FieldProblem = { readonly path: string; readonly message: string };

/**
 * An answer that is an error, RFC 9457. `reason` is snake_case and stable: programs look at it, people read `detail`.
 * Whatever else it carries are the numbers of a rejection.
 */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly reason: string;
  readonly detail: string;
  readonly requestId?: string;
  readonly fields?: readonly FieldProblem[];
  readonly [number: string]: unknown;
};

/** The media type of every error. */
export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What every answer of the API says to browsers: keep it nowhere, take it for what it says it is, run nothing of it, show it in no frame, and tell nobody its address. */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const titles: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Refused',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported media type',
  422: 'Key used for something else',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Something is wrong on our side',
  503: 'Try again in a moment',
};

/**
 * Thrown anywhere below a route to answer with a problem. Not for rejections that a decider gives (send those with
 * {@link refused}) and not for broken promises of our own (throw a Bug, it becomes a 500).
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  readonly reason: string;
  readonly extra: Readonly<Record<string, unknown>>;
  /** Seconds for the Retry-After header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    reason: string,
    detail: string,
    more: { readonly extra?: Readonly<Record<string, unknown>>; readonly retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.extra = more.extra ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** The body of a problem. `extra` may not overwrite the six standard members. */
export function problem(
  status: number,
  reason: string,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): Problem {
  return {
    ...extra,
    type: `https://oneshelf.dev/problems/${reason}`,
    title: titles[status] ?? 'Error',
    status,
    reason,
    detail,
  };
}

/** 400 with the fields that are wrong. */
export function malformed(
  fields: readonly FieldProblem[],
  detail = 'Some of what was sent is not as it should be.',
): ProblemError {
  return new ProblemError(400, 'malformed_request', detail, { extra: { fields } });
}

/** 404 for an id that is well formed and leads nowhere (or to something the reader may not see, which is the same to them). */
export function notFound(what: string): ProblemError {
  return new ProblemError(404, 'not_found', `There is no such ${what}.`);
}

/** 403: signed in, and still no. */
export function forbidden(permission: string): ProblemError {
  return new ProblemError(403, 'not_allowed', `This needs the permission ${permission} here.`, {
    extra: { permission },
  });
}

/** 409 for a rejection of a decider; its numbers go along. */
export function refused(rejection: Rejection): ProblemError {
  const { reason, ...numbers } = rejection;
  return new ProblemError(409, reason, `Refused: ${reason.replaceAll('_', ' ')}.`, { extra: numbers });
}

/** 422: the key was used before for other content. */
export function keyReused(): ProblemError {
  return new ProblemError(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used before with other content. Use a new one.',
  );
}
