import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import { loadSkuRefs, type SkuRef } from './catalog.store.ts';

/** SKUs by id for the path of a sale. Unknown ids are missing from the map. */
export type SkuCache = {
  /** A map at once when all are known, else a promise of one. */
  get(ids: readonly string[]): ReadonlyMap<string, SkuRef> | Promise<ReadonlyMap<string, SkuRef>>;
  /** Told of every event by the follower of the composition root; those of other topics do nothing. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): void;
  readonly size: number;
};

/** SKUs kept at most; about 400 bytes each. */
export const MAX_CACHED_SKUS = 200_000;

/** Opens the cache over a retailer's catalogue. Nothing is read before it is asked for. */
export function createSkuCache(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly max?: number;
}): SkuCache {
  const cache = createReferenceCache<SkuRef>({
    max: deps.max ?? MAX_CACHED_SKUS,
    load: (ids) => withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, (tx) => loadSkuRefs(tx, ids)),
  });
  return {
    get: (ids) => cache.get(ids),
    invalidate({ topic, body }) {
      if (topic !== 'catalog') return;
      const { skuIds } = body;
      // An event that does not say which SKUs it is about (a category's tax class) is about any.
      if (Array.isArray(skuIds)) cache.invalidate(skuIds as string[]);
      else cache.clear();
    },
    get size() {
      return cache.size;
    },
  };
}
