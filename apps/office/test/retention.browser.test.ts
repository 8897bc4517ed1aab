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

it('says how long what is kept and why, and shows whom a change would reach before it is made', async () => {
  const page = await screens.open('/system/personal-data');
  await page.getByRole('heading', { name: 'Personal data', level: 1 }).waitFor();
  const rules = page.getByRole('table', { name: 'How long what is kept' });
  await rules
    .getByRole('row', { name: /Details on invoices, Portugal/ })
    .getByText('10 years')
    .waitFor();
  expect(await rules.getByText(/Germany/).count()).toBe(0);
  await screens.look(page, 'retention');
  await rules.getByRole('button', { name: 'Who was signed in when' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Days' }).fill('30');
  await dialog.getByRole('status').filter({ hasText: 'The next run would take away nothing' }).waitFor();
  await screens.look(page, 'retention-change');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await rules
    .getByRole('row', { name: /Who was signed in when/ })
    .getByText('30 days')
    .waitFor();
  await page.getByRole('switch', { name: /Also the laws/ }).press(' ');
  await rules
    .getByRole('row', { name: /Details on invoices, Germany/ })
    .getByText('8 years')
    .waitFor();
  const { items } = await office.ask<{ items: { what: string; days: number }[] }>('GET', '/privacy/retention');
  expect(items.find(({ what }) => what === 'sessions')?.days).toBe(30);
});
