import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LOCAL, openTestApi, type TestApi } from '../../company/server/route-testing.ts';
import { insertEntities } from '../../company/server/company.store.ts';
import { currencyCode } from '../../kernel/currency.ts';
import { encodeId } from '../../kernel/ids.ts';
import { registerChannelsRoutes } from './channels.routes.ts';
import { insertChannels, loadChannels } from './channels.store.ts';

let api: TestApi;
const EUR = currencyCode('EUR');
const otherEntity = randomUUID();
const otherLocation = randomUUID();
const channel = { code: 'SHOP', name: 'Shop', kind: 'shop' as const, currency: EUR, commissionPpm: 0 };
const mine = { ...channel, id: randomUUID(), entityId: LOCAL.entityId, defaultLocationId: LOCAL.locationId };
const theirs = {
  ...channel,
  id: randomUUID(),
  code: 'AMZ',
  kind: 'marketplace' as const,
  commissionPpm: 150_000,
  taxCollectedBy: 'marketplace' as const,
  entityId: otherEntity,
  defaultLocationId: otherLocation,
};
beforeAll(async () => {
  api = await openTestApi(registerChannelsRoutes);
  const entity = { name: 'Muster GmbH', country: 'DE', functionalCurrency: EUR, fiscalYearStartMonth: 1 };
  await api.run((tx) =>
    insertEntities(tx, [
      { ...entity, id: LOCAL.entityId, code: 'A' },
      { ...entity, id: otherEntity, code: 'B' },
    ]),
  );
  await api.database.pool.query(
    `insert into ${api.database.schema}.location (id, entity_id, code, name, kind, country, time_zone)
     values ($1, $2, 'A', 'A', 'store', 'DE', 'Europe/Berlin'), ($3, $4, 'B', 'B', 'store', 'DE', 'Europe/Berlin')`,
    [LOCAL.locationId, LOCAL.entityId, otherLocation, otherEntity],
  );
  await api.run((tx) => insertChannels(tx, [mine, theirs]));
});
afterAll(() => api.close());

it('channels are shown as far as the reader’s grants reach', async () => {
  expect((await api.call('GET', '/channels')).body.items.map((each: { code: string }) => each.code)).toEqual([
    'AMZ',
    'SHOP',
  ]);
  expect((await api.call('GET', '/channels', undefined, { as: 'local' })).body.items).toEqual([
    {
      ...mine,
      taxCollectedBy: 'us',
      archived: false,
      version: 1,
      id: encodeId('chn', mine.id),
      entityId: encodeId('ent', mine.entityId),
      defaultLocationId: encodeId('loc', mine.defaultLocationId),
    },
  ]);
  expect((await api.call('GET', '/channels', undefined, { as: 'stranger' })).status).toBe(401);
  expect(await api.run(loadChannels)).toContainEqual({ ...theirs, archived: false, version: 1 });
});
