import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sortedBy } from '../../kernel/compare.ts';
import { encodeId, decodeId } from '../../kernel/ids.ts';
import { openTestApi, TEST_NOW, type TestApi } from '../../company/server/route-testing.ts';
import { importMedia } from './bulk.ts';
import { registerCatalogRoutes } from './catalog.routes.ts';
import type { ShownPrice } from './catalog.schemas.ts';

let api: TestApi;
const channelId = randomUUID();
const price: ShownPrice = { channelId, currency: 'EUR', amount: 1990, scale: 0, per: 1, taxInclusive: true };
beforeAll(async () => {
  api = await openTestApi((app, deps) =>
    registerCatalogRoutes(app, { ...deps, pricesOf: async (skuIds) => new Map(skuIds.map((id) => [id, [price]])) }),
  );
});
afterAll(() => api.close());

const category = async (name: string, more: object = {}): Promise<string> =>
  (await api.call('POST', '/categories', { name, ...more })).body.id;
const product = (categoryId: string, code: string, more: object = {}) => ({
  name: `Mug ${code}`,
  categoryId,
  variants: [{ skus: [{ code }] }],
  ...more,
});

describe('categories', () => {
  it('are made, listed, refused and not for everyone', async () => {
    const food = await category('Food', { taxClass: 'reduced' });
    const made = await api.call('POST', '/categories', { name: 'Tea', parentId: food });
    expect(made).toMatchObject({ status: 201, body: { name: 'Tea', parentId: food, taxClass: 'reduced', version: 1 } });
    expect((await api.call('GET', '/categories')).body.items).toContainEqual(made.body);
    expect(await api.call('POST', '/categories', { name: 'Tea', parentId: food })).toMatchObject({
      status: 409,
      body: { reason: 'duplicate_name', name: 'Tea', categoryId: made.body.id },
    });
    expect((await api.call('POST', '/categories', { name: '' })).status).toBe(400);
    expect((await api.call('POST', '/categories', { name: 'X' }, { as: 'reader' })).status).toBe(403);
    expect((await api.call('POST', '/categories', { name: 'X' }, { as: 'stranger' })).status).toBe(401);
  });
});

it('two categories hung under each other at the same time make no circle', async () => {
  const [one, two] = [await category('One'), await category('Two')];
  const hang = (id: string, parentId: string | null) =>
    api.call('PATCH', `/categories/${id}`, { version: 1, parentId });
  const answers = await Promise.all([hang(one, two), hang(two, one)]);
  expect(
    sortedBy(
      answers.map((answer) => answer.status),
      (status) => status,
    ),
  ).toEqual([200, 409]);
  const refused = answers.find((answer) => answer.status === 409);
  expect(refused?.body).toMatchObject({
    reason: 'category_circle',
    categoryIds: expect.arrayContaining([one, two]) as unknown,
  });
  expect((await hang(encodeId('cat', randomUUID()), null)).status).toBe(404);
  expect((await api.call('PATCH', `/categories/${one}`, { parentId: null })).status).toBe(400);
  expect((await api.call('PATCH', `/categories/${one}`, { version: 1, parentId: null }, { as: 'reader' })).status).toBe(
    403,
  );
});

