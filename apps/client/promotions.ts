import type { Operations, Promotion } from '../../client/operations.ts';
import { act, get, getText, preview } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { Promotion, PromotionEffect, PromotionTarget } from '../../client/operations.ts';

/** What a promotion is to be. */
export type PromotionWish = Operations['createPromotion']['body'];
/** A promotion that was saved, with what it would sell below cost. */
export type SavedPromotion = Operations['createPromotion']['answer'];
/** A basket to try. */
export type TriedWish = Operations['tryPromotions']['body'];
/** What a basket came to, and why. */
export type Tried = Operations['tryPromotions']['answer'];

/** Promotions by name. */
export const listPromotions = (
  wanted: { search?: string | undefined; state?: string | undefined; after?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<Promotion>> => get('/promotions', { ...wanted, limit: 50 }, signal);
/** A promotion. */
export const getPromotion = (id: string): Promise<Promotion> => get(`/promotions/${id}`);
/** What was done to a promotion, the oldest first. */
export const listPromotionHistory = (id: string): Promise<Operations['listPromotionHistory']['answer']['items']> =>
  get<Operations['listPromotionHistory']['answer']>(`/promotions/${id}/history`).then(({ items }) => items);
/** A new promotion, or another shape for one with its version. */
export const savePromotion = (
  { id, version, wish }: { id?: string | undefined; version?: number | undefined; wish: PromotionWish },
  intent: Intent,
): Promise<SavedPromotion> =>
  id === undefined
    ? act('POST', '/promotions', wish, intent)
    : act('PUT', `/promotions/${id}`, { ...wish, version }, intent);
/** What a promotion like this would sell below cost. */
export const previewPromotion = (wish: PromotionWish): Promise<SavedPromotion> => preview('/promotions', wish);
/** Ends a promotion for good. */
export const archivePromotion = (
  { id, version }: { id: string; version: number },
  intent: Intent,
): Promise<SavedPromotion> => act('POST', `/promotions/${id}/archive`, { version }, intent);
/** Codes that were made in bulk. */
export const listCouponBatches = (id: string): Promise<Operations['listCouponBatches']['answer']['items']> =>
  get<Operations['listCouponBatches']['answer']>(`/promotions/${id}/coupon-batches`).then(({ items }) => items);
/** Makes codes. */
export const createCoupons = (
  { id, ...wish }: { id: string; name: string; codes: number },
  intent: Intent,
): Promise<{ id: string }> => act('POST', `/promotions/${id}/coupon-batches`, wish, intent);
/** The codes of a batch, one a line. */
export const getCoupons = (id: string, batchId: string): Promise<string> =>
  getText(`/promotions/${id}/coupon-batches/${batchId}/codes`);
/** Tries a basket. */
export const tryPromotions = (wish: TriedWish, intent: Intent): Promise<Tried> =>
  act('POST', '/promotions/try', wish, intent);
