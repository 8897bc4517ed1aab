import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { StartRefusal } from './start-refusal.ts';

type About = { readonly description: string; readonly example: string; readonly section: Section };

/** The headings that settings are listed under, in this order. */
const sections = [
  'Address',
  'HTTPS',
  'Database',
  'Program',
  'Signing in',
  'Mail and alerts',
  'Backups',
  'Watching',
] as const;
type Section = (typeof sections)[number];

const oneOf = <const T extends string>(values: readonly T[], options: About & { default: T }) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { ...options, allowed: values.join(', ') },
  );

const text = (options: About & { allowed: string; pattern?: string; secret?: true }) =>
  Type.Optional(Type.String({ minLength: 1, ...options }));

const whole = (options: About & { minimum: number; maximum: number; default?: number; unit?: string }) =>
  Type.Integer({
    ...options,
    allowed: `a whole number${options.unit === undefined ? '' : ` of ${options.unit}`} from ${options.minimum} to ${options.maximum}`,
  });

const file = (options: About) => text({ ...options, allowed: 'a file' });

const postgresUrl = (description: string) =>
  text({
    section: 'Database',
    pattern: '^postgres(ql)?://',
    description,
    allowed: 'a URL like postgres://user:password@host:5432/database',
    example: 'postgres://oneshelf:secret@db.example.com:5432/oneshelf',
    secret: true,
  });

/**
 * Every setting: what it does, what is allowed, what holds when it is not set, an example, whether it is a secret. Reading, checking, the help and
 * docs/settings.md are made of this table.
 */
