import type { Outcome } from '../../platform/commit/command.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { createPool, withTransaction, type Tx } from '../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/db/testing.ts';
import { createTestApi, testPrincipal, type SendOptions } from '../../platform/http/testing.ts';
import { registerAccountingRoutes } from '../../src/accounting/server/accounting.routes.ts';
import { registerTaxReport } from '../../src/accounting/server/tax-report.ts';
import { seedChart } from '../../src/accounting/server/chart.store.ts';
import { createSkuCache } from '../../src/catalog/server/sku-cache.ts';
import { insertChannels, loadChannels } from '../../src/channels/server/channels.store.ts';
import { functionalCurrency } from '../../src/company/functional-currency.ts';
import { openCompanyCache, type CompanyCache } from '../../src/company/server/company-cache.ts';
import { insertEntities } from '../../src/company/server/company.store.ts';
import { registerInsightRoutes } from '../../src/insight/server/insight.routes.ts';
import { currencyCode } from '../../src/kernel/currency.ts';
import { insertLocations, loadLocations } from '../../src/locations/server/locations.store.ts';
import { loadVatRates } from '../../src/pricing/server/pricing.store.ts';
import type { StockLocation } from '../../src/stock/server/goods-at.ts';
import { registerStockRoutes } from '../../src/stock/server/stock.routes.ts';
import { insertAreas, loadAreas } from '../../src/stock/server/valuation-areas.store.ts';
import {
  goodsOf,
  makeGroup,
  occasion,
  orderCommand,
  saleCommand,
  seriesOf,
  worldId,
  type World,
  type WorldChannel,
  type WorldLocation,
} from '../simulator/world.ts';
import { openBooks } from './books.ts';
import { comparingTables } from './comparing-tables.ts';

type Some<T> = readonly [T, ...T[]];

/** The fields that tests read out of answers. Which of them an answer has, the API itself compares with its schema. */
export type Told = {
  readonly id: string;
  readonly next: string | null;
  readonly items: Some<Told>;
  readonly rows: readonly Told[];
  readonly total: Told;
  readonly totals: readonly Told[];
  readonly accounts: readonly Told[];
  readonly areas: readonly Told[];
  readonly channels: readonly Told[];
  readonly locations: readonly Told[];
  readonly low: readonly Told[];
  readonly lastOrders: readonly Told[];
  readonly reservations: Some<Told>;
  readonly postings: readonly Told[];
  readonly receiptId: string;
  readonly expenseId: string;
  readonly reservationId: string;
  readonly skuId: string;
  readonly locationId: string;
  readonly channelId: string;
  readonly areaId: string;
  readonly code: string;
  readonly accountCode: string;
  readonly currency: string;
  readonly eventType: string;
  readonly eventUrl: string;
  readonly eventNumber: number;
  readonly orderNumber: string | null;
  readonly document: string | null;
  readonly postingDay: string;
  readonly journalUrl: string;
  readonly hours: readonly (number | null)[];
  readonly lastWeekHours: readonly number[];
  readonly openOrders: number;
  readonly quantity: number;
  readonly shortQuantity: number;
  readonly amountMinor: number;
  readonly entityAmountMinor: number;
  readonly costMinor: number;
  readonly revenueMinor: number;
  readonly valueMinor: number;
  readonly ledgerMinor: number;
  readonly debitMinor: number;
  readonly creditMinor: number;
  readonly openingMinor: number;
  readonly balanceMinor: number;
};

/** What a route answered. */
export type Answer = {
  readonly status: number;
  readonly body: Told;
  readonly headers: Readonly<Record<string, unknown>>;
};

/** Somebody who sends requests. Unsafe ones get a key of their own unless one is given. */
export type Client = {
  get(url: string): Promise<Answer>;
  post(url: string, body?: unknown, options?: SendOptions): Promise<Answer>;
  send(method: 'PUT', url: string, body: unknown): Promise<Answer>;
};

