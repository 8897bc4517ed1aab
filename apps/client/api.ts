import type { Operations } from '../../client/operations.ts';
import { act, get, preview } from './http.ts';
import type { Intent, Page } from './http.ts';
import { ApiProblem } from './problem.ts';
import type {
  Backup,
  BackupPlan,
  Category,
  Channel,
  Customer,
  FoundSku,
  JournalEntry,
  LegalEntity,
  Location,
  Movement,
  Order,
  OrderRow,
  Product,
  ProfitAndLossAnswer,
  Quarantined,
  Session,
  StockPromise,
  StockRow,
  TodayAnswer,
  TrialBalanceAnswer,
  ValuationAnswer,
} from './types.ts';

// Session ---------------------------------------------------------------------------------------------------------------------

/** Who is signed in, null when nobody is. */
export async function findSession(): Promise<Session | null> {
  try {
    return await get<Session>('/session');
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 401) return null;
    throw problem;
  }
}

// Company ---------------------------------------------------------------------------------------------------------------------

/** Lists that fit a screen and come whole. */
const all = async <Row>(path: string): Promise<readonly Row[]> => (await get<{ items: readonly Row[] }>(path)).items;

/** The companies that keep books. */
export const listEntities = (): Promise<readonly LegalEntity[]> => all('/entities');
/** Places where stock can be. */
export const listLocations = (): Promise<readonly Location[]> => all('/locations');
/** Ways to sell. */
export const listChannels = (): Promise<readonly Channel[]> => all('/channels');

// Catalogue -------------------------------------------------------------------------------------------------------------------

type ListQuery = {
  readonly search?: string | undefined;
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
};