export const Settings = Type.Object({
  PORT: whole({
    section: 'Address',
    minimum: 0,
    maximum: 65_535,
    default: 4000,
    description: 'The port to listen on. 0 takes any free one.',
    example: '443',
  }),
  HOST: Type.String({
    section: 'Address',
    minLength: 1,
    default: '127.0.0.1',
    description:
      'The address to listen on. 0.0.0.0 opens the program to the network: set HTTPS too, or put a proxy with TLS before it.',
    allowed: 'an address of this machine',
    example: '0.0.0.0',
  }),
  BASE_URL: text({
    section: 'Address',
    pattern: '^https?://[^/]+(/.*)?$',
    description: 'The address people use, for links in e-mails. Made of HOST and PORT when not set.',
    allowed: 'a URL like https://shop.example.com',
    example: 'https://shop.example.com',
  }),
  TRUST_PROXY: text({
    section: 'Address',
    pattern: '^(?:[1-9]|[0-9a-fA-F.:/]+(?:,[0-9a-fA-F.:/]+)*)$',
    description:
      'The proxies before this program, which are believed about who asks and whether by https. Nobody is believed when not set.',
    allowed: 'how many proxies there are, or their addresses or networks with commas between',
    example: '10.0.0.0/8',
  }),

  HTTPS: oneOf(['off', 'files', 'acme', 'local'], {
    section: 'HTTPS',
    default: 'off',
    description:
      'Who makes the certificate. off: plain HTTP, for this machine or behind a proxy. files: a certificate of yours. acme: Let\u2019s Encrypt or another ' +
      'authority that speaks ACME; you agree to its terms by setting this. local: an authority of our own for a network without a public name; devices ' +
      'learn to trust it at /pair.',
    example: 'local',
  }),
  HTTPS_CERT_FILE: file({
    section: 'HTTPS',
    description:
      'With HTTPS=files: the certificate and what leads to its authority, as PEM. Read again when it changes.',
    example: '/etc/oneshelf/fullchain.pem',
  }),
  HTTPS_KEY_FILE: file({
    section: 'HTTPS',
    description: 'With HTTPS=files: the private key of the certificate, as PEM. Read again when it changes.',
    example: '/etc/oneshelf/privkey.pem',
  }),
  HTTPS_NAMES: text({
    section: 'HTTPS',
    pattern: '^[A-Za-z0-9.:-]+(?:,[A-Za-z0-9.:-]+)*$',
    description:
      'With HTTPS=acme or local: the names the certificate is for; with local also addresses. The host of BASE_URL when not set, with local also the names ' +
      'and addresses of this machine.',
    allowed: 'names (and addresses) with commas between',
    example: 'shop.example.com,www.example.com',
  }),
  HTTP_PORT: Type.Optional(
    whole({
      section: 'HTTPS',
      minimum: 0,
      maximum: 65_535,
      description:
        'With HTTPS: the port of plain HTTP, which sends browsers to https, shows /pair and answers the ACME authority. 80 when PORT is 443, else PORT + 1, ' +
        'when not set; 0: none.',
      example: '80',
    }),
  ),
  ACME_DIRECTORY_URL: Type.String({
    section: 'HTTPS',
    pattern: '^https?://',
    default: 'https://acme-v02.api.letsencrypt.org/directory',
    description: 'With HTTPS=acme: the authority.',
    allowed: 'a URL',
    example: 'https://acme-staging-v02.api.letsencrypt.org/directory',
  }),
  ACME_EMAIL: text({
    section: 'HTTPS',
    pattern: '^[^@\\s]+@[^@\\s]+$',
    description: 'With HTTPS=acme: whom the authority may write to.',
    allowed: 'an e-mail address',
    example: 'it@example.com',
  }),

  DATABASE_URL: postgresUrl(
    'A PostgreSQL of version 15 or newer to use. When not set, the PostgreSQL that comes along is used.',
  ),
  DATABASE_READ_URL: postgresUrl('A standby for reports and lists; it may lag behind. DATABASE_URL when not set.'),
  DATABASE_ADMIN_URL: postgresUrl(
    'A direct connection (no pooler) as a user who may create tables. DATABASE_URL when not set.',
  ),
  DATABASE_POOL: whole({
    section: 'Database',
    minimum: 2,
    maximum: 100,
    default: 8,
    description: 'Connections to the database at most. More than 8 made it slower where it was measured.',
    example: '8',
  }),
  DATA_DIR: Type.String({
    section: 'Database',
    minLength: 1,
    default: './data',
    description:
      'The folder for the database that comes along, for certificates and for files. One running program at a time owns it.',
    allowed: 'a folder',
    example: '/var/lib/oneshelf',
  }),
  RETAILER_SCHEMA: Type.String({
    section: 'Database',
    pattern: '^[a-z_][a-z0-9_]{0,62}$',
    default: 'oneshelf',
    description: 'The schema in the database that holds the company.',
    allowed: 'lower-case letters, digits and _, at most 63, no digit first',
    example: 'oneshelf',
  }),

  LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    section: 'Program',
    default: 'info',
    description: 'The least important log lines that are written.',
    example: 'warn',
  }),
  LOG_FORMAT: oneOf(['auto', 'json', 'text'], {
    section: 'Program',
    default: 'auto',
    description: 'How log lines are written. auto: text at a terminal, else JSON.',
    example: 'json',
  }),
  SESSION_HOURS: whole({
    section: 'Signing in',
    minimum: 1,
    maximum: 8760,
    default: 12,
    unit: 'hours',
    description: 'How long a person stays signed in without doing anything.',
    example: '8',
  }),
  DEMO: oneOf(['auto', 'off'], {
    section: 'Program',
    default: 'auto',
    description: 'auto: an empty database is filled with a demo company. off: it stays empty.',
    example: 'off',
  }),

  SECRET_KEY: text({
    section: 'Signing in',
    pattern: '^[A-Za-z0-9_-]{43}(?:, ?[A-Za-z0-9_-]{43})*$',
    description:
      'What secrets in the database are sealed with. When not set, a key is made in the file secret.keys of DATA_DIR: keep it with the backups, but not in the same ' +
      'place. To rotate, put a new key before the old one and run `node oneshelf.mjs secrets rotate`.',
    allowed: 'keys of 32 bytes as base64url (43 characters) with commas between, the newest first',
    example: 'Zm9yLWV4YW1wbGUtb25seS1tYWtlLXlvdXItb3duLTA',
    secret: true,
  }),
  BREACHED_PASSWORDS_FILE: text({
    section: 'Signing in',
    description:
      'Passwords that were stolen elsewhere and that nobody may choose here, beside the 44,000 that come along: lines of SHA-1 in hex (or its first 10 to 39 digits), sorted, with or without `:count`, as ' +
      'Have I Been Pwned gives them. Nothing is asked over the network.',
    allowed: 'a file',
    example: '/var/lib/oneshelf/pwned-passwords.txt',
  }),
  OIDC_ISSUER: text({
    section: 'Signing in',
    pattern: '^https?://',
    description:
      'The OpenID Connect provider of the company (Entra, Google, Keycloak, Okta …) whose people may sign in with it, if they were invited here. http only on this machine.',
    allowed: 'a URL',
    example: 'https://login.example.com/realms/shop',
  }),
  OIDC_CLIENT_ID: text({
    section: 'Signing in',
    description:
      'What the provider calls this program. Its redirect address there is BASE_URL followed by /sign-in/company.',
    allowed: 'a text',
    example: 'oneshelf',
  }),
  OIDC_CLIENT_SECRET: text({
    section: 'Signing in',
    description: 'What this program proves itself to the provider with. Not needed for a public client.',
    allowed: 'a text',
    example: 'a-long-random-text',
    secret: true,
  }),
  OIDC_NAME: text({
    section: 'Signing in',
    pattern: '^.{1,40}$',
    description: 'What people call the provider: “Sign in with …”. The screens have words of their own when not set.',
    allowed: 'a name of at most 40 letters',
    example: 'Google',
  }),

  PRIVATE_HOSTS: text({
    section: 'Program',
    pattern: '^[A-Za-z0-9.:_\\[\\]-]+(?: *, *[A-Za-z0-9.:_\\[\\]-]+)*$',
    description:
      "Machines of one's own network that webhooks may call and pictures may be fetched from, also without TLS. Everything else that is not on the public internet is refused.",
    allowed: 'names or addresses, with a port where only that is meant, and commas between them',
    example: 'erp.local:8080,10.0.0.7',
  }),
  SMTP_URL: text({
    section: 'Mail and alerts',
    pattern: '^smtps?://',
    description: 'The mail server. When not set, mails are kept as files in the folder mail of DATA_DIR.',
    allowed: 'a URL like smtp://user:password@host:587 (smtps:// for TLS from the first byte)',
    example: 'smtp://oneshelf:secret@mail.example.com:587',
    secret: true,
  }),
  MAIL_FROM: Type.String({
    section: 'Mail and alerts',
    pattern: '^(?:[^<>\\r\\n"]+ <)?[^@\\s<>]+@[^@\\s<>]+>?$',
    default: 'Oneshelf <oneshelf@localhost>',
    description: 'Who mails come from.',
    allowed: 'an e-mail address, or a name and the address in < >',
    example: 'Example Shop <shop@example.com>',
  }),
  ALERT_EMAIL: text({
    section: 'Mail and alerts',
    pattern: '^[^@\\s,]+@[^@\\s,]+(?:,[^@\\s,]+@[^@\\s,]+)*$',
    description: 'Whom to write to when something is wrong with the installation.',
    allowed: 'e-mail addresses with commas between',
    example: 'it@example.com',
  }),
  ALERT_WEBHOOK_URL: text({
    section: 'Mail and alerts',
    pattern: '^https?://',
    description: 'Where to POST a JSON object to when something is wrong with the installation.',
    allowed: 'a URL',
    example: 'https://chat.example.com/hooks/abc',
    secret: true,
  }),

  AUDIT_HEAD_FILE: text({
    section: 'Watching',
    description:
      'A file, best on another disk, that gets a line a day with the head of the audit chain. With it `audit verify --head` finds also who changed events and chain together.',
    allowed: 'the path of a file',
    example: '/mnt/archive/oneshelf-audit.txt',
  }),
  AUDIT_HEAD_EMAIL: text({
    section: 'Watching',
    pattern: '^[^@\\s,]+@[^@\\s,]+$',
    description: 'Whom to mail the head of the audit chain once a day.',
    allowed: 'an e-mail address',
    example: 'auditor@example.com',
  }),

  BACKUP_TO: text({
    section: 'Backups',
    description:
      'Where backups go. When not set, the folder backups of DATA_DIR: that helps against mistakes and not against the loss of the disk.',
    allowed: 'a folder, or s3://bucket/prefix',
    example: 's3://example-backups/shop',
  }),
  BACKUP_KEY: text({
    section: 'Backups',
    pattern: '^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$',
    description:
      'What backups are encrypted with. Not encrypted when not set. Whoever loses it loses the backups: keep it somewhere else than them. `openssl rand -base64 32` makes one.',
    allowed: '32 bytes as base64 or as hexadecimal digits',
    example: 'Zm9yLWV4YW1wbGUtb25seS1tYWtlLXlvdXItb3duLTA=',
    secret: true,
  }),
  BACKUP_SCHEDULE: Type.String({
    section: 'Backups',
    pattern: '^(?:off|hourly|(?:[01][0-9]|2[0-3]):[0-5][0-9])$',
    default: '03:00',
    description: 'When backups are made. One that was missed is made when the program runs again.',
    allowed: 'off, hourly, or a time of day in UTC',
    example: '23:30',
  }),
  BACKUP_KEEP_DAYS: whole({
    section: 'Backups',
    minimum: 1,
    maximum: 3660,
    default: 7,
    description: 'Of so many days with backups the last one stays.',
    example: '14',
  }),
  BACKUP_KEEP_WEEKS: whole({
    section: 'Backups',
    minimum: 0,
    maximum: 520,
    default: 5,
    description: 'Of so many weeks with backups the last one stays.',
    example: '8',
  }),
  BACKUP_KEEP_MONTHS: whole({
    section: 'Backups',
    minimum: 0,
    maximum: 120,
    default: 12,
    description: 'Of so many months with backups the last one stays.',
    example: '24',
  }),
  S3_ENDPOINT: text({
    section: 'Backups',
    pattern: '^https?://[^/]+/?$',
    description: 'The S3-compatible storage of BACKUP_TO. That of Amazon in S3_REGION when not set.',
    allowed: 'a URL without a path',
    example: 'https://s3.eu-central-003.backblazeb2.com',
  }),
  S3_REGION: Type.String({
    section: 'Backups',
    pattern: '^[a-z0-9-]+$',
    default: 'us-east-1',
    description: 'The region of the storage.',
    allowed: 'a name of small letters, digits and -',
    example: 'eu-central-1',
  }),
  S3_ACCESS_KEY_ID: text({
    section: 'Backups',
    description: 'Who we are at the storage.',
    allowed: 'the name of a key',
    example: 'AKIAIOSFODNN7EXAMPLE',
  }),
  S3_SECRET_ACCESS_KEY: text({
    section: 'Backups',
    description: 'The secret to S3_ACCESS_KEY_ID.',
    allowed: 'the secret of a key',
    example: 'a-long-random-text',
    secret: true,
  }),

  METRICS_TOKEN: text({
    section: 'Watching',
    pattern: '^[\\x21-\\x7e]{16,}$',
    description:
      'What a Prometheus sends as bearer token to read /metrics. When not set, only programs on this machine and people with system:read may.',
    allowed: 'at least 16 printable characters without spaces',
    example: 'a-long-random-text',
    secret: true,
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: text({
    section: 'Watching',
    pattern: '^https?://',
    description:
      'The OpenTelemetry collector that traces and logs are sent to (OTLP over HTTP). Nothing is sent when not set.',
    allowed: 'a URL',
    example: 'http://127.0.0.1:4318',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: text({
    section: 'Watching',
    pattern: '^[^=,]+=[^,]*(?:,[^=,]+=[^,]*)*$',
    description: 'Headers for the collector.',
    allowed: 'name=value pairs with commas between',
    example: 'authorization=Bearer%20abc',
    secret: true,
  }),
  OTEL_SERVICE_NAME: Type.String({
    section: 'Watching',
    minLength: 1,
    default: 'oneshelf',
    description: 'What this program is called in traces and logs.',
    allowed: 'a name',
    example: 'oneshelf-berlin',
  }),
  OTEL_TRACES_PERCENT: whole({
    section: 'Watching',
    minimum: 0,
    maximum: 100,
    default: 5,
    description: 'How many of a hundred requests are traced. A caller that traces decides for its own requests.',
    example: '100',
  }),
});

/** The settings, checked. Optional ones are undefined when not set. */
export type Config = Static<typeof Settings>;

/** Some settings are not as they may be. The message has one line for each. */
export class ConfigError extends StartRefusal {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

type Setting = TSchema & {
  type?: string;
  default?: string | number;
  description: string;
  allowed: string;
  example: string;
  section: Section;
  secret?: boolean;
};

const settings = Object.entries(Settings.properties) as unknown as [name: string, setting: Setting][];
const names = settings.map(([name]) => name);

/** Names the file of settings. It cannot stand in that file, so it is no setting itself. */
const FILE_NAME = 'ONESHELF_CONFIG';

/** The file of settings: what ONESHELF_CONFIG names, else `oneshelf.env` in the current folder. */
function settingsFile(environment: Environment): string {
  return resolve(environment[FILE_NAME]?.trim() || 'oneshelf.env');
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings from the environment and, for what is not there, from the file of settings. An empty value counts as not set. A secret may also
 * stand in a file of its own, which NAME_FILE names: containers and systemd hand secrets over so. Throws ConfigError naming every wrong
 * setting, its value and what is allowed, and every line of the file that is no setting, because a misspelt setting would otherwise be silently without
 * effect. An ONESHELF_* variable that is no setting is told to `warn` only: Kubernetes gives every service named oneshelf some.
 */
export function readConfig(
  environment: Environment = process.env,
  file: string = settingsFile(environment),
  warn: (warning: string) => void = () => undefined,
): Config {
  const isNamed = (environment[FILE_NAME]?.trim() ?? '') !== '';
  if (isNamed && !existsSync(file)) throw new ConfigError([`${FILE_NAME} names ${file}, which is not there.`]);
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const problems = Object.keys(fromFile)
    .filter((name) => !names.includes(name) && !isSecretFile(name))
    .map((name) => `${unknownName(name)} (in ${file})`);
  for (const name of Object.keys(environment))
    if (name.startsWith('ONESHELF_') && name !== FILE_NAME) warn(unknownName(name));
  const config: Record<string, unknown> = {};
  for (const [name, setting] of settings) {
    const given = setting.secret === true ? readSecret(name, environment, fromFile) : look(name, environment, fromFile);
    if (given !== undefined && typeof given !== 'string') {
      problems.push(given.problem);
      continue;
    }
    const value = given === undefined ? setting.default : parse(setting, given);
    if (value === undefined) continue;
    if (Value.Check(setting, value)) config[name] = value;
    else
      problems.push(
        `${name} is "${setting.secret === true ? hide(given ?? '') : given}"; allowed is ${setting.allowed}.`,
      );
  }
  if (problems.length === 0) problems.push(...disagreements(config as Config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config as Config;
}

/** What each setting alone may be and all together may not. */
function disagreements(config: Config): string[] {
  const problems: string[] = [];
  if (config.HTTPS === 'files' && (config.HTTPS_CERT_FILE === undefined || config.HTTPS_KEY_FILE === undefined))
    problems.push('HTTPS is "files"; then HTTPS_CERT_FILE and HTTPS_KEY_FILE must be set.');
  if (config.HTTPS === 'acme' && config.HTTPS_NAMES === undefined && config.BASE_URL === undefined)
    problems.push('HTTPS is "acme"; then HTTPS_NAMES or BASE_URL must say for which name.');
  if (config.HTTPS === 'acme' && config.HTTP_PORT === 0)
    problems.push('HTTPS is "acme" and HTTP_PORT is "0"; the authority asks over plain HTTP.');
  if (config.OIDC_ISSUER !== undefined && config.OIDC_CLIENT_ID === undefined)
    problems.push('OIDC_ISSUER is set; then OIDC_CLIENT_ID must say what the provider calls this program.');
  return problems;
}

/** The first that says something. */
function look(name: string, ...from: Environment[]): string | undefined {
  return from.map((given) => given[name]?.trim()).find((given) => given !== undefined && given !== '');
}

/** A secret, or what the file holds that NAME_FILE names. The environment goes before the file of settings in both. */
function readSecret(name: string, ...from: Environment[]): string | undefined | { problem: string } {
  for (const source of from) {
    const [value, path] = [look(name, source), look(`${name}_FILE`, source)];
    if (value !== undefined && path !== undefined)
      return { problem: `${name} and ${name}_FILE are both set; one must go.` };
    if (value !== undefined) return value;
    if (path === undefined) continue;
    try {
      const held = readFileSync(path, 'utf8').trim();
      return held === '' ? { problem: `${name}_FILE is "${path}", which is empty.` } : held;
    } catch (error) {
      return { problem: `${name}_FILE is "${path}", which cannot be read (${(error as NodeJS.ErrnoException).code}).` };
    }
  }
  return undefined;
}

function isSecretFile(name: string): boolean {
  return settings.some(([known, setting]) => setting.secret === true && name === `${known}_FILE`);
}

/** The settings for people at a terminal, in the order of the table. */
export function describeSettings(): string {
  const intro = `Settings come from the environment and, for what is not there, from the file that ${FILE_NAME} names, else oneshelf.env in the current folder.`;
  const lines = settings.map(([name, setting]) => {
    const otherwise = setting.default === undefined ? '' : ` Default: ${setting.default}.`;
    const secret = setting.secret === true ? `\n    A secret: ${name}_FILE may name a file that holds it.` : '';
    return `${name}\n    ${setting.description}\n    Allowed: ${setting.allowed}.${otherwise} Example: ${name}=${setting.example}${secret}`;
  });
  return [intro, ...lines].join('\n\n');
}

/** The settings as the page docs/settings.md. */
export function settingsPage(): string {
  const parts = sections.map((section) => {
    const rows = settings
      .filter(([, setting]) => setting.section === section)
      .map(([name, setting]) =>
        [
          `\`${name}\`${setting.secret === true ? ' (secret)' : ''}`,
          setting.description,
          setting.allowed,
          setting.default === undefined ? '' : `\`${setting.default}\``,
          `\`${setting.example}\``,
        ].map((cell) => cell.replaceAll('|', '\\|')),
      );
    return [
      `## ${section}\n`,
      '| Setting | What it does | Allowed | Default | Example |',
      '| --- | --- | --- | --- | --- |',
      ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    ].join('\n');
  });
  return `# Settings

Made by \`npm test -- platform/config.test.ts -u\` from the table in [platform/config.ts](../platform/config.ts); \`node oneshelf.mjs help config\` says the same.

Settings come from the environment and, for what is not there, from the file that \`${FILE_NAME}\` names, else \`oneshelf.env\` in the current folder:
lines of \`NAME=value\`. A secret may also stand in a file of its own: \`SMTP_URL_FILE=/run/secrets/smtp\` instead of \`SMTP_URL\`. What cannot be used is said at
start, all at once, and nothing is started.

${parts.join('\n\n')}
`;
}

function parse(setting: Setting, text: string): unknown {
  return setting.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function unknownName(name: string): string {
  const bare = name.replace(/^ONESHELF_/, '');
  const meant = names.find((known) => known === bare) ?? names.find((known) => isNear(known, bare));
  return `${name} is not a setting${meant === undefined ? '.' : `; did you mean ${meant}?`}`;
}

/** One letter wrong, missing, too many, or two swapped. */
function isNear(known: string, given: string): boolean {
  if (Math.abs(known.length - given.length) > 1) return false;
  let start = 0;
  while (start < known.length && known[start] === given[start]) start += 1;
  const swapped = given[start] === known[start + 1] && given[start + 1] === known[start] && start + 1 < known.length;
  return (
    known.slice(start + 1) === given.slice(start + 1) ||
    known.slice(start + 1) === given.slice(start) ||
    known.slice(start) === given.slice(start + 1) ||
    (swapped && known.slice(start + 2) === given.slice(start + 2))
  );
}

/** A database URL without its password. What is no URL is not shown at all: it may be the password. */
function hide(text: string): string {
  return /:\/\//.test(text) ? text.replace(/^([^:]*:\/\/[^:@/]*):[^@]*@/, '$1:***@') : '…';
}
