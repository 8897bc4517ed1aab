import type { ActorName, AuditRouteDeps } from '../../platform/audit/audit.routes.ts';
import { originOf, openOrigins, type Origins } from '../../platform/audit/origins.ts';
import { openSecurityLog, type SecurityLog } from '../../platform/audit/security.ts';
import type { OpenedSession } from '../../platform/auth/session.ts';
import type { Master } from '../../platform/commit/master-door.ts';
import type { Witness } from '../../platform/http/witness.ts';
import { findActorNames } from '../../src/staff/server/actor-names.ts';
import type { CompanyCache } from '../../src/company/server/company-cache.ts';
import type { Surroundings } from './compose.ts';

/** Who came from where, who signed in and who was turned away. */
export type AuditTrail = {
  readonly origins: Origins;
  readonly security: SecurityLog;
  readonly witness: Witness;
  /** For whoever opens sessions. */
  readonly sessionOpened: (session: OpenedSession) => void;
  close(): Promise<void>;
};

/** Opens it. `systemId` is whom notes about others are written by. */
export function openAuditTrail(
  { write: pool, schema, now, logger }: Pick<Surroundings, 'write' | 'schema' | 'now' | 'logger'>,
  { master, systemId }: { readonly master: Master; readonly systemId: string },
): AuditTrail {
  const onError = (error: unknown): void => logger.warn({ err: error }, 'Something could not be noted for the audit.');
  const origins = openOrigins({ pool, schema, now, onError });
  const security = openSecurityLog({ master, origins, principalId: systemId, now, onError });
  return {
    origins,
    security,
    witness: {
      origin: (request) => origins.of(originOf(request)),
      denied(request, { status, reason }) {
        const row = request.routeOptions.config.row;
        // A page that was left open asks on after its session is over; nobody is turned away there.
        if (row === undefined || (reason === 'not_signed_in' && row.method === 'GET')) return;
        const atTheDoor = row.permission === 'public' && row.method !== 'GET';
        // Whoever sends too much and may send it is not refused but told to wait.
        if (status === 429 && !atTheDoor) return;
        security.note({
          type: atTheDoor ? 'SignInFailed' : 'AttemptDenied',
          origin: originOf(request),
          operation: row.operationId,
          reason,
          at: now(),
        });
      },
      done(request) {
        const { operationId: operation = '' } = request.routeOptions.config.row ?? {};
        const { id: about } = (request.params ?? {}) as { id?: string };
        security.note({ type: 'ActDone', origin: originOf(request), operation, about, at: now() });
      },
    },
    sessionOpened({ principalId, session, address, userAgent, method }) {
      const origin = { kind: 'session', principalId, credential: session, address, userAgent } as const;
      security.note({
        type: 'SignedIn',
        origin,
        personId: principalId,
        operation: 'signIn',
        reason: method,
        at: now(),
      });
    },
    close: () => security.close(),
  };
}

/** The names of whoever acts: people, keys and devices, tills and channels, and the program itself. */
export function actorNames(
  company: Pick<CompanyCache, 'register' | 'channel'>,
  systemId: string,
): AuditRouteDeps['namesOf'] {
  return async (tx, ids) => {
    const names = new Map<string, ActorName>(await findActorNames(tx, ids));
    for (const id of ids) {
      if (names.has(id)) continue;
      const register = company.register(id)?.code;
      const channel = company.channel(id)?.name;
      if (id === systemId) names.set(id, { id, kind: 'system', name: 'Oneshelf' });
      else if (register !== undefined) names.set(id, { id, kind: 'device', name: register });
      else if (channel !== undefined) names.set(id, { id, kind: 'key', name: channel });
    }
    return names;
  };
}
