import { originOf, openOrigins, type Origins } from '../../platform/audit/origins.ts';
import { openSecurityLog, type SecurityLog } from '../../platform/audit/security.ts';
import type { OpenedSession } from '../../platform/auth/session.ts';
import type { Master } from '../../platform/commit/master-door.ts';
import type { Witness } from '../../platform/http/witness.ts';
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
