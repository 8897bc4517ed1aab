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

it('previews a price change with its margins, schedules it, says why a price is what it is, and asks for the labels', async () => {
  const { items: skus } = await office.ask<{ items: { id: string; code: string; name: string }[] }>(
    'GET',
    '/skus?limit=2',
  );
  const code = skus[0]?.code ?? '';
  const group = await office.ask<{ id: string }>('POST', '/customer-groups', { code: 'TRADE', name: 'Trade' });

  const page = await screens.open('/prices');
  await page.getByRole('heading', { name: 'Prices', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'New list' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'List', exact: true }).fill('Trade prices');
  await dialog.getByRole('combobox', { name: /Customer groups/ }).click();
  await page.getByRole('option', { name: 'Trade' }).click();
  await dialog.getByRole('textbox', { name: /Per cent/ }).fill('-10');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('table', { name: 'Lists above the base lists' }).getByText('10% cheaper').waitFor();
  await page.getByRole('table', { name: 'Lists above the base lists' }).getByRole('button').first().click();
  const editing = page.getByRole('dialog', { name: 'Trade prices' });
  await editing.getByRole('textbox', { name: /Per cent/ }).fill('-12');
  await editing.getByRole('button', { name: 'Save' }).click();
  await editing.waitFor({ state: 'hidden' });
  await page.getByRole('table', { name: 'Lists above the base lists' }).getByText('12% cheaper').waitFor();
  await page.getByRole('table', { name: 'Customer groups' }).getByRole('button').first().click();
  const members = page.getByRole('dialog', { name: 'Trade' });
  await members.getByRole('combobox', { name: 'Customer' }).click();
  await page.getByRole('option').first().click();
  await members.getByRole('button', { name: 'Put in' }).click();
  await members.getByRole('button', { name: /^Take out .*\(C/ }).waitFor();
  await members.getByRole('button', { name: 'Close' }).click();
  await screens.look(page, 'prices-lists');

  await page.getByRole('link', { name: 'Price changes' }).click();
  await page.getByRole('button', { name: 'New price change' }).first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Winter');
  await page.getByRole('dialog').getByRole('switch', { name: 'Announced as a reduction' }).press(' ');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'Winter', level: 1 }).waitFor();
  await page.getByRole('combobox', { name: 'Price list' }).click();
  await page.getByRole('option', { name: /^Store/ }).click();
  await page.getByRole('textbox', { name: 'Code; price; from quantity' }).fill(`Code;Price\n${code};0,01\nX;dear`);
  await page.getByText(/One line is no price/).waitFor();
  await page.getByRole('button', { name: 'Add 1 price' }).click();
  const preview = page.getByRole('table', { name: 'What it does' });
  await preview.getByRole('row', { name: new RegExp(code) }).waitFor();
  await page.getByRole('status').filter({ hasText: '1 cheaper' }).waitFor();
  await screens.look(page, 'prices-change');
  await page.getByRole('button', { name: 'Schedule' }).click();
  await page
    .getByText(/^(Scheduled|In force)$/)
    .first()
    .waitFor();

  await page.goto(`${office.url}/prices/labels`);
  await page.getByRole('heading', { name: 'Prices', level: 1 }).waitFor();
  await screens.look(page, 'prices-labels');

  await page.getByRole('link', { name: 'Find a price' }).click();
  await page.getByRole('combobox', { name: 'Find a SKU' }).fill(code);
  await page.getByRole('option', { name: new RegExp(code) }).click();
  const why = page.getByRole('list', { name: 'Why this price' });
  await why.getByText('Price of the base list').waitFor();
  await why.getByText('For another customer group').waitFor();
  await page.getByRole('combobox', { name: 'Customer group' }).click();
  await page.getByRole('option', { name: 'Trade' }).click();
  await why.getByText('Base list, adjusted').waitFor();
  const ceilings = page.getByRole('region', { name: 'Statutory ceilings' });
  await ceilings.getByRole('button', { name: 'Set the ceiling' }).click();
  await ceilings.getByText('How much?').waitFor();
  await ceilings.getByRole('textbox', { name: 'Highest price of a piece' }).fill('99');
  await ceilings.getByRole('button', { name: 'Set the ceiling' }).click();
  await ceilings.getByRole('listitem').getByText('€99.00').waitFor();
  await screens.look(page, 'prices-why');
  expect(group.id).toMatch(/^cgr_/);
}, 120_000);
