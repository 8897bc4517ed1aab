import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

let office: TestOffice;
let screens: Screens;

beforeAll(async () => {
  office = await openTestOffice({ empty: true });
  screens = await openScreens(office);
});
afterAll(async () => {
  await screens?.close();
  await office?.close();
});
afterEach(() => screens.endPages());

/** Chooses from a list by what is typed. */
const choose = async (page: Page, label: string, text: string): Promise<void> => {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('combobox', { name: label }).fill(text);
  await page.getByRole('option', { name: text }).first().click();
};
const step = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });

it('leads from an empty database to the first sale, in the browser', { timeout: 240_000 }, async () => {
  const page = await screens.open('/');
  // Nobody has to look for it.
  await page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor();
  await page.getByText('0 of 7').waitFor();
  await screens.look(page, 'getting-started-empty');

  await page.getByRole('textbox', { name: 'Name of the company' }).fill('Prateleira Lda');
  await choose(page, 'Country', 'Portugal');
  expect(await page.getByRole('textbox', { name: 'As it stands on receipts' }).inputValue()).toBe('IVA 23 %');
  await page.getByRole('textbox', { name: 'Tax number' }).fill('PT500000000');
  await screens.look(page, 'getting-started-company');
  await page.getByRole('button', { name: 'Found the company' }).click();

  // What is done folds up, and the next one opens.
  await step(page, 'Your company').getByText('Done').waitFor();
  await step(page, 'Your company').getByText('Prateleira Lda').waitFor();
  await page.getByRole('textbox', { name: 'Name of the location' }).fill('Chiado');
  await page.getByRole('textbox', { name: 'City' }).fill('Lisboa');
  await choose(page, 'Time zone', 'Europe/Lisbon');
  expect(await page.getByRole('textbox', { name: 'Short code' }).inputValue()).toBe('CHI');
  await screens.look(page, 'getting-started-location');
  await page.getByRole('button', { name: 'Open the location' }).click();

  await step(page, 'Where your goods are').getByText('Done').waitFor();
  await page.getByRole('switch', { name: 'Prices hold the tax already' }).waitFor();
  await screens.look(page, 'getting-started-channel');
  await page.getByRole('button', { name: 'Open the way to sell' }).click();
  await step(page, 'How you sell').getByText('Done').waitFor();

  await page.getByRole('link', { name: 'Type in a product' }).click();
  await page.getByRole('textbox', { name: /^Name/ }).first().fill('Ceramic mug');
  await page.getByLabel('Name of the category').fill('Table');
  await page.getByLabel('SKU').fill('MUG-1');
  await page.getByLabel('Price, Store counter').fill('12.50');
  await page.getByRole('button', { name: 'Create product' }).click();
  await page.getByRole('heading', { name: 'Ceramic mug', level: 1 }).waitFor();

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Getting started' }).click();
  await step(page, 'Prices').getByText('Done').waitFor();
  await step(page, 'What is on the shelf').getByRole('link', { name: 'Receive goods' }).click();
  await page.getByLabel('Add goods').fill('MUG-1');
  await page.getByRole('option', { name: /Ceramic mug/ }).click();
  await page.getByLabel('Quantity of', { exact: false }).fill('12');
  await page.getByLabel('Unit cost of', { exact: false }).fill('4');
  await page.getByRole('button', { name: 'Receive goods' }).click();
  await page.getByText('12 units received at Chiado.').waitFor();

  await page.goto(`${office.url}/getting-started`);
  await step(page, 'What is on the shelf').getByText('Done').waitFor();
  await page.getByRole('link', { name: 'Sell something' }).click();
  await page.getByRole('button', { name: /Ceramic mug/ }).click();
  await page.getByRole('button', { name: /Take .*12\.50/ }).click();
  await page.getByText(/R-CHI/).first().waitFor();
  await screens.look(page, 'getting-started-sale');

  // The books know it too.
  const { items } = await office.ask<{ items: { kind: string; grossMinor: number }[] }>('GET', '/orders?limit=5');
  expect(items).toMatchObject([{ kind: 'till_sale', grossMinor: 1250 }]);
  await page.goto(`${office.url}/getting-started`);
  await page.getByRole('heading', { name: 'You are ready to sell' }).waitFor();
  await page.getByText('7 of 7').waitFor();
  await screens.look(page, 'getting-started-done');
  // Whoever sells begins with the day, and finds the steps in the menu still.
  await page.goto(office.url);
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
});
