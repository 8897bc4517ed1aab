import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a backup is encrypted with: a key of 32 bytes that one keeps, and the salt of this one backup. */
export type SealKey = { readonly bytes: Buffer; readonly macKey: Buffer };

const CHUNK = 2 ** 20;
const TAG = 16;

/** The key of one backup. A salt of its own gives every backup keys of its own, so counting from nought is safe. */
export function sealKey(key: Buffer, salt: Buffer): SealKey {
  const derive = (use: string): Buffer => Buffer.from(hkdfSync('sha256', key, salt, `oneshelf backup ${use}`, 32));
  return { bytes: derive('content'), macKey: derive('manifest') };
}

/** Tells keys apart without saying anything about them. */
export function keyIdOf(key: Buffer): string {
  return createHash('sha256').update('oneshelf backup key').update(key).digest('hex').slice(0, 12);
}

/** What makes a changed manifest known. */
export function macOf({ macKey }: SealKey, text: string): string {
  return createHmac('sha256', macKey).update(text).digest('hex');
}

/** Compares in the same time whatever they are. */
export function isSameMac(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

/** Number of the chunk and whether it is the last one: a chunk that was moved, doubled or left out, or an end that was cut off, does not open. */
function nonceOf(chunk: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(chunk), 3);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

/** Encrypts a stream with AES-256-GCM in chunks of a megabyte. */
export async function* seal(source: AsyncIterable<Buffer>, { bytes: key }: SealKey): AsyncGenerator<Buffer> {
  let chunk = 0;
  const close = (plain: Buffer, isLast: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(chunk, isLast));
    chunk += 1;
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  let waiting: Buffer | undefined;
  for await (const plain of inChunks(source, CHUNK)) {
    if (waiting !== undefined) yield close(waiting, false);
    waiting = plain;
  }
  yield close(waiting ?? Buffer.alloc(0), true);
}

/** Decrypts what `seal` made. Throws when anything of it was changed, moved or cut off, before it gives the changed part. */
export async function* unseal(source: AsyncIterable<Buffer>, { bytes: key }: SealKey): AsyncGenerator<Buffer> {
  let chunk = 0;
  const open = (closed: Buffer, isLast: boolean): Buffer => {
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(chunk, isLast));
      decipher.setAuthTag(closed.subarray(closed.length - TAG));
      chunk += 1;
      return Buffer.concat([decipher.update(closed.subarray(0, closed.length - TAG)), decipher.final()]);
    } catch (error) {
      throw new Error('The backup was changed or its end is missing.', { cause: error });
    }
  };
  let waiting: Buffer | undefined;
  for await (const closed of inChunks(source, CHUNK + TAG)) {
    if (waiting !== undefined) yield open(waiting, false);
    waiting = closed;
  }
  yield open(waiting ?? Buffer.alloc(0), true);
}

/** A stream in pieces of one size; the last one may be shorter, and there is none for an empty stream. */
export async function* inChunks(source: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let kept: Buffer[] = [];
  let length = 0;
  for await (const part of source) {
    let rest = part;
    while (length + rest.length >= size) {
      const taken = rest.subarray(0, size - length);
      yield Buffer.concat([...kept, taken]);
      rest = rest.subarray(taken.length);
      kept = [];
      length = 0;
    }
    if (rest.length > 0) {
      kept.push(rest);
      length += rest.length;
    }
  }
  if (length > 0) yield Buffer.concat(kept);
}
