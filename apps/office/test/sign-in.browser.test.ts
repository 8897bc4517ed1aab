import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../server/browser-testing.ts';
import { keepMails, openTestOffice, type TestOffice } from '../../server/office-testing.ts';
import { lookAt } from '../../server/screens-testing.ts';

let office: TestOffice;
let browser: Browser;
const { mails, signIn: wayIn } = keepMails(() => office.url);
/** How far the server's clock is ahead of ours. */
let aheadMs = 0;
const now = (): number => Date.now() + aheadMs;
const broken: string[] = [];

beforeAll(async () => {
  [office, browser] = await Promise.all([openTestOffice({ signIn: wayIn, now }), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await office?.close();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  expect(broken.splice(0)).toEqual([]);
});

/** Passkeys belong to a name, so the office is visited by its name here. */
const home = (): string => office.url.replace('127.0.0.1', 'localhost');

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => broken.push(error.message));
  await page.goto(home() + path);
  return page;
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Today, or for who may not see it the first thing that they may do. */
const isIn = (page: Page, first = 'Today'): Promise<void> =>
  page.getByRole('heading', { name: first, level: 1 }).waitFor();
const codeOf = (seed: string, at = Date.now()): string =>
  new TOTP({ secret: Secret.fromBase32(seed) }).generate({ timestamp: at });

/** Invites somebody with a role and gives the path of the link in the mail. */
async function invite(
  name: string,
  role: string,
  locale: 'en' | 'es' = 'en',
): Promise<{ email: string; path: string }> {
  const { items } = await office.ask<{ items: { id: string; code: string }[] }>('GET', '/staff/roles');
  const email = `${name.toLowerCase()}@example.org`;
  const roleId = items.find(({ code }) => code === role)?.id;
  await office.ask('POST', '/staff/invitations', { name, email, roleId, locale });
  await expect.poll(() => mails.some(({ to }) => to === email)).toBe(true);
  return { email, path: pathIn(mails.find(({ to }) => to === email)) };
}

const pathIn = (mail: { readonly text: string } | undefined): string =>
  /https?:\/\/[^/\s]+(\/[\w-]+#[\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? '';

describe('somebody who was invited', () => {
  it('chooses a password and is in; the link is out of the address, and works once', async () => {
    const { email, path } = await invite('Bea', 'manager');
    const page = await open(path);
    await page.getByRole('heading', { name: 'Welcome, Bea' }).waitFor();
    expect(page.url()).toBe(`${home()}/invitation`);
    await lookAt(page, 'invitation');
    await page.getByLabel('Your name').fill('Bea Shelf');
    await page.getByLabel(/^New password/).fill('short');
    await page.getByRole('button', { name: 'Set the password and go in' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('it needs at least 12');
    await page.getByLabel(/^New password/).fill('shelves and more shelves');
    await page.getByRole('button', { name: 'Set the password and go in' }).click();
    await isIn(page);
    await page.getByRole('button', { name: /Bea Shelf/ }).waitFor();
    const again = await open(path);
    expect(await again.getByRole('alert').innerText()).toContain('used already');
    const other = await open('/');
    await signIn(other, email, 'shelves and more shelves');
    await isIn(other);
  });

  it('who forgets the password gets a link, and is told the same when nobody is known', async () => {
    const page = await open('/');
    await lookAt(page, 'sign-in');
    await page.getByLabel('E-mail').fill('bea@example.org');
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor();
    const reset = (): (typeof mails)[number] | undefined =>
      mails.find(({ subject }) => subject === 'A new password for Oneshelf');
    await expect.poll(() => reset() !== undefined).toBe(true);
    const link = await open(pathIn(reset()));
    await lookAt(link, 'new-password');
    await link.getByLabel(/^New password/).fill('bea has a better one');
    await link.getByRole('button', { name: 'Set the password' }).click();
    await link.getByText('The new password is set.').waitFor();
    await signIn(link, 'bea@example.org', 'bea has a better one');
    await isIn(link);
  });
});

describe('my account', () => {
  it('turns codes on, asks for one at the next sign-in, and ends other sessions', async () => {
    const { email, path } = await invite('Cleo', 'cashier', 'es');
    expect(mails.find(({ to }) => to === email)?.subject).toBe('Te invitan a Oneshelf');
    const page = await open(path);
    await page.getByLabel(/^New password/).fill('cleo counts the boxes');
    await page.getByRole('button', { name: 'Set the password and go in' }).click();
    await isIn(page, 'Sell');
    await page.getByRole('button', { name: /Cleo/ }).click();
    await page.getByRole('menuitem', { name: 'My account' }).click();
    await page.getByRole('heading', { name: 'My account' }).waitFor();
    await page.getByRole('button', { name: 'Turn codes on' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    await lookAt(page, 'account-codes');
    const seed = (await page.locator('code').first().innerText()).replaceAll(' ', '');
    await page.getByLabel('Code from the app').fill('000000');
    await page.getByRole('button', { name: 'Turn codes on' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('This code is wrong');
    await page.getByLabel('Code from the app').fill(codeOf(seed));
    await page.getByRole('button', { name: 'Turn codes on' }).click();
    const codes = page.getByRole('list', { name: 'Recovery codes' });
    await codes.waitFor();
    const recovery = await codes.getByRole('listitem').allInnerTexts();
    expect(recovery).toHaveLength(10);
    await lookAt(page, 'account-recovery');
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('10 recovery codes are left.').waitFor();

    const other = await open('/');
    await signIn(other, email, 'cleo counts the boxes');
    await other.getByRole('heading', { name: 'One more step' }).waitFor();
    await lookAt(other, 'second-factor');
    await other.getByLabel('Code').fill(recovery[0] ?? '');
    await other.getByRole('button', { name: 'Go on' }).click();
    await isIn(other, 'Sell');
    await page.reload();
    await page.getByText('9 recovery codes are left.').waitFor();
    const table = page.getByRole('table', { name: 'Where you are signed in' });
    await table.getByText('Chrome, Linux').nth(1).waitFor();
    await lookAt(page, 'account');
    await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
    await other.reload();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    // Five looks, each at four pages: more than a minute on a busy machine.
  }, 180_000);

  it('makes a passkey with a device, signs in with it, renames and removes it', async () => {
    const page = await open('/');
    const device = await page.context().newCDPSession(page);
    await device.send('WebAuthn.enable');
    await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await signIn(page, office.email, office.password);
    await isIn(page);
    await page.goto(`${home()}/account`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a passkey' });
    await dialog.getByLabel('What it is called').fill('Till in the back');
    await dialog.getByRole('button', { name: 'Add a passkey' }).click();
    const list = page.getByRole('list', { name: 'Passkeys' });
    await list.getByText('Till in the back').waitFor();
    await page.getByRole('button', { name: /Ada Shelf/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await list.getByText('Till in the back').waitFor();
    await list.getByText('Last used').waitFor();
    await page.getByRole('button', { name: 'Rename Till in the back' }).click();
    await page.getByLabel('What it is called').fill('Till in front');
    await page.getByRole('button', { name: 'Save' }).click();
    await lookAt(page, 'account-passkey');
    await page.getByRole('button', { name: 'Remove Till in front' }).click();
    await page.getByText('You have none yet.').waitFor();
    await page.getByRole('button', { name: /Ada Shelf/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'This passkey does not belong here.' }).waitFor();
  });

  it('comes after a second factor for somebody whose role needs one', async () => {
    const { email, path } = await invite('Dora', 'accountant');
    const { items } = await office.ask<{ items: { id: string; code: string }[] }>('GET', '/staff/roles');
    await office.ask('PUT', '/staff/second-factor', {
      roleIds: items.filter(({ code }) => code === 'accountant').map(({ id }) => id),
    });
    const page = await open(path);
    await page.getByRole('heading', { name: 'Welcome, Dora' }).waitFor();
    await page.getByLabel(/^New password/).fill('dora adds it all up');
    await page.getByRole('button', { name: 'Set the password and go in' }).click();
    await page.getByRole('heading', { name: 'A second factor is needed' }).waitFor();
    await lookAt(page, 'set-up');
    await page.getByRole('button', { name: 'Turn codes on' }).click();
    const seed = (await page.locator('code').first().innerText()).replaceAll(' ', '');
    await page.getByLabel('Code from the app').fill(codeOf(seed));
    await page.getByRole('button', { name: 'Turn codes on' }).click();
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await isIn(page);
    const next = await open('/');
    await signIn(next, email, 'dora adds it all up');
    await next.getByRole('heading', { name: 'One more step' }).waitFor();
  });
});

describe('an act that needs a fresh proof', () => {
  it('waits for the proof in a dialog, is done right after it, and not without it', async () => {
    const { path } = await invite('Eve', 'picker');
    const page = await open('/');
    await signIn(page, office.email, office.password);
    await isIn(page);
    const { items } = await office.ask<{ items: { id: string; email: string }[] }>('GET', '/staff/people?limit=50');
    const eve = items.find(({ email }) => email === 'eve@example.org')?.id ?? '';
    await page.goto(`${home()}/people/${eve}`);
    const mailbox = page.getByRole('textbox', { name: 'E-mail', exact: true });
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const dialog = page.getByRole('dialog', { name: 'Is it you?' });
    await mailbox.fill('eve.new@example.org');
    aheadMs = 16 * 60_000;
    try {
      await save.click();
      await dialog.getByLabel(/^Password/).waitFor();
      await lookAt(page, 'prove-again');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('alert').filter({ hasText: 'Prove once more that it is you' }).waitFor();
      const emailOf = async (): Promise<string> =>
        (await office.ask<{ email: string }>('GET', `/staff/people/${eve}`)).email;
      expect(await emailOf()).toBe('eve@example.org');

      await save.click();
      await dialog.getByLabel(/^Password/).fill('not my password');
      await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
      await dialog
        .getByRole('alert')
        .getByText(/password is wrong/i)
        .waitFor();
      await dialog.getByLabel(/^Password/).fill(office.password);
      await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
      await expect.poll(emailOf).toBe('eve.new@example.org');
      // For a quarter of an hour nothing more is asked.
      await page.goto(`${home()}/account`);
      await page.getByRole('button', { name: 'Turn codes on' }).click();
      await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
      expect(path).toContain('/invitation');
    } finally {
      aheadMs = 0;
    }
  });
});

describe('a second factor that was lost', () => {
  it('is reset after saying what ends; its person is signed out, told, and in again by password alone', async () => {
    const { email, path } = await invite('Finn', 'cashier');
    const finn = await open(path);
    await finn.getByLabel(/^New password/).fill('finn finds the boxes');
    await finn.getByRole('button', { name: 'Set the password and go in' }).click();
    await isIn(finn, 'Sell');
    await finn.goto(`${home()}/account`);
    await finn.getByRole('button', { name: 'Turn codes on' }).click();
    const seed = (await finn.locator('code').first().innerText()).replaceAll(' ', '');
    await finn.getByLabel('Code from the app').fill(codeOf(seed));
    await finn.getByRole('button', { name: 'Turn codes on' }).click();
    await finn.getByRole('button', { name: 'I have kept them' }).click();
    await finn.getByText('10 recovery codes are left.').waitFor();

    const page = await open('/');
    await signIn(page, office.email, office.password);
    await isIn(page);
    const { items } = await office.ask<{ items: { id: string; email: string }[] }>('GET', '/staff/people?limit=50');
    await page.goto(`${home()}/people/${items.find((one) => one.email === email)?.id}`);
    await page.getByRole('button', { name: 'Reset the second factor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Reset the second factor of Finn?' });
    await dialog.getByRole('listitem').getByText('Codes of the authenticator and recovery codes are void').waitFor();
    await dialog
      .getByRole('listitem')
      .getByText(/1 session|One session|session/)
      .waitFor();
    await dialog.getByRole('listitem').getByText('They are told by mail').waitFor();
    await lookAt(page, 'reset-factor');
    await dialog.getByRole('button', { name: 'Reset the second factor' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect
      .poll(() => mails.some(({ to, text }) => to === email && text.includes('was taken away by somebody')))
      .toBe(true);
    await finn.reload();
    await finn.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(finn, email, 'finn finds the boxes');
    await isIn(finn, 'My account');
  });
});
