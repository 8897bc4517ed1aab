import { lookup as resolve, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Agent, request as callWithUndici } from 'undici';
import { isAddress, isPublicAddress } from './addresses.ts';

/** An address that is not called, or an answer that is not taken. `reason` is stable; `message` may be shown to whoever gave the address. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';
  readonly reason: 'bad_url' | 'blocked_address' | 'too_many_redirects' | 'too_large' | 'too_slow' | 'unreachable';
  constructor(reason: FetchRefused['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** What is asked. Only `http` and `https`. */
export type SafeRequest = {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** From the first look-up to the last byte; 15 s unless told. */
  readonly timeoutMs?: number;
  /** Bytes of the answer; 10 MiB unless told. More is an error. */
  readonly maxBytes?: number;
  /** Bytes of the answer that are read; what is more is left, and no error. */
  readonly cutAt?: number;
  /** Redirects that are followed, each checked like the first address; 3 for GET and none else unless told. */
  readonly maxRedirects?: number;
};

/** What came back. `url` is where it came from in the end. */
export type SafeAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly url: string;
};

/** Calls addresses that outsiders gave us. Throws {@link FetchRefused}; a status like 404 is an answer. */
export type SafeFetch = (url: string, request?: SafeRequest) => Promise<SafeAnswer>;

/** `allowedHosts`: names (or addresses) of one's own network that may be called all the same, `name` or `name:port`. `resolveHost` is for tests. */
export type SafeFetchOptions = {
  readonly allowedHosts?: readonly string[];
  readonly resolveHost?: (host: string) => Promise<readonly LookupAddress[]>;
};

const MAX_URL = 2_000;

/** Ports of other protocols, as browsers leave them alone (WHATWG Fetch, "bad port"), and of databases: what is sent to a mail server or a cache could be words that it understands. */
const OTHER_PROTOCOLS = new Set(
  (
    '1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 ' +
    '465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3306 3389 3659 4045 4190 5060 5061 5432 ' +
    '6000 6379 6566 6665 6666 6667 6668 6669 6679 6697 9200 10080 11211 27017'
  ).split(' '),
);

/**
 * Opens a door to the outside that leads nowhere inside. The addresses of a name are looked at in the look-up of the very connection that is made, so a name
 * that changes its address between looking and calling gains nothing; redirects are followed here, each as a new call, so they gain nothing either.
 * No proxy, cookies or credentials of ours go along; what is in the address as a user name is refused.
 */
