import { pino } from 'pino';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../platform/db/testing.ts';
import { openApi, openBusiness } from '../compose.ts';
import { firstStart } from '../first-start.ts';

type Told = {
  readonly id: string;
  readonly token: string;
  readonly reason: string;
  readonly document: string | null;
  readonly steps: readonly { readonly step: string; readonly state: string }[];
  readonly items: readonly { readonly name: string; readonly count: number }[];
  readonly variants: readonly { readonly skus: readonly { readonly id: string }[] }[];
};

let database: TestDatabase;
let token: string;
let url: string;
const open: { close(): Promise<void> }[] = [];

const ask = async (method: string, path: string, body?: unknown): Promise<Told & { status: number }> => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'GET' ? {} : { 'idempotency-key': uuidv7(), 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { ...((await answer.json()) as Told), status: answer.status };
};

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool, schema } = database;
  const around = {
    url: database.url,
    write: pool,
    read: pool,
    schema,
    now: () => Date.now(),
    logger: pino({ level: 'silent' }),
    https: false,
    version: 'test',
  };
  const business = await openBusiness(around);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined } as never;
  const owner = await firstStart(around, business, { demo: false, log, write: () => undefined });
  const opened = await openApi(around, business);
  open.push(opened, business);
  url = await opened.api.listen({ host: '127.0.0.1', port: 0 });
  token = '';
  const session = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(owner),
  });
  ({ token } = (await session.json()) as Told);
});
afterAll(async () => {
  for (const each of open) await each.close();
  await database.drop();
});

const statesOf = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await ask('GET', '/getting-started')).steps.map(({ step, state }) => [step, state]));
const readiness = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await ask('GET', '/readiness')).items.map(({ name, count }) => [name, count]));

it('leads from an empty database to the first sale', async () => {
  expect(new Set(Object.values(await statesOf()))).toEqual(new Set(['open']));
  expect(await readiness()).toMatchObject({ company: 1, location: 1, channel: 1, products: 1, second_owner: 1 });

  const entity = { code: 'PT', name: 'Prateleira Lda', country: 'PT', functionalCurrency: 'EUR' };
  const { id: entityId, status } = await ask('POST', '/entities', entity);
  expect(status).toBe(201);
  expect(await ask('POST', '/entities', entity)).toMatchObject({ status: 409, reason: 'duplicate_code' });
  const registration = { entityId, country: 'PT', taxNumber: 'PT500000000', validFrom: '2026-01-01' };
  expect(await ask('POST', '/tax-registrations', registration)).toMatchObject({ status: 201 });
  expect(await ask('POST', '/tax-registrations', registration)).toMatchObject({ reason: 'registration_overlaps' });
  const rate = { country: 'PT', taxClass: 'standard', validFrom: '2026-01-01', ratePpm: 230_000, name: 'IVA 23 %' };
  expect(await ask('PUT', '/tax-rates', rate)).toMatchObject({ status: 200 });
  expect(await ask('PUT', '/tax-rates', { ...rate, validFrom: '2025-12-31' })).toMatchObject({
    reason: 'vat_rate_in_past',
  });

  const place = { entityId, code: 'CHI', name: 'Chiado', kind: 'store', country: 'PT', timeZone: 'Europe/Lisbon' };
  expect(await ask('POST', '/locations', { ...place, timeZone: 'Europe/Nowhere' })).toMatchObject({
    reason: 'unknown_time_zone',
  });
  const { id: locationId } = await ask('POST', '/locations', place);
  const { id: second } = await ask('POST', '/locations', { ...place, code: 'WH1', name: 'Depot', kind: 'warehouse' });
  const counter = { entityId, code: 'SHOP', name: 'Counter', kind: 'store', currency: 'EUR', taxInclusive: true };
  const { id: channelId } = await ask('POST', '/channels', { ...counter, defaultLocationId: locationId });
  expect(await readiness()).toMatchObject({ registers: 1, company: 0, tax_registration: 0 });
  expect(await ask('POST', '/registers', { locationId, code: 'T1', name: 'Front' })).toMatchObject({ status: 201 });
  expect(await ask('POST', '/registers', { locationId, code: 'T1', name: 'Back' })).toMatchObject({
    reason: 'duplicate_code',
  });

  const { id: categoryId } = await ask('POST', '/categories', { name: 'Table' });
  const product = { name: 'Mug', categoryId, variants: [{ name: '', skus: [{ code: 'MUG' }] }] };
  const skuId = (await ask('POST', '/products', product)).variants[0]?.skus[0]?.id;
  expect(await readiness()).toMatchObject({ prices: 1, stock: 1, barcodes: 1, tax_rates: 0, registers: 0 });
  await ask('PUT', '/prices', { prices: [{ channelId, skuId, amount: 1250 }] });
  for (const at of [locationId, second])
    expect(
      await ask('POST', '/goods-receipts', {
        locationId: at,
        lines: [{ skuId, quantity: 3, unitCost: { amount: 400, currency: 'EUR' } }],
      }),
    ).toMatchObject({ status: 201 });
  expect((await statesOf())['sale']).toBe('open');
  const sale = {
    channelId,
    locationId,
    lines: [{ skuId, quantity: 1 }],
    tenders: [{ method: 'cash', amountMinor: 1250 }],
  };
  expect((await ask('POST', '/sales', sale)).document).toContain('R-CHI');
  expect(new Set(Object.values(await statesOf()))).toEqual(new Set(['done']));
});

