import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, describeSettings, readConfig, Settings } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'oneshelf-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const noFile = join(folder, 'none.env');

function problemsOf(environment: Record<string, string>, file = noFile): readonly string[] {
  try {
    readConfig(environment, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('without any setting the defaults hold', () => {
  expect(readConfig({}, noFile)).toEqual({
    PORT: 4000,
    HOST: '127.0.0.1',
    DATABASE_POOL: 8,
    DATA_DIR: './data',
    RETAILER_SCHEMA: 'oneshelf',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'auto',
    SESSION_HOURS: 12,
    DEMO: 'auto',
  });
});

test.each<[Record<string, string>, string]>([
  [{ PORT: 'abc' }, 'PORT is "abc"; allowed is a whole number from 0 to 65535.'],
  [{ PORT: '70000' }, 'PORT is "70000"; allowed is a whole number from 0 to 65535.'],
  [{ PORT: '40.5' }, 'PORT is "40.5"; allowed is a whole number from 0 to 65535.'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL is "loud"; allowed is trace, debug, info, warn, error, fatal, silent.'],
  [{ DEMO: 'yes' }, 'DEMO is "yes"; allowed is auto, off.'],
  [
    { RETAILER_SCHEMA: 'my shop' },
    'RETAILER_SCHEMA is "my shop"; allowed is lower-case letters, digits and _, at most 63, no digit first.',
  ],
  [
    { DATABASE_URL: 'mysql://ada:lovelace@db/x' },
    'DATABASE_URL is "mysql://ada:***@db/x"; allowed is a URL like postgres://user:password@host:5432/database.',
  ],
  [
    { DATABASE_URL: 'lovelace' },
    'DATABASE_URL is "…"; allowed is a URL like postgres://user:password@host:5432/database.',
  ],
  [{ ONESHELF_PORT: '1' }, 'ONESHELF_PORT is not a setting; did you mean PORT?'],
  [{ ONESHELF_PROT: '1' }, 'ONESHELF_PROT is not a setting; did you mean PORT?'],
  [{ ONESHELF_DATABASEURL: '1' }, 'ONESHELF_DATABASEURL is not a setting; did you mean DATABASE_URL?'],
  [{ ONESHELF_COLOUR: '1' }, 'ONESHELF_COLOUR is not a setting'],
])('%o is refused with its name, its value and what is allowed', (environment, problem) => {
  expect(problemsOf(environment)).toEqual([problem]);
});

test('all problems are told at once', () => {
  expect(problemsOf({ PORT: '-1', DEMO: 'on', ONESHELF_X: '' })).toHaveLength(3);
});

test('an empty value counts as not set', () => {
  expect(readConfig({ PORT: ' ' }, noFile).PORT).toBe(4000);
});

test('the file fills in what the environment does not say', () => {
  const file = join(folder, 'oneshelf.env');
  writeFileSync(file, 'PORT=4100\nSESSION_HOURS=8 # a day\n');
  expect(readConfig({ PORT: '4200' }, file)).toMatchObject({ PORT: 4200, SESSION_HOURS: 8 });
});

test('a line of the file that is no setting is told', () => {
  const file = join(folder, 'wrong.env');
  writeFileSync(file, 'PROT=4100\n');
  expect(problemsOf({}, file)).toEqual(['PROT is not a setting; did you mean PORT?']);
});

test('every setting is described', () => {
  const text = describeSettings();
  const names = Object.keys(Settings.properties);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(text).toMatch(new RegExp(`^${name}\\n    \\S.*\\n    Allowed: \\S`, 'm'));
});
