import { newAndOld, touchedStates } from '../../../platform/commit/latest.ts';
import type { BookTable } from '../../../platform/commit/postgres-store.ts';
import type { Query } from '../../../platform/db/flight.ts';
import {
  bigintArray,
  booleanArray,
  dateArray,
  instantArray,
  integerArray,
  smallintArray,
  textArray,
  uuidArray,
} from '../../../platform/db/arrays.ts';
import { loadSql } from '../../../platform/db/pool.ts';
import type { AppliedChange } from '../../kernel/draft.ts';
import { dayToEpochDay, type BusinessDay } from '../../kernel/time.ts';
import type { UsedPromotion } from '../../pricing/promotion-use.ts';
import type { LineDiscount } from '../../pricing/promotion/promotion-basket.ts';
import type { LineTax } from '../../pricing/tax/tax-basket.ts';
import {
  DOCUMENTS,
  ORDERS,
  type IssuedDocument,
  type LineKind,
  type Order,
  type OrderKind,
  type OrderLine,
  type OrderStatus,
} from '../order.ts';

/** The statements of the order books, and the unlocked reads that prepare a command about an order. */
export const orderBookSql = loadSql(import.meta.url, './order-books.sql', [
  'load_orders',
  'load_order_lines',
  'insert_orders',
  'insert_order_lines',
  'update_orders',
  'update_order_lines',
  'insert_documents',
  'add_day_totals',
  'find_order_for_act',
  'find_order_lines_for_act',
  'find_order_payments',
]);

type OrderRow = {
  id: string;
  kind: OrderKind;
  number: string;
  status: OrderStatus;
  entity_id: string;
  channel_id: string;
  selling_location_id: string;
  customer_id: string | null;
  customer_card_id: string | null;
  register_id: string | null;
  associate_id: string | null;
  original_order_id: string | null;
  external_ref: string;
  currency: string;
  tax_inclusive: boolean;
  tax_jurisdiction: string | null;
  promotions: readonly UsedPromotion[] | null;
  net_minor: number;
  tax_minor: number;
  gross_minor: number;
  prepaid_minor: number;
  prepaid_booked_minor: number;
  cash_rounding_minor: number;
  placed_at: number;
  business_day: BusinessDay;
  event_number: number;
  version: number;
};
type LineRow = {
  order_id: string;
  line: number;
  kind: LineKind;
  sku_id: string;
  description: string;
  quantity: number;
  unit_amount: number;
  unit_scale: number;
  unit_per: number;
  tax_ppm: number;
  net_minor: number;
  tax_minor: number;
  gross_minor: number;
  shipped: number;
  cancelled: number;
  returned: number;
  cost_minor: number;
  fulfilling_location_id: string;
  associate_id: string | null;
  discounts: readonly LineDiscount[] | null;
  taxes: readonly LineTax[] | null;
};

