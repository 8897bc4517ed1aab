import { hash } from 'node:crypto';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';

/** Passwords that thieves are known to have. */
export type BreachedPasswords = { readonly has: (password: string) => Promise<boolean> };

const LINE = /^([0-9A-Fa-f]{10,40})(?::\d+)?\r?$/;
/** Longer than any line; two of them always hold a whole one. */
const CHUNK = 128;

/** The list that comes along: stolen passwords that are long enough to be chosen here. Made by platform/testing/common-passwords.ts. */
export const commonPasswordsPath = join(import.meta.dirname, 'common-passwords.txt');

/**
 * The list that comes along, which knows small letters from capital ones as little as thieves do, and the operator's beside it, when there is one.
 * Throws StartRefusal when theirs is no such file.
 */
export async function openKnownPasswords(file: string | undefined): Promise<BreachedPasswords> {
  const common = await openBreachedPasswords(commonPasswordsPath);
  const own = file === undefined ? undefined : await openBreachedPasswords(file);
  return {
    has: async (password) =>
      (await common.has(password.toLowerCase())) || (own !== undefined && (await own.has(password))),
  };
}

/**
 * Opens a sorted file of SHA-1 hashes in hex, or of their first ten digits or more. It may be as large as the whole list of Have I Been Pwned: a look-up
 * halves its way to the line, reading a few hundred bytes a step, and nothing is held in memory. Throws StartRefusal when it is not such a file.
 */
export async function openBreachedPasswords(path: string): Promise<BreachedPasswords> {
  const refuse = (why: string): StartRefusal => new StartRefusal(`BREACHED_PASSWORDS_FILE is "${path}", ${why}.`);
  const size = await stat(path).then(
    (found) => found.size,
    (error: NodeJS.ErrnoException) => {
      throw refuse(`which cannot be read (${error.code})`);
    },
  );
  const file = await open(path);
  try {
    const first = await lineAt(file, 0);
    if (first === undefined || !LINE.test(first.text)) throw refuse('which does not begin with a SHA-1 hash in hex');
  } finally {
    await file.close();
  }
  return {
    async has(password) {
      const wanted = hash('sha1', password, 'hex').toUpperCase();
      const opened = await open(path);
      try {
        return await search(opened, size, wanted);
      } finally {
        await opened.close();
      }
    },
  };
}

async function search(file: FileHandle, size: number, wanted: string): Promise<boolean> {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineAt(file, middle);
    // Behind the last beginning of a line in this half: look in the front one.
    if (line === undefined || line.start >= high) {
      high = middle;
      continue;
    }
    const found = (LINE.exec(line.text)?.[1] ?? '').toUpperCase();
    if (found !== '' && wanted.startsWith(found)) return true;
    if (found < wanted) low = line.end;
    else high = middle;
  }
  return false;
}

/** The first line that begins at or behind a place; undefined when there is none. */
async function lineAt(
  file: FileHandle,
  at: number,
): Promise<{ readonly start: number; readonly end: number; readonly text: string } | undefined> {
  // One byte earlier, so that a line that begins right here is seen as one.
  const from = Math.max(0, at - 1);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * CHUNK), 0, 2 * CHUNK, from);
  const text = buffer.subarray(0, bytesRead).toString('latin1');
  const start = at === 0 ? 0 : text.indexOf('\n') + 1;
  if (start >= text.length || (at > 0 && start === 0)) return undefined;
  const end = text.indexOf('\n', start);
  const stop = end < 0 ? text.length : end;
  return { start: from + start, end: from + (end < 0 ? text.length : end + 1), text: text.slice(start, stop) };
}
