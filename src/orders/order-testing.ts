import { businessDay } from '../kernel/time.ts';
import { costKey, type ValuationMethod } from '../stock/cost.ts';
import type { Goods, StockOccasion } from '../stock/goods.ts';
import { stockKey } from '../stock/stock-level.ts';
import type { OrderKind, OrderTerms } from './order.ts';
import type { OrderPayment, PlaceOrder } from './place-order.ts';
import type { RecordSale, SaleLine, Tender } from './sale.ts';
import type { OrderResolved, ShipOrder } from './ship-order.ts';

/** One company, one store, two SKUs, for the tests of deciders. */
const PLACE = {
  entityId: '20000000-0000-7000-8000-000000000001',
  locationId: '10000000-0000-7000-8000-000000000001',
  channelId: '50000000-0000-7000-8000-000000000001',
  areaId: '30000000-0000-7000-8000-000000000001',
  now: 1_798_632_000_000,
} as const;

/** The n-th SKU. */
function skuOf(n: number): string {
  return `40000000-0000-7000-8000-00000000000${n + 1}`;
}

/** Where everything happens. */
export const OCCASION: StockOccasion = {
  entityId: PLACE.entityId,
  locationId: PLACE.locationId,
  channelId: PLACE.channelId,
  entityCurrency: 'GBP',
  occurredAt: PLACE.now,
  businessDay: businessDay('2026-12-30'),
};

/** Units of the n-th SKU in the store. */
export function goodsOfSku(n: number, quantity: number, method: ValuationMethod = 'moving_average'): Goods {
  const skuId = skuOf(n);
  return {
    skuId,
    stockKey: stockKey({
      skuId,
      locationId: PLACE.locationId,
      condition: 'sellable',
      ownerId: PLACE.entityId,
      lot: '',
    }),
    costKey: costKey(PLACE.areaId, skuId),
    method,
    quantity,
  };
}

/** A line of goods at a gross amount for all of it, a sixth of which is tax. */
export function goodsLine(
  line: number,
  n: number,
  quantity: number,
  grossMinor: number,
  method: ValuationMethod = 'moving_average',
): SaleLine {
  const taxMinor = Math.trunc(grossMinor / 6);
  const { skuId, quantity: _, ...goods } = goodsOfSku(n, quantity, method);
  return {
    line,
    kind: 'goods',
    skuId,
    description: 'Shirt',
    quantity,
    unitAmount: grossMinor,
    unitScale: 0,
    unitPer: quantity,
    taxPpm: 200_000,
    netMinor: grossMinor - taxMinor,
    taxMinor,
    grossMinor,
    fulfillingLocationId: PLACE.locationId,
    goods,
  };
}

/** A line without goods: postage, or a discount when the amount is negative. */
export function otherLine(line: number, kind: 'shipping' | 'discount', grossMinor: number): SaleLine {
  return { ...goodsLine(line, 0, 1, grossMinor), kind, goods: null };
}

/** The terms of an order in a currency. */
export function termsOf(kind: OrderKind, currency: string): OrderTerms {
  return {
    kind,
    entityId: PLACE.entityId,
    channelId: PLACE.channelId,
    sellingLocationId: PLACE.locationId,
    externalRef: '',
    currency,
    taxInclusive: true,
    placedAt: PLACE.now,
    businessDay: OCCASION.businessDay,
  };
}

/** What one unit of a currency is worth in pounds. */
export function rateOf(currency: string): readonly [number, number] {
  return currency === 'GBP' ? [1, 1] : currency === 'EUR' ? [8612, 10_000] : [53, 10_000];
}

/** The rate of a day on which a currency is worth so many per cent of what it is worth otherwise. The entity's own is always worth itself. */
export function rateOn(currency: string, percent: number): readonly [number, number] {
  const [numerator, denominator] = rateOf(currency);
  return currency === OCCASION.entityCurrency ? [numerator, denominator] : [numerator * percent, denominator * 100];
}

/** What lines sum to. */
export function grossOf(lines: readonly SaleLine[]): number {
  return lines.reduce((sum, line) => sum + line.grossMinor, 0);
}

const series = (kind: string) => ({ key: `${PLACE.entityId}|${kind}|${PLACE.entityId}|2026`, prefix: kind });

/** A sale at the counter, paid in cash unless tenders are given. */
export function saleOf(
  orderId: string,
  lines: readonly SaleLine[],
  more: { fact?: number; tenders?: readonly Tender[]; reservationIds?: readonly string[]; currency?: string } = {},
): RecordSale {
  const currency = more.currency ?? 'GBP';
  return {
    ...OCCASION,
    orderId,
    terms: termsOf('till_sale', currency),
    rate: rateOf(currency),
    lines,
    series: series('receipt'),
    reservationIds: more.reservationIds ?? [],
    fact: more.fact === undefined ? null : { sourceId: 'till', counter: more.fact, mac: `m${more.fact}` },
    tenders: more.tenders ?? [
      { paymentId: `${orderId}-pay`, method: 'cash', amount: grossOf(lines), providerRef: '', feeMinor: 0 },
    ],
  };
}

/** An order, authorised in full unless payments are given. */
export function orderOf(
  orderId: string,
  lines: readonly SaleLine[],
  more: { fact?: boolean; payments?: readonly OrderPayment[]; prepaid?: number; currency?: string } = {},
): PlaceOrder {
  const currency = more.currency ?? 'GBP';
  const fact = more.fact === true;
  return {
    ...OCCASION,
    orderId,
    terms: termsOf(fact ? 'marketplace_order' : 'order', currency),
    rate: rateOf(currency),
    lines,
    series: series('order'),
    fact,
    payments: more.payments ?? [
      {
        paymentId: `${orderId}-pay`,
        method: 'card',
        authorised: grossOf(lines),
        captured: more.prepaid ?? 0,
        providerRef: '',
      },
    ],
  };
}

/** A shipment of an order in the entity's currency, whole or in part. */
export function shipmentOf(orderId: string, lines: ShipOrder['lines']): ShipOrder {
  return {
    ...OCCASION,
    orderId,
    rate: [1, 1],
    lines,
    series: series('invoice'),
    fees: { card: { ppm: 14_000, fixedMinor: 25 } },
    carrierCostMinor: 300,
  };
}

/** What is read of an order before the lock. */
export function resolvedOf(orderId: string, lines: readonly SaleLine[]): OrderResolved {
  const goods = new Map<number, Omit<Goods, 'quantity'>>();
  for (const line of lines) if (line.goods !== null) goods.set(line.line, { ...line.goods, skuId: line.skuId });
  return { goods, paymentIds: [`${orderId}-pay`] };
}
