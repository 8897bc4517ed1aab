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
  await page.getByRole('button', { name: 'Only at certain hours' }).click();
  await words.getByText('Monday–Friday 9:00–12:00').waitFor();
  await page.getByRole('button', { name: 'Take out Hours 1' }).click();
  const codes = page.getByRole('combobox', { name: 'Codes (none: no code needed)' });
  await codes.fill('half-off');
  await codes.press('Enter');
  await words.getByText('50% off everything, with a code').waitFor();
  const example = page.getByRole('region', { name: 'An example' });
  await example.getByText(/ less$/).waitFor();
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
  await page.getByRole('button', { name: 'For a customer' }).click();
  await page.getByLabel('Find the customer').fill('Prado');
  await page.getByRole('list', { name: 'Customers found' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await applied.getByText('Half of everything').waitFor();
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

it('shows every field of a promotion, keeps all of them when it is saved again, copies it and ends it', async () => {
  type Named = { readonly id: string };
  const list = async (path: string) => (await office.ask<{ items: Named[] }>('GET', path)).items.map(({ id }) => id);
  const [skuIds, channelIds, categoryIds, locationIds] = [
    await list('/skus?limit=2'),
    await list('/channels'),
    await list('/categories'),
    await list('/locations'),
  ];
  const group = await office.ask<Named>('POST', '/customer-groups', { code: 'TRADE', name: 'Trade' });
  const unusual = {
    name: 'Everything at once',
    effect: {
      kind: 'bundle',
      parts: [
        { of: { kind: 'sku', skuIds: skuIds.slice(0, 1) }, quantity: 2 },
        { of: { kind: 'attribute', name: 'Colour', values: ['Red, dark', 'Blue'] }, quantity: 1 },
      ],
      minor: 3001,
    },
    when: {
      from: '2026-01-01T08:00:07.123Z',
      until: '2099-01-01T00:00:00.000Z',
      hours: [
        { from: 9660, to: 120 },
        { from: 0, to: 600 },
      ],
      channelIds: channelIds.slice(0, 1),
      locationIds: locationIds.slice(0, 1),
      groupIds: [group.id],
      firstOrder: true,
      employee: true,
      coupon: true,
      minimum: { of: { kind: 'category', categoryIds: categoryIds.slice(0, 1) }, amountMinor: 100, quantity: 3 },
    },
    limits: { uses: 30, perCustomer: 2, budgetMinor: 70_001 },
    currency: 'EUR',
    except: { kind: 'sku', skuIds: skuIds.slice(1) },
    codes: ['ALL1'],
    priority: -7,
    choice: 'priority',
    exclusive: true,
    stackingGroup: 'sale',
    supplier: { name: 'Mill', sharePpm: 333_333 },
  };
  const { id } = await office.ask<Named>('POST', '/promotions', unusual);
  const page = await screens.open(`/promotions/${id}`);
  const words = page.getByRole('region', { name: 'In words' });
  await words.getByText(/Mondays 0:00–10:00, Sundays 17:00–2:00.*at most 2 per customer.*Mill pays 33.33%/).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  expect(await office.ask('GET', `/promotions/${id}`)).toMatchObject({ ...unusual, version: 2 });
  await screens.look(page, 'promotion');

  await page.getByRole('link', { name: 'Duplicate' }).click();
  await page.getByRole('heading', { name: 'New promotion', level: 1 }).waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('Everything at once (copy)');
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'The more, the cheaper' }).click();
  await page.getByRole('group', { name: 'Step 2' }).getByRole('textbox', { name: 'From so many pieces on' }).fill('2');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Two steps begin at the same place.').waitFor();
  await page.getByRole('group', { name: 'Step 2' }).getByRole('textbox', { name: 'From so many pieces on' }).fill('4');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'End now' }).click();
  await page.getByText('Ended', { exact: true }).waitFor();
});

it('offers a promotion for what customers do, says what it would have granted, and what suppliers pay', async () => {
  const page = await screens.open('/promotions/new');
  await page.getByLabel('Name').fill('A tenth for you');
  await page.getByRole('switch', { name: /offered/ }).check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('region', { name: 'What was done' }).getByText('Promotion made').waitFor();

  await page.goto(`${office.url}/promotions/offers`);
  await page.getByRole('link', { name: 'New rule' }).first().click();
  await page.getByLabel('Name').fill('Thank you for your visit');
  await page.getByRole('combobox', { name: 'Promotion' }).click();
  await page.getByRole('option', { name: 'A tenth for you' }).click();
  const forecast = page.getByRole('region', { name: 'The last 30 days' });
  await forecast.getByText(/It would have granted \d+ offer/).waitFor();
  await screens.look(page, 'offer-rule-new');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('button', { name: 'Turn off' }).waitFor();
  await page.getByText('Nothing was granted yet').waitFor();
  await page.goto(`${office.url}/promotions/offers`);
  await page.getByRole('table', { name: 'Personal offers' }).getByText('Somebody buys in a store').waitFor();

  await page.getByRole('link', { name: 'Supplier shares' }).click();
  await page.getByText('Nothing to claim').waitFor();
  await screens.look(page, 'supplier-shares');
});
