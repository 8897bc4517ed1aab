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
  await exemptions.getByText('No end').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'VAT number of a customer' }).click();
  const numbering = page.getByRole('dialog', { name: 'VAT number of a customer' });
  await numbering.getByRole('combobox', { name: 'Customer' }).click();
  await page.getByRole('option').first().click();
  await numbering.getByRole('switch', { name: 'Is a business' }).press(' ');
  await numbering.getByRole('textbox', { name: 'VAT number' }).fill('PT 501 442 600');
  await numbering.getByRole('button', { name: 'Save' }).click();
  await numbering.waitFor({ state: 'hidden' });

  await page.goto(`${office.url}/taxes?view=report&from=2000-01-01&to=2099-12-31`);
  await page.getByRole('table', { name: 'Tax report' }).getByRole('row', { name: /Owed/ }).first().waitFor();
  await page.getByText('They are the same').waitFor();
  await screens.look(page, 'taxes-report');
}, 120_000);

it('says how a jurisdiction taxes, where places, registrations and postcodes are, and what an amount would be taxed', async () => {
  const page = await screens.open('/taxes');
  await page.getByRole('link', { name: 'How it is taxed' }).click();
  await page
    .getByRole('table', { name: 'How it is taxed' })
    .getByRole('button', { name: /Portugal/ })
    .click();
  const taxing = page.getByRole('dialog', { name: 'Portugal' });
  await taxing.getByRole('combobox', { name: 'Rounded', exact: true }).click();
  await page.getByRole('option', { name: 'The whole document' }).click();
  await taxing.getByRole('button', { name: 'Save' }).click();
  await taxing.waitFor({ state: 'hidden' });
  await page.getByRole('row', { name: /Portugal.*The whole document/ }).waitFor();
  await screens.look(page, 'taxes-jurisdictions');

  await page.getByRole('link', { name: 'Places and registrations' }).click();
  await page.getByRole('table', { name: 'Places' }).getByRole('button').first().click();
  const placing = page.getByRole('dialog');
  await placing.getByRole('button', { name: 'Save' }).click();
  await placing.getByText('One to three letters or digits.').waitFor();
  await placing.getByRole('textbox', { name: 'State' }).fill('11');
  await placing.getByRole('button', { name: 'Save' }).click();
  await placing.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'New registration' }).click();
  const registering = page.getByRole('dialog', { name: 'New registration' });
  await registering.getByRole('textbox', { name: 'Jurisdiction' }).fill('eu-oss');
  await registering.getByRole('textbox', { name: 'Tax number' }).fill('EU372');
  await registering.getByRole('button', { name: 'Save' }).click();
  await registering.waitFor({ state: 'hidden' });
  await page.getByRole('row', { name: /EU-OSS.*EU372/ }).waitFor();
  await page.getByText('No postcodes yet').waitFor();
  await page.getByRole('button', { name: 'Import postcodes' }).click();
  const importing = page.getByRole('dialog', { name: 'Import postcodes' });
  await importing
    .getByRole('textbox', { name: 'Postcodes as CSV' })
    .fill(
      'country,region,from,through,county,city,districts,valid_from,source\nUS,XA,00001,00009,North,Alba,Transit; Fire 3,2020-01-01,An example\nUS,XA,00009,,South,,,2020-01-01,An example\nUS,XA,12,,,,,2020-01-01,An example\nUS,XA,00001-1234,,North,,,2020-01-01,An example',
    );
  await importing.getByText('Another row speaks of the same codes and days: 00001 – 00009, from 2020-01-01.').waitFor();
  await importing.getByText('from: “12”.').waitFor();
  await screens.look(page, 'taxes-import-postcodes');
  await importing.getByRole('button', { name: 'Take in 2 rows' }).click();
  await importing.waitFor({ state: 'hidden' });
  await office.ask('POST', '/taxes/rates/import', {
    csv: 'jurisdiction,tax,class,percent,valid_from,source\nUS-XA,SALES,standard,5,2020-01-01,An example\nUS-XA-NORTH,SALES,standard,1,2020-01-01,An example\nUS-XA-NORTH-ALBA-FIRE3,SALES,standard,0.25,2020-01-01,An example',
  });
  await page.getByRole('textbox', { name: 'Postcode', exact: true }).fill('00001-9999');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByText('Transit, Fire 3').waitFor();
  await page.getByText('6.25 %').waitFor();
  await screens.look(page, 'taxes-where');
  await page
    .getByRole('table', { name: 'Postcodes', exact: true })
    .getByRole('button', { name: /United States: XA/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  const removing = page.getByRole('dialog', { name: 'Remove the postcodes of United States: XA?' });
  await removing.getByRole('button', { name: 'Remove' }).click();
  await page.getByText('No postcodes yet').waitFor();

  await page.getByRole('link', { name: 'Try it' }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
  const taxes = page.getByRole('table', { name: 'Taxes' });
  await taxes.getByRole('row', { name: /Portugal.*VAT 23 %/ }).waitFor();
  await page.getByText('Sent', { exact: true }).click();
  await page.getByRole('textbox', { name: 'To', exact: true }).fill('PT');
  await page.getByRole('textbox', { name: 'Postcode', exact: true }).fill('1000-001');
  await page.getByRole('button', { name: 'Try it' }).click();
  await screens.look(page, 'taxes-try');
}, 120_000);
