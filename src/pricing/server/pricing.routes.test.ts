import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCatalog, importCategories } from '../../catalog/server/bulk.ts';
import { insertChannels } from '../../channels/server/channels.store.ts';
import { insertEntities } from '../../company/server/company.store.ts';
import { openTestApi, TEST_NOW, type TestApi } from '../../company/server/route-testing.ts';
import { currencyCode, type CurrencyCode } from '../../kernel/currency.ts';
import { encodeId } from '../../kernel/ids.ts';
import { businessDay } from '../../kernel/time.ts';
import { insertLocations } from '../../locations/server/locations.store.ts';
import { importPrices } from './bulk.ts';
import { createPriceCache, type PriceCache, type PriceRef } from './price-cache.ts';
import { registerPricingRoutes } from './pricing.routes.ts';
import { findPricesInForce, insertPriceLists, loadVatRates, saveVatRates } from './pricing.store.ts';

let api: TestApi;
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
  api = await openTestApi((app, deps) => registerPricingRoutes(app, deps));
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
});
afterAll(() => api.close());

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
