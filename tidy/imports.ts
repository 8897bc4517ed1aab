import { posix } from 'node:path';
import { domains, knows, purePackages, rooms, serverPackages } from './domains.mjs';
import { importsOf } from './scan.ts';
import { lineAt } from './project.ts';
import type { Problem, SourceFile } from './project.ts';

/**
 * Where a file lives. `pure` and `server` are the two halves of a domain, `room` is a row of the table, `root` is the
 * top folder, where only scripts and settings lie.
 */
type Place =
  | { readonly kind: 'pure' | 'server'; readonly domain: string }
  | { readonly kind: 'room'; readonly room: string }
  | { readonly kind: 'root' }
  | { readonly kind: 'nowhere'; readonly why: string };

const testOnlyRooms: readonly string[] = ['apps/server'];
const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);
const isSetting = (path: string): boolean => /(?:^|\/)(?:vite|vitest)\.config\.(?:ts|mjs)$/.test(path);

/** What the file imports although the table in `domains.mjs` says that it may not. */
export function importProblems(file: SourceFile): readonly Problem[] {
  const place = placeOf(file.path);
  if (place.kind === 'nowhere') return [{ path: file.path, line: 1, says: place.why }];
  if (place.kind === 'root' || isSetting(file.path)) return [];
  return importsOf(file.text).flatMap(({ specifier, at }) => {
    const says = refusal(file.path, place, specifier);
    return says === undefined ? [] : [{ path: file.path, line: lineAt(file.text, at), says }];
  });
}

/** Finds the room of a path, or says why there is none. */
export function placeOf(path: string): Place {
  const parts = path.split('/');
  const [top = '', second = ''] = parts;
  if (parts.length === 1) return { kind: 'root' };
  if (top === 'src') {
    if (!domains.includes(second)) return { kind: 'nowhere', why: `src/${second} is no domain of tidy/domains.mjs` };
    if (parts.length === 3) return { kind: 'pure', domain: second };
    if (parts[2] === 'server') return { kind: 'server', domain: second };
    if (parts.length === 4) return { kind: 'pure', domain: second };
    return { kind: 'nowhere', why: 'a domain has pure files, folders of them one deep, and server/' };
  }
  const room = top === 'apps' ? `apps/${second}` : top;
  if (room in rooms) return { kind: 'room', room };
  return { kind: 'nowhere', why: `${room} has no row in tidy/domains.mjs` };
}

function refusal(path: string, place: Place, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return fileRefusal(path, place, specifier.replace(/\?.*$/, ''));
  if (place.kind === 'pure') return isTest(path) ? undefined : purePackageRefusal(path, specifier);
  if (place.kind !== 'room' || isTest(path)) return undefined;
  return packageRefusal(path, place.room, specifier);
}

function fileRefusal(path: string, place: Place, specifier: string): string | undefined {
  if (!/\.[a-z0-9]+$/.test(specifier)) return `${specifier} must name the file with its ending`;
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  const to = placeOf(target);
  if (target.startsWith('..')) return `${specifier} leaves the project`;
  if (to.kind === 'nowhere') return to.why;
  if (isTest(target)) return `${target} is a test, nothing may rest on it`;
  if (isTest(path) && to.kind === 'room' && testOnlyRooms.includes(to.room)) return undefined;
  const allowed = to.kind !== 'root' && mayName(place, to, target);
  return allowed ? undefined : `${nameOf(place)} may not know ${target}`;
}

function mayName(from: Place, to: Place, target: string): boolean {
  if (from.kind === 'pure') return to.kind === 'pure' && knows(from.domain, to.domain);
  if (from.kind === 'server') {
    if (to.kind === 'pure' || to.kind === 'server') return knows(from.domain, to.domain);
    return to.kind === 'room' && to.room === 'platform';
  }
  if (from.kind !== 'room') return true;
  if (to.kind === 'room' && to.room === from.room) return true;
  const row = rooms[from.room]?.knows ?? [];
  if (to.kind === 'server') return row.includes('server');
  if (to.kind === 'pure' && row.includes('pure')) return true;
  return row.some((known) => target === `${known}.ts` || target.startsWith(`${known}/`));
}

function purePackageRefusal(path: string, specifier: string): string | undefined {
  if (specifier === '?') return 'a pure file may not import something it computes';
  if (purePackages[path]?.includes(specifier) === true) return undefined;
  return `a pure file may not import ${specifier}`;
}

function packageRefusal(path: string, room: string, specifier: string): string | undefined {
  const row = rooms[room];
  if (row === undefined || specifier === '?') return undefined;
  if (specifier.startsWith('node:')) {
    if (row.node || path === `${room}/main.ts`) return undefined;
    return `${room} may not import ${specifier}`;
  }
  if (row.packages === 'none') return `${room} may not import ${specifier}`;
  const onServer = serverPackages.some((name) =>
    name.endsWith('*')
      ? specifier.startsWith(name.slice(0, -1))
      : specifier === name || specifier.startsWith(`${name}/`),
  );
  return row.packages === 'browser' && onServer
    ? `${room} runs in a browser and may not import ${specifier}`
    : undefined;
}

function nameOf(place: Place): string {
  if (place.kind === 'pure') return `src/${place.domain} (pure)`;
  if (place.kind === 'server') return `src/${place.domain}/server`;
  return place.kind === 'room' ? place.room : 'this file';
}
