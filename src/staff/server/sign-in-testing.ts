import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import type { BreachedPasswords } from '../../../platform/auth/breached-passwords.ts';
import { hashPassword } from '../../../platform/auth/password.ts';
import { createAuthenticator, type Authenticator } from '../../../platform/auth/session.ts';
import { createThrottle } from '../../../platform/auth/throttle.ts';
import { openMasterDoor } from '../../../platform/commit/master-door.ts';
import { createPool, withTransaction } from '../../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { createApi, type Api } from '../../../platform/http/app.ts';
import type { Mail } from '../../../platform/mail/mail.ts';
import { openSecrets, type Secrets } from '../../../platform/secrets/secrets.ts';
import { registerAccountRoutes } from './account.routes.ts';
import { openCompanyDoor, type CompanyProvider } from './company-sign-in.ts';
import { registerInvitationRoutes } from './invitations.routes.ts';
import { insertBuiltInRoles, insertPeople, type NewPerson } from './people.store.ts';
import { registerSecondFactorReset } from './reset-second-factor.routes.ts';
import { registerSignInRoutes } from './sign-in.routes.ts';
import { createSignInStore } from './sign-in.store.ts';
import { registerStaffRoutes } from './staff.routes.ts';
import { createStaffStore, type StaffStore } from './staff.store.ts';

/** The way in of a retailer on a database of its own, with its clock in the hand of the test and its mails in a list. */
export type TestSignIn = {
  readonly database: TestDatabase;
  readonly api: Api;
  readonly clock: { at: number };
  readonly mails: Mail[];
  /** Everything that was logged, as lines. */
  readonly logged: string[];
  readonly secrets: Secrets;
  readonly staff: StaffStore;
  readonly authenticator: Authenticator;
  /** A plain statement; every `staff_…` is that of the retailer. */
  run(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Adds people; those with `password` can sign in with it. */
  employ(...people: (Omit<NewPerson, 'passwordHash' | 'locale'> & { readonly password?: string })[]): Promise<void>;
  /** Waits until so many mails were sent, and gives the last one. */
  mail(count: number): Promise<Mail>;
  close(): Promise<void>;
};

/** Opens it. */
export async function openTestSignIn(
  options: {
    readonly breached?: BreachedPasswords;
    readonly company?: CompanyProvider;
    readonly baseUrl?: () => string;
  } = {},
): Promise<TestSignIn> {
  const database = await createTestDatabase();
  const { pool, schema } = database;
  const pipelined = createPool({ url: database.url, pipeline: true, max: 2 });
  const clock = { at: Date.parse('2026-12-01T09:00:00Z') };
  const now = (): number => clock.at;
  const mails: Mail[] = [];
  const logged: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const secrets = openSecrets({ file: '', setting: randomBytes(32).toString('base64url') });
  const staff = createStaffStore({ pool, schema, now });
  const authenticator = createAuthenticator({ store: staff, now });
  const api = await createApi({
    logger,
    authenticate: authenticator.authenticate,
    ready: async () => undefined,
    checkAnswers: true,
  });
  const deps = {
    pool,
    schema,
    now,
    staff,
    authenticator,
    secrets,
    store: createSignInStore({ pool, schema }),
    throttle: createThrottle({ pool, schema }),
    master: openMasterDoor({ pool: pipelined, schema }),
    sendMail: async (mail: Mail) => mails.push(mail),
    baseUrl: options.baseUrl ?? (() => 'https://shop.example'),
    breached: options.breached,
    company: options.company === undefined ? undefined : openCompanyDoor(options.company),
    onError: (error: unknown) => logger.warn({ err: error }, 'Something around signing in went wrong.'),
    entityOf: () => undefined,
    knowsEntity: () => false,
  };
  registerStaffRoutes(api, staff);
  registerSignInRoutes(api, deps);
  registerAccountRoutes(api, deps);
  registerInvitationRoutes(api, deps);
  registerSecondFactorReset(api, deps);
  await withTransaction(pool, { schema }, insertBuiltInRoles);
  return {
    database,
    api,
    clock,
    mails,
    logged,
    secrets,
    staff,
    authenticator,
    async run(text, values = []) {
      const qualified = text.replaceAll(/\b(staff|platform)_/g, `${schema}.$1_`);
      return (await pool.query<Record<string, unknown>>(qualified, values)).rows;
    },
    async employ(...people) {
      const hashed = await Promise.all(
        people.map(async ({ password, ...person }) => ({
          ...person,
          locale: 'en',
          passwordHash: password === undefined ? undefined : await hashPassword(password),
        })),
      );
      await withTransaction(pool, { schema }, (tx) => insertPeople(tx, hashed));
    },
    async mail(count) {
      for (let waited = 0; mails.length < count && waited < 100; waited += 1)
        await new Promise((resolve) => {
          setTimeout(resolve, 20);
        });
      if (mails.length !== count) throw new Error(`${mails.length} mails were sent instead of ${count}`);
      return mails[count - 1] as Mail;
    },
    async close() {
      await api.close();
      await pipelined.end();
      await database.drop();
    },
  };
}
