import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeId } from '../../kernel/ids.ts';
import { businessDay } from '../../kernel/time.ts';
import { openTestApi, TEST_NOW, type TestApi } from '../../company/server/route-testing.ts';
import { insertCards, insertCustomers } from '../../customers/server/customers.store.ts';
import { taxRatesOn } from '../tax/tax-rules.ts';
import { saveVatRates } from './pricing.store.ts';
import { createTaxCache, type TaxCache } from './tax-cache.ts';
import { SHIPPED_TAX_RATES } from './tax-file.ts';
import { registerTaxRoutes } from './tax-routes.ts';
import { eraseTaxBuyer } from './tax-store.ts';

let api: TestApi;
let taxes: TaxCache;
const customerId = randomUUID();
const customer = encodeId('cus', customerId);

beforeAll(async () => {
  api = await openTestApi((app, deps) => registerTaxRoutes(app, { ...deps, taxes: (taxes = createTaxCache(deps)) }));
  await api.run(async (tx) => {
    const cardId = randomUUID();
    const nobody = { name: 'Ann', email: '', phone: '', address: {}, country: '' };
    await insertCustomers(tx, [{ id: customerId, number: 'C1', cardId }], TEST_NOW);
    await insertCards(
      tx,
      [{ ...nobody, id: cardId, customerId, purpose: 'sale', keepUntil: undefined, salt: 'x' }],
      TEST_NOW,
    );
    await saveVatRates(tx, [
      { country: 'PT', taxClass: 'standard', validFrom: businessDay('2020-01-01'), ratePpm: 230_000, name: 'IVA' },
    ]);
  });
});
afterAll(() => api.close());

const HEAD = 'jurisdiction,tax,class,percent,valid_from,source';
const importing = (csv: string, query = '', as?: 'reader') =>
  api.call('POST', `/taxes/rates/import${query}`, { csv }, as === undefined ? {} : { as });
type Row = { line: number; what: string; beforePpm: number | null; problems: { column: string }[] };
const rowsOf = (answer: Awaited<ReturnType<typeof importing>>): Row[] =>
  (answer.body as unknown as { rows: Row[] }).rows;

describe('rates', () => {
  it('are shipped with their sources, taken in once, and the same again does nothing', async () => {
    const shipped = (await api.call('GET', '/taxes/rates/shipped')).body as unknown as string;
    expect(shipped).toBe(SHIPPED_TAX_RATES);
    const preview = await importing(shipped, '?preview=true');
    expect(preview).toMatchObject({ status: 200, body: { taken: 115, left: 1 } });
    expect(rowsOf(preview).filter(({ what }) => what !== 'new')).toMatchObject([{ what: 'same', beforePpm: 230_000 }]);
    expect((await api.call('GET', '/taxes/rates')).body.items).toHaveLength(1);
    expect(await importing(shipped)).toMatchObject({ status: 200, body: { taken: 115 } });
    expect(await importing(shipped)).toMatchObject({ status: 200, body: { taken: 0, left: 116 } });
    const rates = (await api.call('GET', '/taxes/rates')).body.items as unknown as {
      jurisdiction: string;
      taxClass: string;
      ratePpm: number;
      source: string;
      inForce: boolean;
    }[];
    expect(rates.filter((one) => one.jurisdiction === 'EE' && one.inForce)).toMatchObject([
      { taxClass: 'reduced', ratePpm: 90_000 },
      { taxClass: 'reduced_2', ratePpm: 130_000 },
      { taxClass: 'standard', ratePpm: 240_000 },
    ]);
    expect(rates.filter((one) => one.jurisdiction === 'IN' && one.inForce).map((one) => one.taxClass)).not.toContain(
      'gst_12',
    );
    expect(rates.every((one) => one.source !== '' || one.jurisdiction === 'PT')).toBe(true);
    const again = (await api.call('GET', '/taxes/rates/csv')).body as unknown as string;
    expect(await importing(again)).toMatchObject({ status: 200, body: { taken: 0, left: 115 } });
  });

  it('say what is wrong with each row, and take the others', async () => {
    const answer = await importing(
      `${HEAD}\nde,VAT,standard,19,2026-12-01,law\nGB,VAT,books,twenty,2026-02-30,\nXX,VAT,books,5,2026-01-01,law\nXX,VAT,books,6,2026-01-01,law\nGB,VAT,standard,25,2026-01-01,law\nGB,VAT,standard,25,2026-11-22,law`,
    );
    expect(rowsOf(answer).map(({ line, what, problems }) => [line, what, problems.map((one) => one.column)])).toEqual([
      [2, 'malformed', ['jurisdiction']],
      [3, 'malformed', ['source', 'valid_from', 'percent']],
      [4, 'new', []],
      [5, 'twice', []],
      [6, 'past', []],
      [7, 'new', []],
    ]);
  });

  it.each([
    ['no columns', 'a,b\n1,2'],
    ['no CSV', `${HEAD}\n"open`],
    ['too long', `${HEAD}\n${'GB,VAT,standard,20,2020-01-01,law\n'.repeat(501)}`],
  ])('are refused when there are %s', async (_, csv) => {
    expect(await importing(csv)).toMatchObject({ status: 400 });
  });

  it('are not for everybody to set', async () => {
    expect((await importing(`${HEAD}\n`, '', 'reader')).status).toBe(403);
  });

  it('are in the cache from the event on', async () => {
    const wanted = { jurisdiction: 'YY', taxClass: 'standard', day: businessDay('2026-11-22') };
    expect(taxRatesOn(await taxes.rules(), wanted)).toBeUndefined();
    await importing(`${HEAD}\nYY,VAT,standard,12.5,2026-01-01,law`);
    const { topic, body } = (await api.events()).at(-1) ?? { topic: '', body: {} };
    taxes.invalidate({ topic, body });
    expect(taxRatesOn(await taxes.rules(), wanted)).toMatchObject([{ ratePpm: 125_000 }]);
  });
});

