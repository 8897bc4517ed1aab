import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { hashPassword } from '../../platform/auth/password.ts';
import { changed } from '../../platform/commit/master-door.ts';
import { withTransaction } from '../../platform/db/pool.ts';
import type { Log } from '../../platform/log.ts';
import { countPeople, insertBuiltInRoles, insertPeople } from '../../src/staff/server/people.store.ts';
import { SYSTEM_PRINCIPAL, type Business, type Surroundings } from './compose.ts';
import { loadDemo } from './demo/demo.ts';

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
  const { write: pool, schema, now } = around;
  if (how.demo) {
    const demo = await loadDemo({ pool, schema, now, master: business.master, committer: business.committer, reload: () => business.company.reload(), onProgress: how.write });
    if (demo !== undefined) return demo.signIn;
  }
  if ((await withTransaction(pool, { schema, readOnly: true }, countPeople)) > 0) return undefined;
  const password = randomBytes(9).toString('base64url');
  const passwordHash = await hashPassword(password);
  const email = 'owner@oneshelf.local';
  const submission = { type: 'first_owner', principalId: SYSTEM_PRINCIPAL, key: 'first-owner', body: { email }, at: now(), topic: 'staff' };
  const outcome = await business.master(submission, async (tx) => {
    await insertBuiltInRoles(tx);
    await insertPeople(tx, [{ id: uuidv7(), name: 'Owner', email, passwordHash, locale: 'en', grants: [{ role: 'owner' }] }]);
    return changed([{ type: 'OwnerCreated', version: 1, body: {} }], {});
  });
  return outcome.kind === 'accepted' && !outcome.repeated ? { email, password } : undefined;
}
