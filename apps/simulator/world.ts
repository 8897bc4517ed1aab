import { seriesKey } from '../../src/company/document-series.ts';
import { mintUuidv7 } from '../../src/kernel/ids.ts';
import { lineAmount } from '../../src/kernel/money.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import { includedTax } from '../../src/kernel/rate.ts';
import { businessDayOf, fiscalYearOf, type BusinessDay } from '../../src/kernel/time.ts';
import type { OrderPayment, PlaceOrder } from '../../src/orders/place-order.ts';
import type { RecordSale, SaleLine } from '../../src/orders/sale.ts';
import type { PaymentMethod } from '../../src/payments/payment.ts';
import { costKey, type ValuationMethod } from '../../src/stock/cost.ts';
import type { Goods, StockOccasion } from '../../src/stock/goods.ts';
import { stockKey } from '../../src/stock/stock-level.ts';

/** A place of the simulated retailer. */
export type WorldLocation = {
  readonly id: string;
  readonly code: string;
  readonly entityId: string;
  readonly areaId: string;
  readonly valuationMethod: ValuationMethod;
  /** The smallest coin there, minor units; left out where every amount can be paid in cash. */
  readonly coinMinor?: number;
};
/** A way to sell of the simulated retailer. */
export type WorldChannel = {
  readonly id: string;
  readonly code: string;
  readonly kind: 'shop' | 'store' | 'marketplace' | 'call_centre';
  readonly entityId: string;
};

/** A retailer without a database: what commands need to know, made from a few numbers. Currency of everything is the entity's. */
export type World = {
  readonly entities: readonly { readonly id: string; readonly currency: string }[];
  readonly locations: readonly WorldLocation[];
  readonly channels: readonly WorldChannel[];
  readonly skuIds: readonly string[];
};

/** A fixed id for the n-th thing of a kind; the same in every run. */
export function worldId(kind: number, n: number): string {
  return mintUuidv7(1_700_000_000_000 + kind, n + 1, kind);
}

/** Makes a world with one entity, one valuation area, some locations, one channel of each kind and some SKUs. */
export function makeWorld(size: {
  locations: number;
  skus: number;
  method?: ValuationMethod;
  currency?: string;
}): World {
  const entityId = worldId(1, 0);
  const areaId = worldId(2, 0);
  return {
    entities: [{ id: entityId, currency: size.currency ?? 'GBP' }],
    locations: Array.from({ length: size.locations }, (_, n) => ({
      id: worldId(3, n),
      code: `L${n + 1}`,
      entityId,
      areaId,
      valuationMethod: size.method ?? 'moving_average',
    })),
    channels: (['store', 'shop', 'marketplace', 'call_centre'] as const).map((kind, n) => ({
      id: worldId(4, n),
      code: kind,
      kind,
      entityId,
    })),
    skuIds: Array.from({ length: size.skus }, (_, n) => worldId(5, n)),
  };
}

/**
 * Makes a small group of companies: a British one with a warehouse and two stores at moving average and a third store of its own
 * FIFO area, and a German one with a FIFO warehouse and store. Each has a store channel, a shop and a marketplace. In two stores the smallest coins are out of use.
 */
export function makeGroup(size: { skus: number }): World {
  const entities = [
    { id: worldId(1, 0), currency: 'GBP' },
    { id: worldId(1, 1), currency: 'EUR' },
  ] as const;
  const place = (
    n: number,
    code: string,
    entity: number,
    area: number,
    valuationMethod: ValuationMethod,
    coinMinor?: number,
  ): WorldLocation => ({
    id: worldId(3, n),
    code,
    entityId: (entities[entity] as World['entities'][number]).id,
    areaId: worldId(2, area),
    valuationMethod,
    ...(coinMinor === undefined ? {} : { coinMinor }),
  });
  return {
    entities,
    locations: [
      place(0, 'UK-W', 0, 0, 'moving_average'),
      place(1, 'UK-1', 0, 0, 'moving_average'),
      place(2, 'UK-2', 0, 0, 'moving_average', 10),
      place(3, 'UK-3', 0, 1, 'fifo'),
      place(4, 'DE-W', 1, 2, 'fifo'),
      place(5, 'DE-1', 1, 2, 'fifo', 5),
    ],
    channels: entities.flatMap((entity, e) =>
      (['store', 'shop', 'marketplace'] as const).map((kind, n) => ({
        id: worldId(4, e * 10 + n),
        code: `${kind}-${e + 1}`,
        kind,
        entityId: entity.id,
      })),
    ),
    skuIds: Array.from({ length: size.skus }, (_, n) => worldId(5, n)),
  };
}

/** Where and when something happens in the world; every place keeps UTC days. */
export function occasion(world: World, location: WorldLocation, at: number, channel?: WorldChannel): StockOccasion {
  const entity = world.entities.find((one) => one.id === location.entityId) as World['entities'][number];
  return {
    entityId: entity.id,
    locationId: location.id,
    channelId: channel?.id,
    entityCurrency: entity.currency,
    occurredAt: at,
    businessDay: dayOf(at),
  };
}

