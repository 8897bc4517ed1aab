import type { Reach } from '../../../platform/auth/principal.ts';
import { loadSql, type Statement, type Tx } from '../../../platform/db/pool.ts';
import type { Reader } from '../../../platform/db/read.ts';
import { createReferenceCache } from '../../../platform/db/reference-cache.ts';
import { wordsQuery } from '../../../platform/db/search.ts';
import type { QuarantinedFact } from '../../kernel/fact-source.ts';
import type { BusinessDay } from '../../kernel/time.ts';
import type { PaymentMethod } from '../../payments/payment.ts';
import type { UsedPromotion } from '../../pricing/promotion-use.ts';
import type { LineDiscount } from '../../pricing/promotion/promotion-basket.ts';
import type { Address } from '../../customers/customer.ts';
import { regionCode } from '../../pricing/tax/region-code.ts';
import type { LineTax, TaxPlace } from '../../pricing/tax/tax-basket.ts';
import type { LineKind, OrderKind, OrderStatus } from '../order.ts';
import type { Buyer } from './prepare.ts';
import type { FactReads } from './register-facts.ts';

const sql = loadSql(import.meta.url, './orders.sql', [
  'list_orders',
  'list_open_orders',
  'search_orders',
  'find_customers_for_search',
  'find_order',
  'find_lines',
  'find_payments',
  'find_documents',
  'find_returns',
  'find_cash_rounding',
  'find_events',
  'find_by_external_ref',
  'find_cards',
  'find_buyers',
  'find_source',
  'find_taken',
  'find_quarantined',
  'find_quarantined_raw',
  'list_quarantine',
  'lock_quarantined',
  'resolve_quarantined',
]);

/** An order in a list. Instants are RFC 3339. */
export type OrderSummary = {
  readonly id: string;
  readonly kind: OrderKind;
  readonly number: string;
  readonly status: OrderStatus;
  readonly entity_id: string;
  readonly channel_id: string;
  readonly selling_location_id: string;
  readonly customer_id: string | null;
  readonly external_ref: string;
  readonly currency: string;
  readonly net_minor: number;
  readonly tax_minor: number;
  readonly gross_minor: number;
  readonly placed_at: string;
  readonly business_day: BusinessDay;
};

/** The head of an order as its page and the acts about it need it. */
export type OrderHead = OrderSummary & {
  readonly customer_card_id: string | null;
  readonly register_id: string | null;
  readonly associate_id: string | null;
  readonly original_order_id: string | null;
  readonly tax_inclusive: boolean;
  readonly tax_jurisdiction: string | null;
  readonly prepaid_minor: number;
  readonly cash_rounding_minor: number;
  readonly event_number: number;
  readonly version: number;
  readonly promotions: readonly UsedPromotion[] | null;
};

/** A line of a stored order. */
export type StoredLine = {
  readonly line: number;
  readonly kind: LineKind;
  readonly sku_id: string;
  readonly description: string;
  readonly quantity: number;
  readonly unit_amount: number;
  readonly unit_scale: number;
  readonly unit_per: number;
  readonly tax_ppm: number;
  readonly net_minor: number;
  readonly tax_minor: number;
  readonly gross_minor: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly returned: number;
  readonly cost_minor: number;
  readonly fulfilling_location_id: string;
  readonly associate_id: string | null;
  readonly discounts: readonly LineDiscount[] | null;
  readonly taxes: readonly LineTax[] | null;
};

/** A payment of a stored order. */
export type StoredPayment = {
  readonly id: string;
  readonly method: PaymentMethod;
  readonly currency: string;
  readonly provider_ref: string;
  readonly authorised: number;
  readonly captured: number;
  readonly voided: number;
  readonly refunded: number;
  readonly fee_minor: number;
  readonly created_at: string;
};

/** A document of a stored order. */
export type StoredDocument = {
  readonly kind: 'receipt' | 'invoice' | 'credit_note';
  readonly label: string;
  readonly event_number: number;
  readonly issued_at: string;
  readonly business_day: BusinessDay;
  readonly currency: string;
  readonly net_minor: number;
  readonly tax_minor: number;
  readonly gross_minor: number;
};

/** A return of goods of a stored order. Its amount is negative. */
export type StoredReturn = Pick<OrderSummary, 'id' | 'number' | 'placed_at' | 'gross_minor'>;

/** What happened to a stored order. */
export type OrderEvent = {
  readonly number: number;
  readonly type: string;
  readonly occurred_at: string;
  readonly recorded_at: string;
  readonly business_day: BusinessDay;
  readonly posting_day: BusinessDay;
  readonly actor_id: string | null;
};

