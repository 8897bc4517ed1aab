import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { commonPasswordsPath } from '../auth/breached-passwords.ts';

/** Digits of a hash that are kept: one strange password in 25 million is taken for a stolen one, and the file has half the size. */
const DIGITS = 10;

/**
 * The lines of the list that comes along, made of a list of stolen passwords, one a line: the hashes of those with `minimum` letters or more, in small
 * letters, sorted. Shorter ones are refused for their length.
 */
export function commonPasswordLines(list: string, minimum: number): string[] {
  const fitting = list
    .split(/\r?\n/)
    .map((line) => line.normalize('NFKC').toLowerCase())
    .filter((password) => Array.from(password).length >= minimum);
  return [
    ...new Set(fitting.map((password) => hash('sha1', password, 'hex').slice(0, DIGITS).toUpperCase())),
  ].toSorted();
}

// `node platform/testing/common-passwords.ts LIST 12`, where LIST is 10-million-password-list-top-1000000.txt of SecLists (docs/security.md, "What it is made of").
if (import.meta.main) {
  const [, , list, minimum] = process.argv;
  if (list === undefined || minimum === undefined) throw new Error('Say the file of passwords and their least length.');
  writeFileSync(
    commonPasswordsPath,
    commonPasswordLines(readFileSync(list, 'utf8'), Number(minimum)).join('\n') + '\n',
  );
}
