import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessOf, holdingAt, narrowedTo, type KeptGrant } from './grant.ts';
import { LIMITS, type RoleLimits } from './limit.ts';
import {
  decideActOn,
  decideGrant,
  decideRevoke,
  decideRole,
  explain,
  isOwner,
  type Holder,
  type RoleContent,
} from './rights.ts';

const NOW = 1_000;
let count = 0;

const grant = (more: Partial<KeptGrant> = {}): KeptGrant => ({
  id: String((count += 1)),
  role: 'manager',
  permissions: ['order:return', 'stock:adjust'],
  limits: {},
  entityId: null,
  locationId: null,
  validFrom: 0,
  validUntil: null,
  ...more,
});
const holder = (personId: string, ...grants: KeptGrant[]): Holder => ({ personId, grants });
const paris = { entityId: 'fr', locationId: 'paris' };
const lyon = { entityId: 'fr', locationId: 'lyon' };
const said = (decision: ReturnType<typeof decideGrant>): string => (decision.ok ? 'yes' : decision.rejection.reason);

describe('giving a role', () => {
  it.each([
    ['everywhere, by who holds it everywhere', {}, {}, 'yes'],
    ['for Paris, by who holds it everywhere', {}, paris, 'yes'],
    ['for Paris, by who holds it for France', { entityId: 'fr' }, paris, 'yes'],
    ['for France, by who holds it for France', { entityId: 'fr' }, { entityId: 'fr' }, 'yes'],
    ['for Paris, by who holds it for Paris', paris, paris, 'yes'],
    ['everywhere, by who holds it for France', { entityId: 'fr' }, {}, 'beyond_own_rights'],
    ['for France, by who holds it for Paris', paris, { entityId: 'fr' }, 'beyond_own_rights'],
    ['for Lyon, by who holds it for Paris', paris, lyon, 'beyond_own_rights'],
    [
      'for Berlin, by who holds it for France',
      { entityId: 'fr' },
      { entityId: 'de', locationId: 'berlin' },
      'beyond_own_rights',
    ],
    [
      'for a place of nobody knows whom, by who holds it for France',
      { entityId: 'fr' },
      { locationId: 'paris' },
      'beyond_own_rights',
    ],
    ['with a permission more', { permissions: ['stock:adjust'] }, {}, 'beyond_own_rights'],
    ['with a permission less', {}, { permissions: ['stock:adjust'] }, 'yes'],
    ['for ever, by who holds it until Friday', { validUntil: 5_000 }, {}, 'beyond_own_rights'],
    ['until Friday, by who holds it until Friday', { validUntil: 5_000 }, { validUntil: 5_000 }, 'yes'],
    ['by who held it until yesterday', { validUntil: 999 }, { validUntil: 999 }, 'beyond_own_rights'],
    ['by who will hold it tomorrow', { validFrom: 2_000 }, {}, 'beyond_own_rights'],
    ['until before it begins', {}, { validFrom: 2_000, validUntil: 2_000 }, 'valid_until_before_from'],
    ['refunding as much', { limits: { refund: { EUR: 100 } } }, { limits: { refund: { EUR: 100 } } }, 'yes'],
    ['refunding more', { limits: { refund: { EUR: 100 } } }, { limits: { refund: { EUR: 101 } } }, 'beyond_own_rights'],
    [
      'refunding in another currency',
      { limits: { refund: { EUR: 100 } } },
      { limits: { refund: { GBP: 1 } } },
      'beyond_own_rights',
    ],
    ['refunding without a limit', { limits: { refund: { EUR: 100 } } }, {}, 'beyond_own_rights'],
    ['with a limit on something else', { limits: { discountPpm: 1 } }, {}, 'yes'],
  ] as const)('%s', (_, mine, wanted, answer) => {
    const { id: __, ...asked } = grant(wanted);
    expect(said(decideGrant(holder('ann', grant(mine as Partial<KeptGrant>)), { personId: 'ben' }, asked, NOW))).toBe(
      answer,
    );
  });

  it('to oneself is refused, whatever one holds', () => {
    const ann = holder('ann', grant({ validUntil: 5_000 }));
    expect(said(decideGrant(ann, ann, { ...grant(), validUntil: 9_000 }, NOW))).toBe('own_rights');
  });
});

