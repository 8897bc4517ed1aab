import { hash, verify } from '@node-rs/argon2';
import type { Options } from '@node-rs/argon2';
import { ProblemError } from '../http/problem.ts';

/** OWASP's password storage cheat sheet: argon2id (2) with 19 MiB, two passes, one lane. About 30 ms. */
const options: Options = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** More at once would only make each slower and hold other work off the threads. */
const MAX_AT_ONCE = 16;
let running = 0;

/** Of a password that nobody has: makes an unknown name cost as much time as a wrong password. */
let decoy: Promise<string> | undefined;

/** The hash to keep of a password, in PHC format with its salt. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), options);
}

/**
 * Whether the password is the one that was hashed. `kept` is undefined for somebody who is not there or has no password: the answer is false and
 * takes as long. Throws a 503 problem when too many wait.
 */
export async function verifyPassword(kept: string | undefined, password: string): Promise<boolean> {
  if (running >= MAX_AT_ONCE)
    throw new ProblemError(503, 'overloaded', 'Too many are signing in. Try again.', { retryAfterSeconds: 1 });
  running += 1;
  try {
    decoy ??= hashPassword('nobody has this password');
    const right = await verify(kept ?? (await decoy), password.normalize('NFKC'));
    return right && kept !== undefined;
  } finally {
    running -= 1;
  }
}

/** How hashes begin that were made as {@link hashPassword} makes them today. */
const TODAY = `$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},p=${options.parallelism}$`;

/** Whether a hash was made in an earlier, cheaper way and is made again when its person signs in. */
export function isOutdatedHash(kept: string): boolean {
  return !kept.startsWith(TODAY);
}
