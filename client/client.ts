import { ADDRESSES, type Operations, type Problem } from './operations.ts';

/** The name of an operation, as the documentation has it. */
export type OperationName = keyof Operations;

type Part<O extends OperationName, P extends 'params' | 'query' | 'body'> = Operations[O][P] extends undefined
  ? { readonly [K in P]?: undefined }
  : P extends 'query'
    ? { readonly [K in P]?: Operations[O][P] }
    : { readonly [K in P]: Operations[O][P] };

/**
 * What an operation takes. `idempotencyKey` is for acts that must survive this program: keep it with what is to be done, and send it again with it.
 * Without one each call is an act of its own, and still done once however often it is tried.
 */
export type Taking<O extends OperationName> = Part<O, 'params'> &
  Part<O, 'query'> &
  Part<O, 'body'> & { readonly idempotencyKey?: string; readonly signal?: AbortSignal };

/** What an operation gives. */
export type Giving<O extends OperationName> = Operations[O]['answer'];

/** A client of one Oneshelf. */
export type Client = {
  /** Calls an operation. Throws an {@link OneshelfError} for every no, and whatever `fetch` throws when there is no answer at all. */
  call<O extends OperationName>(
    operation: O,
    ...taking: {} extends Taking<O> ? [Taking<O>?] : [Taking<O>]
  ): Promise<Giving<O>>;
  /** All rows of a list, page by page. */
  rows<O extends OperationName>(
    operation: O,
    ...taking: {} extends Taking<O> ? [Taking<O>?] : [Taking<O>]
  ): AsyncGenerator<Giving<O> extends { readonly items: readonly (infer Row)[] } ? Row : never>;
};

/** How a client is made. `url` is where Oneshelf is, `key` a secret that begins with `osk_` or `oss_`. */
export type ClientOptions = {
  readonly url: string;
  readonly key: string;
  /** How often a request is sent again that was not answered, or was answered 429 or 503; 3 unless told. */
  readonly retries?: number;
  readonly fetch?: typeof globalThis.fetch;
};

/** The server's no. `reason` is stable, `problem` has the numbers that explain it. */
export class OneshelfError extends Error {
  override readonly name = 'OneshelfError';
  readonly status: number;
  readonly reason: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.reason}: ${problem.detail}`);
    this.status = problem.status;
    this.reason = problem.reason;
    this.problem = problem;
  }
}

type Loose = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
};

/** Makes a client. */
export function createClient(options: ClientOptions): Client {
  const { url, key, retries = 3, fetch = globalThis.fetch } = options;

  const call = async (operation: OperationName, taking: Loose = {}): Promise<unknown> => {
    const [method, path] = ADDRESSES[operation];
    // One key for all tries: the server does the act once.
    const idempotencyKey = method === 'GET' ? undefined : (taking.idempotencyKey ?? crypto.randomUUID());
    const request: RequestInit = {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(taking.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(taking.body === undefined ? {} : { body: JSON.stringify(taking.body) }),
      ...(taking.signal === undefined ? {} : { signal: taking.signal }),
    };
    const address = `${url.replace(/\/$/, '')}${addressOf(path, taking)}`;
    for (let tried = 0; ; tried += 1) {
      const answer = await fetch(address, request).catch((error: unknown) => {
        if (tried >= retries || taking.signal?.aborted === true) throw error;
        return undefined;
      });
      if (answer?.ok === true) return answer.status === 204 ? undefined : answer.json();
      if (answer !== undefined && (tried >= retries || (answer.status !== 429 && answer.status !== 503)))
        throw new OneshelfError(await problemOf(answer));
      await sleep(1000 * Number(answer?.headers.get('retry-after') ?? 2 ** tried));
    }
  };

  async function* rows(operation: OperationName, taking: Loose = {}): AsyncGenerator {
    let after: string | null | undefined;
    while (after !== null) {
      const query = { ...taking.query, ...(after === undefined ? {} : { after }) };
      const page = (await call(operation, { ...taking, query })) as { items: unknown[]; next?: string | null };
      yield* page.items;
      after = page.next ?? null;
    }
  }

  return { call, rows } as unknown as Client;
}

function addressOf(path: string, { params = {}, query = {} }: Loose): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) pairs.append(name, String(one));
  }
  return pairs.size === 0 ? filled : `${filled}?${pairs.toString()}`;
}

async function problemOf(answer: Response): Promise<Problem> {
  const text = await answer.text();
  if (answer.headers.get('content-type')?.includes('problem+json') === true) return JSON.parse(text) as Problem;
  const detail = text.slice(0, 200);
  return { type: 'about:blank', title: answer.statusText, status: answer.status, reason: 'unexpected_answer', detail };
}

function sleep(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms);
  });
}
