import { expect, it } from 'vitest';
import { BUILT_IN_ROLES, PERMISSIONS } from '../../src/staff/role.ts';
import { missingFor, placesFor } from './places.ts';

const of = (code: string): readonly string[] => BUILT_IN_ROLES.find((role) => role.code === code)?.permissions ?? [];
const addresses = (permissions: readonly string[], beginning = false): string[] =>
  placesFor(permissions, beginning).flatMap(({ items }) => items.map(({ href }) => href));

it('leads a cashier to the counter, and neither to people nor to the system', () => {
  const found = addresses(of('cashier'));
  expect(found).toEqual(expect.arrayContaining(['/sell', '/orders', '/customers']));
  const labels = placesFor(of('cashier'), false).map(({ label }) => label);
  expect(labels).not.toContain('people');
  expect(labels).not.toContain('system');
});

it('puts getting started first while nothing was ever sold, and never twice', () => {
  expect(addresses(PERMISSIONS, true)[0]).toBe('/getting-started');
  for (const beginning of [true, false])
    expect(addresses(PERMISSIONS, beginning).filter((href) => href === '/getting-started')).toHaveLength(1);
});

it.each([
  ['cashier', '/people', 'people:read'],
  ['cashier', '/people/per_1', 'people:read'],
  ['cashier', '/products/new', 'catalog:edit'],
  ['cashier', '/products', undefined],
  ['cashier', '/products/prd_1', undefined],
  ['cashier', '/system/health', 'system:read'],
  ['auditor', '/imports/new', 'import:run'],
  ['auditor', '/imports', undefined],
  ['manager', '/getting-started', 'company:edit'],
  ['cashier', '/', undefined],
  ['cashier', '/account', undefined],
  ['cashier', '/nowhere', undefined],
])('a %s at %s misses %s', (role, path, missing) => {
  expect(missingFor(path, of(role))).toBe(missing);
});
