import type { FastifyRequest } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { nobody } from '../auth/principal.ts';
import { loadSql, withTransaction, type Pool } from '../db/pool.ts';

const sql = loadSql(import.meta.url, './origins.sql', ['meet_origin', 'forget_addresses']);

/** What acts: somebody's session, a program's key, a paired device, a job of ours, the program itself, or somebody who did not say who they are. */
export type OriginKind = 'session' | 'key' | 'device' | 'job' | 'system' | 'nobody';

/**
 * Where an act comes from. `credential` is the hash of the session's or key's secret, or a job's name. Address and browser are personal data: nothing
 * else keeps them, and they are erased after their time.
 */
export type Origin = {
  readonly kind: OriginKind;
  readonly principalId: string | undefined;
  readonly credential: string;
  readonly address: string;
  readonly userAgent: string;
};

/** The origins of one retailer. */
export type Origins = {
  /** The id that events name. At once when it was met before in this process; else it is written first, so that no event names one that is not there. */
  of(origin: Origin): string | Promise<string>;
  /** The id of a job of ours. */
  ofJob(name: string): string | Promise<string>;
};

/** An origin that acts is noted again this often. */
const TOUCH_MS = 5 * 60_000;
const MAX_CACHED = 20_000;

/** Opens the origins of a retailer. A write from a known session and address costs one look into a map. */
export function openOrigins(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}): Origins {
  const { pool, schema, now, onError } = deps;
  const met = new Map<string, { readonly id: string; touchedAt: number }>();

  const meet = async (key: string, origin: Origin): Promise<string> => {
    const at = now();
    const { kind, principalId, credential, address, userAgent } = origin;
    const values = [uuidv7(), kind, principalId ?? null, credential, address, userAgent, new Date(at).toISOString()];
    const { id } = await withTransaction(pool, { schema }, (tx) => tx.get<{ id: string }>(sql.meet_origin, values));
    // Maps keep the order of insertion, so the first one is the oldest.
    if (met.size >= MAX_CACHED) met.delete(met.keys().next().value ?? '');
    met.set(key, { id, touchedAt: at });
    return id;
  };

  const of = (origin: Origin): string | Promise<string> => {
    const key = `${origin.credential}\n${origin.address}\n${origin.userAgent}`;
    const known = met.get(key);
    if (known === undefined) return meet(key, origin);
    const at = now();
    if (at - known.touchedAt >= TOUCH_MS) {
      known.touchedAt = at;
      meet(key, origin).catch(onError);
    }
    return known.id;
  };

  return {
    of,
    ofJob: (name) => of({ kind: 'job', principalId: undefined, credential: name, address: '', userAgent: '' }),
  };
}

/** Where a request comes from. */
export function originOf(request: Pick<FastifyRequest, 'principal' | 'ip' | 'headers'>): Origin {
  const { principal } = request;
  const kind =
    principal === nobody
      ? 'nobody'
      : principal.kind === 'person'
        ? 'session'
        : principal.boundTo === undefined
          ? 'key'
          : 'device';
  return {
    kind,
    principalId: principal === nobody ? undefined : principal.id,
    credential: principal.session,
    address: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
  };
}

/** Erases addresses and browsers of origins that have not acted since `before` (epoch milliseconds). Gives how many. */
export async function forgetAddresses(
  { pool, schema }: { readonly pool: Pool; readonly schema: string },
  before: number,
): Promise<number> {
  return withTransaction(pool, { schema }, (tx) => tx.run(sql.forget_addresses, [new Date(before).toISOString()]));
}
