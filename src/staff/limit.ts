/** Minor units by currency. A currency that is not named is not allowed at all: deny by default. */
export type Amounts = Readonly<Record<string, number>>;

/**
 * How far a role goes in one act. What is absent is not limited. `discountPpm`: parts per million off the price of the list; `discount`, `refund`
 * and `stockAdjustment` (the value that leaves or enters the books) in minor units.
 */
export type RoleLimits = {
  readonly discountPpm?: number | undefined;
  readonly discount?: Amounts | undefined;
  readonly refund?: Amounts | undefined;
  readonly stockAdjustment?: Amounts | undefined;
};

/** What can be limited. */
export type LimitName = keyof RoleLimits;

/** Every limit, in the order of screens, with the permission that it bounds. */
export const LIMITS: readonly {
  readonly name: LimitName;
  readonly permission: string;
  readonly of: 'rate' | 'money';
}[] = [
  { name: 'discountPpm', permission: 'price:override', of: 'rate' },
  { name: 'discount', permission: 'price:override', of: 'money' },
  { name: 'refund', permission: 'order:return', of: 'money' },
  { name: 'stockAdjustment', permission: 'stock:adjust', of: 'money' },
];

/** What an act wants to do that may be limited. `currency` is empty for a rate; `amount` is not negative. */
export type LimitedAmount = { readonly limit: string; readonly currency: string; readonly amount: number };

/** Which limit an act overran, and the most that would have passed. */
export type Overrun = LimitedAmount & { readonly most: number };

/** The most a role allows: undefined when it is not limited, 0 in a currency that it does not name. */
export function mostOf(limits: RoleLimits, limit: string, currency: string): number | undefined {
  const found = limits[limit as LimitName];
  return typeof found === 'object' ? (found[currency] ?? 0) : found;
}

/** The first of the amounts that the limits do not let pass. */
export function overrunOf(limits: RoleLimits, amounts: readonly LimitedAmount[]): Overrun | undefined {
  for (const asked of amounts) {
    const most = mostOf(limits, asked.limit, asked.currency);
    if (most !== undefined && asked.amount > most) return { ...asked, most };
  }
  return undefined;
}

/** Whether limits go at least as far as others for a permission, in every currency. */
export function goAsFar(mine: RoleLimits, theirs: RoleLimits, permission: string): boolean {
  return LIMITS.every((limit) => {
    if (limit.permission !== permission) return true;
    const [own, other] = [mine[limit.name], theirs[limit.name]];
    if (own === undefined) return true;
    if (other === undefined) return false;
    if (typeof own === 'object' && typeof other === 'object')
      return Object.entries(other).every(([currency, amount]) => amount <= (own[currency] ?? 0));
    return (other as number) <= (own as number);
  });
}

/** Limits that go no further than either: the smaller amounts, and only in currencies that both name. */
export function leastOf(one: RoleLimits, other: RoleLimits): RoleLimits {
  const entries = LIMITS.flatMap(({ name }): [LimitName, number | Amounts][] => {
    const [a, b] = [one[name], other[name]];
    if (a === undefined || b === undefined)
      return a === undefined && b === undefined ? [] : [[name, (a ?? b) as Amounts]];
    if (typeof a !== 'object' || typeof b !== 'object') return [[name, Math.min(a as number, b as number)]];
    const both = Object.keys(a).filter((currency) => b[currency] !== undefined);
    return [
      [name, Object.fromEntries(both.map((currency) => [currency, Math.min(a[currency] ?? 0, b[currency] ?? 0)]))],
    ];
  });
  return Object.fromEntries(entries);
}