/** Which orders are wanted. `open` are those with something left to ship. */
export type OrderFilter = {
  readonly limit: number;
  readonly after: string | undefined;
  readonly channelId: string | undefined;
  readonly status: OrderStatus | 'open' | undefined;
  readonly kind: OrderKind | undefined;
  readonly search: string | undefined;
  readonly reach: Reach;
  /** Whether the reader may also search by customer. */
  readonly customers: boolean;
  readonly channelIds: readonly string[];
};

const LAST_UUID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Orders, newest first, one more than the limit. */
export async function listOrders(tx: Tx, wanted: OrderFilter): Promise<OrderSummary[]> {
  const { limit, after, channelId, status, kind, search, reach } = wanted;
  const { entityIds, locationIds } = reach === 'all' ? { entityIds: [], locationIds: [] } : reach;
  const states = status === 'open' ? ['placed', 'part_shipped'] : status === undefined ? null : [status];
  const values = [
    limit + 1,
    after ?? LAST_UUID,
    channelId ?? null,
    states,
    reach === 'all',
    entityIds,
    locationIds,
    kind ?? null,
  ];
  if (search === undefined) {
    const open = status === 'open' || status === 'placed' || status === 'part_shipped';
    return tx.rows<OrderSummary>(open ? sql.list_open_orders : sql.list_orders, values);
  }
  // A label ends with its fiscal year and number, by which its series is found without an index on labels.
  const label = /-(\d{4})-(\d{1,9})$/.exec(search);
  const customers = wanted.customers
    ? await tx.rows<{ id: string }>(sql.find_customers_for_search, [search, wordsQuery(search)])
    : [];
  return tx.rows<OrderSummary>(sql.search_orders, [
    ...values,
    search,
    wanted.channelIds,
    label === null ? 0 : Number(label[1]),
    label === null ? 0 : Number(label[2]),
    customers.map((one) => one.id),
  ]);
}

/** The head of an order. */
export async function findOrder(tx: Tx, id: string): Promise<OrderHead | undefined> {
  return tx.find<OrderHead>(sql.find_order, [id]);
}

/** An order with its lines and payments, as a return needs it. */
export async function findOrderToReturn(
  tx: Tx,
  id: string,
): Promise<{ head: OrderHead; lines: StoredLine[]; payments: StoredPayment[] } | undefined> {
  const head = await findOrder(tx, id);
  if (head === undefined) return undefined;
  return {
    head,
    lines: await tx.rows<StoredLine>(sql.find_lines, [id]),
    payments: await tx.rows<StoredPayment>(sql.find_payments, [id]),
  };
}

/** What the cash of an order and of all that came back of it was rounded by, minor units. */
export async function findCashRounding(tx: Tx, id: string): Promise<number> {
  return (await tx.find<{ open_minor: number }>(sql.find_cash_rounding, [id]))?.open_minor ?? 0;
}

/** Everything an order's page shows beside its head. */
export type OrderParts = {
  readonly lines: StoredLine[];
  readonly payments: StoredPayment[];
  readonly documents: StoredDocument[];
  readonly returns: StoredReturn[];
  readonly events: OrderEvent[];
};

/** Reads them: of returns and events the first 200. */
export async function findOrderParts(tx: Tx, id: string): Promise<OrderParts> {
  return {
    lines: await tx.rows<StoredLine>(sql.find_lines, [id]),
    payments: await tx.rows<StoredPayment>(sql.find_payments, [id]),
    documents: await tx.rows<StoredDocument>(sql.find_documents, [id]),
    returns: await tx.rows<StoredReturn>(sql.find_returns, [id]),
    events: await tx.rows<OrderEvent>(sql.find_events, [id]),
  };
}

/** What is answered about an order that a marketplace told before. */
export type KnownOrder = {
  readonly id: string;
  readonly number: string;
  readonly currency: string;
  readonly net_minor: number;
  readonly tax_minor: number;
  readonly gross_minor: number;
  readonly event_number: number;
};

/** What the routes read without a lock, outside a transaction of their own. */
type OrderReads = FactReads & {
  buyerOf(customerId: string): Promise<Buyer | undefined>;
  byExternalRef(channelId: string, externalRef: string): Promise<KnownOrder | undefined>;
};