describe('a product', () => {
  it('is made once per key and told whole', async () => {
    const categoryId = await category('Mugs');
    const body = product(categoryId, 'MUG-1', {
      name: 'Blue mug',
      attributes: { material: 'stoneware', dishwasher: true },
      variants: [
        {
          name: '0.3 l',
          options: { size: '0.3' },
          skus: [{ code: 'MUG-1', gtin: '036000291452', packSizes: [{ name: 'case', quantity: 6 }] }],
        },
        { name: '0.5 l', options: { size: '0.5' }, skus: [{ code: 'MUG-2', taxClass: 'reduced' }] },
      ],
    });
    const made = await api.call('POST', '/products', body, { key: 'make-mug' });
    expect(made).toMatchObject({
      status: 201,
      body: { version: 1, variants: [{ skus: [{ code: 'MUG-1' }] }, { skus: [{ code: 'MUG-2' }] }] },
    });
    expect(await api.call('POST', '/products', body, { key: 'make-mug' })).toMatchObject({
      status: 201,
      body: made.body,
    });
    expect((await api.call('POST', '/products', { ...body, name: 'Red mug' }, { key: 'make-mug' })).status).toBe(422);

    const told = await api.call('GET', `/products/${made.body.id}`);
    expect(told).toMatchObject({
      status: 200,
      body: {
        name: 'Blue mug',
        category: ['Mugs'],
        categoryId,
        archivedAt: null,
        attributes: { material: 'stoneware', dishwasher: true },
        variants: [
          {
            name: '0.3 l',
            skus: [
              {
                code: 'MUG-1',
                name: 'Blue mug 0.3 l',
                gtin: '0036000291452',
                taxClass: null,
                prices: [{ amount: 1990, channelId: encodeId('chn', channelId) }],
              },
            ],
          },
          { options: { size: '0.5' }, skus: [{ taxClass: 'reduced', baseUnit: 'piece' }] },
        ],
      },
    });
    const event = (await api.events()).at(-1);
    expect(event).toMatchObject({
      type: 'ProductCreated',
      topic: 'catalog',
      body: { productId: decodeId('prd', made.body.id), name: 'Blue mug' },
    });
    expect(event?.body['skuIds']).toHaveLength(2);
  });

  it('is previewed without being made', async () => {
    const categoryId = await category('Previews');
    expect((await api.call('POST', '/products?preview=true', product(categoryId, 'PREVIEW'))).status).toBe(201);
    expect((await api.call('GET', '/skus?search=PREVIEW')).body.items).toEqual([]);
  });

  it('is refused with ids and numbers, malformed with its field, and not for everyone', async () => {
    const categoryId = await category('Cups');
    await api.call('POST', '/products', product(categoryId, 'CUP-1'));
    expect(await api.call('POST', '/products', product(categoryId, 'CUP-1'))).toMatchObject({
      status: 409,
      body: { reason: 'duplicate_code', code: 'CUP-1' },
    });
    const unknown = encodeId('cat', randomUUID());
    expect(await api.call('POST', '/products', product(unknown, 'CUP-2'))).toMatchObject({
      status: 409,
      body: { reason: 'unknown_category', categoryId: unknown },
    });
    const badGtin = product(categoryId, 'CUP-3', { variants: [{ skus: [{ code: 'CUP-3', gtin: '96385073' }] }] });
    expect(await api.call('POST', '/products', badGtin)).toMatchObject({
      status: 409,
      body: { reason: 'bad_gtin', expected: 4, found: 3 },
    });
    expect(
      (await api.call('POST', '/products', { ...product(categoryId, 'CUP-4'), categoryId: randomUUID() })).status,
    ).toBe(400);
    expect((await api.call('POST', '/products', product(categoryId, ' CUP'))).status).toBe(400);
    expect((await api.call('POST', '/products', { ...product(categoryId, 'CUP-4'), colour: 'red' })).status).toBe(400);
    expect((await api.call('POST', '/products', product(categoryId, 'CUP-4'), { as: 'reader' })).status).toBe(403);
    expect((await api.call('POST', '/products', product(categoryId, 'CUP-4'), { as: 'local' })).status).toBe(403);
    expect((await api.call('GET', `/products/${encodeId('prd', randomUUID())}`)).status).toBe(404);
    expect((await api.call('GET', '/products', undefined, { as: 'stranger' })).status).toBe(401);
  });

  it('is edited, archived and restored by who saw its version', async () => {
    const categoryId = await category('Plates');
    const { id } = (await api.call('POST', '/products', product(categoryId, 'PLATE'))).body;
    expect(
      await api.call('PATCH', `/products/${id}`, { version: 1, name: 'Plate', attributes: { colour: 'white' } }),
    ).toMatchObject({ status: 200, body: { id, version: 2 } });
    expect(await api.call('PATCH', `/products/${id}`, { version: 1, name: 'Dish' })).toMatchObject({
      status: 409,
      body: { reason: 'stale_version', current: 2 },
    });
    expect((await api.call('PATCH', `/products/${id}`, { version: 2, archived: true })).body.version).toBe(3);
    expect(await api.call('PATCH', `/products/${id}`, { version: 3, name: 'Dish' })).toMatchObject({
      status: 409,
      body: { reason: 'product_archived', productId: id },
    });
    expect((await api.call('GET', '/products?search=plate')).body.items).toEqual([]);
    expect((await api.call('GET', '/products?search=plate&archived=true')).body.items).toHaveLength(1);
    expect((await api.call('PATCH', `/products/${id}`, { version: 3, archived: false })).body.version).toBe(4);
    expect(await api.call('GET', `/products/${id}`)).toMatchObject({
      body: { name: 'Plate', archivedAt: null, attributes: { colour: 'white' }, version: 4 },
    });
    expect((await api.call('PATCH', `/products/${encodeId('prd', randomUUID())}`, { version: 1 })).status).toBe(404);
    expect((await api.call('PATCH', `/products/${id}`, { name: 'Dish' })).status).toBe(400);
    expect((await api.call('PATCH', `/products/${id}`, { version: 4, name: 'Dish' }, { as: 'reader' })).status).toBe(
      403,
    );
  });

  it('takes further variants, bundles among them, and a SKU is edited', async () => {
    const categoryId = await category('Sets');
    const made = (await api.call('POST', '/products', product(categoryId, 'SET-1'))).body;
    const part = made.variants[0].skus[0].id;
    const variants = [
      {
        name: 'pair',
        options: { pack: '2' },
        skus: [{ code: 'SET-2', kind: 'bundle', parts: [{ skuId: part, quantity: 2 }] }],
      },
    ];
    const added = await api.call('POST', `/products/${made.id}/variants`, { variants });
    expect(added).toMatchObject({ status: 201, body: { variants: [{ skus: [{ code: 'SET-2' }] }] } });
    expect(await api.call('POST', `/products/${made.id}/variants`, { variants })).toMatchObject({
      status: 409,
      body: { reason: 'duplicate_options' },
    });
    expect((await api.call('GET', `/products/${made.id}`)).body.variants[1]?.skus[0].parts).toEqual([
      { skuId: part, quantity: 2 },
    ]);
    expect((await api.call('POST', `/products/${made.id}/variants`, { variants: [] })).status).toBe(400);

    const bundle = added.body.variants[0].skus[0].id;
    expect(await api.call('PATCH', `/skus/${bundle}`, { version: 1, gtin: '96385074' })).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
    expect(await api.call('PATCH', `/skus/${part}`, { version: 1, gtin: '96385074' })).toMatchObject({
      status: 409,
      body: { reason: 'duplicate_gtin', code: 'SET-2' },
    });
    expect((await api.call('PATCH', `/skus/${part}`, { version: 1, gtin: '96385074' }, { as: 'reader' })).status).toBe(
      403,
    );
    expect((await api.call('PATCH', `/skus/${part}`, { version: 'one' })).status).toBe(400);
  });

  it('of two with one code made at the same time is made once', async () => {
    const categoryId = await category('Race');
    const answers = await Promise.all([1, 2, 3].map(() => api.call('POST', '/products', product(categoryId, 'RACE'))));
    expect(
      sortedBy(
        answers.map((answer) => answer.status),
        (status) => status,
      ),
    ).toEqual([201, 409, 409]);
  });
});

