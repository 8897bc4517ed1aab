import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';

/** An authorisation as the stand-in keeps it. */
type StandInAuthorisation = {
  readonly id: string;
  readonly reference: string;
  readonly token: string;
  readonly status: 'authorised' | 'declined';
  readonly decline_code: string | null;
  readonly amount: number;
  readonly currency: string;
  captured: number;
  voided: number;
  refunded: number;
};

/** A card provider that stands in for a real one on this machine. Tests look inside. */
export type CardProviderStandIn = {
  readonly url: string;
  readonly apiKey: string;
  readonly authorisations: ReadonlyMap<string, StandInAuthorisation>;
  /** Every call that did something, in order: `authorise`, `capture`, `void`, `refund` with the reference. Repeats are not in it. */
  readonly done: readonly { readonly act: string; readonly reference: string; readonly amount: number }[];
  /** Requests that came in, repeats and failures among them. */
  requests(): number;
  /** Answers 503 to the next requests without doing anything, or, with `afterDoing`, having done it. */
  fail(next: number, how?: { readonly afterDoing: boolean }): void;
  close(): Promise<void>;
};

const DECLINES: Readonly<Record<string, string>> = {
  tok_declined: 'do_not_honour',
  tok_insufficient_funds: 'insufficient_funds',
  tok_expired_card: 'expired_card',
};

type Reply = { readonly status: number; readonly body: unknown };

type Instruction = 'captures' | 'voids' | 'refunds';

/** A line of the file: what was asked for and came to something, in order. Played again, it comes to the same. */
type Kept =
  | { readonly act: 'authorisations'; readonly authorisation: StandInAuthorisation }
  | { readonly act: Instruction; readonly id: string; readonly reference: string; readonly amount: number };

/**
 * Starts the stand-in on 127.0.0.1. Tokens: `tok_ok`; `tok_declined`, `tok_insufficient_funds`, `tok_expired_card` are declined;
 * `tok_timeout_after_authorise` authorises and never answers the first time; `tok_5xx_once` fails once without doing anything; `tok_slow`
 * takes `slowMs`; `tok_capture_fails` authorises and refuses the capture. Everything is idempotent by reference; the same reference for
 * another amount is a conflict. With `file` it knows after a restart what it knew before, as a real provider would: orders that were
 * authorised before can be captured after. Without one it forgets.
 */
