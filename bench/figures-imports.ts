import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { startBulk } from '../apps/server/bulk/start-bulk.ts';
import { SYSTEM_PRINCIPAL } from '../apps/server/compose.ts';
import { findImport, insertImport, setState, type StoredImport } from '../apps/server/imports/import-store.ts';
import { createPool, withTransaction } from '../platform/db/pool.ts';
import { createFile, PART_BYTES, savePart } from '../platform/files/file-store.ts';
import type { Bench, Figure, Found } from './bench.ts';
import { BENCH_SCHEMA, makeDataSet, worldOf, type DataSet } from './data-sets.ts';
import { openEngine, watchedHere } from './figures-engine.ts';
import { runClients, type Round } from './load.ts';
import { makeSales, seeded } from './sales.ts';
import { cpuBetween, readCpu, residentBytes } from './machine.ts';

/** A small retailer: what an import fills. Made anew for every run. */
const EMPTY: DataSet = { name: 'empty_shelves', skus: 1_000, locations: 2, onHand: 1_000_000, orders: 0 };

const ROWS = 100_000;
const HEADER =
  'Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,Image Alt Text,Gift Card,SEO Title,SEO Description,Variant Image,Variant Weight Unit,Variant Tax Code,Cost per item,Status';
const SIZES = ['XS', 'S', 'M', 'L'];

/** The export of a shop with 25,000 products of four sizes, as Shopify writes it. */
function* shopifyFile(): Generator<string> {
  yield `${HEADER}\n`;
  for (let row = 0; row < ROWS; row += 1) {
    const product = Math.floor(row / 4);
    const size = SIZES[row % 4] ?? '';
    const first =
      row % 4 === 0
        ? `Shirt number ${product},"<p>A <b>soft</b> shirt, made of linen &amp; cotton. It is worn in summer, and ""no iron"" is what it says on the label.</p><ul><li>light</li><li>washable at 40°</li></ul>",Acme,Apparel & Accessories > Clothing > Shirts ${product % 50},Shirts,"linen, summer, ${product % 10}",TRUE,Size`
        : ',,,,,,,';
    yield `shirt-${product},${first},${size},,,,,SH-${product}-${size},250.0,shopify,${(row % 20) + 1},deny,manual,${10 + (product % 90)}.99,,TRUE,TRUE,,,,,FALSE,,,,g,,${5 + (product % 40)}.50,active\n`;
  }
}

/** What an import came to. `peakMegabytes` is of the process that does it. */
type Imported = {
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly detail: Record<string, number | string>;
};

/** Makes an empty shop and gives its address. */
async function emptyShop(bench: Bench): Promise<string> {
  const client = new pg.Client({ connectionString: bench.url('postgres') });
  await client.connect();
  await client.query(`drop database if exists ${EMPTY.name} with (force)`);
  await client.query(`create database ${EMPTY.name}`);
  await client.end();
  const url = bench.url(EMPTY.name);
  await makeDataSet(url, EMPTY, bench.say);
  return url;
}