/** Orders and their lines in PostgreSQL. The header's lock and version stand for the lines too. */
export const orderTable: BookTable = {
  name: ORDERS.name,
  load: (keys) => {
    const ids = [uuidArray(keys)];
    return [
      { statement: orderBookSql.load_orders, values: ids },
      { statement: orderBookSql.load_order_lines, values: ids },
    ];
  },
  parse([headers, lineRows]) {
    const linesOf = new Map<string, OrderLine[]>();
    for (const row of lineRows as unknown as LineRow[]) {
      const lines = linesOf.get(row.order_id) ?? [];
      linesOf.set(row.order_id, lines);
      lines.push({
        line: row.line,
        kind: row.kind,
        skuId: row.sku_id,
        description: row.description,
        quantity: row.quantity,
        unitAmount: row.unit_amount,
        unitScale: row.unit_scale,
        unitPer: row.unit_per,
        taxPpm: row.tax_ppm,
        netMinor: row.net_minor,
        taxMinor: row.tax_minor,
        grossMinor: row.gross_minor,
        shipped: row.shipped,
        cancelled: row.cancelled,
        returned: row.returned,
        costMinor: row.cost_minor,
        fulfillingLocationId: row.fulfilling_location_id,
        associateId: row.associate_id ?? undefined,
        discounts: row.discounts ?? undefined,
        taxes: row.taxes ?? undefined,
      });
    }
    const orders = new Map<string, Order>();
    for (const row of headers as unknown as OrderRow[]) {
      orders.set(row.id, {
        id: row.id,
        kind: row.kind,
        number: row.number,
        status: row.status,
        entityId: row.entity_id,
        channelId: row.channel_id,
        sellingLocationId: row.selling_location_id,
        customerId: row.customer_id ?? undefined,
        customerCardId: row.customer_card_id ?? undefined,
        registerId: row.register_id ?? undefined,
        associateId: row.associate_id ?? undefined,
        originalOrderId: row.original_order_id ?? undefined,
        externalRef: row.external_ref,
        currency: row.currency,
        taxInclusive: row.tax_inclusive,
        taxJurisdiction: row.tax_jurisdiction ?? undefined,
        promotions: row.promotions ?? undefined,
        netMinor: row.net_minor,
        taxMinor: row.tax_minor,
        grossMinor: row.gross_minor,
        prepaidMinor: row.prepaid_minor,
        prepaidBookedMinor: row.prepaid_booked_minor,
        cashRoundingMinor: row.cash_rounding_minor === 0 ? undefined : row.cash_rounding_minor,
        placedAt: row.placed_at,
        businessDay: row.business_day,
        eventNumber: row.event_number,
        lines: linesOf.get(row.id) ?? [],
        version: row.version,
      });
    }
    return orders;
  },
  record(changes) {
    const { added, updated } = newAndOld(touchedStates<Order>(changes));
    const queries: Query[] = [];
    if (added.length > 0) queries.push(insertOrders(added), insertLines(added));
    if (updated.length > 0) {
      const after = updated.map((one) => one.after);
      queries.push({
        statement: orderBookSql.update_orders,
        values: [
          uuidArray(after.map((one) => one.id)),
          bigintArray(updated.map((one) => one.before.version)),
          textArray(after.map((one) => one.status)),
          bigintArray(after.map((one) => one.prepaidMinor)),
          bigintArray(after.map((one) => one.prepaidBookedMinor)),
          bigintArray(after.map((one) => one.version)),
          updated.length,
        ],
      });
      const moved = updated.flatMap((one) =>
        one.after.lines.filter((line, i) => line !== one.before.lines[i]).map((line) => ({ id: one.after.id, line })),
      );
      if (moved.length > 0) {
        queries.push({
          statement: orderBookSql.update_order_lines,
          values: [
            uuidArray(moved.map(({ id }) => id)),
            smallintArray(moved.map(({ line }) => line.line)),
            bigintArray(moved.map(({ line }) => line.shipped)),
            bigintArray(moved.map(({ line }) => line.cancelled)),
            bigintArray(moved.map(({ line }) => line.returned)),
            bigintArray(moved.map(({ line }) => line.costMinor)),
            moved.length,
          ],
        });
      }
    }
    return queries;
  },
};

function insertOrders(orders: readonly Order[]): Query {
  return {
    statement: orderBookSql.insert_orders,
    values: [
      uuidArray(orders.map((one) => one.id)),
      textArray(orders.map((one) => one.kind)),
      textArray(orders.map((one) => one.number)),
      textArray(orders.map((one) => one.status)),
      uuidArray(orders.map((one) => one.entityId)),
      uuidArray(orders.map((one) => one.channelId)),
      uuidArray(orders.map((one) => one.sellingLocationId)),
      uuidArray(orders.map((one) => one.customerId)),
      uuidArray(orders.map((one) => one.customerCardId)),
      uuidArray(orders.map((one) => one.registerId)),
      uuidArray(orders.map((one) => one.associateId)),
      uuidArray(orders.map((one) => one.originalOrderId)),
      textArray(orders.map((one) => one.externalRef)),
      textArray(orders.map((one) => one.currency)),
      booleanArray(orders.map((one) => one.taxInclusive)),
      bigintArray(orders.map((one) => one.netMinor)),
      bigintArray(orders.map((one) => one.taxMinor)),
      bigintArray(orders.map((one) => one.grossMinor)),
      bigintArray(orders.map((one) => one.prepaidMinor)),
      bigintArray(orders.map((one) => one.prepaidBookedMinor)),
      instantArray(orders.map((one) => one.placedAt)),
      dateArray(orders.map((one) => dayToEpochDay(one.businessDay))),
      bigintArray(orders.map((one) => one.eventNumber)),
      bigintArray(orders.map((one) => one.version)),
      textArray(orders.map((one) => one.taxJurisdiction)),
      textArray(orders.map((one) => jsonText(one.promotions))),
      bigintArray(orders.map((one) => one.cashRoundingMinor ?? 0)),
    ],
  };
}

