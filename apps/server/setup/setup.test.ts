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
