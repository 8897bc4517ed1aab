import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currencyCode } from '../../kernel/currency.ts';
import { encodeId } from '../../kernel/ids.ts';
import { businessDay } from '../../kernel/time.ts';
import { openCompanyCache, type CompanyCache } from './company-cache.ts';
import { registerCompanyRoutes } from './company.routes.ts';
import { insertEntities, insertRegisters, insertTaxRegistrations, loadTaxRegistrations } from './company.store.ts';
import { LOCAL, openTestApi, type TestApi } from './route-testing.ts';

let api: TestApi;
const [EUR, GBP] = [currencyCode('EUR'), currencyCode('GBP')];
const other = { entityId: randomUUID(), locationId: randomUUID() };
const till = randomUUID();
beforeAll(async () => {
  const entityOf = new Map([
    [LOCAL.locationId, LOCAL.entityId],
    [other.locationId, other.entityId],
  ]);
  api = await openTestApi((app, deps) =>
    registerCompanyRoutes(app, { ...deps, entityOfLocation: (id) => entityOf.get(id) }),
  );
  await api.run(async (tx) => {
    await insertEntities(tx, [
      {
        id: LOCAL.entityId,
        code: 'DE',
        name: 'Muster GmbH',
        country: 'DE',
        functionalCurrency: EUR,
        fiscalYearStartMonth: 1,
      },
      {
        id: other.entityId,
        code: 'UK',
        name: 'Sample Ltd',
        country: 'GB',
        functionalCurrency: GBP,
        fiscalYearStartMonth: 4,
      },
    ]);
    await insertRegisters(tx, [
      { id: till, locationId: LOCAL.locationId, code: 'T1', name: 'Till 1', factSecret: 'hush' },
      { id: randomUUID(), locationId: other.locationId, code: 'T1', name: 'Till 1', factSecret: 'hush' },
    ]);
    await insertTaxRegistrations(tx, [
      {
        id: randomUUID(),
        entityId: LOCAL.entityId,
        country: 'DE',
        taxNumber: 'DE136695976',
        validFrom: businessDay('2020-01-01'),
        validTo: undefined,
      },
    ]);
  });
});
afterAll(() => api.close());

describe('entities and registers', () => {
  it('are shown as far as the reader’s grants reach, without secrets', async () => {
    expect((await api.call('GET', '/entities')).body.items.map((each: { code: string }) => each.code)).toEqual([
      'DE',
      'UK',
    ]);
    expect((await api.call('GET', '/entities', undefined, { as: 'local' })).body.items).toEqual([
      {
        id: encodeId('ent', LOCAL.entityId),
        code: 'DE',
        name: 'Muster GmbH',
        country: 'DE',
        functionalCurrency: 'EUR',
        fiscalYearStartMonth: 1,
        address: { line1: '', postcode: '', city: '' },
        archived: false,
        version: 1,
      },
    ]);
    const registers = await api.call('GET', '/registers', undefined, { as: 'local' });
    expect(registers.body.items).toEqual([
      {
        id: encodeId('reg', till),
        locationId: encodeId('loc', LOCAL.locationId),
        code: 'T1',
        name: 'Till 1',
        archived: false,
      },
    ]);
    expect(JSON.stringify((await api.call('GET', '/registers')).body)).not.toContain('hush');
    expect((await api.call('GET', '/registers', undefined, { as: 'stranger' })).status).toBe(401);
    expect(await api.run(loadTaxRegistrations)).toMatchObject([
      { entityId: LOCAL.entityId, taxNumber: 'DE136695976', validTo: undefined },
    ]);
  });
});

