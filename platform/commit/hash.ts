import { hash } from 'node:crypto';

/** The first 128 bits of SHA-256 as uuid text: short enough for an index, long enough never to meet another. */
function hash128(text: string): string {
  const hex = hash('sha256', text, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** What a principal's idempotency key is stored as. The same key sent by two principals is two keys. */
export function keyHash(principalId: string, key: string): string {
  return hash128(`${principalId}\n${key}`);
}

/** What tells a repeat from another request under the same key: the hash of the command's type and its JSON. */
export function bodyHash(type: string, body: unknown): string {
  return hash128(`${type}\n${JSON.stringify(body)}`);
}