/** A small group of companies with master data, books and the routes of stock, accounting and insight, over a database of its own. */
export type TestRetailer = {
  readonly database: TestDatabase;
  readonly world: World;
  readonly company: CompanyCache;
  readonly committer: Committer;
  readonly clock: { now: number };
  /** May do everything. */
  readonly owner: Client;
  /** May do these things at these locations. */
  at(permissions: readonly string[], locations: readonly WorldLocation[]): Client;
  /** A new id. */
  id(): string;
  /** Commits a prepared command; throws unless it is accepted. */
  commit(type: string, body: unknown): Promise<Extract<Outcome, { kind: 'accepted' }>>;
  receive(location: WorldLocation, sku: number, quantity: number, valueMinor: number): Promise<void>;
  sell(
    location: WorldLocation,
    channel: WorldChannel,
    sku: number,
    quantity: number,
    unitAmount: number,
    how?: { fact?: boolean; method?: 'cash' | 'card' },
  ): Promise<string>;
  order(
    location: WorldLocation,
    channel: WorldChannel,
    sku: number,
    quantity: number,
    unitAmount: number,
    how?: { fact?: boolean },
  ): Promise<string>;
  ship(
    location: WorldLocation,
    channel: WorldChannel,
    orderId: string,
    how?: { lines?: unknown; carrierCostMinor?: number },
  ): Promise<void>;
  /** One unit of what a till sold comes back for cash: the first line of that sale, at this price and 20 % tax. */
  takeBack(
    location: WorldLocation,
    channel: WorldChannel,
    saleId: string,
    sku: number,
    grossMinor: number,
  ): Promise<void>;
  run<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Opens it. It is 2026-11-22 at noon. SKU n is `Thing n` with the code `SKU-00n`; the last one is a service. */
export async function openTestRetailer(size: { skus: number } = { skus: 6 }): Promise<TestRetailer> {
  const database = await createTestDatabase();
  const { schema } = database;
  const world = makeGroup(size);
  const clock = { now: Date.UTC(2026, 10, 22, 12) };
  const run = <T>(fn: (tx: Tx) => Promise<T>): Promise<T> => withTransaction(database.pool, { schema }, fn);
  await run((tx) => insertGroup(tx, world));
  const pool = createPool({ url: database.url, pipeline: true });
  const company = await openCompanyCache({
    pool: database.pool,
    schema,
    sources: { locations: loadLocations, channels: loadChannels, vatRates: loadVatRates, areas: loadAreas },
  });
  const committer = openBooks({
    pool,
    schema,
    now: () => clock.now,
    locationOf: (id) => company.location(id) as StockLocation,
    tables: comparingTables(),
  });
  const skus = createSkuCache({ pool: database.pool, schema });
  const deps = { pool: database.pool, schema, committer, company, skus, now: () => clock.now };
  const api = await createTestApi((app) => {
    registerStockRoutes(app, deps);
    registerAccountingRoutes(app, deps);
    registerTaxReport(app, deps);
    registerInsightRoutes(app, deps);
  });
  let minted = 0;
  const id = (): string => worldId(9, (minted += 1));
  const counters = new Map<string, number>();
  const commit: TestRetailer['commit'] = async (type, body) => {
    const outcome = await committer.submit({
      type,
      key: id(),
      principalId: worldId(8, 0),
      lane: 'interactive',
      at: clock.now,
      body,
    });
    if (outcome.kind !== 'accepted') throw new Error(`${type} was not accepted: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const wanted = (sku: number, quantity: number, unitAmount: number) => [
    { skuId: world.skuIds[sku] as string, quantity, unitAmount },
  ];
  return {
    database,
    world,
    company,
    committer,
    clock,
    id,
    commit,
    run,
    owner: api.as(testPrincipal('all')),
    at: (permissions, locations) =>
      api.as(testPrincipal(permissions, { entityIds: [], locationIds: locations.map((one) => one.id) })),
    async receive(location, sku, quantity, valueMinor) {
      const lines = [{ line: 1, goods: { ...goodsOf(location, world.skuIds[sku] as string), quantity }, valueMinor }];
      await commit('ReceiveGoods', {
        ...occasion(world, location, clock.now),
        receiptId: id(),
        reason: 'receipt',
        supplierRef: 'PO-1',
        lines,
      });
    },
    async sell(location, channel, sku, quantity, unitAmount, { fact = false, method = 'cash' } = {}) {
      const orderId = id();
      const counter = (counters.get(location.id) ?? 0) + 1;
      if (fact) counters.set(location.id, counter);
      const taken = fact ? { sourceId: location.id, counter, mac: 'm' } : null;
      const of = {
        world,
        location,
        channel,
        at: clock.now,
        orderId,
        paymentId: id(),
        wanted: wanted(sku, quantity, unitAmount),
        method,
      };
      await commit('RecordSale', saleCommand({ ...of, fact: taken }));
      return orderId;
    },
    async order(location, channel, sku, quantity, unitAmount, { fact = false } = {}) {
      const orderId = id();
      const of = {
        world,
        location,
        channel,
        at: clock.now,
        orderId,
        paymentId: id(),
        wanted: wanted(sku, quantity, unitAmount),
        fact,
      };
      await commit(
        'PlaceOrder',
        orderCommand({ ...of, method: fact ? 'marketplace' : 'card', externalRef: fact ? orderId : '' }),
      );
      return orderId;
    },
    async ship(location, channel, orderId, { lines, carrierCostMinor = 0 } = {}) {
      await commit('ShipOrder', {
        ...occasion(world, location, clock.now, channel),
        orderId,
        rate: [1, 1],
        lines,
        carrierCostMinor,
        series: seriesOf(location.entityId, 'invoice', location.entityId, clock.now),
        fees: { card: { ppm: 14_000, fixedMinor: 20 }, marketplace: { ppm: 150_000, fixedMinor: 0 } },
      });
    },
    async takeBack(location, channel, saleId, sku, grossMinor) {
      const where = occasion(world, location, clock.now, channel);
      const taxMinor = grossMinor / 6;
      const { skuId, ...goods } = goodsOf(location, world.skuIds[sku] as string);
      await commit('ReturnGoods', {
        ...where,
        orderId: id(),
        rate: [1, 1],
        fact: false,
        reason: 'too small',
        terms: {
          kind: 'return',
          entityId: location.entityId,
          channelId: channel.id,
          sellingLocationId: location.id,
          originalOrderId: saleId,
          externalRef: '',
          currency: where.entityCurrency,
          taxInclusive: true,
          placedAt: clock.now,
          businessDay: where.businessDay,
        },
        lines: [
          {
            line: 1,
            kind: 'goods',
            skuId,
            description: 'Goods',
            quantity: 1,
            unitAmount: grossMinor,
            unitScale: 0,
            unitPer: 1,
            taxPpm: 200_000,
            netMinor: grossMinor - taxMinor,
            taxMinor,
            grossMinor,
            fulfillingLocationId: location.id,
            original: 1,
            goods,
          },
        ],
        tenders: [{ paymentId: id(), method: 'cash', amount: grossMinor, providerRef: '' }],
        series: seriesOf(location.entityId, 'credit_note', location.entityId, clock.now),
      });
    },
    async close() {
      await api.close();
      await committer.close();
      await pool.end();
      await database.drop();
    },
  };
}

async function insertGroup(tx: Tx, world: World): Promise<void> {
  await insertEntities(
    tx,
    world.entities.map(({ id, currency }, n) => ({
      id,
      code: `E${n + 1}`,
      name: `Company ${n + 1}`,
      country: 'GB',
      functionalCurrency: functionalCurrency(currency),
      fiscalYearStartMonth: 1,
    })),
  );
  for (const entity of world.entities) await seedChart(tx, entity.id);
  await insertLocations(
    tx,
    world.locations.map(({ id, entityId, code }) => ({
      id,
      entityId,
      code,
      name: code,
      kind: 'store' as const,
      city: '',
      country: 'GB',
      timeZone: 'UTC',
      cutOffHour: 0,
    })),
  );
  const areas = new Map(world.locations.map((location) => [location.areaId, location]));
  const currencyOf = (entityId: string) =>
    currencyCode(world.entities.find((one) => one.id === entityId)?.currency ?? '');
  await insertAreas(
    tx,
    [...areas.values()].map(({ areaId, entityId, valuationMethod }, n) => ({
      id: areaId,
      entityId,
      name: `Area ${n + 1}`,
      method: valuationMethod,
      currency: currencyOf(entityId),
      locationIds: world.locations.filter((one) => one.areaId === areaId).map((one) => one.id),
    })),
  );
  await insertChannels(
    tx,
    world.channels.map(({ id, entityId, code, kind }) => ({
      id,
      entityId,
      code,
      name: code,
      kind,
      currency: currencyOf(entityId),
      commissionPpm: 0,
      defaultLocationId: world.locations.find((one) => one.entityId === entityId)?.id ?? '',
    })),
  );
  const [category, product, variant] = [worldId(11, 0), worldId(12, 0), worldId(13, 0)];
  await tx.client.query('insert into catalog_category (id, name) values ($1, $2)', [category, 'Things']);
  await tx.client.query('insert into catalog_product (id, name, category_id) values ($1, $2, $3)', [
    product,
    'Thing',
    category,
  ]);
  await tx.client.query('insert into catalog_variant (id, product_id) values ($1, $2)', [variant, product]);
  for (const [n, id] of world.skuIds.entries()) {
    const kind = n === world.skuIds.length - 1 ? 'service' : 'goods';
    await tx.client.query(
      'insert into catalog_sku (id, variant_id, product_id, code, name, kind) values ($1, $2, $3, $4, $5, $6)',
      [id, variant, product, `SKU-${String(n).padStart(3, '0')}`, `Thing ${n}`, kind],
    );
  }
}