describe('exchange rates', () => {
  const usd = { from: 'EUR', to: 'USD', rate: '1.0857', validFrom: '2026-11-01' };

  it('are set, corrected and told', async () => {
    expect(await api.call('POST', '/exchange-rates', usd)).toMatchObject({
      status: 201,
      body: { from: 'EUR', to: 'USD', validFrom: '2026-11-01', numerator: 10857, denominator: 10000 },
    });
    await api.call('POST', '/exchange-rates', { ...usd, rate: '1.09' });
    expect((await api.events()).at(-1)).toMatchObject({
      type: 'ExchangeRateSet',
      topic: 'company',
      body: { before: { numerator: 10857, denominator: 10000 }, after: { numerator: 109, denominator: 100 } },
    });
  });

  it('are refused, malformed and not for everyone', async () => {
    expect(await api.call('POST', '/exchange-rates', { ...usd, to: 'DEM' })).toMatchObject({
      status: 409,
      body: { reason: 'unknown_currency', currency: 'DEM' },
    });
    expect(await api.call('POST', '/exchange-rates', { ...usd, rate: '0' })).toMatchObject({
      status: 409,
      body: { reason: 'not_a_rate' },
    });
    expect((await api.call('POST', '/exchange-rates', { ...usd, rate: 1.09 })).status).toBe(400);
    expect((await api.call('POST', '/exchange-rates', { ...usd, validFrom: '2026-02-30' })).status).toBe(400);
    expect((await api.call('POST', '/exchange-rates', usd, { as: 'reader' })).status).toBe(403);
    expect((await api.call('POST', '/exchange-rates', usd, { as: 'local' })).status).toBe(403);
  });

  it('go from page to page', async () => {
    for (const day of ['2026-01-01', '2026-02-01', '2026-03-01'])
      await api.call('POST', '/exchange-rates', { from: 'GBP', to: 'EUR', rate: '1.15', validFrom: day });
    const seen: string[] = [];
    let after = '';
    do {
      const page = await api.call('GET', `/exchange-rates?limit=2${after}`);
      seen.push(
        ...page.body.items.map((rate: { from: string; validFrom: string }) => `${rate.from} ${rate.validFrom}`),
      );
      after = page.body.next === null ? '' : `&after=${page.body.next}`;
    } while (after !== '');
    expect(seen).toEqual(['EUR 2026-11-01', 'GBP 2026-01-01', 'GBP 2026-02-01', 'GBP 2026-03-01']);
  });

  it('of one pair and day set by two at once are those of the last', async () => {
    const answers = await Promise.all(
      ['1.2', '1.3'].map((rate) =>
        api.call('POST', '/exchange-rates', { from: 'EUR', to: 'CHF', rate, validFrom: '2026-11-01' }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201]);
    const last = (await api.events()).at(-1)?.body['after'] as { numerator: number };
    const stored = await api.database.pool.query(
      `select numerator from ${api.database.schema}.company_exchange_rate where to_currency = 'CHF'`,
    );
    expect(stored.rows).toEqual([{ numerator: last.numerator }]);
  });
});

describe('the company cache', () => {
  const location = {
    entityId: LOCAL.entityId,
    code: 'BER',
    name: 'Berlin',
    kind: 'store',
    timeZone: 'Europe/Berlin',
    cutOffHour: 4,
    country: 'DE',
    archived: false,
  };
  const channelId = randomUUID();
  let reads = 0;
  let company: CompanyCache;
  beforeAll(async () => {
    company = await openCompanyCache({
      ...api.database,
      sources: {
        locations: async () => [
          { ...location, id: LOCAL.locationId },
          { ...location, id: other.locationId, code: 'NEW' },
        ],
        channels: async () => {
          reads += 1;
          return [
            {
              id: channelId,
              entityId: LOCAL.entityId,
              code: 'SHOP',
              name: 'Shop',
              kind: 'shop',
              currency: EUR,
              defaultLocationId: LOCAL.locationId,
              commissionPpm: 0,
              archived: false,
            },
          ];
        },
        vatRates: async () => [
          { country: 'DE', taxClass: 'standard', validFrom: businessDay('2021-01-01'), ratePpm: 190_000, name: '19 %' },
          { country: 'DE', taxClass: 'standard', validFrom: businessDay('2020-07-01'), ratePpm: 160_000, name: '16 %' },
        ],
        areas: async () => [
          { locationId: LOCAL.locationId, areaId: 'area', valuationMethod: 'moving_average', areaCurrency: EUR },
        ],
      },
    });
  });

  it('answers at once', () => {
    expect(company.entity(LOCAL.entityId)).toMatchObject({
      functionalCurrency: 'EUR',
      fiscalYearStartMonth: 1,
      country: 'DE',
    });
    expect(company.location(LOCAL.locationId)).toMatchObject({
      timeZone: 'Europe/Berlin',
      areaId: 'area',
      valuationMethod: 'moving_average',
      areaCurrency: 'EUR',
    });
    expect(company.location(other.locationId)).not.toHaveProperty('areaId');
    expect(company.channel(channelId)?.code).toBe('SHOP');
    expect(company.register(till)).toMatchObject({ locationId: LOCAL.locationId, factSecret: 'hush' });
    expect([company.entity('x'), company.location('x'), company.channel('x'), company.register('x')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect([company.entities().length, company.locations().length, company.channels().length]).toEqual([2, 2, 1]);
    const day = businessDay('2026-11-22');
    expect(company.vatRate('DE', 'standard', day)?.ratePpm).toBe(190_000);
    expect(company.vatRate('DE', 'standard', businessDay('2020-12-31'))?.ratePpm).toBe(160_000);
    expect(company.vatRate('DE', 'reduced', day)).toBeUndefined();
    expect(company.exchangeRate(EUR, EUR, day)).toEqual({ from: 'EUR', to: 'EUR', numerator: 1, denominator: 1 });
    expect(company.exchangeRate(EUR, GBP, day)).toMatchObject({ numerator: 100, denominator: 115 });
    expect(company.exchangeRate(GBP, currencyCode('CHF'), day)).toBeUndefined();
  });

  it('reads again on its events, once more for any number that come meanwhile', async () => {
    await company.invalidate({ topic: 'stock', body: {} });
    expect(reads).toBe(1);
    const day = businessDay('2026-11-22');
    const sek = currencyCode('SEK');
    await api.call('POST', '/exchange-rates', { from: 'EUR', to: 'SEK', rate: '11.2', validFrom: '2026-11-01' });
    expect(company.exchangeRate(EUR, sek, day)).toBeUndefined();
    await Promise.all(Array.from({ length: 10 }, () => company.invalidate({ topic: 'company', body: {} })));
    expect(company.exchangeRate(EUR, sek, day)?.numerator).toBe(112);
    expect(reads).toBe(3);
    await company.invalidate({ topic: 'price', body: { vat: true } });
    expect(reads).toBe(4);
  });
});
