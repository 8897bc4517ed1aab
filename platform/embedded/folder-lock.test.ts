import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlreadyRunningError, claimFolder, findOwner } from './folder-lock.ts';
import { processIdentity } from './process-identity.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'oneshelf-lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const ownedBy = (owner: object): void => writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));

test('a folder has one owner, who says where it can be reached', () => {
  const lock = claimFolder(folder);
  expect(() => claimFolder(folder)).toThrow(AlreadyRunningError);
  lock.announce('http://127.0.0.1:4000');
  expect(() => claimFolder(folder)).toThrow(
    `Oneshelf is already running as pid ${process.pid} at http://127.0.0.1:4000 on the folder ${folder}. Nothing was changed.`,
  );
  expect(findOwner(folder)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:4000' });
  lock.release();
  expect(findOwner(folder)).toBeUndefined();
  claimFolder(folder).release();
});

test.each([
  ['is gone', { pid: 2 ** 22 + 1, identity: 'x', host: hostname() }],
  ['was another with the same number', { pid: process.pid, identity: 'earlier', host: hostname() }],
])('a claim whose process %s is taken over', (_, owner) => {
  ownedBy(owner);
  expect(findOwner(folder)).toBeUndefined();
  claimFolder(folder).release();
});

test('a claim that was cut short belongs to nobody', () => {
  writeFileSync(join(folder, 'owner.json'), '{"pid":');
  const lock = claimFolder(folder);
  expect(findOwner(folder)).toMatchObject({ pid: process.pid });
  lock.release();
});

test('a claim from another host counts while it is touched', () => {
  ownedBy({ pid: 1, identity: 'x', host: 'elsewhere' });
  expect(() => claimFolder(folder)).toThrow('pid 1 on elsewhere');
  const old = new Date(Date.now() - 60_000);
  utimesSync(join(folder, 'owner.json'), old, old);
  const lock = claimFolder(folder);
  expect(JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  lock.release();
});

test('releasing does not take a claim away that another made since', () => {
  const lock = claimFolder(folder);
  ownedBy({ pid: process.ppid, identity: processIdentity(process.ppid), host: hostname() });
  lock.release();
  expect(findOwner(folder)).toMatchObject({ pid: process.ppid });
});
