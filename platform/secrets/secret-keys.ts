import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StartRefusal } from '../start-refusal.ts';

/** One key of 256 bits. Its id is worked out from it, says nothing about it, and stands in everything that was sealed with it. */
export type SecretKey = { readonly id: string; readonly bytes: Buffer };

/** The keys that open what is sealed; the first one seals. Never empty. */
export type KeyRing = readonly [SecretKey, ...SecretKey[]];

const KEY_BYTES = 32;
const FORM = /^[A-Za-z0-9_-]{43}$/;
/** Rotation keeps the key before the newest one, so that what was sealed while it ran can still be opened; older ones go. */
const KEPT = 2;

/** The keys in a setting: base64url texts with commas between, the newest first. Throws StartRefusal for anything else, without repeating it. */
export function ringOfSetting(setting: string): KeyRing {
  const texts = setting.split(',').map((text) => text.trim());
  const ring = ringOf(texts);
  if (ring === undefined)
    throw new StartRefusal(
      'SECRET_KEY must be keys of 43 characters (32 bytes as base64url) with commas between, the newest first. `openssl rand -base64 32 | tr +/ -_ | tr -d =` makes one.',
    );
  return ring;
}

/**
 * The keys in a file, one a line, the newest first. When there is no file, one is made with a new key, readable by its owner only. Throws StartRefusal when
 * the file is not what we wrote: a new key in its place would leave everything that is sealed closed for ever.
 */
export function ringOfFile(path: string): KeyRing {
  try {
    writeRing(path, [newKey()], 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const ring = ringOf(readFileSync(path, 'utf8').trim().split('\n'));
  if (ring === undefined)
    throw new StartRefusal(
      `${path} does not hold the keys that secrets are sealed with. Put it back from a backup: what was sealed cannot be opened without it.`,
    );
  const others = statSync(path).mode & 0o077;
  if (others !== 0 && process.platform !== 'win32')
    throw new StartRefusal(`${path} may be read by others than its owner. Run chmod 600 on it.`);
  return ring;
}

/** Puts a new key before the others in the file and lets the oldest go. From now on it seals. */
export function addKeyToFile(path: string): KeyRing {
  const ring: KeyRing = [newKey(), ...ringOfFile(path).slice(0, KEPT - 1)];
  writeRing(`${path}.part`, ring, 'w');
  renameSync(`${path}.part`, path);
  return ring;
}

function newKey(): SecretKey {
  return keyOf(randomBytes(KEY_BYTES));
}

function keyOf(bytes: Buffer): SecretKey {
  return { id: hash('sha256', Buffer.concat([Buffer.from('oneshelf key id'), bytes]), 'hex').slice(0, 8), bytes };
}

function ringOf(texts: readonly string[]): KeyRing | undefined {
  if (!texts.every((text) => FORM.test(text))) return undefined;
  const [first, ...rest] = texts.map((text) => keyOf(Buffer.from(text, 'base64url')));
  return first === undefined ? undefined : [first, ...rest];
}

function writeRing(path: string, ring: KeyRing, flag: 'w' | 'wx'): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = ring.map(({ bytes }) => `${bytes.toString('base64url')}\n`).join('');
  writeFileSync(path, text, { mode: 0o600, flag });
}