it('remembers what was skipped, and that it was taken up again', async () => {
  const before = await statesOf();
  expect(await ask('PUT', '/getting-started/stock', { skipped: true })).toMatchObject({ skipped: ['stock'] });
  // What is there is done, whatever was skipped.
  expect(await statesOf()).toEqual(before);
  expect(await ask('PUT', '/getting-started/stock', { skipped: false })).toMatchObject({ skipped: [] });
  expect(await ask('PUT', '/getting-started/nothing', { skipped: true })).toMatchObject({ status: 400 });
});

it('changes company, place and way to sell, and closes them only when nothing is left there', async () => {
  type Row = { id: string; code: string; version: number; archived: boolean; name: string; address?: object };
  const rows = async (what: string): Promise<Row[]> => (await ask('GET', `/${what}`)).items as unknown as Row[];
  const get = async (what: string, code: string): Promise<Row> => {
    const row = (await rows(what)).find((one) => one.code === code);
    if (row === undefined) throw new Error(`no ${code}`);
    return row;
  };
  const edit = (what: string, { id, version }: Row, change: object) =>
    ask('PATCH', `/${what}/${id}`, { version, ...change });

  const store = await get('locations', 'CHI');
  const address = { line1: 'Rua Garrett 1', postcode: '1200-203' };
  const change = { name: 'Chiado 2', city: 'Lisboa', address, cutOffHour: 3 };
  expect(await edit('locations', store, change)).toMatchObject({ status: 200, ...change, version: 2, archived: false });
  expect(await edit('locations', store, { name: 'Too late' })).toMatchObject({ reason: 'stale_version', current: 2 });
  expect(await get('locations', 'CHI')).toMatchObject(change);
  expect(await edit('locations', { ...store, version: 2 }, { timeZone: 'Europe/Nowhere' })).toMatchObject({
    reason: 'unknown_time_zone',
  });
  expect(await edit('locations', { ...store, version: 2 }, { archived: true })).toMatchObject({
    status: 409,
    reason: 'location_in_use',
    skus: 1,
    units: 2,
    orders: 0,
    names: 'Counter',
  });

  const counter = await get('channels', 'SHOP');
  const depot = await get('locations', 'WH1');
  expect(await edit('channels', counter, { name: 'Till', defaultLocationId: depot.id })).toMatchObject({
    status: 200,
    name: 'Till',
  });
  expect(await edit('locations', depot, { archived: true })).toMatchObject({
    reason: 'location_in_use',
    units: 3,
    names: 'Till',
  });

  // An order waits: neither the channel nor the place it comes from can be closed.
  const sku = (await ask('GET', '/skus')).items[0] as unknown as { id: string };
  const { id: customerId } = await ask('POST', '/customers', { name: 'Rui Prado', country: 'PT' });
  const wanted = {
    channelId: counter.id,
    customerId,
    lines: [{ skuId: sku.id, quantity: 1 }],
    payment: { method: 'on_account' },
  };
  const order = await ask('POST', '/orders', wanted);
  expect(order).toMatchObject({ status: 201 });
  expect(await edit('channels', { ...counter, version: 2 }, { archived: true })).toMatchObject({
    reason: 'channel_in_use',
    orders: 1,
  });
  expect(await edit('locations', depot, { archived: true })).toMatchObject({ reason: 'location_in_use', orders: 1 });
  const entity = await get('entities', 'PT');
  expect(await edit('entities', entity, { archived: true })).toMatchObject({
    reason: 'entity_in_use',
    locations: 2,
    channels: 1,
  });
  const seat = { line1: 'Rua 1', postcode: '1000', city: 'Lisboa' };
  expect(await edit('entities', entity, { name: 'Prateleira SA', address: seat })).toMatchObject({
    status: 200,
    address: seat,
  });

  const { orderId } = order as unknown as { orderId: string };
  const cancelled = await ask('POST', `/orders/${orderId}/cancellation`, {
    lines: [{ line: 1, quantity: 1 }],
    reason: 'changed their mind',
  });
  expect(cancelled).toMatchObject({ status: 201 });
  expect(await edit('channels', { ...counter, version: 2 }, { archived: true })).toMatchObject({
    status: 200,
    archived: true,
  });
  expect(await ask('POST', '/orders', wanted)).toMatchObject({ status: 409, reason: 'channel_closed' });

  // Once the goods are gone the place is closed, and nothing can be received there until it is opened again.
  const empty = { locationId: depot.id, lines: [{ skuId: sku.id, delta: -3, reason: 'damaged' }] };
  expect(await ask('POST', '/stock-adjustments', empty)).toMatchObject({ status: 201 });
  expect(await edit('locations', depot, { archived: true })).toMatchObject({ status: 200, archived: true });
  const receipt = {
    locationId: depot.id,
    lines: [{ skuId: sku.id, quantity: 1, unitCost: { amount: 1, currency: 'EUR' } }],
  };
  expect(await ask('POST', '/goods-receipts', receipt)).toMatchObject({ status: 409, reason: 'location_archived' });
  expect(await edit('channels', { ...counter, version: 3 }, { archived: false })).toMatchObject({
    reason: 'unknown_location',
  });
  expect(await edit('locations', { ...depot, version: 2 }, { archived: false })).toMatchObject({
    status: 200,
    archived: false,
  });
  expect(await edit('channels', { ...counter, version: 3 }, { archived: false })).toMatchObject({
    status: 200,
    archived: false,
  });
  expect(await ask('PATCH', `/locations/${counter.id}`, { version: 1 })).toMatchObject({ status: 400 });
  expect(await edit('locations', depot, { code: 'NEW' })).toMatchObject({ status: 400 });
});
