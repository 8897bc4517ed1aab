import { accept, reject, type Decision } from '../kernel/decision.ts';
import { assertQuantity } from '../kernel/quantity.ts';

/** How many base units of a SKU one piece of a bundle holds. */
export type BundlePart = { readonly skuId: string; readonly quantity: number };

/** The parts of a bundle; undefined for a SKU that is none. */
export type PartsOf = (skuId: string) => readonly BundlePart[] | undefined;

/** Why a bundle cannot be packed so. `skuIds` are the circle, the first one again at its end. */
export type BundleRejection =
  | { reason: 'bundle_without_parts'; code: string }
  | { reason: 'duplicate_part'; code: string; skuId: string }
  | { reason: 'unknown_part'; code: string; skuId: string }
  | { reason: 'part_not_sellable'; code: string; skuId: string; kind: string }
  | { reason: 'bundle_circle'; code: string; skuIds: readonly string[] };

/** Says whether the parts may make up the bundle: at least one, each once, all known, and none that holds the bundle itself. */
export function decidePackBundle(
  bundle: { skuId: string; code: string; parts: readonly BundlePart[] },
  known: { partsOf: PartsOf; kindOf(skuId: string): string | undefined },
): Decision<readonly BundlePart[], BundleRejection> {
  const { skuId, code, parts } = bundle;
  if (parts.length === 0) return reject({ reason: 'bundle_without_parts', code });
  const seen = new Set<string>();
  for (const part of parts) {
    if (seen.has(part.skuId)) return reject({ reason: 'duplicate_part', code, skuId: part.skuId });
    seen.add(part.skuId);
    const kind = part.skuId === skuId ? 'bundle' : known.kindOf(part.skuId);
    if (kind === undefined) return reject({ reason: 'unknown_part', code, skuId: part.skuId });
    if (kind !== 'goods' && kind !== 'service' && kind !== 'bundle')
      return reject({ reason: 'part_not_sellable', code, skuId: part.skuId, kind });
  }
  const path = findCircle(skuId, (id) => (id === skuId ? parts : known.partsOf(id)));
  if (path) return reject({ reason: 'bundle_circle', code, skuIds: path });
  return accept(parts);
}

/** The way from a SKU through its parts back to itself, or undefined. Circles that do not pass through it are not looked for. */
export function findCircle(skuId: string, partsOf: PartsOf): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (at: string, path: readonly string[]): readonly string[] | undefined => {
    for (const part of partsOf(at) ?? []) {
      if (part.skuId === skuId) return [...path, skuId];
      if (done.has(part.skuId)) continue;
      done.add(part.skuId);
      const found = walk(part.skuId, [...path, part.skuId]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(skuId, [skuId]);
}

/**
 * What leaves the shelf when a quantity of a SKU is sold: the SKU itself when it is no bundle, else its parts, bundles in
 * bundles opened all the way down, each SKU once, in the order first met. Throws a Bug when a quantity becomes unsafe.
 */
export function explode(skuId: string, quantity: number, partsOf: PartsOf): BundlePart[] {
  const total = new Map<string, number>();
  const open = (id: string, count: number): void => {
    assertQuantity(count);
    const parts = partsOf(id);
    if (parts === undefined) {
      const sum = (total.get(id) ?? 0) + count;
      assertQuantity(sum);
      total.set(id, sum);
      return;
    }
    for (const part of parts) open(part.skuId, count * part.quantity);
  };
  open(skuId, quantity);
  return [...total].map(([id, count]) => ({ skuId: id, quantity: count }));
}