describe('lists', () => {
  it('go from page to page by name without losing or repeating one', async () => {
    const parent = await category('Glass');
    const child = await category('Wine glass', { parentId: parent });
    for (const [index, name] of ['delta', 'Alpha', 'charlie', 'alpha', 'Bravo', 'é́toile', 'Zulu'].entries()) {
      await api.call('POST', '/products', product(index % 2 === 0 ? parent : child, `GLASS-${index}`, { name }));
    }
    const names: string[] = [];
    let after = '';
    do {
      const page = await api.call('GET', `/products?category=${parent}&limit=2${after}`);
      expect(page.status).toBe(200);
      names.push(...page.body.items.map((item: { name: string }) => item.name));
      after = page.body.next === null ? '' : `&after=${page.body.next}`;
    } while (after !== '');
    expect(names.map((name) => name.toLowerCase())).toEqual([
      'alpha',
      'alpha',
      'bravo',
      'charlie',
      'delta',
      'zulu',
      'é́toile',
    ]);
    expect((await api.call('GET', `/products?category=${child}`)).body.items).toHaveLength(3);
    expect((await api.call('GET', '/products?after=nonsense')).status).toBe(400);
    expect((await api.call('GET', '/products?limit=0')).status).toBe(400);
  });

  it('find by the beginnings of words, of a code and of a GTIN', async () => {
    const categoryId = await category('Search');
    const variants = [{ skus: [{ code: 'KETTLE_50%', gtin: '6291041500213' }] }];
    const { id } = (await api.call('POST', '/products', { name: 'Copper kettle, whistling', categoryId, variants }))
      .body;
    const search = async (text: string) =>
      (await api.call('GET', `/products?search=${encodeURIComponent(text)}`)).body.items.map(
        (item: { id: string }) => item.id,
      );
    for (const text of [
      'kett',
      'KETTLE cop',
      'whistl',
      'kettle_5',
      '62910415',
      '6291041500213',
      '06291041500213',
      "copper & '!",
    ]) {
      expect([text, await search(text)]).toEqual([text, [id]]);
    }
    for (const text of ['ettle', 'kettle red', 'kettleX5', '%', '&|!', '291041', "';--"])
      expect([text, await search(text)]).toEqual([text, []]);
  });

  it('put what a scanner read first, once', async () => {
    const categoryId = await category('Scan');
    const make = (code: string, name: string, gtin?: string) =>
      api.call('POST', '/products', {
        name,
        categoryId,
        variants: [{ skus: [{ code, ...(gtin === undefined ? {} : { gtin }) }] }],
      });
    await make('SCAN-10', 'A tin');
    await make('SCAN-1', 'Z tin', '10614141000415');
    await make('SCAN-11', 'B tin');
    const found = (await api.call('GET', '/skus?search=scan-1&limit=2')).body;
    expect(found.items.map((item: { code: string; exact: boolean }) => [item.code, item.exact])).toEqual([
      ['SCAN-1', true],
      ['SCAN-10', false],
      ['SCAN-11', false],
    ]);
    expect(found.next).toBeNull();
    expect((await api.call('GET', '/skus?search=10614141000415')).body.items).toMatchObject([
      { code: 'SCAN-1', exact: true, prices: [{ amount: 1990 }] },
    ]);
    const rest = (await api.call('GET', '/skus?search=tin&limit=2')).body;
    expect(rest.items).toHaveLength(2);
    expect(
      (await api.call('GET', `/skus?search=tin&limit=2&after=${rest.next}`)).body.items.map(
        (item: { code: string }) => item.code,
      ),
    ).toEqual(['SCAN-1']);
    expect((await api.call('GET', '/skus?limit=3')).body.items).toHaveLength(3);
  });
});

