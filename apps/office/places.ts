import {
  ArrowDownUp,
  Award,
  BadgePercent,
  BookOpenText,
  Boxes,
  Building2,
  ChartNoAxesCombined,
  ClipboardPlus,
  Contact,
  DatabaseBackup,
  Gavel,
  Gift,
  HeartPulse,
  House,
  KeyRound,
  ListTodo,
  PackagePlus,
  Percent,
  Rocket,
  Scale,
  ScrollText,
  ShieldCheck,
  ShoppingBag,
  SlidersHorizontal,
  Store,
  TabletSmartphone,
  Tags,
  UserRoundCheck,
  UserRoundX,
  TicketPercent,
  Users,
  Warehouse,
  Webhook,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { Permission } from '../../src/staff/role.ts';
import type { officeEn } from './messages/en.ts';

/** Where something is done: its address, its name, and what one must be allowed to do for it to be of any use. */
export type Place = {
  readonly href: string;
  readonly word: keyof (typeof officeEn)['nav'];
  readonly icon: LucideIcon;
  readonly needs?: Permission;
};
/** Places that belong together; the first group needs no heading. */
export type PlaceGroup = { readonly label?: Place['word']; readonly items: readonly Place[] };

const GROUPS: readonly PlaceGroup[] = [
  {
    items: [
      { href: '/', word: 'today', icon: House, needs: 'insight:read' },
      { href: '/sell', word: 'sell', icon: Store, needs: 'till:sell' },
      { href: '/orders', word: 'orders', icon: ShoppingBag, needs: 'order:read' },
      { href: '/stock', word: 'stock', icon: Boxes, needs: 'stock:read' },
      { href: '/products', word: 'products', icon: Tags, needs: 'catalog:read' },
      { href: '/prices', word: 'prices', icon: BadgePercent, needs: 'price:read' },
      { href: '/promotions', word: 'promotions', icon: TicketPercent, needs: 'promotion:read' },
      { href: '/customers', word: 'customers', icon: Contact, needs: 'customer:read' },
      { href: '/gift-cards', word: 'giftCards', icon: Gift, needs: 'gift_card:read' },
      { href: '/loyalty', word: 'loyalty', icon: Award, needs: 'loyalty:read' },
    ],
  },
  {
    label: 'goods',
    items: [
      { href: '/stock/receive', word: 'receive', icon: PackagePlus, needs: 'stock:receive' },
      { href: '/stock/adjust', word: 'adjust', icon: SlidersHorizontal, needs: 'stock:adjust' },
      { href: '/orders/new', word: 'newOrder', icon: ClipboardPlus, needs: 'order:place' },
      { href: '/tasks', word: 'tasks', icon: ListTodo, needs: 'task:read' },
      { href: '/approvals', word: 'approvals', icon: UserRoundCheck },
    ],
  },
  {
    label: 'money',
    items: [
      { href: '/money/journal', word: 'journal', icon: BookOpenText, needs: 'journal:read' },
      { href: '/money/trial-balance', word: 'trialBalance', icon: Scale, needs: 'journal:read' },
      { href: '/money/profit-and-loss', word: 'profitAndLoss', icon: ChartNoAxesCombined, needs: 'journal:read' },
      { href: '/money/valuation', word: 'valuation', icon: Warehouse, needs: 'journal:read' },
      { href: '/taxes', word: 'taxes', icon: Percent, needs: 'tax:read' },
    ],
  },
  {
    label: 'people',
    items: [
      { href: '/people', word: 'people', icon: Users, needs: 'people:read' },
      { href: '/roles', word: 'roles', icon: ShieldCheck, needs: 'people:read' },
      { href: '/rules', word: 'rules', icon: Gavel, needs: 'people:read' },
    ],
  },
  {
    label: 'programs',
    items: [
      { href: '/api-keys', word: 'apiKeys', icon: KeyRound, needs: 'key:read' },
      { href: '/devices', word: 'devices', icon: TabletSmartphone, needs: 'device:read' },
      { href: '/webhooks', word: 'webhooks', icon: Webhook, needs: 'webhook:read' },
    ],
  },
  {
    label: 'system',
    items: [
      { href: '/company', word: 'company', icon: Building2, needs: 'company:edit' },
      { href: '/imports', word: 'imports', icon: ArrowDownUp, needs: 'import:read' },
      { href: '/audit', word: 'audit', icon: ScrollText, needs: 'audit:read' },
      { href: '/system/personal-data', word: 'personalData', icon: UserRoundX, needs: 'privacy:manage' },
      { href: '/backups', word: 'backups', icon: DatabaseBackup, needs: 'system:read' },
      { href: '/system/health', word: 'health', icon: HeartPulse, needs: 'system:read' },
    ],
  },
];

/** Getting started: first while nothing was ever sold, among the things of the system afterwards. */
const START: Place = { href: '/getting-started', word: 'gettingStarted', icon: Rocket, needs: 'company:edit' };

/** Addresses that no menu names and that need more than the place above them. */
const BELOW: readonly Pick<Place, 'href' | 'needs'>[] = [
  { href: '/products/new', needs: 'catalog:edit' },
  { href: '/webhooks/new', needs: 'webhook:manage' },
  { href: '/imports/new', needs: 'import:run' },
  { href: '/quarantine', needs: 'quarantine:read' },
];

/** The groups without what leads nowhere for this person; a group of which nothing is left is gone. */
export function placesFor(permissions: readonly string[], beginning: boolean): PlaceGroup[] {
  const [first, ...rest] = GROUPS;
  const begun = beginning
    ? [{ ...first, items: [START, ...(first?.items ?? [])] }, ...rest]
    : GROUPS.map((group) => (group.label === 'system' ? { ...group, items: [...group.items, START] } : group));
  return begun
    .map((group) => ({ ...group, items: group.items.filter(({ needs }) => holds(permissions, needs)) }))
    .filter(({ items }) => items.length > 0);
}

/** What somebody would have to be allowed to do to see an address; undefined when they may. The longest address that leads there decides. */
export function missingFor(path: string, permissions: readonly string[]): Permission | undefined {
  // Whoever may not see how the day goes is led elsewhere.
  if (path === '/') return undefined;
  const leading = [...GROUPS.flatMap(({ items }) => items), START, ...BELOW]
    .filter(({ href }) => path === href || path.startsWith(`${href}/`))
    .toSorted((one, other) => other.href.length - one.href.length)[0];
  return holds(permissions, leading?.needs) ? undefined : leading?.needs;
}

function holds(permissions: readonly string[], needs: Permission | undefined): boolean {
  return needs === undefined || permissions.includes(needs);
}