/** Products by name, with variants, SKUs, prices and pictures. */
export const listProducts = (
  query: ListQuery & { category?: string | undefined; channel?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<Product>> => get('/products', query, signal);
/** One product. */
export const getProduct = (id: string): Promise<Product> => get(`/products/${id}`);
/** Changes a product; `version` is the one that was seen. */
export const editProduct = (
  id: string,
  body: { version: number; name?: string; description?: string; categoryId?: string },
  intent: Intent,
): Promise<{ version: number }> => act('PATCH', `/products/${id}`, body, intent);
/** A new product with its variants; the answer names what was made. */
export const createProduct = (
  body: {
    name: string;
    description?: string;
    categoryId: string;
    variants: { name: string; options?: Record<string, string>; skus: { code: string; gtin?: string }[] }[];
  },
  intent: Intent,
): Promise<{ id: string; variants: readonly { skus: readonly { id: string }[] }[] }> =>
  act('POST', '/products', body, intent);
/** Further variants of a product. */
export const addVariants = (
  id: string,
  variants: { name: string; options?: Record<string, string>; skus: { code: string; gtin?: string }[] }[],
  intent: Intent,
): Promise<unknown> => act('POST', `/products/${id}/variants`, { variants }, intent);
/** Changes a SKU; `version` is the one that was seen. */
export const editSku = (
  id: string,
  body: { version: number; name?: string; gtin?: string | null },
  intent: Intent,
): Promise<unknown> => act('PATCH', `/skus/${id}`, body, intent);
/** SKUs by name, code or GTIN; exact ones first. */
export const listSkus = (
  query: ListQuery & { channel?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<FoundSku>> => get('/skus', query, signal);
/** The tree of goods. */
export const listCategories = (): Promise<readonly Category[]> => all('/categories');
/** A new category at the top of the tree, with the standard tax class. */
export const createCategory = (body: { name: string }, intent: Intent): Promise<Category> =>
  act('POST', '/categories', body, intent);
/** Sets prices from now on. */
export const setPrices = (
  prices: readonly { channelId: string; skuId: string; amount: number; scale?: number }[],
  intent: Intent,
): Promise<unknown> => act('PUT', '/prices', { prices }, intent);

// Customers -------------------------------------------------------------------------------------------------------------------

/** Customers by name, e-mail, phone or number. */
export const listCustomers = (query: ListQuery, signal?: AbortSignal): Promise<Page<Customer>> =>
  get('/customers', query, signal);
/** A new customer. */
export const createCustomer = (
  body: { name: string; email?: string; phone?: string },
  intent: Intent,
): Promise<{ id: string; number: string }> => act('POST', '/customers', body, intent);

// Stock -----------------------------------------------------------------------------------------------------------------------

/** Stock per SKU and location. */
export const listStock = (
  query: ListQuery & { location?: string | undefined; low?: boolean | undefined; sku?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<StockRow>> => get('/stock', query, signal);
/** The movements whose sum is the number, newest first. */
export const listMovements = (levelId: string, after?: string, signal?: AbortSignal): Promise<Page<Movement>> =>
  get(`/stock/${levelId}/movements`, { after }, signal);
/** Who holds the reserved units. */
export const listPromises = (levelId: string): Promise<Page<StockPromise>> => get(`/stock/${levelId}/promises`);
/** Goods arrived. */
export const receiveGoods = (
  body: {
    locationId: string;
    supplierRef?: string;
    lines: { skuId: string; quantity: number; unitCost?: { amount: number; currency: string } }[];
  },
  intent: Intent,
): Promise<unknown> => act('POST', '/goods-receipts', body, intent);
/** Units are gone or were found. */
export const adjustStock = (
  body: { locationId: string; lines: { skuId: string; delta: number; reason: string }[] },
  intent: Intent,
): Promise<unknown> => act('POST', '/stock-adjustments', body, intent);
/** Somebody counted. */
export const countStock = (
  body: { locationId: string; lines: { skuId: string; counted: number }[] },
  intent: Intent,
): Promise<unknown> => act('POST', '/stock-counts', body, intent);

// Orders ----------------------------------------------------------------------------------------------------------------------

/** Orders and sales, newest first. */
export const listOrders = (
  query: ListQuery & { status?: string | undefined; channel?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<OrderRow>> => get('/orders', query, signal);
/** One order with everything that belongs to it. */
export const getOrder = (id: string): Promise<Order> => get(`/orders/${id}`);
/** What is wanted and how it will be paid. */
export type NewOrder = Operations['placeOrder']['body'];
/** What an act about an order comes to. `document` is the receipt or invoice that it issued. */
export type OrderAct = Operations['recordSale']['answer'];
/** Places an order: reserves, and authorises a payment. */
export const placeOrder = (body: NewOrder, intent: Intent): Promise<OrderAct> => act('POST', '/orders', body, intent);
/** What the order would come to. */
export const previewOrder = (body: NewOrder): Promise<OrderAct> => preview('/orders', body);

type Shipment = Operations['shipOrder']['body'];
type Amount = { readonly amount: number; readonly currency: string };
/** Goods leave: stock, revenue, tax, cost and the invoice in one act. */
export const shipOrder = (id: string, body: Shipment, intent: Intent): Promise<Operations['shipOrder']['answer']> =>
  act('POST', `/orders/${id}/shipments`, body, intent);
/** What would be invoiced. */
export const previewShipment = async (id: string, body: Shipment): Promise<Amount> => {
  const answer = await preview<{ grossMinor: number; currency: string }>(`/orders/${id}/shipments`, body);
  return { amount: answer.grossMinor, currency: answer.currency };
};
/** What has not left does not leave any more. */
export const cancelOrder = (id: string, body: { reason: string }, intent: Intent): Promise<unknown> =>
  act('POST', `/orders/${id}/cancellation`, body, intent);
/** What would be taken off the order. */
export const previewCancel = async (id: string, body: { reason: string }): Promise<Amount> => {
  const answer = await preview<{ grossMinor: number; currency: string }>(`/orders/${id}/cancellation`, body);
  return { amount: answer.grossMinor, currency: answer.currency };
};

/** A sale at a counter. */
export type NewSale = Operations['recordSale']['body'];
/** Sells: goods for money, with its receipt. */
export const sell = (body: NewSale, intent: Intent): Promise<OrderAct> => act('POST', '/sales', body, intent);

/** What a sale would come to, with its tax and the rounding of cash. A tender without an amount pays what the others leave. */
export const previewSale = (body: NewSale): Promise<OrderAct> => preview('/sales', body);

/** Goods that come back. */
export type NewReturn = Operations['returnGoods']['body'];
/** Takes goods back and gives the money back: a credit note. */
export const returnGoods = (body: NewReturn, intent: Intent): Promise<OrderAct> =>
  act('POST', '/returns', body, intent);
/** What would be given back, with what is kept of it and why. */
export const previewReturn = (body: NewReturn): Promise<OrderAct> => preview('/returns', body);

/** Facts that wait for a person, newest first. */
export const listQuarantine = (
  query: { after?: string | undefined },
  signal?: AbortSignal,
): Promise<Page<Quarantined>> => get('/quarantine', query, signal);
/** Says what was done about a fact in quarantine. */
export const resolveQuarantined = (id: string, resolution: string, intent: Intent): Promise<unknown> =>
  act('POST', `/quarantine/${id}/resolution`, { resolution }, intent);
/** The backups, the latest first. */
export const listBackups = (
  query: { after?: string | undefined; limit?: number },
  signal?: AbortSignal,
): Promise<Page<Backup>> => get('/system/backups', query, signal);
/** Where backups go, when they are made and how many stay. */
export const getBackupPlan = (): Promise<BackupPlan> => get('/system/backup-plan');
/** Begins a backup, or gives the one that is under way. */
export const makeBackup = (intent: Intent): Promise<Backup> => act('POST', '/system/backups', undefined, intent);
/** One customer. */
export const getCustomer = (id: string): Promise<Customer> => get(`/customers/${id}`);

// Books -----------------------------------------------------------------------------------------------------------------------

type JournalQuery = {
  readonly entity?: string | undefined;
  readonly account?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly event?: string | undefined;
  readonly channel?: string | undefined;
  readonly location?: string | undefined;
  readonly after?: string | undefined;
};
/** Journal entries, newest first, each with the event that caused it. */
export const listJournal = (query: JournalQuery, signal?: AbortSignal): Promise<Page<JournalEntry>> =>
  get('/journal', query, signal);
/** The sum of every ledger account of a company. */
export const getTrialBalance = (query: { entity: string; through?: string | undefined }): Promise<TrialBalanceAnswer> =>
  get('/trial-balance', query);
/** What was earned, by channel and location. */
export const getProfitAndLoss = (query: {
  entity: string;
  from: string;
  to: string;
  by: string;
}): Promise<ProfitAndLossAnswer> => get('/profit-and-loss', query);
/** What the stock is worth, beside what the books say. */
export const getValuation = (
  query: { entity: string; after?: string | undefined },
  signal?: AbortSignal,
): Promise<ValuationAnswer> => get('/stock-valuation', query, signal);
/** The shared dashboard. */
export const getToday = (): Promise<TodayAnswer> => get('/today');
