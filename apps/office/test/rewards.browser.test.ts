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

it('makes gift cards whose codes are told once, finds, fills and stops one, and shows what a sale earns as the programme changes', async () => {
  const page = await screens.open('/gift-cards');
  await page.getByRole('heading', { name: 'Gift cards', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Make cards' }).click();
  const making = page.getByRole('dialog', { name: 'Make cards' });
  await making.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await making.getByRole('textbox', { name: 'How many' }).fill('2');
  await making.getByRole('button', { name: 'Make them' }).click();
  const told = page.getByRole('dialog', { name: '2 cards made' });
  const codes = (await told.getByRole('textbox').inputValue()).split('\n');
  expect(codes).toHaveLength(2);
  await told.getByRole('button', { name: 'I have them' }).click();

  const lastFour = (codes[0] ?? '').slice(-4);
  await page.getByRole('textbox', { name: 'Last four symbols' }).fill(lastFour);
  const cards = page.getByRole('table', { name: 'Gift cards' });
  const row = cards.getByRole('row', { name: `…${lastFour}` });
  await row.waitFor();
  await screens.look(page, 'gift-cards');
  await row.getByRole('link').first().click();
  await page.getByRole('button', { name: 'Put money on it' }).click();
  const filling = page.getByRole('dialog', { name: 'Put money on it' });
  await filling.getByRole('textbox', { name: 'Amount' }).fill('25');
  await filling.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await filling.getByRole('textbox', { name: 'Note' }).fill('Sorry');
  await filling.getByRole('button', { name: 'Put money on it' }).click();
  await filling.waitFor({ state: 'hidden' });
  const history = page.getByRole('table', { name: 'History' });
  await history.getByRole('row', { name: /Given · Sorry.*25\.00/ }).waitFor();
  await screens.look(page, 'gift-card');

  await page.goto(`${office.url}/gift-cards`);
  await page.getByRole('textbox', { name: 'Code' }).fill(codes[0] ?? '');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByRole('button', { name: 'Stop the card' }).click();
  const stopping = page.getByRole('dialog', { name: 'Stop the card' });
  await stopping.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await stopping.getByRole('textbox', { name: 'Note' }).fill('Lost');
  await stopping.getByRole('button', { name: 'Stop the card' }).click();
  await page.getByRole('button', { name: 'Let it go on' }).waitFor();

  await page.goto(`${office.url}/loyalty`);
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('earns 50 points').waitFor();
  await page.getByRole('textbox', { name: 'Points' }).first().fill('3');
  await preview.getByText('earns 150 points').waitFor();
  await screens.look(page, 'loyalty');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
}, 120_000);
