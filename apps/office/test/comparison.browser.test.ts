import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
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

it('compares a list of the old system with what stands here, and gives the differences as a file', async () => {
  const page = await screens.open('/imports/new?kind=comparison');
  await page.getByRole('combobox', { name: 'Prices for' }).click();
  await page.getByRole('option', { name: 'Stores' }).click();
  const file = ['sku,quantity,price', 'MUG-1,24,13.50', 'NAP-S,20,8.00', 'nap-l,24,11.00', 'OLD-1,3,1.25'].join('\n');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'old.csv', mimeType: 'text/csv', buffer: Buffer.from(file) });
  await page.getByRole('button', { name: 'Send and check' }).click();
  await page.getByRole('heading', { name: 'old.csv', level: 1 }).waitFor();
  const found = page.getByRole('region', { name: 'Comparison with the old system' });
  await found.getByRole('group', { name: 'Another price' }).waitFor();
  await found.getByRole('group', { name: 'Other units' }).waitFor();
  await found.getByRole('group', { name: 'Written almost alike' }).waitFor();
  await found.getByRole('group', { name: 'Only in the old system' }).waitFor();
  const differences = page.getByRole('table', { name: 'Differences' });
  await differences.getByText('The old system has 20, here are 24 (+4).').waitFor();
  expect(await page.getByRole('button', { name: 'Run the import' }).count()).toBe(0);
  await screens.look(page, 'comparison');
  await page.getByRole('combobox', { name: 'Difference' }).click();
  await page.getByRole('option', { name: 'Only in the old system' }).click();
  await differences.getByRole('row', { name: /OLD-1/ }).waitFor();
  await expect.poll(() => differences.getByRole('row').count()).toBe(2);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Differences as CSV' }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});
