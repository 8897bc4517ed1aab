import type { KeyKind } from '../../platform/auth/key-ring.ts';
import { createKeyRing, withKeys } from '../../platform/auth/key-ring.ts';
import type { Authenticator } from '../../platform/auth/session.ts';
import type { Api } from '../../platform/http/app.ts';
import { createKeyStore } from '../../src/staff/server/api-keys.store.ts';
import { registerApiKeyRoutes } from '../../src/staff/server/api-keys.routes.ts';
import { registerDeviceRoutes } from '../../src/staff/server/devices.routes.ts';
import type { Business, Surroundings } from './compose.ts';

/** Who comes in, by session or by key. */
export type Door = Pick<Authenticator, 'authenticate' | 'renew' | 'onEnded'>;

/** The way in for programs and devices, beside people. */
export type Programs = {
  readonly door: Door;
  register(api: Api): void;
  close(): Promise<void>;
};

/** Which keys open the real books. Those of the sandbox never do. */
const KINDS: readonly KeyKind[] = ['key', 'device'];

/** Opens it beside the sessions. */
export function openPrograms(around: Surroundings, business: Business, sessions: Authenticator): Programs {
  const { write: pool, schema, now, logger } = around;
  const { company, master } = business;
  const keys = createKeyRing({
    store: createKeyStore({ pool, schema }),
    kinds: KINDS,
    now,
    onError: (error) => logger.warn({ err: error }, 'When keys were used last could not be written down.'),
  });
  // Revoked in another process is revoked here as soon as the event is heard, which is milliseconds later.
  const stop = business.onEvent('access', ({ subjectId }) => keys.forget(subjectId ?? undefined));
  const own = { pool, schema, master, now, keys, entityOf: (id: string) => company.location(id)?.entityId };
  return {
    door: withKeys(sessions, keys),
    register(api) {
      registerApiKeyRoutes(api, { ...own, knowsEntity: (id) => company.entity(id) !== undefined });
      registerDeviceRoutes(api, { ...own, registerOf: (id) => company.register(id) });
    },
    async close() {
      stop();
      await keys.close();
    },
  };
}