/** Unlocked reads outside a transaction of their own. */
export function orderReads(read: Reader): OrderReads {
  const first = async <Row extends object>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row | undefined> => (await read.rows<Row>(statement, values))[0];
  // Nothing is kept, because a first order is one only once: it is for those who ask in the same turn to share a read.
  const buyers = createReferenceCache({ max: 0, load: (ids) => findBuyers(read, ids) });
  return {
    async source(sourceId) {
      const row = await first<{ last_counter: number; last_mac: string; last_was_quarantined: boolean }>(
        sql.find_source,
        [sourceId],
      );
      return row === undefined
        ? { lastCounter: 0, lastMac: '', lastWasQuarantined: false }
        : { lastCounter: row.last_counter, lastMac: row.last_mac, lastWasQuarantined: row.last_was_quarantined };
    },
    async taken(sourceId, counter) {
      const row = await first<{ event_number: number; type: string; body: Record<string, unknown> }>(sql.find_taken, [
        sourceId,
        counter,
      ]);
      return row === undefined ? undefined : { eventNumber: row.event_number, type: row.type, body: row.body };
    },
    async quarantined(sourceId, counter) {
      const rows = await read.rows<{
        id: string;
        reason: QuarantinedFact['reason'];
        raw: string;
        event_number: number;
      }>(sql.find_quarantined, [sourceId, counter]);
      return rows.map(({ id, reason, raw, event_number: eventNumber }) => ({ id, reason, raw, eventNumber }));
    },
    counterOfRaw: async (sourceId, raw) =>
      (await first<{ counter: number }>(sql.find_quarantined_raw, [sourceId, raw]))?.counter,
    async cardsOf(customerIds) {
      const rows = await read.rows<{ id: string; card_id: string }>(sql.find_cards, [customerIds]);
      return new Map(rows.map((row) => [row.id, row.card_id]));
    },
    buyerOf: async (customerId) => (await buyers.get([customerId])).get(customerId),
    byExternalRef: (channelId, externalRef) => first<KnownOrder>(sql.find_by_external_ref, [channelId, externalRef]),
  };
}

async function findBuyers(read: Reader, ids: readonly string[]): Promise<Map<string, Buyer>> {
  type Row = {
    id: string;
    card_id: string;
    country: string;
    address: Partial<Record<keyof Address, string>>;
    first_order: boolean;
  };
  const rows = await read.rows<Row>(sql.find_buyers, [ids]);
  return new Map(
    rows.map(({ id, card_id: cardId, first_order: firstOrder, country, address }) => [
      id,
      { id, cardId, firstOrder, place: placeOf(country, address) },
    ]),
  );
}

/** Where somebody lives as taxes see it; undefined where no country is known. A region is one by its code (`CA`, `KA`) or, where taxes differ by state, its name. */
function placeOf(
  country: string,
  { region, city, postcode }: Partial<Record<keyof Address, string>>,
): TaxPlace | undefined {
  if (country === '') return undefined;
  const code = regionCode(country, region);
  return {
    country,
    ...(code === undefined ? {} : { region: code }),
    ...(city === undefined || city === '' ? {} : { city }),
    ...(postcode === undefined || postcode === '' ? {} : { postcode }),
  };
}

/** A fact that waits for a person. */
export type QuarantineRow = {
  readonly id: string;
  readonly source_id: string;
  readonly counter: number | null;
  readonly location_id: string | null;
  readonly reason: QuarantinedFact['reason'];
  readonly detail: string;
  readonly raw: string;
  readonly received_at: string;
  readonly resolved_at: string | null;
  readonly resolved_by: string | null;
  readonly resolution: string | null;
};

/** Quarantined facts, newest first, one more than the limit. `locationIds` undefined: of every place. */
export async function listQuarantine(
  tx: Tx,
  wanted: { limit: number; after: string | undefined; resolved: boolean; locationIds: readonly string[] | undefined },
): Promise<QuarantineRow[]> {
  const { limit, after, resolved, locationIds } = wanted;
  return tx.rows<QuarantineRow>(sql.list_quarantine, [
    limit + 1,
    after ?? LAST_UUID,
    resolved,
    locationIds === undefined,
    locationIds ?? [],
  ]);
}

/** A quarantined fact, its row locked. */
export async function lockQuarantined(
  tx: Tx,
  id: string,
): Promise<Pick<QuarantineRow, 'id' | 'source_id' | 'counter' | 'location_id' | 'resolved_at'> | undefined> {
  return tx.find(sql.lock_quarantined, [id]);
}

/** Writes what a person did about a quarantined fact. */
export async function resolveQuarantined(
  tx: Tx,
  what: { id: string; at: string; by: string; resolution: string },
): Promise<void> {
  await tx.run(sql.resolve_quarantined, [what.id, what.at, what.by, what.resolution]);
}
