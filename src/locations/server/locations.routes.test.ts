import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertEntities } from '../../company/server/company.store.ts';
import { LOCAL, openTestApi, type TestApi } from '../../company/server/route-testing.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { encodeId } from '../../kernel/ids.ts';
import { registerLocationsRoutes } from './locations.routes.ts';
import { insertLocations } from './locations.store.ts';

let api: TestApi;
const otherEntity = randomUUID();
const place = {
  name: 'Berlin Mitte',
  kind: 'store' as const,
  city: 'Berlin',
  country: 'DE',
  timeZone: 'Europe/Berlin',
  cutOffHour: 4,
};
const mine = { ...place, id: LOCAL.locationId, entityId: LOCAL.entityId, code: 'BER' };
beforeAll(async () => {
  api = await openTestApi(registerLocationsRoutes);
  const entity = {
    name: 'Muster GmbH',
    country: 'DE',
    functionalCurrency: currencyCode('EUR'),
    fiscalYearStartMonth: 1,
  };
  await api.run(async (tx) => {
    await insertEntities(tx, [
      { ...entity, id: LOCAL.entityId, code: 'A' },
      { ...entity, id: otherEntity, code: 'B' },
    ]);
    await insertLocations(tx, [mine, { ...place, id: randomUUID(), entityId: otherEntity, code: 'HAM' }]);
  });
});
afterAll(() => api.close());

it('locations are shown as far as the reader’s grants reach', async () => {
  expect((await api.call('GET', '/locations')).body.items.map((each: { code: string }) => each.code)).toEqual([
    'BER',
    'HAM',
  ]);
  expect((await api.call('GET', '/locations', undefined, { as: 'local' })).body.items).toEqual([
    {
      ...mine,
      address: { line1: '', postcode: '' },
      archived: false,
      version: 1,
      id: encodeId('loc', mine.id),
      entityId: encodeId('ent', mine.entityId),
    },
  ]);
  expect((await api.call('GET', '/locations', undefined, { as: 'stranger' })).status).toBe(401);
});

it('two of one code are one', async () => {
  const open = () =>
    api.run((tx) => insertLocations(tx, [{ ...place, id: randomUUID(), entityId: otherEntity, code: 'RACE' }]));
  const results = await Promise.allSettled([open(), open()]);
  expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
});
