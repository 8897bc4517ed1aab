import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commonPasswordLines } from '../testing/common-passwords.ts';
import { commonPasswordsPath, openBreachedPasswords, openKnownPasswords } from './breached-passwords.ts';

const folder = mkdtempSync(join(tmpdir(), 'breached-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sha1 = (text: string): string => hash('sha1', text, 'hex').toUpperCase();

it.each([
  ['whole hashes with counts', (one: string, n: number) => `${one}:${n + 1}`, '\r\n', true],
  ['whole hashes', (one: string) => one, '\n', false],
  ['the first ten digits, small', (one: string) => one.slice(0, 10).toLowerCase(), '\n', true],
])('finds every password of a list and none else: %s', async (what, write, end, closed) => {
  for (const count of [1, 2, 3, 500]) {
    const known = Array.from({ length: count }, (_, n) => `stolen ${n}`);
    const path = join(folder, `${what} ${count}`);
    const lines = known.map(sha1).toSorted().map(write);
    writeFileSync(path, lines.join(end) + (closed ? end : ''));
    const { has } = await openBreachedPasswords(path);
    for (const one of known) expect([count, one, await has(one)]).toEqual([count, one, true]);
    for (let n = 0; n < 200; n += 1) expect(await has(`kept ${n}`)).toBe(false);
  }
});

it('is told at start what is no such list', async () => {
  await expect(openBreachedPasswords(join(folder, 'gone'))).rejects.toThrow(/ENOENT/);
  const path = join(folder, 'words');
  writeFileSync(path, 'password\n123456\n');
  await expect(openBreachedPasswords(path)).rejects.toThrow(/SHA-1/);
});

it('has a list that comes along: more than the 3,000 most common ones of twelve letters or more', async () => {
  const lines = readFileSync(commonPasswordsPath, 'latin1').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(40_000);
  expect(lines.every((line, n) => /^[0-9A-F]{10}$/.test(line) && (n === 0 || line > (lines[n - 1] ?? '')))).toBe(true);
  const { has } = await openKnownPasswords(undefined);
  // The 1st, 10th, 1,000th and 3,000th that fit, in the order of how many chose them, and the last.
  for (const known of ['123qweasdzxc', 'qwertyqwerty', 'severodvinsk', 'fyutkbyf2005', 'vjht123jltccf']) {
    expect([known, await has(known)]).toEqual([known, true]);
    expect([known, await has(known.toUpperCase())]).toEqual([known, true]);
  }
  for (const kept of [
    'correct horse battery',
    'tr0ub4dor&3xyz',
    'a shelf of ones own',
    'пароль из слов',
    'Kv9#mQ2!xT7z',
  ])
    expect([kept, await has(kept)]).toEqual([kept, false]);
});

it('keeps of a list what is long enough, once, in small letters', () => {
  const lines = commonPasswordLines('short\r\nLongEnoughNow\r\nlongenoughnow\r\nanother long one\n', 12);
  expect(lines).toEqual([sha1('longenoughnow').slice(0, 10), sha1('another long one').slice(0, 10)].toSorted());
});

it('asks the list of the operator too, to the letter', async () => {
  const path = join(folder, 'own');
  writeFileSync(path, `${sha1('Only Here Stolen')}:3\n`);
  const { has } = await openKnownPasswords(path);
  expect(await Promise.all(['Only Here Stolen', 'only here stolen', '123qweasdzxc'].map(has))).toEqual([
    true,
    false,
    true,
  ]);
});
