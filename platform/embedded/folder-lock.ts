import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';
import { processIdentity } from './process-identity.ts';

type Owner = { pid: number; identity: string; host: string; url?: string };

/** A claimed folder. `announce` writes the address that a second start shows; `release` gives the folder back. */
export type FolderLock = { announce(url: string): void; release(): void };

/** Another process owns the folder. `url` is where it can be reached, once it told. */
export class AlreadyRunningError extends StartRefusal {
  readonly pid: number;
  readonly url: string | undefined;
  constructor(folder: string, owner: Owner) {
    const where = owner.url === undefined ? '' : ` at ${owner.url}`;
    const host = owner.host === hostname() ? '' : ` on ${owner.host}`;
    super(
      `Oneshelf is already running as pid ${owner.pid}${host}${where} on the folder ${folder}. Nothing was changed.`,
    );
    this.name = 'AlreadyRunningError';
    this.pid = owner.pid;
    this.url = owner.url;
  }
}

/** The live owner of `folder`, or undefined. Changes nothing. */
export function findOwner(folder: string): { pid: number; url?: string } | undefined {
  const path = join(folder, 'owner.json');
  const owner = readOwner(path);
  return owner !== undefined && holds(owner, path) ? owner : undefined;
}

const heartbeatMs = 5000;

/**
 * Makes this process the only owner of `folder`, which is created when missing. The claim is a file `owner.json` with pid and start
 * time; a claim whose process is gone is taken over. On a folder shared between hosts or containers, where a foreign pid says
 * nothing, a claim counts while its file is touched every few seconds. Throws AlreadyRunningError.
 */
export function claimFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'owner.json');
  const owner: Owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '', host: hostname() };
  claim(folder, path, owner);
  const heartbeat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was removed under us; PostgreSQL will say so louder.
    }
  }, heartbeatMs);
  heartbeat.unref();
  return {
    announce(url) {
      const next = `${path}.${process.pid}`;
      writeFileSync(next, JSON.stringify({ ...owner, url }));
      renameSync(next, path);
    },
    release() {
      clearInterval(heartbeat);
      const current = readOwner(path);
      if (current?.pid === owner.pid && current.identity === owner.identity) rmSync(path, { force: true });
    },
  };
}

function claim(folder: string, path: string, owner: Owner): void {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(owner));
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      try {
        linkSync(mine, path); // fails when the file exists, and shows it only complete
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const other = readOwner(path);
      if (other !== undefined && holds(other, path)) throw new AlreadyRunningError(folder, other);
      takeAway(path, other);
    }
    throw new Error(`The folder ${folder} could not be claimed: ${path} keeps coming back.`);
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes a stale claim. If another process replaced it in the meantime, that one's claim is put back. */
function takeAway(path: string, stale: Owner | undefined): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    const taken = readOwner(aside);
    if (taken !== undefined && (taken.pid !== stale?.pid || taken.identity !== stale.identity)) linkSync(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function holds(owner: Owner, path: string): boolean {
  if (owner.host === hostname()) return processIdentity(owner.pid) === owner.identity;
  return Date.now() - statSync(path).mtimeMs < 3 * heartbeatMs;
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined; // gone, or cut short by a full disk: in both cases nobody's
  }
}
