import { hash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { credentialOf } from './cookie.ts';
import type { Access, Principal } from './principal.ts';

/** A session as the store knows it: whose, what they may do, until when. Instants in milliseconds since 1970. */
export type StoredSession = {
  readonly principalId: string;
  readonly kind: Principal['kind'];
  readonly name: string;
  readonly access: Access;
  readonly expiresAt: number;
  readonly lastSeenAt: number;
};

/** How somebody proved who they are when the session was opened. */
export type SignInMethod = 'password' | 'passkey' | 'company' | 'invitation' | 'pin' | 'badge';

/** A session to keep. `tokenHash` is SHA-256 of the token as base64url; the token itself is never kept. */
export type NewSession = {
  readonly id: string;
  readonly tokenHash: string;
  readonly method: SignInMethod;
  /** Whether it may do nothing yet but set up a second factor. */
  readonly limited: boolean;
  readonly principalId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly address: string;
};

/** Where sessions are kept. `find` misses sessions that were ended and those of people who left. */
export type SessionStore = {
  find(tokenHash: string): Promise<StoredSession | undefined>;
  insert(session: NewSession): Promise<void>;
  touch(tokenHash: string, at: number): Promise<void>;
  end(tokenHash: string, at: number): Promise<void>;
  /** Ends every open session of a person but the one kept, and gives the hashes of those that were open. */
  endAll(principalId: string, keptHash: string | undefined, at: number): Promise<readonly string[]>;
};

/** Sessions of one retailer: who sends a request, signing in and out. */
export type Authenticator = {
  /** Who sent the request. At once when the session was looked up within the last 5 s. */
  readonly authenticate: (request: FastifyRequest) => Principal | undefined | Promise<Principal | undefined>;
  /**
   * Opens a session for someone who has proved who they are. The token is told once and never again. With `instead` the session of that hash ends: whoever gains
   * rights gets another token, so that one that was planted or seen before is worth nothing.
   */
  open(
    session: Pick<NewSession, 'principalId' | 'userAgent' | 'address'> &
      Partial<Pick<NewSession, 'method' | 'limited'>> & { readonly instead?: string },
  ): Promise<{ token: string; expiresAt: number; principal: Principal }>;
  /** Ends the session of this principal, in this process at once and in others within 5 s. */
  end(principal: Pick<Principal, 'session'>): Promise<void>;
  /** Ends every session of a person but the one kept. */
  endAll(principalId: string, kept?: string): Promise<void>;
  /** The principal of the same session as it is now, undefined when the session is over. For whoever keeps a connection open. */
  renew(principal: Principal): Promise<Principal | undefined>;
  /**
   * Looks anew at what somebody may do (everybody, when nobody is named) with the next request: their rights were changed, here or in another
   * process. Connections that they keep open are told that the session ended; they come back and are asked anew.
   */
  forget(principalId?: string): void;
  /** Calls the listener with the session's hash when it is ended or forgotten here. Gives the function that stops it. */
  onEnded(listener: (session: string) => void): () => void;
};

/** A session that was opened; `session` is its hash. */
export type OpenedSession = {
  readonly principalId: string;
  readonly session: string;
  readonly address: string;
  readonly userAgent: string;
  readonly method: string;
};

/** A session ends 30 days after sign-in, whatever happens. */
export const SESSION_MS = 30 * 24 * 3600_000;

/** A session that nobody used for 12 hours is over, unless told otherwise: a browser left open in the shop overnight. */
export const IDLE_MS = 12 * 3600_000;

const CACHE_MS = 5_000;
const MAX_CACHED = 10_000;
/** `lastSeenAt` is written at most this often, so that reading does not become writing. */
const TOUCH_MS = 5 * 60_000;

type Cached = { readonly principal: Principal | undefined; readonly until: number };

/** The hash under which a token's session is kept. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** Makes the sessions of one retailer over its store. `now` gives milliseconds since 1970. */
export function createAuthenticator(options: {
  readonly store: SessionStore;
  readonly now: () => number;
  readonly idleMs?: number;
  /** Told of every session that was opened. */
  readonly onOpened?: (session: OpenedSession) => void;
}): Authenticator {
  const { store, now, idleMs = IDLE_MS } = options;
  const cached = new Map<string, Cached>();
  /** Hashes of tokens seen: hashing again for each request costs 4 µs. */
  const hashes = new Map<string, string>();
  const loading = new Map<string, Promise<Principal | undefined>>();
  const ended = new Set<(session: string) => void>();
  /** How often somebody's rights were changed: what was read before that is not kept. */
  let changes = 0;

  const keep = (session: string, principal: Principal | undefined): void => {
    // Maps keep the order of insertion, so the first one is the oldest.
    cached.delete(session);
    if (cached.size >= MAX_CACHED) cached.delete(cached.keys().next().value ?? '');
    cached.set(session, { principal, until: now() + CACHE_MS });
  };

  const load = async (session: string): Promise<Principal | undefined> => {
    const at = now();
    const found = await store.find(session);
    if (found === undefined || at >= found.expiresAt || at - found.lastSeenAt >= idleMs) return undefined;
    if (at - found.lastSeenAt >= Math.min(TOUCH_MS, idleMs / 4)) await store.touch(session, at);
    return principalOf(session, found);
  };

  const look = (session: string): Principal | undefined | Promise<Principal | undefined> => {
    const known = cached.get(session);
    if (known !== undefined && known.until > now()) return known.principal;
    const running = loading.get(session);
    if (running !== undefined) return running;
    const before = changes;
    const started: Promise<Principal | undefined> = load(session)
      .then((principal) => (changes === before ? principal : load(session)))
      .then((principal) => {
        // Ended while it was being looked up: then the entry is gone and what was read is stale.
        if (loading.get(session) !== started) return undefined;
        keep(session, principal);
        return principal;
      })
      .finally(() => {
        if (loading.get(session) === started) loading.delete(session);
      });
    loading.set(session, started);
    return started;
  };

  const over = (session: string): void => {
    loading.delete(session);
    keep(session, undefined);
    for (const listener of ended) listener(session);
  };

  const end = async (session: string): Promise<void> => {
    await store.end(session, now());
    over(session);
  };

  return {
    authenticate(request) {
      const credential = credentialOf(request);
      if (credential === undefined) return undefined;
      let session = hashes.get(credential.token);
      if (session === undefined) {
        session = tokenHash(credential.token);
        if (hashes.size >= MAX_CACHED) hashes.clear();
        hashes.set(credential.token, session);
      }
      return look(session);
    },

    async open({ principalId, userAgent, address, method = 'password', limited = false, instead }) {
      const token = randomBytes(32).toString('base64url');
      const session = tokenHash(token);
      const createdAt = now();
      const expiresAt = createdAt + SESSION_MS;
      await store.insert({
        id: uuidv7(),
        tokenHash: session,
        method,
        limited,
        principalId,
        createdAt,
        expiresAt,
        userAgent: userAgent.slice(0, 300),
        address,
      });
      if (instead !== undefined) await end(instead);
      const principal = await look(session);
      if (principal === undefined) throw new Error('a session that was just opened is not there');
      options.onOpened?.({ principalId, session, address, userAgent, method });
      return { token, expiresAt, principal };
    },

    end: ({ session }) => end(session),

    async endAll(principalId, kept) {
      for (const session of await store.endAll(principalId, kept, now())) over(session);
    },

    async renew(principal) {
      return look(principal.session);
    },

    forget(principalId) {
      changes += 1;
      for (const [session, { principal }] of cached) {
        if (principal === undefined || (principalId !== undefined && principal.id !== principalId)) continue;
        cached.delete(session);
        for (const listener of ended) listener(session);
      }
    },

    onEnded(listener) {
      ended.add(listener);
      return () => ended.delete(listener);
    },
  };
}

function principalOf(session: string, found: StoredSession): Principal {
  const { access } = found;
  return {
    id: found.principalId,
    kind: found.kind,
    name: found.name,
    session,
    permissions: access.permissions,
    can: access.can,
    holds: access.holds,
    scopes: access.scopes,
    overrun: access.overrun,
  };
}
