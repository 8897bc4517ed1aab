import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { keepMails, openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { openScreens, type Screens } from '../../server/screens-testing.ts';

const PASSWORD = 'shelves and more shelves';
let office: TestOffice;
let owner: Screens;
let cashier: Screens;
let cashierId: string;
const { mails, signIn } = keepMails(() => office.url);

type Items = { items: { id: string; code: string; name: string; grants: { id: string; role: string }[] }[] };

beforeAll(async () => {
  office = await openTestOffice({ signIn });
  const roleId = (await office.ask<Items>('GET', '/staff/roles')).items.find(({ code }) => code === 'cashier')?.id;
  await office.ask('POST', '/staff/invitations', { name: 'Cleo Till', email: 'cleo@example.org', roleId });
  await vi.waitFor(() => expect(mails.length).toBeGreaterThan(0), { timeout: 20_000 });
  const token = /#([\w-]{43})/.exec(mails[0]?.text ?? '')?.[1];
  await office.ask('POST', '/invitations/accept', { token, name: 'Cleo Till', password: PASSWORD });
  cashierId =
    (await office.ask<Items>('GET', '/staff/people?search=Cleo')).items.find(({ name }) => name === 'Cleo Till')?.id ??
    '';
  owner = await openScreens(office);
  cashier = await openScreens({ url: office.url, email: 'cleo@example.org', password: PASSWORD });
});
afterAll(async () => {
  await cashier?.close();
  await owner?.close();
  await office?.close();
});
afterEach(async () => {
  await cashier.endPages();
  await owner.endPages();
});

it('shows a cashier the counter, and neither people nor the system', async () => {
  const page = await cashier.open('/');
  const menu = page.getByRole('navigation', { name: 'Main' });
  await menu.getByRole('link', { name: 'Sell' }).waitFor();
  for (const name of ['People', 'Roles', 'Audit', 'Backups', 'Health', 'API keys', 'Getting started'])
    expect(await menu.getByRole('link', { name, exact: true }).count(), name).toBe(0);
});

it('says whom to ask where somebody may not see a page, and leads on', async () => {
  const page = await cashier.open('/people');
  await page.getByRole('heading', { name: 'You may not see this', level: 1 }).waitFor();
  await page.getByText('This needs the right “people · read”').waitFor();
  await cashier.look(page, 'not-for-you');
  await page.getByRole('link', { name: 'Go where I may' }).click();
  await page.getByRole('heading', { name: 'Sell', level: 1 }).waitFor();
});

it('opens in the menu what a new role allows, at once and without a reload, and closes it again', async () => {
  const page = await cashier.open('/system/health');
  await page.getByRole('heading', { name: 'You may not see this', level: 1 }).waitFor();
  const roleId = (await office.ask<Items>('GET', '/staff/roles')).items.find(({ code }) => code === 'auditor')?.id;
  await office.ask('POST', `/staff/people/${cashierId}/grants`, { roleId });
  await page.getByRole('heading', { name: 'Health', level: 1 }).waitFor();
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit' }).waitFor();
  const person = await office.ask<Items['items'][number]>('GET', `/staff/people/${cashierId}`);
  const grant = person.grants.find(({ role }) => role === 'auditor');
  await office.ask('POST', `/staff/people/${cashierId}/grants/${grant?.id}/revocation`, {});
  await page.getByRole('heading', { name: 'You may not see this', level: 1 }).waitFor();
});
