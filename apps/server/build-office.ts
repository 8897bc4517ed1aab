import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const stampName = '.oneshelf-build';

/** Where the built office lies: `index.html` and `assets/` whose names change with their content. */
const officeDirectory = join(root, 'dist/office');

/** What one wants to hear while it builds. */
export type BuildOptions = {
  /** Called once when a build is needed, before it starts, with a sentence for people. */
  readonly onProgress?: (text: string) => void;
};

/**
 * Makes sure that `dist/office` is what the sources say; a fresh clone has none. Takes a few milliseconds when it is, about ten seconds when
 * not. Built beside and moved in one step, so that a server that runs meanwhile never serves half of it. Throws what Vite throws.
 */
export async function buildOffice({ onProgress }: BuildOptions = {}): Promise<{ directory: string; built: boolean }> {
  const wanted = sourceHash();
  if (existsSync(join(officeDirectory, 'index.html')) && readIfThere(join(officeDirectory, stampName)) === wanted) {
    return { directory: officeDirectory, built: false };
  }
  onProgress?.('Building the office (once, and whenever its sources change) …');
  const { build } = await import('vite');
  const beside = `${officeDirectory}.${process.pid}`;
  const away = `${officeDirectory}.${process.pid}.old`;
  await build({
    configFile: join(root, 'apps/office/vite.config.ts'),
    configLoader: 'native',
    logLevel: 'error',
    mode: 'production',
    build: { outDir: beside },
  });
  writeFileSync(join(beside, stampName), wanted);
  if (existsSync(officeDirectory)) renameSync(officeDirectory, away);
  renameSync(beside, officeDirectory);
  rmSync(away, { recursive: true, force: true });
  return { directory: officeDirectory, built: true };
}

/** One hash over everything that goes into the build: sources, and the versions of the packages. */
function sourceHash(): string {
  const hash = createHash('sha256');
  const folders = ['apps/office', 'apps/kit', 'apps/client', 'src'];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(join(entry.parentPath, entry.name)))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files, join(root, 'package-lock.json')].sort()) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Of the domains only what the office may import: pure files. */
function isSource(path: string): boolean {
  const inside = relative(root, path).replaceAll('\\', '/');
  if (/\.test\.tsx?$/.test(inside) || inside.startsWith('apps/office/test/')) return false;
  return !inside.startsWith('src/') || /^src\/[^/]+\/[^/]+\.ts$/.test(inside);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
