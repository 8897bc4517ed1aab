import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openBreachedPasswords } from './breached-passwords.ts';

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
