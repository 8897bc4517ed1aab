import { randomBytes } from 'node:crypto';
import type { BreachedPasswords } from '../../platform/auth/breached-passwords.ts';
import { createAuthenticator, type Authenticator, type OpenedSession } from '../../platform/auth/session.ts';
import { createThrottle } from '../../platform/auth/throttle.ts';
import type { Api } from '../../platform/http/app.ts';
import type { Mail } from '../../platform/mail/mail.ts';
import { openSecrets, type Secrets } from '../../platform/secrets/secrets.ts';
import { registerAccountRoutes } from '../../src/staff/server/account.routes.ts';
import { openCompanyDoor, type CompanyProvider } from '../../src/staff/server/company-sign-in.ts';
import { registerInvitationRoutes } from '../../src/staff/server/invitations.routes.ts';
import type { RightsDeps } from '../../src/staff/server/roles.routes.ts';
import { registerSecondFactorReset } from '../../src/staff/server/reset-second-factor.routes.ts';
import { registerSecondFactorPolicy } from '../../src/staff/server/second-factor-policy.routes.ts';
import { registerSignInRoutes } from '../../src/staff/server/sign-in.routes.ts';
import { createSignInStore } from '../../src/staff/server/sign-in.store.ts';
import { createStaffStore } from '../../src/staff/server/staff.store.ts';
import type { Surroundings } from './compose.ts';

/** How people of an installation sign in, beyond what every one has. */
export type SignInOptions = {
  readonly secrets: Secrets;
  readonly sendMail: (mail: Mail) => Promise<unknown>;
  /** Where people find us, for links in mails; never with a / at the end. */
  readonly baseUrl: () => string;
  readonly breached?: BreachedPasswords | undefined;
  readonly company?: CompanyProvider | undefined;
  /** How long a session lives that nobody uses; 12 hours unless told. */
  readonly idleMs?: number | undefined;
};

/** The way in for people. */
export type SignIn = {
  readonly authenticator: Authenticator;
  register(api: Api, rights: Pick<RightsDeps, 'master' | 'entityOf' | 'knowsEntity'>): void;
};

/** What holds when nobody said how: keys that end with the process, and no mails. */
function unsaid(): SignInOptions {
  return {
    secrets: openSecrets({ file: '', setting: randomBytes(32).toString('base64url') }),
    sendMail: async () => undefined,
    baseUrl: () => 'http://localhost',
  };
}

/** Opens it. */
export function openSignIn(
  { write: pool, schema, now, logger, signIn = unsaid() }: Surroundings,
  onOpened: (session: OpenedSession) => void,
): SignIn {
  const { company, breached, idleMs, ...options } = signIn;
  const staff = createStaffStore({ pool, schema, now });
  const authenticator = createAuthenticator({
    store: staff,
    now,
    onOpened,
    ...(idleMs === undefined ? {} : { idleMs }),
  });
  return {
    authenticator,
    register(api, rights) {
      const deps = {
        ...rights,
        ...options,
        pool,
        schema,
        now,
        staff,
        authenticator,
        store: createSignInStore({ pool, schema }),
        throttle: createThrottle({ pool, schema }),
        breached,
        idleMs,
        company: company === undefined ? undefined : openCompanyDoor(company),
        onError: (error: unknown) => logger.warn({ err: error }, 'Something around signing in went wrong.'),
      };
      registerSignInRoutes(api, deps);
      registerAccountRoutes(api, deps);
      registerInvitationRoutes(api, deps);
      registerSecondFactorPolicy(api, deps);
      registerSecondFactorReset(api, deps);
    },
  };
}
