import type { KeyObject } from 'node:crypto';
import { FetchRefused, type SafeFetch } from '../net/safe-fetch.ts';
import { signedHeaders } from './signature.ts';

/** A message on its way to an address. */
export type Call = {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly keys: readonly KeyObject[];
};

/** What became of a call. `problem` is a stable word; `answer` the beginning of what was said. */
export type CallAnswer = {
  readonly delivered: boolean;
  readonly status: number | undefined;
  readonly problem: string | undefined;
  readonly answer: string;
  readonly tookMs: number;
  /** The receiver wants nothing any more (410). */
  readonly isGone: boolean;
  /** How long the receiver asked to be left alone, at most an hour. */
  readonly pauseMs: number;
};

/** What is kept of an answer. */
const KEPT_BYTES = 4096;
const TIMEOUT_MS = 15_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Sends a message once. Redirects are answers like any other and no success: where they lead was not checked by whoever gave the address. Never throws. */
export async function callWebhook(fetch: SafeFetch, call: Call, now: () => number): Promise<CallAnswer> {
  const began = performance.now();
  const took = (): number => Math.round(performance.now() - began);
  const failed = { delivered: false, status: undefined, answer: '', isGone: false, pauseMs: 0 };
  try {
    const seconds = Math.floor(now() / 1000);
    const { status, headers, body } = await fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signedHeaders(call.body, { ...call, seconds }) },
      body: call.body,
      timeoutMs: TIMEOUT_MS,
      cutAt: KEPT_BYTES,
      maxRedirects: 0,
    });
    const delivered = status >= 200 && status < 300;
    return {
      delivered,
      status,
      problem: delivered ? undefined : status >= 300 && status < 400 ? 'redirect' : 'status',
      // The database keeps no NUL.
      answer: body.toString('utf8').replaceAll('\0', ' '),
      tookMs: took(),
      isGone: status === 410,
      pauseMs: delivered ? 0 : pauseOf(headers['retry-after']),
    };
  } catch (error) {
    const problem = error instanceof FetchRefused ? error.reason : 'internal';
    return { ...failed, problem, tookMs: took() };
  }
}

function pauseOf(header: string | string[] | undefined): number {
  const seconds = typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) : 0;
  return Math.min(seconds * 1000, LONGEST_PAUSE_MS);
}