describe('taking away', () => {
  const owner = grant({ role: 'owner' });
  const other = grant({ role: 'owner' });
  it('leaves somebody who may do everything', () => {
    const [ann, ben] = [holder('ann', owner), holder('ben', other)];
    const both = { owners: [owner, other], at: NOW };
    expect(decideRevoke(ann, ben, other, both).ok).toBe(true);
    expect(decideRevoke(ann, ann, owner, both).ok).toBe(true);
    expect(said(decideRevoke(ann, ann, owner, { owners: [owner], at: NOW }) as never)).toBe('last_owner');
    expect(said(decideActOn(ben, ann, { owners: [owner], leaves: true, at: NOW }) as never)).toBe('last_owner');
  });
  it('needs as much as is taken', () => {
    const [ann, ben] = [holder('ann', grant(paris)), holder('ben', grant(lyon))];
    expect(said(decideRevoke(ann, ben, ben.grants[0]!, { owners: [], at: NOW }) as never)).toBe('beyond_own_rights');
  });
  it('nobody gets at the ways in of somebody who may more', () => {
    const [ann, ben] = [holder('ann', grant(paris)), holder('ben', grant(paris), grant(lyon))];
    const around = { owners: [], leaves: false, at: NOW };
    expect(said(decideActOn(ann, ben, around) as never)).toBe('beyond_own_rights');
    expect(decideActOn(ben, ann, around).ok).toBe(true);
    expect(decideActOn(ann, ann, around).ok).toBe(true);
    expect(said(decideActOn(ann, ann, { ...around, leaves: true }) as never)).toBe('own_rights');
  });
});

describe('a role', () => {
  const custom = { code: 'night', builtIn: false, archived: false };
  const none: RoleContent = { permissions: [], limits: {} };
  const asked = (editor: KeptGrant, after: RoleContent, before = none, role = custom): string =>
    said(decideRole(holder('ann', editor), role, { before, after }, NOW) as never);
  const returns: RoleContent = { permissions: ['order:return'], limits: {} };
  it.each([
    ['of what the editor holds everywhere', grant(), returns, none, 'yes'],
    ['of what the editor holds in Paris', grant(paris), returns, none, 'beyond_own_rights'],
    ['of what the editor holds until Friday', grant({ validUntil: 5_000 }), returns, none, 'beyond_own_rights'],
    ['that keeps what it had', grant(paris), returns, returns, 'yes'],
    ['whose limit goes', grant(paris), returns, { ...returns, limits: { refund: { EUR: 5 } } }, 'beyond_own_rights'],
    ['whose limit comes', grant(paris), { ...returns, limits: { refund: { EUR: 5 } } }, returns, 'yes'],
  ] as const)('%s', (_, editor, after, before, answer) => {
    expect(asked(editor, after, before)).toBe(answer);
  });
  it('that came with the program keeps its permissions, and the owner has no limits', () => {
    expect(asked(grant(), returns, none, { ...custom, builtIn: true })).toBe('built_in_role');
    expect(asked(grant(), { ...none, limits: { discountPpm: 1 } }, none, { ...custom, code: 'owner' })).toBe(
      'owner_has_no_limits',
    );
    expect(asked(grant(), returns, none, { ...custom, archived: true })).toBe('role_archived');
  });
});

it('says what somebody may do, and why', () => {
  const grants = [
    grant({ ...paris, limits: { refund: { EUR: 5 }, discountPpm: 7 } }),
    grant({ validFrom: 2_000, permissions: ['order:return'] }),
  ];
  const told = explain(grants, NOW);
  expect(told.map(({ permission, holds, sources }) => [permission, holds, sources.length])).toEqual([
    ['order:return', true, 2],
    ['stock:adjust', true, 1],
  ]);
  expect(told[0]?.sources.map(({ holds, limits }) => [holds, limits])).toEqual([
    [true, { refund: { EUR: 5 } }],
    [false, {}],
  ]);
});

