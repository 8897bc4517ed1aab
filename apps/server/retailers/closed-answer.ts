import type { IncomingMessage, ServerResponse } from 'node:http';
import { problem, PROBLEM_TYPE } from '../../../platform/http/problem.ts';
import type { RetailerState } from '../../../platform/db/directory.ts';

/** Why nobody answers for a retailer. */
export type Closed = Exclude<RetailerState, 'active'> | 'opening' | 'not_open';

type Says = { readonly status: number; readonly reason: string; readonly detail: string; readonly againS: number };

const OPENING = { status: 503, reason: 'retailer_opening', againS: 3 } as const;

/**
 * What is said then. A suspended retailer answers 503 and not 403: a till that sold without a network keeps its facts and comes back with them. Why it is suspended
 * is between the operator and the company, and not for whoever asks.
 */
const SAYS: Readonly<Record<Closed, Says>> = {
  creating: { ...OPENING, detail: 'This company is being set up. Come back in a moment.' },
  opening: { ...OPENING, detail: 'This company is being opened. Come back in a few seconds.' },
  not_open: {
    status: 503,
    reason: 'retailer_not_open',
    detail: 'This company could not be opened. Whoever runs this installation finds the reason in its log.',
    againS: 30,
  },
  suspended: {
    status: 503,
    reason: 'retailer_suspended',
    detail: 'This company is suspended. Nothing is lost: ask whoever runs this installation.',
    againS: 60,
  },
  deleting: {
    status: 410,
    reason: 'retailer_deleted',
    detail: 'This company has been deleted from this installation.',
    againS: 3600,
  },
};

/** Answers for a retailer that is not open: problem+json, and a sentence for a person with a browser. */
export function sayClosed(request: IncomingMessage, response: ServerResponse, why: Closed): void {
  const { status, reason, detail, againS } = SAYS[why];
  const isPage = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
  const text = isPage ? `${detail}\n` : JSON.stringify(problem(status, reason, detail));
  response.writeHead(status, {
    'content-type': isPage ? 'text/plain; charset=utf-8' : PROBLEM_TYPE,
    'content-length': Buffer.byteLength(text),
    'retry-after': String(againS),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // A body that nobody reads must not stay in the way of the next request.
    ...(request.method === 'GET' || request.method === 'HEAD' ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}
