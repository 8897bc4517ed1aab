import type {
  CustomerGroup,
  ExplainedPrice,
  Operations,
  PriceBaseList,
  PriceCeiling,
  PriceChange,
  PriceChangeRow,
  PriceChangeSummary,
  PriceOverrideList,
  ShelfLabel,
} from '../../client/operations.ts';
import { act, get } from './http.ts';
import type { Intent, Page } from './http.ts';

export type {
  CustomerGroup,
  ExplainedPrice,
  PriceBaseList,
  PriceCeiling,
  PriceChange,
  PriceChangeRow,
  PriceOverrideList,
  ShelfLabel,
} from '../../client/operations.ts';

/** The base lists and those above them. */
export type PriceLists = {
  readonly base: readonly PriceBaseList[];
  readonly overrides: readonly PriceOverrideList[];
};
/** A price that somebody set, now or some time. */
export type SetPrice = {
  readonly channelId: string;
  readonly currency: string;
  readonly amount: number;
  readonly scale: number;
  readonly per: number;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly markdown: boolean;
  readonly inForce: boolean;
};
/** What a list is to be. */
export type ListWish = Omit<PriceOverrideList, 'id' | 'version' | 'validFrom' | 'validUntil'> & {
  readonly validFrom?: string;
  readonly validUntil?: string;
};

/** Base lists and lists above them. */
export const listPriceLists = (): Promise<PriceLists> => get('/price-lists');
/** A new list above the base lists, or another shape for one with its version. */
export const savePriceList = (
  { id, ...wish }: ListWish & { readonly id?: string; readonly version?: number },
  intent: Intent,
): Promise<{ id: string }> =>
  id === undefined ? act('POST', '/price-lists', wish, intent) : act('PUT', `/price-lists/${id}`, wish, intent);
/** The customers of a group. */
export const listGroupCustomers = (
  id: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<Operations['listGroupCustomers']['answer']['items'][number]>> =>
  get(`/customer-groups/${id}/customers`, { after, limit: 50 }, signal);
/** Puts customers into a group or takes them out. */
export const changeGroupCustomers = (
  { id, how, customerIds }: { id: string; how: 'add' | 'remove'; customerIds: readonly string[] },
  intent: Intent,
): Promise<unknown> =>
  act('POST', `/customer-groups/${id}/customers${how === 'add' ? '' : '/remove'}`, { customerIds }, intent);
/** The highest prices that the law allows for a SKU. */
export const listPriceCeilings = (sku: string): Promise<readonly PriceCeiling[]> =>
  get<{ items: readonly PriceCeiling[] }>('/price-ceilings', { sku }).then(({ items }) => items);
/** Sets such prices. */
export const setPriceCeilings = (ceilings: readonly PriceCeiling[], intent: Intent): Promise<unknown> =>
  act('PUT', '/price-ceilings', { ceilings }, intent);
/** Groups of customers. */
export const listCustomerGroups = (): Promise<readonly CustomerGroup[]> =>
  get<{ items: readonly CustomerGroup[] }>('/customer-groups').then(({ items }) => items);
/** A new group of customers. */
export const createCustomerGroup = (wish: { code: string; name: string }, intent: Intent): Promise<{ id: string }> =>
  act('POST', '/customer-groups', wish, intent);
/** The price of a SKU for somebody, and why. */
export const explainPrice = (
  asked: { sku: string; channel: string; group?: string | undefined; quantity: number },
  signal?: AbortSignal,
): Promise<ExplainedPrice> => get('/prices/explain', asked, signal);
/** All prices of a SKU, those to come first. */
export const listSetPrices = (sku: string, signal?: AbortSignal): Promise<readonly SetPrice[]> =>
  get<{ items: readonly SetPrice[] }>('/prices', { sku }, signal).then(({ items }) => items);
/** Price changes, the newest first. */
export const listPriceChanges = (after: string | undefined, signal?: AbortSignal): Promise<Page<PriceChange>> =>
  get('/price-changes', { after }, signal);
/** One price change. */
export const getPriceChange = (id: string): Promise<PriceChange> => get(`/price-changes/${id}`);
/** What it does, in numbers. */
export const summarisePriceChange = (id: string): Promise<PriceChangeSummary> => get(`/price-changes/${id}/summary`);
/** What it does, row by row. */
export const listPriceChangeRows = (
  id: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<PriceChangeRow>> => get(`/price-changes/${id}/rows`, { after, limit: 100 }, signal);
/** A new draft. */
export const createPriceChange = (wish: { name: string; markdown: boolean }, intent: Intent): Promise<{ id: string }> =>
  act('POST', '/price-changes', wish, intent);
/** A price that a draft is to set. */
export type RowWish = {
  readonly priceListId: string;
  readonly code: string;
  readonly amount: number;
  readonly scale: number;
  readonly minQuantity: number;
};
/** Rows that the server takes at once. */
const AT_ONCE = 400;
/** Puts rows into a draft, so many at once; what went in before a refusal stays. */
export const addPriceChangeRows = async (
  { id, rows }: { id: string; rows: readonly RowWish[] },
  intent: Intent,
): Promise<void> => {
  for (let at = 0; at < rows.length; at += AT_ONCE)
    await act(
      'POST',
      `/price-changes/${id}/rows`,
      { rows: rows.slice(at, at + AT_ONCE) },
      { key: `${intent.key}-${at}` },
    );
};
/** When a change is to begin: now without either. */
export type StartWish = { readonly at?: string; readonly local?: string; readonly forced: boolean };
/** Lets a draft take effect. */
export const schedulePriceChange = (
  { id, ...start }: { id: string } & StartWish,
  intent: Intent,
): Promise<{ state: PriceChange['state'] }> => act('POST', `/price-changes/${id}/schedule`, start, intent);
/** Calls a change off, or takes it back. */
export const endPriceChange = ({ id, how }: { id: string; how: 'cancel' | 'undo' }, intent: Intent): Promise<unknown> =>
  act('POST', `/price-changes/${id}/${how}`, undefined, intent);
/** Labels that a store has to change. */
export const listShelfLabels = (
  location: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Page<ShelfLabel>> => get('/shelf-labels', { location, after, limit: 200 }, signal);
/** Labels that were changed. */
export const finishShelfLabels = (
  done: { locationId: string; labels: readonly { skuId: string; label: string }[] },
  intent: Intent,
): Promise<{ done: number }> => act('POST', '/shelf-labels/done', done, intent);
