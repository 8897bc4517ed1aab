import { randomBytes } from 'node:crypto';
import { BackupRefused } from './archive.ts';
import type { Place } from './place.ts';
import { seal, sealKey, unseal } from './seal.ts';

/** What a sealed file begins with; its salt comes next. */
const SEALED = Buffer.from('oneshelf-sealed-1\n');
const SALT_BYTES = 16;

/** Puts a small file beside the backups, over the one before, sealed when there is a key. Backups are never changed; what must be known of all of them stands there. */
export async function putBeside(place: Place, file: string, bytes: Buffer, key: Buffer | undefined): Promise<void> {
  if (key === undefined) return place.putBeside(file, bytes);
  const salt = randomBytes(SALT_BYTES);
  const sealed = await gather(seal(only(bytes), sealKey(key, salt)));
  return place.putBeside(file, Buffer.concat([SEALED, salt, sealed]));
}

/**
 * A file beside the backups, undefined when there is none. Throws {@link BackupRefused} when it cannot be opened, and with a key also for one that is not sealed: who can write in the
 * place could have put it there.
 */
export async function findBeside(place: Place, file: string, key: Buffer | undefined): Promise<Buffer | undefined> {
  const found = await place.findBeside(file);
  if (found === undefined) return undefined;
  const isSealed = found.subarray(0, SEALED.length).equals(SEALED);
  if (key === undefined && !isSealed) return found;
  if (key === undefined) throw new BackupRefused(`${file} in ${place.text} is encrypted; set BACKUP_KEY.`);
  if (!isSealed) throw new BackupRefused(`${file} in ${place.text} is not encrypted, and should be.`);
  const rest = found.subarray(SEALED.length);
  try {
    return await gather(unseal(only(rest.subarray(SALT_BYTES)), sealKey(key, rest.subarray(0, SALT_BYTES))));
  } catch (error) {
    throw new BackupRefused(`${file} in ${place.text} was changed, or encrypted with another key.`, { cause: error });
  }
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function gather(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
