/** A field of what was sent that is wrong; `path` is a JSON pointer, e.g. `/lines/0/quantity`. */
export type FieldProblem = { readonly path: string; readonly message: string };

/**
 * The server's "no" (application/problem+json), or that it could not be asked. `reason` is a stable word: the rejections of the business
 * (`insufficient_stock`), and of our own `unreachable` (no answer; whether the act happened is not known, trying again with the same intent is safe).
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly FieldProblem[];
  /** The numbers that came along: what was asked, what is there. */
  readonly numbers: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    reason: string,
    detail: string,
    fields: readonly FieldProblem[] = [],
    numbers: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
    this.status = status;
    this.reason = reason;
    this.fields = fields;
    this.numbers = numbers;
  }
}

/** Reads the answer of a request that went wrong. Anything that is not problem+json becomes one too. */
export async function readProblem(answer: Response): Promise<ApiProblem> {
  const text = await answer.text().catch(() => '');
  try {
    const { reason, detail, fields, ...numbers } = JSON.parse(text) as Record<string, unknown>;
    if (typeof reason === 'string') {
      const known = Array.isArray(fields) ? (fields as FieldProblem[]) : [];
      return new ApiProblem(answer.status, reason, typeof detail === 'string' ? detail : reason, known, numbers);
    }
  } catch {
    // A proxy's page, or half an answer.
  }
  return new ApiProblem(
    answer.status,
    answer.status >= 500 ? 'server_error' : 'unexpected_answer',
    `HTTP ${answer.status}`,
  );
}
