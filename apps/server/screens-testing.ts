import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { axeFindings, openBrowser } from './browser-testing.ts';

/** Who signs in where. */
type Signing = { readonly url: string; readonly email: string; readonly password: string };

/** A browser in front of an office. */
export type Screens = {
  /** Opens a page as the person who signed in; `fresh` as nobody. */
  open(path: string, how?: BrowserContextOptions & { readonly fresh?: boolean }): Promise<Page>;
  readonly look: typeof lookAt;
  /** Ends the pages that are open and fails when one of them broke. */
  endPages(): Promise<void>;
  close(): Promise<void>;
};

/** What holds with a dialog over the page too, under which the page keeps its landmarks. */
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Signs in as somebody and keeps the session for every page that is opened. */
export async function openScreens({ url, email, password }: Signing): Promise<Screens> {
  const browser: Browser = await openBrowser();
  const broken: string[] = [];
  let state: BrowserContextOptions['storageState'] = undefined;

  const open: Screens['open'] = async (path, { fresh = false, ...how } = {}) => {
    const context = await browser.newContext({
      viewport: DESK,
      locale: 'en-GB',
      ...(fresh || state === undefined ? {} : { storageState: state }),
      ...how,
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    page.on('pageerror', (error) => broken.push(error.message));
    await page.goto(url + path);
    return page;
  };
  const endPages = async (): Promise<void> => {
    for (const context of browser.contexts()) await context.close();
    expect(broken.splice(0)).toEqual([]);
  };

  const page = await open('/');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  state = await page.context().storageState();
  await endPages();

  return {
    open,
    endPages,
    look: lookAt,
    async close() {
      await browser.close();
    },
  };
}

/**
 * Looks at a page as everybody sees it: by day, by night and on a phone it must be readable (axe) and not wider than the screen. With SCREENSHOTS each is kept as a picture.
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  // What opens under the pointer is looked at where it is meant to open.
  await page.mouse.move(5, 5);
  for (const [how, colorScheme, viewport] of [
    ['light', 'light', DESK],
    ['dark', 'dark', DESK],
    ['phone', 'light', PHONE],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    // Colours fade from one to the other, and half-faded ones are not what anybody reads.
    await page.waitForTimeout(300);
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}-${how}.png`, fullPage: true });
    expect(await axeFindings(page, await rulesFor(page, how)), `${name} ${how}`).toEqual([]);
    const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(over, `${name} ${how} is wider than the screen`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
}

/** By night a page differs in its colours only, and on a phone in its colours, its sizes and how it flows; everything is looked at by day. */
async function rulesFor(page: Page, how: 'light' | 'dark' | 'phone'): Promise<readonly string[] | undefined> {
  if (how === 'dark') return ['color-contrast'];
  if (how === 'phone') return ['wcag2aa', 'wcag21aa', 'wcag22aa'];
  return (await page.getByRole('dialog').count()) > 0 ? WCAG : undefined;
}
