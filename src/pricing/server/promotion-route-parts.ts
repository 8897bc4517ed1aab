import { Type } from 'typebox';
import type { Master, MasterSubmission } from '../../../platform/commit/master-door.ts';
import { withTransaction, type Pool, type Tx } from '../../../platform/db/pool.ts';
import { IdType } from '../../../platform/http/ids.ts';
import type { InstantMs } from '../../kernel/time.ts';
import type { CouponCodes } from './coupon.store.ts';
import type { BelowCostDeps } from './promotion-below-cost.ts';
import type { PromotionCache } from './promotion-cache.ts';

/** What the routes of promotions need. */
export type PromotionRouteDeps = BelowCostDeps & {
  readonly pool: Pool;
  readonly schema: string;
  readonly master: Master;
  readonly now: () => InstantMs;
  readonly promotions: PromotionCache;
  readonly couponCodes: () => Promise<CouponCodes>;
  /** Who acted, by their UUIDs. */
  readonly namesOf: (tx: Tx, ids: readonly string[]) => Promise<ReadonlyMap<string, { readonly name: string }>>;
};

/** The heading of the routes of promotions in the documentation. */
export const promotionTags = ['promotions'];

/** A promotion in an address. */
export const promotionParams = Type.Object({ id: IdType('promotion') });

/** Reads in a transaction of its own. */
export function readPromotions<T>(
  deps: Pick<PromotionRouteDeps, 'pool' | 'schema'>,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  return withTransaction(deps.pool, { schema: deps.schema, readOnly: true }, fn);
}

type Asked = {
  readonly principal: { readonly id: string };
  readonly originId?: string | undefined;
  readonly idempotencyKey: string;
  readonly preview: boolean;
  readonly body: unknown;
  readonly params?: unknown;
};

/** A change of promotions for the door of master data. */
export function promotionSubmission(
  deps: Pick<PromotionRouteDeps, 'now'>,
  request: Asked,
  type: string,
): MasterSubmission {
  const { principal, originId, idempotencyKey: key, preview, params, body } = request;
  return {
    type,
    principalId: principal.id,
    originId,
    key,
    body: [params ?? {}, body ?? {}],
    at: deps.now(),
    topic: 'promotion',
    preview,
  };
}
