/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument, typescript/no-unsafe-call -- answers are looked into as they came */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../platform/db/pool.ts';
import { openSafeFetch } from '../../../platform/net/safe-fetch.ts';
import { openApiWorld, type Answer } from '../api/world.ts';
import { startImportWorker, type ImportWorker } from './worker.ts';

const world = await openApiWorld();
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const shop = createServer((request, response) => {
  if (request.url?.endsWith('.png') === true) response.end(PNG);
  else response.writeHead(404).end();
});
await new Promise<void>((done) => shop.listen(0, '127.0.0.1', done));
const pictureHost = `127.0.0.1:${(shop.address() as AddressInfo).port}`;
const outside = openSafeFetch({ allowedHosts: [pictureHost] });
const { here } = world.places;
const failures: unknown[] = [];

function startWorker(changes: Partial<Parameters<typeof startImportWorker>[0]> = {}): ImportWorker {
  const { committer, master, company } = world.business;
  const { write: pool, schema } = world.surroundings;
  const onError = (error: unknown): void => void failures.push(error);
  return startImportWorker({
    pool,
    schema,
    committer,
    master,
    company,
    now: Date.now,
    fetch: outside.fetch,
    onError,
    ...changes,
  });
}
let worker = startWorker();
// The world has an import that is running.
await worker.idle();
afterAll(async () => {
  await worker.close();
  await outside.close();
  shop.close();
  await world.close();
});

