import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, openBrowser } from '../../server/browser-testing.ts';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';

let office: TestOffice;
let browser: Browser;
let end: (error: Error) => void = () => undefined;

beforeAll(async () => {
  const backups = {
    place: '/mnt/backups',
    onOwnDisk: true,
    schedule: '03:00',
    keep: { days: 7, weeks: 5, months: 12 },
    encrypted: true,
    run: () => new Promise<void>((_, fail) => (end = fail)),
  };
  [office, browser] = await Promise.all([openTestOffice({ backups }), openBrowser()]);
});
afterAll(async () => {
  end(new Error('The test is over.'));
  await browser?.close();
  await office?.close();
});

it('shows the plan, makes a backup now, says how far it is and why it failed', async () => {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  const page: Page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${office.url}/backups`);
  await page.getByLabel('E-mail').fill(office.email);
  await page.getByLabel(/^Password/).fill(office.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Backups', level: 1 }).waitFor();
  await page.getByText('A backup is made every day at 03:00 UTC.').waitFor();
  await page.getByText('No backup yet').waitFor();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByRole('status').filter({ hasText: '0 % copied' }).waitFor();
  await page.mouse.move(5, 890);
  await page.getByRole('tooltip').waitFor({ state: 'hidden' });
  expect(await axeFindings(page)).toEqual([]);
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/backups.png`, fullPage: true });
  end(new Error('The disk is full.'));
  await page.getByRole('cell', { name: 'The disk is full.' }).waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.reload();
  await page.getByRole('cell', { name: 'The disk is full.' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await axeFindings(page)).toEqual([]);
  if (folder !== undefined) await page.screenshot({ path: `${folder}/backups-phone.png`, fullPage: true });
});
