/** What something is about: an entity, a location of it, or (empty) the whole company. */
export type Target = { readonly entityId?: string | null; readonly locationId?: string | null };

/** Where a permission holds. A row is visible when its entity or its location is listed. Sorted, so that equal reach compares equal. */
export type Reach = 'all' | { readonly entityIds: readonly string[]; readonly locationIds: readonly string[] };

/** What someone may do. Deny by default: what no grant names is not allowed. */
export type Access = {
  /** Whether the permission covers the target. An empty target is the whole company, so only a grant that holds everywhere covers it. */
  readonly can: (permission: string, target: Target) => boolean;
  /** Whether any grant has the permission, wherever it holds. */
  readonly holds: (permission: string) => boolean;
  /** Where the permission holds, for filtering lists. Without it both lists are empty. */
  readonly scopes: (permission: string) => Reach;
  /** Every permission held anywhere, sorted. */
  readonly permissions: readonly string[];
};

/** Who sends a request. */
export type Principal = Access & {
  readonly id: string;
  readonly kind: 'person' | 'key';
  readonly name: string;
  /** The hash of the session's token; tells two sessions of one person apart. Empty for nobody. */
  readonly session: string;
};

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
  permissions: [],
};
