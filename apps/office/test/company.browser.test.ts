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

type Named = { readonly name: string; readonly archived: boolean };
const kept = async (what: string, name: string) =>
  (await office.ask<{ items: Named[] }>('GET', `/${what}`)).items.find((one) => one.name === name);

it('changes a location, says what keeps it from being closed, and closes and opens what is empty', async () => {
  const [entity] = (await office.ask<{ items: { id: string }[] }>('GET', '/entities')).items;
  const place = { entityId: entity?.id, code: 'SHED', name: 'Old shed', kind: 'warehouse', country: 'PT' };
  await office.ask('POST', '/locations', { ...place, timeZone: 'Europe/Lisbon' });
  const page = await screens.open('/company');
  const places = page.getByRole('table', { name: 'Locations' });
  const dialog = page.getByRole('dialog', { name: 'Change the location' });

  await places.getByRole('button', { name: 'Old shed' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('New shed');
  await dialog.getByRole('textbox', { name: 'Street and number' }).fill('Rua Nova 3');
  await dialog.getByRole('textbox', { name: 'City' }).fill('Porto');
  await dialog.getByRole('textbox', { name: 'The day ends at' }).fill('4');
  await screens.look(page, 'company-location');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await kept('locations', 'New shed')).toMatchObject({
    address: { line1: 'Rua Nova 3', postcode: '' },
    city: 'Porto',
    cutOffHour: 4,
    version: 2,
  });

  await places.getByRole('button', { name: 'New shed' }).click();
  await dialog.getByRole('button', { name: 'Close the location' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await places
    .getByRole('row', { name: /New shed/ })
    .getByText('Closed')
    .waitFor();
  expect((await kept('locations', 'New shed'))?.archived).toBe(true);
  // Nobody can choose it any more.
  await page.goto(`${office.url}/stock/receive`);
  await page.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().waitFor();
  expect(await page.getByRole('option', { name: 'New shed' }).count()).toBe(0);

  await page.goto(`${office.url}/company`);
  await places.getByRole('button', { name: 'New shed' }).click();
  await dialog.getByText('It is closed.').waitFor();
  await screens.look(page, 'company-closed');
  await dialog.getByRole('button', { name: 'Open again' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect((await kept('locations', 'New shed'))?.archived).toBe(false);

  // Where goods are, it says how many.
  const used = (await office.ask<{ items: (Named & { kind: string })[] }>('GET', '/locations')).items;
  const store = used.find(({ kind, name }) => kind === 'store' && name !== 'New shed')?.name ?? '';
  await places.getByRole('button', { name: store }).click();
  await dialog.getByRole('button', { name: 'Close the location' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/articles? ha(s|ve) stock or promises there: \d+ units/)
    .waitFor();
  await screens.look(page, 'company-in-use');
  expect((await kept('locations', store))?.archived).toBe(false);
});

it('changes a company and a way to sell, and asks to look again when somebody was faster', async () => {
  const page = await screens.open('/company');
  const [entity] = (await office.ask<{ items: (Named & { id: string; version: number })[] }>('GET', '/entities')).items;
  await page
    .getByRole('table', { name: 'Companies' })
    .getByRole('button', { name: entity?.name ?? '' })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Change the company' });
  await dialog.getByRole('textbox', { name: 'City' }).fill('Lisboa');
  await office.ask('PATCH', `/entities/${entity?.id}`, { version: entity?.version, name: 'Faster Lda' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog
    .getByRole('alert')
    .getByText(/Somebody else changed this meanwhile/)
    .waitFor();
  await dialog.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('table', { name: 'Companies' }).getByRole('button', { name: 'Faster Lda' }).click();
  await dialog.getByRole('textbox', { name: 'City' }).fill('Lisboa');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await kept('entities', 'Faster Lda')).toMatchObject({ address: { city: 'Lisboa' } });

  const [channel] = (await office.ask<{ items: Named[] }>('GET', '/channels')).items;
  await page
    .getByRole('table', { name: 'Ways to sell' })
    .getByRole('button', { name: channel?.name ?? '' })
    .click();
  const selling = page.getByRole('dialog', { name: 'Change the way to sell' });
  await selling.getByRole('textbox', { name: 'Name' }).fill('Front counter');
  await screens.look(page, 'company-channel');
  await selling.getByRole('button', { name: 'Save' }).click();
  await selling.waitFor({ state: 'hidden' });
  expect(await kept('channels', 'Front counter')).toMatchObject({ archived: false });
});