describe('jurisdictions', () => {
  const us = {
    name: 'California',
    system: 'sales_tax',
    taxCode: 'SALES',
    rounding: { scope: 'line', parts: 'together', stepMinor: 1 },
    shipping: 'untaxed',
    deposits: 'taxed',
    sourcing: 'origin',
  };
  it('are known, and a company may say otherwise', async () => {
    expect((await api.call('GET', '/taxes/jurisdictions')).body.items).toContainEqual(
      expect.objectContaining({ code: 'IN', system: 'gst_split' }),
    );
    expect(await api.call('PUT', '/taxes/jurisdictions/US-CA', us)).toMatchObject({ status: 200, body: us });
    expect((await api.call('GET', '/taxes/jurisdictions')).body.items).toContainEqual({ code: 'US-CA', ...us });
    expect(await api.call('PUT', '/taxes/jurisdictions/california', us)).toMatchObject({ status: 400 });
  });
});

describe('postcodes', () => {
  const COLUMNS = 'country,region,from,through,county,city,districts,valid_from,valid_until,source';
  const areas = (rows: readonly string[], more: { query?: string; as?: 'reader'; key?: string } = {}) =>
    api.call(
      'POST',
      `/taxes/postal-areas/import${more.query ?? ''}`,
      { csv: [COLUMNS, ...rows].join('\n') },
      { ...(more.as === undefined ? {} : { as: more.as }), ...(more.key === undefined ? {} : { key: more.key }) },
    );
  const FILE = [
    'US,XA,10000,10099,North,Alba,Transit; Fire 3,2020-01-01,,example',
    'US,XA,10050-1000,10050-1999,North,,,2020-01-01,,example',
    'US,XA,10100,,Old,,,2020-01-01,2025-12-31,example',
    'US,XA,10100,,New,,,2026-01-01,,example',
    'US,XA,10099,10101,Wrong,,,2026-01-01,,example',
    'US,XA,501,,,,,2026-01-01,,',
  ];
  type AreaRow = { line: number; what: string };
  const whats = (answer: Awaited<ReturnType<typeof areas>>) =>
    (answer.body as unknown as { rows: AreaRow[] }).rows.map(({ line, what }) => `${line} ${what}`);

  it('are taken in after a preview, once for a key, and told back as a file that says nothing new', async () => {
    const preview = await areas(FILE, { query: '?preview=true' });
    expect(preview).toMatchObject({ status: 200, body: { added: 4, left: 2 } });
    expect(whats(preview)).toEqual(['2 new', '3 new', '4 new', '5 new', '6 overlaps', '7 malformed']);
    expect((await api.call('GET', '/taxes/postal-areas')).body.items).toEqual([]);
    const taken = await areas(FILE, { key: 'areas-1' });
    expect(taken).toMatchObject({ status: 200, body: { added: 4, changed: 0, same: 0, left: 2 } });
    expect(whats(taken)).toEqual(['6 overlaps', '7 malformed']);
    expect(await areas(FILE, { key: 'areas-1' })).toEqual(taken);
    expect(await areas(FILE.slice(1), { key: 'areas-1' })).toMatchObject({ status: 422 });
    const csv = (await api.call('GET', '/taxes/postal-areas/csv?country=US')).body as unknown as string;
    expect(await api.call('POST', '/taxes/postal-areas/import', { csv })).toMatchObject({
      body: { added: 0, changed: 0, same: 4, left: 0 },
    });
    const ended = FILE[0]?.replace('2020-01-01,,', '2020-01-01,2026-06-30,') ?? '';
    const next = 'US,XA,10000,10099,North,Alba,Transit,2026-07-01,,example';
    // In whatever order they stand, what ends does so before the next begins.
    expect(await areas([next, ended])).toMatchObject({ body: { added: 1, changed: 1, left: 0 } });
    const told = (await api.events()).filter(({ type }) => type === 'PostalAreasImported');
    expect(told.at(-1)?.body).toMatchObject({ tax: true, before: { rows: 4 }, after: { rows: 5, changed: 1 } });
    expect(JSON.stringify(told.at(-1)?.body)).not.toContain('Alba');
    expect((await areas(FILE, { as: 'reader' })).status).toBe(403);
  });

  it('are listed page by page, and one is told with what is taxed there', async () => {
    const rates = ['US-XA', 'US-XA-NORTH', 'US-XA-NORTH-ALBA', 'US-XA-NORTH-ALBA-TRANSIT'];
    await importing(
      `${HEAD}\n${rates.map((code, at) => `${code},SALES,standard,${at + 1},2020-01-01,law`).join('\n')}`,
    );
    for (const { topic, body } of await api.events()) taxes.invalidate({ topic, body });
    const first = await api.call('GET', '/taxes/postal-areas?limit=3');
    expect(first.body.items).toMatchObject([{ from: '10000' }, { from: '10000' }, { from: '100501000' }]);
    const rest = await api.call('GET', `/taxes/postal-areas?limit=3&after=${String(first.body['next'])}`);
    expect(rest.body).toMatchObject({ items: [{ county: 'Old' }, { county: 'New' }], next: null, resolved: null });
    const of = (postcode: string) => api.call('GET', `/taxes/postal-areas?country=US&postcode=${postcode}`);
    expect((await of('10050-2000')).body).toMatchObject({
      items: [{ validFrom: '2020-01-01' }, { validFrom: '2026-07-01' }],
      resolved: {
        region: 'XA',
        county: 'North',
        city: 'Alba',
        districts: ['Transit'],
        rates: rates.map((jurisdiction, at) => ({ jurisdiction, ratePpm: (at + 1) * 10_000 })),
      },
    });
    expect((await of('10050-1000')).body).toMatchObject({ resolved: { city: null, rates: [{}, {}] } });
    expect((await of('99999')).body).toMatchObject({ items: [], resolved: null });
    expect(await api.call('GET', '/taxes/postal-areas?postcode=10050')).toMatchObject({ status: 400 });
    const us = { country: 'US', region: 'XA' };
    const shipped = {
      day: '2026-11-22',
      currency: 'USD',
      taxInclusive: false,
      collectedBy: 'us',
      fulfilment: 'ship',
      seller: { ...us, registrations: [] },
      from: us,
      to: { ...us, city: 'Albany', postcode: '10050-2000' },
      lines: [{ kind: 'goods', taxClass: 'standard', quantity: 1, amountMinor: 10_000 }],
    };
    expect(await api.call('POST', '/taxes/basket', shipped)).toMatchObject({ body: { taxMinor: 1_000 } });
  });

  it('come in thousands, are heard of once, and are removed by state', async () => {
    const many = Array.from({ length: 1_200 }, (_, n) => `US,XB,${20_000 + n},,C${n % 9},,,2020-01-01,,example`);
    expect(await areas(many)).toMatchObject({ body: { added: 1_200, left: 0 } });
    expect((await api.events()).slice(-3).map(({ body }) => body['tax'])).toEqual([false, false, true]);
    expect((await api.call('GET', '/taxes/postal-areas/regions')).body.items).toMatchObject([
      { country: 'US', region: 'XA', rows: 5, newest: '2026-07-01' },
      { country: 'US', region: 'XB', rows: 1_200 },
    ]);
    const remove = (query = '') => api.call('DELETE', `/taxes/postal-areas/US/XB${query}`, undefined, { key: 'gone' });
    expect(await remove('?preview=true')).toMatchObject({ status: 200, body: { removed: 1_200 } });
    expect(await remove()).toMatchObject({ status: 200, body: { removed: 1_200 } });
    expect(await remove()).toMatchObject({ status: 200, body: { removed: 1_200 } });
    expect((await api.call('GET', '/taxes/postal-areas/regions')).body.items).toHaveLength(1);
    const tooMany = Array.from({ length: 5_001 }, () => 'US,XB,20000,,,,,2020-01-01,,example');
    expect(await areas(tooMany)).toMatchObject({ status: 400 });
  });
});

