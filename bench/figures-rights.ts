import { accessOf, type Grant } from '../src/staff/grant.ts';
import { BUILT_IN_ROLES, PERMISSIONS } from '../src/staff/role.ts';
import { median, type Figure, type Found } from './bench.ts';

const PEOPLE = 1_000;
const PLACES = 200;
const CHECKS = 1_000_000;
const ROUNDS = 7;

/** People with up to four roles, each at a place, for an entity or everywhere, some of them with limits. */
function everybody() {
  return Array.from({ length: PEOPLE }, (_, person) => {
    const grants = Array.from({ length: 1 + (person % 4) }, (__, nth): Grant => {
      const { code, permissions, limits } = BUILT_IN_ROLES[(person + nth) % BUILT_IN_ROLES.length]!;
      const place = (person * 7 + nth * 13) % PLACES;
      const where = (person + nth) % 10;
      return {
        role: code,
        permissions,
        limits: { ...limits, refund: { EUR: 10_000 } },
        entityId: where === 0 ? null : `entity ${place % 5}`,
        locationId: where < 2 ? null : `location ${place}`,
      };
    });
    return accessOf(grants);
  });
}

/** Microseconds for one question, asked so that neither the person nor the place nor the permission is the one before. */
async function permissionCheck(): Promise<Found> {
  const people = everybody();
  const targets = Array.from({ length: PLACES }, (_, place) => ({
    entityId: `entity ${place % 5}`,
    locationId: `location ${place}`,
  }));
  const refund = [{ limit: 'refund', currency: 'EUR', amount: 5_000 }];
  let allowed = 0;
  const round = (ask: (at: number) => boolean): number => {
    const begun = performance.now();
    for (let at = 0; at < CHECKS; at += 1) if (ask(at)) allowed += 1;
    return ((performance.now() - begun) * 1_000) / CHECKS;
  };
  const can = (at: number): boolean =>
    people[(at * 31) % PEOPLE]!.can(PERMISSIONS[(at * 17) % PERMISSIONS.length]!, targets[(at * 7) % PLACES]!);
  const within = (at: number): boolean =>
    people[(at * 31) % PEOPLE]!.overrun('order:return', targets[(at * 7) % PLACES]!, refund) === undefined;
  const checks = Array.from({ length: ROUNDS }, () => round(can)).slice(1);
  const limits = Array.from({ length: ROUNDS }, () => round(within)).slice(1);
  if (allowed === 0) throw new Error('nobody was allowed anything: the bench asks nothing');
  return {
    value: Math.max(median(checks), median(limits)),
    strangers: undefined,
    detail: { permissionUs: median(checks), limitUs: median(limits), people: PEOPLE, places: PLACES },
  };
}

/** What asking for a right costs. */
export const rightsFigures: readonly Figure[] = [
  {
    name: 'permission-check',
    what: 'One question whether somebody may do something somewhere, and one whether it goes too far; the slower of the two',
    unit: 'µs',
    must: { is: '<=', limit: 5 },
    needs: [],
    run: permissionCheck,
  },
];
