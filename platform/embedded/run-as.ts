import { execFileSync } from 'node:child_process';
import { chmodSync, lchownSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';

/**
 * As whom PostgreSQL runs. `prefix` stands before every command; `ids` go to spawn; `outside` is the uid that its files
 * have as seen from here.
 */
export type RunAs = {
  how: 'directly' | 'in a user namespace' | 'as another user';
  prefix: readonly string[];
  ids: { uid?: number; gid?: number };
  outside: number;
};

/**
 * Decides as whom to run PostgreSQL, which refuses to be root, and whose initdb refuses a uid without an entry in /etc/passwd.
 * In both cases a user namespace is tried first: inside, the process has the number of `nobody`; outside, its files stay ours, so it
 * also works below a folder that only we may enter, and needs no system user. Where namespaces are not permitted (many
 * containers), root gives up its rights for those of `nobody`. `only` forces one way, for tests. Throws an Error that says what to do.
 */
export function chooseRunAs(only?: RunAs['how']): RunAs {
  const uid = process.geteuid?.() ?? 0;
  const direct: RunAs = { how: 'directly', prefix: [], ids: {}, outside: uid };
  if (only === undefined && uid !== 0 && hasPasswdEntry()) return direct;
  const other = unprivilegedUser();
  if (only !== 'as another user' && other !== undefined) {
    const prefix = ['unshare', '--user', `--map-user=${other.uid}`, '--'];
    if (succeeds([...prefix, 'true'])) return { how: 'in a user namespace', prefix, ids: {}, outside: uid };
  }
  if (uid === 0 && only !== 'in a user namespace' && other !== undefined) {
    return { how: 'as another user', prefix: [], ids: { uid: other.uid, gid: other.gid }, outside: other.uid };
  }
  throw new StartRefusal(
    uid === 0
      ? 'PostgreSQL refuses to run as root, user namespaces are not permitted here and /etc/passwd names no other user. ' +
          'Start Oneshelf as an ordinary user, or set DATABASE_URL.'
      : `The uid ${uid} has no entry in /etc/passwd, which initdb needs, and user namespaces are not permitted here. ` +
          'Add an entry, run as a named user, or set DATABASE_URL.',
  );
}

function hasPasswdEntry(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    return false;
  }
}

/** `nobody`, else the first user in /etc/passwd that is not root. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  let lines: string[];
  try {
    lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const users = lines
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => Number.isSafeInteger(user.uid) && user.uid > 0 && Number.isSafeInteger(user.gid));
  return users.find((user) => user.name === 'nobody') ?? users[0];
}

function succeeds(command: readonly string[]): boolean {
  const [file = '', ...args] = command;
  try {
    execFileSync(file, args, { stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/** Gives `folder` and all in it to the uid PostgreSQL has. Does nothing when it has it already, or when we are not root. */
export function giveFolder(folder: string, runAs: RunAs): void {
  if (process.geteuid?.() !== 0 || lstatSync(folder).uid === runAs.outside) return;
  const gid = runAs.ids.gid ?? process.getegid?.() ?? 0;
  const give = (path: string): void => {
    const found = lstatSync(path);
    if (found.isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
    lchownSync(path, runAs.outside, gid); // the folder last, so that a run that was cut short is seen and repeated
  };
  give(folder);
}

/** Lets another user pass through `folder` without reading it. */
export function openPassage(folder: string, runAs: RunAs): void {
  if (runAs.how === 'as another user') chmodSync(folder, (lstatSync(folder).mode & 0o777) | 0o011);
}