export async function startCardProvider(
  options: { readonly port?: number; readonly apiKey?: string; readonly slowMs?: number; readonly file?: string } = {},
): Promise<CardProviderStandIn> {
  const apiKey = options.apiKey ?? 'test_key';
  const authorisations = new Map<string, StandInAuthorisation>();
  const byReference = new Map<string, StandInAuthorisation>();
  const acts = new Map<string, { amount: number; reply: Reply }>();
  const done: { act: string; reference: string; amount: number }[] = [];
  const seenTokens = new Set<string>();
  let requests = 0;
  let failing = { next: 0, afterDoing: false };

  const remember = (authorisation: StandInAuthorisation): void => {
    const { id, reference, amount, status } = authorisation;
    authorisations.set(id, authorisation);
    byReference.set(reference, authorisation);
    if (status === 'authorised') done.push({ act: 'authorise', reference, amount });
  };
  const follow = (act: Instruction, id: string, asked: { reference: string; amount: number }): Reply => {
    const { reference, amount } = asked;
    const reply = carryOut(act, authorisations.get(id), amount);
    acts.set(reference, { amount, reply });
    if (reply.status < 300) done.push({ act: act.slice(0, -1), reference, amount });
    return reply;
  };
  const { file } = options;
  if (file !== undefined) {
    for (const kept of readKept(file)) {
      if (kept.act === 'authorisations') remember(kept.authorisation);
      else follow(kept.act, kept.id, kept);
    }
  }
  const keep = (kept: Kept): void => {
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  };

  const authorise = (body: Record<string, unknown>): Reply => {
    const { reference, token, amount, currency } = body;
    if (
      typeof reference !== 'string' ||
      typeof token !== 'string' ||
      typeof amount !== 'number' ||
      typeof currency !== 'string' ||
      amount <= 0
    ) {
      return { status: 400, body: { error: 'malformed' } };
    }
    const known = byReference.get(reference);
    if (known !== undefined)
      return known.amount === amount
        ? { status: known.status === 'declined' ? 402 : 200, body: known }
        : { status: 409, body: { error: 'reference_reused' } };
    const decline = DECLINES[token] ?? (token.startsWith('tok_') ? null : 'invalid_token');
    const authorisation: StandInAuthorisation = {
      // No running number: an order of an earlier life may still name it.
      id: `auth_${randomBytes(9).toString('base64url')}`,
      reference,
      token,
      status: decline === null ? 'authorised' : 'declined',
      decline_code: decline,
      amount,
      currency,
      captured: 0,
      voided: 0,
      refunded: 0,
    };
    keep({ act: 'authorisations', authorisation });
    remember(authorisation);
    return { status: decline === null ? 201 : 402, body: authorisation };
  };

  const instruct = (act: Instruction, id: string, body: Record<string, unknown>): Reply => {
    const { reference, amount } = body;
    if (typeof reference !== 'string' || typeof amount !== 'number' || amount <= 0)
      return { status: 400, body: { error: 'malformed' } };
    const known = acts.get(reference);
    if (known !== undefined)
      return known.amount === amount ? known.reply : { status: 409, body: { error: 'reference_reused' } };
    keep({ act, id, reference, amount });
    return follow(act, id, { reference, amount });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1;
    const text = await read(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const fails = failing.next > 0;
    if (fails) failing = { ...failing, next: failing.next - 1 };
    if (fails && (!failing.afterDoing || request.method === 'GET'))
      return send(response, { status: 503, body: { error: 'unavailable' } });
    if (request.headers.authorization !== `Bearer ${apiKey}`)
      return send(response, { status: 401, body: { error: 'unauthorised' } });
    const [, , , id, act] = url.pathname.split('/');
    if (request.method === 'GET') {
      const found =
        id === undefined
          ? byReference.get(url.searchParams.get('reference') ?? '')
          : authorisations.get(decodeURIComponent(id));
      return send(
        response,
        found === undefined ? { status: 404, body: { error: 'not_found' } } : { status: 200, body: found },
      );
    }
    const body = parse(text);
    const token = textOf(body['token']);
    const first = `${token} ${textOf(body['reference'])}`;
    const isFirst = !seenTokens.has(first);
    seenTokens.add(first);
    if (token === 'tok_5xx_once' && isFirst) return send(response, { status: 500, body: { error: 'internal' } });
    if (token === 'tok_slow') await new Promise((resolve) => setTimeout(resolve, options.slowMs ?? 500));
    const reply = id === undefined ? authorise(body) : instruct(act as Instruction, decodeURIComponent(id), body);
    // The connection is left hanging: that is what a provider does that has done it and then lost its way.
    if (token === 'tok_timeout_after_authorise' && isFirst) return undefined;
    return send(response, fails ? { status: 503, body: { error: 'unavailable' } } : reply);
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => send(response, { status: 500, body: { error: 'internal' } }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    authorisations,
    done,
    requests: () => requests,
    fail(next, how) {
      failing = { next, afterDoing: how?.afterDoing === true };
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the file holds, the folder made if need be. A line that a crash left half written was never answered for: it is ended and skipped. */
function readKept(file: string): Kept[] {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  if (text !== '' && !text.endsWith('\n')) appendFileSync(file, '\n');
  return text
    .split('\n')
    .map(parse)
    .filter((line) => line['act'] !== undefined) as Kept[];
}

function carryOut(act: Instruction, known: StandInAuthorisation | undefined, amount: number): Reply {
  if (known === undefined) return { status: 404, body: { error: 'not_found' } };
  if (known.status === 'declined') return { status: 409, body: { error: 'not_authorised' } };
  const open = known.amount - known.captured - known.voided;
  switch (act) {
    case 'captures':
      if (known.token === 'tok_capture_fails') return { status: 409, body: { error: 'authorisation_expired' } };
      if (amount > open) return { status: 409, body: { error: 'more_than_authorised' } };
      known.captured += amount;
      break;
    case 'voids':
      if (amount > open) return { status: 409, body: { error: 'more_than_open' } };
      known.voided += amount;
      break;
    case 'refunds':
      if (amount > known.captured - known.refunded) return { status: 409, body: { error: 'more_than_captured' } };
      known.refunded += amount;
      break;
  }
  return { status: 201, body: known };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
