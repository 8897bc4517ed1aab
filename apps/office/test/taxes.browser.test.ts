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

it('takes rates in after showing what each row does, exempts a customer, and shows that the report ties to the ledger', async () => {
  const [sku] = (await office.ask<{ items: { id: string }[] }>('GET', '/skus?limit=1')).items;
  type Named = { id: string; kind: string };
  const [store] = (await office.ask<{ items: Named[] }>('GET', '/locations')).items.filter(
    ({ kind }) => kind === 'store',
  );
  const [till] = (await office.ask<{ items: Named[] }>('GET', '/channels')).items.filter(
    ({ kind }) => kind === 'store',
  );
  await office.ask('POST', '/sales', {
    channelId: till?.id,
    locationId: store?.id,
    lines: [{ skuId: sku?.id, quantity: 1, unitPrice: { amount: 1230 } }],
    tenders: [{ method: 'cash', amountMinor: 1230 }],
  });
  const page = await screens.open('/taxes');
  await page.getByRole('heading', { name: 'Taxes', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Import rates' }).click();
  const importing = page.getByRole('dialog', { name: 'Import rates of tax' });
  await importing
    .getByRole('textbox', { name: 'Rates as CSV' })
    .fill(
      'jurisdiction,tax,class,percent,valid_from,source\nXX,VAT,standard,twenty,2026-01-01,An act\nYY,VAT,standard,20,2026-01-01,An act',
    );
  await importing.getByText('percent: “twenty”.').waitFor();
  await importing.getByRole('button', { name: 'Take in 1 rate', exact: true }).waitFor();
  await importing.getByRole('button', { name: 'Take those that the program brings along' }).click();
  const take = importing.getByRole('button', { name: /^Take in 1\d\d rates$/ });
  await take.waitFor();
  await screens.look(page, 'taxes-import');
  await take.click();
  await importing.waitFor({ state: 'hidden' });
  const rates = page.getByRole('table', { name: 'Rates' });
  await page.getByRole('combobox', { name: 'Country' }).click();
  await page.getByRole('option', { name: 'Estonia' }).click();
  await rates.getByRole('row', { name: /standard 24 %/ }).waitFor();
  expect(await rates.getByRole('row', { name: /standard 22 %/ }).count()).toBe(0);
  await page.getByRole('switch', { name: /over or still to come/ }).press(' ');
  await rates.getByRole('row', { name: /22 %.*Not in force/ }).waitFor();
  await screens.look(page, 'taxes-rates');

  await page.getByText('Exemptions', { exact: true }).click();
  await page.getByRole('button', { name: 'New exemption' }).first().click();
  const adding = page.getByRole('dialog', { name: 'New exemption' });
  await adding.getByRole('combobox', { name: 'Customer' }).click();
  await page.getByRole('option').first().click();
  await adding.getByRole('textbox', { name: 'Jurisdiction' }).fill('gb');
  await adding.getByRole('textbox', { name: 'Certificate' }).fill('C-1');
  await adding.getByRole('button', { name: 'Save' }).click();
  await adding.waitFor({ state: 'hidden' });
  const exemptions = page.getByRole('table', { name: 'Exemptions' });
  await exemptions.getByRole('row', { name: /^C.* United Kingdom Charity C-1/ }).waitFor();
  await screens.look(page, 'taxes-exemptions');
  await exemptions.getByRole('button').first().click();
  const ending = page.getByRole('dialog', { name: 'End the exemption' });
  await ending.getByRole('button', { name: 'Save' }).click();
  await ending.waitFor({ state: 'hidden' });
  expect(await exemptions.getByText('No end').count()).toBe(0);

  await page.goto(`${office.url}/taxes?view=report&from=2000-01-01&to=2099-12-31`);
  await page.getByRole('table', { name: 'Tax report' }).getByRole('row', { name: /Owed/ }).first().waitFor();
  await page.getByText('They are the same').waitFor();
  await screens.look(page, 'taxes-report');
});
