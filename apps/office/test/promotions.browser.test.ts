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

it('is made in plain words, tried on a basket with every reason, and changed with its history', async () => {
  const page = await screens.open('/promotions');
  await page.getByRole('link', { name: 'New promotion' }).first().click();
  await page.getByLabel('Name').fill('Half of everything');
  const words = page.getByRole('region', { name: 'In words' });
  await words.getByText('10% off everything').waitFor();
  await page.getByRole('textbox', { name: 'Per cent', exact: true }).fill('50');
  await page.getByLabel('Codes (none: no code needed)').fill('half-off');
  await words.getByText('50% off everything, with a code').waitFor();
  await screens.look(page, 'promotion-new');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'What was done' }).getByText('Promotion made').waitFor();

  await page.goto(`${office.url}/promotions/try`);
  const search = page.getByRole('combobox', { name: 'Put into the basket' });
  await search.fill('NAP-S');
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  const not = page.getByRole('region', { name: 'Not applied because' });
  await not.getByText('It needs a code.').first().waitFor();
  await page.getByLabel('Codes, with commas between them').fill('HALF OFF');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  const applied = page.getByRole('region', { name: 'Applied because' });
  await applied.getByText('Half of everything').waitFor();
  await applied
    .getByText(/Takes off/)
    .first()
    .waitFor();
  await screens.look(page, 'promotions-try');

  await page.goto(`${office.url}/promotions?search=half`);
  const list = page.getByRole('table', { name: 'Promotions' });
  await list.getByText('50% off everything, with a code').waitFor();
  await screens.look(page, 'promotions');
  await page.getByRole('link', { name: 'Half of everything' }).first().click();
  await page.getByLabel('Name').fill('Half of it all');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Changed: name').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Half of it all');
});
