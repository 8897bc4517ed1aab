import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { hashPassword } from '../../platform/auth/password.ts';
import { changed } from '../../platform/commit/master-door.ts';
import { withTransaction } from '../../platform/db/pool.ts';
import type { Log } from '../../platform/log.ts';
import { countPeople, insertBuiltInRoles, insertPeople } from '../../src/staff/server/people.store.ts';
import { SYSTEM_PRINCIPAL, type Business, type Surroundings } from './compose.ts';
import type { DemoProgress } from './demo/demo.ts';

/** How to sign in, for the person who starts Oneshelf. */
export type SignIn = { readonly email: string; readonly password: string };

/**
 * What the first start does: the demo retailer, or, without it, an owner with a password that is told once. Later starts tell the demo's
 * sign-in again and change nothing.
 */
export async function firstStart(
  around: Surroundings,
  business: Business,
  how: { readonly demo: boolean; readonly log: Log; readonly write: (text: string) => void },
): Promise<SignIn | undefined> {
  const { write: pool, url, schema, now } = around;
  if (how.demo) {
    // Loaded only here: nobody needs the demo's factory while the program runs.
    const { loadDemo } = await import('./demo/demo.ts');
    const demo = await loadDemo({
      pool,
      url,
      schema,
      now,
      onProgress: tellTenths(how.write),
      sealSecret: around.signIn?.secrets.sealSecret,
    });
    // The caches were opened on an empty company.
    if (demo?.loaded === true) await business.company.reload();
    if (demo !== undefined) return demo.signIn;
  }
  if ((await withTransaction(pool, { schema, readOnly: true }, countPeople)) > 0) return undefined;
  const password = randomBytes(9).toString('base64url');
  const passwordHash = await hashPassword(password);
  const email = 'owner@oneshelf.local';
  const submission = {
    type: 'first_owner',
    principalId: SYSTEM_PRINCIPAL,
    originId: await business.audit.origins.ofJob('first start'),
    key: 'first-owner',
    body: { email },
    at: now(),
    topic: 'staff',
  };
  const outcome = await business.master(submission, async (tx) => {
    await insertBuiltInRoles(tx);
    await insertPeople(tx, [
      { id: uuidv7(), name: 'Owner', email, passwordHash, locale: 'en', grants: [{ role: 'owner' }] },
    ]);
    return changed([{ type: 'OwnerCreated', version: 1, body: { before: null, after: { roles: ['owner'] } } }], {});
  });
  if (outcome.kind !== 'accepted' || outcome.repeated) return undefined;
  // Told at once and again when the doors are open: it is kept nowhere, and what comes in between may fail.
  how.log.info(`The first person is ${email} with the password ${password}`);
  return { email, password };
}

/** Tells every tenth of the way once: lines that read well on a screen and in a log. */
function tellTenths(write: (text: string) => void): (progress: DemoProgress) => void {
  let told = -1;
  return ({ what, done, of }) => {
    const tenth = Math.floor((done * 10) / of);
    if (tenth === told) return;
    told = tenth;
    write(`The demo company: ${what} (${tenth * 10} %)\n`);
  };
}
