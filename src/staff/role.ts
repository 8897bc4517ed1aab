/** Everything that can be allowed, `thing:act`, in the order of screens. */
export const PERMISSIONS = [
  'catalog:read',
  'catalog:edit',
  'price:read',
  'price:edit',
  'customer:read',
  'customer:edit',
  'stock:read',
  'stock:receive',
  'stock:adjust',
  'stock:count',
  'stock:transfer',
  'stock:reserve',
  'order:read',
  'order:place',
  'order:ship',
  'order:cancel',
  'order:return',
  'till:sell',
  'till:sync',
  'marketplace:push',
  'journal:read',
  'journal:post',
  'period:close',
  'company:read',
  'company:edit',
  'quarantine:read',
  'quarantine:resolve',
  'event:read',
  'live:read',
  'insight:read',
  'people:read',
  'import:read',
  'import:run',
  'system:read',
  'system:manage',
] as const;

/** One thing that can be allowed. */
export type Permission = (typeof PERMISSIONS)[number];

/** A named set of permissions that people are given. */
export type Role = { readonly code: string; readonly name: string; readonly permissions: readonly Permission[] };

/** What everybody who works with goods needs to see. */
const floor: readonly Permission[] = ['catalog:read', 'stock:read', 'order:read', 'company:read', 'live:read'];

/** What everybody who speaks with customers needs besides. */
const counter: readonly Permission[] = [
  ...floor,
  'price:read',
  'customer:read',
  'customer:edit',
  'stock:reserve',
  'order:place',
  'order:return',
];

/** The roles that every company starts with. What a role may do where is the grant's business. */
export const BUILT_IN_ROLES: readonly Role[] = [
  role('owner', 'Owner', PERMISSIONS),
  // Runs shops and warehouses, keeps assortment and prices; the books and the company itself are not theirs.
  role(
    'manager',
    'Manager',
    PERMISSIONS.filter(
      (one) =>
        !['till:sync', 'marketplace:push', 'journal:post', 'period:close', 'company:edit', 'system:manage'].includes(
          one,
        ),
    ),
  ),
  role('cashier', 'Cashier', [...counter, 'till:sell', 'till:sync']),
  role('picker', 'Picker', [...floor, 'stock:receive', 'stock:count', 'stock:transfer', 'order:ship']),
  role('buyer', 'Buyer', [...floor, 'catalog:edit', 'price:read', 'stock:receive', 'stock:transfer', 'insight:read']),
  role(
    'accountant',
    'Accountant',
    [...reading(), 'journal:post', 'period:close', 'company:edit'].filter(
      (one) => one !== 'people:read' && one !== 'system:read',
    ),
  ),
  role('marketer', 'Marketer', [...floor, 'catalog:edit', 'price:read', 'price:edit', 'customer:read', 'insight:read']),
  role('support', 'Support', [...counter, 'order:cancel']),
  // Sees everything and changes nothing.
  role('auditor', 'Auditor', reading()),
  // A program of ours or a partner's: a marketplace, a web shop, a warehouse next door.
  role('integrator', 'Integrator', [
    ...counter,
    'order:ship',
    'order:cancel',
    'till:sync',
    'marketplace:push',
    'event:read',
  ]),
];

/** Whether the text names a permission. */
export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}

function reading(): Permission[] {
  return PERMISSIONS.filter((one) => one.endsWith(':read'));
}

/** Each permission once, in the order of {@link PERMISSIONS}. */
function role(code: string, name: string, permissions: readonly string[]): Role {
  return { code, name, permissions: PERMISSIONS.filter((one) => permissions.includes(one)) };
}
