type Room = {
  readonly knows: readonly string[];
  readonly node: boolean;
  readonly packages: 'any' | 'browser' | 'none';
};

export const layers: readonly (readonly string[])[];
export const acquaintances: readonly (readonly [string, string])[];
export const tableWords: Readonly<Record<string, readonly string[]>>;
export const partitionedTables: readonly string[];
export const rooms: Readonly<Record<string, Room>>;
export const purePackages: Readonly<Record<string, readonly string[]>>;
export const serverPackages: readonly string[];
export const domains: readonly string[];
export function knows(who: string, whom: string): boolean;
export function ownerOfTable(table: string): string | undefined;