describe('a customer', () => {
  const given = {
    customerId: customer,
    jurisdiction: 'GB',
    reason: 'charity',
    certificate: 'X-1',
    validFrom: '2026-01-01',
  };
  const basket = (more = {}) => ({
    day: '2026-11-22',
    currency: 'GBP',
    taxInclusive: true,
    seller: { country: 'GB', registrations: [] },
    from: { country: 'GB' },
    to: { country: 'GB' },
    fulfilment: 'till',
    collectedBy: 'us',
    lines: [{ kind: 'goods', taxClass: 'reduced', quantity: 1, amountMinor: 1050 }],
    ...more,
  });

  it('is a business with a number, which no event tells', async () => {
    expect(await api.call('GET', `/customers/${customer}/tax`)).toMatchObject({
      body: { business: false, version: 0 },
    });
    const put = (body: unknown) => api.call('PUT', `/customers/${customer}/tax`, body);
    expect(await put({ business: true, vatId: '12345', version: 0 })).toMatchObject({
      status: 409,
      body: { reason: 'bad_tax_number' },
    });
    expect(await put({ business: false, vatId: 'FR40303265045', version: 0 })).toMatchObject({ status: 409 });
    expect(await put({ business: true, vatId: 'fr 40 303265045', version: 0 })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect(await put({ business: false, vatId: null, version: 0 })).toMatchObject({
      status: 409,
      body: { reason: 'stale' },
    });
    expect(await api.call('GET', `/customers/${customer}/tax`)).toMatchObject({
      body: { business: true, vatId: 'FR40303265045' },
    });
    expect(JSON.stringify(await api.events())).not.toContain('303265045');
  });

  it('is exempt from a day until another', async () => {
    expect(await api.call('POST', '/taxes/basket', basket({ customerId: customer }))).toMatchObject({
      body: { taxMinor: 50 },
    });
    const made = await api.call('POST', '/taxes/exemptions', given);
    expect(made).toMatchObject({ status: 201, body: { ...given, validUntil: null, version: 1 } });
    const unknown = { ...given, customerId: encodeId('cus', randomUUID()) };
    expect(await api.call('POST', '/taxes/exemptions', unknown)).toMatchObject({
      status: 409,
      body: { reason: 'unknown_customer' },
    });
    expect(await api.call('POST', '/taxes/basket', basket({ customerId: customer }))).toMatchObject({
      body: { taxMinor: 0, grossMinor: 1000, lines: [{ taxes: [{ treatment: 'exempt' }] }] },
    });
    const end = (validUntil: string, version: number) =>
      api.call('PUT', `/taxes/exemptions/${made.body.id}/end`, { validUntil, version });
    expect(await end('2025-12-31', 1)).toMatchObject({ status: 409, body: { reason: 'ends_before_it_begins' } });
    expect(await end('2026-11-21', 1)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await end('2026-11-21', 1)).toMatchObject({ status: 409, body: { reason: 'stale' } });
    expect(await api.call('POST', '/taxes/basket', basket({ customerId: customer }))).toMatchObject({
      body: { taxMinor: 50 },
    });
    const listed = await api.call('GET', `/taxes/exemptions?customer=${customer}`);
    expect(listed.body.items).toMatchObject([{ id: made.body.id, certificate: 'X-1', validUntil: '2026-11-21' }]);
  });

  it('is in the cache until something changes, and loses the numbers when erased', async () => {
    expect(await taxes.buyer(customerId)).toMatchObject({ business: true, vatId: 'FR40303265045' });
    await api.run((tx) => eraseTaxBuyer(tx, customerId));
    taxes.invalidate({ topic: 'customer', body: { customerId } });
    expect(await taxes.buyer(customerId)).toMatchObject({ business: true, vatId: undefined });
    expect((await api.call('GET', '/taxes/exemptions')).body.items).toMatchObject([{ certificate: null }]);
    expect(await taxes.buyer(randomUUID())).toBeUndefined();
  });

  it('pays cash as the coins allow', async () => {
    const dutch = {
      currency: 'EUR',
      seller: { country: 'NL', registrations: [] },
      from: { country: 'NL' },
      to: { country: 'NL' },
    };
    expect(
      await api.call(
        'POST',
        '/taxes/basket',
        basket({ ...dutch, lines: [{ kind: 'goods', taxClass: 'standard', quantity: 1, amountMinor: 998 }] }),
      ),
    ).toMatchObject({
      body: { grossMinor: 998, cashPayableMinor: 1000, cashAdjustmentMinor: 2 },
    });
    expect(await api.call('POST', '/taxes/basket', basket({ day: '1970-01-01' }))).toMatchObject({ status: 400 });
  });
});
