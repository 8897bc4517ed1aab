import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../../server/browser-testing.ts';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

let office: TestOffice;
let screens: Screens;
let status = 200;
const received: string[] = [];
const receiver = createServer((request, response) => {
  let text = '';
  request.on('data', (piece: Buffer) => (text += piece.toString()));
  request.on('end', () => {
    received.push(text);
    response.writeHead(status).end(status === 200 ? 'thanks' : 'not today');
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  office = await openTestOffice({ privateHosts: ['127.0.0.1'] });
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
  receiver.closeAllConnections();
  receiver.close();
});
afterEach(() => screens.endPages());

const open: Screens['open'] = (path, how) => screens.open(path, how);

const url = (): string => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/in`;
const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ['spanish', { locale: 'es-ES' }],
] as const satisfies readonly (readonly [string, BrowserContextOptions])[];

/** What axe finds of a page with a dialog. The dialogs of our parts bring a header of their own, which axe takes for a second banner of the page. */
const dialogFindings = async (page: Page): Promise<string[]> =>
  (await axeFindings(page)).filter((finding) => !finding.startsWith('landmark-'));

/** Pictures for people, where somebody asked for them. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['WEBHOOK_PICTURES'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

it('is made with a filter and a preview of what it would have told, and tells its secret once', async () => {
  const page = await open('/');
  await page.getByRole('link', { name: 'Webhooks' }).first().click();
  await page.getByText('Nobody is told yet').waitFor();
  await page.getByRole('link', { name: 'New webhook' }).first().click();
  const save = page.getByRole('button', { name: 'New webhook' });
  expect(await save.getAttribute('aria-description')).toBe('Give it a name.');
  await page.getByLabel('Name').fill('Warehouse next door');
  await page.getByLabel('Address').fill(url());
  const preview = page.getByRole('region', { name: 'Would have been told' });
  await preview.getByText(/of the last \d+ events/).waitFor();
  await page.getByRole('combobox', { name: 'Types of events' }).fill('Stock');
  await page.getByRole('option', { name: 'Stock' }).click();
  await page.keyboard.press('Escape');
  await preview.getByText('Goods received').first().waitFor();
  await page.getByRole('button', { name: 'Add a condition' }).click();
  expect(await save.getAttribute('aria-description')).toBe('Each condition needs a field.');
  await page.getByLabel('Field 1').fill('lines.0.quantity');
  await page.getByRole('combobox', { name: 'Comparison 1' }).click();
  await page.getByRole('option', { name: 'is more than' }).click();
  await page.getByLabel('Value 1').fill('100000');
  await preview.getByText('None of the last').first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'form');
  await page.getByRole('button', { name: 'Remove condition 1' }).click();
  await save.click();
  const dialog = page.getByRole('dialog', { name: 'Secret' });
  expect(await dialog.getByRole('textbox', { name: 'Secret' }).inputValue()).toMatch(/^whsec_/);
  expect(await dialogFindings(page)).toEqual([]);
  await picture(page, 'secret');
  await dialog.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('heading', { name: 'Warehouse next door', level: 1 }).waitFor();
  expect(await page.content()).not.toContain('whsec_');
});

it('is tried out, told what happens, and shows each call with what was sent and answered', async () => {
  const page = await open('/webhooks');
  await page.getByRole('link', { name: 'Warehouse next door' }).first().click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText(/The receiver took the test/).waitFor();
  const { items } = await office.ask<{ items: { number: number }[] }>('GET', '/events?types=stock.*&limit=1');
  const first = items[0]?.number ?? 0;
  await page.getByLabel('From event number').fill(String(first));
  await page.getByRole('button', { name: 'Replay' }).click();
  const calls = page.getByRole('table', { name: 'Calls' });
  await expect.poll(() => received.length, { timeout: 30_000 }).toBeGreaterThan(1);
  await page.reload();
  await calls.getByText('Delivered 200').first().waitFor();
  status = 500;
  await calls
    .getByRole('button', { name: new RegExp(`^[\\d,]+$`) })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: 'Call' });
  await expect.poll(() => dialog.getByRole('textbox', { name: 'Sent' }).inputValue()).toContain('"topic": "stock"');
  expect(await dialog.getByRole('textbox', { name: 'Answered' }).inputValue()).toBe('thanks');
  expect(await dialogFindings(page)).toEqual([]);
  await picture(page, 'call');
  await dialog.getByRole('button', { name: 'Send again' }).click();
  await page.getByText('Sent again, and it failed again.').waitFor();
  await calls.getByText('Failed 500').first().waitFor();
});

it('has a new secret, is edited, disabled and enabled, and removed only after asking', async () => {
  const page = await open('/webhooks');
  await page.getByRole('link', { name: 'Warehouse next door' }).first().click();
  await page.getByRole('button', { name: 'New secret' }).click();
  await page.getByText('The secret before is used beside it until').waitFor();
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Name').fill('Warehouse');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Warehouse', level: 1, exact: true }).waitFor();
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByText('Disabled', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: 'Disable' }).waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  for (const [name, how] of looks) {
    for (const [path, what] of [
      ['/webhooks', 'list'],
      [new URL(page.url()).pathname, 'one'],
      ['/webhooks/new', 'new'],
    ] as const) {
      const look = await open(path, how);
      await look.getByRole('heading', { level: 1 }).waitFor();
      await look.waitForLoadState('networkidle');
      expect([name, what, await axeFindings(look)]).toEqual([name, what, []]);
      await picture(look, `${what}-${name}`);
      await look.context().close();
    }
  }
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Nobody is told yet').waitFor();
}, 120_000);
