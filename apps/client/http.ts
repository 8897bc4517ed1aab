import { ApiProblem, readProblem } from './problem.ts';

/** What a query may hold; undefined and empty text are left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A page of a list. `next` is the cursor of the following one, null at the end. */
export type Page<Row> = { readonly items: readonly Row[]; readonly next: string | null };

/**
 * One thing that somebody wants done. Its key goes with every try, so that trying again after a lost answer does nothing twice. Take a
 * new one when what is wanted changes, and after it is done.
 */
export type Intent = { readonly key: string };

/** A new intent. */
export function newIntent(): Intent {
  return { key: crypto.randomUUID() };
}

const BASE = '/api/v1';

/** How often an act is tried when the answer is lost or the server is overloaded, and how long it waits before. */
const RETRY_AFTER_MS = [300, 1200, 3000] as const;

/** Called when the server says that nobody is signed in any more. */
export type OnSignedOut = () => void;
let onSignedOut: OnSignedOut = () => {};

/** Says what happens when a session has ended. */
export function whenSignedOut(listener: OnSignedOut): void {
  onSignedOut = listener;
}

/** Asks somebody to prove once more who they are, and says whether they did. */
export type AskForProof = () => Promise<boolean>;
let askForProof: AskForProof = async () => false;
let asking: Promise<boolean> | undefined;

/** Says how somebody is asked when the server wants a fresh proof (`confirm_first`). Acts that wait for it are done when it is there. */
export function whenProofIsWanted(ask: AskForProof): void {
  askForProof = ask;
}

/** Reads. Throws an {@link ApiProblem}. */
export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return send<T>('GET', path + queryText(query), undefined, undefined, signal);
}

type ActMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Does something. With an intent it is tried again when no answer came or the server was too busy, always under the same key. When the server first wants to know
 * once more who asks, they are asked and it is done after that. Throws an {@link ApiProblem}; only its reason `unreachable` leaves open whether it happened.
 */
export async function act<T>(method: ActMethod, path: string, body: unknown, intent?: Intent): Promise<T> {
  try {
    return await insist<T>(method, path, body, intent);
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.reason !== 'confirm_first') throw problem;
    // Two acts that wait at once are one question.
    asking ??= askForProof().finally(() => {
      asking = undefined;
    });
    if (!(await asking)) throw problem;
    return insist<T>(method, path, body, intent);
  }
}

async function insist<T>(method: ActMethod, path: string, body: unknown, intent?: Intent): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await send<T>(method, path, body, intent);
    } catch (problem) {
      const waitMs = RETRY_AFTER_MS[tries];
      const passing =
        problem instanceof ApiProblem && (problem.status === 0 || problem.status === 502 || problem.status === 503);
      if (intent === undefined || waitMs === undefined || !passing) throw problem;
      await new Promise((done) => {
        setTimeout(done, waitMs);
      });
    }
  }
}

/** What an act would do, without doing it. */
export function preview<T>(path: string, body: unknown): Promise<T> {
  return send<T>('POST', `${path}?preview=true`, body);
}

async function send<T>(method: string, path: string, body: unknown, intent?: Intent, signal?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(BASE + path, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(intent === undefined ? {} : { 'idempotency-key': intent.key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem(0, 'unreachable', 'The server did not answer.');
  }
  if (!answer.ok) {
    const problem = await readProblem(answer);
    // A wrong password is a 401 too, and ends nothing.
    if (problem.reason === 'not_signed_in' && path !== '/session') onSignedOut();
    throw problem;
  }
  // A 204, or a 202 that has nothing to say.
  const text = await answer.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/**
 * Asks for a file that is made for this request. Throws an {@link ApiProblem}; with the same intent it may be asked for again.
 */
export async function takeFile(path: string, intent: Intent): Promise<Blob> {
  const answer = await fetch(BASE + path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'idempotency-key': intent.key },
  }).catch(() => {
    throw new ApiProblem(0, 'unreachable', 'The server did not answer.');
  });
  if (!answer.ok) throw await readProblem(answer);
  return answer.blob();
}

/** Reads a file of text, a CSV say. Throws an {@link ApiProblem}. */
export async function getText(path: string): Promise<string> {
  const answer = await fetch(BASE + path, { credentials: 'same-origin' }).catch(() => {
    throw new ApiProblem(0, 'unreachable', 'The server did not answer.');
  });
  if (!answer.ok) throw await readProblem(answer);
  return answer.text();
}

/** A query as it stands in an address, with its question mark. */
export function queryText(query: Query): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    if (Array.isArray(value)) for (const one of value as readonly string[]) pairs.append(name, one);
    else pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text === '' ? '' : `?${text}`;
}
