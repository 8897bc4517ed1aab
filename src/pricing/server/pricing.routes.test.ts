import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCatalog, importCategories } from '../../catalog/server/bulk.ts';
import { insertChannels, loadChannels } from '../../channels/server/channels.store.ts';
import { openCompanyCache, type CompanyCache } from '../../company/server/company-cache.ts';
import { insertEntities } from '../../company/server/company.store.ts';
import { openTestApi, TEST_NOW, type TestApi } from '../../company/server/route-testing.ts';
import { currencyCode, type CurrencyCode } from '../../kernel/currency.ts';
import { encodeId } from '../../kernel/ids.ts';
import { businessDay } from '../../kernel/time.ts';
import { insertLocations, loadLocations } from '../../locations/server/locations.store.ts';
import { importPrices } from './bulk.ts';
import { createPriceCache, type PriceCache, type PriceRef } from './price-cache.ts';
import { stageWaiting } from './price-staging.ts';
import { registerPricingRoutes } from './pricing.routes.ts';
import { createTaxCache } from './tax-cache.ts';
import { findPricesInForce, insertPriceLists, loadVatRates, saveVatRates } from './pricing.store.ts';

let api: TestApi;
let company: CompanyCache;
let cache: PriceCache;
const openCache = (now = () => api.clock.now) =>
  createPriceCache({
    ...api.database,
    now,
    placeOf: () => ({ timeZone: 'Europe/Berlin', cutOffHour: 0, country: 'DE' }),
  });
const get = (prices: PriceCache, channelId: string, currency: CurrencyCode, ids: readonly string[], at: number) =>
  prices.get(
    { channelId, currency, locationId, groupIds: [], at },
    ids.map((skuId) => ({ skuId, quantity: 1 })),
  );
const [EUR, GBP] = [currencyCode('EUR'), currencyCode('GBP')];
const [entityId, locationId, shop, store, shopList, storeList, storeListGbp, categoryId] = Array.from(
  { length: 8 },
  () => randomUUID(),
) as [string, string, string, string, string, string, string, string];
const skuIds = Array.from({ length: 6 }, () => randomUUID());
const [mug = '', cup = '', old = '', tea = '', pot = '', jar = ''] = skuIds;
const from = (key: string) => ({ principalId: '01900000-0000-7000-8000-000000000001', key, at: TEST_NOW });

beforeAll(async () => {
  api = await openTestApi((app, deps) =>
    registerPricingRoutes(app, {
      ...deps,
      company: {
        location: (id) => company.location(id),
        locations: () => company.locations(),
        channel: (id) => company.channel(id),
        channels: () => company.channels(),
      },
      prices: (cache = createPriceCache({ ...deps, placeOf: (id) => company.location(id) })),
      taxes: createTaxCache(deps),
      costsOf: async (_, __, ids) => new Map(ids.map((id) => [id, { valueMinor: 1_000, quantity: 1 }])),
      onShelf: async (_, __, ids) => new Set(ids.filter((id) => id !== jar)),
    }),
  );
  await api.run(async (tx) => {
    await insertEntities(tx, [
      {
        id: entityId,
        code: 'DE',
        name: 'Muster GmbH',
        country: 'DE',
        functionalCurrency: EUR,
        fiscalYearStartMonth: 1,
      },
    ]);
    await insertLocations(tx, [
      {
        id: locationId,
        entityId,
        code: 'BER',
        name: 'Berlin',
        kind: 'store',
        city: 'Berlin',
        country: 'DE',
        timeZone: 'Europe/Berlin',
        cutOffHour: 0,
      },
    ]);
    const channel = { entityId, currency: EUR, defaultLocationId: locationId, commissionPpm: 0 };
    await insertChannels(tx, [
      { ...channel, id: shop, code: 'SHOP', name: 'Shop', kind: 'shop' },
      { ...channel, id: store, code: 'STORE', name: 'Store', kind: 'store' },
    ]);
    await insertPriceLists(tx, [
      { id: shopList, channelId: shop, currency: EUR, taxInclusive: true, name: 'Shop' },
      { id: storeList, channelId: store, currency: EUR, taxInclusive: true, name: 'Store' },
      { id: storeListGbp, channelId: store, currency: GBP, taxInclusive: false, name: 'Store, pounds' },
    ]);
  });
  await importCategories(api.master, from('categories'), [{ id: categoryId, name: 'Shelf' }]);
  const products = skuIds.map((id, index) => ({
    id: randomUUID(),
    name: `P${index}`,
    categoryId,
    variants: [{ id: randomUUID(), skus: [{ id, code: `P${index}` }] }],
  }));
  await importCatalog(api.master, from('catalog'), products);
  await api.database.pool.query(
    `update ${api.database.schema}.catalog_sku set archived_at = '2026-01-01' where id = $1`,
    [old],
  );
  company = await openCompanyCache({
    ...api.database,
    sources: {
      locations: loadLocations,
      channels: loadChannels,
      vatRates: loadVatRates,
      areas: async () => [
        { locationId, areaId: randomUUID(), valuationMethod: 'moving_average' as const, areaCurrency: EUR },
      ],
    },
  });
});
afterAll(() => api.close());
/** What the follower of the composition root does with every event. */
let heard = 0;
const hear = async (): Promise<void> => {
  for (const event of await api.events(heard)) {
    heard = event.number;
    cache.invalidate(event);
  }
};

