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
