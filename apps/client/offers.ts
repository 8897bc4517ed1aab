import type { OfferRule, Operations } from '../../client/operations.ts';
import { act, get, queryText } from './http.ts';
import type { Intent, Page } from './http.ts';

export type { OfferRule, OrderVouchers } from '../../client/operations.ts';

/** What a rule is to be. */
export type OfferRuleWish = Operations['createOfferRule']['body'];
/** What a rule granted, or why it did not. */
export type OfferGrant = Operations['listOfferGrants']['answer']['items'][number];
/** How often a rule would have granted. */
export type OfferForecast = Operations['forecastOffers']['answer'];
/** What suppliers pay. */
export type SupplierShares = Operations['listSupplierShares']['answer'];
type Saved = Operations['createOfferRule']['answer'];

/** Rules by name. */
export const listOfferRules = (after: string | undefined, signal?: AbortSignal): Promise<Page<OfferRule>> =>
  get('/offer-rules', { after, limit: 50 }, signal);
/** A rule. */
export const getOfferRule = (id: string): Promise<OfferRule> => get(`/offer-rules/${id}`);
/** What a rule granted, the newest first. */
export const listOfferGrants = (
  id: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<OfferGrant>> => get(`/offer-rules/${id}/grants`, { after, limit: 50 }, signal);
/** How often a rule like this would have granted in the last 30 days. */
export const forecastOffers = (wish: OfferRuleWish): Promise<OfferForecast> =>
  act('POST', '/offer-rules/forecast', wish);
/** A new rule, or another shape for one with its version. */
export const saveOfferRule = (
  { id, version, wish }: { id?: string | undefined; version?: number | undefined; wish: OfferRuleWish },
  intent: Intent,
): Promise<Saved> =>
  id === undefined
    ? act('POST', '/offer-rules', wish, intent)
    : act('PUT', `/offer-rules/${id}`, { ...wish, version }, intent);
/** Turns a rule on or off. */
export const switchOfferRule = (
  { id, ...body }: { id: string; on: boolean; version: number },
  intent: Intent,
): Promise<Saved> => act('POST', `/offer-rules/${id}/state`, body, intent);

type Period = { readonly from: string; readonly through: string };
/** What suppliers pay of what was handed over in a period. */
export const listSupplierShares = (period: Period): Promise<SupplierShares> => get('/supplier-shares', period);
/** Where the same is found as CSV. */
export const supplierSharesCsv = (period: Period): string => `/api/v1/supplier-shares/csv${queryText(period)}`;
