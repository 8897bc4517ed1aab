import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../../../platform/config.ts';

/** The file in DATA_DIR that says where the database has moved. */
const FILE = 'moved-to.json';

/** The exit code by which a program asks to be started again: its database has moved. */
export const START_AGAIN = 86;

function pathIn(dataDir: string): string {
  return join(resolve(dataDir), FILE);
}

/** Writes down where the database has moved: from now on a program without DATABASE_URL uses that one. For its owner only, there is a password in it. */
export function sayMoved(dataDir: string, url: string, at: number): void {
  const path = pathIn(dataDir);
  writeFileSync(`${path}.part`, JSON.stringify({ url, movedAt: new Date(at).toISOString() }), { mode: 0o600 });
  renameSync(`${path}.part`, path);
}

/** The settings, with the database where it has moved. DATABASE_URL goes before: whoever sets it knows. */
export function withMovedDatabase(config: Config): Config {
  const path = pathIn(config.DATA_DIR);
  if (config.DATABASE_URL !== undefined || !existsSync(path)) return config;
  const { url } = JSON.parse(readFileSync(path, 'utf8')) as { url: string };
  return { ...config, DATABASE_URL: url };
}

/** Calls `onMoved` when the database of this folder has moved. Gives the function that stops looking. */
export function watchForMove(dataDir: string, onMoved: () => void): () => void {
  const path = pathIn(dataDir);
  const timer = setInterval(() => {
    if (!existsSync(path)) return;
    clearInterval(timer);
    onMoved();
  }, 100);
  timer.unref();
  return () => clearInterval(timer);
}
