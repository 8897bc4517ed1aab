import { createThrottle } from '../../platform/auth/throttle.ts';
import type { Principal } from '../../platform/auth/principal.ts';
import type { Committer } from '../../platform/commit/committer.ts';
import { openMasterDoor, type Master } from '../../platform/commit/master-door.ts';
import { createPool, type Pool } from '../../platform/db/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/db/testing.ts';
import { expect } from 'vitest';
import { createTestApi, testPrincipal } from '../../platform/http/testing.ts';
import { createSkuCache } from '../../src/catalog/server/sku-cache.ts';
import { loadChannels } from '../../src/channels/server/channels.store.ts';
import { openCompanyCache, type CompanyCache } from '../../src/company/server/company-cache.ts';
import { encodeId, mintUuidv7 } from '../../src/kernel/ids.ts';
import { loadLocations } from '../../src/locations/server/locations.store.ts';
import { registerOrderRoutes } from '../../src/orders/server/orders.routes.ts';
import { stockLocation } from '../../src/orders/server/prepare.ts';
import { createCodeHasher } from '../../src/rewards/server/gift-card-codes.ts';
import { registerRewardRoutes } from '../../src/rewards/server/rewards.routes.ts';
import { createLoyaltyCache, type LoyaltyCache } from '../../src/rewards/server/rewards.store.ts';
import { createPriceCache } from '../../src/pricing/server/price-cache.ts';
import { createCouponCodes, type CouponCodes } from '../../src/pricing/server/coupon.store.ts';
import { openPricingRules } from '../../src/pricing/server/pricing-rules.ts';
import { loadVatRates } from '../../src/pricing/server/pricing.store.ts';
import { createPromotionCache, type PromotionCache } from '../../src/pricing/server/promotion-cache.ts';
import { openPromotionDoor } from '../../src/pricing/server/promotion-door.ts';
import { createTaxCache } from '../../src/pricing/server/tax-cache.ts';
import { createTestProvider } from '../../src/payments/server/test-provider.ts';
import { goodsAt } from '../../src/stock/server/goods-at.ts';
import { loadAreas } from '../../src/stock/server/valuation-areas.store.ts';
import { openTasksOfEvents } from '../../src/tasks/server/task-book.ts';
import { registerTaskRoutes } from '../../src/tasks/server/tasks.routes.ts';
import { openBooks } from './books.ts';
import { comparingTables } from './comparing-tables.ts';
import { startCardProvider, type CardProviderStandIn } from './stand-ins/card-provider.ts';

/** The clock of order tests, until a test moves it. */
export const ORDER_NOW = Date.UTC(2026, 10, 22, 12);

const uuid = (kind: number, n: number): string => mintUuidv7(ORDER_NOW, n + 1, kind);

/** The ids of the retailer that order tests sell for: two entities, three channels and a marketplace, six SKUs. */
export const IDS = {
  uk: uuid(1, 0),
  de: uuid(1, 1),
  store: uuid(2, 0),
  warehouse: uuid(2, 1),
  berlin: uuid(2, 2),
  counter: uuid(3, 0),
  shop: uuid(3, 1),
  market: uuid(3, 2),
  euro: uuid(3, 3),
  closed: uuid(3, 4),
  mug: uuid(4, 0),
  tea: uuid(4, 1),
  box: uuid(4, 2),
  old: uuid(4, 3),
  unpriced: uuid(4, 4),
  repair: uuid(4, 5),
  exempt: uuid(4, 6),
  voucher: uuid(4, 7),
  register: uuid(5, 0),
  other: uuid(5, 1),
  customer: uuid(6, 0),
  card: uuid(6, 1),
} as const;

/** What `toMatchObject` takes for a text of a form. */
export function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** The secret that the test register signs its facts with. */
export const REGISTER_SECRET = 'a secret of thirty-two characters';

/** An id as the API writes it. */
export function text(prefix: string, id: string): string {
  return encodeId(prefix, id);
}