const [SHOP, STORE] = [() => encodeId('chn', shop), () => encodeId('chn', store)];
const sku = (id: string): string => encodeId('sku', id);
const put = (prices: object[], more?: { as?: 'reader' | 'stranger'; key?: string }) =>
  api.call('PUT', '/prices', { prices }, more);

describe('prices', () => {
  it('are set on many channels at once, once per key, and say what they replaced', async () => {
    const prices = [
      { channelId: SHOP(), skuId: sku(mug), amount: 1990 },
      { channelId: STORE(), skuId: sku(mug), currency: 'EUR', amount: 2190 },
    ];
    expect(await put(prices, { key: 'first' })).toMatchObject({ status: 200, body: { set: 2 } });
    expect(await put(prices, { key: 'first' })).toMatchObject({ status: 200, body: { set: 2 } });
    api.clock.now += 1_000;
    const tomorrow = new Date(TEST_NOW + 86_400_000).toISOString();
    await put([
      { channelId: SHOP(), skuId: sku(mug), amount: 1790 },
      { channelId: SHOP(), skuId: sku(mug), amount: 1590, validFrom: tomorrow },
    ]);
    const event = (await api.events()).at(-1);
    expect(event).toMatchObject({
      type: 'PricesSet',
      topic: 'price',
      body: {
        skuIds: [mug],
        changes: [
          { priceListId: shopList, before: { amount: 1990, scale: 0, per: 1 }, after: { amount: 1790 } },
          { before: { amount: 1990 }, after: { amount: 1590 }, validFrom: tomorrow },
        ],
      },
    });
    const told = await api.call('GET', `/prices?sku=${sku(mug)}`);
    expect(
      told.body.items.map((each: { amount: number; inForce: boolean; channelId: string }) => [
        each.channelId,
        each.amount,
        each.inForce,
      ]),
    ).toEqual([
      [SHOP(), 1590, false],
      [SHOP(), 1790, true],
      ...[
        [SHOP(), 1990, false],
        [STORE(), 2190, true],
      ].toSorted(() => (shopList < storeList ? 0 : -1)),
    ]);
  });

  it('are refused all together, malformed, and not for everyone', async () => {
    const good = { channelId: SHOP(), skuId: sku(cup), amount: 500 };
    expect(await put([good, { ...good, skuId: sku(old) }])).toMatchObject({
      status: 409,
      body: { reason: 'sku_archived', index: 1, skuId: sku(old), code: 'P2' },
    });
    expect(await put([{ ...good, channelId: STORE() }])).toMatchObject({
      status: 409,
      body: { reason: 'no_price_list', channelId: STORE() },
    });
    expect(await put([{ ...good, validFrom: '2026-01-01T00:00:00Z' }])).toMatchObject({
      status: 409,
      body: { reason: 'valid_from_in_past', nowMs: api.clock.now },
    });
    expect((await api.call('GET', `/prices?sku=${sku(cup)}`)).body.items).toEqual([]);
    for (const bad of [
      { ...good, amount: 1.5 },
      { ...good, amount: -1 },
      { ...good, scale: 8 },
      { ...good, skuId: cup },
      { ...good, currency: 'XXX' },
      { ...good, validFrom: 'soon' },
    ]) {
      expect([(await put([bad])).status, bad]).toEqual([400, bad]);
    }
    expect((await put([])).status).toBe(400);
    expect((await put(Array.from({ length: 501 }, () => good))).status).toBe(400);
    expect((await put([good], { as: 'reader' })).status).toBe(403);
    expect((await put([good], { as: 'stranger' })).status).toBe(401);
    expect((await api.call('GET', '/prices?sku=mug')).status).toBe(400);
  });

  it('set at the same instant by two are those of the last, and both are told', async () => {
    const before = (await api.events()).length;
    await Promise.all([700, 800].map((amount) => put([{ channelId: SHOP(), skuId: sku(pot), amount }])));
    const changes = (await api.events())
      .slice(before)
      .map((event) => (event.body['changes'] as { before: { amount: number } | null; after: { amount: number } }[])[0]);
    expect(changes).toHaveLength(2);
    const stored = await api.run((tx) => findPricesInForce(tx, [pot], { at: api.clock.now }));
    expect(stored.get(pot)?.map((price) => price.amount)).toEqual([changes[1]?.after.amount]);
  });

  it('are imported in chunks, once per key, also with a past', async () => {
    const prices = Array.from({ length: 1_200 }, (_, index) => ({
      priceListId: shopList,
      skuId: jar,
      validFrom: TEST_NOW - index * 1_000,
      amount: index,
      scale: 0,
      per: 1,
    }));
    expect(await importPrices(api.master, from('prices'), prices)).toEqual({
      written: 3,
      repeated: 0,
      refusal: undefined,
    });
    expect(await importPrices(api.master, from('prices'), prices)).toEqual({
      written: 0,
      repeated: 3,
      refusal: undefined,
    });
  });
});

