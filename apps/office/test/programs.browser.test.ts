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

const open: Screens['open'] = (path, how) => screens.open(path, how);

const ask = (token: string, path: string): Promise<Response> =>
  fetch(`${office.url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });

it('makes a key that opens what was chosen, gives it a new secret, and ends it', async () => {
  const page = await open('/api-keys');
  await page.getByText('No program comes in yet').waitFor();
  await page.getByRole('button', { name: 'New key' }).click();
  await page.getByLabel('Name').fill('Web shop');
  await page.getByRole('combobox', { name: 'What it may do' }).click();
  await page.getByRole('combobox', { name: 'What it may do' }).fill('stock:read');
  await page.getByRole('option', { name: 'stock:read' }).click();
  await page.keyboard.press('Escape');
  await screens.look(page, 'keys-new');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
  expect(secret).toMatch(/^osk_/);
  expect([(await ask(secret, '/stock')).status, (await ask(secret, '/orders')).status]).toEqual([200, 403]);
  await screens.look(page, 'keys-secret');
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('row', { name: /Web shop/ }).click();
  await page.getByRole('combobox', { name: 'The old secret works for' }).waitFor();
  await screens.look(page, 'keys-one');
  await page.getByRole('button', { name: 'New secret' }).click();
  await page.getByText('The secret before works until').waitFor();
  const second = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
  expect(second).not.toBe(secret);
  expect([(await ask(secret, '/stock')).status, (await ask(second, '/stock')).status]).toEqual([200, 200]);
  await page.getByRole('button', { name: 'I have it' }).click();
  await page.getByRole('row', { name: /Web shop/ }).click();
  await page.getByRole('button', { name: 'End the key' }).click();
  await page.getByText('The program is let in no more').waitFor();
  await screens.look(page, 'keys-end');
  await page.getByRole('button', { name: 'End the key' }).click();
  await page.getByRole('row', { name: /Web shop.*Ended/ }).waitFor();
  expect([(await ask(secret, '/stock')).status, (await ask(second, '/stock')).status]).toEqual([401, 401]);
  await screens.look(page, 'keys-list');
});

it('shows a code that a device is paired by, and sees it come in', async () => {
  const page = await open('/devices');
  await page.getByText('No device is paired').waitFor();
  await page.getByRole('button', { name: 'Pair a device' }).click();
  await page.getByLabel('What it is').fill('Tablet at the door');
  await page.getByRole('combobox', { name: 'Location' }).click();
  await page.getByRole('option').first().click();
  await screens.look(page, 'devices-new');
  await page.getByRole('button', { name: 'Show a code' }).click();
  const code = await page.getByRole('textbox', { name: 'Pairing code' }).inputValue();
  await screens.look(page, 'devices-code');
  const paired = await fetch(`${office.url}/api/v1/devices`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });
  expect(paired.status).toBe(201);
  const { token } = (await paired.json()) as { token: string };
  await page.getByRole('button', { name: 'I have it' }).click();
  // Nobody reloads: the list hears of it.
  await page.getByRole('row', { name: /Tablet at the door.*Works/ }).click();
  await page.getByRole('button', { name: 'Let it in no more' }).click();
  await page.getByText('The device is locked out from this moment').waitFor();
  await page.getByRole('button', { name: 'Let it in no more' }).click();
  await page.getByRole('row', { name: /Tablet at the door.*Ended/ }).waitFor();
  expect((await ask(token, '/stock')).status).toBe(401);
  await screens.look(page, 'devices-list');
});

it.each([
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 } }],
] as const)('can be used by everybody: %s', async (name, how) => {
  for (const path of ['/api-keys', '/devices']) {
    const page = await open(path, how);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    await screens.look(page, `${path.slice(1)}-${name}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(1);
  }
});

it('speaks Spanish', async () => {
  const page = await open('/api-keys', { locale: 'es-ES' });
  await page.getByRole('heading', { name: 'Claves de API', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Nueva clave' }).click();
  await page.getByText('Solo lo que puede hacer usted').waitFor();
});
