import axe from 'axe-core';
import { accessSync, constants } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** The browser of this machine: CHROMIUM_PATH, else where packages put it. Throws a sentence that says how to get one. */
export function findChromium(): string {
  const found = [process.env['CHROMIUM_PATH'], ...CANDIDATES].find((path) => path !== undefined && isExecutable(path));
  if (found === undefined)
    throw new Error('No Chromium was found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts the browser without anything that calls home. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

type Violation = { id: string; help: string; nodes: { html: string }[] };

/** What axe finds on the page (WCAG 2.2 A and AA, best practice, or the rules named), a line for each rule with the first place. */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(axe.source);
  // A colour on its way to another one is neither: with no motion every transition ends at once.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    const { document: shown } = globalThis as unknown as {
      document: { getAnimations(): { finish(): void; effect: { getTiming(): { iterations: number } } | null }[] };
    };
    for (const one of shown.getAnimations()) if (one.effect?.getTiming().iterations !== Infinity) one.finish();
  });
  const violations = await page.evaluate(async (wanted): Promise<Violation[]> => {
    const { axe: tester } = globalThis as unknown as {
      axe: { run(root: unknown, options: object): Promise<{ violations: Violation[] }> };
    };
    const options = { runOnly: wanted ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    const { violations: found } = await tester.run((globalThis as unknown as { document: unknown }).document, options);
    return found.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.slice(0, 1).map(({ html }) => ({ html })) }));
  }, rules);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html.slice(0, 200) ?? ''}`);
}