describe('the price cache', () => {
  const amounts = (map: ReadonlyMap<string, PriceRef>): (number | undefined)[] =>
    [mug, tea].map((id) => map.get(id)?.amount);

  it('answers at once what it knows, at any instant, and forgets what an event names', async () => {
    const prices = openCache();
    const at = api.clock.now;
    expect(amounts(await get(prices, shop, EUR, [mug, tea], at))).toEqual([1790, undefined]);
    const warm = get(prices, shop, EUR, [mug, tea], at);
    expect(warm).toBeInstanceOf(Map);
    expect((warm as ReadonlyMap<string, PriceRef>).get(mug)).toMatchObject({
      amount: 1790,
      scale: 0,
      per: 1,
      taxInclusive: true,
    });
    expect(amounts(await get(prices, shop, EUR, [mug, tea], TEST_NOW + 90_000_000))).toEqual([1590, undefined]);
    expect(amounts(await get(prices, shop, EUR, [mug, tea], TEST_NOW))).toEqual([1990, undefined]);
    expect(amounts(await get(prices, shop, EUR, [mug], TEST_NOW - 1))).toEqual([undefined, undefined]);

    api.clock.now += 1_000;
    await put([{ channelId: SHOP(), skuId: sku(tea), amount: 12_345, scale: 2, per: 1_000 }]);
    expect(amounts(await get(prices, shop, EUR, [mug, tea], api.clock.now))).toEqual([1790, undefined]);
    prices.invalidate({ topic: 'stock', body: { skuIds: [tea] } });
    expect(get(prices, shop, EUR, [tea], api.clock.now)).toBeInstanceOf(Map);
    const event = (await api.events()).at(-1);
    prices.invalidate(event as NonNullable<typeof event>);
    expect((await get(prices, shop, EUR, [tea], api.clock.now)).get(tea)).toMatchObject({
      amount: 12_345,
      scale: 2,
      per: 1_000,
      taxInclusive: true,
    });
  });

  it('knows long gone prices without keeping them, other currencies, and no list', async () => {
    const prices = openCache(() => api.clock.now + 86_400_000 * 30);
    expect((await get(prices, shop, EUR, [jar], TEST_NOW - 500_500)).get(jar)?.amount).toBe(501);
    expect((await get(prices, shop, EUR, [jar], api.clock.now + 86_400_000 * 30)).get(jar)?.amount).toBe(0);
    expect((await get(prices, store, GBP, [mug], api.clock.now)).size).toBe(0);
    expect((await get(prices, shop, GBP, [mug], api.clock.now)).size).toBe(0);
    expect((await get(prices, randomUUID(), EUR, [mug], api.clock.now)).size).toBe(0);
    prices.invalidate({ topic: 'price', body: {} });
    expect(prices.size).toBe(0);
  });
});

