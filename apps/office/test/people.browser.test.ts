import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFindings, openBrowser } from '../../server/browser-testing.ts';
import { openTestOffice } from '../../server/office-testing.ts';
import type { TestOffice } from '../../server/office-testing.ts';

let office: TestOffice;
let browser: Browser;
let state: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>;
const broken: string[] = [];

beforeAll(async () => {
  [office, browser] = await Promise.all([openTestOffice(), openBrowser()]);
  const page = await open('/', { fresh: true });
  await page.getByLabel('E-mail').fill(office.email);
  await page.getByLabel(/^Password/).fill(office.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  state = await page.context().storageState();
});
afterAll(async () => {
  await browser?.close();
  await office?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(broken.splice(0)).toEqual([]);
});

async function open(path: string, how: BrowserContextOptions & { fresh?: boolean } = {}): Promise<Page> {
  const { fresh = false, ...options } = how;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...(fresh ? {} : { storageState: state }),
    ...options,
  });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => broken.push(error.message));
  await page.goto(office.url + path);
  return page;
}

const picture = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
};

it('shows people, and why each may do what they may', async () => {
  const page = await open('/people');
  await page.getByRole('link', { name: 'Ada Shelf' }).click();
  await page.getByRole('heading', { name: 'Ada Shelf', level: 1 }).waitFor();
  const why = page.getByRole('table', { name: 'What this person may do, and why' });
  await why
    .getByRole('row', { name: /order · return/ })
    .getByText('Owner, Everywhere')
    .waitFor();
  await page.getByLabel('Find something that can be allowed').fill('period');
  expect(await why.getByRole('row').count()).toBe(2);
  await page.getByRole('button', { name: 'Take away Owner' }).click();
  expect(await page.getByRole('alert').innerText()).toContain('The last owner stays');
});

it('makes a role from another one, by keyboard too, and sets a limit of a built-in one', async () => {
  const page = await open('/roles');
  await page.getByRole('button', { name: 'New role' }).press('Enter');
  await page.getByRole('textbox', { name: 'Code' }).fill('night_shift');
  await page.getByRole('textbox', { name: 'Name of the role' }).fill('Night shift');
  await page.getByRole('checkbox', { name: 'stock · count' }).press(' ');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Night shift', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Cashier', exact: true }).click();
  await page.getByRole('textbox', { name: 'Discount up to, in per cent' }).fill('5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It holds at once.').first().waitFor();
  const roles = await office.ask<{ items: { code: string; limits: { discountPpm?: number } }[] }>(
    'GET',
    '/staff/roles',
  );
  expect(roles.items.find(({ code }) => code === 'cashier')?.limits.discountPpm).toBe(50_000);
});

it('turns on that two people are needed', async () => {
  const page = await open('/approvals');
  await page.getByText('Nothing waits').waitFor();
  await page.getByRole('switch', { name: 'Closing a period' }).press(' ');
  await page.getByText('Saved. It holds at once.').waitFor();
  const { items } = await office.ask<{ items: { act: string; on: boolean }[] }>('GET', '/staff/four-eyes');
  expect(items.find(({ act }) => act === 'period_close')?.on).toBe(true);
});

const looks = [
  ['light', { colorScheme: 'light', viewport: { width: 1440, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1440, height: 900 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'es-ES' }],
] as const;

it.each(looks)('can be read by everybody: %s', { timeout: 120_000 }, async (name, how) => {
  const people = await office.ask<{ items: { id: string }[] }>('GET', '/staff/people');
  for (const [at, path] of ['/people', `/people/${people.items[0]?.id}`, '/roles', '/approvals'].entries()) {
    const page = await open(path, how);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.waitForTimeout(300);
    await picture(page, `people-${name}-${at}`);
    expect(await axeFindings(page), `${name} ${path}`).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.context().close();
  }
});
