import type { FastifyReply, FastifyRequest } from 'fastify';
import { nobody, type RequestLimit } from '../auth/principal.ts';
import { ProblemError } from './problem.ts';

/** How many requests are taken from whoever has no limit of their own. */
export type Limits = {
  /** Of one address, from those who are nobody. People who are signed in have none. */
  readonly address: RequestLimit;
};

/** Fifty a second from one address, and five hundred at once: a page with many pictures, or thirty tills behind one router that start in the morning. */
export const DEFAULT_LIMITS: Limits = { address: { perMinute: 3_000, burst: 500 } };

/** What a credential that opens nothing counts for: who tries keys is out of tries ten times sooner. */
const WRONG_CREDENTIAL = 10;

/** What was taken of a bucket: how many are left, and in how many seconds it is full again. `waitS` is 0 when the request may pass. */
export type Taken = { readonly left: number; readonly fullInS: number; readonly waitS: number };

/** Buckets of tokens by name, in memory: each process counts for itself. */
export type Buckets = { take(name: string, limit: RequestLimit, cost: number, nowMs: number): Taken };

type Bucket = { tokens: number; at: number };

/** At most `maxBuckets` are remembered; the one that was made first is forgotten, which is to say full. */
export function createBuckets(maxBuckets = 50_000): Buckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(name, { perMinute, burst }, cost, nowMs) {
      let bucket = buckets.get(name);
      if (bucket === undefined) {
        if (buckets.size >= maxBuckets) buckets.delete(buckets.keys().next().value ?? '');
        bucket = { tokens: burst, at: nowMs };
        buckets.set(name, bucket);
      }
      const perMs = perMinute / 60_000;
      // A clock that was set back refills nothing.
      bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, nowMs - bucket.at) * perMs);
      bucket.at = nowMs;
      const wanted = Math.min(cost, burst);
      const passes = bucket.tokens >= wanted;
      if (passes) bucket.tokens -= wanted;
      return {
        left: Math.floor(bucket.tokens),
        fullInS: Math.ceil((burst - bucket.tokens) / perMs / 1000),
        waitS: passes ? 0 : Math.max(1, Math.ceil((wanted - bucket.tokens) / perMs / 1000)),
      };
    },
  };
}

/**
 * Asks for each request whether it comes too soon, and says so in the headers of the answer. The headers are those of the IETF draft
 * "RateLimit header fields for HTTP" (draft-ietf-httpapi-ratelimit-headers-10): `RateLimit-Policy: "key";q=600;w=60` and `RateLimit: "key";r=599;t=1`.
 */
export type Limiter = (request: FastifyRequest, reply: FastifyReply) => ProblemError | undefined;

/** Makes a limiter. `now` gives milliseconds of a clock that is not set back. */
export function createLimiter(limits: Limits, now: () => number = () => performance.now()): Limiter {
  const buckets = createBuckets();
  return (request, reply) => {
    const { principal } = request;
    const { limit } = principal;
    if (limit !== undefined) {
      const taken = buckets.take(principal.id, limit, 1, now());
      tell(reply, 'key', limit, taken);
      return taken.waitS === 0 ? undefined : tooMany('This key sends more than it may.', taken);
    }
    if (principal !== nobody) return undefined;
    const tried = request.headers.authorization !== undefined;
    const taken = buckets.take(networkOf(request.ip), limits.address, tried ? WRONG_CREDENTIAL : 1, now());
    if (taken.waitS === 0) return undefined;
    tell(reply, 'address', limits.address, taken);
    return tooMany('Too many requests from this address without a session or key.', taken);
  };
}

function tell(reply: FastifyReply, name: string, { burst, perMinute }: RequestLimit, { left, fullInS }: Taken): void {
  // As long as an empty bucket takes to fill, what is in a full one may be sent.
  reply.header('ratelimit-policy', `"${name}";q=${burst};w=${Math.ceil((burst * 60) / perMinute)}`);
  reply.header('ratelimit', `"${name}";r=${left};t=${fullInS}`);
}

function tooMany(detail: string, { waitS }: Taken): ProblemError {
  return new ProblemError(429, 'too_many_requests', detail, {
    retryAfterSeconds: waitS,
    extra: { retryAfterSeconds: waitS },
  });
}

/** An IPv4 address as it is, of an IPv6 one the network that a provider gives to one customer (64 bits). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const embedded = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (embedded !== null) return embedded[1] ?? address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}