it('VAT rates are written over those of their day', async () => {
  const rate = {
    country: 'DE',
    taxClass: 'standard',
    validFrom: businessDay('2026-01-01'),
    ratePpm: 160_000,
    name: 'MwSt',
  };
  await api.run((tx) => saveVatRates(tx, [rate]));
  await api.run((tx) => saveVatRates(tx, [{ ...rate, ratePpm: 190_000 }]));
  expect(await api.run(loadVatRates)).toEqual([{ ...rate, ratePpm: 190_000 }]);
});

describe('lists above the base lists', () => {
  const wanted = {
    name: 'Trade',
    currency: 'EUR',
    taxInclusive: true,
    priority: 0,
    channelIds: [] as string[],
    locationIds: [] as string[],
    customerGroupIds: [] as string[],
    adjustPpm: 0,
    ending: 'none',
  };
  const explain = async (query: string) => {
    await hear();
    return (await api.call('GET', `/prices/explain?sku=${sku(mug)}&channel=${SHOP()}${query}`)).body as unknown as {
      price: { amount: number } | null;
      why: { name: string; took: boolean; reason: string }[];
      prior: { lowest: { amount: number }; before: { amount: number } } | null;
    };
  };

  it('are for groups, from a quantity on, and say why they hold', async () => {
    const group = (await api.call('POST', '/customer-groups', { code: 'TRADE', name: 'Trade' })).body.id;
    expect(await api.call('POST', '/customer-groups', { code: 'TRADE', name: 'Again' })).toMatchObject({
      status: 409,
      body: { reason: 'duplicate_code', code: 'TRADE' },
    });
    const trade = await api.call('POST', '/price-lists', {
      ...wanted,
      channelIds: [SHOP()],
      customerGroupIds: [group],
    });
    expect(trade).toMatchObject({ status: 201, body: { version: 1 } });
    await api.call('PUT', `/price-lists/${trade.body.id}/prices`, {
      prices: [
        { skuId: sku(mug), amount: 1500 },
        { skuId: sku(mug), amount: 1400, minQuantity: 10 },
      ],
    });
    expect(await explain('')).toMatchObject({
      price: { amount: 1790 },
      why: [
        { reason: 'base', took: true },
        { name: 'Trade', reason: 'not_in_group' },
      ],
    });
    expect((await explain(`&group=${group}`)).price?.amount).toBe(1500);
    expect(await explain(`&group=${group}&quantity=12`)).toMatchObject({
      price: { amount: 1400 },
      why: [
        { reason: 'quantity_break', took: true },
        { reason: 'outranked', took: false },
      ],
    });
    const lists = (await api.call('GET', '/price-lists')).body as unknown as { base: object[]; overrides: object[] };
    expect([lists.base.length, lists.overrides.length]).toEqual([3, 1]);
    const changedList = await api.call('PUT', `/price-lists/${trade.body.id}`, {
      ...wanted,
      name: 'Trade, over',
      channelIds: [SHOP()],
      customerGroupIds: [group],
      validUntil: new Date(api.clock.now + 1_000).toISOString(),
      version: 1,
    });
    expect(changedList).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await explain(`&group=${group}&at=${new Date(api.clock.now + 1_000).toISOString()}`)).price?.amount).toBe(
      1790,
    );
  });

  it('follow customers into their groups', async () => {
    const customerId = randomUUID();
    await api.database.pool.query(
      `insert into ${api.database.schema}.customer (id, number, card_id, created_at) values ($1, 'C-1', $1, now())`,
      [customerId],
    );
    const groups = (await api.call('GET', '/customer-groups')).body.items;
    const group = groups[0]?.id ?? '';
    const customer = encodeId('cus', customerId);
    const url = `/customer-groups/${group}/customers`;
    await hear();
    expect(await cache.groupsOf(customerId)).toEqual([]);
    expect((await api.call('POST', url, { customerIds: [customer] })).body).toEqual({ changed: 1 });
    expect((await api.call('GET', url)).body.items).toMatchObject([{ customerId: customer }]);
    await hear();
    expect(await cache.groupsOf(customerId)).toHaveLength(1);
    expect(cache.groupsOf(customerId)).not.toBeInstanceOf(Promise);
    expect((await api.call('POST', `${url}/remove`, { customerIds: [customer] })).body).toEqual({ changed: 1 });
    await hear();
    expect(await cache.groupsOf(customerId)).toEqual([]);
  });

  it('are refused where nobody could say which holds, in another currency or tax mode, malformed, and not for everyone', async () => {
    const post = (more: object, as?: 'reader' | 'local') =>
      api.call('POST', '/price-lists', { ...wanted, ...more }, as === undefined ? {} : { as });
    expect((await post({ name: 'All', adjustPpm: -50_000, channelIds: [STORE()] })).status).toBe(201);
    expect(await post({ name: 'Also all', channelIds: [STORE()] })).toMatchObject({
      status: 409,
      body: { reason: 'overlapping_lists', name: 'All' },
    });
    expect(await post({ channelIds: [SHOP()], currency: 'GBP' })).toMatchObject({
      status: 409,
      body: { reason: 'currency_mismatch', currency: 'EUR', wanted: 'GBP' },
    });
    expect(await post({ channelIds: [SHOP()], taxInclusive: false })).toMatchObject({
      status: 409,
      body: { reason: 'tax_mode_mismatch', taxInclusive: true },
    });
    expect(await post({ validFrom: '2026-01-01T00:00:00Z', priority: 9 })).toMatchObject({
      status: 409,
      body: { reason: 'valid_from_in_past' },
    });
    for (const bad of [{ name: '' }, { priority: -1 }, { ending: '50' }, { adjustPpm: 0.5 }, { channelIds: ['x'] }])
      expect((await post(bad)).status).toBe(400);
    expect((await post({ priority: 5 }, 'reader')).status).toBe(403);
    expect((await post({ priority: 5 }, 'local')).status).toBe(403);
  });

  it('never go above a statutory ceiling', async () => {
    const ceiling = {
      skuId: sku(mug),
      lot: '',
      country: 'DE',
      currency: 'EUR',
      amountMinor: 999,
      per: 1,
      validFrom: new Date(api.clock.now).toISOString(),
      validUntil: new Date(api.clock.now + 60_000).toISOString(),
    };
    expect((await api.call('PUT', '/price-ceilings', { ceilings: [ceiling] })).body).toEqual({ set: 1 });
    await hear();
    expect((await get(cache, shop, EUR, [mug], api.clock.now)).get(mug)).toMatchObject({
      amount: 999,
      why: [{ reason: 'ceiling' }, { reason: 'base' }],
    });
    expect((await get(cache, shop, EUR, [mug], api.clock.now + 60_000)).get(mug)?.amount).toBe(1790);
    expect((await api.call('GET', `/price-ceilings?sku=${sku(mug)}`)).body.items).toEqual([ceiling]);
    expect((await api.call('PUT', '/price-ceilings', { ceilings: [{ ...ceiling, country: 'd' }] })).status).toBe(400);
    expect((await api.call('PUT', '/price-ceilings', { ceilings: [ceiling] }, { as: 'reader' })).status).toBe(403);
    api.clock.now += 60_000;
  });
});

