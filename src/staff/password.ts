import { accept, reject, type Decision } from '../kernel/decision.ts';

/** NIST SP 800-63B asks for length and for nothing else that makes people write `Passw0rd!`. Counted in letters as people see them, not in bytes. */
export const MIN_PASSWORD_LENGTH = 12;
/** Longer ones help nobody and cost time to hash. */
export const MAX_PASSWORD_LENGTH = 200;

/** Fewer different letters than this are a finger on one key. */
const MIN_DIFFERENT = 5;
/** Rows and runs that begin or end what people type when they have to reach a length. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  'zyxwvutsrqponmlkjihgfedcba',
  '01234567890123456789',
  '98765432109876543210',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
];
const WORDS = ['password', 'passwort', 'contraseña', 'motdepasse', 'oneshelf', 'letmein', 'welcome', 'changeme'];

/**
 * Whether somebody may choose this password: long enough, not one key or a row of keys, and more than their own name, their address or this
 * program's. Whether thieves know it is asked of a list, elsewhere.
 */
export function decidePassword(
  password: string,
  { name, email }: { readonly name: string; readonly email: string },
): Decision<string> {
  const text = password.normalize('NFKC');
  const length = Array.from(text).length;
  if (length < MIN_PASSWORD_LENGTH)
    return reject({ reason: 'password_too_short', length, minimum: MIN_PASSWORD_LENGTH });
  if (length > MAX_PASSWORD_LENGTH)
    return reject({ reason: 'password_too_long', length, maximum: MAX_PASSWORD_LENGTH });
  const small = text.toLowerCase();
  if (new Set(small).size < MIN_DIFFERENT || isRun(small)) return reject({ reason: 'password_too_plain' });
  const known = [...name.toLowerCase().split(/\s+/), ...email.toLowerCase().split(/[@.]/), ...WORDS];
  if (restWithout(small, known).length < 4) return reject({ reason: 'password_too_plain' });
  return accept(text);
}

/** Whether it is cut from a row of keys or repeats a short piece. */
function isRun(text: string): boolean {
  if (RUNS.some((run) => (run + run).includes(text))) return true;
  for (let size = 1; size <= 4; size += 1) {
    const piece = text.slice(0, size);
    if (piece.repeat(Math.ceil(text.length / size)).slice(0, text.length) === text) return true;
  }
  return false;
}

/** What is left when known words and the digits and signs around them are taken away. */
function restWithout(text: string, words: readonly string[]): string {
  let rest = text;
  for (const word of words.toSorted((a, b) => b.length - a.length))
    if (word.length >= 3) rest = rest.replaceAll(word, '');
  return rest === text ? text : rest.replaceAll(/[\d\p{P}\p{S}\s]/gu, '');
}
