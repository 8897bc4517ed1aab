import type { FastifyBaseLogger } from 'fastify';
import { createAuthenticator } from '../../platform/auth/session.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { openMasterDoor, type Master } from '../../platform/commit/master-door.ts';
import { createPool, withTransaction, type Pool } from '../../platform/db/pool.ts';
import { bellOf } from '../../platform/events/bell.ts';
import { registerEventRoutes } from '../../platform/events/events.routes.ts';
import { follow } from '../../platform/events/follow.ts';
import { lastNumber } from '../../platform/events/log.ts';
import { closeApi, createApi, type Api } from '../../platform/http/app.ts';
import { createLive, registerLiveRoutes } from '../../platform/live/live.ts';
import { registerAccountingRoutes } from '../../src/accounting/server/accounting.routes.ts';
import { registerCatalogRoutes } from '../../src/catalog/server/catalog.routes.ts';
import { createSkuCache } from '../../src/catalog/server/sku-cache.ts';
import { registerChannelsRoutes } from '../../src/channels/server/channels.routes.ts';
import { loadChannels } from '../../src/channels/server/channels.store.ts';
import { openCompanyCache, type CompanyCache } from '../../src/company/server/company-cache.ts';
import { registerCompanyRoutes } from '../../src/company/server/company.routes.ts';
import { registerCustomersRoutes } from '../../src/customers/server/customers.routes.ts';
import { registerInsightRoutes } from '../../src/insight/server/insight.routes.ts';
import { registerLocationsRoutes } from '../../src/locations/server/locations.routes.ts';
import { loadLocations } from '../../src/locations/server/locations.store.ts';
import { registerOrderRoutes } from '../../src/orders/server/orders.routes.ts';
import { createPriceCache } from '../../src/pricing/server/price-cache.ts';
import { registerPricingRoutes } from '../../src/pricing/server/pricing.routes.ts';
import { findPricesInForce, loadVatRates } from '../../src/pricing/server/pricing.store.ts';
import { registerStaffRoutes } from '../../src/staff/server/staff.routes.ts';
import { createStaffStore } from '../../src/staff/server/staff.store.ts';
import type { StockLocation } from '../../src/stock/server/goods-at.ts';
import { registerStockRoutes } from '../../src/stock/server/stock.routes.ts';
import { loadAreas } from '../../src/stock/server/valuation-areas.store.ts';
import { openBooks } from './books.ts';
import { serveOffice } from './office-files.ts';

/** What the program around gives: where the database is, what it may be called, how it logs. */
export type Surroundings = {
  /** URL that writes; the commit pipeline opens a pipelined pool of its own there. */
  readonly url: string;
  readonly write: Pool;
  readonly read: Pool;
  readonly schema: string;
  readonly now: () => number;
  readonly logger: FastifyBaseLogger;
  readonly https: boolean;
  readonly version: string;
};

/** The business of one retailer, open: the door for commands, the door for master data, what is kept in memory. */
export type Business = {
  readonly committer: Committer;
  readonly master: Master;
  readonly company: CompanyCache;
  readonly skus: ReturnType<typeof createSkuCache>;
  readonly prices: ReturnType<typeof createPriceCache>;
  close(): Promise<void>;
};

/** Opens the business of one retailer, without a way in. The demo, the replay and tests use it like the API does. */
export async function openBusiness({ url, write, schema, now, logger }: Surroundings): Promise<Business> {
  const pipelined = createPool({ url, max: 4, pipeline: true, applicationName: 'oneshelf commit' });
  const sources = { locations: loadLocations, channels: loadChannels, vatRates: loadVatRates, areas: loadAreas };
  const company = await openCompanyCache({ pool: write, schema, sources });
  const skus = createSkuCache({ pool: write, schema });
  const prices = createPriceCache({ pool: write, schema, now });
  const committer = openBooks({
    pool: pipelined,
    schema,
    now,
    locationOf: (id) => stockLocation(company, id),
    onCommitted: () => bellOf(write).ring(schema),
    onTrouble: (message, error) => logger.error({ err: error }, message),
  });
  const follower = follow({
    pool: write,
    schema,
    after: await lastNumber(write, schema),
    onError: (error) => logger.warn({ err: error }, 'The event log could not be read; trying again.'),
    async onEvents(events) {
      for (const event of events) {
        if (event.topic !== 'catalog' && event.topic !== 'price' && event.topic !== 'company') continue;
        skus.invalidate(event);
        prices.invalidate(event);
        await company.invalidate(event);
      }
    },
  });
  return {
    committer,
    master: openMasterDoor({ pool: write, schema }),
    company,
    skus,
    prices,
    async close() {
      await follower.close();
      await committer.close();
      await pipelined.end();
    },
  };
}

/** A location as the goods of its stock are found. Throws for one that does not exist or is not valued: its orders could not have been placed. */
function stockLocation(company: CompanyCache, id: string): StockLocation {
  const location = company.location(id);
  if (location?.areaId === undefined || location.valuationMethod === undefined) throw new Error(`location ${id} keeps no stock`);
  return { id, entityId: location.entityId, areaId: location.areaId, valuationMethod: location.valuationMethod };
}

/** Puts the API and the office before a business. Call `listen` on what comes back; `close` drains. */
export async function openApi(around: Surroundings, business: Business): Promise<{ api: Api; close(): Promise<void> }> {
  const { write, read, schema, now, logger } = around;
  const { committer, master, company, skus, prices } = business;
  const staff = createStaffStore({ pool: write, schema });
  const authenticator = createAuthenticator({ store: staff, now });
  const api = await createApi({
    logger,
    authenticate: authenticator.authenticate,
    version: around.version,
    https: around.https,
    ready: () => withTransaction(write, { schema, readOnly: true }, async (tx) => void (await tx.client.query('select 1'))),
  });
  const live = await createLive({
    pool: write,
    schema,
    authenticator,
    onError: (error) => logger.warn({ err: error }, 'Live screens wait for the database.'),
  });
  const own = { pool: write, schema, master, now };
  registerStaffRoutes(api, { staff, authenticator, now });
  registerLiveRoutes(api, live);
  registerEventRoutes(api, { pool: read, schema });
  registerCompanyRoutes(api, { ...own, entityOfLocation: (id) => company.location(id)?.entityId });
  registerLocationsRoutes(api, { pool: read, schema });
  registerChannelsRoutes(api, { pool: read, schema });
  registerCatalogRoutes(api, { ...own, pricesOf: (skuIds, wanted) => withTransaction(write, { schema, readOnly: true }, (tx) => findPricesInForce(tx, skuIds, wanted)) });
  registerPricingRoutes(api, own);
  registerCustomersRoutes(api, own);
  registerStockRoutes(api, { pool: write, schema, committer, company, skus, now });
  registerOrderRoutes(api, { pool: write, schema, committer, company, skus, prices, now });
  registerAccountingRoutes(api, { pool: write, schema, committer, company, now });
  registerInsightRoutes(api, { pool: write, schema, company, now });
  await serveOffice(api);
  return {
    api,
    async close() {
      await live.close();
      await closeApi(api);
    },
  };
}
