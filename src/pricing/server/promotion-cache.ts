import { withTransaction, type Pool } from '../../../platform/db/pool.ts';
import { changePromotion, compilePromotions, type CompiledPromotions } from '../promotion/compile-promotions.ts';
import type { PromotionBasket } from '../promotion/promotion-basket.ts';
import { findPromotions, findPromotionUses, loadPromotions } from './promotion.store.ts';

/** Promotions in the memory of the process, for the path of a sale. */
export type PromotionCache = {
  /** All promotions that hold or will hold, compiled; at once when they are known. */
  compiled(): CompiledPromotions | Promise<CompiledPromotions>;
  /** How far promotions with a limit or a budget were used; nothing is read, and undefined given at once, where none has any. */
  uses(
    compiled: CompiledPromotions,
    customerId: string | undefined,
  ): PromotionBasket['uses'] | Promise<PromotionBasket['uses']>;
  /** Told of every event by the follower of the composition root; those of other topics do nothing. */
  invalidate(event: { readonly topic: string; readonly body: Readonly<Record<string, unknown>> }): void;
};

/** Opens the cache over a retailer's promotions. Nothing is read before somebody asks; after a change only what was changed. */
export function createPromotionCache(deps: {
  readonly pool: Pool;
  readonly schema: string;
  readonly now: () => number;
}): PromotionCache {
  const reading = { schema: deps.schema, readOnly: true };
  let known: CompiledPromotions | undefined;
  let loading: Promise<CompiledPromotions> | undefined;
  let stale = new Set<string>();
  const limited = new WeakMap<CompiledPromotions, readonly string[]>();

  const catchUp = async (): Promise<CompiledPromotions> => {
    const ids = [...stale];
    stale = new Set();
    try {
      const before = known;
      if (before === undefined)
        return compilePromotions(await withTransaction(deps.pool, reading, (tx) => loadPromotions(tx, deps.now())));
      const found = await withTransaction(deps.pool, reading, (tx) => findPromotions(tx, ids));
      const byId = new Map(found.map((each) => [each.promotion.id, each]));
      return ids.reduce((compiled, id) => {
        const now = byId.get(id);
        return changePromotion(
          compiled,
          now === undefined || now.archivedAt !== null ? { id, removed: true } : now.promotion,
        );
      }, before);
    } catch (error) {
      for (const id of ids) stale.add(id);
      throw error;
    }
  };

  return {
    compiled() {
      // While a change is read nobody is priced by what held before it.
      if (loading !== undefined) return loading;
      if (known !== undefined && stale.size === 0) return known;
      loading = catchUp().then(
        (compiled) => {
          [known, loading] = [compiled, undefined];
          return compiled;
        },
        (error: unknown) => {
          loading = undefined;
          throw error;
        },
      );
      return loading;
    },
    uses(compiled, customerId) {
      let ids = limited.get(compiled);
      if (ids === undefined) {
        ids = [...compiled.byId.values()]
          .filter(({ promotion }) => Object.keys(promotion.limits).length > 0)
          .map(({ promotion }) => promotion.id);
        limited.set(compiled, ids);
      }
      const wanted = ids;
      if (wanted.length === 0) return undefined;
      return withTransaction(deps.pool, reading, (tx) => findPromotionUses(tx, wanted, customerId));
    },
    invalidate({ topic, body }) {
      if (topic === 'promotion' && typeof body['promotionId'] === 'string') stale.add(body['promotionId']);
    },
  };
}
