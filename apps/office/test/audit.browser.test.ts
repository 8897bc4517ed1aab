import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { axeFindings, openBrowser } from '../../server/browser-testing.ts';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';

let office: TestOffice;
let browser: Browser;
let page: Page;
const folder = process.env['SCREENSHOTS'];

beforeAll(async () => {
  [office, browser] = await Promise.all([openTestOffice(), openBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${office.url}/customers`);
  await page.getByLabel('E-mail').fill(office.email);
  await page.getByLabel(/^Password/).fill(office.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor();
});
afterAll(async () => {
  await browser?.close();
  await office?.close();
});

/** Nothing that a screen reader or a low contrast would trip over, by day, by night and on a phone. */
async function lookAt(name: string, inDialog = false): Promise<void> {
  for (const [scheme, width] of [
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    // Colours change over a moment.
    await page.waitForTimeout(500);
    // A dialog brings a header of its own; what is behind it cannot be reached meanwhile.
    const found = (await axeFindings(page)).filter((finding) => !(inDialog && finding.startsWith('landmark-')));
    expect([name, scheme, width, found]).toEqual([name, scheme, width, []]);
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${scheme}-${width}.png` });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

it('forgets a customer after showing what would go and what stays, and gives what is known before', async () => {
  const made = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/customers', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ name: 'Grace Forgettable', email: 'grace@example.org' }),
    });
    return (await answer.json()) as { id: string };
  });
  await page.getByLabel('Find customers').fill('Forgettable');
  await page.getByRole('link', { name: 'Grace Forgettable' }).click();
  await page.getByRole('heading', { name: 'Grace Forgettable', level: 1 }).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Take everything out' }).click();
  expect((await download).suggestedFilename()).toBe(`${made.id}.zip`);
  await lookAt('customer');
  await page.getByRole('button', { name: 'Erase …' }).click();
  await page.getByRole('dialog').getByText('Contact details (1)').waitFor();
  await lookAt('erase', true);
  await page.getByRole('button', { name: 'Erase for ever' }).click();
  await page.getByRole('heading', { name: /^Erased customer/ }).waitFor();
  await page.getByText('Contact details (1)').waitFor();
  await lookAt('erased');
});

it('tells who did what and from where, finds it, compares, and exports it', async () => {
  await page.goto(`${office.url}/audit`);
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
  await page.getByText('Ada Shelf erased a customer').waitFor();
  await page.getByText('Ada Shelf signed in').first().waitFor();
  await lookAt('audit');
  await page.getByText('Ada Shelf erased a customer').click();
  await page.getByRole('dialog').getByText('Told with it').waitFor();
  expect(await page.getByRole('dialog').getByRole('link', { name: 'Open it' }).getAttribute('href')).toMatch(
    /^\/customers\/cus_/,
  );
  await lookAt('audit-entry', true);
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('combobox', { name: 'Area' }).click();
  await page.getByRole('option', { name: 'Sign-ins and refusals' }).click();
  await page.getByText('Ada Shelf erased a customer').waitFor({ state: 'detached' });
  expect(page.url()).toContain('topic=security');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export as CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/^audit-.*\.csv$/);
});

it('speaks Spanish', async () => {
  await page.getByRole('button', { name: /Ada Shelf: / }).click();
  await page.getByRole('menuitemradio', { name: 'Español' }).click();
  await page.getByText('Ada Shelf inició sesión').first().waitFor();
});
