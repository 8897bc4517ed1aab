/** part / whole of an amount, halves away from zero; what the law calls commercial rounding. The auditor's own. */
export function ownShare(amount: number, part: number, whole: number): number {
  if (whole === 0 || part === 0) return 0;
  const size = Math.floor((2 * Math.abs(amount) * Math.abs(part) + Math.abs(whole)) / (2 * Math.abs(whole)));
  return amount < 0 ? 0 - size : size;
}

/** What an auditor of a part of the books needs: where findings go, and what it looked at. */
export type AuditDesk = {
  readonly found: (check: string, says: string, row: unknown) => void;
  readonly look: (check: string, times?: number) => void;
};

/** Adds to a sum that may not have begun. */
export function addUp(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

/** The keys whose sums differ between two tables; a sum that is missing is nought. */
export function differing(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => (a.get(key) ?? 0) !== (b.get(key) ?? 0));
}