/** The fields that tests read out of answers. Which of them an answer has, the API itself compares with its schema. */
export type Told = {
  readonly id: string;
  readonly orderId: string;
  readonly number: string;
  readonly document: string | null;
  readonly status: string;
  readonly repeated: boolean;
  readonly grossMinor: number;
  readonly eventNumber: number;
  readonly channelId: string;
  readonly sourceId: string;
  readonly counter: number;
  readonly raw: string;
  readonly reason: string;
  readonly quarantineId: string;
  readonly reference: string;
  readonly next: string | null;
  readonly items: readonly Told[];
  readonly lines: readonly Told[];
  readonly payments: readonly Told[];
  readonly answers: readonly Told[];
  readonly events: readonly Told[];
  readonly type: string;
  readonly code: string;
  readonly cards: readonly Told[];
  readonly card: Told;
  readonly balanceMinor: number;
  readonly balance: number;
};

/** An answer as a test reads it. */
type Answer = { readonly status: number; readonly body: Told };

/** Sends requests as one principal, each change under a fresh key unless told otherwise. */
export type Client = {
  get(url: string): Promise<Answer>;
  post(url: string, body?: unknown, options?: { readonly key?: string }): Promise<Answer>;
  send(method: 'PUT', url: string, body: unknown): Promise<Answer>;
};

/** A retailer with an API over a database of its own, and a card provider beside it. */
export type OrderWorld = {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly committer: Committer;
  readonly master: Master;
  readonly company: CompanyCache;
  as(principal: Principal | undefined): Client;
  readonly cards: CardProviderStandIn;
  readonly provider: ReturnType<typeof createTestProvider>;
  readonly clock: { now: number };
  readonly owner: Principal;
  readonly loyalty: LoyaltyCache;
  readonly promotions: PromotionCache;
  readonly couponCodes: () => Promise<CouponCodes>;
  /** Puts goods on a shelf. */
  receive(skuId: string, quantity: number, locationId?: string): Promise<void>;
  /** Puts units aside for a customer; the id of the reservation. */
  reserve(skuId: string, quantity: number, locationId?: string): Promise<string>;
  rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]>;
  close(): Promise<void>;
};

/** Opens the retailer. Close it in afterAll. */
export async function openOrderWorld(): Promise<OrderWorld> {
  const database = await createTestDatabase();
  const pool = createPool({ url: database.url, pipeline: true });
  const { schema } = database;
  const clock = { now: ORDER_NOW };
  const now = (): number => clock.now;
  const rows = async <Row>(sql: string): Promise<Row[]> => {
    const client = await database.pool.connect();
    try {
      await client.query(`set search_path = ${schema}, public`);
      return (await client.query(sql)).rows as Row[];
    } finally {
      client.release(true);
    }
  };
  await rows(SETTING);
  const company = await openCompanyCache({
    pool,
    schema,
    sources: { locations: loadLocations, channels: loadChannels, vatRates: loadVatRates, areas: loadAreas },
  });
  const skus = createSkuCache({ pool, schema });
  const prices = createPriceCache({ pool, schema, now, placeOf: (id) => company.location(id) });
  const placeOf = (id: string) => {
    const location = company.location(id);
    const place = location === undefined ? undefined : stockLocation(location);
    if (place === undefined) throw new Error('no such place');
    return place;
  };
  const committer = openBooks({ pool, schema, now, locationOf: placeOf, tables: comparingTables() });
  const master = openMasterDoor({ pool, schema, react: openTasksOfEvents });
  const cards = await startCardProvider({ slowMs: 200 });
  const provider = createTestProvider({ url: cards.url, apiKey: cards.apiKey, timeoutMs: 400 });
  const loyalty = createLoyaltyCache({ pool, schema });
  const plain = { sealSecret: (secret: string) => secret, openSecret: (secret: string) => secret };
  const lookup = {
    pool,
    schema,
    now,
    hashCode: createCodeHasher({ pool, schema, secrets: plain }),
    throttle: createThrottle({ pool, schema }),
  };
  const promotions = createPromotionCache({ pool, schema, now });
  const taxes = createTaxCache({ pool, schema });
  const couponCodes = createCouponCodes({ pool, schema, secrets: plain });
  const api = await createTestApi((app) => {
    registerRewardRoutes(app, { ...lookup, committer, master, company, skus, loyalty });
    registerTaskRoutes(app, { pool, schema, master, company, now });
    registerOrderRoutes(app, {
      rewards: { loyalty, cards: lookup },
      pool,
      schema,
      committer,
      master,
      company,
      skus,
      prices,
      rules: openPricingRules({ promotions, taxes }),
      promotionDoor: openPromotionDoor({ pool, schema, promotions, couponCodes }),
      buyerTaxes: (customerId) => taxes.buyer(customerId),
      now,
      card: { provider, fee: { ppm: 14_000, fixedMinor: 20 } },
    });
  });
  let receipts = 0;
  const occasion = (locationId: string) => {
    const { entityId } = placeOf(locationId);
    return {
      entityId,
      locationId,
      entityCurrency: company.entity(entityId)?.functionalCurrency,
      occurredAt: now(),
      businessDay: '2026-11-22',
    };
  };
  const submit = async (type: string, body: object): Promise<void> => {
    receipts += 1;
    const outcome = await committer.submit({
      type,
      key: `setting ${receipts}`,
      principalId: uuid(8, 0),
      lane: 'interactive',
      at: now(),
      body,
    });
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  };
  return {
    database,
    pool,
    committer,
    master,
    company,
    as: (principal) => api.as(principal),
    cards,
    provider,
    clock,
    owner: testPrincipal('all'),
    loyalty,
    promotions,
    couponCodes,
    rows,
    async receive(skuId, quantity, locationId = IDS.warehouse) {
      const goods = { ...goodsAt(placeOf(locationId), skuId), quantity };
      const body = {
        receiptId: uuid(9, receipts),
        reason: 'receipt',
        supplierRef: '',
        lines: [{ line: 1, goods, valueMinor: quantity * 100 }],
      };
      await submit('ReceiveGoods', { ...occasion(locationId), ...body });
    },
    async reserve(skuId, quantity, locationId = IDS.warehouse) {
      const reservationId = uuid(12, receipts);
      const goods = { ...goodsAt(placeOf(locationId), skuId), quantity };
      await submit('ReserveStock', {
        ...occasion(locationId),
        lines: [{ line: 1, goods, reservationId }],
        expiresInMs: 600_000,
      });
      return reservationId;
    },
    async close() {
      await api.close();
      await committer.close();
      await cards.close();
      await pool.end();
      await database.drop();
    },
  };
}

