import type { RoleLimits } from './limit.ts';

/** Everything that can be allowed, `thing:act`, in the order of screens. */
export const PERMISSIONS = [
  'catalog:read',
  'catalog:edit',
  'price:read',
  'price:edit',
  'price:override',
  'promotion:read',
  'promotion:write',
  'tax:read',
  'tax:write',
  'customer:read',
  'customer:edit',
  'gift_card:read',
  'gift_card:issue',
  'gift_card:block',
  'store_credit:read',
  'store_credit:write',
  'loyalty:read',
  'loyalty:write',
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
  'task:read',
  'task:write',
  'event:read',
  'live:read',
  'insight:read',
  'people:read',
  'people:edit',
  'people:grant',
  'role:edit',
  'key:read',
  'key:manage',
  'device:read',
  'device:manage',
  'webhook:read',
  'webhook:manage',
  'import:read',
  'import:run',
  'audit:read',
  'privacy:manage',
  'system:read',
  'system:manage',
] as const;

/** One thing that can be allowed. */
export type Permission = (typeof PERMISSIONS)[number];

/**
 * A named set of permissions that people are given, and how far they go in one act. Of a role that the program brings along the permissions are
 * here and the limits in the database; of one that the company made both are in the database.
 */
export type Role = {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
  readonly limits: RoleLimits;
};

/** What everybody who works with goods needs to see. */
const floor: readonly Permission[] = ['catalog:read', 'stock:read', 'order:read', 'company:read', 'live:read'];

/** What everybody who speaks with customers needs besides. */
const counter: readonly Permission[] = [
  ...floor,
  'price:read',
  'promotion:read',
  'price:override',
  'customer:read',
  'customer:edit',
  'gift_card:read',
  'store_credit:read',
  'loyalty:read',
  'stock:reserve',
  'order:place',
  'order:return',
];

/** The most that somebody behind a counter takes off a price without asking: a tenth. Amounts of money are the company's to set. */
const haggling: RoleLimits = { discountPpm: 100_000 };

/** The role that may do everything and that somebody must always hold. */
export const OWNER = 'owner';

/** The roles that every company starts with. What a role may do where is the grant's business. */
export const BUILT_IN_ROLES: readonly Role[] = [
  role(OWNER, 'Owner', 'May do everything, everywhere. At least one person always holds it.', PERMISSIONS),
  // A manager appoints cashiers, so a manager holds what a cashier holds.
  role(
    'manager',
    'Manager',
    'Runs shops and warehouses, keeps assortment and prices, appoints people. The books and the company itself are not theirs.',
    PERMISSIONS.filter(
      (one) =>
        ![
          'marketplace:push',
          'journal:post',
          'period:close',
          'company:edit',
          'tax:write',
          'role:edit',
          'webhook:manage',
          'privacy:manage',
          'system:manage',
        ].includes(one),
    ),
  ),
  role(
    'cashier',
    'Cashier',
    'Sells, takes returns and orders at a counter, and takes a little off a price.',
    [...counter, 'till:sell', 'till:sync'],
    haggling,
  ),
  role('picker', 'Picker', 'Receives, counts, moves, picks and ships goods.', [
    ...floor,
    'stock:receive',
    'stock:count',
    'stock:transfer',
    'order:ship',
  ]),
  role('buyer', 'Buyer', 'Keeps the assortment and brings goods in.', [
    ...floor,
    'catalog:edit',
    'price:read',
    'stock:receive',
    'stock:transfer',
    'insight:read',
  ]),
  role(
    'accountant',
    'Accountant',
    'Reads everything but people and the installation, posts to the books and closes periods.',
    [...reading(), 'task:write', 'journal:post', 'period:close', 'company:edit', 'tax:write'].filter(
      (one) => one !== 'people:read' && one !== 'system:read',
    ),
  ),
  role('marketer', 'Marketer', 'Keeps texts, pictures and prices, and reads what sells.', [
    ...floor,
    'catalog:edit',
    'price:read',
    'price:edit',
    'promotion:read',
    'promotion:write',
    'customer:read',
    'loyalty:read',
    'loyalty:write',
    'task:read',
    'insight:read',
  ]),
  role(
    'support',
    'Support',
    'Speaks with customers: orders, returns, cancellations.',
    [...counter, 'order:cancel', 'gift_card:block', 'store_credit:write', 'task:read', 'task:write'],
    haggling,
  ),
  role('auditor', 'Auditor', 'Sees everything and changes nothing.', reading()),
  role(
    'integrator',
    'Integrator',
    'A program of ours or of a partner: a marketplace, a web shop, a warehouse next door.',
    [
      ...counter.filter((one) => one !== 'price:override'),
      'order:ship',
      'order:cancel',
      'till:sync',
      'marketplace:push',
      'event:read',
      'webhook:read',
      'webhook:manage',
    ],
  ),
];

const builtIn: ReadonlyMap<string, Role> = new Map(BUILT_IN_ROLES.map((each) => [each.code, each]));

/** The role of this code that the program brings along; undefined for one that the company made. */
export function findBuiltInRole(code: string): Role | undefined {
  return builtIn.get(code);
}

/** Whether the text names a permission. */
export function isPermission(text: string): text is Permission {
  return (PERMISSIONS as readonly string[]).includes(text);
}

function reading(): Permission[] {
  return PERMISSIONS.filter((one) => one.endsWith(':read'));
}

/** Each permission once, in the order of {@link PERMISSIONS}. */
function role(
  code: string,
  name: string,
  description: string,
  permissions: readonly string[],
  limits: RoleLimits = {},
): Role {
  return { code, name, description, permissions: PERMISSIONS.filter((one) => permissions.includes(one)), limits };
}
