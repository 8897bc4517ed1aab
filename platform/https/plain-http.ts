import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AUTHORITY_HEADERS, authorityDer, PAGE_HEADERS, pairingPage } from './pairing.ts';
import type { LocalAuthority } from './local-authority.ts';

/** Where the ACME authority looks for the answer to its challenge. */
export const CHALLENGE_PATH = '/.well-known/acme-challenge/';

/** What answers on the port of plain HTTP. */
export type PlainHttp = { readonly port: number; close(): Promise<void> };

/**
 * Plain HTTP beside HTTPS: answers the ACME authority, gives the certificate of the local authority at `/pair` (a device that does not trust it yet cannot ask
 * by https), and sends everybody else to https. Nothing of the business is served here. `names` are those the certificate is for; who comes by another
 * name is sent to the first, so that nobody can make us send people elsewhere.
 */
export async function openPlainHttp(options: {
  readonly host: string;
  readonly port: number;
  /** Asked late: with PORT=0 it is known when the other server listens. */
  readonly httpsPort: () => number;
  readonly names: readonly string[];
  readonly challenges: ReadonlyMap<string, string>;
  readonly authority: LocalAuthority | undefined;
}): Promise<PlainHttp> {
  const server = createServer((request, response) => answer(request, response, options));
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen({ host: options.host, port: options.port }, () => done());
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: Omit<Parameters<typeof openPlainHttp>[0], 'host' | 'port'>,
): void {
  const { challenges, authority, names } = options;
  response.setHeader('x-content-type-options', 'nosniff').setHeader('cache-control', 'no-store');
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  if (path.startsWith(CHALLENGE_PATH)) {
    const found = challenges.get(path.slice(CHALLENGE_PATH.length));
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(found);
    return;
  }
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const asked = hostOf(request.headers.host);
  const name = asked !== undefined && names.includes(asked) ? asked : (names[0] ?? 'localhost');
  const port = options.httpsPort();
  const origin = `https://${name.includes(':') ? `[${name}]` : name}${port === 443 ? '' : `:${port}`}`;
  if (authority !== undefined && isReading && path === '/pair') {
    response.writeHead(200, PAGE_HEADERS).end(pairingPage({ authority, origin }));
  } else if (authority !== undefined && isReading && path === '/pair/authority.crt') {
    response.writeHead(200, AUTHORITY_HEADERS).end(authorityDer(authority));
  } else if (isReading && !path.startsWith('/api/v')) {
    // 308 and 307 keep what was asked. Not for ever: the port may be given to another program one day.
    response.writeHead(307, { location: `${origin}${safePath(request.url)}` }).end();
  } else {
    // What came here came in the clear; a client that sends passwords or keys so must notice.
    response.writeHead(403, { 'content-type': 'text/plain' }).end(`Use ${origin}.\n`);
  }
}

function hostOf(header: string | undefined): string | undefined {
  const found = /^(?:\[([0-9a-fA-F:]+)\]|([A-Za-z0-9.-]+))(?::\d+)?$/.exec(header ?? '');
  return (found?.[1] ?? found?.[2])?.toLowerCase();
}

/** Only an address of ours: what does not begin with one slash would lead away. */
function safePath(url: string | undefined): string {
  return url !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(url) ? url : '/';
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
