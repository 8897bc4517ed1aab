import { fastifyCookie as cookie } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The token of a session: 32 random bytes as base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** How a request carries its session. */
export type Credential = { readonly token: string; readonly by: 'bearer' | 'cookie' };

/** What a browser keeps of us: its session, and which sign-in elsewhere it began. */
type CookieKind = 'session' | 'ticket';

function cookieName(request: FastifyRequest, kind: CookieKind): string {
  // Browsers accept the __Host- prefix over https only; over plain http (a till on 127.0.0.1) the name has to do without.
  return request.protocol === 'https' ? `__Host-oneshelf_${kind}` : `oneshelf_${kind}`;
}

function readCookie(request: FastifyRequest, kind: CookieKind): string | undefined {
  const { cookie: header } = request.headers;
  const token = header === undefined ? undefined : cookie.parse(header)[cookieName(request, kind)];
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** The token in `Authorization: Bearer` or else in the cookie; undefined when there is none or it cannot be one. Only one is looked at. */
export function credentialOf(request: FastifyRequest): Credential | undefined {
  const { authorization, cookie: header } = request.headers;
  if (authorization !== undefined) {
    const token = authorization.startsWith('Bearer ') ? authorization.slice(7) : '';
    return TOKEN.test(token) ? { token, by: 'bearer' } : undefined;
  }
  if (header === undefined) return undefined;
  const token = readCookie(request, 'session');
  return token === undefined ? undefined : { token, by: 'cookie' };
}

/** Whether a browser attached the session by itself, so that another site could have caused the request. */
export function sentByCookie(request: FastifyRequest): boolean {
  return request.headers.authorization === undefined && request.headers.cookie !== undefined;
}

/**
 * Whether an unsafe request comes from a page of our own. Sec-Fetch-Site is set by the browser and cannot be forged by a page; older browsers send
 * Origin. A request with neither and without a cookie comes from no browser; with a cookie it is not trusted.
 */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const { origin } = request.headers;
  if (origin === undefined) return request.headers.cookie === undefined;
  if (!URL.canParse(origin)) return false;
  // Parsed with the same scheme, so that a default port written out is no difference.
  const from = new URL(origin);
  const here = `${from.protocol}//${request.host}`;
  return URL.canParse(here) && new URL(here).origin === from.origin && from.origin !== 'null';
}

/** Gives the session to the browser. No script can read it; it goes to our own pages only. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  maxAgeSeconds: number,
): void {
  writeCookie(request, reply, { kind: 'session', token, maxAgeSeconds });
}

/** Takes the session from the browser. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  setSessionCookie(request, reply, '', 0);
}

/** Lets the browser remember what it began, so that no other one can finish it. */
export function setTicketCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  maxAgeSeconds: number,
): void {
  writeCookie(request, reply, { kind: 'ticket', token, maxAgeSeconds });
}

/** What the browser began; it forgets it with this answer. */
export function takeTicketCookie(request: FastifyRequest, reply: FastifyReply): string | undefined {
  setTicketCookie(request, reply, '', 0);
  return readCookie(request, 'ticket');
}

function writeCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { kind, token, maxAgeSeconds }: { readonly kind: CookieKind; readonly token: string; readonly maxAgeSeconds: number },
): void {
  reply.header(
    'set-cookie',
    cookie.serialize(cookieName(request, kind), token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https',
      maxAge: maxAgeSeconds,
    }),
  );
}
