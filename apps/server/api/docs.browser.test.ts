/* oxlint-disable typescript/no-unsafe-assignment -- answers are looked into as they came */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeFindings, openBrowser } from '../browser-testing.ts';
import { docsExamples } from './examples.ts';
import { openApiWorld, type ApiWorld } from './world.ts';

let world: ApiWorld;
let browser: Browser;
const broken: string[] = [];

beforeAll(async () => {
  [world, browser] = await Promise.all([openApiWorld(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function open(how: { phone?: boolean; dark?: boolean; signedIn?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: how.phone === true ? { width: 390, height: 844 } : { width: 1440, height: 900 },
    colorScheme: how.dark === true ? 'dark' : 'light',
  });
  context.setDefaultTimeout(30_000);
  if (how.signedIn !== false)
    await context.addCookies([{ name: 'oneshelf_session', value: world.owner.token, url: world.url }]);
  const page = await context.newPage();
  page.on('pageerror', (error) => broken.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('the server responded with a status'))
      broken.push(message.text());
  });
  await page.goto(`${world.url}/api/docs`);
  return page;
}

/** What there is nothing of for the page to take: files, streams, what exists for a moment only, what only tests have. */
const NOT_SENT = ['live', 'getMedia', 'signIn', 'signOut', 'pairDevice', 'getOwnKey'].concat(
  // Only one of the companies has a loyalty programme, and nothing has run out.
  ['grantPoints', 'exchangePoints', 'expireRewards'],
);

/** What is done in the page itself, because a look from outside at each of some hundred forms takes a minute: opens each operation, sends its example and waits for what is told. */
const sendAll = `async (ids) => {
  const told = [];
  for (const id of ids) {
    location.hash = id;
    await new Promise((done) => setTimeout(done));
    const form = document.querySelector('#' + id + ' form');
    form.querySelector('button[type=submit]').click();
    const until = Date.now() + 10000;
    let found;
    while ((found = form.querySelector('.told .status, .told .bad')) === null && Date.now() < until)
      await new Promise((done) => setTimeout(done, 5));
    told.push({ id, status: found?.textContent ?? 'nothing', body: form.querySelector('.told pre')?.textContent ?? '' });
  }
  return told;
}`;

describe('the documentation', () => {
  it('has an example of every route, which says what is the reader’s own', () => {
    const { byOperation, finders } = docsExamples(world.api.routeTable);
    expect(Object.keys(byOperation).toSorted()).toEqual(world.api.routeTable.map((row) => row.operationId).toSorted());
    expect(byOperation['listStock']?.path).toContain('location={{locationId}}');
    const names = new Set([...JSON.stringify(byOperation).matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? ''));
    expect(names.size).toBeGreaterThan(8);
    for (const name of Object.keys(finders)) expect(names).toContain(name);
  });

  it('sends its examples as whoever is signed in, and they run', { timeout: 120_000 }, async () => {
    const page = await open();
    await expect.poll(() => page.locator('#who').innerText()).toBe('owner of company');
    const before = await world.lastEvent();
    const ids = world.api.routeTable.flatMap(({ operationId, preview, method }) =>
      NOT_SENT.includes(operationId) || (method !== 'GET' && !preview) ? [] : [operationId],
    );
    const told = await page.evaluate<{ id: string; status: string; body: string }[]>(
      `(${sendAll})(${JSON.stringify(ids)})`,
    );
    const answered = told.filter(({ status }) => !status.startsWith('Fill in'));
    const sent = answered.length;
    const failed = answered.filter(({ status }) => !/^20\d /.test(status));
    console.log(`${sent} examples were sent from the page`);
    expect(failed).toEqual([]);
    expect(sent).toBeGreaterThan(40);
    expect(await world.lastEvent()).toBe(before);
    expect(broken.splice(0)).toEqual([]);
    await page.context().close();
  });

  it('sends with a key instead, and says whose', async () => {
    const { body } = await world.send('POST', '/api-keys', {
      token: world.owner.token,
      body: { name: 'Reader', permissions: ['stock:read'] },
    });
    const page = await open({ signedIn: false });
    await expect.poll(() => page.locator('#who').innerText()).toContain('nobody');
    await page.getByLabel('Or with this key').fill((body as { secret: string }).secret);
    await page.getByLabel('Or with this key').press('Tab');
    await expect.poll(() => page.locator('#who').innerText()).toBe('the key Reader');
    await page.getByRole('link', { name: 'Which key this request carries' }).click();
    await page.locator('#getOwnKey').getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => page.locator('#getOwnKey .told').innerText()).toContain('"name": "Reader"');
    expect(broken.splice(0)).toEqual([]);
    await page.context().close();
  });

  it('is found by words', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('pairing code');
    await expect.poll(() => page.locator('details.operation:not([hidden])').count()).toBeLessThan(4);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/#(createPairingCode|openRegister|pairDevice)$/);
    await page.context().close();
  });

  it.each([{}, { dark: true }, { phone: true }, { phone: true, dark: true }])(
    'can be used by everybody %o',
    async (how) => {
      const page = await open(how);
      await page.evaluate(() => {
        (globalThis as unknown as { location: { hash: string } }).location.hash = 'createApiKey';
      });
      await page.locator('#createApiKey .buttons').waitFor();
      // All operations look alike; axe takes a minute for the whole page.
      await page.getByLabel('Search').fill('createApiKey');
      await page.locator('#listStock').waitFor({ state: 'hidden' });
      // The same page by night differs in its colours only.
      expect(await axeFindings(page, 'dark' in how ? ['color-contrast'] : undefined)).toEqual([]);
      const folder = process.env['SCREENSHOTS'];
      if (folder !== undefined)
        await page.screenshot({ path: `${folder}/docs-${JSON.stringify(how).replaceAll(/\W/g, '')}.png` });
      const width = await page.evaluate(
        () =>
          (globalThis as unknown as { document: { documentElement: { scrollWidth: number } } }).document.documentElement
            .scrollWidth,
      );
      expect(width).toBeLessThanOrEqual(how.phone === true ? 390 : 1440);
      await page.context().close();
    },
  );
});
