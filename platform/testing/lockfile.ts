import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** One entry of `packages` in package-lock.json, as far as it matters here. */
export type LockEntry = {
  version?: string;
  resolved?: string;
  license?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};

/** The part of package-lock.json that lists the packages by their path. */
export type Lockfile = { packages: Record<string, LockEntry> };

/** This project's package-lock.json. */
export const lockfilePath = resolve(import.meta.dirname, '../../package-lock.json');

/**
 * Optional packages that another one names and the lockfile does not have: `npm ci` refuses such a lockfile on every machine. They get
 * lost when npm writes it from a registry without the packages of other platforms.
 */
export function missingOptionals({ packages }: Lockfile): { name: string; version: string; parent: LockEntry }[] {
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(parent.optionalDependencies ?? {})
      .filter(([name]) => !places(path).some((folder) => `${folder}node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, parent })),
  );
}

/** 'node_modules/a/node_modules/b' → itself, a's folder and the root, each with a slash, in the order Node looks. */
function places(path: string): string[] {
  const parts = path === '' ? [] : path.split('/node_modules/');
  return [...parts.map((_, index) => `${parts.slice(0, parts.length - index).join('/node_modules/')}/`), ''];
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

/**
 * Adds the missing entries with the platform that their names tell (`…-linux-arm64-musl`) and without a checksum, which is only known to
 * who can fetch them. Throws when a name tells no platform: that package would be wanted everywhere. Gives the names.
 */
export function completeLockfile(lockfile: Lockfile): string[] {
  const missing = missingOptionals(lockfile);
  for (const { name, version, parent } of missing) {
    const words = name.split(/[/-]/);
    const os = systems.find((system) => words.includes(system));
    const cpu = processors.find((processor) => words.includes(processor));
    if (os === undefined || cpu === undefined) throw new Error(`${name} tells no platform; lock it by hand.`);
    const libc = os !== 'linux' ? undefined : words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc';
    lockfile.packages[`node_modules/${name}`] = {
      version,
      cpu: [cpu],
      ...(parent.dev === true ? { dev: true } : {}),
      ...(libc === undefined || !/gnu|musl/.test(name) ? {} : { libc: [libc] }),
      ...(parent.license === undefined ? {} : { license: parent.license }),
      optional: true,
      os: [os],
    };
  }
  const { '': root = {}, ...others } = lockfile.packages;
  const sorted = Object.entries(others).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  lockfile.packages = { '': root, ...Object.fromEntries(sorted) };
  return missing.map(({ name }) => name);
}

if (import.meta.main) {
  const lockfile = JSON.parse(readFileSync(lockfilePath, 'utf8')) as Lockfile;
  const added = completeLockfile(lockfile);
  if (added.length > 0) writeFileSync(lockfilePath, `${JSON.stringify(lockfile, null, 2)}\n`);
  process.stdout.write(`${added.length} packages of other platforms added to package-lock.json.\n`);
}