describe('a picture', () => {
  it('is shown to anyone, for ever, and runs nothing', async () => {
    const categoryId = await category('Pictures');
    const { id } = (await api.call('POST', '/products', product(categoryId, 'PICTURE'))).body;
    const mediaId = randomUUID();
    const content = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
    const media = {
      id: mediaId,
      productId: decodeId('prd', id) ?? '',
      position: 0,
      mediaType: 'image/svg+xml' as const,
      alt: 'A mug',
      content,
    };
    const from = { principalId: randomUUID(), key: 'pictures', at: TEST_NOW };
    expect(await importMedia(api.master, from, [media])).toEqual({ written: 1, repeated: 0, refusal: undefined });
    const url = (await api.call('GET', `/products/${id}`)).body.pictures[0].url;
    expect(url).toBe(`/api/v1/media/${encodeId('med', mediaId)}`);
    const shown = await api.call('GET', url.replace('/api/v1', ''), undefined, { as: 'stranger' });
    expect(shown).toMatchObject({
      status: 200,
      body: content.toString(),
      headers: { 'content-type': 'image/svg+xml' },
    });
    expect(shown.headers['content-security-policy']).toContain('sandbox');
    expect(shown.headers['cache-control']).toContain('immutable');
    expect((await api.call('GET', `/media/${encodeId('med', randomUUID())}`)).status).toBe(404);
  });
});
