import { build } from 'vite';
import { findChromium, openBrowser } from './browser-testing.ts';

/** The file of pure code and what it needs as one script that leaves its exports behind as the global `name`. */
async function bundle(file: string, name: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry: file, name, formats: ['iife'] }, target: 'es2023' },
  });
  const [first] = Array.isArray(built) ? built : [built];
  const chunk = first !== undefined && 'output' in first ? first.output[0] : undefined;
  if (chunk === undefined) throw new Error(`nothing was built of ${file}`);
  return chunk.code;
}

/** Runs an expression in Chromium over the exports of a file of pure code, known to it as `pure`, and gives what it comes to. */
export async function inChromium<T>(file: string, expression: string): Promise<T> {
  findChromium();
  const code = await bundle(file, 'pure');
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    return await page.evaluate<T>(`(() => { ${code}\nreturn ${expression}; })()`);
  } finally {
    await browser.close();
  }
}