/** Takes the file in as a running server does, with `meanwhile` for as long as that takes. */
async function importFile(
  bench: Bench,
  url: string,
  meanwhile?: (isOver: () => boolean) => Promise<void>,
): Promise<Imported> {
  const world = worldOf(EMPTY);
  const schema = BENCH_SCHEMA;
  const pool = createPool({ url, max: 2 });
  const id = uuidv7();
  const [fileId, picturesFileId] = [uuidv7(), uuidv7()];
  const now = (): number => Date.now();
  const file = Buffer.from([...shopifyFile()].join(''));
  await withTransaction(pool, { schema }, async (tx) => {
    await createFile(tx, { id: fileId, name: 'products.csv', at: now() });
    await createFile(tx, { id: picturesFileId, name: 'pictures.zip', at: now() });
    for (let part = 0; part * PART_BYTES < file.length; part += 1)
      await savePart(tx, { fileId, part, content: file.subarray(part * PART_BYTES, (part + 1) * PART_BYTES) });
    const settings = { channelId: world.channels[0]?.id ?? '', locationId: world.locations[0]?.id ?? '' };
    await insertImport(tx, {
      id,
      kind: 'products',
      format: 'shopify',
      fileId,
      picturesFileId,
      settings,
      createdBy: SYSTEM_PRINCIPAL,
      at: now(),
    });
  });
  const onError = (error: unknown): void => bench.say(String(error));
  const bulk = startBulk({ pool, url, schema, now, privateHosts: [], logLevel: 'error', onError });
  let peak = 0;
  const watch = setInterval(() => {
    const pid = bulk.pid();
    if (pid !== undefined) peak = Math.max(peak, residentBytes(pid) ?? 0);
  }, 100);
  const move = async (to: Parameters<typeof setState>[2]): Promise<[number, StoredImport | undefined]> => {
    const began = performance.now();
    await withTransaction(pool, { schema }, (tx) => setState(tx, id, to));
    for (;;) {
      const found = await withTransaction(pool, { schema, readOnly: true }, (tx) => findImport(tx, id));
      if (found?.state !== to.state) return [(performance.now() - began) / 1000, found];
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const [checked, afterCheck] = await move({ state: 'checking' });
  bench.say(`checked in ${checked.toFixed(1)} s`);
  let isOver = false;
  const selling = meanwhile?.(() => isOver);
  const [ran, after] = await move({ state: 'running', confirmedBy: SYSTEM_PRINCIPAL, confirmedAt: now() });
  isOver = true;
  await selling;
  clearInterval(watch);
  await bulk.close();
  await pool.end();
  const created = after?.report.applied?.created;
  if (after?.state !== 'done' || created !== ROWS / 4)
    throw new Error(`the import is ${after?.state}: ${JSON.stringify(after?.report.failure ?? afterCheck?.report)}`);
  return {
    seconds: checked + ran,
    peakMegabytes: peak / 2 ** 20,
    detail: {
      check_s: Number(checked.toFixed(1)),
      run_s: Number(ran.toFixed(1)),
      peak_mb: Math.round(peak / 2 ** 20),
      file_mb: Math.round(file.length / 2 ** 20),
    },
  };
}

const ALONE_MS = 15_000;
const CLIENTS = 64;

/** The rate of sales while a file is taken in, and before that. */
async function importWhileSelling(bench: Bench): Promise<Found> {
  const url = await emptyShop(bench);
  const world = worldOf(EMPTY);
  const engine = openEngine(url, world);
  const dice = seeded(77);
  const sell = async (ms: number, warmUpMs: number, isOver: () => boolean): Promise<Round> =>
    runClients({
      clients: CLIENTS,
      ms,
      warmUpMs,
      watched: [...watchedHere(bench), { name: 'bench', pid: process.pid }],
      cores: bench.cores,
      next: () => (isOver() ? undefined : makeSales(world, 1, { spread: 'spread', at: Date.now(), dice })[0]),
      call: (sale) => engine.sell(sale),
    });
  const alone = await sell(ALONE_MS, 5_000, () => false);
  bench.say(`alone: ${alone.perSecond.toFixed(0)} sales/s`);
  let beside: Round | undefined;
  const imported = await importFile(bench, url, async (isOver) => {
    beside = await sell(600_000, 1_000, isOver);
  });
  await engine.close();
  const rate = beside?.perSecond ?? 0;
  return {
    value: rate / alone.perSecond,
    strangers: alone.strangers,
    detail: { ...imported.detail, alone_per_s: Math.round(alone.perSecond), beside_per_s: Math.round(rate) },
  };
}

/** Figures of imports. */
export const importFigures: readonly Figure[] = [
  {
    name: 'import-100k',
    what: 'a Shopify file of 100,000 rows with prices and stock, checked and taken in; memory of the process that does it',
    unit: 's',
    must: { is: '<=', limit: 60 },
    needs: [],
    async run(bench) {
      const url = await emptyShop(bench);
      const watched = [
        { name: 'postgres', pid: bench.postmaster, children: true },
        { name: 'bench', pid: process.pid, children: true },
      ];
      const cpu = readCpu(watched);
      const began = performance.now();
      const { seconds, peakMegabytes, detail } = await importFile(bench, url);
      const took = (performance.now() - began) / 1000;
      const { strangers } = cpuBetween(cpu, readCpu(watched), took, bench.cores);
      // Two promises in one run: the memory is the second one, and missing it misses the figure.
      return { value: peakMegabytes > 400 ? Number.POSITIVE_INFINITY : seconds, strangers, detail };
    },
  },
  {
    name: 'import-while-selling',
    what: 'sales per second while such a file is taken in, as a share of what is sold without',
    unit: 'x',
    must: { is: '>=', limit: 0.7 },
    needs: [],
    run: importWhileSelling,
  },
];
