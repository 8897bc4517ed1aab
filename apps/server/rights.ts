import { randomBytes } from 'node:crypto';
import type { Api } from '../../platform/http/app.ts';
import { notFound } from '../../platform/http/problem.ts';
import { openSecrets } from '../../platform/secrets/secrets.ts';
import { openApprovals } from '../../src/staff/server/approvals.ts';
import { registerApprovalRoutes } from '../../src/staff/server/approvals.routes.ts';
import { registerPeopleRoutes } from '../../src/staff/server/people.routes.ts';
import { identifyAt, type RegisterPlace } from '../../src/staff/server/register-sign-in.ts';
import { registerRegisterRoutes } from '../../src/staff/server/registers.routes.ts';
import { registerRoleRoutes, type RightsDeps } from '../../src/staff/server/roles.routes.ts';
import type { Business, Surroundings } from './compose.ts';

/**
 * Who may do what: roles, people, the second person for delicate acts, PINs and badges for registers. Gives the function that stops listening for changes
 * made by other processes. Without keys of its own an installation forgets its PINs when it stops; only tests have none.
 */
export async function openRights(
  api: Api,
  { write: pool, schema, now, logger, signIn }: Surroundings,
  business: Pick<Business, 'master' | 'company' | 'onEvent' | 'audit'>,
  rights: RightsDeps,
): Promise<() => void> {
  const { master, company } = business;
  const secrets = signIn?.secrets ?? openSecrets({ file: '', setting: randomBytes(32).toString('base64url') });
  const approvals = await openApprovals({ pool, schema, master, performers: api.performers, now });
  const stop = business.onEvent('staff', ({ type }) => {
    if (type !== 'FourEyesSet') return;
    approvals
      .reload()
      .catch((error: unknown) => logger.warn({ err: error }, 'Which acts need two people is not read.'));
  });
  const placeOf = (registerId: string): RegisterPlace | undefined => {
    const register = company.register(registerId);
    const location = register && company.location(register.locationId);
    return location && { registerId, entityId: location.entityId, locationId: location.id };
  };
  const atRegisters = { pool, schema, secrets, now, onOpened: business.audit.sessionOpened };
  registerRoleRoutes(api, rights);
  registerPeopleRoutes(api, rights);
  registerRegisterRoutes(api, { ...rights, ...atRegisters, placeOf });
  registerApprovalRoutes(api, {
    pool,
    schema,
    master,
    approvals,
    now,
    identify(shown, registerId, locationId) {
      const place = placeOf(registerId);
      // A PIN is good for the place of its register, and a register for what happens there: what concerns the whole company is decided in the office.
      if (place === undefined || locationId !== place.locationId) throw notFound('register here');
      return identifyAt(atRegisters, place, shown);
    },
  });
  return stop;
}