async function ask(method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await world.send(method, path, { token: world.owner.token, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

/** Sends a file and has it checked. */
async function check(format: string, content: Buffer | string, settings: object = {}): Promise<Answer['body']> {
  const bytes = Buffer.from(content as string);
  const { id } = await ask('POST', '/imports', { kind: 'products', format, fileName: `${format}.csv` });
  for (let part = 0; part * 400_000 < bytes.length; part += 1)
    await ask('PUT', `/imports/${id}/parts/${part}`, {
      content: bytes.subarray(part * 400_000, (part + 1) * 400_000).toString('base64'),
    });
  return checkAgain(id, settings);
}

async function checkAgain(id: string, settings: object): Promise<Answer['body']> {
  await ask('POST', `/imports/${id}/check`, { channelId: here.shopId, locationId: here.locationId, ...settings });
  await worker.idle();
  return ask('GET', `/imports/${id}`);
}

async function act(id: string, what: 'run' | 'undo'): Promise<Answer['body']> {
  await ask('POST', `/imports/${id}/${what}`, {});
  await worker.idle();
  return ask('GET', `/imports/${id}`);
}

async function problems(id: string, phase = 'check'): Promise<Answer['body'][]> {
  return (await ask('GET', `/imports/${id}/problems?limit=200&phase=${phase}`)).items;
}

async function skuNamed(code: string): Promise<Answer['body']> {
  const found = (await ask('GET', `/skus?search=${encodeURIComponent(code)}`)).items.find(
    (one: Answer['body']) => one.code === code,
  );
  return found;
}
const productOf = async (code: string): Promise<Answer['body']> =>
  ask('GET', `/products/${(await skuNamed(code)).productId}`);

function csv(rows: readonly (readonly (string | number)[])[], separator = ','): string {
  return rows
    .map((row) =>
      row
        .map(String)
        .map((cell) => (/["\n;,\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(separator),
    )
    .join('\r\n');
}

const SHOPIFY = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Variant SKU',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Barcode',
  'Cost per item',
  'Image Src',
  'Image Position',
  'Status',
];
const shirt = (prefix: string, price = '19.99'): (string | number)[][] => [
  SHOPIFY,
  [
    `${prefix}-shirt`,
    'Linen shirt',
    '<p>Soft.<script>alert(1)</script></p><ul><li>light</li></ul>',
    'Acme',
    'Clothing',
    'summer, linen',
    'Colour',
    'Blue',
    'Size',
    'M',
    `${prefix}-BM`,
    5,
    price,
    '4006381333931'.slice(0, 0),
    '7.5',
    `http://${pictureHost}/blue.png`,
    1,
    'active',
  ],
  [
    `${prefix}-shirt`,
    '',
    '',
    '',
    '',
    '',
    '',
    'Blue',
    '',
    'L',
    `${prefix}-BL`,
    3,
    price,
    '',
    '7.5',
    `http://${pictureHost}/gone.jpg`,
    2,
    '',
  ],
  [
    `${prefix}-mug`,
    'Mug',
    'Plain text',
    'Acme',
    'Kitchen',
    '',
    'Title',
    'Default Title',
    '',
    '',
    `${prefix}-MUG`,
    0,
    '8.00',
    '',
    '',
    '',
    '',
    'active',
  ],
];

describe('a product file of Shopify', () => {
  it(
    'is checked without a trace, taken in, taken in again without doubling, and taken back',
    { timeout: 60_000 },
    async () => {
      const before = await world.lastEvent();
      const checked = await check('shopify', csv(shirt('A')));
      expect(checked).toMatchObject({
        state: 'checked',
        report: { planned: { rows: 3, objects: 2, created: 2, changed: 0, leftOut: 0 }, choices: [] },
      });
      // Creating and asking leave two events, checking none.
      expect(await world.lastEvent()).toBe(before + 2);
      expect(await skuNamed('A-BM')).toBeUndefined();

      const done = await act(checked.id, 'run');
      expect(failures).toEqual([]);
      expect(done).toMatchObject({ state: 'done', report: { applied: { created: 2 } }, done: 3, total: 3 });
      const product = await productOf('A-BM');
      expect(product).toMatchObject({
        name: 'Linen shirt',
        description: 'Soft.\n- light',
        category: ['Clothing'],
        attributes: { vendor: 'Acme', tags: ['summer', 'linen'] },
        variants: [{ name: 'Blue / M', options: { Colour: 'Blue', Size: 'M' } }, { name: 'Blue / L' }],
      });
      expect(product.pictures).toHaveLength(1);
      expect((await problems(checked.id, 'run')).map(({ line, reason }) => [line, reason])).toEqual([
        [3, 'picture_unreachable'],
      ]);
      const sku = await skuNamed('A-BM');
      expect(sku.prices).toContainEqual(expect.objectContaining({ channelId: here.shopId, amount: 1999, scale: 0 }));
      const stock = async (): Promise<number> =>
        (await ask('GET', `/stock?location=${here.locationId}&sku=${sku.id}`)).items[0]?.onHand;
      expect(await stock()).toBe(5);

      const again = await act((await check('shopify', csv(shirt('A', '24.99')))).id, 'run');
      expect(again.report.applied).toMatchObject({ created: 0, unchanged: 2 });
      expect((await productOf('A-BM')).pictures).toHaveLength(1);
      expect((await skuNamed('A-BM')).prices).toContainEqual(
        expect.objectContaining({ channelId: here.shopId, amount: 2499 }),
      );
      expect(await stock()).toBe(5);

      expect(await act(again.id, 'undo')).toMatchObject({
        state: 'undone',
        report: { undone: { archived: 0, setBack: 2 } },
      });
      expect((await skuNamed('A-BM')).prices).toContainEqual(
        expect.objectContaining({ channelId: here.shopId, amount: 1999 }),
      );
      expect(await act(checked.id, 'undo')).toMatchObject({
        state: 'undone',
        report: { undone: { archived: 2, left: 0 } },
      });
      expect((await ask('GET', `/products/${product.id}`)).archivedAt).not.toBeNull();
      expect(await stock()).toBe(0);
    },
  );

  it('goes on after its process was killed, and does nothing twice', { timeout: 60_000 }, async () => {
    const rows = [
      SHOPIFY,
      ...Array.from({ length: 900 }, (_, at) => [
        `k${at}`,
        `Kettle ${at}`,
        '',
        '',
        'Kitchen',
        '',
        '',
        '',
        '',
        '',
        `K-${at}`,
        2,
        '5.00',
        '',
        '1',
        '',
        '',
        '',
      ]),
    ];
    const checked = await check('shopify', csv(rows));
    await worker.close();
    let chunks = 0;
    const { master } = world.business;
    // Dead without a word between a commit and the note of it: the second chunk is written and nobody remembers.
    const killed = startWorker({
      master: async (submission, work) => {
        const outcome = await master(submission, work);
        if (submission.type === 'import_products' && (chunks += 1) === 2) await new Promise(() => undefined);
        return outcome;
      },
    });
    await ask('POST', `/imports/${checked.id}/run`, {});
    while (chunks < 2) await new Promise((done) => setTimeout(done, 20));
    await withTransaction(world.surroundings.write, { schema: world.surroundings.schema }, (tx) =>
      tx.client.query("update platform_import set claimed_until = '2000-01-01'"),
    );
    expect(killed).toBeDefined();
    worker = startWorker();
    await worker.idle();
    const done = await ask('GET', `/imports/${checked.id}`);
    expect(failures).toEqual([]);
    expect(done).toMatchObject({ state: 'done', report: { applied: { created: 900, objects: 900 } } });
    const { rows: counts } = await withTransaction(
      world.surroundings.write,
      { schema: world.surroundings.schema, readOnly: true },
      (tx) =>
        tx.client
          .query(`select count(*)::int as skus, (select sum(l.on_hand)::int from stock_level l join catalog_sku s on s.id = l.sku_id where s.code like 'K-%') as units,
        (select count(*)::int from price p join catalog_sku s on s.id = p.sku_id where s.code like 'K-%') as prices from catalog_sku where code like 'K-%'`),
    );
    expect(counts[0]).toEqual({ skus: 900, units: 1_800, prices: 900 });
  });
});

/** What a shop owner reads, by line: the reasons in the order of the lines. */
const reasons = async (id: string): Promise<string[]> =>
  (await problems(id))
    .map(({ line, reason }) => `${line} ${reason}`)
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const OWN = ['product', 'name', 'sku', 'gtin', 'price', 'stock', 'category', 'option 1 name', 'option 1 value'];

describe('ten messy files', () => {
  it('1: an umlaut file of a spreadsheet program, with semicolons, Windows-1252 and prices like 1.299,00', async () => {
    const text = csv(
      [
        ['Bezeichnung', 'Artikelnummer', 'Preis', 'Bestand'],
        ['Große Stühle', 'M1-A', '1.299,00', '3'],
        ['Körbe', 'M1-B', '12,50', ''],
      ],
      ';',
    );
    const checked = await check('oneshelf', Buffer.from(text, 'latin1'));
    expect(checked).toMatchObject({
      state: 'checked',
      report: {
        recognised: {
          encoding: { value: 'windows-1252', samples: [{ found: 'Große' }, { found: 'Körbe' }] },
          separator: { value: ';' },
          numbers: { price: { value: 'comma', certain: true } },
        },
        planned: { created: 2 },
      },
    });
    await act(checked.id, 'run');
    expect(await skuNamed('M1-A')).toMatchObject({
      name: 'Große Stühle',
      prices: [expect.objectContaining({ amount: 129_900 })],
    });
  });

  it('2: UTF-16 with tabs, as a spreadsheet program saves "Unicode text"', async () => {
    const text = csv([OWN, ['', 'Čaša', 'M2-A', '', '4.50', '1', '', '', '']], '\t');
    const checked = await check('oneshelf', Buffer.from(`\uFEFF${text}`, 'utf16le'));
    expect(checked).toMatchObject({
      state: 'checked',
      report: { recognised: { encoding: { value: 'utf-16le' }, separator: { value: '\t' } }, planned: { created: 1 } },
    });
  });

  it('3: quotes in quotes that nobody doubled, and a byte order mark', async () => {
    const text = '\uFEFFname,sku,price\n"The "best" pan",M3-A,9.99\n"12"" ruler",M3-B,2.50\n';
    const checked = await check('oneshelf', text);
    expect(await reasons(checked.id)).toEqual(['2 odd_quotes']);
    await act(checked.id, 'run');
    expect((await skuNamed('M3-A')).name).toBe('The "best" pan');
    expect((await skuNamed('M3-B')).name).toBe('12" ruler');
  });

  it('4: rows with a separator too many, too few cells, and 200 columns', async () => {
    const wide = Array.from({ length: 197 }, (_, at) => `Extra ${at}`);
    const filling = wide.map(() => 'x');
    const text = [
      ['name', 'sku', 'price', ...wide].join(','),
      ['Pan', 'M4-A', '9.99', ...filling].join(','),
      ['Pan, large', 'M4-B', '9.99', ...filling].join(','),
      'Lid,M4-C,3.50',
    ].join('\n');
    const checked = await check('oneshelf', text);
    expect(await reasons(checked.id)).toEqual(['3 too_many_cells', '4 too_few_cells']);
    expect(checked.report.planned).toMatchObject({ created: 2 });
    expect(checked.report.recognised.columns).toHaveLength(200);
  });

  it('5: variations of WooCommerce whose parent is missing, or stands behind them', async () => {
    const head = [
      'ID',
      'Type',
      'SKU',
      'Name',
      'Regular price',
      'Stock',
      'Categories',
      'Parent',
      'Attribute 1 name',
      'Attribute 1 value(s)',
    ];
    const checked = await check(
      'woocommerce',
      csv([
        head,
        [11, 'variation', 'M5-R', 'Bag - Red', '20', '2', '', 'id:10', 'Colour', 'Red'],
        [12, 'variation', 'M5-X', 'Lost', '20', '2', '', 'NOPE', 'Colour', 'Red'],
        [10, 'variable', 'M5', 'Bag', '', '', 'Bags > Leather, Sale', '', 'Colour', 'Red, Blue'],
        [13, 'grouped', 'M5-G', 'Set', '', '', '', '', '', ''],
      ]),
    );
    expect(await reasons(checked.id)).toEqual(['3 missing_parent', '5 unsupported_type']);
    await act(checked.id, 'run');
    expect(await productOf('M5-R')).toMatchObject({
      name: 'Bag',
      category: ['Bags', 'Leather'],
      attributes: { other_categories: ['Sale'] },
      variants: [{ options: { Colour: 'Red' } }],
    });
  });

  it('6: SKUs and bar codes that stand there twice, and bar codes that are none', async () => {
    const checked = await check(
      'oneshelf',
      csv([
        OWN,
        ['', 'Cup', 'M6-A', '4006381333931', '3', '', '', '', ''],
        ['', 'Cup again', 'M6-A', '', '3', '', '', '', ''],
        ['', 'Jug', 'M6-B', '4006381333931', '3', '', '', '', ''],
        ['', 'Pot', 'M6-C', '4006381333932', '3', '', '', '', ''],
        ['', 'Lid', 'M6-D', '4.00638E+12', '3', '', '', '', ''],
      ]),
    );
    expect(await reasons(checked.id)).toEqual(
      expect.arrayContaining(['3 duplicate_sku', '4 duplicate_gtin', '5 bad_gtin', '6 bad_gtin']),
    );
    const told = await problems(checked.id);
    expect(told.find(({ line }) => line === 5)).toMatchObject({
      column: 'gtin',
      value: '4006381333932',
      says: expect.stringContaining('should be 1'),
    });
    expect(told.find(({ line }) => line === 6).says).toContain('spreadsheet program has rounded');
  });

  it('7: prices that may be thousands or thousandths are asked about, never guessed', async () => {
    const asked = await check(
      'oneshelf',
      csv([
        ['name', 'sku', 'price'],
        ['Sofa', 'M7-A', '1.299'],
        ['Bed', 'M7-B', '2.450'],
      ]),
    );
    expect(asked).toMatchObject({
      state: 'needs_choice',
      report: { choices: ['numbers.price'], recognised: { numbers: { price: { certain: false, others: ['comma'] } } } },
    });
    const chosen = await checkAgain(asked.id, { numbers: { price: 'comma' } });
    expect(chosen).toMatchObject({ state: 'checked', report: { planned: { created: 2 } } });
    await act(asked.id, 'run');
    expect((await skuNamed('M7-A')).prices[0]).toMatchObject({ amount: 129_900 });
  });

  it('8: columns under other names are asked for and can be named', async () => {
    const asked = await check(
      'oneshelf',
      csv([
        ['What', 'Code', 'price'],
        ['Rug', 'M8-A', '30.00'],
      ]),
    );
    expect(asked).toMatchObject({ state: 'needs_choice', report: { choices: ['columns.name', 'columns.sku'] } });
    expect(await checkAgain(asked.id, { columns: { name: 'What', sku: 'Code' } })).toMatchObject({
      state: 'checked',
      report: { planned: { created: 1 } },
    });
  });

  it('9: products of Shopify whose rows do not stand together, without SKUs, with stock below nought', async () => {
    const [head, blue, large, mug] = shirt('M9') as [
      string[],
      (string | number)[],
      (string | number)[],
      (string | number)[],
    ];
    const noSku = large.with(10, '').with(11, -4);
    const checked = await check('shopify', csv([head, blue, mug, noSku]));
    expect(checked.report.planned).toMatchObject({ objects: 2, created: 2 });
    expect(await reasons(checked.id)).toEqual(['4 no_sku', '4 negative_stock']);
    await act(checked.id, 'run');
    expect((await productOf('M9-BM')).variants.map((one: Answer['body']) => one.skus[0].code)).toEqual([
      'M9-BM',
      'M9-shirt-Blue-L',
    ]);
  });

  it('10: configurable products of Magento, translations, and a quote that is never closed', async () => {
    const head = [
      'sku',
      'store_view_code',
      'product_type',
      'name',
      'categories',
      'price',
      'qty',
      'additional_attributes',
      'configurable_variations',
    ];
    const text = csv([
      head,
      ['M10-S', '', 'simple', 'Coat S', 'Default Category/Coats', '99.00', '4', 'colour=Navy, dark,size=S', ''],
      ['M10-S', 'de', '', 'Mantel S', '', '', '', '', ''],
      ['M10', '', 'configurable', 'Coat', 'Default Category/Coats', '', '', '', 'sku=M10-S,size=S|sku=M10-L,size=L'],
    ]);
    const checked = await check(
      'magento',
      `${text}\r\nM10-Z,,simple,"Never closed,Default,1,1,,\r\nM10-Y,,simple,y,,1,1,,\r\n`,
    );
    expect(await reasons(checked.id)).toEqual(expect.arrayContaining(['3 translation', '4 missing_variant']));
    expect((await problems(checked.id)).map(({ reason }) => reason)).toContain('quote_not_closed');
    await act(checked.id, 'run');
    expect(await productOf('M10-S')).toMatchObject({
      name: 'Coat',
      category: ['Coats'],
      variants: [{ name: 'S', options: { size: 'S' } }],
    });
  });

  it('leave nothing behind that fell over', () => expect(failures).toEqual([]));
});
