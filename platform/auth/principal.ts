/** What something is about: an entity, a location of it, or (empty) the whole company. */
export type Target = { readonly entityId?: string | null; readonly locationId?: string | null };

/** Where a permission holds. A row is visible when its entity or its location is listed. Sorted, so that equal reach compares equal. */
export type Reach = 'all' | { readonly entityIds: readonly string[]; readonly locationIds: readonly string[] };

/** What an act wants to do that may be limited, e.g. a refund of 5000 of EUR. Which limits there are, the retailer's roles say. */
export type LimitedAmount = { readonly limit: string; readonly currency: string; readonly amount: number };

/** Which limit an act overran, and the most that would have passed. */
export type Overrun = LimitedAmount & { readonly most: number };

/** What someone may do. Deny by default: what no grant names is not allowed. */
export type Access = {
  /** Whether the permission covers the target. An empty target is the whole company, so only a grant that holds everywhere covers it. */
  readonly can: (permission: string, target: Target) => boolean;
  /** Whether any grant has the permission, wherever it holds. */
  readonly holds: (permission: string) => boolean;
  /** Where the permission holds, for filtering lists. Without it both lists are empty. */
  readonly scopes: (permission: string) => Reach;
  /** What stands in the way of an act that is allowed, because it goes too far; undefined when nothing does. */
  readonly overrun: (permission: string, target: Target, amounts: readonly LimitedAmount[]) => Overrun | undefined;
  /** Every permission held anywhere, sorted. */
  readonly permissions: readonly string[];
};

/** How many requests are taken: `perMinute` all the time, `burst` at once. */
export type RequestLimit = { readonly perMinute: number; readonly burst: number };

/** Who sends a request. */
export type Principal = Access & {
  readonly id: string;
  readonly kind: 'person' | 'key';
  readonly name: string;
  /** The hash of the session's token; tells two sessions of one person apart. Empty for nobody. */
  readonly session: string;
  /** What a key may send; people have no limit of their own. */
  readonly limit?: RequestLimit;
  /** The id of the one thing that a device stands for, null when it stands for none. It may not speak for another of that kind, see {@link speaksFor}. */
  readonly boundTo?: string | null;
};

/** Whether somebody may speak for the thing with this id. A device speaks for its own only, whatever it may do at the place. */
export function speaksFor({ boundTo }: Principal, id: string): boolean {
  return boundTo === undefined || boundTo === id;
}

const nowhere: Reach = { entityIds: [], locationIds: [] };

/** Who sends a request to a public route without a session. May do nothing. */
export const nobody: Principal = {
  id: '',
  kind: 'person',
  name: '',
  session: '',
  can: () => false,
  holds: () => false,
  scopes: () => nowhere,
  overrun: (_permission, _target, amounts) => amounts[0] && { ...amounts[0], most: 0 },
  permissions: [],
};