export function openSafeFetch(options: SafeFetchOptions = {}): { fetch: SafeFetch; close(): Promise<void> } {
  const allowed = new Set((options.allowedHosts ?? []).map((host) => host.toLowerCase()));
  let agents: ReturnType<typeof openAgents> | undefined;

  async function once(
    url: URL,
    wanted: SafeRequest,
    signal: AbortSignal,
  ): Promise<{ answer: SafeAnswer; location: string | undefined }> {
    const isAllowed = allowed.has(url.hostname) || allowed.has(url.host);
    if (!isAllowed && isAddress(url.hostname) && !isPublicAddress(url.hostname)) throw blocked(url.hostname);
    const { request, open, guarded } = await (agents ??= openAgents(options));
    const { method = 'GET', headers = {}, body, cutAt = Infinity, maxBytes = 10 * 2 ** 20 } = wanted;
    const answer = await request(url, {
      method,
      // Unpacking what a stranger packed would lift the limit of bytes.
      headers: { 'user-agent': 'Oneshelf', 'accept-encoding': 'identity', ...headers },
      dispatcher: isAllowed ? open : guarded,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const location = answer.headers['location'];
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.statusCode) && typeof location === 'string';
    const pieces: Buffer[] = [];
    let bytes = 0;
    try {
      const isCut = cutAt < Infinity;
      if (Number(answer.headers['content-length'] ?? 0) > maxBytes && !isRedirect && !isCut) throw tooLarge(maxBytes);
      for await (const piece of answer.body as AsyncIterable<Buffer>) {
        if (isRedirect) break;
        if (isCut && bytes + piece.length >= cutAt) {
          pieces.push(piece.subarray(0, cutAt - bytes));
          break;
        }
        bytes += piece.length;
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        pieces.push(piece);
      }
    } finally {
      answer.body.on('error', () => undefined).destroy();
    }
    return {
      answer: { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces), url: url.href },
      location: isRedirect ? location : undefined,
    };
  }

  return {
    async fetch(address, wanted = {}) {
      // Ended by hand: a signal with a timeout of its own is kept until that is over, and with a thousand calls a second those are many.
      const controller = new AbortController();
      const { signal } = controller;
      const timer = setTimeout(() => controller.abort(), wanted.timeoutMs ?? 15_000);
      const most = wanted.maxRedirects ?? (wanted.method === undefined || wanted.method === 'GET' ? 3 : 0);
      let url = parseAddress(address);
      try {
        for (let hop = 0; ; hop += 1) {
          const { answer, location } = await once(url, wanted, signal);
          if (location === undefined || most === 0) return answer;
          if (hop === most) throw new FetchRefused('too_many_redirects', `It was sent on more than ${most} times.`);
          url = parseAddress(location, url);
        }
      } catch (error) {
        throw refusalOf(error, signal);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      const opened = await agents;
      await Promise.all([opened?.guarded.destroy(), opened?.open.destroy()]);
    },
  };
}

/** Loaded with the first call: most programs call nobody, and idle it would cost 15 MB. */
async function openAgents(
  options: SafeFetchOptions,
): Promise<{ request: typeof callWithUndici; open: Agent; guarded: Agent }> {
  const undici = await import('undici');
  const settings = { keepAliveTimeout: 1_000, maxHeaderSize: 16_384 };
  return {
    request: undici.request,
    guarded: new undici.Agent({
      ...settings,
      connect: { lookup: guardedLookup(options), timeout: 5_000 },
      pipelining: 1,
    }),
    open: new undici.Agent({ ...settings, connect: { timeout: 5_000 } }),
  };
}

function parseAddress(text: string, base?: URL): URL {
  const isUrl = text.length <= MAX_URL && URL.canParse(text, base?.href);
  if (!isUrl) throw new FetchRefused('bad_url', 'This is no address.');
  const url = new URL(text, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchRefused('bad_url', 'Only http and https addresses are called.');
  if (url.username !== '' || url.password !== '')
    throw new FetchRefused('bad_url', 'An address may hold no user name or password.');
  if (OTHER_PROTOCOLS.has(url.port)) throw new FetchRefused('bad_url', `Port ${url.port} is not one of web pages.`);
  return url;
}

function guardedLookup({ resolveHost }: SafeFetchOptions): LookupFunction {
  const find = (host: string, lookup: LookupOptions): Promise<readonly LookupAddress[]> =>
    resolveHost === undefined
      ? new Promise((done, fail) => {
          resolve(host, { ...lookup, all: true }, (error, addresses) => {
            if (error === null) done(addresses);
            else fail(error);
          });
        })
      : resolveHost(host);
  return (host, lookup, answer) => {
    find(host, lookup).then(
      (addresses) => {
        // One inner address among outer ones is an attack, not an accident: none of them is called.
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address)))
          return answer(blocked(host), '', 4);
        if (lookup.all === true) return answer(null, [...addresses]);
        return answer(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => answer(error, '', 4),
    );
  };
}

function blocked(host: string): FetchRefused {
  return new FetchRefused('blocked_address', `${host} leads into a private network and is not called.`);
}

function tooLarge(maxBytes: number): FetchRefused {
  return new FetchRefused('too_large', `The answer is larger than ${maxBytes} bytes.`);
}

function refusalOf(error: unknown, signal: AbortSignal): FetchRefused {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof FetchRefused) return at;
  if (signal.aborted) return new FetchRefused('too_slow', 'It took too long.', error);
  return new FetchRefused('unreachable', 'Nobody answers there.', error);
}
