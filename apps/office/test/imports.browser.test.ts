import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../../server/browser-testing.ts';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-imports-'));
const file = join(folder, 'mugs.csv');
writeFileSync(
  file,
  'SKU;Name;Preis;Bestand;EAN\nMUG-1;Mug;"1.299";5;\nMUG-2;Large mug;"2.499";7;123\n;Nothing;"3.000";1;\n',
);
let office: TestOffice;
let screens: Screens;
let address = '';

beforeAll(async () => {
  office = await openTestOffice();
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => screens.endPages());

const open: Screens['open'] = (path, how) => screens.open(path, how);

/** Pictures for people, where somebody asked for them. */
async function picture(page: Page, name: string): Promise<void> {
  const to = process.env['IMPORT_PICTURES'];
  if (to !== undefined) await page.screenshot({ path: `${to}/${name}.png`, fullPage: true });
}

it(
  'brings a file in: sends it, asks what is not certain, says what will happen, does it, and takes it back',
  { timeout: 180_000 },
  async () => {
    const page = await open('/');
    await page.getByRole('link', { name: 'Import and export' }).first().click();
    await page.getByText('Nothing was imported yet').waitFor();
    await page.getByRole('link', { name: 'New import' }).first().click();
    const start = page.getByRole('button', { name: 'Send and check' });
    expect(await start.getAttribute('aria-description')).toBe('Choose a file first.');
    await page.getByRole('combobox', { name: 'From' }).click();
    await page.getByRole('option', { name: 'Our own CSV or XLSX' }).click();
    await page.getByRole('combobox', { name: 'Prices for' }).click();
    await page.getByRole('option').nth(0).click();
    await page.getByRole('combobox', { name: 'Stock at' }).click();
    await page.getByRole('option').nth(0).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Drop a file here, or choose one' }).click(),
    ]);
    await chooser.setFiles(file);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'new');
    await start.click();
    await page.getByText('Needs a choice').waitFor();
    await page.getByText('All 3 numbers with a sign have three digits after it').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'choice');
    await page.getByRole('combobox', { name: 'Numbers in price' }).click();
    await page.getByRole('option', { name: /Decimal comma/ }).click();
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByText('Ready to run').waitFor();
    const report = page.getByRole('region', { name: 'What will happen' });
    await report.getByRole('group', { name: 'New' }).getByText('2').waitFor();
    await page.getByText(/GTIN.*has 8, 12, 13 or 14 digits/).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, 'report');
    address = new URL(page.url()).pathname;
    await page.getByRole('button', { name: 'Run the import' }).click();
    const result = page.getByRole('region', { name: 'What happened' });
    await result.getByRole('group', { name: 'New' }).getByText('2').waitFor();
    const { items } = await office.ask<{ items: { code: string }[] }>('GET', '/skus?search=MUG-2');
    expect(items.map(({ code }) => code)).toEqual(['MUG-2']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page
      .getByRole('dialog', { name: 'Undo this import?' })
      .getByRole('button', { name: 'Undo the import' })
      .click();
    await page.getByText(/2 archived/).waitFor();
  },
);

it.each([
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ['spanish', { locale: 'es-ES' }],
] as const satisfies readonly (readonly [string, BrowserContextOptions])[])(
  'can be used: %s',
  { timeout: 90_000 },
  async (name, how) => {
    const list = await open('/imports', how);
    await list.getByText('mugs.csv').first().waitFor();
    expect(await axeFindings(list)).toEqual([]);
    await picture(list, `list-${name}`);
    const page = await open(address, how);
    await page.getByRole('heading', { name: 'mugs.csv' }).waitFor();
    await page.locator('details').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, `import-${name}`);
  },
);

it('gives everything, as an archive and as CSV', async () => {
  const page = await open('/imports');
  const [archive] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export everything' }).click(),
  ]);
  expect(archive.suggestedFilename()).toBe('oneshelf.tar.gz');
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Journal' }).last().click(),
  ]);
  expect(csv.suggestedFilename()).toBe('journal.csv');
});
