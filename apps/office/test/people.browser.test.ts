import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeFindings } from '../../server/browser-testing.ts';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

let office: TestOffice;
let screens: Screens;

beforeAll(async () => {
  office = await openTestOffice();
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
});
afterEach(() => screens.endPages());

const open: Screens['open'] = (path, how) => screens.open(path, how);

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

it('turns on that two people are needed, always or from an amount on', async () => {
  const page = await open('/approvals');
  await page.getByText('Nothing waits').waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Rules' }).click();
  await page.getByRole('switch', { name: 'Closing a period' }).press(' ');
  await page.getByText('Saved. It holds at once.').waitFor();
  await page.getByRole('switch', { name: 'Refund' }).press(' ');
  await page.getByText('Above an amount').click();
  await page.getByRole('group', { name: 'Refund' }).getByRole('textbox').fill('50');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const rule = async (act: string) =>
    (
      await office.ask<{ items: { act: string; on: boolean; amounts: object | null }[] }>('GET', '/staff/four-eyes')
    ).items.find((one) => one.act === act);
  await expect.poll(async () => (await rule('refund'))?.amounts).toEqual({ EUR: 5000 });
  expect((await rule('period_close'))?.on).toBe(true);
});

it('limits what a role does alone, in money, and says so among the rules', async () => {
  const page = await open('/rules');
  await page.getByRole('link', { name: 'Change how far Support goes' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('switch', { name: 'Refund up to' }).press(' ');
  await dialog.getByRole('group', { name: 'Refund up to' }).getByRole('textbox').fill('75');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.goto(`${office.url}/rules`);
  const limits = page.getByRole('table', { name: 'How far each role goes' });
  await limits
    .getByRole('row', { name: /Support/ })
    .getByText(/€75\.00/)
    .waitFor();
});

it('says which roles need a second factor', async () => {
  const page = await open('/rules');
  await page.getByRole('checkbox', { name: 'Accountant' }).press(' ');
  await page.getByRole('button', { name: 'Save who needs one' }).click();
  await page.getByText('Saved. It holds at once.').waitFor();
  const roles = await office.ask<{ items: { id: string; code: string }[] }>('GET', '/staff/roles');
  const { roleIds } = await office.ask<{ roleIds: string[] }>('GET', '/staff/second-factor');
  expect(roleIds).toEqual([roles.items.find(({ code }) => code === 'accountant')?.id]);
});

it('sets a PIN, gives a badge that is told once, blocks it, and takes the PIN away', async () => {
  const people = await office.ask<{ items: { id: string }[] }>('GET', '/staff/people');
  const page = await open(`/people/${people.items[0]?.id}`);
  const card = page.getByRole('region', { name: 'At registers' });
  await card.getByText('No PIN and no badge').waitFor();
  await card.getByRole('button', { name: 'Set a PIN' }).click();
  await page.getByRole('dialog').getByLabel('PIN', { exact: true }).fill('4711');
  await page.getByRole('dialog').getByLabel('The same once more').fill('4711');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await card.getByText('PIN at Chiado').waitFor();
  await card.getByRole('button', { name: 'Give a badge' }).click();
  expect((await page.getByRole('dialog').getByRole('code').innerText()).length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'I have it' }).click();
  await card.getByRole('button', { name: /^Block badge/ }).click();
  await card.getByText('Blocked').waitFor();
  await card.getByRole('button', { name: 'Take the PIN at Chiado away' }).click();
  await card.getByText('PIN at Chiado').waitFor({ state: 'detached' });
});

const looks = [
  ['light', { colorScheme: 'light', viewport: { width: 1440, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1440, height: 900 } }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'es-ES' }],
] as const;

it.each(looks)('can be read by everybody: %s', { timeout: 120_000 }, async (name, how) => {
  const people = await office.ask<{ items: { id: string }[] }>('GET', '/staff/people');
  for (const [at, path] of ['/people', `/people/${people.items[0]?.id}`, '/roles', '/rules', '/approvals'].entries()) {
    const page = await open(path, how);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await page.waitForTimeout(300);
    await picture(page, `people-${name}-${at}`);
    // The same page by night differs in its colours only.
    const rules = name === 'dark' ? ['color-contrast'] : undefined;
    expect(await axeFindings(page, rules), `${name} ${path}`).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await page.context().close();
  }
});
