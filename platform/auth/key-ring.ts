import { hash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Access, Principal, RequestLimit } from './principal.ts';
import type { Authenticator } from './session.ts';

/** What a secret opens: a program's key, a key to the sandbox, a paired device. */
export type KeyKind = 'key' | 'sandbox' | 'device';

/** A key as the store knows it, found by one of its secrets. `validUntil` in milliseconds since 1970, undefined when it has no end. */
export type StoredKey = {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly access: Access;
  readonly limit: RequestLimit;
  readonly boundTo: string | null | undefined;
  readonly validUntil: number | undefined;
};

/** Where keys are kept. `find` misses those that were revoked. */
export type KeyStore = {
  find(secretHash: string): Promise<StoredKey | undefined>;
  /** Notes when keys were used last, all at once. */
  noteUsed(uses: readonly { readonly id: string; readonly at: number }[]): Promise<void>;
};

/** The keys of one retailer: which one a request carries. */
export type KeyRing = {
  /** Whose key it is, at once when it was looked up before. Undefined for one that is unknown, over or of the wrong kind. */
  find(secret: string): Principal | undefined | Promise<Principal | undefined>;
  /** The same principal as it is now, undefined when its key is over. */
  renew(principal: Principal): Promise<Principal | undefined>;
  /** Forgets what is known of a key, so that it is looked up again; without an id, of all. Call it when a key changes, here or in another process. */
  forget(id?: string): void;
  /** Calls the listener with the session of a key that was forgotten. Gives the function that stops it. */
  onEnded(listener: (session: string) => void): () => void;
  /** Writes down what was used. */
  close(): Promise<void>;
};

/** Six bits a letter: 32 random bytes. */
const SECRET = /^os[ksd]_[A-Za-z0-9_-]{43}$/;

const PREFIX: Readonly<Record<KeyKind, string>> = { key: 'osk_', sandbox: 'oss_', device: 'osd_' };

/** Changes are told by events; this is for the case that one is not heard. */
const CACHE_MS = 60_000;
/** Nobody waits long for a key that was made in another process a moment ago. */
const UNKNOWN_MS = 2_000;
const MAX_CACHED = 20_000;
const NOTE_MS = 60_000;

/** A new secret: told once, kept as `hash`, recognised by `start`. */
export function newSecret(kind: KeyKind): { readonly secret: string; readonly hash: string; readonly start: string } {
  const secret = PREFIX[kind] + randomBytes(32).toString('base64url');
  return { secret, hash: secretHash(secret), start: secret.slice(0, 10) };
}

/** The hash under which a secret is kept. A plain one is enough: nobody guesses 256 random bits. */
export function secretHash(secret: string): string {
  return hash('sha256', secret, 'base64url');
}

/** The secret of a key in `Authorization: Bearer`, undefined when there is none. Only looked at, not looked up. */
export function secretIn(request: Pick<IncomingMessage, 'headers'>): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined || !authorization.startsWith('Bearer os')) return undefined;
  const secret = authorization.slice(7);
  return SECRET.test(secret) ? secret : undefined;
}

/** Whether the request carries a key to the sandbox. */
export function isForSandbox(request: Pick<IncomingMessage, 'headers'>): boolean {
  return request.headers.authorization?.startsWith(`Bearer ${PREFIX.sandbox}`) === true;
}

type Cached = {
  readonly key: StoredKey | undefined;
  readonly principal: Principal | undefined;
  readonly until: number;
};

/** Makes the keys of one retailer over their store. `kinds` are those that are let in here; `now` gives milliseconds since 1970. */
export function createKeyRing(options: {
  readonly store: KeyStore;
  readonly kinds: readonly KeyKind[];
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}): KeyRing {
  const { store, now, kinds, onError } = options;
  /** By secret: hashing it for each request costs 4 µs. */
  const cached = new Map<string, Cached>();
  const loading = new Map<string, Promise<Principal | undefined>>();
  const used = new Map<string, number>();
  const ended = new Set<(session: string) => void>();
  let forgotten = 0;

  const keep = (secret: string, key: StoredKey | undefined): Principal | undefined => {
    // Maps keep the order of insertion, so the first one is the oldest.
    cached.delete(secret);
    if (cached.size >= MAX_CACHED) cached.delete(cached.keys().next().value ?? '');
    const principal = key === undefined ? undefined : principalOf(secret, key);
    cached.set(secret, { key, principal, until: now() + (key === undefined ? UNKNOWN_MS : CACHE_MS) });
    return principal;
  };

  const load = async (secret: string): Promise<Principal | undefined> => {
    for (;;) {
      const before = forgotten;
      const found = await store.find(secretHash(secret));
      // What changed while it was read is read again, else it would stand in the cache as it was.
      if (before !== forgotten) continue;
      const fits = found !== undefined && kinds.includes(found.kind) && now() < (found.validUntil ?? Infinity);
      const principal = keep(secret, fits ? found : undefined);
      if (principal !== undefined) used.set(principal.id, now());
      return principal;
    }
  };

  const find = (secret: string): Principal | undefined | Promise<Principal | undefined> => {
    const known = cached.get(secret);
    const at = now();
    if (known !== undefined && at < known.until) {
      if (known.key === undefined || at >= (known.key.validUntil ?? Infinity)) return undefined;
      used.set(known.key.id, at);
      return known.principal;
    }
    const running = loading.get(secret);
    if (running !== undefined) return running;
    const started = load(secret).finally(() => loading.delete(secret));
    loading.set(secret, started);
    return started;
  };

  let noting: Promise<void> = Promise.resolve();
  const note = (): void => {
    if (used.size === 0) return;
    const uses = [...used].map(([id, at]) => ({ id, at }));
    used.clear();
    noting = noting.then(() => store.noteUsed(uses)).catch(onError);
  };
  const timer = setInterval(note, NOTE_MS);
  timer.unref();

  return {
    find,
    async renew(principal) {
      for (const [secret, { principal: known }] of cached)
        if (known?.session === principal.session) return find(secret);
      return undefined;
    },
    forget(id) {
      forgotten += 1;
      for (const [secret, { key }] of cached) {
        if (id !== undefined && key !== undefined && key.id !== id) continue;
        cached.delete(secret);
        if (key !== undefined) for (const listener of ended) listener(secretHash(secret));
      }
    },
    onEnded(listener) {
      ended.add(listener);
      return () => ended.delete(listener);
    },
    async close() {
      clearInterval(timer);
      note();
      await noting;
    },
  };
}

/** Sessions and keys behind one door. A request that carries a key is not looked at for a session. */
export function withKeys(
  sessions: Pick<Authenticator, 'authenticate' | 'renew' | 'onEnded'>,
  keys: KeyRing,
): Pick<Authenticator, 'authenticate' | 'renew' | 'onEnded'> {
  return {
    authenticate(request) {
      const secret = secretIn(request);
      return secret === undefined ? sessions.authenticate(request) : keys.find(secret);
    },
    renew: (principal) => (principal.kind === 'key' ? keys.renew(principal) : sessions.renew(principal)),
    onEnded(listener) {
      const stop = [sessions.onEnded(listener), keys.onEnded(listener)];
      return () => {
        for (const each of stop) each();
      };
    },
  };
}

function principalOf(secret: string, { id, name, access, limit, boundTo }: StoredKey): Principal {
  return {
    id,
    kind: 'key',
    name,
    session: secretHash(secret),
    permissions: access.permissions,
    can: access.can,
    holds: access.holds,
    scopes: access.scopes,
    overrun: access.overrun,
    limit,
    ...(boundTo === undefined ? {} : { boundTo }),
  };
}