function insertLines(orders: readonly Order[]): Query {
  const lines: OrderLine[] = [];
  const owners: Order[] = [];
  for (const order of orders) {
    for (const line of order.lines) {
      lines.push(line);
      owners.push(order);
    }
  }
  return {
    statement: orderBookSql.insert_order_lines,
    values: [
      uuidArray(owners.map((one) => one.id)),
      smallintArray(lines.map((one) => one.line)),
      textArray(lines.map((one) => one.kind)),
      uuidArray(lines.map((one) => one.skuId)),
      textArray(lines.map((one) => one.description)),
      bigintArray(lines.map((one) => one.quantity)),
      bigintArray(lines.map((one) => one.unitAmount)),
      smallintArray(lines.map((one) => one.unitScale)),
      bigintArray(lines.map((one) => one.unitPer)),
      integerArray(lines.map((one) => one.taxPpm)),
      bigintArray(lines.map((one) => one.netMinor)),
      bigintArray(lines.map((one) => one.taxMinor)),
      bigintArray(lines.map((one) => one.grossMinor)),
      bigintArray(lines.map((one) => one.shipped)),
      bigintArray(lines.map((one) => one.cancelled)),
      bigintArray(lines.map((one) => one.returned)),
      bigintArray(lines.map((one) => one.costMinor)),
      uuidArray(owners.map((one) => one.channelId)),
      uuidArray(owners.map((one) => one.sellingLocationId)),
      uuidArray(lines.map((one) => one.fulfillingLocationId)),
      uuidArray(lines.map((one) => one.associateId)),
      textArray(lines.map((one) => jsonText(one.discounts))),
      textArray(lines.map((one) => jsonText(one.taxes))),
    ],
  };
}

function jsonText(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** Issued documents in PostgreSQL, and the sales of a day by channel and location, summed as they are issued. */
export const documentTable: BookTable = {
  name: DOCUMENTS.name,
  record(changes) {
    const issued = changes as readonly AppliedChange<IssuedDocument, IssuedDocument>[];
    const documents = issued.map(({ change }) => change);
    const totals = [...dayTotals(documents).values()];
    return [
      {
        statement: orderBookSql.insert_documents,
        values: [
          uuidArray(documents.map((one) => one.seriesId)),
          bigintArray(documents.map((one) => one.number)),
          textArray(documents.map((one) => one.kind)),
          textArray(documents.map((one) => one.label)),
          uuidArray(documents.map((one) => one.orderId)),
          uuidArray(documents.map((one) => one.entityId)),
          bigintArray(issued.map(({ number }) => number)),
          instantArray(documents.map((one) => one.issuedAt)),
          dateArray(documents.map((one) => dayToEpochDay(one.businessDay))),
          textArray(documents.map((one) => one.currency)),
          bigintArray(documents.map((one) => one.netMinor)),
          bigintArray(documents.map((one) => one.taxMinor)),
          bigintArray(documents.map((one) => one.grossMinor)),
          uuidArray(documents.map((one) => one.channelId)),
          uuidArray(documents.map((one) => one.locationId)),
          bigintArray(documents.map((one) => one.units)),
        ],
      },
      {
        statement: orderBookSql.add_day_totals,
        values: [
          dateArray(totals.map(({ of }) => dayToEpochDay(of.businessDay))),
          uuidArray(totals.map(({ of }) => of.entityId)),
          uuidArray(totals.map(({ of }) => of.channelId)),
          uuidArray(totals.map(({ of }) => of.locationId)),
          textArray(totals.map(({ of }) => of.currency)),
          bigintArray(totals.map((one) => one.sales)),
          bigintArray(totals.map((one) => one.units)),
          bigintArray(totals.map((one) => one.netMinor)),
          bigintArray(totals.map((one) => one.taxMinor)),
          bigintArray(totals.map((one) => one.grossMinor)),
        ],
      },
    ];
  },
};

type DayTotal = {
  of: IssuedDocument;
  sales: number;
  units: number;
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
};

function dayTotals(documents: readonly IssuedDocument[]): Map<string, DayTotal> {
  const totals = new Map<string, DayTotal>();
  for (const one of documents) {
    const key = `${one.businessDay}|${one.entityId}|${one.channelId}|${one.locationId}|${one.currency}`;
    let total = totals.get(key);
    if (total === undefined)
      totals.set(key, (total = { of: one, sales: 0, units: 0, netMinor: 0, taxMinor: 0, grossMinor: 0 }));
    total.sales += one.kind === 'credit_note' ? 0 : 1;
    total.units += one.units;
    total.netMinor += one.netMinor;
    total.taxMinor += one.taxMinor;
    total.grossMinor += one.grossMinor;
  }
  return totals;
}
