import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, describeSettings, readConfig, Settings, settingsPage } from './config.ts';

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
    BACKUP_SCHEDULE: '03:00',
    BACKUP_KEEP_DAYS: 7,
    BACKUP_KEEP_WEEKS: 5,
    BACKUP_KEEP_MONTHS: 12,
    S3_REGION: 'us-east-1',
    DATABASE_POOL: 8,
    DATA_DIR: './data',
    RETAILER_SCHEMA: 'oneshelf',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'auto',
    SESSION_HOURS: 12,
    DEMO: 'auto',
    HTTPS: 'off',
    ACME_DIRECTORY_URL: 'https://acme-v02.api.letsencrypt.org/directory',
    MAIL_FROM: 'Oneshelf <oneshelf@localhost>',
    OTEL_SERVICE_NAME: 'oneshelf',
    OTEL_TRACES_PERCENT: 5,
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
  [{ METRICS_TOKEN: 'short' }, 'METRICS_TOKEN is "…"; allowed is at least 16 printable characters without spaces.'],
  [
    { SMTP_URL: 'http://u:p@x' },
    'SMTP_URL is "http://u:***@x"; allowed is a URL like smtp://user:password@host:587 (smtps:// for TLS from the first byte).',
  ],
  [{ HTTPS: 'files' }, 'HTTPS is "files"; then HTTPS_CERT_FILE and HTTPS_KEY_FILE must be set.'],
  [{ HTTPS: 'acme' }, 'HTTPS is "acme"; then HTTPS_NAMES or BASE_URL must say for which name.'],
  [
    { HTTPS: 'acme', HTTPS_NAMES: 'shop.example.com', HTTP_PORT: '0' },
    'HTTPS is "acme" and HTTP_PORT is "0"; the authority asks over plain HTTP.',
  ],
  [{ ONESHELF_CONFIG: 'anything' }, `ONESHELF_CONFIG names ${noFile}, which is not there.`],
])('%o is refused with its name, its value and what is allowed', (environment, problem) => {
  expect(problemsOf(environment)).toEqual([problem]);
});

test.each<[string, string]>([
  ['ONESHELF_PORT', 'ONESHELF_PORT is not a setting; did you mean PORT?'],
  ['ONESHELF_PROT', 'ONESHELF_PROT is not a setting; did you mean PORT?'],
  ['ONESHELF_DATABASEURL', 'ONESHELF_DATABASEURL is not a setting; did you mean DATABASE_URL?'],
  ['ONESHELF_COLOUR', 'ONESHELF_COLOUR is not a setting.'],
])('%s is warned of, and the program starts', (name, warning) => {
  const warnings: string[] = [];
  expect(readConfig({ [name]: '1' }, noFile, (one) => warnings.push(one)).PORT).toBe(4000);
  expect(warnings).toEqual([warning]);
});

test('all problems are told at once', () => {
  expect(problemsOf({ PORT: '-1', DEMO: 'on', LOG_LEVEL: 'x' })).toHaveLength(3);
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
  expect(problemsOf({}, file)).toEqual([`PROT is not a setting; did you mean PORT? (in ${file})`]);
});

test('ONESHELF_CONFIG names the file', () => {
  const file = join(folder, 'named.env');
  writeFileSync(file, 'PORT=4300\n');
  expect(readConfig({ ONESHELF_CONFIG: file }).PORT).toBe(4300);
});

test('a secret may stand in a file of its own, and in one place only', () => {
  const secret = join(folder, 'database-url');
  writeFileSync(secret, 'postgres://db/one\n');
  const file = join(folder, 'secrets.env');
  writeFileSync(file, `DATABASE_URL_FILE=${secret}\n`);
  expect(readConfig({ DATABASE_URL_FILE: secret }, noFile).DATABASE_URL).toBe('postgres://db/one');
  expect(readConfig({}, file).DATABASE_URL).toBe('postgres://db/one');
  expect(readConfig({ DATABASE_URL: 'postgres://db/two' }, file).DATABASE_URL).toBe('postgres://db/two');
  expect(problemsOf({ DATABASE_URL: 'postgres://db/two', DATABASE_URL_FILE: secret })).toEqual([
    'DATABASE_URL and DATABASE_URL_FILE are both set; one must go.',
  ]);
  expect(problemsOf({ DATABASE_URL_FILE: join(folder, 'gone') })).toEqual([
    `DATABASE_URL_FILE is "${join(folder, 'gone')}", which cannot be read (ENOENT).`,
  ]);
  writeFileSync(secret, '\n');
  expect(problemsOf({ DATABASE_URL_FILE: secret })).toEqual([`DATABASE_URL_FILE is "${secret}", which is empty.`]);
});

test('every setting is described', () => {
  const text = describeSettings();
  const names = Object.keys(Settings.properties);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(text).toMatch(new RegExp(`^${name}\\n    \\S.*\\n    Allowed: \\S`, 'm'));
});

test('every example is allowed, and every default too', () => {
  for (const [name, { example }] of Object.entries(Settings.properties) as unknown as [string, { example: string }][])
    expect(
      problemsOf({
        HTTPS_NAMES: 'a.example.com',
        HTTPS_CERT_FILE: 'a',
        HTTPS_KEY_FILE: 'b',
        OIDC_CLIENT_ID: 'c',
        [name]: example,
      }),
      name,
    ).toEqual([]);
});

test('docs/settings.md says what the table says', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../docs/settings.md');
});
