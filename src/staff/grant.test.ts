import { describe, expect, it } from 'vitest';
import { accessOf } from './grant.ts';
import type { Grant } from './grant.ts';

const grant = (entityId: string | null, locationId: string | null, ...permissions: string[]): Grant => ({
  role: 'r',
  permissions: permissions.length === 0 ? ['stock:read'] : permissions,
  entityId,
  locationId,
});

const company = {};
const france = { entityId: 'fr' };
const paris = { entityId: 'fr', locationId: 'paris' };
const lyon = { entityId: 'fr', locationId: 'lyon' };
const berlin = { entityId: 'de', locationId: 'berlin' };
const parisAlone = { locationId: 'paris' };

describe('one grant', () => {
  it.each([
    //                     company france paris  lyon   berlin paris without its entity
    ['everywhere', null, null, [true, true, true, true, true, true]],
    ['for France', 'fr', null, [false, true, true, true, false, false]],
    ['for Paris', null, 'paris', [false, false, true, false, false, true]],
    ['for Paris in France', 'fr', 'paris', [false, false, true, false, false, true]],
    ['for Paris in Germany, which is nowhere', 'de', 'paris', [false, false, false, false, false, true]],
  ] as const)('%s', (_, entityId, locationId, expected) => {
    const access = accessOf([grant(entityId, locationId)]);
    const targets = [company, france, paris, lyon, berlin, parisAlone];
    expect(targets.map((target) => access.can('stock:read', target))).toEqual(expected);
  });
});

describe('several grants', () => {
  const access = accessOf([
    grant('de', null, 'stock:read', 'stock:adjust'),
    grant(null, 'paris', 'stock:read'),
    grant(null, null, 'catalog:read'),
  ]);

  it('add up, each permission where it was given', () => {
    expect(access.can('stock:read', berlin)).toBe(true);
    expect(access.can('stock:read', paris)).toBe(true);
    expect(access.can('stock:adjust', paris)).toBe(false);
    expect(access.can('catalog:read', company)).toBe(true);
  });

  it('say where to look', () => {
    expect(access.scopes('stock:read')).toEqual({ entityIds: ['de'], locationIds: ['paris'] });
    expect(access.scopes('catalog:read')).toBe('all');
    expect(access.permissions).toEqual(['catalog:read', 'stock:adjust', 'stock:read']);
  });

  it('allow nothing that nobody gave', () => {
    expect(access.can('order:place', berlin)).toBe(false);
    expect(access.holds('order:place')).toBe(false);
    expect(access.scopes('order:place')).toEqual({ entityIds: [], locationIds: [] });
    expect(accessOf([]).can('stock:read', company)).toBe(false);
    expect(accessOf([grant(null, 'paris')]).can('stock:read', { entityId: null, locationId: null })).toBe(false);
  });
});