describe('a price change', () => {
  const draft = async (more = {}) => (await api.call('POST', '/price-changes', { name: 'Autumn', ...more })).body.id;
  const list = () => encodeId('prl', shopList);
  const fill = (id: string, rows: object[], more = {}) => api.call('POST', `/price-changes/${id}/rows`, { rows }, more);
  const schedule = (id: string, body: object) => api.call('POST', `/price-changes/${id}/schedule`, body);
  const amountAt = async (skuId: string, at: number) => {
    await hear();
    return (await get(cache, shop, EUR, [skuId], at)).get(skuId)?.amount;
  };

  it('is previewed, begins everywhere at once, lets raises wait for closing, and is undone', async () => {
    await put([
      { channelId: SHOP(), skuId: sku(cup), amount: 2_000 },
      { channelId: SHOP(), skuId: sku(pot), amount: 2_000 },
    ]);
    await api.run((tx) =>
      saveVatRates(tx, [
        { country: 'DE', taxClass: 'standard', validFrom: businessDay('2020-01-01'), ratePpm: 190_000, name: 'MwSt' },
      ]),
    );
    await company.reload();
    const id = await draft();
    expect(
      await fill(id, [
        { priceListId: list(), code: 'P1', amount: 1_100 },
        { priceListId: list(), skuId: sku(pot), amount: 2_380 },
      ]),
    ).toMatchObject({ body: { added: 2 } });
    await fill(id, [{ priceListId: list(), code: 'P1', amount: 1_100 }]);
    expect((await api.call('GET', `/price-changes/${id}`)).body).toMatchObject({ rows: 2, state: 'draft' });
    const rows = (await api.call('GET', `/price-changes/${id}/rows`)).body.items;
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'P1',
          old: { amount: 2_000, scale: 0, per: 1 },
          marginMinor: -76,
          belowCost: true,
          raises: false,
        }),
        expect.objectContaining({
          code: 'P4',
          changePpm: 190_000,
          marginMinor: 1_000,
          marginPpm: 500_000,
          raises: true,
        }),
      ]),
    );
    expect((await api.call('GET', `/price-changes/${id}/summary`)).body).toMatchObject({
      rows: 2,
      raises: 1,
      lowers: 1,
      belowCost: 1,
      unknownCost: 0,
    });
    expect(await amountAt(cup, api.clock.now + 5_000)).toBe(2_000);
    expect(await schedule(id, {})).toMatchObject({ status: 200, body: { state: 'scheduled' } });
    const begins = api.clock.now + 1_000;
    expect(await amountAt(cup, begins - 1)).toBe(2_000);
    expect(await amountAt(cup, begins)).toBe(1_100);
    // Berlin closes its day at 23:00 UTC.
    const closing = Date.UTC(2026, 10, 22, 23);
    expect(await amountAt(pot, begins)).toBe(2_000);
    expect(await amountAt(pot, closing - 1)).toBe(2_000);
    expect(await amountAt(pot, closing)).toBe(2_380);
    expect(await api.call('POST', `/price-changes/${id}/undo`)).toMatchObject({
      status: 409,
      body: { reason: 'change_has_not_begun' },
    });
    api.clock.now = begins + 10;
    expect(await api.call('POST', `/price-changes/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { reason: 'change_has_begun' },
    });
    expect(await api.call('POST', `/price-changes/${id}/undo`)).toMatchObject({ body: { state: 'undone' } });
    expect(await amountAt(cup, begins + 9)).toBe(1_100);
    expect(await amountAt(cup, begins + 10)).toBe(2_000);
    expect(await amountAt(pot, closing)).toBe(2_000);
    expect(
      (await api.run((tx) => findPricesInForce(tx, [cup], { channelId: shop, at: begins + 10 }))).get(cup)?.[0]?.amount,
    ).toBe(2_000);
  });

  it('keeps the lower price in a basket that was open when it rose', async () => {
    const id = await draft();
    await fill(id, [{ priceListId: list(), skuId: sku(cup), amount: 2_500 }]);
    await schedule(id, { forced: true });
    await hear();
    const at = api.clock.now + 10_000;
    const ask = { channelId: shop, currency: EUR, locationId, groupIds: [], at };
    const line = { skuId: cup, quantity: 1 };
    expect((await cache.get(ask, [line])).get(cup)?.amount).toBe(2_500);
    expect((await cache.get(ask, [{ ...line, addedAt: api.clock.now }])).get(cup)).toMatchObject({
      amount: 2_000,
      why: [{ reason: 'held' }, { reason: 'base', took: false }],
    });
    api.clock.now = at;
    await api.call('POST', `/price-changes/${id}/undo`);
  });

  it('of a thousand rows is written chunk by chunk and begins in one moment, also when it is gone on with', async () => {
    const many = await importMany(1_000);
    const id = await draft({ markdown: true });
    for (let at = 0; at < many.length; at += 400)
      await fill(
        id,
        many.slice(at, at + 400).map((skuId) => ({ priceListId: list(), skuId: sku(skuId), amount: 700 })),
      );
    const start = api.clock.now + 5_000;
    expect(await schedule(id, { at: new Date(start).toISOString() })).toMatchObject({ body: { state: 'staging' } });
    const [first = '', last = ''] = [many.toSorted()[0], many.toSorted().at(-1)];
    const amounts = async (at: number) => [await amountAt(first, at), await amountAt(last, at)];
    const staging = {
      ...api.database,
      master: api.master,
      now: () => api.clock.now,
      places: () => company.locations(),
    };
    let chunks = 0;
    const stopped: typeof api.master = (submission, work) => {
      chunks += 1;
      if (chunks > 2) throw new Error('the process died');
      return api.master(submission, work);
    };
    await expect(stageWaiting({ ...staging, master: stopped })).rejects.toThrow('died');
    expect(await amounts(start)).toEqual([1_000, 1_000]);
    await stageWaiting(staging);
    expect(await amounts(start - 1)).toEqual([1_000, 1_000]);
    expect(await amounts(start)).toEqual([700, 700]);
    const sent = (await api.events()).filter((event) => event.type === 'PriceChangeScheduled').at(-1);
    expect(JSON.stringify(sent?.body).length).toBeLessThan(200);

    const told = (
      await api.call('GET', `/prices/explain?sku=${sku(first)}&channel=${SHOP()}&at=${new Date(start).toISOString()}`)
    ).body as unknown as { prior: object };
    expect(told.prior).toMatchObject({ lowest: { amount: 1_000 }, before: { amount: 1_000 } });
    expect(await api.call('POST', `/price-changes/${id}/cancel`)).toMatchObject({ body: { state: 'cancelled' } });
    expect(await amounts(start)).toEqual([1_000, 1_000]);
  });

  it('begins when the clock of each store shows the time', async () => {
    const id = await draft();
    await fill(id, [{ priceListId: list(), skuId: sku(mug), amount: 900 }]);
    expect(await schedule(id, { local: '2026-11-22T10:00' })).toMatchObject({
      status: 409,
      body: { reason: 'starts_in_past' },
    });
    expect(await schedule(id, { local: '2026-12-01T08:00' })).toMatchObject({ body: { state: 'scheduled' } });
    const berlin = Date.UTC(2026, 11, 1, 7);
    expect(await amountAt(mug, berlin - 1)).toBe(1590);
    expect(await amountAt(mug, berlin)).toBe(900);
    expect(await schedule(id, {})).toMatchObject({ status: 409, body: { reason: 'change_is_not_draft' } });
  });

  it('is scheduled by one of two who try', async () => {
    const id = await draft();
    await fill(id, [{ priceListId: list(), skuId: sku(tea), amount: 800 }]);
    const statuses = await Promise.all([schedule(id, {}), schedule(id, {})]);
    expect(statuses.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it('is refused without rows, with rows that mean nothing, malformed, and not for everyone', async () => {
    const id = await draft();
    const row = { priceListId: list(), skuId: sku(mug), amount: 100 };
    expect(await schedule(id, {})).toMatchObject({ status: 409, body: { reason: 'change_has_no_rows' } });
    expect(await fill(id, [{ ...row, skuId: sku(randomUUID()) }])).toMatchObject({
      body: { reason: 'unknown_sku', index: 0 },
    });
    expect(await fill(id, [{ priceListId: list(), code: 'P2', amount: 1 }])).toMatchObject({
      body: { reason: 'sku_archived' },
    });
    expect(await fill(id, [{ ...row, priceListId: encodeId('prl', randomUUID()) }])).toMatchObject({
      body: { reason: 'no_price_list' },
    });
    expect(await fill(id, [row, row])).toMatchObject({ body: { reason: 'duplicate_price', index: 1 } });
    expect(await fill(id, [{ ...row, minQuantity: 10 }])).toMatchObject({ body: { reason: 'no_breaks_in_base_list' } });
    for (const bad of [
      { ...row, amount: -1 },
      { ...row, scale: 8 },
      { ...row, priceListId: 'x' },
    ])
      expect((await fill(id, [bad])).status).toBe(400);
    expect((await fill(id, [])).status).toBe(400);
    expect((await fill(id, [row], { as: 'reader' })).status).toBe(403);
    expect((await api.call('GET', `/price-changes/${encodeId('pch', randomUUID())}`)).status).toBe(404);
    expect(await api.call('POST', `/price-changes/${id}/cancel`)).toMatchObject({ body: { state: 'cancelled' } });
    const changes = (await api.call('GET', '/price-changes')).body.items;
    expect(changes[0]).toMatchObject({ id, state: 'cancelled', rows: 0 });
  });

  it('asks the stores for labels beforehand, with unit prices, until they are done', async () => {
    await put([{ channelId: STORE(), currency: 'EUR', skuId: sku(cup), amount: 300 }]);
    api.clock.now += 1_000;
    const tomorrow = new Date(api.clock.now + 86_400_000).toISOString();
    await put([
      { channelId: STORE(), currency: 'EUR', skuId: sku(cup), amount: 250, markdown: true, validFrom: tomorrow },
      { channelId: STORE(), currency: 'EUR', skuId: sku(jar), amount: 250, validFrom: tomorrow },
    ]);
    const url = `/shelf-labels?location=${encodeId('loc', locationId)}`;
    const labels = async () => {
      await hear();
      return (await api.call('GET', url)).body.items as unknown as { code: string; startsAt: string; label: string }[];
    };
    const wanted = (await labels()).filter((label) => label.startsAt === tomorrow);
    expect(wanted).toMatchObject([
      {
        code: 'P1',
        // A list for everybody takes a twentieth off here: the shelf shows what is paid.
        price: { amount: 238 },
        old: { amount: 285 },
        lowest30: { amount: 300 },
        markdown: true,
        unitPrice: null,
      },
    ]);
    const done = { locationId: encodeId('loc', locationId), labels: [{ skuId: sku(cup), label: wanted[0]?.label }] };
    expect((await api.call('POST', '/shelf-labels/done', done)).body).toEqual({ done: 1 });
    expect((await api.call('POST', '/shelf-labels/done', done)).body).toEqual({ done: 0 });
    expect((await labels()).some((label) => label.startsAt === tomorrow)).toBe(false);
    // A list for the place takes a tenth off everything for two days: labels when it begins, and when it ends.
    const [begins, ends] = [2, 4].map((each) => new Date(api.clock.now + each * 86_400_000).toISOString());
    const tenth = {
      name: 'Anniversary',
      currency: 'EUR',
      taxInclusive: true,
      priority: 50,
      channelIds: [],
      locationIds: [encodeId('loc', locationId)],
      customerGroupIds: [],
      adjustPpm: -100_000,
      ending: 'none',
      validFrom: begins,
      validUntil: ends,
    };
    expect(await api.call('POST', '/price-lists', tenth)).toMatchObject({ status: 201 });
    const ofCup = (await labels()).filter((label) => label.code === 'P1');
    expect(ofCup.filter((label) => label.startsAt === begins)).toMatchObject([
      { price: { amount: 225 }, old: { amount: 238 } },
    ]);
    expect(ofCup.filter((label) => label.startsAt === ends)).toMatchObject([
      { price: { amount: 238 }, old: { amount: 225 } },
    ]);
    // What changes below it meanwhile is changed by the list too: the shelf shows what is paid.
    const between = new Date(api.clock.now + 3 * 86_400_000).toISOString();
    await put([{ channelId: STORE(), currency: 'EUR', skuId: sku(cup), amount: 400, validFrom: between }]);
    expect((await labels()).filter((label) => label.code === 'P1' && label.startsAt === between)).toMatchObject([
      { price: { amount: 360 }, old: { amount: 225 } },
    ]);
    expect((await api.call('POST', '/shelf-labels/done', { ...done, labels: [] })).status).toBe(400);
    expect((await api.call('GET', '/shelf-labels?location=x')).status).toBe(400);
    expect((await api.call('GET', url, undefined, { as: 'local' })).status).toBe(403);
  });

  async function importMany(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await importCatalog(
      api.master,
      from(`many ${count}`),
      ids.map((id, index) => ({
        id: randomUUID(),
        name: `M${index}`,
        categoryId,
        variants: [{ id: randomUUID(), skus: [{ id, code: `M${index}` }] }],
      })),
    );
    await importPrices(
      api.master,
      from(`prices of many ${count}`),
      ids.map((skuId) => ({ priceListId: shopList, skuId, validFrom: api.clock.now, amount: 1_000, scale: 0, per: 1 })),
    );
    return ids;
  }
});
