import type { Outcome } from '../../platform/commit/command.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { createPool, withTransaction, type Tx } from '../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/db/testing.ts';
import { createTestApi, testPrincipal, type TestClient } from '../../platform/http/testing.ts';
import { registerAccountingRoutes } from '../../src/accounting/server/accounting.routes.ts';
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
import { goodsOf, makeGroup, occasion, orderCommand, saleCommand, seriesOf, worldId, type World, type WorldChannel, type WorldLocation } from '../simulator/world.ts';
import { openBooks } from './books.ts';

/** A small group of companies with master data, books and the routes of stock, accounting and insight, over a database of its own. */
export type TestRetailer = {
  readonly database: TestDatabase;
  readonly world: World;
  readonly company: CompanyCache;
  readonly committer: Committer;
  readonly clock: { now: number };
  /** May do everything. */
  readonly owner: TestClient;
  /** May do these things at these locations. */
  at(permissions: readonly string[], locations: readonly WorldLocation[]): TestClient;
  /** A new id. */
  id(): string;
  /** Commits a prepared command; throws unless it is accepted. */
  commit(type: string, body: unknown): Promise<Extract<Outcome, { kind: 'accepted' }>>;
  receive(location: WorldLocation, sku: number, quantity: number, valueMinor: number): Promise<void>;
  sell(location: WorldLocation, channel: WorldChannel, sku: number, quantity: number, unitAmount: number, how?: { fact?: boolean; method?: 'cash' | 'card' }): Promise<string>;
  order(location: WorldLocation, channel: WorldChannel, sku: number, quantity: number, unitAmount: number, how?: { fact?: boolean }): Promise<string>;
  ship(location: WorldLocation, channel: WorldChannel, orderId: string, how?: { lines?: unknown; carrierCostMinor?: number }): Promise<void>;
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
    pool: database.pool, schema, sources: { locations: loadLocations, channels: loadChannels, vatRates: loadVatRates, areas: loadAreas },
  });
  const committer = openBooks({ pool, schema, now: () => clock.now, locationOf: (id) => company.location(id) as StockLocation });
  const skus = createSkuCache({ pool: database.pool, schema });
  const deps = { pool: database.pool, schema, committer, company, skus, now: () => clock.now };
  const api = await createTestApi((app) => {
    registerStockRoutes(app, deps);
    registerAccountingRoutes(app, deps);
    registerInsightRoutes(app, deps);
  });
  let minted = 0;
  const id = (): string => worldId(9, (minted += 1));
  const counters = new Map<string, number>();
  const commit: TestRetailer['commit'] = async (type, body) => {
    const outcome = await committer.submit({ type, key: id(), principalId: worldId(8, 0), lane: 'interactive', at: clock.now, body });
    if (outcome.kind !== 'accepted') throw new Error(`${type} was not accepted: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const wanted = (sku: number, quantity: number, unitAmount: number) => [{ skuId: world.skuIds[sku] as string, quantity, unitAmount }];
  return {
    database, world, company, committer, clock, id, commit, run,
    owner: api.as(testPrincipal('all')),
    at: (permissions, locations) => api.as(testPrincipal(permissions, { entityIds: [], locationIds: locations.map((one) => one.id) })),
    async receive(location, sku, quantity, valueMinor) {
      const lines = [{ line: 1, goods: { ...goodsOf(location, world.skuIds[sku] as string), quantity }, valueMinor }];
      await commit('ReceiveGoods', { ...occasion(world, location, clock.now), receiptId: id(), reason: 'receipt', supplierRef: 'PO-1', lines });
    },
    async sell(location, channel, sku, quantity, unitAmount, { fact = false, method = 'cash' } = {}) {
      const orderId = id();
      const counter = (counters.get(location.id) ?? 0) + 1;
      if (fact) counters.set(location.id, counter);
      const taken = fact ? { sourceId: location.id, counter, mac: 'm' } : null;
      const of = { world, location, channel, at: clock.now, orderId, paymentId: id(), wanted: wanted(sku, quantity, unitAmount), method };
      await commit('RecordSale', saleCommand({ ...of, fact: taken }));
      return orderId;
    },
    async order(location, channel, sku, quantity, unitAmount, { fact = false } = {}) {
      const orderId = id();
      const of = { world, location, channel, at: clock.now, orderId, paymentId: id(), wanted: wanted(sku, quantity, unitAmount), fact };
      await commit('PlaceOrder', orderCommand({ ...of, method: fact ? 'marketplace' : 'card', externalRef: fact ? orderId : '' }));
      return orderId;
    },
    async ship(location, channel, orderId, { lines, carrierCostMinor = 0 } = {}) {
      await commit('ShipOrder', {
        ...occasion(world, location, clock.now, channel), orderId, rate: [1, 1], lines, carrierCostMinor,
        series: seriesOf(location.entityId, 'invoice', location.entityId, clock.now),
        fees: { card: { ppm: 14_000, fixedMinor: 20 }, marketplace: { ppm: 150_000, fixedMinor: 0 } },
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
  await insertEntities(tx, world.entities.map(({ id, currency }, n) => ({
    id, code: `E${n + 1}`, name: `Company ${n + 1}`, country: 'GB', functionalCurrency: functionalCurrency(currency), fiscalYearStartMonth: 1,
  })));
  for (const entity of world.entities) await seedChart(tx, entity.id);
  await insertLocations(tx, world.locations.map(({ id, entityId, code }) => ({
    id, entityId, code, name: code, kind: 'store' as const, city: '', country: 'GB', timeZone: 'UTC', cutOffHour: 0,
  })));
  const areas = new Map(world.locations.map((location) => [location.areaId, location]));
  const currencyOf = (entityId: string) => currencyCode(world.entities.find((one) => one.id === entityId)?.currency ?? '');
  await insertAreas(tx, [...areas.values()].map(({ areaId, entityId, valuationMethod }, n) => ({
    id: areaId, entityId, name: `Area ${n + 1}`, method: valuationMethod, currency: currencyOf(entityId),
    locationIds: world.locations.filter((one) => one.areaId === areaId).map((one) => one.id),
  })));
  await insertChannels(tx, world.channels.map(({ id, entityId, code, kind }) => ({
    id, entityId, code, name: code, kind, currency: currencyOf(entityId), commissionPpm: 0,
    defaultLocationId: world.locations.find((one) => one.entityId === entityId)?.id ?? '',
  })));
  const [category, product, variant] = [worldId(11, 0), worldId(12, 0), worldId(13, 0)];
  await tx.client.query('insert into catalog_category (id, name) values ($1, $2)', [category, 'Things']);
  await tx.client.query('insert into catalog_product (id, name, category_id) values ($1, $2, $3)', [product, 'Thing', category]);
  await tx.client.query('insert into catalog_variant (id, product_id) values ($1, $2)', [variant, product]);
  for (const [n, id] of world.skuIds.entries()) {
    const kind = n === world.skuIds.length - 1 ? 'service' : 'goods';
    await tx.client.query('insert into catalog_sku (id, variant_id, product_id, code, name, kind) values ($1, $2, $3, $4, $5, $6)', [
      id, variant, product, `SKU-${String(n).padStart(3, '0')}`, `Thing ${n}`, kind,
    ]);
  }
}