/** The business day of an instant in the simulated world. */
export function dayOf(at: number): BusinessDay {
  return businessDayOf(at, { timeZone: 'UTC', cutOffHour: 0 });
}

/** Goods of a SKU at a place of the world. */
export function goodsOf(location: WorldLocation, skuId: string): Omit<Goods, 'quantity'> {
  return {
    skuId,
    stockKey: stockKey({ skuId, locationId: location.id, condition: 'sellable', ownerId: location.entityId, lot: '' }),
    costKey: costKey(location.areaId, skuId),
    method: location.valuationMethod,
  };
}

/** Lines at tax-inclusive prices with 20 % tax. */
export function pricedLines(
  location: WorldLocation,
  wanted: readonly { skuId: string; quantity: number; unitAmount: number }[],
  currency: string,
): SaleLine[] {
  return wanted.map(({ skuId, quantity, unitAmount }, i) => {
    const grossMinor = lineAmount({ amount: unitAmount, currency: currencyCode(currency) }, quantity);
    const taxMinor = includedTax(grossMinor, 200_000);
    const { skuId: _, ...goods } = goodsOf(location, skuId);
    return {
      line: i + 1,
      kind: 'goods',
      skuId,
      description: 'Goods',
      quantity,
      unitAmount,
      unitScale: 0,
      unitPer: 1,
      taxPpm: 200_000,
      netMinor: grossMinor - taxMinor,
      taxMinor,
      grossMinor,
      fulfillingLocationId: location.id,
      goods,
    };
  });
}

type SaleOf = {
  readonly world: World;
  readonly location: WorldLocation;
  readonly channel: WorldChannel;
  readonly at: number;
  readonly orderId: string;
  readonly wanted: readonly { skuId: string; quantity: number; unitAmount: number }[];
  /** The entity's own when absent. */
  readonly currency?: string | undefined;
  readonly rate?: readonly [number, number] | undefined;
};

function saleTerms(of: SaleOf, kind: 'order' | 'till_sale' | 'marketplace_order', externalRef: string) {
  const where = occasion(of.world, of.location, of.at, of.channel);
  return {
    ...where,
    orderId: of.orderId,
    rate: of.rate ?? ([1, 1] as const),
    terms: {
      kind,
      entityId: where.entityId,
      channelId: of.channel.id,
      sellingLocationId: of.location.id,
      externalRef,
      currency: of.currency ?? where.entityCurrency,
      taxInclusive: true,
      placedAt: of.at,
      businessDay: where.businessDay,
    },
  };
}

/** The series that counts a kind of document at a scope, in the fiscal year of the instant. */
export function seriesOf(
  entityId: string,
  kind: 'order' | 'receipt' | 'invoice' | 'credit_note',
  scopeId: string,
  at: number,
): { key: string; prefix: string } {
  return {
    key: seriesKey({ entityId, kind, scopeId, fiscalYear: fiscalYearOf(dayOf(at), { startMonth: 1 }) }),
    prefix: kind.slice(0, 3).toUpperCase(),
  };
}

/** A finished sale, paid exactly by one method. */
export function saleCommand(
  of: SaleOf & {
    readonly paymentId: string;
    readonly method: PaymentMethod;
    readonly fact: RecordSale['fact'];
    readonly registerId?: string;
  },
): RecordSale {
  const base = saleTerms(of, 'till_sale', '');
  const lines = pricedLines(of.location, of.wanted, base.terms.currency);
  const amount = lines.reduce((sum, line) => sum + line.grossMinor, 0);
  return {
    ...base,
    fact: of.fact,
    lines,
    tenders: [
      {
        paymentId: of.paymentId,
        method: of.method,
        amount,
        providerRef: of.method === 'card' ? 'auth_1' : '',
        feeMinor: of.method === 'card' ? 20 : 0,
      },
    ],
    series: seriesOf(base.entityId, 'receipt', of.registerId ?? of.location.id, of.at),
    reservationIds: [],
  };
}

/** An order whose payment is authorised in full. */
export function orderCommand(
  of: SaleOf & {
    readonly paymentId: string;
    readonly method: PaymentMethod;
    readonly fact: boolean;
    readonly prepaid?: boolean;
    readonly externalRef?: string;
  },
): PlaceOrder {
  const base = saleTerms(of, of.fact ? 'marketplace_order' : 'order', of.externalRef ?? '');
  const lines = pricedLines(of.location, of.wanted, base.terms.currency);
  const due = lines.reduce((sum, line) => sum + line.grossMinor, 0);
  const payment: OrderPayment = {
    paymentId: of.paymentId,
    method: of.method,
    authorised: due,
    captured: of.prepaid === true ? due : 0,
    providerRef: 'auth_1',
  };
  return {
    ...base,
    fact: of.fact,
    lines,
    payments: [payment],
    series: seriesOf(base.entityId, 'order', of.channel.id, of.at),
  };
}