it('at a register somebody may do what they may do at that place, and there only', () => {
  const access = accessOf(narrowedTo([grant(), grant(lyon)], paris));
  expect(access.can('stock:adjust', paris)).toBe(true);
  expect(access.can('stock:adjust', lyon)).toBe(false);
  expect(access.can('stock:adjust', { entityId: 'fr' })).toBe(false);
  expect(narrowedTo([grant({ entityId: 'de' }), grant(lyon)], paris)).toEqual([]);
});

/** Everything that can be asked: a permission, a place, an instant, an amount. What is worked out here knows nothing of how it is decided. */
const permissions = ['order:return', 'stock:adjust', 'catalog:read'];
const places = [{}, { entityId: 'fr' }, { entityId: 'de' }, paris, lyon, { entityId: 'de', locationId: 'berlin' }];
const instants = [0, 500, 1_500, 2_500, 9_999];
const amounts = [0, 50, 150, 10_000];

function all(grants: readonly KeptGrant[]): Set<string> {
  const found = new Set<string>();
  for (const at of instants.filter((each) => each >= NOW)) {
    const access = accessOf(holdingAt(grants, at));
    for (const permission of permissions)
      for (const [index, place] of places.entries())
        for (const amount of amounts) {
          // Each permission is asked with the amounts that bound it; nothing bounds reading.
          const limit = LIMITS.find((one) => one.permission === permission)?.name;
          const asked = limit === undefined ? [] : [{ limit, currency: 'EUR', amount }];
          if (access.can(permission, place) && access.overrun(permission, place, asked) === undefined)
            found.add(`${permission} ${index} ${at} ${amount}`);
        }
  }
  return found;
}

const anyLimits: fc.Arbitrary<RoleLimits> = fc.record(
  {
    refund: fc.constantFrom({}, { EUR: 50 }, { EUR: 150 }),
    stockAdjustment: fc.constantFrom({ EUR: 0 }, { EUR: 150 }),
  },
  { requiredKeys: [] },
);
const anyGrant = fc.record({
  role: fc.constantFrom('owner', 'manager', 'night'),
  permissions: fc.subarray(permissions),
  limits: anyLimits,
  place: fc.constantFrom(...places),
  validFrom: fc.constantFrom(0, 500, 1_500),
  validUntil: fc.constantFrom(null, 600, 2_000, 3_000),
});
type AnyGrant = typeof anyGrant extends fc.Arbitrary<infer G> ? G : never;

function made({ place, ...rest }: AnyGrant): KeptGrant {
  const { entityId = null, locationId = null } = place as { entityId?: string; locationId?: string };
  return grant({ ...rest, entityId, locationId });
}

it('no sequence of grants gives anybody more than those who gave it had', () => {
  let given = 0;
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), anyGrant), { minLength: 1, maxLength: 8 }),
      fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.boolean(), anyGrant), { maxLength: 40 }),
      (start, steps) => {
        const people: KeptGrant[][] = [[], [], [], []];
        for (const [at, one] of start) people[at]!.push(made(one));
        const everybodyHad = new Set(people.flatMap((grants) => [...all(grants)]));
        for (const [editor, receiver, takes, one] of steps) {
          const [mine, theirs] = [people[editor]!, people[receiver]!];
          const [before, had] = [all(theirs), all(mine)];
          const by = holder(String(editor), ...mine);
          const owners = people.flat().filter((each) => isOwner(each, NOW));
          if (takes) {
            const last = theirs.at(-1);
            if (last !== undefined && decideRevoke(by, { personId: String(receiver) }, last, { owners, at: NOW }).ok)
              theirs.pop();
          } else {
            const wanted = made(one);
            if (decideGrant(by, { personId: String(receiver) }, wanted, NOW).ok) {
              theirs.push(wanted);
              given += 1;
            } else refused += 1;
          }
          const after = all(theirs);
          const gained = [...after].filter((right) => !before.has(right));
          expect(gained.filter((right) => !had.has(right))).toEqual([]);
          if (editor === receiver) expect(gained).toEqual([]);
          expect([...after].filter((right) => !everybodyHad.has(right))).toEqual([]);
          if (owners.length > 0) expect(people.flat().some((each) => isOwner(each, NOW))).toBe(true);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(given).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});
