import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeLockfile, lockfilePath, missingOptionals } from './lockfile.ts';
import type { Lockfile } from './lockfile.ts';

const lockfile = JSON.parse(readFileSync(lockfilePath, 'utf8')) as Lockfile;

test('package-lock.json has every optional package that it names, else npm ci refuses it (node platform/testing/lockfile.ts adds them)', () => {
  expect(Object.keys(lockfile.packages).length).toBeGreaterThan(100);
  expect(missingOptionals(lockfile).map(({ name }) => name)).toEqual([]);
});

test('package-lock.json names no registry', () => {
  expect(Object.entries(lockfile.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
});

test('what is missing is added with the platform that its name tells', () => {
  const optionalDependencies = { '@a/linux-x64-musl': '1.0.0', '@a/darwin-arm64': '1.0.0', here: '2.0.0' };
  const made: Lockfile = {
    packages: {
      '': {},
      'node_modules/a': { optionalDependencies, dev: true, license: 'MIT' },
      'node_modules/a/node_modules/here': {},
    },
  };
  expect(completeLockfile(made)).toEqual(['@a/linux-x64-musl', '@a/darwin-arm64']);
  expect(made.packages['node_modules/@a/linux-x64-musl']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    license: 'MIT',
    optional: true,
    os: ['linux'],
  });
  expect(missingOptionals(made)).toEqual([]);
  expect(() =>
    completeLockfile({ packages: { 'node_modules/b': { optionalDependencies: { native: '1.0.0' } } } }),
  ).toThrow('native tells no platform');
});