const skuRows = (
  [
    [IDS.mug, 'MUG', 'goods', null, null],
    [IDS.tea, 'TEA', 'goods', "'reduced'", null],
    [IDS.box, 'BOX', 'bundle', null, null],
    [IDS.old, 'OLD', 'goods', null, "'2026-01-01'"],
    [IDS.unpriced, 'UNPRICED', 'goods', null, null],
    [IDS.repair, 'REPAIR', 'service', null, null],
    [IDS.exempt, 'EXEMPT', 'goods', "'nowhere'", null],
    [IDS.voucher, 'VOUCHER', 'voucher', "'none'", null],
  ] as const
).map(
  ([id, code, kind, tax, archived]) =>
    `('${id}', '${IDS.mug}', '${IDS.mug}', '${code}', '${code.toLowerCase()}', '${kind}', ${tax ?? 'null'}, ${archived ?? 'null'})`,
);

const priced = (list: string, amounts: readonly (readonly [string, number, number])[]): string =>
  amounts.map(([skuId, amount, scale]) => `('${list}', '${skuId}', '2026-01-01', ${amount}, ${scale})`).join(', ');

const SETTING = `
insert into company_legal_entity (id, code, name, country, functional_currency) values ('${IDS.uk}', 'UK', 'Mugs Ltd', 'GB', 'GBP'), ('${IDS.de}', 'DE', 'Mugs GmbH', 'DE', 'EUR');
insert into company_exchange_rate values ('EUR', 'GBP', '2026-01-01', 85, 100);
insert into location (id, entity_id, code, name, kind, country, time_zone) values
  ('${IDS.store}', '${IDS.uk}', 'LON', 'London', 'store', 'GB', 'Europe/London'),
  ('${IDS.warehouse}', '${IDS.uk}', 'WH', 'Warehouse', 'warehouse', 'GB', 'Europe/London'),
  ('${IDS.berlin}', '${IDS.de}', 'BER', 'Berlin', 'store', 'DE', 'Europe/Berlin');
insert into stock_valuation_area values ('${uuid(7, 0)}', '${IDS.uk}', 'UK', 'moving_average', 'GBP'), ('${uuid(7, 1)}', '${IDS.de}', 'DE', 'moving_average', 'EUR');
insert into stock_area_location values ('${IDS.store}', '${uuid(7, 0)}'), ('${IDS.warehouse}', '${uuid(7, 0)}'), ('${IDS.berlin}', '${uuid(7, 1)}');
insert into channel (id, entity_id, code, name, kind, currency, default_location_id, commission_ppm, archived_at) values
  ('${IDS.counter}', '${IDS.uk}', 'COUNTER', 'Counter', 'store', 'GBP', '${IDS.store}', 0, null),
  ('${IDS.shop}', '${IDS.uk}', 'SHOP', 'Shop', 'shop', 'GBP', '${IDS.warehouse}', 0, null),
  ('${IDS.market}', '${IDS.uk}', 'MARKET', 'Market', 'marketplace', 'GBP', '${IDS.warehouse}', 150000, null),
  ('${IDS.euro}', '${IDS.uk}', 'EURO', 'Trade', 'shop', 'EUR', '${IDS.warehouse}', 0, null),
  ('${IDS.closed}', '${IDS.uk}', 'CLOSED', 'Closed', 'shop', 'GBP', '${IDS.warehouse}', 0, '2026-01-01');
insert into company_register (id, location_id, code, name, fact_secret) values
  ('${IDS.register}', '${IDS.store}', 'T1', 'Till 1', '${REGISTER_SECRET}'), ('${IDS.other}', '${IDS.store}', 'T2', 'Till 2', '${REGISTER_SECRET}');
insert into catalog_category (id, name) values ('${uuid(10, 0)}', 'Kitchen');
insert into catalog_product (id, name, category_id) values ('${IDS.mug}', 'Mug', '${uuid(10, 0)}');
insert into catalog_variant (id, product_id) values ('${IDS.mug}', '${IDS.mug}');
insert into catalog_sku (id, variant_id, product_id, code, name, kind, tax_class, archived_at) values ${skuRows.join(', ')};
insert into catalog_bundle_part values ('${IDS.box}', '${IDS.mug}', 1), ('${IDS.box}', '${IDS.tea}', 2);
insert into price_list (id, channel_id, currency, tax_inclusive, name) values
  ('${uuid(11, 0)}', '${IDS.counter}', 'GBP', true, 'Counter'), ('${uuid(11, 1)}', '${IDS.shop}', 'GBP', true, 'Shop'), ('${uuid(11, 2)}', '${IDS.market}', 'GBP', true, 'Market'),
  ('${uuid(11, 3)}', '${IDS.euro}', 'EUR', false, 'Trade');
insert into price (price_list_id, sku_id, valid_from, amount, scale) values
  ${priced(uuid(11, 0), [
    [IDS.mug, 1200, 0],
    [IDS.tea, 525, 0],
    [IDS.box, 1999, 0],
    [IDS.repair, 1000, 0],
    [IDS.exempt, 100, 0],
    [IDS.voucher, 5000, 0],
  ])},
  ${priced(uuid(11, 1), [
    [IDS.mug, 1200, 0],
    [IDS.tea, 525, 0],
    [IDS.box, 1999, 0],
    [IDS.old, 100, 0],
    [IDS.exempt, 100, 0],
  ])},
  ${priced(uuid(11, 3), [
    [IDS.mug, 99_995, 2],
    [IDS.tea, 500, 0],
  ])};
insert into price_vat_rate values ('GB', 'standard', '2020-01-01', 200000, 'VAT 20 %'), ('GB', 'reduced', '2020-01-01', 50000, 'VAT 5 %'), ('GB', 'none', '2020-01-01', 0, 'no VAT'), ('DE', 'standard', '2020-01-01', 190000, '19 %');
insert into customer (id, number, card_id, created_at) values ('${IDS.customer}', 'C-1', '${IDS.card}', '2026-01-01');
insert into customer_card (id, customer_id, name, email, salt, created_at) values ('${IDS.card}', '${IDS.customer}', 'Ann', 'ann@example.com', 's', '2026-01-01');
insert into accounting_account select e.id, a.code, a.code, 'asset', a.role from company_legal_entity e cross join (values ('1000', 'none')) as a(code, role);
`;
