/* oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument, typescript/no-unsafe-call -- answers are looked into as they came */
import { afterAll, describe, expect, it } from 'vitest';
import { withTransaction } from '../../../platform/db/pool.ts';
import { openSafeFetch } from '../../../platform/net/safe-fetch.ts';
import { zipOf } from '../../../platform/files/testing.ts';
import { decodeId } from '../../../src/kernel/ids.ts';
import { auditDatabase } from '../../simulator/auditor.ts';
import { openApiWorld, type Answer } from '../api/world.ts';
import { applyRetention } from '../privacy/retention-chore.ts';
import { startBulk } from '../bulk/start-bulk.ts';
import { startImportWorker, type ImportWorker } from './worker.ts';

const world = await openApiWorld();
const { here } = world.places;
const troubles: unknown[] = [];
const { write: pool, schema, url } = world.surroundings;
const { committer, master, company } = world.business;
const outside = openSafeFetch();
const onError = (error: unknown): void => void troubles.push(error);
let worker: ImportWorker | undefined = startImportWorker({
  pool,
  schema,
  committer,
  master,
  company,
  now: Date.now,
  fetch: outside.fetch,
  onError,
});
afterAll(async () => {
  await worker?.close();
  await outside.close();
  await world.close();
});

async function ask(method: string, path: string, body?: unknown): Promise<Answer['body']> {
  const answer = await world.send(method, path, { token: world.owner.token, ...(body === undefined ? {} : { body }) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

async function put(id: string, content: Buffer, of: 'file' | 'pictures' = 'file'): Promise<void> {
  for (let part = 0; part * 2 ** 19 < content.length; part += 1)
    await ask('PUT', `/imports/${id}/parts/${part}`, {
      content: content.subarray(part * 2 ** 19, (part + 1) * 2 ** 19).toString('base64'),
      of,
    });
}

const WORKING = new Set(['checking', 'running', 'undoing']);

async function until(id: string, is: (found: Answer['body']) => boolean): Promise<Answer['body']> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const found = await ask('GET', `/imports/${id}`);
    if (is(found)) return found;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the import did not end: ${JSON.stringify(await ask('GET', `/imports/${id}`))}`);
}
const ended = (id: string): Promise<Answer['body']> => until(id, ({ state }) => !WORKING.has(state));

async function check(kind: string, content: Buffer | string, settings: object = {}): Promise<Answer['body']> {
  const { id } = await ask('POST', '/imports', { kind, format: 'oneshelf', fileName: `${kind}.csv` });
  await put(id, Buffer.from(content as string));
  await ask('POST', `/imports/${id}/check`, settings);
  return ended(id);
}

async function act(id: string, what: 'run' | 'undo'): Promise<Answer['body']> {
  await ask('POST', `/imports/${id}/${what}`, {});
  return ended(id);
}

async function take(kind: string, content: string, settings: object = {}): Promise<Answer['body']> {
  const checked = await check(kind, content, settings);
  expect(checked).toMatchObject({ state: 'checked' });
  return act(checked.id, 'run');
}

/** What the auditor finds wrong. */
async function booksFound(): Promise<unknown[]> {
  const { findings } = await withTransaction(pool, { schema, readOnly: true }, (tx) =>
    auditDatabase(async (text) => (await tx.client.query(text)).rows),
  );
  return findings.filter(({ says }) => says !== 'there was nothing to look at');
}

const problems = async (id: string): Promise<Answer['body'][]> =>
  (await ask('GET', `/imports/${id}/problems?limit=200`)).items;
const skus = async (): Promise<Answer['body'][]> => (await ask('GET', '/skus?limit=100')).items;

describe('customers', () => {
  const file = [
    'Kundennummer;Vorname;Nachname;E-Mail;PLZ;Ort;Land',
    'K-1;Ada;Lovelace;ada@example.com;12345;London;gb',
    'K-2;Grace;Hopper;not an address;;;US',
    'K-3;;;;;;',
    'k-1;Doubled;Row;x@example.com;;;',
    'K-4;Zoë;Müller;;1010;Wien;Austria',
  ].join('\n');
  it('come as cards, and what they are is written nowhere else', async () => {
    const checked = await check('customers', file);
    expect(checked).toMatchObject({ state: 'checked', report: { planned: { created: 2, leftOut: 3 } } });
    const told = await problems(checked.id);
    expect(told.map(({ line, reason }) => [line, reason])).toEqual([
      [3, 'bad_email'],
      [4, 'nothing_known'],
      [5, 'doubled_row'],
      [6, 'bad_country'],
    ]);
    const csv = async (): Promise<string> =>
      (await world.send('GET', `/imports/${checked.id}/problems.csv`, { token: world.owner.token })).text;
    expect(await csv()).toContain('bad_country,A country is written with two letters.,The country is left out.');
    const speak = (locale: string) =>
      withTransaction(pool, { schema }, (tx) => tx.client.query('update staff_person set locale = $1', [locale]));
    await speak('es');
    expect(await csv()).toContain('bad_country,Un país se escribe con dos letras.,Se omite el país.');
    expect((await problems(checked.id))[0]).toMatchObject({ reason: 'bad_email', says: 'This is no e-mail address.' });
    await speak('en');
    const done = await act(checked.id, 'run');
    expect(done).toMatchObject({ state: 'done', report: { applied: { created: 2, leftOut: 3 } } });
    const [ada] = (await ask('GET', '/customers?search=K-1')).items;
    expect(ada).toMatchObject({ number: 'K-1', name: 'Ada Lovelace', email: 'ada@example.com', country: 'GB' });
    const rows = await withTransaction(pool, { schema, readOnly: true }, async (tx) => ({
      parts: (await tx.client.query('select encode(content, $1) as text from platform_file_part', ['escape'])).rows,
      events: (await tx.client.query('select body::text as text from platform_event')).rows,
      problems: (await tx.client.query('select to_json(p)::text as text from platform_import_problem p')).rows,
      chunks: (await tx.client.query('select did::text as text from platform_import_chunk')).rows,
      imports: (await tx.client.query('select report::text as text from platform_import')).rows,
    }));
    expect(JSON.stringify(rows)).toContain('customers');
    expect(JSON.stringify(rows)).not.toMatch(/Lovelace|ada@example|12345|Zoë/);
  });
  it('are changed by their number, never doubled, and set back', async () => {
    const again = await take('customers', file.replace('12345', '54321'));
    expect(again.report.applied).toMatchObject({ created: 0, changed: 1, unchanged: 1 });
    const undone = await act(again.id, 'undo');
    expect(undone).toMatchObject({ state: 'undone', report: { undone: { setBack: 1 } } });
    const [ada] = (await ask('GET', '/customers?search=K-1')).items;
    expect(ada.address).toMatchObject({ postcode: '12345' });
  });
});

describe('prices and stock', () => {
  it('change what is different', async () => {
    const [sku] = await skus();
    const prices = `SKU;Preis;gültig ab\n${sku.code};"1.299,50";01.02.2026\nnobody;1,00;\n`;
    const done = await take('prices', prices, { channelId: here.shopId });
    expect(done.report.applied).toMatchObject({ created: 1, leftOut: 1 });
    const again = await take('prices', prices, { channelId: here.shopId });
    expect(again.report.applied).toMatchObject({ created: 0, changed: 0, unchanged: 1 });
  });
  it('take in what was counted once', async () => {
    const [sku] = await skus();
    const file = `sku,qty\n${sku.code},17\nnobody,3\n`;
    const settings = { locationId: here.locationId, stock: 'count' };
    const done = await take('stock', file, settings);
    expect(done.report.applied).toMatchObject({ changed: 1, leftOut: 1 });
    const again = await take('stock', file, settings);
    expect(again.report.applied).toMatchObject({ changed: 0, unchanged: 1 });
    expect(await booksFound()).toEqual([]);
  });
});

describe('opening balances', () => {
  it('balance against the account of opening balances, are shown before, changed by difference and taken back', async () => {
    const entity = (await ask('GET', '/entities')).items.find((one: Answer['body']) => one.id === here.entityId);
    const file = (bank: string): string =>
      `Firma;Konto;Datum;Soll;Haben\n${entity.name};1030;31.12.2024;${bank};\n${entity.name};1100;31.12.2024;250,00;\n${entity.name};1200;31.12.2024;99,00;\n${entity.name};9999;31.12.2024;1,00;\n`;
    const checked = await check('opening_balances', file('1.000,50'));
    expect(checked.report.balances).toMatchObject([{ debitMinor: 125_050, creditMinor: 0, openingMinor: -125_050 }]);
    expect((await problems(checked.id)).map(({ reason }) => reason)).toEqual([
      'kept_by_another_book',
      'unknown_account',
    ]);
    const balanceOf = async (account: string): Promise<number> => {
      const { accounts } = await ask('GET', `/trial-balance?entity=${here.entityId}`);
      return accounts.find((one: Answer['body']) => one.account === account || one.code === account)?.balanceMinor ?? 0;
    };
    const before = { bank: await balanceOf('1030'), opening: await balanceOf('3000') };
    expect(await act(checked.id, 'run')).toMatchObject({ state: 'done' });
    expect(await balanceOf('1030')).toBe(before.bank + 100_050);
    expect(await balanceOf('3000')).toBe(before.opening - 125_050);
    const again = await take('opening_balances', file('1.100,50'));
    expect(again.report.applied).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await balanceOf('1030')).toBe(before.bank + 110_050);
    await act(again.id, 'undo');
    expect(await balanceOf('1030')).toBe(before.bank + 100_050);
    expect(await booksFound()).toEqual([]);
  });
});

describe('a comparison with the old system', () => {
  it('tells what differs, what is doubled and what is on one side only, and takes nothing in', async () => {
    const skus = (await ask('GET', '/skus?limit=3')).items;
    const [first, second, third] = skus.map(({ code }: { code: string }) => code);
    await ask('PUT', '/prices', { prices: [{ channelId: here.shopId, skuId: skus[0].id, amount: 2495 }] });
    const file = [
      'sku;quantity;price',
      `${first};999999;24,95`,
      `${second};;1,00`,
      `${second};;1,00`,
      `${String(third).toLowerCase()};1;`,
      'NOWHERE-1;3;4,50',
    ].join('\n');
    const done = await check('comparison', file, { channelId: here.shopId, numbers: { price: 'comma' } });
    expect(done.state).toBe('checked');
    const counts = Object.fromEntries(
      Object.entries(done.report.problems).map(([reason, one]) => [reason, (one as { count: number }).count]),
    );
    // The price of the first one is the same, however it is written; its units are not.
    expect(counts).toMatchObject({ units_differ: 1, doubled_row: 1, only_there: 1, written_alike: 1 });
    expect(counts['prices_differ'] ?? 0).toBeLessThanOrEqual(1);
    expect(counts['only_here']).toBeGreaterThan(0);
    const told = (await ask('GET', `/imports/${done.id}/problems?reason=only_there`)).items;
    expect(told).toMatchObject([{ value: 'NOWHERE-1' }]);
    const refused = await world.send('POST', `/imports/${done.id}/run`, { token: world.owner.token, body: {} });
    expect([refused.status, refused.body.reason]).toEqual([409, 'nothing_to_run']);
    const csv = await world.send('GET', `/imports/${done.id}/problems.csv?phase=check`, { token: world.owner.token });
    expect(csv.text).toContain('NOWHERE-1');
  });

  it('keeps its file, and those that nobody went on with, only as long as the rule says; what it found stays', async () => {
    const compared = await check('comparison', 'sku;quantity\nNOWHERE-2;3');
    const left = await check('customers', 'name;email;country\nLena Left;lena.left@example.org;PT');
    const fresh = await check('comparison', 'sku;quantity\nNOWHERE-3;3');
    const ids = [compared, left, fresh].map(({ id }) => decodeId('imp', id) ?? '');
    const partsOf = async (importId: string | undefined): Promise<number> =>
      withTransaction(pool, { schema }, async ({ client }) => {
        const { rows } = await client.query<{ count: number }>(
          'select count(*)::int as count from platform_file_part p join platform_import i on p.file_id = i.file_id where i.id = $1',
          [importId],
        );
        return rows[0]?.count ?? 0;
      });
    expect(await Promise.all(ids.map(partsOf))).toEqual([1, 1, 1]);
    await withTransaction(pool, { schema }, ({ client }) =>
      client.query("update platform_import set finished_at = finished_at - interval '400 days' where id = any ($1)", [
        ids.slice(0, 2),
      ]),
    );
    expect((await applyRetention({ pool, schema }, Date.now())).fileParts).toBe(2);
    expect(await Promise.all(ids.map(partsOf))).toEqual([0, 0, 1]);
    expect(await ask('GET', `/imports/${compared.id}`)).toMatchObject({
      state: 'checked',
      report: { problems: { only_there: { count: 1 } } },
    });
    // Nothing can be taken in any more of what is gone.
    expect((await ask('GET', `/imports/${left.id}`)).state).toBe('cancelled');
    const run = await world.send('POST', `/imports/${left.id}/run`, { token: world.owner.token, body: {} });
    expect(run.status).toBe(409);
  });
});

describe('products', () => {
  it('come from a spreadsheet, with pictures from an archive', async () => {
    const cell = (at: string, text: string): string => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
    const parts = {
      '[Content_Types].xml':
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
      'xl/workbook.xml':
        '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">${cell('A1', 'SKU')}${cell('B1', 'Name')}${cell('C1', 'Price')}${cell('D1', 'Pictures')}</row><row r="2">${cell('A2', 'XL-1')}${cell('B2', 'Mug')}<c r="C2"><v>19.99</v></c>${cell('D2', 'mug.png')}</row></sheetData></worksheet>`,
    };
    const sheet = zipOf(Object.entries(parts).map(([name, text]) => ({ name, content: Buffer.from(text) })));
    const { id } = await ask('POST', '/imports', { kind: 'products', format: 'oneshelf', fileName: 'mugs.xlsx' });
    await put(id, sheet);
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    await put(id, zipOf([{ name: 'shop/mug.png', content: png }]), 'pictures');
    await ask('POST', `/imports/${id}/check`, { channelId: here.shopId });
    expect(await ended(id)).toMatchObject({ state: 'checked', report: { planned: { created: 1 } } });
    expect(await act(id, 'run')).toMatchObject({ state: 'done', report: { applied: { created: 1 } } });
    const sku = (await ask('GET', '/skus?search=XL-1')).items[0];
    const media = (await ask('GET', `/products/${sku.productId}`)).pictures;
    expect(media).toHaveLength(1);
  });

  it('are taken in exactly once when the process is killed in between', { timeout: 240_000 }, async () => {
    const rows = Array.from(
      { length: 2_000 },
      (_, at) => `KILL-${at},Thing ${at},${1 + (at % 50)}.25,${1 + (at % 7)},2.5`,
    );
    const checked = await check('products', ['sku,name,price,stock,cost', ...rows].join('\n'), {
      channelId: here.shopId,
      locationId: here.locationId,
      pictures: false,
    });
    await worker?.close();
    worker = undefined;
    // From here on the work is done by processes of their own, as in a running server.
    const bulk = startBulk({ pool, url, schema, now: Date.now, privateHosts: [], logLevel: 'warn', onError });
    await ask('POST', `/imports/${checked.id}/run`, {});
    const killed = new Set<number>();
    for (const past of [1, 5]) {
      const chunks = async (): Promise<number> =>
        withTransaction(pool, { schema, readOnly: true }, async (tx) =>
          Number(
            (
              await tx.client.query('select count(*) as n from platform_import_chunk where import_id = $1', [
                decodeId('imp', checked.id),
              ])
            ).rows[0].n,
          ),
        );
      while ((await chunks()) < past) await new Promise((done) => setTimeout(done, 10));
      const pid = bulk.pid();
      if (pid === undefined) continue;
      killed.add(pid);
      process.kill(pid, 'SIGKILL');
    }
    expect(killed.size).toBe(2);
    expect(await ended(checked.id)).toMatchObject({ state: 'done', report: { applied: { created: 2_000 } } });
    const found = await withTransaction(pool, { schema, readOnly: true }, async (tx) => {
      const count = async (text: string): Promise<number> => Number((await tx.client.query(text)).rows[0].n);
      return {
        skus: await count("select count(*) as n from catalog_sku where code like 'KILL-%'"),
        units: await count(
          "select sum(l.on_hand) as n from stock_level l join catalog_sku s on s.id = l.sku_id where s.code like 'KILL-%'",
        ),
      };
    });
    await bulk.close();
    expect(found).toEqual({ skus: 2_000, units: rows.reduce((sum, _, at) => sum + 1 + (at % 7), 0) });
    expect(await booksFound()).toEqual([]);
  });
});
